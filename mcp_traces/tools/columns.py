"""The names that `select` takes: fields of a trace, and of the span that a row is about, each with where its value is
read whole."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple, TypeAlias

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.records import (
    CACHE_READ_TOKENS,
    CACHE_WRITTEN_TOKENS,
    COST_DIGITS,
    COST_KEY,
    LINKED_PROMPTS_TAG,
    MODEL_ID_KEY,
    SESSION_KEY,
    SIZE_BYTES_KEY,
    SIZE_STATS_KEY,
    SOURCE_RUN_KEY,
    SPAN_COST_ATTRIBUTE,
    SPAN_INPUTS_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    SPAN_TOKEN_USAGE_ATTRIBUTE,
    TOKEN_USAGE_KEY,
    TRACE_NAME_TAG,
    USER_KEY,
    Assessment,
    Json,
    Span,
    StoreInfo,
    TraceInfo,
)
from mcp_traces.results import whole_or_decimal
from mcp_traces.shaping.failures import failure_words, root_causes
from mcp_traces.shaping.paths import Path, as_fields, parse_path, value_at
from mcp_traces.shaping.recorded_values import MODEL_KEYS, PROVIDER_KEYS, linked_prompts
from mcp_traces.shaping.rows import trace_url
from mcp_traces.shaping.span_tree import Node, SpanTree, to_ms
from mcp_traces.times import iso_utc

MAX_COLUMNS = 20
MAX_NAME = 200


class Found(NamedTuple):
    """A value, and the place where get_trace reads it whole: a path in the trace, or with `span_id` in a span.

    The text there begins behind `lead` characters of the value.
    """

    value: Json
    path: Path = ()
    span_id: str | None = None
    lead: int = 0


NOTHING = Found(None)


@dataclass(frozen=True, slots=True)
class Source:
    """What one row is made of: a trace and, where rows are spans, the span. `tree` holds all spans, where they were
    read."""

    info: TraceInfo
    store: StoreInfo
    tree: SpanTree | None = None
    node: Node | None = None


Read: TypeAlias = Callable[[Source], Found]


@dataclass(frozen=True, slots=True)
class Column:
    """`needs_spans` says that reading it takes the spans of the trace; `keys` is what it reads of tags and metadata."""

    name: str
    read: Read
    of_spans: bool = False
    needs_spans: bool = False
    tags: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    reads_assessments: bool = False


def parse_columns(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns, in order. Raises InvalidArgumentError for an unknown name, with the nearest ones."""
    columns = tuple(_column(one.strip()) for one in names if one.strip())
    if not columns or len(columns) > MAX_COLUMNS:
        raise InvalidArgumentError(
            f"`select` names {len(columns)} columns; it takes 1 to {MAX_COLUMNS}.", "Example: 'request_time,status'."
        )
    if doubled := [one.name for one in columns if sum(one.name == other.name for other in columns) > 1]:
        raise InvalidArgumentError(f"`select` names {doubled[0]} twice.", "Name each column once.")
    return columns


def _column(written: str) -> Column:
    name = canonical(written)
    if len(name) <= MAX_NAME and name in _PLAIN:
        return _PLAIN[name]
    for kind, make in _KEYED.items():
        key = name.removeprefix(kind)
        if name.startswith(kind) and key.strip("`. "):
            return make(name, key)
    raise _unknown(written)


def _unknown(written: str) -> InvalidArgumentError:
    shown = written[:MAX_NAME]
    near = get_close_matches(canonical(shown), [*_PLAIN, *_ALIASES, *FORMS], n=3, cutoff=0.5)
    meant = list(dict.fromkeys(_ALIASES.get(one, one) for one in near))
    hint = f"Did you mean {' or '.join(meant)}? " if meant else ""
    return InvalidArgumentError(f"`select` {shown!r} is not a column.", f"{hint}Columns: {', '.join(known_columns())}.")


def known_columns() -> list[str]:
    """Every column, with the forms of those that take a key."""
    return [*_PLAIN, *FORMS]


FORMS = (
    "tags.K",
    "metadata.K",
    "feedback.N",
    "expectation.N",
    "span.inputs.PATH",
    "span.outputs.PATH",
    "span.attributes.KEY",
)
_ALIASES = {
    "id": "trace_id",
    "request_id": "trace_id",
    "trace_name": "name",
    "state": "status",
    "time": "request_time",
    "timestamp": "request_time",
    "start_time": "request_time",
    "timestamp_ms": "request_time_ms",
    "duration": "execution_time_ms",
    "duration_ms": "execution_time_ms",
    "execution_time": "execution_time_ms",
    "latency": "execution_time_ms",
    "spans": "span_count",
    "size": "size_bytes",
    "tokens": "tokens.total",
    "total_tokens": "tokens.total",
    "input_tokens": "tokens.input",
    "output_tokens": "tokens.output",
    "cached_tokens": "tokens.cached",
    "cost.total": "cost",
    "total_cost": "cost",
    "request": "request_preview",
    "inputs": "request_preview",
    "response": "response_preview",
    "outputs": "response_preview",
    "session": "session_id",
    "user": "user_id",
    "run": "run_id",
    "model": "span.model",
    "experiment": "experiment_id",
    "prompts": "prompt",
    "link": "url",
    "errors": "error",
    "span_id": "span.span_id",
    "span_name": "span.name",
    "span_type": "span.type",
    "span_status": "span.status",
    "span.id": "span.span_id",
    "span.parent_span_id": "span.parent_id",
    "span.duration": "span.duration_ms",
    "span.latency": "span.duration_ms",
    "span.start": "span.start_ms",
    "span.tokens": "span.tokens.total",
    "span.input": "span.inputs",
    "span.output": "span.outputs",
}
_SINGULAR = {
    "tag.": "tags.",
    "request_metadata.": "metadata.",
    "trace_metadata.": "metadata.",
    "expectations.": "expectation.",
    "feedbacks.": "feedback.",
    "assessment.": "feedback.",
    "assessments.": "feedback.",
    "token.": "tokens.",
    "spans.": "span.",
    "attributes.": "span.attributes.",
}
_SINGULAR_OF_SPANS = {
    "span.attribute.": "span.attributes.",
    "span.input.": "span.inputs.",
    "span.output.": "span.outputs.",
}


def canonical(name: str) -> str:
    """The name as the table has it: `tag.k` is `tags.k`, `session` is `session_id`. An unknown name stays as it is."""
    for prefixes in ({"trace.": ""}, _SINGULAR, _SINGULAR_OF_SPANS):
        for singular, plural in prefixes.items():
            if name.lower().startswith(singular) and name.lower() not in _ALIASES:
                name = plural + name[len(singular) :]
                break
    small = name.lower()
    return _ALIASES.get(small, small if small in _PLAIN else name)


# Fields of a trace.


def _request_time(source: Source) -> Found:
    text = iso_utc(source.info.request_time_ms)
    return Found(re.sub(r"\.\d{3}Z$", "Z", text))


def _prompts(source: Source) -> Found:
    linked = [str(one) for one in linked_prompts(source.info.tags.get(LINKED_PROMPTS_TAG)) if one is not None]
    return Found(", ".join(linked), ("tags", LINKED_PROMPTS_TAG)) if linked else NOTHING


def _failure(source: Source) -> Found:
    """The failure of the span, or of a trace's first root cause."""
    if source.tree is None:
        return NOTHING
    causes = root_causes(source.tree)
    return failure_of(causes[0]) if causes else NOTHING


def _span_failure(source: Source) -> Found:
    return failure_of(source.node) if source.node is not None and source.node.span.status == "ERROR" else NOTHING


def failure_of(node: Node) -> Found:
    """`Type: message` of a span that failed; its message where it recorded no exception."""
    words, path, lead = failure_words(node.span)
    return Found(words, path, node.span.span_id, lead) if path else Found(words or "failed")


def _usage(name: str) -> Read:
    return lambda source: Found(source.info.token_usage.get(name))


def _cost(name: str) -> Read:
    return lambda source: Found(_rounded(source.info.cost.get(name)))


def _rounded(cost: Json) -> Json:
    return round(cost, COST_DIGITS) if isinstance(cost, float) else cost


def _in_tags(key: str) -> Read:
    return lambda source: Found(source.info.tags.get(key), ("tags", key))


def _in_metadata(key: str) -> Read:
    return lambda source: Found(source.info.trace_metadata.get(key), ("metadata", key))


def _name(source: Source) -> Found:
    return Found(source.info.name, ("tags", TRACE_NAME_TAG) if source.info.stored_name is not None else ())


def _assessed(kind: str, name: str) -> Read:
    """The value of the newest valid one; None for a judge that failed."""

    def read(source: Source) -> Found:
        told = [one for one in source.info.assessments if not one.failure]
        given = [(at, one) for at, one in enumerate(told) if (one.kind, one.name, one.valid) == (kind, name, True)]
        if not given:
            return NOTHING
        at, one = max(given, key=lambda each: (each[1].last_update_time_ms, each[0]))
        return Found(one.value, ("assessments", at, "value"))

    return read


def _assessments(source: Source) -> Found:
    return Found([_told(one) for one in source.info.assessments if one.valid and not one.failure], ("assessments",))


def _failed_assessments(source: Source) -> Found:
    failed = [_told(one) for one in source.info.assessments if one.valid and one.failure]
    return Found(failed, ("failed_assessments",))


def _told(one: Assessment) -> Json:
    failure = one.failure
    return {"name": one.name, **({"error": failure.code} if failure else {"value": one.value})}


# Fields of a span.


def _of_span(read: Callable[[Span, Source], Found]) -> Read:
    return lambda source: NOTHING if source.node is None else read(source.node.span, source)


def _plain_of_span(read: Callable[[Span], Json], *path: str) -> Read:
    return _of_span(lambda span, _: Found(read(span), path, span.span_id))


def _start_ms(span: Span, source: Source) -> Found:
    assert source.tree is not None
    return Found(whole_or_decimal(source.tree.start_ms(span)))


def _duration_ms(span: Span) -> Json:
    return None if span.duration_ns is None else whole_or_decimal(to_ms(span.duration_ns))


def _first_of(keys: Iterable[str]) -> Read:
    def read(span: Span, _: Source) -> Found:
        key = next((one for one in keys if span.attributes.get(one)), None)
        return NOTHING if key is None else Found(span.attributes[key], ("attributes", key), span.span_id)

    return _of_span(read)


def _in_attribute(attribute: str, name: str) -> Read:
    def read(span: Span, _: Source) -> Found:
        fields = as_fields(span.attributes.get(attribute)) or {}
        return Found(_rounded(fields.get(name)))

    return _of_span(read)


def _said(side: str, attribute: str, name: str, path: str) -> Column:
    """Inputs or outputs, or what is in them at a path as get_trace takes it."""
    parts = tuple(parse_path(f"{side}{path}"))

    def read(span: Span, _: Source) -> Found:
        if attribute not in span.attributes:
            return NOTHING
        return _at(span, span.attributes[attribute], parts, 1)

    return Column(name, _of_span(read), of_spans=True, needs_spans=True)


def _at(span: Span, value: Json, parts: Path, depth: int) -> Found:
    try:
        return Found(value_at(value, parts[depth:]), parts, span.span_id)
    except (KeyError, IndexError, TypeError):
        return NOTHING


def _attribute(name: str, key: str) -> Column:
    """An attribute by its whole key, else what is in one at a path: keys have dots, too."""

    def read(span: Span, _: Source) -> Found:
        ends = [len(key), *(at for at in range(len(key) - 1, 0, -1) if key[at] in ".[")]
        for end in ends:
            if key[:end] in span.attributes:
                parts = (*("attributes", key[:end]), *parse_path(key[end:]))
                return _at(span, span.attributes[key[:end]], parts, 2)
        return NOTHING

    return Column(name, _of_span(read), of_spans=True, needs_spans=True)


def _keyed_attribute(name: str, written: str) -> Column:
    quoted = parse_path(written) if written.startswith(('"', "[", "`")) else ()
    return _attribute(name, str(quoted[0]) if len(quoted) == 1 else written.strip("`"))


def _trace(name: str, read: Read, *, tags: tuple[str, ...] = (), metadata: tuple[str, ...] = ()) -> Column:
    return Column(name, read, tags=tags, metadata=metadata)


def _span(name: str, read: Read) -> Column:
    return Column(name, read, of_spans=True, needs_spans=True)


_USAGE, _COSTS = (TOKEN_USAGE_KEY,), (COST_KEY,)
_PLAIN: dict[str, Column] = {
    one.name: one
    for one in (
        _trace("trace_id", lambda source: Found(source.info.trace_id)),
        _trace("name", _name, tags=(TRACE_NAME_TAG,)),
        _trace("status", lambda source: Found(source.info.state)),
        _trace("request_time", _request_time),
        _trace("request_time_ms", lambda source: Found(source.info.request_time_ms)),
        _trace("execution_time_ms", lambda source: Found(source.info.execution_duration_ms)),
        _trace("span_count", lambda source: Found(source.info.span_count), metadata=(SIZE_STATS_KEY,)),
        _trace("size_bytes", lambda source: Found(source.info.size_bytes), metadata=(SIZE_BYTES_KEY,)),
        _trace("tokens.total", _usage("total_tokens"), metadata=_USAGE),
        _trace("tokens.input", _usage("input_tokens"), metadata=_USAGE),
        _trace("tokens.output", _usage("output_tokens"), metadata=_USAGE),
        _trace("tokens.cached", _usage(CACHE_READ_TOKENS), metadata=_USAGE),
        _trace("tokens.cache_written", _usage(CACHE_WRITTEN_TOKENS), metadata=_USAGE),
        _trace("cost", _cost("total_cost"), metadata=_COSTS),
        _trace("cost.input", _cost("input_cost"), metadata=_COSTS),
        _trace("cost.output", _cost("output_cost"), metadata=_COSTS),
        Column("request_preview", lambda s: Found(s.info.request_preview, ("request_preview",))),
        Column("response_preview", lambda s: Found(s.info.response_preview, ("response_preview",))),
        _trace("session_id", _in_metadata(SESSION_KEY), metadata=(SESSION_KEY,)),
        _trace("user_id", _in_metadata(USER_KEY), metadata=(USER_KEY,)),
        _trace("run_id", _in_metadata(SOURCE_RUN_KEY), metadata=(SOURCE_RUN_KEY,)),
        _trace("model_id", _in_metadata(MODEL_ID_KEY), metadata=(MODEL_ID_KEY,)),
        _trace("experiment_id", lambda source: Found(source.info.experiment_id)),
        _trace("client_request_id", lambda source: Found(source.info.client_request_id)),
        _trace("prompt", _prompts, tags=(LINKED_PROMPTS_TAG,)),
        _trace("url", lambda source: Found(trace_url(source.info, source.store))),
        Column("error", _failure, needs_spans=True),
        Column("assessments", _assessments, reads_assessments=True),
        Column("failed_assessments", _failed_assessments, reads_assessments=True),
        Column("tags", lambda s: Found(dict(sorted(s.info.tags.items())), ("tags",))),
        Column("metadata", lambda s: Found(dict(sorted(s.info.trace_metadata.items())), ("metadata",))),
        _span("span.span_id", _of_span(lambda span, _: Found(span.span_id))),
        _span("span.parent_id", _of_span(lambda span, _: Found(span.parent_id))),
        _span("span.name", _plain_of_span(lambda span: span.name, "name")),
        _span("span.type", _plain_of_span(lambda span: span.span_type)),
        _span("span.status", _plain_of_span(lambda span: span.status)),
        _span("span.status_message", _plain_of_span(lambda span: span.status_message, "status_message")),
        _span("span.start_ms", _of_span(_start_ms)),
        _span("span.duration_ms", _plain_of_span(_duration_ms)),
        _span("span.error", _span_failure),
        _span("span.model", _first_of(MODEL_KEYS)),
        _span("span.provider", _first_of(PROVIDER_KEYS)),
        _span("span.tokens.total", _in_attribute(SPAN_TOKEN_USAGE_ATTRIBUTE, "total_tokens")),
        _span("span.tokens.input", _in_attribute(SPAN_TOKEN_USAGE_ATTRIBUTE, "input_tokens")),
        _span("span.tokens.output", _in_attribute(SPAN_TOKEN_USAGE_ATTRIBUTE, "output_tokens")),
        _span("span.tokens.cached", _in_attribute(SPAN_TOKEN_USAGE_ATTRIBUTE, CACHE_READ_TOKENS)),
        _span("span.cost", _in_attribute(SPAN_COST_ATTRIBUTE, "total_cost")),
        _said("inputs", SPAN_INPUTS_ATTRIBUTE, "span.inputs", ""),
        _said("outputs", SPAN_OUTPUTS_ATTRIBUTE, "span.outputs", ""),
    )
}


def _key(written: str) -> str:
    """A key of tags, metadata or assessments, which may be quoted."""
    return written[1:-1] if len(written) > 2 and written[0] == written[-1] and written[0] in "`\"'" else written


_KEYED: dict[str, Callable[[str, str], Column]] = {
    "tags.": lambda name, key: _trace(name, _in_tags(_key(key)), tags=(_key(key),)),
    "metadata.": lambda name, key: _trace(name, _in_metadata(_key(key)), metadata=(_key(key),)),
    "feedback.": lambda name, key: Column(name, _assessed("feedback", _key(key)), reads_assessments=True),
    "expectation.": lambda name, key: Column(name, _assessed("expectation", _key(key)), reads_assessments=True),
    "span.inputs.": lambda name, key: _said("inputs", SPAN_INPUTS_ATTRIBUTE, name, f".{key}"),
    "span.inputs[": lambda name, key: _said("inputs", SPAN_INPUTS_ATTRIBUTE, name, f"[{key}"),
    "span.outputs.": lambda name, key: _said("outputs", SPAN_OUTPUTS_ATTRIBUTE, name, f".{key}"),
    "span.outputs[": lambda name, key: _said("outputs", SPAN_OUTPUTS_ATTRIBUTE, name, f"[{key}"),
    "span.attributes.": lambda name, key: _keyed_attribute(name, key),
    "span.attributes[": lambda name, key: _keyed_attribute(name, f"[{key}"),
}
