"""Where the messages stand in a span's inputs and outputs, in the shapes that libraries and MLflow's tracing record."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from mcp_traces.records import Json, decode_json
from mcp_traces.shaping.json_fields import Fields, Path, as_fields, as_items
from mcp_traces.shaping.message_parts import is_part
from mcp_traces.shaping.message_reader import Entry, MessageReader
from mcp_traces.shaping.message_streams import streamed

History: TypeAlias = list[tuple[Path, Entry]]
"""Messages in order, each with where it stands in the span."""

Side: TypeAlias = Literal["inputs", "outputs"]

MAX_DEPTH = 5
"""How many envelopes deep messages are looked for: `request`, `state`, `body`, `update` and the like."""

_SYSTEM = ("system", "system_instruction", "systemInstruction", "system_prompt", "instructions")
_EARLIER = ("history", "chat_history", "message_history", "conversation_history", "previous_messages")
_INPUTS = ("messages", "contents", "input", "inputs", "message", "new_message", "new_messages", "request", "prompt")
_OUTPUTS = (
    *("choices", "generations", "candidates", "output", "outputs", "message", "messages", "_new_messages_serialized"),
    *("new_messages", "response", "responses", "result", "content", "delta", "body", "value"),
)
_ALTERNATIVES = ("choices", "generations", "candidates")
_PROMPTS = (
    *("prompt", "prompts", "input", "inputs", "query", "question", "text", "message", "user_input", "user_message"),
    *("user_prompt", "task", "content", "contents", "request"),
)
_ANSWERS = ("text", "output_text", "output", "response", "answer", "completion", "content", "generated_text", "result")
_BESIDE_TEXT = ("finish_reason", "finishReason", "generation_info", "toolCalls", "tool_calls", "logprobs", "index")


def find_messages(value: Json, side: Side, reader: MessageReader) -> list[History]:
    """The histories in the inputs or outputs of a span: usually one, of a batch one for each prompt, or none."""
    return [history for history in _Finder(side, reader).find(value, (side,), 0, side) if history]


def find_plain(value: Json, side: Side, reader: MessageReader) -> list[History]:
    """The bare text that a model is given or gives where no message says so: a prompt, an answer."""
    role = "user" if side == "inputs" else "assistant"
    for path, text in _plain(value, (side,), _PROMPTS if side == "inputs" else _ANSWERS):
        items = as_items(text)
        each = [(path, text)] if items is None else [((*path, index), item) for index, item in enumerate(items)]
        return [[(at, entry)] for at, one in each for entry in reader.read(one, role)]
    return []


def _plain(value: Json, path: Path, keys: tuple[str, ...]) -> Iterator[tuple[Path, Json]]:
    fields = as_fields(value) or {}
    if _is_text(value):
        yield path, value
    for key in keys:
        if _is_text(fields.get(key)):
            yield (*path, key), fields[key]
    texts = [key for key, child in fields.items() if isinstance(child, str)]
    if len(texts) == 1:
        yield (*path, texts[0]), fields[texts[0]]


def _is_text(value: Json) -> bool:
    items = as_items(value)
    return (isinstance(value, str) and value != "") or bool(items and all(isinstance(item, str) for item in items))


class _Finder:
    def __init__(self, side: Side, reader: MessageReader) -> None:
        self._reader = reader
        self._role = "user" if side == "inputs" else "assistant"
        self._in_fields = self._in_request if side == "inputs" else self._in_answer

    def find(self, value: Json, path: Path, depth: int, named: str = "") -> list[History]:
        """`named` is the key that says what to expect; without one only what must be messages is taken for them."""
        items, fields = as_items(value), as_fields(value)
        if depth > MAX_DEPTH:
            return []
        if isinstance(value, str) and named:
            return self._in_text(value, path, depth)
        if items:
            return self._in_stream(items, path) or self._in_list(items, path, depth, named)
        if fields:
            own = self._located(fields, path)
            return [own] if own else self._in_fields(fields, path, depth)
        return []

    def _located(self, raw: Json, path: Path, role: str = "") -> History:
        return [(path, entry) for entry in self._reader.read(raw, role or self._role)]

    def _in_text(self, text: str, path: Path, depth: int) -> list[History]:
        """JSON text where a value was expected. No path leads into it, so its messages stand where it does."""
        value = decode_json(text) if text.lstrip().startswith(("{", "[")) else text
        found = [] if isinstance(value, str) else self.find(value, (), depth + 1, "text")
        return [[(path, entry.in_one_place()) for _, entry in history] for history in found]

    def _in_stream(self, chunks: list[Json], path: Path) -> list[History]:
        history: History = []
        for at, raw in streamed(chunks):
            found = self._located(raw, (*path, *at))
            history += found if at else [(path, entry.in_one_place()) for _, entry in found]
        return [history] if history else []

    def _in_list(self, items: list[Json], path: Path, depth: int, named: str) -> list[History]:
        each = [
            self._reader.read(item, self._role) if isinstance(item, dict) else self._short_form(item, named)
            for item in items
        ]
        if any(found and not isinstance(item, str) for item, found in zip(items, each, strict=True)):
            history = [((*path, index), entry) for index, found in enumerate(each) for entry in found]
            return [history] if named or all(each) else []
        if named and all(is_part(item) or (named == "contents" and isinstance(item, str)) for item in items):
            return [self._located(items, path)]
        below = [history for i, item in enumerate(items) for history in self._below(item, (*path, i), depth, named)]
        together = named in _ALTERNATIVES and not isinstance(items[0], list)
        return [[one for history in below for one in history]] if together else below

    def _short_form(self, item: Json, named: str) -> tuple[Entry, ...]:
        """Bare text among messages, or LangChain's pair of role and text."""
        pair = as_items(item) or ()
        is_pair = len(pair) == 2 and all(isinstance(one, str) for one in pair)
        return self._reader.read(item, self._role) if is_pair or (isinstance(item, str) and named) else ()

    def _below(self, item: Json, path: Path, depth: int, named: str = "") -> list[History]:
        return [] if isinstance(item, str) else self.find(item, path, depth + 1, named)

    def _first(self, fields: Fields, keys: tuple[str, ...], path: Path, depth: int) -> list[History]:
        """What stands under the first of `keys` that holds messages."""
        for key in keys:
            if fields.get(key) and (found := self.find(fields[key], (*path, key), depth + 1, key)):
                return found
        return []

    def _deeper(self, fields: Fields, known: tuple[str, ...], path: Path, depth: int) -> list[History]:
        others = ((key, child) for key, child in fields.items() if key not in known)
        return [history for key, child in others for history in self._below(child, (*path, key), depth)]

    def _in_request(self, fields: Fields, path: Path, depth: int) -> list[History]:
        """The system's words, what was said earlier, and what is said now, as libraries keep them apart."""
        main = self._first(fields, _INPUTS, path, depth)
        earlier = self._first(fields, _EARLIER, path, depth)
        if not (main or earlier):
            return self._deeper(fields, (*_INPUTS, *_EARLIER), path, depth)
        now = main[:1] or [self._located(text, at) for at, text in _plain(fields, path, _PROMPTS)][:1]
        parts = [self._system(fields, path), *earlier[:1], *now]
        return [[one for part in parts for one in part], *main[1:], *earlier[1:]]

    def _system(self, fields: Fields, path: Path) -> History:
        for holder, at in ((fields, path), (as_fields(fields.get("config")) or {}, (*path, "config"))):
            for key in _SYSTEM:
                if holder.get(key) and (found := self._located(holder[key], (*at, key), "system")):
                    return found
        return []

    def _in_answer(self, fields: Fields, path: Path, depth: int) -> list[History]:
        found = self._first(fields, _OUTPUTS, path, depth)
        return found or self._bare_answer(fields, path) or self._deeper(fields, _OUTPUTS, path, depth)

    def _bare_answer(self, fields: Fields, path: Path) -> list[History]:
        """A choice of a completion, or an answer of Vercel's SDK: text and calls without a role."""
        if not any(key in fields for key in _BESIDE_TEXT):
            return []
        calls = as_items(fields.get("toolCalls")) or as_items(fields.get("tool_calls"))
        if calls:
            raw = {"role": "assistant", "content": fields.get("text"), "tool_calls": calls}
            return [[(path, entry.in_one_place()) for _, entry in self._located(raw, path)]]
        return [self._located(fields["text"], (*path, "text"))] if _is_text(fields.get("text")) else []
