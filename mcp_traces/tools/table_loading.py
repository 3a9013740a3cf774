"""Loads the tables that a statement reads: of the traces that a search finds, newest first, within a call's time.

A database is scanned, and only the columns that are read. Elsewhere, and where conditions have to be checked trace by
trace, the same rows are made from records.
"""

import marshal
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any, TypeAlias, cast

from anyio import move_on_after, to_thread

from mcp_traces.errors import StoreTimeoutError
from mcp_traces.filters.compiler import clause
from mcp_traces.filters.span_clauses import meets_all
from mcp_traces.query.sandbox import Sandbox
from mcp_traces.records import SIZE_STATS_KEY, SPAN_TYPE_ATTRIBUTE, Assessment, Span, Trace, TraceInfo
from mcp_traces.shaping.tables import (
    MAX_VALUE,
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
from mcp_traces.tools.groupings import Column
from mcp_traces.tools.scanned_records import scanned_traces
from mcp_traces.tools.search_page import Search, found_rows
from mcp_traces.tools.state import AppState

MAX_TRACES = 50_000
MAX_BYTES = 96 * 1024 * 1024
"""Of the rows that are loaded, less than half of what the process may take: sorting and grouping needs the rest."""

TRACES_AT_ONCE, SPANS_AT_ONCE, SPANS_AT_FIRST = 500, 50, 5
"""Traces that a server is asked for at a time, without spans and with them: at first few, since spans may be many."""

QUICK_S = 1.0
"""Where an answer takes less, more traces are asked for."""

INFO_SHARE = 0.4
"""Of the time, for traces alone where their spans are read as well, which takes a server far longer."""

WHOLE_SHARE = 0.75
"""Of the time, for whole spans. The rest is for what a database has as columns of those that were left out."""

MARSHAL_PLAIN = 2
"""The newest format that writes equal values alike, without references to what is the same object."""

MAX_MISSING = 3
"""Traces of which it is said why they have no spans."""

SPAN_ARGUMENTS = ("span_name",)
"""Conditions that also say which spans are loaded."""

Reads: TypeAlias = Mapping[TableName, set[str]]

_LIGHT = frozenset(
    [one.name for one in TRACE_COLUMNS if one.kind != "JSON" and one.name not in ("request", "response", "error")]
    + [one.name for one in SPAN_COLUMNS if one.needs == "columns" and not one.of_tree]
)

_STATE: tuple[Column, ...] = (
    ("trace_id", None),
    ("time_ms", None),
    ("duration_ms", None),
    ("status", None),
    ("metadata", SIZE_STATS_KEY),
)
"""What is always read of traces: MLflow writes it whenever spans are logged, so where it is unchanged, they are."""

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

    `began_ms` has when each trace began, by id, newest first; `coverage` and `notes` are of each table.
    """

    selection: str
    window: str
    version: str | None = None
    reads: dict[TableName, set[str]] = field(default_factory=dict[TableName, set[str]])
    began_ms: dict[str, int] = field(default_factory=dict[str, int])
    coverage: dict[TableName, str] = field(default_factory=dict[TableName, str])
    notes: dict[TableName, list[str]] = field(default_factory=dict[TableName, list[str]])
    digests: dict[TableName, bytes] = field(default_factory=dict[TableName, bytes])
    """Of what was read of traces and assessments: where that is the same, so are the spans."""

    is_part: bool = False
    """Whether more traces match than these, the newest."""

    grows: bool = False
    """Whether a trace is in progress. Spans may be added to it without a sign of it in the trace."""

    spans_since_ms: int | None = None
    """When the oldest trace began whose spans were loaded, where others were left out."""

    bytes: int = 0

    def lacks(self, reads: Reads) -> dict[TableName, set[str]]:
        """The tables of `reads` that are not loaded, or not with all columns, each with all that it is to have.

        What takes little is kept in a table that is loaded once more.
        """
        return {
            table: columns | (self.reads.get(table, set()) & _LIGHT)
            for table, columns in reads.items()
            if table not in self.reads or not columns <= self.reads[table]
        }


class Loader:
    """Loads what a statement reads into a process, until `stop_at` of `time.monotonic`.

    What the process holds already is used again, where it is what the store still holds.
    """

    def __init__(
        self, state: AppState, search: Search, box: Sandbox, reads: Reads, stop_at: float, *, loads: bool = True
    ) -> None:
        """Without `loads`, it only looks at what the store holds."""
        self._state, self._search, self._box = state, search, box
        self._reads, self._stop_at = dict(reads), stop_at
        self._texts = Texts(state.cleaner)
        self._experiments = {one.experiment_id: one.name for one in search.experiments}
        self._span_clauses = [one for one in search.clauses if one.argument in SPAN_ARGUMENTS]
        self._rows: Counter[TableName] = Counter()
        self._seen: set[str] = set()
        self._loads = loads
        self._knows_traces = False
        self.loaded: Loaded = Loaded(_selection(search, of_time=False), _selection(search, of_time=True))

    async def load(self) -> Loaded:
        """The tables that are read, of as many traces as time and memory allow."""
        box = self._box
        kept, box.kept = cast("Loaded | None", box.kept), None
        box.is_broken = True  # what is loaded in part cannot be used again
        version = await self._state.gateway.version()
        if kept is not None and kept.selection == self.loaded.selection and await self._still_holds(kept, version):
            kept.window = self.loaded.window
            self.loaded, self._knows_traces = kept, True
        elif kept is not None:
            await to_thread.run_sync(box.clear, list(kept.reads))
        self.loaded.version = version
        self._reads = self.loaded.lacks(self._reads)
        if self._reads:
            await to_thread.run_sync(box.clear, [one for one in self._reads if one in self.loaded.reads])
            self.loaded.notes |= {table: [] for table in self._reads}
            await self._read_tables()
            self.loaded.reads |= self._reads
        box.kept, box.is_broken = self.loaded, False
        return self.loaded

    async def _still_holds(self, kept: Loaded, version: str | None) -> bool:
        """Whether the search finds the same traces as it did for `kept`, and nothing of them has changed."""
        if version is not None and version == kept.version and kept.window == self.loaded.window:
            return True
        if kept.grows and kept.reads.keys() & {"spans", "messages"}:
            return False
        reads: Reads = {table: kept.reads[table] for table in kept.reads if table in ("traces", "assessments")}
        looking = Loader(self._state, self._search, self._box, reads, self._stop_at, loads=False)
        await looking._read_tables()
        return (looking.loaded.began_ms, looking.loaded.digests) == (kept.began_ms, kept.digests)

    async def _read_tables(self) -> None:
        too_long = self._texts.too_long
        if self._state.gateway.is_database and not self._search.look:
            await self._scan()
        else:
            await self._read()
        if self._texts.too_long > too_long:
            self._note(
                next(iter(self._reads)),
                f"{self._texts.too_long} values of more than {MAX_VALUE:,} characters are NULL; get_trace reads them.",
            )

    @property
    def _reads_errors(self) -> bool:
        return self._loads and "error" in self._reads.get("traces", ())

    @property
    def _reads_spans(self) -> bool:
        return self._loads and bool(self._reads.keys() & {"spans", "messages"})

    # Of databases.

    async def _scan(self) -> None:
        if "traces" in self._reads or not self._knows_traces:
            await self._scan_traces()
        if "assessments" in self._reads:
            await self._scan_assessments()
        if self._reads_errors:
            await self._scan_errors()
        if self._reads_spans:
            await self._scan_spans()

    def _scan_of(self, columns: Sequence[Column], **of_spans: Any) -> Scan:
        search = self._search
        return Scan(search.experiment_ids, tuple(columns), search.clauses, search.any_of, **of_spans)

    async def _scan_traces(self) -> None:
        columns = self._trace_columns()
        scanned = self._scanned(columns)
        total = 0
        is_part = False
        self._begin_digest("traces")

        def visit(rows: ScanRows) -> bool:
            nonlocal total, is_part
            total += len(rows)
            is_part = not self._add_traces(columns, scanned, rows) or self._is_full()
            return is_part

        self._note("traces", *await self._state.gateway.scan(self._scan_of(scanned), visit))
        self._cover_traces(await self._count() if is_part else total)

    async def _count(self) -> int | None:
        """The traces that match; None when there is no time to count them."""
        total = 0
        is_late = False

        def visit(rows: ScanRows) -> bool:
            nonlocal total, is_late
            total += len(rows)
            is_late = time.monotonic() > self._stop_at
            return is_late

        await self._state.gateway.scan(self._scan_of([("trace_id", None)]), visit)
        return None if is_late else total

    async def _scan_assessments(self) -> None:
        oldest_ms = reached_ms = self._oldest_ms
        is_part = False
        self._begin_digest("assessments")

        def visit(rows: ScanRows) -> bool:
            nonlocal is_part, reached_ms
            reached_ms = rows[-1][1]
            self._add_assessments([(row[0], row[2]) for row in rows if row[2] is not None])
            is_beyond = rows[-1][1] < oldest_ms
            is_part = not is_beyond and self._is_full()
            return is_beyond or is_part

        scan = self._scan_of([("trace_id", None), ("time_ms", None), ("assessment", None)])
        self._note("assessments", *await self._state.gateway.scan(scan, visit))
        self._cover_assessments(reached_ms if is_part else None)

    async def _scan_errors(self) -> None:
        scan = self._scan_of(_WHOLE, of_spans=True, span_clauses=_FAILED)
        read, outside = await self._scan_by_trace(scan, self._add_errors, stop_at=self._stop_at)
        if outside and not self._reads_spans:
            having = await self._having_spans()
            outside = await self._read_outside([one for one in read if one not in having], outside)
        self._note("traces", *outside)
        if len(read) < len(self.loaded.began_ms):
            self.loaded.coverage["traces"] += f"; error of the newest {len(read):,}, NULL for the others"

    async def _scan_spans(self) -> None:
        """Whole spans as far as time allows, where they are needed, of the others what databases have as columns."""
        began_ms, columns = self.loaded.began_ms, self._span_columns()
        needs = {one.needs for one in columns}
        needs_whole = "messages" in self._reads or "content" in needs
        whole = columned = set[str]()
        outside: Sequence[str] = ()
        if needs_whole:
            now = time.monotonic()
            stop_at = now + (self._stop_at - now) * WHOLE_SHARE
            scan = self._scan_of((*_WHOLE, *_OF_COLUMNS), of_spans=True)
            whole, outside = await self._scan_by_trace(scan, self._add_spans, stop_at=stop_at)
        if "spans" in self._reads and len(whole) < len(began_ms):
            failed = bool(needs & {"failed", "content"})
            scan = self._scan_of((*_WHOLE, *_OF_COLUMNS), of_spans=True, whole="failed" if failed else "untyped")
            add = partial(self._add_rows_of_spans, columns=[one for one in columns if one.needs != "content"])
            columned, outside = await self._scan_by_trace(scan, add, stop_at=self._stop_at, skip=whole)
        if outside:
            came_to = whole | columned
            unseen = [one for one in began_ms if one in came_to and one not in self._seen]
            outside = await self._read_outside(unseen, outside)
        self._note("spans" if "spans" in self._reads else "messages", *outside)
        self._cover_spans(whole if needs_whole else columned, whole | columned)

    async def _having_spans(self) -> set[str]:
        """The traces of which a database has spans."""
        having: set[str] = set()
        oldest_ms = self._oldest_ms

        def visit(rows: ScanRows) -> bool:
            having.update(row[0] for row in rows)
            return rows[-1][1] < oldest_ms or self._is_full()

        await self._state.gateway.scan(self._scan_of([("trace_id", None), ("time_ms", None)], of_spans=True), visit)
        return having

    async def _read_outside(self, ids: Sequence[str], notes: Sequence[str]) -> Sequence[str]:
        """Reads spans that a database does not hold; returns what is left of the notes that say so."""
        return () if len(await self._read_spans(ids)) == len(ids) else notes

    async def _scan_by_trace(
        self, scan: Scan, add: "_AddSpans", *, stop_at: float, skip: Set[str] = frozenset()
    ) -> tuple[set[str], Sequence[str]]:
        """Hands over the spans of each trace that is loaded. Returns the traces it came to, and the store's notes."""
        began_ms, oldest_ms = self.loaded.began_ms, self._oldest_ms
        pending: list[Sequence[Any]] = []
        reached: set[str] = set()
        is_part = False

        def hand_over(rows: ScanRows) -> None:
            found = [
                (trace_id, spans)
                for trace_id, spans in spans_by_trace(rows, [_span_of(row) for row in rows])
                if trace_id in began_ms and trace_id not in skip
            ]
            reached.update(row[0] for row in rows)
            self._seen.update(trace_id for trace_id, _ in found)
            add(found)

        def visit(rows: ScanRows) -> bool:
            nonlocal pending, is_part
            pending += rows
            last = pending[-1][0]
            complete = [row for row in pending if row[0] != last]
            pending = pending[len(complete) :]
            hand_over(complete)
            is_beyond = rows[-1][1] < oldest_ms
            is_part = not is_beyond and self._is_full(stop_at)
            return is_beyond or is_part

        notes = await self._state.gateway.scan(scan, visit)
        if not is_part:
            await to_thread.run_sync(hand_over, pending)
            reached.update(began_ms)
        return reached & began_ms.keys(), notes

    # Of other stores.

    async def _read(self) -> None:
        """First the traces alone, then as many with their spans as time allows."""
        loaded, now = self.loaded, time.monotonic()
        with_spans = self._reads_spans or self._reads_errors
        if self._reads.keys() & {"traces", "assessments"} or not self._knows_traces:
            await self._read_traces(now + (self._stop_at - now) * (INFO_SHARE if with_spans else 1))
        if with_spans:
            read = await self._read_spans(list(loaded.began_ms))
            self._cover_spans(read, read)
            if self._reads_errors and len(read) < len(loaded.began_ms):
                loaded.coverage["traces"] += f"; error of the newest {len(read):,}, NULL for the others"

    async def _read_traces(self, stop_at: float) -> None:
        columns = self._trace_columns()
        scanned = self._scanned(columns)
        is_part = False
        for table in ("traces", "assessments"):
            if table == "traces" or table in self._reads:
                self._begin_digest(table)

        def add(infos: Sequence[TraceInfo]) -> bool:
            fits = self._add_traces(columns, scanned, list(scanned_traces(self._scan_of(scanned), infos)))
            if "assessments" in self._reads:
                self._add_assessments([(info.trace_id, one) for info in infos for one in info.assessments])
            return fits

        found = found_rows(self._state, self._search, TRACES_AT_ONCE, None)
        checked = self._search.look.check(found)
        is_last = False
        async with aclosing(found), aclosing(checked):
            while not (is_last or is_part):
                infos: list[TraceInfo] = []
                with move_on_after(stop_at - time.monotonic()) as scope:
                    async for one in checked:
                        infos += [one.row.info] if one.matches else []
                        if len(infos) == TRACES_AT_ONCE:
                            break
                    else:
                        is_last = True
                fits = await to_thread.run_sync(add, infos, abandon_on_cancel=True)
                is_part = scope.cancelled_caught or not fits or (not is_last and self._is_full(stop_at))
        if is_part and not self.loaded.began_ms:
            raise StoreTimeoutError(
                f"No trace was found in {self._state.settings.timeout_s:g} s.",
                "Narrow it: give since, another filter, or fewer experiments.",
            )
        self._cover_traces(None if is_part else len(self.loaded.began_ms))
        if "assessments" in self._reads:
            self._cover_assessments()

    async def _read_spans(self, ids: Sequence[str]) -> set[str]:
        """Reads whole traces, as many as time allows; returns their ids."""
        read: set[str] = set()
        missing: list[str] = []
        at_once = SPANS_AT_FIRST
        while len(read) < len(ids) and not self._is_full():
            some, began = ids[len(read) : len(read) + at_once], time.monotonic()
            traces: tuple[Trace, ...] = ()
            with move_on_after(self._stop_at - began) as scope:
                traces = await self._state.gateway.get_traces(some)
            if scope.cancelled_caught:
                break
            await to_thread.run_sync(self._add_whole, traces, abandon_on_cancel=True)
            missing += [f"{one.info.trace_id}: {one.missing}" for one in traces if one.missing and not one.spans]
            read.update(some)
            at_once = min(at_once * 2, SPANS_AT_ONCE) if time.monotonic() - began < QUICK_S else at_once
        self._note(next(iter(self._reads)), *missing[:MAX_MISSING])
        return read

    def _add_whole(self, traces: Sequence[Trace]) -> None:
        found = [(trace.info.trace_id, trace.spans) for trace in traces]
        self._add_spans(found)
        if self._reads_errors:
            self._add_errors([(trace_id, [one for one in spans if one.status == "ERROR"]) for trace_id, spans in found])

    # Rows.

    def _trace_columns(self) -> list[TraceColumn]:
        wanted = self._reads.get("traces", set[str]())
        return [one for one in TRACE_COLUMNS if (one.name in wanted and one.reads) or one.name == "trace_id"]

    def _scanned(self, columns: Sequence[TraceColumn]) -> list[Column]:
        return list(dict.fromkeys([*_STATE, *(one for column in columns for one in column.reads)]))

    def _span_columns(self) -> list[SpanColumn]:
        return [one for one in SPAN_COLUMNS if one.name in self._reads.get("spans", ())]

    def _add_traces(self, columns: Sequence[TraceColumn], scanned: Sequence[Column], rows: ScanRows) -> bool:
        """Whether all fit. Of traces that are known, only what else is read of them is added."""
        loaded = self.loaded
        if self._knows_traces:
            fitting = [row for row in rows if row[0] in loaded.began_ms]
        else:
            fitting = rows[: MAX_TRACES - len(loaded.began_ms)]
            loaded.began_ms.update((row[0], row[1]) for row in fitting)
        loaded.grows = loaded.grows or any(row[3] == "IN_PROGRESS" for row in fitting)
        self._digest("traces", fitting)
        if self._loads and "traces" in self._reads:
            made = trace_rows(columns, scanned, fitting, self._experiments, self._texts)
            loaded.bytes += self._box.load("traces", [one.name for one in columns], made)
        return self._knows_traces or len(fitting) == len(rows)

    def _add_assessments(self, given: Sequence[tuple[str, Assessment]]) -> None:
        known = [one for one in given if one[0] in self.loaded.began_ms]
        self._digest("assessments", [(trace_id, repr(one)) for trace_id, one in known])
        if self._loads:
            self._add("assessments", assessment_rows(known, self._texts))

    def _add_rows_of_spans(self, found: "_Spans", columns: Sequence[SpanColumn]) -> None:
        meant = partial(meets_all, clauses=self._span_clauses) if self._span_clauses else None
        made = span_rows(columns, found, self._texts, meant=meant)
        self._rows["spans"] += len(made)
        self.loaded.bytes += self._box.load("spans", ["trace_id", *(one.name for one in columns)], made)

    def _add_spans(self, found: "_Spans") -> None:
        """Whole spans: of others, what was said is not known."""
        if "spans" in self._reads:
            self._add_rows_of_spans(found, self._span_columns())
        if "messages" in self._reads:
            self._add("messages", message_rows(found, self._texts))

    def _add_errors(self, found: "_Spans") -> None:
        self.loaded.bytes += self._box.update("error", error_rows(found, self._texts))

    def _add(self, table: TableName, rows: Rows) -> None:
        self._rows[table] += len(rows)
        self.loaded.bytes += self._box.load(table, columns_of(table), rows)

    def _begin_digest(self, table: TableName) -> None:
        self.loaded.digests[table] = b""

    def _digest(self, table: TableName, rows: ScanRows) -> None:
        before = self.loaded.digests[table]
        self.loaded.digests[table] = blake2b(before + marshal.dumps(list(map(tuple, rows)), MARSHAL_PLAIN)).digest()

    def _is_full(self, stop_at: float | None = None) -> bool:
        return time.monotonic() > (self._stop_at if stop_at is None else stop_at) or self.loaded.bytes > MAX_BYTES

    @property
    def _oldest_ms(self) -> int:
        return min(self.loaded.began_ms.values(), default=0)

    # How far the tables go.

    def _note(self, table: TableName, *notes: str) -> None:
        known = self.loaded.notes.setdefault(table, [])
        known += [one for one in notes if one not in known]

    def _cover_traces(self, of_all: int | None) -> None:
        """`of_all` is None where there are more, but not how many."""
        loaded = self.loaded
        every = len(loaded.began_ms)
        loaded.is_part = of_all != every
        part = f"{every:,}" if of_all is None else f"{every:,} of {of_all:,}"
        loaded.coverage["traces"] = part + (
            f", the newest, back to {iso_utc(self._oldest_ms)}" if loaded.is_part else ""
        )

    def _cover_assessments(self, reached_ms: int | None = None) -> None:
        """`reached_ms` is when the last trace began of which they were read, where others were left out."""
        rows = f"{self._rows['assessments']:,}"
        if reached_ms is not None:
            self.loaded.coverage["assessments"] = f"{rows}, of the newest traces, back to {iso_utc(reached_ms)}"
        else:
            self.loaded.coverage["assessments"] = self._of_every_trace(rows)

    def _of_every_trace(self, rows: str) -> str:
        loaded = self.loaded
        return f"{rows}, of the newest {len(loaded.began_ms):,} traces" if loaded.is_part else f"{rows} of {rows}"

    def _cover_spans(self, whole: Set[str], read: Set[str]) -> None:
        """`whole` are the traces whose spans were read as far as columns need it, `read` those with rows of spans."""
        loaded = self.loaded
        every = len(loaded.began_ms)
        for table in self._reads.keys() & {"spans", "messages"}:
            traces = read if table == "spans" else whole
            rows = f"{self._rows[table]:,}"
            loaded.coverage[table] = self._of_every_trace(rows)
            if len(traces) < every:
                loaded.coverage[table] = f"{rows}, of the newest {len(traces):,} of {every:,} traces"
            columns = ", ".join(one.name for one in self._span_columns() if one.needs == "content")
            if table == "spans" and len(whole) < len(read) and columns:
                loaded.coverage[table] += f"; {columns} of the newest {len(whole):,} traces, NULL for the others"
        if len(whole) < every:
            loaded.spans_since_ms = min((loaded.began_ms[one] for one in whole), default=None)


_Spans: TypeAlias = Sequence[tuple[str, Sequence[Span]]]
_AddSpans: TypeAlias = Callable[[_Spans], None]


def _selection(search: Search, *, of_time: bool) -> str:
    """What is searched, apart from times, or of what time: `since` moves on, and may well find the same traces."""
    alternatives = [
        [
            (one.argument, one.field.name, one.key, one.operator, one.value)
            for one in clauses
            if (one.field.name == "trace.timestamp_ms") == of_time
        ]
        for clauses in (search.clauses, *search.any_of)
    ]
    return repr((search.experiment_ids, alternatives))


def _span_of(row: Sequence[Any]) -> Span | None:
    """The whole span where it could be read, else as much as columns say; None where they were not read either."""
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
