"""Stores of more traces than pages hold and more experiments than MLflow lists: nothing is missed or shown twice.

The experiments come first, since the application that keeps logging goes on until its store's last test.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import Any

import pytest

from mcp_traces.settings import DEFAULT_MAX_CHARS
from mcp_traces.shaping.text import compact
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.store.open_gateway import open_gateway
from tests.oracle import Oracle
from tests.real.application import Application, application
from tests.real.calls import Tools, connected, ids, only
from tests.real.conftest import REAL
from tests.real.crowd_stores import LEAST_RECENT, MOST_RECENT, RUN_ID, CrowdStore, Times, crowd_stores
from tests.tools.conftest import ToolFailedError

pytestmark = REAL

LIMIT = 100

LISTED = 1_000
"""How many experiments MLflow lists unless it is asked for more."""

ASKED = 1_100

ORDERS: dict[str, Callable[[Times], int]] = {
    "newest": lambda times: -times[0],
    "oldest": lambda times: times[0],
    "slowest": lambda times: -times[1],
    "fastest": lambda times: times[1],
}


@pytest.fixture(scope="module")
def all_crowd_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, CrowdStore]]:
    with crowd_stores(tmp_path_factory.mktemp("crowd")) as stores:
        yield stores


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "server"])
def held(request: pytest.FixtureRequest, all_crowd_stores: dict[str, CrowdStore]) -> CrowdStore:
    """Each of the three stores in turn, and what it holds."""
    return all_crowd_stores[request.param]


@pytest.fixture(scope="module")
async def crowd_gateway(held: CrowdStore) -> AsyncIterator[TraceGateway]:
    async with aclosing(open_gateway(only(tracking_uri=held.store.tracking_uri))) as gateway:
        yield gateway


@pytest.fixture(scope="module")
async def crowd_tools(held: CrowdStore, crowd_gateway: TraceGateway) -> AsyncIterator[Tools]:
    async with connected(held.store, crowd_gateway) as tools:
        yield tools


@pytest.fixture(scope="module")
def arrivals(held: CrowdStore) -> Iterator[Application]:
    """An application that keeps logging into the crowd."""
    with application(held.store.tracking_uri, "log", held.crowd.experiments["crowd"]) as logging:
        yield logging


@pytest.fixture(scope="module")
def deletions(held: CrowdStore) -> Iterator[Application]:
    """An application that deletes what it is told to."""
    with application(held.store.tracking_uri, "delete") as deleting:
        yield deleting


def in_order(crowd: Mapping[str, Times], order: str) -> list[str]:
    """Traces with equal times go by their ids, in each order."""
    return sorted(crowd, key=lambda trace_id: (ORDERS[order](crowd[trace_id]), trace_id))


async def paged(tools: Tools, between: Callable[[list[str]], Awaitable[None]], **asked: Any) -> list[list[str]]:
    """The ids on each page to the last; `between` pages something happens, which is told the ids on the one before."""
    pages: list[list[str]] = []
    while True:
        answer = await tools.search(limit=LIMIT, **asked)
        pages.append(ids(answer))
        if "next_cursor" not in answer:
            return pages
        await between(pages[-1])
        asked["cursor"] = answer["next_cursor"]


def test_there_are_more_experiments_than_mlflow_lists(held: CrowdStore, oracle: Oracle) -> None:
    """Otherwise the tests of many experiments could not fail."""
    listed = [one["experiment_id"] for one in oracle.experiments(held.store)]

    assert len(listed) == LISTED
    assert held.crowd.many[-1] in listed
    assert held.crowd.many[0] not in listed


async def test_more_experiments_than_mlflow_lists_are_searched_at_once(crowd_tools: Tools, held: CrowdStore) -> None:
    """Whoever lists the experiments to search has no other limit than those of what MLflow takes."""
    asked = held.crowd.many[:ASKED]

    found = await crowd_tools.found(experiment=list(asked), limit=6)

    assert found == [held.crowd.lonely[one] for one in reversed(asked) if one in held.crowd.lonely]


async def test_an_answer_about_many_experiments_keeps_its_budget(held: CrowdStore, crowd_gateway: TraceGateway) -> None:
    """Their names and the cursor, which carries their ids, are part of the answer; the rows are what was asked for."""
    async with connected(held.store, crowd_gateway, max_chars=DEFAULT_MAX_CHARS) as tools:
        answer = await tools.search(experiment=list(held.crowd.many[:ASKED]), limit=4)

    assert answer["returned"] == 4
    assert len(compact(answer)) <= DEFAULT_MAX_CHARS


async def test_a_run_is_found_in_the_experiment_that_was_updated_least_recently(
    crowd_tools: Tools, held: CrowdStore
) -> None:
    """A run id is enough without experiment, as the argument says, however many others were updated since."""
    experiment_id = held.crowd.many[0]

    answer = await crowd_tools.call("search_traces", run_id=RUN_ID)

    assert ids(answer) == [held.crowd.lonely[experiment_id]]
    assert answer["applied"]["experiments"] == {experiment_id: LEAST_RECENT}


@pytest.mark.parametrize(("name", "number"), [(MOST_RECENT, -1), (LEAST_RECENT, 0)], ids=["most", "least"])
async def test_an_experiment_is_found_by_name_however_long_ago_it_was_updated(
    crowd_tools: Tools, held: CrowdStore, name: str, number: int
) -> None:
    """A name is looked up, not looked for among those that MLflow lists."""
    answer = await crowd_tools.search(experiment=name)

    assert answer["applied"]["experiments"] == {held.crowd.many[number]: name}


@pytest.mark.parametrize("name", [MOST_RECENT, LEAST_RECENT], ids=["most", "least"])
async def test_a_misspelt_name_gets_a_suggestion_however_long_ago_it_was_updated(crowd_tools: Tools, name: str) -> None:
    """One retry must be enough, and the few experiments that the error lists are others."""
    with pytest.raises(ToolFailedError, match=f"Did you mean '{name}'"):
        await crowd_tools.search(experiment=name.replace("-", "_") + "s")


def test_a_copied_trace_is_to_mlflow_like_the_one_it_logged(held: CrowdStore, oracle: Oracle) -> None:
    """The crowd stands for what applications log: ids and times may differ, and nothing else."""
    crowd = held.crowd.crowds["crowd"]
    logged, copied = list(crowd)[:2]

    as_read = [oracle.get(held.store, trace_id) for trace_id in (logged, copied)]

    times = [(one["info"]["request_time"], one["info"]["execution_duration"]) for one in as_read]
    assert times == [crowd[logged], crowd[copied]]
    assert without_times(as_read[1], copied) == without_times(as_read[0], logged)


def without_times(trace: dict[str, Any], trace_id: str) -> Any:
    """The trace without its times, and with a word for its id wherever that stands."""
    info = {key: value for key, value in trace["info"].items() if key not in ("request_time", "execution_duration")}
    spans = [{**span, "start_time_ns": None, "end_time_ns": None} for span in trace["spans"]]
    for span in spans:
        del span["attributes"]["mlflow.spanStartTimeNs"]
    return json.loads(json.dumps([info, spans]).replace(trace_id, "its id"))


def test_more_traces_than_ten_pages_hold_are_equal(held: CrowdStore) -> None:
    """Equal times are where a page that begins at a value could repeat or lose rows: they are there."""
    for crowd in held.crowd.crowds.values():
        assert Counter(crowd.values()).most_common(1)[0][1] == len(crowd) // 2

    assert len(held.crowd.crowds["crowd"]) == 2 * 10 * LIMIT


@pytest.mark.parametrize("order", ["newest", "slowest"])
async def test_nothing_else_is_lost_when_the_trace_that_a_page_ended_with_is_deleted(
    crowd_tools: Tools, held: CrowdStore, deletions: Application, order: str
) -> None:
    """The next page begins at a trace that it cannot find again, most often among others with the same times."""
    name = f"shrinking {order}"

    async def delete_last(page: list[str]) -> None:
        await deletions.delete(held.crowd.experiments[name], page[-1])

    pages = await paged(crowd_tools, delete_last, experiment=name, order_by=order)

    assert [trace_id for page in pages for trace_id in page] == in_order(held.crowd.crowds[name], order)


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_show_each_trace_once_and_in_order_while_others_arrive(
    crowd_tools: Tools, held: CrowdStore, arrivals: Application, order: str
) -> None:
    """MLflow's own offset pages repeat a row for each trace that arrives in front of them."""
    crowd = held.crowd.crowds["crowd"]
    arrived: list[int] = []

    async def let_one_arrive(_: list[str]) -> None:
        await arrivals.one_more()
        arrived.append(len(arrivals.done))

    await let_one_arrive([])
    there_at_the_start = [*crowd, *arrivals.done]
    pages = await paged(crowd_tools, let_one_arrive, experiment="crowd", order_by=order)

    seen = [trace_id for page in pages for trace_id in page]
    assert [trace_id for trace_id in seen if trace_id in crowd] == in_order(crowd, order)
    assert not Counter(there_at_the_start) - Counter(seen) and len(seen) == len(set(seen))
    assert [len(page) for page in pages[:-1]] == [LIMIT] * (len(pages) - 1)
    assert pages[-1]
    assert len(set(arrived)) == len(pages), "a trace must have arrived before each page"
