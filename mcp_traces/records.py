"""What the store says, in MLflow's own words: frozen records that know nothing of MLflow's classes or of MCP.

Times are epoch milliseconds (`_ms`) or nanoseconds (`_ns`), durations milliseconds. A mapping in a record is never
changed after the record was made.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, cast

Json: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict with string keys."""

TraceState: TypeAlias = Literal["OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED"]
SpanStatus: TypeAlias = Literal["OK", "ERROR", "UNSET"]
AssessmentKind: TypeAlias = Literal["feedback", "expectation", "issue"]
MetricViewType: TypeAlias = Literal["TRACES", "SPANS", "ASSESSMENTS"]
StoreKind: TypeAlias = Literal["sqlite", "postgresql", "mysql", "mssql", "server", "databricks", "file"]
DATABASE_KINDS: frozenset[StoreKind] = frozenset({"sqlite", "postgresql", "mysql", "mssql"})

# Reserved keys, as in mlflow/tracing/constant.py (TraceMetadataKey, TraceTagKey, SpanAttributeKey).
TRACE_NAME_TAG = "mlflow.traceName"
SPANS_LOCATION_TAG = "mlflow.trace.spansLocation"
SPANS_IN_DATABASE, SPANS_ARCHIVED = "TRACKING_STORE", "ARCHIVE_REPO"
"""mlflow/tracing/constant.py (TraceTagKey.SPANS_LOCATION, SpansLocation)."""

LINKED_PROMPTS_TAG = "mlflow.linkedPrompts"
SESSION_KEY = "mlflow.trace.session"
USER_KEY = "mlflow.trace.user"
SOURCE_RUN_KEY = "mlflow.sourceRun"
MODEL_ID_KEY = "mlflow.modelId"
TOKEN_USAGE_KEY = "mlflow.trace.tokenUsage"
COST_KEY = "mlflow.trace.cost"
EVAL_REQUEST_TAG = "mlflow.eval.requestId"
ASSESSMENT_RUN_KEY = "mlflow.assessment.sourceRunId"
SCORER_DIGEST_KEY = "mlflow.assessment.scorerDigest"
SIZE_STATS_KEY = "mlflow.trace.sizeStats"
SIZE_BYTES_KEY = "mlflow.trace.sizeBytes"
MAX_TOKENS = 10**18
"""A number of tokens from here on is none that was counted."""

BOOKKEEPING_KEYS = frozenset(
    {
        TRACE_NAME_TAG,
        LINKED_PROMPTS_TAG,
        SPANS_LOCATION_TAG,
        "mlflow.trace.archiveLocation",
        "mlflow.artifactLocation",
        SESSION_KEY,
        USER_KEY,
        SOURCE_RUN_KEY,
        TOKEN_USAGE_KEY,
        COST_KEY,
        SIZE_STATS_KEY,
        SIZE_BYTES_KEY,
        "mlflow.traceInputs",
        "mlflow.traceOutputs",
        "mlflow.trace.infoFinalized",
        "mlflow.trace_schema.version",
    }
)
"""Tags and metadata that are shown as fields of their own, and those of which nobody asks for a value."""

COST_DIGITS = 10
"""Of a dollar: a sum of floats shows no more than was added."""

MAX_DIGITS = 18
"""Of a number that was written as text; what has more is none of MLflow's."""

SPAN_TYPE_ATTRIBUTE = "mlflow.spanType"
SPAN_INPUTS_ATTRIBUTE = "mlflow.spanInputs"
SPAN_OUTPUTS_ATTRIBUTE = "mlflow.spanOutputs"
SPAN_TOKEN_USAGE_ATTRIBUTE = "mlflow.chat.tokenUsage"
CACHE_READ_TOKENS = "cache_read_input_tokens"
CACHE_WRITTEN_TOKENS = "cache_creation_input_tokens"
REASONING_TOKENS = "reasoning_tokens"
SPAN_COST_ATTRIBUTE = "mlflow.llm.cost"
SPAN_MODEL_ATTRIBUTE = "mlflow.llm.model"


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Which store answers: its kind, its address without credentials, the MLflow version in use on its side.

    A database has no version: `lacks` says what its tables do not hold, and what that costs, a sentence for each.
    """

    kind: StoreKind
    address: str
    mlflow_version: str | None = None
    ui_url: str | None = None
    lacks: tuple[str, ...] = ()

    @property
    def is_database(self) -> bool:
        return self.kind in DATABASE_KINDS


@dataclass(frozen=True, slots=True)
class Experiment:
    experiment_id: str
    name: str
    last_update_time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """An MLflow run that is not deleted. `status` is RUNNING, SCHEDULED, FINISHED, FAILED or KILLED."""

    run_id: str
    name: str
    status: str
    experiment_id: str
    start_time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AssessmentFailure:
    """Why a judge gave no value."""

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A feedback, an expectation or an issue attached to a trace. `source_type` is HUMAN, LLM_JUDGE or CODE."""

    assessment_id: str
    name: str
    kind: AssessmentKind
    value: Json
    source_type: str
    source_id: str
    create_time_ms: int
    last_update_time_ms: int
    rationale: str | None = None
    failure: AssessmentFailure | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    span_id: str | None = None
    overrides: str | None = None
    valid: bool = True


@dataclass(frozen=True, slots=True)
class TraceInfo:
    """A trace without its spans."""

    trace_id: str
    experiment_id: str
    state: TraceState
    request_time_ms: int
    execution_duration_ms: int | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    client_request_id: str | None = None
    trace_metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    assessments: tuple[Assessment, ...] = ()
    root_name: str | None = None
    """Name of the root span, where it is known and the trace has no name of its own."""

    @property
    def stored_name(self) -> str | None:
        return self.tags.get(TRACE_NAME_TAG)

    @property
    def name(self) -> str | None:
        return self.tags.get(TRACE_NAME_TAG, self.root_name)

    @property
    def session_id(self) -> str | None:
        return self.trace_metadata.get(SESSION_KEY)

    @property
    def user_id(self) -> str | None:
        return self.trace_metadata.get(USER_KEY)

    @property
    def run_id(self) -> str | None:
        return self.trace_metadata.get(SOURCE_RUN_KEY)

    @property
    def token_usage(self) -> Mapping[str, int]:
        """`input_tokens`, `output_tokens`, `total_tokens` and, where known, cache counts; empty when not recorded."""
        return {name: count for name, count in self._metadata_object(TOKEN_USAGE_KEY).items() if type(count) is int}

    @property
    def cost(self) -> Mapping[str, float]:
        """`input_cost`, `output_cost`, `total_cost` in USD; empty when not recorded."""
        costs = self._metadata_object(COST_KEY).items()
        return {name: cost for name, cost in costs if type(cost) in (int, float) and math.isfinite(cost)}

    @property
    def total_tokens(self) -> int | None:
        """All tokens of the trace, where that is a count."""
        total = self.token_usage.get("total_tokens")
        return total if total is not None and 0 <= total < MAX_TOKENS else None

    @property
    def total_cost(self) -> float | None:
        """The cost of the trace in USD."""
        return self.cost.get("total_cost")

    @property
    def span_count(self) -> int | None:
        count = self._metadata_object(SIZE_STATS_KEY).get("num_spans")
        return count if type(count) is int else None

    @property
    def size_bytes(self) -> int | None:
        size = self.trace_metadata.get(SIZE_BYTES_KEY, "")
        return int(size) if size.isascii() and size.isdigit() and len(size) <= MAX_DIGITS else None

    def _metadata_object(self, key: str) -> dict[str, Any]:
        """What MLflow wrote there, or whatever the traced application did."""
        value = decode_json(self.trace_metadata.get(key, "null"))
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class SpanEvent:
    name: str
    time_ns: int
    attributes: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True)
class SpanLink:
    trace_id: str
    span_id: str
    attributes: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True)
class Span:
    """One operation of a trace. Ids are hexadecimal; `attributes` are decoded and hold MLflow's own keys too."""

    span_id: str
    parent_id: str | None
    name: str
    status: SpanStatus
    start_time_ns: int
    end_time_ns: int | None = None
    status_message: str | None = None
    attributes: Mapping[str, Json] = field(default_factory=dict[str, Json])
    events: tuple[SpanEvent, ...] = ()
    links: tuple[SpanLink, ...] = ()

    @property
    def span_type(self) -> str:
        return str(self.attributes.get(SPAN_TYPE_ATTRIBUTE) or "UNKNOWN")

    @property
    def inputs(self) -> Json:
        return self.attributes.get(SPAN_INPUTS_ATTRIBUTE)

    @property
    def outputs(self) -> Json:
        return self.attributes.get(SPAN_OUTPUTS_ATTRIBUTE)

    @property
    def duration_ns(self) -> int | None:
        return None if self.end_time_ns is None else self.end_time_ns - self.start_time_ns


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace with its spans in the order the store gave them.

    `missing` says in a sentence why spans are absent or incomplete (still in progress, payload archived or lost);
    None when the trace is whole.
    """

    info: TraceInfo
    spans: tuple[Span, ...]
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class TracePage:
    """`notes` say what the store could not look at, such as spans that it does not hold.

    `reached_ms` is set when time ran out before the page was full: no trace that began earlier was looked at yet.
    """

    traces: tuple[TraceInfo, ...]
    next_page_token: str | None = None
    notes: tuple[str, ...] = ()
    reached_ms: int | None = None


ScanColumn: TypeAlias = Literal[
    "trace_id", "experiment_id", "time_ms", "duration_ms", "status", "name", "session_id",
    "input_tokens", "output_tokens", "total_tokens", "cached_tokens", "cost", "tags", "metadata",
    "request", "response", "assessment", "feedback", "feedback_name", "runs",
    "span_id", "parent_id", "span_name", "span_type", "span_status", "span_start_ns", "span_duration_ns", "span",
]  # fmt: skip
"""What a scan reads. `span` is the whole record, all others of spans are plain values.

`tags` and `metadata` are the value under a key, or without one all of them, as a mapping. `request` and `response` are
the previews. `assessment` is the whole record: a trace has a row for each, and one with None where there is none.

`feedback` is the JSON of a valid feedback's value, or a `feedback_failure` of `store.gateway`; its key is a name, or
None for all. A trace has a row for each such feedback, and one with None where there is none.

`runs` are the ids of the run that logged a trace and of those it was linked to afterwards, joined by commas. Only a
database lists links: records have the first.
"""


@dataclass(frozen=True, slots=True)
class MetricsQuery:
    """One call of MLflow's trace metrics: a metric of traces, spans or assessments, for each set of `dimensions`.

    `aggregations` are COUNT, MIN, MAX, AVG, SUM or a percentile such as P95. Rows that lack a dimension are left out,
    and so are those beyond `limit`, in the order of the dimensions' texts.
    """

    experiment_ids: tuple[str, ...]
    view_type: MetricViewType
    metric_name: str
    dimensions: tuple[str, ...] = ()
    aggregations: tuple[str, ...] = ("COUNT",)
    filters: tuple[str, ...] = ()
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class MetricDataPoint:
    """`values` by aggregation."""

    dimensions: Mapping[str, str]
    values: Mapping[str, float]


MAX_NESTING = 200
"""Levels of lists and objects. JSON can be written and read a little deeper only (pydantic: 255)."""


def decode_json(text: Any) -> Json:
    """The JSON value in `text`, or `text` itself where it is no string or no JSON (attributes set by OTel SDKs).

    What is nested deeper than MAX_NESTING is the text of its JSON.
    """
    if not isinstance(text, str):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if text.count("[") + text.count("{") > MAX_NESTING:
        _flatten(value)
    return value


def _flatten(value: Json) -> None:
    level = [value]
    for _ in range(MAX_NESTING - 1):
        level = [child for one in level for _, child in _inner(one)]
    for one in level:
        for key, child in _inner(one):
            one[key] = json.dumps(child, ensure_ascii=False, separators=(",", ":"))


def _inner(value: Json) -> list[tuple[Any, Json]]:
    """The lists and objects in a list or an object, by key."""
    container: Any = value
    items = container.items() if isinstance(value, dict) else enumerate(container) if isinstance(value, list) else ()
    return [(key, child) for key, child in items if isinstance(child, dict | list)]


def session_parts(session_id: str) -> tuple[str, ...]:
    """The parts of a hierarchical session id, which MLflow 3.17 writes as a JSON array of texts; none for another."""
    value = decode_json(session_id) if session_id.startswith("[") else None
    return tuple(one for one in cast("list[Json]", value) if isinstance(one, str)) if isinstance(value, list) else ()


def is_of_session(held: str | None, wanted: str) -> bool:
    """Whether the session is the one wanted, or has it among its parts."""
    return held is not None and (held == wanted or wanted in session_parts(held))


class JsonAttributes(Mapping[str, Json]):
    """Attributes as MLflow stores them, each value a JSON text, decoded when it is read and not before.

    A trace of 30,000 spans is opened for its tree far more often than for every value in it.
    """

    __slots__ = ("_encoded",)

    def __init__(self, encoded: Mapping[str, Any]) -> None:
        self._encoded = encoded

    def __getitem__(self, key: str) -> Json:
        return decode_json(self._encoded[key])

    def encoded(self, key: str) -> Any:
        """The value as it is stored, None where there is none."""
        return self._encoded.get(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._encoded)

    def __len__(self) -> int:
        return len(self._encoded)

    def __repr__(self) -> str:
        return f"JsonAttributes({dict(self)!r})"
