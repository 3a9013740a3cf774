"""Searches of what spans recorded look window by window, the newest first, and return what they found in time."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from mcp import Client

from mcp_traces.filters.compiler import Conditions, compile_conditions
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store import sql_reader
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.store.sql_gateway import SqlGateway
from tests.oracle import Oracle
from tests.stores import RealStore

pytestmark = [pytest.mark.anyio, pytest.mark.store]

WORDS = "order"
IS_ABOUT = compile_conditions(Conditions(text=WORDS))


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> RealStore:
    return request.getfixturevalue(f"{request.param}_store")


@pytest.fixture
async def gateway(store: RealStore) -> AsyncIterator[SqlGateway]:
    async with aclosing(SqlGateway(store.tracking_uri)) as opened:
        yield opened


def experiment_ids(store: RealStore) -> tuple[str, ...]:
    return tuple(store.sample.experiments.values())


async def pages(gateway: SqlGateway, store: RealStore, limit: int) -> list[list[str]]:
    found: list[list[str]] = []
    token = None
    while not found or token is not None:
        query = TraceQuery(experiment_ids(store), IS_ABOUT, limit=limit, page_token=token)
        page = await gateway.search_traces(query)
        assert (page.reached_ms is None) or page.next_page_token is not None
        found.append([info.trace_id for info in page.traces])
        token = page.next_page_token
    return found


def expected(oracle: Oracle, store: RealStore) -> list[str]:
    asked = {"locations": list(experiment_ids(store)), "filter_string": f"trace.text ILIKE '%{WORDS}%'"}
    return oracle.search(store, **asked, max_results=100)


@pytest.mark.parametrize("window", [1, 3, 10, 5_000])
@pytest.mark.parametrize("limit", [1, 4, 100])
async def test_windows_of_any_size_find_the_same(
    gateway: SqlGateway, store: RealStore, oracle: Oracle, monkeypatch: pytest.MonkeyPatch, window: int, limit: int
) -> None:
    """What MLflow's client finds, in its order, on however many pages."""
    monkeypatch.setattr(sql_reader, "FIRST_WINDOW", window)

    found = [trace_id for page in await pages(gateway, store, limit) for trace_id in page]

    assert found == expected(oracle, store)
    assert len(found) > 4


async def test_a_search_that_runs_out_of_time_continues_where_it_stopped(
    gateway: SqlGateway, store: RealStore, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no time left, each page covers one window: nothing is skipped, and nothing is found twice."""
    monkeypatch.setattr(sql_reader, "FIRST_WINDOW", 7)
    monkeypatch.setattr(sql_reader, "SEARCHING_SHARE", 0.0)

    found = await pages(gateway, store, 100)

    assert [trace_id for page in found for trace_id in page] == expected(oracle, store)
    assert len(found) > 5


async def test_an_answer_says_how_far_back_it_came(store: RealStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent that reads "nothing" must know that it is nothing so far; the cursor leads through the rest."""
    monkeypatch.setattr(sql_reader, "FIRST_WINDOW", 5)
    monkeypatch.setattr(sql_reader, "SEARCHING_SHARE", 0.0)
    settings = Settings(tracking_uri=store.tracking_uri)
    seen: list[str] = []
    async with (
        aclosing(SqlGateway(store.tracking_uri)) as gateway,
        Client(build_server(settings, gateway)) as client,
    ):
        asked = {"experiment": list(experiment_ids(store)), "text": WORDS, "limit": 50}
        answers = 0
        while answers == 0 or "cursor" in asked:
            result = await client.call_tool("search_traces", asked)
            answer = result.structured_content
            assert not result.is_error and answer is not None
            seen += [row["trace_id"] for row in answer["traces"]]
            is_part = "next_cursor" in answer
            assert (
                any("Spans were searched from the newest trace back to" in note for note in answer.get("notes", []))
                is is_part
            )
            assert not any("Nothing matches" in note for note in answer.get("notes", []))
            asked = {**asked, "cursor": answer["next_cursor"]} if is_part else {}
            answers += 1

    assert answers > 5
    assert len(seen) == len(set(seen)) > 4
