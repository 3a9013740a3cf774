"""MLflow's entities as our records, read by attribute, so that nothing here needs MLflow."""

from collections.abc import Iterable, Mapping
from typing import Any

from mcp_traces.records import Assessment, AssessmentFailure, AssessmentKind, Experiment, Trace, TraceInfo
from mcp_traces.store.completeness import missing_spans_note
from mcp_traces.store.rest_spans import read_span


def experiment_record(entity: Any) -> Experiment:
    return Experiment(str(entity.experiment_id), entity.name, entity.last_update_time)


def trace_record(entity: Any, stored_spans: Iterable[Any], note: str | None) -> Trace:
    """From `mlflow.entities.TraceInfo` and `Span`s; `note` says why spans that should be there could not be read.

    `to_dict` gives a span of a database as it is stored, without decoding its attributes (LazySpan in
    mlflow/entities/span.py), in the form that an MLflow server sends.
    """
    info = trace_info_record(entity)
    spans = tuple(read_span(span.to_dict()) for span in stored_spans)
    return Trace(info, spans, note or missing_spans_note(info, spans))


def trace_info_record(entity: Any) -> TraceInfo:
    """From `mlflow.entities.TraceInfo`."""
    return TraceInfo(
        trace_id=entity.trace_id,
        experiment_id=_location(entity),
        state=entity.state.value,
        request_time_ms=entity.request_time,
        execution_duration_ms=entity.execution_duration,
        request_preview=entity.request_preview,
        response_preview=entity.response_preview,
        client_request_id=entity.client_request_id,
        trace_metadata=_texts(entity.trace_metadata),
        tags=_texts(entity.tags),
        assessments=tuple(assessment_record(assessment) for assessment in entity.assessments),
    )


def assessment_record(entity: Any) -> Assessment:
    """From `mlflow.entities.Feedback`, `Expectation` or `IssueReference`."""
    kind, value = _kind_and_value(entity)
    failure = entity.feedback.error if entity.feedback is not None else None
    return Assessment(
        assessment_id=entity.assessment_id or "",
        name=entity.name,
        kind=kind,
        value=value,
        source_type=entity.source.source_type,
        source_id=entity.source.source_id or "",
        create_time_ms=entity.create_time_ms,
        last_update_time_ms=entity.last_update_time_ms,
        rationale=entity.rationale or None,
        failure=AssessmentFailure(failure.error_code, failure.error_message) if failure else None,
        metadata=_texts(entity.metadata),
        span_id=entity.span_id or None,
        overrides=entity.overrides or None,
        valid=entity.valid is not False,
    )


def _location(entity: Any) -> str:
    """The experiment, or for traces in Unity Catalog the schema or table that takes its place in a search."""
    location = entity.trace_location
    if location.mlflow_experiment is not None:
        return str(location.mlflow_experiment.experiment_id)
    if table := getattr(location, "uc_table_prefix", None):
        return str(table.full_table_prefix)
    if schema := getattr(location, "uc_schema", None):
        return str(schema.schema_location)
    return ""


def _kind_and_value(entity: Any) -> tuple[AssessmentKind, Any]:
    if entity.feedback is not None:
        return "feedback", entity.feedback.value
    if entity.expectation is not None:
        return "expectation", entity.expectation.value
    return "issue", entity.issue.issue_name


def _texts(mapping: Mapping[str, Any] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (mapping or {}).items() if value is not None}
