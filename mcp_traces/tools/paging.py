"""Walks through a search so that pages hold still while traces arrive.

A database continues after any row. MLflow servers page by offset: with each new trace every later row slides on, and
pages repeat or miss rows. There, ordered by time or duration, we start from the last row's value and find that row
again, so that what arrives elsewhere does not matter. By tokens or cost, which MLflow does not order by, all that
matches is read and sorted here. Other orders follow MLflow's own page token.
"""

import json
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import anyio
from pydantic import TypeAdapter, ValidationError

from mcp_traces.errors import InvalidCursorError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.records import Json, TraceInfo
from mcp_traces.store.gateway import TIE_BREAKERS, Order, TraceGateway, TraceQuery, seek_token, total_order
from mcp_traces.times import iso_utc
from mcp_traces.tools.ordering import Ordering

MAX_CHUNK = 500
"""The most rows one REST search may ask for."""

MAX_CHUNKS_WITHOUT_DURATION = 20
"""How far to look for finished traces that have no duration; MLflow cannot filter on its absence."""

SORTING_SHARE = 0.4
"""The share of a call's time after which what was read by then is sorted."""

_IN_PROGRESS = clause("trace.status", "=", "IN_PROGRESS")
_FINISHED = clause("trace.status", "!=", "IN_PROGRESS")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk goes on, after the row `after`.

    Of a database `token` says it all. Elsewhere `value` is that row's value in a seekable order, None once the walk is
    among rows without one; `finished` then says that those in progress are done. In other orders `token` is MLflow's
    page, `size` how many rows it was asked for, and `skip` the rows of it already seen.
    """

    after: str = ""
    value: int | None = None
    finished: bool = False
    token: str | None = None
    size: int = 0
    skip: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            key: value for key, value in asdict(self).items() if value not in (None, "", False, 0) or key == "value"
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Position":
        """Raises InvalidCursorError unless every field has its type: a value ends up in a filter."""
        try:
            # As JSON, since strict validation of Python objects wants a Position already.
            return _POSITION.validate_json(json.dumps(fields), strict=True)
        except ValidationError:
            raise InvalidCursorError(
                "`cursor` is damaged or was not made by this server.", "Call again without `cursor`."
            ) from None


_POSITION = TypeAdapter(Position)


@dataclass(frozen=True, slots=True)
class Row:
    """A trace, and the position right after it."""

    info: TraceInfo
    position: Position


@dataclass(slots=True)
class Progress:
    """What a store says of its pages: its notes, and where a search that ran out of time continues.

    `reached_ms` is how far back it came by then.
    """

    notes: list[str] = field(default_factory=list[str])
    stopped: Position | None = None
    reached_ms: int | None = None


async def walk(
    gateway: TraceGateway, query: TraceQuery, ordering: Ordering, start: Position | None, progress: Progress
) -> AsyncGenerator[Row, None]:
    """Every row of `query` from `start` on; `query.limit` is the size of the first chunk asked for."""
    query = replace(query, order_by=ordering.orders)
    if gateway.is_database:
        rows = _walk_database(gateway, query, start, progress)
    elif ordering.is_own:
        rows = _walk_sorted(gateway, query, start, progress)
    elif ordering.seek_field is None:
        rows = _walk_by_token(gateway, query, start)
    else:
        rows = _walk_by_value(gateway, query, ordering, start)
    async for row in rows:
        yield row


async def _walk_database(
    gateway: TraceGateway, query: TraceQuery, start: Position | None, progress: Progress
) -> AsyncGenerator[Row, None]:
    token = start.token if start else None
    while True:
        page = await gateway.search_traces(replace(query, page_token=token))
        progress.notes += [note for note in page.notes if note not in progress.notes]
        for info in page.traces:
            yield Row(info, Position(token=seek_token(query.order_by, info)))
        token = page.next_page_token
        if page.reached_ms is not None:
            progress.stopped, progress.reached_ms = Position(token=token), page.reached_ms
        if token is None or progress.stopped:
            return


async def _walk_sorted(
    gateway: TraceGateway, query: TraceQuery, start: Position | None, progress: Progress
) -> AsyncGenerator[Row, None]:
    """Orders that MLflow does not have: all that matches is read, for as long as the call may take, and sorted here."""
    stop_at = anyio.current_time() + (anyio.current_effective_deadline() - anyio.current_time()) * SORTING_SHARE
    orders = total_order(query.order_by)
    found: dict[str, TraceInfo] = {}
    async with aclosing(_all(gateway, replace(query, order_by=TIE_BREAKERS, limit=MAX_CHUNK))) as rows:
        async for info in rows:
            if found and len(found) % MAX_CHUNK == 0 and anyio.current_time() > stop_at:
                progress.notes.append(
                    f"The order is that of the newest {len(found)} traces that match, back to "
                    f"{iso_utc(info.request_time_ms)}: reading all of them takes longer than a call may. Narrow since "
                    "and until, or add conditions."
                )
                break
            found[info.trace_id] = info
    after = _values_of(start, orders) if start else None
    for info in _sorted(found.values(), orders):
        if after is None or _is_behind([order.value(info) for order in orders], after, orders):
            yield Row(info, Position(info.trace_id, token=seek_token(query.order_by, info)))


def _sorted(infos: Iterable[TraceInfo], orders: Sequence[Order]) -> list[TraceInfo]:
    """By one order after the other; what has no value comes last."""
    rows = list(infos)
    for order in reversed(orders):
        present = [info for info in rows if order.value(info) is not None]
        absent = [info for info in rows if order.value(info) is None]
        rows = [*sorted(present, key=order.value, reverse=order.descending), *absent]
    return rows


def _is_behind(values: Sequence[Json], after: Sequence[Json], orders: Sequence[Order]) -> bool:
    for order, value, other in zip(orders, values, after, strict=True):
        if value == other:
            continue
        if value is None or other is None:
            return value is None
        return (value < other) if order.descending else (value > other)
    return False


def _values_of(start: Position, orders: Sequence[Order]) -> list[Json]:
    values: Json = json.loads(start.token or "[]")
    kinds = {"tokens": int, "cost": int, "timestamp_ms": int, "execution_time_ms": int}
    if len(values) != len(orders) or any(
        not isinstance(one, (kinds.get(order.name, str), type(None))) for order, one in zip(orders, values, strict=True)
    ):
        raise InvalidCursorError("`cursor` is damaged or was not made by this server.", "Call again without `cursor`.")
    return values


async def _walk_by_token(gateway: TraceGateway, query: TraceQuery, start: Position | None) -> AsyncGenerator[Row, None]:
    at = start or Position(size=query.limit)
    while True:
        page = await gateway.search_traces(replace(query, page_token=at.token, limit=at.size))
        for seen, info in enumerate(page.traces[at.skip :], start=at.skip + 1):
            yield Row(info, replace(at, skip=seen))
        if page.next_page_token is None:
            return
        at = Position(token=page.next_page_token, size=at.size)


async def _walk_by_value(
    gateway: TraceGateway, query: TraceQuery, ordering: Ordering, start: Position | None
) -> AsyncGenerator[Row, None]:
    if start is None or start.value is not None:
        async for info in _with_value(gateway, query, ordering, start):
            yield Row(info, Position(info.trace_id, ordering.value(info)))
    if ordering.seek_field == "trace.execution_time_ms":
        async for row in _without_duration(gateway, query, ordering, start):
            yield row


async def _with_value(
    gateway: TraceGateway, query: TraceQuery, ordering: Ordering, start: Position | None
) -> AsyncGenerator[TraceInfo, None]:
    """Rows that have a value, the first of them the one after `start`."""
    if start is None:
        rows = _all(gateway, query)
    else:
        comparison = "<=" if ordering.descending else ">="
        rest = _and(query, clause(str(ordering.seek_field), comparison, start.value))
        rows = _after(_all(gateway, replace(rest, limit=min(query.limit + 1, MAX_CHUNK))), start, ordering)
    async for info in rows:
        if ordering.value(info) is None:
            return
        yield info


async def _after(
    rows: AsyncGenerator[TraceInfo, None], start: Position, ordering: Ordering
) -> AsyncGenerator[TraceInfo, None]:
    """What follows the row `start.after` among rows that begin with those of its value.

    It is found by identity, since the store's collation of ids is not ours; if it is gone, ids are compared.
    """
    tied: list[TraceInfo] = []
    found = False
    async for info in rows:
        if found:
            yield info
        elif info.trace_id == start.after:
            found = True
        elif ordering.value(info) == start.value:
            tied.append(info)
        else:
            found = True
            for later in (row for row in tied if row.trace_id > start.after):
                yield later
            yield info
    if not found:
        for later in (row for row in tied if row.trace_id > start.after):
            yield later


async def _without_duration(
    gateway: TraceGateway, query: TraceQuery, ordering: Ordering, start: Position | None
) -> AsyncGenerator[Row, None]:
    """Rows that have no duration, which MLflow sorts last in either direction, by id: first those in progress."""
    at = start if start is not None and start.value is None else None
    for finished, status in ((False, _IN_PROGRESS), (True, _FINISHED)):
        if at is not None and at.finished and not finished:
            continue
        rest = replace(_and(query, status), limit=MAX_CHUNK)
        rows = _valueless(_all(gateway, rest, MAX_CHUNKS_WITHOUT_DURATION), ordering)
        if at is not None and at.finished == finished:
            rows = _after(rows, at, ordering)
        async for info in rows:
            yield Row(info, Position(info.trace_id, finished=finished))


async def _valueless(rows: AsyncGenerator[TraceInfo, None], ordering: Ordering) -> AsyncGenerator[TraceInfo, None]:
    async for info in rows:
        if ordering.value(info) is None:
            yield info


async def _all(
    gateway: TraceGateway, query: TraceQuery, max_chunks: int | None = None
) -> AsyncGenerator[TraceInfo, None]:
    """Every row of `query`, chunk by chunk."""
    chunks = 0
    while max_chunks is None or chunks < max_chunks:
        page = await gateway.search_traces(query)
        for info in page.traces:
            yield info
        if page.next_page_token is None:
            return
        # The first chunk is as small as the page; who needs more, amid many equal values, needs many.
        query = replace(query, page_token=page.next_page_token, limit=MAX_CHUNK)
        chunks += 1


def _and(query: TraceQuery, one: Clause) -> TraceQuery:
    return replace(query, clauses=(*query.clauses, one))
