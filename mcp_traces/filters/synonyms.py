"""What agents write for what MLflow's grammar calls otherwise: other trace systems' names, SQL, everyday words."""

import re

SYNONYMS = {
    "state": "trace.status",
    "trace_id": "trace.request_id",
    "id": "trace.request_id",
    "latency": "trace.execution_time_ms",
    "latency_ms": "trace.execution_time_ms",
    "duration": "trace.execution_time_ms",
    "duration_ms": "trace.execution_time_ms",
    "execution_duration": "trace.execution_time_ms",
    "execution_duration_ms": "trace.execution_time_ms",
    "start_time": "trace.timestamp_ms",
    "request_time": "trace.timestamp_ms",
    "created_at": "trace.timestamp_ms",
    "time": "trace.timestamp_ms",
    "trace_name": "trace.name",
    "run": "trace.run_id",
    "source_run": "trace.run_id",
    "session": "metadata.`mlflow.trace.session`",
    "session_id": "metadata.`mlflow.trace.session`",
    "user": "metadata.`mlflow.trace.user`",
    "user_id": "metadata.`mlflow.trace.user`",
    "model_id": "metadata.`mlflow.modelId`",
    "span_name": "span.name",
    "span_type": "span.type",
    "span_status": "span.status",
    "text": "trace.text",
    "content": "trace.text",
}
PREFIXES = {
    "trace.tags.": "tag.",
    "trace.tag.": "tag.",
    "trace.metadata.": "metadata.",
    "trace.request_metadata.": "metadata.",
    "trace_metadata.": "metadata.",
    "trace.span.": "span.",
    "spans.": "span.",
    "span.attribute.": "span.attributes.",
    "attributes.tags.": "tag.",
    "assessments.": "feedback.",
    "assessment.": "feedback.",
    "feedbacks.": "feedback.",
    "expectations.": "expectation.",
}
OPERATORS = {
    "==": "=",
    "===": "=",
    "<>": "!=",
    "~": "RLIKE",
    "=~": "RLIKE",
    "EQUALS": "=",
    "CONTAINS": "LIKE",
    "IS": "=",
    "IS NOT": "!=",
}
NEGATIONS = {
    "=": "!=",
    "!=": "=",
    ">": "<=",
    ">=": "<",
    "<": ">=",
    "<=": ">",
    "IN": "NOT IN",
    "NOT IN": "IN",
    "IS NULL": "IS NOT NULL",
    "IS NOT NULL": "IS NULL",
}
STATUSES = {"trace.status": ("OK", "ERROR", "IN_PROGRESS"), "span.status": ("OK", "ERROR", "UNSET")}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds|m|min|minutes)", re.IGNORECASE)
DURATION_MS = {"ms": 1, "s": 1_000, "sec": 1_000, "seconds": 1_000, "m": 60_000, "min": 60_000, "minutes": 60_000}

STATUS_SYNONYMS = {"failed": "ERROR", "failure": "ERROR", "success": "OK", "running": "IN_PROGRESS"}
