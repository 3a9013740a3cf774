"""The questions that tools ask, put to the tables of a database in SQL.

Every method runs on a worker thread and raises SQLAlchemy's errors, or those of `mcp_traces.errors`.
"""

import json
import math
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    PoolProxiedConnection,
    Select,
    and_,
    case,
    false,
    or_,
    select,
    true,
)

from mcp_traces.errors import InvalidFilterError, StoreSchemaError, TraceNotFoundError
from mcp_traces.filters.clause import IS
from mcp_traces.filters.grammar import ORDER_KEYS
from mcp_traces.records import (
    COST_KEY,
    SESSION_KEY,
    SOURCE_RUN_KEY,
    TOKEN_USAGE_KEY,
    TRACE_NAME_TAG,
    Experiment,
    Json,
    MetricDataPoint,
    MetricsQuery,
    Run,
    Trace,
    TraceInfo,
    TracePage,
)
from mcp_traces.store import sql_metrics, sql_scan
from mcp_traces.store.clause_sql import Search, unindexed
from mcp_traces.store.deadlines import current_call
from mcp_traces.store.gateway import (
    OWN_ORDERS,
    TIE_BREAKERS,
    Order,
    Scan,
    TraceQuery,
    Visit,
    seek_token,
    total_order,
)
from mcp_traces.store.outside_spans import OutsideSpans
from mcp_traces.store.schema import Column, Schema, Table, mark_of_change
from mcp_traces.store.sql_rows import batches, fetch, read_infos, trace_rows
from mcp_traces.store.sql_texts import Texts
from mcp_traces.store.stored_spans import read_attachment, read_trace
from mcp_traces.store.usage_sql import as_count, as_parts, stored_total

_INT64 = 2**63

PARALLEL_SETUP_COST = 10_000
"""PostgreSQL's own is 1,000. A page of 20 traces needs few rows, of which parallel workers read far too many: 110 ms
instead of 11 ms for those with a failed span among 100,000. Searches that read all spans still use them."""

FIRST_WINDOW = 5_000
"""Traces whose spans are looked into at first; as long as that is quick, the next window is larger."""

WINDOW_GROWTH = 4
SEARCHING_SHARE = 0.5
"""The share of a call's time after which such a search returns what it has found."""

CHECK_EVERY_S = {"sqlite": 0.0}
"""Servers are asked once a second whether the tables were changed. On SQLite that costs nothing."""


class _Key(NamedTuple):
    """One column of an order: as it is selected, and whether it may have no value."""

    order: Order
    column: Column
    may_be_null: bool


@dataclass(slots=True)
class Watch:
    """Whether anything was written to a SQLite database, which each connection counts for itself
    (https://sqlite.org/pragma.html#pragma_data_version): one is kept to ask."""

    _connection: PoolProxiedConnection | None = None
    _path: str = ""
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def version(self, engine: Engine) -> str:
        with self._one_at_a_time:
            if self._connection is None:
                self._connection = engine.raw_connection()
                self._connection.detach()
                self._path = self._ask("PRAGMA database_list")[2]
            # Another file may have been put in place of the one that is watched.
            return f"{id(self)} {os.stat(self._path).st_ino} {self._ask('PRAGMA data_version')[0]}"

    def _ask(self, question: str) -> tuple[Any, ...]:
        assert self._connection is not None
        cursor = self._connection.cursor()
        cursor.execute(question)
        row = cursor.fetchone()
        assert row is not None
        return row

    def close(self) -> None:
        with self._one_at_a_time:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


@dataclass(frozen=True, slots=True)
class Reader:
    """One opened database, read in one workspace."""

    engine: Engine
    schema: Schema
    address: str
    workspace: str
    outside: OutsideSpans

    mark: str | None
    """The mark of the tables when they were looked at."""

    checked: list[float] = field(default_factory=lambda: [time.monotonic()])
    """When it was last compared."""

    watch: Watch = field(default_factory=Watch)

    def close(self) -> None:
        self.watch.close()
        self.engine.dispose()

    def check(self) -> None:
        """Raises StoreSchemaError when the tables were changed since they were looked at."""
        now = time.monotonic()
        if self.mark is None or now - self.checked[0] < CHECK_EVERY_S.get(self.schema.dialect, 1.0):
            return
        if mark_of_change(self.engine) not in (self.mark, None):
            raise StoreSchemaError(f"The tables of {self.address} were changed.")
        self.checked[0] = now

    def version(self) -> str | None:
        """See the gateway; only SQLite says it."""
        return self.watch.version(self.engine) if self.schema.dialect == "sqlite" else None

    # Experiments.

    def search_experiments(self, limit: int) -> tuple[Experiment, ...]:
        with self.engine.connect() as connection:
            newest = [one.desc() for one in self.schema.experiments.present("last_update_time", "experiment_id")]
            found = connection.execute(self._active_experiments().order_by(*newest).limit(limit))
            return tuple(_experiment(row) for row in found)

    def get_experiment(self, experiment_id: str) -> Experiment | None:
        wanted = self.schema.experiments["experiment_id"] == int(experiment_id)
        return self._one_experiment(wanted)

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        wanted = Texts(self.schema.dialect).equals(self.schema.experiments["name"], name)
        return self._one_experiment(wanted)

    def _one_experiment(self, wanted: ColumnElement[bool]) -> Experiment | None:
        with self.engine.connect() as connection:
            row = connection.execute(self._active_experiments().where(wanted)).first()
            return None if row is None else _experiment(row)

    def _active_experiments(self) -> Select[Any]:
        experiments = self.schema.experiments
        statement = select(*experiments.present("experiment_id", "name", "last_update_time"))
        for stage in experiments.present("lifecycle_stage"):
            statement = statement.where(stage == "active")
        return statement.where(self._in_workspace())

    def _in_workspace(self) -> ColumnElement[bool]:
        for workspace in self.schema.experiments.present("workspace"):
            return Texts(self.schema.dialect).equals(workspace, self.workspace)
        return true()

    def _in_scope(self, connection: Connection, experiment_ids: Sequence[str]) -> tuple[int, ...]:
        """The experiments that are in the workspace, deleted ones among them, as MLflow has it."""
        ids = tuple(dict.fromkeys(map(int, experiment_ids)))
        experiments = self.schema.experiments
        if not ids or "workspace" not in experiments:
            return ids
        number = experiments["experiment_id"]
        found = set(connection.execute(select(number).where(number.in_(ids), self._in_workspace())).scalars())
        return tuple(one for one in ids if one in found)

    # Traces.

    def search_traces(self, query: TraceQuery) -> TracePage:
        with self.engine.connect() as connection:
            search = Search(self.schema, self._in_scope(connection, query.experiment_ids), query.clauses, query.any_of)
            statement = self._page(search, query)
            if not search.experiment_ids:
                return TracePage(())
            if self.schema.dialect == "postgresql" and search.is_about_failed_spans:
                connection.exec_driver_sql(f"SET LOCAL parallel_setup_cost = {PARALLEL_SETUP_COST}")
            reached_ms = None
            if search.reads_contents and total_order(query.order_by) == TIE_BREAKERS:
                rows, reached_ms = self._newest_first(connection, search, query, statement)
            else:
                rows = fetch(connection, statement)
            infos = read_infos(connection, self.schema, rows[: query.limit])
            token = None if reached_ms is None else json.dumps([reached_ms - 1, ""])
            if len(rows) > query.limit and infos:
                token, reached_ms = seek_token(query.order_by, infos[-1]), None
            return TracePage(infos, token, self.outside.notes(connection, search), reached_ms)

    def _newest_first(
        self, connection: Connection, search: Search, query: TraceQuery, statement: Select[Any]
    ) -> tuple[list[Any], int | None]:
        """The rows of a page, looked for window by window, and how far back that came when time ran out.

        What spans recorded has no index: one statement over all traces could take longer than a call may, and would
        then have nothing to show.
        """
        began, experiment_id = (self.schema.trace_info[name] for name in ("timestamp_ms", "experiment_id"))
        call = current_call.get()
        stop_at = time.monotonic() + (call.remaining_ms / 1000 * SEARCHING_SHARE if call else math.inf)
        edge_ms = None if query.page_token is None else int(json.loads(query.page_token)[0]) + 1
        rows: list[Any] = []
        size = FIRST_WINDOW
        while True:
            older = [] if edge_ms is None else [began < edge_ms]
            edge = select(began).where(experiment_id.in_(search.experiment_ids), *older)
            oldest_ms = connection.execute(edge.order_by(began.desc()).offset(size).limit(1)).scalar()
            window = older if oldest_ms is None else [*older, began >= oldest_ms]
            looking = time.monotonic()
            rows += fetch(connection, statement.where(*window).limit(query.limit + 1 - len(rows)))
            if oldest_ms is None or len(rows) > query.limit:
                return rows, None
            now = time.monotonic()
            if now >= stop_at:
                return rows, oldest_ms
            edge_ms = oldest_ms
            size = size * WINDOW_GROWTH if (now - looking) * WINDOW_GROWTH < stop_at - now else size

    def _page(self, search: Search, query: TraceQuery) -> Select[Any]:
        source: FromClause = self.schema.trace_info.clause
        keys: list[_Key] = []
        for order in _checked(total_order(query.order_by)):
            key, source = self._order_key(order, source, search)
            keys.append(key)
        statement = trace_rows(self.schema).select_from(source).where(*search.conditions())
        if query.page_token is not None:
            statement = statement.where(*_after(keys, _token_values(query.page_token, keys)))
        return statement.order_by(*_columns(keys, self.schema.dialect)).limit(query.limit + 1)

    def _order_key(self, order: Order, source: FromClause, search: Search) -> tuple[_Key, FromClause]:
        traces, promoted = self.schema.trace_info, self.schema.is_promoted
        if order.key is None and order.name in OWN_ORDERS:
            return self._usage_key(order, source)
        if order.key is None and order.name not in ("name", "run_id"):
            column = traces[order.name]
            if order.name == "timestamp_ms" and _is_by_session(search):
                column = unindexed(self.schema, column)
            return _Key(order, column, order.name in ("execution_time_ms", "status")), source
        table = self.schema.tags if order.name in ("name", "tag") else self.schema.metadata
        key = order.key or (TRACE_NAME_TAG if order.name == "name" else SOURCE_RUN_KEY)
        if promoted and key == TRACE_NAME_TAG:
            return _Key(order, traces["trace_name"], True), source
        if promoted and key == SESSION_KEY:
            return _Key(order, traces["session_id"], True), source
        if promoted and key in (TOKEN_USAGE_KEY, COST_KEY):
            raise InvalidFilterError(f"`order_by` cannot use metadata {key}: it is kept as several numbers.")
        rows, source = self._joined(table, key, source)
        return _Key(order, rows.c.value, True), source

    def _usage_key(self, order: Order, source: FromClause) -> tuple[_Key, FromClause]:
        """Tokens or cost of a trace: columns since MLflow 3.17, before in the JSON of metadata."""
        dialect, is_count = self.schema.dialect, order.name == "tokens"
        if self.schema.is_promoted:
            total = self.schema.trace_info["total_tokens" if is_count else "total_cost"]
        else:
            key = TOKEN_USAGE_KEY if is_count else COST_KEY
            rows, source = self._joined(self.schema.metadata, key, source)
            total = stored_total(dialect, rows.c.value, key)
        return _Key(order, as_count(total) if is_count else as_parts(dialect, total), True), source

    def _joined(self, table: Table, key: str, source: FromClause) -> tuple[Any, FromClause]:
        """The rows of tags or metadata that have this key, beside those of the traces."""
        _ = table["key"]  # says which table is missing
        rows = table.clause.alias()
        has_key = Texts(self.schema.dialect).equals(rows.c.key, key)
        return rows, source.outerjoin(rows, and_(rows.c.request_id == self.schema.trace_info["request_id"], has_key))

    def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        with self.engine.connect() as connection:
            search = Search(self.schema, self._in_scope(connection, scan.experiment_ids), scan.clauses, scan.any_of)
            if search.experiment_ids:
                sql_scan.run(connection, search, scan, visit)
            return self.outside.notes(connection, search, all_spans=scan.of_spans)

    def get_trace(self, trace_id: str) -> Trace:
        for trace in self.get_traces([trace_id]):
            return trace
        raise self._no_trace(trace_id)

    def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        found: dict[str, Trace] = {}
        with self.engine.connect() as connection:
            for batch in batches(list(dict.fromkeys(trace_ids))):
                locations = self._with_artifacts(connection, batch)
                contents: dict[str, list[str]] = {info.trace_id: [] for info, _ in locations}
                if locations and (spans := self.schema.spans):
                    statement = select(spans["trace_id"], spans["content"]).where(spans["trace_id"].in_(contents))
                    for trace_id, content in connection.execute(statement):
                        contents[trace_id].append(content)
                for info, location in locations:
                    found[info.trace_id] = read_trace(info, contents[info.trace_id], location)
        return tuple(found[one] for one in trace_ids if one in found)

    def get_attachment(self, trace_id: str, attachment_id: str) -> bytes:
        with self.engine.connect() as connection:
            for info, artifact_location in self._with_artifacts(connection, [trace_id]):
                return read_attachment(info, attachment_id, artifact_location)
        raise self._no_trace(trace_id)

    def _no_trace(self, trace_id: str) -> TraceNotFoundError:
        return TraceNotFoundError(f'No trace "{trace_id}" in {self.address}.')

    def _with_artifacts(self, connection: Connection, trace_ids: Sequence[str]) -> list[tuple[TraceInfo, str | None]]:
        """The traces without their spans, each with where the artifacts of its experiment are."""
        traces, experiments = self.schema.trace_info, self.schema.experiments
        wanted = Texts(self.schema.dialect).compare(traces["request_id"], "IN", trace_ids)
        same = experiments["experiment_id"] == traces["experiment_id"]
        statement = (
            trace_rows(self.schema)
            .add_columns(*experiments.present("artifact_location"))
            .select_from(traces.clause.join(experiments.clause, same))
            .where(wanted, self._in_workspace())
        )
        rows = fetch(connection, statement)
        infos = read_infos(connection, self.schema, rows)
        return [(info, row.get("artifact_location")) for info, row in zip(infos, rows, strict=True)]

    def get_run(self, run_id: str) -> Run | None:
        """None where there is none that is active."""
        runs, experiments = self.schema.runs, self.schema.experiments
        statement = (
            select(*runs.present("run_uuid", "name", "status", "start_time", "experiment_id"))
            .select_from(runs.clause.join(experiments.clause, experiments["experiment_id"] == runs["experiment_id"]))
            .where(Texts(self.schema.dialect).equals(runs["run_uuid"], run_id), self._in_workspace())
        )
        for stage in runs.present("lifecycle_stage"):
            statement = statement.where(stage == "active")
        with self.engine.connect() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            return None
        name, status = row.get("name") or "", row.get("status") or ""
        return Run(row["run_uuid"], name, status, str(row["experiment_id"]), row.get("start_time"))

    def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...] | None:
        """None for a metric that is not known here."""
        with self.engine.connect() as connection:
            ids = self._in_scope(connection, query.experiment_ids)
            return sql_metrics.points(connection, self.schema, query, ids)


def _experiment(row: Any) -> Experiment:
    return Experiment(str(row.experiment_id), row.name, getattr(row, "last_update_time", None))


# Orders and pages.


def _checked(orders: Sequence[Order]) -> Sequence[Order]:
    fields = [(order.name, order.key) for order in orders]
    if len(set(fields)) < len(fields):
        raise InvalidFilterError("`order_by` names a field twice.")
    for order in orders:
        if order.key is None and order.name not in (*ORDER_KEYS, *OWN_ORDERS):
            raise InvalidFilterError(f"`order_by` cannot use {order.name}.", f"It takes {', '.join(ORDER_KEYS)}.")
        if order.key is not None and order.name not in ("tag", "metadata"):
            raise InvalidFilterError(f"`order_by` takes keys of tags and metadata, not of {order.name}.")
    return orders


def _is_by_session(search: Search) -> bool:
    """Whether the index on sessions is the one to use."""
    return search.schema.is_promoted and any(
        one.key == SESSION_KEY and one.field.name == "metadata.<key>" and one.operator in ("=", IS)
        for one in search.clauses
    )


def _columns(keys: Sequence[_Key], dialect: str) -> list[ColumnElement[Any]]:
    """Rows without a value come last, in either direction."""
    columns: list[ColumnElement[Any]] = []
    for order, column, may_be_null in keys:
        if may_be_null:
            # SQL Server orders by no condition; elsewhere an index may be on this very expression (docs/scale.md).
            columns.append(case((column.is_(None), 1), else_=0) if dialect == "mssql" else column.is_(None))
        columns.append(column.desc() if order.descending else column.asc())
    return columns


def _after(keys: Sequence[_Key], values: Sequence[Json]) -> list[ColumnElement[bool]]:
    """The rows behind the one that has these values: behind it in one column, and equal in those before."""
    equal: list[ColumnElement[bool]] = []
    alternatives: list[ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        alternatives.append(and_(true(), *equal, _is_behind(key, value)))
        equal.append(key.column.is_(None) if value is None else key.column == value)
    first, value = keys[0], values[0]
    # Said twice, so that an index on the first column begins there.
    bounds = [] if first.may_be_null else [first.column <= value if first.order.descending else first.column >= value]
    return [*bounds, or_(false(), *alternatives)]


def _is_behind(key: _Key, value: Json) -> ColumnElement[bool]:
    if value is None:
        return false()
    behind = key.column < value if key.order.descending else key.column > value
    return or_(behind, key.column.is_(None)) if key.may_be_null else behind


_NUMBERS = ("timestamp_ms", "execution_time_ms", "experiment_id", *OWN_ORDERS)


def _token_values(token: str, keys: Sequence[_Key]) -> list[Json]:
    """The values of a token that `seek_token` made. Raises InvalidFilterError for any other text."""
    try:
        values: Json = json.loads(token)
        if not isinstance(values, list) or len(values) != len(keys):  # pyright: ignore[reportUnknownArgumentType]
            raise ValueError
        return [_token_value(key, value) for key, value in zip(keys, values, strict=True)]  # pyright: ignore
    except (ValueError, RecursionError):
        raise InvalidFilterError("The page token does not belong to this search.", "Start at the first page.") from None


def _token_value(key: _Key, value: Json) -> Json:
    if value is None:
        if not key.may_be_null:
            raise ValueError
        return None
    if key.order.key is None and key.order.name == "experiment_id" and isinstance(value, str):
        value = int(value)
    if key.order.key is None and key.order.name in _NUMBERS:
        if type(value) is not int or not -_INT64 <= value < _INT64:
            raise ValueError
        return value
    if not isinstance(value, str):
        raise ValueError
    value.encode()
    return value
