"""The three kinds of stores with the sample traces, each behind something of ours that can make it fail."""

import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import httpx2
from sqlalchemy import Engine

from tests.faults import sqlite_faults as on_disk
from tests.faults.conversations import PASSWORD, USER
from tests.faults.exchanges import Behaviour, handing_on_to
from tests.faults.faulty_mlflow import FaultyMlflow, faulty_mlflow
from tests.faults.postgres import LOCK_TRACES, Postgres, proxied
from tests.faults.tcp_proxy import TcpProxy
from tests.faults.test_http_faults import FAULTS
from tests.stores import RealStore

PATIENT_S = 60
Fault = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class FaultyStore:
    """`uri` leads through whatever fails while one of `faults` is entered."""

    uri: str
    store: RealStore
    faults: Mapping[str, Fault]


@asynccontextmanager
async def faulty_server(store: RealStore) -> AsyncGenerator[FaultyStore]:
    # The real server closes connections that it has no more use for, and a proxy is not to be what fails.
    limits = httpx2.Limits(max_keepalive_connections=0)
    async with (
        httpx2.AsyncClient(base_url=store.tracking_uri, timeout=PATIENT_S, limits=limits) as real,
        faulty_mlflow() as proxy,
    ):
        well = proxy.behaviour = handing_on_to(real)

        def behaving(behaviour: Behaviour) -> Fault:
            @asynccontextmanager
            async def fault() -> AsyncGenerator[None]:
                proxy.behaviour = behaviour
                yield
                proxy.behaviour = well

            return fault

        faults = {name: behaving(FAULTS[name].behaviour) for name in _FAULTS}
        uri = proxy.address.replace("://", f"://{USER}:{PASSWORD}@")
        yield FaultyStore(uri, store, faults | {"is down": lambda: _down(proxy)})


_FAULTS = (
    "hangs",
    "hangs in the body",
    "drips a byte a second",
    "hangs up",
    "hangs up in the body",
    "resets",
    "speaks no HTTP",
    "500 of MLflow",
    "502 with a page",
    "429 with a time",
    "401",
    "invalid JSON",
    "fields missing",
    "a page",
    "a redirect to itself",
)
"""Those of a server that an application has to live with, of all that are tried one by one."""


@asynccontextmanager
async def _down(place: FaultyMlflow | TcpProxy) -> AsyncGenerator[None]:
    await place.stop()
    yield
    await place.start()


@asynccontextmanager
async def faulty_file(store: RealStore, folder: Path) -> AsyncGenerator[FaultyStore]:
    """A copy in a folder of its own."""
    database = folder / "mlflow.db"
    shutil.copyfile(store.tracking_uri.removeprefix("sqlite:///"), database)

    def suffering(damage: Callable[[Path], AbstractContextManager[None]]) -> Fault:
        @asynccontextmanager
        async def fault() -> AsyncGenerator[None]:
            with damage(database):
                yield

        return fault

    yield FaultyStore(f"sqlite:///{database}", store, {name: suffering(each) for name, each in _DAMAGES.items()})


_DAMAGES: dict[str, Callable[[Path], AbstractContextManager[None]]] = {
    "locked": on_disk.locked,
    "deleted": on_disk.deleted,
    "a folder": on_disk.replaced(Path.mkdir),
    "an empty file": on_disk.replaced(Path.touch),
    "another file": on_disk.replaced(lambda path: path.write_text("x" * 9999)),
    "cut short": on_disk.cut_short,
    "upgraded": on_disk.replaced(on_disk.upgrade),
}


@asynccontextmanager
async def faulty_postgres(store: RealStore, admin: Engine) -> AsyncGenerator[FaultyStore]:
    async with proxied(store, admin) as postgres:
        faults: dict[str, Fault] = {
            "is down": lambda: _down(postgres.proxy),
            "fails over": lambda: _failing_over(postgres),
            "is lost": lambda: _lost(postgres),
            "locked": lambda: _locked(postgres),
        }
        yield FaultyStore(postgres.uri, store, faults)


@asynccontextmanager
async def _failing_over(postgres: Postgres) -> AsyncGenerator[None]:
    await postgres.proxy.drop_all()
    yield


@asynccontextmanager
async def _lost(postgres: Postgres) -> AsyncGenerator[None]:
    """What was sent meanwhile never arrives: those connections are of no use any more."""
    postgres.proxy.hold_back()
    yield
    await postgres.proxy.drop_all()
    postgres.proxy.let_through()


@asynccontextmanager
async def _locked(postgres: Postgres) -> AsyncGenerator[None]:
    """By a thread, since whom it waits for is served by the proxy in this loop."""
    with postgres.admin.connect() as holder:
        await anyio.to_thread.run_sync(holder.execute, LOCK_TRACES)
        yield
