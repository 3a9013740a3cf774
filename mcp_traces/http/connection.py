"""One HTTP connection: how long and how large its headers may be, and when a request that trickles in is cut off.

uvicorn bounds neither the time a request takes to arrive nor, in one read, the size of its headers.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN_S = 10.0
REQUEST_WITHIN_S = 30.0
"""Beyond the time for which the application waits for a body (body_deadline.py): it ends even what was answered long
ago, a body that was refused and goes on being sent."""

MAX_HEADER_BYTES = 32_768

_HEADER_PIECE_BYTES = 512
"""h11 measures only headers that are not whole yet, so it is given no more of them than this at once."""

_BODY_PIECE_BYTES = 16_384

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedConnection(H11Protocol):
    """uvicorn's own, with a timer for the part of a request that is being waited for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._awaited: type[h11.IDLE] | type[h11.SEND_BODY] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for(h11.IDLE)

    def data_received(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and not self.transport.is_closing():
            size = _HEADER_PIECE_BYTES if self.conn.their_state is h11.IDLE else _BODY_PIECE_BYTES
            super().data_received(bytes(rest[:size]))
            rest = rest[size:]
        self._wait_for(self._missing())

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for(None)
        super().connection_lost(exc)

    def _missing(self) -> type[h11.IDLE] | type[h11.SEND_BODY] | None:
        """The state in which the client's side stays until it sends more; idle between two requests is uvicorn's."""
        if self.transport.is_closing():
            return None
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            return h11.IDLE
        return h11.SEND_BODY if self.conn.their_state is h11.SEND_BODY else None

    def _wait_for(self, awaited: type[h11.IDLE] | type[h11.SEND_BODY] | None) -> None:
        """A byte more of the same does not begin its time anew."""
        if awaited is self._awaited:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._awaited = awaited
        within_s = HEADERS_WITHIN_S if awaited is h11.IDLE else REQUEST_WITHIN_S
        self._timer = self.loop.call_later(within_s, self._cut_off) if awaited else None

    def _cut_off(self) -> None:
        if self._awaited is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(_TOO_SLOW)
        self.transport.close()
