"""The PostgreSQL of these tests."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine

from tests.faults.postgres import Postgres, proxied, readable
from tests.stores import RealStore


@pytest.fixture(scope="session")
def readable_postgres(postgres_store: RealStore) -> Iterator[Engine]:
    """The sample traces, with a user that may read them."""
    with readable(postgres_store) as admin:
        yield admin


@pytest.fixture
async def postgres(readable_postgres: Engine, postgres_store: RealStore) -> AsyncIterator[Postgres]:
    async with proxied(postgres_store, readable_postgres) as postgres:
        yield postgres
