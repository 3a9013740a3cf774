"""The second look at what a search finds: conditions that MLflow's filter cannot carry, asked trace by trace."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from functools import partial

from mcp_traces.errors import TraceNotFoundError
from mcp_traces.filters.compiler import ANY_SPAN_FAILED
from mcp_traces.filters.quoting import quoted
from mcp_traces.filters.second_look import SecondLook, SpanSays
from mcp_traces.records import TraceQuery
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.tools.paging import Row
from mcp_traces.tools.side_by_side import side_by_side

BATCH = 50
READ_BATCH = 10
"""Traces read whole at a time: enough that a server works on several, few enough that none waits for many."""

READ_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Checked:
    row: Row
    matches: bool


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at rows of one search. `experiment_ids` are those searched."""

    gateway: TraceGateway
    experiment_ids: tuple[str, ...]
    wanted: SecondLook

    @property
    def batch(self) -> int:
        return READ_BATCH if self.wanted.says else BATCH if self.wanted else 1

    async def check(self, rows: AsyncGenerator[Row, None]) -> AsyncGenerator[Checked, None]:
        """Each row with whether it matches, in the order given."""
        gathered: list[Row] = []
        async for row in rows:
            gathered.append(row)
            if len(gathered) == self.batch:
                for checked in await self._check(gathered):
                    yield checked
                gathered = []
        for checked in await self._check(gathered):
            yield checked

    async def _check(self, rows: Sequence[Row]) -> list[Checked]:
        """The cheapest condition is asked first, the dearest only of what is left."""
        left = [row for row in rows if all(key.holds(row.info) for key in self.wanted.keys)]
        if left and self.wanted.any_span_failed is not None:
            failed = await self._failed(left)
            left = [row for row in left if (row.info.trace_id in failed) == self.wanted.any_span_failed]
        if left and self.wanted.says:
            saying = await self._saying(left, self.wanted.says)
            left = [row for row in left if row.info.trace_id in saying]
        matching = {row.info.trace_id for row in left}
        return [Checked(row, row.info.trace_id in matching) for row in rows]

    async def _failed(self, rows: Sequence[Row]) -> set[str]:
        ids = ", ".join(literal for row in rows if (literal := quoted(row.info.trace_id)))
        query = TraceQuery(self.experiment_ids, f"trace.request_id IN ({ids}) AND {ANY_SPAN_FAILED}", limit=len(rows))
        return {info.trace_id for info in (await self.gateway.search_traces(query)).traces}

    async def _saying(self, rows: Sequence[Row], says: SpanSays) -> set[str]:
        read = [partial(self._says, row.info.trace_id, says) for row in rows]
        answers = await side_by_side(read, at_once=READ_AT_ONCE)
        return {row.info.trace_id for row, answer in zip(rows, answers, strict=True) if answer}

    async def _says(self, trace_id: str, says: SpanSays) -> bool:
        try:
            return says.holds((await self.gateway.get_trace(trace_id)).spans)
        except TraceNotFoundError:  # deleted since it was found
            return False
