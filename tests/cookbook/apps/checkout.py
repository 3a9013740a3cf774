"""A checkout whose payment service has no connection left: the tool catches that, and raises an error of its own."""

import time
from contextlib import suppress
from typing import Any

import mlflow
from mlflow.entities import SpanType

from tests.cookbook.apps.chat import chat, system, tool_call, user
from tests.cookbook.simulation import at


class PaymentError(Exception):
    pass


class Shop:
    def __init__(self, *, connections: int) -> None:
        self._connections = connections

    @mlflow.trace(span_type=SpanType.AGENT)
    def checkout(self, request: str, order: str) -> str:
        messages = [system("You place orders for customers."), user(request)]
        chat(messages, tool_call(1, "reserve_stock", order=order))
        self.reserve_stock(order)
        chat(messages, tool_call(2, "charge_card", order=order, amount=84.5))
        self.charge_card(order, 84.5)
        return f"Order {order} is placed."

    @mlflow.trace(span_type=SpanType.TOOL)
    def reserve_stock(self, order: str) -> dict[str, Any]:
        time.sleep(0.1)
        return {"order": order, "reserved": True}

    @mlflow.trace(span_type=SpanType.TOOL)
    def charge_card(self, order: str, amount: float) -> dict[str, str]:
        try:
            return self.post({"order": order, "amount": amount})
        except TimeoutError as error:
            raise PaymentError(f"The card for {order} was declined.") from error

    @mlflow.trace(name="POST /charges", span_type=SpanType.TASK)
    def post(self, body: dict[str, Any]) -> dict[str, str]:
        if not self._connections:
            time.sleep(10)
            raise TimeoutError("no free connection after 10 s: pool payments, 5 of 5 in use")
        time.sleep(0.3)
        return {"charge": "ch-2207", "status": "captured"}


def main() -> None:
    at("2026-11-20T11:20:00Z")
    Shop(connections=2).checkout("Please order the two lamps in my basket.", "A-1041")
    at("2026-11-20T11:42:00Z")
    with suppress(PaymentError):
        Shop(connections=0).checkout("Please order the desk in my basket.", "A-1042")
    at("2026-11-20T11:55:00Z")
    Shop(connections=1).checkout("Please order the chair in my basket.", "A-1043")
