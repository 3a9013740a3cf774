"""Google's ADK, which traces itself; LiteLLM calls the model."""

import asyncio

from google.adk.agents import LlmAgent
from google.adk.models.lite_llm import LiteLlm
from google.adk.runners import InMemoryRunner
from google.genai import types

from tests.frameworks.programs.tracing import MODEL, traced_run
from tests.frameworks.scenario import SYSTEM, lookup


def lookup_order(order_id: str) -> str:
    """Returns where an order is."""
    return lookup(order_id)


async def main(question: str) -> None:
    model = LiteLlm(model=f"openai/{MODEL}")
    runner = InMemoryRunner(LlmAgent(name="order_desk", model=model, instruction=SYSTEM, tools=[lookup_order]))
    session = await runner.session_service.create_session(app_name=runner.app_name, user_id="user")
    message = types.Content(role="user", parts=[types.Part(text=question)])
    async for event in runner.run_async(user_id="user", session_id=session.id, new_message=message):
        if event.is_final_response() and event.content and event.content.parts:
            print(event.content.parts[0].text)


with traced_run() as (_, run):
    asyncio.run(main(run.question))
