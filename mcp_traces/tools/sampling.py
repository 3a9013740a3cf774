"""A bounded sample of the traces of some experiments: the newest, and a few from each stretch of time before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from mcp_traces.filters.compiler import clause
from mcp_traces.records import Span, TraceInfo
from mcp_traces.side_by_side import side_by_side
from mcp_traces.store.gateway import Order, TraceGateway, TraceQuery

NEWEST = 300
OLDER = 50
"""So many from before each of MOMENTS points in time, which divide the time since the first trace evenly."""

MOMENTS = 4
TRACES_READ = 5
MAX_SPANS = 500
"""So many of the newest traces are read for names, types and attributes of spans, and none that has more than these."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Newest first. `first_ms` is when the first trace of all began; `whole` says that there are no others."""

    infos: tuple[TraceInfo, ...]
    first_ms: int | None
    whole: bool


async def take_sample(gateway: TraceGateway, experiment_ids: tuple[str, ...]) -> Sample:
    newest = (await gateway.search_traces(TraceQuery(experiment_ids, limit=NEWEST))).traces
    if len(newest) < NEWEST:
        return Sample(newest, newest[-1].request_time_ms if newest else None, whole=True)
    first_ms = await _first_ms(gateway, experiment_ids)
    moments = _moments(first_ms, newest[-1].request_time_ms)
    pages = await side_by_side([partial(_before, gateway, experiment_ids, moment) for moment in moments])
    by_id = {info.trace_id: info for infos in (newest, *pages) for info in infos}
    return Sample(tuple(sorted(by_id.values(), key=lambda info: -info.request_time_ms)), first_ms, whole=False)


async def read_spans(gateway: TraceGateway, infos: Sequence[TraceInfo]) -> tuple[Span, ...]:
    """Those of the newest few traces that are not large."""
    small = [info for info in infos if (info.span_count or 0) <= MAX_SPANS][:TRACES_READ]
    traces = await gateway.get_traces([info.trace_id for info in small])
    return tuple(span for trace in traces for span in trace.spans)


async def _first_ms(gateway: TraceGateway, experiment_ids: tuple[str, ...]) -> int:
    query = TraceQuery(experiment_ids, order_by=(Order("timestamp_ms"),), limit=1)
    return (await gateway.search_traces(query)).traces[0].request_time_ms


async def _before(gateway: TraceGateway, experiment_ids: tuple[str, ...], moment: int) -> tuple[TraceInfo, ...]:
    query = TraceQuery(experiment_ids, (clause("trace.timestamp_ms", "<=", moment),), limit=OLDER)
    return (await gateway.search_traces(query)).traces


def _moments(first_ms: int, last_ms: int) -> list[int]:
    return [first_ms + (last_ms - first_ms) * number // MOMENTS for number in range(MOMENTS)]
