"""What we promise clients: each tool's result as a pydantic model, which is also its output schema.

A field that has a default is left out when it is empty, so a result carries only what there is to say. A recorded value
is left out only where nothing was recorded, because empty outputs and no outputs differ.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    Field,
    PlainSerializer,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
)

_EMPTY: tuple[Any, ...] = (None, "", [], {})


class Result(BaseModel):
    recorded: ClassVar[frozenset[str]] = frozenset()
    """Fields that hold recorded values. They are left out only when they were never set."""

    @model_serializer(mode="wrap")
    def _without_empty_fields(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_empty_fields(self, serialize)


def without_empty_fields(result: Result, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
    defaults, recorded = _defaults(type(result)), result.recorded & result.model_fields_set
    return {
        name: value
        for name, value in serialize(result).items()
        if name not in defaults or name in recorded or ((value or value not in _EMPTY) and value != defaults[name])
    }


@cache
def _defaults(model: type[Result]) -> dict[str, Any]:
    return {name: field.default for name, field in model.model_fields.items() if not field.is_required()}


def told(kind: str, description: str) -> WithJsonSchema:
    """A schema that tells the fields in words: spelled out, those of get_trace would be a third of `tools/list`."""
    items = {"items": {"type": "object"}} if kind == "array" else {}
    return WithJsonSchema({"type": kind, **items, "description": description})


def whole_or_decimal(value: float) -> int | float:
    return int(value) if value.is_integer() else value


Number = Annotated[float, PlainSerializer(whole_or_decimal)]
Milliseconds = Number


# Its types are listed because some clients reject a schema without any. Null is left out of results.
_ANY_TYPE = WithJsonSchema({"anyOf": [{"type": kind} for kind in ("string", "number", "boolean", "object", "array")]})


class Tokens(Result):
    input: int | None = None
    output: int | None = None
    total: int | None = None
    cached: int | None = Field(default=None, description="input read from the provider's cache")
    cache_written: int | None = None


class AssessmentResult(Result):
    recorded: ClassVar[frozenset[str]] = frozenset({"value"})
    name: str
    kind: str = Field(default="feedback", description="or expectation, issue")
    value: Annotated[Any, _ANY_TYPE] = None
    source: str | None = Field(default=None, description="HUMAN, LLM_JUDGE or CODE; detailed: and which")
    rationale: str | None = None
    error: str | None = None
    span_id: str | None = None
    valid: bool | None = Field(default=None, description="false: overridden by a later one")


class TraceRow(Result):
    trace_id: str
    name: str | None = None
    status: str
    request_time: str = Field(description="ISO 8601, UTC")
    execution_time_ms: int | None = None
    span_count: int | None = None
    size_bytes: int | None = None
    tokens: Tokens | None = None
    cost: float | None = Field(default=None, description="USD")
    error: str | None = Field(default=None, description="of the root cause, where the search asks for failures")
    request_preview: str | None = None
    response_preview: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    run_id: str | None = None
    experiment_id: str | None = None
    client_request_id: str | None = None
    assessments: list[AssessmentResult] = []
    failed_assessments: list[AssessmentResult] = Field(
        default_factory=list[AssessmentResult], description="judges that gave no value, with the error"
    )
    tags: dict[str, str] = {}
    metadata: dict[str, str] = {}
    url: str | None = None
    _serialized: dict[str, Any] | None = PrivateAttr(default=None)

    def keep(self, serialized: dict[str, Any]) -> None:
        """Use this as the row's JSON from now on: a page measures each row before it sends all of them."""
        self._serialized = serialized

    @model_serializer(mode="wrap")
    def _without_empty_fields(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_empty_fields(self, serialize) if self._serialized is None else self._serialized


class Applied(Result):
    experiments: dict[str, str] = Field(description="name by id")
    filter: str | None = Field(default=None, description="MLflow filter that ran")
    database_only: bool = Field(default=False, description="an MLflow server would refuse this filter")
    order_by: list[str] = []
    since: str | None = None
    until: str | None = None


_ROWS = WithJsonSchema(
    {"type": "array", "items": {"type": "array"}, "description": "values in the order of columns; null: none"}
)


class CellElision(Result):
    """A value of a table that was cut, or held an image or audio, and where get_trace reads it on."""

    row: int
    column: str
    trace_id: str
    span_id: str | None = None
    path: str
    shown: int
    total: int


_VIEWS = "with detail overview or conversation: what get_trace's view of that name shows of each trace"


class SearchTracesResult(Result):
    recorded: ClassVar[frozenset[str]] = frozenset({"rows"})
    traces: list[TraceRow]
    columns: list[str] = Field(default=[], description="of rows, with select")
    rows: Annotated[list[list[Any]], _ROWS] = []
    views: "Annotated[list[GetTraceResult], told('array', _VIEWS)]" = []
    returned: int
    next_cursor: str | None = Field(default=None, description="pass as `cursor` for the next page; absent at the end")
    applied: Applied
    elided: Annotated[
        list[CellElision],
        told("array", "cut values of rows: row, column; get_trace reads on: trace_id, span_id, path, offset=shown"),
    ] = []
    notes: list[str] = []
    masked: Annotated[
        dict[str, int], told("object", "how often a value of each kind stands here as [masked: kind]")
    ] = {}


class Table(Result):
    """Rows of one kind, whose keys are not repeated; null: no value."""

    columns: list[str]
    rows: list[list[Any]]


class TypeTotal(Result):
    """`duration_ms` is the sum over its spans, `cost` in USD. Of `tokens`, `cached` and `cache_written` are input and
    `reasoning` output."""

    type: str
    spans: int
    errors: int = 0
    duration_ms: Milliseconds
    tokens: int = 0
    cached: int = 0
    cache_written: int = 0
    reasoning: int = 0
    cost: float = 0


class Totals(Result):
    """`events` are those that record no exception."""

    spans: int
    errors: int
    events: int = 0
    links: int = 0
    by_type: list[TypeTotal]


class ErrorResult(Result):
    """A root cause. `recovered_in` is the first ancestor that did not fail."""

    span_id: str
    name: str
    type: str
    exception: str | None = None
    message: str | None = None
    stack: str | None = None
    failed_ancestors: list[str] = []
    recovered_in: str | None = None


class HandledResult(Result):
    """What went wrong in a span that did not fail."""

    span_id: str
    name: str
    what: str
    path: str


class CriticalStep(Result):
    """`self_ms` is the time on the critical path in this span itself."""

    span_id: str
    name: str
    self_ms: Milliseconds


class SpanResult(Result):
    recorded: ClassVar[frozenset[str]] = frozenset({"inputs", "outputs"})
    span_id: str
    parent_id: str | None = None
    depth: int
    name: str
    type: str
    status: str
    status_message: str | None = None
    start_ms: Milliseconds = Field(description="after the trace's first span began")
    duration_ms: Milliseconds | None = Field(default=None, description="absent: not ended")
    preview: str | None = None
    inputs: Any = Field(default=None, description="absent: none recorded")
    outputs: Any = Field(default=None, description="absent: none recorded")
    attributes: dict[str, Any] = {}
    events: list[Any] = Field(default_factory=list[Any], description="name, at_ms, attributes")
    links: list[Any] = []


class ToolCallResult(Result):
    recorded: ClassVar[frozenset[str]] = frozenset({"arguments"})
    id: str | None = None
    name: str
    arguments: Any = Field(default=None, description="text when cut, or when not JSON")


class MessageResult(Result):
    role: str = Field(description="system, developer, user, assistant, tool")
    text: str = Field(default="", description="an image, audio or file as [image image/png 12,345 bytes]")
    reasoning: str | None = None
    tool_calls: list[ToolCallResult] = Field(default_factory=list[ToolCallResult])
    tool_call_id: str | None = Field(default=None, description="of a tool's result: the call it answers")
    tool_name: str | None = None
    span_id: str = Field(description="the span that added it: the LLM call, or for a result the tool")
    tool_span_id: str | None = Field(default=None, description="the span that ran the tool, when it is another")
    start_ms: Milliseconds
    path: str = Field(description="read it whole with span_ids=span_id, path")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image or a sound that goes to the client as a block of its own; `data` is base64."""

    mime_type: str
    data: str
    size: int


class ValueResult(Result):
    span_id: str | None = None
    path: str
    type: str
    mime_type: str | None = Field(default=None, description="of an image, audio or file")
    bytes: int | None = None
    text: str = Field(description="the string itself, or JSON of what is no string")
    offset: int
    next_offset: int | None = Field(default=None, description="absent at the end")
    total_chars: int
    parts: dict[str, str] = Field(default_factory=dict[str, str], description="of an object or list: type and size")


class MatchResult(Result):
    """`span_id` is absent in the trace's own values, `offset` where a key matched. Where the path of the match is too
    long, `path` is that of the object or list around it, and `offset` the match's place in its JSON."""

    span_id: str | None = None
    path: str
    offset: int | None = None
    text: str


class MatchCount(Result):
    span_id: str | None = None
    name: str | None = None
    matches: int


class Elision(Result):
    span_id: str | None = None
    path: str = Field(description="read it with span_ids=span_id, path, offset=shown")
    shown: int = Field(description="characters shown")
    total: int


class NextCall(Result):
    why: str
    arguments: dict[str, Any]


class GetTraceResult(Result):
    trace: Annotated[TraceRow, told("object", "the row as search_traces gives it; in overviews in full")]
    totals: Annotated[Totals | None, told("object", "spans, errors, events, links, by_type (cost in USD)")] = None
    errors: Annotated[
        list[ErrorResult],
        told("array", "root causes: span_id, exception, message, stack, failed_ancestors from it up, recovered_in"),
    ] = []
    handled: Annotated[
        list[HandledResult],
        told("array", "trouble in spans that did not fail (exceptions, retries, cut answers): span_id, what, path"),
    ] = []
    critical_path: Annotated[list[CriticalStep], told("array", "span_id, self_ms (time of its own on the path)")] = []
    spans: Annotated[
        Table | list[SpanResult],
        WithJsonSchema(
            {
                "anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}],
                "description": "overview, tree: {columns, rows}; start_ms: after the trace's first span began; "
                "duration_ms null: not ended; inputs, outputs in short, null: none recorded. Opened: objects with "
                "status_message, inputs, outputs, attributes, events (name, at_ms, attributes), links",
            }
        ),
    ] = []
    matches: Annotated[
        list[MatchResult],
        told("array", "path, offset (absent: the key matched), text around; no span_id: the trace's"),
    ] = []
    match_counts: Annotated[list[MatchCount], told("array", "the spans with most matches")] = []
    messages: Annotated[
        list[MessageResult],
        told(
            "array",
            "role, text, tool_calls (id, name, arguments), tool_call_id; span_id and path: who added it, and where",
        ),
    ] = []
    value: ValueResult | None = None
    shown: int | None = Field(default=None, description="of the spans, matches or messages")
    total: int | None = None
    elided: list[Elision] = []
    next_cursor: str | None = None
    notes: list[str] = []
    next: Annotated[list[NextCall], told("array", "get_trace calls worth making: why, arguments")] = []
    masked: Annotated[
        dict[str, int], told("object", "how often a value of each kind stands here as [masked: kind]")
    ] = {}
    _picture: Picture | None = PrivateAttr(default=None)

    def with_picture(self, picture: Picture) -> "GetTraceResult":
        """The result with a block beside it, which no budget counts."""
        self._picture = picture
        return self

    @property
    def picture(self) -> Picture | None:
        return self._picture


class TraceTotals(Result):
    """Of traces. `failed` are those with status ERROR; durations are in ms, `cost` in USD."""

    traces: int
    sessions: int = 0
    failed: int
    failure_rate: float | None = None
    p50_ms: int | None = None
    p95_ms: int | None = None
    p99_ms: int | None = None
    max_ms: int | None = None
    tokens: Tokens | None = None
    cost: float | None = None
    first: str | None = None
    last: str | None = None


class NextTool(Result):
    tool: str
    why: str
    arguments: dict[str, Any]


_TOTALS = "traces, sessions, failed (status ERROR), failure_rate, p50_ms, p95_ms, p99_ms, max_ms, tokens, cost (USD), "


class SummarizeTracesResult(Result):
    total: Annotated[TraceTotals, told("object", _TOTALS + "first, last")]
    baseline: Annotated[TraceTotals | None, told("object", "the same of `against`")] = None
    groups: Annotated[
        Table | None,
        told("object", "columns and rows, a row for each group; null: no value; the last row may sum the others"),
    ] = None
    groups_matching: int | None = Field(default=None, description="groups there are, shown or not")
    where: Annotated[
        dict[str, Any],
        told("object", "search_traces arguments that find a group's members; {column}: its value. null, other: theirs"),
    ] = {}
    different: Annotated[
        list[dict[str, Any]], told("array", "attribute, value, counts of both sides, p (corrected)")
    ] = []
    coverage: Annotated[dict[str, str], told("object", "of each part: exact, or how far it goes")] = {}
    applied: Applied
    notes: list[str] = []
    next: Annotated[list[NextTool], told("array", "calls worth making: tool, why, arguments")] = []
    masked: Annotated[dict[str, int], told("object", "values shown as [masked: kind], by kind")] = {}


class QueryTracesResult(Result):
    columns: list[str]
    rows: Annotated[list[list[Any]], _ROWS]
    returned: int
    more: bool = Field(default=False, description="there are more rows: LIMIT and OFFSET")
    coverage: Annotated[
        dict[str, str], told("object", "of each table: rows loaded of how many; a part is the newest traces'")
    ]
    applied: Applied
    notes: list[str] = []
    masked: Annotated[dict[str, int], told("object", "values shown as [masked: kind], by kind")] = {}


SearchTracesResult.model_rebuild()
