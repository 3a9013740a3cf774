"""Records for tests, complete with as few words as possible; the same words give the same record."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mcp_traces.records import (
    SPAN_INPUTS_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    SPAN_TYPE_ATTRIBUTE,
    TRACE_NAME_TAG,
    Assessment,
    AssessmentKind,
    Json,
    Span,
    SpanEvent,
    SpanStatus,
    Trace,
    TraceInfo,
)

START_MS = 1_760_000_000_000
"""When the traces of `make_trace_info` start, unless told otherwise: 2025-10-09 08:53:20 UTC."""


def make_trace_info(trace_id: str = "tr-1", *, name: str | None = "agent", **fields: Any) -> TraceInfo:
    """A trace of experiment 1 that took 1.2 s and was OK; `fields` are those of TraceInfo."""
    tags = {TRACE_NAME_TAG: name} if name is not None else {}
    defaults = {"experiment_id": "1", "state": "OK", "request_time_ms": START_MS, "execution_duration_ms": 1200}
    given_tags = fields.pop("tags", {})
    return TraceInfo(trace_id, **defaults | fields, tags=tags | dict(given_tags))


def make_span(
    name: str = "agent",
    parent: Span | None = None,
    *,
    span_type: str = "UNKNOWN",
    start_ms: float = 0,
    duration_ms: float | None = 1200,
    status: SpanStatus = "OK",
    inputs: Json = None,
    outputs: Json = None,
    attributes: Mapping[str, Json] | None = None,
    **fields: Any,
) -> Span:
    """A span that starts `start_ms` after START_MS; None as `duration_ms` is one that has not ended.

    Its id follows from its name, parent and start, so siblings that share all three need a `span_id`.
    """
    parent_id = parent.span_id if parent else None
    start_ns = int((START_MS + start_ms) * 1_000_000)
    known = {SPAN_TYPE_ATTRIBUTE: span_type, SPAN_INPUTS_ATTRIBUTE: inputs, SPAN_OUTPUTS_ATTRIBUTE: outputs}
    default_id = hashlib.sha256(f"{parent_id}/{name}/{start_ms}".encode(errors="surrogatepass")).hexdigest()[:16]
    return Span(
        span_id=fields.pop("span_id", default_id),
        parent_id=fields.pop("parent_id", parent_id),
        name=name,
        status=status,
        start_time_ns=start_ns,
        end_time_ns=None if duration_ms is None else start_ns + int(duration_ms * 1_000_000),
        attributes={key: value for key, value in known.items() if value is not None} | dict(attributes or {}),
        **fields,
    )


def make_exception_event(exception_type: str, message: str, stacktrace: str = "", *, at_ms: float = 0) -> SpanEvent:
    """What MLflow records on a span in which an exception was raised."""
    values = {"type": exception_type, "message": message, "stacktrace": stacktrace}
    attributes = {f"exception.{key}": value for key, value in values.items()}
    return SpanEvent("exception", int((START_MS + at_ms) * 1_000_000), attributes)


def make_trace(*spans: Span, info: TraceInfo | None = None, missing: str | None = None, **fields: Any) -> Trace:
    """A trace of these spans (of one, when none is given); what is not told of its info follows from the root."""
    spans = spans or (make_span(),)
    root = next((span for span in spans if span.parent_id is None), None)
    if info is not None:
        return Trace(replace(info, **fields), spans, missing)
    return Trace(make_trace_info(**(_info_of(root) if root else {}) | fields), spans, missing)


def _info_of(root: Span) -> dict[str, Any]:
    duration = None if root.duration_ns is None else root.duration_ns // 1_000_000
    state = "IN_PROGRESS" if duration is None else "ERROR" if root.status == "ERROR" else "OK"
    return {
        "name": root.name,
        "state": state,
        "request_time_ms": root.start_time_ns // 1_000_000,
        "execution_duration_ms": duration,
    }


def make_assessment(
    name: str = "rating",
    value: Json = "positive",
    *,
    kind: AssessmentKind = "feedback",
    source_type: str = "HUMAN",
    source_id: str = "reviewer_1",
    **fields: Any,
) -> Assessment:
    """A person's feedback given a minute after START_MS; `fields` are those of Assessment."""
    times = {"create_time_ms": START_MS + 60_000, "last_update_time_ms": START_MS + 60_000}
    assessment_id = fields.pop("assessment_id", f"a-{kind}-{name}")
    rest = times | fields
    return Assessment(assessment_id, name, kind, value, source_type, source_id, **rest)
