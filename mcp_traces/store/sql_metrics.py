"""Counts and percentiles over traces, spans and assessments: the metrics of MLflow that tools ask a database for."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, distinct, func, select, true

from mcp_traces.records import SESSION_KEY, TRACE_NAME_TAG, MetricDataPoint, MetricsQuery
from mcp_traces.store.metrics import aggregation
from mcp_traces.store.schema import Column, Schema, Table
from mcp_traces.store.sql_texts import Texts

_FILTER = re.compile(r"assessment\.(type|name)\s*=\s*'([^']*)'")
_SQL_AGGREGATIONS: dict[str, Callable[[Any], ColumnElement[Any]]] = {
    "COUNT": func.count,
    "MIN": func.min,
    "MAX": func.max,
    "AVG": func.avg,
    "SUM": func.sum,
}
_PYTHON_AGGREGATIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "COUNT": len,
    "MIN": min,
    "MAX": max,
    "AVG": lambda values: sum(values) / len(values),
    "SUM": sum,
}


def points(
    connection: Connection, schema: Schema, query: MetricsQuery, experiment_ids: Sequence[int]
) -> tuple[MetricDataPoint, ...] | None:
    """MLflow's numbers; None for a metric, a dimension or a filter that is not known here."""
    kinds = [aggregation(name) for name in query.aggregations]
    asked = _Asked(schema, experiment_ids)
    measured = asked.metric(query)
    dimensions = [asked.dimension(query.view_type, name) for name in query.dimensions]
    conditions = [asked.condition(query.view_type, text) for text in query.filters]
    if measured is None or any(one is None for one in (*dimensions, *conditions)):
        return None
    by = [one for one in dimensions if one is not None]
    where = [*asked.where, *(one for one in conditions if one is not None), *(one.is_not(None) for one in by)]
    if any(percentile is not None for _, percentile in kinds) and schema.dialect != "postgresql":
        return _computed_here(connection, query, kinds, select(*by, measured).select_from(asked.source).where(*where))
    columns = [_aggregated(kind, percentile, measured) for kind, percentile in kinds]
    statement = select(*by, *columns).select_from(asked.source).where(*where)
    if by:
        statement = statement.group_by(*by).order_by(*by)
    rows = connection.execute(statement.limit(query.limit)).all()
    return tuple(point for row in rows if (point := _point(query, row)) is not None)


class _Asked:
    """The tables, and the conditions on their rows, that the metric and its dimensions need."""

    def __init__(self, schema: Schema, experiment_ids: Sequence[int]) -> None:
        self._schema = schema
        self._experiment_ids = experiment_ids
        self.source: FromClause = schema.trace_info.clause
        self.where: list[ColumnElement[bool]] = [schema.trace_info["experiment_id"].in_(experiment_ids)]

    def metric(self, query: MetricsQuery) -> Column | None:
        """What is counted or measured. MLflow leaves out the rows that have none."""
        traces = self._schema.trace_info
        match query.view_type, query.metric_name:
            case "TRACES", "trace_count":
                return traces["request_id"]
            case "TRACES", "session_count":
                session = self._promoted("session_id", self._schema.metadata, SESSION_KEY)
                self.where.append(session.is_not(None))
                return distinct(session)
            case "TRACES", "latency":
                self.where.append(traces["execution_time_ms"].is_not(None))
                return traces["execution_time_ms"]
            case "SPANS", "span_count":
                spans = self._schema.spans
                if not query.dimensions and "experiment_id" in spans:  # an index of MLflow's has all of it
                    self.source, self.where = spans.clause, [spans["experiment_id"].in_(self._experiment_ids)]
                    return spans["experiment_id"]
                self._join(spans)
                return spans["span_id"]
            case "ASSESSMENTS", "assessment_count":
                self._join(self._schema.assessments)
                self.where.append(self._schema.assessments["valid"] == true())
                return self._schema.assessments["trace_id"]
            case _:
                return None

    def dimension(self, view_type: str, name: str) -> Column | None:
        match view_type, name:
            case "TRACES", "trace_status":
                return self._schema.trace_info["status"]
            case "TRACES", "trace_name":
                return self._promoted("trace_name", self._schema.tags, TRACE_NAME_TAG)
            case "SPANS", "span_name" | "span_type" | "span_status":
                return self._schema.spans[name.removeprefix("span_")]
            case "ASSESSMENTS", "assessment_name" | "assessment_value":
                return self._schema.assessments[name.removeprefix("assessment_")]
            case _:
                return None

    def condition(self, view_type: str, text: str) -> ColumnElement[bool] | None:
        found = _FILTER.fullmatch(text.strip())
        if found is None or view_type != "ASSESSMENTS":
            return None
        column = self._schema.assessments["assessment_type" if found[1] == "type" else "name"]
        return Texts(self._schema.dialect).equals(column, found[2])

    def _promoted(self, column: str, table: Table, key: str) -> Column:
        """A column of trace_info since MLflow 3.17, a row of tags or metadata before."""
        traces = self._schema.trace_info
        if self._schema.is_promoted:
            return traces[column]
        same = and_(table["request_id"] == traces["request_id"], table["key"] == key)
        self.source = self.source.join(table.clause, same)
        return table["value"]

    def _join(self, table: Table) -> None:
        traces = self._schema.trace_info
        self.source = self.source.join(table.clause, table["trace_id"] == traces["request_id"])


def _aggregated(kind: str, percentile: float | None, measured: Column) -> ColumnElement[Any]:
    if percentile is not None:
        return func.percentile_cont(percentile / 100).within_group(measured)
    return _SQL_AGGREGATIONS[kind](measured)


def _point(query: MetricsQuery, row: Sequence[Any]) -> MetricDataPoint | None:
    by = len(query.dimensions)
    values = {
        name: value if isinstance(value, int) else float(value)
        for name, value in zip(query.aggregations, row[by:], strict=True)
        if value is not None
    }
    return MetricDataPoint(dict(zip(query.dimensions, row[:by], strict=True)), values) if values else None


def _computed_here(
    connection: Connection,
    query: MetricsQuery,
    kinds: Sequence[tuple[str, float | None]],
    statement: Select[Any],
) -> tuple[MetricDataPoint, ...]:
    """Percentiles where the database has none: all values are read."""
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for *by, value in connection.execute(statement):
        groups[tuple(by)].append(value)
    found: list[MetricDataPoint] = []
    for by in sorted(groups)[: query.limit]:
        values = sorted(groups[by])
        computed = {
            name: _PYTHON_AGGREGATIONS[kind](values) if percentile is None else _percentile(values, percentile)
            for name, (kind, percentile) in zip(query.aggregations, kinds, strict=True)
        }
        found.append(MetricDataPoint(dict(zip(query.dimensions, by, strict=True)), computed))
    return tuple(found)


def _percentile(values: Sequence[float], percentile: float) -> float:
    """Interpolated between neighbours, as PERCENTILE_CONT does."""
    place = percentile / 100 * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
