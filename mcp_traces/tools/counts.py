"""What the store itself can count of all traces, within a share of the call's time."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import anyio

from mcp_traces.errors import StoreTimeoutError, StoreUnsupportedError
from mcp_traces.records import Json, MetricDataPoint, MetricsQuery, decode_json
from mcp_traces.shaping.cleaning import Cleaner
from mcp_traces.shaping.text import compact
from mcp_traces.side_by_side import side_by_side
from mcp_traces.store.gateway import TraceGateway

Points = tuple[MetricDataPoint, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Exact numbers, None or absent where the store cannot tell them, or not in time, or has too many kinds.

    Values are kept as JSON, as MLflow keeps those of assessments.
    """

    statuses: Counter[str] | None
    names: Counter[str] | None
    sessions: int | None
    duration: Mapping[str, float]
    spans: int | None
    span_names: Counter[str] | None
    span_types: Counter[str] | None
    feedback: Mapping[str, Counter[str]] | None
    expectation: Mapping[str, Counter[str]] | None

    @property
    def traces(self) -> int | None:
        return None if self.statuses is None else self.statuses.total()


async def count(gateway: TraceGateway, experiment_ids: tuple[str, ...], within_s: float) -> Counts:
    # Before the types: spans that arrive in between then look as if they had one, not as if they had none.
    total = await _ask(gateway, MetricsQuery(experiment_ids, "SPANS", "span_count"), within_s)
    asked = [partial(_ask, gateway, query, within_s) for query in _queries(experiment_ids)]
    statuses, names, sessions, shares, extremes, spans, feedback, expectation = await side_by_side(asked)
    all_spans = int(total[0].values["COUNT"]) if total else None
    types, span_names = _by_dimension(spans, "span_type"), _by_dimension(spans, "span_name")
    if types is not None and all_spans is not None and types.total() < all_spans:  # what has no type is in neither
        by_name = await _ask(gateway, MetricsQuery(experiment_ids, "SPANS", "span_count", ("span_name",)), within_s)
        span_names = _by_dimension(by_name, "span_name")
    return Counts(
        statuses=_by_dimension(statuses, "trace_status"),
        names=_by_dimension(names, "trace_name"),
        sessions=int(sessions[0].values["COUNT"]) if sessions else None,
        duration={name: value for points in (extremes, shares) if points for name, value in points[0].values.items()},
        spans=all_spans,
        span_names=span_names,
        span_types=types,
        feedback=_by_assessment(feedback),
        expectation=_by_assessment(expectation),
    )


def cleaned(counts: Counts, cleaner: Cleaner) -> Counts:
    """As it may be shown: what becomes alike is counted together."""
    return replace(
        counts,
        names=_cleaned(counts.names, cleaner.value),
        span_names=_cleaned(counts.span_names, cleaner.value),
        span_types=_cleaned(counts.span_types, cleaner.value),
        feedback=_cleaned_by_name(counts.feedback, cleaner),
        expectation=_cleaned_by_name(counts.expectation, cleaner),
    )


def _cleaned(counts: Counter[str] | None, clean: Callable[[Json], Json]) -> Counter[str] | None:
    if counts is None:
        return None
    shown: Counter[str] = Counter()
    for value, number in counts.items():
        shown[compact(clean(decode_json(value)))] += number
    return shown


def _cleaned_by_name(by_name: Mapping[str, Counter[str]] | None, cleaner: Cleaner) -> dict[str, Counter[str]] | None:
    if by_name is None:
        return None
    shown: dict[str, Counter[str]] = {}
    for name, counts in by_name.items():
        values = _cleaned(counts, partial(cleaner.under, name)) or Counter()
        shown.setdefault(cleaner.text(name), Counter()).update(values)
    return shown


def _queries(ids: tuple[str, ...]) -> tuple[MetricsQuery, ...]:
    values = partial(
        MetricsQuery, ids, "ASSESSMENTS", "assessment_count", dimensions=("assessment_name", "assessment_value")
    )
    return (
        MetricsQuery(ids, "TRACES", "trace_count", ("trace_status",)),
        MetricsQuery(ids, "TRACES", "trace_count", ("trace_name",)),
        MetricsQuery(ids, "TRACES", "session_count"),
        MetricsQuery(ids, "TRACES", "latency", aggregations=("P50", "P95")),
        MetricsQuery(ids, "TRACES", "latency", aggregations=("MIN", "MAX")),  # since MLflow 3.17
        MetricsQuery(ids, "SPANS", "span_count", ("span_name", "span_type")),
        values(filters=("assessment.type = 'feedback'",)),
        values(filters=("assessment.type = 'expectation'",)),
    )


async def _ask(gateway: TraceGateway, query: MetricsQuery, within_s: float) -> Points | None:
    """The points; None when there may be more than one answer holds, or none in time."""
    with anyio.move_on_after(within_s):
        try:
            points = await gateway.query_trace_metrics(query)
        except (StoreUnsupportedError, StoreTimeoutError):
            return None
        return points if len(points) < query.limit else None
    return None


def _by_dimension(points: Points | None, dimension: str) -> Counter[str] | None:
    if points is None:
        return None
    counts: Counter[str] = Counter()
    for point in points:
        counts[compact(point.dimensions[dimension])] += int(point.values["COUNT"])
    return counts


def _by_assessment(points: Points | None) -> dict[str, Counter[str]] | None:
    if points is None:
        return None
    by_name: dict[str, Counter[str]] = {}
    for point in points:
        counts = by_name.setdefault(point.dimensions["assessment_name"], Counter())
        counts[point.dimensions["assessment_value"]] += int(point.values["COUNT"])
    return by_name
