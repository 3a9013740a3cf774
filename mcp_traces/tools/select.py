"""search_traces with `select`: what a search finds as a table, a row for each trace, or for each span that meets the
conditions on spans."""

import heapq
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, cast

import anyio
from anyio import to_thread

from mcp_traces.cursor import decode_cursor
from mcp_traces.errors import InvalidArgumentError, InvalidCursorError, InvalidFilterError, StoreUnsupportedError
from mcp_traces.filters.clause import HAS_ERROR, SPAN_STATUS, Clause, undecided_by_like
from mcp_traces.filters.reader import read_filter
from mcp_traces.filters.span_clauses import is_checkable, meets_all
from mcp_traces.filters.versions import refuse_order, refuse_what_it_cannot
from mcp_traces.records import Json, Span, StoreInfo, Trace, TraceInfo
from mcp_traces.results import CellElision, Elision, SearchTracesResult
from mcp_traces.shaping.cleaning import Cleaner
from mcp_traces.shaping.paths import format_path, path_within
from mcp_traces.shaping.span_tree import build_tree, by_time
from mcp_traces.shaping.text import CUT_MARK, compact, without_lone_surrogates
from mcp_traces.shaping.values import fit_plainly
from mcp_traces.store.gateway import Scan, ScanRows
from mcp_traces.times import iso_utc
from mcp_traces.tools.columns import Column, Found, Source, parse_columns
from mcp_traces.tools.paging import MAX_CHUNK, Position, Row
from mcp_traces.tools.search_page import (
    LOOKING_SHARE,
    RESERVED_CHARS,
    Search,
    SearchRequest,
    applied,
    cursor_at,
    empty_notes,
    found_rows,
    prepare,
    progress_notes,
    refuse_unread,
    search_notes,
    unnamed_notes,
    zone_notes,
)
from mcp_traces.tools.second_look import Checked, second_look
from mcp_traces.tools.state import AppState

MAX_LIMIT = 500
MAX_CELL = 200
"""Characters of a value in a table."""

MAX_WITHOUT_PATH = 1_000

MIN_CELL = 24
"""As many are shown of each value of a row that is larger than a page."""

WHOLE_IDS = 100
"""Up to so many rows, trace ids are shown whole: of 139 traces, ids alone would be 5,300 characters."""

BEGINNING_OF_ID = 19
"""Characters of longer ids: `tr-` and 64 bits, which no two traces share."""

TRACES_READ, SPANS_READ = 25, 5_000
"""Traces whose spans are read at a time: so many, and fewer where they are large."""

ENDING_SHARE = 0.9
"""The share of a call's time by which the last batch must be read; it may take as long as the longest before it."""

SLOWEST_SPANS = "span.duration_ms"
"""The order of a table of spans."""

MAX_DURATION_NS = 2**63
_ID_LENGTH = len("tr-") + 32
_ELISION_OVERHEAD = 2

_SpanKey = tuple[int, str]
_SlowKey = tuple[bool, int, str, str]


async def select_page(state: AppState, request: SearchRequest, cursor: str | None) -> SearchTracesResult:
    """One page of the table. Raises InvalidArgumentError for an unknown column, or columns of spans that nothing
    names."""
    columns = parse_columns(request.select)
    resumed = decode_cursor(cursor, request.fingerprint) if cursor else {}
    is_slowest = request.order_by.strip().lower() in (SLOWEST_SPANS, f"{SLOWEST_SPANS} desc")
    asked = replace(request, order_by="newest") if is_slowest else request
    read = read_filter(request.conditions.filter or "")
    await refuse_unread(state, read)
    search = await prepare(state, asked, read, resumed)
    if any(one.of_spans for one in columns):
        search = _about_spans(state, search, columns)
    elif is_slowest:
        raise InvalidArgumentError(
            f"order_by={SLOWEST_SPANS!r} orders spans, and `select` names no column of them.",
            "Select span.* columns: select='trace_id,span.name,span.duration_ms'.",
        )
    refuse_what_it_cannot(search.store, search.every_clause)
    if not search.ordering.is_own:
        refuse_order(search.store, (order.name for order in search.ordering.orders))
    unnamed = await unnamed_notes(state, search) if cursor is None else []
    result = SearchTracesResult(
        traces=[],
        columns=[one.name for one in columns],
        rows=[],
        returned=0,
        applied=applied(search, state.cleaner),
        notes=[*search_notes(search, search.store), *zone_notes(request), *unnamed],
    )
    room = state.settings.max_chars - len(compact(result.model_dump(mode="json"))) - RESERVED_CHARS
    table = Table(columns, search.store, state.cleaner, request.limit, room)
    if is_slowest:
        result.applied.order_by = [f"{SLOWEST_SPANS} DESC"]
        await _Slowest(state, search, table).fill(resumed)
    else:
        await _Pages(state, search, table).fill(resumed)
    empty = await empty_notes(state, search, request, table) if cursor is None else []
    position = table.position
    notes = [
        *(note for note in result.notes if not empty or note not in unnamed),
        *progress_notes(search.progress, table),
        *table.notes(),
        *empty,
    ]
    return result.model_copy(
        update={
            "rows": table.rows,
            "returned": len(table.rows),
            "next_cursor": None if position is None else cursor_at(request, search, position),
            "elided": table.elided,
            "notes": notes,
        }
    )


def _about_spans(state: AppState, search: Search, columns: Sequence[Column]) -> Search:
    """The search with `has_error` as a condition on the span of each row, which is read with its trace anyway."""
    clauses = tuple(map(_of_the_span, search.clauses))
    every = (*clauses, *(one for alternative in search.any_of for one in alternative))
    of_spans = [one for one in every if one.is_of_spans]
    if not of_spans:
        names = ",".join(one.name for one in columns)
        raise InvalidArgumentError(
            "`select` names columns of spans, but no condition says of which spans.",
            "Give span_name, span_type, has_error=true, min_span_duration_ms or text. Example: "
            f"search_traces(span_type='TOOL', select={names!r}).",
        )
    for one in of_spans:
        if not is_checkable(one):
            raise InvalidFilterError(
                f"`select` with columns of spans does not take {one.name} {one.operator} in `filter`.",
                "Use the arguments text, span_name, span_type, has_error and min_span_duration_ms.",
            )
    look = replace(second_look(state.gateway, search.experiment_ids, clauses), of_spans=(), of_its_span=())
    return replace(search, clauses=clauses, look=look)


def _of_the_span(one: Clause) -> Clause:
    if one.field is HAS_ERROR and one.value:
        return replace(one, field=SPAN_STATUS, operator="=", value="ERROR")
    return one


def _is_meant(span: Span, search: Search) -> bool:
    """Whether the span meets all conditions on spans, and with alternatives those of one of them."""
    common = [one for one in search.clauses if one.is_of_spans]
    if not meets_all(span, common):
        return False
    return not search.any_of or any(
        meets_all(span, [one for one in alternative if one.is_of_spans]) for alternative in search.any_of
    )


@dataclass(slots=True)
class Table:
    """The rows as they fill a page. `room` is the characters left, `after` the position behind the last trace."""

    columns: tuple[Column, ...]
    store: StoreInfo
    cleaner: Cleaner
    limit: int
    room: int
    after: Position | None = None
    rows: list[list[Json]] = field(default_factory=list[list[Json]])
    elided: list[CellElision] = field(default_factory=list[CellElision])
    looked_at: int = 0
    more: bool = False
    within: tuple[str, _SpanKey] | None = None
    """The trace of which spans are left, and the last of them that was shown."""

    slow: _SlowKey | None = None
    """The last span that was shown of those ordered by their durations."""

    _first: TraceInfo | None = None
    _last: TraceInfo | None = None
    covers_part: bool = False
    """Whether an order is that of the traces that were read alone."""

    _is_out_of_time: bool = False
    _has_short_ids: bool = False
    _has_unlisted_cuts: bool = False

    @property
    def needs_spans(self) -> bool:
        return any(one.needs_spans for one in self.columns)

    @property
    def position(self) -> Mapping[str, Any] | None:
        """Where the next page starts; None at the end."""
        if not self.more:
            return None
        if self.slow is not None:
            return {"slow": list(self.slow)}
        within = {"rest": [self.within[0], *self.within[1]]} if self.within else {}
        at = {"at": self.after.to_json()} if self.after else {}
        return {**at, **within} or None

    def add(self, source: Source) -> bool:
        """Put a row on the page, if there is room and it is not full."""
        if len(self.rows) >= self.limit:
            return False
        row, cuts = self._row(source, MAX_CELL)
        if (size := _size(row, cuts)) > self.room:
            if self.rows:
                return False
            row, cuts = self._row(source, max(MIN_CELL, self.room // len(self.columns) // 2 - MIN_CELL))
            while (size := _size(row, cuts)) > self.room and cuts:
                cuts.pop()
                self._has_unlisted_cuts = True
        self.rows.append(row)
        self.elided += cuts
        self.room -= size
        return True

    def _row(self, source: Source, limit: int) -> tuple[list[Json], list[CellElision]]:
        row: list[Json] = []
        cuts: list[CellElision] = []
        for column in self.columns:
            found = column.read(source)
            if column.name == "trace_id":
                row.append(self._trace_id(source.info.trace_id))
                continue
            value = without_lone_surrogates(found.value)
            # What get_trace reads nowhere else is a short text, such as a link.
            room = limit if found.path or limit < MAX_CELL else MAX_WITHOUT_PATH
            shown, cut = fit_plainly(value, room, span_id=found.span_id, path=found.path)
            row.append(shown)
            if cut is not None:
                cuts += self._elision(source.info.trace_id, column, found, cut)
        return row, cuts

    def _elision(self, trace_id: str, column: Column, found: Found, cut: Elision) -> Iterator[CellElision]:
        """Where the value is read on; of a path too long to show, where the value around it is."""
        path = path_within(found.path)
        if path:
            yield CellElision(
                row=len(self.rows),
                column=column.name,
                trace_id=trace_id,
                span_id=found.span_id,
                path=format_path(path),
                shown=max(cut.shown - found.lead, 0) if len(path) == len(found.path) else 0,
                total=cut.total - found.lead,
            )

    def _trace_id(self, trace_id: str) -> str:
        if self.limit <= WHOLE_IDS or len(trace_id) > _ID_LENGTH or len(trace_id) <= BEGINNING_OF_ID:
            return trace_id
        self._has_short_ids = True
        return trace_id[:BEGINNING_OF_ID] + CUT_MARK

    def narrowed(self, info: TraceInfo) -> TraceInfo:
        """As much of a trace as the columns read: nothing else need be cleaned for it."""
        names = {one.name for one in self.columns}
        tags = {key for one in self.columns for key in one.tags}
        metadata = {key for one in self.columns for key in one.metadata}
        return replace(
            info,
            request_preview=info.request_preview if "request_preview" in names else None,
            response_preview=info.response_preview if "response_preview" in names else None,
            tags=info.tags if "tags" in names else {key: info.tags[key] for key in tags if key in info.tags},
            trace_metadata=info.trace_metadata
            if "metadata" in names
            else {key: info.trace_metadata[key] for key in metadata if key in info.trace_metadata},
            assessments=info.assessments if any(one.reads_assessments for one in self.columns) else (),
        )

    def pass_by(self, row: Row) -> None:
        """Go on behind this trace, shown or not."""
        self.after, self._last = row.position, row.info
        self._first = self._first or row.info
        self.looked_at += 1

    def stop(self) -> None:
        """End the page before it is full, for want of time."""
        self.more, self._is_out_of_time = True, True

    def notes(self) -> Iterator[str]:
        if self._has_short_ids:
            yield (
                f"Trace ids that end in {CUT_MARK} are beginnings, which get_trace takes without the mark; limit="
                f"{WHOLE_IDS} shows whole ids."
            )
        if self._has_unlisted_cuts:
            yield f"Values that end in {CUT_MARK} are cut; `elided` has no room for all of them. Select fewer columns."
        if self._is_out_of_time and self._first and self._last:
            times = f"{iso_utc(self._first.request_time_ms)} to {iso_utc(self._last.request_time_ms)}"
            yield (
                f"{self.looked_at} traces, {times}, were read in the time a call may take; next_cursor goes on from "
                "there."
            )
        if self.covers_part and self._last:
            yield (
                f"The order is that of the spans of the newest {self.looked_at} traces, back to "
                f"{iso_utc(self._last.request_time_ms)}: reading all of them takes longer than a call may. Narrow "
                "since and until, or add conditions."
            )


def _size(row: Sequence[Json], cuts: Sequence[CellElision]) -> int:
    return len(compact(row)) + 1 + sum(len(compact(one.model_dump(mode="json"))) + _ELISION_OVERHEAD for one in cuts)


class _Reading:
    """What both ways to fill a table share: traces are read in batches, and their rows made beside the event loop."""

    def __init__(self, state: AppState, search: Search, table: Table) -> None:
        self.state, self.search, self.table = state, search, table
        now, timeout_s = anyio.current_time(), state.settings.timeout_s
        self._stop_at, self._end_at = now + timeout_s * LOOKING_SHARE, now + timeout_s * ENDING_SHARE
        self._longest = 0.0

    async def checked(self, start: Position | None, size: int) -> AsyncGenerator[list[Checked], None]:
        """What the search finds, in batches of so many that match."""
        chunk = min(max(size, self.search.look.batch), MAX_CHUNK)
        rows = found_rows(self.state, self.search, chunk, start)
        checked = self.search.look.check(rows)
        if self.search.group:
            checked = self.search.group.check(self.search, checked)
        batch: list[Checked] = []
        matching = spans = 0
        async with aclosing(rows), aclosing(checked):
            async for one in checked:
                batch.append(one)
                matching += one.matches
                spans += (one.row.info.span_count or 1) if one.matches and self.table.needs_spans else 0
                if matching >= size or spans >= SPANS_READ or self.is_out_of_time:
                    yield batch
                    batch, matching, spans = [], 0, 0
        if batch:
            yield batch

    @property
    def is_out_of_time(self) -> bool:
        """Whether there is no time left to read another batch."""
        now = anyio.current_time()
        takes_long = self.table.needs_spans or bool(self.search.looked_for)
        return takes_long and (now > self._stop_at or now + self._longest > self._end_at)

    async def traces(self, ids: Sequence[str]) -> dict[str, Trace]:
        began = anyio.current_time()
        found = {trace.info.trace_id: trace for trace in await self.state.gateway.get_traces(ids)}
        self._longest = max(self._longest, anyio.current_time() - began)
        return found

    def infos(self, infos: Sequence[TraceInfo]) -> list[TraceInfo]:
        return self.state.cleaner.infos([self.table.narrowed(one) for one in infos])

    def meant(self, trace: Trace, info: TraceInfo) -> list[tuple[_SpanKey, Source]]:
        """The spans of a trace that the conditions mean, in the order of their starts."""
        meant = {at for at, span in enumerate(sorted(trace.spans, key=by_time)) if _is_meant(span, self.search)}
        if not meant:
            return []
        tree = build_tree(self.state.cleaner.spans(trace.spans))
        found = [
            ((node.span.start_time_ns, node.span.span_id), Source(info, self.search.store, tree, node))
            for node in tree.nodes
            if node.index in meant
        ]
        return sorted(found, key=lambda one: one[0])


class _Pages(_Reading):
    """Traces in the order of the search, and the spans of each in the order of their starts."""

    def __init__(self, state: AppState, search: Search, table: Table) -> None:
        super().__init__(state, search, table)
        self._of_spans = any(one.of_spans for one in table.columns)

    async def fill(self, resumed: Mapping[str, Any]) -> None:
        table = self.table
        table.after = Position.from_json(resumed["at"]) if "at" in resumed else None
        start = table.after
        if "rest" in resumed:
            await self._rest(resumed["rest"])
        if table.more:
            return
        async with aclosing(self.checked(start, TRACES_READ if table.needs_spans else table.limit + 1)) as batches:
            async for batch in batches:
                await self._take(batch)
                if table.more:
                    return
                if self.is_out_of_time:
                    return table.stop()
        if (stopped := self.search.progress.stopped) and not table.more:
            table.more, table.after = True, stopped

    async def _take(self, batch: Sequence[Checked]) -> None:
        ids = [one.row.info.trace_id for one in batch if one.matches]
        traces = await self.traces(ids) if self.table.needs_spans else {}
        await to_thread.run_sync(self._add, batch, traces, abandon_on_cancel=True)

    def _add(self, batch: Sequence[Checked], traces: Mapping[str, Trace]) -> None:
        infos = iter(self.infos([one.row.info for one in batch if one.matches]))
        for one in batch:
            if one.matches:
                trace_id = one.row.info.trace_id
                shown = self._add_all(trace_id, self._sources(next(infos), traces.get(trace_id)))
                if self.table.more:
                    if shown:
                        self.table.after = one.row.position
                    return
            self.table.pass_by(one.row)

    def _add_all(self, trace_id: str, sources: Sequence[tuple[_SpanKey, Source]]) -> bool:
        """Adds the rows of one trace up to the first that does not fit; says whether there was one before."""
        shown = False
        for key, source in sources:
            if not self.table.add(source):
                self.table.more = True
                break
            if self._of_spans:
                self.table.within = (trace_id, key)
            shown = True
        if not (self.table.more and shown):
            self.table.within = None
        return shown

    def _sources(self, info: TraceInfo, trace: Trace | None) -> list[tuple[_SpanKey, Source]]:
        """The rows of one trace: none where it was deleted since it was found and its spans are asked for."""
        if self._of_spans:
            return self.meant(trace, info) if trace else []
        tree = build_tree(self.state.cleaner.spans(trace.spans)) if trace else None
        return [((0, ""), Source(info, self.search.store, tree))]

    async def _rest(self, rest: Json) -> None:
        """The spans that were left of a trace when the page before was full."""
        trace_id, *last = _typed(rest, (str, int, str))
        traces = await self.traces([trace_id])
        if (trace := traces.get(trace_id)) is None or trace.info.experiment_id not in self.search.experiment_ids:
            return
        (info,) = self.infos([trace.info])
        left = [one for one in self.meant(trace, info) if one[0] > tuple(last)]
        if not self._add_all(trace_id, left) and self.table.more:
            self.table.within = (trace_id, (last[0], last[1]))


class _Slowest(_Reading):
    """All spans that are meant, the longest first. A database says which traces they are in; elsewhere all traces that
    match are read, for as long as a call may take."""

    async def fill(self, resumed: Mapping[str, Any]) -> None:
        table = self.table
        after: _SlowKey | None = None
        if "slow" in resumed:
            unended, duration, trace_id, span_id = _typed(resumed["slow"], (bool, int, str, str))
            after = (unended, duration, trace_id, span_id)
        best: list[tuple[_SlowKey, Source]] = []
        async for traces in self._read(after):
            found = await to_thread.run_sync(self._slow, traces, after, abandon_on_cancel=True)
            best = heapq.nsmallest(table.limit + 1, [*best, *found], key=lambda one: one[0])
        for key, source in best:
            if not table.add(source):
                table.more = True
                return
            table.slow = key

    async def _read(self, after: _SlowKey | None) -> AsyncGenerator[Sequence[Trace], None]:
        ids = await self._of_database(after)
        if ids is not None:
            self.table.looked_at = len(ids)
            for start in range(0, len(ids), TRACES_READ):
                yield list((await self.traces(ids[start : start + TRACES_READ])).values())
            return
        async with aclosing(self.checked(None, TRACES_READ)) as batches:
            async for batch in batches:
                traces = await self.traces([one.row.info.trace_id for one in batch if one.matches])
                for one in batch:
                    self.table.pass_by(one.row)
                yield list(traces.values())
                if self.is_out_of_time:
                    self.table.covers_part = True
                    return

    def _slow(self, traces: Sequence[Trace], after: _SlowKey | None) -> list[tuple[_SlowKey, Source]]:
        found: list[tuple[_SlowKey, Source]] = []
        for trace, info in zip(traces, self.infos([one.info for one in traces]), strict=True):
            for (_, span_id), source in self.meant(trace, info):
                assert source.node is not None
                duration = source.node.span.duration_ns
                key = (duration is None, -(duration or 0), trace.info.trace_id, span_id)
                if after is None or key > after:
                    found.append((key, source))
        return found

    async def _of_database(self, after: _SlowKey | None) -> list[str] | None:
        """The traces that hold the next spans; None where the store cannot say."""
        search = self.search
        of_spans = tuple(one for one in search.clauses if one.is_of_spans)
        is_decided = not (search.any_of or search.looked_for or undecided_by_like(of_spans))
        if not (self.state.gateway.is_database and is_decided):
            return None
        best: list[tuple[bool, int, str]] = []
        size = self.table.limit + 2
        # Of the trace and the duration at which the page before ended, other spans may be left.
        first = (False, -MAX_DURATION_NS, "") if after is None else after[:3]

        def visit(rows: ScanRows) -> bool:
            nonlocal best
            keys = {(duration is None, -(duration or 0), str(trace_id)) for trace_id, duration in rows}
            best = heapq.nsmallest(size, {*best, *(key for key in keys if key >= first)})
            return False

        scan = Scan(
            search.experiment_ids,
            (("trace_id", None), ("span_duration_ns", None)),
            tuple(one for one in search.clauses if not one.is_of_spans),
            of_spans=True,
            span_clauses=of_spans,
        )
        try:
            self.search.progress.notes += await self.state.gateway.scan(scan, visit)
        except StoreUnsupportedError:
            return None
        return list(dict.fromkeys(trace_id for _, _, trace_id in best))


def _typed(values: Json, kinds: tuple[type, ...]) -> list[Any]:
    """A part of a cursor. Raises InvalidCursorError unless every value has its type."""
    listed = cast("list[Any]", values) if isinstance(values, list) else []
    if len(listed) != len(kinds) or any(type(one) is not kind for one, kind in zip(listed, kinds, strict=True)):
        raise InvalidCursorError("`cursor` is damaged or was not made by this server.", "Call again without `cursor`.")
    return listed
