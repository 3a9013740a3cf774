"""This server over stdio, with the audit line that otherwise its HTTP service alone writes of each call."""

from contextlib import aclosing

import anyio

from mcp_traces.http.audit import AuditLog
from mcp_traces.logs import configure_logging
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.open_gateway import open_gateway


async def serve(settings: Settings) -> None:
    async with aclosing(open_gateway(settings)) as gateway:
        await build_server(settings, gateway, observer=AuditLog()).run_stdio_async()


if __name__ == "__main__":
    configure_logging("INFO", "json")
    anyio.run(serve, Settings())
