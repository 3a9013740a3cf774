"""Traces that were linked to a run after they were logged, as an evaluation of recorded traces does."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.store.sql_gateway import SqlGateway
from tests.store import mlflow_stores as stores
from tests.tools.conftest import call_tool
from tests.tools.test_summarize_traces import by_columns

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]

LOGGED, FIRST, SECOND = "run-logged", "run-first", "run-second"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One trace was logged by a run and linked to two more and to its own; another was linked to one."""
    folder = tmp_path_factory.mktemp("linked")
    stores.make_database(f"sqlite:///{folder / 'mlflow.db'}", folder)
    links = [(stores.WHOLE, LOGGED), (stores.WHOLE, FIRST), (stores.WHOLE, SECOND), (stores.RUNNING, SECOND)]
    with closing(sqlite3.connect(folder / "mlflow.db")) as connection, connection:
        logged = ("mlflow.sourceRun", LOGGED, stores.WHOLE)
        connection.execute("INSERT INTO trace_request_metadata(key, value, request_id) VALUES(?, ?, ?)", logged)
        for number, (trace_id, run_id) in enumerate(links):
            row = (f"a-{number}", "trace", trace_id, "run", run_id, 1)
            connection.execute("INSERT INTO entity_associations VALUES(?, ?, ?, ?, ?, ?)", row)
    return folder / "mlflow.db"


@pytest.fixture
async def gateway(path: Path) -> AsyncIterator[SqlGateway]:
    async with aclosing(SqlGateway(f"sqlite:///{path}")) as gateway:
        yield gateway


async def called(gateway: Any, tool: str, **arguments: Any) -> dict[str, Any]:
    return await call_tool(gateway, tool, {"experiment": stores.EXPERIMENT_ID, **arguments})


async def test_a_trace_counts_in_each_of_its_runs(gateway: SqlGateway) -> None:
    """MLflow's own search by run finds them in each; compare_traces takes the ids from here."""
    answer = await called(gateway, "summarize_traces", by="run")

    rows = {row[0]: row[1] for row in by_columns(answer, "run", "traces")}
    assert rows == {LOGGED: 1, FIRST: 1, SECOND: 2, None: answer["total"]["traces"] - 2}


@pytest.mark.parametrize("by", [["run"], ["run", "status"], ["run", "span_type"]], ids=",".join)
async def test_where_finds_the_traces_of_every_group_of_runs(gateway: SqlGateway, by: list[str]) -> None:
    """A linked trace is a member of the group of the run, and not one of those without a run."""
    answer = await called(gateway, "summarize_traces", by=",".join(by))

    for *values, traces in by_columns(answer, *by, "traces"):
        group = json.dumps({"by": by, "value": values})
        found = await called(gateway, "search_traces", group=group, select="trace_id", limit=100)
        assert found["returned"] == traces, values


async def test_a_statement_reads_the_run_that_logged_a_trace_else_one_it_was_linked_to(gateway: SqlGateway) -> None:
    """A filter by run finds a trace of several runs in each of them."""
    sql = "SELECT trace_id, run_id FROM traces WHERE run_id IS NOT NULL ORDER BY trace_id"

    answer = await called(gateway, "query_traces", sql=sql)
    linked = await called(gateway, "query_traces", sql="SELECT trace_id FROM traces", filter=f"run_id = '{FIRST}'")

    assert answer["rows"] == sorted([[stores.WHOLE, LOGGED], [stores.RUNNING, SECOND]])
    assert linked["rows"] == [[stores.WHOLE]]
