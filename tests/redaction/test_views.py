"""Texts that were spelled out are read as they were, and masked where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.redaction.boundaries import depth_of, end_of_string
from mcp_traces.redaction.scanning import Finding
from mcp_traces.redaction.views import View

PIECES = ["\\u0026", "\\u0022", "\\\\u0022", "\\/", "%3D", "%22", "\\u000a", "a", "é", "\\n", "\\u00e9", "%20", "\\"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a\\u0026b", "a&b"),
        ("{\\u0022a\\u0022:1}", '{\\"a\\":1}'),
        ("\\\\u0022", '\\\\\\"'),
        ("https:\\/\\/x", "https://x"),
        ("a%3Db%26c", "a=b&c"),
        ("\\u00e9 %20 \\n", "\\u00e9 %20 \\n"),
    ],
)
def test_what_frames_a_credential_is_spelled_back(text: str, read: str) -> None:
    """.NET, Go and PHP escape it in JSON, and URLs in URLs; a quote keeps its depth."""
    assert View(text.encode()).data.decode() == read


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.data())
def test_a_place_in_the_view_is_a_place_in_the_original(text: str, data: st.DataObject) -> None:
    """Pieces are masked as a whole, and the text around a mask is that of the original."""
    original = text.encode()
    view = View(original)
    start = data.draw(st.integers(0, len(view.data)))
    end = data.draw(st.integers(start, len(view.data)))
    if start == end:
        return

    found = view.original(Finding(start, end, "x"))

    assert 0 <= found.start < found.end <= len(original)
    assert view.data[start:end] in View(original[found.start : found.end]).data


@pytest.mark.parametrize(("backslashes", "depth"), [(0, 0), (1, 1), (2, 0), (3, 2), (5, 1), (7, 3), (11, 2)])
def test_backslashes_tell_how_deep_a_quote_stands(backslashes: int, depth: int) -> None:
    """JSON doubles each and adds one, for every string it is put into."""
    assert depth_of(backslashes) == depth


@pytest.mark.parametrize(
    ("text", "backslashes", "end"),
    [
        ('a\\"b" c', 0, 4),
        ('a\\\\" c', 0, 3),
        ('a\\\\\\"b\\" c', 1, 6),
        ('cut" c', 1, 3),
        ("cut", 0, 3),
        ("cut\nnext", 0, 3),
    ],
)
def test_a_string_ends_at_a_quote_of_its_own_depth_or_of_less(text: str, backslashes: int, end: int) -> None:
    """One of less depth ends the string around it, which was cut then."""
    assert end_of_string(text.encode(), 0, b'"', backslashes) == end
