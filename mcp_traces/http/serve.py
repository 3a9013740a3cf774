"""Serving the application: uvicorn with bounds on whatever a client may do, and a stop that ends in time."""

import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import NoReturn

import anyio
import uvicorn
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette

from mcp_traces.call_bounds import CallBounds
from mcp_traces.errors import InvalidArgumentError
from mcp_traces.http.connection import MAX_HEADER_BYTES, BoundedConnection
from mcp_traces.http.places import LOOPBACK, MCP_PATH
from mcp_traces.settings import Settings

STOP_WITHIN_S = 3
CALLS_END_WITHIN_S = 2.5
"""Before connections are cut, so that a call that takes longer is answered that it was ended."""

BACKLOG = 2_048
MAX_CONNECTIONS = 1_000
KEEP_ALIVE_S = 75
"""Above the 60 s for which nginx keeps a connection to us: whoever is asked again must not be gone."""

logger: logging.Logger = logging.getLogger(__name__)


def refuse_unsafe(settings: Settings) -> None:
    """Raises InvalidArgumentError for settings under which callers would reach what is not theirs, or nothing."""
    if settings.mlflow_credentials == "caller" and not settings.asks_a_server:
        raise InvalidArgumentError(
            "--mlflow-credentials caller needs a store that knows users; a database is read with the server's rights, "
            "and so is a server that wants signed requests (MLFLOW_TRACKING_AWS_SIGV4, MLFLOW_TRACKING_AUTH).",
            "Set MLFLOW_TRACKING_URI to the URL of an MLflow server, or use --mlflow-credentials server.",
        )
    if settings.auth == "none" and settings.host not in LOOPBACK:
        raise InvalidArgumentError(
            f"--auth none on {settings.host} would let everybody on the network read the traces.",
            "Use --auth token or --auth oidc, or listen on 127.0.0.1.",
        )
    if settings.host not in LOOPBACK and not (settings.allowed_hosts or settings.public_url):
        raise InvalidArgumentError(
            f"On {settings.host} it must be known under which names clients reach this server: other `Host` values are "
            "refused, since a web page could otherwise use its visitor's browser to get in.",
            "Set --public-url https://NAME/mcp or --allowed-hosts NAME,...",
        )


async def serve(app: Starlette, host: str, port: int, bounds: CallBounds) -> None:
    """Until SIGTERM or SIGINT; what is under way then has STOP_WITHIN_S to end.

    Raises InvalidArgumentError when there is no listening on the address.
    """
    listeners = listen(host, port)
    # It would cut every stream at the signal, those on which an answer is still to come.
    AppStatus.disable_automatic_graceful_drain()
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops by them and then raises them again, which would end the process with their number.
        signal.signal(number, _already_heeded)
    await _Server(_config(app), bounds).serve(listeners)


@asynccontextmanager
async def served_beside(app: Starlette, host: str, port: int) -> AsyncGenerator[None]:
    """While the block runs; the signals are those of the server beside which it is. Raises InvalidArgumentError."""
    listeners = listen(host, port)
    server = _BesideServer(_config(app), None)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.serve, listeners)
        try:
            yield
        finally:
            server.should_exit = True


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BoundedConnection,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )


class _Server(uvicorn.Server):
    """Says where it listens once it does, and ends calls in time to answer them before it stops."""

    path = MCP_PATH

    def __init__(self, config: uvicorn.Config, bounds: CallBounds | None) -> None:
        super().__init__(config)
        self._bounds = bounds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            logger.info("Listening on http://%s%s", _named(*listener.getsockname()[:2]), self.path)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._bounds is not None:
            self._bounds.end_within(CALLS_END_WITHIN_S)
        await super().shutdown(sockets)


class _BesideServer(_Server):
    """Leaves the signals to the other."""

    path = "/metrics"

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def listen(host: str, port: int) -> list[socket.socket]:
    """A listener on every address of the host, all on one port. Raises InvalidArgumentError."""
    listeners: list[socket.socket] = []
    missing: OSError | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, address in dict.fromkeys((family, str(address[0])) for family, *_, address in found):
            taken = listeners[0].getsockname()[1] if listeners else port
            try:
                listeners.append(_listener(address, taken, family))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                missing = error  # `localhost` names ::1 also on a machine that has no IPv6
        if missing and not listeners:
            raise missing
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise InvalidArgumentError(
            f"Cannot listen on {_named(host, port)}: {_reason(error)}.",
            "Choose another port with --port." if error.errno == errno.EADDRINUSE else "Check --host and --port.",
        ) from error
    return listeners


def _listener(address: str, port: int, family: int) -> socket.socket:
    """Its connections inherit TCP_NODELAY, which asyncio leaves to us: else each answer waits 40 ms for an ACK."""
    listener = socket.create_server((address, port), family=family, backlog=BACKLOG)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _reason(error: OSError) -> str | None:
    return error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)


def _named(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _already_heeded(_number: int, _frame: FrameType | None) -> None:
    """Nothing: the stop is under way."""


def end_process() -> NoReturn:
    """Without waiting for a worker thread amid an import or a statement."""
    sys.stderr.flush()
    os._exit(0)
