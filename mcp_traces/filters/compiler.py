"""Typed search arguments in, MLflow's filter string out; nobody else writes filters."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import MAX_CLAUSES, field_named
from mcp_traces.filters.parser import parse_filter
from mcp_traces.filters.quoting import contains, equals, keyed, quoted, spell_out
from mcp_traces.records import MODEL_ID_KEY, SESSION_KEY, USER_KEY

FeedbackValue = str | bool | int | float

ANY_SPAN_FAILED = "span.status = 'ERROR'"
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
    span_name: str | None = None
    span_type: str | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: the argument it came from and its text in MLflow's syntax."""

    argument: str
    text: str


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """`clauses` joined by AND are one MLflow filter.

    `any_span_failed`, when not None, is a further condition that this filter cannot carry: MLflow asks all span
    clauses of a filter of one and the same span, so it has to be asked in a query of its own.
    """

    clauses: tuple[Clause, ...]
    any_span_failed: bool | None = None
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str | None:
        return " AND ".join(clause.text for clause in self.clauses) or None


def compile_filter(conditions: Conditions) -> CompiledFilter:
    """Compile to MLflow's syntax. Raises InvalidArgumentError for what the grammar cannot say."""
    clauses = list(_typed_clauses(conditions))
    raw = (conditions.filter or "").strip()
    separate = conditions.has_error
    if separate and not _has_span_clause(conditions, raw):
        clauses.append(Clause("has_error", ANY_SPAN_FAILED))
        separate = None
    if raw:
        # Last, so that a quote left open in it cannot swallow a typed clause.
        clauses.append(Clause("filter", raw))
    if len(clauses) > MAX_CLAUSES:
        raise InvalidArgumentError(f"{len(clauses)} conditions are more than MLflow can join ({MAX_CLAUSES}).")
    return CompiledFilter(tuple(clauses), separate, tuple(_notes(conditions)))


def _typed_clauses(c: Conditions) -> Iterator[Clause]:
    for argument, name, value in (
        ("status", "trace.status", c.status),
        ("name", "trace.name", c.name),
        ("run_id", "trace.run_id", c.run_id),
        ("model_id", keyed("metadata", MODEL_ID_KEY), c.model_id),
        ("session_id", keyed("metadata", SESSION_KEY), c.session_id),
        ("user_id", keyed("metadata", USER_KEY), c.user_id),
        ("span_name", "span.name", c.span_name),
        ("span_type", "span.type", c.span_type),
    ):
        if value is not None:
            yield Clause(argument, equals(name, value))
    yield from _number_clauses(c)
    yield from _keyed_clauses(c)
    if c.prompt is not None:
        yield Clause("prompt", _prompt_clause(c.prompt))
    if c.text is not None:
        yield Clause("text", _text_clause(c.text))


def _number_clauses(c: Conditions) -> Iterator[Clause]:
    for argument, comparison, value in (
        ("since", "trace.timestamp_ms >=", c.since_ms),
        ("until", "trace.timestamp_ms <", c.until_ms),
        ("min_duration_ms", "trace.execution_time_ms >=", c.min_duration_ms),
        ("max_duration_ms", "trace.execution_time_ms <=", c.max_duration_ms),
    ):
        if value is not None:
            yield Clause(argument, f"{comparison} {value}")


def _keyed_clauses(c: Conditions) -> Iterator[Clause]:
    for argument, entity, texts in (("tags", "tag", c.tags), ("metadata", "metadata", c.metadata)):
        for key, text in texts.items():
            yield Clause(f"{argument}.{key}", equals(keyed(entity, key), text))
    for entity, values in (("feedback", c.feedback), ("expectation", c.expectation)):
        for key, value in values.items():
            yield Clause(f"{entity}.{key}", _assessment_equals(keyed(entity, key), value))


def _assessment_equals(name: str, value: FeedbackValue) -> str:
    """Equality of type and value, which MLflow's `=` is not: it takes `'5'` for the number and the text alike.

    Values are stored as JSON (json.dumps), so anything that could be mistaken is compared as the JSON it is.
    """
    if isinstance(value, str) and quoted(value) and not _reads_as_json(value):
        return equals(name, value)
    spellings = sorted({json.dumps(form) for form in _same_values(value)})
    return f"{name} RLIKE '^({'|'.join(spell_out(text) for text in spellings)})\\Z'"


def _same_values(value: FeedbackValue) -> Iterator[FeedbackValue]:
    """`value` and, for a number, the same number as integer and as float: 5 and 5.0 are one rating."""
    yield value
    if not isinstance(value, bool | str) and float(value).is_integer() and abs(value) < 2**53:
        yield int(value)
        yield float(value)


def _reads_as_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _prompt_clause(prompt: str) -> str:
    if not re.fullmatch(r"[^/'\"\\]+/\d+", prompt):
        raise InvalidArgumentError(
            f"`prompt` is {prompt!r}; MLflow wants name/version.", "Example: 'support-answer/3'."
        )
    return equals("trace.prompt", prompt)


def _text_clause(text: str) -> str:
    # A pasted id is looked up as one: among the spans it would be found in each of its own trace, by a scan of all.
    if TRACE_ID.fullmatch(text.strip()):
        return equals("trace.request_id", text.strip())
    return contains("trace.text", text)[0]


def _has_span_clause(c: Conditions, raw: str) -> bool:
    fields = [field_named(clause.field) for clause in parse_filter(raw).clauses]
    in_raw = any(one is not None and one.name.startswith(("span.", "trace.text")) for one in fields)
    return in_raw or any(value is not None for value in (c.span_name, c.span_type, c.text))


def _notes(c: Conditions) -> Iterator[str]:
    if c.text is not None and not contains("trace.text", c.text)[1]:
        yield (
            "`text` holds quotes, backslashes, line breaks, % or _; MLflow's LIKE cannot take those literally, "
            "so each matches any text (_ one character) and a few rows may match more loosely."
        )
