"""Counts the traces that a search finds, or their spans, for each value of a grouping.

A database is scanned: its columns say most of it. Elsewhere, and where conditions have to be checked trace by trace,
the traces are read, newest first. Either ends in time, and then says how far it came.
"""

import math
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from mcp_traces.errors import StoreUnsupportedError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.filters.span_clauses import meets_all
from mcp_traces.records import (
    CACHE_READ_TOKENS,
    SOURCE_RUN_KEY,
    SPAN_COST_ATTRIBUTE,
    SPAN_TOKEN_USAGE_ATTRIBUTE,
    USER_KEY,
    MetricsQuery,
    ScanColumn,
    Span,
    Trace,
    TraceInfo,
    decode_json,
)
from mcp_traces.shaping.error_groups import TraceError, errors_of, handled_errors_of
from mcp_traces.shaping.groups import Groups, Member, Tally, Values
from mcp_traces.shaping.overview import usage_once
from mcp_traces.shaping.span_messages import is_llm_call
from mcp_traces.shaping.span_tree import Node, SpanTree, build_tree
from mcp_traces.store.gateway import Scan, ScanRows
from mcp_traces.times import iso_utc
from mcp_traces.tools.groupings import Column, Grouping, combinations, judge_error
from mcp_traces.tools.scanned_records import scanned_spans, scanned_traces
from mcp_traces.tools.search_page import LOOKING_SHARE, Search, found_rows
from mcp_traces.tools.state import AppState

CHUNK = 500
"""Traces that a server is asked for at a time, without spans: it returns no more."""

SPANS_AT_ONCE = 50
"""Traces that are read with their spans at a time."""

MOST_HANDLED = 2_000
"""Traces in which failures that were handled are looked for: all their spans have to be read."""

SPAN_ARGUMENTS = ("span_name", "span_type", "min_span_duration_ms")
"""Conditions that say which spans are counted, where spans are."""

EXACT = "exact"

_OF_TRACE: tuple[ScanColumn, ...] = (
    "trace_id", "time_ms", "duration_ms", "status", "session_id",
    "input_tokens", "output_tokens", "total_tokens", "cached_tokens", "cost",
)  # fmt: skip
_OF_SPAN: tuple[Column, ...] = (
    ("trace_id", None),
    ("time_ms", None),
    ("session_id", None),
    ("metadata", USER_KEY),
    ("span_name", None),
    ("span_type", None),
    ("span_status", None),
    ("span_duration_ns", None),
    ("span", None),
)
_SPAN = len(_OF_SPAN) - 1
_FAILED = clause("span.status", "=", "ERROR")


@dataclass(slots=True)
class Counted:
    """`total` are the traces, and `ids` theirs, newest first; `groups` are of traces, feedback or spans.

    `coverage` says of "total" and "groups" that they are exact, or how far they go. `overlap` are traces left out.
    """

    total: Tally = field(default_factory=Tally)
    groups: Groups = field(default_factory=Groups)
    coverage: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    ids: list[str] = field(default_factory=list[str])
    overlap: int = 0
    numbers: list[float] = field(default_factory=list[float])
    """The values of feedback that are numbers."""


async def count(
    state: AppState,
    search: Search,
    groupings: Sequence[Grouping],
    *,
    share: float = LOOKING_SHARE,
    without: frozenset[str] = frozenset(),
) -> Counted:
    """Counts what `search` finds, less the traces `without`, within this share of the time of a call."""
    counting = _Counting(state, search, groupings, without, time.monotonic() + state.settings.timeout_s * share)
    if state.gateway.is_database and not search.look:
        await counting.scan(state)
    else:
        await counting.read(state)
    return counting.counted


async def values_by_trace(
    state: AppState, search: Search, groupings: Sequence[Grouping], infos: Sequence[TraceInfo]
) -> dict[str, list[Values]]:
    """The groups in which each of these traces would be counted, by its id."""
    found: dict[str, list[Values]] = {}
    reads_spans = any(one.level not in ("trace", "feedback") for one in groupings)
    traces = await state.gateway.get_traces([info.trace_id for info in infos]) if reads_spans else ()
    by_id = {trace.info.trace_id: trace for trace in traces}
    runs = await _runs_of(state, search, infos) if any(one.name == "run" for one in groupings) else {}
    for plain in infos:
        trace_id = plain.trace_id
        info = _logged_by(plain, runs.get(trace_id))
        counting = _Counting(state, search, groupings, frozenset(), math.inf)
        counting.add(counting.passes(), [info], [replace(by_id[trace_id], info=info)] if trace_id in by_id else [])
        found[trace_id] = list(counting.counted.groups.by_value)
    return found


async def _runs_of(state: AppState, search: Search, infos: Sequence[TraceInfo]) -> dict[str, str]:
    """All runs of these traces, as a scan joins them. Only a database lists those that were linked afterwards."""
    if not state.gateway.is_database or not infos:
        return {}
    found: dict[str, str] = {}

    def visit(rows: ScanRows) -> bool:
        found.update({trace_id: runs for trace_id, runs in rows if runs})
        return False

    ids = clause("trace.request_id", "IN", tuple(info.trace_id for info in infos))
    await state.gateway.scan(Scan(search.experiment_ids, (("trace_id", None), ("runs", None)), (ids,)), visit)
    return found


def _logged_by(info: TraceInfo, runs: str | None) -> TraceInfo:
    return info if runs is None else replace(info, trace_metadata={**info.trace_metadata, SOURCE_RUN_KEY: runs})


async def _trace_count(state: AppState, experiment_ids: tuple[str, ...]) -> int | None:
    """All traces of these experiments; None where the store does not count them."""
    try:
        points = await state.gateway.query_trace_metrics(MetricsQuery(experiment_ids, "TRACES", "trace_count"))
    except StoreUnsupportedError:
        return None
    return sum(int(one.values["COUNT"]) for one in points)


@dataclass(slots=True)
class _Pass:
    """A scan, what its rows are counted by, and the parts of the result that it covers.

    `finish` counts what is left when all rows were read. At most `most` traces are read.
    """

    scan: Scan
    visit: Callable[[ScanRows], object]
    of: tuple[str, ...]
    finish: Callable[[], object] = lambda: None
    most: int | None = None


class _SpansOfTraces:
    """Hands the spans of each trace to `add`, with the first of their rows: they come one after another."""

    def __init__(self, groups: Groups, add: Callable[[Sequence[Any], list[Span]], None]) -> None:
        self._groups, self._add = groups, add
        self._pending: list[Sequence[Any]] = []

    def visit(self, rows: ScanRows) -> None:
        self._pending += rows
        if self._pending:
            last = self._pending[-1][0]
            complete = [row for row in self._pending if row[0] != last]
            self._pending = [row for row in self._pending if row[0] == last]
            self._flush(complete)

    def finish(self) -> None:
        pending, self._pending = self._pending, []
        self._flush(pending)

    def _flush(self, rows: ScanRows) -> None:
        for _, of_trace in groupby(rows, key=itemgetter(0)):
            of_one = list(of_trace)
            self._add(of_one[0], [row[_SPAN] for row in of_one if row[_SPAN] is not None])
        self._groups.settle()


def _is_wrapper(
    node: Node, tree: SpanTree, used: Mapping[str, Any], cost: Mapping[str, Any], above_calls: Set[int]
) -> bool:
    """Whether a span only repeats what spans below it recorded: their usage, or the model that they called."""
    if any(used.values()):
        return False
    if used and tree.children.get(node.index):
        return True
    return node.index in above_calls and not any(cost.values()) and not is_llm_call(node.span)


def _number(given: str | None) -> list[float]:
    """The value of a feedback, if that is a number."""
    value = decode_json(given)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return [value] if is_number else []


class _Counting:
    def __init__(
        self,
        state: AppState,
        search: Search,
        groupings: Sequence[Grouping],
        without: frozenset[str],
        stop_at: float,
    ) -> None:
        self.counted = Counted()
        self._clean = state.cleaner.text
        self._search, self._groupings, self._without, self._stop_at = search, groupings, without, stop_at
        self._known: list[dict[Hashable, Values]] = [{} for _ in groupings]
        self._given: set[tuple[str, Values]] = set()
        self._names = [one.name for one in groupings]

    async def scan(self, state: AppState) -> None:
        """A pass over the database for the totals, and one for groups that are not in the columns of traces."""
        for one in self.passes():
            reached: list[int] = []
            seen: set[str] = set()

            def visit(rows: ScanRows, one: _Pass = one, reached: list[int] = reached, seen: set[str] = seen) -> bool:
                one.visit(rows)
                if one.most is not None:
                    seen.update(row[0] for row in rows)
                if time.monotonic() < self._stop_at and (one.most is None or len(seen) <= one.most):
                    return False
                reached.append(rows[-1][1])
                return True

            notes = await state.gateway.scan(one.scan, visit)
            self.counted.notes += [note for note in notes if note not in self.counted.notes]
            if not reached:
                one.finish()
            self._cover(one, reached[0] if reached else None, len(seen))

    async def read(self, state: AppState) -> None:
        """The same from records, newest first: first the traces alone, then with their spans as many as time allows."""
        passes = self.passes()
        of_spans = [one for one in passes if one.scan.of_spans]
        now = time.monotonic()
        stop_at = now + (self._stop_at - now) / 2 if of_spans else self._stop_at
        reached_ms = await self._read_traces(state, [one for one in passes if not one.scan.of_spans], stop_at)
        for one in of_spans:
            await self._read_spans(state, one, reached_ms)

    async def _read_traces(self, state: AppState, passes: Sequence[_Pass], stop_at: float) -> int | None:
        """How far back that came; None when all were read."""
        reached_ms: int | None = None
        batch: list[TraceInfo] = []
        rows = self._search.look.check(found_rows(state, self._search, CHUNK, None))
        async with aclosing(rows):
            async for one in rows:
                if one.matches:
                    batch.append(one.row.info)
                if time.monotonic() > stop_at:
                    reached_ms = one.row.info.request_time_ms
                    break
                if len(batch) == CHUNK:
                    self.add(passes, batch, ())
                    batch = []
        self.add(passes, batch, ())
        of_all = None
        if reached_ms is not None and not self._search.every_clause:
            of_all = await _trace_count(state, self._search.experiment_ids)
        for one in passes:
            self._cover(one, reached_ms, self.counted.total.traces, of_all)
        return reached_ms

    async def _read_spans(self, state: AppState, one: _Pass, reached_ms: int | None) -> None:
        ids = self.counted.ids
        read = 0
        while read < len(ids):
            if read and (time.monotonic() > self._stop_at or (one.most is not None and read >= one.most)):
                break
            traces = await state.gateway.get_traces(ids[read : read + SPANS_AT_ONCE])
            self.add([one], (), traces)
            read += SPANS_AT_ONCE
            if traces and read < len(ids):
                reached_ms = traces[-1].info.request_time_ms
        else:
            reached_ms = None if self.counted.coverage.get("total") == EXACT else reached_ms
        self._cover(one, reached_ms, min(read, len(ids)))

    def add(self, passes: Sequence[_Pass], infos: Sequence[TraceInfo], traces: Sequence[Trace]) -> None:
        """Counts these traces; `traces` are those with spans, where a pass is about spans."""
        for one in passes:
            one.visit(list(scanned_spans(one.scan, traces) if one.scan.of_spans else scanned_traces(one.scan, infos)))
            one.finish()

    def passes(self) -> list[_Pass]:
        """For the totals, and for groups that are not in the columns of traces."""
        groupings = self._groupings
        columns: list[Column] = [(name, None) for name in _OF_TRACE]
        if all(one.level == "trace" for one in groupings):
            columns += [one.column for one in groupings if one.column]
            return [_Pass(self._scanned(columns), self._count_traces, ("total", "groups")[: 1 + bool(groupings)])]
        total = _Pass(self._scanned(columns), self._count_traces, ("total",))
        if any(one.level == "error" for one in groupings):
            return [total, *self._passes_over_errors()]
        if any(one.is_of_spans for one in groupings):
            return [total, self._pass_over_spans()]
        of_feedback = next(one.column for one in groupings if one.level == "feedback" and one.column)
        columns.append(("feedback", of_feedback[1]))
        columns += [one.column for one in groupings if one.column]
        return [total, _Pass(self._scanned(columns), self._count_feedback, ("groups",))]

    def _pass_over_spans(self) -> _Pass:
        wanted = [one for one in self._search.clauses if one.argument in SPAN_ARGUMENTS]
        if not any(one.level == "whole" for one in self._groupings):
            return _Pass(self._scanned_spans(wanted, whole="untyped"), self._count_spans, ("groups",))
        # All spans are read, because what a span used itself is known only beside those below it.
        whole = _SpansOfTraces(self.counted.groups, lambda row, spans: self._count_usage(row, spans, wanted))
        only = [one for grouping in self._groupings for one in grouping.only]
        return _Pass(self._scanned_spans(only), whole.visit, ("groups",), whole.finish)

    def _passes_over_errors(self) -> Iterator[_Pass]:
        """Failed spans alone say what failed. What was handled is somewhere in the others, of which all are read."""
        groups, clean = self.counted.groups, self._clean
        failed = _SpansOfTraces(
            groups, lambda row, spans: self._count_errors(row, spans, errors_of(build_tree(spans), clean))
        )
        yield _Pass(self._scanned_spans([_FAILED]), failed.visit, ("groups",), failed.finish)
        others = _SpansOfTraces(
            groups, lambda row, spans: self._count_errors(row, spans, handled_errors_of(build_tree(spans), clean))
        )
        yield _Pass(self._scanned_spans([]), others.visit, ("handled",), others.finish, MOST_HANDLED)

    def _scanned_spans(self, clauses: Sequence[Clause], whole: Literal["all", "untyped"] = "all") -> Scan:
        columns = [*_OF_SPAN, *(one.column for one in self._groupings if one.column and one.level == "trace")]
        return self._scanned(columns, of_spans=True, span_clauses=tuple(clauses), whole=whole)

    def _scanned(self, columns: Sequence[Column], **of_spans: Any) -> Scan:
        search = self._search
        return Scan(search.experiment_ids, tuple(columns), search.clauses, search.any_of, **of_spans)

    def _cover(self, one: _Pass, reached_ms: int | None, read: int, of_all: int | None = None) -> None:
        """Says how far a pass came: `read` traces of those counted, or of `of_all`."""
        counted = self.counted
        text = EXACT
        if reached_ms is not None:
            traces = read if one.most else (counted.groups.all if one.of == ("groups",) else counted.total).traces
            if of_all is None and counted.coverage.get("total") == EXACT:
                of_all = counted.total.traces
            of_those = "" if of_all is None else f" of {of_all:,}"
            text = f"the newest {traces:,}{of_those} traces, back to {iso_utc(reached_ms)}"
        for part in one.of:
            counted.coverage[part] = text

    # What is done with rows. `without` is looked up for each: a trace in both sides of a comparison is in none.

    def _split(self, index: int, raw: Hashable) -> Values:
        known = self._known[index]
        if raw not in known:
            known[raw] = self._groupings[index].split(raw)
        return known[raw]

    def _groups_of(self, raws: Sequence[Hashable]) -> Iterable[Values]:
        """The groups of a trace, from the columns of its groupings."""
        if len(raws) == 1:
            return [(value,) for value in self._split(0, raws[0])]
        return combinations(map(self._split, range(len(self._groupings)), raws))

    def _count_traces(self, rows: ScanRows) -> None:
        counted, width = self.counted, len(_OF_TRACE)
        members: list[Member] = []
        for row in rows:
            trace_id, time_ms, duration, status, *rest = row[:width]
            if trace_id in self._without:
                counted.overlap += 1
                continue
            member = Member(trace_id, time_ms, duration, status == "ERROR", *rest)
            members.append(member)
            if len(row) > width:
                counted.groups.add(member, self._groups_of(row[width:]))
        counted.total.add_all(members)
        counted.ids += [member.trace_id for member in members]
        counted.groups.settle()

    def _count_feedback(self, rows: ScanRows) -> None:
        """A row for each feedback of a trace. A trace counts once for each value; of a judge, every value counts, and
        those it could not give are its failures."""
        counted, groups, width = self.counted, self.counted.groups, len(_OF_TRACE)
        by_judge = any(one.name == "judge" for one in self._groupings)
        failures: list[tuple[Values, str]] = []
        for row in rows:
            trace_id, time_ms, duration, status, *rest = row[:width]
            given = row[width]
            if trace_id in self._without or (by_judge and given is None):
                continue
            error = judge_error(given) if by_judge else None
            if by_judge:
                member = Member(trace_id, time_ms, None, error is not None)
            else:
                member = Member(trace_id, time_ms, duration, status == "ERROR", *rest)
                counted.numbers += _number(given)
            found = list(self._groups_of(row[width + 1 :]))
            groups.add(member, [values for values in found if by_judge or (trace_id, values) not in self._given])
            self._given.update((trace_id, values) for values in found)
            if error is not None:
                failures += [(values, ": ".join(filter(None, error))) for values in found]
        groups.settle()
        for values, words in failures:
            errors = groups.by_value[values].errors
            errors[words] = errors.get(words, 0) + 1

    def _count_spans(self, rows: ScanRows) -> None:
        """Spans as columns have them. Of one without a type, the whole span says which it is."""
        groups, width = self.counted.groups, len(_OF_SPAN)
        by_name = [one.name == "span_name" for one in self._groupings]
        for row in rows:
            trace_id, time_ms, session, user, name, kind, status, duration_ns, span = row[:width]
            if trace_id in self._without:
                continue
            duration = None if duration_ns is None else duration_ns / 1e6
            member = Member(trace_id, time_ms, duration, status == "ERROR", session, user=user)
            kind = (kind or "UNKNOWN") if span is None else span.span_type
            if len(by_name) == 1:
                groups.add(member, ((name if by_name[0] else kind,),))
            else:
                own = {"span_name": (name,), "span_type": (kind,)}
                groups.add(member, combinations(self._each(row[width:], lambda one: own[one.name])))  # noqa: B023
        groups.settle()

    def _each(self, raws: Iterable[Hashable], of_span: Callable[[Grouping], Values]) -> list[Values]:
        """The values of every grouping, those of traces from the columns behind those of spans."""
        left = iter(raws)
        return [
            self._split(index, next(left)) if one.level == "trace" else of_span(one)
            for index, one in enumerate(self._groupings)
        ]

    def _count_usage(self, row: Sequence[Any], spans: Sequence[Span], wanted: Sequence[Clause]) -> None:
        """The spans of one trace that meet the clauses, each with what it used itself: a wrapper repeats what the calls
        below it used."""
        trace_id, time_ms, session, user = row[:4]
        if trace_id in self._without:
            return
        groups, tree = self.counted.groups, build_tree(spans)
        above_calls = self._above_calls(tree)
        tokens = usage_once(tree, SPAN_TOKEN_USAGE_ATTRIBUTE)
        costs = usage_once(tree, SPAN_COST_ATTRIBUTE)
        for node in tree.nodes:
            span, used, cost = node.span, tokens.get(node.index, {}), costs.get(node.index, {})
            if not meets_all(span, wanted):
                continue
            if _is_wrapper(node, tree, used, cost, above_calls):
                continue
            each = self._each(row[_SPAN + 1 :], lambda one: one.of_span(span) if one.of_span else ())  # noqa: B023
            if not all(each):
                continue
            member = Member(
                trace_id,
                time_ms,
                None if span.duration_ns is None else span.duration_ns / 1e6,
                span.status == "ERROR",
                session,
                used.get("input_tokens"),
                used.get("output_tokens"),
                used.get("total_tokens"),
                used.get(CACHE_READ_TOKENS),
                cost.get("total_cost"),
                user,
            )
            groups.add(member, combinations(each))

    def _above_calls(self, tree: SpanTree) -> set[int]:
        """The nodes above a call of which the model is known, where models are counted: agents name it too, but what
        calls it is below them."""
        named = [one.of_span for one in self._groupings if one.name in ("model", "provider") and one.of_span]
        above: set[int] = set()
        for node in tree.nodes if named else ():
            if is_llm_call(node.span) and all(any(of_span(node.span)) for of_span in named):
                above.update(one.index for one in node.ancestors())
        return above

    def _count_errors(self, row: Sequence[Any], spans: Sequence[Span], errors: Iterable[TraceError]) -> None:
        """Beside `error`, the other name of `by` is that of the trace, or of the span that failed."""
        trace_id, time_ms, session, user = row[:4]
        if trace_id in self._without:
            return
        member = Member(trace_id, time_ms, None, failed=True, session=session, user=user)
        by_id = {span.span_id: span for span in spans}
        for error in errors:
            span = by_id[error.span_id]
            of_span = [one.of_span(span) or (None,) if one.of_span else (error.group,) for one in self._groupings]
            own = dict(zip(self._names, of_span, strict=True))
            each = self._each(row[_SPAN + 1 :], lambda one: own[one.name])  # noqa: B023
            self.counted.groups.add(member, combinations(each))
