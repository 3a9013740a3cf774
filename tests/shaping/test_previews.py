"""A preview shows the words of a chat message, in whichever format a framework wraps them."""

import pytest

from mcp_traces.shaping.previews import as_preview

CALL = {"id": "c1", "type": "function", "function": {"name": "search", "arguments": '{"q": "lamp"}'}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello  there"}}]}, "Hello there"),
        (
            {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [CALL]}}]},
            'calls search({"q": "lamp"})',
        ),
        ({"messages": [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi"}]}, "Hi"),
        ([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}], "Yes?"),
        ({"role": "assistant", "content": [{"type": "text", "text": "From parts"}]}, "From parts"),
        ({"generations": [[{"text": "From LangChain", "message": {"kwargs": {"content": "x"}}}]]}, "x"),
        ({"content": {"parts": [{"text": "From Gemini"}], "role": "model"}}, "From Gemini"),
        ({"output": [{"type": "message", "content": [{"type": "output_text", "text": "Responses"}]}]}, "Responses"),
        ({"answer": "42"}, '{"answer":"42"}'),
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
