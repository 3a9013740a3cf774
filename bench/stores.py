"""Makes the SQLite store of the benchmarks: very many traces of a support agent, a few of which fail or stand out.

Run as `python -m bench.stores <path> <traces>`, it prints what it made as JSON. One trace of each kind is logged
through MLflow's SDK, and copied in its database. No statistics are gathered there, since MLflow never does.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

# MLflow reads these when it is imported. Without its queue, a trace that was ended is in the store.
os.environ.update(
    {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_LOGGING_LEVEL": "ERROR",
        "MLFLOW_ENABLE_ASYNC_TRACE_LOGGING": "false",
    }
)

import mlflow
from mlflow import MlflowClient
from mlflow.entities import LiveSpan

from tests.real.copies import NS_PER_MS, TraceCopy, copying, trace_ids

FAILING_OF, RARE_OF = 50, 2_000
"""One trace of so many fails in a tool; one of so many is handed to a person."""

START_MS = 1_700_000_000_000
STEP_MS, DURATION_MS = 60_000, 1_000

COMPLAINT = "My parcel has not arrived although it was promised for Tuesday. " * 4
PAGES = [f"Page {number}: a delivery that is late by three days is paid back in full. " * 3 for number in range(3)]


def log_trace(experiment_id: str, kind: str, start_ms: int) -> str:
    """A root and five steps one after the other; its id."""
    root = mlflow.start_span_no_context(
        "answer", span_type="AGENT", inputs={"question": COMPLAINT}, experiment_id=experiment_id, **_at(start_ms)
    )
    _step(root, "classify", {"topic": "delivery"}, span_type="CHAIN", inputs={"question": COMPLAINT})
    _step(root, "search_docs", {"pages": PAGES}, span_type="RETRIEVER", inputs={"query": "late delivery"})
    if kind == "rare":
        _step(root, "escalate_to_human", {"ticket": 7}, span_type="WORKFLOW", attributes={"desk": "gold"})
    else:
        _step(root, "rerank", {"order": [2, 0, 1]}, span_type="RERANKER", inputs={"pages": PAGES})
    _step(root, "lookup_order", {"state": "lost"}, kind == "failing", span_type="TOOL", inputs={"order": "A-1042"})
    _step(root, "generate", {"text": PAGES[0]}, span_type="CHAT_MODEL", inputs={"messages": [COMPLAINT, *PAGES]})
    root.set_outputs({"answer": PAGES[0]})
    root.end(**_at(start_ms + DURATION_MS, "end"))
    return root.trace_id


def _step(root: LiveSpan, name: str, outputs: Mapping[str, Any], failing: bool = False, **fields: Any) -> None:
    start_ms = root.start_time_ns // NS_PER_MS + 10
    span = mlflow.start_span_no_context(name, parent_span=root, **fields, **_at(start_ms))
    span.set_outputs(outputs)
    if failing:
        span.record_exception(TimeoutError("the order system does not answer"))
    span.end(**_at(start_ms + 100, "end"))


def _at(time_ms: int, edge: str = "start") -> dict[str, int]:
    return {f"{edge}_time_ns": time_ms * NS_PER_MS}


def kind_of(number: int) -> str:
    if number % RARE_OF == RARE_OF // 2:
        return "rare"
    return "failing" if number % FAILING_OF == 1 else "usual"


def fill(tracking_uri: str, count: int) -> tuple[str, list[tuple[str, str]]]:
    """The experiment's id, and each trace with its kind, the newest first."""
    mlflow.set_tracking_uri(tracking_uri)
    experiment_id = MlflowClient().create_experiment("bench", artifact_location="unused")
    ids, kinds = trace_ids(count, "bench"), [kind_of(number) for number in range(count)]
    for kind in dict.fromkeys(kinds):
        first, *others = (number for number in range(count) if kinds[number] == kind)
        ids[first] = log_trace(experiment_id, kind, START_MS + first * STEP_MS)
        with copying(tracking_uri) as copier:
            copier.copy_trace(
                ids[first], [TraceCopy(ids[number], START_MS + number * STEP_MS, DURATION_MS) for number in others]
            )
    return experiment_id, list(zip(ids, kinds, strict=True))[::-1]


def main() -> None:
    path, count = sys.argv[1:]
    with redirect_stdout(sys.stderr):
        experiment_id, traces = fill(f"sqlite:///{Path(path).absolute()}", int(count))
    print(json.dumps({"experiment_id": experiment_id, "traces": traces}))


if __name__ == "__main__":
    main()
