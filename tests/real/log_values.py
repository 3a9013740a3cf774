"""Records the values of `tests.recorded_values` through MLflow's SDK, a trace for each.

Run as `python -m tests.real.log_values <tracking URI>`, it prints the traces' ids by label as JSON.
"""

import json
import sys
from contextlib import redirect_stdout
from typing import Any

from tests.real.own_store import mlflow  # quiet, and quick without numpy
from tests.recorded_values import LONG, VALUES

NOTHING = "nothing"
"""Label of the trace whose span has neither inputs nor outputs."""


def log(value: Any) -> str:
    span = mlflow.start_span_no_context("answer", experiment_id="0")
    span.set_inputs(value)
    span.set_attribute("recorded", value)
    span.set_outputs(value)
    span.end()
    return span.trace_id


def log_nothing() -> str:
    span = mlflow.start_span_no_context("answer", experiment_id="0")
    span.end()
    return span.trace_id


def main() -> None:
    mlflow.set_tracking_uri(sys.argv[1])
    with redirect_stdout(sys.stderr):
        traces = {label: log(value) for label, (value, _) in VALUES.items()}
        traces |= {label: log(value) for label, value in LONG.items()} | {NOTHING: log_nothing()}
        mlflow.flush_trace_async_logging()
    sys.stdout.write(json.dumps(traces) + "\n")


if __name__ == "__main__":
    main()
