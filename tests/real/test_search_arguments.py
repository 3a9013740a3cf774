"""Every argument of search_traces, alone and together, finds what a plain look through all records finds."""

from collections.abc import Mapping
from string import Template
from typing import Any

import pytest
from hypothesis import given, settings

from mcp_traces.filters.grammar import ORDER_KEYS
from mcp_traces.store.gateway import TraceGateway
from tests.real.calls import Tools, ids
from tests.real.conftest import REAL
from tests.real.drawing import Plan, plans
from tests.real.evaluation import Record, expected_ids, read_records

pytestmark = REAL

ALONE: list[dict[str, Any]] = [
    {},
    {"status": "OK"},
    {"status": "ERROR"},
    {"status": "IN_PROGRESS"},
    {"has_error": True},
    {"has_error": False},
    {"name": "faq_answer"},
    {"run_id": "$run_id"},
    {"session_id": "session_abc123"},
    {"user_id": "ユーザー_七"},
    {"prompt": "support-answer/1"},
    {"text": "refund"},
    {"text": "INV-48213 does not match"},
    {"text": "返品"},
    {"since": "$faq_03_ms"},
    {"until": "$faq_03_ms"},
    {"min_duration_ms": 62_030},
    {"max_duration_ms": 75},
    {"tags": {"environment": "staging"}},
    {"tags": {"note": "it's 100%_sure"}},
    {"metadata": {"tenant/region": "eu-west"}},
    {"metadata": {"quote'd key": 'say "hi"'}},
    {"feedback": {"rating": "negative"}},
    {"feedback": {"relevance": 0.92}},
    {"feedback": {"score": 5}},
    {"feedback": {"score": 5.0}},
    {"feedback": {"grounded": False}},
    {"feedback": {"tone": "friendly"}},
    {"expectation": {"expected_answer": "30 days"}},
    {"span_name": "track_parcel"},
    {"span_type": "RETRIEVER"},
]

TOGETHER: list[dict[str, Any]] = [
    {"status": "OK", "has_error": True},
    {"status": "ERROR", "session_id": "session_abc123"},
    {"since": "$faq_04_ms", "until": "$faq_01_ms"},
    {"min_duration_ms": 1_000, "max_duration_ms": 3_000},
    {"tags": {"environment": "production", "model-name": "gpt-4", "release": "2026.11.1"}},
    {"tags": {"environment": "production"}, "metadata": {"user_id": "user_123", "user.id": "abc"}},
    {"feedback": {"rating": "positive", "grounded": True}},
    {"feedback": {"correctness": True}, "expectation": {"expected_answer": "Yes, within 10 working days."}},
    {"feedback": {"correctness": True, "latency_ok": True}, "run_id": "$run_id", "has_error": False},
    {"span_name": "parse_table", "text": "TableParseError"},
    {"span_type": "TOOL", "span_name": "start_refund", "text": "A-1042"},
    {"span_type": "TOOL", "has_error": True},
    {"span_type": "RETRIEVER", "has_error": False},
    {"span_name": "chat_completion", "has_error": True, "status": "OK"},
    {"text": "invoice", "has_error": False, "limit": 3},
    {"text": "invoice", "has_error": True, "order_by": "slowest"},
    {"text": "LAMP-7", "span_type": "TOOL", "status": "OK"},
    {"name": "support_agent", "user_id": "user_115", "order_by": "oldest"},
    {"tags": {"environment": "staging"}, "order_by": "slowest", "limit": 4},
    {"prompt": "support-answer/1", "tags": {"environment": "staging"}, "status": "OK"},
]

IN_VAIN: list[dict[str, Any]] = [
    {"status": "ERROR", "has_error": False},
    {"name": "Faq_answer"},
    {"name": "faq_answe_"},
    {"run_id": "no-such-run"},
    {"model_id": "m-none"},
    {"session_id": "session_abc12"},
    {"user_id": "user_45"},
    {"prompt": "support-answer/2"},
    {"text": "these words stand in no span"},
    {"tags": {"environment": "Production"}},
    {"tags": {"no such tag": "x"}},
    {"metadata": {"user_id": "user_12"}},
    {"feedback": {"rating": "positiv"}},
    {"feedback": {"score": "5"}},
    {"feedback": {"grounded": "true"}},
    {"feedback": {"tone": "rude"}},
    {"expectation": {"rating": "positive"}},
    {"span_name": "charge_card", "span_type": "RETRIEVER"},
    {"span_name": "parse_verdict", "text": "invoice"},
]

ORDERS = [
    *("newest", "oldest", "slowest", "fastest"),
    *(f"{key} {direction}" for key in ORDER_KEYS for direction in ("ASC", "DESC")),
    *("tag.environment ASC", "tag.`model-name` DESC, execution_time_ms ASC", "tag.priority ASC"),
    *("metadata.`mlflow.trace.session` DESC", "metadata.user_id ASC, status DESC", "name ASC, timestamp_ms ASC"),
]


@pytest.fixture(scope="module")
async def records(tools: Tools, gateway: TraceGateway) -> list[Record]:
    return await read_records(gateway, tools.store.sample.experiments.values())


def resolved(value: Any, known: Mapping[str, str]) -> Any:
    """`value` with `$word` replaced by an id or a time of the store, at any depth."""
    if isinstance(value, dict):
        return {key: resolved(one, known) for key, one in value.items()}
    return Template(value).substitute(known) if isinstance(value, str) else value


def without_limit(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name != "limit"}


@pytest.mark.parametrize("arguments", [*ALONE, *TOGETHER, *IN_VAIN], ids=str)
async def test_a_search_finds_exactly_the_traces_that_its_arguments_describe(
    tools: Tools, records: list[Record], filter_words: dict[str, str], arguments: dict[str, Any]
) -> None:
    """Not one more and not one less, in order: an agent draws conclusions from what is there and what is not."""
    arguments = resolved(arguments, filter_words)
    expected = expected_ids(records, without_limit(arguments))

    found = await tools.found(**arguments)

    assert found == expected


async def test_the_tables_are_worth_asking(records: list[Record], filter_words: dict[str, str]) -> None:
    """A condition that nothing meets shows little: only those of the last table are meant to be so."""
    in_vain = [
        arguments
        for arguments in [*ALONE, *TOGETHER, *IN_VAIN]
        if not expected_ids(records, without_limit(resolved(arguments, filter_words)))
    ]

    assert in_vain == IN_VAIN


@pytest.mark.parametrize("order", ORDERS)
async def test_an_order_holds_over_all_pages(tools: Tools, records: list[Record], order: str) -> None:
    """Ties and missing values included, and whatever the size of the page, which long rows end early."""
    expected = expected_ids(records, {"order_by": order})

    pages = await tools.pages(order_by=order, limit=29)

    assert [trace_id for page in pages for trace_id in ids(page)] == expected
    assert all(0 < page["returned"] <= 29 for page in pages)


@pytest.mark.parametrize("limit", [1, 20, 66, 67, 100])
async def test_a_page_holds_as_many_as_asked_for_and_says_if_there_is_more(
    tools: Tools, records: list[Record], limit: int
) -> None:
    """`next_cursor` is there exactly when another page has something on it."""
    expected = expected_ids(records, {})

    answer = await tools.search(limit=limit)

    assert ids(answer) == expected[:limit]
    assert ("next_cursor" in answer) == (limit < len(expected))


async def test_a_raw_filter_is_joined_to_typed_arguments(tools: Tools, records: list[Record]) -> None:
    """`filter` is for what the typed arguments cannot say; the two narrow the same search."""
    arguments = {"status": "OK", "has_error": True}

    found = await tools.found(filter="span.name RLIKE '^(track|customer)_'", **arguments)

    names = {"track_parcel", "track_with_retries", "customer_profile"}
    expected = [record for record in records if names & {span.name for span in record.spans}]
    assert found == expected_ids(expected, arguments)
    assert len(found) == 2


@given(plan=plans())
@settings(max_examples=60, deadline=None)
async def test_any_combination_of_arguments_finds_what_it_describes(
    tools: Tools, records: list[Record], plan: Plan
) -> None:
    """Arguments are compiled, joined and walked in ways that depend on each other; none may change another."""
    arguments = plan.arguments(records)

    found = await tools.found(**arguments)

    assert found == expected_ids(records, without_limit(arguments)), arguments
