"""The server that a client is told of: a process to start with its variables, or a URL; secrets by name alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from urllib.parse import urlsplit

from mcp_traces.settings import MLFLOW_SECRETS, STDIO_SETTINGS, Settings, variables_of
from mcp_traces.store.addresses import store_kind

NAME = "mlflow-traces"
EXAMPLE_URI = "http://localhost:5000"
TRACKING_URI = "MLFLOW_TRACKING_URI"
TOKEN = "MCP_TRACES_TOKEN"
"""The client's variable for a token that `mcp-traces token add` gave; the server knows none of this name."""

AUTHORIZATION = "MCP_TRACES_MLFLOW_AUTHORIZATION"
"""The client's variable for what it sends as X-MLflow-Authorization."""

_MLFLOWS = tuple(name for name, field in Settings.model_fields.items() if field.exclude and name not in MLFLOW_SECRETS)
PLAIN_VARIABLES = frozenset(variable for name in (*STDIO_SETTINGS, *_MLFLOWS) for variable in variables_of(name))
"""Those whose values are no secrets, but for a tracking URI with a password in it."""

_WHOLE = ("/", ":memory:", "file:")
"""What the path of a SQLite URI begins with when it is not one from the working folder."""

_EXTRAS = {"postgresql": "postgresql", "mysql": "mysql"}


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A process that the client starts. `secrets` are variables whose values are not ours to write down."""

    args: tuple[str, ...] = ("mcp-traces",)
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: tuple[str, ...] = ()
    command: str = "uvx"


@dataclass(frozen=True, slots=True)
class RemoteServer:
    """A URL. `headers` are made of a beginning and the variable whose value, a secret, follows it."""

    url: str
    headers: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(variable for _, variable in self.headers.values())


Server = LocalServer | RemoteServer

EXAMPLE = LocalServer(env={TRACKING_URI: EXAMPLE_URI})


def server_of(settings: Settings) -> Server:
    """The server that these settings describe, as a client would reach it."""
    return _remote(settings) if settings.transport == "http" else _local(settings)


def names_a_store(settings: Settings) -> bool:
    """Whether a client would get answers from a store that was meant: the example is nobody's."""
    return settings.transport == "http" or _tracking_uri(settings) is not None


def _remote(settings: Settings) -> RemoteServer:
    headers: dict[str, tuple[str, str]] = {}
    if settings.auth == "token":
        headers["Authorization"] = ("Bearer ", TOKEN)
    if settings.mlflow_credentials == "caller":
        headers["X-MLflow-Authorization"] = ("", AUTHORIZATION)
    return RemoteServer(settings.public_url or f"http://{_host(settings)}:{settings.port}/mcp", headers)


def _host(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return f"[{host}]" if ":" in host else host


def _local(settings: Settings) -> LocalServer:
    uri = _tracking_uri(settings) or EXAMPLE_URI
    hidden = (TRACKING_URI,) if holds_secret(uri) else ()
    env = {} if hidden else {TRACKING_URI: uri}
    return LocalServer(_args(uri), env | dict(_variables(settings)), (*hidden, *_secrets(settings)))


def _args(uri: str) -> tuple[str, ...]:
    extra = _EXTRAS.get(store_kind(uri))
    return ("--from", f"mcp-traces[{extra}]", "mcp-traces") if extra else ("mcp-traces",)


def _tracking_uri(settings: Settings) -> str | None:
    """Clients start servers in folders of their own, so a file is named by its whole path."""
    uri = settings.tracking_uri
    if uri is None:
        return _from_here("sqlite:///", "mlflow.db") if Path("mlflow.db").is_file() else None
    start, path = uri[: len("sqlite:///")], uri[len("sqlite:///") :]
    if start == "sqlite:///" and path and not path.startswith(_WHOLE) and not PureWindowsPath(path).drive:
        return _from_here(start, path)
    return str(Path(uri).absolute()) if store_kind(uri) == "file" and not uri.startswith("file:") else uri


def _from_here(start: str, path: str) -> str:
    """The path stays as it was written: `%` begins an escape in it, as it would in the name of this folder."""
    return f"{start}{Path.cwd().as_posix().replace('%', '%25')}/{path}"


def holds_secret(uri: str) -> bool:
    """Whether the URI has a password, or options, which may be one; or, to a server, a user, which may be a token."""
    if store_kind(uri) in ("sqlite", "file"):
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:  # nobody can say what stands in it
        return True
    return bool(parts.password or parts.query or (parts.username and parts.scheme.startswith("http")))


def _variables(settings: Settings) -> Iterator[tuple[str, str]]:
    """What was set, of the settings that concern a server which a client starts."""
    for name in (*STDIO_SETTINGS, *_MLFLOWS):
        value = getattr(settings, name)
        if name != "tracking_uri" and value != Settings.model_fields[name].default:
            yield variables_of(name)[0], _written(value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _secrets(settings: Settings) -> Iterator[str]:
    return (variables_of(name)[0] for name in MLFLOW_SECRETS if getattr(settings, name) is not None)
