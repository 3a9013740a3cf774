"""What is searched, and the labels of the finished traces that must be found, from the newest to the oldest.

`$run_id` is the run, `$<label>` the id of a trace, `$<label>_ms` its time, `$<label>_end_ms` its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

from mcp_traces.filters.versions import Version
from tests.mlflow_versions.plan import FINISHED, MODEL_ID

FIRST: Version = (3, 1)
ALL = "large nasty of_model in_run recovered failed second_turn first_turn"
NOT_FAILED = "large nasty of_model in_run recovered second_turn first_turn"


@dataclass(frozen=True, slots=True)
class Case:
    """A search by typed arguments, the labels that it finds, and the first MLflow that can do it."""

    arguments: dict[str, Any]
    labels: str
    since: Version = FIRST

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.arguments.items())


TYPED = [
    Case({"status": "OK"}, NOT_FAILED),
    Case({"status": "ERROR"}, "failed"),
    Case({"has_error": True}, "recovered failed", (3, 6)),
    Case({"has_error": False}, "large nasty of_model in_run second_turn first_turn", (3, 6)),
    Case({"has_error": True, "span_name": "track_parcel"}, "recovered", (3, 6)),
    Case({"has_error": False, "span_name": "chat_completion"}, "second_turn first_turn", (3, 6)),
    Case({"name": "support_agent"}, "recovered second_turn first_turn"),
    Case({"name": "größer than 100% 'sure'"}, "nasty"),
    Case({"run_id": "$run_id"}, "in_run"),
    Case({"model_id": MODEL_ID}, "of_model"),
    Case({"session_id": "session-1"}, "second_turn first_turn"),
    Case({"user_id": "user_8"}, "failed"),
    Case({"prompt": "greeting/1"}, "of_model", (3, 7)),
    Case({"text": "Parcels leave on wednesdays"}, "first_turn", (3, 6)),
    Case({"text": "für 東京"}, "nasty", (3, 6)),
    Case({"text": 'a 50%_off "sale"'}, "nasty", (3, 6)),
    Case({"since": "$failed_ms", "until": "$nasty_ms"}, "of_model in_run recovered failed"),
    Case({"min_duration_ms": 500}, "large in_run recovered"),
    Case({"max_duration_ms": 40}, "nasty of_model"),
    Case({"tags": {"environment": "staging"}}, "recovered failed"),
    Case({"tags": {"environment": "production", "model-name": "gpt-4o"}}, "first_turn"),
    Case({"tags": {"note": "100%_sure"}}, "nasty"),
    Case({"tags": {"quotes": "both ' and \""}}, "nasty", (3, 6)),
    Case({"tags": {"back": "C:\\temp\\"}}, "nasty", (3, 6)),
    Case({"tags": {"name": "a tag called name"}}, "nasty"),
    Case({"metadata": {"tenant": "acme"}}, "second_turn first_turn"),
    Case({"metadata": {"überschrift": "größer", "tenant/region": "eu-west"}}, "nasty"),
    Case({"feedback": {"rating": "positive"}}, "first_turn", (3, 9)),
    Case({"feedback": {"score": 5}}, "first_turn", (3, 6)),
    Case({"feedback": {"score": 2.5}}, "second_turn", (3, 6)),
    Case({"feedback": {"grounded": False}}, "second_turn", (3, 6)),
    Case({"expectation": {"answer": "on Friday"}}, "first_turn", (3, 9)),
    Case({"expectation": {"days": 3}}, "first_turn", (3, 6)),
    Case({"span_name": "charge_card"}, "failed", (3, 4)),
    Case({"span_type": "TOOL"}, "nasty recovered failed", (3, 6)),
    Case({"span_name": "charge_card", "span_type": "TOOL", "text": "was declined"}, "failed", (3, 6)),
    Case({"span_name": "charge_card", "text": "no such words there"}, "", (3, 6)),
    Case({"name": "nobody"}, ""),
    Case({"tags": {"environment": "Staging"}}, ""),
    Case({"session_id": "session-1", "status": "OK", "order_by": "oldest"}, "first_turn second_turn"),
    Case({"order_by": "slowest"}, "in_run large recovered first_turn second_turn failed of_model nasty"),
    Case({"order_by": "fastest"}, "nasty of_model failed second_turn first_turn recovered large in_run"),
    Case(
        {"order_by": "name ASC, timestamp_ms ASC"},
        "in_run nasty of_model failed large first_turn second_turn recovered",
    ),
    Case({"order_by": "tag.environment DESC"}, "recovered failed second_turn first_turn large nasty of_model in_run"),
    Case(
        {"order_by": "metadata.`mlflow.trace.user` DESC"},
        "failed second_turn first_turn large nasty of_model in_run recovered",
    ),
]

FILTERS: dict[str, dict[str, tuple[str, str]]] = {
    "trace.status": {
        "=": ("'ERROR'", "failed"),
        "!=": ("'OK'", "failed"),
        "IN": ("('ERROR', 'IN_PROGRESS')", "failed"),
        "NOT IN": ("('OK')", "failed"),
        "LIKE": ("'ERR%'", "failed"),
        "ILIKE": ("'err%'", "failed"),
        "RLIKE": ("'^ERR'", "failed"),
    },
    "trace.timestamp_ms": {
        "=": ("$failed_ms", "failed"),
        "!=": ("$failed_ms", NOT_FAILED),
        ">": ("$nasty_ms", "large"),
        ">=": ("$nasty_ms", "large nasty"),
        "<": ("$failed_ms", "second_turn first_turn"),
        "<=": ("$failed_ms", "failed second_turn first_turn"),
    },
    "trace.execution_time_ms": {
        "=": ("300", "first_turn"),
        "!=": ("150", NOT_FAILED),
        ">": ("500", "large in_run"),
        ">=": ("500", "large in_run recovered"),
        "<": ("40", "nasty"),
        "<=": ("40", "nasty of_model"),
    },
    "trace.end_time_ms": {
        "=": ("$in_run_end_ms", "in_run"),
        "!=": ("$failed_end_ms", NOT_FAILED),
        ">": ("$nasty_end_ms", "large"),
        ">=": ("$nasty_end_ms", "large nasty"),
        "<": ("$failed_end_ms", "second_turn first_turn"),
        "<=": ("$failed_end_ms", "failed second_turn first_turn"),
    },
    "trace.name": {
        "=": ("'support_agent'", "recovered second_turn first_turn"),
        "!=": ("'support_agent'", "large nasty of_model in_run failed"),
        "LIKE": ("'supp%'", "recovered second_turn first_turn"),
        "ILIKE": ("'SUPP%'", "recovered second_turn first_turn"),
        "RLIKE": ("'^re(port|fund)$'", "large failed"),
        "IS NULL": ("", ""),
        "IS NOT NULL": ("", ALL),
    },
    "trace.request_id": {
        "=": ("'$failed'", "failed"),
        "!=": ("'$failed'", NOT_FAILED),
        "IN": ("('$failed', '$large')", "large failed"),
        "NOT IN": ("('$failed')", NOT_FAILED),
        "LIKE": ("'$failed%'", "failed"),
        "ILIKE": ("'$failed%'", "failed"),
        "RLIKE": ("'^$failed'", "failed"),
    },
    "trace.client_request_id": {
        "=": ("'req-1'", "first_turn"),
        "!=": ("'req-1'", "second_turn"),
        "IN": ("('req-1', 'req-2')", "second_turn first_turn"),
        "NOT IN": ("('req-1')", "second_turn"),
        "LIKE": ("'req-%'", "second_turn first_turn"),
        "ILIKE": ("'REQ-%'", "second_turn first_turn"),
        "RLIKE": ("'-2$'", "second_turn"),
    },
    "trace.run_id": {
        "=": ("'$run_id'", "in_run"),
        "!=": ("'another'", "in_run"),
        "LIKE": ("'$run_id%'", "in_run"),
        "ILIKE": ("'$run_id%'", "in_run"),
        "RLIKE": ("'^$run_id'", "in_run"),
        "IS NULL": ("", "large nasty of_model recovered failed second_turn first_turn"),
        "IS NOT NULL": ("", "in_run"),
    },
    "trace.prompt": {"=": ("'greeting/1'", "of_model")},
    "trace.text": {
        "LIKE": ("'%leave on Wednesdays%'", "first_turn"),
        "ILIKE": ("'%leave on WEDNESDAYS%'", "first_turn"),
    },
    "tag.<key>": {
        "=": ("'staging'", "recovered failed"),
        "!=": ("'staging'", "second_turn first_turn"),
        "LIKE": ("'stag%'", "recovered failed"),
        "ILIKE": ("'STAG%'", "recovered failed"),
        "RLIKE": ("'^stag'", "recovered failed"),
        "IS NULL": ("", "large nasty of_model in_run"),
        "IS NOT NULL": ("", "recovered failed second_turn first_turn"),
    },
    "metadata.<key>": {
        "=": ("'user_7'", "second_turn first_turn"),
        "!=": ("'user_7'", "failed"),
        "LIKE": ("'user__'", "failed second_turn first_turn"),
        "ILIKE": ("'USER_8'", "failed"),
        "RLIKE": ("'_8$'", "failed"),
        "IS NULL": ("", "large nasty of_model in_run recovered"),
        "IS NOT NULL": ("", "failed second_turn first_turn"),
    },
    "span.name": {
        "=": ("'charge_card'", "failed"),
        "!=": ("'support_agent'", "large nasty of_model in_run recovered failed second_turn first_turn"),
        "IN": ("('charge_card', 'report')", "large failed"),
        "NOT IN": (
            "('support_agent', 'chat_completion', 'predict', 'evaluate')",
            "large nasty recovered failed first_turn",
        ),
        "LIKE": ("'charge%'", "failed"),
        "ILIKE": ("'CHARGE%'", "failed"),
        "RLIKE": ("'^(charge|track)_'", "recovered failed"),
    },
    "span.type": {
        "=": ("'RETRIEVER'", "first_turn"),
        "!=": ("'AGENT'", "large nasty of_model in_run recovered failed second_turn first_turn"),
        "IN": ("('RETRIEVER', 'EVALUATOR')", "in_run first_turn"),
        "NOT IN": ("('AGENT', 'CHAT_MODEL', 'LLM', 'EVALUATOR')", "large nasty recovered failed first_turn"),
        "LIKE": ("'RETR%'", "first_turn"),
        "ILIKE": ("'retr%'", "first_turn"),
        "RLIKE": ("'^(RETR|EVAL)'", "in_run first_turn"),
    },
    "span.status": {
        "=": ("'ERROR'", "recovered failed"),
        "!=": ("'OK'", "recovered failed"),
        "IN": ("('ERROR')", "recovered failed"),
        "NOT IN": ("('OK')", "recovered failed"),
        "LIKE": ("'ERR%'", "recovered failed"),
        "ILIKE": ("'err%'", "recovered failed"),
        "RLIKE": ("'^ERR'", "recovered failed"),
    },
    "span.attributes.<key>": {
        "LIKE": ("'%gpt-4o%'", "second_turn first_turn"),
        "ILIKE": ("'%GPT-4o%'", "second_turn first_turn"),
        "RLIKE": ("'^gpt-4o-mini$'", "second_turn first_turn"),
    },
    "feedback.<key>": {
        "=": ("'positive'", "first_turn"),
        "!=": ("'positive'", "second_turn"),
        "LIKE": ("'\"pos%'", "first_turn"),
        "ILIKE": ("'%POS%'", "first_turn"),
        "RLIKE": ("'^.pos'", "first_turn"),
        "IS NULL": ("", "large nasty of_model in_run recovered failed"),
        "IS NOT NULL": ("", "second_turn first_turn"),
    },
    "expectation.<key>": {
        "=": ("'on Friday'", "first_turn"),
        "!=": ("'on Friday'", ""),
        "LIKE": ("'\"on F%'", "first_turn"),
        "ILIKE": ("'%FRIDAY%'", "first_turn"),
        "RLIKE": ("'Friday'", "first_turn"),
        "IS NULL": ("", "large nasty of_model in_run recovered failed second_turn"),
        "IS NOT NULL": ("", "first_turn"),
    },
    "issue.id": {"=": ("'iss-1'", "")},
}
"""By field and operator: the value, and what is found."""

NUMBERS: dict[str, dict[str, tuple[str, str]]] = {
    "feedback.<key>": {
        ">": ("2.5", "first_turn"),
        ">=": ("2.5", "second_turn first_turn"),
        "<": ("5", "second_turn"),
        "<=": ("2.5", "second_turn"),
    },
    "expectation.<key>": {
        ">": ("2", "first_turn"),
        ">=": ("3", "first_turn"),
        "<": ("4", "first_turn"),
        "<=": ("3", "first_turn"),
    },
}
"""The same for assessments that are numbers."""

KEYS = {
    "tag.<key>": "tag.environment",
    "metadata.<key>": "metadata.`mlflow.trace.user`",
    "span.attributes.<key>": "span.attributes.mlflow.llm.model",
    "feedback.<key>": "feedback.rating",
    "expectation.<key>": "expectation.answer",
}
NUMBER_KEYS = {"feedback.<key>": "feedback.score", "expectation.<key>": "expectation.days"}
"""The key that stands for any."""


def written(table: dict[str, dict[str, tuple[str, str]]], keys: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Field, operator, filter and labels of each row."""
    return [
        (field, operator, f"{keys.get(field, field)} {operator} {value}".strip(), labels)
        for field, rows in table.items()
        for operator, (value, labels) in rows.items()
    ]


ONLY_FINISHED = "trace.status != 'IN_PROGRESS'"
"""What is known of a trace in progress differs from version to version."""


def words(traces: Mapping[str, str], run_id: str, now_ms: int) -> dict[str, str]:
    """What each `$word` is in a store whose traces, by label, have these ids and ages that count from this time."""
    began = {plan.label: now_ms - plan.age_s * 1_000 for plan in FINISHED}
    return {
        "run_id": run_id,
        **traces,
        **{f"{plan.label}_ms": str(began[plan.label]) for plan in FINISHED},
        **{f"{plan.label}_end_ms": str(began[plan.label] + plan.root.duration_ms) for plan in FINISHED},
    }


def with_words(value: Any, known: Mapping[str, str]) -> Any:
    """`value` with each `$word` replaced, at any depth."""
    if isinstance(value, dict):
        return {key: with_words(one, known) for key, one in value.items()}
    return Template(value).safe_substitute(known) if isinstance(value, str) else value


ALL_FILTERS = written(FILTERS, KEYS) + written(NUMBERS, NUMBER_KEYS)
