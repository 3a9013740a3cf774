"""The same questions to two releases, each in an evaluation run with a checker in code."""

import time

import mlflow
from mlflow.entities import AssessmentSource, SpanType

from tests.cookbook.apps.chat import assistant, chat, system, user
from tests.cookbook.simulation import at

CHECKER = AssessmentSource("CODE", "contains_expected")
ARTICLES = ["Delivery: 2 days.", "Gift cards: 3 years.", "Desk: 31 kg.", "Returns: 30 days."]
QUESTIONS = {
    "How long does delivery take?": "2 days",
    "How long do gift cards last?": "3 years",
    "How heavy is the desk?": "31 kg",
    "How long can I return things?": "30 days",
}


class Release:
    def __init__(self, *, k: int) -> None:
        self._k = k

    @mlflow.trace(span_type=SpanType.RETRIEVER)
    def search_articles(self, query: str, k: int) -> list[str]:
        time.sleep(0.1)
        return ARTICLES[:k]

    @mlflow.trace(span_type=SpanType.CHAIN)
    def answer(self, question: str) -> str:
        known = " ".join(self.search_articles(question, self._k))
        expected = QUESTIONS[question]
        said = f"It is {expected}." if expected in known else "I do not know."
        return chat([system(f"Answer from: {known}"), user(question)], assistant(said))["content"]


def main() -> None:
    correct: dict[str | None, bool] = {}
    for day, name, release in ((18, "release-41", Release(k=4)), (19, "release-42", Release(k=1))):
        at(f"2026-11-{day}T21:59:00Z")
        with mlflow.start_run(run_name=name):
            for minute, (question, expected) in enumerate(QUESTIONS.items()):
                at(f"2026-11-{day}T22:0{minute}:00Z")
                said = release.answer(question)
                correct[mlflow.get_last_active_trace_id()] = expected in said
    mlflow.flush_trace_async_logging()
    for trace_id, value in correct.items():
        mlflow.log_feedback(trace_id=trace_id, name="correct", value=value, source=CHECKER)
