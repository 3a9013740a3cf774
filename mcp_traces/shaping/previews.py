"""One line of what a span said: of a chat answer its words, of anything else its JSON."""

from typing import cast

from mcp_traces.records import Json
from mcp_traces.shaping.media import marked
from mcp_traces.shaping.text import as_text, compact, cut, one_line

_WRAPPERS = ("choices", "generations", "messages", "message", "delta", "content", "text", "output", "parts", "kwargs")
"""Keys behind which chat formats put their words, the outermost first: OpenAI, LangChain, MLflow, Anthropic, Gemini."""

_MAX_DEPTH = 8

SPACES = 10
"""How many times its length a line may have with all the spaces that it loses."""


def as_preview(value: Json, limit: int) -> str:
    """One line of `value` in at most `limit` characters; of a text without words its JSON."""
    return short_line(words_of(value) or as_text(value), limit) or cut(compact(value), limit)


def short_line(text: str, limit: int) -> str:
    """`text` as one line in at most `limit` characters, with marks in place of images, audio and files."""
    return cut(one_line(marked(text, limit * SPACES)), limit)


def words_of(value: Json, depth: int = 0) -> str | None:
    """The words of a chat message, of the last of several, or the tools it calls; None for what is no message."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        return value if depth else None
    if isinstance(value, list):
        items = cast("list[Json]", value)
        return words_of(items[-1], depth + 1) if items and (depth or _is_chat(items[-1])) else None
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Json]", value)
    for key in _WRAPPERS:
        if fields.get(key) and (words := words_of(fields[key], depth + 1)):
            return words
    return _tool_calls(fields)


def _is_chat(value: Json) -> bool:
    return isinstance(value, dict) and ("role" in value or "content" in value)


def _tool_calls(fields: dict[str, Json]) -> str | None:
    calls = fields.get("tool_calls")
    if not isinstance(calls, list):
        return None
    names: list[str] = []
    for call in cast("list[Json]", calls):
        function = cast("dict[str, Json]", call).get("function", call) if isinstance(call, dict) else None
        if isinstance(function, dict):
            known = cast("dict[str, Json]", function)
            names.append(f"{known.get('name')}({as_text(known.get('arguments', known.get('args', '')))})")
    return "calls " + ", ".join(names) if names else None
