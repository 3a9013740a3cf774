"""Questions that query_traces answers with SQL, each held to a plain computation over the records."""

from collections.abc import AsyncIterator

import pytest

from mcp_traces.records import StoreInfo
from tests.fake_gateway import DATABASE, STORE, FakeTraceGateway
from tests.tools.conftest import Call, connected
from tests.tools.desk_questions import OF_DESK, QUESTIONS, Question
from tests.tools.desk_store import BOTH, EXPERIMENTS, make_desk, shown

pytestmark = pytest.mark.anyio

DESK = make_desk(11, 60)
EVERY = QUESTIONS | OF_DESK


@pytest.fixture(scope="module", params=[DATABASE, STORE], ids=["database", "server"])
async def call(request: pytest.FixtureRequest) -> AsyncIterator[Call]:
    """A client of one server for all questions, each of which uses what others loaded."""
    store: StoreInfo = request.param
    async with connected(FakeTraceGateway(DESK.traces, EXPERIMENTS, store), max_chars=80_000) as one:
        yield one


def test_there_are_enough_questions() -> None:
    assert len(EVERY) >= 60


@pytest.mark.parametrize("question", EVERY.values(), ids=EVERY)
async def test_the_answer_is_what_a_plain_computation_says(call: Call, question: Question) -> None:
    expected = [[shown(value) for value in row] for row in question.answer(DESK.tables())]

    answer = await call("query_traces", {"sql": question.sql, "experiment": BOTH, "max_chars": 60_000})

    assert answer["rows"] == expected
    assert expected, "a question without an answer shows nothing"
    assert "more" not in answer
