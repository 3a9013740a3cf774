"""Each way in which an MLflow server fails to answer, through the whole server: told in time, and soon forgotten."""

import logging
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from tests.faults import exchanges as on_the_wire
from tests.faults.conversations import PASSWORD, USER, Conversation, conversation
from tests.faults.exchanges import Behaviour, answering
from tests.faults.faulty_mlflow import FaultyMlflow, faulty_mlflow
from tests.faults.told import row_with
from tests.store.rest_server import TRACE_ID

pytestmark = pytest.mark.anyio

CALLS = {
    "search_traces": {"experiment": "1"},
    "get_trace": {"trace_id": TRACE_ID},
    "describe_filter_syntax": {"experiment": "1"},
}
PAGE = b"<!doctype html><h1>Bad Gateway at internal-host</h1>"
BEYOND = b'{"experiment": {"experiment_id": "1", "name": "a", "last_update_time": 1e999}, "trace": {}}'


class Fault(NamedTuple):
    """What the server does, the words of its row in docs/failures.md, and what else the error must say."""

    behaviour: Behaviour
    row: str
    says: str = ""


SLOW = "took longer than"
UNREACHABLE = "Cannot reach the MLflow server"
FAULTS = {
    "hangs": Fault(on_the_wire.hang, SLOW, "MCP_TRACES_TIMEOUT_S"),
    "hangs in the body": Fault(on_the_wire.hang_in_the_body, SLOW),
    "drips a byte a second": Fault(on_the_wire.drip, SLOW),
    "hangs up": Fault(on_the_wire.hang_up, UNREACHABLE, "disconnected"),
    "hangs up in the body": Fault(on_the_wire.hang_up_in_the_body, UNREACHABLE, "without sending complete message"),
    "resets": Fault(on_the_wire.reset, UNREACHABLE, "Connection reset by peer"),
    "speaks no HTTP": Fault(on_the_wire.speak_no_http, UNREACHABLE),
    "sends headers without end": Fault(on_the_wire.send_headers_without_end, UNREACHABLE),
    "500 of MLflow": Fault(
        answering("500 Oops", {"error_code": "INTERNAL_ERROR", "message": "no space left"}),
        "answered <CODE>",
        "INTERNAL_ERROR: no space left. The MLflow server's own log",
    ),
    "500 in text": Fault(answering("500 Oops", b"no \xff", "text/plain; charset=hex"), "failed (HTTP", "own log"),
    "502 with a page": Fault(answering("502 Bad Gateway", PAGE, "text/html"), "overloaded or down", "HTTP 502"),
    "429 with a time": Fault(
        answering("429 Too Many Requests", b"", Retry_After="7"), "overloaded or down", "It asks to wait 7 s."
    ),
    "429 in MLflow's words": Fault(
        answering("429 Slow", {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "slower"}, Retry_After="7"),
        "answered <CODE>",
        "slower. It asks to wait 7 s.",
    ),
    "401": Fault(answering("401 No", b"", "text/html"), "refused the request", "MLFLOW_TRACKING_PASSWORD"),
    "invalid JSON": Fault(answering("200 OK", b'{"experiments": [{"na'), "something that is not"),
    "fields missing": Fault(answering("200 OK", on_the_wire.EMPTY), "something that is not"),
    "numbers beyond all numbers": Fault(answering("200 OK", BEYOND), "something that is not"),
    "a page": Fault(answering("200 OK", PAGE, "text/html"), "something that is not"),
    "a redirect to itself": Fault(on_the_wire.redirect_to_itself, "redirects to", "127.0.0.1 (HTTP 302)"),
    "a redirect to no address": Fault(on_the_wire.redirect_nowhere, "redirects to", "an invalid address"),
}


@pytest.fixture
async def mlflow() -> AsyncIterator[FaultyMlflow]:
    async with faulty_mlflow() as server:
        yield server


def uri_of(mlflow: FaultyMlflow) -> str:
    return mlflow.address.replace("://", f"://{USER}:{PASSWORD}@")


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_server_that_fails_is_told_in_time_and_is_asked_again(
    fault: Fault, mlflow: FaultyMlflow, caplog: pytest.LogCaptureFixture
) -> None:
    """Each tool says what happened, where and what to do; once the server is well the next call is answered."""
    caplog.set_level(logging.DEBUG)
    async with conversation(uri_of(mlflow), CALLS) as told:
        mlflow.behaviour = fault.behaviour
        await check_refusals(told, fault, mlflow.address)
        mlflow.behaviour = on_the_wire.good
        await told.check_that_all_answer()

    assert PASSWORD not in caplog.text and USER not in caplog.text


async def check_refusals(told: Conversation, fault: Fault, address: str) -> None:
    row = row_with(fault.row)
    for text in await told.refusals():
        assert row.tells_of(text) and row.names_settings_of(text), text
        assert fault.says in text
        assert address in text
        assert not any(secret in text for secret in (USER, PASSWORD, "internal-host", "Internal error"))


async def test_a_server_that_fails_amid_its_answers_is_told_as_well(mlflow: FaultyMlflow) -> None:
    """The experiment is found and the search of it hangs: what came before does not hide what hangs."""
    async with conversation(uri_of(mlflow), {"search_traces": {"experiment": "1"}}) as told:
        await told.check_that_all_answer()
        mlflow.behaviour = hanging_at("/api/3.0/mlflow/traces/search")
        await check_refusals(told, FAULTS["hangs"], mlflow.address)
        mlflow.behaviour = on_the_wire.good
        await told.check_that_all_answer()


def hanging_at(path: str) -> Behaviour:
    async def answer(exchange: on_the_wire.Exchange) -> None:
        await (on_the_wire.hang if exchange.path == path else on_the_wire.good)(exchange)

    return answer


async def test_credentials_do_not_follow_a_redirect(mlflow: FaultyMlflow) -> None:
    """Whoever can send a redirect could otherwise have the service account's password sent to any host."""
    async with faulty_mlflow() as elsewhere, conversation(uri_of(mlflow), CALLS) as told:
        mlflow.behaviour = on_the_wire.redirecting_to(f"{elsewhere.address}/version")
        await check_refusals(told, FAULTS["a redirect to itself"]._replace(says="(HTTP 307)"), mlflow.address)

    assert elsewhere.requests == []
    assert all(request.headers["authorization"].startswith("Basic ") for request in mlflow.requests)
