"""The whole application on a real uvicorn, clients of it that bring headers, and what its MLflow side was sent."""

import json
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from mcp_traces.callers import Caller
from mcp_traces.http.app import build_app
from mcp_traces.http.auth import Rejection
from mcp_traces.http.gate import Entrance
from mcp_traces.server import build_server
from mcp_traces.store.gateway import TraceGateway
from tests.real.calls import only
from tests.tools.conftest import ToolFailedError

OWN = "X-MLflow-Authorization"
DEADLINE_S = 60


class Tokens:
    """An Authenticator that knows these tokens."""

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = callers

    async def caller_of(self, token: str) -> Caller:
        if token not in self._callers:
            raise Rejection(401, "invalid_token", "The token is not known.")
        return self._callers[token]


class Recorder(httpx2.AsyncBaseTransport):
    """Hands requests on, to a real server unless told otherwise; `requests` is what was sent.

    `asked` is set by the first: the application sends one by itself once a client has had an answer.
    """

    def __init__(self, to: httpx2.AsyncBaseTransport | None = None) -> None:
        self._to = to or httpx2.AsyncHTTPTransport()
        self.requests: list[httpx2.Request] = []
        self.asked = anyio.Event()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        self.asked.set()
        return await self._to.handle_async_request(request)

    async def aclose(self) -> None:
        await self._to.aclose()


@asynccontextmanager
async def served(
    gateway: TraceGateway, callers: Mapping[str, Caller] | None = None, **settings: Any
) -> AsyncGenerator[str]:
    """The address of the application; with `callers`, who is let in by token."""
    configured = only(**{"transport": "http", "log_level": "WARNING"} | settings)
    entrance = Entrance(Tokens(callers)) if callers is not None else Entrance()
    app = build_app(configured, build_server(configured, gateway), gateway, entrance)
    server = _Announcing(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="on"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.run_to_the_end)
        with anyio.fail_after(DEADLINE_S):
            await server.listening.wait()
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.should_exit = True
            with anyio.CancelScope(shield=True):
                await server.ended.wait()


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = anyio.Event()
        self.ended = anyio.Event()
        self.port = 0

    async def run_to_the_end(self) -> None:
        """A test that fails meanwhile must not cancel it: its sockets would stay open."""
        with anyio.CancelScope(shield=True):
            await self.serve()
        self.ended.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.port = self.servers[0].sockets[0].getsockname()[1]
        self.listening.set()


class User:
    """A client with headers of its own. Answers are the text that the model reads."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Raises ToolFailedError."""
        result = await self.client.call_tool(tool, arguments)
        (block,) = result.content
        assert isinstance(block, TextContent)
        if result.is_error:
            raise ToolFailedError(block.text)
        assert result.structured_content == json.loads(block.text)
        return json.loads(block.text)

    async def told(self, tool: str, **arguments: Any) -> str:
        """The text, of an answer or of an error."""
        result = await self.client.call_tool(tool, arguments)
        return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


@asynccontextmanager
async def user(address: str, headers: Mapping[str, str], mode: str = "auto") -> AsyncGenerator[User]:
    http = httpx2.AsyncClient(headers=dict(headers), timeout=DEADLINE_S)
    try:
        async with http, Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client:
            yield User(client)
    except BaseExceptionGroup as group:
        raise _innermost(group) from None


def _innermost(error: BaseException) -> BaseException:
    """What a test raises inside comes out of the client's task groups as a group of one."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
