"""Agno, traced by OpenInference."""

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.tools import tool
from openinference.instrumentation.agno import AgnoInstrumentor

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup


@tool(name=TOOL, description=DESCRIPTION)
def lookup_order(order_id: str) -> str:
    return lookup(order_id)


with traced_run() as (provider, run):
    AgnoInstrumentor().instrument(tracer_provider=provider)
    model = OpenAIChat(id=MODEL)
    agent = Agent(id="order-desk", model=model, tools=[lookup_order], system_message=SYSTEM, telemetry=False)
    print(agent.run(run.question).content)
