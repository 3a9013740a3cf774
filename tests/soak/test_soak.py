"""The soak in short: answers of each kind, trouble and recovery, and nothing is wrong. `make soak` is the long one."""

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from tests.soak.ledger import Ledger
from tests.soak.questions import Repeated, Reply, Search, answered
from tests.soak.run import Bounds, Soak, faulty_stores
from tests.stores import RealStore

CALLS, SECONDS = 1_500, 40


@pytest.mark.anyio
@pytest.mark.store
async def test_every_answer_is_right_or_a_refusal_that_trouble_explains(
    sqlite_store: RealStore,
    postgres_store: RealStore,
    readable_postgres: Engine,
    server_store: RealStore,
    tmp_path: Path,
) -> None:
    soak = Soak(Bounds(CALLS, SECONDS), Random(0))
    folder = tmp_path / "damaged"
    folder.mkdir()

    async with faulty_stores(sqlite_store, postgres_store, readable_postgres, server_store, folder) as stores:
        await soak.run(stores, tmp_path)

    assert [what for ledger in soak.ledgers for what in ledger.wrong] == []
    assert soak.logged == []
    assert len(soak.ledgers) == 6
    assert all(ledger.answered and ledger.refused for ledger in soak.ledgers), soak.ledgers


def test_a_wrong_page_is_noticed() -> None:
    search = Search({"limit": 2}, ("a", "b", "c"))
    rows = [{"trace_id": "a"}, {"trace_id": "b"}]

    assert search.wrong_with(answered({"traces": rows, "next_cursor": "x"})) is None
    assert search.wrong_with(answered({"traces": rows})) == "next_cursor: False, 3 in all"
    assert "are not" in (search.wrong_with(answered({"traces": rows[:1], "next_cursor": "x"})) or "")
    assert search.wrong_with(Reply(True, "no")) == "no"

    last = search.following(answered({"traces": rows, "next_cursor": "x"}))
    assert last is not None and last.arguments == {"limit": 2, "cursor": "x"}
    assert last.wrong_with(answered({"traces": [{"trace_id": "c"}]})) is None
    assert last.following(answered({"traces": [{"trace_id": "c"}]})) is None


def test_an_answer_that_changed_is_noticed() -> None:
    question = Repeated("get_trace", {}, answered({"a": 1}))

    assert question.wrong_with(answered({"a": 1})) is None
    assert question.wrong_with(answered({"a": 2})) is not None
    assert question.wrong_with(Reply(True, '{"a": 1}')) is not None


def test_a_leak_is_noticed() -> None:
    """What is kept for later calls is kept after a quarter of the run."""
    steady = Ledger("steady", memory_mb=[50, 90, *[100] * 18])
    leaking = Ledger("leaking", memory_mb=[100 + number for number in range(20)])

    assert steady.grew == 1
    assert leaking.grew > 1.1
