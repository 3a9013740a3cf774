"""Spans of a database that are not in MLflow's form: statements count them, and show what columns say of them."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.store.sql_gateway import SqlGateway
from tests.store import mlflow_stores as stores
from tests.tools.conftest import call_tool

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[SqlGateway]:
    stores.make_database(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path)
    broken = (stores.WHOLE, stores.CHILD_ID)
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection, connection:
        connection.execute("UPDATE spans SET content = '[broken' WHERE trace_id = ? AND span_id = ?", broken)
    async with aclosing(SqlGateway(f"sqlite:///{tmp_path / 'mlflow.db'}")) as gateway:
        yield gateway


async def test_a_count_is_the_same_whichever_columns_are_read(gateway: SqlGateway) -> None:
    where = f"FROM spans WHERE trace_id = '{stores.WHOLE}'"

    async def rows(selected: str) -> list[list[Any]]:
        asked = {"sql": f"SELECT {selected} {where}", "experiment": stores.EXPERIMENT_ID}
        return (await call_tool(gateway, "query_traces", asked))["rows"]

    assert await rows("count(*)") == [[2]]
    assert await rows("count(*), count(name), count(inputs)") == [[2, 2, 1]]
