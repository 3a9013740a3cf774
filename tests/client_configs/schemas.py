"""What each client documents of its configuration file, as small JSON schemas, with the page each is from.

They allow what is documented and nothing else, so that a key of another client (`url` for `serverUrl`, `headers` for
`http_headers`) is refused here as it would be passed over there.
"""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT}
TEXT_BY_NAME: Schema = {"type": "object", "additionalProperties": TEXT}


def _object(required: tuple[str, ...], **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _servers(*kinds: Schema) -> Schema:
    return {"type": "object", "minProperties": 1, "additionalProperties": {"oneOf": list(kinds)}}


_STARTED = _object(("command",), command=TEXT, args=TEXTS, env=TEXT_BY_NAME)

SCHEMAS: dict[str, Schema] = {
    # https://modelcontextprotocol.io/docs/develop/connect-local-servers: servers to start only; URLs are connectors
    # (https://support.claude.com/en/articles/11175166).
    "claude-desktop": _object(("mcpServers",), mcpServers=_servers(_STARTED)),
    # https://code.claude.com/docs/en/mcp: "MCP installation scopes" (.mcp.json) and "Environment variable expansion":
    # ${VAR} in command, args, env, url and headers.
    "claude-code": _object(
        ("mcpServers",),
        mcpServers=_servers(
            _STARTED, _object(("type", "url"), type={"enum": ["http", "sse"]}, url=TEXT, headers=TEXT_BY_NAME)
        ),
    ),
    # https://cursor.com/docs/mcp: "Using mcp.json" and "Config interpolation": ${env:NAME} in command, args, env, url
    # and headers.
    "cursor": _object(
        ("mcpServers",), mcpServers=_servers(_STARTED, _object(("url",), url=TEXT, headers=TEXT_BY_NAME))
    ),
    # https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
    "vscode": _object(
        ("servers",),
        servers=_servers(
            _object(("type", "command"), type={"const": "stdio"}, command=TEXT, args=TEXTS, env=TEXT_BY_NAME),
            _object(("type", "url"), type={"enum": ["http", "sse"]}, url=TEXT, headers=TEXT_BY_NAME),
        ),
        inputs={
            "type": "array",
            "items": _object(
                ("type", "id", "description"),
                type={"const": "promptString"},
                id=TEXT,
                description=TEXT,
                password={"type": "boolean"},
            ),
        },
    ),
    # https://docs.windsurf.com/windsurf/cascade/mcp: "mcp_config.json", "Remote HTTP MCPs", "Config Interpolation".
    "windsurf": _object(
        ("mcpServers",),
        mcpServers=_servers(_STARTED, _object(("serverUrl",), serverUrl=TEXT, headers=TEXT_BY_NAME)),
    ),
    # https://developers.openai.com/codex/mcp, and RawMcpServerConfig in openai/codex, codex-rs/config/src/mcp_types.rs.
    "codex": _object(
        ("mcp_servers",),
        mcp_servers=_servers(
            _object(("command",), command=TEXT, args=TEXTS, env=TEXT_BY_NAME, env_vars=TEXTS),
            _object(
                ("url",), url=TEXT, bearer_token_env_var=TEXT, http_headers=TEXT_BY_NAME, env_http_headers=TEXT_BY_NAME
            ),
        ),
    ),
    # https://geminicli.com/docs/tools/mcp-server: `httpUrl` is Streamable HTTP, `url` SSE; $VAR and ${VAR} in texts
    # (https://geminicli.com/docs/reference/configuration).
    "gemini": _object(
        ("mcpServers",),
        mcpServers=_servers(_STARTED, _object(("httpUrl",), httpUrl=TEXT, headers=TEXT_BY_NAME)),
    ),
}

REFERENCES = {
    "claude-desktop": r"<\w+>",
    "claude-code": r"\$\{\w+\}",
    "cursor": r"\$\{env:\w+\}",
    "vscode": r"\$\{input:[\w-]+\}",
    "windsurf": r"\$\{env:\w+\}",
    "codex": r"\w+",
    "gemini": r"\$\{\w+\}",
}
"""How each writes the place of a secret."""
