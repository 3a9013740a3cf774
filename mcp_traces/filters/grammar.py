"""MLflow's trace search grammar as one table: what may be written left of an operator, and what really works.

Each row was run against MLflow 3.17 on SQLite, PostgreSQL and a tracking server; where `mlflow/utils/search_utils.py`
(SearchTraceUtils) allows an operator that then fails or finds nothing, the row leaves it out and `trap` says so.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

ValueKind: TypeAlias = Literal["text", "number", "text or number"]

_EQUALITY = ("=", "!=")
_LISTS = ("IN", "NOT IN")
_PATTERNS = ("LIKE", "ILIKE", "RLIKE")
_NULLS = ("IS NULL", "IS NOT NULL")
_ORDERINGS = ("=", "!=", ">", ">=", "<", "<=")


@dataclass(frozen=True, slots=True)
class Field:
    """One row: `name` as we write it, `aliases` that MLflow takes too. A name ending in `.<key>` takes any key."""

    name: str
    operators: tuple[str, ...]
    value: ValueKind
    example: str
    meaning: str
    aliases: tuple[str, ...] = ()
    trap: str | None = None

    @property
    def keyed(self) -> bool:
        return self.name.endswith(".<key>")

    @property
    def prefix(self) -> str:
        """What stands before the key of a keyed field, with its dot: `tag.`."""
        return self.name.removesuffix("<key>")


FIELDS: tuple[Field, ...] = (
    Field(
        "trace.status",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.status = 'ERROR'",
        "OK, ERROR or IN_PROGRESS, in capitals: the root's outcome",
        aliases=("status", "attribute.status", "attributes.status"),
        trap="a trace whose root recovered is OK even when spans failed: use span.status",
    ),
    Field(
        "trace.timestamp_ms",
        _ORDERINGS,
        "number",
        "trace.timestamp_ms > 1700000000000",
        "start, epoch milliseconds",
        aliases=("timestamp_ms", "timestamp", "trace.timestamp", "attribute.timestamp_ms", "attributes.timestamp_ms"),
        trap="dates as text are not understood",
    ),
    Field(
        "trace.execution_time_ms",
        _ORDERINGS,
        "number",
        "trace.execution_time_ms > 1000",
        "duration in milliseconds",
        aliases=("execution_time_ms", "execution_time", "trace.execution_time", "attribute.execution_time_ms"),
        trap="traces in progress have none and never match",
    ),
    Field(
        "trace.end_time_ms",
        _ORDERINGS,
        "number",
        "trace.end_time_ms > 1700000000000",
        "start plus duration, epoch milliseconds",
        aliases=("end_time_ms", "end_time", "trace.end_time"),
        trap="a trace in progress counts as ended when it began",
    ),
    Field(
        "trace.name",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "trace.name = 'answer_question'",
        "name of the trace (its root span)",
        aliases=("name", "attribute.name", "attributes.name"),
        trap="IN always fails: use RLIKE '^(a|b)$'",
    ),
    Field(
        "trace.request_id",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.request_id LIKE 'tr-%'",
        "the trace id (`trace_id` is no field)",
        aliases=("request_id", "attribute.request_id", "attributes.request_id"),
    ),
    Field(
        "trace.client_request_id",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.client_request_id = 'req-1'",
        "the id the application gave",
        aliases=("client_request_id", "attribute.client_request_id"),
        trap="!= leaves out traces that have none",
    ),
    Field(
        "trace.run_id",
        (*_EQUALITY, "LIKE", "ILIKE", "RLIKE", *_NULLS),
        "text",
        "trace.run_id = '0123456789abcdef'",
        "the MLflow run; = finds linked traces too",
        aliases=("run_id", "attribute.run_id"),
        trap="of two run_id = clauses only the last counts",
    ),
    Field(
        "trace.prompt",
        ("=",),
        "text",
        "trace.prompt = 'support/3'",
        "a linked prompt, as name/version",
        aliases=("prompt", "attribute.prompt"),
    ),
    Field(
        "trace.text",
        ("LIKE", "ILIKE"),
        "text",
        "trace.text ILIKE '%timeout%'",
        "full text over the spans' stored JSON, keys included",
        aliases=("span.content",),
        trap="add the % yourself; previews, tags and feedback are not searched",
    ),
    Field(
        "tag.<key>",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "tag.environment = 'production'",
        "a tag; backticks round a key with other characters: tag.`model-name`",
        aliases=("tags.<key>",),
        trap="!= leaves out traces without the tag",
    ),
    Field(
        "metadata.<key>",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "metadata.`mlflow.trace.session` = 'session_abc123'",
        "trace metadata",
        aliases=("request_metadata.<key>",),
        trap="!= leaves out traces without the key; token counts and cost cannot be compared",
    ),
    Field(
        "span.name",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.name = 'search_docs'",
        "a span of this name exists",
        trap="all span clauses of one filter must hold for one and the same span; != means some span differs",
    ),
    Field(
        "span.type",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.type = 'TOOL'",
        "LLM, CHAT_MODEL, AGENT, TOOL, RETRIEVER, CHAIN, ...",
    ),
    Field(
        "span.status",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.status = 'ERROR'",
        "OK, ERROR or UNSET of any one span",
    ),
    Field(
        "span.attributes.<key>",
        _PATTERNS,
        "text",
        "span.attributes.model LIKE '%gpt-4%'",
        "a span attribute; LIKE values begin with %",
        trap="= never matches and != always does: use RLIKE '^value$'",
    ),
    Field(
        "feedback.<key>",
        (*_EQUALITY, ">", ">=", "<", "<=", *_PATTERNS, *_NULLS),
        "text or number",
        "feedback.rating = 'positive'",
        "feedback by name: = with quotes ('positive', '5', 'true'), > and < with bare numbers",
        trap="LIKE sees JSON: write '%pos%'",
    ),
    Field(
        "expectation.<key>",
        (*_EQUALITY, ">", ">=", "<", "<=", *_PATTERNS, *_NULLS),
        "text or number",
        "expectation.answer IS NOT NULL",
        "expectation by name, like feedback",
    ),
    Field("issue.id", ("=",), "text", "issue.id = 'iss-1'", "an issue linked to the trace"),
)

ORDER_KEYS = ("timestamp_ms", "execution_time_ms", "status", "request_id", "name", "run_id", "experiment_id")
"""What `order_by` takes beside `tag.<key>` and `metadata.<key>`, each with ASC or DESC behind it.

`end_time_ms` is listed by MLflow too and fails before 3.18.
"""

REMAPPED_KEYS = frozenset({"name", "prompt", "run_id", "text", "timestamp", "execution_time", "end_time"})
"""Keys that MLflow rewrites whatever stands before them (SearchTraceUtils._replace_key_to_tag_or_metadata).

`tag.name = 'x'` searches the trace's name, `feedback.text` the spans: such a key cannot be asked for. Compared in
lower case, as MLflow does.
"""

MAX_CLAUSES = 30
"""Each tag or metadata clause is a join, and SQLite joins at most 64 tables."""


def field_named(name: str) -> Field | None:
    """The row for a field as written in a filter, or None: `status`, `tag.x`, `span.attributes.a.b`."""
    for field in FIELDS:
        for spelling in (field.name, *field.aliases):
            prefix = spelling.removesuffix("<key>")
            if name == spelling or (prefix != spelling and name.startswith(prefix) and name != prefix):
                return field
    return None
