"""What cannot be shown as it is, written out: characters that nobody sees or that make others look different
(`\\u202e` for what turns text round), and numbers that JSON cannot write (`"NaN"`).

Recorded text is written by whoever talks to the traced application. Escapes of terminals, overrides of direction, tags
and zero-width characters could hide words from a person that a model reads, or show other words than are there.
"""

import re

from mcp_traces.json_texts import as_json, with_texts
from mcp_traces.records import Json

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_FORMATS = r"\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_BLANKS = r"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U0001d173-\U0001d17a"
_JOINERS = r"\u200c\u200d"
_SELECTORS = r"\u180b-\u180d\ufe00-\ufe0f"
_IDEOGRAPHIC_SELECTORS = r"\U000e0100-\U000e01ef"
_SURROGATES = r"\ud800-\udfff"
_ALWAYS = f"{_CONTROLS}{_FORMATS}{_BLANKS}{_SURROGATES}"
_MAYBE = re.compile(f"[{_ALWAYS}{_JOINERS}{_SELECTORS}{_IDEOGRAPHIC_SELECTORS}]")
_HIDDEN = re.compile(
    rf"""(?x)
    [{_ALWAYS}]
    | (?<![^\x00-\x7f{_FORMATS}{_JOINERS}])[{_JOINERS}] | [{_JOINERS}](?![^\x00-\x7f{_FORMATS}{_JOINERS}])
    | (?<![^\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f{_SELECTORS}])[{_SELECTORS}]
    | (?<![\u3400-\u9fff\U00020000-\U0003ffff])[{_IDEOGRAPHIC_SELECTORS}]
    """
)
"""Joiners between letters of other scripts or emoji stay, and so does one selector behind what it selects a form of."""


def visible(text: str) -> str:
    """`text` with everything hidden in it written as `\\uXXXX`, or `\\UXXXXXXXX` beyond the first plane."""
    # Most texts are words in ASCII, which Python knows without looking at each character.
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_spelt, text) if _MAYBE.search(text) else text


def visible_value(value: Json) -> Json:
    """The same in every text and key of a value, with NaN and infinities as texts."""
    try:
        encoded = as_json(value)
    except RecursionError:
        return with_texts(value, visible)
    # JSON spells out control characters, and has nothing else hidden in most values.
    spelled = any(sign in encoded for sign in ("\\u", "\\b", "\\f", "NaN", "Infinity"))
    return with_texts(value, visible) if spelled or _MAYBE.search(encoded) else value


def _spelt(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\U{number:08x}" if number > 0xFFFF else f"\\u{number:04x}"
