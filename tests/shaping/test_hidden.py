"""What cannot be seen is written out, and what people write stays as it is."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.json_texts import with_texts
from mcp_traces.shaping.hidden import visible, visible_value

HIDDEN = {
    "escape sequence": ("\x1b[31mred", r"\u001b[31mred"),
    "control sequence of one byte": ("\x9b31mred", r"\u009b31mred"),
    "bell and backspace": ("a\x07b\x08c", r"a\u0007b\u0008c"),
    "NUL": ("a\x00b", r"a\u0000b"),
    "override of direction": ("user\u202enimda", r"user\u202enimda"),
    "isolates": ("\u2066a\u2069", r"\u2066a\u2069"),
    "marks of direction": ("a\u200e\u200f\u061c", r"a\u200e\u200f\u061c"),
    "zero width": ("ig\u200bno\u2060re\ufeff", r"ig\u200bno\u2060re\ufeff"),
    "joiner between Latin letters": ("ig\u200dno\u200cre", r"ig\u200dno\u200cre"),
    "joiners that join nothing": ("\u200d a \u200d\u200d", r"\u200d a \u200d\u200d"),
    "tags": ("a\U000e0001\U000e0041\U000e007f", r"a\U000e0001\U000e0041\U000e007f"),
    "bytes in selectors": ("☺\ufe0f\ufe00\U000e0141", "☺\ufe0f\\ufe00\\U000e0141"),
    "selector behind a letter": ("a\ufe0f", r"a\ufe0f"),
    "separators that other readers break lines at": ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
    "blank letters": ("\u3164\uffa0\u115f\u034f", r"\u3164\uffa0\u115f\u034f"),
    "soft hyphen": ("pass\u00adword", r"pass\u00adword"),
    "half a pair": ("a\ud83d", r"a\ud83d"),
}


@pytest.mark.parametrize(("text", "shown"), HIDDEN.values(), ids=HIDDEN)
def test_what_nobody_sees_is_written_out(text: str, shown: str) -> None:
    """A person would not see what a model reads, or see other words."""
    assert visible(text) == shown


SEEN = {
    "lines and tabs": "a\r\n\tb\n",
    "German": "Grüße aus Köln",
    "a space that does not break": "10\u00a0%",
    "family": "👨‍👩‍👧‍👦 🏳️‍🌈 ❤️",
    "keycap": "1️⃣ #️⃣ *️⃣",
    "Persian": "می‌خواهم",
    "Hindi": "क्‍ष",
    "Arabic numbers": "\u0600\u06dd١٢",
    "Mongolian": "ᠠ\u180b",
    "Japanese name": "葛\U000e0100城",
    "Hebrew and Thai": "שלום สวัสดี",
    "replacement": "a\ufffdb",
}


@pytest.mark.parametrize("text", SEEN.values(), ids=SEEN)
def test_what_people_write_stays(text: str) -> None:
    """Joiners and selectors are part of letters and emoji; other scripts are no attack."""
    assert visible(text) is text


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    """But for joiners and selectors behind letters of other scripts or emoji; and looking again changes nothing."""
    shown = visible(text)
    kept = {"\n", "\t", "\r", "\u200c", "\u200d"}
    prepended = {chr(one) for one in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)}
    shapes = {chr(one) for one in (*range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4))}
    left = {one for one in shown if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not left - kept - prepended - shapes
    assert visible(shown) == shown


def test_texts_and_keys_of_values_are_written_out_however_deep() -> None:
    """Keys are recorded too; a value may nest deeper than Python's own calls."""
    deep: Any = "\u200bend"
    for _ in range(5_000):
        deep = [deep]

    shown: Any = visible_value({"a\u200b": ["\x1b", 1, None, True, {"k": "\u202e"}], "deep": deep})

    assert list(shown) == [r"a\u200b", "deep"]
    assert shown[r"a\u200b"] == [r"\u001b", 1, None, True, {"k": r"\u202e"}]
    inner: Any = shown["deep"]
    for _ in range(5_000):
        (inner,) = inner
    assert inner == r"\u200bend"


def test_keys_that_become_alike_are_both_kept() -> None:
    """Nothing is lost by being shown."""
    assert with_texts({"a\x00": 1, "a": 2, "A": {"x": 3}}, lambda text: text.strip("\x00").lower()) == {
        "a": 1,
        "a (2)": 2,
        "a (3)": {"x": 3},
    }
