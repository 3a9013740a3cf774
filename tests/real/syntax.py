"""Filters for every operator that MLflow's grammar has, and filters as people write them who do not know it."""

from mcp_traces.filters.grammar import Field

OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "IN", "NOT IN", "LIKE", "ILIKE", "RLIKE", "IS NULL", "IS NOT NULL")

NAMES = {
    "tag.<key>": "tag.environment",
    "metadata.<key>": "metadata.user_id",
    "span.attributes.<key>": "span.attributes.mlflow.llm.model",
    "feedback.<key>": "feedback.rating",
    "expectation.<key>": "expectation.expected_answer",
}
"""The key that stands for any."""

_NULLS = {"IS NULL": "", "IS NOT NULL": ""}


def _numbers(number: str) -> dict[str, str]:
    return dict.fromkeys(("=", "!=", ">", ">=", "<", "<="), number)


def _texts(text: str, beginning: str) -> dict[str, str]:
    """For a text that is there, and how it begins."""
    return {
        "=": f"'{text}'",
        "!=": f"'{text}'",
        "LIKE": f"'{beginning}%'",
        "ILIKE": f"'{beginning.swapcase()}%'",
        "RLIKE": f"'^{beginning}.+'",
    }


def _lists(*texts: str) -> dict[str, str]:
    return dict.fromkeys(("IN", "NOT IN"), "({})".format(", ".join(f"'{text}'" for text in texts)))


_FINDING: dict[str, dict[str, str]] = {
    "trace.status": _texts("ERROR", "ERR") | _lists("ERROR", "IN_PROGRESS"),
    "trace.timestamp_ms": _numbers("$huge_ms"),
    "trace.execution_time_ms": _numbers("75"),
    "trace.end_time_ms": _numbers("$huge_end_ms"),
    "trace.name": _texts("faq_answer", "faq") | _NULLS,
    "trace.request_id": _texts("$huge", "tr-") | _lists("$huge", "$bare"),
    "trace.client_request_id": _texts("req-0001", "session_") | _lists("req-0001", "session_jp001-1"),
    "trace.run_id": _texts("$run_id", "") | {"!=": "'another'"} | _NULLS,
    "trace.prompt": {"=": "'support-answer/1'"},
    "trace.text": {"LIKE": "'%INV-48213%'", "ILIKE": "'%inv-48213%'"},
    "tag.<key>": _texts("production", "prod") | _NULLS,
    "metadata.<key>": _texts("user_123", "user_") | _NULLS,
    "span.name": _texts("start_refund", "start_") | _lists("start_refund", "charge_card"),
    "span.type": _texts("TOOL", "TO") | _lists("TOOL", "PARSER"),
    "span.status": _texts("ERROR", "ERR") | _lists("ERROR"),
    "span.attributes.<key>": {"LIKE": "'%gpt-4o%'", "ILIKE": "'%GPT-4o%'", "RLIKE": "'^gpt-4o-mini$'"},
    # LIKE and RLIKE see assessments as JSON, in its quotes.
    "feedback.<key>": _texts("positive", '"pos') | _NULLS,
    "expectation.<key>": _texts("30 days", '"30 d') | _NULLS,
}

FINDING = {
    name: {operator: f"{NAMES.get(name, name)} {operator} {value}".strip() for operator, value in values.items()}
    for name, values in _FINDING.items()
}
"""By field and operator, a filter for which the sample has something to find."""

SCORES = {
    ">": "feedback.score > 4.5",
    ">=": "feedback.score >= 5",
    "<": "feedback.score < 5",
    "<=": "feedback.score <= 2.5",
}

UNANSWERABLE = {
    "issue.id = 'iss-1'": ("issue.id", "="),
    **{f"expectation.expected_answer {op} 1": ("expectation.<key>", op) for op in (">", ">=", "<", "<=")},
}
"""Filters for which the sample has nothing: there is no issue, and no expectation is a number."""

ANSWERED_BLINDLY = {("span.attributes.<key>", "="), ("span.attributes.<key>", "!=")}
"""Never and always true in MLflow, which compares the value with the JSON of all that a span holds."""


def left_out(field: Field) -> list[tuple[str, str]]:
    """The operators that the field has not, each in a filter as someone would write it who thinks that it has."""
    filters: list[tuple[str, str]] = []
    for operator in OPERATORS:
        value = "1" if field.value == "number" or operator in (">", ">=", "<", "<=") else "'1'"
        value = {"IN": f"({value})", "NOT IN": f"({value})"}.get(operator, _NULLS.get(operator, value))
        if operator not in field.operators:
            filters.append((operator, f"{NAMES.get(field.name, field.name)} {operator} {value}".strip()))
    return filters


MISTAKES = {
    # Operators and joins.
    "status == 'ERROR'": "status = 'ERROR'",
    "status <> 'OK'": "status != 'OK'",
    "status IS NOT 'OK'": "status != 'OK'",
    "(status = 'ERROR')": "status = 'ERROR'",
    "NOT status = 'OK'": "status != 'OK'",
    "status = 'ERROR' OR status = 'IN_PROGRESS'": "status IN ('ERROR', 'IN_PROGRESS')",
    "status = 'ERROR' && name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "status = 'ERROR' name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "status = 'ERROR' AND AND name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "status = 'ERROR', name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "(status == 'ERROR') & (name == 'support_agent')": "status = 'ERROR' AND name = 'support_agent'",
    # Quotes and values.
    "status = 'error'": "status = 'ERROR'",
    "status = ERROR": "status = 'ERROR'",
    "status = 'ERROR": "status = 'ERROR'",
    'name = "support_agent': "name = 'support_agent'",
    "status = “ERROR”": "status = 'ERROR'",
    "status = `ERROR`": "status = 'ERROR'",
    "tags.environment = production": "tag.environment = 'production'",
    "tag.priority = 1": "tag.priority = '1'",
    # Names.
    "state = 'ERROR'": "status = 'ERROR'",
    "TRACE.STATUS = 'ERROR'": "status = 'ERROR'",
    "trace_id = '$bare'": "request_id = '$bare'",
    "session_id = 'session_abc123'": "metadata.`mlflow.trace.session` = 'session_abc123'",
    "user_id = 'user_456'": "metadata.`mlflow.trace.user` = 'user_456'",
    "tag.model-name = 'gpt-4'": "tag.`model-name` = 'gpt-4'",
    "trace.tags.environment = 'staging'": "tag.environment = 'staging'",
    "attributes.session_id = 'session_abc123'": "metadata.`mlflow.trace.session` = 'session_abc123'",
    "spans.name = 'start_refund'": "span.name = 'start_refund'",
    "tool = 'start_refund'": "span.name = 'start_refund'",
    "model = 'gpt-4o-mini'": "span.attributes.mlflow.llm.model RLIKE '^gpt-4o-mini$'",
    # Durations and times.
    "latency > 1000": "execution_time_ms > 1000",
    "duration > 1s": "execution_time_ms > 1000",
    "execution_time_ms > '1000'": "execution_time_ms > 1000",
    "execution_time_ms BETWEEN 40 AND 75": "execution_time_ms >= 40 AND execution_time_ms <= 75",
    "timestamp > '2020-01-01T00:00:00Z'": "timestamp_ms > 1577836800000",
    "timestamp_ms > 2020-01-01": "timestamp_ms > 1577836800000",
    # SQL.
    "status in (ERROR, IN_PROGRESS)": "status IN ('ERROR', 'IN_PROGRESS')",
    "name IN ('faq_answer', 'orchestrator')": "name RLIKE '^(faq_answer|orchestrator)$'",
    "run_id IN ('$run_id')": "run_id = '$run_id'",
    "tag.`team name` IN ('Returns & Refunds')": "tag.`team name` = 'Returns & Refunds'",
    "tag.environment NOT IN ('production', 'test')": "tag.environment = 'staging'",
    "tag.priority != NULL": "tag.priority IS NOT NULL",
    "tag.environment = NULL": "tag.environment IS NULL",
    "name REGEXP '^faq'": "name LIKE 'faq%'",
    # Python, pandas, Phoenix.
    "span_kind == 'TOOL' and status_code == 'ERROR'": "span.type = 'TOOL' AND span.status = 'ERROR'",
    "feedback.grounded = True": "feedback.grounded = 'true'",
    # Patterns and text.
    "span.name CONTAINS 'refund'": "span.name LIKE '%refund%'",
    "name = *agent*": "name LIKE '%agent%'",
    "span.name in ('start_refund', 'charge_card')": "span.name IN ('start_refund', 'charge_card')",
    "span.name like '%refund%'": "span.name LIKE '%refund%'",
    # Failures.
    "span.status = 'error'": "span.status = 'ERROR'",
    # Spans' attributes.
    "span.attributes.mlflow.llm.model = 'gpt-4'": "span.attributes.mlflow.llm.model RLIKE '^gpt-4$'",
    # Assessments.
    "feedback.rating == 'positive'": "feedback.rating = 'positive'",
    "feedback.rating CONTAINS 'pos'": "feedback.rating LIKE '%pos%'",
    "feedback.grounded = true": "feedback.grounded = 'true'",
    "feedback.score = 5": "feedback.score >= 5 AND feedback.score <= 5",
    "feedback.score BETWEEN 4 AND 6": "feedback.score >= 4 AND feedback.score <= 6",
    "assessments.rating = 'negative'": "feedback.rating = 'negative'",
}
"""Filters that MLflow refuses or misreads, each with one that says in MLflow's words what was meant."""
