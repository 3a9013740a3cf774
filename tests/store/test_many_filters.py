"""Hundreds of filters of every kind find on a database what MLflow's own client finds with the same filter."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from mcp_traces.filters.clause import Clause, filter_text
from mcp_traces.filters.grammar import FIELDS, Field
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.store.sql_gateway import SqlGateway
from tests.oracle import Oracle
from tests.stores import RealStore

pytestmark = [pytest.mark.anyio, pytest.mark.store]

LEAST_SINGLE = 400
PAIRS = 120
MAX_TIME_MS = 4_102_444_800_000

KEYS = {
    "tag.<key>": ("environment", "model-name", "release", "team name", "überschrift", "emoji", "note", "nosuch"),
    "metadata.<key>": ("user_id", "dataset", "mlflow.trace.session", "mlflow.trace.user", "quote'd key", "nosuch"),
    "feedback.<key>": ("rating", "score", "grounded", "relevance", "tone", "nosuch"),
    "expectation.<key>": ("expected_answer", "expected_facts", "nosuch"),
    "span.attributes.<key>": ("mlflow.spanType", "mlflow.llm.model", "nosuch"),
}
TEXTS = {
    "trace.status": ("OK", "ERROR", "IN_PROGRESS", "%RR%", "ok"),
    "trace.name": ("faq_answer", "support_agent", "%agent%", "F%", "", "it's"),
    "trace.request_id": ("tr-%", "tr-0", "%a%"),
    "trace.client_request_id": ("req-0001", "session_abc123-%", "%-1", "REQ-0001"),
    "trace.run_id": ("no-such-run", "%0%", "%"),
    "trace.prompt": ("support-answer/1", "support-answer/2"),
    "trace.text": ("%INV-48213%", "%STATUS_CODE_ERROR%", "%返品%", "%Refund%", "%\\%", "%"),
    "span.name": ("search_help_articles", "charge_card", "%refund%", "TRACK%", "parse_"),
    "span.type": ("TOOL", "LLM", "RETRIEVER", "tool", "%A%"),
    "span.status": ("OK", "ERROR", "UNSET", "%"),
    "tag.<key>": ("production", "gpt-4", "2026.11._", "Returns & Refunds", "größer", "🔥", "it's 100%_sure", "%1%"),
    "metadata.<key>": ("user_123", "faq-v_", "session_abc123", "session%", "ユーザー_七", 'say "hi"', "%"),
    "feedback.<key>": ("positive", "true", "5", '"positive"', "%pos%", "friendly", "%"),
    "expectation.<key>": ("30 days", "%gift cards%", "%30%", "x"),
    "span.attributes.<key>": ("%TOOL%", "%gpt%", "%"),
    "issue.id": ("iss-1",),
}
EXPRESSIONS = ("^[a-z_]+$", "(agent|answer|OK)$", "[0-9]{3}", "^.?pos", "^$", "\\d", "é|ü|返")
NUMBERS = {"trace.execution_time_ms": (0, 40, 75.5, 30_000, -1), "trace.end_time_ms": (0, MAX_TIME_MS)}


def single_clauses(times: Sequence[int], trace_ids: Sequence[str]) -> Iterator[Clause]:
    """Each operator of each field, with values that some traces have and values that none has."""
    for field in FIELDS:
        for key in KEYS.get(field.name, (None,)):
            for operator in field.operators:
                for value in _values(field, operator, times, trace_ids):
                    yield Clause(field, operator, value, key)


def _values(field: Field, operator: str, times: Sequence[int], trace_ids: Sequence[str]) -> Sequence[Any]:
    if "NULL" in operator:
        return (None,)
    if field.value == "number":
        return NUMBERS.get(field.name, (*times[:3], 0))
    if operator in (">", ">=", "<", "<="):
        return (0, 0.9, 5, 2.5)
    if operator == "RLIKE":
        return EXPRESSIONS[:4] if field.keyed else EXPRESSIONS
    texts = TEXTS[field.name]
    if field.name == "trace.request_id":
        texts = (*texts, *trace_ids[:2])
    return (texts[:2], texts[2:], texts[:1]) if operator in ("IN", "NOT IN") else texts


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> RealStore:
    return request.getfixturevalue(f"{request.param}_store")


@pytest.fixture
async def gateway(store: RealStore) -> AsyncIterator[SqlGateway]:
    async with aclosing(SqlGateway(store.tracking_uri)) as opened:
        yield opened


async def differences(
    gateway: SqlGateway, store: RealStore, oracle: Oracle, asked: Sequence[tuple[Clause, ...]]
) -> list[tuple[str, int, int]]:
    """The filters that find something else here than MLflow's client finds, with both counts."""
    places = tuple(store.sample.experiments.values())
    found: list[tuple[str, int, int]] = []
    for clauses in asked:
        text = filter_text(clauses)
        theirs = oracle.search(store, locations=list(places), filter_string=text, max_results=100)
        page = await gateway.search_traces(TraceQuery(places, clauses, limit=100))
        ours = [info.trace_id for info in page.traces]
        if ours != theirs:
            found.append((str(text), len(ours), len(theirs)))
    return found


async def all_clauses(gateway: SqlGateway, store: RealStore) -> list[Clause]:
    page = await gateway.search_traces(TraceQuery(tuple(store.sample.experiments.values()), limit=100))
    times = [info.request_time_ms for info in page.traces[10:40:10]]
    return list(single_clauses(times, [info.trace_id for info in page.traces]))


async def test_each_operator_of_each_field_finds_what_mlflow_finds(
    gateway: SqlGateway, store: RealStore, oracle: Oracle
) -> None:
    """In the same order. A backslash in LIKE is an escape character on PostgreSQL, there as here."""
    clauses = await all_clauses(gateway, store)

    assert len(clauses) >= LEAST_SINGLE
    assert await differences(gateway, store, oracle, [(clause,) for clause in clauses]) == []


async def test_two_conditions_find_what_mlflow_finds(gateway: SqlGateway, store: RealStore, oracle: Oracle) -> None:
    """Two on spans must hold for one span; of two runs MLflow takes the last, which the reader of filters refuses."""
    draw = random.Random(11)
    clauses = [one for one in await all_clauses(gateway, store) if one.field.name != "trace.run_id"]
    pairs = [tuple(draw.sample(clauses, 2)) for _ in range(PAIRS)]
    of_spans = [one for one in clauses if one.is_of_spans]
    pairs += [tuple(draw.sample(of_spans, 2)) for _ in range(PAIRS // 2)]

    assert await differences(gateway, store, oracle, pairs) == []
