"""Questions about many traces: summarize_traces beside MLflow's own metrics of the same store."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.comparison.measure import Bound, Measure, Row, take_turns
from bench.comparison.processes import WrongAnswerError
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import CLIENT, OURS, MlflowClient, Ours, timed

SECONDS_OF_COLUMNS, SECONDS_OF_SPANS = 1.0, 2.0
"""What the design allows for 50,000 traces of 6 spans on SQLite."""


@dataclass(frozen=True, slots=True)
class Question:
    """One call of ours; `metrics` are the calls of MLflow's metrics API that say the same, if any do."""

    measure: Measure
    arguments: Mapping[str, Any]
    metrics: tuple[Mapping[str, Any], ...] = ()
    column: str = "traces"


def _question(
    name: str, limit: float, arguments: Mapping[str, Any], *metrics: Mapping[str, Any], column: str = "traces"
) -> Question:
    beside = (Bound(CLIENT),) if metrics else ()
    meaning = f"summarize_traces with {json.dumps(arguments)} over 50,000 traces"
    meaning += ", beside the calls of MLflow's metrics API for the same figures." if metrics else "."
    return Question(Measure(name, "s", meaning, (Bound("", limit), *beside)), arguments, metrics, column)


def _metric(view: str, metric: str, dimension: str, *aggregations: str) -> Mapping[str, Any]:
    return {"view": view, "metric": metric, "dimensions": [dimension], "aggregations": aggregations}


QUESTIONS = (
    _question("totals", SECONDS_OF_COLUMNS, {}),
    _question("traces of each day", SECONDS_OF_COLUMNS, {"by": "day"}),
    _question(
        "traces by name, with percentiles",
        SECONDS_OF_COLUMNS,
        {"by": "name", "limit": 100},
        _metric("TRACES", "trace_count", "trace_name", "COUNT"),
        _metric("TRACES", "latency", "trace_name", "P50", "P95"),
    ),
    _question("traces by user", SECONDS_OF_COLUMNS, {"by": "user"}),
    _question("traces by a tag", SECONDS_OF_COLUMNS, {"by": "tags.environment"}),
    _question(
        "spans by name, with percentiles",
        SECONDS_OF_SPANS,
        {"by": "span_name", "limit": 100},
        _metric("SPANS", "span_count", "span_name", "COUNT"),
        _metric("SPANS", "latency", "span_name", "P50", "P95"),
        column="spans",
    ),
)
MEASURES = tuple(one.measure for one in QUESTIONS)


def measure_summaries(place: Place, form: Form) -> Iterator[Row]:
    with Ours(place) as ours, MlflowClient(place.tracking_uri, place.holds.experiment_id) as client:
        ours.greet()
        client.wait_until_ready()
        for question in QUESTIONS:
            yield from _measured(question, place, form, ours, client)


def _measured(question: Question, place: Place, form: Form, ours: Ours, client: MlflowClient) -> Iterator[Row]:
    arguments = {"experiment": place.holds.experiment_id, "max_chars": 20_000, **question.arguments}
    answer = json.loads(ours.call("summarize_traces", arguments))
    if set(answer["coverage"].values()) != {"exact"} or answer["total"]["traces"] < len(place.holds.newest):
        raise WrongAnswerError(f"{question.measure.name}: {answer['coverage']}, {answer['total']}.")
    asked = {OURS: lambda: timed(lambda: ours.call("summarize_traces", arguments))[1]}
    if question.metrics:
        _compare(question, answer, client.metrics(question.metrics[0])[0])
        asked[CLIENT] = lambda: sum(client.metrics(one)[1] for one in question.metrics)
    yield from question.measure.rows(place, take_turns(asked, form.rounds))


def _compare(question: Question, answer: Mapping[str, Any], theirs: Mapping[str, float]) -> None:
    table = answer["groups"]
    counted = table["columns"].index(question.column)
    found = {row[0]: row[counted] for row in table["rows"]}
    if found != theirs:
        raise WrongAnswerError(f"{question.measure.name}: ours counts {found}, MLflow {theirs}.")
