"""Traces or spans counted by what they have in common: sizes, failures, durations, tokens, cost, and when."""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, NamedTuple, TypeAlias

from mcp_traces.records import COST_DIGITS, Json
from mcp_traces.times import parse_time

Unit: TypeAlias = Literal["hour", "day", "week"]
UNITS: tuple[Unit, ...] = ("hour", "day", "week")
HOUR_MS = 3_600_000
QUARTER_MS = 900_000
"""All time zones of today differ by whole quarters of an hour."""

LAST_MS = 253_000_000_000_000
"""In the year 9987. A trace with a later time, as one in nanoseconds has, is counted in the hour of this one."""


class Member(NamedTuple):
    """A trace or a span to count. `time_ms` is when its trace began; what was not recorded is None."""

    trace_id: str
    time_ms: int
    duration_ms: float | None
    failed: bool
    session: str | None = None
    input: int | None = None
    output: int | None = None
    total: int | None = None
    cached: int | None = None
    cost: float | None = None
    user: str | None = None


@dataclass(slots=True)
class Tally:
    """What is known of the members of a group, and the ids of their traces."""

    ids: set[str] = field(default_factory=set[str])
    members: int = 0
    failed: int = 0
    durations: list[float] = field(default_factory=list[float])
    input: int = 0
    output: int = 0
    total: int = 0
    cached: int = 0
    with_tokens: int = 0
    cost: float = 0.0
    with_cost: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    ended_ms: float = -math.inf
    example: str | None = None
    sessions: set[str] = field(default_factory=set[str])
    users: set[str] = field(default_factory=set[str])
    errors: dict[str, int] = field(default_factory=dict[str, int])
    """Of judges: how often each was given instead of a value."""

    @property
    def traces(self) -> int:
        """Each counts once, also where the members are its spans."""
        return len(self.ids)

    def add_all(self, members: Sequence[Member]) -> None:
        """Members come newest first. They are added column by column."""
        if not members:
            return
        trace_ids, times, durations, failed, sessions, inputs, outputs, totals, cached, costs, users = zip(
            *members, strict=True
        )
        self.members += len(members)
        self.ids.update(trace_ids)
        self.failed += sum(failed)
        if self.example is None:
            self.example, self.last_ms = trace_ids[0], times[0]
        self.first_ms = times[-1]
        self.durations += [one for one in durations if one is not None]
        ends = (begun + (lasted or 0) for begun, lasted in zip(times, durations, strict=True))
        self.ended_ms = max(self.ended_ms, max(ends))
        self.sessions.update(one for one in sessions if one is not None)
        self.users.update(one for one in users if one is not None)
        self._add_tokens(inputs, outputs, totals, cached)
        known = [one for one in costs if one is not None]
        self.with_cost += len(known)
        self.cost += sum(known)

    def _add_tokens(
        self,
        inputs: Sequence[int | None],
        outputs: Sequence[int | None],
        totals: Sequence[int | None],
        cached: Sequence[int | None],
    ) -> None:
        self.input += sum(filter(None, inputs))
        self.output += sum(filter(None, outputs))
        self.cached += sum(filter(None, cached))
        for given, answered, total in zip(inputs, outputs, totals, strict=True):
            if total is not None:
                self.with_tokens += 1
                self.total += total
            elif given is not None or answered is not None:
                self.with_tokens += 1
                self.total += (given or 0) + (answered or 0)

    @property
    def newest_first(self) -> tuple[float, str]:
        """Sorts tallies as searches sort traces: by the newest, then by id."""
        return (math.inf, "") if self.last_ms is None else (-self.last_ms, self.example or "")

    def merge(self, other: "Tally") -> None:
        """Add the members of a group whose value turned out to be the same."""
        self.members += other.members
        self.ids |= other.ids
        self.failed += other.failed
        self.durations += other.durations
        for name in ("input", "output", "total", "cached", "with_tokens", "cost", "with_cost"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if other.newest_first < self.newest_first:
            self.last_ms, self.example = other.last_ms, other.example
        if other.first_ms is not None and (self.first_ms is None or other.first_ms < self.first_ms):
            self.first_ms = other.first_ms
        self.ended_ms = max(self.ended_ms, other.ended_ms)
        self.sessions |= other.sessions
        self.users |= other.users
        for error, count in other.errors.items():
            self.errors[error] = self.errors.get(error, 0) + count

    @property
    def failure_rate(self) -> float | None:
        """Failed members of all, to three digits; None where there is none."""
        return round(self.failed / self.members, 3) if self.members else None

    def percentile(self, percent: float) -> int | None:
        """Of the durations, in ms, interpolated between neighbours as MLflow's metrics do; None without durations."""
        if not self.durations:
            return None
        self.durations.sort()
        return round(percentile(self.durations, percent))

    @property
    def rounded_cost(self) -> float | None:
        return round(self.cost, COST_DIGITS) if self.with_cost else None


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Linear interpolation between neighbours, as PERCENTILE_CONT does. `ordered` is not empty."""
    place = percent / 100 * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


Values: TypeAlias = tuple[Hashable, ...]


@dataclass(slots=True)
class Groups:
    """Tallies by the values as they were recorded, and of all members together."""

    all: Tally = field(default_factory=Tally)
    by_value: dict[Values, Tally] = field(default_factory=dict[Values, Tally])
    _waiting: dict[Values, list[Member]] = field(default_factory=dict[Values, list[Member]])
    _all_waiting: list[Member] = field(default_factory=list[Member])

    def add(self, member: Member, groups: Iterable[Values]) -> None:
        """Count a member in the groups of these values, once `settle` is called."""
        self._all_waiting.append(member)
        for values in groups:
            self._waiting.setdefault(values, []).append(member)

    def settle(self) -> None:
        """Count what was added."""
        self.all.add_all(self._all_waiting)
        self._all_waiting = []
        for values, members in self._waiting.items():
            self.by_value.setdefault(values, Tally()).add_all(members)
        self._waiting = {}

    def shown_as(self, show: Callable[[Sequence[Values]], Sequence[tuple[Json, ...]]]) -> list["Group"]:
        """The groups by the values that are shown: two that are masked alike are one."""
        recorded = list(self.by_value)
        merged: dict[str, Group] = {}
        for values, shown in zip(recorded, show(recorded), strict=True):
            tally = self.by_value[values]
            known = merged.get(repr(shown))
            if known is None:
                merged[repr(shown)] = Group(shown, tally)
            else:
                known.tally.merge(tally)
        return list(merged.values())


@dataclass(frozen=True, slots=True)
class Group:
    """A value, or a pair of values, and what has it."""

    values: tuple[Json, ...]
    tally: Tally


class Clock:
    """The hours, days or weeks of a time zone, each as the epoch milliseconds at which it begins."""

    def __init__(self, unit: Unit, zone: tzinfo = UTC) -> None:
        self.unit: Unit = unit
        self._zone = zone
        self._known: dict[int, int] = {}

    def start(self, time_ms: int) -> int:
        """When the unit of this moment began."""
        quarter = time_ms // QUARTER_MS
        if quarter not in self._known:
            self._known[quarter] = self._floor(self._moment(quarter * QUARTER_MS))
        return self._known[quarter]

    def next(self, start_ms: int) -> int:
        """When the unit after the one that begins at `start_ms` begins."""
        if self.unit == "hour":
            # One is 90 minutes long where a zone puts its clocks back by half an hour.
            later = (self.start(start_ms + hours * HOUR_MS) for hours in (1, 2))
            return next(one for one in later if one > start_ms)
        return self._midnight(self._moment(start_ms).date() + timedelta(days=1 if self.unit == "day" else 7))

    def larger(self) -> "Clock | None":
        """That of the next larger unit; None for weeks."""
        index = UNITS.index(self.unit) + 1
        return Clock(UNITS[index], self._zone) if index < len(UNITS) else None

    def label(self, start_ms: int) -> str:
        """`2026-11-20` of days and of the Mondays of weeks; hours with their offset, since one may repeat."""
        moment = self._moment(start_ms)
        if self.unit != "hour":
            return f"{moment:%Y-%m-%d}"
        return moment.isoformat(timespec="minutes").replace("+00:00", "Z")

    def start_of(self, label: str) -> int:
        """When the unit of this label begins. Raises InvalidArgumentError."""
        return self.start(parse_time(self.unit, label, datetime.now(UTC), self._zone))

    def between(self, first_ms: int, last_ms: int) -> Iterator[int]:
        """The starts of all units from the one of `first_ms` to the one of `last_ms`."""
        start, last = self.start(first_ms), self.start(last_ms)
        while start <= last:
            yield start
            start = self.next(start)

    def _moment(self, time_ms: int) -> datetime:
        return datetime.fromtimestamp(min(max(time_ms, 0), LAST_MS) / 1000, UTC).astimezone(self._zone)

    def _floor(self, moment: datetime) -> int:
        if self.unit == "hour":
            return to_ms(moment.replace(minute=0, second=0, microsecond=0))
        days = 0 if self.unit == "day" else moment.weekday()
        return self._midnight(moment.date() - timedelta(days=days))

    def _midnight(self, day: date) -> int:
        return to_ms(datetime(day.year, day.month, day.day, tzinfo=self._zone))


def to_ms(moment: datetime) -> int:
    """Epoch milliseconds."""
    return round(moment.timestamp() * 1000)
