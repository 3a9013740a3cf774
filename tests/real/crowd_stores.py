"""Stores of more traces and experiments than MLflow gives at once: a SQLite file, a PostgreSQL, and a server."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from mcp_traces.demo import SampleStore
from tests.real.own_stores import analyze
from tests.stores import RealStore, mlflow_server, postgres

FILL_DEADLINE_S = 90

RUN_ID = "0123456789abcdef0123456789abcdef"

LEAST_RECENT, MOST_RECENT = "invoice-reader", "parcel-tracker"
"""The names of the many experiments that were updated first and last; nothing else is called anything like them."""

Times = tuple[int, int]
"""When a trace began and how long it took, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What one store holds, as `tests.real.crowd_store` made it."""

    experiments: Mapping[str, str]
    """The ids of those that hold crowds, by name."""
    crowds: Mapping[str, Mapping[str, Times]]
    """Each trace of a crowd with its times, by experiment name."""
    many: tuple[str, ...]
    """The ids of the many experiments, the least recently updated first; those of the crowds come after them."""
    lonely: Mapping[str, str]
    """The traces in some of the many, by experiment id, in the order in which they began. The first is of RUN_ID."""


@dataclass(frozen=True, slots=True)
class CrowdStore:
    store: RealStore
    crowd: Crowd


@contextmanager
def crowd_stores(folder: Path) -> Iterator[dict[str, CrowdStore]]:
    """All three by kind, filled side by side."""
    path, served = folder / "mlflow.db", folder / "served.db"
    with postgres() as postgres_uri, ThreadPoolExecutor() as pool:
        slower = pool.submit(_filled, "postgresql", postgres_uri, folder)
        faster = pool.submit(_filled, "sqlite", f"sqlite:///{path}", folder)
        # The server takes longest to start, so it starts over a database of its own, which is replaced once it runs.
        with mlflow_server(f"sqlite:///{served}", folder) as base_url:
            sqlite, postgresql = faster.result(), slower.result()
            _copy(path, served)
            analyze(postgres_uri)
            server = replace(sqlite, store=replace(sqlite.store, kind="server", tracking_uri=base_url))
            yield {"sqlite": sqlite, "postgresql": postgresql, "server": server}


def _copy(path: Path, served: Path) -> None:
    """SQLite's own way to replace what is in a database that others have open."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(served)) as target:
        source.backup(target)


def _filled(kind: Literal["sqlite", "postgresql"], tracking_uri: str, folder: Path) -> CrowdStore:
    command = [sys.executable, "-m", "tests.real.crowd_store", tracking_uri, str(folder / "artifacts")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=FILL_DEADLINE_S, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"The store could not be filled:\n{done.stderr[-3000:]}")
    crowd = _crowd(json.loads(done.stdout.splitlines()[-1]))
    sample = SampleStore(tracking_uri, crowd.experiments, {}, RUN_ID, deleted_experiment_id="")
    return CrowdStore(RealStore(kind, tracking_uri, sample), crowd)


def _crowd(made: Mapping[str, Any]) -> Crowd:
    """JSON has no tuples."""
    crowds = {name: {one: tuple(times) for one, times in crowd.items()} for name, crowd in made["crowds"].items()}
    return Crowd(**{**made, "crowds": crowds})
