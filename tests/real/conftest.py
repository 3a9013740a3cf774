"""One gateway and one client for each real store, shared by all tests of this folder."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from mcp_traces.store.gateway import TraceGateway
from mcp_traces.store.open_gateway import open_gateway
from tests.oracle import Oracle
from tests.real.calls import Tools, connected, only
from tests.real.own_stores import analyze, own_stores
from tests.store.conftest import words
from tests.stores import RealStore

REAL = [pytest.mark.anyio, pytest.mark.store]
"""The marks of every module here."""


@pytest.fixture(scope="session")
async def gateway(real_store: RealStore) -> AsyncIterator[TraceGateway]:
    if real_store.kind == "postgresql":
        analyze(real_store.tracking_uri)
    async with aclosing(open_gateway(only(tracking_uri=real_store.tracking_uri))) as gateway:
        yield gateway


# A client has a task group of its own, and those of one runner must end in the order in which they began: with the
# module, before a client of another store begins.
@pytest.fixture(scope="module")
async def tools(real_store: RealStore, gateway: TraceGateway) -> AsyncIterator[Tools]:
    async with connected(real_store, gateway) as tools:
        yield tools


@pytest.fixture(scope="session")
def filter_words(real_store: RealStore, oracle: Oracle) -> dict[str, str]:
    """`<label>` is a trace's id, `<label>_ms` its time, `<label>_end_ms` its end, `run_id` the run."""
    page = oracle.search_page(real_store, locations=list(real_store.sample.experiments.values()), max_results=100)
    ends = {info["trace_id"]: info["request_time"] + info["execution_duration"] for info in page["traces"]}
    labels = real_store.sample.traces.items()
    return words(real_store, oracle) | {f"{label}_end_ms": str(ends[trace_id]) for label, trace_id in labels}


@pytest.fixture(scope="session")
def all_own_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RealStore]]:
    with own_stores(tmp_path_factory.mktemp("own")) as stores:
        yield stores


@pytest.fixture(scope="session", params=["sqlite", "postgresql", "server"])
def own_store(request: pytest.FixtureRequest, all_own_stores: dict[str, RealStore]) -> RealStore:
    """A store of nasty values."""
    return all_own_stores[request.param]


@pytest.fixture(scope="module")
async def own_tools(own_store: RealStore) -> AsyncIterator[Tools]:
    gateway = open_gateway(only(tracking_uri=own_store.tracking_uri))
    async with aclosing(gateway), connected(own_store, gateway) as tools:
        yield tools
