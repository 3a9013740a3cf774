"""Where the time of an answer goes, on a SQLite file: MLflow's part, and ours step by step, each called by itself.

One process with nothing else under way, and every trace was read once before, so that the disk has no part in it. What
is neither MLflow's nor here is the way over the pipe, which the line "an answer without the store" tells.
"""

import json
import subprocess
import sys
from collections.abc import Iterable

from bench.comparison.stores import Seeded

ROWS = 20
ROUNDS = 15
MAX_SPANS = 2_000


def measure_parts(store: Seeded, openings: Iterable[int]) -> list[tuple[str, dict[str, float]]]:
    """Each question with the medians of its parts in milliseconds, from a process of its own, which imports MLflow."""
    traces = {spans: store.by_spans[spans][:ROUNDS] for spans in openings if spans <= MAX_SPANS}
    asked = json.dumps([store.tracking_uri, store.experiment_id, traces])
    command = [sys.executable, "-m", "bench.comparison.parts_child"]
    ran = subprocess.run(command, input=asked, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return list(json.loads(ran.stdout).items())
