"""Pages hold still: whatever arrives meanwhile, each trace that was there is shown exactly once."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.records import Trace, TraceInfo
from tests.builders import START_MS, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool, connected, read_all

pytestmark = pytest.mark.anyio


def trace(trace_id: str, at_ms: int = 0, **fields: Any) -> Trace:
    return make_trace(info=make_trace_info(trace_id, request_time_ms=START_MS + at_ms, **fields))


ORDERS = ["newest", "oldest", "slowest", "fastest", "status ASC", "name DESC, timestamp_ms ASC", "tag.k ASC"]


def varied(seed: int, count: int) -> list[Trace]:
    """Traces with many equal times and durations, some without a duration, some in progress."""
    draw = random.Random(seed)
    return [
        trace(
            f"tr-{draw.randrange(16**8):08x}-{i}",
            draw.randrange(5) * 1_000,
            execution_duration_ms=draw.choice([None, 0, 5, 5, 70, 900]),
            state=draw.choice(["OK", "ERROR", "IN_PROGRESS"]),
            name=draw.choice("abc"),
            tags=draw.choice([{}, {"k": "v"}, {"k": "w"}]),
        )
        for i in range(count)
    ]


def expected_order(traces: list[Trace], order: str) -> list[str]:
    """What a plain sort of the records says."""
    keys: dict[str, Any] = {
        "newest": lambda info: (-info.request_time_ms, info.trace_id),
        "oldest": lambda info: (info.request_time_ms, info.trace_id),
        "slowest": lambda info: _last_without_duration(info, -1),
        "fastest": lambda info: _last_without_duration(info, 1),
    }
    return [info.trace_id for info in sorted((one.info for one in traces), key=keys[order])]


def _last_without_duration(info: TraceInfo, sign: int) -> tuple[Any, ...]:
    if info.execution_duration_ms is None:
        return (True, info.state != "IN_PROGRESS", info.trace_id)
    return (False, sign * info.execution_duration_ms, info.trace_id)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 7, 10, 100])
async def test_paging_shows_every_trace_exactly_once(order: str, limit: int) -> None:
    """In every order, with ties over page borders, and no empty page at the end (40 is a multiple of 10)."""
    traces = varied(1, 40)

    seen = await read_all(FakeTraceGateway(traces), {"order_by": order, "limit": limit})

    assert sorted(seen) == sorted(one.info.trace_id for one in traces)
    if order in ("newest", "oldest", "slowest", "fastest"):
        assert seen == expected_order(traces, order)


@pytest.mark.parametrize("order", ["newest", "oldest", "slowest", "fastest"])
@given(seed=st.integers(0, 10_000), limit=st.integers(1, 9))
@settings(max_examples=25, deadline=None)
async def test_traces_that_arrive_meanwhile_repeat_and_hide_nothing(order: str, seed: int, limit: int) -> None:
    """MLflow's own offset pages would show the last row of a page again, or skip one, for each that arrives."""
    traces = varied(seed, 25)
    arrivals = [trace(f"new-{one.info.trace_id}", 7_000) for one in varied(seed + 1, 30)] + varied(seed + 2, 10)

    seen = await read_all(FakeTraceGateway(traces), {"order_by": order, "limit": limit}, arrivals)

    there_at_the_start = {one.info.trace_id for one in traces}
    assert sorted(one for one in seen if one in there_at_the_start) == sorted(there_at_the_start)
    assert len(seen) == len(set(seen))


async def test_a_page_goes_on_though_the_row_it_ended_with_is_gone() -> None:
    """Traces are deleted too; the position must not be lost with one."""
    traces = [trace(f"tr-{i:02}", i // 4 * 1_000) for i in range(20)]
    gateway = FakeTraceGateway(traces)
    first = await call_tool(gateway, "search_traces", {"limit": 6})
    gone = first["traces"][-1]["trace_id"]

    rest = FakeTraceGateway([one for one in traces if one.info.trace_id != gone])
    second = await call_tool(rest, "search_traces", {"limit": 100, "cursor": first["next_cursor"]})

    seen = [row["trace_id"] for row in first["traces"] + second["traces"]]
    assert seen == expected_order(traces, "newest")


async def test_a_thousand_traces_in_one_millisecond_page_correctly() -> None:
    """A batch job logs so; the tie is longer than any page MLflow gives."""
    traces = [trace(f"tr-{i:04}") for i in range(1_000)]

    gateway = FakeTraceGateway(traces)
    seen = await read_all(gateway, {"limit": 100, "experiment": "1"})

    assert seen == [f"tr-{i:04}" for i in range(1_000)]
    assert len(gateway.queries) <= 4 * 10, "a page amid equal values must not cost more and more"


async def test_a_late_page_costs_what_the_first_costs() -> None:
    """It starts from a value: one search, as small as the first, without an offset."""
    gateway = FakeTraceGateway([trace(f"tr-{i:03}", i) for i in range(300)])
    arguments: dict[str, Any] = {"limit": 10, "experiment": "1"}
    async with connected(gateway) as call:
        for _ in range(20):
            gateway.queries.clear()
            arguments["cursor"] = (await call("search_traces", arguments))["next_cursor"]

            assert [(query.limit <= 12, query.page_token) for query in gateway.queries] == [(True, None)]


async def test_a_relative_window_does_not_move_while_paging() -> None:
    """`2h` on the second page means the two hours of the first."""
    gateway = FakeTraceGateway([trace(f"tr-{i}", 3_600_000 * 2 + i) for i in range(10)])
    first = await call_tool(gateway, "search_traces", {"since": "2h", "limit": 4})
    second = await call_tool(gateway, "search_traces", {"since": "2h", "limit": 4, "cursor": first["next_cursor"]})

    assert second["applied"]["since"] == first["applied"]["since"]


@pytest.mark.parametrize(
    "changed",
    [{"status": "OK"}, {"experiment": "1"}, {"order_by": "oldest"}, {"since": "3h"}, {"tags": {"a": "b"}}],
    ids=str,
)
async def test_a_cursor_with_other_arguments_is_refused(changed: dict[str, Any]) -> None:
    """A page of another query would repeat or hide rows."""
    gateway = FakeTraceGateway([trace(f"tr-{i}") for i in range(3)])
    first = await call_tool(gateway, "search_traces", {"limit": 1})

    with pytest.raises(ToolFailedError, match="belongs to a query with other arguments"):
        await call_tool(gateway, "search_traces", {"cursor": first["next_cursor"], **changed})


@pytest.mark.parametrize("changed", [{"limit": 100}, {"detail": "detailed"}], ids=str)
async def test_how_a_page_looks_may_change_from_page_to_page(changed: dict[str, Any]) -> None:
    """What decides the rows is the same; an agent may want more of them, or more in them."""
    gateway = FakeTraceGateway([trace(f"tr-{i}", name=str(i)) for i in range(30)])
    for order in ("newest", "name ASC"):
        first = await call_tool(gateway, "search_traces", {"limit": 7, "order_by": order})
        arguments = {"order_by": order, "cursor": first["next_cursor"], **changed}
        rest = await read_all(gateway, arguments)

        assert len({row["trace_id"] for row in first["traces"]} | set(rest)) == 30
        assert len(rest) == 23


@pytest.mark.parametrize(
    "position",
    [
        {"at": {"value": "1 OR 1"}, "in": ["1"]},
        {"at": {"after": 5}, "in": ["1"]},
        {"at": {}, "since": "x", "in": ["1"]},
    ],
    ids=str,
)
async def test_a_forged_position_is_refused(position: dict[str, Any]) -> None:
    """Its value ends up in a filter, so it is looked at like an argument."""
    from mcp_traces.cursor import encode_cursor
    from mcp_traces.filters.compiler import Conditions
    from mcp_traces.tools.search_page import SearchRequest

    request = SearchRequest(Conditions(), (), None, None, "newest", 20, detailed=False)
    forged = encode_cursor(position, request.fingerprint)

    with pytest.raises(ToolFailedError, match="`cursor` is damaged"):
        await call_tool(FakeTraceGateway([trace("tr-1")]), "search_traces", {"cursor": forged})


async def test_a_cursor_opens_no_experiment_that_may_not_be_seen() -> None:
    """A cursor made elsewhere names its experiments; the allow-list holds for them too."""
    gateway = FakeTraceGateway([trace(f"tr-{i}") for i in range(3)])
    first = await call_tool(gateway, "search_traces", {"limit": 1})

    with pytest.raises(ToolFailedError, match="No experiment '1' in this store"):
        await call_tool(gateway, "search_traces", {"cursor": first["next_cursor"]}, experiments=("2",))
