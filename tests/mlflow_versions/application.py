"""Logs the plan through the MLflow SDK of the Python that runs this, as an application would.

Run as `python -m tests.mlflow_versions.application <tracking URI> <epoch ms of now>`, it prints as JSON what the store
made of it: the ids. Any MLflow from 3.1 on can run it.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

os.environ.update(
    {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_LOGGING_LEVEL": "ERROR",
        "GIT_PYTHON_REFRESH": "quiet",
    }
)

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentError, AssessmentSource, LiveSpan, SpanEvent
from mlflow.tracing.provider import safe_set_span_in_context

from tests.mlflow_versions.plan import EXPERIMENT, PROMPT, TRACES, JudgedPlan, SpanPlan, TracePlan

_MS = 1_000_000
ASSESSES = tuple(int(part) for part in mlflow.__version__.split(".")[:2]) >= (3, 2)
"""MLflow 3.1 keeps assessments on Databricks only, and refuses them elsewhere."""


class PaymentError(Exception):
    """What the application's tools fail with."""


def log(plan: TracePlan, now_ms: int) -> str:
    """The id of the trace."""
    began_ns = (now_ms - plan.age_s * 1000) * _MS
    root = mlflow.start_span_no_context(
        plan.root.name,
        span_type=plan.root.span_type,
        inputs=plan.root.inputs,
        attributes=dict(plan.root.attributes),
        tags=dict(plan.tags),
        start_time_ns=began_ns,
    )
    # Older versions have no other way to give metadata to a trace that is not the one of the current function.
    with safe_set_span_in_context(root):
        mlflow.update_current_trace(metadata=dict(plan.metadata), client_request_id=plan.client_request_id)
    for child in plan.root.children:
        _log_span(child, root, began_ns)
    if not plan.unfinished:
        _end(root, plan.root, began_ns)
    return str(root.trace_id)


def _log_span(plan: SpanPlan, parent: LiveSpan, began_ns: int) -> None:
    span = mlflow.start_span_no_context(
        plan.name,
        span_type=plan.span_type,
        parent_span=parent,
        inputs=plan.inputs,
        attributes=dict(plan.attributes),
        start_time_ns=began_ns + plan.start_ms * _MS,
    )
    for child in plan.children:
        _log_span(child, span, began_ns)
    _end(span, plan, began_ns)


def _end(span: LiveSpan, plan: SpanPlan, began_ns: int) -> None:
    for name, attributes in plan.events.items():
        span.add_event(SpanEvent(name, timestamp=began_ns, attributes=dict(attributes)))
    if plan.error is not None:
        try:
            raise PaymentError(plan.error)
        except PaymentError as error:
            span.record_exception(error)
    span.end(outputs=plan.outputs, end_time_ns=began_ns + (plan.start_ms + plan.duration_ms) * _MS)


def _assess(plan: TracePlan, trace_id: str) -> None:
    for name, value in plan.feedback.items():
        mlflow.log_feedback(trace_id=trace_id, name=name, value=value)
    for name, value in plan.expectation.items():
        mlflow.log_expectation(trace_id=trace_id, name=name, value=value)
    for one in plan.judged:
        _judge(one, trace_id)


def _judge(plan: JudgedPlan, trace_id: str) -> None:
    mlflow.log_feedback(
        trace_id=trace_id,
        name=plan.name,
        value=plan.value,
        source=AssessmentSource(source_type=plan.source_type, source_id=plan.source_id),
        error=AssessmentError(*plan.failure) if plan.failure else None,
        rationale=plan.rationale,
        # As `mlflow.genai.evaluate` marks what is about a session, on the first trace of it.
        metadata={"mlflow.trace.session": plan.session} if plan.session else None,
    )


def _link_prompt(trace_id: str) -> None:
    """The next version of the prompt, to this trace."""
    prompt = mlflow.genai.register_prompt(name=PROMPT, template="Greet {{who}}.")
    MlflowClient().link_prompt_versions_to_trace(prompt_versions=[prompt], trace_id=trace_id)


def fill(tracking_uri: str, now_ms: int, plans: Mapping[str, Sequence[TracePlan]]) -> dict[str, Any]:
    """Logs the plans of each experiment; the ids by name and by label."""
    mlflow.set_tracking_uri(tracking_uri)
    made: dict[str, Any] = {"experiments": {}, "run_id": None, "traces": {}, "assesses": ASSESSES}
    for experiment, traces in plans.items():
        # Spans could be given an experiment each, but MLflow 3.5 then loses the root, and 3.9 puts the others
        # elsewhere.
        made["experiments"][experiment] = mlflow.set_experiment(experiment).experiment_id
        if in_run := [plan for plan in traces if plan.in_run]:
            with mlflow.start_run() as run:
                made["traces"] |= {plan.label: log(plan, now_ms) for plan in in_run}
            made["run_id"] = run.info.run_id
        made["traces"] |= {plan.label: log(plan, now_ms) for plan in traces if not plan.in_run}
        mlflow.flush_trace_async_logging()
        for plan in traces:
            if ASSESSES:
                _assess(plan, made["traces"][plan.label])
            if plan.with_prompt:
                _link_prompt(made["traces"][plan.label])
    return made | {"mlflow": mlflow.__version__}


def main() -> None:
    tracking_uri, now_ms = sys.argv[1:]
    with redirect_stdout(sys.stderr):
        made = fill(tracking_uri, int(now_ms), {EXPERIMENT: TRACES})
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
