"""A page of trace rows as it fills: what fits, where the next one starts, and what there is to say of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mcp_traces.records import StoreInfo, TraceInfo
from mcp_traces.results import TraceRow
from mcp_traces.shaping.rows import trace_header, trace_row
from mcp_traces.shaping.text import compact, without_lone_surrogates
from mcp_traces.times import iso_utc
from mcp_traces.tools.paging import Position, Row


@dataclass(slots=True)
class Page:
    """`room` is the characters left for rows, `after` the position behind the last trace looked at.

    `several` tells whether rows must say of which experiment they are.
    """

    store: StoreInfo
    room: int
    after: Position | None
    detailed: bool
    several: bool
    rows: list[TraceRow] = field(default_factory=list[TraceRow])
    looked_at: int = 0
    more: bool = False
    _first: TraceInfo | None = None
    _last: TraceInfo | None = None
    _shortened: bool = False
    _stopped_over: str | None = None

    def add(self, info: TraceInfo) -> bool:
        """Put the row on the page if there is room. One too large for a page of its own is put there in short."""
        row = trace_row(info, self.store, detailed=self.detailed, with_experiment=self.several)
        size = _size(row)
        if size > self.room:
            if self.rows:
                return False
            row, size = self._in_short(info)
        self.rows.append(row)
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

    def pass_by(self, row: Row) -> None:
        """Go on behind this trace, shown or not."""
        self.after, self._last = row.position, row.info
        self._first = self._first or row.info
        self.looked_at += 1

    def stop(self, looked_for: str) -> None:
        """End the page before it is full, for want of time."""
        self.more, self._stopped_over = True, looked_for

    def notes(self) -> Iterator[str]:
        if self._shortened:
            yield "The row is shown in short, since it is larger than a whole answer; get_trace shows all of it."
        if self._stopped_over and self._first and self._last:
            times = f"{iso_utc(self._first.request_time_ms)} to {iso_utc(self._last.request_time_ms)}"
            yield (
                f"{self.looked_at} traces, {times}, were looked at one by one for {self._stopped_over} in the time a "
                "call may take; next_cursor goes on from there."
            )


def _size(row: TraceRow) -> int:
    plain = without_lone_surrogates(row.model_dump(mode="json"))
    row.keep(plain)
    return len(compact(plain)) + 1
