"""More than a call may bring is refused before anything is done whose work grows with it."""

from typing import Any

import pytest

from tests.builders import make_span, make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool

pytestmark = pytest.mark.anyio

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "clauses of order_by": (
        {"order_by": ",".join(f"tag.k{number} ASC" for number in range(6))},
        "`order_by` has 6 clauses; it takes 5.",
    ),
    "very many clauses of order_by": (
        {"order_by": ",".join(f"tag.k{number} ASC" for number in range(700))},
        "`order_by` has 700 clauses in 8,989 characters; it takes 5 in 2,000.",
    ),
    "conditions": (
        {"filter": " AND ".join(f"tag.k{number} = 'v'" for number in range(31))},
        "It has 31 conditions; a filter takes 30.",
    ),
    "ANDs alone": ({"filter": " AND " * 16_000}, "It has 16,001 conditions; a filter takes 30."),
    "parentheses": ({"filter": "(" * 90_000}, "It has 90,000 parentheses; a filter takes 60."),
    "values": (
        {"filter": "trace.request_id IN (" + ",".join(f"'{number}'" for number in range(2_000)) + ")"},
        "It has 2,000 values; a filter takes 1,100.",
    ),
    "a long filter": ({"filter": "x" * 200_001}, "`filter` has 200,001 characters; it takes 200,000."),
    "a long text": ({"text": "x" * 20_001}, "`text` has 20,001 characters; it takes 20,000."),
    "tags": ({"tags": {f"k{number}": "v" for number in range(5_001)}}, "`tags` has more than 5,000 items."),
    "experiments": ({"experiment": ["1"] * 5_001}, "`experiment` has more than 5,000 items."),
    "nested": ({"group": {"by": [["a"] * 4_999], "value": 1}}, "`group` has more than 5,000 items."),
    "unknown arguments": (
        {f"a{number}": 1 for number in range(60_000)},
        "there are no arguments `a0`, `a1`, `a2`, `a3`, `a4` and 59,995 more. It takes: experiment, filter,",
    ),
}
TAKEN: dict[str, dict[str, Any]] = {
    "five clauses": {"order_by": "tag.a, tag.b, tag.c, tag.d, tag.e"},
    "thirty conditions": {"filter": " AND ".join(f"tag.k{number} = 'a AND b'" for number in range(30))},
    "a thousand ids": {"filter": "trace.request_id IN (" + ",".join(f"'tr-{number}'" for number in range(1_000)) + ")"},
    "commas in a text": {"filter": "tag.note = '" + "," * 2_000 + "'"},
    "a long text": {"text": "word " * 1_999},
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
async def test_more_than_a_call_may_bring_is_refused(arguments: dict[str, Any], message: str) -> None:
    """Such a call took seconds of the event loop, and of everybody's time."""
    with pytest.raises(ToolFailedError) as caught:
        await call_tool(FakeTraceGateway([make_trace(make_span())]), "search_traces", arguments)

    assert message in str(caught.value)


@pytest.mark.parametrize("arguments", TAKEN.values(), ids=TAKEN)
async def test_what_is_within_the_bounds_is_searched(arguments: dict[str, Any]) -> None:
    answer = await call_tool(FakeTraceGateway([make_trace(make_span())]), "search_traces", arguments)

    assert "traces" in answer
