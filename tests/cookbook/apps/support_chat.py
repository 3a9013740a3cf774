"""Traffic of a support chat: something for every command and filter of MLflow's guide to retrieving traces."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import mlflow
from mlflow.entities import SpanType
from mlflow.tracing.provider import with_active_span

from tests.cookbook.apps.chat import assistant, chat, system, user
from tests.cookbook.simulation import NOW, at

FILLERS = 43
SESSION = {"mlflow.trace.session": "session_abc123", "mlflow.trace.user": "user_456"}


@dataclass(frozen=True, slots=True)
class Request:
    question: str
    said: str
    seconds: float = 0.4
    tags: dict[str, str] = field(default_factory=dict[str, str])
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    fails: bool = False


def requests() -> Iterator[Request]:
    """The oldest first."""
    for number in range(FILLERS):
        yield Request(f"Is item {number} in stock?", "Yes.", tags={"environment": "staging"})
    yield Request("What does error E42 mean?", "The bulb is loose.", tags={"environment": "production"})
    yield Request("Compare two desks.", "Both are fine.", seconds=2.6, tags={"model-name": "gpt-4"})
    yield Request("Where is my invoice?", "In your account.", metadata={"user_id": "user_123"})
    yield Request("Do you ship abroad?", "Yes.", metadata={"user.id": "abc"})
    yield Request("Is there a catalogue?", "Yes, online.", metadata={"mlflow.trace.session": "session_abc"})
    yield Request("Where is my parcel?", "On its way.", metadata=SESSION)
    yield Request("When will it come?", "Tomorrow.", metadata=SESSION)
    yield Request("Can I return it?", "", metadata=SESSION, fails=True)
    yield Request("Hello?", "Sorry, I am back.", metadata=SESSION)


class Support:
    def __init__(self, request: Request) -> None:
        self._request = request

    @mlflow.trace(name="support_agent", span_type=SpanType.AGENT)
    def answer(self, question: str) -> str:
        mlflow.update_current_trace(tags=self._request.tags, metadata=self._request.metadata, request_preview=question)
        if "return" in question:
            self.start_return(question)
        reply = chat(
            [system("You help."), user(question)], assistant(self._request.said), seconds=self._request.seconds
        )
        return reply["content"]

    @mlflow.trace(span_type=SpanType.TOOL)
    def start_return(self, question: str) -> str:
        time.sleep(0.2)
        if self._request.fails:
            raise ConnectionError("orders.internal refused the connection")
        return "label sent"


def main() -> None:
    moments = _moments()
    for request in requests():
        _play(request, next(moments))
    asked = mlflow.get_last_active_trace_id()
    at(next(moments))
    with mlflow.start_run(run_name="smoke-test"):
        for fails in (False, True):
            _play(Request("Can I return the lamp?", "Yes, within 30 days.", fails=fails), next(moments))
    at(next(moments))
    _leave_unfinished()
    mlflow.flush_trace_async_logging()
    mlflow.log_feedback(trace_id=asked, name="rating", value="positive")
    mlflow.log_expectation(trace_id=asked, name="expected_answer", value="30 days")


def _play(request: Request, moment: str) -> None:
    at(moment)
    with suppress(ConnectionError):
        Support(request).answer(request.question)


def _leave_unfinished() -> None:
    root = mlflow.start_span_no_context("support_agent", span_type=SpanType.AGENT)
    with with_active_span(root):
        chat([system("You help."), user("Are you there?")], assistant("One moment."))


def _moments() -> Iterator[str]:
    """Every nine minutes, so that the last ones fall into the last hour."""
    moment = datetime.fromisoformat(NOW) - timedelta(minutes=9 * 57 + 2)
    while True:
        yield moment.isoformat()
        moment += timedelta(minutes=9)
