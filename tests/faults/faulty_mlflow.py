"""An MLflow server of our own on raw sockets, which fails in whichever way it is told to, and recovers."""

import asyncio
import socket
import ssl
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager, suppress

import anyio

from tests.faults.exchanges import Behaviour, Exchange, good, read_request

HOST = "127.0.0.1"


class _Reader(StreamReader):
    """Notices that the other side is gone also while nobody reads."""

    def __init__(self) -> None:
        super().__init__()
        self._gone = anyio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self._gone.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self._gone.set()

    async def unless_gone(self, answering: Awaitable[None]) -> None:
        """Answer, but no longer than there is someone to answer to."""
        async with anyio.create_task_group() as tasks:

            async def answer() -> None:
                await answering
                tasks.cancel_scope.cancel()

            tasks.start_soon(answer)
            await self._gone.wait()
            tasks.cancel_scope.cancel()


class FaultyMlflow:
    """`behaviour` is how the next request is answered, `requests` are those that came.

    It listens from `start` to `stop`, each time on the same port.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.behaviour: Behaviour = good
        self.requests: list[Exchange] = []
        self._tls = tls
        self._port = 0
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], StreamWriter] = {}
        self._changed = anyio.Event()

    @property
    def address(self) -> str:
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._port}"

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    def listen_on(self, listener: socket.socket) -> None:
        """Have its address, though nobody is served yet."""
        self._port = listener.getsockname()[1]

    async def start(self, listener: socket.socket | None = None) -> None:
        listener = listener or socket.create_server((HOST, self._port))
        self.listen_on(listener)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: asyncio.StreamReaderProtocol(_Reader(), self._serve), sock=listener, ssl=self._tls
        )

    async def stop(self) -> None:
        """Listen no longer, and drop every connection."""
        if self._server is None:
            return
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await self.wait_for_connections(0)
        self._server = None

    async def wait_for_requests(self, count: int) -> None:
        while len(self.requests) < count:
            await self._changed.wait()

    async def wait_for_connections(self, count: int) -> None:
        """Until no more than so many are open: that is what a client has really let go of."""
        while len(self._connections) > count:
            await self._changed.wait()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        assert isinstance(reader, _Reader)
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer
        try:
            with suppress(asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            writer.transport.abort()
            del self._connections[task]
            self._tell()

    async def _converse(self, reader: _Reader, writer: StreamWriter) -> None:
        while not writer.is_closing():
            try:
                exchange = await read_request(reader, writer)
            except (IncompleteReadError, ConnectionError):
                return
            self.requests.append(exchange)
            self._tell()
            await reader.unless_gone(self._answer(exchange))

    async def _answer(self, exchange: Exchange) -> None:
        with suppress(ConnectionError):
            await self.behaviour(exchange)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()


@asynccontextmanager
async def faulty_mlflow(tls: ssl.SSLContext | None = None) -> AsyncGenerator[FaultyMlflow]:
    server = FaultyMlflow(tls)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
