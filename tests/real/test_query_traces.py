"""query_traces over real stores: tables and answers are what a plain reading of the records says, on each alike."""

from collections.abc import Sequence
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
