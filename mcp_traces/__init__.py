"""The MCP server through which AI agents find and read MLflow traces."""

__version__ = "0.1.0"
