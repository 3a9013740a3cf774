"""query_traces: every column of every table is what was recorded, on a database and on a server."""

from collections.abc import Sequence
from typing import Any

import pytest

from mcp_traces.records import AssessmentFailure, StoreInfo, Trace
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, STORE, FakeTraceGateway
from tests.tools.conftest import call_tool, connected
from tests.tools.desk_store import BOTH, EXPERIMENTS, make_desk, shown

pytestmark = pytest.mark.anyio

STORES = pytest.mark.parametrize("store", [DATABASE, STORE], ids=["database", "server"])
TABLES = ("traces", "spans", "assessments", "messages")


async def query(traces: Sequence[Trace], sql: str, store: StoreInfo = DATABASE, **arguments: Any) -> dict[str, Any]:
    settings = arguments.pop("settings", {})
    asked = {"sql": sql, "experiment": BOTH} | arguments
    return await call_tool(FakeTraceGateway(traces, EXPERIMENTS, store), "query_traces", asked, **settings)


async def rows_of(traces: Sequence[Trace], sql: str, store: StoreInfo = DATABASE, **arguments: Any) -> list[list[Any]]:
    return (await query(traces, sql, store, **arguments))["rows"]


# What the tables hold.


@STORES
@pytest.mark.parametrize("table", TABLES)
async def test_every_column_is_what_a_plain_reading_of_the_records_says(store: StoreInfo, table: str) -> None:
    """Alone, when no other is loaded, and beside all others; NULL where nothing was recorded."""
    desk = make_desk(7, 50)
    expected = desk.tables()[table]
    gateway = FakeTraceGateway(desk.traces, EXPERIMENTS, store)

    async with connected(gateway, max_chars=80_000) as call:
        for selected in [*([one] for one in expected[0]), list(expected[0])]:
            found: list[list[Any]] = []
            while len(found) < len(expected):
                sql = f"SELECT {', '.join(selected)} FROM {table} ORDER BY rowid LIMIT 30 OFFSET {len(found)}"
                answer = await call("query_traces", {"sql": sql, "experiment": BOTH, "max_chars": 80_000})
                assert answer["columns"] == selected
                found += answer["rows"]
            rows = [[shown(one[column]) for column in selected] for one in expected]
            assert sorted(map(repr, found)) == sorted(map(repr, rows)), selected


@STORES
async def test_spans_are_placed_where_the_tree_has_them(store: StoreInfo) -> None:
    """An orphan stands as a root; of a circle the first span does. A span that has not ended has no duration."""
    root = make_span("root", span_id="r", duration_ms=100)
    spans = [
        root,
        make_span("child", root, span_id="c", start_ms=10, duration_ms=20),
        make_span("overlapping", root, span_id="o", start_ms=20, duration_ms=30),
        make_span("outlives", root, span_id="l", start_ms=90, duration_ms=30),
        make_span("open", root, span_id="u", start_ms=60, duration_ms=None),
        make_span("orphan", span_id="x", parent_id="gone", start_ms=5, duration_ms=1),
        make_span("of orphan", span_id="y", parent_id="x", start_ms=5.25, duration_ms=0.5),
        make_span("circle 1", span_id="a", parent_id="b", start_ms=30, duration_ms=10),
        make_span("circle 2", span_id="b", parent_id="a", start_ms=31, duration_ms=4),
        make_span("itself", span_id="s", parent_id="s", start_ms=40, duration_ms=1),
        make_span("backwards", span_id="t", parent_id="r", start_ms=50, duration_ms=-5),
    ]
    sql = "SELECT span_id, parent_id, depth, start_ms, duration_ms, self_ms FROM spans ORDER BY span_id"

    found = await rows_of([make_trace(*spans)], sql, store)

    assert found == [
        ["a", "b", 0, 30, 10, 6],
        ["b", "a", 1, 31, 4, 4],
        ["c", "r", 1, 10, 20, 20],
        ["l", "r", 1, 90, 30, 30],
        ["o", "r", 1, 20, 30, 30],
        ["r", None, 0, 0, 100, 20],  # children ran from 10 to 50, and the one that is still open from 60 on
        ["s", "s", 0, 40, 1, 1],
        ["t", "r", 1, 50, -5, -5],
        ["u", "r", 1, 60, None, None],
        ["x", "gone", 0, 5, 1, 0.5],
        ["y", "x", 1, 5.25, 0.5, 0.5],
    ]


ASSESSED: dict[str, tuple[Any, str | None, float | None]] = {
    "text": ("good", "good", None),
    "number in text": ("5", "5", None),
    "whole number": (5, "5", 5),
    "number": (0.25, "0.25", 0.25),
    "large number": (1e20, "1e+20", 1e20),
    "large integer": (10**25, "1" + 25 * "0", 1e25),
    "true": (True, "true", 1),
    "false": (False, "false", 0),
    "yes": ("yes", "yes", 1),
    "no": ("no", "no", 0),
    "object": ({"a": [1]}, '{"a":[1]}', None),
    "empty text": ("", "", None),
    "nothing": (None, None, None),
}


@STORES
@pytest.mark.parametrize(("value", "text", "number"), ASSESSED.values(), ids=ASSESSED)
async def test_assessments_have_their_value_as_text_and_as_number(
    store: StoreInfo, value: Any, text: str | None, number: float | None
) -> None:
    """`number` is what MLflow itself averages: numbers, true, false, yes and no."""
    info = make_trace_info(assessments=(make_assessment("rating", value),))

    found = await rows_of([make_trace(make_span(), info=info)], "SELECT value, number FROM assessments", store)

    assert found == [[text, number]]


@STORES
async def test_failed_overridden_and_expected_are_rows_of_their_own(store: StoreInfo) -> None:
    """What a judge could not give is an error without a value, and what was replaced is not valid."""
    assessments = (
        make_assessment("judge", None, failure=AssessmentFailure("TIMEOUT", "after 30 s"), assessment_id="1"),
        make_assessment("rating", "bad", valid=False, assessment_id="2"),
        make_assessment("rating", "good", overrides="2", assessment_id="3"),
        make_assessment("answer", {"is": "42"}, kind="expectation", assessment_id="4"),
        make_assessment("issue-1", "slow answers", kind="issue", assessment_id="5"),
    )
    sql = "SELECT name, kind, value, error, valid FROM assessments ORDER BY rowid"

    found = await rows_of([make_trace(make_span(), info=make_trace_info(assessments=assessments))], sql, store)

    assert found == [
        ["judge", "feedback", None, "TIMEOUT: after 30 s", 1],
        ["rating", "feedback", "bad", None, 0],
        ["rating", "feedback", "good", None, 1],
        ["answer", "expectation", '{"is":"42"}', None, 1],
        ["issue-1", "issue", "slow answers", None, 1],
    ]


@STORES
async def test_a_trace_without_anything_has_rows_of_nothing(store: StoreInfo) -> None:
    """NULL, never an empty text or 0, which would count and average."""
    info = make_trace_info(name=None, state="IN_PROGRESS", execution_duration_ms=None)

    (row,) = await rows_of([Trace(info, ())], "SELECT * FROM traces", store)

    assert row[2] is None and row[6:21] == [None] * 15
    assert row[21:] == ["{}", "{}"]


@STORES
async def test_odd_usage_is_null_rather_than_wrong(store: StoreInfo) -> None:
    """An application may write what it likes under MLflow's keys."""
    metadata = {
        "mlflow.trace.tokenUsage": f'{{"input_tokens": "7", "output_tokens": 1.5, "total_tokens": {10**30}}}',
        "mlflow.trace.cost": '{"total_cost": NaN}',
        "mlflow.trace.sizeStats": "[1]",
    }
    span = make_span(attributes={"mlflow.chat.tokenUsage": "many", "mlflow.llm.cost": {"total_cost": "1"}})
    trace = make_trace(span, info=make_trace_info(trace_metadata=metadata))
    sql = """SELECT t.input_tokens, t.output_tokens, t.total_tokens, t.cost, span_count, s.input_tokens, s.cost
        FROM traces t JOIN spans s USING (trace_id)"""

    assert await rows_of([trace], sql, store) == [[None] * 7]


@STORES
async def test_json_is_read_by_key_whatever_the_key(store: StoreInfo) -> None:
    """Keys with dots, blanks, quotes and letters beyond ASCII, and items of lists."""
    attributes = {"gen_ai.request.model": "m", "a b": 1, "ü": [10, {"x.y": True}], "n": None, "0": "zero"}
    trace = make_trace(make_span(attributes=attributes, inputs="text", outputs={"a": [5, {"b": "c"}]}))
    sql = """SELECT attributes->>'gen_ai.request.model', attributes->>'a b', attributes->>'ü',
        attributes->>'$.ü[1].\"x.y\"', attributes->>'n', attributes->>'0', attributes->>'absent', inputs->>'$',
        outputs->>'$.a[1].b', outputs->'a'->>0,
        json_array_length(outputs, '$.a') FROM spans"""

    assert await rows_of([trace], sql, store) == [
        ["m", 1, '[10,{"x.y":true}]', 1, None, "zero", None, "text", "c", 5, 2]
    ]


@STORES
async def test_times_that_no_calendar_has_are_null_and_end_no_statement(store: StoreInfo) -> None:
    """An application that logs microseconds must not keep others from being counted by hour."""
    times = (START_MS, START_MS * 1000)
    traces = [make_trace(make_span(), info=make_trace_info(f"tr-{one}", request_time_ms=one)) for one in times]
    sql = "SELECT time_ms, time, bucket(time, '1h'), date(time) FROM traces ORDER BY time_ms"

    assert await rows_of(traces, sql, store) == [
        [START_MS, "2025-10-09T08:53:20.000Z", "2025-10-09T08:00Z", "2025-10-09"],
        [START_MS * 1000, None, None, None],
    ]


@STORES
async def test_what_sqlite_cannot_hold_ends_no_statement(store: StoreInfo) -> None:
    """Numbers beyond 64 bits are NULL, and what should be a text is the JSON of what it is."""
    span = make_span(attributes={"model": {"name": "m"}})
    sql = "SELECT t.duration_ms, model FROM traces t JOIN spans USING (trace_id)"

    found = await rows_of([make_trace(span, info=make_trace_info(execution_duration_ms=2**70))], sql, store)

    assert found == [[None, '{"name":"m"}']]
