"""Text for results: compact JSON, and cuts that show themselves."""

from typing import cast

from mcp_traces.json_texts import as_json
from mcp_traces.records import Json

CUT_MARK = "…"
_LONGEST_ESCAPE = len("\\u0000")


def compact(value: Json) -> str:
    """`value` as JSON without spaces, the measure of every budget."""
    return as_json(value)


def json_or_mark(value: Json) -> str:
    """`value` as JSON, or a mark for what nests beyond what can be written."""
    try:
        return compact(value)
    except RecursionError:
        return "[nested too deeply to show]"


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters of JSON, cut at a word where one is near, with one mark."""
    if len(text) * _LONGEST_ESCAPE <= limit or len(compact(text)) - 2 <= limit:
        return text
    head = text[: longest_prefix(text, limit - 1)]
    at_word = head.rfind(" ")
    return (head[:at_word] if at_word > len(head) * 2 // 3 else head).rstrip().removesuffix(CUT_MARK) + CUT_MARK


def longest_prefix(text: str, budget: int) -> int:
    """How many characters of `text` fit into `budget` characters of JSON, where some need several."""
    shown = min(len(text), max(budget, 0))
    while shown > 0 and (excess := len(compact(text[:shown])) - 2 - budget) > 0:
        # No character costs more than the longest escape, so this never cuts much more than it must.
        shown -= max(1, excess // _LONGEST_ESCAPE)
    return max(shown, 0)


def one_line(text: str) -> str:
    return " ".join(text.split())


def as_text(value: Json) -> str:
    """A string as it is, anything else as compact JSON."""
    return value if isinstance(value, str) else compact(value)


def without_lone_surrogates(value: Json) -> Json:
    """`value` with each lone surrogate written out (`\\ud800`): JSON can spell one, but UTF-8 cannot carry it."""
    try:
        compact(value).encode()
    except UnicodeEncodeError:
        return _spell_surrogates(value)
    return value


def _spell_surrogates(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_spell_surrogates(item) for item in cast("list[Json]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, Json]", value).items()
        return {_spell_surrogates(key): _spell_surrogates(item) for key, item in items}
    return value
