"""Tools and a prompt that end with what they still need from the client: the way of 2026-07-28 (SEP-2322)."""

import json
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.shared.exceptions import MCPError
from mcp.types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
)

REGION: dict[str, Any] = {
    "type": "object",
    "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
}
RICH_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def add_inputs(server: MCPServer[Any]) -> None:
    _add_single(server)
    _add_with_state(server)
    _add_prompt(server)
    _add_capabilities(server)
    _add_schemas(server)


def _form(message: str, field: str, kind: str = "string") -> ElicitRequest:
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def _sample(question: str, max_tokens: int) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(text=question))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=max_tokens))


def _field(ctx: Context, key: str, field: str) -> Any:
    """What the user wrote in a form; None while there is no answer."""
    answer = (ctx.input_responses or {}).get(key)
    return (answer.content or {}).get(field) if isinstance(answer, ElicitResult) else None


def _needs(state: str | None = None, **requests: InputRequest) -> InputRequiredResult:
    return InputRequiredResult(input_requests=requests, request_state=state)


def _add_single(server: MCPServer[Any]) -> None:
    @server.tool("test_input_required_result_elicitation", description="Needs a name")
    async def elicitation(ctx: Context) -> str | InputRequiredResult:
        name = _field(ctx, "user_name", "name")
        return f"Hello, {name}!" if name else _needs(user_name=_form("What is your name?", "name"))

    @server.tool("test_input_required_result_sampling", description="Needs the client's model")
    async def sampling(ctx: Context) -> str | InputRequiredResult:
        answer = (ctx.input_responses or {}).get("capital_question")
        return str(answer) if answer else _needs(capital_question=_sample("What is the capital of France?", 100))

    @server.tool("test_input_required_result_list_roots", description="Needs the client's roots")
    async def list_roots(ctx: Context) -> str | InputRequiredResult:
        answer = (ctx.input_responses or {}).get("client_roots")
        return str(answer) if answer else _needs(client_roots=ListRootsRequest())


def _add_with_state(server: MCPServer[Any]) -> None:
    confirm = _form("Please confirm", "ok", "boolean")

    @server.tool("test_input_required_result_request_state", description="Needs a word, and its own state")
    async def request_state(ctx: Context) -> str | InputRequiredResult:
        is_confirmed = _field(ctx, "confirm", "ok") is not None and ctx.request_state == "asked"
        return "state-ok" if is_confirmed else _needs("asked", confirm=confirm)

    @server.tool("test_input_required_result_tampered_state", description="Needs a state that nobody changed")
    async def tampered_state(ctx: Context) -> str | InputRequiredResult:
        return "state-ok" if ctx.request_state == "asked" else _needs("asked", confirm=confirm)

    @server.tool("test_input_required_result_multiple_inputs", description="Needs three answers")
    async def multiple_inputs(ctx: Context) -> str | InputRequiredResult:
        asked = {
            "user_name": _form("What is your name?", "name"),
            "greeting": _sample("Generate a greeting", 50),
            "client_roots": ListRootsRequest(),
        }
        return "All are here." if asked.keys() <= (ctx.input_responses or {}).keys() else _needs("asked", **asked)

    @server.tool("test_input_required_result_multi_round", description="Needs two answers, one after the other")
    async def multi_round(ctx: Context) -> str | InputRequiredResult:
        name, color = _field(ctx, "step1", "name"), _field(ctx, "step2", "color")
        if color:
            return f"{json.loads(ctx.request_state or '{}').get('name')} likes {color}."
        if name:
            return _needs(json.dumps({"name": name}), step2=_form("Step 2: What is your favorite color?", "color"))
        return _needs("{}", step1=_form("Step 1: What is your name?", "name"))


def _add_prompt(server: MCPServer[Any]) -> None:
    @server.prompt("test_input_required_result_prompt", description="A prompt of the suite")
    async def prompt(ctx: Context) -> list[UserMessage] | InputRequiredResult:
        said = _field(ctx, "user_context", "context")
        question = _form("What context should the prompt use?", "context")
        return [UserMessage(f"Context: {said}")] if said else _needs(user_context=question)


def _add_capabilities(server: MCPServer[Any]) -> None:
    @server.tool("test_input_required_result_capabilities", description="Asks only what the client can answer")
    async def capabilities(ctx: Context) -> InputRequiredResult:
        able = ctx.client_capabilities
        sample = {"sample": _sample("Say hello", 50)} if able and able.sampling is not None else {}
        ask = {"ask": _form("Who?", "name")} if able and able.elicitation is not None else {}
        return _needs("asked", **sample, **ask)

    @server.tool("test_missing_capability", description="Needs a client with a model", structured_output=False)
    async def missing_capability(ctx: Context) -> str:
        if ctx.client_capabilities is None or ctx.client_capabilities.sampling is None:
            required = {"requiredCapabilities": {"sampling": {}}}
            raise MCPError(MISSING_REQUIRED_CLIENT_CAPABILITY, "It needs `sampling`.", required)
        return "It is there."

    @server.tool("test_streaming_elicitation", description="Tells its progress, then needs a name")
    async def streaming_elicitation(ctx: Context) -> str | InputRequiredResult:
        await ctx.report_progress(1, 2)
        return _needs(user_name=_form("What is your name?", "name"))


def _add_schemas(server: MCPServer[Any]) -> None:
    """Tools whose input schemas no Python signature gives."""
    for name, schema in (("json_schema_2020_12_tool", RICH_SCHEMA), ("test_custom_header", REGION)):

        @server.tool(name, description="Has a schema of its own", structured_output=False)
        def with_schema() -> str:
            return "Called."

        tool = server._tool_manager.get_tool(name)
        assert tool is not None
        tool.parameters = schema
