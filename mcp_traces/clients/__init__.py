"""The MCP clients people use: what each is told so that it finds this server, and the file in which it is told."""
