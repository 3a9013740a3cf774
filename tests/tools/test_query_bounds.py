"""query_traces says how much was loaded, what was left out, and what of the answer does not fit."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import anyio
import pytest

from mcp_traces.records import JsonAttributes, StoreInfo, Trace
from mcp_traces.store.gateway import Scan, Visit
from mcp_traces.tools import table_loading
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, STORE, FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool, connected
from tests.tools.desk_store import BOTH, EXPERIMENTS

pytestmark = pytest.mark.anyio

STORES = pytest.mark.parametrize("store", [DATABASE, STORE], ids=["database", "server"])


def traces_of(count: int, **fields: Any) -> list[Trace]:
    """Newest first, a second apart, each with a root and a call below it."""
    made: list[Trace] = []
    for number in range(count):
        root = make_span("agent", span_id="r", inputs={"n": number})
        call = make_span("call", root, span_id="c", start_ms=1, duration_ms=2, inputs={"n": number})
        info = make_trace_info(f"tr-{number:04d}", request_time_ms=START_MS - number * 1000, **fields)
        made.append(make_trace(root, call, info=info))
    return made


class SlowGateway(FakeTraceGateway):
    """A store that takes its time for each span that it returns whole, and for each trace."""

    def __init__(self, *arguments: Any, s_per_span: float = 0.0, s_per_trace: float = 0.0, **fields: Any) -> None:
        super().__init__(*arguments, **fields)
        self._s_per_span, self._s_per_trace = s_per_span, s_per_trace

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        await anyio.sleep(self._s_per_span * 2 * len(trace_ids))
        return await super().get_traces(trace_ids)

    async def search_traces(self, query: Any) -> Any:
        page = await super().search_traces(query)
        await anyio.sleep(self._s_per_trace * len(page.traces))
        return page

    async def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        def slow(rows: Any) -> bool:
            if scan.of_spans and scan.whole == "all":
                time.sleep(self._s_per_span * len(rows))
            return visit(rows)

        return await super().scan(scan, slow)


async def query(gateway: FakeTraceGateway, sql: str, **arguments: Any) -> dict[str, Any]:
    settings = arguments.pop("settings", {})
    return await call_tool(gateway, "query_traces", {"sql": sql, "experiment": BOTH} | arguments, **settings)


# How far the tables go.


@STORES
async def test_coverage_counts_the_rows_of_each_table_that_is_read(store: StoreInfo) -> None:
    traces = traces_of(3, assessments=(make_assessment("a", 1), make_assessment("b", 2)))
    sql = "SELECT (SELECT count(*) FROM spans), (SELECT count(*) FROM assessments), (SELECT count(*) FROM messages)"

    answer = await query(FakeTraceGateway(traces, EXPERIMENTS, store), sql)

    assert answer["rows"] == [[6, 6, 0]]
    assert answer["coverage"] == {"traces": "3 of 3", "spans": "6 of 6", "assessments": "6 of 6", "messages": "0 of 0"}


@STORES
async def test_the_newest_traces_are_loaded_where_there_are_too_many(
    store: StoreInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No total over a part is shown without how large the part is: each table says it."""
    monkeypatch.setattr(table_loading, "MAX_TRACES", 20)
    monkeypatch.setattr(table_loading, "TRACES_AT_ONCE", 10)
    gateway = FakeTraceGateway(traces_of(33, assessments=(make_assessment("a", 1),)), EXPERIMENTS, store)
    sql = """SELECT count(*), min(trace_id), max(trace_id), (SELECT count(*) FROM spans),
        (SELECT count(*) FROM assessments) FROM traces"""

    answer = await query(gateway, sql)

    assert answer["rows"] == [[20, "tr-0000", "tr-0019", 40, 20]]
    of_all = "20 of 33" if store is DATABASE else "20"
    oldest = "2025-10-09T08:53:01.000Z"
    assert answer["coverage"]["traces"] == f"{of_all}, the newest, back to {oldest}"
    assert answer["coverage"]["spans"] == "40, of the newest 20 traces"
    assert answer["coverage"]["assessments"] == "20, of the newest 20 traces"


@STORES
async def test_exactly_as_many_as_may_be_loaded_are_all(store: StoreInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_loading, "MAX_TRACES", 20)
    answer = await query(FakeTraceGateway(traces_of(20), EXPERIMENTS, store), "SELECT count(*) FROM traces")
    assert (answer["rows"], answer["coverage"]) == ([[20]], {"traces": "20 of 20"})


@STORES
async def test_tables_that_take_too_much_memory_are_of_the_newest_traces(
    store: StoreInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_loading, "MAX_BYTES", 1_500)
    monkeypatch.setattr(table_loading, "TRACES_AT_ONCE", 10)
    monkeypatch.setattr(table_loading, "SPANS_AT_ONCE", 10)
    gateway = FakeTraceGateway(traces_of(50), EXPERIMENTS, store)

    traces = await query(gateway, "SELECT count(*), count(tags) FROM traces")
    spans = await query(gateway, "SELECT count(*), count(inputs) FROM spans")

    for answer, table, of_all in ((traces, "traces", 50), (spans, "spans", 100)):
        every, having = answer["rows"][0]
        assert every == having and 0 < every < of_all
        assert "newest" in answer["coverage"][table]


@STORES
async def test_content_that_takes_too_long_is_null_and_said(store: StoreInfo) -> None:
    """What a database has as columns is there for all spans; of a server, spans are there or are not."""
    gateway = SlowGateway(traces_of(200), EXPERIMENTS, store, s_per_span=0.01)
    sql = "SELECT count(*), count(name), count(duration_ms), count(inputs), count(attributes) FROM spans"

    answer = await query(gateway, sql, settings={"timeout_s": 2})

    every, names, durations, inputs, attributes = answer["rows"][0]
    assert 0 < inputs == attributes < 400
    assert every == names == durations == (400 if store is DATABASE else inputs)
    said = answer["coverage"]["spans"]
    if store is DATABASE:
        assert said.startswith("400 of 400; inputs, attributes of the newest ")
        assert said.endswith(f"{inputs // 2} traces, NULL for the others")
    else:
        assert said == f"{every}, of the newest {every // 2} of 200 traces"
    assert any(note.startswith("Spans were read back to 2025-10-09T08:5") for note in answer["notes"])
    since = next(note for note in answer["notes"] if "since='" in note).split("since='")[1].split("'")[0]
    narrowed = await query(gateway, sql, since=since, settings={"timeout_s": 6})
    assert narrowed["rows"][0][0] == narrowed["rows"][0][3] == inputs


@STORES
async def test_columns_do_not_wait_for_content(store: StoreInfo) -> None:
    """On a database, what its columns say takes no whole spans."""
    gateway = SlowGateway(traces_of(200), EXPERIMENTS, store, s_per_span=0.01)

    answer = await query(gateway, "SELECT count(*), sum(self_ms) FROM spans", settings={"timeout_s": 2})

    if store is DATABASE:
        assert answer["rows"] == [[400, 200 * 1200]]
        assert answer["coverage"]["spans"] == "400 of 400"
        assert "notes" not in answer
    else:
        assert 0 < answer["rows"][0][0] < 400


async def test_a_server_that_takes_long_for_traces_answers_with_the_newest() -> None:
    gateway = SlowGateway(traces_of(2_000), EXPERIMENTS, STORE, s_per_trace=0.001)

    answer = await query(gateway, "SELECT count(*) FROM traces", settings={"timeout_s": 2})

    (count,) = answer["rows"][0]
    assert 0 < count < 2_000
    assert answer["coverage"]["traces"].startswith(f"{count:,}, the newest, back to 2025-10-09T")


@STORES
async def test_messages_say_of_how_many_traces_they_are(store: StoreInfo) -> None:
    """Also beside columns of spans, which take less time and go further."""
    chat = {"messages": [{"role": "user", "content": "hi"}]}
    talk = (make_span(span_id="r", span_type="LLM", inputs=chat), make_span(span_id="x", parent_id="r"))
    traces = [make_trace(*talk, info=one.info) for one in traces_of(200)]
    gateway = SlowGateway(traces, EXPERIMENTS, store, s_per_span=0.01)
    sql = "SELECT (SELECT count(*) FROM messages), (SELECT count(name) FROM spans)"

    answer = await query(gateway, sql, settings={"timeout_s": 2})

    messages, spans = answer["rows"][0]
    assert 0 < messages < 200
    assert answer["coverage"]["messages"] == f"{messages}, of the newest {messages} of 200 traces"
    assert spans == (400 if store is DATABASE else 2 * messages)


@STORES
async def test_errors_of_traces_say_how_far_they_were_read(store: StoreInfo) -> None:
    traces = [
        make_trace(make_span(span_id="r", status="ERROR", status_message="broken"), info=one.info)
        for one in traces_of(300)
    ]
    gateway = SlowGateway(traces, EXPERIMENTS, store, s_per_span=0.01)

    answer = await query(gateway, "SELECT count(*), count(error) FROM traces", settings={"timeout_s": 2})

    every, errors = answer["rows"][0]
    assert every == 300 and 0 < errors < 300
    assert answer["coverage"]["traces"] == f"300 of 300; error of the newest {errors}, NULL for the others"


@STORES
async def test_values_of_a_million_characters_are_null_and_said(store: StoreInfo) -> None:
    """A beginning of JSON cannot be read as JSON. No value makes the others unreadable, wherever it is."""
    long = "x" * 1_000_001
    assessment = make_assessment("long", long, rationale=long)
    span = make_span(span_type="LLM", inputs={"messages": [{"role": "user", "content": long}]}, outputs="short")
    info = make_trace_info(request_preview=long, response_preview="short", assessments=(assessment,))
    sql = """SELECT t.request, t.response, s.inputs, s.outputs, a.value, a.rationale, a.name, m.role, m.text
        FROM traces t
        JOIN spans s USING (trace_id) JOIN assessments a USING (trace_id) JOIN messages m USING (trace_id)
        WHERE m.role = 'user'"""

    answer = await query(FakeTraceGateway([make_trace(span, info=info)], EXPERIMENTS, store), sql)

    assert answer["rows"] == [[None, "short", None, '"short"', None, None, "long", "user", None]]
    assert [note for note in answer["notes"] if "more than 1,000,000 characters are NULL" in note]


@STORES
async def test_values_of_many_megabytes_do_not_end_a_statement(store: StoreInfo) -> None:
    huge = "x" * 11_000_000
    info = make_trace_info(assessments=(make_assessment("huge", huge), make_assessment("small", 1)))
    gateway = FakeTraceGateway([make_trace(make_span(), info=info)], EXPERIMENTS, store)

    answer = await query(gateway, "SELECT name, value FROM assessments ORDER BY rowid")

    assert answer["rows"] == [["huge", None], ["small", "1"]]


@STORES
async def test_values_that_nest_deeper_than_sqlite_reads_are_read(store: StoreInfo) -> None:
    """`->>` on one of them would end the whole statement."""
    deep: Any = "end"
    for _ in range(700):
        deep = [deep]
    stored = JsonAttributes({"mlflow.spanInputs": json.dumps({"a": deep, "b": 1}, ensure_ascii=False)})
    gateway = FakeTraceGateway([make_trace(replace(make_span(), attributes=stored))], EXPERIMENTS, store)

    answer = await query(gateway, "SELECT inputs->>'b', inputs LIKE '%end%' FROM spans")

    assert answer["rows"] == [[1, 1]]


# What of the answer fits.


@STORES
async def test_rows_that_do_not_fit_are_more(store: StoreInfo) -> None:
    traces = traces_of(500)
    seen: list[str] = []
    async with connected(FakeTraceGateway(traces, EXPERIMENTS, store)) as call:
        while True:
            sql = f"SELECT trace_id, name FROM traces ORDER BY time_ms DESC LIMIT 1000 OFFSET {len(seen)}"
            answer = await call("query_traces", {"sql": sql, "experiment": BOTH, "max_chars": 2_000})
            seen += [row[0] for row in answer["rows"]]
            assert answer["returned"] == len(answer["rows"])
            if not answer.get("more"):
                break
    assert seen == [one.info.trace_id for one in traces]


async def test_long_values_are_cut_and_said() -> None:
    answer = await query(
        FakeTraceGateway(traces_of(3), EXPERIMENTS, DATABASE),
        "SELECT trace_id, printf('%.*c', 5000, 'x') FROM traces ORDER BY trace_id",
        max_chars=4_000,
    )

    cuts = {len(row[1]) for row in answer["rows"]}
    (shown,) = cuts
    assert all(row[1] == "x" * (shown - 1) + "…" for row in answer["rows"])
    assert len(answer["rows"]) == 3 and "more" not in answer
    assert any(f"3 values are cut to {shown} characters" in note for note in answer["notes"])


async def test_a_text_that_ends_in_the_mark_is_not_taken_for_a_cut() -> None:
    answer = await query(FakeTraceGateway(traces_of(1), EXPERIMENTS, DATABASE), "SELECT 'and so on…' FROM traces")
    assert answer["rows"] == [["and so on…"]]
    assert "notes" not in answer


WIDE: dict[str, str] = {
    "one text": "SELECT printf('%.*c', 900000, 'x') FROM traces",
    "many texts": "SELECT " + ", ".join(f"printf('%.*c', 9000, 'x') a{n}" for n in range(60)) + " FROM traces",
    "control characters": "SELECT replace(printf('%.*c', 3000, 'x'), 'x', char(27)) FROM traces",
    "hidden characters": "SELECT replace(printf('%.*c', 3000, 'x'), 'x', char(8238)) FROM traces",
    "quotes": "SELECT replace(printf('%.*c', 3000, 'x'), 'x', '\"') FROM traces",
    "bytes": "SELECT CAST(printf('%.*c', 30000, 'x') AS BLOB) FROM traces",
    "long alias": f"SELECT 1 AS {'a' * 5_000} FROM traces",
}


@pytest.mark.parametrize("sql", WIDE.values(), ids=WIDE)
async def test_a_row_that_is_larger_than_the_budget_is_shown_in_part(sql: str) -> None:
    """The client of these tests holds each answer to its budget."""
    answer = await query(FakeTraceGateway(traces_of(2), EXPERIMENTS, DATABASE), sql, max_chars=2_000)
    assert answer["returned"] >= 1


WIDER: dict[str, str] = {
    "many numbers": "SELECT " + ", ".join(f"{10**11 + n} n{n}" for n in range(190)) + " FROM traces",
    "long names": "SELECT " + ", ".join(f"1 AS a_name_that_is_really_long_{n}" for n in range(150)) + " FROM traces",
}


@pytest.mark.parametrize("sql", WIDER.values(), ids=WIDER)
async def test_a_row_of_which_no_part_fits_is_an_error_that_says_how_to_narrow_it(sql: str) -> None:
    gateway = FakeTraceGateway(traces_of(2), EXPERIMENTS, DATABASE)
    with pytest.raises(ToolFailedError, match=r"One row of `sql` takes more than `max_chars`, 2,000\. Select fewer"):
        await query(gateway, sql, max_chars=2_000)
    assert (await query(gateway, sql, max_chars=20_000))["returned"] == 2


ODD: dict[str, tuple[str, Any]] = {
    "bytes": ("x'00ff'", "x'00ff'"),
    "infinity": ("9e999", "Infinity"),
    "minus infinity": ("-9e999", "-Infinity"),
    "not a number": ("9e999 - 9e999", None),
    "largest integer": ("9223372036854775807", 9223372036854775807),
    "beyond the largest": ("9223372036854775808", 9.22337203685e18),
    "a sum of fractions": ("0.1 + 0.2", 0.3),
    "twelve digits": ("1.0 / 3", 0.333333333333),
    "tiny": ("1.5e-300", 1.5e-300),
    "whole": ("2.0", 2),
    "invalid UTF-8": ("CAST(x'61ff62' AS TEXT)", "a\ufffdb"),
    "half of a pair": ("CAST(x'eda080' AS TEXT)", "\ufffd\ufffd\ufffd"),
    "nothing": ("char(0)", "\\u0000"),
    "an escape": ("char(27) || '[31m'", "\\u001b[31m"),
    "turned round": ("char(8238)", "\\u202e"),
    "beyond the first plane": ("char(128512)", "😀"),
    "lines": ("'a' || char(10) || 'b'", "a\nb"),
    "JSON": ("json('{\"a\": [1, 2]}')", '{"a":[1,2]}'),
    "true": ("TRUE", 1),
}


@pytest.mark.parametrize(("expression", "shown"), ODD.values(), ids=ODD)
async def test_odd_values_are_shown_as_json(expression: str, shown: Any) -> None:
    gateway = FakeTraceGateway(traces_of(1), EXPERIMENTS, DATABASE)
    answer = await query(gateway, f"SELECT {expression} FROM traces")
    assert json.dumps(answer["rows"]) == json.dumps([[shown]])


async def test_names_of_columns_are_shown_without_what_is_hidden() -> None:
    answer = await query(FakeTraceGateway(traces_of(1), EXPERIMENTS, DATABASE), 'SELECT 1 AS "a\u202eb", 2 AS "a"')
    assert answer["columns"] == ["a\\u202eb", "a"]


@STORES
async def test_an_empty_store_says_why_there_is_nothing(store: StoreInfo) -> None:
    answer = await query(FakeTraceGateway([], EXPERIMENTS, store), "SELECT count(*) FROM traces")
    assert answer["rows"] == [[0]] and answer["coverage"] == {"traces": "0 of 0"}
    assert answer["notes"]
