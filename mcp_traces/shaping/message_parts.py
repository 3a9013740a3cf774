"""The parts of a chat message's content, whichever library wrote them: words, reasoning, tool calls, tool results."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mcp_traces.records import Json, decode_json
from mcp_traces.shaping.json_fields import Fields, Path, as_fields, as_items, as_json, first_of, name_of, readable
from mcp_traces.shaping.media_marks import MEDIA_KINDS, media_mark

MAX_DEPTH = 8
"""No library nests deeper; what does is shown as JSON."""

MAX_OTHER = 500
"""A part of an unknown kind is shown as JSON up to here; longer ones are mostly encoded data."""

_TEXT = {"text", "input_text", "output_text", "summary_text", "text_delta", "refusal"}
_REASONING = {"thinking", "reasoning", "redacted_thinking", "thought", "reasoning_content", "thinking_delta"}
_CALLS = {"tool_use", "server_tool_use", "mcp_tool_use", "tool_call", "function_call", "function", "builtin_tool_call"}
_RESULTS = {"tool_result", "tool_call_response", "tool_return", "builtin_tool_return", "function_response"}
_KINDS = _TEXT | _REASONING | _CALLS | _RESULTS | MEDIA_KINDS | {"json", "retry_prompt", "message_content"}

_SHAPES = {
    "function_call": "function_call",
    "functionCall": "function_call",
    "toolUse": "tool_use",
    "function_response": "function_response",
    "functionResponse": "function_response",
    "toolResult": "tool_result",
    "reasoningContent": "reasoning",
    "inline_data": "inline_data",
    "inlineData": "inline_data",
    "file_data": "file_data",
    "fileData": "file_data",
    "image": "image",
    "document": "document",
    "video": "video",
    "audio": "audio",
    "message_content": "message_content",
    "json": "json",
    "parts": "parts",
    "text": "text",
}
"""Parts that do not name their kind (Gemini, Bedrock) are told by the key that they fill."""

_WRAPS = ("tool_call", "function", "function_call", "functionCall", "toolUse")
_WRAPS_RESULT = ("function_response", "functionResponse", "toolResult")
_IDS = ("call_id", "tool_call_id", "toolCallId", "tool_use_id", "toolUseId", "id")
_NAMES = ("name", "tool_name", "toolName")
_ARGUMENTS = ("arguments", "args", "input", "action", "parameters", "queries")
_RESULT = ("content", "output", "response", "result", "results", "outcome", "model_response")
_MEDIA_DATA = ("source", "data", "image_url", "input_audio", "file", "file_id", "file_data", "url", "uri", "content")
_THOUGHTS = ("thinking", "reasoning", "summary", "reasoning_content", "reasoningContent", "reasoningText", "text")


@dataclass(frozen=True, slots=True)
class Words:
    """A text and where it stands; several parts read as one stand where all of them do."""

    text: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`path` leads to the arguments as they are recorded, which may be JSON text."""

    id: str | None
    name: str
    arguments: Json
    path: Path = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    call_id: str | None
    name: str | None
    words: Words
    path: Path


@dataclass(frozen=True, slots=True)
class Content:
    words: list[Words] = field(default_factory=list[Words])
    reasoning: list[Words] = field(default_factory=list[Words])
    calls: list[ToolCall] = field(default_factory=list[ToolCall])
    results: list[ToolResult] = field(default_factory=list[ToolResult])


def joined(words: Sequence[Words], path: Path) -> Words:
    return words[0] if len(words) == 1 else Words("\n".join(one.text for one in words), path)


def read_content(value: Json, path: Path = (), depth: int = 0) -> Content:
    """What `value` says: a text, a part, or a list of them."""
    content = Content()
    _add(content, value, path, depth)
    return content


def is_part(value: Json) -> bool:
    """Whether `value` can only be a part of a message: it names a kind we know, or fills just the key of one."""
    fields = as_fields(value)
    if fields is None:
        return False
    filled = [key for key, child in fields.items() if child is not None]
    return _named_kind(fields) in _KINDS or (len(filled) == 1 and filled[0] in _SHAPES)


def is_part_of_any_kind(value: Json) -> bool:
    fields = as_fields(value)
    return fields is not None and _kind(fields) != ""


def read_call(value: Json, path: Path) -> ToolCall | None:
    """The tool call in `value`, however many envelopes it lies in; None where there is none."""
    levels = list(_levels(value, path, _WRAPS))
    ids = (name_of(fields, _IDS) for fields, _ in levels)
    names = (name_of(fields, _NAMES) for fields, _ in reversed(levels))
    name = next(filter(None, names), None)
    for fields, at in reversed(levels):
        if (found := first_of(fields, _ARGUMENTS)) is not None:
            arguments = readable(decode_json(found[1]))
            return ToolCall(next(filter(None, ids), None), name or "", arguments, (*at, found[0]))
    return None if name is None else ToolCall(next(filter(None, ids), None), name, {}, path)


def read_result(value: Json, path: Path) -> ToolResult:
    """The tool result in `value`; without any content it is an empty one."""
    levels = list(_levels(value, path, _WRAPS_RESULT))
    fields, at = levels[-1] if levels else ({}, path)
    found = first_of(fields, _RESULT)
    words = result_words(found[1], (*at, found[0])) if found else Words("", path)
    return ToolResult(name_of(fields, _IDS), name_of(fields, _NAMES), words, path)


def result_words(value: Json, path: Path, depth: int = 0) -> Words:
    """What a tool answered, as the text that the model reads: words where it gave parts, else JSON."""
    if value is None or isinstance(value, str):
        return Words(value or "", path)
    items, fields = as_items(value), as_fields(value)
    if items and all(map(_is_result_part, items)):
        return joined(read_content(items, path).words, path)
    if fields is not None and fields.get("type") == "computer_screenshot":
        return joined(read_content(fields, path).words, path)
    for key in ("value", "content"):
        if fields is not None and _is_envelope(fields, key) and depth < MAX_DEPTH:
            return result_words(fields[key], (*path, key), depth + 1)
    return Words(as_json(value), path)


def _is_result_part(value: Json) -> bool:
    """Whether `value` is content for a model; what a tool lists (files, documents, functions) is JSON."""
    fields = as_fields(value) or {}
    kind, filled = _named_kind(fields), [key for key, child in fields.items() if child is not None]
    if kind in MEDIA_KINDS:
        return any(key in fields for key in _MEDIA_DATA)
    if kind:
        return kind in _TEXT and first_of(fields, ("text", "content", "refusal")) is not None
    return len(filled) == 1 and (
        filled[0] in ("text", "json") or (filled[0] in _SHAPES and as_fields(fields[filled[0]]) is not None)
    )


def _is_envelope(fields: Fields, key: str) -> bool:
    """Vercel's typed outputs and MCP's results, which wrap what the tool said."""
    kind = fields.get("type")
    if key == "value":
        return len(fields) == 2 and "value" in fields and isinstance(kind, str)
    return bool(as_items(fields.get("content"))) and set(fields) <= {"content", "isError", "is_error", "meta", "_meta"}


def _add(content: Content, value: Json, path: Path, depth: int) -> None:
    items, fields = as_items(value), as_fields(value)
    if value is None or value == "":
        return
    if isinstance(value, str):
        content.words.append(Words(value, path))
    elif depth > MAX_DEPTH or (items is None and fields is None):
        content.words.append(Words(as_json(value), path))
    elif items is not None:
        for index, item in enumerate(items):
            _add(content, item, (*path, index), depth + 1)
    elif fields:
        _add_part(content, fields, path, depth)


def _add_part(content: Content, part: Fields, path: Path, depth: int) -> None:
    kind = _kind(part)
    if kind in _REASONING or (kind == "text" and part.get("thought") is True):
        redacted = [Words("[redacted]", path)] if "redacted" in kind else []
        content.reasoning.extend(_thoughts(part, path, depth) or redacted)
    elif kind in _RESULTS or kind.endswith(("_tool_result", "retry_prompt")):
        content.results.append(read_result(part, path))
    elif kind in _CALLS and (call := read_call(part, path)):
        content.calls.append(call)
    elif kind in MEDIA_KINDS:
        content.words.append(Words(media_mark(part, kind), path))
    elif found := first_of(part, ("text", "content", "refusal", "json", "parts", "message_content")):
        _add(content, found[1], (*path, found[0]), depth + 1)
    elif kind not in _TEXT:
        text = as_json(part)
        content.words.append(Words(text if len(text) <= MAX_OTHER else f"[{kind or 'part'} {len(text):,} chars]", path))


def _named_kind(part: Fields) -> str:
    kind = next((part[key] for key in ("type", "part_kind", "block_type") if isinstance(part.get(key), str)), "")
    return str(kind).replace("-", "_")


def _kind(part: Fields) -> str:
    """The kind of a part; `""` when neither its type nor its keys tell."""
    kind = _named_kind(part)
    if kind in _KINDS or kind.endswith("_tool_result"):
        return kind
    if part.get("name") is not None and ("arguments" in part or "args" in part):
        return "tool_call"
    if name_of(part, _IDS[:-1]) and ("content" in part or "output" in part):
        return "tool_result"
    shape = first_of(part, tuple(_SHAPES))
    return _SHAPES[shape[0]] if shape and not kind else kind


def _levels(value: Json, path: Path, wraps: Sequence[str]) -> Iterator[tuple[Fields, Path]]:
    """`value` and the envelopes within it, from the outside in."""
    for _ in range(MAX_DEPTH):
        fields = as_fields(value)
        if fields is None:
            return
        yield fields, path
        inner = next((key for key in wraps if as_fields(fields.get(key)) is not None), None)
        if inner is None:
            return
        value, path = fields[inner], (*path, inner)


def _thoughts(value: Json, path: Path, depth: int) -> list[Words]:
    fields, items = as_fields(value), as_items(value)
    if isinstance(value, str):
        return [Words(value, path)] if value else []
    if items is not None and depth <= MAX_DEPTH:
        return [one for index, item in enumerate(items) for one in _thoughts(item, (*path, index), depth + 1)]
    keys = (*_THOUGHTS, "content") if fields else ()
    found = first_of({key: child for key, child in (fields or {}).items() if child not in ("", [])}, keys)
    return _thoughts(found[1], (*path, found[0]), depth + 1) if found and depth <= MAX_DEPTH else []
