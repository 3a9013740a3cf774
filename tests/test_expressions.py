"""Expressions of others end in linear time or in an error that says where they go wrong."""

import time

import pytest

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.expressions import compile_expression


@pytest.mark.parametrize(
    ("expression", "text", "spans"),
    [
        ("lamp", "A Lamp, a lamp", [(2, 6), (10, 14)]),
        ("(?-i)lamp", "A Lamp, a lamp", [(10, 14)]),
        ("ü+", "🔥ÜÜü", [(1, 4)]),
        ("a*", "ba", [(1, 2)]),
        (r"\$\d", "$5", [(0, 2)]),
    ],
)
def test_matches_are_told_in_characters(expression: str, text: str, spans: list[tuple[int, int]]) -> None:
    """An offset in bytes would split characters; an empty match says nothing."""
    assert list(compile_expression("find", expression)(text)) == spans


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("(abc", "`find` '(abc' is no regular expression at character 0: missing )"),
        ("abc[", "at character 3: missing ]"),
        ("x(?=y)", "at character 1: invalid perl operator (?=. RE2 syntax: no look-around"),
        (r"(a)\1", "at character 3: invalid escape sequence"),
        ("*a", "at character 0: no argument for repetition operator *"),
        ("abc\\", "at character 3: trailing \\"),
        ("", "`find` is empty"),
        ("\ud800", "half a surrogate pair"),
    ],
)
def test_what_is_no_expression_says_where(expression: str, message: str) -> None:
    """With the one thing agents get wrong: what RE2 leaves out, and what needs a backslash."""
    with pytest.raises(InvalidArgumentError) as caught:
        compile_expression("find", expression)

    assert message in str(caught.value)


def test_an_expression_that_backtracks_elsewhere_ends() -> None:
    """Python's `re` takes longer than the universe for this one."""
    started = time.monotonic()

    assert list(compile_expression("find", "(a+)+!")("a" * 100_000)) == []
    assert time.monotonic() - started < 30
