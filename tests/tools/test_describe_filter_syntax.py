"""describe_filter_syntax: the grammar table as an agent reads it, for the store in use."""

import pytest

from mcp_traces.filters.grammar import FIELDS, ORDER_KEYS, field_named
from mcp_traces.records import StoreInfo
from mcp_traces.tools.ordering import parse_order
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import call_tool

pytestmark = pytest.mark.anyio


async def test_it_names_every_field_with_operators_and_an_example(mode: str) -> None:
    """One call teaches the syntax, in fewer characters than a web page's first paragraph."""
    answer = await call_tool(FakeTraceGateway(), "describe_filter_syntax", {}, mode)

    assert [row["field"] for row in answer["fields"]] == [field.name for field in FIELDS]
    assert all(row["operators"] and row["example"] and row["meaning"] for row in answer["fields"])
    assert len(str(answer)) < 7_000


@pytest.mark.parametrize(
    ("kind", "note"),
    [("sqlite", "ASCII letters only"), ("postgresql", "backslash is an escape"), ("server", None)],
)
async def test_it_speaks_of_the_store_in_use(kind: str, note: str | None) -> None:
    """What holds for MLflow in general is partly wrong for a given store."""
    store = StoreInfo(kind, "somewhere", "3.17.2")  # type: ignore[arg-type]

    answer = await call_tool(FakeTraceGateway(store=store), "describe_filter_syntax", {})

    assert answer["store"] == f"{kind}, MLflow 3.17.2"
    assert any(note in one for one in answer["notes"]) if note else "notes" not in answer


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
    assert parse_order(f"{key} DESC").clauses[0].endswith("DESC")
