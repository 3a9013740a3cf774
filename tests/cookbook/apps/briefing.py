"""A briefing made from four sources, asked one after the other although none needs another."""

import time

import mlflow
from mlflow.entities import SpanType

from tests.cookbook.apps.chat import assistant, chat, system, user
from tests.cookbook.simulation import at

SECONDS = {"weather": 1.9, "traffic": 2.4, "news": 2.8, "calendar": 2.1}
KNOWN_FROM_EARLIER = ("Lisbon", "Turin")


@mlflow.trace(span_type=SpanType.RETRIEVER)
def look_up(source: str, city: str) -> list[dict[str, str]]:
    time.sleep(0.1 if city in KNOWN_FROM_EARLIER else SECONDS[source])
    return [{"page_content": f"{source} for {city}"}]


@mlflow.trace(span_type=SpanType.CHAIN)
def gather(city: str) -> list[str]:
    found = [look_up(source, city) for source in SECONDS]
    return [documents[0]["page_content"] for documents in found]


@mlflow.trace(span_type=SpanType.AGENT)
def briefing(city: str) -> str:
    known = gather(city)
    reply = chat([system("Write a briefing of two sentences."), user("\n".join(known))], assistant("A mild, busy day."))
    return reply["content"]


def main() -> None:
    for hour, city in ((6, "Lisbon"), (7, "Oslo"), (8, "Turin")):
        at(f"2026-11-20T{hour:02}:00:00Z")
        briefing(city)
