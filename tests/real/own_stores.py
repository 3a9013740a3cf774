"""Stores that hold nasty values: a SQLite file, a PostgreSQL, and a server over a copy."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from mcp_traces.demo import SampleStore
from tests.stores import RealStore, mlflow_server, postgres

FILL_DEADLINE_S = 90


@contextmanager
def own_stores(folder: Path) -> Iterator[dict[str, RealStore]]:
    """All three by kind, filled side by side."""
    path, copy = folder / "mlflow.db", folder / "copy.db"
    with postgres() as postgres_uri, _filling(postgres_uri, folder) as slower:
        with _filling(f"sqlite:///{path}", folder) as faster:
            sqlite = _filled("sqlite", f"sqlite:///{path}", faster)
        shutil.copyfile(path, copy)
        with mlflow_server(f"sqlite:///{copy}", folder) as base_url:
            server = RealStore("server", base_url, replace(sqlite.sample, tracking_uri=base_url))
            postgresql = _filled("postgresql", postgres_uri, slower)
            analyze(postgres_uri)
            yield {"sqlite": sqlite, "postgresql": postgresql, "server": server}


@contextmanager
def _filling(tracking_uri: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.real.own_store", tracking_uri, str(folder / "artifacts")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    with process:
        try:
            yield process
        finally:
            process.kill()


def analyze(tracking_uri: str) -> None:
    """What autovacuum does within the minute: without statistics PostgreSQL compiles each query, which takes 0.1 s."""
    with psycopg.connect(tracking_uri.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ANALYZE")


def _filled(kind: str, tracking_uri: str, process: subprocess.Popen[str]) -> RealStore:
    output, errors = process.communicate(timeout=FILL_DEADLINE_S)
    if process.returncode != 0:
        raise RuntimeError(f"The store could not be filled:\n{errors[-3000:]}")
    return RealStore(kind, tracking_uri, SampleStore(tracking_uri=tracking_uri, **json.loads(output.splitlines()[-1])))
