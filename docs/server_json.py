"""server.json for the MCP registry, from the settings and the package's version, so that neither can drift from it."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter

from mcp_traces import __version__
from mcp_traces.settings import MLFLOW_SECRETS, STDIO_SETTINGS, Settings, variables_of

NAME = "io.github.mcp-traces/mcp-traces"
TITLE = "MLflow traces"
DESCRIPTION = "Find and read MLflow traces: why a run failed, what is slow, what a user saw. Read-only."
IMAGE = "ghcr.io/mcp-traces/mcp-traces"

_SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
_MLFLOWS = tuple(name for name, field in Settings.model_fields.items() if field.exclude)
_OF_STDIO = (*STDIO_SETTINGS, *_MLFLOWS)
_OF_HTTP = tuple(name for name in Settings.model_fields if name not in _MLFLOWS and name != "transport")
_FORMATS = {"integer": "number", "number": "number", "boolean": "boolean"}


def server_json() -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "version": __version__,
        "packages": [_pypi(), _image(), _pypi_over_http()],
        "remotes": [_remote()],
    }


def _pypi() -> dict[str, Any]:
    return {
        "registryType": "pypi",
        "identifier": "mcp-traces",
        "version": __version__,
        "runtimeHint": "uvx",
        "transport": {"type": "stdio"},
        "environmentVariables": [*_variables(_OF_STDIO)],
    }


def _image() -> dict[str, Any]:
    """The version of an image is its tag; what it does by itself is to serve HTTP."""
    return {
        "registryType": "oci",
        "identifier": f"{IMAGE}:{__version__}",
        "runtimeHint": "docker",
        "transport": {"type": "stdio"},
        "packageArguments": [{"type": "positional", "value": "serve"}],
        "environmentVariables": [*_variables(_OF_STDIO)],
    }


def _pypi_over_http() -> dict[str, Any]:
    return _pypi() | {
        "transport": {"type": "streamable-http", "url": "http://127.0.0.1:{MCP_TRACES_PORT}/mcp"},
        "packageArguments": [{"type": "named", "name": "--transport", "value": "http"}],
        "environmentVariables": [*_variables((*_OF_HTTP, *_MLFLOWS))],
    }


def _remote() -> dict[str, Any]:
    """Whoever runs one for a team has an address of their own."""
    host = {"description": "Host of your team's server", "isRequired": True, "placeholder": "traces.example.com"}
    return {
        "type": "streamable-http",
        "url": "https://{host}/mcp",
        "variables": {"host": host},
        "headers": [
            _header("Authorization", "Token of `mcp-traces token add`, where the server wants one", "Bearer TOKEN"),
            _header(
                "X-MLflow-Authorization",
                "Your own credentials for MLflow, where the server asks it as each caller",
                "Bearer TOKEN",
            ),
        ],
    }


def _header(name: str, description: str, placeholder: str) -> dict[str, Any]:
    flags = {"isRequired": False, "isSecret": True}
    return {"name": name, "description": _plain(description), **flags, "placeholder": placeholder}


def _variables(names: Sequence[str]) -> Iterable[dict[str, Any]]:
    for name in names:
        field = Settings.model_fields[name]
        flags = {"isRequired": name == "tracking_uri", "isSecret": name in MLFLOW_SECRETS}
        said = {"name": variable_of(name), "description": _plain(field.description or ""), **flags}
        placeholder = {"placeholder": "http://localhost:5000"} if name == "tracking_uri" else {}
        yield said | _kind(name) | placeholder


def variable_of(name: str) -> str:
    """One for each setting: ours, but for the store, which everybody knows by MLflow's name."""
    return "MLFLOW_TRACKING_URI" if name == "tracking_uri" else variables_of(name)[0]


def _kind(name: str) -> dict[str, Any]:
    field = Settings.model_fields[name]
    schema = TypeAdapter(field.annotation).json_schema()
    types = [schema.get("type"), *(one.get("type") for one in schema.get("anyOf", ()))]
    form = next((_FORMATS[one] for one in types if one in _FORMATS), None)
    if name.endswith(("_path", "_file")):
        form = "filepath"
    choices = {"choices": schema["enum"]} if "enum" in schema else {}
    default = {} if field.default in (None, ()) else {"default": _written(field.default)}
    return ({"format": form} if form else {}) | default | choices


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)


def _plain(text: str) -> str:
    """Registries show descriptions as they are, without Markdown."""
    return text.replace("`", "")
