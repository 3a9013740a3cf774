"""Connections to an MLflow server: what httpx2 leaves to its user."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import anyio
import httpx2

# Linux only
_TCP_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Handshake:
    """A trace of one request: it closes the connection when its TLS handshake is cancelled, as httpcore2 2.16 does
    not (`AnyIOStream.start_tls` closes on an Exception, which a cancellation is not)."""

    def __init__(self) -> None:
        self._connection: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._connection = info["return_value"]
        elif event == "connection.start_tls.failed" and self._connection is not None:
            with anyio.CancelScope(shield=True):
                await self._connection.aclose()


def acknowledge_at_once(response: httpx2.Response) -> None:
    """Acknowledge the header now, so that the body comes now.

    An MLflow server with several workers, its default, sends the body only after the header was acknowledged (uvicorn
    pre-binds its socket, and asyncio then leaves Nagle's algorithm on), and the system delays that by 40 ms.
    """
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream else None
    if connection is not None and _TCP_QUICKACK is not None:
        # The server may have closed the connection behind a short answer.
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, _TCP_QUICKACK, 1)
