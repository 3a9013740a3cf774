"""The tools over one real store, called as a client calls them; each answer is seen to keep what all promise."""

import json
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, TypeVarTuple

import pytest
from anyio import CapacityLimiter, create_task_group
from mcp import Client
from mcp.types import AudioContent, ImageContent, TextContent

from mcp_traces.server import build_server
from mcp_traces.settings import MAX_CHARS_CEILING, Settings
from mcp_traces.store.gateway import TraceGateway
from tests.stores import RealStore
from tests.tools.conftest import VALIDATORS, ToolFailedError

MAX_PAGES = 1_000

Answer = TypeVar("Answer")
Arguments = TypeVarTuple("Arguments")


class Tools:
    """One client of one server over one store. Experiments default to all that the store's sample names."""

    def __init__(self, store: RealStore, client: Client, now: datetime) -> None:
        self.store = store
        self.now = now
        """What the server takes for the present: it stands still, so that ages such as 1h can be compared."""
        self.pictures: list[ImageContent | AudioContent] = []
        """What the last answer had beside its text."""
        self._client = client

    def trace_id(self, label: str) -> str:
        return self.store.sample.traces[label]

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The answer, alike in both channels, within its schema and its budget. Raises ToolFailedError."""
        result = await self._client.call_tool(tool, arguments)
        block, *pictures = result.content
        assert isinstance(block, TextContent)
        if result.is_error:
            raise ToolFailedError(block.text)
        answer = json.loads(block.text, parse_constant=pytest.fail)
        assert result.structured_content == answer
        assert len(block.text) <= arguments.get("max_chars", MAX_CHARS_CEILING)
        VALIDATORS[tool].validate(answer)
        self.pictures = [one for one in pictures if isinstance(one, ImageContent | AudioContent)]
        assert len(self.pictures) == len(pictures) <= 1
        return answer

    async def search(self, **arguments: Any) -> dict[str, Any]:
        """One page of rows, the largest there is unless `limit` says otherwise."""
        asked = {"experiment": list(self.store.sample.experiments.values()), "limit": 100} | arguments
        return await self.call("search_traces", **asked)

    async def found(self, **arguments: Any) -> list[str]:
        """The trace ids of all pages, in order."""
        return [trace_id for page in await self.pages(**arguments) for trace_id in ids(page)]

    async def pages(self, **arguments: Any) -> list[dict[str, Any]]:
        """Each page, followed by `next_cursor` to the end."""
        pages: list[dict[str, Any]] = []
        while len(pages) < MAX_PAGES:
            answer = await self.search(**arguments)
            pages.append(answer)
            if "next_cursor" not in answer:
                return pages
            arguments["cursor"] = answer["next_cursor"]
        raise AssertionError("the pages do not end")

    async def get(self, trace_id: str, **arguments: Any) -> dict[str, Any]:
        return await self.call("get_trace", trace_id=trace_id, **arguments)


def ids(answer: dict[str, Any]) -> list[str]:
    """The trace ids of one answer of search_traces."""
    assert answer["returned"] == len(answer["traces"])
    return [row["trace_id"] for row in answer["traces"]]


async def side_by_side(
    function: Callable[[*Arguments], Awaitable[Answer]], calls: Iterable[tuple[*Arguments]], *, at_a_time: int = 4
) -> list[Answer]:
    """The answers to all `calls`, `at_a_time` of which are under way at a time; in the order of the calls."""
    answers: dict[int, Answer] = {}
    limiter = CapacityLimiter(at_a_time)

    async def run(number: int, arguments: tuple[*Arguments]) -> None:
        async with limiter:
            answers[number] = await function(*arguments)

    async with create_task_group() as tasks:
        for number, arguments in enumerate(calls):
            tasks.start_soon(run, number, arguments)
    return [answers[number] for number in sorted(answers)]


def only(**fields: Any) -> Settings:
    """Settings of these fields and of defaults: variables of whoever runs the tests are theirs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("MLFLOW_", "MCP_TRACES_")):
                patch.delenv(name)
        return Settings(**fields)


@asynccontextmanager
async def connected(store: RealStore, gateway: TraceGateway, **settings: Any) -> AsyncGenerator[Tools]:
    """The tools of a server of its own over `gateway`; its budget is the largest, so that a page holds 100 rows."""
    now = datetime.now(UTC)
    configured = only(**{"max_chars": MAX_CHARS_CEILING, "log_level": "WARNING"} | settings)
    async with Client(build_server(configured, gateway, lambda: now)) as client:
        yield Tools(store, client, now)
