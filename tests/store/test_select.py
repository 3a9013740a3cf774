"""`select` on every store: the values of each row are those of the traces and spans themselves."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from mcp_traces.records import Span, Trace
from mcp_traces.shaping.paths import as_fields
from tests.real.calls import Tools, connected
from tests.store.conftest import CONTRACT, Subject

pytestmark = CONTRACT


@pytest.fixture(scope="module")
async def tools(subject: Subject) -> AsyncIterator[Tools]:
    async with connected(subject.store, subject.gateway) as tools:
        yield tools


@pytest.fixture(scope="module")
async def traces(subject: Subject) -> tuple[Trace, ...]:
    """Newest first."""
    return await subject.gateway.get_traces(await subject.search())


async def table(tools: Tools, **arguments: Any) -> list[list[Any]]:
    """The rows of all pages."""
    pages = await tools.pages(**arguments)
    assert all(page["traces"] == [] and page["returned"] == len(page["rows"]) for page in pages)
    return [row for page in pages for row in page["rows"]]


OF_TRACES: dict[str, Callable[[Trace], Any]] = {
    "trace_id": lambda one: one.info.trace_id,
    "name": lambda one: one.info.name,
    "status": lambda one: one.info.state,
    "request_time_ms": lambda one: one.info.request_time_ms,
    "execution_time_ms": lambda one: one.info.execution_duration_ms,
    "span_count": lambda one: one.info.span_count,
    "size_bytes": lambda one: one.info.size_bytes,
    "tokens.total": lambda one: one.info.total_tokens,
    "tokens.input": lambda one: one.info.token_usage.get("input_tokens"),
    "tokens.output": lambda one: one.info.token_usage.get("output_tokens"),
    "cost": lambda one: None if one.info.total_cost is None else round(one.info.total_cost, 10),
    "session_id": lambda one: one.info.session_id,
    "user_id": lambda one: one.info.user_id,
    "run_id": lambda one: one.info.run_id,
    "experiment_id": lambda one: one.info.experiment_id,
    "client_request_id": lambda one: one.info.client_request_id,
    "tags.environment": lambda one: one.info.tags.get("environment"),
    "metadata.dataset": lambda one: one.info.trace_metadata.get("dataset"),
}


@pytest.mark.parametrize("limit", [7, 500])
async def test_a_table_of_traces_holds_what_each_trace_says(
    tools: Tools, traces: tuple[Trace, ...], limit: int
) -> None:
    """In the order of the search, with ids, and nothing between pages lost."""
    select = ",".join(OF_TRACES)

    rows = await table(tools, select=select, limit=limit)

    ids = [one.info.trace_id for one in traces]
    assert [row[0].rstrip("…") for row in rows] == [one if limit <= 100 else one[:19] for one in ids]
    expected = [[read(one) for name, read in OF_TRACES.items() if name != "trace_id"] for one in traces]
    assert [row[1:] for row in rows] == expected


def ms(span: Span) -> float | None:
    return None if span.duration_ns is None else round(span.duration_ns / 1e6, 3)


SPANS: list[tuple[dict[str, Any], Callable[[Span], bool]]] = [
    ({"span_type": "TOOL"}, lambda one: one.span_type == "TOOL"),
    ({"has_error": True}, lambda one: one.status == "ERROR"),
    ({"span_type": "TOOL", "has_error": True}, lambda one: one.span_type == "TOOL" and one.status == "ERROR"),
    ({"min_span_duration_ms": 1_000}, lambda one: (ms(one) or 0) >= 1_000),
    ({"span_name": "support_agent", "status": "OK"}, lambda one: one.name == "support_agent"),
]


@pytest.mark.parametrize("limit", [4, 500])
@pytest.mark.parametrize(("arguments", "meant"), SPANS, ids=[str(one) for one, _ in SPANS])
async def test_a_table_of_spans_holds_those_that_meet_all_conditions(
    tools: Tools, traces: tuple[Trace, ...], arguments: dict[str, Any], meant: Callable[[Span], bool], limit: int
) -> None:
    """A row for each span, those of one trace in the order of their starts."""
    found = [one for one in traces if "status" not in arguments or one.info.state == arguments["status"]]
    expected = [
        [span.span_id, span.name, span.span_type, span.status, ms(span)]
        for one in found
        for span in sorted(one.spans, key=lambda span: (span.start_time_ns, span.span_id))
        if meant(span)
    ]

    rows = await table(
        tools, select="span.span_id,span.name,span.type,span.status,span.duration_ms", limit=limit, **arguments
    )

    assert rows == expected
    assert expected


@pytest.mark.parametrize("limit", [5, 500])
async def test_the_slowest_spans_come_first(tools: Tools, traces: tuple[Trace, ...], limit: int) -> None:
    """Over all traces that match, whichever they are in; those that have not ended come last."""
    spans = [
        (span.duration_ns is None, -(span.duration_ns or 0), one.info.trace_id, span.span_id)
        for one in traces
        for span in one.spans
        if span.span_type in ("TOOL", "AGENT")
    ]

    rows = await table(
        tools,
        select="span.span_id,span.duration_ms",
        filter="span.type IN ('TOOL', 'AGENT')",
        order_by="span.duration_ms",
        limit=limit,
    )

    assert [row[0] for row in rows] == [span_id for *_, span_id in sorted(spans)]


async def test_what_a_span_recorded_is_a_column(tools: Tools, traces: tuple[Trace, ...]) -> None:
    """Inputs, outputs and attributes at a path; what a span has none of is null."""
    expected = [
        [
            (as_fields(span.inputs) or {}).get("order_id"),
            (as_fields(span.outputs) or {}).get("status"),
            span.attributes.get("mlflow.spanType"),
        ]
        for one in traces
        for span in sorted(one.spans, key=lambda span: (span.start_time_ns, span.span_id))
        if span.name == "lookup_order"
    ]

    rows = await table(
        tools,
        select="span.inputs.order_id,span.outputs.status,span.attributes.mlflow.spanType",
        span_name="lookup_order",
        limit=500,
    )

    assert rows == expected
    assert any(all(row) for row in rows)
