"""Answers that a judge scored; once the judge itself failed."""

import mlflow
from mlflow.entities import AssessmentError, AssessmentSource, SpanType

from tests.cookbook.apps.chat import assistant, chat, system, user
from tests.cookbook.simulation import at

JUDGE = AssessmentSource("LLM_JUDGE", "judge-large")
ARTICLE = "The lamp is for indoor use, dims in three steps and takes an E27 bulb. Warranty: two years."
GOOD = "The answer follows from the article."
ANSWERS = {
    "Is the lamp waterproof?": "No, it is for indoor use.",
    "How long is the warranty?": "Five years.",
    "Does it dim?": "Yes, in three steps.",
    "Which bulb fits?": "E27.",
}
VERDICTS = [(True, GOOD), (False, "The article says two years, the answer says five."), (True, GOOD), (None, None)]


@mlflow.trace(span_type=SpanType.CHAIN)
def answer(question: str) -> str:
    return chat([system(ARTICLE), user(question)], assistant(ANSWERS[question]))["content"]


def main() -> None:
    at("2026-11-20T06:29:00Z")
    traces: list[str | None] = []
    with mlflow.start_run(run_name="judged"):
        for minute, question in enumerate(ANSWERS):
            at(f"2026-11-20T06:3{minute}:00Z")
            answer(question)
            traces.append(mlflow.get_last_active_trace_id())
    mlflow.flush_trace_async_logging()
    for trace_id, (value, rationale) in zip(traces, VERDICTS, strict=True):
        _judge(trace_id, value, rationale)


def _judge(trace_id: str | None, value: bool | None, rationale: str | None) -> None:
    error = AssessmentError("RATE_LIMITED", "judge-large: 429, try again in 20 s") if value is None else None
    fields = {"trace_id": trace_id, "name": "grounded", "value": value, "source": JUDGE}
    mlflow.log_feedback(**fields, rationale=rationale, error=error)
