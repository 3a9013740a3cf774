"""Searches without a condition: how long they take, and how much a model has to read of them."""

from collections.abc import Iterator

from bench.comparison.checks import same_traces
from bench.comparison.measure import Bound, Measure, Row, take_turns
from bench.comparison.processes import WrongAnswerError
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import CLIENT, MCP_RUN, OURS, Found, Ours, Trio

ROWS = 20
WITHOUT_SPANS = f"{MCP_RUN} without spans"

SEARCH = Measure(
    f"search of {ROWS}",
    "ms",
    f"The newest {ROWS} of an experiment. {MCP_RUN} is called as its tool is by default (a table, for which it reads "
    "the spans of every trace), and once more without spans. MLflow's client reads infos only.",
    (
        Bound(MCP_RUN, 0.5),
        Bound(WITHOUT_SPANS),
        Bound(CLIENT, 1.2, ("SQLite",)),
        Bound(CLIENT, 0.8, ("server",)),
    ),
)
NOT_LOOKED_UP = Measure(
    "an answer without the store",
    "ms",
    "`describe_filter_syntax` without arguments: an answer of about as many characters as a search of 20, for which "
    "nothing is looked up. What two processes, a pipe and the MCP SDK take of each call, beside the same searches of "
    "MLflow's client.",
    (Bound(CLIENT),),
)
DETAILED = Measure(
    "search of {} with `detailed`, characters",
    "",
    "Our answer, which ends at the budget of 20,000 characters and has a cursor for the rest, beside the JSON with "
    f"spans of {MCP_RUN} for as many traces.",
    (Bound(MCP_RUN, 0.1, ("server",)),),
)
ALL_PAGES = Measure(
    "search of {} with `detailed`, characters of all pages",
    "",
    "Our cursor followed until each of those traces was shown; without a bound.",
    (Bound(MCP_RUN, None, ("server",)),),
)
MEASURES = (SEARCH, NOT_LOOKED_UP, DETAILED, ALL_PAGES)


def measure_searches(place: Place, form: Form, trio: Trio) -> Iterator[Row]:
    asked = {
        OURS: lambda: trio.ours.search(ROWS),
        MCP_RUN: lambda: trio.mcp_run.search(ROWS),
        WITHOUT_SPANS: lambda: trio.mcp_run.search_without_spans(ROWS),
        CLIENT: lambda: trio.client.search(ROWS),
    }
    question = f"search of {ROWS}, {place.name}"
    same_traces(question, place.holds.newest[:ROWS], {name: ask() for name, ask in asked.items()})
    timed = {name: lambda ask=ask: 1000 * ask().seconds for name, ask in asked.items()}
    taken = take_turns({**timed, NOT_LOOKED_UP.name: lambda: 1000 * trio.ours.syntax()}, form.rounds)
    yield from SEARCH.rows(place, taken)
    yield from NOT_LOOKED_UP.rows(place, {OURS: taken[NOT_LOOKED_UP.name], CLIENT: taken[CLIENT]})
    if place.kind == "server":
        yield from _detailed(place, form, trio)


def _detailed(place: Place, form: Form, trio: Trio) -> Iterator[Row]:
    pages, theirs = _pages(trio.ours, form.rows), trio.mcp_run.search_json(form.rows)
    ours = Found(0, [trace_id for page in pages for trace_id in page.trace_ids])
    question = f"search of {form.rows} with `detailed`, {place.name}"
    same_traces(question, place.holds.newest[: form.rows], {OURS: ours, MCP_RUN: theirs})
    whole = sum(page.characters for page in pages)
    yield from DETAILED.rows(place, {OURS: [pages[0].characters], MCP_RUN: [theirs.characters]}, form.rows)
    yield from ALL_PAGES.rows(place, {OURS: [whole], MCP_RUN: [theirs.characters]}, form.rows)


def _pages(ours: Ours, rows: int) -> list[Found]:
    """As many as it takes to see so many rows."""
    pages = [ours.search(rows, detail="detailed")]
    while left := rows - sum(len(page.trace_ids) for page in pages):
        if not (cursor := pages[-1].next_page):
            raise WrongAnswerError(f"Our search ends {left} rows before its end.")
        pages.append(ours.search(left, detail="detailed", cursor=cursor))
    return pages
