"""Scans of a database: a few values of every trace that a search finds, or of every span of them.

They are read from columns wherever MLflow has some: 50,000 traces take a fraction of a second. What MLflow 3.17 made
columns is JSON in metadata before.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Connection, FromClause, Select, and_, case, func, null, or_, select, true

from mcp_traces.records import (
    CACHE_READ_TOKENS,
    COST_KEY,
    SESSION_KEY,
    SOURCE_RUN_KEY,
    TOKEN_USAGE_KEY,
    TRACE_NAME_TAG,
    decode_json,
)
from mcp_traces.store.clause_sql import Search, linked_to, span_condition
from mcp_traces.store.gateway import FAILURE_MARK, Scan, ScanColumn, Visit
from mcp_traces.store.schema import Column, Table
from mcp_traces.store.sql_texts import Texts
from mcp_traces.store.stored_spans import read_content

ROWS_AT_ONCE = 5_000

_Converter = Callable[[Any], Any]

_PLAIN: dict[ScanColumn, str] = {
    "trace_id": "request_id",
    "experiment_id": "experiment_id",
    "time_ms": "timestamp_ms",
    "duration_ms": "execution_time_ms",
    "status": "status",
}
_PROMOTED: dict[ScanColumn, str] = {
    "session_id": "session_id",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "total_tokens": "total_tokens",
    "cached_tokens": CACHE_READ_TOKENS,
    "cost": "total_cost",
}
_OF_SPANS: dict[ScanColumn, str] = {"span_name": "name", "span_type": "type", "span_status": "status"}


def run(connection: Connection, search: Search, scan: Scan, visit: Visit) -> None:
    """Hands all rows to `visit`, or those before it has enough."""
    if scan.of_spans and not search.schema.spans:
        return
    builder = _Builder(search, scan)
    statement = builder.statement()
    convert = builder.converters
    # Options of the connection would stay with it, and stream every later statement too.
    streamed = connection.execute(statement, execution_options={"stream_results": True, "yield_per": ROWS_AT_ONCE})
    try:
        for rows in streamed.partitions(ROWS_AT_ONCE):
            taken: Sequence[Sequence[Any]] = cast("Sequence[Sequence[Any]]", rows)
            if convert:
                taken = [_converted(row, convert) for row in taken]
            if visit(taken):
                return
    finally:
        streamed.close()


def _converted(row: Sequence[Any], convert: dict[int, _Converter]) -> Sequence[Any]:
    """The row with values instead of what was selected for them. NULL stays None."""
    values: list[Any] | None = None
    for index, one in convert.items():
        if row[index] is not None:
            values = values or list(row)
            values[index] = one(row[index])
    return row if values is None else values


class _Builder:
    """The statement of a scan; `converters` turn what is selected into values, by index of the column."""

    def __init__(self, search: Search, scan: Scan) -> None:
        self._search, self._scan, self._schema = search, scan, search.schema
        self._spans = search.schema.spans.aliased("scanned")
        self._source: FromClause = self._schema.trace_info.clause
        self._joined: dict[tuple[str, str], Column] = {}
        self.converters: dict[int, _Converter] = {}

    def statement(self) -> Select[Any]:
        traces, spans = self._schema.trace_info, self._spans
        where = self._search.conditions()
        columns = [self._column(index, name, key) for index, (name, key) in enumerate(self._scan.columns)]
        if self._scan.of_spans:
            self._source = self._source.join(spans.clause, spans["trace_id"] == traces["request_id"])
            scanned = replace(self._schema, spans=spans)
            where += [span_condition(scanned, one) for one in self._scan.span_clauses]
        newest = [traces["timestamp_ms"].desc(), traces["request_id"].asc()]
        return select(*columns).select_from(self._source).where(*where).order_by(*newest)

    def _column(self, index: int, name: ScanColumn, key: str | None) -> Column:
        traces, spans = self._schema.trace_info, self._spans
        if name == "experiment_id":
            self.converters[index] = str
        if name in _PLAIN:
            return next(iter(traces.present(_PLAIN[name])), null()).label(f"c{index}")
        if name in _OF_SPANS:
            return next(iter(spans.present(_OF_SPANS[name])), null()).label(f"c{index}")
        if name in ("tags", "metadata"):
            return self._keyed(name, key or "").label(f"c{index}")
        if name in ("feedback", "feedback_name"):
            return self._feedback(name, key).label(f"c{index}")
        if name in ("name", "runs"):
            return (self._name() if name == "name" else self._runs(index)).label(f"c{index}")
        if name == "span_duration_ns":
            if not {"start_time_unix_nano", "end_time_unix_nano"} <= spans.columns:
                return null().label(f"c{index}")
            return (spans["end_time_unix_nano"] - spans["start_time_unix_nano"]).label(f"c{index}")
        if name == "span":
            self.converters[index] = _span_of
            return self._content().label(f"c{index}")
        return self._promoted(index, name).label(f"c{index}")

    def _promoted(self, index: int, name: ScanColumn) -> Column:
        traces = self._schema.trace_info
        if self._schema.is_promoted:
            return next(iter(traces.present(_PROMOTED[name])), null())
        if name == "session_id":
            return self._keyed("metadata", SESSION_KEY)
        if name == "cost":
            self.converters[index] = lambda text: _number_in(text, "total_cost", (int, float))
            return self._keyed("metadata", COST_KEY)
        key = _PROMOTED[name]
        self.converters[index] = lambda text: _number_in(text, key, (int,))
        return self._keyed("metadata", TOKEN_USAGE_KEY)

    def _name(self) -> Column:
        """The trace's own, else that of its root span."""
        traces, spans = self._schema.trace_info, self._schema.spans
        promoted = self._schema.is_promoted and "trace_name" in traces
        own = traces["trace_name"] if promoted else self._keyed("tags", TRACE_NAME_TAG)
        if not ("parent_span_id" in spans and "name" in spans):
            return own
        inner = spans.clause.alias("root")
        root = select(inner.c.name).where(
            inner.c.trace_id == traces["request_id"], inner.c.parent_span_id.is_(None), inner.c.name.is_not(None)
        )
        return func.coalesce(own, root.limit(1).scalar_subquery())

    def _keyed(self, name: str, key: str) -> Column:
        """The value under a key of tags or metadata, NULL for traces without it. MLflow 3.17 moved some to columns."""
        traces = self._schema.trace_info
        moved = {("tags", TRACE_NAME_TAG): "trace_name", ("metadata", SESSION_KEY): "session_id"}
        if self._schema.is_promoted and (name, key) in moved:
            return next(iter(traces.present(moved[name, key])), null())
        table: Table = self._schema.tags if name == "tags" else self._schema.metadata
        if not table:
            return null()
        if (name, key) not in self._joined:
            alias = table.clause.alias(f"k{len(self._joined)}")
            same = and_(
                alias.c.request_id == traces["request_id"], Texts(self._schema.dialect).equals(alias.c.key, key)
            )
            self._source = self._source.outerjoin(alias, same)
            self._joined[name, key] = alias.c.value
        return self._joined[name, key]

    def _runs(self, index: int) -> Column:
        traces, links = self._schema.trace_info, self._schema.associations
        logged = self._keyed("metadata", SOURCE_RUN_KEY)
        if not links:
            return logged
        of_trace = (links["source_id"] == traces["request_id"], *linked_to(links, "run"))
        linked = select(func.aggregate_strings(links["destination_id"], ",")).where(*of_trace).scalar_subquery()
        self.converters[index] = lambda text: text.strip(",") or None
        return func.coalesce(logged, "").concat(",").concat(func.coalesce(linked, ""))

    def _feedback(self, name: ScanColumn, key: str | None) -> Column:
        """Of one join: the name of an assessment that is a valid feedback, or its value or error."""
        traces, table = self._schema.trace_info, self._schema.assessments
        if not table:
            return null()
        joined = ("feedback", key or "")
        if joined not in self._joined:
            alias = table.clause.alias(f"k{len(self._joined)}")
            texts = Texts(self._schema.dialect)
            same = [alias.c.trace_id == traces["request_id"], texts.equals(alias.c.assessment_type, "feedback")]
            same += [alias.c.valid == true()] if "valid" in table else []
            same += [texts.equals(alias.c.name, key)] if key is not None else []
            self._source = self._source.outerjoin(alias, and_(*same))
            self._joined[joined] = alias.c.name
            value: Column = alias.c.value
            if "error" in table:
                failed = and_(alias.c.error.is_not(None), alias.c.error != "null")
                value = case((failed, FAILURE_MARK + alias.c.error), else_=value)
            self._joined["value", key or ""] = value
        return self._joined[joined if name == "feedback_name" else ("value", key or "")]

    def _content(self) -> Column:
        spans = self._spans
        if self._scan.whole == "all" or "type" not in spans:
            return spans["content"]
        untyped = or_(spans["type"].is_(None), spans["type"] == "UNKNOWN")
        return case((untyped, spans["content"]), else_=null())


def _span_of(content: str | None) -> Any:
    return read_content(content) if content else None


def _number_in(text: str | None, key: str, kinds: tuple[type, ...]) -> Any:
    usage: Any = decode_json(text)
    value: Any = cast("dict[str, Any]", usage).get(key) if isinstance(usage, dict) else None
    return value if type(value) in kinds else None
