"""Several walks through one ordering as one: what any of them finds, each trace once."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing

from mcp_traces.tools.ordering import Ordering
from mcp_traces.tools.paging import Row


async def merge(walks: Sequence[AsyncGenerator[Row, None]], ordering: Ordering) -> AsyncGenerator[Row, None]:
    """The rows of all `walks`, which are in the seekable `ordering`; each walk can start from any row of another."""
    async with AsyncExitStack() as stack:
        for one in walks:
            await stack.enter_async_context(aclosing(one))
        heads = {walk: row for walk in walks if (row := await anext(walk, None)) is not None}
        while heads:
            first = min(heads.values(), key=lambda row: _place(row, ordering))
            yield first
            for walk in [walk for walk, row in heads.items() if row.info.trace_id == first.info.trace_id]:
                following = await anext(walk, None)
                if following is None:
                    del heads[walk]
                else:
                    heads[walk] = following


def _place(row: Row, ordering: Ordering) -> tuple[bool, int, bool, str]:
    """Where MLflow puts the row: what has no value comes last, ties go by id."""
    value = ordering.value(row.info)
    if value is None:
        return True, 0, row.position.finished, row.info.trace_id
    return False, -value if ordering.descending else value, False, row.info.trace_id
