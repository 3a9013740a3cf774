"""How much of an answer a page shows."""

from typing import Any

import pytest

from tests.cookbook.excerpts import WIDTH, excerpt, read_shape

LONG = "word " * 40


@pytest.mark.parametrize(
    ("answer", "shape", "shown"),
    [
        ({"a": 1}, "a", '{"a": 1}'),
        ({"a": 1, "b": 2}, "a", '{"a": 1, …}'),
        ({"a": 1, "b": 2}, "b a", '{"b": 2, "a": 1}'),
        ({"a": 1}, "a b", '{"a": 1}'),
        ({"a": [1, 2, 3]}, "a[1:2]", '{"a": […, 2, …]}'),
        ({"a": [1, 2, 3]}, "a[-1:]", '{"a": […, 3]}'),
        ({"a": [{"b": 1, "c": 2}, {"c": 3}]}, "a{b}", '{"a": [{"b": 1, …}, {…}]}'),
        ({"a": "0123456789"}, "a[2:5]", '{"a": "…234…"}'),
        ({"a": LONG}, "a", '{"a": "' + LONG[:90] + '…"}'),
        ({"a": {"b": {"c": True, "d": None}}}, "a{b}", '{"a": {"b": {"c": true, "d": null}}}'),
        ({"x.y": "é"}, '"x.y"', '{"x.y": "é"}'),
    ],
)
def test_what_is_not_asked_for_is_marked(answer: Any, shape: str, shown: str) -> None:
    """An answer that looks whole and is not misleads."""
    assert excerpt(answer, read_shape(shape)) == shown


@pytest.mark.parametrize("text", ["a b[", "a{b", "?"])
def test_a_shape_that_cannot_be_read_is_refused(text: str) -> None:
    """Else a page would silently show less."""
    with pytest.raises(ValueError, match="No shape"):
        read_shape(text)


def test_long_answers_stand_in_lines_of_the_pages_width() -> None:
    """As many fields a line as fit; only a text that is longer than a line by itself goes beyond."""
    rows = [{"trace_id": f"tr-{number:032}", "name": "answer", "status": "OK", "more": "x" * 40} for number in range(3)]

    lines = excerpt({"traces": rows, "returned": 3}, read_shape("returned traces{trace_id name status more}")).split(
        "\n"
    )

    assert max(map(len, lines)) <= WIDTH
    assert lines[0] == "{" and lines[-1] == "}"
    assert len(lines) == 17
