"""Databases that lack tables or columns: each answer is right, or names what is missing and what that costs."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from mcp_traces.errors import NotFoundError, RunNotFoundError, StoreMissingError, StoreUnsupportedError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.records import Run, TraceInfo
from mcp_traces.store import outside_spans
from mcp_traces.store.connections import open_engine
from mcp_traces.store.gateway import Order, TraceQuery
from mcp_traces.store.schema import Schema, detect
from mcp_traces.store.sql_gateway import SqlGateway
from tests.old_databases import load_sqlite
from tests.store import mlflow_stores as stores
from tests.stores import RealStore

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]

TABLES = (
    "trace_info",
    "trace_tags",
    "trace_request_metadata",
    "spans",
    "assessments",
    "entity_associations",
    "experiments",
)
ESSENTIAL = {
    "trace_info.request_id",
    "trace_info.experiment_id",
    "trace_info.timestamp_ms",
    "experiments.experiment_id",
    "experiments.name",
}
"""Without these there is no answer at all, and the error names them."""

UNUSED = {
    "trace_info.db_payload_generation",
    "spans.experiment_id",
    "spans.span_id",
    "spans.duration_ns",
    "spans.input_cost",
    "spans.output_cost",
    "spans.total_cost",
    "spans.model_name",
    "spans.model_provider",
    "assessments.run_id",
    "assessments.experiment_id",
    "assessments.trace_timestamp_ms",
    "assessments.aggregate_value",
    "assessments.is_numeric_value",
    "entity_associations.association_id",
    "entity_associations.created_time",
    "experiments.creation_time",
    "experiments.trace_location_type",
}
"""Without these every answer is the same."""

CLAUSES: dict[str, Clause] = {
    "status": clause("trace.status", "=", "OK"),
    "duration": clause("trace.execution_time_ms", ">", 40),
    "end": clause("trace.end_time_ms", ">", 40),
    "name": clause("trace.name", "=", "chat"),
    "client id": clause("trace.client_request_id", "=", "client-1"),
    "run": clause("trace.run_id", "=", "run-1"),
    "prompt": clause("trace.prompt", "=", "answer/3"),
    "tag": clause("tag.<key>", "=", "prod", key="env"),
    "metadata": clause("metadata.<key>", "=", "me", key="user"),
    "session": clause("metadata.<key>", "=", "s1", key="mlflow.trace.session"),
    "tokens": clause("metadata.<key>", "IS NOT NULL", None, key="mlflow.trace.tokenUsage"),
    "feedback": clause("feedback.<key>", "IS", 4, key="rating"),
    "feedback above": clause("feedback.<key>", ">", 3, key="rating"),
    "expectation": clause("expectation.<key>", "IS NOT NULL", None, key="answer"),
    "issue": clause("issue.id", "=", "i-1"),
    "span name": clause("span.name", "=", "model"),
    "span type": clause("span.type", "=", "AGENT"),
    "span status": clause("span.status", "=", "ERROR"),
    "text": clause("trace.text", "CONTAINS", "no answer"),
    "failed": clause("has_error", "=", True),
    "not failed": clause("has_error", "=", False),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a database answers; instead of an answer its error."""

    experiments: Sequence[str] | str
    infos: dict[str, TraceInfo]
    spans: dict[str, int]
    found: dict[str, list[str] | str]
    orders: dict[str, list[str] | str]
    lacks: tuple[str, ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    stores.make_database(f"sqlite:///{folder / 'mlflow.db'}", folder)
    with closing(sqlite3.connect(folder / "mlflow.db")) as connection, connection:
        row = ("a-1", "trace", stores.WHOLE, "run", "run-1", 1)
        connection.execute("INSERT INTO entity_associations VALUES(?, ?, ?, ?, ?, ?)", row)
        row = ("a-2", "trace", stores.WHOLE, "prompt_version", "answer/3", 1)
        connection.execute("INSERT INTO entity_associations VALUES(?, ?, ?, ?, ?, ?)", row)
        metadata = ("user", "me", stores.WHOLE)
        connection.execute("INSERT INTO trace_request_metadata(key, value, request_id) VALUES(?, ?, ?)", metadata)
    return folder / "mlflow.db"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, all traces are looked at."""
    monkeypatch.setattr(outside_spans, "LOOK_S", 60)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[SqlGateway]:
    async with aclosing(SqlGateway(f"sqlite:///{path}")) as gateway:
        yield gateway


async def answers(path: Path) -> Answers:
    async with opened(path) as gateway:
        infos = (await gateway.search_traces(TraceQuery(("1",)))).traces
        spans = {info.trace_id: len((await gateway.get_trace(info.trace_id)).spans) for info in infos}
        found = {name: await _found(gateway, TraceQuery(("1",), (one,))) for name, one in CLAUSES.items()}
        orders = {
            order.text: await _found(gateway, TraceQuery(("1",), order_by=(order,)))
            for order in (Order("name"), Order("execution_time_ms"), Order("status"), Order("run_id"))
        }
        experiments = [one.name for one in await gateway.search_experiments(10)]
        lacks = (await gateway.store_info()).lacks
    return Answers(experiments, {info.trace_id: info for info in infos}, spans, found, orders, lacks)


async def _found(gateway: SqlGateway, query: TraceQuery) -> list[str] | str:
    try:
        page = await gateway.search_traces(query)
    except StoreUnsupportedError as error:
        return error.message
    return [*(info.trace_id for info in page.traces), *page.notes]


@pytest.fixture(scope="module")
async def whole(made: Path) -> Answers:
    return await answers(made)


def columns() -> Iterator[str]:
    """Of the newest MLflow, from its own classes."""
    from mlflow.store.tracking.dbmodels.models import Base

    for table in TABLES:
        yield from (f"{table}.{column.name}" for column in Base.metadata.tables[table].columns)


def without(made: Path, folder: Path, table: str, column: str | None = None) -> Path:
    """A copy that lacks the table or the column."""
    copy = Path(shutil.copy(made, folder / "mlflow.db"))
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA legacy_alter_table = ON")
        for (index,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", [table]
        ).fetchall():
            connection.execute(f"DROP INDEX {index}")
        kept = [
            f'"{name}"'
            for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({table})")
            if name != column and hidden == 0
        ]
        if column is not None:
            connection.execute(f"CREATE TABLE kept AS SELECT {', '.join(kept)} FROM {table}")
        connection.execute(f"DROP TABLE {table}")
        if column is not None:
            connection.execute(f"ALTER TABLE kept RENAME TO {table}")
    return copy


def test_the_newest_database_lacks_nothing(made: Path) -> None:
    """A note that is always there is read by nobody."""
    assert schema_of(made).lacks == ()


def schema_of(path: Path) -> Schema:
    engine = open_engine(f"sqlite:///{path}")
    try:
        return detect(engine, "the database")
    finally:
        engine.dispose()


@pytest.mark.parametrize("table", [one for one in TABLES if one not in ("trace_info", "experiments")])
async def test_without_a_table_each_answer_is_the_same_or_names_it(
    made: Path, whole: Answers, tmp_path: Path, table: str
) -> None:
    """An old MLflow did not have it, a newer one may have given it another name."""
    check(whole, await answers(without(made, tmp_path, table)), table)


@pytest.mark.parametrize("path", [one for one in columns() if one not in ESSENTIAL])
async def test_without_a_column_each_answer_is_the_same_or_names_it(
    made: Path, whole: Answers, tmp_path: Path, path: str
) -> None:
    """Each column of the newest MLflow in turn: what is not read does not matter, what is read is named."""
    table, _, column = path.partition(".")
    found = await answers(without(made, tmp_path, table, column))
    if path in UNUSED:
        assert (found.found, found.orders, found.infos, found.spans) == (
            whole.found,
            whole.orders,
            whole.infos,
            whole.spans,
        )
        assert found.lacks == ()
    elif path == "experiments.workspace":
        assert found.lacks == ("No column experiments.workspace: experiments of all workspaces are shown.",)
        assert found.infos == whole.infos
    else:
        check(whole, found, path)


def check(whole: Answers, found: Answers, path: str) -> None:
    """What is missing is named, and whatever differs names it too or is part of what was said to be missing."""
    assert any(path in one for one in found.lacks), found.lacks
    for name, expected in (whole.found | whole.orders).items():
        answer = (found.found | found.orders)[name]
        if answer == expected:
            continue
        if isinstance(answer, str):
            assert path in answer or path.partition(".")[0] in answer, (name, answer)
        else:  # spans that cannot be looked at are counted; of links and of sessions some are missing
            outside = any("outside the database" in one for one in answer)
            assert outside or path.startswith(("entity_associations", "assessments.assessment_metadata")), (
                name,
                answer,
            )


@pytest.mark.parametrize("path", sorted(ESSENTIAL))
async def test_without_an_essential_column_the_error_names_it(made: Path, tmp_path: Path, path: str) -> None:
    """There is nothing to answer with."""
    table, _, column = path.partition(".")
    async with opened(without(made, tmp_path, table, column)) as gateway:
        with pytest.raises(StoreUnsupportedError, match=f"has no column {path}"):
            await gateway.search_experiments(1)


@pytest.mark.parametrize("table", ["trace_info", "experiments"])
async def test_without_an_essential_table_there_is_no_store(made: Path, tmp_path: Path, table: str) -> None:
    """It may be the database of another program."""
    async with opened(without(made, tmp_path, table)) as gateway:
        with pytest.raises(StoreMissingError, match="holds no MLflow tables"):
            await gateway.search_experiments(1)


async def test_more_columns_and_tables_than_known_do_not_matter(made: Path, whole: Answers, tmp_path: Path) -> None:
    """So a newer MLflow is read on the day of its release, whatever its revision."""
    copy = shutil.copy(made, tmp_path / "mlflow.db")
    with closing(sqlite3.connect(copy)) as connection, connection:
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN added_later TEXT DEFAULT 'x'")
        connection.execute("CREATE TABLE trace_notes(id)")
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    assert await answers(copy) == whole


async def test_left_over_rows_of_moved_values_are_ignored(made: Path, whole: Answers, tmp_path: Path) -> None:
    """An SDK of before 3.17 still sends them; MLflow shows what is in the columns."""
    copy = shutil.copy(made, tmp_path / "mlflow.db")
    left_over = {"mlflow.trace.session": "other", "mlflow.trace.tokenUsage": "{}", "mlflow.trace.cost": '{"x": 1}'}
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("INSERT INTO trace_tags VALUES('mlflow.traceName', 'other', ?)", [stores.WHOLE])
        for key, value in left_over.items():
            row = (key, value, stores.WHOLE)
            connection.execute("INSERT INTO trace_request_metadata(key, value, request_id) VALUES(?, ?, ?)", row)
    found = await answers(copy)
    assert (found.infos, found.found, found.orders) == (whole.infos, whole.found, whole.orders)


async def test_tables_that_change_while_they_are_read_are_looked_at_again(tmp_path: Path) -> None:
    """An application that starts with a newer MLflow migrates the database under us."""
    old, new = load_sqlite("3.9.0", tmp_path), load_sqlite("3.9.0-upgraded", tmp_path)
    async with opened(old.path) as gateway:
        before = (await gateway.search_traces(TraceQuery(("1", "2"), limit=100))).traces
        with closing(sqlite3.connect(new.path)) as source, closing(sqlite3.connect(old.path)) as target:
            source.backup(target)
        after = (await gateway.search_traces(TraceQuery(("1", "2"), limit=100))).traces
        names = {info.trace_id: (info.name, info.session_id, info.token_usage) for info in before}
        assert {info.trace_id: (info.name, info.session_id, info.token_usage) for info in after} == names


@pytest.fixture(scope="module")
def made_postgresql(postgres_store: RealStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same traces in a PostgreSQL, which tests of tables that go change."""
    admin = create_engine(postgres_store.tracking_uri, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE changing"))
    uri = admin.url.set(database="changing").render_as_string(hide_password=False)
    stores.make_database(uri, tmp_path_factory.mktemp("changing"))
    yield uri
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE changing WITH (FORCE)"))
    admin.dispose()


async def test_a_column_of_postgresql_that_goes_while_it_is_read_is_named(made_postgresql: str) -> None:
    """PostgreSQL says that there is no such column; the tables are looked at again."""
    writer = create_engine(made_postgresql)
    async with aclosing(SqlGateway(made_postgresql)) as gateway:
        await gateway.search_traces(TraceQuery(("1",)))
        with writer.begin() as connection:
            connection.execute(text("ALTER TABLE trace_info DROP COLUMN client_request_id"))
            connection.execute(text("DROP TABLE assessments"))
        page = await gateway.search_traces(TraceQuery(("1",)))
        lacks = (await gateway.store_info()).lacks
    writer.dispose()
    assert {info.client_request_id for info in page.traces} == {None}
    assert [one.partition(":")[0] for one in lacks] == [
        "No table assessments",
        "No column trace_info.client_request_id",
    ]


async def test_an_experiment_is_read_in_its_workspace_alone(made: Path, tmp_path: Path) -> None:
    """A name stands for another experiment in another workspace, and nobody sees those of others."""
    copy = shutil.copy(made, tmp_path / "mlflow.db")
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE experiments SET workspace = 'team', name = 'other' WHERE experiment_id = 1")
    query = TraceQuery(("1",))
    async with opened(copy) as default, aclosing(SqlGateway(f"sqlite:///{copy}", workspace="team")) as team:
        assert [one.experiment_id for one in await default.search_experiments(9)] == ["2", "0"]
        assert [one.experiment_id for one in await team.search_experiments(9)] == ["1"]
        assert (await default.get_experiment_by_name("other")).experiment_id == "2"
        assert (await team.get_experiment_by_name("other")).experiment_id == "1"
        assert (await default.search_traces(query)).traces == ()
        assert len((await team.search_traces(query)).traces) == 5
        assert (await team.get_trace(stores.WHOLE)).spans
        for refused in (default.get_trace(stores.WHOLE), default.get_experiment("1"), team.get_experiment("2")):
            with pytest.raises(NotFoundError):
                await refused


async def test_a_workspace_of_a_database_without_workspaces_is_an_error(tmp_path: Path) -> None:
    """To read everything instead would show what the workspace keeps apart."""
    old = load_sqlite("3.9.0", tmp_path)
    async with aclosing(SqlGateway(old.uri, workspace="team")) as gateway:
        with pytest.raises(StoreUnsupportedError, match='no workspace "team"'):
            await gateway.search_experiments(1)


RUN_ID = "0a" * 16


@pytest.fixture
def made_with_run(made: Path, tmp_path: Path) -> Path:
    copy = Path(shutil.copy(made, tmp_path / "with-run.db"))
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(
            "INSERT INTO runs(run_uuid, name, status, start_time, lifecycle_stage, experiment_id) "
            "VALUES(?, 'nightly', 'FINISHED', 17, 'active', 1)",
            [RUN_ID],
        )
    return copy


WITHOUT_A_COLUMN_OF_RUNS = {
    "name": Run(RUN_ID, "", "FINISHED", "1", 17),
    "status": Run(RUN_ID, "nightly", "", "1", 17),
    "start_time": Run(RUN_ID, "nightly", "FINISHED", "1", None),
    "lifecycle_stage": Run(RUN_ID, "nightly", "FINISHED", "1", 17),
}


@pytest.mark.parametrize(("column", "run"), WITHOUT_A_COLUMN_OF_RUNS.items(), ids=WITHOUT_A_COLUMN_OF_RUNS)
async def test_without_a_column_a_run_is_read_and_the_column_is_named(
    made_with_run: Path, tmp_path: Path, column: str, run: Run
) -> None:
    """What is missing is left out of the run, and `lacks` says so."""
    async with opened(without(made_with_run, tmp_path, "runs", column)) as gateway:
        assert await gateway.get_run(RUN_ID) == run
        assert [one for one in (await gateway.store_info()).lacks if f"runs.{column}" in one]


@pytest.mark.parametrize("column", [None, "run_uuid", "experiment_id"], ids=["the table", "run_uuid", "experiment_id"])
async def test_without_what_names_a_run_the_error_says_so(
    made_with_run: Path, tmp_path: Path, column: str | None
) -> None:
    """Not "there is no such run", which would be about the id."""
    async with opened(without(made_with_run, tmp_path, "runs", column)) as gateway:
        with pytest.raises(StoreUnsupportedError, match="no table runs"):
            await gateway.get_run(RUN_ID)
        assert any("runs are not compared" in one for one in (await gateway.store_info()).lacks)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs SET lifecycle_stage = 'deleted'",
        "UPDATE experiments SET workspace = 'team' WHERE experiment_id = 1",
    ],
    ids=["deleted", "of another workspace"],
)
async def test_a_run_that_may_not_be_seen_is_not_found(made_with_run: Path, change: str) -> None:
    """As an experiment is that was deleted, or belongs to others."""
    async with opened(made_with_run) as gateway:
        assert (await gateway.get_run(RUN_ID)).name == "nightly"
        with closing(sqlite3.connect(made_with_run)) as connection, connection:
            connection.execute(change)
        with pytest.raises(RunNotFoundError):
            await gateway.get_run(RUN_ID)
