"""Time of searches by what spans hold, ours beside MLflow's own client, in turn, in one run.

`make bench-search`. Both read the same SQLite file, which has no statistics, as MLflow leaves it: ours through the
whole server, called as a client calls it; MLflow's in a process of its own, which is stopped when it takes longer than
DEADLINE_S. It fails when the two find different traces, or ours others than were put there.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack, aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from mcp import Client
from mcp.types import TextContent

from bench.comparison.processes import SlowAnswerError
from bench.comparison.subjects import MlflowClient
from mcp_traces.server import build_server
from mcp_traces.settings import MAX_CHARS_CEILING, Settings
from mcp_traces.store.open_gateway import open_gateway

TRACES = int(os.environ.get("TRACES", "10000"))
RUNS = int(os.environ.get("RUNS", "5"))
DEADLINE_S = float(os.environ.get("DEADLINE_S", "60"))
ROWS = 100

ALL = ("usual", "failing", "rare")
"""The kinds of traces in the store; see bench/stores.py."""


@dataclass(slots=True)
class Question:
    """The same in our arguments and in MLflow's words, the kinds of traces it is about, and what came of it."""

    name: str
    arguments: Mapping[str, Any]
    filter: str
    kinds: tuple[str, ...]
    ours: list[str] = field(default_factory=list)
    ours_s: list[float] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    theirs_s: list[float] = field(default_factory=list)
    stopped: bool = False


def questions() -> list[Question]:
    rare, none = ("rare",), ()
    gold, silver = (f"span.attributes.desk LIKE '%{desk}%'" for desk in ("gold", "silver"))
    return [
        Question("has_error", {"has_error": True}, "span.status = 'ERROR'", ("failing",)),
        Question("span_name, common", {"span_name": "search_docs"}, "span.name = 'search_docs'", ALL),
        Question("span_name, rare", {"span_name": "escalate_to_human"}, "span.name = 'escalate_to_human'", rare),
        Question("span_name, none", {"span_name": "refund"}, "span.name = 'refund'", none),
        Question("span_type", {"span_type": "RERANKER"}, "span.type = 'RERANKER'", ("usual", "failing")),
        Question("text, common", {"text": "has not arrived"}, "trace.text ILIKE '%has not arrived%'", ALL),
        Question("text, short word", {"text": "parcel"}, "trace.text ILIKE '%parcel%'", ALL),
        Question("text, 1 in 50", {"text": "does not answer"}, "trace.text ILIKE '%does not answer%'", ("failing",)),
        Question("text, none", {"text": "left with a friend"}, "trace.text ILIKE '%left with a friend%'", none),
        Question("filter, rare", {"filter": gold}, gold, rare),
        Question("filter, none", {"filter": silver}, silver, none),
    ]


class Stoppable:
    """MLflow's own client, which is stopped when it takes too long; the next question starts another."""

    def __init__(self, tracking_uri: str, experiment_id: str) -> None:
        self._start = partial(MlflowClient, tracking_uri, experiment_id)
        self._running = ExitStack()
        self._client: MlflowClient | None = None

    def search(self, filter_string: str) -> tuple[list[str] | None, float]:
        """The ids it found, or None when it was stopped; and the seconds that took."""
        try:
            found = self._started().search(ROWS, deadline_s=DEADLINE_S, filter_string=filter_string)
        except SlowAnswerError:
            self.stop()
            return None, DEADLINE_S
        return found.trace_ids, found.seconds

    def stop(self) -> None:
        self._running.close()
        self._client = None

    def _started(self) -> MlflowClient:
        if self._client is None:
            self._client = self._running.enter_context(self._start())
            self._client.wait_until_ready()
        return self._client


async def search(client: Client, experiment_id: str, arguments: Mapping[str, Any]) -> tuple[list[str], float]:
    """The ids that our search_traces found, and the seconds that took."""
    started = time.perf_counter()
    result = await client.call_tool("search_traces", {"experiment": experiment_id, "limit": ROWS, **arguments})
    took = time.perf_counter() - started
    (block,) = result.content
    assert isinstance(block, TextContent)
    if result.is_error:
        raise RuntimeError(f"mcp-traces: {block.text}")
    return [row["trace_id"] for row in json.loads(block.text)["traces"]], took


async def ask_all(tracking_uri: str, experiment_id: str) -> list[Question]:
    """Every question in turn RUNS times, after a run that is not counted: it opens files and fills caches."""
    asked = questions()
    settings = Settings(tracking_uri=tracking_uri, max_chars=MAX_CHARS_CEILING, timeout_s=600, log_level="WARNING")
    mlflow = Stoppable(tracking_uri, experiment_id)
    async with AsyncExitStack() as stack:
        stack.callback(mlflow.stop)
        gateway = await stack.enter_async_context(aclosing(open_gateway(settings)))
        client = await stack.enter_async_context(Client(build_server(settings, gateway)))
        for run in range(RUNS + 1):
            for question in asked:
                question.ours, took = await search(client, experiment_id, question.arguments)
                question.ours_s += [took] if run else []
                ask_mlflow(mlflow, question, counts=run > 0)
    return asked


def ask_mlflow(mlflow: Stoppable, question: Question, *, counts: bool) -> None:
    """Ask it, unless it was stopped over this question before."""
    if question.stopped:
        return
    found, took = mlflow.search(question.filter)
    question.stopped = found is None
    question.theirs = found or []
    question.theirs_s += [took] if counts else []


def show(asked: list[Question]) -> None:
    print(f"{'':18}  {'rows':>4}  {'mcp-traces':>10}   {'rows':>4}  {'MLflow':>10}    ours / MLflow's")
    for one in asked:
        ours = statistics.median(one.ours_s)
        theirs = DEADLINE_S if one.stopped else statistics.median(one.theirs_s)
        took = f">{theirs:g} s" if one.stopped else f"{theirs:.3f} s"
        rows, less = ("?", "<") if one.stopped else (len(one.theirs), "")
        times = f"{len(one.ours):4}  {ours:8.3f} s   {rows:>4}  {took:>10}"
        print(f"{one.name:18}  {times}   {f'{less}{ours / theirs:.4f}':>8}")
    print("\nAsked:")
    for one in asked:
        print(f"{one.name:18}  {json.dumps(one.arguments):58}  {one.filter}")


def wrong(asked: list[Question], kinds: list[tuple[str, str]]) -> list[str]:
    """The questions to which the answers differ from each other, or ours from what is in the store."""
    expected = {one.name: [trace_id for trace_id, kind in kinds if kind in one.kinds][:ROWS] for one in asked}
    return [one.name for one in asked if one.ours != expected[one.name] or (not one.stopped and one.theirs != one.ours)]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mlflow.db"
        command = [sys.executable, "-m", "bench.stores", str(path), str(TRACES)]
        made = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        size = path.stat().st_size // 1_000_000
        print(f"SQLite, {TRACES} traces of 6 spans, {size} MB, no statistics; newest {ROWS}; medians of {RUNS} runs.")
        print(f"MLflow's client was stopped after {DEADLINE_S:g} s.\n", flush=True)
        asked = anyio.run(ask_all, f"sqlite:///{path}", made["experiment_id"])
    show(asked)
    if names := wrong(asked, made["traces"]):
        sys.exit(f"\nNot the same traces were found: {'; '.join(names)}.")


if __name__ == "__main__":
    main()
