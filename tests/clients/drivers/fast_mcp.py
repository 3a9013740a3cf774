"""FastMCP: its Client."""

import asyncio
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from fastmcp.exceptions import ToolError
from walk import SERVER, Refused, walk


async def main() -> None:
    async with Client(SERVER["url"] if "url" in SERVER else StdioTransport(**SERVER)) as client:

        async def call(tool: str, arguments: dict[str, Any]) -> Any:
            try:
                return (await client.call_tool(tool, arguments)).structured_content
            except ToolError as error:
                raise Refused(str(error)) from error

        await walk([tool.name for tool in await client.list_tools()], call)


asyncio.run(main())
