"""The filters and orders that every gateway is asked for. `$word` stands for an id or a time of the sample store."""

from dataclasses import dataclass
from typing import Any

from mcp_traces.filters.compiler import clause
from mcp_traces.store.gateway import Order


@dataclass(frozen=True, slots=True)
class FilterCase:
    text: str | None
    finds_nothing: bool = False

    def __str__(self) -> str:
        return self.text or "no filter"


def _finding(*filters: str | None) -> list[FilterCase]:
    return [FilterCase(text) for text in filters]


def _in_vain(*filters: str) -> list[FilterCase]:
    return [FilterCase(text, finds_nothing=True) for text in filters]


# As people write them: MLflow's own guide to searching traces.
GUIDE = _finding(
    None,
    "metadata.`mlflow.trace.session` = 'session_abc123'",
    "metadata.`mlflow.trace.user` = 'user_456'",
    "metadata.`mlflow.trace.session` = 'session_abc123' AND trace.status = 'ERROR'",
    "trace.status = 'ERROR'",
    "trace.status = 'OK'",
    "trace.timestamp_ms > $huge_ms",
    "trace.execution_time_ms > 1000",
    "tag.environment = 'production'",
    "metadata.user_id = 'user_123'",
    "tag.`model-name` = 'gpt-4'",
    "metadata.`user.id` = 'abc'",
    "feedback.rating = 'positive'",
    "trace.text LIKE '%error%'",
    "run_id = '$run_id'",
    "run_id = '$run_id' AND trace.status = 'ERROR'",
)

ATTRIBUTES = _finding(
    "status = 'IN_PROGRESS'",
    "status != 'OK'",
    "status IN ('ERROR', 'IN_PROGRESS')",
    "attributes.status NOT IN ('OK')",
    "status LIKE 'IN%'",
    "status RLIKE '^(ERROR|IN_PROGRESS)$$'",
    "timestamp_ms >= $eval_2_ms AND timestamp_ms <= $eval_2_ms",
    "timestamp < $faq_15_ms",
    "timestamp_ms != $faq_01_ms",
    "execution_time_ms = 40",
    "execution_time_ms <= 75",
    "execution_time >= 95000",
    "execution_time_ms < 62040 AND execution_time_ms > 30000",
    "end_time_ms > $in_progress_ms",
    "name = 'faq_answer'",
    "trace.name != 'support_agent'",
    "name LIKE 'eval%'",
    "name ILIKE '%AGENT'",
    "name RLIKE '(agent|answer)$$'",
    "name IS NULL",
    "name IS NOT NULL",
    "request_id = '$root_error'",
    "request_id IN ('$root_error', '$huge')",
    "request_id NOT IN ('$root_error')",
    "request_id LIKE 'tr-%'",
    "client_request_id = 'session_abc123-2'",
    "client_request_id != 'req-0001'",
    "client_request_id LIKE 'session_abc123-%'",
    "client_request_id IN ('req-0001', 'session_jp001-1')",
    "run_id IS NULL",
    "run_id IS NOT NULL",
    "run_id != 'another'",
    'prompt = "support-answer/1"',
)

KEYS = _finding(
    "tag.environment != 'production'",
    "tags.environment = 'staging'",
    "tag.`team name` = 'Returns & Refunds'",
    "tag.`überschrift` = 'größer'",
    "tag.emoji = '🔥'",
    "tag.priority = '1'",
    'tag.note = "it\'s 100%_sure"',
    "tag.note LIKE '%100%'",
    "tag.release LIKE '2026.11._'",
    "tag.release ILIKE '%RC1'",
    "tag.release RLIKE '^2026[.]11[.][12]'",
    "tag.job IS NOT NULL",
    "tag.environment IS NULL",
    "tag.environment = 'production' AND tag.`model-name` = 'gpt-4' AND tag.release = '2026.11.1'",
    "metadata.`tenant/region` = 'eu-west'",
    'metadata."quote\'d key" = \'say "hi"\'',
    "metadata.user_id != 'user_123'",
    "metadata.dataset LIKE 'faq-v_'",
    "request_metadata.dataset RLIKE 'v[0-9]'",
    "metadata.user_id IS NOT NULL",
    "metadata.dataset IS NULL",
    "metadata.`mlflow.trace.session` LIKE 'session_faq%'",
    "metadata.`mlflow.trace.session` IS NULL",
    "metadata.`mlflow.trace.user` = 'ユーザー_七'",
    "metadata.`mlflow.sourceRun` = '$run_id'",
    "metadata.`mlflow.trace.tokenUsage` IS NOT NULL",
    "metadata.`mlflow.trace.cost` IS NULL",
)

SPANS = _finding(
    "span.name = 'search_help_articles'",
    "span.name != 'health_check'",
    "span.name IN ('charge_card', 'check_stock')",
    "span.name LIKE '%refund%'",
    "span.name ILIKE 'TRACK%'",
    "span.name RLIKE '^(parse|split)_'",
    "span.type = 'RETRIEVER'",
    "span.type IN ('TOOL', 'PARSER')",
    "span.status = 'ERROR'",
    "span.status = 'ERROR' AND trace.status = 'OK'",
    "span.type = 'TOOL' AND span.status = 'ERROR'",
    "span.name = 'parse_table' AND span.status = 'ERROR' AND timestamp_ms >= $huge_ms",
    "trace.text LIKE '%INV-48213%'",
    "trace.text ILIKE '%inv-48213 DOES not%'",
    "span.content LIKE '%STATUS_CODE_ERROR%'",
    "trace.text LIKE '%طلبي%'",
    "trace.text LIKE '%返品%' AND span.type = 'RETRIEVER'",
    "trace.text LIKE '%🏳️‍🌈%'",
    "trace.text LIKE '%PaymentDeclinedError%' AND span.type = 'TOOL'",
)

ASSESSMENTS = _finding(
    "feedback.rating = 'negative'",
    "feedback.rating != 'positive'",
    "feedback.grounded = 'true'",
    "feedback.grounded = 'false'",
    "feedback.grounded IS NOT NULL",
    "feedback.rating IS NULL",
    "feedback.relevance > 0.9",
    "feedback.score >= 5",
    "feedback.score < 5",
    "feedback.score <= 2.5",
    "feedback.helpfulness > 0.3 AND feedback.helpfulness < 0.5",
    "feedback.rating LIKE '%pos%'",
    "feedback.rating ILIKE '%NEG%'",
    "feedback.rating RLIKE '^.pos'",
    "feedback.tone = 'friendly'",
    "feedback.score = '5'",
    "expectation.expected_answer = '30 days'",
    "expectation.expected_answer IS NOT NULL",
    "expectation.expected_facts LIKE '%gift cards%'",
    "feedback.rating = 'negative' AND trace.status = 'ERROR'",
)

IN_VAIN = _in_vain(
    "status = 'ok'",
    "status = 'ERROR' AND status = 'OK'",
    "name = 'nobody'",
    "name LIKE 'Faq%'",
    "request_id = 'tr-00000000000000000000000000000000'",
    "run_id = 'no-such-run'",
    "tag.environment = 'Production'",
    "tag.nosuch = 'x'",
    "tag.nosuch != 'x'",
    "metadata.nosuch IS NOT NULL",
    "span.name = 'charge_card' AND span.type = 'RETRIEVER'",
    "span.status = 'UNSET'",
    "trace.text LIKE '%no such words in any span%'",
    "feedback.rating LIKE 'pos%'",
    "feedback.rating > 0",
    "feedback.grounded > 0",
    "feedback.tone = 'rude'",
    "expectation.rating IS NOT NULL",
    "execution_time_ms > 95000",
    "timestamp_ms < 0",
    'prompt = "support-answer/2"',
    "tag.note = '100%_sure'",
)

FILTERS = [*GUIDE, *ATTRIBUTES, *KEYS, *SPANS, *ASSESSMENTS, *IN_VAIN]

BY_HAND = {
    "status = 'ok'": clause("trace.status", "=", "ok"),
    "feedback.rating LIKE 'pos%'": clause("feedback.<key>", "LIKE", "pos%", key="rating"),
}
"""What MLflow takes, and our reader refuses because it finds nothing."""

ORDERS: list[tuple[Order, ...]] = [
    (),
    (Order("timestamp_ms"),),
    (Order("timestamp_ms", descending=True),),
    (Order("execution_time_ms", descending=True),),
    (Order("execution_time_ms"),),
    (Order("status"),),
    (Order("name"), Order("timestamp_ms")),
    (Order("name", descending=True),),
    (Order("request_id", descending=True),),
    (Order("run_id"),),
    (Order("experiment_id", descending=True),),
    (Order("tag", key="environment"),),
    (Order("tag", descending=True, key="model-name"), Order("execution_time_ms")),
    (Order("tag", key="priority"),),
    (Order("tag", key="mlflow.traceName"), Order("status", descending=True)),
    (Order("metadata", key="mlflow.trace.session"),),
    (Order("metadata", descending=True, key="user_id"), Order("status", descending=True)),
]

INVALID_ORDERS: list[tuple[Order, ...]] = [(Order("name"), Order("name", descending=True))]

METRICS: list[dict[str, Any]] = [
    {"view_type": "TRACES", "metric_name": "trace_count"},
    {"view_type": "TRACES", "metric_name": "trace_count", "dimensions": ["trace_status"]},
    {"view_type": "TRACES", "metric_name": "trace_count", "dimensions": ["trace_name"]},
    {"view_type": "TRACES", "metric_name": "trace_count", "dimensions": ["trace_name"], "limit": 3},
    {"view_type": "TRACES", "metric_name": "session_count"},
    {"view_type": "TRACES", "metric_name": "latency", "aggregations": ["MIN", "MAX", "P50", "P95"]},
    {"view_type": "SPANS", "metric_name": "span_count"},
    {"view_type": "SPANS", "metric_name": "span_count", "dimensions": ["span_name"]},
    {"view_type": "SPANS", "metric_name": "span_count", "dimensions": ["span_name", "span_type"]},
    {"view_type": "ASSESSMENTS", "metric_name": "assessment_count", "dimensions": ["assessment_name"]},
    *(
        {
            "view_type": "ASSESSMENTS",
            "metric_name": "assessment_count",
            "dimensions": ["assessment_name", "assessment_value"],
            "filters": [f"assessment.type = '{kind}'"],
        }
        for kind in ("feedback", "expectation")
    ),
]
"""What is counted rather than fetched."""
