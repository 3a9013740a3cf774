"""An error as it may be told: without what is masked, and with no more of the arguments than names them."""

from collections.abc import Mapping
from typing import Any

from mcp_traces.json_texts import all_texts_in
from mcp_traces.shaping.cleaning import Cleaner
from mcp_traces.shaping.text import CUT_MARK

MAX_QUOTED = 120
MAX_ERROR = 4_000


def error_text(error: BaseException, cleaner: Cleaner, arguments: Mapping[str, Any] | None = None) -> str:
    """What the error says. The caller has its own words, and needs the beginning of a long one to know which it is."""
    text = str(error)
    long = (one for one in all_texts_in(arguments or {}) if len(one) > MAX_QUOTED)
    for sent in sorted(long, key=len, reverse=True):
        for spelling in (sent, repr(sent)[1:-1]):
            text = text.replace(spelling, spelling[:MAX_QUOTED] + CUT_MARK)
    cleaned = cleaner.text(text)
    return cleaned if len(cleaned) <= MAX_ERROR else cleaned[: MAX_ERROR - 1] + CUT_MARK
