"""Microsoft's Agent Framework, which traces itself, over the Responses API."""

import asyncio
from typing import Annotated

from agent_framework import Agent, tool
from agent_framework.observability import enable_instrumentation
from agent_framework.openai import OpenAIChatClient
from pydantic import Field

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup


@tool(name=TOOL, description=DESCRIPTION, approval_mode="never_require")
def lookup_order(order_id: Annotated[str, Field(description="the order")]) -> str:
    return lookup(order_id)


async def main(question: str) -> None:
    agent = Agent(OpenAIChatClient(model=MODEL), SYSTEM, name="order_desk", tools=[lookup_order])
    print(await agent.run(question))


with traced_run() as (_, run):
    enable_instrumentation(enable_sensitive_data=True)
    asyncio.run(main(run.question))
