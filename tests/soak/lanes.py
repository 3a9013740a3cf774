"""The ways to the server under test: its process over stdio or HTTP, in either protocol era."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

import anyio
import anyio.to_thread
import httpx2

from mcp_traces.settings import MAX_CHARS_CEILING
from tests.http.http_process import HttpServer, body_of, headers_of, http_server, message_of
from tests.soak.questions import Reply, answered
from tests.stdio_process import ERAS, Era, StdioServer, serving

TIMEOUT_S = 10
LOST_AFTER_S = 60
SETTINGS = {"MCP_TRACES_TIMEOUT_S": str(TIMEOUT_S), "MCP_TRACES_MAX_CHARS": str(MAX_CHARS_CEILING)}


class LostError(Exception):
    """No answer came, or one that is none."""


class Lane(Protocol):
    """One process under test."""

    @property
    def server(self) -> StdioServer | HttpServer: ...

    async def ask(self, tool: str, arguments: dict[str, Any]) -> Reply:
        """Raises LostError."""
        ...

    async def give_up(self, tool: str, arguments: dict[str, Any], after_s: float) -> None:
        """Ask, and want no answer any more."""
        ...


@dataclass(frozen=True, slots=True)
class StdioLane:
    server: StdioServer

    async def ask(self, tool: str, arguments: dict[str, Any]) -> Reply:
        asked = self.server.request_call(tool, **arguments)
        try:
            return _reply(await anyio.to_thread.run_sync(self.server.take_answer, asked))
        except AssertionError as error:
            raise LostError(str(error)) from error

    async def give_up(self, tool: str, arguments: dict[str, Any], after_s: float) -> None:
        asked = self.server.request_call(tool, **arguments)
        await anyio.sleep(after_s)
        self.server.write({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": asked}})


@dataclass(frozen=True, slots=True)
class HttpLane:
    server: HttpServer
    client: httpx2.AsyncClient
    random: Random

    async def ask(self, tool: str, arguments: dict[str, Any]) -> Reply:
        """In one era or the other."""
        era = self.random.choice(ERAS)
        try:
            reply = await self.client.post(
                self.server.url, headers=headers_of(era, tool), json=body_of(era, tool, arguments)
            )
            return _reply(_message(reply))
        except (httpx2.HTTPError, ValueError) as error:
            raise LostError(repr(error)) from error

    async def give_up(self, tool: str, arguments: dict[str, Any], after_s: float) -> None:
        with anyio.move_on_after(after_s):
            await self.ask(tool, arguments)


def _message(reply: httpx2.Response) -> dict[str, Any]:
    if reply.status_code != 200:
        raise LostError(f"HTTP {reply.status_code}: {reply.text[:300]}")
    return message_of(reply.text)


def _reply(message: dict[str, Any]) -> Reply:
    """Raises LostError for an answer that differs between its channels, or is a JSON-RPC error."""
    if "result" not in message:
        raise LostError(json.dumps(message)[:300])
    (block,) = message["result"]["content"]
    if message["result"].get("isError"):
        return Reply(True, block["text"])
    structured = message["result"]["structuredContent"]
    if json.loads(block["text"]) != structured:
        raise LostError(f"two answers: {block['text'][:300]}")
    return answered(structured)


@asynccontextmanager
async def stdio_lane(folder: Path, name: str, tracking_uri: str, era: Era) -> AsyncGenerator[StdioLane]:
    own = folder / f"stdio-{name}"
    own.mkdir()
    with serving(own, "--tracking-uri", tracking_uri, era=era, **SETTINGS) as server:
        await anyio.to_thread.run_sync(server.greet)
        yield StdioLane(server)


@asynccontextmanager
async def http_lane(folder: Path, tracking_uri: str, random: Random) -> AsyncGenerator[HttpLane]:
    with http_server(folder, "--tracking-uri", tracking_uri, **SETTINGS) as server:
        async with httpx2.AsyncClient(timeout=LOST_AFTER_S, trust_env=False) as client:
            yield HttpLane(server, client, random)
