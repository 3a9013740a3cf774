"""The part of a call's time that is ours: what its client waits, less the time in which the store was asked."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.comparison.measure import Bound, Measure, Row
from bench.comparison.processes import WrongAnswerError
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import OURS, Ours, OursOverHttp
from bench.http_service import audited, service

ROWS = 20
_MEANING = (
    f"A search of {ROWS} and get_trace of 6 spans in turn: what the client waited less the store's time in the "
    "audit line of the call, which covers reading what the store answered into records."
)
STDIO = Measure("our own time per call, stdio", "ms", _MEANING, (Bound("", 4),))
HTTP = Measure("our own time per call, HTTP", "ms", "The same over HTTP, on one connection.", (Bound("", 8),))
MEASURES = (STDIO, HTTP)


def measure_own_time(place: Place, form: Form) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "stdio.log"
        with Ours(place, [sys.executable, "-m", "bench.comparison.audited"], log) as ours:
            ours.greet()
            yield from STDIO.rows(place, {OURS: _own_ms(ours, place, form, lambda: audited(log))})
        with (
            service(place.tracking_uri, Path(folder) / "http.log") as running,
            closing(OursOverHttp(running.base_url, place.holds.experiment_id)) as ours,
        ):
            yield from HTTP.rows(place, {OURS: _own_ms(ours, place, form, running.audited)})


def _own_ms(
    ours: Ours | OursOverHttp, place: Place, form: Form, lines: Callable[[], list[dict[str, Any]]]
) -> list[float]:
    """Of each call, but for the first two, which open the store."""
    waited: list[float] = []
    for number in range(1 + form.calls // 2):
        waited.append(ours.search(ROWS).seconds)
        waited.append(ours.get_trace(place.holds.newest[number]).seconds)
    of_store = [line["store_s"] for line in lines()]
    if len(of_store) != len(waited):
        raise WrongAnswerError(f"{len(waited)} calls have {len(of_store)} audit lines.")
    return [1000 * (total - store) for total, store in zip(waited, of_store, strict=True)][2:]
