"""Paths name any value in a span, whatever its keys are called, and a wrong one says what is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.shaping.paths import format_path, offset_in, parse_path, parts_of, resolve
from mcp_traces.shaping.text import compact

VALUE = {"inputs": {"messages": [{"content": "hi"}], "a.b": {'q"[0]': 1}}, "empty": {}, "text": "abc"}


@given(st.lists(st.text(min_size=1, max_size=8) | st.integers(0, 99), max_size=6))
def test_a_path_that_we_write_is_a_path_that_we_read(parts: list[str | int]) -> None:
    """An agent gives back what `elided` told it, to the letter."""
    assert parse_path(format_path(parts)) == parts


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("inputs.messages[0].content", "hi"),
        ("inputs.messages[-1].content", "hi"),
        ('inputs["a.b"]', {'q"[0]': 1}),
        ('inputs["a.b"]["q\\"[0]"]', 1),
        ('inputs."a.b"', {'q"[0]': 1}),
        ("inputs.messages.[0]", {"content": "hi"}),
        ("", VALUE),
    ],
)
def test_a_path_leads_to_its_value(path: str, expected: object) -> None:
    """Dots, brackets and quoted keys, in the spellings agents use."""
    assert resolve(VALUE, path) == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("input", "there is no input at the top. Keys there: inputs, empty, text."),
        ("inputs.message", 'there is no message at inputs. Keys there: messages, ["a.b"].'),
        ("inputs.messages[3]", "It is a list of 1 items; indexes start at 0."),
        ("inputs.messages.content", "It is a list of 1 items"),
        ("text.x", "It is a string, which has no parts."),
        ("empty.x", "Keys there: none."),
        ("inputs[", "cannot be read at character 6"),
        ('inputs["a', "cannot be read at character 6"),
    ],
)
def test_a_wrong_path_says_what_is_there(path: str, message: str) -> None:
    """One retry is enough only if the error names the next step."""
    with pytest.raises(InvalidArgumentError) as caught:
        resolve(VALUE, path)

    assert message in str(caught.value)


def test_an_object_tells_its_parts_with_their_sizes() -> None:
    """So that an agent opens the part that it wants, and not the whole."""
    value = {"messages": [1, 2], "a.b": "x" * 9, "none": None}

    assert parts_of(value, 1_000) == {
        "messages": "array, 5 chars",
        '["a.b"]': "string, 9 chars",
        "none": "null, 4 chars",
    }
    assert parts_of(["x", {}], 1_000) == {"[0]": "string, 1 chars", "[1]": "object, 2 chars"}
    assert list(parts_of(list(range(1_000)), 100)) == ["[0]", "[1]", "[2]", "[3]"]
    assert parts_of("text", 1_000) == {}
    assert parts_of({"k" * 500: 1, "next": 2}, 1_000) == {"next": "number, 1 chars"}


def test_long_keys_leave_room_in_an_error_for_what_is_there() -> None:
    """Twenty of them would be more than an error may have."""
    value = {"k" * 5_000: 1, "next": 2}

    with pytest.raises(InvalidArgumentError) as caught:
        resolve(value, "m" * 5_000)

    assert str(caught.value).endswith("…, next.")
    assert len(str(caught.value)) < 5_400


@pytest.mark.parametrize(
    ("parts", "text"),
    [(["a"], "[1,2]"), (["a", 1], "2],"), (['q"'], '{"x"'), (['q"', "x"], '"y"'), ([], '{"a"')],
)
def test_the_offset_of_a_part_is_where_its_json_begins(parts: list[str | int], text: str) -> None:
    """What has too long a path is read in the text of what holds it."""
    value = {"a": [1, 2], 'q"': {"x": "y"}}

    assert compact(value)[offset_in(value, parts) :].startswith(text)
    assert compact(value)[offset_in(value, ['q"'], is_key=True) :].startswith(compact('q"'))
