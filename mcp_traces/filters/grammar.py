"""MLflow's trace search grammar as one table: what may be written left of an operator, and what really works.

Each row was run against MLflow 3.17 on SQLite, PostgreSQL and a tracking server, and its operators on each minor
version from 3.1 on; where `mlflow/utils/search_utils.py` (SearchTraceUtils) allows an operator that then fails or finds
nothing, the row leaves it out and `trap` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

ValueKind: TypeAlias = Literal["text", "number", "text or number"]
Version: TypeAlias = tuple[int, int]

_EQUALITY = ("=", "!=")
_LISTS = ("IN", "NOT IN")
_PATTERNS = ("LIKE", "ILIKE", "RLIKE")
_NULLS = ("IS NULL", "IS NOT NULL")
_MORE_OR_LESS = (">", ">=", "<", "<=")
_ORDERINGS = (*_EQUALITY, *_MORE_OR_LESS)


def _later(*groups: tuple[tuple[str, ...], Version]) -> dict[str, Version]:
    return {operator: version for operators, version in groups for operator in operators}


@dataclass(frozen=True, slots=True)
class Field:
    """One row: `name` as we write it. A name ending in `.<key>` takes any key.

    `subject` begins a sentence about a clause; `{key}` in it stands for the key. `since` is the first MLflow version
    with the field, `later` that of operators which came after it. `also` lists other systems' names for it.
    """

    name: str
    operators: tuple[str, ...]
    value: ValueKind
    example: str
    meaning: str
    subject: str
    trap: str | None = None
    since: Version = (3, 1)
    later: Mapping[str, Version] = field(default_factory=dict[str, Version], compare=False)
    also: tuple[str, ...] = ()

    @property
    def aliases(self) -> tuple[str, ...]:
        """What MLflow takes for the name too. `text` alone is a keyword to its parser."""
        entity, _, key = self.name.partition(".")
        short = dict.fromkeys((key, key.removesuffix("_ms")))
        spellings = [f"{prefix}{one}" for one in short for prefix in ("", "trace.", "attribute.", "attributes.")]
        own = {self.name} if key != "text" else {self.name, "text"}
        return tuple(one for one in spellings if one not in own) if entity == "trace" else _ALIASES.get(self.name, ())

    @property
    def may_be_absent(self) -> bool:
        """Whether a trace may have none, so that `!=` does not match it."""
        return "IS NULL" in self.operators or self.name == "trace.client_request_id"

    @property
    def is_of_spans(self) -> bool:
        """Whether it is about one span; all such clauses of a filter are about the same one."""
        return self.name.startswith(("span.", "trace.text"))

    @property
    def keyed(self) -> bool:
        return self.name.endswith(".<key>")

    @property
    def prefix(self) -> str:
        """What precedes the key of a keyed field, with its dot: `tag.`."""
        return self.name.removesuffix("<key>")


_ALIASES = {"tag.<key>": ("tags.<key>",), "metadata.<key>": ("request_metadata.<key>",)}
_ASSESSMENT_LATER = _later(
    (_EQUALITY, (3, 9)),  # from 3.6 to 3.8 texts are never equal
    (_NULLS, (3, 10)),
    (_MORE_OR_LESS, (3, 15)),
)

FIELDS: tuple[Field, ...] = (
    Field(
        "trace.status",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.status = 'ERROR'",
        "OK, ERROR or IN_PROGRESS, in capitals: the root's outcome",
        trap="a trace whose root recovered is OK even when spans failed: use span.status",
        subject="the root's status",
        later=_later((_PATTERNS, (3, 6))),
        also=("state", "trace_status"),
    ),
    Field(
        "trace.timestamp_ms",
        _ORDERINGS,
        "number",
        "trace.timestamp_ms > 1700000000000",
        "start, epoch milliseconds",
        trap="dates as text are not supported",
        subject="the trace's start",
        also=("start_time", "start_time_ms", "start", "request_time", "created_at", "date", "time", "ts"),
    ),
    Field(
        "trace.execution_time_ms",
        _ORDERINGS,
        "number",
        "trace.execution_time_ms > 1000",
        "duration in milliseconds",
        trap="traces in progress (trace.status = 'IN_PROGRESS') have none and never match",
        subject="the trace's duration in ms",
        also=("duration", "duration_ms", "trace:duration", "transaction.duration", "latency", "latency_ms", "elapsed"),
    ),
    Field(
        "trace.end_time_ms",
        _ORDERINGS,
        "number",
        "trace.end_time_ms > 1700000000000",
        "start plus duration, epoch milliseconds",
        trap="a trace in progress counts as ended when it began",
        subject="the trace's end",
        since=(3, 6),
    ),
    Field(
        "trace.name",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "trace.name = 'answer_question'",
        "name of the trace (its root span)",
        trap="IN always fails: use RLIKE '^(a|b)$'",
        subject="the trace's name",
        later=_later((_PATTERNS, (3, 6)), (_NULLS, (3, 11))),
        also=("trace_name", "root_name", "root_span_name", "trace:root_name", "transaction"),
    ),
    Field(
        "trace.request_id",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.request_id LIKE 'tr-%'",
        "the trace id (`trace_id` is not a field)",
        subject="the trace's id",
        later=_later((_PATTERNS, (3, 6))),
        also=("trace_id", "id"),
    ),
    Field(
        "trace.client_request_id",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.client_request_id = 'req-1'",
        "the id the application gave",
        trap="!= leaves out traces that have none; LIKE '%' finds the others",
        subject="the application's own id",
        since=(3, 6),
    ),
    Field(
        "trace.run_id",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "trace.run_id = '0123456789abcdef'",
        "the MLflow run; = finds linked traces too",
        trap="of two run_id = clauses only the last counts",
        subject="the MLflow run",
        later=_later((_PATTERNS, (3, 6)), (_NULLS, (3, 9))),
        also=("run", "source_run", "mlflow_run_id"),
    ),
    Field(
        "trace.prompt",
        ("=",),
        "text",
        "trace.prompt = 'support/3'",
        "a linked prompt, as name/version",
        subject="a linked prompt",
        since=(3, 7),
        also=("prompt_version",),
    ),
    Field(
        "trace.text",
        ("LIKE", "ILIKE"),
        "text",
        "trace.text ILIKE '%timeout%'",
        "full text over the spans' stored JSON, keys included",
        trap="add the % yourself; previews, tags and feedback are not searched",
        subject="some span's stored JSON",
        since=(3, 6),
        also=("text", "content", "span.text", "full_text"),
    ),
    Field(
        "tag.<key>",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "tag.environment = 'production'",
        "a tag; backticks round a key with other characters: tag.`model-name`",
        trap="!= leaves out traces without the tag",
        subject="tag {key}",
        later=_later((_PATTERNS, (3, 6)), (_NULLS, (3, 11))),
    ),
    Field(
        "metadata.<key>",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "metadata.mlflow.trace.session = 'session_abc123'",
        "trace metadata",
        trap="!= leaves out traces without the key",
        subject="metadata {key}",
        later=_later((_PATTERNS, (3, 6)), (_NULLS, (3, 9))),
    ),
    Field(
        "span.name",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.name = 'search_docs'",
        "a span of this name exists",
        trap="all span clauses of one filter must hold for one and the same span; != means some span differs",
        subject="some span's name",
        since=(3, 4),
        later=_later((("RLIKE",), (3, 6))),
        also=("span_name", "span:name", "operation", "operation_name", "observation_name", "tool", "tool_name"),
    ),
    Field(
        "span.type",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.type = 'TOOL'",
        "LLM, CHAT_MODEL, AGENT, TOOL, RETRIEVER, CHAIN, ...",
        subject="some span's type",
        since=(3, 6),
        also=("span_type", "span_kind", "span.kind", "span:kind", "kind", "type", "run_type", "observation_type"),
    ),
    Field(
        "span.status",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.status = 'ERROR'",
        "OK, ERROR or UNSET of any one span",
        subject="some span's status",
        since=(3, 6),
        also=("span_status", "span:status", "span.status_code", "status_code", "status.code", "level", "severity"),
    ),
    Field(
        "span.attributes.<key>",
        _PATTERNS,
        "text",
        "span.attributes.model LIKE '%gpt-4%'",
        "a span attribute; LIKE values begin with %",
        trap="= never matches and != always does: use RLIKE '^value$'",
        subject="some span's attribute {key}",
        since=(3, 6),
    ),
    Field(
        "feedback.<key>",
        (*_EQUALITY, *_MORE_OR_LESS, *_PATTERNS, *_NULLS),
        "text or number",
        "feedback.rating = 'positive'",
        "feedback by name: = with text or 'true' in quotes, >= and <= with numbers (a server stores 5 as 5.0)",
        trap="LIKE sees JSON: write '%pos%'",
        subject="feedback {key}",
        since=(3, 6),
        later=_ASSESSMENT_LATER,
    ),
    Field(
        "expectation.<key>",
        (*_EQUALITY, *_MORE_OR_LESS, *_PATTERNS, *_NULLS),
        "text or number",
        "expectation.answer IS NOT NULL",
        "expectation by name, like feedback",
        subject="expectation {key}",
        since=(3, 6),
        later=_ASSESSMENT_LATER,
    ),
    Field(
        "issue.id",
        ("=",),
        "text",
        "issue.id = 'iss-1'",
        "an issue linked to the trace",
        subject="a linked issue's id",
        since=(3, 11),
    ),
)

ORDER_KEYS = ("timestamp_ms", "execution_time_ms", "status", "request_id", "name", "run_id", "experiment_id")
"""What `order_by` takes beside `tag.<key>` and `metadata.<key>`, each with ASC or DESC behind it.

MLflow lists `end_time_ms` too; it fails before 3.18.
"""

REMAPPED_KEYS = frozenset({"name", "prompt", "run_id", "text", "timestamp", "execution_time", "end_time"})
"""Keys that MLflow rewrites whatever precedes them (SearchTraceUtils._replace_key_to_tag_or_metadata).

`tag.name = 'x'` searches the trace's name, `feedback.text` the spans: MLflow's syntax cannot name such a key. Compared
in lower case, as MLflow does.
"""

MAX_CLAUSES = 30
"""Each tag or metadata clause is a join, and SQLite joins at most 64 tables."""


_BY_SPELLING = {spelling: row for row in FIELDS for spelling in (row.name, *row.aliases)} | {
    "span.content": next(row for row in FIELDS if row.name == "trace.text")
}


def field_named(name: str) -> Field | None:
    """The row for a field as written in a filter, or None: `status`, `tag.x`, `span.attributes.a.b`."""
    if (row := _BY_SPELLING.get(name)) and not row.keyed:
        return row
    entity, _, key = name.removeprefix("span.").partition(".")
    prefix = f"span.{entity}" if name.startswith("span.") else entity
    return _BY_SPELLING.get(f"{prefix}.<key>") if key else None
