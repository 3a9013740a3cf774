"""The second look at what a search finds: conditions that the store cannot decide, checked trace by trace."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from mcp_traces.errors import TraceNotFoundError
from mcp_traces.filters.clause import (
    ANY_JUDGE,
    CONTAINS,
    COST,
    FAILED_JUDGE,
    HAS_ERROR,
    IS,
    SPAN_DURATION,
    TOKENS,
    Clause,
    undecided_by_like,
    undecided_by_mlflow,
)
from mcp_traces.filters.compiler import clause
from mcp_traces.filters.span_clauses import meets_all
from mcp_traces.records import Json, TraceInfo
from mcp_traces.side_by_side import side_by_side
from mcp_traces.store.gateway import TraceGateway, TraceQuery
from mcp_traces.tools.paging import Row

One = TypeVar("One")

BATCH = 50
READ_BATCH = 10
"""Traces read whole at a time: enough that a server works on several, few enough that none waits for many."""

READ_AT_ONCE = 4

OF_INFOS = (FAILED_JUDGE, TOKENS, COST)
"""Our own fields that a trace without its spans can be checked for."""

_ANY_FAILED = clause("has_error", "=", True)


@dataclass(frozen=True, slots=True)
class Checked:
    row: Row
    matches: bool


async def in_batches(rows: AsyncGenerator[One, None], size: int) -> AsyncGenerator[list[One], None]:
    """`size` of the rows at a time, in order; the last batch has what is left."""
    batch: list[One] = []
    async for one in rows:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What is left to check of each trace that one search finds in `experiment_ids`.

    `keys` are conditions on the trace itself (tags, metadata, assessments, tokens, cost), `any_failed` is whether some
    span must have failed, `of_spans` are conditions on one span (words, a duration), and `of_its_span` all that must
    hold for that span.
    """

    gateway: TraceGateway
    experiment_ids: tuple[str, ...]
    keys: tuple[Clause, ...] = ()
    any_failed: bool | None = None
    of_spans: tuple[Clause, ...] = ()
    of_its_span: tuple[Clause, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keys or self.of_spans) or self.any_failed is not None

    def __str__(self) -> str:
        """What it is about, as the caller's arguments."""
        failed = ["has_error"] if self.any_failed is not None else []
        return ", ".join([*map(argument_of, self.keys), *failed, *(one.argument for one in self.of_spans)])

    @property
    def words(self) -> Clause | None:
        """The condition on text, where it is left to check."""
        return next((one for one in self.of_spans if one.operator == CONTAINS), None)

    @property
    def batch(self) -> int:
        return READ_BATCH if self.of_spans else BATCH if self else 1

    async def check(self, rows: AsyncGenerator[Row, None]) -> AsyncGenerator[Checked, None]:
        """Each row with whether it matches, in the order given."""
        async with aclosing(in_batches(rows, self.batch)) as batches:
            async for batch in batches:
                for checked in await self._check(batch):
                    yield checked

    async def _check(self, rows: Sequence[Row]) -> list[Checked]:
        """The cheapest condition is checked first, the dearest only on what is left."""
        left = [row for row in rows if all(_holds(key, row.info) for key in self.keys)]
        if left and self.any_failed is not None:
            failed = await self._failed(left)
            left = [row for row in left if (row.info.trace_id in failed) == self.any_failed]
        if left and self.of_spans:
            having = await self._having_span(left)
            left = [row for row in left if row.info.trace_id in having]
        matching = {row.info.trace_id for row in left}
        return [Checked(row, row.info.trace_id in matching) for row in rows]

    async def _failed(self, rows: Sequence[Row]) -> set[str]:
        ids = clause("trace.request_id", "IN", tuple(row.info.trace_id for row in rows))
        query = TraceQuery(self.experiment_ids, (ids, _ANY_FAILED), limit=len(rows))
        return {info.trace_id for info in (await self.gateway.search_traces(query)).traces}

    async def _having_span(self, rows: Sequence[Row]) -> set[str]:
        read = [partial(self._has_span, row.info.trace_id) for row in rows]
        answers = await side_by_side(read, at_once=READ_AT_ONCE)
        return {row.info.trace_id for row, answer in zip(rows, answers, strict=True) if answer}

    async def _has_span(self, trace_id: str) -> bool:
        try:
            spans = (await self.gateway.get_trace(trace_id)).spans
        except TraceNotFoundError:  # deleted since it was found
            return False
        return any(meets_all(span, self.of_its_span) for span in spans)


def second_look(gateway: TraceGateway, experiment_ids: tuple[str, ...], clauses: Sequence[Clause]) -> SecondLook:
    """What `gateway` leaves undecided of `clauses`."""
    left = undecided_by_like(clauses) if gateway.is_database else undecided_by_mlflow(clauses)
    failed = next((bool(one.value) for one in left if one.field is HAS_ERROR), None)
    of_spans = tuple(one for one in left if one.operator == CONTAINS or one.field is SPAN_DURATION)
    return SecondLook(
        gateway,
        experiment_ids,
        keys=tuple(one for one in left if one.key is not None or one.field in OF_INFOS),
        any_failed=failed,
        of_spans=of_spans,
        of_its_span=tuple(_comparable(clauses)) if of_spans else (),
    )


def _comparable(clauses: Iterable[Clause]) -> Iterable[Clause]:
    """The clauses on spans that a span as it is read can be checked for."""
    for one in clauses:
        is_plain = one.field.name in ("span.name", "span.type", "span.status") and one.operator in ("=", IS)
        if is_plain or one.operator == CONTAINS or one.field is SPAN_DURATION:
            yield one


def argument_of(key: Clause) -> str:
    argument, _, name = key.argument.partition(".")
    return f"{argument} {name!r}" if name else argument


def _holds(key: Clause, info: TraceInfo) -> bool:
    """Whether the trace has this value under the key, or as much as is asked for."""
    if key.field in OF_INFOS:
        return _has_as_much(key, info)
    kind = key.field.prefix.rstrip(".")
    if kind in ("tag", "metadata"):
        return (info.tags if kind == "tag" else info.trace_metadata).get(str(key.key)) == key.value
    return any(
        one.name == key.key and one.kind == kind and one.valid and is_same(one.value, key.value)
        for one in info.assessments
    )


def _has_as_much(one: Clause, info: TraceInfo) -> bool:
    if one.field is FAILED_JUDGE:
        failed = [each.name for each in info.assessments if each.failure and each.valid and each.kind == "feedback"]
        return bool(failed) if one.value == ANY_JUDGE else one.value in failed
    held = info.total_tokens if one.field is TOKENS else info.total_cost
    return held is not None and held >= float(str(one.value))


def is_same(held: Json, wanted: Json) -> bool:
    """Equality of kind and value: `"5"` and true are not 5, but 5.0 is."""
    return _kind(held) == _kind(wanted) and held == wanted


def _kind(value: Json) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if is_number else type(value).__name__
