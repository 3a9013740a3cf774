"""Conditions on any span, for searches whose own filter already speaks of one particular span.

MLflow asks all span clauses of a filter of one and the same span, so `has_error` beside `span_name` needs a question
of its own: which of these traces have a failed span?
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from mcp_traces.filters.compiler import ANY_SPAN_FAILED
from mcp_traces.filters.quoting import quoted
from mcp_traces.records import TraceQuery
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.tools.paging import Row

BATCH = 50
MAX_LOOKED_AT = 2_000
"""Traces looked at in one call before it answers with what it has and a cursor to go on."""


@dataclass(frozen=True, slots=True)
class Checked:
    row: Row
    matches: bool


async def check_rows(
    rows: AsyncGenerator[Row, None],
    gateway: TraceGateway,
    experiment_ids: tuple[str, ...],
    any_span_failed: bool | None,
) -> AsyncGenerator[Checked, None]:
    """Each row with whether it matches; without a condition all do."""
    if any_span_failed is None:
        async for row in rows:
            yield Checked(row, True)
        return
    batch: list[Row] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            for checked in await _check(batch, gateway, experiment_ids, any_span_failed):
                yield checked
            batch = []
    for checked in await _check(batch, gateway, experiment_ids, any_span_failed):
        yield checked


async def _check(
    batch: list[Row], gateway: TraceGateway, experiment_ids: tuple[str, ...], wanted: bool
) -> list[Checked]:
    if not batch:
        return []
    ids = ", ".join(literal for row in batch if (literal := quoted(row.info.trace_id)))
    query = TraceQuery(experiment_ids, f"trace.request_id IN ({ids}) AND {ANY_SPAN_FAILED}", limit=len(batch))
    failed = {info.trace_id for info in (await gateway.search_traces(query)).traces}
    return [Checked(row, (row.info.trace_id in failed) == wanted) for row in batch]
