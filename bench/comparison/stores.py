"""The stores that all are asked about: SQLite files that are made for it, and `mlflow server` over the same file."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.stores import mlflow_server

Kind = Literal["SQLite", "server"]

SPANS_OF_MANY = 6
"""The spans of each of the many traces; see bench/stores.py."""


@dataclass(frozen=True, slots=True)
class Form:
    """How much is made and asked: `small` sees that the answers are right, and is no measure of time.

    `openings` is how many traces of so many spans are opened and timed; each is one that nobody had open before.
    """

    name: Literal["full", "small"]
    traces: int
    many_traces: int
    openings: Mapping[int, int]
    starts: int
    rounds: int
    calls: int
    page: int
    rows: int
    clients_s: float
    patience_s: float
    workers: tuple[int | None, ...]


FULL = Form(
    name="full",
    traces=10_000,
    many_traces=50_000,
    openings={6: 15, 200: 7, 2_000: 5, 30_000: 1},
    starts=4,
    rounds=15,
    calls=100,
    page=400,
    rows=100,
    clients_s=20,
    patience_s=120,
    workers=(None, 1),
)
SMALL = Form(
    name="small",
    traces=120,
    many_traces=120,
    openings={6: 1, 150: 1, 600: 1},
    starts=1,
    rounds=1,
    calls=4,
    page=4,
    rows=30,
    clients_s=0.5,
    patience_s=30,
    workers=(1,),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """A SQLite file, and the ids in it: the many traces, the newest first, and traces by their spans."""

    path: Path
    experiment_id: str
    newest: Sequence[str]
    by_spans: Mapping[int, Sequence[str]]

    @property
    def tracking_uri(self) -> str:
        return f"sqlite:///{self.path}"


@dataclass(frozen=True, slots=True)
class Place:
    """One way to a store: its name in the table, what its tracking URI is, and what is there."""

    name: str
    kind: Kind
    tracking_uri: str
    holds: Seeded


def seed(path: Path, traces: int, openings: Mapping[int, int] | None = None) -> Seeded:
    """With `openings`, so many traces of so many spans as well, and one of each more, to compare answers with."""
    made = json.loads(_run("bench.stores", path, traces))
    newest = [trace_id for trace_id, _ in made["traces"]]
    sizes = [spans for spans, count in (openings or {}).items() for _ in range(count + 1) if spans != SPANS_OF_MANY]
    large = _run("bench.large_store", path, *sizes).split() if sizes else []
    by_spans: dict[int, list[str]] = {SPANS_OF_MANY: newest}
    for spans, trace_id in zip(sizes, large, strict=True):
        by_spans.setdefault(spans, []).append(trace_id)
    return Seeded(path, made["experiment_id"], newest, by_spans)


@contextmanager
def places(seeded: Seeded, folder: Path, workers: Sequence[int | None]) -> Iterator[list[Place]]:
    """The file itself, and a server over it for each number of workers; None is as many as MLflow starts by itself."""
    with ExitStack() as stack:
        found = [Place("SQLite", "SQLite", seeded.tracking_uri, seeded)]
        for count in workers:
            own = folder / f"server-{count}"
            own.mkdir()
            uri = stack.enter_context(mlflow_server(seeded.tracking_uri, own, workers=count))
            name = "server" if count is None else f"server, {count} worker"
            found.append(Place(name, "server", uri, seeded))
        yield found


def _run(module: str, *arguments: object) -> str:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
