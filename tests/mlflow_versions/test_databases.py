"""The databases that are kept for `make test`, made again with the real SDKs: all tools find the same in them."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from mcp_traces.store.sql_gateway import SqlGateway
from tests.mlflow_versions.database_checks import CHECKS, Check, tools_over
from tests.mlflow_versions.make_databases import make
from tests.old_databases import (
    BACKENDS,
    MADE,
    UPGRADED,
    Backend,
    OldDatabase,
    load_postgresql,
    load_sqlite,
    shape,
)
from tests.real.calls import Tools
from tests.stores import postgres

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def postgres_uri() -> Iterator[str]:
    with postgres() as uri:
        yield uri


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory, postgres_uri: str) -> Callable[[str], Path]:
    """Makes the databases of a version, once, and returns the folder of the dumps."""
    work, data = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("remade")

    @cache
    def made(version: str) -> Path:
        assert list(make(version, work, postgres_uri, data))
        return data

    return made


@pytest.fixture(
    scope="module",
    params=[
        (name, backend)
        for version in MADE
        for name in (version, f"{version}-upgraded")
        if name in (*MADE, *UPGRADED)
        for backend in BACKENDS
    ],
    ids=lambda one: "-".join(one),
)
def database(
    request: pytest.FixtureRequest,
    remade: Callable[[str], Path],
    postgres_uri: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> OldDatabase:
    name: str
    backend: Backend
    name, backend = request.param
    try:
        data = remade(name.removesuffix("-upgraded"))
    except RuntimeError as error:
        if "is not installed" not in str(error):
            raise
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp(f"{name}-{backend}")
    if backend == "sqlite":
        return load_sqlite(name, folder, data=data)
    return load_postgresql(name, postgres_uri, folder, data=data)


@pytest.fixture(scope="module")
async def tools(database: OldDatabase) -> AsyncIterator[Tools]:
    async with tools_over(database, SqlGateway(database.uri)) as tools:
        yield tools


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_every_tool_finds_what_was_logged(database: OldDatabase, tools: Tools, check: Check) -> None:
    """As in the databases that are kept."""
    await check(database, tools)


def test_the_kept_database_is_of_the_same_shape(database: OldDatabase, postgres_uri: str, tmp_path: Path) -> None:
    """The kept dump has the tables and columns that this version makes, so `make test` reads what users have."""
    if database.backend == "sqlite":
        kept = load_sqlite(database.name, tmp_path)
    else:
        kept = load_postgresql(database.name, postgres_uri, tmp_path, prefix="kept")

    assert shape(kept.uri) == shape(database.uri)
    assert kept.expected["mlflow"] == database.expected["mlflow"]
