"""Which gateway a tracking URI needs."""

from mcp_traces.records import DATABASE_KINDS
from mcp_traces.settings import Settings
from mcp_traces.store.addresses import store_kind
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.store.rest_gateway import RestConfig, RestGateway

DEFAULT_TRACKING_URI = "sqlite:///mlflow.db"


def tracking_uri(settings: Settings) -> str:
    """The configured store or MLflow's own default; a bare path is a file store, as for MLflow."""
    return settings.tracking_uri or DEFAULT_TRACKING_URI


def open_gateway(settings: Settings) -> TraceGateway:
    """The gateway for the configured store. Opens nothing yet and does not import MLflow."""
    uri = tracking_uri(settings)
    if settings.asks_a_server:
        return RestGateway(_rest_config(uri, settings))
    # Not at the top: sqlalchemy is for databases only, mlflow for what remains.
    if store_kind(uri) in DATABASE_KINDS:
        from mcp_traces.store.sql_gateway import SqlGateway

        return SqlGateway(
            uri,
            timeout_s=settings.timeout_s,
            max_concurrency=settings.max_concurrency,
            workspace=settings.workspace,
        )
    from mcp_traces.store.mlflow_gateway import MlflowGateway

    return MlflowGateway(uri, timeout_s=settings.timeout_s, max_concurrency=settings.max_concurrency)


def _rest_config(uri: str, settings: Settings) -> RestConfig:
    username, password = settings.credentials
    return RestConfig(
        base_url=uri,
        username=username,
        password=password,
        token=settings.tracking_token.get_secret_value() if settings.tracking_token else None,
        insecure_tls=settings.insecure_tls,
        server_cert_path=settings.server_cert_path,
        client_cert_path=settings.client_cert_path,
        workspace=settings.workspace,
        timeout_s=settings.timeout_s,
        max_concurrency=settings.max_concurrency,
    )
