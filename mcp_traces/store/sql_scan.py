"""Scans of a database: a few values of every trace that a search finds, or of every span of them.

They are read from columns wherever MLflow has some: 50,000 traces take a fraction of a second. What MLflow 3.17 made
columns is JSON in metadata before.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Connection, FromClause, Select, Text, UnicodeText, and_, case, func, null, or_, select, true
from sqlalchemy import cast as cast_as

from mcp_traces.records import (
    CACHE_READ_TOKENS,
    COST_KEY,
    SESSION_KEY,
    SOURCE_RUN_KEY,
    TOKEN_USAGE_KEY,
    TRACE_NAME_TAG,
    Assessment,
    ScanColumn,
    decode_json,
)
from mcp_traces.store.clause_sql import Search, linked_to, span_condition
from mcp_traces.store.gateway import FAILURE_MARK, Scan, Visit
from mcp_traces.store.schema import COST_COLUMNS, TOKEN_COLUMNS, Column, Table
from mcp_traces.store.sql_rows import (
    ASSESSMENT_COLUMNS,
    INPUTS_KEY,
    OUTPUTS_KEY,
    metadata_of,
    read_assessment,
    tags_of,
)
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
_OF_SPANS: dict[ScanColumn, str] = {
    "span_id": "span_id",
    "parent_id": "parent_span_id",
    "span_name": "name",
    "span_type": "type",
    "span_status": "status",
    "span_start_ns": "start_time_unix_nano",
}
_PREVIEWS: dict[ScanColumn, tuple[str, str]] = {
    "request": ("request_preview", INPUTS_KEY),
    "response": ("response_preview", OUTPUTS_KEY),
}
_PROMOTED_FROM = {"tags": ("trace_name",), "metadata": ("session_id", *TOKEN_COLUMNS, *COST_COLUMNS)}


def run(connection: Connection, search: Search, scan: Scan, visit: Visit) -> None:
    """Hands all rows to `visit`, or those before it has enough."""
    if scan.of_spans and not search.schema.spans:
        return
    builder = _Builder(search, scan)
    statement = builder.statement()
    convert = builder.converts
    # Options of the connection would stay with it, and stream every later statement too.
    streamed = connection.execute(statement, execution_options={"stream_results": True, "yield_per": ROWS_AT_ONCE})
    try:
        for rows in streamed.partitions(ROWS_AT_ONCE):
            taken: Sequence[Sequence[Any]] = cast("Sequence[Sequence[Any]]", rows)
            if convert:
                taken = [builder.converted(row) for row in taken]
            if visit(taken):
                return
    finally:
        streamed.close()


class _Builder:
    """The statement of a scan, and what turns the rows that it selects into those of the scan.

    `converters` turn what is selected into a value, by index of the column; `composers` make one of several columns,
    which are selected behind those of the scan.
    """

    def __init__(self, search: Search, scan: Scan) -> None:
        self._search, self._scan, self._schema = search, scan, search.schema
        self._spans = search.schema.spans.aliased("scanned")
        self._source: FromClause = self._schema.trace_info.clause
        self._joined: dict[tuple[str, str], Column] = {}
        self.converters: dict[int, _Converter] = {}
        self.composers: dict[int, _Converter] = {}
        self._behind: list[Column] = []

    @property
    def converts(self) -> bool:
        return bool(self.converters or self.composers)

    def converted(self, row: Sequence[Any]) -> Sequence[Any]:
        """The row with values instead of what was selected for them. NULL stays None."""
        values = list(row[: len(self._scan.columns)])
        for index, convert in self.converters.items():
            if row[index] is not None:
                values[index] = convert(row[index])
        for index, compose in self.composers.items():
            values[index] = compose(row)
        return values

    def statement(self) -> Select[Any]:
        traces, spans = self._schema.trace_info, self._spans
        where = self._search.conditions()
        columns = [self._column(index, name, key) for index, (name, key) in enumerate(self._scan.columns)]
        if self._scan.of_spans:
            self._source = self._source.join(spans.clause, spans["trace_id"] == traces["request_id"])
            scanned = replace(self._schema, spans=spans)
            where += [span_condition(scanned, one) for one in self._scan.span_clauses]
        newest = [traces["timestamp_ms"].desc(), traces["request_id"].asc()]
        columns += [one.label(f"b{index}") for index, one in enumerate(self._behind)]
        return select(*columns).select_from(self._source).where(*where).order_by(*newest)

    def _column(self, index: int, name: ScanColumn, key: str | None) -> Column:
        if name == "experiment_id":
            self.converters[index] = str
        if name in _PLAIN:
            column = next(iter(self._schema.trace_info.present(_PLAIN[name])), null())
        elif name in _OF_SPANS or name in ("span_duration_ns", "span"):
            column = self._of_spans(index, name)
        elif name in ("tags", "metadata"):
            column = self._mapping(index, name) if key is None else self._keyed(name, key)
        elif name in _PREVIEWS:
            column = self._preview(*_PREVIEWS[name])
        elif name == "assessment":
            column = self._assessment(index)
        elif name in ("feedback", "feedback_name"):
            column = self._feedback(name, key)
        elif name in ("name", "runs"):
            column = self._name() if name == "name" else self._runs(index)
        else:
            column = self._promoted(index, name)
        return column.label(f"c{index}")

    def _of_spans(self, index: int, name: ScanColumn) -> Column:
        spans = self._spans
        if name == "span":
            self.converters[index] = _span_of
            return self._content()
        if name == "span_duration_ns":
            if not {"start_time_unix_nano", "end_time_unix_nano"} <= spans.columns:
                return null()
            return spans["end_time_unix_nano"] - spans["start_time_unix_nano"]
        return next(iter(spans.present(_OF_SPANS[name])), null())

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

    def _preview(self, column: str, key: str) -> Column:
        """MLflow 3.1 keeps it in metadata."""
        traces, metadata = self._schema.trace_info, self._schema.metadata
        kept: Column = null()
        if metadata:
            has_key = Texts(self._schema.dialect).equals(metadata["key"], key)
            of_trace = select(metadata["value"]).where(metadata["request_id"] == traces["request_id"], has_key)
            kept = func.nullif(of_trace.limit(1).scalar_subquery(), "")
        return func.coalesce(*traces.present(column), kept) if column in traces else kept

    def _mapping(self, index: int, name: str) -> Column:
        """All tags or metadata of a trace, in one JSON object."""
        traces, dialect = self._schema.trace_info, self._schema.dialect
        table: Table = self._schema.tags if name == "tags" else self._schema.metadata
        promoted = [one for one in _PROMOTED_FROM[name] if one in traces] if self._schema.is_promoted else []
        places = [self._select_behind(traces[one]) for one in promoted]

        def composed(row: Sequence[Any]) -> dict[str, str]:
            stored: dict[str, str] = decode_json(row[index]) or {}
            values = {one: row[place] for one, place in zip(promoted, places, strict=True)}
            restored = tags_of if name == "tags" else metadata_of
            return restored(stored, values) if self._schema.is_promoted else stored

        self.composers[index] = composed
        if not table:
            return null()
        rows = table.clause.alias(f"all_{name}")
        joined = _json_object(dialect, rows.c.key, rows.c.value)
        of_trace = select(joined).where(rows.c.request_id == traces["request_id"], rows.c.value.is_not(None))
        return of_trace.scalar_subquery()

    def _select_behind(self, column: Column) -> int:
        """The index in the row at which the column is selected beside those of the scan."""
        self._behind.append(column)
        return len(self._scan.columns) + len(self._behind) - 1

    def _assessment(self, index: int) -> Column:
        traces, table = self._schema.trace_info, self._schema.assessments
        if not table:
            return null()
        alias = table.clause.alias("assessed")
        self._source = self._source.outerjoin(alias, alias.c.trace_id == traces["request_id"])
        present = [one for one in ASSESSMENT_COLUMNS if one in table]
        places = [self._select_behind(alias.c[one]) for one in present]

        def composed(row: Sequence[Any]) -> Assessment | None:
            values = {one: row[place] for one, place in zip(present, places, strict=True)}
            return None if values["name"] is None else read_assessment(values)

        self.composers[index] = composed
        return null()

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
        read = or_(spans["type"].is_(None), spans["type"] == "UNKNOWN")
        if self._scan.whole == "failed":
            read = or_(read, spans["status"] == "ERROR")
        return case((read, spans["content"]), else_=null())


def _json_object(dialect: str, key: Column, value: Column) -> Column:
    """An aggregate of rows as the text of a JSON object."""
    if dialect == "sqlite":
        return func.json_group_object(key, value)
    if dialect == "postgresql":
        return cast_as(func.json_object_agg(key, value), Text)
    if dialect == "mssql":
        # It has JSON_OBJECTAGG since 2025 only.
        escaped = [func.string_escape(cast_as(one, UnicodeText), "json") for one in (key, value)]
        pairs = func.string_agg(func.concat('"', escaped[0], '":"', escaped[1], '"'), ",")
        return func.concat("{", pairs, "}")
    return func.json_objectagg(key, value)


def _span_of(content: str | None) -> Any:
    return read_content(content) if content else None


def _number_in(text: str | None, key: str, kinds: tuple[type, ...]) -> Any:
    usage: Any = decode_json(text)
    value: Any = cast("dict[str, Any]", usage).get(key) if isinstance(usage, dict) else None
    return value if type(value) in kinds else None
