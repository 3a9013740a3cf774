"""Strands Agents, which traces itself; its model streams."""

from strands import Agent, tool
from strands.models.openai import OpenAIModel

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup


@tool(name=TOOL, description=DESCRIPTION)
def lookup_order(order_id: str) -> str:
    return lookup(order_id)


with traced_run() as (_, run):
    agent = Agent(OpenAIModel(model_id=MODEL), system_prompt=SYSTEM, tools=[lookup_order], callback_handler=None)
    print(agent(run.question))
