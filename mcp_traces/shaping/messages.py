"""Finds the messages that a span carries and reads what each says, by what they look like, wherever a tracer put them.

A message has a role, or a synonym of one, and something said. A tool call has a name and arguments, a tool result the
id of its call. What only a format can say is in the tables at the top.
"""

import marshal
import re
from ast import literal_eval
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from mcp_traces.records import Json, decode_json
from mcp_traces.shaping.media import MEDIA_KINDS, media_mark
from mcp_traces.shaping.paths import Fields, Path, as_fields, as_items
from mcp_traces.shaping.text import json_or_mark

MAX_DEPTH = 8
"""Messages and their parts are looked for this deep. No library nests deeper; what does is shown as JSON."""

MAX_OTHER = 500
"""A part of an unknown kind is shown as JSON up to here; longer ones are mostly encoded data."""

MAX_ARGUMENTS_DEPTH = 50
"""Clients do not read JSON that nests deeper."""

_ROLES = {
    **{role: role for role in ("system", "developer", "user", "assistant", "tool")},
    **dict.fromkeys(("human", "userprompt", "customer"), "user"),
    **dict.fromkeys(("ai", "model", "bot", "chatbot", "toolcall", "agent", "llm"), "assistant"),
    **dict.fromkeys(("function", "ipython", "toolresponse", "toolresult", "functionexecutionresult"), "tool"),
    **dict.fromkeys(("systemprompt", "systeminstruction"), "system"),
}
"""Names of roles, without the `Message` or `Chunk` that classes have behind them, and OpenAI's word for each."""

ROLES = frozenset(_ROLES.values())

ROLE_KEYS = ("role", "author", "speaker", "sender", "from", "participant", "who")
_KIND_KEYS = ("type", "source", "kind")
"""LangChain and AutoGen name the role here; elsewhere these say something else."""

_SAID = ("content", "parts", "blocks", "text")
SAID_KEYS = (*_SAID, "message", "body", "utterance", "said", "value")
BESIDE_KEYS = ("refusal", "audio")
CALL_KEYS = re.compile(r"(?i)calls?$|tool_?(uses?|requests?)$|invocations?$|actions$|_tools$")

_EVENT_TALK = re.compile(
    r"(?i)gen_?ai|llm|message|msg|chat|prompt|turn|utter|speech|choice|completion|answer|reply|said"
)
"""Other events have such words too: `user.login`, `tool.started`, `http.response`."""

_EVENT_ROLE = re.compile(
    r"(?i)(?:^|[._-])(system|user|human|assistant|ai|tool|choice|completion|response|answer|reply)(?:$|[._-])"
)
_THOUGHT = re.compile(r"think|thought|reason")
_RESULT = re.compile(r"tool_(result|return)|function_response|call_response|call_output|approval_response|retry_prompt")
_CALL = re.compile(r"tool_(use|call)|function_call|_call$|^function$|approval_request")
_ITEM = re.compile(r"_call(_output)?$|approval_re(quest|sponse)$")
"""OpenAI's Responses API: parts that are messages by themselves."""

_TEXT = {"text", "input_text", "output_text", "summary_text", "text_delta", "refusal", "message_content", "parts"}
_TEXT_KEYS = ("text", "content", "refusal", "json", "parts", "message_content")
_CALL_WRAPS = ("tool_call", "function", "function_call", "functionCall", "toolUse")
_RESULT_WRAPS = ("function_response", "functionResponse", "toolResult")
_RESULT_IDS = (
    "call_id",
    "tool_call_id",
    "toolCallId",
    "tool_use_id",
    "toolUseId",
    "in_reply_to",
    "ref",
    "invocationId",
)
_IDS = (*_RESULT_IDS, "id")
_NAMES = ("name", "tool_name", "toolName", "tool", "function", "function_name", "fn")
_ARGUMENTS = (
    "arguments",
    "args",
    "input",
    "action",
    "parameters",
    "params",
    "queries",
    "argumentsJson",
    "toolInput",
    "tool_input",
)
_RESULTS = ("content", "output", "response", "result", "results", "outcome", "model_response", "value")
_MEDIA_DATA = ("source", "data", "image_url", "input_audio", "file", "file_id", "file_data", "url", "uri", "content")
_THOUGHTS = ("thinking", "reasoning", "summary", "reasoning_content", "reasoningContent", "reasoningText", "text")


@dataclass(frozen=True, slots=True)
class Words:
    """A text and its path; the text of several parts has the path of what holds them all."""

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
class Message:
    """Paths lead from where the message is; `path` is not empty when one recorded value holds several messages.

    `same` is equal for equal messages, `alike` also where only the ids of calls differ.
    """

    role: str
    words: Words = Words("")
    reasoning: Words | None = None
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    tool_name: str | None = None
    path: Path = ()
    same: int = -1
    alike: int = -1

    @property
    def says_nothing(self) -> bool:
        return not (self.words.text.strip() or self.calls or self.reasoning or self.role == "tool")

    def moved(self, where: Callable[[Path], Path] = lambda _: ()) -> "Message":
        """The message with each path changed. Without `where` all are empty: no path leads into a text."""
        return replace(
            self,
            words=replace(self.words, path=where(self.words.path)),
            reasoning=self.reasoning and replace(self.reasoning, path=where(self.reasoning.path)),
            calls=tuple(replace(call, path=where(call.path)) for call in self.calls),
            path=where(self.path),
        )


class MessageReader:
    """Reads each distinct message once, however many calls repeat it. `silent` counts roles that say nothing."""

    def __init__(self) -> None:
        self.silent: int = 0
        self._known: dict[tuple[str, bytes], tuple[Message, ...]] = {}
        self._numbers: dict[Hashable, int] = {}

    def read(self, raw: Json, role: str) -> tuple[Message, ...]:
        """The messages in `raw`; `role` is the role of those that name none."""
        try:
            # The quickest exact copy of a JSON value that Python has; version 2 does not depend on shared references.
            key = role, marshal.dumps(raw, 2)
        except ValueError:
            return self._read(raw, role)
        if key not in self._known:
            self._known[key] = self._read(raw, role)
        return self._known[key]

    def _read(self, raw: Json, role: str) -> tuple[Message, ...]:
        found = tuple(self._numbered(one) for one in read_messages(raw, role) if not one.says_nothing)
        fields = as_fields(raw) or {}
        if not found and plain_role(str(fields.get("role"))) in ROLES and (len(fields) == 1 or is_message(fields)):
            self.silent += 1
        return found

    def _numbered(self, message: Message) -> Message:
        calls = tuple((call.name, json_or_mark(call.arguments)) for call in message.calls)
        text = message.words.text.strip()
        thought = message.reasoning.text if message.reasoning and not (text or calls) else ""
        alike = ("system" if message.role == "developer" else message.role, text, thought, calls)
        ids = (message.call_id, tuple(call.id for call in message.calls))
        return replace(message, same=self._number((alike, ids)), alike=self._number(alike))

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


# What one message says.


def read_messages(raw: Json, role: str) -> Iterator[Message]:
    """The messages in one recorded value, in order; none where it is not a message."""
    fields, path = _unwrapped(raw)
    if fields is None:
        items = as_items(raw) or []
        said = plain_role(str(items[0])) if len(items) == 2 and all(isinstance(one, str) for one in items) else None
        if said in ROLES:  # LangChain's short form: ["user", "Hello"]
            yield Message(str(said), Words(str(items[1]), (1,)))
        else:
            yield from Speech(raw).messages(role)
    elif any(key[:1].isupper() for key in fields):  # as .NET and Go write keys
        for one in read_messages(_with_small_keys(fields), role):
            yield one.moved(partial(_recorded_path, fields))
    elif role == "system":
        key = first_filled(fields, _SAID)
        at: Path = (*path, key) if key else path
        yield from Speech(fields[key] if key else None, at).messages(role, path, at)
    else:
        yield from _of_fields(fields, path, role)


def _of_fields(fields: Fields, path: Path, role: str) -> Iterator[Message]:
    parts, step = as_items(fields.get("parts")), as_fields(fields.get("action"))
    if isinstance(fields.get("event.name"), str):  # Pydantic AI kept events in a list
        role = event_role(str(fields["event.name"]))[0] or role
        inner = as_fields(fields.get("message"))
        yield from _chat({"role": role, **(inner or fields)}, role, (*path, "message") if inner else path)
    elif step and "observation" in fields:  # a step of LangChain's agents
        if call := read_call(step, (*path, "action")):
            yield Message("assistant", calls=(call,), path=path)
            words = result_words(fields["observation"], (*path, "observation"))
            yield Message("tool", words, call_id=call.id, tool_name=call.name, path=path)
    elif isinstance(fields.get("user"), str) and isinstance(fields.get("assistant"), str):  # an exchange, by role
        for key in (key for key in fields if plain_role(key) in ROLES and isinstance(fields[key], str)):
            yield Message(plain_role(key), Words(str(fields[key]), (key,)), path=(key,))
    elif _item_kind(fields):
        yield from Speech(fields, path).messages("assistant", path, path)
    elif parts and fields.get("kind") == "request" and any("part_kind" in (as_fields(part) or {}) for part in parts):
        yield from _of_request(fields, parts)
    elif is_message(fields):
        yield from _chat(fields, "assistant" if fields.get("kind") == "response" else role_of(fields) or role, path)


def is_message(fields: Fields) -> bool:
    """Whether `fields` is a chat message of any library, or an item of OpenAI's Responses API."""
    if _item_kind(fields):
        return True
    role, named = role_of(fields), first_filled(fields, ROLE_KEYS) is not None
    keys = (*SAID_KEYS, *BESIDE_KEYS, "reasoning_content") if named else ("content", "text")
    if role in ("user", "assistant"):  # others may be lines of a log: {"type": "system", "message": "started"}
        keys = (*keys, "message", "body")
    if role is not None and any(key in fields for key in keys):
        return True
    if role is not None and any(map(CALL_KEYS.search, fields)):
        return True
    parts = as_items(fields.get("parts"))
    return bool(parts and all(_kind(as_fields(part) or {}) for part in parts))


@lru_cache(1_000)
def plain_role(role: str) -> str:
    """OpenAI's word for `role`; a role that no library knows stays as it is."""
    name = re.sub(r".*role_|.*\.", "", role.lower()).replace("-", "").replace("_", "")
    return _ROLES.get(name.removesuffix("chunk").removesuffix("message"), role)


def event_role(name: str) -> tuple[str, bool]:
    """The role that the name of an event says, `""` for none, and whether it is a model's answer."""
    named = _EVENT_ROLE.search(name.removeprefix("gen_ai.")) if _EVENT_TALK.search(name) else None
    role = plain_role(named[1]) if named else ""
    return (role, False) if not role or role in ROLES else ("assistant", True)


def role_of(fields: Fields) -> str | None:
    for key in (*ROLE_KEYS, *_KIND_KEYS):
        named = fields.get(key)
        if (inner := as_fields(named)) is not None and key in ROLE_KEYS:
            named = next((inner[one] for one in ("role", "type", "name") if one in inner), None)
        if isinstance(named, str) and (key == "role" or plain_role(named) in ROLES):
            return plain_role(named)
    return None


def _unwrapped(raw: Json) -> tuple[Fields | None, Path]:
    """A message without the envelope that LangChain's serializer puts around it."""
    fields = as_fields(raw)
    inner, name = as_fields((fields or {}).get("kwargs")), as_items((fields or {}).get("id"))
    if fields is None or "lc" not in fields or inner is None or not name:
        return fields, ()
    return {"type": str(name[-1]), **inner}, ("kwargs",)


def _with_small_keys(fields: Fields) -> Fields:
    """`{"ToolCalls": [{"Name": …}]}` as `{"tool_calls": [{"name": …}]}`; what a tool is given stays as it is."""
    small: Fields = {}
    for key, value in fields.items():
        name, items, inner = _snake(key), as_items(value), as_fields(value)
        if name in _ARGUMENTS:
            small[name] = value
        elif items is not None:
            small[name] = [_with_small_keys(one) if (one := as_fields(item)) is not None else item for item in items]
        else:
            small[name] = _with_small_keys(inner) if inner is not None else value
    return small


def _recorded_path(fields: Fields, path: Path) -> Path:
    """A path in `_with_small_keys(fields)` as one in `fields`."""
    found: list[str | int] = []
    place: Json = fields
    for part in path:
        keys = as_fields(place) or {}
        found.append(next((key for key in keys if key == part or _snake(key) == part), part))
        items = as_items(place)
        place = items[part] if items is not None and isinstance(part, int) else keys.get(str(found[-1]))
    return tuple(found)


def _item_kind(fields: Fields) -> str | None:
    """The type of a call, a result or a thought that is a message by itself, as in OpenAI's Responses API."""
    kind = fields.get("type")
    if name_of(fields, ("tool", "tool_name", "toolName")) and as_fields(fields.get("input", fields.get("arguments"))):
        return "tool_call"
    if not isinstance(kind, str) or "role" in fields:
        return None
    is_thought = kind == "reasoning" and ("summary" in fields or "content" in fields)
    return kind if is_thought or (_ITEM.search(kind) and kind != "tool_call") else None


def _of_request(fields: Fields, parts: list[Json]) -> Iterator[Message]:
    """Pydantic AI's request: parts of several roles."""
    if isinstance(fields.get("instructions"), str):
        yield Message("system", Words(str(fields["instructions"]), ("instructions",)), path=("instructions",))
    for index, part in enumerate(parts):
        path, known = ("parts", index), as_fields(part) or {}
        role, inner = plain_role(str(known.get("part_kind"))), ("parts", index, "content")
        said = Speech(known.get("content"), inner) if role in ("system", "user") else Speech(part, path)
        yield from said.messages(role, path, inner)


def _chat(fields: Fields, role: str, path: Path) -> Iterator[Message]:
    key = first_filled(fields, SAID_KEYS)
    at: Path = (*path, key) if key else path
    speech = Speech(fields[key] if key else None, at)
    beside = Speech()
    beside.add_calls(fields, path)
    if str(fields.get("role")).replace("_", "-") == "tool-call" and (calls := _spelled_calls(speech.words)):
        speech.words, beside.calls = [], [replace(call, path=at) for call in calls]
    if role == "tool" and not speech.results:
        words = result_words(fields[key] if key else None, at)
        named = ("name", "tool_name", "toolName", "tool")
        alone = Message(role, words, None, (), name_of(fields, _RESULT_IDS), name_of(fields, named), path)
        yield from beside.results or [alone]  # Agno writes several results as one message
        return
    for key in BESIDE_KEYS:
        value = fields.get(key)
        speech.add((as_fields(value) or {}).get("transcript") if as_fields(value) else value, (*path, key))
    for key in ("reasoning_content", "reasoning", "thought"):
        thought = fields.get(key)
        if isinstance(thought, str) and thought and not speech.thoughts:
            speech.thoughts.append(Words(thought, (*path, key)))
    speech.calls = beside.calls or speech.calls  # LangChain writes them into the content as well
    yield from speech.messages(role, path, at)


def _spelled_calls(words: Sequence[Words]) -> list[ToolCall]:
    """Tool calls that a text spells as Python would: smolagents sends them back to the model so."""
    text = words[0].text if len(words) == 1 else ""
    with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
        spelled: Json = literal_eval(text[text.index("[") :])
        return [call for one in as_items(spelled) or () if (call := read_call(one, ()))]
    return []


class Speech:
    """What a content says: words, thoughts, tool calls, results of tools."""

    def __init__(self, value: Json = None, path: Path = ()) -> None:
        self.words: list[Words] = []
        self.thoughts: list[Words] = []
        self.calls: list[ToolCall] = []
        self.results: list[Message] = []
        self.add(value, path)

    def messages(self, role: str, path: Path = (), at: Path = ()) -> Iterator[Message]:
        """Results are messages of their own: Anthropic and Gemini have them in one of the user, before its words."""
        if role != "assistant":
            yield from self.results
        if self.words or self.calls or self.thoughts:
            thought = joined(self.thoughts, at) if self.thoughts else None
            yield Message(role, joined(self.words, at), thought, tuple(self.calls), path=path)
        if role == "assistant":
            yield from self.results

    def add(self, value: Json, path: Path, depth: int = 0) -> None:
        items, fields = as_items(value), as_fields(value)
        if isinstance(value, str):
            self.words += [Words(value, path)] if value else []
        elif value is not None and (depth > MAX_DEPTH or (items is None and fields is None)):
            self.words.append(Words(json_or_mark(value), path))
        elif fields:
            self._add_part(fields, path, depth)
        for index, item in enumerate(items or ()) if depth <= MAX_DEPTH else ():
            self.add(item, (*path, index), depth + 1)

    def _add_part(self, part: Fields, path: Path, depth: int) -> None:
        kind = _kind(part)
        if _THOUGHT.search(kind) or (kind == "text" and part.get("thought") is True):
            redacted = [Words("[redacted]", path)] if "redacted" in kind else []
            self.thoughts += _thoughts(part, path, depth) or redacted
        elif _RESULT.search(kind):
            self.results.append(read_result(part, path))
        elif _CALL.search(kind) and (call := read_call(part, path)):
            self.calls.append(replace(call, name=call.name or kind.removesuffix("_call")))
            if part.get("output") is not None:
                self.results.append(read_result(part, path))
        elif kind in MEDIA_KINDS:
            self.words.append(Words(media_mark(part, kind), path))
        elif key := first_filled(part, _TEXT_KEYS):
            self.add(part[key], (*path, key), depth + 1)
        elif isinstance(part.get("value"), str):
            self.add(part["value"], (*path, "value"), depth + 1)
        elif kind not in _TEXT:
            text = json_or_mark(part)
            mark = text if len(text) <= MAX_OTHER else f"[{kind or 'part'} {len(text):,} chars]"
            self.words.append(Words(mark, path))

    def add_calls(self, fields: Fields, path: Path) -> None:
        """The tool calls beside a content."""
        for key in [key for key in fields if CALL_KEYS.search(key)]:
            value = decode_json(fields[key])
            for index, one in enumerate(as_items(value) or ([value] if as_fields(value) else [])):
                at: Path = (*path, key, index) if as_items(fields[key]) else (*path, key)
                inner = as_fields(one) or {}
                if (
                    name_of(inner, _RESULT_IDS)
                    and first_filled(inner, _RESULTS)
                    and not first_filled(inner, _ARGUMENTS)
                ):
                    self.results.append(read_result(one, at))
                elif (call := read_call(one, at)) and (call.path != at or not key.endswith(("actions", "_tools"))):
                    self.calls.append(call)
            if self.calls and key == "tool_calls":
                break
        more = as_fields(fields.get("additional_kwargs"))
        if more and not self.calls:
            self.add_calls(more, (*path, "additional_kwargs"))


def joined(words: Sequence[Words], path: Path) -> Words:
    return words[0] if len(words) == 1 else Words("\n".join(one.text for one in words), path)


def read_call(value: Json, path: Path) -> ToolCall | None:
    """The tool call in `value`, however many envelopes it is in; None where there is none."""
    levels = _levels(value, path, _CALL_WRAPS)
    call_id = next(filter(None, (name_of(fields, _IDS) for fields, _ in levels)), None)
    name = next(filter(None, (name_of(fields, _NAMES) for fields, _ in reversed(levels))), None)
    for fields, at in reversed(levels):
        if key := first_filled(fields, _ARGUMENTS):
            return ToolCall(call_id, name or "", _readable(decode_json(fields[key])), (*at, key))
    return None if name is None else ToolCall(call_id, name, {}, path)


def read_result(value: Json, path: Path) -> Message:
    """The tool result in `value`; without any content it is an empty one."""
    levels = _levels(value, path, _RESULT_WRAPS)
    fields, at = levels[-1] if levels else ({}, path)
    key = first_filled(fields, _RESULTS)
    words = result_words(fields[key], (*at, key)) if key else Words("", path)
    return Message("tool", words, call_id=name_of(fields, _IDS), tool_name=name_of(fields, _NAMES), path=path)


def result_words(value: Json, path: Path, depth: int = 0) -> Words:
    """What a tool answered, as the text that the model reads: words where it gave parts, else JSON."""
    if value is None or isinstance(value, str):
        return Words(value or "", path)
    items, fields = as_items(value), as_fields(value)
    if (items and all(map(_is_result_part, items))) or (fields or {}).get("type") == "computer_screenshot":
        return joined(Speech(value, path).words, path)
    for key in ("value", "content"):
        if fields is not None and _is_envelope(fields, key) and depth < MAX_DEPTH:
            return result_words(fields[key], (*path, key), depth + 1)
    return Words(json_or_mark(value), path)


def _is_result_part(value: Json) -> bool:
    """Whether `value` is content for a model; what a tool lists (files, documents, functions) is JSON."""
    part = as_fields(value) or {}
    kind, filled = _named_kind(part), [key for key, child in part.items() if child is not None]
    if kind in MEDIA_KINDS:
        return any(key in part for key in _MEDIA_DATA)
    if kind:
        return kind in _TEXT and first_filled(part, ("text", "content", "refusal")) is not None
    return len(filled) == 1 and (
        filled[0] in ("text", "json") or (_is_shape(filled[0]) and bool(as_fields(part[filled[0]])))
    )


def _is_envelope(fields: Fields, key: str) -> bool:
    """Vercel's typed outputs and MCP's results, which wrap what the tool said."""
    if key == "value":
        return len(fields) == 2 and "value" in fields and isinstance(fields.get("type"), str)
    return bool(as_items(fields.get("content"))) and set(fields) <= {"content", "isError", "is_error", "meta", "_meta"}


@lru_cache(2_000)
def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()[:100]


@lru_cache(2_000)
def _is_shape(key: str) -> bool:
    """Whether this key, or this type, alone says what a part is."""
    name = _snake(key)
    return (
        name in _TEXT
        or name in MEDIA_KINDS
        or name == "json"
        or any(known.search(name) for known in (_THOUGHT, _RESULT, _CALL))
    )


def _named_kind(part: Fields) -> str:
    return _snake(
        next((str(part[key]) for key in ("type", "part_kind", "block_type") if isinstance(part.get(key), str)), "")
    )


def _kind(part: Fields) -> str:
    """The kind of a part, in snake case; `""` where neither its type nor its keys (Gemini, Bedrock) say it."""
    kind = _named_kind(part)
    if _is_shape(kind):
        return kind
    if name_of(part, _NAMES) and ("arguments" in part or "args" in part or ("tool" in part and "input" in part)):
        return "tool_call"
    if name_of(part, _RESULT_IDS) and ("content" in part or "output" in part):
        return "tool_result"
    shapes = (key for key, value in part.items() if value is not None and _is_shape(key))
    by_weight = sorted(shapes, key=lambda key: (not as_fields(part[key]), key in ("text", "json", "parts")))
    return kind if kind or not by_weight else _snake(by_weight[0])


def is_part(value: Json) -> bool:
    """Whether `value` can only be a part of a message: it names a kind we know, or fills just the key of one."""
    part = as_fields(value) or {}
    filled = [key for key, child in part.items() if child is not None]
    return _is_shape(_named_kind(part)) or (len(filled) == 1 and _is_shape(filled[0]))


def _levels(value: Json, path: Path, wraps: Sequence[str]) -> list[tuple[Fields, Path]]:
    """`value` and the envelopes within it, from the outside in."""
    levels: list[tuple[Fields, Path]] = []
    while (fields := as_fields(value)) is not None and len(levels) < MAX_DEPTH:
        levels.append((fields, path))
        inner = next((key for key in wraps if as_fields(fields.get(key)) is not None), None)
        if inner is None:
            break
        value, path = fields[inner], (*path, inner)
    return levels


def _thoughts(value: Json, path: Path, depth: int) -> list[Words]:
    if isinstance(value, str):
        return [Words(value, path)] if value else []
    if depth > MAX_DEPTH:
        return []
    items, fields = as_items(value) or [], as_fields(value) or {}
    if key := next((key for key in (*_THOUGHTS, "content") if fields.get(key)), None):
        return _thoughts(fields[key], (*path, key), depth + 1)
    return [one for index, item in enumerate(items) for one in _thoughts(item, (*path, index), depth + 1)]


def first_filled(fields: Fields, keys: Iterable[str]) -> str | None:
    """The first of `keys` that holds something."""
    return next((key for key in keys if fields.get(key) is not None), None)


def name_of(fields: Fields, keys: Iterable[str]) -> str | None:
    """The first of `keys` that holds a text or a number, as text."""
    return next((str(fields[key]) for key in keys if isinstance(fields.get(key), str | int)), None)


def _readable(value: Json) -> Json:
    """`value`, as text when it nests deeper than clients read JSON."""
    level = [value]
    for _ in range(MAX_ARGUMENTS_DEPTH):
        level = [child for one in level for child in as_items(one) or (as_fields(one) or {}).values()]
        if not level:
            return value
    return json_or_mark(value)
