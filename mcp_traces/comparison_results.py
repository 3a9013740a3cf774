"""What compare_traces promises clients: two traces span by span, or two runs row by row."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, WithJsonSchema

from mcp_traces.results import Milliseconds, NextCall, Number, Result, told

_LIKE_THE_ONE_BEFORE = WithJsonSchema({"type": "array", "items": {"type": "object"}})


class SideResult(Result):
    """One of the two. Of a run `rows` are its traces, `p50_ms` their median duration, `tokens` and `cost` sums."""

    id: str
    name: str | None = None
    status: str
    time: str | None = None
    duration_ms: int | None = None
    spans: int | None = None
    failed_spans: int = 0
    rows: int | None = None
    failed_rows: int = 0
    p50_ms: Number | None = None
    tokens: int | None = None
    cost: Number | None = None


class DifferenceResult(Result):
    """`a` and `b` are the values around the first difference, which is at character `at` of both."""

    recorded: ClassVar[frozenset[str]] = frozenset({"a", "b"})
    what: str
    name: str
    span_a: str | None = None
    span_b: str | None = None
    path: str | None = None
    at: int | None = None
    a: str | None = None
    b: str | None = None


class OnlyResult(Result):
    """Spans that one trace has and the other lacks; `below` are spans below them, `span_id` is that of the first."""

    name: str
    type: str
    spans: int
    below: int = 0
    span_id: str


class TimeResult(Result):
    """Time of their own on the critical path, of all spans with this name; the ids are those that differ most."""

    name: str
    a_ms: Milliseconds
    b_ms: Milliseconds
    change_ms: Milliseconds
    span_a: str | None = None
    span_b: str | None = None


class ContextResult(Result):
    """A tag or metadata value of the trace itself."""

    key: str
    a: str | None = None
    b: str | None = None


class ScorerResult(Result):
    """One scorer over the pairs that have its value on both sides.

    Of a pass/fail scorer `a` and `b` are rates of passing, of numbers means. `p` is of the exact sign test (McNemar's,
    for pass/fail).
    """

    scorer: str
    kind: Literal["pass/fail", "number", "text"]
    pairs: int
    a: Number | None = None
    b: Number | None = None
    improved: int | None = None
    regressed: int | None = None
    increased: int | None = None
    decreased: int | None = None
    changed: int | None = None
    tied: int
    p: Number | None = None
    changes: dict[str, int] = Field(default_factory=dict[str, int])
    scorer_changed: bool | None = None


class RowResult(Result):
    """A pair of rows whose values differ; `changes` are `old -> new` for each scorer."""

    input: str | None = None
    expected: str | None = None
    output_a: str | None = None
    output_b: str | None = None
    changes: dict[str, str]
    rationale: str | None = None
    trace_a: str
    trace_b: str


class FailedJudgeResult(Result):
    """A scorer that gave errors instead of values: how many on each side, and one of the errors."""

    scorer: str
    a: int = 0
    b: int = 0
    error: str | None = None


class UnpairedResult(Result):
    """Rows that only one run has, with examples."""

    a: int = 0
    b: int = 0
    examples_a: list[str] = Field(default_factory=list[str])
    examples_b: list[str] = Field(default_factory=list[str])


class CompareTracesResult(Result):
    kind: Literal["traces", "runs"]
    a: Annotated[SideResult, told("object", "id, name, status, duration_ms, spans or rows, tokens, cost")]
    b: Annotated[SideResult, told("object", "like a")]
    identical: bool | None = None
    first_divergence: Annotated[
        DifferenceResult | None,
        told("object", "what, name, span_a, span_b, path; a and b: the values around character `at`"),
    ] = None
    counts: Annotated[dict[str, int], told("object", "differences by kind")] = Field(default_factory=dict[str, int])
    only_a: Annotated[list[OnlyResult], told("array", "spans that b lacks: name, type, spans, below, span_id")] = Field(
        default_factory=list[OnlyResult]
    )
    only_b: Annotated[list[OnlyResult], _LIKE_THE_ONE_BEFORE] = Field(default_factory=list[OnlyResult])
    differences: Annotated[list[DifferenceResult], told("array", "the others, in order of execution")] = Field(
        default_factory=list[DifferenceResult]
    )
    differ_only_in_ids: int | None = None
    time: Annotated[list[TimeResult], told("array", "own time on the critical path")] = Field(
        default_factory=list[TimeResult]
    )
    context: Annotated[list[ContextResult], told("array", "tags and metadata that differ")] = Field(
        default_factory=list[ContextResult]
    )
    pairs: int | None = None
    scorers: Annotated[
        list[ScorerResult], told("array", "rates or means a and b, improved, regressed, tied, p, scorer_changed")
    ] = Field(default_factory=list[ScorerResult])
    regressed: Annotated[
        list[RowResult], told("array", "input, expected, outputs, changes, rationale, trace_a, trace_b")
    ] = Field(default_factory=list[RowResult])
    improved: Annotated[list[RowResult], _LIKE_THE_ONE_BEFORE] = Field(default_factory=list[RowResult])
    failed_judges: Annotated[list[FailedJudgeResult], told("array", "scorer, a, b, error")] = Field(
        default_factory=list[FailedJudgeResult]
    )
    unpaired: Annotated[UnpairedResult | None, told("object", "rows of one run only")] = None
    notes: list[str] = Field(default_factory=list[str])
    next: Annotated[list[NextCall], told("array", "get_trace calls")] = Field(default_factory=list[NextCall])
    masked: Annotated[dict[str, int], told("object", "by kind")] = Field(default_factory=dict[str, int])
