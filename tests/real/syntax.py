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
    "status = 'ERROR' or 'IN_PROGRESS'": "status IN ('ERROR', 'IN_PROGRESS')",
    "status = 'ERROR' && name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "status = 'ERROR' name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "status = 'ERROR' AND AND name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "status = 'ERROR', name = 'support_agent'": "status = 'ERROR' AND name = 'support_agent'",
    "(status == 'ERROR') & (name == 'support_agent')": "status = 'ERROR' AND name = 'support_agent'",
    # Quotes and values.
    "status = 'error'": "status = 'ERROR'",
    "status = ERROR": "status = 'ERROR'",
    "status = 'failed'": "status = 'ERROR'",
    "status = 'ERROR": "status = 'ERROR'",
    'name = "support_agent': "name = 'support_agent'",
    "status = “ERROR”": "status = 'ERROR'",
    'status = \\"ERROR\\"': "status = 'ERROR'",
    "status = ''ERROR''": "status = 'ERROR'",
    "status = `ERROR`": "status = 'ERROR'",
    "tags.environment = production": "tag.environment = 'production'",
    "tag.priority = 1": "tag.priority = '1'",
    "tag.note = 'it''s 100%_sure'": 'tag.note = "it\'s 100%_sure"',
    "tag.note = 'it\\'s 100%_sure'": 'tag.note = "it\'s 100%_sure"',
    # Names.
    "state = 'ERROR'": "status = 'ERROR'",
    "TRACE.STATUS = 'ERROR'": "status = 'ERROR'",
    "trace_id = '$bare'": "request_id = '$bare'",
    "session_id = 'session_abc123'": "metadata.`mlflow.trace.session` = 'session_abc123'",
    "user_id = 'user_456'": "metadata.`mlflow.trace.user` = 'user_456'",
    "tag.model-name = 'gpt-4'": "tag.`model-name` = 'gpt-4'",
    "trace.tags.environment = 'staging'": "tag.environment = 'staging'",
    "tags['environment'] = 'staging'": "tag.environment = 'staging'",
    "metadata[\"dataset\"] = 'faq-v3'": "metadata.dataset = 'faq-v3'",
    "attributes.session_id = 'session_abc123'": "metadata.`mlflow.trace.session` = 'session_abc123'",
    "spans.name = 'start_refund'": "span.name = 'start_refund'",
    "tool = 'start_refund'": "span.name = 'start_refund'",
    "model = 'gpt-4o-mini'": "span.attributes.mlflow.llm.model RLIKE '^gpt-4o-mini$'",
    "trace.prompt = 'prompts:/support-answer/1'": "prompt = 'support-answer/1'",
    # Durations and times.
    "latency > 1000": "execution_time_ms > 1000",
    "duration > 1s": "execution_time_ms > 1000",
    "duration_seconds >= 2": "execution_time_ms >= 2000",
    "execution_time_ms > '1000'": "execution_time_ms > 1000",
    "execution_time_ms > 1,000": "execution_time_ms > 1000",
    "execution_time_ms > 1_000": "execution_time_ms > 1000",
    "execution_time_ms > 1.5 s": "execution_time_ms > 1500",
    "execution_time_ms BETWEEN 40 AND 75": "execution_time_ms >= 40 AND execution_time_ms <= 75",
    "40 <= execution_time_ms <= 75": "execution_time_ms >= 40 AND execution_time_ms <= 75",
    "execution_time_ms IS NOT NULL": "execution_time_ms >= 0",
    "timestamp > '2020-01-01T00:00:00Z'": "timestamp_ms > 1577836800000",
    "timestamp_ms > 2020-01-01": "timestamp_ms > 1577836800000",
    "timestamp_ms > 1577836800": "timestamp_ms > 1577836800000",
    # SQL.
    "SELECT * FROM traces WHERE status = 'ERROR' ORDER BY timestamp DESC LIMIT 10": "status = 'ERROR'",
    "WHERE status = 'ERROR'": "status = 'ERROR'",
    "status = 'ERROR' LIMIT 10": "status = 'ERROR'",
    "status = 'ERROR' ORDER BY execution_time_ms DESC": "status = 'ERROR'",
    "status = 'ERROR' -- all that failed": "status = 'ERROR'",
    "status in (ERROR, IN_PROGRESS)": "status IN ('ERROR', 'IN_PROGRESS')",
    "name IN ('faq_answer', 'orchestrator')": "name RLIKE '^(faq_answer|orchestrator)$'",
    "run_id IN ('$run_id')": "run_id = '$run_id'",
    "tag.`team name` IN ('Returns & Refunds')": "tag.`team name` = 'Returns & Refunds'",
    "tag.environment NOT IN ('production', 'test')": "tag.environment = 'staging'",
    "tag.environment NOT LIKE 'prod%'": "tag.environment = 'staging'",
    "name NOT LIKE '%a%'": "name RLIKE '^(follow_up_job|greet|reindex_documents)$'",
    "name NOT REGEXP '_agent$'": "name != 'support_agent'",
    "tag.priority != NULL": "tag.priority IS NOT NULL",
    "tag.environment = NULL": "tag.environment IS NULL",
    "exists(tag.job)": "tag.job IS NOT NULL",
    "LOWER(name) LIKE '%FAQ%'": "name LIKE '%faq%'",
    "lower(name) = 'FAQ_Answer'": "name = 'faq_answer'",
    "name REGEXP '^faq'": "name LIKE 'faq%'",
    "timestamp > NOW() - INTERVAL '3650 days'": "timestamp_ms > 0",
    "timestamp > datetime('now', '-3650 days')": "timestamp_ms > 0",
    "client_request_id IS NOT NULL": "client_request_id RLIKE '.'",
    "tags->>'environment' = 'staging'": "tag.environment = 'staging'",
    # Python, pandas, Phoenix.
    "name.startswith('faq')": "name LIKE 'faq%'",
    "name.endswith('_answer')": "name RLIKE '_answer$'",
    "'refund' in span.name": "span.name LIKE '%refund%'",
    "'ERROR' == status": "status = 'ERROR'",
    "span_kind == 'TOOL' and status_code == 'ERROR'": "span.type = 'TOOL' AND span.status = 'ERROR'",
    "parent_id is None and name == 'faq_answer'": "name = 'faq_answer'",
    "'INV-48213' in input.value": "trace.text LIKE '%INV-48213%'",
    "evals['rating'].label == 'negative'": "feedback.rating = 'negative'",
    "annotations['score'].score > 4": "feedback.score > 4",
    "feedback.grounded = True": "feedback.grounded = 'true'",
    # Patterns and text.
    "span.name CONTAINS 'refund'": "span.name LIKE '%refund%'",
    "name = *agent*": "name LIKE '%agent%'",
    "trace.text = 'lamp'": "trace.text ILIKE '%lamp%'",
    "trace.text LIKE 'lamp'": "trace.text LIKE '%lamp%'",
    "trace.text LIKE 'lamp%'": "trace.text LIKE '%lamp%'",
    "inputs LIKE '%INV-48213%'": "trace.text LIKE '%INV-48213%'",
    "response CONTAINS 'bulb'": "trace.text ILIKE '%bulb%'",
    "span.name in ('start_refund', 'charge_card')": "span.name IN ('start_refund', 'charge_card')",
    "span.name like '%refund%'": "span.name LIKE '%refund%'",
    # Failures.
    "error = true": "span.status = 'ERROR'",
    "has_error": "span.status = 'ERROR'",
    "error IS NOT NULL": "span.status = 'ERROR'",
    "exception = 'TimeoutError'": "span.status = 'ERROR' AND trace.text LIKE '%TimeoutError%'",
    "span.status = 'error'": "span.status = 'ERROR'",
    "success = false": "status = 'ERROR'",
    # Spans' attributes.
    "span.attributes.mlflow.llm.model = 'gpt-4'": "span.attributes.mlflow.llm.model RLIKE '^gpt-4$'",
    "span.attributes.mlflow.llm.model LIKE 'gpt-4o%'": "span.attributes.mlflow.llm.model RLIKE '^gpt-4o'",
    "span.attributes.attempt = 2": "span.name = 'track_with_retries'",
    "span.attributes.`cache.hit` = false": "request_id = '$value_types'",
    # Assessments.
    "feedback.rating == 'positive'": "feedback.rating = 'positive'",
    "feedback.rating CONTAINS 'pos'": "feedback.rating LIKE '%pos%'",
    "feedback.rating IN ('positive', 'negative')": "feedback.rating LIKE '%tive%'",
    "feedback.grounded = true": "feedback.grounded = 'true'",
    "feedback.score = 5": "feedback.score >= 5 AND feedback.score <= 5",
    "feedback.score IN (5, 6)": "feedback.score = '5'",
    "feedback.score BETWEEN 4 AND 6": "feedback.score >= 4 AND feedback.score <= 6",
    "assessments.rating = 'negative'": "feedback.rating = 'negative'",
    "feedback.rating LIKE 'pos%'": "feedback.rating = 'positive'",
    "feedback.rating STARTS WITH 'neg'": "feedback.rating = 'negative'",
    # TraceQL (Tempo) and Jaeger.
    "{ status = error }": "span.status = 'ERROR'",
    '{ name = "start_refund" && status = error }': "span.name = 'start_refund' AND span.status = 'ERROR'",
    "{ trace:duration > 5s }": "execution_time_ms > 5000",
    '{ rootName = "faq_answer" }': "name = 'faq_answer'",
    "{ .attempt = 2 }": "span.name = 'track_with_retries'",
    # LangSmith.
    'eq(name, "faq_answer")': "name = 'faq_answer'",
    'and(eq(status, "error"), gt(latency, "5s"))': "status = 'ERROR' AND execution_time_ms > 5000",
    'or(eq(name, "faq_answer"), eq(name, "orchestrator"))': "name RLIKE '^(faq_answer|orchestrator)$'",
    'and(eq(feedback_key, "score"), gt(feedback_score, 4))': "feedback.score > 4",
    'and(eq(metadata_key, "dataset"), eq(metadata_value, "faq-v3"))': "metadata.dataset = 'faq-v3'",
    'search("INV-48213")': "trace.text LIKE '%INV-48213%'",
    # Sentry, Datadog, and Langfuse's search bar.
    "level:error": "span.status = 'ERROR'",
    "!status:ok": "status != 'OK'",
    "has:tag.job": "tag.job IS NOT NULL",
    "transaction.duration:>5s": "execution_time_ms > 5000",
    "type:TOOL name:*agent*": "span.type = 'TOOL' AND name LIKE '%agent%'",
    "status:(error OR in_progress)": "status IN ('ERROR', 'IN_PROGRESS')",
    "user.id:user_456": "metadata.`mlflow.trace.user` = 'user_456'",
    # Langfuse, Opik and others in JSON.
    '{"status": "ERROR"}': "status = 'ERROR'",
    '[{"type": "string", "column": "userId", "operator": "=", "value": "user_456"}]': (
        "metadata.`mlflow.trace.user` = 'user_456'"
    ),
    '[{"column": "name", "operator": "any of", "value": ["faq_answer", "orchestrator"]}]': (
        "name RLIKE '^(faq_answer|orchestrator)$'"
    ),
    '[{"field": "name", "operator": "contains", "value": "agent"}]': "name LIKE '%agent%'",
}
"""Filters that MLflow refuses or misreads, each with one that says in MLflow's words what was meant."""
