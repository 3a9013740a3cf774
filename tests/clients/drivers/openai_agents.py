"""The OpenAI Agents SDK with strict schemas: an agent whose model is the walk; it reads what a model would read.

The schemas that the model gets require every argument, so it fills in all of them: those that it does not need are ""
where text is taken, else the value that says nothing.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from agents import Agent, Model, ModelResponse, RunConfig, Runner, Usage
from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from walk import SERVER, Refused, walk

PATIENCE_S = 60
"""Its own 5 s are less than a busy machine may need to start a server."""

TURNS = 20
"""More than the walk has."""

IDS = count()


class WalkingModel(Model):
    """Answers each turn of the agent with the next call of the walk."""

    def __init__(self) -> None:
        self._calls: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._parameters: dict[str, dict[str, Any]] = {}
        self.walking: asyncio.Task[None] | None = None

    async def get_response(
        self, system_instructions: Any, input: Any, model_settings: Any, tools: Any, *others: Any, **named: Any
    ) -> ModelResponse:
        if self.walking is None:
            assert [tool.name for tool in tools if not tool.strict_json_schema] == []
            self._parameters = {tool.name: tool.params_json_schema for tool in tools}
            self.walking = asyncio.create_task(self._walk())
        else:
            self._answers.put_nowait(_text(input[-1]["output"]))
        return ModelResponse(output=[_said(await self._calls.get())], usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        raise NotImplementedError

    async def _walk(self) -> None:
        try:
            # All that are mappings at once: each is text in the schema, and arrives as a mapping.
            mappings = {"tags": "environment=production", "metadata": "{}", "feedback": '{"correctness": "no"}'}
            answer = json.loads(await self._call("search_traces", {"experiment": "support-assistant", **mappings}))
            wanted = "tag.environment = 'production' AND feedback.correctness = 'no'"
            assert answer["applied"]["filter"] == wanted, answer
            await self._call("describe_filter_syntax", {})
            await walk([*self._parameters], self._call)
        finally:
            self._calls.put_nowait(None)

    async def _call(self, tool: str, arguments: dict[str, Any]) -> Any:
        parameters = self._parameters[tool]
        assert parameters["required"] == [*parameters["properties"]]
        rest = {name: _unset(schema) for name, schema in parameters["properties"].items()}
        self._calls.put_nowait((tool, rest | arguments))
        answer = await self._answers.get()
        if not answer.startswith("{"):
            raise Refused(answer)
        return answer


def _unset(schema: dict[str, Any]) -> str | int:
    """What says nothing, of the values that a strict schema allows: it requires every argument and knows no null."""
    if schema["type"] != "string":
        return schema.get("default", schema.get("maximum", schema.get("minimum", 0)))
    return schema.get("default", schema["enum"][0] if "enum" in schema else "")


def _text(output: Any) -> str:
    """Of one text, or of a list with one."""
    return output if isinstance(output, str) else output[0]["text"]


def _said(call: tuple[str, dict[str, Any]] | None) -> ResponseFunctionToolCall | ResponseOutputMessage:
    if call is None:
        over = ResponseOutputText(type="output_text", text="The walk is over.", annotations=[])
        return ResponseOutputMessage(id="1", type="message", role="assistant", status="completed", content=[over])
    tool, arguments = call
    return ResponseFunctionToolCall(
        type="function_call", call_id=f"call_{next(IDS)}", name=tool, arguments=json.dumps(arguments)
    )


async def main() -> None:
    kind = MCPServerStreamableHttp if "url" in SERVER else MCPServerStdio
    async with kind(SERVER, client_session_timeout_seconds=PATIENCE_S) as server:
        model = WalkingModel()
        agent = Agent("walker", model=model, mcp_servers=[server], mcp_config={"convert_schemas_to_strict": True})
        await Runner.run(agent, "Take the walk.", max_turns=TURNS, run_config=RunConfig(tracing_disabled=True))
    assert model.walking is not None
    await model.walking


asyncio.run(main())
