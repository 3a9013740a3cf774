"""Serving the application: uvicorn with bounds on whatever a client may do, and a stop that ends in time."""

import logging
import os
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn

import uvicorn
from starlette.applications import Starlette

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.http.places import LOOPBACK, MCP_PATH
from mcp_traces.settings import Settings

STOP_WITHIN_S = 3
MAX_HEADER_BYTES = 32_768
MAX_CONNECTIONS = 1_000
KEEP_ALIVE_S = 75
"""Above the 60 s for which nginx keeps a connection to us: whoever is asked again must not be gone."""

logger = logging.getLogger(__name__)


def refuse_unsafe(settings: Settings) -> None:
    """Raises InvalidArgumentError for an address that everybody reaches while nobody is asked who they are."""
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


async def serve(app: Starlette, settings: Settings) -> None:
    """Until SIGTERM or SIGINT; what is under way then has STOP_WITHIN_S to end."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
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
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops by them and then raises them again, which would end the process with their number.
        signal.signal(number, _already_heeded)
    await _Server(config).serve()


class _Server(uvicorn.Server):
    """Says where it listens once it does, the port also when any free one was asked for."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in (one for server in self.servers for one in server.sockets):
            host, port = listener.getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            logger.info("Listening on http://%s:%d%s", name, port, MCP_PATH)


def _already_heeded(_number: int, _frame: FrameType | None) -> None:
    """Nothing: the stop is under way."""


def end_process() -> NoReturn:
    """Without waiting for a worker thread amid an import or a statement."""
    sys.stderr.flush()
    os._exit(0)
