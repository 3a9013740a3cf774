"""Fixtures that many suites share. Stores are made when a test first asks for them, once for all."""

import hashlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.faults.postgres import readable
from tests.oracle import Oracle
from tests.stores import RealStore, postgres_sample, server_sample, sqlite_sample


def pytest_configure() -> None:
    """A run that is told to end, by `timeout` for instance, ends as with Ctrl-C: it stops the servers it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStore]:
    """The sample traces in a SQLite file, which nothing that a whole run does may change by a byte."""
    folder = tmp_path_factory.mktemp("sqlite")
    with sqlite_sample(folder) as store:
        before = _contents(folder)
        yield store
        assert _contents(folder) == before


def _contents(folder: Path) -> dict[str, str]:
    """The hash of each file of a database: the file itself, its journal, its WAL."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("mlflow.db*"))}


@pytest.fixture(scope="session")
def postgres_store() -> Iterator[RealStore]:
    """The sample traces in a PostgreSQL, with ids of their own."""
    with postgres_sample() as store:
        yield store


@pytest.fixture(scope="session")
def readable_postgres(postgres_store: RealStore) -> Iterator[Engine]:
    """The sample traces, with a user that may read them."""
    with readable(postgres_store) as admin:
        yield admin


@pytest.fixture(scope="session")
def server_store(sqlite_store: RealStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStore]:
    """A real `mlflow server` over a copy of the SQLite file."""
    with server_sample(sqlite_store, tmp_path_factory.mktemp("server")) as store:
        yield store


@pytest.fixture(scope="session", params=["sqlite", "postgres", "server"])
def real_store(request: pytest.FixtureRequest) -> RealStore:
    """Each of the three stores in turn."""
    return request.getfixturevalue(f"{request.param}_store")


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """MLflow's own client, to compare with."""
    asked = Oracle()
    yield asked
    asked.close()
