"""What went wrong when an MLflow server was asked over HTTP: bad answers and broken connections in, our errors out.

Nothing of a request gets into a message but the server's address and the path; HTML is never quoted, for it is the
page of a proxy or of a framework and not what MLflow says.
"""

import json
import os
import ssl
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import httpx2

from mcp_traces.errors import (
    StoreDeniedError,
    StoreError,
    StoreForbiddenError,
    StoreTimeoutError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TracesError,
)
from mcp_traces.store.translation import ERRORS_BY_CODE, clean_message, translate_error

# A filter of any length comes back in MLflow's complaint about it.
_MAX_MESSAGE_CHARS = 1000
_MAX_CAUSE_CHARS = 200

_RUNNING_HINT = "Check that it is running and that MLFLOW_TRACKING_URI names it."
_DENIED_HINT = "Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
_OWN_DENIED_HINT = "Check the X-MLflow-Authorization that your client sends: Basic or Bearer, as MLflow wants it."
_OWN_FORBIDDEN_HINT = "Your MLflow account lacks the right to read this."
_TLS_HINT = (
    "Name the certificate authority in MLFLOW_TRACKING_SERVER_CERT_PATH; MLFLOW_TRACKING_INSECURE_TLS=true connects "
    "without any check. A server without TLS is named with http://."
)
_REDIRECT_HINT = (
    "Set MLFLOW_TRACKING_URI to the address that answers itself; a redirect to a sign-in page means that the "
    "credentials were not accepted."
)
_HEADER_HINT = "Check the user, password, token and workspace for line breaks and control characters."
_URI_HINT = "Check that MLFLOW_TRACKING_URI names an MLflow server, with its path prefix if it has one."
_LATER_HINT = "Try again in a moment; `mcp-traces check` shows whether the store answers."
_SLOW_HINT = "Narrow the search (since, until, experiment) or ask for less."
_LARGE_HINT = "Ask for less, or read it in MLflow itself; a server whose response never ends is not an MLflow server."
_LOG_HINT = "The MLflow server's own log has the reason."


class _StatusMeaning(NamedTuple):
    kind: type[StoreError]
    said: str
    hint: str


_DENIED = _StatusMeaning(StoreDeniedError, "refused the request", _DENIED_HINT)
_FORBIDDEN = _DENIED._replace(kind=StoreForbiddenError)
_UNAVAILABLE = _StatusMeaning(StoreUnavailableError, "is overloaded or down", _LATER_HINT)
_MEANINGS = {401: _DENIED, 403: _FORBIDDEN, 429: _UNAVAILABLE, 502: _UNAVAILABLE, 503: _UNAVAILABLE, 504: _UNAVAILABLE}
_FAILED = _StatusMeaning(StoreError, "failed", _LOG_HINT)
# 405: a server without the route may have another one, for another method, that the path fits too.
_ABSENT_ROUTE = (404, 405, 501)


def answer_error(response: httpx2.Response, content: bytes, address: str) -> TracesError:
    """The error that an answer other than 200 stands for."""
    code, message = _error_in(response, content)
    if code in ERRORS_BY_CODE:
        wait = _wait(response)
        return translate_error(code, f"{message.rstrip('.')}.{wait}" if wait else message, address)
    status = response.status_code
    if response.has_redirect_location:
        return _redirect_error(response, address)
    if status in _ABSENT_ROUTE:
        where = response.url.copy_with(query=None)
        return StoreUnsupportedError(f"{where} is not there (HTTP {status}): no MLflow server, or too old.", _URI_HINT)
    meaning = _MEANINGS.get(status, _FAILED)
    reason = f": {message.rstrip('.')}" if message else ""
    text = f"The MLflow server at {address} {meaning.said} (HTTP {status}){reason}.{_wait(response)}"
    return meaning.kind(text, meaning.hint)


def denied_to_caller(error: TracesError) -> TracesError:
    """The same for a caller with credentials of its own: no setting of this server would fix it."""
    if isinstance(error, StoreForbiddenError):
        return StoreForbiddenError(error.message, _OWN_FORBIDDEN_HINT)
    if isinstance(error, StoreDeniedError):
        return StoreDeniedError(f"MLflow refused your credentials. {error.message}", _OWN_DENIED_HINT)
    return error


def connection_error(error: httpx2.RequestError, address: str, connect_timeout_s: float) -> StoreError:
    """The error that a request without a complete answer stands for."""
    match error:
        case httpx2.ConnectTimeout():
            text = f"The MLflow server at {address} accepted no connection within {connect_timeout_s:g} s."
            return StoreTimeoutError(text, _RUNNING_HINT)
        case httpx2.LocalProtocolError():  # its own text quotes the header
            return StoreError("The MLflow credentials or workspace hold what HTTP does not allow.", _HEADER_HINT)
        case httpx2.DecodingError():
            return unreadable_error(address, "properly compressed")
        case _:
            return _unreachable_error(error, address)


def slow_error(address: str, seconds: float) -> StoreTimeoutError:
    return StoreTimeoutError(f"The MLflow server at {address} did not answer within {seconds:g} s.", _SLOW_HINT)


def unreadable_error(address: str, what: str) -> StoreError:
    return StoreError(f"The server at {address} answered something that is not {what}.", _URI_HINT)


def too_large_error(address: str, most: int) -> StoreError:
    return StoreError(f"The server at {address} sent more than {most // 1_000_000} MB, and was stopped.", _LARGE_HINT)


def _unreachable_error(error: httpx2.RequestError, address: str) -> StoreUnavailableError:
    causes = list(_causes(error))
    if tls := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        reason = tls.verify_message if isinstance(tls, ssl.SSLCertVerificationError) else tls.reason
        text = f"Cannot make a secure connection to the MLflow server at {address}: {reason or 'the handshake failed'}."
        return StoreUnavailableError(text, _TLS_HINT)
    return StoreUnavailableError(f"Cannot reach the MLflow server at {address}: {_short_cause(causes)}.", _RUNNING_HINT)


def _short_cause(causes: list[BaseException]) -> str:
    """What the system says (`Connection refused`); asyncio and httpx2 only repeat it with addresses and wrappings."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.errno is not None:
            # Name resolution has numbers of its own, which are negative, and good texts.
            return os.strerror(cause.errno) if cause.errno > 0 else str(cause.strerror)
    outermost = causes[0]
    return (str(outermost) or type(outermost).__name__)[:_MAX_CAUSE_CHARS].rstrip(".")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # A host with several addresses fails once for each.
        group = cast("BaseExceptionGroup[BaseException]", error) if isinstance(error, BaseExceptionGroup) else None
        error = group.exceptions[0] if group else error.__cause__ or error.__context__


def _error_in(response: httpx2.Response, content: bytes) -> tuple[str, str]:
    """MLflow's error code and message, as far as the body has them."""
    if response.headers.get("content-type", "").startswith("text/plain"):
        return "", _shown(content.decode("utf-8", "replace"))
    try:
        body: Any = json.loads(content)
        # `detail` is what FastAPI, on which MLflow is served, calls it.
        return str(body.get("error_code", "")), _shown(str(body.get("message") or body.get("detail") or ""))
    except (ValueError, AttributeError, RecursionError):
        return "", ""


def _shown(message: str) -> str:
    text = clean_message(message)
    return text if len(text) <= _MAX_MESSAGE_CHARS else text[:_MAX_MESSAGE_CHARS] + "…"


def _redirect_error(response: httpx2.Response, address: str) -> StoreError:
    # Only the host: paths and queries of sign-in redirects carry tokens.
    try:
        target = response.url.join(response.headers["location"]).host
    except httpx2.InvalidURL:
        target = "an invalid address"
    text = f"The MLflow server at {address} redirects to {target} (HTTP {response.status_code}); it was not followed."
    return StoreError(text, _REDIRECT_HINT)


def _wait(response: httpx2.Response) -> str:
    wait = response.headers.get("retry-after", "")
    if not wait:
        return ""
    return f" It asks to wait {wait} s." if wait.isdigit() else f" It asks to wait until {wait[:40]}."
