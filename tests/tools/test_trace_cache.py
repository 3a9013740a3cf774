"""A large trace is read once for many pages, and never shown as it no longer is."""

from dataclasses import replace
from typing import Any

import pytest

from mcp_traces.records import Trace
from mcp_traces.tools.trace_cache import MAX_AGE_S, MAX_SPANS, TraceCache
from tests.builders import make_span, make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.span_rows import span_rows
from tests.tools.conftest import ToolFailedError, connected

pytestmark = pytest.mark.anyio


class CountingGateway(FakeTraceGateway):
    """Counts the traces that are read whole."""

    def __init__(self, *traces: Trace) -> None:
        super().__init__(traces)
        self.read: list[str] = []

    async def get_trace(self, trace_id: str) -> Trace:
        self.read.append(trace_id)
        return await super().get_trace(trace_id)


def large(trace_id: str, spans: int = 600, **fields: Any) -> Trace:
    made = [make_span(f"s{i}", start_ms=i, duration_ms=1) for i in range(spans)]
    statistics = {"mlflow.trace.sizeStats": f'{{"num_spans": {spans}}}', "mlflow.trace.sizeBytes": str(spans)}
    return make_trace(*made, trace_id=trace_id, state="OK", trace_metadata=statistics, **fields)


async def test_pages_of_a_large_trace_read_it_once() -> None:
    """Each span is shown once all the same."""
    gateway = CountingGateway(large("tr-1"))
    arguments: dict[str, Any] = {"trace_id": "tr-1", "view": "tree"}
    seen: list[str] = []
    async with connected(gateway) as call:
        while "cursor" not in arguments or arguments["cursor"]:
            answer = await call("get_trace", arguments)
            seen += [span["span_id"] for span in span_rows(answer)]
            arguments["cursor"] = answer.get("next_cursor")

    assert len(seen) == len(set(seen)) == 600
    assert gateway.read == ["tr-1"]


async def test_what_changed_since_is_shown_as_it_is_now() -> None:
    """A rating given meanwhile is told; spans logged meanwhile are read."""
    gateway = CountingGateway(large("tr-1"))
    async with connected(gateway) as call:
        await call("get_trace", {"trace_id": "tr-1"})
        gateway.add(large("tr-1", tags={"rated": "yes"}))
        rated = await call("get_trace", {"trace_id": "tr-1"})
        gateway.add(large("tr-1", spans=700))
        grown = await call("get_trace", {"trace_id": "tr-1"})

    assert rated["trace"]["tags"]["rated"] == "yes"
    assert grown["total"] == 700
    assert gateway.read == ["tr-1", "tr-1"]


async def test_a_trace_that_was_deleted_is_gone() -> None:
    """Kept spans must not outlive it."""
    gateway = CountingGateway(large("tr-1"), large("tr-2"))
    async with connected(gateway) as call:
        await call("get_trace", {"trace_id": "tr-1"})
        del gateway._traces["tr-1"]

        with pytest.raises(ToolFailedError, match="No trace 'tr-1'"):
            await call("get_trace", {"trace_id": "tr-1"})


@pytest.mark.parametrize(
    "trace",
    [
        large("tr-1", spans=499),
        replace(large("tr-1"), missing="Its spans are archived."),
        replace(large("tr-1"), info=replace(large("tr-1").info, state="IN_PROGRESS")),
        replace(large("tr-1"), info=replace(large("tr-1").info, trace_metadata={})),
    ],
    ids=["small", "incomplete", "in progress", "without statistics"],
)
async def test_what_may_still_change_or_is_quick_to_read_is_not_kept(trace: Trace) -> None:
    """There is nothing to tell whether it is still so."""
    cache = TraceCache()
    cache.keep(replace(trace, info=replace(trace.info, trace_id="tr-1")))

    assert cache.recent("tr-1") is None


async def test_what_is_kept_is_bounded_in_number_and_time() -> None:
    """The longest unused goes first; none is kept beyond its time."""
    now = [0.0]
    cache = TraceCache(clock=lambda: now[0])
    for number in range(5):
        trace = large(f"tr-{number}", spans=500)
        spans = trace.spans * (MAX_SPANS // 2_000)
        statistics = {"mlflow.trace.sizeStats": f'{{"num_spans": {len(spans)}}}'}
        cache.keep(replace(trace, spans=spans, info=replace(trace.info, trace_metadata=statistics)))

    assert [cache.recent(f"tr-{number}") is not None for number in range(5)] == [False, True, True, True, True]
    now[0] += MAX_AGE_S + 1
    assert [cache.recent(f"tr-{number}") for number in range(5)] == [None] * 5
