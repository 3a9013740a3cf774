"""Typed search arguments in, MLflow's filter string out; nobody else writes filters."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import MAX_CLAUSES, field_named
from mcp_traces.filters.parser import ParsedFilter, parse_filter
from mcp_traces.filters.quoting import can_name, equals, keyed, like, quoted, refuse_nul, spell_out
from mcp_traces.filters.second_look import Keyed, KeyHolds, SecondLook, SpanSays
from mcp_traces.filters.words import Words
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
    """`clauses` joined by AND are one MLflow filter; `second_look` is what has to be asked of each trace it finds.

    `spellings` are other ways to write the clause on `text`: what is searched is what any of them finds.
    """

    clauses: tuple[Clause, ...]
    second_look: SecondLook = field(default_factory=SecondLook)
    spellings: tuple[Clause, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str | None:
        return " AND ".join(clause.text for clause in self.clauses) or None

    @property
    def all_clauses(self) -> tuple[Clause, ...]:
        """Those of the second look too, which are asked in searches of their own."""
        apart = () if self.second_look.any_span_failed is None else (Clause("has_error", ANY_SPAN_FAILED),)
        return self.clauses + apart

    @property
    def texts(self) -> tuple[str | None, ...]:
        """The filter in every spelling."""
        others = [
            tuple(one if clause.argument == "text" else clause for clause in self.clauses) for one in self.spellings
        ]
        return (self.text, *(" AND ".join(clause.text for clause in clauses) for clauses in others))


def compile_filter(conditions: Conditions) -> CompiledFilter:
    """Compile to MLflow's syntax. Raises InvalidArgumentError for what the grammar cannot say."""
    raw = (conditions.filter or "").strip()
    parsed = parse_filter(raw)
    _refuse_second_run(conditions, parsed)
    clauses = [*_typed_clauses(conditions)]
    words = _words(conditions)
    spellings = [Clause("text", like("trace.text", one)) for one in words.patterns] if words else []
    clauses += spellings[:1]
    asked_apart = conditions.has_error
    if asked_apart and not _has_span_clause(conditions, parsed):
        clauses.append(Clause("has_error", ANY_SPAN_FAILED))
        asked_apart = None
    if raw:
        # Last, so that a quote left open in it cannot swallow a typed clause.
        clauses.append(Clause("filter", raw))
    if len(clauses) > MAX_CLAUSES:
        raise InvalidArgumentError(f"{len(clauses)} conditions are more than MLflow can join ({MAX_CLAUSES}).")
    second_look = SecondLook(tuple(_unnameable(conditions)), asked_apart, _says(conditions, words))
    return CompiledFilter(tuple(clauses), second_look, tuple(spellings[1:]), tuple(_notes(second_look, parsed)))


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
    if c.text is not None and (trace_id := TRACE_ID.fullmatch(c.text.strip())):
        # A pasted id is looked up as one: no span says the id of its own trace in words.
        yield Clause("text", equals("trace.request_id", trace_id[0]))


def _number_clauses(c: Conditions) -> Iterator[Clause]:
    if c.min_duration_ms is not None and c.max_duration_ms is not None and c.min_duration_ms > c.max_duration_ms:
        raise InvalidArgumentError(
            f"`min_duration_ms` ({c.min_duration_ms}) is more than `max_duration_ms` ({c.max_duration_ms}).",
            "Swap them.",
        )
    for argument, comparison, value in (
        ("since", "trace.timestamp_ms >=", c.since_ms),
        ("until", "trace.timestamp_ms <", c.until_ms),
        ("min_duration_ms", "trace.execution_time_ms >=", c.min_duration_ms),
        ("max_duration_ms", "trace.execution_time_ms <=", c.max_duration_ms),
    ):
        if value is not None:
            yield Clause(argument, f"{comparison} {value}")


def _keyed_clauses(c: Conditions) -> Iterator[Clause]:
    for argument, key, value in _keys(c):
        if can_name(key):
            name = keyed(_ENTITIES[argument], key)
            holds = equals(name, value) if argument in ("tags", "metadata") else _assessment_equals(name, value)
            yield Clause(f"{argument}.{key}", holds)


def _unnameable(c: Conditions) -> Iterator[KeyHolds]:
    return (KeyHolds(argument, key, value) for argument, key, value in _keys(c) if not can_name(key))


_ENTITIES: dict[Keyed, str] = {
    "tags": "tag",
    "metadata": "metadata",
    "feedback": "feedback",
    "expectation": "expectation",
}


def _keys(c: Conditions) -> Iterator[tuple[Keyed, str, Any]]:
    given: dict[Keyed, Mapping[str, Any]] = {
        "tags": c.tags,
        "metadata": c.metadata,
        "feedback": c.feedback,
        "expectation": c.expectation,
    }
    return ((argument, key, value) for argument, values in given.items() for key, value in values.items())


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


def _words(c: Conditions) -> Words | None:
    if c.text is None or TRACE_ID.fullmatch(c.text.strip()):
        return None
    refuse_nul(c.text)
    return Words(c.text)


def _says(c: Conditions, words: Words | None) -> SpanSays | None:
    if words is None or words.are_told_by_pattern:
        return None
    return SpanSays(words, c.span_name, c.span_type)


def _has_span_clause(c: Conditions, parsed: ParsedFilter) -> bool:
    return _names_span(parsed) or any(value is not None for value in (c.span_name, c.span_type, c.text))


def _names_span(parsed: ParsedFilter) -> bool:
    fields = [field_named(clause.field) for clause in parsed.clauses]
    return any(one is not None and one.name.startswith(("span.", "trace.text")) for one in fields)


def _refuse_second_run(c: Conditions, parsed: ParsedFilter) -> None:
    fields = [field_named(clause.field) for clause in parsed.clauses]
    if c.run_id is not None and any(one is not None and one.name == "trace.run_id" for one in fields):
        raise InvalidArgumentError(
            "`run_id` and a run in `filter`: MLflow would search the last one only.", "Give the run once."
        )


def _notes(second_look: SecondLook, parsed: ParsedFilter) -> Iterator[str]:
    for one in second_look.keys:
        yield f"MLflow's filter cannot name the key of {one}: each trace found was looked at for it."
    if second_look.says and _names_span(parsed):
        yield "`text` may be in another span than the one that `filter` speaks of."
