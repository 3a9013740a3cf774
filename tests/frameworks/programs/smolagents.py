"""smolagents, traced by OpenInference. It puts instructions into a long prompt of its own."""

from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from smolagents import OpenAIServerModel, Tool, ToolCallingAgent

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup


class LookupOrder(Tool):
    name = TOOL
    description = DESCRIPTION
    inputs = {"order_id": {"type": "string", "description": "the order"}}  # noqa: RUF012 (smolagents reads it so)
    output_type = "string"

    def forward(self, order_id: str) -> str:
        return lookup(order_id)


with traced_run() as (provider, run):
    SmolagentsInstrumentor().instrument(tracer_provider=provider)
    agent = ToolCallingAgent(tools=[LookupOrder()], model=OpenAIServerModel(MODEL), instructions=SYSTEM, max_steps=3)
    print(agent.run(run.question))
