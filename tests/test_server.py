"""The server around the tools: it ends in time, fails in our words, starts before MLflow, and reads only."""

import json
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent

from mcp_traces.records import StoreInfo, TracePage
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceGateway, TraceQuery
from tests.builders import make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway

pytestmark = pytest.mark.anyio


class StuckGateway(FakeTraceGateway):
    """Answers no search, and tells when the question was given up."""

    def __init__(self) -> None:
        super().__init__([make_trace()])
        self.asked = anyio.Event()
        self.given_up = anyio.Event()

    async def search_traces(self, query: TraceQuery) -> TracePage:
        self.asked.set()
        try:
            await anyio.sleep_forever()
        except anyio.get_cancelled_exc_class():
            self.given_up.set()
            raise
        raise AssertionError


class WarmGateway(FakeTraceGateway):
    """Tells when it was warmed up."""

    def __init__(self) -> None:
        super().__init__([make_trace()])
        self.warm = anyio.Event()

    async def warm_up(self) -> None:
        self.warm.set()


class BrokenGateway(FakeTraceGateway):
    """Fails as no gateway should."""

    async def store_info(self) -> StoreInfo:
        raise ZeroDivisionError("a secret value")


@asynccontextmanager
async def client_of(gateway: TraceGateway, mode: str = "auto", **settings: object) -> AsyncGenerator[Client]:
    async with Client(build_server(Settings(**settings), gateway), mode=mode) as client:  # type: ignore[arg-type]
        yield client


def text_of(result: CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_call_ends_in_time_whatever_the_store_does(mode: str) -> None:
    """And the store's work ends with it: nothing goes on for a caller who has his answer."""
    gateway = StuckGateway()
    async with client_of(gateway, mode, timeout_s=0.05) as client:
        with anyio.fail_after(10):
            result = await client.call_tool("search_traces", {"experiment": "1"})
            await gateway.given_up.wait()

    assert result.is_error
    assert re.sub(r"\d\.\d s of it", "all of it", text_of(result)) == (
        "search_traces took longer than 0.05 s and was stopped; the store at http://localhost:5000 took all of it. "
        "Narrow it (since, until, experiment, a smaller limit), or raise MCP_TRACES_TIMEOUT_S; "
        "`mcp-traces check` shows whether the store answers."
    )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_cancelled_call_lets_go_of_the_store_at_once(mode: str) -> None:
    """An agent's user presses stop; the next call must not wait for the last."""
    gateway = StuckGateway()
    async with client_of(gateway, mode) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "search_traces", {"experiment": "1"})
        with anyio.fail_after(10):
            await gateway.asked.wait()
            tasks.cancel_scope.cancel()
    with anyio.fail_after(10):
        await gateway.given_up.wait()


async def test_what_nobody_foresaw_reads_as_an_internal_error_with_an_id_that_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The client learns nothing of our insides; whoever runs the server finds the stack trace by the id."""
    with caplog.at_level(logging.ERROR, "mcp_traces"):
        async with client_of(BrokenGateway([make_trace()])) as client:
            result = await client.call_tool("search_traces", {"experiment": "1"})

    text = text_of(result)
    assert result.is_error
    assert text.startswith("Internal error ") and "secret" not in text and "ZeroDivision" not in text
    incident = text.split()[2]
    (record,) = [record for record in caplog.records if incident in record.getMessage()]
    assert record.exc_info is not None and isinstance(record.exc_info[1], ZeroDivisionError)


async def test_an_unknown_tool_is_an_error() -> None:
    """Not a crash, and not a success."""
    async with client_of(FakeTraceGateway()) as client:
        result = await client.call_tool("delete_traces", {})

    assert result.is_error
    assert "delete_traces" in text_of(result)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_store_is_warmed_up_once_the_client_has_an_answer(mode: str) -> None:
    """MLflow's import takes seconds: not before the first answer, and not as late as the first question."""
    gateway = WarmGateway()
    async with client_of(gateway, mode) as client:
        assert not gateway.warm.is_set()
        await client.list_tools()
        with anyio.fail_after(10):
            await gateway.warm.wait()


async def test_sixteen_calls_at_once_get_each_its_own_answer() -> None:
    """MLflow's own server answers such calls with each other's traces."""
    ids = [f"tr-{i:02}" for i in range(16)]
    gateway = FakeTraceGateway([make_trace(info=make_trace_info(one)) for one in ids])
    answers: dict[str, str] = {}

    async with client_of(gateway) as client, anyio.create_task_group() as tasks:

        async def ask(trace_id: str) -> None:
            answers[trace_id] = json.loads(text_of(await client.call_tool("get_trace", {"trace_id": trace_id})))

        for one in ids:
            tasks.start_soon(ask, one)

    assert {one: answer["trace"]["trace_id"] for one, answer in answers.items()} == {one: one for one in ids}  # type: ignore[index]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_server_says_who_it_is(mode: str) -> None:
    """Name, title, version and instructions, which clients show and give the model."""
    from mcp_traces import __version__

    async with client_of(FakeTraceGateway(), mode) as client:
        assert (client.server_info.name, client.server_info.version) == ("mcp-traces", __version__)
        assert client.server_info.title == "MLflow traces"
        assert client.instructions and client.instructions.startswith("Read-only access to MLflow traces.")


def test_a_gateway_has_no_method_that_writes() -> None:
    """What is not there cannot be called: every question begins with a verb that reads."""
    methods = {name for name in vars(TraceGateway) if not name.startswith("_")}

    assert methods == {
        "address",
        "is_database",
        "warm_up",
        "store_info",
        "search_experiments",
        "get_experiment",
        "get_experiment_by_name",
        "search_traces",
        "scan",
        "get_trace",
        "get_traces",
        "version",
        "get_attachment",
        "get_run",
        "query_trace_metrics",
        "as_user",
        "aclose",
    }
