"""An application that keeps logging traces until its stdin ends; each one that is in the store is a line on stdout.

Run as `python -m tests.real.live_writer <tracking URI> <experiment id>`.
"""

import os
import sys
import threading
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

from tests.real.own_store import log

DURATION_MS = 10_000
"""Longer than any in the crowd. Each arrival takes longer still, so it is in front whether the newest or the slowest
is asked for."""


def main() -> None:
    tracking_uri, experiment_id = sys.argv[1:]
    mlflow.set_tracking_uri(tracking_uri)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    for number in count():
        if ended.is_set():
            return
        print(log(experiment_id, "arrival", duration_ms=DURATION_MS + number), flush=True)


if __name__ == "__main__":
    main()
