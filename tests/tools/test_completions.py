"""Completion of what prompts and resource templates take: experiments, traces that failed, sessions."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import Completion, PromptReference, ResourceTemplateReference

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.records import SESSION_KEY, Experiment, Trace
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.tools.completions import MAX_COMPLETIONS
from mcp_traces.tools.prompts import PROMPT_ARGUMENTS
from mcp_traces.tools.resources import SYNTAX_URI, TRACE_URI, VALUES_URI
from tests.builders import START_MS, make_trace
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway

pytestmark = pytest.mark.anyio

NAMED = Experiment("7", "/Users/ann@example.com/night run", START_MS)
TRACE = ResourceTemplateReference(uri=TRACE_URI)
VALUES = ResourceTemplateReference(uri=VALUES_URI)
DEBUG, SLOW, REVIEW = (PromptReference(name=name) for name in PROMPT_ARGUMENTS)
Reference = PromptReference | ResourceTemplateReference


@asynccontextmanager
async def client_of(gateway: FakeTraceGateway, mode: str = "auto", **settings: Any) -> AsyncGenerator[Client]:
    async with Client(build_server(Settings(**settings), gateway), mode=mode) as client:
        yield client


async def completed(
    client: Client, reference: Reference, name: str, typed: str = "", experiment: str | None = None
) -> Completion:
    context = {"experiment": experiment} if experiment else None
    return (await client.complete(reference, {"name": name, "value": typed}, context)).completion


def trace(number: int, session: str | None = None, **fields: Any) -> Trace:
    metadata = {SESSION_KEY: session} if session else {}
    known = {"trace_id": f"tr-{number}", "request_time_ms": START_MS + number, "trace_metadata": metadata}
    return make_trace(**known | fields)


@pytest.mark.parametrize("reference", [VALUES, DEBUG, SLOW, REVIEW], ids=["values", *PROMPT_ARGUMENTS])
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["zeta-eval", "support-assistant", "/Users/ann@example.com/night run"]),
        ("EVAL", ["zeta-eval"]),
        ("s", ["support-assistant", "/Users/ann@example.com/night run"]),
        ("none", []),
    ],
)
async def test_names_of_experiments_are_completed(
    reference: Reference, typed: str, names: list[str], mode: str
) -> None:
    """Whatever their case, those that begin with it first; of equals the latest."""
    experiments = [EXPERIMENT, NAMED, Experiment("8", "zeta-eval", START_MS + 5)]
    async with client_of(FakeTraceGateway([], experiments), mode) as client:
        completion = await completed(client, reference, "experiment", typed)

    assert completion.values == names
    assert (completion.total, completion.has_more) == (len(names), False)


async def test_only_what_may_be_seen_is_completed_and_no_more_than_mcp_allows() -> None:
    """A hundred values; an allow-list holds here too."""
    many = [Experiment(str(number), f"run {number}", START_MS + number) for number in range(250)]
    traces = [trace(number, f"s{number}", experiment_id=str(number), state="ERROR") for number in range(250)]
    asked = [
        (VALUES, "experiment", "run"),
        (DEBUG, "trace_id", "tr"),
        (TRACE, "trace_id", ""),
        (REVIEW, "session_id", ""),
    ]
    async with client_of(FakeTraceGateway(traces, many)) as client:
        for reference, name, typed in asked:
            completion = await completed(client, reference, name, typed)
            assert (len(completion.values), completion.has_more) == (MAX_COMPLETIONS, True)
            assert completion.total == 250
    async with client_of(FakeTraceGateway(traces, many), experiments="run 3") as client:
        seen = [(await completed(client, reference, name, typed)).values for reference, name, typed in asked]
        assert seen == [["run 3"], ["tr-3"], ["tr-3"], ["s3"]]
    async with client_of(FakeTraceGateway(traces, many), experiments="nosuch") as client:
        for reference, name, typed in asked:
            assert (await completed(client, reference, name, typed)).values == []


async def test_traces_that_failed_are_completed_for_debugging_and_any_for_reading(mode: str) -> None:
    """The newest first: what somebody wants to know of happened a moment ago."""
    traces = [trace(1, state="ERROR"), trace(2), trace(3, state="ERROR"), trace(31, state="IN_PROGRESS")]
    async with client_of(FakeTraceGateway(traces), mode) as client:
        assert (await completed(client, DEBUG, "trace_id")).values == ["tr-3", "tr-1"]
        assert (await completed(client, DEBUG, "trace_id", "TR-1")).values == ["tr-1"]
        assert (await completed(client, TRACE, "trace_id")).values == ["tr-31", "tr-3", "tr-2", "tr-1"]
        assert (await completed(client, TRACE, "trace_id", "3")).values == ["tr-31", "tr-3"]


async def test_each_session_is_completed_once(mode: str) -> None:
    """The one with the newest trace first."""
    traces = [trace(1, "s-a"), trace(2, "s-b"), trace(3, "s-a"), trace(4)]
    async with client_of(FakeTraceGateway(traces), mode) as client:
        assert (await completed(client, REVIEW, "session_id")).values == ["s-a", "s-b"]
        assert (await completed(client, REVIEW, "session_id", "b")).values == ["s-b"]


async def test_the_experiment_that_was_filled_in_decides_where_to_look(mode: str) -> None:
    """Else the configured one, else all: as searches do."""
    traces = [trace(1, "s-a"), trace(2, "s-b", experiment_id="7")]
    gateway = FakeTraceGateway(traces, [EXPERIMENT, NAMED])
    async with client_of(gateway, mode) as client:
        assert (await completed(client, REVIEW, "session_id")).values == ["s-b", "s-a"]
        assert (await completed(client, REVIEW, "session_id", experiment=EXPERIMENT.name)).values == ["s-a"]
        with pytest.raises(MCPError, match=r"^No experiment 'nosuch' in this store"):
            await completed(client, REVIEW, "session_id", experiment="nosuch")
    async with client_of(gateway, mode, experiment="7") as client:
        assert (await completed(client, REVIEW, "session_id")).values == ["s-b"]
        assert (await completed(client, REVIEW, "session_id", experiment="1")).values == ["s-a"]


async def test_what_could_not_be_shown_as_it_is_is_not_completed() -> None:
    """A masked session finds nothing, and one with hidden characters is not what it looks like."""
    traces = [trace(1, "api_key=sk-proj-Zx81kQp0dVt6yLw3nHs7"), trace(2, "s\u202eb"), trace(3, "plain")]
    async with client_of(FakeTraceGateway(traces)) as client:
        assert (await completed(client, REVIEW, "session_id")).values == ["plain"]


async def test_a_store_that_fails_or_hangs_is_told_in_our_words(mode: str) -> None:
    """Within the time of one call, without a traceback."""

    class Hanging(FakeTraceGateway):
        async def search_experiments(self, max_results: int) -> tuple[Experiment, ...]:
            await anyio.sleep(60)
            raise AssertionError

    failing = FakeTraceGateway()
    failing.fail_with = StoreUnavailableError("The database is gone.")
    for reference, name in ((VALUES, "experiment"), (DEBUG, "trace_id"), (REVIEW, "session_id")):
        async with client_of(failing, mode) as client:
            with pytest.raises(MCPError, match=r"^The database is gone\.$"):
                await completed(client, reference, name)
        async with client_of(Hanging(), mode, timeout_s=0.1) as client:
            with pytest.raises(MCPError, match=r"^completion took longer than 0\.1 s"):
                await completed(client, reference, name)


async def test_nothing_else_is_completed() -> None:
    """An unknown reference or argument has no values, and is no failure."""
    unknown = (ResourceTemplateReference(uri=SYNTAX_URI), PromptReference(name="none"))
    async with client_of(FakeTraceGateway()) as client:
        for reference, name in (*((one, "experiment") for one in unknown), (SLOW, "since"), (SLOW, "session_id")):
            assert (await completed(client, reference, name)).values == []
