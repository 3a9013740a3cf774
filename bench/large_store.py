"""Puts very large traces into a SQLite store: agents that went on for a very long time.

Run as `python -m bench.large_store <path> <spans> ...`, it prints the id of a trace for each number of spans. A hundred
spans are logged through MLflow's SDK; the others are copies of them in its database, with ids and times of their own.
"""

import base64
import json
import os
import random
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

os.environ.update({"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_LOGGING_LEVEL": "ERROR"})
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"

import mlflow
from mlflow import MlflowClient

STEPS = 99
STEP_NS = 1_000_000
DOCUMENT = "A delivery that is late by three days is paid back in full, whatever the reason, on the card it came from. "


def log_steps(experiment_id: str) -> str:
    """A root and STEPS steps, of which one failed; the trace's id."""
    root = mlflow.start_span_no_context("run_forever", span_type="AGENT", experiment_id=experiment_id)
    for number in range(STEPS):
        kind, name = ("LLM", "chat") if number % 3 == 0 else ("TOOL", f"tool_{number % 7}")
        question = {"messages": [{"role": "user", "content": DOCUMENT * 8}], "step": number}
        span = mlflow.start_span_no_context(name, parent_span=root, span_type=kind, inputs=question)
        span.set_outputs({"answer": DOCUMENT * 7, "rows": [number, number + 1]})
        if number == STEPS // 2:
            span.record_exception(TimeoutError("the order system does not answer"))
        span.end()
    root.set_outputs({"answer": "done"})
    root.end()
    return root.trace_id


def copies(rows: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """`count` further spans after the last of `rows`, each like one of them."""
    drawn = random.Random(0)
    last_ns = max(row["start_time_unix_nano"] for row in rows)
    for number in range(count):
        row, span_id = rows[number % len(rows)], f"{drawn.getrandbits(64):016x}"
        began, ended = (last_ns + (number + step) * STEP_NS for step in (1, 2))
        content = row["content"].replace(_base64(row["span_id"]), _base64(span_id), 1)
        content = content.replace(str(row["start_time_unix_nano"]), str(began))
        content = content.replace(str(row["end_time_unix_nano"]), str(ended))
        yield {
            **row,
            "span_id": span_id,
            "start_time_unix_nano": began,
            "end_time_unix_nano": ended,
            "content": content,
        }


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def count_spans(connection: sqlite3.Connection, trace_id: str, spans: int) -> None:
    """Bring MLflow's own statistics of the trace up to date."""
    one = "WHERE request_id = ? AND key = 'mlflow.trace.sizeStats'"
    (text,) = connection.execute(f"SELECT value FROM trace_request_metadata {one}", [trace_id]).fetchone()
    counted = json.dumps(json.loads(text) | {"num_spans": spans})
    connection.execute(f"UPDATE trace_request_metadata SET value = ? {one}", [counted, trace_id])


def fill(path: Path, sizes: Sequence[int]) -> list[str]:
    mlflow.set_tracking_uri(f"sqlite:///{path}")
    experiment_id = MlflowClient().create_experiment("large", artifact_location="unused")
    return [add_trace(path, experiment_id, spans) for spans in sizes]


def add_trace(path: Path, experiment_id: str, spans: int) -> str:
    trace_id = log_steps(experiment_id)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.row_factory = sqlite3.Row
        columns = [row["name"] for row in connection.execute("PRAGMA table_info(spans)")]
        query = f"SELECT {', '.join(columns)} FROM spans WHERE trace_id = ? AND parent_span_id IS NOT NULL"
        rows = [dict(row) for row in connection.execute(query, [trace_id])]
        values = ", ".join(f":{column}" for column in columns)
        connection.executemany(
            f"INSERT INTO spans ({', '.join(columns)}) VALUES ({values})", copies(rows, spans - STEPS - 1)
        )
        count_spans(connection, trace_id, spans)
    return trace_id


def main() -> None:
    path, *sizes = sys.argv[1:]
    with redirect_stdout(sys.stderr):
        ids = fill(Path(path).absolute(), [int(spans) for spans in sizes])
    print(*ids, sep="\n")


if __name__ == "__main__":
    main()
