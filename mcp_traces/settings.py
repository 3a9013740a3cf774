"""Every setting, from the environment and from flags.

Our own variables begin with MCP_TRACES_; MLflow's keep their names and their meaning.
"""

from configparser import ConfigParser, Error
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEFAULT_MAX_CHARS = 20_000
MAX_CHARS_CEILING = 80_000

STDIO_SETTINGS = (
    "tracking_uri",
    "experiment",
    "experiments",
    "max_chars",
    "redact",
    "timeout_s",
    "max_concurrency",
    "log_level",
    "log_format",
)
"""Those that concern a server which a client starts; the others are for one that is reached over HTTP."""

MLFLOW_SECRETS = ("tracking_password", "tracking_token")

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


TextTuple = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="MCP_TRACES_", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    tracking_uri: str | None = Field(
        default=None,
        validation_alias=AliasChoices("MCP_TRACES_TRACKING_URI", "MLFLOW_TRACKING_URI"),
        description="The MLflow store: `sqlite:///…`, `postgresql://…`, or the URL of an MLflow server. "
        "Default: MLflow's own, `sqlite:///mlflow.db` in the working folder.",
        repr=False,  # it may hold a password
    )
    experiment: str | None = Field(
        default=None,
        validation_alias=AliasChoices("MCP_TRACES_EXPERIMENT", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME"),
        description="Default experiment, id or name, for calls that name none.",
    )
    experiments: TextTuple = Field(
        default=(), description="Comma-separated ids or names; every other experiment does not exist for the client."
    )
    max_chars: int = Field(
        default=DEFAULT_MAX_CHARS,
        ge=2_000,
        le=MAX_CHARS_CEILING,
        description="Budget of one result, in characters, when the call names none.",
    )
    redact: Literal["off", "credentials", "pii"] = Field(
        default="credentials",
        description="What is masked in all that is shown: `credentials`, `pii` too (personal data), or `off`.",
    )
    timeout_s: float = Field(
        default=30.0, gt=0, le=600, description="Seconds one tool call may take, whatever MLflow does."
    )
    max_concurrency: int = Field(default=16, ge=1, le=256, description="MLflow calls at a time.")
    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = Field(
        default="INFO", description="Least level logged to stderr."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="`text` for people, `json` for machines.")

    transport: Literal["stdio", "http"] = Field(
        default="stdio",
        description="`stdio` for a client that starts the server, `http` for a team: Streamable HTTP at /mcp.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on (http).")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on (http); 0 takes a free one.")
    public_url: str | None = Field(
        default=None, description="URL under which clients reach /mcp, such as `https://traces.example.com/mcp` (http)."
    )
    auth: Literal["none", "token", "oidc"] = Field(
        default="none",
        description="Who is let in (http): `none` on loopback only, `token` from a file, `oidc` by JWTs of an issuer.",
    )
    token_file: Path = Field(
        default=Path("~/.mcp-traces/tokens.json"), description="File of `auth=token`, written by `mcp-traces token`."
    )
    oidc_issuer: str | None = Field(
        default=None, description="Issuer of the JWTs of `auth=oidc`, exactly as their `iss` has it."
    )
    oidc_audience: str | None = Field(
        default=None, description="`aud` that the JWTs must have. Default: the public URL."
    )
    oidc_scopes: TextTuple = Field(default=(), description="Comma-separated scopes that a JWT must have, all of them.")
    oidc_algorithms: TextTuple = Field(
        default=("RS256", "ES256"), description="Comma-separated signature algorithms that are accepted."
    )
    oidc_jwks_uri: str | None = Field(default=None, description="Keys of the issuer. Default: as its metadata says.")
    oidc_experiments_claim: str | None = Field(
        default=None,
        description="Claim that lists the experiments its bearer may see. Default: all that the server shows.",
    )
    mlflow_credentials: Literal["server", "caller"] = Field(
        default="server",
        description="Whose rights MLflow is asked with (http): the server's own, or those that each request brings as "
        "`X-MLflow-Authorization`.",
    )
    allowed_hosts: TextTuple = Field(
        default=(),
        description="Comma-separated `Host` values to answer, beside those of the address and the public URL.",
    )
    allowed_origins: TextTuple = Field(default=(), description="Comma-separated origins of browser clients.")
    calls_per_caller: int = Field(default=4, ge=1, le=64, description="Calls of one caller that run at a time (http).")
    waiting_per_caller: int = Field(
        default=100, ge=0, le=10_000, description="Calls of one caller that may wait (http)."
    )
    max_body_bytes: int = Field(default=1_000_000, ge=1_000, le=16_000_000, description="Largest request body (http).")
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="Port of Prometheus metrics, without auth. Default: /metrics, behind auth.",
    )

    tracking_username: str | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_USERNAME",
        exclude=True,
        description="User name for the MLflow server.",
    )
    tracking_password: SecretStr | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_PASSWORD",
        exclude=True,
        description="Password for the MLflow server.",
    )
    tracking_token: SecretStr | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_TOKEN",
        exclude=True,
        description="Bearer token for the MLflow server.",
    )
    insecure_tls: bool = Field(
        default=False,
        validation_alias="MLFLOW_TRACKING_INSECURE_TLS",
        exclude=True,
        description="true: do not check the certificate of the MLflow server.",
    )
    server_cert_path: str | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_SERVER_CERT_PATH",
        exclude=True,
        description="Certificates that the MLflow server is checked against.",
    )
    client_cert_path: str | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_CLIENT_CERT_PATH",
        exclude=True,
        description="Certificate and key to show to the MLflow server, in one file.",
    )
    aws_sigv4: bool = Field(
        default=False,
        validation_alias="MLFLOW_TRACKING_AWS_SIGV4",
        exclude=True,
        description="true: sign requests to the MLflow server with AWS credentials.",
    )
    tracking_auth: str | None = Field(
        default=None,
        validation_alias="MLFLOW_TRACKING_AUTH",
        exclude=True,
        description="Name of the plugin of MLflow that authenticates its requests.",
    )
    workspace: str | None = Field(
        default=None, validation_alias="MLFLOW_WORKSPACE", exclude=True, description="Workspace of the MLflow server."
    )

    @property
    def asks_a_server(self) -> bool:
        """Whether the store is an MLflow server that we ask over HTTP; any other is opened by MLflow itself."""
        over_http = (self.tracking_uri or "").startswith(("http://", "https://"))
        return over_http and not (self.aws_sigv4 or self.tracking_auth)

    @property
    def credentials(self) -> tuple[str | None, str | None]:
        """User name and password, from the environment or, as MLflow does, from ~/.mlflow/credentials."""
        stored = _stored_credentials(Path("~/.mlflow/credentials").expanduser())
        password = self.tracking_password.get_secret_value() if self.tracking_password else None
        return self.tracking_username or stored[0], password or stored[1]


def variables_of(name: str) -> tuple[str, ...]:
    """The environment variables of a setting, the one that counts first."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (alias if isinstance(alias, str) else f"MCP_TRACES_{name.upper()}",)


def _stored_credentials(path: Path) -> tuple[str | None, str | None]:
    parser = ConfigParser()
    try:
        parser.read(path)
        return (
            parser.get("mlflow", "mlflow_tracking_username", fallback=None),
            parser.get("mlflow", "mlflow_tracking_password", fallback=None),
        )
    except (Error, OSError, UnicodeDecodeError):
        # What MLflow could not read either is no credentials; the store will say that it wants some.
        return None, None
