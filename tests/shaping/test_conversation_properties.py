"""Whatever is said, and in whichever format it is recorded, each message is told once, in order, where it was added."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.records import Json, Span
from mcp_traces.shaping.conversation import ShownMessage, conversation
from mcp_traces.shaping.paths import format_path, resolve
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.span_views import span_values
from mcp_traces.shaping.text import as_text
from tests.builders import make_span
from tests.shaping.generated_conversations import FORMATS, Call, Said, conversations, spans_of


def expected(calls: Sequence[Call], *, items: bool, ids: bool) -> Iterator[tuple[Any, ...]]:
    """Role, words, calls and span of each message; `items` are those of formats in which each call is a message."""
    for index, call in enumerate(calls, start=1):
        for one in (*call.new, *([call.answer] if call.answer else [])):
            for part in _each_call(one) if items else [one]:
                given = [(call_id if ids else None, name, arguments) for call_id, name, arguments in part.calls]
                yield part.role, part.text.strip(), given, f"call{index}"


def _each_call(one: Said) -> list[Said]:
    return [Said(one.role, calls=(call,)) for call in one.calls] or [one]


def told_row(one: ShownMessage) -> tuple[Any, ...]:
    message = one.message
    given = [(call.id, call.name, call.arguments) for call in message.calls]
    return message.role, _unwrapped(message.words.text).strip(), given, one.node.span.span_id


def _unwrapped(text: str) -> str:
    """Of Gemini's results, which must be objects, the text within."""
    match = re.fullmatch(r'\{"result":"(.*)"\}', text, re.DOTALL)
    return match[1].replace('\\"', '"') if match else text


@pytest.mark.parametrize("name", list(FORMATS))
@given(calls=conversations())
@settings(deadline=None, max_examples=60)
def test_each_message_is_told_once_in_order_by_the_call_that_added_it(name: str, calls: list[Call]) -> None:
    """Turns with tools, words said again, several agents by turns, windows over what was said."""
    tree = build_tree(spans_of(calls, FORMATS[name]))

    told = conversation(tree).messages

    assert [told_row(one) for one in told] == list(expected(calls, items=name == "responses", ids=name != "gemini"))
    for one in told:
        assert_leads_to_its_words(tree_values(tree, one), one)


def tree_values(tree: Any, one: ShownMessage) -> dict[str, Json]:
    return span_values(one.node.span, tree)


def assert_leads_to_its_words(values: dict[str, Json], one: ShownMessage) -> None:
    """By the path of the message, of its words, and of what its calls are given."""
    message = one.message
    for path in (message.path, message.words.path if message.words.text else message.path):
        there = as_text(resolve(values, format_path((*one.place, *path))))
        assert all(word in there for word in re.findall(r"[a-zA-Z]{3,}", message.words.text))
    for call in message.calls:
        there = as_text(resolve(values, format_path((*one.place, *call.path))))
        assert all(str(argument) in there for argument in call.arguments.values())


def shown_twice(spans: Sequence[Span]) -> list[Span]:
    """Each call with a span around it that records the same, as where two libraries are traced."""
    around: list[Span] = []
    for span in spans[1:]:
        start_ms = int(span.span_id.removeprefix("call")) - 0.5
        outer = make_span(
            "outer",
            spans[0],
            span_type="LLM",
            start_ms=start_ms,
            span_id=f"outer{span.span_id}",
            attributes=span.attributes,
        )
        around += [
            outer,
            make_span("chat", outer, start_ms=start_ms + 0.5, span_id=span.span_id, attributes=span.attributes),
        ]
    return [spans[0], *around]


@given(calls=conversations(), name=st.sampled_from(list(FORMATS)))
@settings(deadline=None, max_examples=60)
def test_spans_around_others_tell_nothing_twice(calls: list[Call], name: str) -> None:
    """A framework's span around the library's, both recorded."""
    spans = spans_of(calls, FORMATS[name])

    once = [told_row(one) for one in conversation(build_tree(spans)).messages]
    assert [told_row(one) for one in conversation(build_tree(shown_twice(spans))).messages] == once
