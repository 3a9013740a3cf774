"""What agents write for what MLflow's grammar calls otherwise: other trace systems' names, SQL, everyday words."""

import re

_START, _DURATION, _TEXT = "trace.timestamp_ms", "trace.execution_time_ms", "trace.text"
_SESSION, _USER = "metadata.`mlflow.trace.session`", "metadata.`mlflow.trace.user`"
_MODEL = "span.attributes.mlflow.llm.model"

SYNONYMS = {
    "state": "trace.status",
    "trace_status": "trace.status",
    "status_code": "span.status",
    "level": "span.status",
    "severity": "span.status",
    "span_status": "span.status",
    "status.code": "span.status",
    "otel.status_code": "span.status",
    "trace_id": "trace.request_id",
    "id": "trace.request_id",
    "latency": _DURATION,
    "latency_ms": _DURATION,
    "duration": _DURATION,
    "duration_ms": _DURATION,
    "elapsed": _DURATION,
    "elapsed_ms": _DURATION,
    "response_time": _DURATION,
    "response_time_ms": _DURATION,
    "trace_duration": _DURATION,
    "trace:duration": _DURATION,
    "transaction.duration": _DURATION,
    "execution_duration": _DURATION,
    "execution_duration_ms": _DURATION,
    "execution_time_seconds": _DURATION,
    "execution_time_s": _DURATION,
    "duration_seconds": _DURATION,
    "duration_sec": _DURATION,
    "duration_s": _DURATION,
    "duration_us": _DURATION,
    "duration_ns": _DURATION,
    "duration_nano": _DURATION,
    "latency_seconds": _DURATION,
    "latency_s": _DURATION,
    "start_time": _START,
    "start_time_ms": _START,
    "start_time_unix_nano": _START,
    "start": _START,
    "request_time": _START,
    "created_at": _START,
    "date": _START,
    "time": _START,
    "ts": _START,
    "trace_name": "trace.name",
    "root_name": "trace.name",
    "root_span_name": "trace.name",
    "trace:root_name": "trace.name",
    "transaction": "trace.name",
    "run": "trace.run_id",
    "source_run": "trace.run_id",
    "mlflow_run_id": "trace.run_id",
    "prompt_version": "trace.prompt",
    "session": _SESSION,
    "session_id": _SESSION,
    "session.id": _SESSION,
    "thread_id": _SESSION,
    "conversation_id": _SESSION,
    "gen_ai.conversation.id": _SESSION,
    "user": _USER,
    "user_id": _USER,
    "user.id": _USER,
    "enduser.id": _USER,
    "model_id": "metadata.`mlflow.modelId`",
    "span_name": "span.name",
    "span:name": "span.name",
    "observation_name": "span.name",
    "operation": "span.name",
    "operation_name": "span.name",
    "tool": "span.name",
    "tool_name": "span.name",
    "tool.name": "span.name",
    "gen_ai.tool.name": "span.name",
    "tool_call": "span.name",
    "span_type": "span.type",
    "span_kind": "span.type",
    "span.kind": "span.type",
    "span:kind": "span.type",
    "openinference.span.kind": "span.type",
    "observation_type": "span.type",
    "run_type": "span.type",
    "kind": "span.type",
    "type": "span.type",
    "span:status": "span.status",
    "span.status_code": "span.status",
    "span.status.code": "span.status",
    "model": _MODEL,
    "models": _MODEL,
    "model_name": _MODEL,
    "llm.model": _MODEL,
    "llm_model": _MODEL,
    "span.model": _MODEL,
    "provider": "span.attributes.mlflow.llm.provider",
    "service.name": "tag.`service.name`",
    "service": "tag.`service.name`",
    "service_name": "tag.`service.name`",
    "root_service_name": "tag.`service.name`",
    "resource.service.name": "tag.`service.name`",
    "text": _TEXT,
    "content": _TEXT,
    "span.text": _TEXT,
    "full_text": _TEXT,
}
"""By name in lower case and snake_case, without `trace.` or `attributes.` in front."""

SPAN_KIND_NAMES = {"span_kind", "span.kind", "span:kind", "kind", "type", "run_type", "observation_type", "span_type"}
"""Names of the span's type in systems that write its values in lower case."""

SPAN_TYPES = {"LLM", "CHAIN", "AGENT", "TOOL", "CHAT_MODEL", "RETRIEVER", "PARSER", "EMBEDDING", "RERANKER", "MEMORY"}

UNITLESS = {"latency", "duration", "elapsed", "response_time", "trace_duration", "execution_duration"}
"""Durations that other systems count in seconds as often as in milliseconds."""

SCALES = {
    **dict.fromkeys(("seconds", "sec", "s"), 1_000.0),
    "us": 0.001,
    **dict.fromkeys(("ns", "nano"), 0.000_001),
}
"""Milliseconds in the unit that a field's name ends with."""

PREFIXES = {
    "trace.tags.": "tag.",
    "trace.tag.": "tag.",
    "trace.metadata.": "metadata.",
    "trace.request_metadata.": "metadata.",
    "trace.trace_metadata.": "metadata.",
    "trace_metadata.": "metadata.",
    "trace.feedback.": "feedback.",
    "trace.expectation.": "expectation.",
    "trace.span.": "span.",
    "info.tags.": "tag.",
    "info.trace_metadata.": "metadata.",
    "spans.": "span.",
    "span.attribute.": "span.attributes.",
    "attributes.tags.": "tag.",
    "attributes.tag.": "tag.",
    "attributes.metadata.": "metadata.",
    "labels.": "tag.",
    "resource.": "tag.",
    "assessments.": "feedback.",
    "assessment.": "feedback.",
    "feedbacks.": "feedback.",
    "feedback_scores.": "feedback.",
    "scores.": "feedback.",
    "score.": "feedback.",
    "evals.": "feedback.",
    "annotations.": "feedback.",
    "expectations.": "expectation.",
    "attributes.": "span.attributes.",
    "attribute.": "span.attributes.",
    "gen_ai.": "span.attributes.gen_ai.",
    "llm.": "span.attributes.llm.",
    "http.": "span.attributes.http.",
}
ASSESSMENT_ENDS = (".label", ".score", ".value")
"""What Phoenix and others put behind an assessment's name: MLflow's have one value."""

SPANSET_FIELDS = {"name": "span.name", "status": "span.status", "kind": "span.type", "duration": "span.duration"}
"""What TraceQL's names mean within braces, where they are a span's."""

STATUSES = {"trace.status": ("OK", "ERROR", "IN_PROGRESS"), "span.status": ("OK", "ERROR", "UNSET")}
STATUS_SYNONYMS = {
    **dict.fromkeys(("err", "errored", "fail", "failed", "failure", "exception"), "ERROR"),
    **dict.fromkeys(("status_code_error", "internal_error"), "ERROR"),
    **dict.fromkeys(("success", "successful", "succeeded", "completed", "status_code_ok"), "OK"),
    **dict.fromkeys(("running", "pending", "in progress", "in-progress", "active"), "IN_PROGRESS"),
}

DURATION = re.compile(
    r"([\d.,_]+)\s*(ms|millis|milliseconds?|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?)", re.IGNORECASE
)
DURATION_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}
"""By the first letter of the unit, but for milliseconds."""
