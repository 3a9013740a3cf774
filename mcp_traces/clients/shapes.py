"""How each client wants to be told of a server: the shape of its configuration, and how it comes by secrets.

Each shape is as its client documents it; tests/client_configs/schemas.py has the schemas, and the pages they are from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from mcp_traces.clients.servers import NAME, LocalServer, RemoteServer, Server
from mcp_traces.errors import InvalidArgumentError

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """A client's configuration: servers by name under `key`, a secret as `reference` to its variable.

    `url_key` is None for a client that starts its servers only. `types` are what it wants as `type` of either kind.
    """

    client: str
    key: str
    reference: Callable[[str], str]
    secrets_note: str
    url_key: str | None = "url"
    types: tuple[str | None, str | None] = (None, None)
    asks: bool = False
    syntax: Literal["json", "toml"] = "json"

    def document(self, server: Server) -> Document:
        """The smallest whole configuration with this server in it. Raises InvalidArgumentError."""
        entry = self._remote(server) if isinstance(server, RemoteServer) else self._local(server)
        inputs = {"inputs": [_input(name) for name in server.secrets]} if self.asks and server.secrets else {}
        return inputs | {self.key: {NAME: entry}}

    def _local(self, server: LocalServer) -> Document:
        typed = {"type": self.types[0]} if self.types[0] else {}
        started = typed | {"command": server.command, "args": list(server.args)}
        if self.syntax == "toml":
            forwarded = {"env_vars": list(server.secrets)} if server.secrets else {}
            return started | forwarded | ({"env": dict(server.env)} if server.env else {})
        return started | {"env": dict(server.env) | {name: self.reference(name) for name in server.secrets}}

    def _remote(self, server: RemoteServer) -> Document:
        if self.url_key is None:
            raise InvalidArgumentError(
                f"The file of {self.client} takes only servers that it starts, and {server.url} is a URL.",
                "One that the internet can reach, with --auth oidc, is added in Claude Desktop under Settings → "
                "Connectors: Anthropic's servers connect to it. For any other leave out --transport http.",
            )
        typed = {"type": self.types[1]} if self.types[1] else {}
        named = typed | {self.url_key: server.url}
        if self.syntax == "toml":
            return named | _codex_headers(server)
        headers = {name: start + self.reference(variable) for name, (start, variable) in server.headers.items()}
        return named | ({"headers": headers} if headers else {})


def _codex_headers(server: RemoteServer) -> Document:
    """Codex reads a bearer token, and whole headers, from variables of its own environment."""
    named = {name: variable for name, (start, variable) in server.headers.items() if not start}
    bearer = server.headers.get("Authorization")
    told: Document = {"bearer_token_env_var": bearer[1]} if bearer else {}
    return told | ({"env_http_headers": named} if named else {})


def _input(variable: str) -> Document:
    return {"type": "promptString", "id": input_id(variable), "description": variable, "password": True}


def input_id(variable: str) -> str:
    return variable.lower().replace("_", "-")


def placeholder(variable: str) -> str:
    return f"<{variable}>"


_FROM_ENVIRONMENT = "{client} takes {names} from its own environment: set it there before you start {client}."

SHAPES = {
    "claude-desktop": Shape(
        "Claude Desktop",
        "mcpServers",
        placeholder,
        "Write {names} in place of what stands in <angle brackets>: {client} has no other way to be told of secrets in "
        "this file. The bundle (docs/clients.md) keeps them out of files.",
        url_key=None,
    ),
    "claude-code": Shape("Claude Code", "mcpServers", "${{{}}}".format, _FROM_ENVIRONMENT, types=(None, "http")),
    "cursor": Shape("Cursor", "mcpServers", "${{env:{}}}".format, _FROM_ENVIRONMENT),
    "vscode": Shape(
        "VS Code",
        "servers",
        lambda variable: f"${{input:{input_id(variable)}}}",
        "{client} asks for {names} when it first starts the server, and keeps it safe.",
        types=("stdio", "http"),
        asks=True,
    ),
    "windsurf": Shape("Windsurf", "mcpServers", "${{env:{}}}".format, _FROM_ENVIRONMENT, url_key="serverUrl"),
    "codex": Shape("Codex", "mcp_servers", "{}".format, _FROM_ENVIRONMENT, syntax="toml"),
    "gemini": Shape("Gemini CLI", "mcpServers", "${{{}}}".format, _FROM_ENVIRONMENT, url_key="httpUrl"),
}
"""By the names that `mcp-traces config` knows the clients by."""
