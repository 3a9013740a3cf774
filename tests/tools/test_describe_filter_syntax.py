"""describe_filter_syntax: the grammar table as an agent reads it, for the store in use."""

from typing import Any

import pytest

from mcp_traces.filters.grammar import FIELDS, ORDER_KEYS, field_named
from mcp_traces.filters.versions import ACROSS_SPANS, operators_in
from mcp_traces.records import StoreInfo
from mcp_traces.shaping.text import compact
from mcp_traces.tools.ordering import parse_order
from tests.builders import make_span, make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool

pytestmark = pytest.mark.anyio


async def test_it_names_every_field_with_operators_and_an_example(mode: str) -> None:
    """One call teaches the syntax, in fewer characters than a web page's first paragraph."""
    answer = await call_tool(FakeTraceGateway(), "describe_filter_syntax", {}, mode)

    assert [row["field"] for row in answer["fields"]] == [field.name for field in FIELDS]
    assert all(row["operators"] and row["example"] and row["meaning"] for row in answer["fields"])
    assert len(compact(answer)) < 6_000


@pytest.mark.parametrize(
    ("kind", "version", "note"),
    [
        ("sqlite", "3.17.2", "ASCII letters only"),
        ("postgresql", "3.17.2", "backslash is an escape"),
        ("server", "3.17.2", "is that database's"),
        ("server", "3.9.0", "MLflow before 3.10 lets each condition on spans hold for another span"),
        (
            "server",
            "3.3.2",
            "Not in this store: trace.end_time_ms, trace.client_request_id, trace.prompt, trace.text, span",
        ),
        ("server", "unknown", "does not say which MLflow it is"),
        ("file", "3.17.2", "Not in this store: trace.end_time_ms, trace.prompt, trace.text, span.name"),
        ("databricks", "3.17.2", "own grammar applies"),
    ],
)
async def test_it_speaks_of_the_store_in_use(kind: Any, version: str, note: str) -> None:
    """What holds for MLflow in general is partly wrong for a given store; and it stays short for each."""
    store = StoreInfo(kind, "somewhere", version)

    answer = await call_tool(FakeTraceGateway(store=store), "describe_filter_syntax", {})

    assert answer["store"] == f"{kind}, MLflow {version}"
    assert any(note in one for one in answer["notes"])
    assert len(compact(answer)) < 6_000
    for row in answer["fields"]:
        field = field_named(row["field"])
        assert field is not None and tuple(row["operators"]) == operators_in(store, field)
        assert row["example"].split(maxsplit=1)[1].startswith(tuple(row["operators"]))


@pytest.mark.parametrize(
    ("max_chars", "left_out"),
    [(4_000, "meaning, trap, value"), (2_000, "meaning, operators, trap, value")],
)
async def test_with_a_small_budget_it_is_shortened_and_says_so(max_chars: int, left_out: str) -> None:
    """Every answer fits what the server allows."""
    answer = await call_tool(FakeTraceGateway(), "describe_filter_syntax", {}, max_chars=max_chars)

    assert [row["field"] for row in answer["fields"]] == [field.name for field in FIELDS]
    assert all(row["example"] for row in answer["fields"])
    assert answer["notes"] == [
        f"Shortened to the configured budget (MCP_TRACES_MAX_CHARS); left out: {left_out}, rules."
    ]


async def test_what_a_store_lacks_is_not_proposed() -> None:
    """Neither by the rules, nor as the correction of a filter: it would be refused in its turn."""
    old = FakeTraceGateway([make_trace()], store=StoreInfo("server", "somewhere", "3.5.1"))
    several = "name IN ('a', 'b')"

    assert "RLIKE" not in str((await call_tool(old, "describe_filter_syntax", {}))["rules"])
    assert "RLIKE" not in str((await call_tool(old, "describe_filter_syntax", {}))["fields"])
    told = (await call_tool(old, "describe_filter_syntax", {"filter": several}))["check"]
    assert "corrected" not in told
    assert told["problems"].endswith(
        "One filter cannot say it here. `trace.name RLIKE` in `filter` does not work here: it needs MLflow 3.6 or "
        "newer, and this store is 3.5.1."
    )
    with pytest.raises(ToolFailedError, match=r"cannot say it here.*needs MLflow 3\.6 or newer"):
        await call_tool(old, "search_traces", {"filter": several})
    new = await call_tool(FakeTraceGateway(), "describe_filter_syntax", {"filter": several})
    assert new["check"]["corrected"] == "trace.name RLIKE '^(a|b)$'"


async def test_a_search_that_the_store_cannot_do_is_refused_with_the_reason() -> None:
    """By the typed argument that was used, before MLflow answers with sets of its own words."""
    old = FakeTraceGateway([make_trace()], store=StoreInfo("server", "somewhere", "3.3.2"))

    with pytest.raises(
        ToolFailedError, match=r"^`span_name` does not work here: it needs MLflow 3\.4 or newer, and this"
    ):
        await call_tool(old, "search_traces", {"span_name": "x"})
    for arguments in ({"has_error": False}, {"has_error": True, "name": "x"}):
        with pytest.raises(ToolFailedError, match=r"^`has_error` does not work here: it needs MLflow 3\.6 or newer"):
            await call_tool(old, "search_traces", arguments)
    answer = await call_tool(old, "describe_filter_syntax", {"filter": "trace.text LIKE '%x%'"})
    assert answer["check"]["accepted"] is False
    assert "it needs MLflow 3.6 or newer, and this store is 3.3.2" in answer["check"]["problems"]


async def test_a_search_across_spans_says_so() -> None:
    """Before MLflow 3.10 two conditions on spans may each hold for another one."""
    older = FakeTraceGateway(
        [make_trace(make_span("agent", span_type="AGENT"))], store=StoreInfo("server", "s", "3.9.0")
    )

    answer = await call_tool(older, "search_traces", {"span_name": "agent", "span_type": "AGENT"})

    assert answer["notes"] == [ACROSS_SPANS]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_example_uses_its_own_field_and_a_listed_operator(field: object) -> None:
    """The text cannot promise what the table does not hold."""
    from mcp_traces.filters.grammar import Field

    assert isinstance(field, Field)
    name, operator = field.example.split()[:2]
    assert field_named(name) is field
    assert any(listed.startswith(operator) for listed in field.operators)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("status", "trace.status"),
        ("tags.a.b", "tag.<key>"),
        ("request_metadata.x", "metadata.<key>"),
        ("span.attributes.a.b", "span.attributes.<key>"),
        ("span.content", "trace.text"),
        ("span.name", "span.name"),
        ("state", None),
        ("tag.", None),
        ("Trace.status", None),
    ],
)
def test_a_field_is_found_under_each_of_its_spellings(name: str, expected: str | None) -> None:
    """The table serves the compiler, the checks and the text alike."""
    found = field_named(name)

    assert (found.name if found else None) == expected


@pytest.mark.parametrize("key", [*ORDER_KEYS, "tag.a", "metadata.`a.b`", "trace.timestamp_ms"])
def test_every_ordering_key_is_an_order(key: str) -> None:
    """What the text lists can be sent."""
    assert parse_order(f"{key} DESC").orders[0].descending
