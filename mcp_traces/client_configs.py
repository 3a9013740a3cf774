"""What to paste into which client so that it starts this server."""

import json
from dataclasses import dataclass

EXAMPLE_URI = "http://localhost:5000"

_SERVER = {"command": "uvx", "args": ["mcp-traces"], "env": {"MLFLOW_TRACKING_URI": EXAMPLE_URI}}


@dataclass(frozen=True, slots=True)
class ClientConfig:
    client: str
    where: str
    snippet: str


CLIENT_CONFIGS = (
    ClientConfig(
        "Claude Desktop",
        "claude_desktop_config.json: Settings → Developer → Edit Config",
        json.dumps({"mcpServers": {"mlflow-traces": _SERVER}}, indent=2),
    ),
    ClientConfig(
        "Claude Code",
        "in a terminal",
        f"claude mcp add mlflow-traces -e MLFLOW_TRACKING_URI={EXAMPLE_URI} -- uvx mcp-traces",
    ),
    ClientConfig(
        "Cursor",
        ".cursor/mcp.json or ~/.cursor/mcp.json",
        json.dumps({"mcpServers": {"mlflow-traces": _SERVER}}, indent=2),
    ),
    ClientConfig(
        "VS Code",
        ".vscode/mcp.json",
        json.dumps({"servers": {"mlflow-traces": {"type": "stdio", **_SERVER}}}, indent=2),
    ),
)
