"""SQL over many traces: query_traces, at first and repeated, beside a loop over what MLflow's client returns."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.comparison.measure import Bound, Measure, Row
from bench.comparison.processes import WrongAnswerError
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import CLIENT, OURS, MlflowClient, Ours, timed

SECONDS = 2.0
"""What the design allows, for columns of 50,000 traces, of the spans of 10,000, and for whole spans of 1,000."""

REPEATED = 0.3
"""Of the first answer, for the same question over the same traces."""

FIRST = "first answer"


@dataclass(frozen=True, slots=True)
class Statement:
    """One question, of the newest `traces`, or of all. Where it is `looped`, MLflow's client is asked the same."""

    first: Measure
    repeated: Measure
    sql: str
    traces: int | None = None
    looped: bool = False


def _statement(name: str, sql: str, traces: int | None = None, *, looped: bool = False) -> Statement:
    of = f"the newest {traces:,} traces" if traces else "50,000 traces"
    meaning = f"query_traces of {of}: {sql}"
    beside = (Bound(CLIENT),) if looped else ()
    compared = (
        " MLflow: a loop over the traces that search_traces of its client returns with their spans." if looped else ""
    )
    return Statement(
        Measure(f"SQL: {name}", "s", meaning + compared, (Bound("", SECONDS), *beside)),
        Measure(f"SQL: {name}, repeated", "s", "The same statement once more.", (Bound(FIRST, REPEATED),)),
        sql,
        traces,
        looped,
    )


STATEMENTS = (
    _statement(
        "columns of traces", "SELECT name, count(*), percentile(duration_ms, 95), sum(cost) FROM traces GROUP BY name"
    ),
    _statement("a tag", "SELECT tags->>'environment', status, count(*) FROM traces GROUP BY 1, 2"),
    _statement(
        "columns of spans", "SELECT name, count(*), percentile(duration_ms, 95) FROM spans GROUP BY name", 10_000
    ),
    _statement("tokens of spans", "SELECT model, sum(input_tokens), count(*) FROM spans GROUP BY model", 10_000),
    _statement(
        "inputs of spans",
        "SELECT name, count(*), max(length(inputs)) FROM spans GROUP BY name",
        1_000,
        looped=True,
    ),
)
MEASURES = tuple(measure for one in STATEMENTS for measure in (one.first, one.repeated))


def measure_queries(place: Place, form: Form) -> Iterator[Row]:
    """Each statement on servers of its own, since what was read for one is kept for the next."""
    with MlflowClient(place.tracking_uri, place.holds.experiment_id) as client:
        client.wait_until_ready()
        for statement in STATEMENTS:
            yield from _measured(statement, place, form, client)


def _measured(statement: Statement, place: Place, form: Form, client: MlflowClient) -> Iterator[Row]:
    arguments = _arguments(statement, place)
    taken: dict[str, list[float]] = {OURS: [], FIRST: [], CLIENT: []}
    for _ in range(form.rounds):
        with Ours(place) as ours:
            ours.greet()
            ours.call("search_traces", {"experiment": place.holds.experiment_id, "limit": 1})
            first, seconds = timed(lambda: ours.call("query_traces", arguments))
            again, repeated = timed(lambda: ours.call("query_traces", arguments))
        _check(statement, json.loads(first), json.loads(again))
        taken[FIRST].append(seconds)
        taken[OURS].append(repeated)
        if statement.looped:
            counted, seconds = client.spans_by_name(_loaded(json.loads(first), "traces"))
            if counted != {name: count for name, count, _ in json.loads(first)["rows"]}:
                raise WrongAnswerError(f"{statement.first.name}: MLflow counts {counted}.")
            taken[CLIENT].append(seconds)
    beside = {CLIENT: taken[CLIENT]} if taken[CLIENT] else {}
    yield from statement.first.rows(place, {OURS: taken[FIRST], **beside})
    yield from statement.repeated.rows(place, {OURS: taken[OURS], FIRST: taken[FIRST]})


def _arguments(statement: Statement, place: Place) -> dict[str, Any]:
    asked: dict[str, Any] = {"sql": statement.sql, "experiment": place.holds.experiment_id}
    if statement.traces is None or statement.traces >= len(place.holds.newest):
        return asked
    oldest = f"SELECT time FROM traces ORDER BY time_ms DESC LIMIT 1 OFFSET {statement.traces - 1}"
    with Ours(place) as ours:
        ours.greet()
        ((since,),) = json.loads(ours.call("query_traces", {**asked, "sql": oldest}))["rows"]
    return {**asked, "since": since}


def _check(statement: Statement, first: Mapping[str, Any], again: Mapping[str, Any]) -> None:
    if first != again or not first["rows"] or _loaded(first, "traces") < (statement.traces or 1) // 100:
        raise WrongAnswerError(f"{statement.first.name}: {first}, then {again}.")


def _loaded(answer: Mapping[str, Any], table: str) -> int:
    """Raises WrongAnswerError unless all of it was loaded."""
    loaded, _, of_all = answer["coverage"][table].partition(" of ")
    if loaded != of_all:
        raise WrongAnswerError(f"Only {answer['coverage']} was loaded.")
    return int(loaded.replace(",", ""))
