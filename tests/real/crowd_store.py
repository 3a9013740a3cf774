"""Fills a store with more traces than pages hold and with more experiments than MLflow lists at once.

Run as `python -m tests.real.crowd_store <tracking URI> <folder for artifacts>`, it prints a `Crowd` as JSON. Traces and
experiments are logged through MLflow's SDK where there are few, and copied in its database where there are many.
"""

import json
import os
import sys
from contextlib import redirect_stdout
from dataclasses import asdict

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

from tests.real.copies import NS_PER_MS, TraceCopy, copying, trace_ids
from tests.real.crowd_stores import LEAST_RECENT, MOST_RECENT, RUN_ID, Crowd, Times
from tests.real.own_store import log

MIDDLE_MS = 1_700_000_000_000
TIED_MS = 60_000
"""When half of a crowd begins, and how long it takes. Of the others half come before, and some take less."""

SIZES = {"crowd": 2_000, "shrinking newest": 600, "shrinking slowest": 600}
"""Traces by experiment; tests take traces away from those that shrink."""

MANY = 1_200
"""Experiments: more than the 1,000 that MLflow lists unless more are asked for."""

EVERY = 100
"""So many of the many experiments have one trace between them."""

UPDATED_MS = 1_600_000_000_000
NAMES = {0: LEAST_RECENT, MANY - 1: MOST_RECENT}


def log_crowd(tracking_uri: str, experiment_id: str, size: int, seed: str) -> dict[str, Times]:
    """So many traces of one span; when each began and how long it took."""
    times = [_times(number, size) for number in range(size)]
    start_ms, duration_ms = times[0]
    first = log(experiment_id, "crowd", start_time_ns=start_ms * NS_PER_MS, duration_ms=duration_ms, inputs="Where?")
    ids = [first, *trace_ids(size - 1, seed)]
    with copying(tracking_uri) as copier:
        copier.copy_trace(first, [TraceCopy(ids[number], *times[number]) for number in range(1, size)])
    return dict(zip(ids, times, strict=True))


def _times(number: int, size: int) -> Times:
    """Every other one is tied. The others begin one after the other, now longer, now shorter than the one before."""
    if number % 2:
        return MIDDLE_MS, TIED_MS
    return MIDDLE_MS + (number - size // 2) * 1_000 + 1, TIED_MS // 6 + 1 + number * 7_919 % (2 * TIED_MS)


def make_many(tracking_uri: str, original_id: str) -> list[str]:
    """The ids of MANY experiments, the least recently updated first."""
    updated = {NAMES.get(number, f"team {number}"): UPDATED_MS + number * 1_000 for number in range(MANY)}
    with copying(tracking_uri) as copier:
        ids = copier.copy_experiment(original_id, updated)
    return [ids[name] for name in updated]


def log_into_some(many: list[str]) -> dict[str, str]:
    """A trace in each EVERYth experiment; that in the first is of a run. Their ids by experiment."""
    return {
        experiment_id: log(experiment_id, "lonely", metadata={"mlflow.sourceRun": RUN_ID} if not number else {})
        for number, experiment_id in enumerate(many[::EVERY])
    }


def fill(tracking_uri: str, artifacts: str) -> Crowd:
    mlflow.set_tracking_uri(tracking_uri)
    client = MlflowClient()
    experiments = {name: client.create_experiment(name, artifact_location=artifacts) for name in SIZES}
    crowds = {name: log_crowd(tracking_uri, experiments[name], size, name) for name, size in SIZES.items()}
    many = make_many(tracking_uri, experiments["crowd"])
    return Crowd(experiments, crowds, tuple(many), log_into_some(many))


def main() -> None:
    with redirect_stdout(sys.stderr):
        made = fill(*sys.argv[1:])
    sys.stdout.write(json.dumps(asdict(made)) + "\n")


if __name__ == "__main__":
    main()
