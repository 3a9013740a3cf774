"""Tools that ask the client something while they run: what servers did up to 2025-11-25."""

from typing import Any

from mcp.server import MCPServer, ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.types import (
    EmptyResult,
    SamplingMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    UnsubscribeRequestParams,
)

CHOICES = ["option1", "option2", "option3"]
TITLED = [{"const": f"value{number}", "title": f"Choice {number}"} for number in (1, 2, 3)]

ANSWER = {
    "type": "object",
    "properties": {name: {"type": "string", "description": name} for name in ("username", "email")},
    "required": ["username", "email"],
}
DEFAULTS = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    },
}
ENUMS = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": CHOICES},
        "titledSingle": {"type": "string", "oneOf": TITLED},
        "legacyEnum": {"type": "string", "enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": CHOICES}},
        "titledMulti": {"type": "array", "items": {"anyOf": TITLED}},
    },
}


def add_questions(server: MCPServer[Any]) -> None:
    _add_tools(server)
    _add_handlers(server)


def _add_tools(server: MCPServer[Any]) -> None:
    @server.tool("test_sampling", description="Asks the client's model", structured_output=False)
    async def sampling(prompt: str, ctx: Context) -> str:
        message = SamplingMessage(role="user", content=TextContent(text=prompt))
        answer = await ctx.session.create_message([message], max_tokens=100, related_request_id=ctx.request_id)
        return f"LLM response: {answer.content.text if isinstance(answer.content, TextContent) else ''}"

    @server.tool("test_elicitation", description="Asks the client's user", structured_output=False)
    async def elicitation(message: str, ctx: Context) -> str:
        return await _ask(ctx, message, ANSWER)

    @server.tool("test_elicitation_sep1034_defaults", description="Asks with defaults", structured_output=False)
    async def elicitation_with_defaults(ctx: Context) -> str:
        return await _ask(ctx, "Who is it?", DEFAULTS)

    @server.tool("test_elicitation_sep1330_enums", description="Asks with choices", structured_output=False)
    async def elicitation_with_enums(ctx: Context) -> str:
        return await _ask(ctx, "Which of these?", ENUMS)


async def _ask(ctx: Context, message: str, schema: dict[str, Any]) -> str:
    answer = await ctx.session.elicit_form(message, schema, related_request_id=ctx.request_id)
    return f"Elicitation completed: action={answer.action}, content={answer.content}"


def _add_handlers(server: MCPServer[Any]) -> None:
    """Requests that a server may take: ours has nothing to log to clients, and nothing that changes."""

    async def accept(ctx: ServerRequestContext[Any, Any], params: Any) -> EmptyResult:
        return EmptyResult()

    takes = server._lowlevel_server.add_request_handler
    takes("logging/setLevel", SetLevelRequestParams, accept)
    takes("resources/subscribe", SubscribeRequestParams, accept)
    takes("resources/unsubscribe", UnsubscribeRequestParams, accept)
