"""Each way an MLflow server can fail to answer, and the error that tells an agent what to do about it."""

import socket

import httpx2
import pytest

from mcp_traces.errors import (
    InvalidArgumentError,
    StoreDeniedError,
    StoreError,
    StoreForbiddenError,
    StoreTimeoutError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TracesError,
)
from tests.store.rest_server import Answer, FixedServer, mlflow_error

pytestmark = pytest.mark.anyio

EXPERIMENTS = "/mlflow/api/2.0/mlflow/experiments/search"
SECRET = "s3cret"
BASE_URL = f"http://ann:{SECRET}@mlflow.test:5000/mlflow/?token={SECRET}#{SECRET}"
ADDRESS = "http://mlflow.test:5000/mlflow"
PAGE = "<!doctype html><h1>Bad Gateway at internal-host</h1>"


async def failure(answer: Answer) -> TracesError:
    """The error of one question."""
    with pytest.raises(TracesError) as raised:
        await FixedServer({EXPERIMENTS: answer}).gateway(BASE_URL).search_experiments(1)
    assert SECRET not in f"{raised.value!r} {raised.value}"
    return raised.value


@pytest.mark.parametrize(
    ("answer", "kind", "message", "hint"),
    [
        pytest.param(
            httpx2.Response(401, text="You are not authenticated."),
            StoreDeniedError,
            f"The MLflow server at {ADDRESS} refused the request (HTTP 401): You are not authenticated.",
            "MLFLOW_TRACKING_USERNAME",
            id="no credentials",
        ),
        pytest.param(
            httpx2.Response(403, html=PAGE),
            StoreForbiddenError,
            f"The MLflow server at {ADDRESS} refused the request (HTTP 403).",
            "MLFLOW_TRACKING_TOKEN",
            id="denied by a proxy",
        ),
        pytest.param(
            mlflow_error(403, "PERMISSION_DENIED", "Permission denied"),
            StoreForbiddenError,
            f"MLflow at {ADDRESS} answered PERMISSION_DENIED: Permission denied.",
            "lacks the right",
            id="denied by MLflow",
        ),
        pytest.param(
            httpx2.Response(404, html=PAGE),
            StoreUnsupportedError,
            f"http://mlflow.test:5000{EXPERIMENTS} is not there (HTTP 404): no MLflow server, or too old.",
            "MLFLOW_TRACKING_URI",
            id="no such route",
        ),
        pytest.param(
            httpx2.Response(404, json={"detail": "Not Found"}),
            StoreUnsupportedError,
            f"http://mlflow.test:5000{EXPERIMENTS} is not there (HTTP 404): no MLflow server, or too old.",
            "MLFLOW_TRACKING_URI",
            id="no such route, in JSON",
        ),
        pytest.param(
            httpx2.Response(429, headers={"Retry-After": "7"}),
            StoreUnavailableError,
            f"The MLflow server at {ADDRESS} is overloaded or down (HTTP 429). It asks to wait 7 s.",
            "Try again in a moment",
            id="too many requests",
        ),
        pytest.param(
            httpx2.Response(503, headers={"Retry-After": "Sat, 21 Nov 2026 00:21:29 GMT"}, html=PAGE),
            StoreUnavailableError,
            f"The MLflow server at {ADDRESS} is overloaded or down (HTTP 503). "
            "It asks to wait until Sat, 21 Nov 2026 00:21:29 GMT.",
            "Try again in a moment",
            id="until a date",
        ),
        pytest.param(
            httpx2.Response(502, html=PAGE),
            StoreUnavailableError,
            f"The MLflow server at {ADDRESS} is overloaded or down (HTTP 502).",
            "Try again in a moment",
            id="bad gateway",
        ),
        pytest.param(
            mlflow_error(503, "TEMPORARILY_UNAVAILABLE", "database is locked"),
            StoreUnavailableError,
            f"MLflow at {ADDRESS} answered TEMPORARILY_UNAVAILABLE: database is locked.",
            "Try again in a moment",
            id="locked database",
        ),
        pytest.param(
            mlflow_error(500, "INTERNAL_ERROR", "(OperationalError) no such host\n[SQL: SELECT secret FROM t]"),
            StoreError,
            f"MLflow at {ADDRESS} answered INTERNAL_ERROR: no such host.",
            "own log",
            id="internal error",
        ),
        pytest.param(
            mlflow_error(500, "A_LATER_CODE", "what it says."),
            StoreError,
            f"The MLflow server at {ADDRESS} failed (HTTP 500): what it says.",
            "own log",
            id="code we do not know",
        ),
        pytest.param(
            httpx2.Response(500, html=PAGE),
            StoreError,
            f"The MLflow server at {ADDRESS} failed (HTTP 500).",
            "own log",
            id="page of a framework",
        ),
        pytest.param(
            httpx2.Response(418, text=f"{'x' * 5000}"),
            StoreError,
            f"The MLflow server at {ADDRESS} failed (HTTP 418): {'x' * 1000}….",
            "own log",
            id="long text",
        ),
        pytest.param(
            mlflow_error(400, "INVALID_PARAMETER_VALUE", "no"),
            InvalidArgumentError,
            "MLflow answered INVALID_PARAMETER_VALUE: no",
            None,
            id="argument refused",
        ),
        pytest.param(
            httpx2.Response(302, headers={"Location": f"https://login.test/auth?state={SECRET}"}),
            StoreError,
            f"The MLflow server at {ADDRESS} redirects to login.test (HTTP 302); it was not followed.",
            "sign-in page",
            id="redirect to a sign-in page",
        ),
        pytest.param(
            httpx2.Response(308, headers={"Location": "/elsewhere"}),
            StoreError,
            f"The MLflow server at {ADDRESS} redirects to mlflow.test (HTTP 308); it was not followed.",
            "MLFLOW_TRACKING_URI",
            id="redirect on the same host",
        ),
        pytest.param(
            httpx2.Response(302, headers={"Location": "http://[::1"}),
            StoreError,
            f"The MLflow server at {ADDRESS} redirects to an invalid address (HTTP 302); it was not followed.",
            "MLFLOW_TRACKING_URI",
            id="redirect to nowhere",
        ),
        pytest.param(
            httpx2.Response(500, content=b"no \xff", headers={"Content-Type": "text/plain; charset=hex"}),
            StoreError,
            f"The MLflow server at {ADDRESS} failed (HTTP 500): no \N{REPLACEMENT CHARACTER}.",
            "own log",
            id="text in no encoding of text",
        ),
        pytest.param(
            httpx2.Response(500, json={"message": "x" * 2_000_000}),
            StoreError,
            f"The MLflow server at {ADDRESS} failed (HTTP 500).",
            "own log",
            id="more than anyone says",
        ),
        pytest.param(
            httpx2.Response(
                429, headers={"Retry-After": "7"}, json={"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Slower."}
            ),
            StoreUnavailableError,
            f"MLflow at {ADDRESS} answered REQUEST_LIMIT_EXCEEDED: Slower. It asks to wait 7 s.",
            "Try again in a moment",
            id="too many requests, in MLflow's words",
        ),
        pytest.param(
            httpx2.Response(204),
            StoreError,
            f"The MLflow server at {ADDRESS} failed (HTTP 204).",
            "own log",
            id="no content",
        ),
    ],
)
async def test_an_answer_that_is_none_says_what_to_do(
    answer: httpx2.Response, kind: type[TracesError], message: str, hint: str | None
) -> None:
    """Who is at fault, in which words of the server's, and what to try: never its HTML, its SQL or our credentials."""
    error = await failure(answer)

    assert (type(error), error.message) == (kind, message)
    assert (error.hint is None) if hint is None else (hint in str(error.hint))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx2.Response(200, html=PAGE), id="a page"),
        pytest.param(httpx2.Response(200, content=b""), id="nothing"),
        pytest.param(httpx2.Response(200, content=b'{"experiments": [{"na'), id="JSON cut short"),
        pytest.param(httpx2.Response(200, content=b"\xff\xfe\xfd"), id="no text"),
        pytest.param(httpx2.Response(200, json=[1]), id="a list"),
        pytest.param(httpx2.Response(200, json={"experiments": [{"name": "chat"}]}), id="a field missing"),
        pytest.param(httpx2.Response(200, json={"experiments": 7}), id="a field of another type"),
        pytest.param(
            httpx2.Response(
                200, content=b'{"experiments": [{"experiment_id": "1", "name": "a", "last_update_time": 1e999}]}'
            ),
            id="a number beyond all numbers",
        ),
        pytest.param(httpx2.Response(200, content=b"[" * 100_000), id="deeper than Python reads"),
    ],
)
async def test_an_answer_of_another_shape_is_not_mlflows(answer: httpx2.Response) -> None:
    """Web servers answer 200 to anything: what came is not quoted, where it came from is."""
    error = await failure(answer)

    assert type(error) is StoreError
    assert error.message == f"The server at {ADDRESS} answered something that is not a list of experiments."


def caused(error: Exception, *causes: BaseException) -> Exception:
    """The error with a chain of causes, as httpx2 and anyio build it."""
    outer: BaseException = error
    for cause in causes:
        outer.__cause__ = outer = cause
    return error


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        pytest.param(
            caused(
                httpx2.ConnectError("All connection attempts failed"),
                OSError("All connection attempts failed"),
                ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 9)"),
            ),
            "Connection refused",
            id="refused",
        ),
        pytest.param(
            caused(
                httpx2.ConnectError("All connection attempts failed"),
                ExceptionGroup("multiple", [ConnectionRefusedError(111, "v6"), ConnectionRefusedError(111, "v4")]),
            ),
            "Connection refused",
            id="refused on every address",
        ),
        pytest.param(
            caused(httpx2.ConnectError(""), socket.gaierror(-2, "Name or service not known")),
            "Name or service not known",
            id="no such host",
        ),
        pytest.param(
            caused(httpx2.ReadError(""), ConnectionResetError(104, "")), "Connection reset by peer", id="reset"
        ),
        pytest.param(httpx2.RemoteProtocolError("Server disconnected."), "Server disconnected", id="hung up"),
        pytest.param(httpx2.RemoteProtocolError("x" * 999), "x" * 200, id="long reason"),
        pytest.param(httpx2.ReadError(""), "ReadError", id="no reason at all"),
    ],
)
async def test_a_server_that_cannot_be_reached_is_named_with_the_reason(error: Exception, cause: str) -> None:
    """The person who started this can mend it, given the address and what the system said."""
    found = await failure(error)

    assert type(found) is StoreUnavailableError
    assert found.message == f"Cannot reach the MLflow server at {ADDRESS}: {cause}."
    assert found.hint == "Check that it is running and that MLFLOW_TRACKING_URI names it."


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        pytest.param(
            httpx2.ConnectTimeout(""),
            StoreTimeoutError,
            f"The MLflow server at {ADDRESS} accepted no connection within 4 s.",
            id="no connection",
        ),
        pytest.param(
            httpx2.ReadTimeout(""),
            StoreTimeoutError,
            f"The MLflow server at {ADDRESS} did not answer within 30 s.",
            id="no answer",
        ),
        pytest.param(
            httpx2.DecodingError("incorrect header check"),
            StoreError,
            f"The server at {ADDRESS} answered something that is not properly compressed.",
            id="bad compression",
        ),
        pytest.param(
            httpx2.LocalProtocolError(f"Illegal header value b'Bearer {SECRET}'"),
            StoreError,
            "The MLflow credentials or workspace hold what HTTP does not allow.",
            id="illegal header",
        ),
    ],
)
async def test_a_request_that_fails_otherwise_says_how(error: Exception, kind: type[StoreError], message: str) -> None:
    """A slow server, a broken proxy and a token with a line break want different things done."""
    found = await failure(error)

    assert (type(found), found.message) == (kind, message)
    assert found.hint
