"""The gateway to stores that only MLflow's own code reads: Databricks, folders, plugins."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mcp_traces.errors import NotFoundError, RunNotFoundError, StoreMissingError, StoreUnsupportedError, TracesError
from mcp_traces.records import MetricsQuery, Run
from mcp_traces.store import mlflow_gateway
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.store.mlflow_gateway import MlflowGateway
from tests.store.mlflow_stores import SILENT_IMPORT

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(SILENT_IMPORT)]

TRACES = TraceQuery(("1",))


@asynccontextmanager
async def opened(uri: str, **options: Any) -> AsyncIterator[MlflowGateway]:
    gateway = MlflowGateway(uri, **options)
    try:
        yield gateway
    finally:
        await gateway.aclose()


def test_importing_and_constructing_loads_no_mlflow() -> None:
    """mlflow takes 3 s to import: the client has its answer before."""
    code = (
        "import sys\n"
        "from mcp_traces.store.mlflow_gateway import MlflowGateway\n"
        "MlflowGateway('databricks')\n"
        "print('mlflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


async def test_a_folder_of_mlflow_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file store, through MLflow's own factory, for those who still allow it."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.entities import TraceInfo, TraceLocation, TraceState
    from mlflow.store.tracking.file_store import FileStore

    store = FileStore(str(tmp_path / "mlruns"))
    location = TraceLocation.from_experiment_id("0")
    store.start_trace(TraceInfo("tr-1", location, 1_700_000_000_000, TraceState.OK, tags={"mlflow.traceName": "chat"}))
    async with opened(str(tmp_path / "mlruns")) as gateway:
        assert [trace.name for trace in (await gateway.search_traces(TraceQuery(("0",)))).traces] == ["chat"]
        assert "could not be read" in ((await gateway.get_trace("tr-1")).missing or "")
        assert (await gateway.store_info()).kind == "file"
        with pytest.raises(StoreUnsupportedError, match="does not have the metric"):
            await gateway.query_trace_metrics(MetricsQuery(("0",), "TRACES", "trace_count"))


async def test_a_run_of_mlflows_store_is_read_until_it_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MLflow still finds deleted runs; for a client they do not exist."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.store.tracking.file_store import FileStore

    store = FileStore(str(tmp_path / "mlruns"))
    run_id = store.create_run("0", "someone", 17, [], "nightly").info.run_id
    async with opened(str(tmp_path / "mlruns")) as gateway:
        assert await gateway.get_run(run_id) == Run(run_id, "nightly", "RUNNING", "0", 17)
        store.delete_run(run_id)
        for one in (run_id, "nosuch", "0" * 32):
            with pytest.raises(RunNotFoundError):
                await gateway.get_run(one)


NO_STORE = {
    "a folder that is not there": ("{cwd}/mlruns", StoreMissingError),
    "a folder, when MLflow does not allow it": ("{cwd}", StoreUnsupportedError),
    "no scheme of MLflow's": ("gopher://h", StoreUnsupportedError),
}


@pytest.mark.parametrize(("uri", "kind"), NO_STORE.values(), ids=NO_STORE)
async def test_a_uri_without_a_store_is_an_error(tmp_path: Path, uri: str, kind: type[TracesError]) -> None:
    """MLflow would make a folder with a default experiment in it."""
    async with opened(uri.format(cwd=tmp_path)) as gateway:
        with pytest.raises(kind):
            await gateway.search_traces(TRACES)
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240


class RemoteStore:
    """A store like the one for Databricks, which knows no partial traces."""

    def get_trace_info(self, trace_id: str) -> Any:
        return SimpleNamespace(tags={"mlflow.trace.spansLocation": "TRACKING_STORE"})

    def get_trace(self, trace_id: str, *, allow_partial: bool) -> Any:
        from mlflow.exceptions import MlflowNotImplementedException

        raise MlflowNotImplementedException

    def batch_get_traces(self, trace_ids: list[str], location: str | None) -> list[Any]:
        return [] if "none" in trace_ids[0] else [(trace_ids, location)]


REMOTE = {"experiment": ("tr-1", None), "unity catalog": ("trace:/main.traces/1", "main.traces")}


@pytest.mark.parametrize(("trace_id", "location"), REMOTE.values(), ids=REMOTE)
def test_a_remote_trace_is_fetched_as_mlflows_client_does(trace_id: str, location: str | None) -> None:
    """Databricks gives traces in batches only, those in Unity Catalog by their table."""
    assert mlflow_gateway._fetch(RemoteStore(), trace_id) == ([trace_id], location)


def test_an_empty_batch_means_that_there_is_no_such_trace() -> None:
    """Databricks answers an unknown id with nothing."""
    with pytest.raises(NotFoundError):
        mlflow_gateway._fetch(RemoteStore(), "tr-none")
