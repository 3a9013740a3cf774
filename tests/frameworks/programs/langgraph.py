"""LangChain's agent on LangGraph, traced by OpenInference."""

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openinference.instrumentation.langchain import LangChainInstrumentor

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup


@tool(TOOL, description=DESCRIPTION)
def lookup_order(order_id: str) -> str:
    return lookup(order_id)


with traced_run() as (provider, run):
    LangChainInstrumentor().instrument(tracer_provider=provider)
    agent = create_agent(ChatOpenAI(model=MODEL), [lookup_order], system_prompt=SYSTEM)
    print(agent.invoke({"messages": [{"role": "user", "content": run.question}]})["messages"][-1].content)
