"""Our records in the words of `tests.oracle_child`, so that a whole answer can be compared with MLflow's own."""

from typing import Any

from mcp_traces.records import Assessment, Span, Trace, TraceInfo


def trace_as_mlflow(trace: Trace) -> dict[str, Any]:
    return {"info": info_as_mlflow(trace.info), "spans": [_span(span) for span in trace.spans]}


def info_as_mlflow(info: TraceInfo) -> dict[str, Any]:
    return {
        "trace_id": info.trace_id,
        "experiment_id": info.experiment_id,
        "state": info.state,
        "request_time": info.request_time_ms,
        "execution_duration": info.execution_duration_ms,
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "client_request_id": info.client_request_id,
        "trace_metadata": dict(info.trace_metadata),
        "tags": dict(info.tags),
        "token_usage": dict(info.token_usage) or None,
        "assessments": [_assessment(assessment) for assessment in info.assessments],
    }


def _assessment(assessment: Assessment) -> dict[str, Any]:
    failure = assessment.failure
    return {
        "assessment_id": assessment.assessment_id,
        "name": assessment.name,
        "kind": assessment.kind,
        "value": assessment.value,
        "source": [assessment.source_type, assessment.source_id],
        "create_time_ms": assessment.create_time_ms,
        "last_update_time_ms": assessment.last_update_time_ms,
        "rationale": assessment.rationale,
        "error": [failure.code, failure.message] if failure else None,
        "metadata": dict(assessment.metadata) or None,
        "span_id": assessment.span_id,
        "overrides": assessment.overrides,
        "valid": assessment.valid,
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "span_type": span.span_type,
        "status": span.status,
        "status_message": span.status_message or "",
        "start_time_ns": span.start_time_ns,
        "end_time_ns": span.end_time_ns,
        "inputs": span.inputs,
        "outputs": span.outputs,
        "attributes": dict(span.attributes),
        "events": [[event.name, event.time_ns, dict(event.attributes)] for event in span.events],
        "links": [[link.trace_id, link.span_id, dict(link.attributes) or None] for link in span.links],
    }
