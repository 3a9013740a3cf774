"""Counts the traces that a search finds, or their spans, for each value of a grouping.

A database is scanned: its columns say most of it. Elsewhere, and where conditions have to be checked trace by trace,
the traces are read, newest first. Either ends in time, and then says how far it came.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from mcp_traces.records import SPAN_COST_ATTRIBUTE, SPAN_TOKEN_USAGE_ATTRIBUTE, Span, TraceInfo
from mcp_traces.shaping.groups import Groups, Member, Tally
from mcp_traces.shaping.overview import usage_once
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.store.gateway import FAILURE_MARK, Scan, ScanColumn, ScanRows, Visit
from mcp_traces.times import iso_utc
from mcp_traces.tools.groupings import Column, Grouping, Values, combinations
from mcp_traces.tools.scanned_records import scanned_spans, scanned_traces
from mcp_traces.tools.search_page import LOOKING_SHARE, Search, found_rows
from mcp_traces.tools.state import AppState

CHUNK = 500
"""Traces that a server is asked for at a time, without spans: it returns no more."""

SPANS_AT_ONCE = 50
"""Traces that are read with their spans at a time."""

EXACT = "exact"

_OF_TRACE: tuple[ScanColumn, ...] = (
    "trace_id", "time_ms", "duration_ms", "status", "session_id",
    "input_tokens", "output_tokens", "total_tokens", "cached_tokens", "cost",
)  # fmt: skip
_OF_SPAN: tuple[ScanColumn, ...] = (
    "trace_id", "time_ms", "session_id", "span_name", "span_type", "span_status", "span_duration_ns", "span",
)  # fmt: skip


@dataclass(slots=True)
class Counted:
    """`total` are the traces, and `ids` theirs; `groups` are of traces, feedback or spans.

    `coverage` says of "total" and "groups" that they are exact, or how far they go. `overlap` are traces left out.
    """

    total: Tally = field(default_factory=Tally)
    groups: Groups = field(default_factory=Groups)
    coverage: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    ids: set[str] = field(default_factory=set[str])
    overlap: int = 0


async def count(
    state: AppState,
    search: Search,
    groupings: Sequence[Grouping],
    *,
    share: float = LOOKING_SHARE,
    without: frozenset[str] = frozenset(),
) -> Counted:
    """Counts what `search` finds, less the traces `without`, within this share of the time of a call."""
    counting = _Counting(search, groupings, without, time.monotonic() + state.settings.timeout_s * share)
    if state.gateway.is_database and not search.look:
        await counting.scan(state)
    else:
        await counting.read(state)
    return counting.counted


@dataclass(slots=True)
class _Pass:
    """A scan and what its rows are counted by."""

    scan: Scan
    visit: Visit
    of: str
    """What it covers: `total`, `groups` or both."""


class _Counting:
    def __init__(self, search: Search, groupings: Sequence[Grouping], without: frozenset[str], stop_at: float) -> None:
        self.counted = Counted()
        self._search, self._groupings, self._without, self._stop_at = search, groupings, without, stop_at
        self._known: list[dict[Hashable, Values]] = [{} for _ in groupings]
        self._pending: list[Sequence[Any]] = []

    async def scan(self, state: AppState) -> None:
        """A pass over the database for the totals, and one for groups that are not in the columns of traces."""
        for one in self._passes():
            reached: list[int] = []

            def visit(rows: ScanRows, one: _Pass = one, reached: list[int] = reached) -> bool:
                one.visit(rows)
                if time.monotonic() < self._stop_at:
                    return False
                reached.append(rows[-1][1])
                return True

            notes = await state.gateway.scan(one.scan, visit)
            self.counted.notes += [note for note in notes if note not in self.counted.notes]
            if not reached:
                self._finish()
            self._cover(one, reached[0] if reached else None)

    async def read(self, state: AppState) -> None:
        """The same from records, newest first, which are read with spans only where a grouping is about those."""
        passes = self._passes()
        reached_ms: int | None = None
        batch: list[TraceInfo] = []
        rows = self._search.look.check(found_rows(state, self._search, CHUNK, None))
        async with aclosing(rows):
            async for one in rows:
                if one.matches:
                    batch.append(one.row.info)
                if len(batch) >= SPANS_AT_ONCE or time.monotonic() > self._stop_at:
                    await self._visit(state, passes, batch)
                    batch = []
                if time.monotonic() > self._stop_at:
                    reached_ms = one.row.info.request_time_ms
                    break
        await self._visit(state, passes, batch)
        self._finish()
        for one in passes:
            self._cover(one, reached_ms)

    async def _visit(self, state: AppState, passes: Sequence[_Pass], infos: Sequence[TraceInfo]) -> None:
        of_spans = any(one.scan.of_spans for one in passes) and infos
        traces = await state.gateway.get_traces([info.trace_id for info in infos]) if of_spans else ()
        for one in passes:
            one.visit(list(scanned_spans(one.scan, traces) if one.scan.of_spans else scanned_traces(one.scan, infos)))

    def _passes(self) -> list[_Pass]:
        groupings = self._groupings
        columns: list[Column] = [(name, None) for name in _OF_TRACE]
        if all(one.level == "trace" for one in groupings):
            columns += [one.column for one in groupings if one.column]
            return [_Pass(self._scanned(columns), self._count_traces, "total and groups" if groupings else "total")]
        total = _Pass(self._scanned(columns), self._count_traces, "total")
        if any(one.is_of_spans for one in groupings):
            return [total, self._pass_over_spans()]
        of_feedback = next(one.column for one in groupings if one.level == "feedback" and one.column)
        columns.append(("feedback", of_feedback[1]))
        columns += [one.column for one in groupings if one.column]
        return [total, _Pass(self._scanned(columns), self._count_feedback, "groups")]

    def _pass_over_spans(self) -> _Pass:
        columns: list[Column] = [(name, None) for name in _OF_SPAN]
        columns += [one.column for one in self._groupings if one.column and not one.is_of_spans]
        wanted = [one for one in self._search.clauses if one.argument in ("span_name", "span_type")]
        wanted += [one for grouping in self._groupings for one in grouping.only]
        is_whole = any(one.level == "whole" for one in self._groupings)
        scan = self._scanned(columns, of_spans=True, span_clauses=tuple(wanted), whole="all" if is_whole else "untyped")
        return _Pass(scan, self._count_whole_spans if is_whole else self._count_spans, "groups")

    def _scanned(self, columns: Sequence[Column], **of_spans: Any) -> Scan:
        search = self._search
        return Scan(search.experiment_ids, tuple(columns), search.clauses, search.any_of, **of_spans)

    def _finish(self) -> None:
        """Counts the spans of the last trace: those of a trace come one after another, in one batch or in two."""
        pending, self._pending = self._pending, []
        self._count_spans_of_traces(pending)

    def _cover(self, one: _Pass, reached_ms: int | None) -> None:
        counted = self.counted
        text = EXACT
        if reached_ms is not None:
            traces = (counted.groups.all if one.of == "groups" else counted.total).traces
            of_all = f" of {counted.total.traces:,}" if counted.coverage.get("total") == EXACT else ""
            text = f"the newest {traces:,}{of_all} traces, back to {iso_utc(reached_ms)}: the time of a call was over"
        for part in one.of.split(" and "):
            counted.coverage[part] = text

    # What is done with rows. `without` is looked up for each: a trace in both sides of a comparison is in none.

    def _split(self, index: int, raw: Hashable) -> Values:
        known = self._known[index]
        if raw not in known:
            known[raw] = self._groupings[index].split(raw)
        return known[raw]

    def _count_traces(self, rows: ScanRows) -> bool:
        counted, width = self.counted, len(_OF_TRACE)
        for row in rows:
            trace_id, time_ms, duration, status, *rest = row[:width]
            if trace_id in self._without:
                counted.overlap += 1
                continue
            member = Member(trace_id, time_ms, duration, status == "ERROR", *rest)
            counted.total.add(member)
            counted.ids.add(trace_id)
            if len(row) > width:
                for values in combinations(map(self._split, range(len(self._groupings)), row[width:])):
                    counted.groups.add(member, values)
        return False

    def _count_feedback(self, rows: ScanRows) -> bool:
        """A row for each feedback of a trace. Those of a judge fail where it gave no value."""
        groups, width = self.counted.groups, len(_OF_TRACE)
        by_judge = any(one.name == "judge" for one in self._groupings)
        for row in rows:
            trace_id, time_ms, duration, status, *rest = row[:width]
            given = row[width]
            if trace_id in self._without or (by_judge and given is None):
                continue
            error = given if by_judge and given.startswith(FAILURE_MARK) else None
            failed = error is not None if by_judge else status == "ERROR"
            member = Member(trace_id, time_ms, duration, failed, *rest)
            groups.all.add(member)
            for values in combinations(map(self._split, range(len(self._groupings)), row[width + 1 :])):
                groups.add(member, values)
                if error is not None:
                    errors = groups.by_value[values].errors
                    errors[error] = errors.get(error, 0) + 1
        return False

    def _count_spans(self, rows: ScanRows) -> bool:
        """Spans as columns have them. Of one without a type, the whole span says which it is."""
        groups, width = self.counted.groups, len(_OF_SPAN)
        for row in rows:
            trace_id, time_ms, session, name, kind, status, duration_ns, span = row[:width]
            if trace_id in self._without:
                continue
            own = {"span_name": (name,), "span_type": ((kind or "UNKNOWN") if span is None else span.span_type,)}
            member = Member(
                trace_id, time_ms, None if duration_ns is None else duration_ns / 1e6, status == "ERROR", session
            )
            groups.all.add(member)
            for values in combinations(self._each(row[width:], lambda one: own[one.name])):  # noqa: B023
                groups.add(member, values)
        return False

    def _each(self, raws: Iterable[Hashable], of_span: Callable[[Grouping], Values]) -> list[Values]:
        """The values of every grouping, those of traces from the columns behind those of spans."""
        left = iter(raws)
        return [
            of_span(one) if one.is_of_spans else self._split(index, next(left))
            for index, one in enumerate(self._groupings)
        ]

    def _count_whole_spans(self, rows: ScanRows) -> bool:
        self._pending += rows
        if self._pending:
            last = self._pending[-1][0]
            complete = [row for row in self._pending if row[0] != last]
            self._pending = [row for row in self._pending if row[0] == last]
            self._count_spans_of_traces(complete)
        return False

    def _count_spans_of_traces(self, rows: ScanRows) -> None:
        width = len(_OF_SPAN)
        for trace_id, of_trace in groupby(rows, key=itemgetter(0)):
            of_one = list(of_trace)
            if trace_id not in self._without:
                spans = [row[width - 1] for row in of_one if row[width - 1] is not None]
                self._count_usage(of_one[0], spans, of_one[0][width:])

    def _count_usage(self, row: Sequence[Any], spans: Sequence[Span], raws: Sequence[Hashable]) -> None:
        """The spans of one trace, each with what it used itself: a wrapper repeats what the calls below it used."""
        trace_id, time_ms, session = row[:3]
        groups, tree = self.counted.groups, build_tree(spans)
        tokens = usage_once(tree, SPAN_TOKEN_USAGE_ATTRIBUTE)
        costs = usage_once(tree, SPAN_COST_ATTRIBUTE)
        for node in tree.nodes:
            span, used, cost = node.span, tokens.get(node.index, {}), costs.get(node.index, {})
            if used and not any(used.values()) and tree.children.get(node.index):
                continue
            each = self._each(raws, lambda one: one.of_span(span) if one.of_span else ())  # noqa: B023
            if not all(each):
                continue
            duration = None if span.duration_ns is None else span.duration_ns / 1e6
            member = Member(
                trace_id,
                time_ms,
                duration,
                span.status == "ERROR",
                session,
                used.get("input_tokens"),
                used.get("output_tokens"),
                used.get("total_tokens"),
                used.get("cache_read_input_tokens"),
                cost.get("total_cost"),
            )
            groups.all.add(member)
            for values in combinations(each):
                groups.add(member, values)
