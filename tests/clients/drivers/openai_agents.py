"""The OpenAI Agents SDK: its MCP servers, without a model; the text is what it shows one."""

import asyncio
from typing import Any

from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from walk import SERVER, Refused, walk

PATIENCE_S = 60
"""Its own 5 s are less than a busy machine may need to start a server."""


async def main() -> None:
    kind = MCPServerStreamableHttp if "url" in SERVER else MCPServerStdio
    async with kind(SERVER, client_session_timeout_seconds=PATIENCE_S) as server:

        async def call(tool: str, arguments: dict[str, Any]) -> Any:
            result = await server.call_tool(tool, arguments)
            if result.is_error:
                raise Refused(result.content[0].text)
            return result.content[0].text

        await walk([tool.name for tool in await server.list_tools()], call)


asyncio.run(main())
