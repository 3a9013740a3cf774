"""A page of trace rows as it fills: what fits, where the next one starts, and what is noted about it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mcp_traces.records import StoreInfo, TraceInfo
from mcp_traces.results import TraceRow
from mcp_traces.shaping.cleaning import MASK, MASKED_CHARS
from mcp_traces.shaping.rows import trace_header, trace_row
from mcp_traces.shaping.short_rows import MIN_ERROR, fit_rows, least_size, plain_row
from mcp_traces.shaping.text import compact
from mcp_traces.times import iso_utc
from mcp_traces.tools.paging import Position, Row


class Filled(Protocol):
    """A page, of rows or of a table, as far as it says where the next one starts and why it is empty."""

    @property
    def rows(self) -> Sequence[object]: ...
    @property
    def looked_at(self) -> int: ...
    @property
    def more(self) -> bool: ...
    @property
    def after(self) -> Position | None: ...


@dataclass(slots=True)
class Page:
    """`room` is the characters left for rows, `after` the position behind the last trace looked at.

    `several` says that rows name their experiments, `errors` that they get their errors once the page is full.
    """

    store: StoreInfo
    room: int
    after: Position | None
    detailed: bool
    several: bool
    errors: bool = False
    rows: list[TraceRow] = field(default_factory=list[TraceRow])
    infos: list[TraceInfo] = field(default_factory=list[TraceInfo])
    looked_at: int = 0
    more: bool = False
    _before: list[Position | None] = field(default_factory=list[Position | None])
    _first: TraceInfo | None = None
    _last: TraceInfo | None = None
    _shortened: bool = False
    _stopped_over: str | None = None
    _left_out: str | None = None

    def add(self, info: TraceInfo) -> bool:
        """Put the row on the page if there is room. One too large for a page of its own is put there in short."""
        row = trace_row(info, self.store, detailed=self.detailed, with_experiment=self.several)
        size = _size(row) if self.detailed else least_size(row) + (MIN_ERROR if self.errors else 0)
        if size > self.room:
            if self.rows:
                return False
            row, size = self._in_short(info)
        self.rows.append(row)
        self.infos.append(info)
        self._before.append(self.after)
        self.room -= size
        return True

    def _in_short(self, info: TraceInfo) -> tuple[TraceRow, int]:
        """The concise row and its size, or the header and its size where that row is too large as well."""
        self._shortened = True
        row = trace_row(info, self.store, with_experiment=self.several)
        if (size := _size(row)) > self.room:
            row = trace_header(info, self.store)
            size = _size(row)
        return row, size

    def show_errors(self, by_trace: Mapping[str, str]) -> None:
        self.rows = [row.model_copy(update={"error": by_trace.get(row.trace_id)}) for row in self.rows]

    @property
    def masked_chars(self) -> int:
        """Room for the count of what is masked, where there is any."""
        return MASKED_CHARS if any(MASK in compact(plain_row(row)) for row in self.rows) else 0

    def fit(self, room: int, *, keep: Collection[str]) -> bool:
        """Bring concise rows into `room` characters. False when the last row had to go, which changes the cursor."""
        if self.detailed:
            return True
        fitted = fit_rows(self.rows, room, keep)
        if fitted is not None:
            self.rows, self._left_out = fitted
        elif len(self.rows) > 1:
            self.keep_first(len(self.rows) - 1)
            return False
        return True

    def keep_first(self, count: int) -> None:
        """End the page after `count` of its rows."""
        if count < len(self.rows):
            self.more, self.after = True, self._before[count]
            del self.rows[count:], self.infos[count:], self._before[count:]

    def pass_by(self, row: Row) -> None:
        """Go on behind this trace, shown or not."""
        self.after, self._last = row.position, row.info
        self._first = self._first or row.info
        self.looked_at += 1

    def stop(self, looked_for: str) -> None:
        """End the page before it is full, for want of time."""
        self.more, self._stopped_over = True, looked_for

    def notes(self) -> Iterator[str]:
        if self._left_out:
            yield self._left_out
        if self._shortened:
            yield "The row is shown in short, since it is larger than a whole answer; get_trace shows all of it."
        if self._stopped_over and self._first and self._last:
            times = f"{iso_utc(self._first.request_time_ms)} to {iso_utc(self._last.request_time_ms)}"
            yield (
                f"{self.looked_at} traces, {times}, were looked at one by one for {self._stopped_over} in the time a "
                "call may take; next_cursor goes on from there."
            )


def _size(row: TraceRow) -> int:
    plain = plain_row(row)
    row.keep(plain)
    return len(compact(plain)) + 1
