"""A help desk that answers from articles, of which the best match is out of date."""

import time
from typing import Any

import mlflow
from mlflow.entities import SpanType

from tests.cookbook.apps.chat import assistant, chat, system, user
from tests.cookbook.simulation import at

ARTICLES = [
    {
        "page_content": "Unused items can be sent back within 14 days of delivery.",
        "metadata": {"doc_uri": "help/returns-2023", "updated": "2023-02-01", "score": 0.91},
    },
    {
        "page_content": "Return period: 30 days, for orders from 2026 on.",
        "metadata": {"doc_uri": "help/returns", "updated": "2026-01-15", "score": 0.88},
    },
]
TURNS = {
    "Where is my parcel?": "It was delivered on 4 November.",
    "The lamp is too small. Until when can I send it back?": "Within 14 days, so until 18 November.",
    "Then I am too late?": "Yes, I am sorry: the 14 days are over.",
}


@mlflow.trace(span_type=SpanType.RETRIEVER)
def search_articles(query: str) -> list[dict[str, Any]]:
    time.sleep(0.2)
    return ARTICLES


@mlflow.trace(span_type=SpanType.AGENT)
def answer(messages: list[dict[str, Any]]) -> str:
    question = messages[-1]["content"]
    mlflow.update_current_trace(
        metadata={"mlflow.trace.session": "chat-77", "mlflow.trace.user": "customer-12"}, request_preview=question
    )
    known = search_articles(question) if "send it back" in question else []
    articles = " ".join(one["page_content"] for one in known)
    return chat([system(f"Answer from these articles: {articles}"), *messages], assistant(TURNS[question]))["content"]


def main() -> None:
    messages: list[dict[str, Any]] = []
    for minute, question in enumerate(TURNS):
        at(f"2026-11-20T09:1{minute}:00Z")
        messages.append(user(question))
        messages.append(assistant(answer(messages)))
