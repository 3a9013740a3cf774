"""Every view shows recorded values as what they are: none is dropped, and results are valid JSON."""

import math
from typing import Any

import pytest

from mcp_traces.records import SPAN_INPUTS_ATTRIBUTE, SPAN_OUTPUTS_ATTRIBUTE, Trace
from tests.builders import make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.recorded_values import LONG, VALUES, check_nothing_shown, check_read_whole, check_shown, stored
from tests.tools.conftest import ToolFailedError, call_tool, connected

pytestmark = pytest.mark.anyio

LARGEST = 80_000


def recorded(value: Any) -> Trace:
    said = dict.fromkeys((SPAN_INPUTS_ATTRIBUTE, SPAN_OUTPUTS_ATTRIBUTE, "recorded"), value)
    return make_trace(make_span(attributes=said), info=make_trace_info("tr-1"))


@pytest.mark.parametrize("label", VALUES)
async def test_every_view_shows_a_recorded_value(label: str) -> None:
    """An empty answer is an answer, and JSON cannot write NaN."""
    value, shown = VALUES[label]
    async with connected(FakeTraceGateway([recorded(stored(value))]), max_chars=LARGEST) as call:
        await check_shown(lambda **asked: call("get_trace", {"trace_id": "tr-1", **asked}), shown)


async def test_no_view_shows_what_was_not_recorded() -> None:
    """A span that recorded null differs: it shows null."""
    async with connected(FakeTraceGateway([make_trace(make_span(), info=make_trace_info("tr-1"))])) as call:
        await check_nothing_shown(lambda **asked: call("get_trace", {"trace_id": "tr-1", **asked}))
        with pytest.raises(ToolFailedError, match="there is no outputs"):
            await call("get_trace", {"trace_id": "tr-1", "span_ids": make_span().span_id, "path": "outputs"})


@pytest.mark.parametrize("budget", [2_000, 6_000])
@pytest.mark.parametrize("label", LONG)
async def test_what_is_cut_under_an_odd_or_long_key_is_read_whole(label: str, budget: int) -> None:
    """A value whose key is too long for a path is read in the text of the object that holds it."""
    async with connected(FakeTraceGateway([recorded(LONG[label])])) as call:
        await check_read_whole(lambda **asked: call("get_trace", {"trace_id": "tr-1", **asked}), LONG[label], budget)


async def test_matches_in_long_keys_stay_within_the_budget() -> None:
    """The match is read at its path and offset, although its own path would be longer than the result."""
    value = {"k" * 5_000 + "needle": {"inner": 'a "needle"'}}
    async with connected(FakeTraceGateway([recorded(value)]), max_chars=2_000) as call:
        answer = await call("get_trace", {"trace_id": "tr-1", "find": "needle"})
        assert answer["total"] == 6
        for match in answer["matches"]:
            at = {key: match[key] for key in ("path", "offset")}
            read = await call("get_trace", {"trace_id": "tr-1", "span_ids": match["span_id"], **at})
            assert read["value"]["text"].startswith("needle")


async def test_trouble_under_a_long_key_is_reported() -> None:
    """Its own path would not fit, so the path is that of the attributes."""
    span = make_span(attributes={"k" * 5_000 + ".error": True})

    answer = await call_tool(
        FakeTraceGateway([make_trace(span, info=make_trace_info("tr-1"))]), "get_trace", {"trace_id": "tr-1"}
    )

    assert [one["path"] for one in answer["handled"]] == ["attributes"]


@pytest.mark.parametrize(
    ("value", "shown"), [("", ""), ([], []), ({}, {}), (0, 0), ({"loss": math.nan}, {"loss": "NaN"})], ids=str
)
async def test_rows_and_overviews_show_what_an_assessment_says(value: Any, shown: Any) -> None:
    """An empty value is what the judge gave. Without a value it would look like a failed one."""
    info = make_trace_info("tr-1", assessments=(make_assessment("a", value),))
    gateway = FakeTraceGateway([make_trace(make_span(), info=info)])

    found = await call_tool(gateway, "search_traces", {"experiment": "1"})
    opened = await call_tool(gateway, "get_trace", {"trace_id": "tr-1"})

    assert found["traces"][0]["assessments"][0]["value"] == opened["trace"]["assessments"][0]["value"] == shown


async def test_an_assessment_that_has_no_room_is_read_from_its_start() -> None:
    """The row shows no part of it, so reading starts at offset 0."""
    many = tuple(make_assessment(f"a{number}", "x" * 900, rationale="y" * 900) for number in range(9))
    gateway = FakeTraceGateway([make_trace(make_span(), info=make_trace_info("tr-1", assessments=many))])

    answer = await call_tool(gateway, "get_trace", {"trace_id": "tr-1", "max_chars": 2_000})

    shown = len(answer["trace"].get("assessments", ()))
    gone = [one for one in answer["elided"] if one["path"].startswith("assessments")]
    assert shown == 0 and [one["shown"] for one in gone] == [0] * len(gone) != []


@pytest.mark.parametrize(("arguments", "shown"), [({}, {}), ({"x": math.nan}, {"x": "NaN"})], ids=str)
async def test_a_conversation_shows_the_arguments_of_a_call(arguments: Any, shown: Any) -> None:
    """An empty object is shown as one, and NaN as text."""
    call = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": arguments}}],
    }
    span = make_span(
        span_type="LLM", inputs={"messages": [{"role": "user", "content": "Hi"}]}, outputs={"messages": [call]}
    )
    gateway = FakeTraceGateway([make_trace(span, info=make_trace_info("tr-1"))])

    answer = await call_tool(gateway, "get_trace", {"trace_id": "tr-1", "view": "conversation"})

    assert [one["arguments"] for message in answer["messages"] for one in message.get("tool_calls", ())] == [shown]
