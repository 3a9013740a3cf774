"""Ticket summaries, whose new prompt brings twelve examples to every call."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import SpanType
from mlflow.entities.model_registry import PromptVersion

from tests.cookbook.apps.chat import assistant, chat, system, user
from tests.cookbook.simulation import at

SHORT = "Summarise the ticket in one sentence."
EXAMPLE = "Example {n}: a customer wrote at length about parcel {n}, and the summary was: parcel {n} is late."
LONG = "\n".join([SHORT, *(EXAMPLE.format(n=number) for number in range(1, 13))])
TICKETS = ["The blue lamp flickers.", "My invoice has the wrong address.", "Where is parcel 88?"]


class Prompt:
    text = SHORT
    """The one in use."""


@mlflow.trace(span_type=SpanType.CHAIN)
def summarise(ticket: str) -> str:
    return chat([system(Prompt.text), user(ticket)], assistant(f"Customer: {ticket}"))["content"]


def main() -> None:
    client = MlflowClient()
    versions: dict[str | None, PromptVersion] = {}
    for day, text in ((19, SHORT), (20, LONG)):
        at(f"2026-11-{day}T08:59:00Z")
        version = client.register_prompt("ticket-summary", text)
        Prompt.text = text
        for hour, ticket in enumerate(TICKETS, start=9):
            at(f"2026-11-{day}T{hour:02}:00:00Z")
            summarise(ticket)
            versions[mlflow.get_last_active_trace_id()] = version
    mlflow.flush_trace_async_logging()
    for trace_id, version in versions.items():
        client.link_prompt_versions_to_trace([version], trace_id)
