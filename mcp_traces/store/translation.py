"""MLflow's error codes and texts in, our errors out: what both gateways use.

The codes are those of `mlflow/protos/databricks.proto` (ErrorCode). A code that is absent here is one that no route
or store method we call can answer with; it reads as a failing store.
"""

import re

from mcp_traces.errors import (
    InvalidArgumentError,
    NotFoundError,
    StoreDeniedError,
    StoreError,
    StoreForbiddenError,
    StoreTimeoutError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TracesError,
)

_DENIED_HINT = "Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
_LATER_HINT = "Try again in a moment; `mcp-traces check` shows whether the store answers."

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
    "PERMISSION_DENIED": (StoreForbiddenError, "The MLflow account in use lacks the right to read this."),
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


_ARGUMENT_AT_FAULT = re.compile(
    r"too large to convert|codec can't encode|malformed node or string|has no attribute 'end_time_ms'"
    r"|`order_by` contains duplicate|only ASCII characters"
)
"""What MLflow 3.17 calls an INTERNAL_ERROR though the filter, the order or an id is wrong: numbers beyond 64 bits,
lone surrogates, bare words in IN, `order_by end_time`."""

_SQL = re.compile(r"\s*(\[SQL|\[parameters:|\(Background on this error|\nLINE \d+:).*", re.DOTALL)
_ERROR_CLASS = re.compile(r"^\([\w.]+\) ")
_CREDENTIALS_IN_URI = re.compile(r"(?<=://)[^\s'\"]*@")
_PASSWORD = re.compile(r"\b(password|passwd|pwd|token|secret)=[^\s&'\"]+", re.IGNORECASE)
_OBJECT = re.compile(r" object at 0x[0-9a-f]+")
_LINE_BREAK = re.compile(r"\s*\n\s*")
_PRINTED_SET = re.compile(r"\{('[^'{}]*'(?:, '[^'{}]*')*)\}")


def translate_error(error_code: str, message: str, address: str) -> TracesError:
    """Our error for an MLflow error code; `message` is MLflow's own, cleaned. What is the store's fault names it."""
    if is_about_arguments(error_code, message):
        return InvalidArgumentError(f"MLflow cannot use this: {message}")
    kind, hint = ERRORS_BY_CODE.get(error_code, (StoreError, None))
    if issubclass(kind, StoreError):
        return kind(f"MLflow at {address} answered {error_code}: {message.rstrip('.')}.", hint)
    return kind(f"MLflow answered {error_code}: {message}", hint)


def is_about_arguments(error_code: str, message: str) -> bool:
    """Whether MLflow calls an error its own that is the caller's."""
    return error_code == "INTERNAL_ERROR" and _ARGUMENT_AT_FAULT.search(message) is not None


def clean_message(text: str) -> str:
    """An error text of MLflow or of a database driver, fit to be shown: no SQL, no parameters, no credentials.

    One line, and the same each time: sets, which MLflow prints in random order ("Valid keys are ..."), are sorted.
    """
    text = _LINE_BREAK.sub(" ", _OBJECT.sub("", _ERROR_CLASS.sub("", _SQL.sub("", text))))
    text = _PASSWORD.sub(r"\1=***", _CREDENTIALS_IN_URI.sub("", text))
    return _PRINTED_SET.sub(lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}", text).strip()
