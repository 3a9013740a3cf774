"""The indexes of docs/scale.md: PostgreSQL answers from them as soon as they are there.

The statements are those that the gateway sent to the database, so a change to its SQL that makes an index useless
fails here and not at an operator's.
"""

from collections.abc import Generator
from contextlib import aclosing, contextmanager
from typing import Any

import anyio
import psycopg
import pytest
from sqlalchemy import Engine, event

from bench.scale import (
    DURATION,
    DURATION_INDEX,
    RARE_SPAN_NAME,
    RARE_TEXT,
    SLOWEST,
    SPAN_NAME_INDEX,
    TRIGRAM_INDEX,
    USER,
    USER_INDEX,
    Index,
    Store,
    created,
    searches,
)
from bench.scale_stores import fill, libpq, trigram_postgres, trigram_programs
from mcp_traces.store.sql_gateway import SqlGateway
from tests.stores import postgres

TRACES = 2_000
TRACES_FOUND = "SELECT trace_info.request_id, trace_info.experiment_id"
"""How a statement begins that finds traces; others find out where to look, or read what belongs to the traces."""

pytestmark = pytest.mark.store

Statement = tuple[str, Any]


@pytest.fixture(scope="module")
def store() -> Generator[Store]:
    """In an installed PostgreSQL with pg_trgm, or else in the one of the test wheel, which has no extensions."""
    programs = trigram_programs()
    with trigram_postgres(programs) if programs else postgres() as uri:
        yield Store("PostgreSQL", uri, fill(uri, TRACES), TRACES)


@pytest.mark.parametrize(
    ("index", "question"),
    [
        pytest.param(SPAN_NAME_INDEX, RARE_SPAN_NAME, id="span name"),
        pytest.param(USER_INDEX, USER, id="user"),
        pytest.param(DURATION_INDEX, SLOWEST, id="slowest"),
        pytest.param(DURATION_INDEX, DURATION, id="duration above"),
        pytest.param(TRIGRAM_INDEX, RARE_TEXT, id="text"),
    ],
)
def test_a_search_uses_the_index_and_finds_the_same(store: Store, index: Index, question: str) -> None:
    """The page promises an effect, which an index that no statement uses does not have."""
    if index is TRIGRAM_INDEX and trigram_programs() is None:
        pytest.skip("no PostgreSQL with pg_trgm is installed; Debian's package postgresql has it")
    statement, found = _asked(store, question)
    assert index.name not in _plan(store, statement)
    with created(store.uri, index):
        assert index.name in _plan(store, statement)
        assert _asked(store, question)[1] == found
    assert found


def _asked(store: Store, question: str) -> tuple[Statement, list[str]]:
    """The statement by which the gateway finds the traces, with its parameters; and the ids."""
    with _sent() as statements:
        found = anyio.run(_found, store, question)
    searching = [one for one in statements if one[0].startswith(TRACES_FOUND) and "ORDER BY" in one[0]]
    return searching[-1], found


async def _found(store: Store, question: str) -> list[str]:
    (search,) = [one for one in searches(store.count) if one.name == question]
    async with aclosing(SqlGateway(store.uri)) as gateway:
        page = await gateway.search_traces(search.query(store))
    return [info.trace_id for info in page.traces]


@contextmanager
def _sent() -> Generator[list[Statement]]:
    """All statements of the block, of any engine."""
    statements: list[Statement] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


def _plan(store: Store, statement: Statement) -> str:
    """Without scans of whole tables, which are quicker while a table is this small."""
    sql, values = statement
    with psycopg.connect(libpq(store.uri)) as connection:
        connection.execute("SET enable_seqscan = off")
        return "\n".join(line for (line,) in connection.execute(f"EXPLAIN {sql}".encode(), values))
