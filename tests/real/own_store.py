"""Fills a store with nasty values, through MLflow's SDK as an application would.

Run as `python -m tests.real.own_store <tracking URI> <folder for artifacts>`, it prints their ids as JSON.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from typing import Any

# MLflow reads these when it is imported. One worker and large batches: SQLite has one writer.
os.environ.update(
    {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
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

from tests.real.nasty import KEYS, MIXED, MODEL_IDS, VALUES

MAX_SESSION = 250
"""The longest session and user id that MLflow takes."""


def log(experiment_id: str, name: str, *, duration_ms: int = 1, **fields: Any) -> str:
    """One trace of one span; its id."""
    root = mlflow.start_span_no_context(name, experiment_id=experiment_id, **fields)
    root.end(end_time_ns=root.start_time_ns + duration_ms * 1_000_000)
    return root.trace_id


def log_nasty(experiment_id: str) -> dict[str, str]:
    """One trace for each value, holding it wherever a value can be; one for each key; ids by label."""
    traces: dict[str, str] = {}
    for label, value in VALUES.items():
        who = {"mlflow.trace.session": value, "mlflow.trace.user": value} if len(value) <= MAX_SESSION else {}
        fields = {"inputs": {"text": value}, "tags": {"nasty": value}, "metadata": {"nasty": value, **who}}
        traces[label] = log(experiment_id, value or "unnamed", duration_ms=1 + len(traces), **fields)
    for key in KEYS:
        fields = {"tags": {key: "here"}, "metadata": {key: "here"}}
        traces[f"key {key}"] = log(experiment_id, "keys", duration_ms=1 + len(traces), **fields)
    for label in MIXED:
        traces[f"mixed {label}"] = log(experiment_id, "mixed", duration_ms=1 + len(traces))
    for label, model_id in MODEL_IDS.items():
        traces[label] = log(experiment_id, "modelled", metadata={"mlflow.modelId": model_id})
    return traces


def log_assessments(traces: Mapping[str, str]) -> None:
    for label, value in VALUES.items():
        _assess(traces[label], "nasty", value)
    for label, value in MIXED.items():
        _assess(traces[f"mixed {label}"], "mixed", value)
    for key in KEYS:
        _assess(traces[f"key {key}"], key, "here")


def _assess(trace_id: str, name: str, value: Any) -> None:
    mlflow.log_feedback(trace_id=trace_id, name=name, value=value)
    mlflow.log_expectation(trace_id=trace_id, name=name, value=value)


def fill(tracking_uri: str, artifacts: str) -> dict[str, Any]:
    """What was made, in the fields of `SampleStore`."""
    mlflow.set_tracking_uri(tracking_uri)
    client = MlflowClient()
    experiments = {name: client.create_experiment(name, artifact_location=artifacts) for name in ("nasty",)}
    traces = log_nasty(experiments["nasty"])
    mlflow.flush_trace_async_logging()
    log_assessments(traces)
    return {"experiments": experiments, "traces": traces, "run_id": "", "deleted_experiment_id": ""}


def main() -> None:
    tracking_uri, artifacts = sys.argv[1:]
    with redirect_stdout(sys.stderr):
        made = fill(tracking_uri, artifacts)
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
