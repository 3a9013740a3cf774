"""An agent that asks the same question until it is stopped."""

import time

import mlflow
from mlflow.entities import SpanType

from tests.cookbook.apps.chat import chat, system, tool_call, tool_result, user
from tests.cookbook.simulation import at

MAX_STEPS = 40


@mlflow.trace(span_type=SpanType.TOOL)
def get_stock(sku: str) -> dict[str, str]:
    time.sleep(0.2)
    return {"sku": sku, "state": "counting", "hint": "try again"}


@mlflow.trace(span_type=SpanType.AGENT)
def stock_agent(question: str) -> str:
    messages = [system("You know the warehouse."), user(question)]
    for number in range(MAX_STEPS):
        call = chat(messages, tool_call(number, "get_stock", sku="LAMP-7"), seconds=0.5)
        messages += [call, tool_result(number, get_stock("LAMP-7"))]
    return "Sorry, I could not find out."


def main() -> None:
    at("2026-11-20T10:05:00Z")
    stock_agent("How many LAMP-7 are there?")
