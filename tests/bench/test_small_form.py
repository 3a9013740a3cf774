"""The comparison itself, with small stores: every subject is asked every question, and all give the same answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stores import MLFLOW

ROOT = Path(__file__).parents[2]
MEASURES = [
    "spawn to `initialize` answer",
    "spawn to first search answer",
    "`tools/list` characters",
    "memory after 4 calls",
    "search of 20",
    "an answer without the store",
    "search of 30 with `detailed`, characters",
    "search of 30 with `detailed`, characters of all pages",
    "get_trace of 6 spans",
    "get_trace of 150 spans",
    "get_trace of 600 spans",
    "get_trace of 600 spans, characters",
    "page 4 of a search, the newest first",
    "page 4 of MLflow's client, the newest first",
    "totals",
    "traces of each day",
    "traces by name, with percentiles",
    "traces by user",
    "traces by a tag",
    "spans by name, with percentiles",
    "SQL: columns of traces",
    "SQL: columns of traces, repeated",
    "SQL: a tag",
    "SQL: a tag, repeated",
    "SQL: columns of spans",
    "SQL: columns of spans, repeated",
    "SQL: tokens of spans",
    "SQL: tokens of spans, repeated",
    "SQL: inputs of spans",
    "SQL: inputs of spans, repeated",
    "span condition with no match",
    "16 clients at once over HTTP, calls per second",
    "16 clients at once over HTTP, 99 % of calls within",
    "our own time per call, stdio",
    "our own time per call, HTTP",
]


@pytest.mark.store
@pytest.mark.timeout(900)
def test_the_small_form_finds_every_answer_right() -> None:
    """It fails over a wrong answer, and never over time: this machine may be busy with other tests."""
    docs = ROOT / "docs" / "benchmarks.md"
    before = docs.read_bytes()

    ran = subprocess.run(
        [sys.executable, "-m", "bench.comparison", "--small"],
        cwd=ROOT,
        env=os.environ | {"MCP_TRACES_TEST_MLFLOW": os.environ.get("MCP_TRACES_TEST_MLFLOW", str(MLFLOW))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-3000:]
    figures, parts = ran.stdout.split("\n\n")
    shown = {line.split(" | ")[0].removeprefix("| ") for line in figures.splitlines()[2:]}
    assert shown == set(MEASURES)
    assert parts.startswith("| part | search of 20 | get_trace of 6 spans | get_trace of 150 spans |")
    assert len(parts.splitlines()) == 6
    assert docs.read_bytes() == before
