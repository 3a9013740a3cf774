"""A client of a server over the fake gateway, in either protocol era."""

import json
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.types import AudioContent, ImageContent, TextContent

from mcp_traces.records import Trace
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.tools.catalog import build_tools
from tests.fake_gateway import FakeTraceGateway

NOW = datetime(2025, 10, 9, 12, 0, 0, tzinfo=UTC)
"""Some hours after the traces of `make_trace_info`."""

VALIDATORS = {tool.name: Draft202012Validator(tool.output_schema or {}) for tool in build_tools()}

Call = Callable[..., Awaitable[dict[str, Any]]]


class ToolFailedError(Exception):
    """The tool answered with an error; its text is the message."""


@pytest.fixture(params=["auto", "legacy"], ids=["2026-07-28", "2025-11-25"])
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@asynccontextmanager
async def connected(gateway: FakeTraceGateway, mode: str = "auto", **settings: Any) -> AsyncGenerator[Call]:
    """A function that calls a tool of one server and gives its answer, seen to be the same in both channels, within
    its schema and within its budget."""
    configured = Settings(**settings)
    server = build_server(configured, gateway, lambda: NOW)

    async def call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        result = await client.call_tool(tool, arguments)
        block, *pictures = result.content
        assert isinstance(block, TextContent)
        if result.is_error:
            raise ToolFailedError(block.text)
        assert result.structured_content == json.loads(block.text, parse_constant=pytest.fail)
        assert all(isinstance(one, ImageContent | AudioContent) for one in pictures) and len(pictures) <= 1
        asked = arguments.get("max_chars")
        assert len(block.text) <= (asked if isinstance(asked, int) else configured.max_chars)
        VALIDATORS[tool].validate(result.structured_content)
        return json.loads(block.text)

    try:
        async with Client(server, mode=mode) as client:
            yield call
    except BaseExceptionGroup as group:
        # What a test raises inside comes out of the client's task groups as a group of one.
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from None


async def call_tool(
    gateway: FakeTraceGateway, tool: str, arguments: dict[str, Any], mode: str = "auto", **settings: Any
) -> dict[str, Any]:
    """The answer of one call to a server of its own. Raises ToolFailedError."""
    async with connected(gateway, mode, **settings) as call:
        return await call(tool, arguments)


async def read_all(
    gateway: FakeTraceGateway, arguments: dict[str, Any], arrivals: list[Trace] | None = None, **settings: Any
) -> list[str]:
    """The ids of every page; before each page but the first, the next of `arrivals` arrives."""
    waiting = list(arrivals or [])
    arguments = dict(arguments)
    seen: list[str] = []
    async with connected(gateway, **settings) as call:
        for _ in range(1_000):
            answer = await call("search_traces", arguments)
            seen += [row["trace_id"] for row in answer["traces"]]
            assert answer["returned"] > 0 or "next_cursor" not in answer, "an empty page that has a next one"
            if "next_cursor" not in answer:
                return seen
            arguments["cursor"] = answer["next_cursor"]
            if waiting:
                gateway.add(waiting.pop())
    raise AssertionError("the pages do not end")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of whoever runs the tests are theirs."""
    for name in list(os.environ):
        if name.startswith(("MLFLOW_", "MCP_TRACES_")):
            monkeypatch.delenv(name)
