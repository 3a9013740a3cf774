"""How databases execute searches: by the right index, with statistics and without, as most files have none."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.store.gateway import Order, TraceQuery, seek_token
from mcp_traces.store.sql_gateway import SqlGateway
from tests.store import mlflow_stores as stores
from tests.stores import RealStore

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]

BY_TIME = "index_trace_info_experiment_id_timestamp_ms"
BY_SESSION = "index_trace_info_experiment_id_session_id"
FAILED = clause("has_error", "=", True)
RATED = clause("feedback.<key>", "IS", 4, key="rating")


def query(*clauses: Clause, **options: Any) -> TraceQuery:
    return TraceQuery(("1",), clauses, **options)


QUESTIONS: dict[str, tuple[TraceQuery, str]] = {
    "newest": (query(), BY_TIME),
    "a window of time": (query(clause("trace.timestamp_ms", ">=", stores.START_MS)), BY_TIME),
    "tag": (query(clause("tag.<key>", "=", "prod", key="env")), BY_TIME),
    "session": (query(clause("metadata.<key>", "=", "s7", key="mlflow.trace.session")), BY_SESSION),
    "has_error": (query(FAILED), BY_TIME),
    "span name": (query(clause("span.name", "=", "step_2")), BY_TIME),
    "failed beside a span": (query(FAILED, clause("span.name", "=", "step_2")), BY_TIME),
    "text": (query(clause("trace.text", "CONTAINS", "lorem ipsum 7 lorem")), BY_TIME),
    "feedback": (query(RATED), BY_TIME),
    "id": (query(clause("trace.request_id", "=", "many-7")), "sqlite_autoindex_trace_info_1"),
    "ids": (query(clause("trace.request_id", "IN", ("many-7", "many-8"))), "sqlite_autoindex_trace_info_1"),
}
INNER = {
    "spans": ("sqlite_autoindex_spans_1", "idx_spans_cost_trace_time_cover"),
    "trace_tags": ("sqlite_autoindex_trace_tags_1", "index_trace_tags_request_id"),
    "assessments": ("index_assessments_trace_id_created_timestamp", "idx_assessments_exp_name_valid"),
    "assessed": ("sqlite_autoindex_trace_info_1",),
}
"""By a trace's id: any other index holds the rows of a whole experiment, once for each of its traces."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    stores.make_database(f"sqlite:///{folder / 'mlflow.db'}", folder)
    stores.add_many_traces(folder / "mlflow.db", 2000)
    return folder / "mlflow.db"


@pytest.fixture(scope="module", params=["without statistics", "with statistics"])
def database(request: pytest.FixtureRequest, many: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "without statistics":
        return many
    copy = Path(shutil.copy(many, tmp_path_factory.mktemp("analyzed") / "mlflow.db"))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("ANALYZE")
    return copy


@pytest.fixture(scope="module")
async def gateway(database: Path) -> AsyncIterator[SqlGateway]:
    async with aclosing(SqlGateway(f"sqlite:///{database}")) as gateway:
        yield gateway


async def statement_of(gateway: SqlGateway, asked: TraceQuery) -> tuple[str, Any]:
    """The one that finds the traces, and its values."""
    await gateway.warm_up()
    opened = gateway._opening.opened
    assert opened is not None
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    event.listen(opened.engine, "before_cursor_execute", note)
    await gateway.search_traces(asked)
    event.remove(opened.engine, "before_cursor_execute", note)
    return next(one for one in seen if "LIMIT" in one[0] and "request_preview" in one[0])


def plan_of(database: Path, statement: str, parameters: Any) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        connection.create_function("regexp", 2, lambda pattern, value: True)
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]


@pytest.mark.parametrize("name", QUESTIONS)
async def test_sqlite_uses_the_right_indexes(gateway: SqlGateway, database: Path, name: str) -> None:
    """The wrong one costs 100 times as much in a large store."""
    asked, outer = QUESTIONS[name]
    plan = plan_of(database, *await statement_of(gateway, asked))
    steps = [step.split() for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert outer in plan[0], plan
    assert f"trace_info USING INDEX {outer}" in plan[0], plan
    for step in steps[1:]:
        few = step[1] == "assessments" and step[0] == "SCAN" and "analyzed" in str(database)
        assert few or (step[1] in INNER and step[step.index("INDEX") + 1] in INNER[step[1]]), plan


async def test_a_late_page_begins_in_the_index(gateway: SqlGateway, database: Path) -> None:
    """Page 500 costs what page 1 costs: nothing is counted off."""
    (info,) = (await gateway.search_traces(query(limit=1))).traces
    for order, behind in ((Order("timestamp_ms", descending=True), "<"), (Order("timestamp_ms"), ">")):
        asked = query(order_by=(order,), page_token=seek_token((order,), info))
        plan = plan_of(database, *await statement_of(gateway, asked))
        assert "trace_info USING INDEX" in plan[0] and f"timestamp_ms{behind}?)" in plan[0], plan


FILL = """
INSERT INTO trace_info(request_id, experiment_id, timestamp_ms, execution_time_ms, status, trace_name, session_id)
SELECT 'many-' || n, 1, 1700000000000 + n * 1000, n % 100, 'OK', 'chat', 's' || n / 10 FROM generate_series(1, 20000) n;
INSERT INTO trace_tags(request_id, key, value)
SELECT 'many-' || n, 'mlflow.trace.spansLocation', 'TRACKING_STORE' FROM generate_series(1, 20000) n;
INSERT INTO trace_tags(request_id, key, value)
SELECT 'many-' || n, 'env', CASE n % 3 WHEN 0 THEN 'dev' ELSE 'prod' END FROM generate_series(1, 20000) n;
INSERT INTO spans(trace_id, experiment_id, span_id, name, type, status, start_time_unix_nano, content)
SELECT 'many-' || n, 1, s, 'step_' || s, 'TOOL', CASE WHEN n % 10 = 0 AND s = 1 THEN 'ERROR' ELSE 'OK' END, 1,
    repeat('x', 300)
FROM generate_series(1, 20000) n, generate_series(0, 2) s;
"""
ON_POSTGRESQL = ("newest", "session", "tag", "has_error", "span name", "id", "ids")


@pytest.fixture(scope="module", params=["without statistics", "with statistics"])
def postgresql(
    request: pytest.FixtureRequest, postgres_store: RealStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    admin = create_engine(postgres_store.tracking_uri, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE plans"))
    uri = admin.url.set(database="plans").render_as_string(hide_password=False)
    stores.make_database(uri, tmp_path_factory.mktemp("plans"))
    engine = create_engine(uri, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table in ("trace_info", "trace_tags", "spans"):
            connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
        for statement in FILL.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";")))
        if request.param == "with statistics":
            connection.execute(text("ANALYZE"))
    engine.dispose()
    yield uri
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE plans WITH (FORCE)"))
    admin.dispose()


@pytest.mark.parametrize("name", ON_POSTGRESQL)
async def test_postgresql_reads_no_table_from_end_to_end(postgresql: str, name: str) -> None:
    """The newest are found by index, and what is asked of their spans and tags too."""
    async with aclosing(SqlGateway(postgresql)) as gateway:
        statement, parameters = await statement_of(gateway, QUESTIONS[name][0])
    engine = create_engine(postgresql)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    engine.dispose()
    assert not any("Seq Scan" in row for row in rows), rows
