"""A PostgreSQL behind a proxy of ours, and a look at what it does past that."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from tests.faults.conversations import PASSWORD, USER
from tests.faults.tcp_proxy import HOST, TcpProxy, tcp_proxy
from tests.stores import RealStore

DEADLINE_S = 20
LOOK_EVERY_S = 0.02
_OURS = "FROM pg_stat_activity WHERE usename = :user"
LOCK_TRACES = text("LOCK TABLE trace_info IN ACCESS EXCLUSIVE MODE")


@dataclass(frozen=True, slots=True)
class Postgres:
    """`admin` goes past the proxy, to see and to do what no user of ours may."""

    proxy: TcpProxy
    admin: Engine
    database: str
    calls: dict[str, dict[str, str]]

    @property
    def address(self) -> str:
        return f"postgresql://{HOST}:{self.proxy.port}/{self.database}"

    @property
    def uri(self) -> str:
        return self.address.replace("://", f"://{USER}:{PASSWORD}@")

    async def wait_for_waiting(self, least: int) -> None:
        """Until at least so many of our statements wait for a lock, in the server itself."""
        await self._wait_until(f"SELECT count(*) >= :count {_OURS} AND wait_event_type = 'Lock'", least)

    async def wait_for_statements(self, most: int) -> None:
        """Until no more than so many of ours are under way, in the server itself."""
        await self._wait_until(f"SELECT count(*) <= :count {_OURS} AND state = 'active'", most)

    async def wait_for_connections(self, count: int) -> None:
        """Until the server itself has no more than so many of ours."""
        await self._wait_until(f"SELECT count(*) <= :count {_OURS}", count)

    async def _wait_until(self, condition: str, count: int) -> None:
        await anyio.to_thread.run_sync(self._look_until, condition, count)

    def _look_until(self, condition: str, count: int) -> None:
        deadline = time.monotonic() + DEADLINE_S
        with self.admin.connect() as connection:
            while not connection.execute(text(condition), {"user": USER, "count": count}).scalar():
                assert time.monotonic() < deadline, condition
                connection.rollback()  # the next look is at another moment
                time.sleep(LOOK_EVERY_S)


def socket_of(folder: Path) -> Path:
    (server,) = folder.glob(".s.PGSQL.*[0-9]")
    return server


@pytest.fixture(scope="session")
def readable_postgres(postgres_store: RealStore) -> Iterator[Engine]:
    """The sample traces, with a user that may read them."""
    admin = create_engine(postgres_store.tracking_uri, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE \"{USER}\" LOGIN PASSWORD '{PASSWORD}'"))
        connection.execute(text(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{USER}"'))
    yield create_engine(postgres_store.tracking_uri)
    with admin.connect() as connection:
        connection.execute(text(f'DROP OWNED BY "{USER}"'))
        connection.execute(text(f'DROP ROLE "{USER}"'))
    admin.dispose()


@pytest.fixture
async def postgres(readable_postgres: Engine, postgres_store: RealStore) -> AsyncIterator[Postgres]:
    url = make_url(postgres_store.tracking_uri)
    server = socket_of(Path(str(url.query["host"])))
    sample = postgres_store.sample
    experiment = next(iter(sample.experiments))
    calls = {
        "search_traces": {"experiment": experiment},
        "get_trace": {"trace_id": next(iter(sample.traces.values()))},
        "describe_filter_syntax": {"experiment": experiment},
    }
    async with tcp_proxy(str(server)) as proxy:
        yield Postgres(proxy, readable_postgres, url.database or "", calls)
    readable_postgres.dispose()
