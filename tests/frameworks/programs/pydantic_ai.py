"""Pydantic AI, which traces itself."""

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup

with traced_run() as (_, run):
    Agent.instrument_all()
    agent = Agent(OpenAIChatModel(MODEL), instructions=SYSTEM)

    @agent.tool_plain(name=TOOL, description=DESCRIPTION)
    def lookup_order(order_id: str) -> str:
        return lookup(order_id)

    print(agent.run_sync(run.question).output)
