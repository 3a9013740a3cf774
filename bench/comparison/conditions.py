"""A condition on spans that no trace meets, in a SQLite store without statistics, as MLflow leaves it."""

import statistics
from collections.abc import Iterator
from dataclasses import replace

from bench.comparison.checks import same_traces
from bench.comparison.measure import Bound, Measure, Row
from bench.comparison.processes import SlowAnswerError
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import CLIENT, OURS, Found, MlflowClient, Trio

ROWS = 100
ABSENT = "refund"

NO_MATCH = Measure(
    "span condition with no match",
    "s",
    "A search for the name of a span that no trace has. MLflow's client is asked once, and stopped after two minutes: "
    "its figure is then how long it was waited for, and the ratio is lower still.",
    (Bound(CLIENT, 0.02, ("SQLite",)),),
)
MEASURES = (NO_MATCH,)


def measure_conditions(place: Place, form: Form, trio: Trio) -> Iterator[Row]:
    """To be measured last: a client that was stopped answers no more."""
    found = [trio.ours.search(ROWS, span_name=ABSENT) for _ in range(form.rounds + 1)]
    theirs, stopped = _of_client(trio.client, form.patience_s)
    same_traces("a search for spans that are not there", [], {CLIENT: theirs, OURS: found[0]})
    seconds = statistics.median(one.seconds for one in found[1:])
    for row in NO_MATCH.rows(place, {OURS: [seconds], CLIENT: [theirs.seconds]}):
        yield replace(row, stopped=stopped)


def _of_client(client: MlflowClient, patience_s: float) -> tuple[Found, bool]:
    """What it found, or how long it took to find nothing yet."""
    try:
        return client.search(ROWS, deadline_s=patience_s, filter_string=f"span.name = '{ABSENT}'"), False
    except SlowAnswerError:
        return Found(patience_s, []), True
