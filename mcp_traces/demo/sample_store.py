"""Fills a store with the sample traces through MLflow's own SDK; run as `python -m`, it prints their ids as JSON.

`python -m mcp_traces.demo.sample_store <tracking URI> checkout` adds those of the checkout agent.
"""

import importlib.util
import json
import os
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, redirect_stdout
from itertools import groupby

# MLflow reads these when it is imported. One worker and large batches: SQLite has one writer.
os.environ.update(
    {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_AGENT_HINT": "1",
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
        "MLFLOW_LOGGING_LEVEL": "ERROR",
        "GIT_PYTHON_REFRESH": "quiet",
        "MLFLOW_ASYNC_TRACE_LOGGING_MAX_WORKERS": "1",
        "MLFLOW_ASYNC_TRACE_LOGGING_MAX_SPAN_BATCH_SIZE": "256",
    }
)

# MLflow's light distribution tries this import for every span, and fails 10 ms later for want of numpy: fail at once.
if importlib.util.find_spec("numpy") is None:
    sys.modules["mlflow.pyfunc"] = None  # pyright: ignore[reportArgumentType]

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentError, AssessmentSource, Link, LiveSpan, SpanEvent, SpanStatus, SpanStatusCode
from mlflow.tracing.provider import with_active_span
from opentelemetry.util.types import AttributeValue

from mcp_traces.demo.checkout import PROMPT_VERSIONS, checkout, evaluations
from mcp_traces.demo.conversations import conversations
from mcp_traces.demo.failures import failures
from mcp_traces.demo.notable import notable
from mcp_traces.demo.plan import Failure, Note, SpanPlan, TracePlan
from mcp_traces.demo.routine import huge, nightly, routine

_MS = 1_000_000
_MINUTE = 60_000 * _MS
# What MLflow would otherwise fill in about this machine and the folder this runs in.
_SOURCE = {
    "mlflow.user": "service",
    "mlflow.source.name": "support/app.py",
    "mlflow.source.git.repoURL": "https://git.example.com/shop/support.git",
    "mlflow.source.git.branch": "main",
    "mlflow.source.git.commit": "8f14e45fceea167a5a36dedd4bea2543ad0c1e5b",
}
_RETIRED = TracePlan("retired", SpanPlan("greet", "UNKNOWN", 50, "hi", "hello"), age_minutes=4000)
_SCORER_DIGEST = "mlflow.assessment.scorerDigest"
_PROMPT = "Answer the question of the customer: {{question}}"
_CHECKOUT_PROMPTS = ("Answer in one sentence: {{question}}", "Answer in one sentence, with prices in EUR: {{question}}")


class _Player:
    """Plays trace plans into the store and remembers which ids they got."""

    def __init__(self, now_ns: int) -> None:
        self._now_ns = now_ns
        self.trace_ids: dict[str, str] = {}
        self.root_ids: dict[str, str] = {}
        self.run_ids: dict[str, str] = {}
        self._span_ids: dict[tuple[str, str], str] = {}

    def play(self, plans: Iterable[TracePlan], experiment_id: str) -> None:
        for name, group in groupby(plans, key=lambda plan: plan.run):
            belonging = list(group)
            with self._run(name, belonging[0], experiment_id):
                for plan in belonging:
                    self._play_trace(plan, experiment_id)

    @contextmanager
    def _run(self, name: str | None, first: TracePlan, experiment_id: str) -> Generator[None]:
        """A run that began when its first trace did."""
        if name is None:
            yield
            return
        started_ms = self._start_ns(first) // _MS
        run = MlflowClient().create_run(experiment_id, start_time=started_ms, run_name=name)
        self.run_ids[name] = str(run.info.run_id)
        with mlflow.start_run(run_id=self.run_ids[name]):
            yield

    def _start_ns(self, plan: TracePlan) -> int:
        return self._now_ns - int(plan.age_minutes * _MINUTE)

    def log_notes(self, plans: Iterable[TracePlan]) -> None:
        """Write the assessments of traces that are in the store already."""
        for plan in plans:
            for note in plan.notes:
                self._log_note(plan, note)

    def _play_trace(self, plan: TracePlan, experiment_id: str) -> None:
        start_ns = self._start_ns(plan)
        root = mlflow.start_span_no_context(
            plan.root.name,
            span_type=plan.root.span_type,
            inputs=plan.root.inputs,
            attributes=dict(plan.root.attributes),
            tags=dict(plan.tags),
            metadata=_SOURCE | plan.all_metadata,
            experiment_id=experiment_id,
            start_time_ns=start_ns,
        )
        self.trace_ids[plan.label] = root.trace_id
        self.root_ids[plan.label] = root.span_id
        with with_active_span(root):
            request, response = plan.previews or (None, None)
            mlflow.update_current_trace(
                client_request_id=plan.client_request_id, request_preview=request, response_preview=response
            )
        self._play_children(plan.label, plan.root, root, start_ns)
        if not plan.unfinished:
            self._end(plan.root, root, start_ns)

    def _play_children(self, label: str, plan: SpanPlan, parent: LiveSpan, start_ns: int) -> None:
        for child, offset_ms in plan.child_offsets():
            child_start_ns = start_ns + offset_ms * _MS
            span = mlflow.start_span_no_context(
                child.name,
                span_type=child.span_type,
                parent_span=parent,
                inputs=child.inputs,
                attributes=dict(child.attributes),
                start_time_ns=child_start_ns,
            )
            self._span_ids.setdefault((label, child.name), span.span_id)
            self._play_children(label, child, span, child_start_ns)
            self._end(child, span, child_start_ns)

    def _end(self, plan: SpanPlan, span: LiveSpan, start_ns: int) -> None:
        end_ns = start_ns + plan.duration_ms * _MS
        for event in plan.events:
            span.add_event(SpanEvent(event.name, start_ns + event.at_ms * _MS, dict(event.attributes)))
        if plan.linked_label is not None:
            linked = Link(self.trace_ids[plan.linked_label], self.root_ids[plan.linked_label], {"reason": "follows"})
            span.add_link(linked)
        if plan.failure is not None:
            _fail(span, plan.failure, end_ns)
        span.end(outputs=plan.outputs, end_time_ns=end_ns)

    def _log_note(self, plan: TracePlan, note: Note) -> None:
        trace_id = self.trace_ids[plan.label]
        source = AssessmentSource(*note.source)
        if note.kind == "expectation":
            mlflow.log_expectation(trace_id=trace_id, name=note.name, value=note.value, source=source)
            return
        logged = mlflow.log_feedback(
            trace_id=trace_id,
            name=note.name,
            value=note.value,
            source=source,
            error=AssessmentError(*note.error) if note.error else None,
            rationale=note.rationale,
            metadata=self._metadata(plan, note),
            span_id=self._span_ids[plan.label, note.on_span] if note.on_span else None,
        )
        if note.corrected_to is not None:
            mlflow.override_feedback(
                trace_id=trace_id,
                assessment_id=str(logged.assessment_id),
                value=note.corrected_to,
                source=AssessmentSource("HUMAN", "reviewer_2"),
                rationale="The judge misread the tone.",
            )

    def _metadata(self, plan: TracePlan, note: Note) -> dict[str, str] | None:
        """That of the note; MLflow's `evaluate` adds the run to what a scorer said."""
        if note.metadata is None or _SCORER_DIGEST not in note.metadata or plan.run is None:
            return dict(note.metadata) if note.metadata else None
        return {**note.metadata, "mlflow.assessment.sourceRunId": self.run_ids[plan.run]}


def _fail(span: LiveSpan, failure: Failure, at_ns: int) -> None:
    """What `span.record_exception` does, at a time of our choice and with a stack trace that is always the same."""
    attributes: dict[str, AttributeValue] = {
        "exception.message": failure.message,
        "exception.type": failure.type,
        "exception.stacktrace": failure.stacktrace,
    }
    span.add_event(SpanEvent("exception", at_ns, attributes))
    status = SpanStatus(SpanStatusCode.ERROR, f"{failure.type}: {failure.message}")
    span.set_status(status)  # pyright: ignore[reportArgumentType]


def fill(tracking_uri: str) -> dict[str, object]:
    """Fill the store and say what is in it, in the fields of `SampleStore`."""
    mlflow.set_tracking_uri(tracking_uri)
    player = _Player(time.time_ns())
    assistant, evaluation, retired = (
        _experiment(tracking_uri, name) for name in ("support-assistant", "nightly-eval", "retired-bot")
    )
    support, evaluated = [*conversations(), *failures(), *notable(), *routine(), huge()], list(nightly())
    player.play(support, assistant)
    player.play(evaluated, evaluation)
    player.play([_RETIRED], retired)
    mlflow.flush_trace_async_logging()
    player.log_notes(support + evaluated)
    _link_prompt([player.trace_ids[plan.label] for plan in support if plan.prompt])
    MlflowClient().delete_experiment(retired)
    del player.trace_ids[_RETIRED.label]
    _check({assistant: len(support), evaluation: len(evaluated)})
    experiments = {"support-assistant": assistant, "nightly-eval": evaluation}
    return {
        "experiments": experiments,
        "traces": player.trace_ids,
        "run_id": player.run_ids["nightly"],
        "deleted_experiment_id": retired,
    }


def fill_checkout(tracking_uri: str) -> dict[str, str]:
    """Fill the store with what questions about many traces need: ids of experiments, runs and traces, by name."""
    mlflow.set_tracking_uri(tracking_uri)
    player = _Player(time.time_ns())
    requests, evaluated = list(checkout()), list(evaluations())
    ids = {name: _experiment(tracking_uri, name) for name in ("checkout-agent", "checkout-eval")}
    player.play(requests, ids["checkout-agent"])
    player.play(evaluated, ids["checkout-eval"])
    mlflow.flush_trace_async_logging()
    player.log_notes(requests + evaluated)
    client = MlflowClient()
    versions = [client.register_prompt("checkout-answer", text) for text in _CHECKOUT_PROMPTS]
    for plan in requests:
        prompt = versions[PROMPT_VERSIONS[plan.tags["release"]] - 1]
        client.link_prompt_versions_to_trace([prompt], player.trace_ids[plan.label])
    _check({ids["checkout-agent"]: len(requests), ids["checkout-eval"]: len(evaluated)})
    return ids | player.run_ids | player.trace_ids


def _experiment(tracking_uri: str, name: str) -> str:
    """Make the experiment; its artifacts would lie beside a SQLite file, not in the folder this happens to run in."""
    path = tracking_uri.removeprefix("sqlite:///")
    beside = f"file://{os.path.abspath(path)}.artifacts/{name}" if path != tracking_uri else None
    return MlflowClient().create_experiment(name, artifact_location=beside)


def _link_prompt(trace_ids: list[str]) -> None:
    client = MlflowClient()
    prompt = client.register_prompt("support-answer", _PROMPT)
    for trace_id in trace_ids:
        client.link_prompt_versions_to_trace([prompt], trace_id)


def _check(expected: dict[str, int]) -> None:
    """MLflow's exporter hides what it could not write, so count what arrived."""
    for experiment_id, count in expected.items():
        found = MlflowClient().search_traces(locations=[experiment_id], max_results=100, include_spans=False)
        if len(found) != count:
            raise RuntimeError(f"{len(found)} of {count} traces arrived in experiment {experiment_id}")


def main() -> None:
    tracking_uri, *more = sys.argv[1:]
    with redirect_stdout(sys.stderr):
        made = fill(tracking_uri)
        if "checkout" in more:
            made["checkout"] = fill_checkout(tracking_uri)
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
