"""query_traces over real stores: tables and answers are what a plain reading of the records says, on each alike."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from mcp_traces.records import Trace
from mcp_traces.store.gateway import TraceGateway, TraceQuery
from tests.real.calls import Tools
from tests.real.conftest import REAL
from tests.tools.desk_questions import QUESTIONS, Question
from tests.tools.desk_store import Tables, assessment_rows, shown, span_rows, trace_row

pytestmark = REAL

WRITTEN_ELSEWHERE = {"error_group", "finish_reason", "model", "provider"}
"""Columns that follow from what many tracers write in ways of their own, which the tests of their readers hold."""

AT_ONCE = 40
BEGINNING = 300


HUGE, ODD = "huge", ("control_characters", "credentials_in_text")
"""A trace that takes a server long, and those of which values are shown otherwise than they were recorded."""


@pytest.fixture(scope="module")
async def traces(tools: Tools, gateway: TraceGateway) -> tuple[Trace, ...]:
    """The traces of the sample as searches and openings return them; of a server a few, which is read each time."""
    ids = tuple(tools.store.sample.experiments.values())
    infos = (await gateway.search_traces(TraceQuery(ids, limit=500))).traces
    if tools.store.kind == "server":
        left_out = [tools.trace_id(one) for one in (HUGE, *ODD)]
        infos = tuple(one for one in infos if one.trace_id not in left_out)[::5]
    opened = await gateway.get_traces([one.trace_id for one in infos])
    return tuple(Trace(info, one.spans) for info, one in zip(infos, opened, strict=True))


@pytest.fixture(scope="module")
def tables(tools: Tools, traces: Sequence[Trace]) -> Tables:
    names = {number: name for name, number in tools.store.sample.experiments.items()}
    return {
        "traces": [trace_row(one, names) for one in traces],
        "spans": [row for one in traces for row in span_rows(one)],
        "assessments": [row for one in traces for row in assessment_rows(one)],
    }


async def asked(tools: Tools, tables: Tables, sql: str) -> dict[str, Any]:
    experiments = list(tools.store.sample.experiments.values())
    arguments: dict[str, Any] = {"sql": sql, "experiment": experiments, "max_chars": 80_000}
    if tools.store.kind == "server":
        ids = ", ".join(f"'{row['trace_id']}'" for row in tables["traces"])
        arguments["filter"] = f"trace.request_id IN ({ids})"
    return await tools.call("query_traces", **arguments)


async def every_row(tools: Tools, tables: Tables, columns: Sequence[str], table: str) -> list[list[Any]]:
    rows: list[list[Any]] = []
    while True:
        page = f"LIMIT {AT_ONCE} OFFSET {len(rows)}"
        answer = await asked(tools, tables, f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid {page}")
        rows += answer["rows"]
        if not answer["rows"]:
            return rows


@pytest.mark.parametrize("table", ["traces", "spans", "assessments"])
async def test_every_column_is_what_a_plain_reading_of_the_records_says(
    tools: Tools, tables: Tables, table: str
) -> None:
    """Long texts as far as they go."""
    odd = [tools.trace_id(one) for one in ODD]
    expected = [row for row in tables[table] if row["trace_id"] not in odd]
    for column in [one for one in expected[0] if one not in WRITTEN_ELSEWHERE]:
        rows = [[row["trace_id"], beginning(shown(row[column]))] for row in expected]
        is_text = any(isinstance(row[column], str) for row in expected)
        selected = f"substr({column}, 1, {BEGINNING})" if is_text else column
        found = await every_row(tools, tables, ["trace_id", selected], table)
        assert sorted(repr(one) for one in found if one[0] not in odd) == sorted(map(repr, rows)), column


def beginning(value: Any, length: int = BEGINNING) -> Any:
    return value[:length] if isinstance(value, str) else value


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_the_answer_is_what_a_plain_computation_says(tools: Tools, tables: Tables, question: Question) -> None:
    expected = [[shown(value) for value in row] for row in question.answer(tables)]

    answer = await asked(tools, tables, question.sql)

    assert answer["rows"] == expected


async def test_messages_are_those_of_the_conversation_that_get_trace_shows(tools: Tools, tables: Tables) -> None:
    """In order, a row for each call of a tool; also what other tracers recorded in ways of their own."""
    sql = "SELECT trace_id, position, role, substr(text, 1, 20), tool FROM messages ORDER BY trace_id, position"
    found: dict[str, list[list[Any]]] = {}
    for row in (await asked(tools, tables, sql))["rows"]:
        found.setdefault(row[0], []).append(row[1:])

    for trace_id, rows in list(found.items())[:40]:
        page = await tools.get(trace_id, view="conversation", max_chars=80_000)
        said = list(_said(page["messages"]))
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert "next_cursor" in page or len(rows) == len(said), trace_id
        for row, (role, text, tool) in zip(rows, said, strict=False):
            assert (row[1], row[3]) == (role, tool), trace_id
            assert text is None or row[2][:BEGINNING_SAID] == text[:BEGINNING_SAID], trace_id
    assert len(found) > 5


BEGINNING_SAID = 20


def _said(messages: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str | None, str | None]]:
    """Role, text and tool of each row for the messages of a conversation; no text for the arguments of a call."""
    for one in messages:
        calls = one.get("tool_calls", [])
        if text := one.get("text") or one.get("reasoning"):
            yield one["role"], text, one.get("tool_name")
        elif not calls:
            yield one["role"], "", one.get("tool_name")
        for call in calls:
            yield one["role"], None, call["name"]


async def test_groups_of_errors_are_those_of_summarize_traces(tools: Tools, tables: Tables) -> None:
    if tools.store.kind == "server":
        return  # of which these tests ask for some of the traces only
    sql = "SELECT error_group, count(DISTINCT trace_id) FROM spans WHERE error_group IS NOT NULL GROUP BY 1"
    experiments = list(tools.store.sample.experiments.values())

    rows = (await asked(tools, tables, sql))["rows"]
    summary = await tools.call("summarize_traces", by="error", limit=100, experiment=experiments)

    at = summary["groups"]["columns"].index("traces")
    groups = [[row[0], row[at]] for row in summary["groups"]["rows"] if not row[0].startswith("(handled)")]
    assert sorted(rows) == sorted(groups) != []
