"""Logs the plan of the kept databases at a fixed time and with repeatable ids, as somebody whose name nobody knows.

Run as `python -m tests.mlflow_versions.kept_application <tracking URI>` in a folder of its own, it prints as JSON what
the store made of it, and what this MLflow's own client then reads.
"""

import json
import os
import random
import sys
import time
import uuid
from contextlib import redirect_stdout
from typing import Any

NOW_MS = 1_765_454_400_000
"""2025-12-11 12:00 UTC."""


def _set_the_scene() -> None:
    """Before MLflow is imported, since it imports some of these by name."""
    random.seed(NOW_MS)
    uuid.uuid4 = lambda: uuid.UUID(int=random.getrandbits(128), version=4)
    ahead_ns = time.time_ns() - NOW_MS * 1_000_000
    real_ns = time.time_ns
    time.time_ns = lambda: real_ns() - ahead_ns
    time.time = lambda: time.time_ns() / 1e9
    # What runs record of their source: no path, and no repository, since the folder is in none.
    sys.argv[0] = "application.py"
    os.environ |= {"LOGNAME": "somebody", "USER": "somebody", "LC_ALL": "C.UTF-8"}


def _as_its_own_client_reads(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By label, what MLflow makes of the plan: previews, the cost where it knows one, what is there of a trace in
    progress."""
    from mlflow import MlflowClient

    seen: dict[str, dict[str, Any]] = {}
    client = MlflowClient()
    labels = {trace_id: label for label, trace_id in made["traces"].items()}
    for experiment in client.search_experiments():
        for trace in client.search_traces([experiment.experiment_id], include_spans=False):
            metadata = trace.info.trace_metadata
            seen[labels[trace.info.trace_id]] = {
                "name": trace.info.tags.get("mlflow.traceName"),
                "began_ms": trace.info.request_time,
                "duration_ms": trace.info.execution_duration,
                "request_preview": trace.info.request_preview or metadata.get("mlflow.traceInputs"),
                "response_preview": trace.info.response_preview or metadata.get("mlflow.traceOutputs"),
                "tokens": trace.info.token_usage,
                "cost": json.loads(metadata.get("mlflow.trace.cost", "null")),
            }
    return seen


def main() -> None:
    (tracking_uri,) = sys.argv[1:]
    _set_the_scene()
    with redirect_stdout(sys.stderr):
        from tests.mlflow_versions.application import fill
        from tests.mlflow_versions.plan import KEPT

        made = fill(tracking_uri, NOW_MS, KEPT)
        made |= {"now_ms": NOW_MS, "seen": _as_its_own_client_reads(made)}
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
