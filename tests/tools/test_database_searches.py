"""What search_traces does on a database that an MLflow server cannot: OR, any key in SQL, pages after any row."""

import random
from typing import Any

import pytest

from mcp_traces.records import Trace
from tests.builders import START_MS, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.tools.conftest import call_tool, read_all

pytestmark = pytest.mark.anyio

ORDERS = ["newest", "oldest", "slowest", "fastest", "status ASC", "name DESC", "tag.k ASC", "tag.k DESC, name"]


def database(*traces: Trace) -> FakeTraceGateway:
    return FakeTraceGateway(traces, store=DATABASE)


def trace(trace_id: str, *spans: Any, **fields: Any) -> Trace:
    return make_trace(*spans, info=make_trace_info(trace_id, **fields))


async def found(gateway: FakeTraceGateway, **arguments: Any) -> list[str]:
    answer = await call_tool(gateway, "search_traces", arguments)
    return sorted(row["trace_id"] for row in answer["traces"])


TRACES = (
    trace("tr-a", make_span("plan", status="ERROR"), make_span("answer"), name="a", tags={"name": "red"}),
    trace("tr-b", make_span("plan"), make_span("answer", status="ERROR"), name="b"),
    trace("tr-c", make_span("plan"), name="c", tags={"name": "red"}),
)


async def test_or_is_answered_and_marked() -> None:
    """SQL has OR. What ran is marked, since an MLflow server would refuse the same filter."""
    answer = await call_tool(
        database(*TRACES), "search_traces", {"filter": "name = 'a' OR (tag.k = 'v' OR name = 'c')", "experiment": "1"}
    )

    assert sorted(row["trace_id"] for row in answer["traces"]) == ["tr-a", "tr-c"]
    assert answer["applied"]["database_only"] is True
    assert answer["applied"]["filter"] == "(trace.name = 'a' OR tag.k = 'v' OR trace.name = 'c')"


async def test_or_is_joined_with_the_arguments() -> None:
    """Arguments hold for each alternative."""
    assert await found(database(*TRACES), filter="name = 'a' OR name = 'b'", tags={"name": "red"}) == ["tr-a"]


async def test_a_filter_without_or_is_not_marked() -> None:
    """Nothing to say is not said."""
    answer = await call_tool(database(*TRACES), "search_traces", {"filter": "name = 'a'"})

    assert "database_only" not in answer["applied"]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({"has_error": True, "span_name": "plan"}, ["tr-a", "tr-b"]),
        ({"has_error": False, "span_name": "plan"}, ["tr-c"]),
        ({"has_error": False}, ["tr-c"]),
        ({"tags": {"name": "red"}, "has_error": True}, ["tr-a"]),
    ],
    ids=str,
)
async def test_one_search_decides_it(arguments: dict[str, Any], ids: list[str]) -> None:
    """`has_error` beside conditions on spans and a key MLflow's syntax cannot name need no look at each trace."""
    gateway = database(*TRACES)

    assert await found(gateway, **arguments) == ids
    assert len([query for query in gateway.queries if query.clauses]) == 1


def varied(count: int) -> list[Trace]:
    """Traces with many equal times and durations, some without a duration, a name or a tag."""
    draw = random.Random(7)
    return [
        trace(
            f"tr-{draw.randrange(16**6):06x}-{number}",
            request_time_ms=START_MS + draw.randrange(4) * 1_000,
            execution_duration_ms=draw.choice([None, 0, 5, 5, 900]),
            state=draw.choice(["OK", "ERROR", "IN_PROGRESS"]),
            name=draw.choice([None, "a", "b"]),
            tags=draw.choice([{}, {"k": "v"}, {"k": "w"}]),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 7, 40])
async def test_every_order_pages_steadily(order: str, limit: int) -> None:
    """A page begins right after a row, whatever arrived meanwhile, also among equal and missing values."""
    traces = varied(40)
    arrivals = [trace(f"new-{number}", request_time_ms=START_MS + 9_000, tags={"k": "a"}) for number in range(30)]

    seen = await read_all(database(*traces), {"order_by": order, "limit": limit}, arrivals)

    there = {one.info.trace_id for one in traces}
    assert len(seen) == len(set(seen))
    assert sorted(one for one in seen if one in there) == sorted(there)
