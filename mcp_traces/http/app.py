"""The ASGI application: MCP at /mcp, health beside it, and the gate before it all."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import anyio
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_traces.errors import StoreDeniedError, TracesError
from mcp_traces.http.auth import MLFLOW_HEADER, Gate
from mcp_traces.http.body_deadline import BODY_WITHIN_S, BodyDeadline
from mcp_traces.http.gate import Entrance
from mcp_traces.http.metrics import CallMetrics
from mcp_traces.http.places import LOOPBACK, MCP_PATH
from mcp_traces.http.plain_refusals import PlainRefusals
from mcp_traces.http.request_ids import RequestIds
from mcp_traces.server import TracesServer
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceGateway

READY_WITHIN_S = 3.0

_CLIENT_HEADERS = (
    "Authorization",
    "Content-Type",
    "Last-Event-ID",
    "Mcp-Method",
    "Mcp-Name",
    "Mcp-Protocol-Version",
    "Mcp-Session-Id",
    MLFLOW_HEADER,
)

logger: logging.Logger = logging.getLogger(__name__)


def build_app(
    settings: Settings,
    server: TracesServer,
    gateway: TraceGateway,
    entrance: Entrance,
    metrics: CallMetrics | None = None,
) -> Starlette:
    """The application over one server; the routes of the entrance are open to everybody, as those for health are.

    `metrics` are shown at /metrics to whoever is let in.
    """
    app = server.streamable_http_app(
        streamable_http_path=MCP_PATH,
        stateless_http=True,
        max_request_body_size=settings.max_body_bytes,
        transport_security=transport_security(settings),
    )
    health = (Route("/healthz", _alive), Route("/readyz", _readiness(settings, gateway)))
    open_routes = (*health, *entrance.routes)
    own = [Route("/metrics", metrics.page)] if metrics is not None else []
    # Before the SDK's own route, which would hold a stream open on which nothing is ever sent.
    app.router.routes[:0] = [Route(MCP_PATH, _no_stream, methods=["GET"]), *open_routes, *own]
    app.add_middleware(PlainRefusals)
    app.add_middleware(BodyDeadline, within_s=BODY_WITHIN_S)
    app.add_middleware(
        Gate,
        authenticator=entrance.authenticator,
        challenge=entrance.challenge,
        open_paths=frozenset(route.path for route in open_routes),
        own_credentials=settings.mlflow_credentials == "caller",
    )
    if settings.allowed_origins:
        # Outermost: a browser's question whether it may ask brings no token.
        app.add_middleware(
            Browsers,
            for_anyone=frozenset(route.path for route in entrance.routes),
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=list(_CLIENT_HEADERS),
            expose_headers=["Mcp-Session-Id", "WWW-Authenticate"],
        )
    app.add_middleware(RequestIds)
    return app


class Browsers(CORSMiddleware):
    """Answers the origins of the settings; the routes `for_anyone` answer every origin themselves."""

    def __init__(self, app: ASGIApp, for_anyone: frozenset[str], **options: Any) -> None:
        super().__init__(app, **options)
        self._for_anyone = for_anyone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = self.app if scope.get("path") in self._for_anyone else super().__call__
        await answering(scope, receive, send)


def transport_security(settings: Settings) -> TransportSecuritySettings:
    """The hosts and origins that are answered: loopback's and what is configured, on every address alike."""
    local = [f"[{host}]" if ":" in host else host for host in LOOPBACK]
    public = urlsplit(settings.public_url or "")
    hosts = [*local, *([settings.host] if settings.host not in ("0.0.0.0", "::", *LOOPBACK) else [])]
    named = [*settings.allowed_hosts, *([public.netloc] if public.netloc else [])]
    own = [f"{public.scheme}://{public.netloc}"] if public.netloc else []
    origins = [f"http://{host}" for host in local]
    return TransportSecuritySettings(
        allowed_hosts=[*_with_any_port(hosts), *_with_any_port(named)],
        allowed_origins=[*_with_any_port(origins), *own, *settings.allowed_origins],
    )


def _with_any_port(hosts: list[str]) -> list[str]:
    return [spelling for host in hosts for spelling in (host, f"{host}:*")]


async def _no_stream(_: Request) -> Response:
    """What the MCP specification has for a server that never speaks unasked."""
    return JSONResponse({"error": "This server sends nothing unasked: POST to it."}, 405, {"Allow": "POST"})


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _readiness(settings: Settings, gateway: TraceGateway) -> Callable[[Request], Awaitable[Response]]:
    async def ready(_: Request) -> Response:
        """Whether the store answers; why it does not is in the log, not for strangers."""
        problem = "timeout"
        with anyio.move_on_after(READY_WITHIN_S):
            problem = await _problem(settings, gateway)
            if problem is None:
                return JSONResponse({"status": "ready", "checked": ["store"]})
        return JSONResponse({"status": "not ready", "checked": ["store"], "problem": problem}, 503)

    return ready


async def _problem(settings: Settings, gateway: TraceGateway) -> str | None:
    """What keeps the store from answering; a refusal is an answer where callers bring credentials and we need none."""
    try:
        await gateway.search_experiments(1)
    except TracesError as error:
        if settings.mlflow_credentials == "caller" and isinstance(error, StoreDeniedError):
            return None
        logger.warning("Not ready: %s", error)
        return error.code
    return None
