"""The tables that query_traces offers: their columns, and how each is read from what was recorded.

Values are as MLflow has them, and NULL where nothing was recorded. Columns of traces are made from what a scan reads,
so that a database need not make records of 50,000 traces; those of spans, assessments and messages from records.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from mcp_traces.records import (
    LINKED_PROMPTS_TAG,
    MODEL_ID_KEY,
    SESSION_KEY,
    SIZE_STATS_KEY,
    SPAN_COST_ATTRIBUTE,
    SPAN_INPUTS_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    SPAN_TOKEN_USAGE_ATTRIBUTE,
    TRACE_NAME_TAG,
    USER_KEY,
    Assessment,
    Json,
    ScanColumn,
    Span,
    decode_json,
)
from mcp_traces.shaping.cleaning import Cleaner, clean_assessments
from mcp_traces.shaping.conversation import conversation
from mcp_traces.shaping.error_groups import errors_of
from mcp_traces.shaping.failures import exception_event, failure_words, finish_reasons, root_causes
from mcp_traces.shaping.media import with_marks, without_records
from mcp_traces.shaping.paths import as_fields
from mcp_traces.shaping.recorded_values import MODEL_KEYS, PROVIDER_KEYS, first_of, linked_prompts, run_ids
from mcp_traces.shaping.span_tree import Node, SpanTree, build_tree, to_ms
from mcp_traces.shaping.text import as_text, json_or_mark, without_lone_surrogates
from mcp_traces.times import iso_utc

Kind: TypeAlias = Literal["TEXT", "INTEGER", "REAL", "JSON"]
TableName: TypeAlias = Literal["traces", "spans", "assessments", "messages"]
Rows: TypeAlias = list[tuple[Any, ...]]

MAX_VALUE = 1_000_000
"""Characters of one value. Longer ones are NULL in tables, because a beginning of JSON cannot be read as JSON."""

MAX_INTEGER = 2**63 - 1
MAX_TIME_MS = 253_402_300_800_000
"""The year 10000."""

YES, NO = frozenset({"yes", "true"}), frozenset({"no", "false"})
"""What counts as 1 and as 0 in MLflow's own aggregates of feedback (mlflow/store/tracking/dbmodels/models.py)."""


@dataclass(frozen=True, slots=True)
class TraceColumn:
    """`reads` is what a scan reads for it, and `make` makes the value of that. `key` is what it was recorded under,
    where it is recorded text."""

    name: str
    kind: Kind
    reads: tuple[tuple[ScanColumn, str | None], ...]
    make: Callable[..., Json] | None = None
    key: str | None = None


class Place(NamedTuple):
    """A span in its trace; `error_group` is that of a failure that began in it."""

    span: Span
    tree: SpanTree
    node: Node
    error_group: str | None


Needs: TypeAlias = Literal["columns", "failed", "content"]
"""What of the spans has to be read: what databases have as columns, also whole failed spans, or all whole."""


@dataclass(frozen=True, slots=True)
class SpanColumn:
    """`make` makes the value of a Span, or with `of_tree` of a Place: placing spans takes most of their time."""

    name: str
    kind: Kind
    needs: Needs
    make: Callable[[Any], Json]
    key: str | None = None
    of_tree: bool = False


def _usage(name: ScanColumn) -> TraceColumn:
    return TraceColumn(name, "INTEGER", ((name, None),), _integer)


def _integer(value: Json) -> int | None:
    """None for what no column can hold."""
    return value if type(value) is int and abs(value) <= MAX_INTEGER else None


def _number(value: Json) -> float | None:
    """None for what is not a finite number."""
    try:
        number = float(value) if type(value) in (int, float) else nan
    except OverflowError:
        return None
    return number if isfinite(number) else None


def _time(time_ms: int) -> str | None:
    """None for a time that no calendar has, such as one in microseconds."""
    return iso_utc(time_ms) if 0 <= time_ms < MAX_TIME_MS else None


def _span_count(stats: str | None) -> int | None:
    return _integer((as_fields(decode_json(stats)) or {}).get("num_spans"))


def _prompts(stored: str | None) -> str | None:
    return ", ".join(str(one) for one in linked_prompts(stored) if one is not None) or None


def _run(stored: str | None) -> Json:
    """The run that logged the trace, else the first that it was linked to."""
    return run_ids(stored)[0]


TRACE_COLUMNS: tuple[TraceColumn, ...] = (
    TraceColumn("trace_id", "TEXT", (("trace_id", None),)),
    TraceColumn("experiment", "TEXT", (("experiment_id", None),), key="experiment"),
    TraceColumn("name", "TEXT", (("name", None),), key=TRACE_NAME_TAG),
    TraceColumn("status", "TEXT", (("status", None),)),
    TraceColumn("time", "TEXT", (("time_ms", None),), _time),
    TraceColumn("time_ms", "INTEGER", (("time_ms", None),)),
    TraceColumn("duration_ms", "INTEGER", (("duration_ms", None),)),
    TraceColumn("session_id", "TEXT", (("session_id", None),), key=SESSION_KEY),
    TraceColumn("user_id", "TEXT", (("metadata", USER_KEY),), key=USER_KEY),
    TraceColumn("run_id", "TEXT", (("runs", None),), _run),
    TraceColumn("model_id", "TEXT", (("metadata", MODEL_ID_KEY),), key=MODEL_ID_KEY),
    TraceColumn("prompt", "TEXT", (("tags", LINKED_PROMPTS_TAG),), _prompts, LINKED_PROMPTS_TAG),
    TraceColumn("request", "TEXT", (("request", None),), key="request_preview"),
    TraceColumn("response", "TEXT", (("response", None),), key="response_preview"),
    _usage("input_tokens"),
    _usage("output_tokens"),
    _usage("total_tokens"),
    _usage("cached_tokens"),
    TraceColumn("cost", "REAL", (("cost", None),), _number),
    TraceColumn("span_count", "INTEGER", (("metadata", SIZE_STATS_KEY),), _span_count),
    TraceColumn("error", "TEXT", (), key="error"),
    TraceColumn("tags", "JSON", (("tags", None),), key="tags"),
    TraceColumn("metadata", "JSON", (("metadata", None),), key="trace_metadata"),
)


def _first(keys: tuple[str, ...]) -> Callable[[Span], str | None]:
    return lambda span: first_of(span, keys)


def _in(attribute: str, name: str, check: Callable[[Json], Json]) -> Callable[[Span], Json]:
    return lambda span: check((as_fields(span.attributes.get(attribute)) or {}).get(name))


def _failure(read: Callable[[Mapping[str, Json], Span], Json]) -> Callable[[Span], str | None]:
    def of_failed(span: Span) -> str | None:
        if span.status != "ERROR":
            return None
        _, event = exception_event(span)
        value = read(event.attributes if event else {}, span)
        return as_text(value) if value else None

    return of_failed


def _finish_reason(span: Span) -> str | None:
    return ", ".join(finish_reasons(span)) or None


def _duration_ms(span: Span) -> float | None:
    return None if span.duration_ns is None else to_ms(span.duration_ns)


def _self_ms(place: Place) -> float | None:
    """The time of a span in which none of its children ran."""
    duration = place.span.duration_ns
    if duration is None or place.node.index in place.tree.impossible:
        return None if duration is None else to_ms(duration)
    reached, covered = place.span.start_time_ns, 0
    end = reached + duration
    children = place.tree.children.get(place.node.index, ())
    for child in sorted((one.span for one in children), key=lambda span: span.start_time_ns):
        began, ended = max(child.start_time_ns, reached), min(child.end_time_ns or end, end)
        if ended > began:
            covered += ended - began
            reached = ended
    return to_ms(duration - covered)


def _attribute(name: str) -> Callable[[Span], Json]:
    return lambda span: span.attributes.get(name)


_TOKENS = SPAN_TOKEN_USAGE_ATTRIBUTE
_EXCEPTION_TYPE, _EXCEPTION_MESSAGE = "exception.type", "exception.message"
SPAN_COLUMNS: tuple[SpanColumn, ...] = (
    SpanColumn("span_id", "TEXT", "columns", lambda span: span.span_id),
    SpanColumn("parent_id", "TEXT", "columns", lambda span: span.parent_id),
    SpanColumn("depth", "INTEGER", "columns", lambda place: place.node.depth, of_tree=True),
    SpanColumn("name", "TEXT", "columns", lambda span: span.name, "name"),
    SpanColumn("type", "TEXT", "columns", lambda span: span.span_type, "type"),
    SpanColumn("status", "TEXT", "columns", lambda span: span.status),
    SpanColumn("time_ms", "INTEGER", "columns", lambda span: span.start_time_ns // 1_000_000),
    SpanColumn("start_ms", "REAL", "columns", lambda place: place.tree.start_ms(place.span), of_tree=True),
    SpanColumn("duration_ms", "REAL", "columns", _duration_ms),
    SpanColumn("self_ms", "REAL", "columns", _self_ms, of_tree=True),
    SpanColumn("model", "TEXT", "content", _first(MODEL_KEYS), "model"),
    SpanColumn("provider", "TEXT", "content", _first(PROVIDER_KEYS), "provider"),
    SpanColumn("input_tokens", "INTEGER", "content", _in(_TOKENS, "input_tokens", _integer)),
    SpanColumn("output_tokens", "INTEGER", "content", _in(_TOKENS, "output_tokens", _integer)),
    SpanColumn("cost", "REAL", "content", _in(SPAN_COST_ATTRIBUTE, "total_cost", _number)),
    SpanColumn("finish_reason", "TEXT", "content", _finish_reason, "finish_reason"),
    SpanColumn("error_type", "TEXT", "failed", _failure(lambda event, _: event.get(_EXCEPTION_TYPE)), _EXCEPTION_TYPE),
    SpanColumn(
        "error_message",
        "TEXT",
        "failed",
        _failure(lambda event, span: event.get(_EXCEPTION_MESSAGE) or span.status_message),
        _EXCEPTION_MESSAGE,
    ),
    SpanColumn("error_group", "TEXT", "failed", lambda place: place.error_group, "error", of_tree=True),
    SpanColumn("inputs", "JSON", "content", _attribute(SPAN_INPUTS_ATTRIBUTE), SPAN_INPUTS_ATTRIBUTE),
    SpanColumn("outputs", "JSON", "content", _attribute(SPAN_OUTPUTS_ATTRIBUTE), SPAN_OUTPUTS_ATTRIBUTE),
    SpanColumn("attributes", "JSON", "content", lambda span: dict(span.attributes), "attributes"),
)

ASSESSMENT_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("span_id", "TEXT"),
    ("name", "TEXT"),
    ("kind", "TEXT"),
    ("value", "TEXT"),
    ("number", "REAL"),
    ("source", "TEXT"),
    ("rationale", "TEXT"),
    ("error", "TEXT"),
    ("valid", "INTEGER"),
    ("time", "TEXT"),
)
MESSAGE_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("span_id", "TEXT"),
    ("position", "INTEGER"),
    ("role", "TEXT"),
    ("text", "TEXT"),
    ("tool", "TEXT"),
)

TABLES: dict[TableName, tuple[tuple[str, Kind], ...]] = {
    "traces": tuple((one.name, one.kind) for one in TRACE_COLUMNS),
    "spans": (("trace_id", "TEXT"), *((one.name, one.kind) for one in SPAN_COLUMNS)),
    "assessments": (("trace_id", "TEXT"), *ASSESSMENT_COLUMNS),
    "messages": (("trace_id", "TEXT"), *MESSAGE_COLUMNS),
}


def columns_of(table: TableName) -> list[str]:
    return [name for name, _ in TABLES[table]]


def sqlite_tables() -> list[tuple[str, list[tuple[str, str]]]]:
    """Tables, columns and the types that SQLite knows; JSON is text."""
    return [
        (table, [(name, "TEXT" if kind == "JSON" else kind) for name, kind in columns])
        for table, columns in TABLES.items()
    ]


class Texts:
    """Makes recorded values ready for a table: masked, hidden characters written out, JSON as text.

    `too_long` counts the values that a table does not hold.
    """

    def __init__(self, cleaner: Cleaner) -> None:
        self.cleaner = cleaner
        self._known: dict[tuple[str, str], Json] = {}
        self.too_long: int = 0

    def column(self, kind: Kind, key: str | None, values: Sequence[Json]) -> list[Json]:
        """The values of one column, recorded under `key`; None for numbers and ids, which stay as they are."""
        if key is None:
            return list(values) if kind == "TEXT" else _storable(values)
        return self._jsons(key, values) if kind == "JSON" else self._texts(key, values)

    def _texts(self, key: str, values: Sequence[Json]) -> list[Json]:
        unknown = [one for one in dict.fromkeys(values) if one is not None and (key, one) not in self._known]
        for one, cleaned in zip(unknown, self.cleaner.all_under(key, unknown), strict=True):
            self._known[key, one] = self.fitting(without_lone_surrogates(as_text(cleaned)))
        texts = [None if one is None else self._known[key, one] for one in values]
        if len(self._known) > MAX_KNOWN:
            self._known.clear()
        return texts

    def _jsons(self, key: str, values: Sequence[Json]) -> list[Json]:
        present = [one for one in values if one is not None]
        cleaned = iter(self.cleaner.all_under(key, present))
        return [None if one is None else self._json(next(cleaned)) for one in values]

    def _json(self, value: Json) -> str | None:
        return self.fitting(json_or_mark(without_lone_surrogates(value)))

    def fitting(self, text: str | None) -> str | None:
        """None for what is too long."""
        if text is None or len(text) <= MAX_VALUE:
            return text
        self.too_long += 1
        return None


def _storable(numbers: Sequence[Json]) -> list[Json]:
    """NULL for integers that SQLite cannot hold, which would leave out all rows."""
    if all(-MAX_INTEGER <= one <= MAX_INTEGER for one in numbers if one is not None):
        return list(numbers)
    return [None if one is not None and abs(one) > MAX_INTEGER and type(one) is int else one for one in numbers]


MAX_KNOWN = 50_000
"""Different values that are remembered: few traces have a name, a user or a model of their own."""


def trace_rows(
    columns: Sequence[TraceColumn],
    scanned: Sequence[tuple[ScanColumn, str | None]],
    rows: Sequence[Sequence[Any]],
    experiments: Mapping[str, str],
    texts: Texts,
) -> Rows:
    """Rows of `traces` from those of a scan. `experiments` are names by id."""
    read = list(zip(*rows, strict=True)) or [()] * len(scanned)
    made: list[Sequence[Json]] = []
    for column in columns:
        given = [read[scanned.index(one)] for one in column.reads]
        if column.name == "experiment":
            given = [[experiments.get(one, one) for one in given[0]]]
        values = list(map(column.make, *given)) if column.make else given[0]
        made.append(texts.column(column.kind, column.key, values))
    return list(zip(*made, strict=True))


def error_rows(spans_of_traces: Iterable[tuple[str, Sequence[Span]]], texts: Texts) -> Rows:
    """The first root cause of each trace, as `Type: message`, and its id: `traces.error`, from failed spans."""
    found: list[tuple[str, str]] = []
    for trace_id, spans in spans_of_traces:
        if causes := root_causes(build_tree(spans)):
            found.append((failure_words(causes[0].span)[0] or "failed", trace_id))
    cleaned = texts.column("TEXT", "error", [words for words, _ in found])
    return [(words, trace_id) for words, (_, trace_id) in zip(cleaned, found, strict=True)]


def span_rows(
    columns: Sequence[SpanColumn],
    spans_of_traces: Iterable[tuple[str, Sequence[Span]]],
    texts: Texts,
    *,
    meant: Callable[[Span], bool] | None = None,
) -> Rows:
    """Rows of `spans`: the id of the trace, then the columns.

    All spans of a trace are given, since depth and own time follow from the others; rows are those that are `meant`.
    """
    ids: list[str] = []
    spans: list[Span] = []
    places: list[Place] = []
    of_tree = {one.name for one in columns if one.of_tree}
    for trace_id, found in spans_of_traces:
        if of_tree:
            every = _places(found, texts.cleaner.text if "error_group" in of_tree else None)
            placed = [one for one in every if meant is None or meant(one.span)]
            places += placed
            kept: Sequence[Span] = [one.span for one in placed]
        else:
            kept = found if meant is None else [one for one in found if meant(one)]
        ids += [trace_id] * len(kept)
        spans += kept
    made = [texts.column(one.kind, one.key, list(map(one.make, places if one.of_tree else spans))) for one in columns]
    return list(zip(ids, *made, strict=True))


def _places(spans: Sequence[Span], clean: Callable[[str], str] | None) -> Iterator[Place]:
    """With groups of errors where `clean` is given."""
    tree = build_tree(spans)
    groups = {one.span_id: one.group for one in errors_of(tree, clean)} if clean else {}
    return (Place(node.span, tree, node, groups.get(node.span.span_id)) for node in tree.nodes)


def assessment_rows(given: Sequence[tuple[str, Assessment]], texts: Texts) -> Rows:
    """A row for each assessment; `number` is the value of those that are numbers, yes or no."""
    shown = clean_assessments(texts.cleaner, [one for _, one in given])
    return [
        (
            trace_id,
            one.span_id,
            texts.fitting(one.name),
            one.kind,
            texts.fitting(None if one.value is None else without_lone_surrogates(as_text(one.value))),
            _as_number(one.value),
            texts.fitting(f"{one.source_type} {one.source_id}".strip()),
            texts.fitting(one.rationale),
            texts.fitting(": ".join(filter(None, (one.failure.code, one.failure.message))) if one.failure else None),
            int(one.valid),
            _time(one.create_time_ms),
        )
        for (trace_id, _), one in zip(given, shown, strict=True)
    ]


def _as_number(value: Json) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        word = value.strip().lower()
        return 1.0 if word in YES else 0.0 if word in NO else None
    return _number(value)


def message_rows(spans_of_traces: Iterable[tuple[str, Sequence[Span]]], texts: Texts) -> Rows:
    """The conversation of each trace, a row for each message, and one for each call of a tool with its arguments."""
    rows: Rows = []
    for trace_id, spans in spans_of_traces:
        rows += [(trace_id, one[0], at, *one[1:]) for at, one in enumerate(_said(spans), 1)]
    if not rows:
        return []
    trace_ids, span_ids, positions, roles, words, tools = zip(*rows, strict=True)
    named = [texts.column("TEXT", key, one) for key, one in (("role", roles), ("text", words), ("tool", tools))]
    return list(zip(trace_ids, span_ids, positions, *named, strict=True))


def _said(spans: Sequence[Span]) -> Iterator[tuple[str, str, str, str | None]]:
    for shown in conversation(build_tree(spans)).messages:
        message, span_id = shown.message, shown.node.span.span_id
        text = message.words.text or (message.reasoning.text if message.reasoning else "")
        if text or not message.calls:
            yield span_id, message.role, _plain(text), message.tool_name
        for call in message.calls:
            yield span_id, message.role, as_text(_plain(call.arguments)), call.name


def _plain(value: Json) -> Json:
    """With a mark in place of each image, audio or file."""
    return without_records(with_marks(value))


def spans_by_trace(rows: Sequence[Sequence[Any]], spans: Sequence[Span | None]) -> Iterator[tuple[str, list[Span]]]:
    """The spans of each trace, without those that could not be read.

    A row begins with the id of its trace, and the rows of one trace come one after another.
    """
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or rows[end][0] != rows[start][0]:
            yield cast(str, rows[start][0]), [one for one in spans[start:end] if one is not None]
            start = end
