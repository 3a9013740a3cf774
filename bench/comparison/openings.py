"""Opening a trace: how long it takes, by the number of its spans, and how much a model has to read first."""

from collections.abc import Iterator

from bench.comparison.checks import same_trace, so_many_spans
from bench.comparison.measure import Bound, Measure, Row, take_turns
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import CLIENT, MCP_RUN, READER, MlflowReader, Subject, Trio

LARGEST_OF_MCP_RUN = 2_000
"""Of a larger trace it would write tens of megabytes of JSON."""

OPEN = Measure(
    "get_trace of {} spans",
    "ms",
    "The first answer of get_trace, each time of a trace that was not opened before, since ours remembers large ones. "
    f"{MCP_RUN} writes the whole trace as JSON. MLflow's client gives it as objects that are decoded when they are "
    "read: once more, it reads of each span what our overview adds up (type, status, times, tokens).",
    (Bound(CLIENT, 1.2, ("SQLite",)), Bound(CLIENT, 0.7, ("server",)), Bound(READER), Bound(MCP_RUN)),
)
OPEN_LARGEST = Measure(
    "get_trace of {} spans",
    "ms",
    "The same of a trace larger than the bounds are about.",
    (Bound(CLIENT), Bound(READER)),
)
CHARACTERS = Measure(
    "get_trace of {} spans, characters",
    "",
    "The first answer of get_trace. From ours, every cut can be read on.",
    (Bound(MCP_RUN, 0.01),),
)
MEASURES = (OPEN, CHARACTERS)


def measure_openings(place: Place, form: Form, trio: Trio) -> Iterator[Row]:
    largest = max(spans for spans in form.openings if spans <= LARGEST_OF_MCP_RUN)
    for spans, rounds in form.openings.items():
        everyone = [*trio.everyone, MlflowReader(trio.client)]
        who = [one for one in everyone if one.name != MCP_RUN or spans <= largest]
        yield from _openings(place, spans, rounds, who)
        if spans == largest:
            trace_id = place.holds.by_spans[spans][0]
            read = {one.name: [one.get_trace(trace_id).characters] for one in (trio.ours, trio.mcp_run)}
            yield from CHARACTERS.rows(place, read, spans)


def _openings(place: Place, spans: int, rounds: int, who: list[Subject]) -> Iterator[Row]:
    first, *others = place.holds.by_spans[spans]
    question = f"get_trace of {spans} spans, {place.name}"
    same_trace(question, spans, {one.name: one.every_span(first) for one in who})

    def opening(subject: Subject) -> float:
        answer = subject.get_trace(next(unopened[subject.name]))
        so_many_spans(question, spans, subject.name, answer)
        return 1000 * answer.seconds

    # From the far end, where no call before this one was.
    unopened = {one.name: iter(others[::-1]) for one in who}
    taken = take_turns({one.name: lambda one=one: opening(one) for one in who}, rounds, warm=False)
    measure = OPEN if MCP_RUN in taken else OPEN_LARGEST
    yield from measure.rows(place, taken, spans)
