"""Trace metrics as MLflow's stores and servers are asked for them, and as they answer."""

from collections.abc import Mapping

from mcp_traces.errors import StoreUnsupportedError
from mcp_traces.records import Json, MetricDataPoint, MetricsQuery


def aggregation(name: str) -> tuple[str, float | None]:
    """MLflow's type of aggregation and its percentile: `P95` is `("PERCENTILE", 95.0)`."""
    return ("PERCENTILE", float(name[1:])) if name[1:].isdigit() else (name, None)


def data_point(dimensions: Mapping[str, str], values: Mapping[str, float]) -> MetricDataPoint:
    """The record of a point, with percentiles named as they were asked for: a server says `P95.0`."""
    return MetricDataPoint(dict(dimensions), {name.removesuffix(".0"): value for name, value in values.items()})


def metrics_body(query: MetricsQuery) -> Json:
    """The request of `traces/metrics`."""
    return {
        "experiment_ids": list(query.experiment_ids),
        "view_type": query.view_type,
        "metric_name": query.metric_name,
        "aggregations": [_aggregation_body(name) for name in query.aggregations],
        "dimensions": list(query.dimensions),
        "filters": list(query.filters),
        "max_results": query.limit,
    }


def read_metrics(raw: Json) -> tuple[MetricDataPoint, ...]:
    """The answer of `traces/metrics`."""
    return tuple(data_point(point.get("dimensions", {}), point["values"]) for point in raw.get("data_points", ()))


def no_metrics_error(address: str, metric_name: str) -> StoreUnsupportedError:
    return StoreUnsupportedError(f"{address} does not have the metric {metric_name}.", "Newer MLflow servers do.")


def _aggregation_body(name: str) -> Json:
    kind, percentile = aggregation(name)
    return {"aggregation_type": kind} | ({} if percentile is None else {"percentile_value": percentile})
