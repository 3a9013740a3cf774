"""Notes on statements that SQLite runs, but reads in another way than they were most likely meant."""

from collections.abc import Sequence

import anyio
import pytest

from tests.builders import make_assessment, make_span, make_trace
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.tools.conftest import connected

NO_ROWS = "The statement returns no rows"


async def _notes(statements: Sequence[str]) -> dict[str, list[str]]:
    """The notes that one server gives beside the rows of each."""
    root = make_span("checkout", span_type="AGENT", status="ERROR")
    call = make_span("search", root, span_type="TOOL", start_ms=5, duration_ms=20, attributes={"gen_ai.system": "x"})
    usage = {"mlflow.trace.tokenUsage": '{"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}'}
    judged = (make_assessment("resolved", True), make_assessment("rating", 4))
    trace = make_trace(root, call, tags={"env": "prod"}, trace_metadata=usage, assessments=judged)
    notes: dict[str, list[str]] = {}
    async with connected(FakeTraceGateway([trace], store=DATABASE)) as ask:
        for sql in statements:
            answer = await ask("query_traces", {"sql": sql})
            notes[sql] = [one for one in answer.get("notes", []) if not one.startswith(NO_ROWS)]
    return notes


TRAPS = [
    ("SELECT count(*) FROM traces WHERE time > '2026-11-20 05:00:00'", "Write datetime('2026-11-20 05:00:00')"),
    ("SELECT count(*) FROM traces WHERE '2026-11-20 05:00' <= time", "Write datetime('2026-11-20 05:00')"),
    ("SELECT name FROM traces WHERE time BETWEEN '2026-11-20T05:00:00+02:00' AND '2027'", "compared letter by letter"),
    ("SELECT name FROM traces WHERE time >= strftime('%Y-%m-%d %H:%M:%S', 'now', '-1 day')", "write datetime(...)"),
    ("SELECT count(*) FROM traces WHERE time_ms > unixepoch('now', '-1 day')", "1000 * unixepoch('now', '-1 day')"),
    (
        "SELECT count(*) FROM traces WHERE time_ms > CAST(strftime('%s', 'now') AS INTEGER)",
        "time_ms is in milliseconds",
    ),
    ("SELECT count(*) FROM traces WHERE status = 'error'", "status is 'ERROR', not 'error'"),
    ("SELECT count(*) FROM traces WHERE status != 'ok'", "status is 'OK', not 'ok'"),
    ("SELECT count(*) FROM spans s WHERE s.status IN ('OK', 'FAILED')", "status is never 'FAILED': it is OK, ERROR"),
    ("SELECT sum(CASE WHEN status = 'Success' THEN 1 ELSE 0 END) FROM traces", "status is never 'Success'"),
    ("SELECT count(*) FROM spans WHERE type = 'tool'", "type is 'TOOL', not 'tool'"),
    ("SELECT count(*) FROM spans WHERE type IN ('TOOL', 'Llm')", "type is 'LLM', not 'Llm'"),
    ("SELECT count(*) FROM assessments WHERE kind = 'Feedback'", "kind is 'feedback', not 'Feedback'"),
    ("SELECT count(*) FROM assessments WHERE kind = 'human'", "kind is never 'human': it is feedback, expectation"),
    ("SELECT count(*) FROM messages WHERE role = 'USER'", "role is 'user', not 'USER'"),
    ("SELECT sum(status = 'ERROR') / count(*) AS rate FROM traces", "rate: a quotient of two integers"),
    ("SELECT round(sum(status = 'ERROR') / count(*), 2) AS rate FROM traces", "rate: a quotient of two integers"),
    ("SELECT sum(status = 'ERROR') / count(*) FROM traces", "a quotient of two integers has no fraction"),
    ("SELECT name, 100 * sum(status = 'OK') / count(*) AS pct FROM traces GROUP BY name", "1.0 * a / b"),
    ("SELECT duration_ms / 1000 AS seconds FROM traces", "seconds: a quotient of two integers"),
    ("SELECT count(*) FROM assessments WHERE value = TRUE", "compare number, which is 1 for true and yes"),
    ("SELECT avg(a.value) FROM traces t JOIN assessments a USING (trace_id)", "use number"),
    ("SELECT strftime(time, '%H') FROM traces", "strftime takes the format first: strftime('%H', time)."),
    ("SELECT date(time, 'Europe/Berlin') FROM traces", "bucket(time, '1d', 'Europe/Berlin') does"),
    ("SELECT CAST(time AS DATE) FROM traces", "CAST(x AS DATE) makes a number in SQLite"),
    ("SELECT CAST(trace_id AS STRING) FROM traces", "CAST(x AS STRING) makes a number in SQLite"),
    ("SELECT metadata->>'$.mlflow.trace.user' FROM traces", "is read by ->>'mlflow.trace.user'"),
    ("SELECT json_extract(attributes, '$.gen_ai.system') FROM spans", "is read by ->>'gen_ai.system'"),
    ("SELECT substr(time, 1, 10) AS time, count(*) FROM traces GROUP BY time", "takes the column time, not the alias"),
    (
        "SELECT x FROM (SELECT max(s.cost) AS x, attributes->>'k' AS \"provider\" FROM traces t JOIN spans s "
        "USING (trace_id) WHERE s.type = 'TOOL' GROUP BY t.name, provider ORDER BY 1) WHERE x IS NOT NULL",
        "takes the column provider, not the alias",
    ),
    ("SELECT name FROM traces WHERE session_id = NULL", "x = NULL is never true"),
]

MANY = (
    "SELECT CAST(time AS DATE), strftime(time, '%H'), date(time, 'Europe/Berlin') FROM traces "
    "WHERE status = '{}' AND name = NULL AND time > '2026-11-20 05:00'"
)

PLAIN = """
SELECT count(*) FROM traces WHERE time >= datetime('now', '-1 day') OR time >= '2026-11-20' OR time < '2026-11-20T05:00'
SELECT count(*) FROM traces WHERE time >= datetime('2026-11-20 05:00:00') AND date(time) = '2026-11-20'
SELECT '2026-11-20 05:00:00' AS label, strftime('%Y-%m-%d %H:%M', time) FROM traces GROUP BY 2
SELECT count(*) FROM traces WHERE time_ms > 1000 * unixepoch('now', '-1 day')
SELECT strftime('%Y-%m-%d %H:00', time) AS hour, count(*) FROM traces GROUP BY hour
SELECT count(*) FILTER (WHERE status = 'ERROR'), sum(status IN ('OK', 'IN_PROGRESS')) FROM traces
SELECT count(*) FROM spans WHERE lower(status) = 'error' OR status = 'error' COLLATE NOCASE OR type = 'my_type'
SELECT * FROM (SELECT CASE status WHEN 'OK' THEN 'good' ELSE 'bad' END AS status FROM traces) WHERE status = 'bad'
SELECT count(*) FROM messages WHERE role = 'tool' AND text LIKE '%error%' OR role = 'critic'
SELECT 1.0 * sum(status = 'ERROR') / count(*) AS rate, 100.0 * count(*) / 5 AS p FROM traces
SELECT avg(duration_ms) / 2 AS half, total(duration_ms) / 2, CAST(count(*) AS REAL) / 3 AS third FROM traces
SELECT time_ms / 3600000 AS hour, count(*) FROM traces GROUP BY 1
SELECT time_ms / 86400000 * 86400000, duration_ms FROM traces
SELECT cost / 2 AS half FROM traces
SELECT 7 / 2.0 AS x, '1/2' AS "a/b", count(*) AS "errors/all" FROM traces
SELECT name, value, number FROM assessments WHERE value = 'true' OR number = 1 OR value = 4
SELECT avg(number) FROM assessments
SELECT j.value FROM traces, json_each(tags) j WHERE j.value = TRUE
SELECT CAST(value AS REAL), CAST(number AS INTEGER), CAST(number AS TEXT), CAST(value AS FLOAT64) FROM assessments
SELECT bucket(time, '1d', 'Europe/Berlin'), count(*) FROM traces GROUP BY 1
SELECT metadata->>'mlflow.trace.user', attributes->>'$.usage.total', inputs->>'$.messages[0].content' FROM traces, spans
SELECT name FROM traces WHERE session_id IS NULL AND name IS NOT 'x'
SELECT name AS name, t.status AS status, count(*) AS tokens FROM traces t GROUP BY name, status
SELECT day AS time, count(*) FROM (SELECT date(time) AS day FROM traces) GROUP BY time
SELECT lower(name) AS name, count(*) FROM traces GROUP BY 1 ORDER BY name
SELECT date(time) AS model, count(*) FROM traces GROUP BY model
SELECT max(name) AS name, max(status) AS status FROM traces GROUP BY traces.name, traces.status
""".strip().splitlines()
"""Statements that mean what they say."""


@pytest.fixture(scope="module")
def noted() -> dict[str, list[str]]:
    return anyio.run(_notes, [*(sql for sql, _ in TRAPS), *PLAIN])


@pytest.mark.parametrize(("sql", "said"), TRAPS, ids=[sql for sql, _ in TRAPS])
def test_what_sqlite_reads_in_another_way_is_noted(noted: dict[str, list[str]], sql: str, said: str) -> None:
    """The rows look right, and are not: nothing but a note could say so."""
    (note,) = noted[sql]

    assert said in note


@pytest.mark.parametrize("sql", PLAIN)
def test_nothing_is_noted_of_other_statements(noted: dict[str, list[str]], sql: str) -> None:
    """A note that is wrong once is not read again."""
    assert noted[sql] == []


@pytest.mark.anyio
@pytest.mark.parametrize("max_chars", [2_000, 3_000])
async def test_notes_are_few_and_leave_the_answer_within_its_budget(max_chars: int) -> None:
    """Whatever a statement does wrong at once; texts of the statement are shown in short."""
    traces = [make_trace(make_span("x" * 900), trace_id=f"tr-{n}") for n in range(20)]
    async with connected(FakeTraceGateway(traces, store=DATABASE)) as ask:
        answer = await ask("query_traces", {"sql": MANY.format("o\u202e" * 200), "max_chars": max_chars})
        long = await ask("query_traces", {"sql": "SELECT *, 7 / 2 AS q FROM traces", "max_chars": max_chars})

    assert len(answer["notes"]) == 4
    assert "\u202e" not in str(answer["notes"])
    assert any("q: a quotient of two integers" in note for note in long["notes"])
