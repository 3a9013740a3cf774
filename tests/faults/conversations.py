"""A client of the whole server over one store, and the three calls that every fault is tried with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
from mcp import Client
from mcp.types import CallToolResult, TextContent

from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.open_gateway import open_gateway

USER, PASSWORD = "ann.lee", "pa55-w0rd"
TIMEOUT_S = 1.0
DATABASE_TIMEOUT_S = 4.0
"""Opening a database with MLflow's code is most of a second on a busy machine."""

PATIENT_S = 30
"""Seconds that a call may take where it must have ended long before; no test waits for them."""

MARGIN_S = 3.0
"""What a busy machine may add; a call that has no end is found out as well by a bound that is far off."""


@dataclass(slots=True)
class Conversation:
    """One client of one server. `calls` are the arguments with which each tool finds something in the store."""

    client: Client
    calls: dict[str, dict[str, Any]]
    timeout_s: float = TIMEOUT_S
    texts: list[str] = field(default_factory=list[str])

    async def results(self) -> dict[str, CallToolResult]:
        """What each tool answers, all called at once and each in time."""
        found: dict[str, CallToolResult] = {}

        async def call(tool: str, arguments: dict[str, Any]) -> None:
            found[tool] = await self.client.call_tool(tool, arguments)

        with anyio.fail_after(self.timeout_s + MARGIN_S):
            async with anyio.create_task_group() as tasks:
                for tool, arguments in self.calls.items():
                    tasks.start_soon(call, tool, arguments)
        self.texts += [text_of(result) for result in found.values()]
        return found

    async def refusals(self) -> list[str]:
        """The error of each tool."""
        results = await self.results()
        answered = {tool: text_of(result) for tool, result in results.items() if not result.is_error}
        assert not answered, answered
        return [text_of(result) for result in results.values()]

    async def check_that_all_answer(self) -> None:
        results = await self.results()
        failed = {tool: text_of(result) for tool, result in results.items() if result.is_error}
        assert not failed, failed


def text_of(result: CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


@asynccontextmanager
async def conversation(
    tracking_uri: str, calls: dict[str, dict[str, Any]], **settings: Any
) -> AsyncGenerator[Conversation]:
    """The server as the command line builds it, and a client of it."""
    values: dict[str, Any] = {"tracking_uri": tracking_uri, "timeout_s": TIMEOUT_S, **settings}
    chosen = Settings(**values)
    gateway = open_gateway(chosen)
    try:
        async with Client(build_server(chosen, gateway)) as client:
            yield Conversation(client, calls, chosen.timeout_s)
    finally:
        await gateway.aclose()
