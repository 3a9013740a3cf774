"""`python -m bench.comparison [--small]`: seed, compare answers, measure in turn, print, and write the docs."""

import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.comparison import (
    conditions,
    crowd,
    footprint,
    machine,
    openings,
    own_time,
    pages,
    queries,
    searches,
    starts,
    summaries,
)
from bench.comparison.imports import PackageTime, measure_imports
from bench.comparison.measure import Measure, Row
from bench.comparison.parts import measure_parts
from bench.comparison.processes import WrongAnswerError
from bench.comparison.stores import FULL, SMALL, Form, Place, Seeded, places, seed
from bench.comparison.subjects import MlflowMcpRun, Ours, asking
from bench.comparison.table import facts, imports_table, line, meanings, not_held, parts_table, table
from docs.blocks import render

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "benchmarks.md"
WHOLE = ROOT / ".venv-whole" / "bin" / "mcp-traces"

MEASURES: tuple[Measure, ...] = tuple(
    measure
    for module in (starts, footprint, searches, openings, pages, summaries, queries, conditions, crowd, own_time)
    for measure in module.MEASURES
)


def measured(store: Seeded, form: Form, folder: Path) -> Iterator[Row]:
    with places(store, folder, form.workers) as found:
        for place in found:
            yield from _at(place, form)
    many = store if form.many_traces == form.traces else seed(folder / "many.db", form.many_traces)
    place = Place("SQLite", "SQLite", many.tracking_uri, many)
    yield from pages.measure_pages(place, form)
    yield from summaries.measure_summaries(place, form)
    yield from queries.measure_queries(place, form)


def _at(place: Place, form: Form) -> Iterator[Row]:
    if form is FULL or place.kind == "SQLite":
        yield from starts.measure_starts(place, form)
    if form is FULL and place.kind == "SQLite":
        yield from _beside_all_of_mlflow(replace(place, name=f"{place.name}, beside all of MLflow"), form)
    with asking(place) as trio:
        yield from footprint.measure_footprint(place, form, trio)
        yield from searches.measure_searches(place, form, trio)
        yield from openings.measure_openings(place, form, trio)
        if place.kind == "SQLite":
            yield from conditions.measure_conditions(place, form, trio)
    yield from own_time.measure_own_time(place, form)
    if place.kind == "server":
        yield from crowd.measure_crowd(place, form)


def _beside_all_of_mlflow(place: Place, form: Form) -> Iterator[Row]:
    """This server installed into an environment that holds the whole of MLflow, as in an application's own."""
    yield from starts.measure_starts(place, form, partial(Ours, command=[str(WHOLE)]))
    with Ours(place, [str(WHOLE)]) as ours, MlflowMcpRun(place) as mcp_run:
        ours.greet()
        mcp_run.greet()
        yield from footprint.measure_memory(place, form, (ours, mcp_run))


def in_order(rows: list[Row]) -> list[Row]:
    """A measure's rows together, as the measures are declared."""
    names = [row.measure for row in rows]
    return sorted(rows, key=lambda row: names.index(row.measure))


def _told(rows: Iterator[Row]) -> Iterator[Row]:
    """Each row on stderr as soon as it is known, since the whole takes half an hour."""
    began = time.monotonic()
    for row in rows:
        print(f"{time.monotonic() - began:5.0f} s {line(row)}", file=sys.stderr, flush=True)
        yield row


def write(rows: list[Row], parts: str, packages: list[PackageTime], described: Mapping[str, str]) -> None:
    """The figures into the docs, whose text round them stays."""
    blocks = {
        "machine": lambda: facts(described),
        "figures": lambda: table(rows),
        "misses": lambda: not_held(rows),
        "parts": lambda: parts,
        "meanings": lambda: meanings(MEASURES),
        "imports": lambda: imports_table(packages),
    }
    DOCS.write_text(render(DOCS.read_text(encoding="utf-8"), blocks), encoding="utf-8")


def run(form: Form, folder: Path) -> None:
    described = machine.describe()
    store = seed(folder / "mlflow.db", form.traces, form.openings)
    rows = in_order(list(_told(measured(store, form, folder))))
    parts = parts_table(measure_parts(store, form.openings))
    print(f"{table(rows)}\n\n{parts}")
    if form is FULL:
        packages = measure_imports(folder)
        print(f"\n{imports_table(packages)}")
        write(rows, parts, packages, described)


def main() -> None:
    # Told to end, it stops the servers it started, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(SMALL if "--small" in sys.argv else FULL, Path(folder))
        except WrongAnswerError as error:
            sys.exit(f"A wrong answer, so there are no figures. {error}")


if __name__ == "__main__":
    main()
