"""A page far on beside the first, in a store of very many traces, the newest first."""

from collections.abc import Callable, Iterator

from bench.comparison.checks import same_traces
from bench.comparison.measure import Bound, Measure, Row, take_turns
from bench.comparison.processes import WrongAnswerError
from bench.comparison.stores import Form, Place
from bench.comparison.subjects import CLIENT, OURS, Found, MlflowClient, Ours

FIRST_PAGE, CLIENTS_FIRST_PAGE = "our page 1", "its page 1"

PAGE = Measure(
    "page {} of a search, the newest first",
    "ms",
    "Pages of 100 of the 50,000 traces, beside our own first page, and beside the same page of MLflow's client, which "
    "counts its way there. The pages before it are walked, and are no part of the time.",
    (Bound(FIRST_PAGE, 1.5), Bound(CLIENT)),
)
OF_CLIENT = Measure(
    "page {} of MLflow's client, the newest first",
    "ms",
    "What paging by offset costs; told without a bound.",
    (Bound(CLIENTS_FIRST_PAGE),),
    who=CLIENT,
)
MEASURES = (PAGE, OF_CLIENT)

_ROOM = {"MCP_TRACES_MAX_CHARS": "80000"}


def measure_pages(place: Place, form: Form) -> Iterator[Row]:
    with Ours(place, **_ROOM) as ours, MlflowClient(place.tracking_uri, place.holds.experiment_id) as client:
        ours.greet()
        client.wait_until_ready()
        yield from _pages(place, form, ours, client)


def _pages(place: Place, form: Form, ours: Ours, client: MlflowClient) -> Iterator[Row]:
    size, newest = form.rows, place.holds.newest
    cursor = _walked(form.page, lambda cursor: ours.search(size, **({"cursor": cursor} if cursor else {})))
    token = _walked(form.page, lambda token: client.search(size, page_token=token))
    asked = {
        FIRST_PAGE: lambda: ours.search(size),
        OURS: lambda: ours.search(size, cursor=cursor),
        CLIENTS_FIRST_PAGE: lambda: client.search(size),
        CLIENT: lambda: client.search(size, page_token=token),
    }
    found = {name: ask() for name, ask in asked.items()}
    far = (form.page - 1) * size
    firsts = {name: found.pop(name) for name in (FIRST_PAGE, CLIENTS_FIRST_PAGE)}
    same_traces("page 1", newest[:size], firsts)
    same_traces(f"page {form.page}", newest[far : far + size], found)
    timed = {name: lambda ask=ask: 1000 * ask().seconds for name, ask in asked.items()}
    taken = take_turns(timed, form.rounds)
    yield from (row for measure in MEASURES for row in measure.rows(place, taken, form.page))


def _walked(page: int, search: Callable[[str | None], Found]) -> str:
    """What leads to the page, from page to page."""
    token: str | None = None
    for number in range(1, page):
        if (token := search(token).next_page) is None:
            raise WrongAnswerError(f"There is no page after page {number}.")
    return token or ""
