"""Tools' results stand where they were given: in the span that ran the tool, or in the call that was shown them."""

from typing import Any

import pytest

from mcp_traces.shaping.conversation import conversation
from mcp_traces.shaping.span_tree import build_tree
from tests.builders import make_span
from tests.shaping.chats import calls, chat, result, rows, said, system, texts, user

TOOL_SPANS: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "outputs are its words": ({"inputs": {"id": "A"}, "outputs": "shipped"}, ("lookup2", "outputs")),
    "outputs are a message": (
        {"inputs": {"id": "A"}, "outputs": {"type": "tool", "content": "shipped", "tool_call_id": "c1"}},
        ("lookup2", "outputs.content"),
    ),
    "outputs are an envelope": (
        {"name": "tool_lookup", "outputs": {"result": "shipped"}},
        ("tool_lookup2", "outputs.result"),
    ),
    "outputs are parts": (
        {"inputs": {"id": "A"}, "outputs": {"content": [{"type": "text", "text": "shipped"}], "isError": False}},
        ("lookup2", "outputs.content[0].text"),
    ),
    "stated id": (
        {"name": "x", "outputs": "shipped", "attributes": {"gen_ai.tool.call.id": "c1"}},
        ("x2", "outputs"),
    ),
    "it failed": ({"status": "ERROR", "status_message": "shipped"}, ("lookup2", "status_message")),
    "defaults filled in": ({"inputs": {"id": "A", "deep": False}, "outputs": "shipped"}, ("lookup2", "outputs")),
    "arguments are one text": ({"inputs": '{"id": "A"}', "outputs": "shipped"}, ("lookup2", "outputs")),
    "another type": ({"span_type": "TASK", "inputs": {"id": "A"}, "outputs": "shipped"}, ("lookup2", "outputs")),
    "outputs are other words": ({"inputs": {"id": "A"}, "outputs": "SHIPPED!"}, ("chat3", "inputs.messages[3]")),
    "another tool": ({"name": "other", "inputs": {"id": "A"}, "outputs": "shipped"}, ("chat3", "inputs.messages[3]")),
    "other arguments": (
        {"span_type": "CHAIN", "inputs": {"id": "B"}, "outputs": "other"},
        ("chat3", "inputs.messages[3]"),
    ),
}


@pytest.mark.parametrize(("fields", "expected"), TOOL_SPANS.values(), ids=list(TOOL_SPANS))
def test_a_tools_result_is_told_by_the_span_that_ran_it(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    """Where that has the words; else by the call that was shown them."""
    history = [system(), user("Where?"), calls("c1", id="A"), result("c1", "shipped")]
    tool = {"name": "lookup", "span_type": "TOOL", "start_ms": 2, **fields}
    spans = [
        chat(history[:2], history[2], at=1),
        make_span(span_id=f"{tool['name']}2", **tool),
        chat(history, said("It is shipped."), at=3),
    ]

    (told,) = [row for row in rows(spans) if row[0] == "tool"]
    assert (told[1], told[2:]) == ("shipped", expected)


def test_the_span_of_a_tool_is_named_when_the_model_was_shown_other_words() -> None:
    """A result that was shortened on its way to the model."""
    history = [user("Where?"), calls("c1", id="A"), result("c1", "ship…")]
    tool = make_span("lookup", span_type="TOOL", span_id="tool", start_ms=2, inputs={"id": "A"}, outputs="shipped")
    spans = [chat(history[:1], history[1], at=1), tool, chat(history, said("Yes."), at=3)]

    (told,) = [one for one in conversation(build_tree(spans)).messages if one.message.role == "tool"]
    assert (told.node.span.span_id, told.tool_node and told.tool_node.span.span_id) == ("chat3", "tool")
    assert (told.message.call_id, told.message.tool_name) == ("c1", "lookup")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "ERROR", "status_message": "declined"}, ("declined", "status_message")),
        ({"outputs": {"paid": True}}, ('{"paid":true}', "outputs")),
        ({"outputs": {"type": "tool", "content": "paid", "tool_call_id": "c1"}}, ("paid", "outputs.content")),
    ],
    ids=["failure", "JSON", "message"],
)
def test_what_came_of_a_last_call_is_told_although_no_model_was_shown_it(
    fields: dict[str, Any], expected: tuple[str, str]
) -> None:
    """A trace that ends in its tool: the failure is what people look for."""
    tool = make_span("charge", span_type="TOOL", span_id="t", start_ms=2, inputs={"amount": 5}, **fields)

    told = rows([chat([user("Pay.")], calls("c1", "charge", amount=5), at=1), tool])

    assert told[-1] == ("tool", expected[0], "t", expected[1])


def test_parallel_calls_of_one_tool_each_have_their_own_span() -> None:
    """Same tool, same arguments, same moment."""
    spans = [
        chat(
            [user("Twice.")],
            {**calls("c1"), "tool_calls": [*calls("c1")["tool_calls"], *calls("c2")["tool_calls"]]},
            at=1,
        ),
        make_span("lookup", span_type="TOOL", span_id="t1", start_ms=2, inputs={}, outputs="a"),
        make_span("lookup", span_type="TOOL", span_id="t2", start_ms=2, inputs={}, outputs="b"),
    ]

    assert texts(spans)[2:] == [("a", "t1"), ("b", "t2")]
