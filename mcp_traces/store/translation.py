"""MLflow's error codes in, our errors out: the one table both gateways use.

The codes are those of `mlflow/protos/databricks.proto` (ErrorCode). A code that is absent here is one that no route
or store method we call can answer with; it reads as a failing store.
"""

from mcp_traces.errors import (
    InvalidArgumentError,
    NotFoundError,
    StoreDeniedError,
    StoreError,
    StoreTimeoutError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TracesError,
)

_DENIED_HINT = "Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
_LATER_HINT = "Try again in a moment; `mcp-traces check` tells whether the store answers."

ERRORS_BY_CODE: dict[str, tuple[type[TracesError], str | None]] = {
    "INVALID_PARAMETER_VALUE": (InvalidArgumentError, None),
    "BAD_REQUEST": (InvalidArgumentError, None),
    "MALFORMED_REQUEST": (InvalidArgumentError, None),
    "SEARCH_QUERY_TOO_LONG": (InvalidArgumentError, None),
    "SEARCH_QUERY_TOO_SHORT": (InvalidArgumentError, None),
    "RESOURCE_DOES_NOT_EXIST": (NotFoundError, None),
    "NOT_FOUND": (NotFoundError, None),
    "UNAUTHENTICATED": (StoreDeniedError, _DENIED_HINT),
    "CUSTOMER_UNAUTHORIZED": (StoreDeniedError, _DENIED_HINT),
    "PERMISSION_DENIED": (StoreDeniedError, "The MLflow account in use lacks the right to read this."),
    "ENDPOINT_NOT_FOUND": (StoreUnsupportedError, "The MLflow server is too old, or the URL is not an MLflow server."),
    "NOT_IMPLEMENTED": (StoreUnsupportedError, None),
    "FEATURE_DISABLED": (StoreUnsupportedError, None),
    "TEMPORARILY_UNAVAILABLE": (StoreUnavailableError, _LATER_HINT),
    "SERVICE_UNDER_MAINTENANCE": (StoreUnavailableError, _LATER_HINT),
    "WORKSPACE_TEMPORARILY_UNAVAILABLE": (StoreUnavailableError, _LATER_HINT),
    "REQUEST_LIMIT_EXCEEDED": (StoreUnavailableError, _LATER_HINT),
    "RESOURCE_EXHAUSTED": (StoreUnavailableError, _LATER_HINT),
    "QUOTA_EXCEEDED": (StoreUnavailableError, _LATER_HINT),
    "COULD_NOT_ACQUIRE_LOCK": (StoreUnavailableError, _LATER_HINT),
    "ABORTED": (StoreUnavailableError, _LATER_HINT),
    "CANCELLED": (StoreUnavailableError, _LATER_HINT),
    "DEADLINE_EXCEEDED": (StoreTimeoutError, "Narrow the search (since, until, experiment) or ask for less."),
    "INTERNAL_ERROR": (StoreError, "The MLflow server's own log has the reason."),
    "UNPARSEABLE_HTTP_ERROR": (StoreError, "The MLflow server's own log has the reason."),
    "INVALID_STATE": (StoreError, None),
    "DATA_LOSS": (StoreError, None),
    "IO_ERROR": (StoreError, None),
}


def translate_error(error_code: str, message: str) -> TracesError:
    """Our error for an MLflow error code; `message` is MLflow's own, already free of SQL and credentials."""
    kind, hint = ERRORS_BY_CODE.get(error_code, (StoreError, None))
    return kind(f"MLflow answered {error_code}: {message}", hint)
