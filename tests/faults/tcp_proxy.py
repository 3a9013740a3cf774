"""A proxy before a database, which lets through, holds back, drops or resets what passes it."""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import anyio

HOST = "127.0.0.1"


class TcpProxy:
    """Listens from `start` to `stop`, each time on the same port, and hands on to a Unix socket.

    While it holds back, it accepts connections and takes what is sent, and nothing comes of it.
    """

    def __init__(self, target: str) -> None:
        self.port = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], StreamWriter] = {}
        self._flowing = anyio.Event()
        self._flowing.set()
        self._changed = anyio.Event()

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    async def start(self) -> None:
        listener = socket.create_server((HOST, self.port))
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._serve, sock=listener)

    async def stop(self) -> None:
        """As a database that is gone: new connections are refused, those there were are reset."""
        if self._server is not None:
            self._server.close()
            await self.drop_all()
            self._server = None

    async def drop_all(self) -> None:
        """As in a failover: every connection ends, new ones are welcome."""
        for task, writer in list(self._connections.items()):
            _reset_on_close(writer)
            task.cancel()
        await self.wait_for_connections(0)

    def hold_back(self) -> None:
        self._flowing = anyio.Event()

    def let_through(self) -> None:
        self._flowing.set()

    async def wait_for_connections(self, count: int) -> None:
        """Until no more than so many are open."""
        while len(self._connections) > count:
            await self._changed.wait()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer
        try:
            with suppress(asyncio.CancelledError, OSError):
                await self._connect(reader, writer)
        finally:
            writer.transport.abort()
            del self._connections[task]
            self._changed.set()
            self._changed = anyio.Event()

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        answers, questions = await asyncio.open_unix_connection(self._target)
        try:
            async with anyio.create_task_group() as tasks:
                for source, sink in ((reader, questions), (answers, writer)):
                    tasks.start_soon(self._pump, source, sink, tasks.cancel_scope)
        finally:
            questions.transport.abort()

    async def _pump(self, source: StreamReader, sink: StreamWriter, both: anyio.CancelScope) -> None:
        """Until either side ends. What one side sends while nothing flows is lost: so it is for good."""
        with suppress(OSError):
            while piece := await source.read(65_536):
                if self._flowing.is_set():
                    sink.write(piece)
                    await sink.drain()
        both.cancel()


def _reset_on_close(writer: StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@asynccontextmanager
async def tcp_proxy(target: str) -> AsyncGenerator[TcpProxy]:
    proxy = TcpProxy(target)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
