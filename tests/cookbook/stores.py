"""Stores in which the stories happened: a SQLite file, and an MLflow server over the same file."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mcp_traces.demo import SampleStore
from tests.stores import RealStore, mlflow_server

FILL_DEADLINE_S = 120


@contextmanager
def cookbook_stores(folder: Path) -> Iterator[dict[str, RealStore]]:
    """Both by kind. The server starts while the stories happen, which take as long."""
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    with _filling(uri, folder) as process, mlflow_server(uri, folder) as base_url:
        _wait_until_filled(process)
        yield {"sqlite": _store("sqlite", uri), "server": _store("server", base_url)}


@contextmanager
def _filling(tracking_uri: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that fills the store, once its tables are there."""
    command = [sys.executable, "-m", "tests.cookbook.fill", tracking_uri, str(folder / "artifacts")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def _wait_until_filled(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=FILL_DEADLINE_S)
    if process.returncode != 0:
        raise RuntimeError(f"The store could not be filled:\n{errors[-3000:]}")


def _store(kind: str, uri: str) -> RealStore:
    """What is in it has its names on the pages alone."""
    return RealStore(kind, uri, SampleStore(uri, experiments={}, traces={}, run_id="", deleted_experiment_id=""))
