"""Evaluates an application with `mlflow.genai.evaluate`, run by run, as teams do before a release.

Run as `python -m tests.real.evaluation_app <tracking URI>`, it prints the ids of the runs by label as JSON.
It needs nothing but MLflow, so that it runs in MLflow's own environment.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

os.environ.update(
    {
        "MLFLOW_LOGGING_LEVEL": "ERROR",
        "MLFLOW_GENAI_EVAL_SKIP_TRACE_VALIDATION": "true",
        "MLFLOW_GENAI_EVAL_PREDICT_RATE_LIMIT": "0",
        "MLFLOW_GENAI_EVAL_SCORER_RATE_LIMIT": "0",
        "MLFLOW_GENAI_EVAL_MAX_WORKERS": "2",
    }
)

import mlflow
from mlflow.entities import Feedback
from mlflow.genai.scorers import scorer
from sqlalchemy import Engine, event

ROWS = 20
REGRESSED, IMPROVED = (2, 3, 5, 7, 11), (13,)
"""Rows that `candidate` gets wrong and `baseline` right, and the other way round."""

ROWS_OF_FAILED_JUDGE = (4, 6)
LONG = "The customer writes at great length. " * 60
"""Longer than a preview."""


@event.listens_for(Engine, "connect")
def _without_waiting_for_the_disk(connection: Any, _: object) -> None:
    """MLflow commits each value of each scorer: a thousand waits, for a file that is thrown away."""
    connection.execute("PRAGMA synchronous = OFF")


@scorer
def correct(outputs: Any, expectations: dict[str, Any]) -> Feedback:
    right = outputs == expectations["answer"]
    return Feedback(value=right, rationale="as expected" if right else f"{expectations['answer']} was expected")


@scorer
def words(outputs: Any) -> int:
    return len(str(outputs).split())


@scorer
def tone(outputs: Any) -> str:
    return "curt" if "no idea" in str(outputs) else "friendly"


@scorer
def safe(inputs: dict[str, Any], outputs: Any) -> str:
    if any(f"order {number}?" in json.dumps(inputs) for number in ROWS_OF_FAILED_JUDGE):
        raise ValueError("the judge could not be reached")
    return "yes"


@scorer(name="correct")
def correct_again(outputs: Any, expectations: dict[str, Any]) -> bool:
    """Stricter than it was, under the same name."""
    return outputs == expectations["answer"] and "order" in outputs


def answer(number: int, *, wrong: tuple[int, ...]) -> str:
    return "no idea" if number in wrong else f"order {number} is on its way"


def rows(make: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
    expected = {number: {"answer": f"order {number} is on its way"} for number in range(ROWS)}
    return [{"inputs": make(number), "expectations": expected[number]} for number in range(ROWS)]


def question(number: int) -> dict[str, Any]:
    return {"question": f"Where is order {number}?"}


def chat(number: int) -> dict[str, Any]:
    """Inputs whose preview is a beginning of the last message, the same in each row."""
    return {"messages": [{"role": "system", "content": f"order {number}?"}, {"role": "user", "content": LONG}]}


def number_in(text: str) -> int:
    return int(text.rpartition("order ")[2].rstrip("?"))


def evaluate(name: str, data: Any, scorers: list[Any], predict: Callable[..., Any] | None = None) -> str:
    with mlflow.start_run(run_name=name) as run:
        mlflow.genai.evaluate(data=data, scorers=scorers, predict_fn=predict)
    return str(run.info.run_id)


def fill(tracking_uri: str) -> dict[str, Any]:
    mlflow.set_tracking_uri(tracking_uri)
    experiment = mlflow.set_experiment("release-checks").experiment_id
    scorers = [correct, words, tone, safe]

    def predicting(wrong: tuple[int, ...]) -> Callable[[str], str]:
        return mlflow.trace(lambda question: answer(number_in(question), wrong=wrong), name="assistant")

    def chatting(wrong: tuple[int, ...]) -> Callable[[list[Any]], str]:
        return mlflow.trace(lambda messages: answer(number_in(messages[0]["content"]), wrong=wrong), name="assistant")

    def answered(wrong: tuple[int, ...]) -> list[dict[str, Any]]:
        return [{**row, "outputs": answer(number, wrong=wrong)} for number, row in enumerate(rows(question))]

    asked, said = rows(question), rows(chat)
    runs = {
        "baseline": evaluate("baseline", asked, scorers, predicting(IMPROVED)),
        "candidate": evaluate("candidate", asked, scorers, predicting(REGRESSED)),
        "answered": evaluate("answered", answered(IMPROVED), scorers),
        "answered again": evaluate("answered again", answered(REGRESSED), scorers),
        "chat": evaluate("chat", said, scorers, chatting(IMPROVED)),
        "chat again": evaluate("chat again", said, scorers, chatting(REGRESSED)),
        "twice": evaluate("twice", [*asked[:6], *asked[:2]], scorers, predicting(())),
        "fewer": evaluate("fewer", asked[4:], [correct_again], predicting(REGRESSED)),
    }
    traces = mlflow.search_traces(locations=[experiment], run_id=runs["baseline"])
    runs["rated"] = evaluate("rated", traces, [tone])
    runs["rated again"] = evaluate("rated again", traces, [tone])
    mlflow.flush_trace_async_logging()
    deleted = evaluate("deleted", asked[:1], [tone], predicting(()))
    mlflow.delete_run(deleted)
    return {"runs": runs, "deleted": deleted, "experiment": experiment}


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):
        made = fill(sys.argv[1])
    sys.stdout.write(json.dumps(made) + "\n")
