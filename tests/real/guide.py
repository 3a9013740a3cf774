"""The examples of MLflow's own guide to retrieving traces, each with the same question in our arguments.

Commands stand as the guide writes them; the experiment, the run and the time stand for those of a sample store.
"""

import argparse
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RUN = "<run_id>"
HOUR_AGO = "$(( $(date +%s)000 - 3600000 ))"
HOUR_MS = 3_600_000
RUNS_EXPERIMENT = "2"


@dataclass(frozen=True, slots=True)
class Example:
    """A command of the guide and what it is in our arguments; `None` where only `filter` can say it.

    `case_folded` is the original as MLflow would have to be asked for what the typed arguments mean, where they mean
    something wider.
    """

    command: str
    typed: Mapping[str, Any] | None = field(default_factory=dict[str, Any])
    case_folded: str | None = None

    def __str__(self) -> str:
        return _unescaped(self.command).removeprefix("mlflow traces search ").replace("--experiment-id 1 ", "")


def _search(options: str, typed: Mapping[str, Any] | None, case_folded: str | None = None) -> Example:
    return Example(f"mlflow traces search --experiment-id 1 {options}".strip(), typed, case_folded)


def _filter(text: str, typed: Mapping[str, Any] | None = None, case_folded: str | None = None) -> Example:
    escaped = text.replace("`", "\\`")
    return _search(f'--filter-string "{escaped}"', typed, case_folded)


BY_RUN = [
    Example("mlflow traces search --run-id <run_id>", {"run_id": RUN}),
    Example(
        "mlflow traces search --run-id <run_id> --filter-string \"trace.status = 'ERROR'\"",
        {"run_id": RUN, "status": "ERROR"},
    ),
    Example("mlflow traces search --experiment-id 2 --run-id <run_id>", {"run_id": RUN}),
]
"""Without an experiment, MLflow's command takes the one in its environment; ours finds it by the run."""

BY_WHO = [
    _filter("metadata.`mlflow.trace.session` = 'session_abc123'", {"session_id": "session_abc123"}),
    _filter("metadata.`mlflow.trace.user` = 'user_456'", {"user_id": "user_456"}),
    _filter(
        "metadata.`mlflow.trace.session` = 'session_abc123' AND trace.status = 'ERROR'",
        {"session_id": "session_abc123", "status": "ERROR"},
    ),
    _search(
        '--filter-string "metadata.\\`mlflow.trace.session\\` = \'session_abc123\'" --order-by "timestamp_ms ASC"',
        {"session_id": "session_abc123", "order_by": "oldest"},
    ),
]

BY_ATTRIBUTE = [
    _filter("trace.status = 'ERROR'", {"status": "ERROR"}),
    _filter("trace.status = 'OK'", {"status": "OK"}),
    _filter(f"trace.timestamp_ms > {HOUR_AGO}", {"since": "1h"}),
    _filter("trace.execution_time_ms > 1000", {"min_duration_ms": 1001}),
]

BY_KEY = [
    _filter("tag.environment = 'production'", {"tags": {"environment": "production"}}),
    _filter("metadata.user_id = 'user_123'", {"metadata": {"user_id": "user_123"}}),
    _filter("tag.`model-name` = 'gpt-4'", {"tags": {"model-name": "gpt-4"}}),
    _filter("metadata.`user.id` = 'abc'", {"metadata": {"user.id": "abc"}}),
    _filter("feedback.rating = 'positive'", {"feedback": {"rating": "positive"}}),
    _filter("trace.text LIKE '%error%'", {"text": "error"}, case_folded="trace.text ILIKE '%error%'"),
]

OUTPUT = [
    _search("--max-results 50", {"limit": 50}),
    _search("--output json", {}),
    _search("--include-spans", {}),
    _search('--order-by "timestamp_ms DESC"', {"order_by": "newest"}),
    _search('--order-by "timestamp_ms DESC"', {"order_by": "timestamp_ms DESC"}),
]

COMMON = [
    _filter("trace.status = 'IN_PROGRESS'", {"status": "IN_PROGRESS"}),
    _filter("trace.execution_time_ms >= 62030", {"min_duration_ms": 62_030}),
    _filter("trace.execution_time_ms <= 75", {"max_duration_ms": 75}),
    _filter(
        "trace.execution_time_ms >= 40 AND trace.execution_time_ms <= 5000",
        {"min_duration_ms": 40, "max_duration_ms": 5000},
    ),
    _filter(f"trace.timestamp_ms < {HOUR_AGO}", {"until": "1h"}),
    _filter("tag.release LIKE '2026.11.%'"),
    _filter("metadata.user_id LIKE 'user_%'"),
    _filter("span.name = 'chat_completion'", {"span_name": "chat_completion"}),
    _filter("span.name LIKE '%refund%'"),
    _filter("span.type = 'RETRIEVER'", {"span_type": "RETRIEVER"}),
    _filter("span.type = 'TOOL' AND span.name = 'start_refund'", {"span_type": "TOOL", "span_name": "start_refund"}),
    _filter("span.type LIKE '%MODEL'"),
    _filter("feedback.grounded = 'true'", {"feedback": {"grounded": True}}),
    _filter("feedback.relevance >= 0.92 AND feedback.relevance <= 0.92", {"feedback": {"relevance": 0.92}}),
    _filter("expectation.expected_answer = '30 days'", {"expectation": {"expected_answer": "30 days"}}),
]

PATTERNS = [
    _filter(f"{name} {operator}")
    for name, operators in {
        "tag.environment": ("LIKE 'prod%'", "ILIKE 'PROD%'", "RLIKE '^prod.+n$'"),
        "tag.`model-name`": ("LIKE 'gpt-4o%'", "ILIKE '%MINI'", "RLIKE '^gpt-4(o-mini)?$'"),
        "metadata.`mlflow.trace.session`": ("LIKE 'session_faq%'", "ILIKE 'SESSION%'", "RLIKE '_[0-3]$'"),
        "span.name": ("LIKE 'chat%'", "ILIKE '%AGENT'", "RLIKE '^(start|track)_'"),
        "span.type": ("LIKE 'CHAT%'", "ILIKE 'retriever'", "RLIKE '^(TOOL|AGENT)$'"),
        "span.status": ("LIKE 'ERR%'", "ILIKE 'error'", "RLIKE '^ERROR$'"),
        "trace.name": ("LIKE 'support%'", "ILIKE 'FAQ%'", "RLIKE '^(faq_answer|orchestrator)$'"),
        "feedback.rating": ("LIKE '%neg%'", "ILIKE '%POSITIVE%'", "RLIKE 'positive'"),
    }.items()
    for operator in operators
]

SEARCHES = [*BY_RUN, *BY_WHO, *BY_ATTRIBUTE, *BY_KEY, *OUTPUT, *COMMON, *PATTERNS]


def as_mlflow_is_asked(command: str, *, run_id: str, now_ms: int) -> dict[str, Any]:
    """The arguments of `MlflowClient.search_traces` that the command stands for."""
    command = command.replace(HOUR_AGO, str(now_ms - HOUR_MS)).replace(RUN, run_id)
    given = vars(_PARSER.parse_args(shlex.split(_unescaped(command))[3:]))
    asked = {key: value for key, value in given.items() if value is not None and key not in ("output", "include_spans")}
    asked["locations"] = [asked.pop("experiment_id", RUNS_EXPERIMENT)]
    if "order_by" in asked:
        asked["order_by"] = asked["order_by"].split(",")
    return asked


def _unescaped(command: str) -> str:
    """A shell takes the backslash before a backtick away; shlex does not."""
    return command.replace("\\`", "`")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mlflow traces search", exit_on_error=False)
    for option in ("--experiment-id", "--run-id", "--filter-string", "--order-by", "--page-token", "--output"):
        parser.add_argument(option)
    parser.add_argument("--max-results", type=int, default=100)
    parser.add_argument("--include-spans", action="store_true")
    return parser


_PARSER = _parser()
