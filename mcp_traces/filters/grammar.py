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
    """One row: `name` as we write it, `aliases` that MLflow takes too. A name ending in `.<key>` takes any key.

    `subject` is what a sentence about a clause begins with, `{key}` in it the key. A trace of which it
    `may_be_absent` is not matched by `!=`.
    """

    name: str
    operators: tuple[str, ...]
    value: ValueKind
    example: str
    meaning: str
    subject: str
    aliases: tuple[str, ...] = ()
    trap: str | None = None
    may_be_absent: bool = False

    @property
    def is_of_spans(self) -> bool:
        """Whether it is about one span; all such clauses of a filter are about the same one."""
        return self.name.startswith(("span.", "trace.text"))

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
        subject="the root's status",
    ),
    Field(
        "trace.timestamp_ms",
        _ORDERINGS,
        "number",
        "trace.timestamp_ms > 1700000000000",
        "start, epoch milliseconds",
        aliases=("timestamp_ms", "timestamp", "trace.timestamp", "attribute.timestamp_ms", "attributes.timestamp_ms"),
        trap="dates as text are not understood",
        subject="the trace's start",
    ),
    Field(
        "trace.execution_time_ms",
        _ORDERINGS,
        "number",
        "trace.execution_time_ms > 1000",
        "duration in milliseconds",
        aliases=("execution_time_ms", "execution_time", "trace.execution_time", "attribute.execution_time_ms"),
        trap="traces in progress have none and never match",
        subject="the trace's duration in ms",
    ),
    Field(
        "trace.end_time_ms",
        _ORDERINGS,
        "number",
        "trace.end_time_ms > 1700000000000",
        "start plus duration, epoch milliseconds",
        aliases=("end_time_ms", "end_time", "trace.end_time"),
        trap="a trace in progress counts as ended when it began",
        subject="the trace's end",
    ),
    Field(
        "trace.name",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "trace.name = 'answer_question'",
        "name of the trace (its root span)",
        aliases=("name", "attribute.name", "attributes.name"),
        trap="IN always fails: use RLIKE '^(a|b)$'",
        subject="the trace's name",
        may_be_absent=True,
    ),
    Field(
        "trace.request_id",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.request_id LIKE 'tr-%'",
        "the trace id (`trace_id` is no field)",
        aliases=("request_id", "attribute.request_id", "attributes.request_id"),
        subject="the trace's id",
    ),
    Field(
        "trace.client_request_id",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "trace.client_request_id = 'req-1'",
        "the id the application gave",
        aliases=("client_request_id", "attribute.client_request_id"),
        trap="!= leaves out traces that have none",
        subject="the application's own id",
        may_be_absent=True,
    ),
    Field(
        "trace.run_id",
        (*_EQUALITY, "LIKE", "ILIKE", "RLIKE", *_NULLS),
        "text",
        "trace.run_id = '0123456789abcdef'",
        "the MLflow run; = finds linked traces too",
        aliases=("run_id", "attribute.run_id"),
        trap="of two run_id = clauses only the last counts",
        subject="the MLflow run",
        may_be_absent=True,
    ),
    Field(
        "trace.prompt",
        ("=",),
        "text",
        "trace.prompt = 'support/3'",
        "a linked prompt, as name/version",
        aliases=("prompt", "attribute.prompt"),
        subject="a linked prompt",
    ),
    Field(
        "trace.text",
        ("LIKE", "ILIKE"),
        "text",
        "trace.text ILIKE '%timeout%'",
        "full text over the spans' stored JSON, keys included",
        aliases=("span.content",),
        trap="add the % yourself; previews, tags and feedback are not searched",
        subject="some span's stored JSON",
    ),
    Field(
        "tag.<key>",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "tag.environment = 'production'",
        "a tag; backticks round a key with other characters: tag.`model-name`",
        aliases=("tags.<key>",),
        trap="!= leaves out traces without the tag",
        subject="tag {key}",
        may_be_absent=True,
    ),
    Field(
        "metadata.<key>",
        (*_EQUALITY, *_PATTERNS, *_NULLS),
        "text",
        "metadata.`mlflow.trace.session` = 'session_abc123'",
        "trace metadata",
        aliases=("request_metadata.<key>",),
        trap="!= leaves out traces without the key",
        subject="metadata {key}",
        may_be_absent=True,
    ),
    Field(
        "span.name",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.name = 'search_docs'",
        "a span of this name exists",
        trap="all span clauses of one filter must hold for one and the same span; != means some span differs",
        subject="some span's name",
    ),
    Field(
        "span.type",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.type = 'TOOL'",
        "LLM, CHAT_MODEL, AGENT, TOOL, RETRIEVER, CHAIN, ...",
        subject="some span's type",
    ),
    Field(
        "span.status",
        (*_EQUALITY, *_LISTS, *_PATTERNS),
        "text",
        "span.status = 'ERROR'",
        "OK, ERROR or UNSET of any one span",
        subject="some span's status",
    ),
    Field(
        "span.attributes.<key>",
        _PATTERNS,
        "text",
        "span.attributes.model LIKE '%gpt-4%'",
        "a span attribute; LIKE values begin with %",
        trap="= never matches and != always does: use RLIKE '^value$'",
        subject="some span's attribute {key}",
    ),
    Field(
        "feedback.<key>",
        (*_EQUALITY, ">", ">=", "<", "<=", *_PATTERNS, *_NULLS),
        "text or number",
        "feedback.rating = 'positive'",
        "feedback by name: = with text or 'true' in quotes, >= and <= with numbers (a server stores 5 as 5.0)",
        trap="LIKE sees JSON: write '%pos%'",
        subject="feedback {key}",
        may_be_absent=True,
    ),
    Field(
        "expectation.<key>",
        (*_EQUALITY, ">", ">=", "<", "<=", *_PATTERNS, *_NULLS),
        "text or number",
        "expectation.answer IS NOT NULL",
        "expectation by name, like feedback",
        subject="expectation {key}",
        may_be_absent=True,
    ),
    Field(
        "issue.id",
        ("=",),
        "text",
        "issue.id = 'iss-1'",
        "an issue linked to the trace",
        subject="a linked issue's id",
    ),
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
