"""What the suite asks of any server's tools, resources and prompts: one for each kind of content."""

import base64
import json
from typing import Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.types import AudioContent, EmbeddedResource, ImageContent, TextContent, TextResourceContents

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
WAV = base64.b64encode(b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0@\x1f\0\0\1\0\x08\0data\0\0\0\0").decode()
STEP_S = 0.05
"""Between two notifications, so that the client has a moment to receive each."""


def image() -> ImageContent:
    return ImageContent(data=PNG, mime_type="image/png")


def embedded(uri: str, text: str, mime_type: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def text(said: str) -> TextContent:
    return TextContent(text=said)


def add_contents(server: MCPServer[Any]) -> None:
    _add_tools(server)
    _add_telling_tools(server)
    _add_resources(server)
    _add_prompts(server)


def _add_tools(server: MCPServer[Any]) -> None:
    @server.tool("test_simple_text", description="One text", structured_output=False)
    def simple_text() -> str:
        return "This is a simple text response for testing."

    @server.tool("test_image_content", description="One image", structured_output=False)
    def image_content() -> list[ImageContent]:
        return [image()]

    @server.tool("test_audio_content", description="One sound", structured_output=False)
    def audio_content() -> list[AudioContent]:
        return [AudioContent(data=WAV, mime_type="audio/wav")]

    @server.tool("test_embedded_resource", description="One resource", structured_output=False)
    def embedded_resource() -> list[EmbeddedResource]:
        return [embedded("test://embedded-resource", "This is an embedded resource content.")]

    @server.tool("test_multiple_content_types", description="Text, image and resource", structured_output=False)
    def multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
        data = json.dumps({"test": "data", "value": 123})
        mixed = embedded("test://mixed-content-resource", data, "application/json")
        return [text("Multiple content types test:"), image(), mixed]

    @server.tool("test_error_handling", description="Fails")
    def error_handling() -> str:
        raise ToolError("This tool intentionally returns an error for testing")


def _add_telling_tools(server: MCPServer[Any]) -> None:
    """Tools that send notifications while they work. `ctx.info` is deprecated, and asked for by the older revision."""

    @server.tool("test_tool_with_logging", description="Logs", structured_output=False)
    async def with_logging(ctx: Context) -> str:
        for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.info(said)
            await anyio.sleep(STEP_S)
        return "Logged."

    @server.tool("test_logging_tool", description="Logs, if it was asked to", structured_output=False)
    async def logging_tool(ctx: Context) -> str:
        await ctx.info("Only for those who named a level")
        return "Logged."

    @server.tool("test_tool_with_progress", description="Tells its progress", structured_output=False)
    async def with_progress(ctx: Context) -> str:
        for done in (0, 50, 100):
            await ctx.report_progress(done, 100)
            await anyio.sleep(STEP_S)
        return "Done."


def _add_resources(server: MCPServer[Any]) -> None:
    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        return base64.b64decode(PNG)

    @server.resource("test://watched-resource", mime_type="text/plain")
    def watched() -> str:
        return "It never changes."

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def template(id: str) -> str:
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def _add_prompts(server: MCPServer[Any]) -> None:
    @server.prompt("test_simple_prompt", description="A prompt of the suite")
    def simple() -> list[UserMessage]:
        return [UserMessage("This is a simple prompt for testing.")]

    @server.prompt("test_prompt_with_arguments", description="A prompt of the suite")
    def with_arguments(arg1: str, arg2: str) -> list[UserMessage]:
        return [UserMessage(f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")]

    @server.prompt("test_prompt_with_embedded_resource", description="A prompt of the suite")
    def with_embedded_resource(resourceUri: str) -> list[UserMessage]:
        resource = embedded(resourceUri, "Embedded resource content for testing.")
        return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]

    @server.prompt("test_prompt_with_image", description="A prompt of the suite")
    def with_image() -> list[UserMessage]:
        return [UserMessage(image()), UserMessage("Please analyze the image above.")]
