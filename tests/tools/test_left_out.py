"""Arguments that are there and say nothing: clients that fill in every argument send null or "" for the others.

CrewAI, NeMo-Agent-Toolkit#1269 and langflow#8059 send null, moltis and metamcp "".
"""

import json
from typing import Any

import pytest

from mcp_traces.records import Experiment
from mcp_traces.tools.catalog import build_tools
from tests.builders import make_span, make_trace, make_trace_info
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool

pytestmark = pytest.mark.anyio

EMPTY: list[Any] = [None, "", [], {}]
REQUIRED: dict[str, dict[str, Any]] = {
    "search_traces": {},
    "get_trace": {"trace_id": "tr-1"},
    "describe_filter_syntax": {},
    "summarize_traces": {},
    "query_traces": {"sql": "SELECT count(*) FROM traces"},
    "compare_traces": {"a": "tr-1", "b": "tr-2"},
}
PARAMETERS = {tool.name: tool.parameters["properties"] for tool in build_tools()}
OPTIONAL = [
    (tool, argument)
    for tool, properties in PARAMETERS.items()
    for argument in properties
    if argument not in REQUIRED[tool]
]


def takes_text(tool: str, argument: str) -> bool:
    schema = PARAMETERS[tool][argument]
    return schema["type"] == "string" and "enum" not in schema


def gateway() -> FakeTraceGateway:
    return FakeTraceGateway([trace("tr-1"), trace("tr-2", environment="production"), trace("tr-3", environment="")])


def trace(trace_id: str, **tags: str) -> Any:
    return make_trace(make_span("agent"), info=make_trace_info(trace_id, tags=tags))


@pytest.mark.parametrize("empty", EMPTY, ids=json.dumps)
@pytest.mark.parametrize(("tool", "argument"), OPTIONAL)
async def test_an_argument_that_says_nothing_is_left_out(tool: str, argument: str, empty: Any) -> None:
    """It is neither refused nor a condition."""
    without = await call_tool(gateway(), tool, REQUIRED[tool])

    assert await call_tool(gateway(), tool, REQUIRED[tool] | {argument: empty}) == without


@pytest.mark.parametrize("empty", EMPTY, ids=json.dumps)
@pytest.mark.parametrize("tool", PARAMETERS)
async def test_all_arguments_may_say_nothing_at_once(tool: str, empty: Any) -> None:
    """This is how such a client calls."""
    filled = dict.fromkeys(PARAMETERS[tool], empty) | REQUIRED[tool]

    assert await call_tool(gateway(), tool, filled) == await call_tool(gateway(), tool, REQUIRED[tool])


@pytest.mark.parametrize(("tool", "argument"), [one for one in OPTIONAL if not takes_text(*one)])
async def test_the_text_null_is_left_out_where_no_text_is_taken(tool: str, argument: str) -> None:
    """Elsewhere it is a text like any other."""
    without = await call_tool(gateway(), tool, REQUIRED[tool])
    assert await call_tool(gateway(), tool, REQUIRED[tool] | {argument: "null"}) == without


async def test_the_text_null_is_a_name_like_any_other() -> None:
    """A trace may have it."""
    answer = await call_tool(gateway(), "search_traces", {"name": "null"})

    assert answer["traces"] == []
    assert answer["applied"]["filter"] == "trace.name = 'null'"


@pytest.mark.parametrize("written", ["null", "[]", "{}"])
@pytest.mark.parametrize(
    ("tool", "argument"),
    [("get_trace", "span_ids"), *(("search_traces", one) for one in ("tags", "metadata", "feedback", "expectation"))],
)
async def test_json_that_says_nothing_is_left_out_where_a_list_or_mapping_is_taken(
    tool: str, argument: str, written: str
) -> None:
    """They are listed as text, but no text that is JSON can be meant otherwise."""
    without = await call_tool(gateway(), tool, REQUIRED[tool])

    assert await call_tool(gateway(), tool, REQUIRED[tool] | {argument: written}) == without


@pytest.mark.parametrize("argument", ["tags", "metadata", "feedback", "expectation"])
@pytest.mark.parametrize("written", [{"environment": None}, '{"environment": null}'], ids=["object", "text"])
async def test_null_inside_a_mapping_drops_its_key(argument: str, written: Any) -> None:
    """As null for an argument drops the argument."""
    answer = await call_tool(gateway(), "search_traces", {argument: written})

    assert answer == await call_tool(gateway(), "search_traces", {})


async def test_an_empty_text_inside_a_mapping_is_a_value() -> None:
    """MLflow takes it for a tag."""
    answer = await call_tool(gateway(), "search_traces", {"tags": {"environment": "", "team": None}})

    assert [row["trace_id"] for row in answer["traces"]] == ["tr-3"]


@pytest.mark.parametrize(
    "experiments",
    [[None, EXPERIMENT.name], ["", EXPERIMENT.name], f'["{EXPERIMENT.name}", null]', f"{EXPERIMENT.name},"],
)
async def test_what_is_empty_in_a_list_is_left_out(experiments: Any) -> None:
    """Of several experiments some may be unset."""
    answer = await call_tool(gateway(), "search_traces", {"experiment": experiments})

    assert answer["returned"] == 3


async def test_a_required_argument_cannot_be_left_out() -> None:
    """The error says which and what it takes."""
    for empty in (None, ""):
        with pytest.raises(ToolFailedError, match="trace_id"):
            await call_tool(gateway(), "get_trace", {"trace_id": empty})


async def test_an_unknown_argument_is_refused_by_name_even_when_it_says_nothing() -> None:
    """A misspelt condition would otherwise widen a later search in silence."""
    with pytest.raises(ToolFailedError, match=r"There is no argument `sessionid`\. Did you mean `session_id`"):
        await call_tool(gateway(), "search_traces", {"sessionid": None})


TWO = [Experiment("7", "sales, EMEA"), Experiment("8", "support")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("sales, EMEA", ["7"]),
        ("support,7", ["8", "7"]),
        (" 7 , support ", ["7", "8"]),
        (["sales, EMEA", "support"], ["7", "8"]),
        ('["7","8"]', ["7", "8"]),
        (8, ["8"]),
    ],
)
async def test_experiments_are_joined_by_commas(asked: Any, found: list[str]) -> None:
    """A name that holds a comma is still one name."""
    store = FakeTraceGateway([trace("tr-1")], experiments=TWO)

    answer = await call_tool(store, "search_traces", {"experiment": asked})

    assert [*answer["applied"]["experiments"]] == found


@pytest.mark.parametrize("written", ["a1, b2", ["a1", "b2"], '["a1", "b2"]', ["a1", None, "b2"]])
async def test_span_ids_are_taken_as_a_list_or_joined_by_commas(written: Any) -> None:
    """Agents write either."""
    spans = [make_span("one", span_id="a1"), make_span("two", span_id="b2")]
    store = FakeTraceGateway([make_trace(*spans, info=make_trace_info("tr-1"))])

    answer = await call_tool(store, "get_trace", {"trace_id": "tr-1", "span_ids": written})

    assert [one["span_id"] for one in answer["spans"]] == ["a1", "b2"]


@pytest.mark.parametrize(
    "written",
    [
        {"environment": "production", "release": "1.4"},
        '{"environment": "production", "release": "1.4"}',
        "environment=production,release=1.4",
        " environment = production , release = 1.4 ",
    ],
)
@pytest.mark.parametrize("argument", ["tags", "metadata"])
async def test_a_mapping_is_taken_as_such_as_json_or_as_names_and_values(argument: str, written: Any) -> None:
    """A form in a browser has a line of text for it; models write any of them."""
    answer = await call_tool(gateway(), "search_traces", {argument: written})

    kind = {"tags": "tag", "metadata": "metadata"}[argument]
    assert answer["applied"]["filter"] == f"{kind}.environment = 'production' AND {kind}.release = '1.4'"


@pytest.mark.parametrize("argument", ["feedback", "expectation"])
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("score=5", 5),
        ("score=0.5", 0.5),
        ("score=true", True),
        ("score=no", "no"),
        ("score=null", "null"),
        ("score=NaN", "NaN"),
        ("score=a=b", "a=b"),
        ('{"score": "5"}', "5"),
    ],
)
async def test_numbers_and_booleans_among_names_and_values_are_read_as_such(
    argument: str, written: str, meant: Any
) -> None:
    """The feedback 5 is not the feedback "5", which takes JSON."""
    answer = await call_tool(gateway(), "search_traces", {argument: written})

    assert answer == await call_tool(gateway(), "search_traces", {argument: {"score": meant}})


@pytest.mark.parametrize("argument", ["tags", "metadata", "feedback", "expectation"])
@pytest.mark.parametrize("written", ["production", "a=1,b", "=1", "a=1,a=2", '["a"]', "a=1,", '{"a": '])
async def test_text_that_is_no_mapping_is_refused(argument: str, written: str) -> None:
    """A comma inside a value takes JSON: guessing would search for another value in silence."""
    with pytest.raises(ToolFailedError, match=f"`{argument}` takes name=value, joined by commas, or an object"):
        await call_tool(gateway(), "search_traces", {argument: written})


@pytest.mark.parametrize(
    "neutral",
    [{"status": "ANY"}, {"status": "any"}, {"has_error": "any"}, {"max_duration_ms": 0}, {"min_duration_ms": 0}],
    ids=json.dumps,
)
async def test_a_model_that_must_give_every_argument_can_say_any(neutral: dict[str, Any]) -> None:
    """OpenAI's strict schemas require every argument and know no null."""
    assert await call_tool(gateway(), "search_traces", neutral) == await call_tool(gateway(), "search_traces", {})


@pytest.mark.parametrize("wanted", [True, "true", "True"])
async def test_whether_a_span_failed_may_be_a_boolean_or_text(wanted: Any) -> None:
    """It is listed as text with three values."""
    answer = await call_tool(gateway(), "search_traces", {"has_error": wanted})

    assert answer["applied"]["filter"] == "span.status = 'ERROR'"
