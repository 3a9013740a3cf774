"""Many clients of one HTTP service at once, beside one: calls per second, and how evenly they are answered."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from bench.comparison.checks import same_traces, so_many_spans
from bench.comparison.measure import Bound, Measure, Row
from bench.comparison.stores import SPANS_OF_MANY, Form, Place
from bench.comparison.subjects import OURS, OursOverHttp
from bench.http_service import service

CLIENTS = 16
ROWS = 20
BLOCKS = 4
"""One client and all of them have so many turns."""

ALONE, MEDIAN = "one client", "their median"

THROUGHPUT = Measure(
    f"{CLIENTS} clients at once over HTTP, calls per second",
    "/s",
    f"Each client of one service, which has its default settings, searches for {ROWS} and opens a trace, without a "
    "pause. The clients are threads of the benchmark, and use the same cores as the service and the MLflow server.",
    (Bound(ALONE, 1.5, ("server",), least=True),),
)
P99 = Measure(
    f"{CLIENTS} clients at once over HTTP, 99 % of calls within",
    "ms",
    "Of the same calls, what each client waited.",
    (Bound(MEDIAN, 5, ("server",)),),
)
MEASURES = (THROUGHPUT, P99)


def measure_crowd(place: Place, form: Form) -> Iterator[Row]:
    block_s = form.clients_s / BLOCKS
    many, alone, waited = list[float](), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder, service(place.tracking_uri, Path(folder) / "http.log") as running:
        _together(running.base_url, place, 1, block_s / BLOCKS)
        for _ in range(BLOCKS):
            alone.append(len(_together(running.base_url, place, 1, block_s)) / block_s)
            durations = _together(running.base_url, place, CLIENTS, block_s)
            many.append(len(durations) / block_s)
            waited += durations
    yield from THROUGHPUT.rows(place, {OURS: many, ALONE: alone})
    # A few calls have no such share.
    p99 = statistics.quantiles(waited, n=100)[-1] if len(waited) > 1 else waited[0]
    yield from P99.rows(place, {OURS: [1000 * p99], MEDIAN: [1000 * statistics.median(waited)]})


def _together(base_url: str, place: Place, clients: int, seconds: float) -> list[float]:
    """The seconds of every call that so many clients made until then; at least two each."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(clients) as threads:
        running = [threads.submit(_one_client, base_url, place, until) for _ in range(clients)]
    return [took for one in running for took in one.result()]


def _one_client(base_url: str, place: Place, until: float) -> list[float]:
    taken: list[float] = []
    newest = place.holds.newest
    with closing(OursOverHttp(base_url, place.holds.experiment_id)) as ours:
        while not taken or time.monotonic() < until:
            found = ours.search(ROWS)
            same_traces("a search among others", newest[:ROWS], {OURS: found})
            opened = ours.get_trace(newest[len(taken) % ROWS])
            so_many_spans("an opening among others", SPANS_OF_MANY, OURS, opened)
            taken += [found.seconds, opened.seconds]
    return taken
