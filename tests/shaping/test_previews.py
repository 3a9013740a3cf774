"""A preview shows the words of a chat message, in whichever format a framework wraps them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.shaping.previews import as_preview, read_cut_json, words_in
from mcp_traces.shaping.span_messages import Side

CALL = {"id": "c1", "type": "function", "function": {"name": "search", "arguments": '{"q": "lamp"}'}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello  there"}}]}, "Hello there"),
        (
            {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [CALL]}}]},
            'calls search({"q":"lamp"})',
        ),
        ({"messages": [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi"}]}, "Hi"),
        ([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}], "Yes?"),
        ({"role": "assistant", "content": [{"type": "text", "text": "From parts"}]}, "From parts"),
        ({"generations": [[{"text": "From LangChain", "message": {"kwargs": {"type": "ai", "content": "x"}}}]]}, "x"),
        ({"content": {"parts": [{"text": "From Gemini"}], "role": "model"}}, "From Gemini"),
        ({"output": [{"type": "message", "content": [{"type": "output_text", "text": "Responses"}]}]}, "Responses"),
        ({"answer": "42"}, "42"),
        ({"answer": "It is late.", "score": 0.5}, "It is late. · score=0.5"),
        ({"sent": 3}, '{"sent":3}'),
        ([1, 2], "[1,2]"),
        ([{"page_content": "doc"}], '[{"page_content":"doc"}]'),
        ("plain\ntext", "plain text"),
        (0, "0"),
        (False, "false"),
        ({"messages": []}, '{"messages":[]}'),
        (None, "null"),
        ({}, "{}"),
        ([], "[]"),
        ("", '""'),
        (" \n", '" \\n"'),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_preview_shows_what_was_said(value: object, expected: str) -> None:
    """Of a chat answer an agent wants the words, not the envelope."""
    assert as_preview(value, 120) == expected


def test_a_preview_ends_in_what_nests_without_end() -> None:
    """Content within content within content."""
    value: object = "deep"
    for _ in range(500):
        value = {"content": value}

    assert as_preview(value, 60).startswith('{"content":{"content"')


ASKED = "Where is my order?"
SAID = "It left the warehouse."
HISTORY = [("system", "Be kind."), ("user", "Hello"), ("assistant", "Yes?"), ("user", ASKED)]


def messages(role: str = "role", said: str = "content", **names: str) -> list[dict[str, str]]:
    return [{role: names.get(one, one), said: text} for one, text in HISTORY]


@pytest.mark.parametrize(
    ("recorded", "side", "expected"),
    [
        ({"model": "gpt", "messages": messages()}, "inputs", ASKED),
        ({"choices": [{"message": {"role": "assistant", "content": SAID}}], "usage": {"total": 3}}, "outputs", SAID),
        ({"instructions": "Be kind.", "input": ASKED}, "inputs", ASKED),
        ({"output": [{"type": "message", "content": [{"type": "output_text", "text": SAID}]}]}, "outputs", SAID),
        ({"system": "Be kind.", "max_tokens": 9, "messages": messages()[1:]}, "inputs", ASKED),
        ({"type": "message", "role": "assistant", "content": [{"type": "text", "text": SAID}]}, "outputs", SAID),
        ({"contents": [{"role": "user", "parts": [{"text": ASKED}]}], "config": {"temperature": 0}}, "inputs", ASKED),
        ({"candidates": [{"content": {"role": "model", "parts": [{"text": SAID}]}}]}, "outputs", SAID),
        ({"messages": messages("type", user="human", assistant="ai")}, "inputs", ASKED),
        (
            {"messages": [*messages("type", user="human", assistant="ai"), {"type": "ai", "content": SAID}]},
            "outputs",
            SAID,
        ),
        ({"context": "A long text about orders. " * 9, "question": ASKED, "top_k": 3}, "inputs", f"{ASKED} · A long"),
        (
            {"id": "8f14e45fceea167a5a36", "note": "short one", "body": "the longest of the texts"},
            "inputs",
            "the longest",
        ),
        ({"deep": False, "limit": 3}, "inputs", '{"deep": false'),
        ("ok", "outputs", "ok"),
    ],
    ids=[
        *("OpenAI request", "OpenAI answer", "Responses request", "Responses answer", "Anthropic request"),
        *("Anthropic answer", "Gemini request", "Gemini answer", "LangChain state", "LangChain answer"),
        *("question among others", "longest text", "numbers", "a JSON text"),
    ],
)
def test_recorded_json_is_shown_as_words(recorded: object, side: Side, expected: str) -> None:
    """The user's last words, the answer, else the texts: an agent that chooses a trace reads no JSON."""
    assert words_in(json.dumps(recorded), side).startswith(expected)


def test_json_that_was_cut_shows_the_last_words_that_are_there() -> None:
    """MLflow keeps 1,000 characters; the mark says that there was more."""
    recorded = json.dumps({"messages": [*messages(), {"role": "user", "content": "And my refund? " * 90}]})

    assert words_in(recorded[:997] + "...", "inputs").startswith("And my refund? And")
    assert words_in(recorded[: recorded.index(ASKED) + 11] + "...", "inputs") == "Where is my …"


@pytest.mark.parametrize("text", ["{see below}", "[1] is the source", '"quoted" words', "{", "[]]", '{"a" 1}'])
def test_what_only_begins_like_json_is_text(text: str) -> None:
    """People write brackets too."""
    assert words_in(text, "inputs") == text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100)
@given(VALUES.filter(lambda value: isinstance(value, list | dict)), st.booleans(), st.data())
def test_any_beginning_of_json_can_be_read(value: object, ascii_only: bool, data: st.DataObject) -> None:
    """Cut in a key, a number, an escape or between two: what was whole stays, and nothing is made up."""
    text = json.dumps(value, ensure_ascii=ascii_only)
    end = data.draw(st.integers(1, len(text)))

    read, is_whole = read_cut_json(text[:end] if end == len(text) else text[:end] + "...")

    assert is_whole is (end == len(text))
    assert isinstance(read, type(value)) and is_beginning(read, value)


def is_beginning(read: object, value: object) -> bool:
    if isinstance(value, str):
        return isinstance(read, str) and value.startswith(read)
    if isinstance(value, list):
        return isinstance(read, list) and all(map(is_beginning, read, value))
    if isinstance(value, dict):
        return isinstance(read, dict) and all(is_beginning(read[key], value[key]) for key in read)
    return read == value
