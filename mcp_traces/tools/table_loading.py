"""Loads the tables that a statement reads: of the traces that a search finds, newest first, within a call's time.

A database is scanned, and only the columns that are read. Elsewhere, and where conditions have to be checked trace by
trace, the same rows are made from records.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from anyio import to_thread

from mcp_traces.filters.compiler import clause
from mcp_traces.filters.span_clauses import meets_all
from mcp_traces.query.sandbox import Sandbox
from mcp_traces.records import SPAN_TYPE_ATTRIBUTE, ScanColumn, Span, Trace, TraceInfo
from mcp_traces.shaping.tables import (
    SPAN_COLUMNS,
    TRACE_COLUMNS,
    Rows,
    SpanColumn,
    TableName,
    Texts,
    TraceColumn,
    assessment_rows,
    columns_of,
    error_rows,
    message_rows,
    span_rows,
    spans_by_trace,
    trace_rows,
)
from mcp_traces.store.gateway import Scan, ScanRows
from mcp_traces.times import iso_utc
from mcp_traces.tools.scanned_records import scanned_traces
from mcp_traces.tools.search_page import Search, found_rows
from mcp_traces.tools.second_look import in_batches
from mcp_traces.tools.state import AppState

MAX_TRACES = 50_000
MAX_BYTES = 96 * 1024 * 1024
"""Of the rows that are loaded, less than half of what the process may take: sorting and grouping needs the rest."""

TRACES_AT_ONCE, SPANS_AT_ONCE = 500, 50
"""Traces that a server is asked for at a time, without spans and with them."""

INFO_SHARE = 0.4
"""Of the time, for traces alone where their spans are read as well, which takes a server far longer."""

WHOLE_SHARE = 0.75
"""Of the time, for whole spans. The rest is for what a database has as columns of those that were left out."""

MAX_MISSING = 3
"""Traces of which it is said why they have no spans."""

SPAN_ARGUMENTS = ("span_name",)
"""Conditions that also say which spans are loaded."""

Column: TypeAlias = tuple[ScanColumn, str | None]
Reads: TypeAlias = Mapping[TableName, set[str]]

OF_CONTENT = [one.name for one in SPAN_COLUMNS if one.needs == "content"]

_STATE: tuple[Column, ...] = (("trace_id", None), ("time_ms", None), ("duration_ms", None), ("status", None))
"""What a scan of traces always reads. Where these are unchanged, so are the spans."""

_OF_COLUMNS: tuple[Column, ...] = (
    ("span_id", None),
    ("parent_id", None),
    ("span_name", None),
    ("span_type", None),
    ("span_status", None),
    ("span_start_ns", None),
    ("span_duration_ns", None),
)
_WHOLE: tuple[Column, ...] = (("trace_id", None), ("time_ms", None), ("span", None))
_FAILED = (clause("span.status", "=", "ERROR"),)


@dataclass(slots=True)
class Loaded:
    """What the tables hold: which columns of which tables, of which traces, and how far they go.

    `coverage` says for each table how much of how much; `began_ms` has when each trace began, by id, newest first.
    """

    selection: str
    reads: dict[TableName, set[str]] = field(default_factory=dict[TableName, set[str]])
    coverage: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    began_ms: dict[str, int] = field(default_factory=dict[str, int])
    spans_since_ms: int | None = None
    """When the oldest trace began whose spans were loaded, where others were left out."""


class Loader:
    """Loads what a statement reads into a process, until `stop_at` of `time.monotonic`."""

    def __init__(self, state: AppState, search: Search, box: Sandbox, reads: Reads, stop_at: float) -> None:
        self._state, self._search, self._box = state, search, box
        self._reads, self._stop_at = reads, stop_at
        self._texts = Texts(state.cleaner)
        self._experiments = {one.experiment_id: one.name for one in search.experiments}
        self._span_clauses = [one for one in search.clauses if one.argument in SPAN_ARGUMENTS]
        self._bytes = 0
        self._rows: Counter[TableName] = Counter()
        self._seen: set[str] = set()
        self._missing: list[str] = []
        self._outside: list[str] = []
        self.loaded = Loaded(_selection(search))

    @property
    def _is_scanned(self) -> bool:
        return self._state.gateway.is_database and not self._search.look

    async def load(self) -> Loaded:
        """The tables that are read, of as many traces as time and memory allow."""
        loaded = self.loaded
        if self._is_scanned:
            await self._scan()
        else:
            await self._read()
        if self._texts.too_long:
            loaded.notes.append(
                f"{self._texts.too_long} values of more than 1,000,000 characters are NULL; get_trace reads them."
            )
        loaded.reads = {table: set(columns) for table, columns in self._reads.items()}
        return loaded

    # Of databases.

    async def _scan(self) -> None:
        reads = self._reads
        await self._scan_traces()
        if "assessments" in reads:
            await self._scan_assessments()
        if "error" in reads.get("traces", ()):
            await self._scan_errors()
        if "spans" in reads or "messages" in reads:
            await self._scan_spans()

    def _scan_of(self, columns: Sequence[Column], **of_spans: Any) -> Scan:
        search = self._search
        return Scan(search.experiment_ids, tuple(columns), search.clauses, search.any_of, **of_spans)

    async def _pass(self, scan: Scan, visit: Callable[[ScanRows], bool]) -> None:
        notes = await self._state.gateway.scan(scan, visit)
        known = self._outside if scan.of_spans else self.loaded.notes
        known += [one for one in notes if one not in known]

    async def _scan_traces(self) -> None:
        columns = self._trace_columns()
        scanned = self._scanned(columns)
        total = 0
        reached = False

        def visit(rows: ScanRows) -> bool:
            nonlocal total, reached
            total += len(rows)
            rows = rows[: MAX_TRACES - len(self.loaded.began_ms)]
            if rows:
                self._add_traces(columns, scanned, rows)
            reached = len(self.loaded.began_ms) >= MAX_TRACES or self._is_full()
            return reached

        await self._pass(self._scan_of(scanned), visit)
        of_all: int | None = total
        if reached:
            of_all = await self._count()
        self._cover("traces", len(self.loaded.began_ms), of_all)

    async def _count(self) -> int | None:
        """The traces that match; None when there is no time to count them."""
        total = 0
        is_late = False

        def visit(rows: ScanRows) -> bool:
            nonlocal total, is_late
            total += len(rows)
            is_late = self._is_full()
            return is_late

        await self._pass(self._scan_of([("trace_id", None)]), visit)
        return None if is_late else total

    async def _scan_assessments(self) -> None:
        oldest_ms = min(self.loaded.began_ms.values(), default=0)
        is_whole = True

        def visit(rows: ScanRows) -> bool:
            nonlocal is_whole
            given = [(row[0], row[2]) for row in rows if row[2] is not None and row[0] in self.loaded.began_ms]
            self._add("assessments", assessment_rows(given, self._state.cleaner))
            is_whole = rows[-1][1] < oldest_ms or not self._is_full()
            return rows[-1][1] < oldest_ms or not is_whole

        await self._pass(self._scan_of([("trace_id", None), ("time_ms", None), ("assessment", None)]), visit)
        self._cover("assessments", self._rows["assessments"], self._rows["assessments"] if is_whole else None)

    async def _scan_errors(self) -> None:
        scan = self._scan_of(_WHOLE, of_spans=True, span_clauses=_FAILED)
        read = await self._scan_by_trace(scan, self._add_errors, stop_at=self._stop_at)
        if len(read) < len(self.loaded.began_ms):
            self.loaded.coverage["traces"] += f"; error of the newest, back to {self._since(read)}"

    async def _scan_spans(self) -> None:
        """Whole spans as far as time allows, where they are needed, of the others what databases have as columns."""
        loaded, columns = self.loaded, self._span_columns()
        needs = {one.needs for one in columns}
        whole = columned = set[str]()
        if "messages" in self._reads or "content" in needs:
            now = time.monotonic()
            scan, stop_at = self._scan_of(_WHOLE, of_spans=True), now + (self._stop_at - now) * WHOLE_SHARE
            whole = await self._scan_by_trace(scan, self._add_spans, stop_at=stop_at)
        if "spans" in self._reads and len(whole) < len(loaded.began_ms):
            read = "failed" if needs & {"failed", "content"} else "untyped"
            scan = self._scan_of((*_WHOLE, *_OF_COLUMNS), of_spans=True, whole=read)
            kept = [one for one in columns if one.needs != "content"]
            columned = await self._scan_by_trace(
                scan, partial(self._add_spans, columns=kept), stop_at=self._stop_at, skip=whole
            )
        if self._outside and not self._is_full():
            unseen = [one for one in loaded.began_ms if one not in self._seen]
            read_now = await self._read_spans(unseen)
            self._outside = self._outside if len(read_now) < len(unseen) else []
        loaded.notes += self._outside
        self._cover_spans(whole if needs & {"content"} or not columned else columned, whole | columned)

    async def _scan_by_trace(
        self, scan: Scan, add: "_AddSpans", *, stop_at: float, skip: Set[str] = frozenset()
    ) -> set[str]:
        """Hands over the spans of the traces that are loaded, whole traces at a time; returns the traces it came to."""
        pending: list[Sequence[Any]] = []
        oldest_ms = min(self.loaded.began_ms.values(), default=0)
        read: set[str] = set()
        is_whole = True

        def hand_over(rows: ScanRows) -> None:
            found = [
                (trace_id, spans)
                for trace_id, spans in spans_by_trace(rows, [_span_of(row) for row in rows])
                if trace_id in self.loaded.began_ms and trace_id not in skip
            ]
            self._seen.update(trace_id for trace_id, _ in found)
            add(found)

        def visit(rows: ScanRows) -> bool:
            nonlocal pending, is_whole
            pending += rows
            last = pending[-1][0]
            complete = [row for row in pending if row[0] != last]
            pending = pending[len(complete) :]
            hand_over(complete)
            read.update(row[0] for row in complete)
            if rows[-1][1] < oldest_ms:
                return True
            is_whole = not self._is_full(stop_at)
            return not is_whole

        await self._pass(scan, visit)
        if is_whole:
            hand_over(pending)
            read |= self.loaded.began_ms.keys()
        return read & self.loaded.began_ms.keys()

    # From records.

    async def _read(self) -> None:
        """First the traces alone, then as many with their spans as time allows."""
        loaded, reads, now = self.loaded, self._reads, time.monotonic()
        with_spans = "spans" in reads or "messages" in reads or "error" in reads.get("traces", ())
        await self._read_traces(now + (self._stop_at - now) * (INFO_SHARE if with_spans else 1))
        if with_spans:
            read = await self._read_spans(list(loaded.began_ms))
            loaded.notes += self._missing
            self._cover_spans(read, read)

    async def _read_traces(self, stop_at: float) -> None:
        loaded = self.loaded
        rows = self._search.look.check(found_rows(self._state, self._search, TRACES_AT_ONCE, None))
        assessed = 0
        is_part = False
        async with aclosing(rows), aclosing(in_batches(rows, TRACES_AT_ONCE)) as batches:
            async for batch in batches:
                infos = [one.row.info for one in batch if one.matches][: MAX_TRACES - len(loaded.began_ms)]
                await to_thread.run_sync(self._add_infos, infos, abandon_on_cancel=True)
                assessed += sum(len(info.assessments) for info in infos)
                if len(loaded.began_ms) >= MAX_TRACES or self._is_full(stop_at):
                    is_part = True
                    break
        self._cover("traces", len(loaded.began_ms), None if is_part else len(loaded.began_ms))
        if "assessments" in self._reads:
            self._cover("assessments", assessed, assessed)

    def _add_infos(self, infos: Sequence[TraceInfo]) -> None:
        columns = self._trace_columns()
        scanned = self._scanned(columns)
        self._add_traces(columns, scanned, list(scanned_traces(self._scan_of(scanned), infos)))
        given = [(info.trace_id, one) for info in infos for one in info.assessments]
        if given and "assessments" in self._reads:
            self._add("assessments", assessment_rows(given, self._state.cleaner))

    async def _read_spans(self, ids: Sequence[str]) -> set[str]:
        """Reads whole traces, as many as time allows; returns their ids."""
        read: set[str] = set()
        for start in range(0, len(ids), SPANS_AT_ONCE):
            some = ids[start : start + SPANS_AT_ONCE]
            traces = await self._state.gateway.get_traces(some)
            await to_thread.run_sync(self._add_whole, traces, abandon_on_cancel=True)
            read.update(some)
            if self._is_full():
                break
        return read

    def _add_whole(self, traces: Sequence[Trace]) -> None:
        found = [(trace.info.trace_id, trace.spans) for trace in traces]
        self._add_spans(found)
        if "error" in self._reads.get("traces", ()):
            self._add_errors([(trace_id, [one for one in spans if one.status == "ERROR"]) for trace_id, spans in found])
        missing = [f"{one.info.trace_id}: {one.missing}" for one in traces if one.missing and not one.spans]
        self._missing += missing[: MAX_MISSING - len(self._missing)]

    # Rows.

    def _trace_columns(self) -> list[TraceColumn]:
        wanted = self._reads.get("traces", set[str]())
        return [one for one in TRACE_COLUMNS if (one.name in wanted and one.reads) or one.name == "trace_id"]

    def _scanned(self, columns: Sequence[TraceColumn]) -> list[Column]:
        return list(dict.fromkeys([*_STATE, *(one for column in columns for one in column.reads)]))

    def _span_columns(self) -> list[SpanColumn]:
        return [one for one in SPAN_COLUMNS if one.name in self._reads.get("spans", ())]

    def _add_traces(self, columns: Sequence[TraceColumn], scanned: Sequence[Column], rows: ScanRows) -> None:
        self.loaded.began_ms.update((row[0], row[1]) for row in rows)
        if "traces" in self._reads:
            made = trace_rows(columns, scanned, rows, self._experiments, self._texts)
            self._bytes += self._box.load("traces", [one.name for one in columns], made)

    def _add_spans(self, found: "_Spans", columns: Sequence[SpanColumn] | None = None) -> None:
        if "spans" in self._reads:
            columns = self._span_columns() if columns is None else columns
            made = span_rows(columns, found, self._texts, meant=lambda span: meets_all(span, self._span_clauses))
            self._rows["spans"] += len(made)
            self._bytes += self._box.load("spans", ["trace_id", *(one.name for one in columns)], made)
        if "messages" in self._reads:
            self._add("messages", message_rows(found, self._texts))

    def _add_errors(self, found: "_Spans") -> None:
        self._bytes += self._box.update("error", error_rows(found, self._texts))

    def _add(self, table: TableName, rows: Rows) -> None:
        self._rows[table] += len(rows)
        self._bytes += self._box.load(table, columns_of(table), rows)

    def _is_full(self, stop_at: float | None = None) -> bool:
        return time.monotonic() > (self._stop_at if stop_at is None else stop_at) or self._bytes > MAX_BYTES

    # How far the tables go.

    def _cover(self, table: TableName, loaded: int, of_all: int | None) -> None:
        """Of traces; `of_all` is None where there are more, but not how many."""
        part = f"{loaded:,} of {of_all:,}" if of_all is not None else f"{loaded:,}"
        if of_all != loaded:
            oldest_ms = min(self.loaded.began_ms.values(), default=0)
            part += f", the newest, back to {iso_utc(oldest_ms)}"
        self.loaded.coverage[table] = part

    def _cover_spans(self, whole: Set[str], read: Set[str]) -> None:
        """`whole` are the traces whose spans were read as far as columns need it, `read` those with rows of spans."""
        loaded = self.loaded
        every = len(loaded.began_ms)
        for table in ("spans", "messages"):
            if table not in self._reads:
                continue
            traces = read if table == "spans" else whole
            rows = f"{self._rows[table]:,}"
            part = f"{rows} of {rows}"
            if len(traces) < every:
                part = f"{rows}, of the newest {len(traces):,} of {every:,} traces, back to {self._since(traces)}"
            if table == "spans" and len(whole) < len(read):
                part += f"; {', '.join(OF_CONTENT)} of the newest {len(whole):,} traces, NULL for the others"
            loaded.coverage[table] = part
        if len(whole) < every:
            loaded.spans_since_ms = min((loaded.began_ms[one] for one in whole), default=None)

    def _since(self, traces: Set[str]) -> str:
        began = [self.loaded.began_ms[one] for one in traces]
        return iso_utc(min(began)) if began else "none"


_Spans: TypeAlias = Sequence[tuple[str, Sequence[Span]]]
_AddSpans: TypeAlias = Callable[[_Spans], None]


def _selection(search: Search) -> str:
    """What is searched, less the times, which move on: whether these are the same traces is seen when they are read."""
    clauses = [str(one) for one in search.every_clause if one.field.name != "trace.timestamp_ms"]
    return repr((search.experiment_ids, clauses, len(search.any_of)))


def _span_of(row: Sequence[Any]) -> Span | None:
    """The whole span where it was read, else as much as columns say; None for one that is not in MLflow's form."""
    if row[2] is not None or len(row) == len(_WHOLE):
        return row[2]
    _, _, _, span_id, parent_id, name, kind, status, start_ns, duration_ns = row
    return Span(
        span_id=span_id,
        parent_id=parent_id,
        name=name or "",
        status=status,
        start_time_ns=start_ns,
        end_time_ns=None if duration_ns is None else start_ns + duration_ns,
        attributes={SPAN_TYPE_ATTRIBUTE: kind} if kind else {},
    )
