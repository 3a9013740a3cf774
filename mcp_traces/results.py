"""What we promise clients: each tool's result as a pydantic model, which is also its output schema.

A field that has a default is left out when it is empty, so a result carries only what there is to say.
"""

from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer, SerializerFunctionWrapHandler, WithJsonSchema, model_serializer


class Result(BaseModel):
    @model_serializer(mode="wrap")
    def _without_empty_fields(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = type(self).model_fields
        return {
            name: value
            for name, value in serialize(self).items()
            if fields[name].is_required() or not (value in (None, "", [], {}) or value == fields[name].default)
        }


def _whole_or_decimal(value: float) -> int | float:
    return int(value) if value.is_integer() else value


Milliseconds = Annotated[float, PlainSerializer(_whole_or_decimal)]


class Tokens(Result):
    input: int | None = None
    output: int | None = None
    total: int | None = None


class AssessmentResult(Result):
    name: str
    kind: str = Field(default="feedback", description="or expectation, issue")
    value: Any = None
    source: str = Field(description="HUMAN, LLM_JUDGE or CODE; detailed: and which")
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


class Applied(Result):
    experiments: dict[str, str] = Field(description="name by id")
    filter: str | None = Field(default=None, description="MLflow filter that ran")
    order_by: list[str]
    since: str | None = None
    until: str | None = None


class SearchTracesResult(Result):
    traces: list[TraceRow]
    returned: int
    next_cursor: str | None = Field(default=None, description="pass as `cursor` for the next page; absent at the end")
    applied: Applied
    notes: list[str] = []


class TypeTotal(Result):
    type: str
    spans: int
    errors: int = 0
    duration_ms: Milliseconds = Field(description="sum over its spans")
    tokens: int = 0


class Totals(Result):
    spans: int
    errors: int
    by_type: list[TypeTotal]


class ErrorResult(Result):
    span_id: str
    name: str
    type: str
    exception: str | None = None
    message: str | None = None
    stack: str | None = None
    failed_ancestors: list[str] = Field(default_factory=list[str], description="span_ids from the cause up")
    recovered_in: str | None = Field(default=None, description="span_id of the first ancestor that did not fail")


class CriticalStep(Result):
    span_id: str
    name: str
    type: str
    self_ms: Milliseconds = Field(description="time on the critical path in this span itself")
    start_ms: Milliseconds


class SpanResult(Result):
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
    inputs: Any = None
    outputs: Any = None
    attributes: dict[str, Any] = {}
    events: list[Any] = Field(default_factory=list[Any], description="name, at_ms, attributes")
    links: list[Any] = []


class ValueResult(Result):
    span_id: str | None = None
    path: str
    type: str
    text: str = Field(description="the string itself, or JSON of what is no string")
    offset: int
    next_offset: int | None = Field(default=None, description="absent at the end")
    total_chars: int


class Elision(Result):
    span_id: str | None = None
    path: str = Field(description="read it with span_ids=[span_id], path, offset=shown")
    shown: int = Field(description="characters shown")
    total: int


class NextCall(Result):
    why: str
    arguments: dict[str, Any]


# Spelled out once, for search_traces: a second copy would be a sixth of all that `tools/list` sends.
_ROW_SCHEMA = WithJsonSchema(
    {"type": "object", "description": "the row as search_traces gives it; in overviews in full"}
)


class GetTraceResult(Result):
    trace: Annotated[TraceRow, _ROW_SCHEMA]
    totals: Totals | None = None
    errors: list[ErrorResult] = []
    critical_path: list[CriticalStep] = []
    spans: list[SpanResult] = []
    value: ValueResult | None = None
    shown: int | None = Field(default=None, description="spans shown")
    total: int | None = Field(default=None, description="spans there are")
    elided: list[Elision] = []
    next_cursor: str | None = None
    notes: list[str] = []
    next: list[NextCall] = Field(default_factory=list[NextCall], description="get_trace calls worth making")


class FieldHelp(Result):
    field: str
    operators: list[str]
    value: str
    example: str
    meaning: str
    trap: str | None = None


class FilterSyntaxResult(Result):
    store: str
    fields: list[FieldHelp] = []
    rules: list[str] = []
    order_by: list[str] = []
    notes: list[str] = []
