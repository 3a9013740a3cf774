"""The gateways under contract, each over a store that holds the sample traces."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from string import Template

import pytest

from mcp_traces.demo import make_sample_store
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.reader import read_filter
from mcp_traces.store.gateway import Order, TraceGateway, TraceQuery
from mcp_traces.store.rest_gateway import RestConfig, RestGateway
from mcp_traces.store.sql_gateway import SqlGateway
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.oracle import Oracle
from tests.store.mariadb import mariadb
from tests.store.questions import BY_HAND
from tests.stores import RealStore

CONTRACT = [pytest.mark.anyio, pytest.mark.store]
"""The marks of every module of the contract."""

KINDS = ("fake", "sqlite", "postgresql", "mysql", "server")
_STORES = {
    "fake": "sqlite_store",
    "sqlite": "sqlite_store",
    "postgresql": "postgres_store",
    "mysql": "mysql_store",
    "server": "server_store",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A gateway, and the store whose traces it shows; the fake one shows those of the SQLite store."""

    kind: str
    gateway: TraceGateway
    store: RealStore

    def trace_id(self, label: str) -> str:
        return self.store.sample.traces[label]

    @property
    def experiment_ids(self) -> tuple[str, ...]:
        return tuple(self.store.sample.experiments.values())

    async def search(
        self, filter_text: str | None = None, *, order_by: Sequence[Order] = (), limit: int = 100
    ) -> list[str]:
        """The ids of the traces of both experiments that meet the filter."""
        query = TraceQuery(self.experiment_ids, clauses_of(filter_text), tuple(order_by), limit)
        return [info.trace_id for info in (await self.gateway.search_traces(query)).traces]


def clauses_of(filter_text: str | None) -> tuple[Clause, ...]:
    """A filter as the tools read it; MLflow takes some that they refuse because they find nothing."""
    if filter_text is None:
        return ()
    if filter_text in BY_HAND:
        return (BY_HAND[filter_text],)
    read = read_filter(filter_text)
    assert not read.problems, read.problems
    return read.clauses


class KnownAnswers:
    """What MLflow finds in the SQLite store, by the labels that all stores share; each filter is asked once."""

    def __init__(self, store: RealStore, oracle: Oracle) -> None:
        self._store = store
        self._oracle = oracle
        self._words = words(store, oracle)
        self._labels: dict[str | None, list[str]] = {}

    def labels(self, template: str | None) -> list[str]:
        if template not in self._labels:
            self._labels[template] = labels(self._store, self._search(template))
        return self._labels[template]

    def _search(self, template: str | None) -> list[str]:
        text = template and Template(template).substitute(self._words)
        locations = list(self._store.sample.experiments.values())
        return self._oracle.search(self._store, locations=locations, filter_string=text, max_results=100)


@pytest.fixture(scope="session")
def mysql_store() -> Iterator[RealStore]:
    """The sample traces in a MariaDB, where the machine has one."""
    with mariadb() as uri:
        yield RealStore("mysql", uri, make_sample_store(uri))


@pytest.fixture(scope="session", params=KINDS)
def subject_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def subject_store(subject_kind: str, request: pytest.FixtureRequest) -> RealStore:
    return request.getfixturevalue(_STORES[subject_kind])


@pytest.fixture(scope="session")
async def subject(subject_kind: str, subject_store: RealStore) -> AsyncIterator[Subject]:
    """One gateway after the other; every test of the contract runs on each."""
    gateway = await _gateway(subject_kind, subject_store)
    async with aclosing(gateway):
        yield Subject(subject_kind, gateway, subject_store)


async def _gateway(kind: str, store: RealStore) -> TraceGateway:
    if kind == "server":
        return RestGateway(RestConfig(base_url=store.tracking_uri))
    real = SqlGateway(store.tracking_uri)
    if kind != "fake":
        return real
    async with aclosing(real):
        return await _loaded_fake(real, store)


async def _loaded_fake(real: TraceGateway, store: RealStore) -> FakeTraceGateway:
    """All that the real store holds, the traces of a deleted experiment among it."""
    experiments = await real.search_experiments(100)
    ids = (*store.sample.experiments.values(), store.sample.deleted_experiment_id)
    page = await real.search_traces(TraceQuery(ids, limit=100))
    traces = [await real.get_trace(info.trace_id) for info in page.traces]
    return FakeTraceGateway(traces, experiments, DATABASE, runs=[await real.get_run(store.sample.run_id)])


@pytest.fixture(scope="session")
def filter_words(subject_store: RealStore, oracle: Oracle) -> dict[str, str]:
    return words(subject_store, oracle)


@pytest.fixture(scope="session")
def known_answers(sqlite_store: RealStore, oracle: Oracle) -> KnownAnswers:
    return KnownAnswers(sqlite_store, oracle)


def words(store: RealStore, oracle: Oracle) -> dict[str, str]:
    """What a filter of the tables may name: `<label>` for a trace's id, `<label>_ms` for its time, `run_id`."""
    page = oracle.search_page(store, locations=list(store.sample.experiments.values()), max_results=100)
    times = {info["trace_id"]: str(info["request_time"]) for info in page["traces"]}
    by_label = store.sample.traces
    return {
        **by_label,
        **{f"{label}_ms": times[trace_id] for label, trace_id in by_label.items()},
        "run_id": store.sample.run_id,
    }


def labels(store: RealStore, trace_ids: list[str]) -> list[str]:
    """The sample's names for these traces, sorted: ids differ from store to store."""
    by_id = {trace_id: label for label, trace_id in store.sample.traces.items()}
    return sorted(by_id[trace_id] for trace_id in trace_ids)
