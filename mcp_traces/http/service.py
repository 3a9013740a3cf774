"""All of the HTTP service put together: turns and observers around one server, a gate before it, metrics beside."""

from contextlib import AsyncExitStack

import anyio
from starlette.applications import Starlette
from starlette.routing import Route

from mcp_traces.http.app import build_app
from mcp_traces.http.audit import AuditLog, Observers
from mcp_traces.http.gate import open_entrance
from mcp_traces.http.metrics import CallMetrics
from mcp_traces.http.serve import serve, served_beside
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.turns import Turns


async def run_service(settings: Settings, gateway: TraceGateway) -> None:
    """Serve until the process is told to stop; the gateway is closed then. Raises InvalidArgumentError."""
    entrance = open_entrance(settings)
    turns = Turns(settings.calls_per_caller, settings.waiting_per_caller)
    metrics = CallMetrics(lambda: turns.waiting)
    server = build_server(settings, gateway, turns=turns, observer=Observers([AuditLog(), metrics]))
    server.warm_up_at_once()
    own_port = settings.metrics_port
    app = build_app(settings, server, gateway, entrance, metrics if own_port is None else None)
    try:
        async with AsyncExitStack() as beside:
            if own_port is not None:
                page = Starlette(routes=[Route("/metrics", metrics.page)])
                await beside.enter_async_context(served_beside(page, settings.host, own_port))
            await serve(app, settings.host, settings.port, server.bounds)
    finally:
        with anyio.CancelScope(shield=True):
            await gateway.aclose()
