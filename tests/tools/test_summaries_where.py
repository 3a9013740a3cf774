"""`where` of summarize_traces finds the members of each group, whatever the group is."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from mcp_traces.records import StoreInfo, Trace
from tests.builders import START_MS, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, STORE, FakeTraceGateway
from tests.tools import summaries
from tests.tools.conftest import Call, connected
from tests.tools.summaries import BY_FEEDBACK, BY_SPAN, BY_TIME, BY_TRACE, EXPERIMENTS, Expected, by_size

pytestmark = pytest.mark.anyio

BOTH = "support-assistant,nightly"
STORES = pytest.mark.parametrize("store", [DATABASE, STORE], ids=["database", "server"])
PAIRS = ("name,status", "day,name", "model,user", "error,name", "feedback.score,day", "judge,status", "tool,span_name")


def replaced(template: Any, columns: Sequence[str], row: Sequence[Any], others: Sequence[Any]) -> Any:
    """The arguments with what stands for a value replaced, as an agent does it."""
    if isinstance(template, dict):
        fields = cast("dict[str, Any]", template)
        return {key: replaced(one, columns, row, others) for key, one in fields.items()}
    if isinstance(template, list):
        return [replaced(one, columns, row, others) for one in cast("list[Any]", template)]
    if template == "[values of each other row]":
        return others
    known = {f"{{{name}}}": value for name, value in zip(columns, row, strict=True)}
    return known.get(template, template) if isinstance(template, str) else template


async def members(call: Call, answer: dict[str, Any], row: Sequence[Any], by: Sequence[str]) -> list[str]:
    """The traces that a search with the arguments of `where` finds."""
    columns, rows = answer["groups"]["columns"], answer["groups"]["rows"]
    is_other = any(str(one).startswith("(other") for one in row[: len(by)])
    others = [one[: len(by)] for one in rows if one is not row and not str(one[0]).startswith("(other: ")]
    found: list[str] = []
    arguments = replaced(answer["where"]["other" if is_other else "group"], columns, row, others) | {"limit": 100}
    while True:
        page = await call("search_traces", arguments)
        found += [one["trace_id"] for one in page["traces"]]
        if "next_cursor" not in page:
            return found
        arguments["cursor"] = page["next_cursor"]


@STORES
@pytest.mark.parametrize("by", [*BY_TRACE, *BY_SPAN, *BY_FEEDBACK, *BY_TIME, "error", *PAIRS])
@pytest.mark.parametrize("limit", [2, 100])
async def test_a_search_finds_the_members_of_every_group(store: StoreInfo, by: str, limit: int) -> None:
    """Of groups without a value and of the row that sums others too: as many as the row says, and those."""
    traces = summaries.random_traces(Random(7), 25)
    names = by.split(",")
    expected = Expected(traces, zone=ZoneInfo("Asia/Kolkata")).groups(names)
    asked = {"by": by, "experiment": BOTH, "timezone": "Asia/Kolkata", "limit": limit, "max_chars": 60_000}

    async with connected(FakeTraceGateway(traces, EXPERIMENTS, store), max_chars=80_000) as call:
        answer = await call("summarize_traces", asked)
        rows = answer["groups"]["rows"]
        assert limit == 100 or len(expected) <= 3 or "other" in answer["where"] or by in BY_TIME
        for row in rows:
            found = await members(call, answer, row, names)
            key = json.dumps(row[: len(names)])
            at = answer["groups"]["columns"].index("traces") if "traces" in answer["groups"]["columns"] else None
            if at is not None:
                assert len(found) == row[at], row
            if key in expected:
                assert set(found) == {one.trace.info.trace_id for one in expected[key][1]}
    assert rows


@STORES
async def test_the_conditions_of_the_summary_hold_for_members(store: StoreInfo) -> None:
    """Relative times stay what they were, so that the members are those that were counted."""
    traces = summaries.random_traces(Random(3), 25)
    asked = {"experiment": BOTH, "by": "name", "status": "OK", "since": "2d", "tags": "env=prod", "has_error": True}
    wanted = Expected(
        traces,
        matches=lambda one: (
            one.info.state == "OK"
            and one.info.tags.get("env") == "prod"
            and one.info.request_time_ms >= START_MS - 160_000_000
            and any(span.status == "ERROR" for span in one.spans)
        ),
    )

    async with connected(FakeTraceGateway(traces, EXPERIMENTS, store)) as call:
        answer = await call("summarize_traces", asked)
        assert answer["where"]["group"]["since"] == "2025-10-07T12:00:00.000Z"
        for row, (values, counted) in zip(answer["groups"]["rows"], by_size(wanted.groups(["name"])), strict=True):
            assert row[0] == values[0]
            assert set(await members(call, answer, row, ["name"])) == {one.trace.info.trace_id for one in counted}


@STORES
async def test_two_secrets_that_are_shown_alike_are_one_group(store: StoreInfo) -> None:
    """A count must not say which of the masked values is which; the search finds both."""
    keys = [f"sk-proj-Ab3dEfGh1jKlMn0pQrSt{letter}XyZ9876543210abcd" for letter in "ab"]
    traces = [
        make_trace(info=make_trace_info(f"tr-{at}", trace_metadata={"key": key})) for at, key in enumerate([*keys, "x"])
    ]

    async with connected(FakeTraceGateway(traces, EXPERIMENTS, store)) as call:
        answer = await call("summarize_traces", {"by": "metadata.key"})
        first, second = answer["groups"]["rows"]
        found = await members(call, answer, first, ["metadata.key"])

    assert first[:2] == [answer["groups"]["rows"][0][0], 2] and "[masked: " in first[0]
    assert second[:2] == ["x", 1]
    assert set(found) == {"tr-0", "tr-1"}
    assert not any(key in json.dumps(answer) for key in keys)


@STORES
async def test_values_that_are_cut_alike_are_one_group(store: StoreInfo) -> None:
    """A value of 1,000 characters is a group like any other; nothing that is shown says which of two it is."""
    long = ["word " * 200 + end for end in ("one", "two")]
    texts = [*long, "other " * 200]
    traces = [make_trace(info=make_trace_info(f"tr-{at}", tags={"long": text})) for at, text in enumerate(texts)]

    async with connected(FakeTraceGateway(traces, EXPERIMENTS, store)) as call:
        answer = await call("summarize_traces", {"by": "tags.long"})
        rows = answer["groups"]["rows"]
        found = [sorted(await members(call, answer, row, ["tags.long"])) for row in rows]

    assert all(row[0].endswith("…") for row in rows)
    assert found == [["tr-0", "tr-1"], ["tr-2"]]


def failing(trace_id: str, message: str, *, handled: bool = False) -> Trace:
    event = make_exception_event("TimeoutError", message)
    span = make_span("fetch", status="OK" if handled else "ERROR", events=(event,))
    return make_trace(span, info=make_trace_info(trace_id, state="OK" if handled else "ERROR"))


@STORES
async def test_members_of_an_error_group_had_that_error(store: StoreInfo) -> None:
    """Whatever number its message held; where it was handled is another group."""
    traces = [
        failing("tr-1", "no answer in 30 s"),
        failing("tr-2", "no answer in 4 s"),
        failing("tr-3", "connection refused"),
        failing("tr-4", "no answer in 5 s", handled=True),
    ]

    async with connected(FakeTraceGateway(traces, EXPERIMENTS, store)) as call:
        answer = await call("summarize_traces", {"by": "error"})
        rows = answer["groups"]["rows"]
        found = {row[0]: sorted(await members(call, answer, row, ["error"])) for row in rows}

    assert found == {
        "fetch: TimeoutError: no answer in <time>": ["tr-1", "tr-2"],
        "fetch: TimeoutError: connection refused": ["tr-3"],
        "(handled) fetch: TimeoutError: no answer in <time>": ["tr-4"],
    }
