"""LlamaIndex's function agent, traced by OpenInference."""

import asyncio
import os

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import DESCRIPTION, SYSTEM, TOOL, lookup


def lookup_order(order_id: str) -> str:
    return lookup(order_id)


async def main(question: str) -> None:
    model = OpenAILike(
        model=MODEL,
        api_base=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ["OPENAI_API_KEY"],
        is_chat_model=True,
        is_function_calling_model=True,
    )
    tool = FunctionTool.from_defaults(lookup_order, name=TOOL, description=DESCRIPTION)
    print(await FunctionAgent(tools=[tool], llm=model, system_prompt=SYSTEM).run(question))


with traced_run() as (provider, run):
    LlamaIndexInstrumentor().instrument(tracer_provider=provider)
    asyncio.run(main(run.question))
