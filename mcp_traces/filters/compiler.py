"""Typed search arguments in, clauses out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.clause import AS_SHOWN, CONTAINS, IS, OWN_FIELDS, Clause, Value
from mcp_traces.filters.grammar import MAX_CLAUSES, field_named
from mcp_traces.records import MODEL_ID_KEY, SESSION_KEY, SOURCE_RUN_KEY, USER_KEY

FeedbackValue = str | bool | int | float

FIELD_ARGUMENTS = {
    "status": "trace.status",
    "name": "trace.name",
    "run_id": "trace.run_id",
    "span_name": "span.name",
    "span_type": "span.type",
}
KEY_ARGUMENTS = {"model_id": MODEL_ID_KEY, "session_id": SESSION_KEY, "user_id": USER_KEY}
MAPPING_ARGUMENTS = {
    "tags": "tag.<key>",
    "metadata": "metadata.<key>",
    "feedback": "feedback.<key>",
    "expectation": "expectation.<key>",
}
"""Arguments for texts, with the field that each is about, or the key of the metadata."""

_OWN_FIELDS = {field.name: field for field in OWN_FIELDS}

TRACE_ID = re.compile(r"tr-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a search asks for; absent means any. Times are epoch ms, `since_ms` inclusive and `until_ms` exclusive."""

    status: str | None = None
    has_error: bool | None = None
    name: str | None = None
    run_id: str | None = None
    model_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    prompt: str | None = None
    text: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    min_duration_ms: int | None = None
    max_duration_ms: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    feedback: Mapping[str, FeedbackValue] = field(default_factory=dict[str, FeedbackValue])
    expectation: Mapping[str, FeedbackValue] = field(default_factory=dict[str, FeedbackValue])
    failed_judge: str | None = None
    span_name: str | None = None
    span_type: str | None = None
    min_span_duration_ms: int | None = None
    min_tokens: int | None = None
    min_cost: float | None = None
    filter: str | None = None


def clause(name: str, operator: str, value: Value = None, *, key: str | None = None, argument: str = "") -> Clause:
    """A clause on a field of the grammar, `name` as the table writes it: `trace.status`, `tag.<key>`."""
    row = _OWN_FIELDS.get(name) or field_named(name)
    assert row is not None, name
    return Clause(row, operator, value, key, argument or name)


def compile_conditions(conditions: Conditions, written: Sequence[Clause] = ()) -> tuple[Clause, ...]:
    """All conditions as clauses, `written` being those of `filter`.

    Raises InvalidArgumentError for arguments that contradict each other, and for more clauses than MLflow joins.
    """
    if conditions.run_id is not None and any(one.field.name == "trace.run_id" or is_run(one) for one in written):
        raise InvalidArgumentError(
            "`run_id` and a run in `filter`: MLflow would search the last one only.", "Give the run once."
        )
    clauses = (*_typed_clauses(conditions), *written)
    if len(clauses) > MAX_CLAUSES:
        raise InvalidArgumentError(f"{len(clauses)} conditions are more than MLflow can join ({MAX_CLAUSES}).")
    return clauses


def _typed_clauses(c: Conditions) -> Iterator[Clause]:
    for argument, name in FIELD_ARGUMENTS.items():
        if (value := getattr(c, argument)) is not None:
            yield clause(name, IS if name in AS_SHOWN else "=", value, argument=argument)
    for argument, key in KEY_ARGUMENTS.items():
        if (value := getattr(c, argument)) is not None:
            yield clause("metadata.<key>", IS if key == SESSION_KEY else "=", value, key=key, argument=argument)
    yield from _number_clauses(c)
    yield from _keyed_clauses(c)
    if c.prompt is not None:
        if not re.fullmatch(r"[^/'\"\\]+/\d+", c.prompt):
            problem = f"`prompt` is {c.prompt!r}; MLflow wants name/version."
            raise InvalidArgumentError(problem, "Example: 'support-answer/3'.")
        yield clause("trace.prompt", "=", c.prompt, argument="prompt")
    if c.text is not None and (trace_id := TRACE_ID.fullmatch(c.text.strip())):
        # A pasted id is looked up as one: no span says the id of its own trace in words.
        yield clause("trace.request_id", "=", trace_id[0], argument="text")
    elif c.text is not None:
        yield clause("trace.text", CONTAINS, c.text, argument="text")
    if c.has_error is not None:
        yield clause("has_error", "=", c.has_error, argument="has_error")


def _number_clauses(c: Conditions) -> Iterator[Clause]:
    if c.min_duration_ms is not None and c.max_duration_ms is not None and c.min_duration_ms > c.max_duration_ms:
        raise InvalidArgumentError(
            f"`min_duration_ms` ({c.min_duration_ms}) is more than `max_duration_ms` ({c.max_duration_ms}).",
            "Swap them.",
        )
    for argument, name, operator, value in (
        ("since", "trace.timestamp_ms", ">=", c.since_ms),
        ("until", "trace.timestamp_ms", "<", c.until_ms),
        ("min_duration_ms", "trace.execution_time_ms", ">=", c.min_duration_ms),
        ("max_duration_ms", "trace.execution_time_ms", "<=", c.max_duration_ms),
        ("min_tokens", "trace.tokens", ">=", c.min_tokens),
        ("min_cost", "trace.cost", ">=", c.min_cost),
        ("min_span_duration_ms", "span.duration_ms", ">=", c.min_span_duration_ms),
    ):
        if value is not None:
            yield clause(name, operator, value, argument=argument)


def _keyed_clauses(c: Conditions) -> Iterator[Clause]:
    for argument, name in MAPPING_ARGUMENTS.items():
        operator = IS if argument in ("feedback", "expectation") else "="
        for key, value in getattr(c, argument).items():
            yield clause(name, operator, value, key=key, argument=f"{argument}.{key}")
    if c.failed_judge is not None:
        yield clause("failed_judge", "=", c.failed_judge, argument="failed_judge")


def is_run(one: Clause) -> bool:
    """Whether MLflow searches it as the run, of which it takes one."""
    return one.operator == "=" and (one.field.name == "trace.run_id" or one.key == SOURCE_RUN_KEY)
