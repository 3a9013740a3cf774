"""An application at work on a store until its stdin ends; each trace it is done with is a line on stdout.

Run as `python -m tests.real.live_writer <tracking URI> log <experiment id>` it keeps logging traces; as `python -m
tests.real.live_writer <tracking URI> delete` it deletes those of which it reads experiment and id from stdin.
"""

import os
import sys
import threading
from collections.abc import Iterator
from itertools import count

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

from tests.real.copies import NS_PER_MS
from tests.real.own_store import log

LONG_AGO_NS = 1_000_000_000_000_000_000
FAST_MS, SLOW_MS = 10_000, 1_000_000
"""Less and more than any in a crowd takes."""


def keep_logging(experiment_id: str) -> Iterator[str]:
    """Pairs of traces: each time one older and faster, one newer and slower than all before, so that one is in front
    whichever order is asked for. A pair is told once both are there."""
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    for number in count():
        if ended.is_set():
            return
        first_ns = LONG_AGO_NS - number * NS_PER_MS
        first = log(experiment_id, "arrival", start_time_ns=first_ns, duration_ms=FAST_MS - number)
        yield from [first, log(experiment_id, "arrival", duration_ms=SLOW_MS + number)]


def delete() -> Iterator[str]:
    client = MlflowClient()
    for line in sys.stdin:
        experiment_id, trace_id = line.split()
        assert client.delete_traces(experiment_id, trace_ids=[trace_id]) == 1
        yield trace_id


WORK = {"log": keep_logging, "delete": delete}


def main() -> None:
    tracking_uri, work, *arguments = sys.argv[1:]
    mlflow.set_tracking_uri(tracking_uri)
    for trace_id in WORK[work](*arguments):
        print(trace_id, flush=True)


if __name__ == "__main__":
    main()
