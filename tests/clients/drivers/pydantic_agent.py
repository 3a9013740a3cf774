"""Pydantic AI: an agent whose model is the walk; it reads what a model would read."""

import asyncio
from typing import Any

from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from walk import SERVER, Refused, walk


class WalkingModel:
    """Answers each turn of the agent with the next call of the walk."""

    def __init__(self) -> None:
        self._calls: asyncio.Queue[ToolCallPart | TextPart] = asyncio.Queue()
        self._answers: asyncio.Queue[Any] = asyncio.Queue()
        self.walking: asyncio.Task[None] | None = None

    async def think(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if self.walking is None:
            self.walking = asyncio.create_task(self._walk([tool.name for tool in info.function_tools]))
        else:
            self._answers.put_nowait(messages[-1].parts[-1])
        return ModelResponse(parts=[await self._calls.get()])

    async def _walk(self, tools: list[str]) -> None:
        try:
            await walk(tools, self._call)
        finally:
            self._calls.put_nowait(TextPart("The walk is over."))

    async def _call(self, tool: str, arguments: dict[str, Any]) -> Any:
        self._calls.put_nowait(ToolCallPart(tool, arguments))
        answer = await self._answers.get()
        assert isinstance(answer, ToolReturnPart), answer
        if answer.outcome != "success":
            raise Refused(str(answer.content))
        return answer.content


async def main() -> None:
    toolset = MCPToolset(SERVER["url"] if "url" in SERVER else StdioTransport(**SERVER))
    model = WalkingModel()
    async with Agent(FunctionModel(model.think), toolsets=[toolset]) as agent:
        await agent.run("Take the walk.")
    assert model.walking is not None
    await model.walking


asyncio.run(main())
