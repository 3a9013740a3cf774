"""The Python SDK 1: its ClientSession."""

import asyncio
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from walk import SERVER, Refused, walk


async def main() -> None:
    async with _transport() as streams, ClientSession(streams[0], streams[1]) as session:
        await session.initialize()

        async def call(tool: str, arguments: dict[str, Any]) -> Any:
            result = await session.call_tool(tool, arguments)
            if result.isError:
                raise Refused(result.content[0].text)
            return result.structuredContent

        await walk([tool.name for tool in (await session.list_tools()).tools], call)


def _transport() -> Any:
    return streamable_http_client(SERVER["url"]) if "url" in SERVER else stdio_client(StdioServerParameters(**SERVER))


asyncio.run(main())
