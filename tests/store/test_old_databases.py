"""Databases that MLflow 3.1 to 3.18 made, also upgraded: every tool finds what was logged, and nothing is written."""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.errors import RunNotFoundError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import Conditions, compile_conditions
from mcp_traces.store.gateway import Order, Scan, TraceQuery
from mcp_traces.store.sql_gateway import SqlGateway
from tests.mlflow_versions.database_checks import CHECKS, Check, tokens, tools_over
from tests.old_databases import BACKENDS, DATA, NAMES, Backend, OldDatabase, load_postgresql, load_sqlite
from tests.real.calls import Tools
from tests.real.test_query_traces import WRITTEN_ELSEWHERE, beginning
from tests.store.test_scan import COLUMNS, JUDGES, OF_FEEDBACK, OF_SPANS, assert_same, scanned
from tests.stores import postgres
from tests.tools.desk_store import assessment_rows, shown, span_rows, trace_row

pytestmark = [pytest.mark.anyio, pytest.mark.store]

MAX_DUMP = 150_000
"""Characters of a file."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("old-databases")


@pytest.fixture(scope="module")
def postgres_uri() -> Iterator[str]:
    with postgres() as uri:
        yield uri


@pytest.fixture(
    scope="module",
    params=[(name, backend) for backend in BACKENDS for name in NAMES],
    ids=lambda one: "-".join(one),
)
def database(request: pytest.FixtureRequest, folder: Path) -> Iterator[OldDatabase]:
    """Each of them; a file is the same to the last byte when all tests of it have run, and nothing is beside it."""
    name: str
    backend: Backend
    name, backend = request.param
    if backend == "postgresql":
        yield load_postgresql(name, request.getfixturevalue("postgres_uri"), folder)
        return
    one = load_sqlite(name, folder)
    before = _contents(one.path)
    yield one
    assert _contents(one.path) == before


def _contents(path: Path) -> dict[str, str]:
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in path.parent.glob(f"{path.name}*")}


@pytest.fixture(scope="module")
async def gateway(database: OldDatabase) -> AsyncIterator[SqlGateway]:
    async with aclosing(SqlGateway(database.uri)) as one:
        yield one


@pytest.fixture(scope="module")
async def tools(database: OldDatabase) -> AsyncIterator[Tools]:
    async with tools_over(database, SqlGateway(database.uri)) as tools:
        yield tools


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_every_tool_finds_what_was_logged(database: OldDatabase, tools: Tools, check: Check) -> None:
    """Where a version kept its values is nothing that a client notices; what it did not keep is named."""
    await check(database, tools)


async def found(
    database: OldDatabase, gateway: SqlGateway, clauses: tuple[Clause, ...] = (), **query: Any
) -> list[str]:
    page = await gateway.search_traces(
        TraceQuery(tuple(database.expected["experiments"].values()), clauses, limit=100, **query)
    )
    return database.labels([info.trace_id for info in page.traces])


@pytest.mark.parametrize(
    ("conditions", "labels"),
    [
        (Conditions(name="support_agent"), ["recovered", "second_turn", "first_turn"]),
        (Conditions(session_id="session-1"), ["second_turn", "first_turn"]),
        (Conditions(session_id="chat-7"), ["priced"]),
        (Conditions(user_id="user_8"), ["failed"]),
        (Conditions(status="ERROR"), ["failed"]),
        (Conditions(prompt="greeting/1"), ["of_model"]),
        (Conditions(min_duration_ms=5_000), ["large", "in_run"]),
        (Conditions(tags={"back": "C:\\temp\\", "quotes": "both ' and \""}), ["nasty"]),
        (Conditions(metadata={"überschrift": "größer"}), ["nasty"]),
    ],
    ids=lambda one: str(one)[:60],
)
async def test_clauses_are_answered_alike_by_every_database(
    database: OldDatabase, gateway: SqlGateway, conditions: Conditions, labels: list[str]
) -> None:
    """By the gateway itself, without what tools add: these values are tags and metadata here and columns there."""
    assert await found(database, gateway, compile_conditions(conditions)) == labels


@pytest.mark.parametrize(
    ("conditions", "labels"),
    [
        (Conditions(span_name="charge_card"), ["failed"]),
        (Conditions(span_type="RETRIEVER", has_error=False), ["first_turn", "all_types"]),
        (Conditions(text="CARD 4711 was"), ["failed"]),
        (Conditions(text="東京タワー"), ["foreign"]),
        (Conditions(has_error=True), ["recovered", "failed"]),
        (Conditions(feedback={"rating": "negative"}), ["second_turn"]),
        (Conditions(feedback={"grounded": True}), ["failed"]),
        (Conditions(expectation={"days": 3}), ["first_turn"]),
        (Conditions(min_span_duration_ms=5_000), ["large", "in_run"]),
        (Conditions(min_span_duration_ms=1, span_name="charge_card"), ["failed"]),
        (Conditions(failed_judge="*"), ["priced"]),
    ],
    ids=lambda one: str(one)[:60],
)
async def test_spans_and_assessments_are_searched_where_they_are_in_the_database(
    database: OldDatabase, gateway: SqlGateway, conditions: Conditions, labels: list[str]
) -> None:
    """From 3.5 on, also what the client of 3.5 refuses (spans) and that of 3.8 (texts of feedback)."""
    if not (database.expected["keeps"]["spans"] and database.expected["keeps"]["assessments"]):
        return  # 3.1 keeps neither, and is seen above to be searched for what it keeps
    assert await found(database, gateway, compile_conditions(conditions)) == labels


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("what", ["tokens", "cost"])
async def test_totals_are_searched_and_ordered_by_wherever_they_are_kept(
    database: OldDatabase, gateway: SqlGateway, what: str, limit: int
) -> None:
    """Columns since 3.17, before in the JSON of metadata; costs since 3.10. Pages begin where the one before ended."""
    held = {
        label: one["tokens"] and one["tokens"]["total_tokens"]
        if what == "tokens"
        else (one["cost"] or {}).get("total_cost")
        for label, one in database.expected["traces"].items()
    }
    totals = sorted({one for one in held.values() if one is not None}, reverse=True)
    query = TraceQuery(
        tuple(database.expected["experiments"].values()), (), (Order(what, descending=True),), limit=limit
    )
    listed: list[str] = []
    token: str | None = None
    while token or not listed:
        page = await gateway.search_traces(replace(query, page_token=token))
        listed += database.labels([info.trace_id for info in page.traces])
        token = page.next_page_token

    assert [held[label] for label in listed if held[label] is not None] == sorted(
        (one for one in held.values() if one is not None), reverse=True
    )
    assert len(listed) == len(set(listed)) == len(held)
    for total in totals:
        asked = Conditions(min_tokens=total) if what == "tokens" else Conditions(min_cost=total)
        found_labels = await found(database, gateway, compile_conditions(asked))
        assert set(found_labels) == {label for label, one in held.items() if one is not None and one >= total}
    assert totals or what == "cost"


@pytest.mark.parametrize("of_spans", [False, True], ids=["traces", "spans"])
async def test_a_scan_reads_what_records_hold(database: OldDatabase, gateway: SqlGateway, of_spans: bool) -> None:
    """Names, sessions, tokens and cost are tags and metadata here and columns there; a count is the same."""
    columns = tuple(one for one in COLUMNS if (of_spans or one[0] not in OF_SPANS) and one[0] not in OF_FEEDBACK)
    scan = Scan(tuple(database.expected["experiments"].values()), columns, of_spans=of_spans)
    if of_spans and not database.expected["keeps"]["spans"]:
        assert await scanned(gateway, scan) == []  # they are artifacts, which the gateway's notes say
        return
    await assert_same(gateway, scan)


async def test_a_scan_reads_every_feedback(database: OldDatabase, gateway: SqlGateway) -> None:
    await assert_same(gateway, Scan(tuple(database.expected["experiments"].values()), (("trace_id", None), *JUDGES)))


async def test_tables_are_alike_on_every_database(database: OldDatabase, tools: Tools) -> None:
    """Names, sessions and tokens as columns, and spans also where they are kept as artifacts."""
    logged = database.expected["traces"].values()
    expected = [
        [one["name"], one["status"], one["session"], one["tokens"] and one["tokens"]["total_tokens"]] for one in logged
    ]

    answer = await tools.search(select="name,status,session_id,tokens.total,error", limit=500)

    assert sorted((row[:4] for row in answer["rows"]), key=str) == sorted(expected, key=str)
    errors = {row[0]: row[4] for row in answer["rows"]}
    assert "card 4711 was declined" in errors["refund"]
    if database.expected["keeps"]["spans"]:
        calls = await tools.search(select="span.name,span.duration_ms,span.inputs.amount", span_name="charge_card")
        assert calls["rows"] == [["charge_card", 100, 30]]


@pytest.mark.parametrize("table", ["traces", "spans", "assessments"])
async def test_statements_read_what_records_hold(
    database: OldDatabase, gateway: SqlGateway, tools: Tools, table: str
) -> None:
    """Every column, wherever this version kept its values; spans also where they are artifacts."""
    names = {number: name for name, number in database.expected["experiments"].items()}
    traces = [await gateway.get_trace(one["trace_id"]) for one in database.expected["traces"].values()]
    rows_of = {"traces": lambda one: [trace_row(one, names)], "spans": span_rows, "assessments": assessment_rows}
    expected = [row for one in traces for row in rows_of[table](one)]
    for column in [one for one in (expected[0] if expected else ()) if one not in WRITTEN_ELSEWHERE]:
        selected = f"substr({column}, 1, 100)" if any(isinstance(row[column], str) for row in expected) else column
        answer = await tools.call(
            "query_traces",
            sql=f"SELECT trace_id, {selected} FROM {table}",
            experiment=list(database.expected["experiments"].values()),
            max_chars=80_000,
        )
        rows = [[row["trace_id"], beginning(shown(row[column]), 100)] for row in expected]
        assert "more" not in answer
        assert sorted(map(repr, answer["rows"])) == sorted(map(repr, rows)), column


async def test_records_are_alike_on_every_database(database: OldDatabase, gateway: SqlGateway) -> None:
    """Names, sessions and tokens are where MLflow's client of the newest version shows them, wherever they are kept."""
    for trace in database.expected["traces"].values():
        one = await gateway.get_trace(trace["trace_id"])
        info = one.info
        assert (info.name, info.session_id, info.user_id, info.run_id) == (
            trace["name"],
            trace["session"],
            trace["user"],
            trace["run"],
        )
        assert (info.state, info.request_time_ms) == (trace["status"], trace["began_ms"])
        used = info.token_usage or None
        assert tokens(used) == tokens(trace["tokens"])
        assert info.cost == (trace["cost"] or {})


async def test_the_store_says_what_the_database_lacks(database: OldDatabase, gateway: SqlGateway) -> None:
    """A database of 3.1 has no spans and no assessments; from 3.13 on nothing that matters is missing."""
    info = await gateway.store_info()
    lacks = " ".join(info.lacks)

    assert info.kind == database.backend
    if database.name == "3.1.4":
        assert "spans" in lacks and "assessments" in lacks
    if database.name in ("3.13.0", "3.17.2", "3.18.0", "3.1.4-upgraded", "3.9.0-upgraded"):
        assert info.lacks == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_dump_is_small_and_says_nothing_of_who_made_it(name: str) -> None:
    """They are read in a repository that everybody sees, and loaded by each run of the tests."""
    for path in sorted((DATA / name).iterdir()):
        text = path.read_text(encoding="utf-8")
        assert len(text) < MAX_DUMP
        assert re.findall(r"/(?:root|home|tmp|work|Users)/\S*", text) == []


async def test_a_run_is_read_from_every_database(database: OldDatabase) -> None:
    """The table of runs has had the same columns since MLflow 3.1."""
    run_id = database.expected["run_id"]
    async with aclosing(SqlGateway(database.uri)) as gateway:
        run = await gateway.get_run(run_id)
        assert (run.run_id, run.status) == (run_id, "FINISHED")
        assert run.name and (run.start_time_ms or 0) > 1_700_000_000_000
        assert (await gateway.get_experiment(run.experiment_id)).experiment_id == run.experiment_id
        with pytest.raises(RunNotFoundError):
            await gateway.get_run("0" * 32)
