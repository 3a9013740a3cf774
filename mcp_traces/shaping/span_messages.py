"""Where in a span messages are: its inputs and outputs, its attributes, its events, as they are or as JSON text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeAlias

from mcp_traces.records import Json, Span, decode_json
from mcp_traces.shaping.messages import (
    CALL_KEYS,
    MAX_DEPTH,
    ROLE_KEYS,
    ROLES,
    SAID_KEYS,
    Message,
    MessageReader,
    Speech,
    event_role,
    first_filled,
    is_message,
    is_part,
    joined,
    name_of,
    plain_role,
    role_of,
)
from mcp_traces.shaping.paths import Fields, Path, as_fields, as_items, format_path
from mcp_traces.shaping.span_tree import Node
from mcp_traces.shaping.text import json_or_mark

Side: TypeAlias = Literal["inputs", "outputs"]
History: TypeAlias = list[tuple[Path, Message]]
"""Messages in order, each with its place in the span."""

LLM_TYPES = ("LLM", "CHAT_MODEL")
_SYSTEM = ("system", "system_instruction", "systemInstruction", "system_prompt", "instructions")
_EARLIER = ("history", "chat_history", "message_history", "conversation_history", "previous_messages")
_MAIN: Mapping[Side, tuple[str, ...]] = {
    "inputs": (
        "messages",
        "contents",
        "input",
        "inputs",
        "message",
        "new_message",
        "new_messages",
        "request",
        "prompt",
    ),
    "outputs": (
        *("choices", "generations", "candidates", "output", "outputs", "message", "messages"),
        *("_new_messages_serialized", "new_messages", "response", "responses", "result", "content", "delta", "body"),
        "value",
    ),
}
"""Where libraries keep messages: of several the first. Below other keys only what must be a message is one."""

_FINAL = ("output", "answer", "final_answer", "response", "result")
_ALTERNATIVES = ("choices", "generations", "candidates")
_PLAIN: Mapping[Side, tuple[str, ...]] = {
    "inputs": (
        *("prompt", "prompts", "input", "inputs", "query", "question", "text", "message", "user_input"),
        *("user_message", "user_prompt", "task", "content", "contents", "request"),
    ),
    "outputs": (
        *("text", "output_text", "output", "response", "answer", "completion", "content", "generated_text", "result"),
    ),
}
_SETTING = re.compile(r"(?i)choice|model|mode$|format|type|id$|name$|status|reason|role")
_BESIDE_TEXT = (
    "finish_reason",
    "finishReason",
    "generation_info",
    "generationInfo",
    "toolCalls",
    "tool_calls",
    "logprobs",
    "index",
)

_LLM_ATTRIBUTES = ("mlflow.message.format", "llm.request.type", "gen_ai.request.model", "gen_ai.response.model")
"""Written by MLflow's and others' tracing of LLM libraries, also where MLflow knows no type for the span."""

_SYSTEM_ATTRIBUTE = re.compile(r"(?i)(^|[._])(system_?(instructions?|prompt|message)|instructions)$")
_ONE_TEXT: Mapping[Side, re.Pattern[str]] = {
    "inputs": re.compile(r"(?i)(^|[._])(prompt|question|user_(message|input))(\.text)?$"),
    "outputs": re.compile(r"(?i)(^|[._])(completion|answer|response|reply|output)([._](text|content))?$"),
}
_ANSWER = re.compile(r"(?i)output|completion|response|answer|choice|result|generat|repl(y|ies)")
_NUMBERED = re.compile(r"(?P<prefix>.{0,200}?)[._\-\[](?P<index>\d{1,6})\]?(?:[._\-](?P<rest>.{1,90}))?")
"""`gen_ai.prompt.3.content` (OpenLLMetry), `llm.input_messages.3.message.content` (OpenInference), `turn_3_text`."""

_LIKELY_NAME = re.compile(r"(?i)messages?$|prompt$|completion$|conversation|transcript|dialog|utterance|chat")
_LIKELY_TEXT = re.compile(r'(?i)"(role|author|speaker|sender|user|human|assistant|ai)\\*"')
MIN_LIKELY = 12
"""Fewer characters hold no message: a model's name, a mode."""

_CHUNK_EVENT = "mlflow.chunk.item."
_CHUNK = re.compile(r"(?i)chunk|delta|token|piece")
_TRANSCRIPT = re.compile(r"^(System|Human|User|Customer|AI|Assistant|Bot|Agent|Tool):[^\S\n]?", re.MULTILINE)
"""LangChain writes a chat as one text for models that take text alone (n8n records that)."""


@dataclass(frozen=True, slots=True)
class SpanMessages:
    """`outputs` answer the `inputs` of the same index; `plain` names the sides that are bare text."""

    inputs: list[History]
    outputs: list[History]
    plain: tuple[Side, ...] = ()

    @property
    def without_plain(self) -> "SpanMessages":
        inputs = [] if "inputs" in self.plain else self.inputs
        return replace(self, inputs=inputs, outputs=[] if "outputs" in self.plain else self.outputs)


def is_llm_call(span: Span) -> bool:
    """A span of an LLM type, or one without a type that was made by the tracing of an LLM library."""
    if span.span_type != "UNKNOWN":
        return span.span_type in LLM_TYPES
    return any(key in span.attributes for key in _LLM_ATTRIBUTES)


def span_messages(span: Span, reader: MessageReader) -> SpanMessages | None:
    """The messages of `span`, None when it carries none."""
    sides: dict[Side, list[History]] = {}
    plain: list[Side] = []
    values: dict[Side, Json] = {"inputs": span.inputs, "outputs": span.outputs}
    for side, value in values.items():
        finder = Finder(side, reader)
        found = finder.histories(value, (side,))
        elsewhere = [] if found and (side == "outputs" or not is_llm_call(span)) else _recorded_elsewhere(span, finder)
        sides[side] = elsewhere if not found or _holds_more(elsewhere, found) else found
        if not found:
            alone = _in_one_attribute(span, side, reader)
            if not sides[side]:
                sides[side] = alone
            elif alone and side == "inputs" and sides[side][0][-1][1].role == "assistant":
                sides[side][0] += alone[0]  # a history, and the question in an attribute of its own
        if not sides[side] and span.span_type in (*LLM_TYPES, "AGENT"):
            pieces = as_items(value) or []
            if side == "outputs" and any(event.name.startswith(_CHUNK_EVENT) for event in span.events):
                value = "".join(piece for piece in pieces if isinstance(piece, str)) or value
            sides[side] = finder.plain(value, (side,))
            if sides[side]:
                plain.append(side)
    inputs = sides["inputs"]
    if not any(message.role in ("system", "developer") for history in inputs for _, message in history):
        system = _system_attribute(span, reader)
        inputs = [system + history for history in inputs]
    return SpanMessages(inputs, sides["outputs"], tuple(plain)) if inputs or sides["outputs"] else None


def _holds_more(elsewhere: list[History], found: list[History]) -> bool:
    """Whether one history holds all of another and more: MLflow's own inputs lack what it does not translate."""
    if len(elsewhere) != 1 or len(found) != 1:
        return False
    more, fewer = ({message.alike for _, message in history} for history in (elsewhere[0], found[0]))
    return fewer < more


class Finder:
    """Finds the histories of one side: usually one, of a batch one for each prompt."""

    def __init__(self, side: Side, reader: MessageReader) -> None:
        self.side: Side = side
        self._reader = reader
        self._role = "user" if side == "inputs" else "assistant"

    def histories(self, value: Json, path: Path) -> list[History]:
        return [history for history in self._find(value, path, 0, self.side) if history]

    def plain(self, value: Json, path: Path) -> list[History]:
        """The bare text that a model is given or gives where no message says so: a prompt, an answer."""
        for at, text in _plain_texts(value, path, _PLAIN[self.side]):
            items = as_items(text)
            each = [(at, text)] if items is None else [((*at, index), item) for index, item in enumerate(items)]
            return [[(where, said)] for where, one in each for said in self._reader.read(one, self._role)]
        return []

    def located(self, raw: Json, path: Path, role: str = "") -> History:
        return [(path, message) for message in self._reader.read(raw, role or self._role)]

    def _find(self, value: Json, path: Path, depth: int, named: str = "") -> list[History]:
        """`named` is the key that says what to expect; without one only what must be messages is taken for them."""
        items, fields = as_items(value), as_fields(value)
        if depth > MAX_DEPTH:
            return []
        if isinstance(value, str) and named:
            return self._in_text(value, path, depth)
        if items:
            return self._in_stream(items, path) or self._in_list(items, path, depth, named)
        if fields:
            own = self.located(fields, path)
            return [own] if own else self._in_fields(fields, path, depth)
        return []

    def _in_text(self, text: str, path: Path, depth: int) -> list[History]:
        """JSON in a text, or a chat written as one text. No path leads into it: its messages have its own."""
        read = decode_json(text) if text.lstrip().startswith(("{", "[", '"')) else text
        found = self._find(read, (), depth + 1, "text") if read != text else _in_transcript(text, self._reader)
        return [[(path, message.moved()) for _, message in history] for history in found]

    def _in_stream(self, chunks: list[Json], path: Path) -> list[History]:
        history: History = []
        for at, raw in streamed(chunks):
            found = self.located(raw, (*path, *at))
            history += found if at else [(path, message.moved()) for _, message in found]
        return [history] if history else []

    def _in_list(self, items: list[Json], path: Path, depth: int, named: str) -> list[History]:
        each = [self._reader.read(one, self._role) if _is_entry(one, named) else () for one in items]
        if any(found and not isinstance(item, str) for item, found in zip(items, each, strict=True)):
            for at, item in enumerate(items):
                kind = role_of(fields) if not each[at] and (fields := as_fields(item)) else None
                if kind in ROLES and any(each):  # among messages that name their role as this one does
                    each[at] = self._reader.read({"role": kind, **(as_fields(item) or {})}, self._role)
            history = [((*path, index), one) for index, found in enumerate(each) for one in found]
            return [history] if named or all(each) else []
        if named and all(is_part(item) or (named == "contents" and isinstance(item, str)) for item in items):
            return [self.located(items, path)]
        below = [found for i, item in enumerate(items) for found in self._find(item, (*path, i), depth + 1, named)]
        together = named in _ALTERNATIVES and not isinstance(items[0], list)
        return [[one for history in below for one in history]] if together else below

    def _first(self, fields: Fields, keys: tuple[str, ...], path: Path, depth: int) -> list[History]:
        for key in keys:
            if fields.get(key) and (found := self._find(fields[key], (*path, key), depth + 1, key)):
                return found
        return []

    def _in_fields(self, fields: Fields, path: Path, depth: int) -> list[History]:
        """Of inputs the system's words, what was said earlier, and what is said now: libraries separate them."""
        main = self._first(fields, _MAIN[self.side], path, depth)
        earlier = self._first(fields, _EARLIER, path, depth) if self.side == "inputs" else []
        if self.side == "outputs" and not main:
            main = self._bare_answer(fields, path)
        if not (main or earlier):
            others = [key for key in fields if key not in (*_MAIN[self.side], *_EARLIER)]
            found = [one for key in others for one in self._find(fields[key], (*path, key), depth + 1)]
            last = [key for key in _FINAL if isinstance(fields.get(key), str)] if self.side == "outputs" else []
            if found and last:  # an agent's steps, and what it answered
                found[-1] = [*found[-1], *self.located(fields[last[0]], (*path, last[0]))]
            return found
        if self.side == "outputs":
            return main
        now = main[:1] or [self.located(text, at) for at, text in _plain_texts(fields, path, _PLAIN["inputs"])][:1]
        parts = [self._system(fields, path), *earlier[:1], *now]
        return [[one for part in parts for one in part], *main[1:], *earlier[1:]]

    def _system(self, fields: Fields, path: Path) -> History:
        for holder, at in ((fields, path), (as_fields(fields.get("config")) or {}, (*path, "config"))):
            for key in _SYSTEM:
                if holder.get(key) and (found := self.located(holder[key], (*at, key), "system")):
                    return found
        return []

    def _bare_answer(self, fields: Fields, path: Path) -> list[History]:
        """A choice of a completion, or an answer of Vercel's SDK: text and calls without a role."""
        if not any(key in fields for key in _BESIDE_TEXT):
            return []
        calls = as_items(fields.get("toolCalls")) or as_items(fields.get("tool_calls"))
        if calls:
            raw = {"role": "assistant", "content": fields.get("text"), "tool_calls": calls}
            return [[(path, message.moved()) for _, message in self.located(raw, path)]]
        return [self.located(fields["text"], (*path, "text"))] if isinstance(fields.get("text"), str) else []


def _is_entry(item: Json, named: str) -> bool:
    """What can be a message in a list: also bare text where messages are expected, and LangChain's pairs."""
    pair = as_items(item) or ()
    is_pair = len(pair) == 2 and all(isinstance(one, str) for one in pair)
    return isinstance(item, dict) or is_pair or (isinstance(item, str) and named != "")


def _plain_texts(value: Json, path: Path, keys: tuple[str, ...]) -> Iterator[tuple[Path, Json]]:
    fields = as_fields(value) or {}
    if _is_text(value):
        yield path, value
    yield from (((*path, key), fields[key]) for key in keys if _is_text(fields.get(key)))
    texts = [key for key, child in fields.items() if isinstance(child, str) and not _SETTING.search(key)]
    if len(texts) == 1:
        yield (*path, texts[0]), fields[texts[0]]


def _is_text(value: Json) -> bool:
    items = as_items(value)
    return (isinstance(value, str) and value != "") or bool(items and all(isinstance(item, str) for item in items))


def _in_transcript(text: str, reader: MessageReader) -> list[History]:
    marks = list(_TRANSCRIPT.finditer(text))
    if len({mark[1] for mark in marks}) < 2 or marks[0].start() > 0:
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    said = [(plain_role(mark[1]), text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]
    return [[((), one) for role, words in said for one in reader.read({"role": role, "content": words}, role)]]


# Streams: what was said in chunks or events that were recorded in place of an answer.


def streamed(chunks: list[Json]) -> list[tuple[Path, Json]]:
    """The messages of a stream with their paths in it, `()` when put together from all; empty for other lists."""
    events = [as_fields(chunk) or {} for chunk in chunks]
    if not all(map(_is_chunk, events)):
        return []
    whole: list[tuple[Path, Json]] = [
        ((index, "item"), event.get("item"))
        for index, event in enumerate(events)
        if event.get("type") == "response.output_item.done"
    ]
    for index, event in enumerate(events):
        response = as_fields(event.get("response")) if event.get("type") == "response.completed" and not whole else None
        output = as_items((response or {}).get("output")) or []
        whole += [((index, "response", "output", at), item) for at, item in enumerate(output)]
    return whole or [((), _joined_deltas(events))]


def _is_chunk(event: Fields) -> bool:
    """OpenAI's chunks and events, those of MLflow's ChatAgent and ResponsesAgent, Anthropic's events, LangChain's."""
    kind = str(event.get("type"))
    if kind.startswith(("response.", "content_block_", "message_")) or kind.endswith("MessageChunk"):
        return True
    # OpenAI's last chunk brings the usage and has no choices.
    return "delta" in event or event.get("choices") == [] or any("delta" in choice for choice in _choices(event))


def _choices(event: Fields) -> list[Fields]:
    return [as_fields(choice) or {} for choice in as_items(event.get("choices")) or ()]


def _joined_deltas(events: list[Fields]) -> Json:
    """One message of all deltas; of several answers at once the first. Calls come in pieces too."""
    text, calls = "", dict[Json, dict[str, str]]()
    for event in events:
        for holder in (*_choices(event)[:1], event):
            delta = holder.get("delta")
            kind = str(event.get("type"))
            if isinstance(delta, str) and (kind.endswith("text.delta") or kind == "None"):
                text += delta
            fields = as_fields(delta) or (event if holder is event and kind.endswith("MessageChunk") else {})
            said = joined(Speech(fields.get("content"), ()).words, ()).text if fields.get("content") else None
            text += said or name_of(fields, ("text",)) or ""
            for piece in as_items(fields.get("tool_calls")) or as_items(fields.get("tool_call_chunks")) or ():
                known = as_fields(piece) or {}
                function = as_fields(known.get("function")) or known
                call = calls.setdefault(str(known.get("index")), {"id": "", "name": "", "arguments": ""})
                call["id"] = name_of(known, ("id",)) or call["id"]
                call["name"] += name_of(function, ("name",)) or ""
                call["arguments"] += name_of(function, ("arguments", "args")) or ""
    return {"role": "assistant", "content": text, "tool_calls": list(calls.values())}


# Attributes and events, where OpenTelemetry's SDKs put messages.


def _recorded_elsewhere(span: Span, finder: Finder) -> list[History]:
    """What the attributes of `span` say, else what its events say."""
    found = _in_attributes(span.attributes, ("attributes",), finder)
    return found or _in_events(span, finder)


def _in_attributes(attributes: Mapping[str, Json], path: Path, finder: Finder) -> list[History]:
    """Those of each attribute, or of several together, that another does not hold too, the longest first."""
    found: list[History] = []
    spread: dict[str, dict[int, dict[str, str]]] = {}
    for key, value in attributes.items():
        prefix, _, last = key.rpartition(".")
        if (key.startswith("mlflow.") and key != "mlflow.chat.messages") or _SYSTEM_ATTRIBUTE.search(key):
            continue
        if (_ANSWER.search(key) is not None) is not (finder.side == "outputs"):
            continue
        if numbered := _NUMBERED.fullmatch(key):
            rests = spread.setdefault(numbered["prefix"], {}).setdefault(int(numbered["index"]), {})
            rests[numbered["rest"] or ""] = key
        elif prefix and last in ROLE_KEYS and not _NUMBERED.fullmatch(prefix):  # one message, a key for each part
            spread[prefix] = {0: {one[len(prefix) + 1 :]: one for one in attributes if one.startswith(f"{prefix}.")}}
        elif isinstance(value, list | dict | str):
            found += finder.histories(value, (*path, key))
    found += [_put_together(numbers, attributes, path, finder) for numbers in spread.values()]
    kept: list[History] = []
    for history in sorted(found, key=len, reverse=True):
        known = {message.alike for one in kept for _, message in one}
        if not all(message.alike in known for _, message in history):
            kept.append(history)
    return kept


def _put_together(
    numbers: dict[int, dict[str, str]], attributes: Mapping[str, Json], path: Path, finder: Finder
) -> History:
    """The messages that are spread over attributes, each part with the path of the attribute it was read from."""
    history: History = []
    for _, keys in sorted(numbers.items()):
        values = {rest: _decoded(attributes[key]) for rest, key in keys.items()}
        filled = {rest: key for rest, key in keys.items() if values[rest] not in (None, "")}
        if len(values) == 1 and plain_role(next(iter(values))) in ROLES:  # talk.2.user
            values = {"role": next(iter(values)), "content": next(iter(values.values()))}
        for _, message in finder.located(_gathered(values), ()):
            history.append((path, message.moved(partial(_attribute_at, filled))))
    return history


def _attribute_at(keys: Mapping[str, str], path: Path) -> Path:
    """The attribute that a part of a message was read from, or the one that says most of it."""
    parts = [str(part) for part in path]
    for count in range(len(parts), 0, -1):
        rest = ".".join(parts[:count])
        for name in (rest, f"message.{rest}", f"message.{rest.replace('content.', 'contents.', 1)}"):
            if name in keys:
                return (keys[name],)
    endings = ("content", "text", "body", "message", "arguments", "")
    return next((key,) for ending in endings for rest, key in keys.items() if rest.endswith(ending))


def _decoded(value: Json) -> Json:
    """Parts of a content that had to be written as text."""
    return decode_json(value) if isinstance(value, str) and value.startswith("[{") else value


def _gathered(spread: Mapping[str, Json]) -> Json:
    """`{"tool_calls.0.name": …}` as `{"tool_calls": [{"name": …}]}`, without OpenInference's `message` around it."""
    if list(spread) == [""]:
        return spread[""]
    whole: Fields = {}
    for key, value in spread.items():
        *parents, last = key.split(".")
        place = whole
        for parent in parents:
            below = as_fields(place.get(parent))
            place[parent] = place = below if below is not None else {}
        place.setdefault(last, value)
    message = _with_lists(as_fields(whole.get("message")) or whole)
    fields = as_fields(message) or {}
    return {**fields, "content": fields["contents"]} if as_items(fields.get("contents")) else message


def _with_lists(value: Json, depth: int = 0) -> Json:
    fields = as_fields(value)
    if fields is None or depth > MAX_DEPTH:
        return value
    if fields and all(key.isdecimal() for key in fields):
        return [_with_lists(fields[key], depth + 1) for key in sorted(fields, key=int)]
    return {key: _with_lists(child, depth + 1) for key, child in fields.items()}


def _in_events(span: Span, finder: Finder) -> list[History]:
    """One message an event, as OpenTelemetry's conventions had it first, else what the attributes of each hold."""
    said: History = []
    others: list[History] = []
    pieces: list[tuple[Path, str]] = []
    for index, event in enumerate(span.events):
        role, is_answer = event_role(event.name)
        path: Path = ("events", index, "attributes")
        raw = _event_message(event.attributes, role)
        if raw is None:
            others += _in_attributes(event.attributes, path, finder)
        elif _CHUNK.search(event.name):
            pieces.append((path, str((as_fields(raw) or {}).get("content") or "")))
        elif is_answer is (finder.side == "outputs"):
            said += [(path, message.moved()) for _, message in finder.located(raw, path)]
    if finder.side == "outputs" and pieces:
        whole = "".join(text for _, text in pieces)
        said += [(pieces[0][0], message.moved()) for _, message in finder.located(whole, ())]
    return [said] if said else others


def _event_message(attributes: Mapping[str, Json], role: str) -> Json:
    """The message that an event is, by its own role or by its name's; None where it is none."""
    fields = {key: decode_json(value) for key, value in attributes.items()}
    whole = as_fields(_gathered(fields)) or {}
    body = next(
        (
            inner
            for key in ("message", "body", "gen_ai.event.content", "event_body")
            if (inner := as_fields(fields.get(key)))
        ),
        None,
    )
    if body is not None:
        inner = as_fields(body.get("message")) or body
        return {**inner, "role": inner.get("role") or role} if role or role_of(inner) else None
    own = role_of(whole) if is_message(whole) else None
    if own is None and not role:
        return None
    key = first_filled(whole, SAID_KEYS)
    return (
        {**whole, "role": own or role, "content": whole[key] if key else None}
        if key or any(map(CALL_KEYS.search, whole))
        else None
    )


def _in_one_attribute(span: Span, side: Side, reader: MessageReader) -> list[History]:
    """A prompt or a completion that is the text of one attribute: of LLM calls, or of a span that has both."""
    keys = [key for key in span.attributes if not _SYSTEM_ATTRIBUTE.search(key)]
    found = {one: [key for key in keys if _ONE_TEXT[one].search(key)] for one in _ONE_TEXT}
    if not found[side] or not (is_llm_call(span) or all(found.values())):
        return []
    key, role = found[side][0], "user" if side == "inputs" else "assistant"
    text = span.attributes[key]
    return [[(("attributes", key), one) for one in reader.read(text, role)]] if isinstance(text, str) and text else []


def _system_attribute(span: Span, reader: MessageReader) -> History:
    """The system's words, where a library keeps them apart from the messages."""
    for path, value in _attributes_of(span):
        key = str(path[-1])
        if _SYSTEM_ATTRIBUTE.search(key) and isinstance(said := decode_json(value), str | list) and said:
            return [(path, message.moved()) for message in reader.read(said, "system")]
    return []


def _attributes_of(span: Span) -> Iterator[tuple[Path, Json]]:
    """Each attribute of the span and of its events, with its path."""
    yield from ((("attributes", key), value) for key, value in span.attributes.items())
    for index, event in enumerate(span.events):
        yield from ((("events", index, "attributes", key), value) for key, value in event.attributes.items())


def likely_places(nodes: Iterable[Node]) -> Iterator[str]:
    """Spans and paths whose values may hold messages that could not be read: by their names, or by their roles."""
    for node in nodes:
        span = node.span
        recorded = ((path, value) for path, value in _attributes_of(span) if not str(path[-1]).startswith("mlflow."))
        for path, value in ((("inputs",), span.inputs), (("outputs",), span.outputs), *recorded):
            text = json_or_mark(value)
            if len(text) >= MIN_LIKELY and (_LIKELY_NAME.search(str(path[-1])) or _LIKELY_TEXT.search(text)):
                yield f"{span.span_id} {format_path(path)}"
