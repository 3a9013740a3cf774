"""From the start of a process to its first answers."""

from collections.abc import Callable, Iterator
from functools import partial

from bench.comparison.checks import same_traces
from bench.comparison.measure import Bound, Measure, Row, take_turns
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import MCP_RUN, OURS, MlflowMcpRun, Ours

ROWS = 20

INITIALIZE = Measure(
    "spawn to `initialize` answer",
    "s",
    "From the start of a new process to its answer to `initialize`, over stdio.",
    (Bound(MCP_RUN, 0.25),),
)
FIRST_SEARCH = Measure(
    "spawn to first search answer",
    "s",
    f"The same process goes on with its first call, a search of {ROWS}.",
    (Bound(MCP_RUN, 0.3),),
)
MEASURES = (INITIALIZE, FIRST_SEARCH)

Starting = Callable[[Place], Ours | MlflowMcpRun]


def measure_starts(place: Place, form: Form, ours: Starting = Ours) -> Iterator[Row]:
    """A first round, which writes bytecode and fills the page cache, is not counted; the small form has no other."""
    warm = form.starts > 1
    started: dict[str, Starting] = {OURS: ours, MCP_RUN: MlflowMcpRun}
    greeted: dict[str, list[float]] = {name: [] for name in started}
    asked = {name: partial(_start, start, name, place, greeted[name]) for name, start in started.items()}
    searched = take_turns(asked, form.starts, warm=warm)
    yield from INITIALIZE.rows(place, {name: figures[warm:] for name, figures in greeted.items()})
    yield from FIRST_SEARCH.rows(place, searched)


def _start(start: Starting, name: str, place: Place, greeted: list[float]) -> float:
    """The seconds until the first search is answered; those until the first answer go to `greeted`."""
    with start(place) as started:
        started.greet()
        greeted.append(started.age_s())
        found = started.search(ROWS)
        same_traces(f"the first search, {place.name}", place.holds.newest[:ROWS], {name: found})
        return greeted[-1] + found.seconds
