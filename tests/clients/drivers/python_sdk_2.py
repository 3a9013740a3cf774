"""The Python SDK 2: its Client, in the mode that is named."""

import asyncio
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from walk import MODE, SERVER, Refused, walk


async def main() -> None:
    server = SERVER["url"] if "url" in SERVER else stdio_client(StdioServerParameters(**SERVER))
    async with Client(server, mode=MODE) as client:

        async def call(tool: str, arguments: dict[str, Any]) -> Any:
            result = await client.call_tool(tool, arguments)
            if result.is_error:
                raise Refused(result.content[0].text)
            return result.structured_content

        await walk([tool.name for tool in (await client.list_tools()).tools], call)


asyncio.run(main())
