"""CrewAI, traced by OpenInference. It puts instructions and question into prompts of its own."""

from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from openinference.instrumentation.crewai import CrewAIInstrumentor

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import SYSTEM, TOOL, lookup


@tool(TOOL)
def lookup_order(order_id: str) -> str:
    """Returns where an order is."""
    return lookup(order_id)


with traced_run() as (provider, run):
    CrewAIInstrumentor().instrument(tracer_provider=provider)
    agent = Agent(role="order desk", goal="answer", backstory=SYSTEM, llm=LLM(model=MODEL), tools=[lookup_order])
    task = Task(description=run.question, expected_output="one short sentence", agent=agent)
    print(Crew(agents=[agent], tasks=[task], verbose=False).kickoff().raw)
