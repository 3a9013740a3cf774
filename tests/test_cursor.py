"""Cursors come back as the position they were made of, or are refused with the way on."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces import cursor as module
from mcp_traces.cursor import decode_cursor, encode_cursor, fingerprint
from mcp_traces.errors import InvalidCursorError

POSITIONS = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20) | st.none(), max_size=5)


@given(POSITIONS)
def test_a_cursor_gives_back_its_position(position: dict[str, object]) -> None:
    """All that the next page needs travels in it, so any replica can take it up."""
    made_for = fingerprint({"tool": "search_traces"})

    assert decode_cursor(encode_cursor(position, made_for), made_for) == position


def test_a_cursor_of_another_query_is_refused() -> None:
    """A page followed with other arguments would repeat or miss rows."""
    cursor = encode_cursor({"at": 1}, fingerprint({"status": "OK"}))

    with pytest.raises(InvalidCursorError, match=r"other arguments.*Call again without `cursor`"):
        decode_cursor(cursor, fingerprint({"status": "ERROR"}))


@given(st.data())
def test_a_changed_cursor_is_refused(data: st.DataObject) -> None:
    """One wrong or missing character must not move the page in silence."""
    made_for = fingerprint({})
    cursor = encode_cursor({"at": {"after": "tr-1", "value": 5}}, made_for)
    index = data.draw(st.integers(0, len(cursor) - 2))
    other = data.draw(st.sampled_from("ABCxyz019_-!é").filter(lambda c: c != cursor[index]))

    for damaged in (cursor[:index] + other + cursor[index + 1 :], cursor[:index]):
        with pytest.raises(InvalidCursorError, match="damaged"):
            decode_cursor(damaged, made_for)


@pytest.mark.parametrize("text", ["", "x", "eyJvZmZzZXQiOiA1MH0=", base64.b64encode(b"[]").decode(), "é", "a" * 5_000])
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    """MLflow's own page tokens among it, which agents may have from elsewhere."""
    with pytest.raises(InvalidCursorError, match="was not made by this server"):
        decode_cursor(text, fingerprint({}))


def test_a_cursor_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade an old position might mean something else."""
    cursor = encode_cursor({"at": 1}, fingerprint({}))
    monkeypatch.setattr(module, "VERSION", module.VERSION + 1)

    with pytest.raises(InvalidCursorError, match="another version"):
        decode_cursor(cursor, fingerprint({}))


def test_the_fingerprint_does_not_depend_on_the_order_of_arguments() -> None:
    """The same query is the same query however a client writes it."""
    assert fingerprint({"a": 1, "b": {"x": 1, "y": 2}}) == fingerprint({"b": {"y": 2, "x": 1}, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
