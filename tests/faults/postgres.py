"""A PostgreSQL behind a proxy of ours, and a look at what it does past that."""

import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
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
    """The arguments with which each tool finds something."""

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


@contextmanager
def readable(store: RealStore) -> Generator[Engine]:
    """The way past the proxy to a store that has now a user who may read."""
    admin = create_engine(store.tracking_uri, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE \"{USER}\" LOGIN PASSWORD '{PASSWORD}'"))
        connection.execute(text(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{USER}"'))
    engine = create_engine(store.tracking_uri)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP OWNED BY "{USER}"'))
        connection.execute(text(f'DROP ROLE "{USER}"'))
    admin.dispose()


@asynccontextmanager
async def proxied(store: RealStore, admin: Engine) -> AsyncGenerator[Postgres]:
    url = make_url(store.tracking_uri)
    server = socket_of(Path(str(url.query["host"])))
    async with tcp_proxy(str(server)) as proxy:
        yield Postgres(proxy, admin, url.database or "", _finding(store))
    admin.dispose()


def _finding(store: RealStore) -> dict[str, dict[str, str]]:
    experiment = next(iter(store.sample.experiments))
    return {
        "search_traces": {"experiment": experiment},
        "get_trace": {"trace_id": next(iter(store.sample.traces.values()))},
        "describe_filter_syntax": {"experiment": experiment},
    }
