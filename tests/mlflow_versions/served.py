"""A store of one version, behind its server or not, and the traces that the SDK of that version logged there."""

import json
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from mcp_traces.demo import SampleStore
from mcp_traces.records import StoreInfo
from tests.mlflow_versions.environments import ROOT, Environment
from tests.mlflow_versions.plan import EXPERIMENT
from tests.stores import QUIET_MLFLOW, RealStore, mlflow_server

LOG_DEADLINE_S = 120


@dataclass(frozen=True, slots=True)
class Served:
    """The store, the time from which the ages of its traces count, and its file."""

    environment: Environment
    store: RealStore
    version: str
    now_ms: int
    assesses: bool
    """Whether the SDK could log feedback and expectations."""
    database: Path

    @property
    def minor(self) -> tuple[int, int]:
        major, minor = self.version.split(".")[:2]
        return int(major), int(minor)

    @property
    def experiment_id(self) -> str:
        return self.store.sample.experiments[EXPERIMENT]

    @property
    def info(self) -> StoreInfo:
        return StoreInfo("server", self.store.tracking_uri, self.version)

    def labels(self, trace_ids: list[str]) -> list[str]:
        by_id = {trace_id: label for label, trace_id in self.store.sample.traces.items()}
        return [by_id[trace_id] for trace_id in trace_ids]

    def copy_database(self, folder: Path) -> Path:
        """A whole copy, while the server goes on."""
        copy = folder / "copy.db"
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        return copy


class Watching(httpx2.AsyncBaseTransport):
    """Asks the server, and remembers what was asked, as path and body."""

    def __init__(self) -> None:
        self._transport = httpx2.AsyncHTTPTransport()
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.url.raw_path.decode()} {request.content.decode()}")
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


@contextmanager
def served(environment: Environment, folder: Path) -> Iterator[Served]:
    database = folder / "mlflow.db"
    with mlflow_server(f"sqlite:///{database}", folder, mlflow=environment.mlflow) as base_url:
        yield logged(environment, base_url, database)


def logged(environment: Environment, tracking_uri: str, database: Path) -> Served:
    """The store after the application has run, with the Python of that version, in the folder of the database."""
    now_ms = int(time.time()) * 1000
    made = _log(environment, tracking_uri, now_ms, database.parent)
    sample = SampleStore(tracking_uri, made["experiments"], made["traces"], made["run_id"], "")
    kind = "server" if tracking_uri.startswith("http") else "sqlite"
    store = RealStore(kind, tracking_uri, sample)
    return Served(environment, store, made["mlflow"], now_ms, made["assesses"], database)


def _log(environment: Environment, tracking_uri: str, now_ms: int, folder: Path) -> dict[str, Any]:
    """What the application says."""
    command = [str(environment.python), "-m", "tests.mlflow_versions.application", tracking_uri, str(now_ms)]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | QUIET_MLFLOW | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=LOG_DEADLINE_S,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The application failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])
