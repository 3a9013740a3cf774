"""A database is read without MLflow, which takes seconds and 150 MB to import, also where it is installed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.old_databases import load_sqlite

pytestmark = pytest.mark.store

REFUSE = "raise AssertionError('mlflow was imported')"
READ = """
import json, sys, threading
import anyio
from mcp_traces.filters.compiler import clause
from mcp_traces.records import MetricsQuery
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.store.sql_gateway import SqlGateway

async def main():
    gateway = SqlGateway(sys.argv[1])
    found = await gateway.search_traces(TraceQuery(("1", "2"), limit=100))
    await gateway.search_traces(TraceQuery(("1", "2"), (clause("has_error", "=", True),)))
    spans = 0
    for info in found.traces:
        spans += len((await gateway.get_trace(info.trace_id)).spans)
    await gateway.query_trace_metrics(MetricsQuery(("1",), "TRACES", "latency", aggregations=("P50",)))
    threads = [thread.name for thread in threading.enumerate() if not thread.name.startswith(("MainThread", "AnyIO"))]
    loaded = [name for name in ("mlflow", "pandas", "numpy", "alembic", "sqlalchemy.orm") if name in sys.modules]
    await gateway.aclose()
    with open(sys.argv[2], "w") as file:
        json.dump([len(found.traces), spans > 0, threads, loaded], file)

anyio.run(main)
"""


@pytest.mark.parametrize("version", ["3.1.4", "3.9.0", "3.18.0"])
def test_a_database_is_read_without_mlflow(version: str, tmp_path: Path) -> None:
    """Nothing stays behind in the process or the home, nothing is written to stdout, which is the protocol's."""
    database = load_sqlite(version, tmp_path)
    home, package = tmp_path / "home", tmp_path / "path" / "mlflow"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(REFUSE)
    done = subprocess.run(
        [sys.executable, "-c", READ, database.uri, str(tmp_path / "facts")],
        env=os.environ | {"HOME": str(home), "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert json.loads((tmp_path / "facts").read_text()) == [len(database.expected["traces"]), True, [], []]
    assert not home.exists()
