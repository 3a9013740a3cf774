"""summarize_traces counts what a plain computation over all records counts, whatever the store and the question."""

import json
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.records import Span, Trace
from tests.builders import START_MS
from tests.fake_gateway import DATABASE, STORE, FakeTraceGateway
from tests.tools import summaries
from tests.tools.conftest import connected
from tests.tools.summaries import BY_FEEDBACK, BY_SPAN, BY_TIME, BY_TRACE, EXPERIMENTS, ZONES, Expected, by_size

pytestmark = pytest.mark.anyio

BOTH = "support-assistant,nightly"
HALF = 0.5 + 1e-6
"""Percentiles are shown as whole milliseconds."""

_OF_TRACES: list[tuple[dict[str, Any], Callable[[Trace], bool]]] = [
    ({}, lambda _: True),
    ({"status": "ERROR"}, lambda one: one.info.state == "ERROR"),
    ({"user_id": "ann"}, lambda one: one.info.user_id == "ann"),
    ({"tags": {"env": "prod"}}, lambda one: one.info.tags.get("env") == "prod"),
    ({"has_error": True}, lambda one: any(span.status == "ERROR" for span in one.spans)),
    ({"min_duration_ms": 101}, lambda one: (one.info.execution_duration_ms or 0) >= 101),
    ({"since": str(START_MS - 86_400_000)}, lambda one: one.info.request_time_ms >= START_MS - 86_400_000),
    ({"min_tokens": 100}, lambda one: (one.info.total_tokens or 0) >= 100),
]
_OF_SPANS: list[tuple[dict[str, Any], Callable[[Span], bool]]] = [
    ({}, lambda _: True),
    ({}, lambda _: True),
    ({"span_name": "complete"}, lambda span: span.name == "complete"),
    ({"span_type": "LLM"}, lambda span: span.span_type == "LLM"),
]


def drawn_names(random: Random) -> list[str]:
    kinds = [BY_TRACE, BY_TRACE, BY_SPAN, BY_FEEDBACK, BY_TIME, ("error",)]
    first = random.choice(random.choice(kinds))
    if random.random() < 0.5:
        return [first]
    second = random.choice(BY_TRACE if first not in BY_TRACE else random.choice(kinds))
    return [first] if first == second else random.sample([first, second], 2)


@pytest.mark.parametrize("store", [DATABASE, STORE], ids=["database", "server"])
@given(seed=st.integers(0, 2**32), size=st.integers(0, 14))
@settings(max_examples=40, deadline=None)
async def test_a_summary_is_what_a_plain_computation_says(store: Any, seed: int, size: int) -> None:
    """Totals and every row, on a database, which is scanned, and on a server, of which the records are read."""
    random = Random(seed)
    traces = summaries.random_traces(random, size)
    of_traces, matches = random.choice(_OF_TRACES)
    of_spans, span_matches = random.choice(_OF_SPANS)
    by, zone = drawn_names(random), random.choice(ZONES)
    asked = {"limit": random.choice([1, 2, 10, 100]), "min_count": random.choice([1, 1, 2])}
    found = Expected(
        traces,
        matches=lambda one: matches(one) and (not of_spans or any(map(span_matches, one.spans))),
        span_matches=span_matches,
        zone=ZoneInfo(zone),
    )
    arguments = {"by": ",".join(by), "experiment": BOTH, "timezone": zone, "max_chars": 60_000}

    async with connected(FakeTraceGateway(traces, EXPERIMENTS, store), max_chars=80_000) as call:
        answer = await call("summarize_traces", arguments | asked | of_traces | of_spans)

    assert_total(answer["total"], found.total())
    assert set(answer["coverage"].values()) == {"exact"}
    if any(one in BY_TIME for one in by):
        assert_over_time(answer, found, by, asked["limit"])
    else:
        assert_groups(answer, found, by, **asked)


def assert_total(shown: dict[str, Any], expected: summaries.Row) -> None:
    tokens = shown.get("tokens", {})
    flat = {
        **{key: value for key, value in shown.items() if key != "tokens"},
        "input": tokens.get("input"),
        "output": tokens.get("output"),
        "tokens": tokens.get("total"),
        "cached_tokens": tokens.get("cached"),
    }
    for name, value in flat.items():
        assert_same(name, value, expected[name])


def assert_groups(answer: dict[str, Any], found: Expected, by: list[str], *, limit: int, min_count: int) -> None:
    ordered = by_size(found.groups(by))
    if by == ["run"]:
        ordered.sort(key=lambda one: (-max(each.trace.info.request_time_ms for each in one[1]), repr(tuple(one[0]))))
    enough = [one for one in ordered if len({each.trace.info.trace_id for each in one[1]}) >= min_count]
    small = [one for one in ordered if one not in enough]
    kept, rest = enough[:limit], [*enough[limit:], *small]
    if len(rest) == 1 and not small:
        kept, rest = enough, []
    others = [member for _, members in rest for member in members]
    expected = [*kept, *([(None, others)] if rest else [])]
    columns, rows = answer["groups"]["columns"], answer["groups"]["rows"]

    assert answer["groups_matching"] == len(enough)
    assert columns[: len(by)] == by
    assert len(rows) == len(expected)
    for row, (values, _) in zip(rows, expected, strict=True):
        if values is None:
            assert row[0] == f"(other: {len(rest)} group{'s' if len(rest) > 1 else ''})"
        else:
            assert json.dumps(row[: len(by)]) == json.dumps(values)
    assert_columns(columns, rows, [summaries.stats(members) for _, members in expected], by)
    if not any(one in (*BY_SPAN, *BY_FEEDBACK, "error", "prompt") for one in by):
        assert sum(row[columns.index("traces")] for row in rows) == answer["total"]["traces"]


def assert_over_time(answer: dict[str, Any], found: Expected, by: list[str], limit: int) -> None:
    at = next(index for index, one in enumerate(by) if one in BY_TIME)
    groups = found.groups(by)
    columns, rows = answer["groups"]["columns"], answer["groups"]["rows"]
    members = {key: one[1] for key, one in groups.items()}
    if len(by) == 2:
        sizes: dict[str, int] = {}
        for values, each in groups.values():
            beside = repr(values[1 - at])
            sizes[beside] = sizes.get(beside, 0) + len(each)
        assert len({json.dumps(row[1 - at]) for row in rows}) <= limit + 1
        if len(sizes) <= limit:
            assert {json.dumps(row[:2]) for row in rows} == set(groups)
    else:
        assert {json.dumps(row[:1]) for row in rows} >= set(groups)
    shown: list[list[summaries.Counted]] = []
    listed = {json.dumps(row[: len(by)]) for row in rows}
    for row in rows:
        same_time = [each for key, each in members.items() if key not in listed and json.loads(key)[at] == row[at]]
        other = len(by) == 2 and row[1 - at] == "(other)"
        shown.append(
            [one for each in same_time for one in each] if other else members.get(json.dumps(row[: len(by)]), [])
        )
    times = [datetime.fromisoformat(row[at]) for row in rows]
    assert times == sorted(times)
    assert_columns(columns, rows, [summaries.stats(each) for each in shown], by)
    assert answer["groups_matching"] == len(groups)


def assert_columns(columns: list[str], rows: list[list[Any]], expected: list[summaries.Row], by: list[str]) -> None:
    counted = {"spans", "errors"}
    for index, name in enumerate(columns):
        if index < len(by) or (name in ("run_name", "errors") and "judge" in by):
            continue
        for row, each in zip(rows, expected, strict=True):
            assert_same(name, row[index], each["members" if name in counted else name])
    for name in {"failed", "tokens", "cached_tokens", "p50_ms"} - set(columns):
        if name != "failed" or "error" not in by:
            if "judge" in by and name != "failed":
                continue
            assert not any(each[name] for each in expected), name


def assert_same(name: str, shown: Any, expected: Any) -> None:
    if (name.startswith("p") and name.endswith("_ms")) or name in ("max_ms", "elapsed_ms"):
        assert (shown is None) == (expected is None) and abs((shown or 0) - (expected or 0)) <= HALF, name
    elif name in ("first", "last"):
        moment = shown and datetime.fromisoformat(shown).timestamp() * 1000
        assert (moment is None) == (expected is None) and 0 <= (expected or 0) - (moment or 0) < 1_000, name
    elif name == "cost":
        assert (shown is None) == (expected is None) and abs((shown or 0) - (expected or 0)) < 1e-9, name
    else:
        assert (shown or None) == (expected or None), name
