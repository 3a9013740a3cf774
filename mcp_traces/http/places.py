"""Where MCP is served, and which addresses only this machine reaches."""

MCP_PATH = "/mcp"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
