"""Logs what the tests of users read, through MLflow's SDK; run as `python -m`, it prints the ids as JSON."""

import importlib.util
import json
import os
import sys
from contextlib import redirect_stdout
from typing import Any

# MLflow reads these when it is imported. One worker and large batches: SQLite has one writer.
os.environ.update(
    {
        "MLFLOW_LOGGING_LEVEL": "ERROR",
        "MLFLOW_ASYNC_TRACE_LOGGING_MAX_WORKERS": "1",
        "MLFLOW_ASYNC_TRACE_LOGGING_MAX_SPAN_BATCH_SIZE": "256",
    }
)
# MLflow tries this import for every span, and fails slowly for want of numpy: fail at once.
if importlib.util.find_spec("numpy") is None:
    sys.modules["mlflow.pyfunc"] = None

import mlflow
from mlflow import MlflowClient
from mlflow.tracing.provider import with_active_span

EXPERIMENTS = ("apples", "bricks", "shared", "vault")
LARGE_SPANS = 600
"""Enough to be kept for the next page."""


def fill(tracking_uri: str) -> dict[str, dict[str, str]]:
    """For each experiment its id, its run, and the ids of its traces; one of them is large."""
    mlflow.set_tracking_uri(tracking_uri)
    made = {name: _fill(name) for name in EXPERIMENTS}
    made["apples"]["large"] = _log("apples", made["apples"]["experiment_id"], LARGE_SPANS)
    mlflow.flush_trace_async_logging()
    return made


def _fill(name: str) -> dict[str, str]:
    experiment_id = MlflowClient().create_experiment(name, artifact_location=f"file:///nowhere/{name}")
    with mlflow.start_run(experiment_id=experiment_id) as run:
        in_run = _log(name, experiment_id, 2)
    return {
        "experiment_id": experiment_id,
        "run_id": str(run.info.run_id),
        "in_run": in_run,
        "first": _log(name, experiment_id, 1),
    }


def _log(name: str, experiment_id: str, spans: int) -> str:
    fields: dict[str, Any] = {
        "inputs": {"question": f"asked in {name}"},
        "tags": {f"tag-of-{name}": f"value-of-{name}"},
    }
    root = mlflow.start_span_no_context(f"{name}-agent", experiment_id=experiment_id, **fields)
    with with_active_span(root):
        mlflow.update_current_trace(client_request_id=f"request-of-{name}-{spans}")
    for number in range(1, spans):
        mlflow.start_span_no_context(f"{name}-step-{number}", parent_span=root).end()
    root.end(outputs={"answer": f"told in {name}"})
    return str(root.trace_id)


def main() -> None:
    (tracking_uri,) = sys.argv[1:]
    with redirect_stdout(sys.stderr):
        made = fill(tracking_uri)
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
