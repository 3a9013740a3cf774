"""The real application over the fake gateway, spoken to without a network, as plain HTTP and as an MCP client."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette

from mcp_traces.callers import Caller
from mcp_traces.http.app import build_app
from mcp_traces.http.auth import Rejection
from mcp_traces.http.gate import open_entrance
from mcp_traces.http.oidc import OidcAuthenticator
from mcp_traces.http.oidc_rules import rules_of
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from tests.builders import make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.http.issuer import RESOURCE, Issuer
from tests.tools.conftest import NOW

ADDRESS = "http://127.0.0.1:8000"
Ask = Callable[[str], Awaitable[Caller | Rejection]]
"""Whom a token belongs to, or why it does not."""
READER = Caller("reader-7")
ISSUER_DOWN = Rejection(503, "temporarily_unavailable", "The issuer of tokens does not answer.", retry_after_s=10)
UNKNOWN = "The server does not know this token: it is wrong or was removed."

_ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


@pytest.fixture(params=["auto", "legacy"], ids=["2026-07-28", "2025-11-25"])
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of whoever runs the tests are theirs."""
    for name in list(os.environ):
        if name.startswith(("MLFLOW_", "MCP_TRACES_")):
            monkeypatch.delenv(name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the token file of a test is, once something is written."""
    return tmp_path / "tokens.json"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token file is looked at for each request, so that no test waits."""
    monkeypatch.setattr("mcp_traces.http.tokens.LOOK_AGAIN_S", 0.0)


def token_app(path: Path, gateway: FakeTraceGateway | None = None, **settings: Any) -> Starlette:
    """The application as `--transport http --auth token` builds it."""
    return _app(gateway, Settings(transport="http", auth="token", token_file=path, **settings))


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as started:
        yield started


def oidc_app(issuer: Issuer, gateway: FakeTraceGateway | None = None, **changed: Any) -> Starlette:
    """The application as `--transport http --auth oidc` builds it, for tokens with a scope."""
    return _app(gateway, oidc_settings(issuer, **changed))


def oidc_settings(issuer: Issuer, **changed: Any) -> Settings:
    usual = {"public_url": RESOURCE, "oidc_issuer": issuer.url, "oidc_scopes": ("traces:read",)}
    return Settings(transport="http", auth="oidc", **usual | changed)


def _app(gateway: FakeTraceGateway | None, settings: Settings) -> Starlette:
    gateway = gateway or FakeTraceGateway([make_trace()])
    return build_app(settings, build_server(settings, gateway, lambda: NOW), gateway, open_entrance(settings))


@asynccontextmanager
async def running(app: Starlette) -> AsyncGenerator[httpx2.AsyncClient]:
    """The application between its start and its end, and an HTTP client of it."""
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ADDRESS) as http,
    ):
        yield http


@asynccontextmanager
async def connected(app: Starlette, token: str, mode: str = "auto") -> AsyncGenerator[Client]:
    """An MCP client of an application that is running, with this Bearer token."""
    bearer = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), headers=bearer) as http,
        Client(streamable_http_client(f"{ADDRESS}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


async def list_tools(
    http: httpx2.AsyncClient,
    *authorization: str,
    mode: str = "auto",
    query: str = "",
) -> httpx2.Response:
    """The plainest request there is, in either era, with these Authorization headers."""
    accepted = [("Accept", "application/json, text/event-stream"), ("Content-Type", "application/json")]
    era = "2025-11-25" if mode == "legacy" else "2026-07-28"
    headers = [*accepted, ("Mcp-Protocol-Version", era), *(("Authorization", value) for value in authorization)]
    params: dict[str, Any] = {} if mode == "legacy" else {"_meta": _ENVELOPE}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params}
    if mode != "legacy":
        headers.append(("Mcp-Method", "tools/list"))
    return await http.post(f"/mcp{query}", json=body, headers=headers)


def told(answer: httpx2.Response) -> tuple[int, str, str | None]:
    """Status, words and challenge of a request that was not let in."""
    body = answer.json()
    return answer.status_code, body["error_description"], answer.headers.get("www-authenticate")


@asynccontextmanager
async def served(app: Starlette) -> AsyncGenerator[str]:
    """The base URL of the application on a free loopback port."""
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    async with anyio.create_task_group() as tasks:
        # Without its handlers of signals, which are pytest's.
        tasks.start_soon(server._serve)  # pyright: ignore[reportPrivateUsage]
        while not server.started:  # noqa: ASYNC110 - uvicorn says it in no other way
            await anyio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True


@asynccontextmanager
async def asking(app: Starlette, **headers: str) -> AsyncGenerator[httpx2.AsyncClient]:
    async with served(app) as base_url, httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=60) as client:
        yield client


def a_call(tool: str, **arguments: Any) -> dict[str, Any]:
    """The body of a call in the older era, which needs no handshake where there are no sessions."""
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


MCP_HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


class Clock:
    """Stands still unless it is told otherwise."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ask(issuer: Issuer, clock: Clock) -> Ask:
    """Whom a token belongs to, or why it does not, by one authenticator for all calls."""
    authenticator = OidcAuthenticator(rules_of(oidc_settings(issuer)), clock)

    async def answer(token: str) -> Caller | Rejection:
        try:
            return await authenticator.caller_of(token)
        except Rejection as rejection:
            return rejection

    return answer
