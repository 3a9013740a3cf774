"""MLflow's own client in a process of its own: a JSON question per line on stdin, a JSON answer per line on stdout."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO

os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"

from mlflow import MlflowClient
from mlflow.entities import Assessment, Span, TraceInfo
from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
from mlflow.exceptions import MlflowException


class _Answers:
    """What can be asked; every answer is plain JSON made of the properties of MLflow's entities."""

    def __init__(self, tracking_uri: str) -> None:
        self._client = MlflowClient(tracking_uri)

    def search(self, **arguments: Any) -> dict[str, Any]:
        page = self._client.search_traces(include_spans=False, **arguments)
        token = page.token.decode() if isinstance(page.token, bytes) else page.token
        return {"traces": [_info(info.info) for info in page], "token": token}

    def get(self, trace_id: str) -> dict[str, Any]:
        # The store and not the client: only it gives a trace that is still in progress.
        trace = self._client._tracing_client.store.get_trace(trace_id, allow_partial=True)
        return {"info": _info(trace.info), "spans": [_span(span) for span in trace.data.spans]}

    def run(self, run_id: str) -> dict[str, Any]:
        info = self._client.get_run(run_id).info
        names = ("run_id", "run_name", "status", "experiment_id", "start_time")
        return {name: getattr(info, name) for name in names}

    def metrics(self, aggregations: list[str], view_type: str, **arguments: Any) -> list[dict[str, Any]]:
        found = self._client._tracing_client.store.query_trace_metrics(
            view_type=MetricViewType(view_type), aggregations=[_aggregation(name) for name in aggregations], **arguments
        )
        return [
            {
                "dimensions": dict(point.dimensions),
                "values": {name.removesuffix(".0"): value for name, value in point.values.items()},
            }
            for point in found
        ]

    def experiments(self) -> list[dict[str, Any]]:
        found = self._client.search_experiments(order_by=["last_update_time DESC"])
        return [
            {"experiment_id": each.experiment_id, "name": each.name, "last_update_time": each.last_update_time}
            for each in found
        ]


def _aggregation(name: str) -> MetricAggregation:
    if name[1:].isdigit():
        return MetricAggregation(AggregationType.PERCENTILE, float(name[1:]))
    return MetricAggregation(AggregationType(name))


def _info(info: TraceInfo) -> dict[str, Any]:
    return {
        "trace_id": info.trace_id,
        "experiment_id": info.experiment_id,
        "state": str(info.state),
        "request_time": info.request_time,
        "execution_duration": info.execution_duration,
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "client_request_id": info.client_request_id,
        "trace_metadata": dict(info.trace_metadata),
        "tags": dict(info.tags),
        "token_usage": info.token_usage,
        "assessments": [_assessment(assessment) for assessment in info.assessments],
    }


def _assessment(assessment: Assessment) -> dict[str, Any]:
    error = assessment.error
    return {
        "assessment_id": assessment.assessment_id,
        "name": assessment.name,
        "kind": "feedback" if assessment.feedback else "expectation",
        "value": (assessment.feedback or assessment.expectation).value,
        "source": [assessment.source.source_type, assessment.source.source_id],
        "create_time_ms": assessment.create_time_ms,
        "last_update_time_ms": assessment.last_update_time_ms,
        "rationale": assessment.rationale,
        "error": [error.error_code, error.error_message] if error else None,
        "metadata": assessment.metadata,
        "span_id": assessment.span_id,
        "overrides": assessment.overrides,
        # Over HTTP, MLflow's client forgets this of expectations.
        "valid": assessment.valid is not False,
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "span_type": span.span_type,
        "status": str(span.status.status_code.value),
        "status_message": span.status.description,
        "start_time_ns": span.start_time_ns,
        "end_time_ns": span.end_time_ns,
        "inputs": span.inputs,
        "outputs": span.outputs,
        "attributes": span.attributes,
        "events": [[event.name, event.timestamp, event.attributes] for event in span.events],
        "links": [[link.trace_id, link.span_id, link.attributes] for link in span.links],
    }


def _reply(method: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": method(**arguments)}
    except MlflowException as error:
        return {"error": error.error_code, "message": str(error)}


def main(questions: TextIO, answers: TextIO, tracking_uri: str) -> None:
    known = _Answers(tracking_uri)
    for line in questions:
        name, arguments = json.loads(line)
        answers.write(json.dumps(_reply(getattr(known, name), arguments)) + "\n")
        answers.flush()


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr
    main(sys.stdin, answers, sys.argv[1])
