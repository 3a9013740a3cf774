"""MLflow's trace metrics of records: counts, extremes and percentiles, as its SQL computes them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from mcp_traces.errors import StoreUnsupportedError
from mcp_traces.records import MetricDataPoint, MetricsQuery, Trace

Row: TypeAlias = tuple[Mapping[str, str | None], float | None]
"""The dimensions of a trace, span or assessment, and the value that is aggregated; 1 where they are only counted."""


def metrics_of(traces: Iterable[Trace], query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for dimensions, value in _ROWS[query.view_type](traces, query):
        key = [dimensions[name] for name in query.dimensions]
        if value is not None and None not in key:
            groups[tuple(map(str, key))].append(value)
    if query.metric_name == "session_count" and not groups:
        groups[()] = []
    points = [
        MetricDataPoint(
            dict(zip(query.dimensions, key, strict=True)), {one: _aggregate(one, values) for one in query.aggregations}
        )
        for key, values in sorted(groups.items())
    ]
    return tuple(points[: query.limit])


def _trace_rows(traces: Iterable[Trace], query: MetricsQuery) -> Iterator[Row]:
    if query.metric_name == "session_count":
        yield from (({}, 1) for _ in {trace.info.session_id for trace in traces} - {None})
        return
    for trace in traces:
        value = {"trace_count": 1, "latency": trace.info.execution_duration_ms}[query.metric_name]
        yield {"trace_name": trace.info.name, "trace_status": trace.info.state}, value


def _span_rows(traces: Iterable[Trace], query: MetricsQuery) -> Iterator[Row]:
    assert query.metric_name == "span_count"
    for trace in traces:
        for span in trace.spans:
            yield {"span_name": span.name, "span_type": span.span_type}, 1


def _assessment_rows(traces: Iterable[Trace], query: MetricsQuery) -> Iterator[Row]:
    assert query.metric_name == "assessment_count"
    kinds = {text.removeprefix("assessment.type = ").strip("'") for text in query.filters}
    for trace in traces:
        for one in trace.info.assessments:
            if one.valid and one.kind in (kinds or {one.kind}):
                yield {"assessment_name": one.name, "assessment_value": json.dumps(one.value)}, 1


_ROWS = {"TRACES": _trace_rows, "SPANS": _span_rows, "ASSESSMENTS": _assessment_rows}


def _aggregate(name: str, values: Sequence[float]) -> float:
    if name == "COUNT":
        return len(values)
    if name in ("MIN", "MAX"):
        return min(values) if name == "MIN" else max(values)
    if not name[1:].isdigit():
        raise StoreUnsupportedError(f"The fake store has no {name}.")
    return _percentile(sorted(values), int(name[1:]) / 100)


def _percentile(values: Sequence[float], share: float) -> float:
    """With linear interpolation, as PERCENTILE_CONT."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
