"""OpenAI's Agents SDK over the Responses API, traced by OpenInference."""

from agents import Agent, Runner, function_tool
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup


@function_tool(name_override=TOOL, description_override=DESCRIPTION)
def lookup_order(order_id: str) -> str:
    return lookup(order_id)


with traced_run() as (provider, run):
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
    agent = Agent(name="order desk", instructions=SYSTEM, model=MODEL, tools=[lookup_order])
    print(Runner.run_sync(agent, run.question).final_output)
