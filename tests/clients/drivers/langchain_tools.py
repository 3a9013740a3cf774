"""LangChain: the tools that its MCP adapters make, called as an agent calls them."""

import asyncio
from typing import Any

from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from walk import SERVER, Refused, walk


async def main() -> None:
    transport = "streamable_http" if "url" in SERVER else "stdio"
    client = MultiServerMCPClient({"mlflow": {"transport": transport, **SERVER}})
    async with client.session("mlflow") as session:
        tools = {tool.name: tool for tool in await load_mcp_tools(session)}

        async def call(tool: str, arguments: dict[str, Any]) -> Any:
            message = await tools[tool].ainvoke({"type": "tool_call", "id": "1", "name": tool, "args": arguments})
            if message.status == "error":
                raise Refused(message.text)
            return message.text

        await walk(list(tools), call)


asyncio.run(main())
