"""The HTTP application in this process, over the fake gateway, asked over a real connection."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette


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
    async with served(app) as base_url, httpx2.AsyncClient(base_url=base_url, headers=headers) as client:
        yield client


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What whoever runs the tests has set is theirs."""
    import os

    for name in list(os.environ):
        if name.startswith(("MLFLOW_", "MCP_TRACES_")):
            monkeypatch.delenv(name)


def a_call(tool: str, **arguments: Any) -> dict[str, Any]:
    """The body of a call in the older era, which needs no handshake where there are no sessions."""
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


MCP_HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
