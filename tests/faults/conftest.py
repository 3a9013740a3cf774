"""The PostgreSQL of these tests."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from tests.faults.postgres import Postgres, proxied
from tests.stores import RealStore


@pytest.fixture
async def postgres(readable_postgres: Engine, postgres_store: RealStore) -> AsyncIterator[Postgres]:
    async with proxied(postgres_store, readable_postgres) as postgres:
        yield postgres
