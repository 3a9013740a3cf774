"""Groups as a table that fits: the largest with the others summed, or all hours, days and weeks."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from mcp_traces.records import Json
from mcp_traces.results import Table
from mcp_traces.shaping.groups import Clock, Tally
from mcp_traces.shaping.text import compact, cut
from mcp_traces.times import iso_utc

GroupOrder: TypeAlias = Literal["size", "failed", "failure_rate", "p95_ms", "tokens", "cost", "last"]
Counts: TypeAlias = Literal["traces", "spans", "judges", "errors"]

MAX_VALUE = 80
MAX_ERROR = 240
"""Characters of a group's value; the example has the whole."""

OTHER = "(other)"
MAX_JUDGE_ERROR = 120
MAX_ERRORS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """The values of a group, its members, and those of the same group in the baseline. A time is its epoch ms."""

    values: tuple[Json, ...]
    tally: Tally
    before: Tally


@dataclass(frozen=True, slots=True)
class Layout:
    """`names` are the groupings, `clock` is that of the one which is a time, `counts` says what members are."""

    names: tuple[str, ...]
    clock: Clock | None
    counts: Counts
    limit: int
    min_count: int
    has_baseline: bool
    room: int
    run_names: Mapping[str, str] = field(default_factory=dict[str, str])
    order_by: GroupOrder = "size"

    @property
    def time_index(self) -> int:
        return self.names.index(self.clock.unit) if self.clock else -1


@dataclass(frozen=True, slots=True)
class Shown:
    """`matching` are the groups there are; `sums_others` says that the last row, or one of each time, is of others.

    `names` are the groupings that the rows are of: with a larger unit where the one asked for did not fit.
    """

    table: Table
    names: tuple[str, ...]
    matching: int
    sums_others: bool
    notes: list[str] = field(default_factory=list[str])


def group_table(rows: Sequence[Row], layout: Layout) -> Shown:
    """The table, in `layout.room` characters wherever that is possible."""
    if layout.clock is not None:
        return _over_time(rows, layout, layout.clock)
    ordered = in_order(rows, layout)
    enough = [one for one in ordered if max(one.tally.traces, one.before.traces) >= layout.min_count]
    small = [one for one in ordered if max(one.tally.traces, one.before.traces) < layout.min_count]
    most = wanted = min(layout.limit, len(enough))
    kept = _with_other(enough, small, most)
    while most > 1 and _size(_table(kept, layout)) > layout.room:
        most -= 1
        kept = _with_other(enough, small, most)
    notes = [f"{most} groups fit into this answer; max_chars shows more."] if most < wanted else []
    if small:
        notes.append(f"{len(small):,} groups have fewer than {layout.min_count} traces; (other) sums them too.")
    matching = sum(one.tally.traces >= layout.min_count for one in enough)
    if layout.min_count > 1 and len(layout.names) == 1 and any(one.values == (None,) for one in enough):
        notes.append(f"groups_matching counts the traces without {layout.names[0]} (null) as one of the groups.")
    return Shown(_table(kept, layout), layout.names, matching, any(is_other(one.values) for one in kept), notes)


_MEASURES: dict[str, Callable[[Tally], float | None]] = {
    "failed": lambda tally: tally.failed,
    "failure_rate": lambda tally: tally.failure_rate,
    "p95_ms": lambda tally: tally.percentile(95),
    "tokens": lambda tally: tally.total,
    "cost": lambda tally: tally.rounded_cost,
    "last": lambda tally: tally.last_ms,
}


def in_order(rows: Sequence[Row], layout: Layout) -> list[Row]:
    """Those with most of what `order_by` names first; runs newest first, because the newest are compared."""
    if layout.order_by != "size":
        measure = _MEASURES[layout.order_by]
        return sorted(rows, key=lambda one: (-(measure(one.tally) or 0), -one.tally.members, repr(one.values)))
    if layout.names == ("run",):
        return sorted(rows, key=lambda one: (-(one.tally.last_ms or one.before.last_ms or 0), repr(one.values)))
    return sorted(rows, key=lambda one: (-one.tally.members, -one.before.members, repr(one.values)))


def is_other(values: Sequence[Json]) -> bool:
    """Whether the row sums others."""
    return any(isinstance(one, Summed) for one in values)


class Summed(str):
    """What stands in place of a value where a row sums groups. A recorded text of the same words is another value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Summed({str(self)!r})"


def _over_time(rows: Sequence[Row], layout: Layout, asked: Clock) -> Shown:
    """Every unit of time. Where they do not fit, every one of the next larger unit."""
    clock = asked
    while True:
        kept = _largest_of_each_time(rows, layout)
        table = _table(sorted(kept, key=lambda one: _by_time(one, layout)), layout, clock)
        if _size(table) <= layout.room or (larger := clock.larger()) is None:
            break
        rows, clock = _regrouped(rows, layout, larger), larger
    notes: list[str] = []
    if clock is not asked:
        notes.append(
            f"The {asked.unit}s do not fit: each row is a {clock.unit}. max_chars, or a later since, shows them."
        )
    if _size(table) > layout.room:
        shown = table.rows
        while len(shown) > 1 and _size(table) > layout.room:
            table = Table(columns=table.columns, rows=table.rows[len(table.rows) // 8 + 1 :])
        notes.append(f"The newest {len(table.rows)} of {len(shown)} rows fit; max_chars or a later since shows others.")
    if layout.min_count > 1:
        notes.append(f"min_count does not apply to {clock.unit}s, which are all shown.")
    names = _replaced(layout.names, layout.time_index, clock.unit)
    matching = sum(one.tally.members > 0 for one in rows)
    return Shown(table, names, matching, any(is_other(one.values) for one in kept), notes)


def _by_time(one: Row, layout: Layout) -> tuple[Any, ...]:
    return (one.values[layout.time_index], -one.tally.members, repr(one.values))


def _regrouped(rows: Sequence[Row], layout: Layout, clock: Clock) -> list[Row]:
    return _merged(
        rows, lambda one: _replaced(one.values, layout.time_index, clock.start(one.values[layout.time_index]))
    )


def _largest_of_each_time(rows: Sequence[Row], layout: Layout) -> list[Row]:
    """Of the values beside the time those with most members; the others of each time as one."""
    if len(layout.names) == 1:
        return list(rows)
    beside = 1 - layout.time_index
    sizes: Counter[str] = Counter()
    for one in rows:
        sizes[repr(one.values[beside])] += one.tally.members
    most = {value for value, _ in sizes.most_common(layout.limit)}
    return _merged(
        rows,
        lambda one: one.values if repr(one.values[beside]) in most else _replaced(one.values, beside, Summed(OTHER)),
    )


def _replaced(values: tuple[Json, ...], index: int, value: Json) -> tuple[Json, ...]:
    return (*values[:index], value, *values[index + 1 :])


def _with_other(enough: Sequence[Row], small: Sequence[Row], most: int) -> list[Row]:
    """The first `most` of those with enough traces, and all others as one row, unless that is one with enough."""
    rest = [*enough[most:], *small]
    if len(rest) <= 1 and not small:
        return list(enough)
    name = Summed(f"(other: {len(rest):,} group{'s' if len(rest) > 1 else ''})")
    width = len(rest[0].values)
    return [*enough[:most], *_merged(rest, lambda _: (name, *[Summed(OTHER)] * (width - 1)))]


def _merged(rows: Sequence[Row], values_of: Callable[[Row], tuple[Json, ...]]) -> list[Row]:
    found: dict[str, Row] = {}
    for one in rows:
        values = values_of(one)
        known = found.setdefault(repr(values), Row(values, Tally(), Tally()))
        known.tally.merge(one.tally)
        known.before.merge(one.before)
    return list(found.values())


def _size(table: Table) -> int:
    return len(compact(table.model_dump(mode="json")))


def _table(rows: Sequence[Row], layout: Layout, clock: Clock | None = None) -> Table:
    read = [(name, [value(one) for one in rows], is_kept) for name, value, is_kept in _columns(layout, clock)]
    columns = [(name, values) for name, values, is_kept in read if is_kept or any(values)]
    return Table(
        columns=[name for name, _ in columns],
        rows=[list(values) for values in zip(*(values for _, values in columns), strict=True)],
    )


_Column: TypeAlias = tuple[str, Callable[[Row], Any], bool]


def _columns(layout: Layout, clock: Clock | None) -> Iterator[_Column]:
    """Name, value, and whether the column is shown where it has nothing to say."""
    for index, name in enumerate(layout.names):
        is_time = clock is not None and index == layout.time_index
        yield (
            (clock.unit if is_time and clock else name),
            _value(index, name, clock if is_time else None),
            True,
        )
        if name == "run":
            yield "run_name", _run_name(index, layout.run_names), False
    yield from _counts(layout)
    if layout.counts != "errors":
        yield "failed", lambda one: one.tally.failed, False
        yield "failure_rate", lambda one: one.tally.failure_rate, False
        if layout.has_baseline:
            yield "baseline_failure_rate", lambda one: one.before.failure_rate, False
        for percent in (50, 95):
            yield f"p{percent}_ms", _percentile(percent), False
        if layout.has_baseline:
            yield "baseline_p95_ms", lambda one: one.before.percentile(95), False
    yield from _usage_columns(layout)
    if clock is None:
        yield "first", lambda one: _seconds(one.tally.first_ms), False
        yield "last", lambda one: _seconds(one.tally.last_ms), False
        yield "example", lambda one: one.tally.example or one.before.example, False


def _counts(layout: Layout) -> Iterator[_Column]:
    if layout.counts == "judges":
        yield "values", lambda one: one.tally.members - one.tally.failed, True
        return
    if layout.counts != "traces":
        yield layout.counts, lambda one: one.tally.members, True
    yield "traces", lambda one: one.tally.traces, True
    if layout.has_baseline:
        yield "baseline_traces", lambda one: one.before.traces, True


def _usage_columns(layout: Layout) -> Iterator[_Column]:
    yield "tokens", lambda one: one.tally.total, False
    yield "cached_tokens", lambda one: one.tally.cached, False
    yield "cost", lambda one: one.tally.rounded_cost, False
    if "session" in layout.names:
        yield "elapsed_ms", _elapsed, False
    if layout.counts == "errors":
        yield "users", lambda one: len(one.tally.users), False
    if layout.counts == "judges":
        yield "errors", _judge_errors, False


def _value(index: int, name: str, clock: Clock | None) -> Callable[[Row], Any]:
    if clock is not None:
        return lambda one: clock.label(one.values[index])
    return lambda one: shown_value(name, one.values[index])


def shown_value(name: str, value: Json) -> Json:
    """A value of the grouping `name` in the table: long texts are cut."""
    limit = MAX_ERROR if name == "error" else MAX_VALUE
    return cut(value, limit) if isinstance(value, str) else value


def _run_name(index: int, names: Mapping[str, str]) -> Callable[[Row], str | None]:
    return lambda one: names.get(str(one.values[index]))


def _percentile(percent: int) -> Callable[[Row], int | None]:
    return lambda one: one.tally.percentile(percent)


def _judge_errors(one: Row) -> str | None:
    """The most frequent, each with its count."""
    ordered = sorted(one.tally.errors.items(), key=lambda pair: (-pair[1], pair[0]))
    said = [f"{cut(text, MAX_JUDGE_ERROR)} ({count:,})" for text, count in ordered[:MAX_ERRORS]]
    more = [f"{len(ordered) - MAX_ERRORS:,} others"] if len(ordered) > MAX_ERRORS else []
    return "; ".join([*said, *more]) or None


def _elapsed(one: Row) -> int | None:
    """From the first beginning to the last end."""
    first = one.tally.first_ms
    return None if first is None else max(0, round(max(one.tally.ended_ms, first) - first))


def _seconds(time_ms: int | None) -> str | None:
    if time_ms is None:
        return None
    moment = iso_utc(time_ms)
    return f"{moment[:19]}Z" if moment.endswith("Z") else moment
