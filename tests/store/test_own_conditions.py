"""Conditions and orders that MLflow's filters do not have: the same traces on every store."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from mcp_traces.records import Trace
from tests.real.calls import Tools, connected
from tests.store.conftest import CONTRACT, Subject

pytestmark = CONTRACT


@pytest.fixture(scope="module")
async def tools(subject: Subject) -> AsyncIterator[Tools]:
    async with connected(subject.store, subject.gateway) as tools:
        yield tools


async def all_traces(subject: Subject) -> tuple[Trace, ...]:
    """Newest first."""
    return await subject.gateway.get_traces(await subject.search())


def some_span(trace: Trace, *, ms: int, **fields: str) -> bool:
    return any(
        (span.duration_ns or 0) >= ms * 1_000_000 and all(getattr(span, key) == value for key, value in fields.items())
        for span in trace.spans
    )


def failed_judges(trace: Trace) -> set[str]:
    return {one.name for one in trace.info.assessments if one.failure and one.valid}


CONDITIONS: list[tuple[dict[str, Any], Callable[[Trace], bool]]] = [
    ({"failed_judge": "grounded"}, lambda one: "grounded" in failed_judges(one)),
    ({"failed_judge": "*"}, lambda one: bool(failed_judges(one))),
    ({"min_tokens": 200}, lambda one: (one.info.total_tokens or 0) >= 200),
    ({"min_cost": 0.0005}, lambda one: (one.info.total_cost or 0) >= 0.0005),
    ({"min_tokens": 100, "status": "OK"}, lambda one: (one.info.total_tokens or 0) >= 100 and one.info.state == "OK"),
    ({"min_span_duration_ms": 30_000}, lambda one: some_span(one, ms=30_000)),
    ({"min_span_duration_ms": 100, "span_type": "TOOL"}, lambda one: some_span(one, ms=100, span_type="TOOL")),
    (
        {"min_span_duration_ms": 20, "span_type": "RETRIEVER", "has_error": False},
        lambda one: some_span(one, ms=20, span_type="RETRIEVER") and all(each.status != "ERROR" for each in one.spans),
    ),
    (
        {"min_span_duration_ms": 20, "has_error": True},
        lambda one: some_span(one, ms=20) and any(each.status == "ERROR" for each in one.spans),
    ),
]


@pytest.mark.parametrize(("arguments", "holds"), CONDITIONS, ids=[str(one) for one, _ in CONDITIONS])
async def test_a_condition_of_ours_finds_what_it_says(
    tools: Tools, subject: Subject, arguments: dict[str, Any], holds: Callable[[Trace], bool]
) -> None:
    """A database decides it in SQL, on a server each trace is checked; both as read from the traces themselves."""
    expected = [one.info.trace_id for one in await all_traces(subject) if holds(one)]

    assert await tools.found(**arguments) == expected
    assert 0 < len(expected) < 67


async def test_nothing_is_found_by_a_judge_that_gave_values(tools: Tools) -> None:
    """Values and failures of one scorer are kept under one name."""
    assert await tools.found(failed_judge="rating") == []


@pytest.mark.parametrize("limit", [3, 100])
@pytest.mark.parametrize(
    ("order_by", "value"),
    [
        ("tokens", lambda one: one.info.total_tokens),
        ("cost", lambda one: one.info.total_cost),
        ("tokens ASC", lambda one: None if one.info.total_tokens is None else -one.info.total_tokens),
    ],
    ids=["tokens", "cost", "tokens ASC"],
)
async def test_an_order_of_ours_is_total(
    tools: Tools, subject: Subject, order_by: str, value: Callable[[Trace], float | None], limit: int
) -> None:
    """The largest first, equals newest first, and what has no value last; pages neither repeat nor miss a trace."""
    newest_first = await all_traces(subject)
    having = [one for one in newest_first if value(one) is not None]
    having.sort(key=lambda one: -(value(one) or 0))
    others = [one for one in newest_first if value(one) is None]

    found = await tools.found(order_by=order_by, limit=limit)

    assert found == [one.info.trace_id for one in (*having, *others)]
    assert having and others
