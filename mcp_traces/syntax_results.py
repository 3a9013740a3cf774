"""What describe_filter_syntax promises clients: the syntax, the values there are, and a filter checked."""

from typing import Annotated, Any

from pydantic import Field

from mcp_traces.results import Number, Result, TraceRow, told


class FieldHelp(Result):
    field: str
    operators: list[str] = Field(default_factory=list[str])
    value: str = ""
    example: str
    meaning: str = ""
    trap: str | None = None


class FieldValues(Result):
    """`values` by how often they come; `argument` says how to ask for a field that no filter can name,
    `failed` how often a judge gave an error instead (`failed_judge` of search_traces finds those)."""

    field: str
    argument: str | None = None
    type: str | None = None
    values: dict[str, int] = Field(default_factory=dict[str, int])
    distinct: int | None = None
    min: Number | None = None
    max: Number | None = None
    p50: Number | None = None
    p95: Number | None = None
    failed: int = 0
    sampled: bool = False


class SampleResult(Result):
    traces: int
    oldest: str
    newest: str


class LiveValues(Result):
    """`keys` are those of tags, of metadata and of the attributes of recent spans, the most frequent first."""

    experiments: dict[str, str]
    total_traces: int | None = None
    first_trace: str | None = None
    last_trace: str | None = None
    sample: SampleResult | None = None
    keys: dict[str, list[str]] = Field(default_factory=dict[str, list[str]])
    fields: list[FieldValues] = Field(default_factory=list[FieldValues])


class ClauseResult(Result):
    """`value` as MLflow compares with it."""

    clause: str
    field: str
    operator: str
    value: Any = None
    means: str


class FilterCheckResult(Result):
    """`newest_match` is absent when nothing matches; `notes` then say why."""

    accepted: bool
    problems: str | None = None
    corrected: str | None = None
    alternatives: list[str] = Field(default_factory=list[str])
    clauses: list[ClauseResult] = Field(default_factory=list[ClauseResult])
    newest_match: TraceRow | None = None


class FilterSyntaxResult(Result):
    store: str
    fields: Annotated[
        list[FieldHelp], told("array", "field, operators, value (text or number), example, meaning, trap")
    ] = Field(default_factory=list[FieldHelp])
    rules: list[str] = Field(default_factory=list[str])
    order_by: list[str] = Field(default_factory=list[str])
    live: Annotated[
        LiveValues | None,
        told(
            "object",
            "total_traces, first_trace, last_trace, sample, keys (of tags, metadata, attributes), fields: field, "
            "type, values (how often each comes), distinct, min, max, failed (judges that gave an error), sampled "
            "(counts are of the sample only)",
        ),
    ] = None
    check: Annotated[
        FilterCheckResult | None,
        told("object", "accepted, problems, corrected, alternatives, clauses (means: in words), newest_match"),
    ] = None
    notes: list[str] = Field(default_factory=list[str])
    masked: Annotated[
        dict[str, int], told("object", "how often a value of each kind stands here as [masked: kind]")
    ] = Field(default_factory=dict[str, int])
