"""A worker that imports files, and died amid one."""

import time

import mlflow
from mlflow.entities import SpanType
from mlflow.tracing.provider import with_active_span

from tests.cookbook.simulation import at


@mlflow.trace(span_type=SpanType.TASK)
def download(file: str) -> dict[str, int]:
    time.sleep(4)
    return {"bytes": 48_000_000}


@mlflow.trace(span_type=SpanType.PARSER)
def parse(file: str) -> dict[str, int]:
    time.sleep(11)
    return {"rows": 1_200_000, "memory_mb": 3_950}


@mlflow.trace(span_type=SpanType.TASK)
def write(file: str) -> dict[str, int]:
    time.sleep(6)
    return {"rows": 1_200_000}


def import_file(file: str, *, dies: bool = False) -> None:
    """A job of a queue, which ends its root span itself. One that dies never comes to that."""
    root = mlflow.start_span_no_context("import_file", span_type=SpanType.WORKFLOW, inputs={"file": file})
    with with_active_span(root):
        download(file)
        parse(file)
        if dies:
            return
        write(file)
    root.end(outputs={"rows": 1_200_000})


def main() -> None:
    at("2026-11-20T01:00:00Z")
    import_file("orders-17.csv")
    at("2026-11-20T02:00:00Z")
    import_file("orders-18.csv", dies=True)
    at("2026-11-20T04:00:00Z")
    import_file("orders-19.csv")
