"""What a chat message says, whichever library wrote it: its role, words, reasoning, tool calls or tool result."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mcp_traces.records import Json
from mcp_traces.shaping.json_fields import Fields, Path, as_fields, as_items, first_of, name_of
from mcp_traces.shaping.message_parts import (
    Content,
    ToolCall,
    ToolResult,
    Words,
    is_part_of_any_kind,
    joined,
    read_call,
    read_content,
    read_result,
    result_words,
)

_ROLES = {
    **{role: role for role in ("system", "developer", "user", "assistant", "tool")},
    **dict.fromkeys(("human", "userprompt"), "user"),
    **dict.fromkeys(("ai", "model", "bot", "chatbot", "toolcall"), "assistant"),
    **dict.fromkeys(("function", "ipython", "toolresponse", "toolresult", "functionexecutionresult"), "tool"),
    **dict.fromkeys(("systemprompt", "systeminstruction"), "system"),
}
"""What libraries call the roles, without the `Message` or `Chunk` behind it, and what we call them."""

_CONTENT = ("content", "parts", "blocks", "text")
_SAYS = (*_CONTENT, "tool_calls", "toolCalls", "function_call", "refusal", "audio", "reasoning_content")
_ITEM_CALLS = (
    *("function_call", "custom_tool_call", "computer_call", "web_search_call", "file_search_call", "mcp_call"),
    *("code_interpreter_call", "local_shell_call", "shell_call", "apply_patch_call", "mcp_approval_request"),
    "image_generation_call",
)
"""Items of OpenAI's Responses API that are calls of tools."""

_ITEM_RESULTS = ("_call_output", "mcp_approval_response")


@dataclass(frozen=True, slots=True)
class Message:
    """Paths lead from where the message stands; `path` is not empty when one recorded value holds several messages."""

    role: str
    words: Words = Words("")  # noqa: RUF009 (it is frozen)
    reasoning: Words | None = None
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    tool_name: str | None = None
    path: Path = ()

    @property
    def says_nothing(self) -> bool:
        return not (self.words.text.strip() or self.calls or self.reasoning or self.role == "tool")


def read_messages(raw: Json, role: str) -> Iterator[Message]:
    """The messages in one recorded value, in order; none when it is no message."""
    fields = as_fields(raw)
    if fields is not None:
        yield from _of_fields(*_unwrapped(fields), role)
    elif (pair := _pair(raw)) is not None:
        yield Message(pair[0], Words(pair[1], (1,)))
    else:
        yield from _compose(role, read_content(raw), (), ())


def is_message(fields: Fields) -> bool:
    """Whether `fields` is a chat message of any library, or an item of OpenAI's Responses API."""
    if _item_kind(fields) is not None:
        return True
    if isinstance(fields.get("role"), str):
        return any(key in fields for key in _SAYS)
    parts = as_items(fields.get("parts"))
    return ("content" in fields and _role(fields) is not None) or bool(parts and all(map(is_part_of_any_kind, parts)))


def plain_role(role: str) -> str:
    """OpenAI's word for `role`; what no library calls so stays as it is."""
    name = role.rsplit(".", 1)[-1].lower().replace("-", "").replace("_", "")
    name = name.removesuffix("chunk").removesuffix("message")
    return _ROLES.get(name, role)


def _pair(raw: Json) -> tuple[str, str] | None:
    """LangChain's short form: `["user", "Hello"]`."""
    items = as_items(raw)
    if items is None or len(items) != 2 or not all(isinstance(item, str) for item in items):
        return None
    role = plain_role(items[0])
    return (role, items[1]) if role in _ROLES else None


def _unwrapped(fields: Fields) -> tuple[Fields, Path]:
    """A message from the envelope that LangChain's own serializer puts around it."""
    inner, name = as_fields(fields.get("kwargs")), as_items(fields.get("id"))
    if "lc" not in fields or inner is None or not name:
        return fields, ()
    return {"type": str(name[-1]), **inner}, ("kwargs",)


def _of_fields(fields: Fields, path: Path, role: str) -> Iterator[Message]:
    parts = as_items(fields.get("parts"))
    item = _item_kind(fields)
    if role == "system":
        found = first_of(fields, _CONTENT)
        yield from _compose(role, read_content(found[1], (*path, found[0])) if found else Content(), path, path)
    elif not is_message(fields):
        return
    elif item is not None:
        yield from _of_item(fields, item, path)
    elif fields.get("kind") == "request" and parts is not None:
        yield from _of_request(fields, parts)
    else:
        own = "assistant" if fields.get("kind") == "response" else _role(fields)
        yield from _chat(fields, own or role, path)


def _role(fields: Fields) -> str | None:
    """Whose message it is: its role, its class (LangChain, AutoGen), or who sent it (AutoGen)."""
    if isinstance(fields.get("role"), str):
        return plain_role(fields["role"])
    for key in ("type", "source"):
        if isinstance(fields.get(key), str) and plain_role(fields[key]) in _ROLES.values():
            return plain_role(fields[key])
    return None


def _item_kind(fields: Fields) -> str | None:
    """Which item of the Responses API it is, apart from messages, which are like those of chat completions."""
    kind = fields.get("type")
    if not isinstance(kind, str) or "role" in fields:
        return None
    if kind in _ITEM_CALLS or kind.endswith(_ITEM_RESULTS):
        return kind
    return kind if kind == "reasoning" and ("summary" in fields or "content" in fields) else None


def _of_item(fields: Fields, kind: str, path: Path) -> Iterator[Message]:
    if kind == "reasoning":
        yield from _compose("assistant", read_content(fields, path), path, path)
    elif kind.endswith(_ITEM_RESULTS):
        yield _tool_message(read_result(fields, path))
    elif (call := read_call({"name": kind.removesuffix("_call"), **fields}, path)) is not None:
        yield Message("assistant", calls=(call,), path=path)
        if fields.get("output") is not None:
            yield _tool_message(read_result(fields, path))


def _of_request(fields: Fields, parts: list[Json]) -> Iterator[Message]:
    """Pydantic AI's request: parts of several roles."""
    if isinstance(fields.get("instructions"), str):
        yield Message("system", Words(fields["instructions"], ("instructions",)), path=("instructions",))
    for index, part in enumerate(parts):
        path: Path = ("parts", index)
        known = as_fields(part) or {}
        own = plain_role(str(known.get("part_kind")))
        inner = (*path, "content")
        content = read_content(known.get("content"), inner) if own in ("system", "user") else read_content(part, path)
        yield from _compose(own, content, path, inner)


def _chat(fields: Fields, role: str, path: Path) -> Iterator[Message]:
    found = first_of(fields, _CONTENT)
    at: Path = (*path, found[0]) if found else path
    content = read_content(found[1], at) if found else Content()
    if role == "tool" and not content.results:
        yield from _tool_answers(fields, result_words(found[1] if found else None, at), path)
        return
    for key in ("refusal", "audio"):
        content.words.extend(read_content(_said(fields.get(key)), (*path, key)).words)
    for key in ("reasoning_content", "reasoning", "thought"):
        thought = fields.get(key)
        if isinstance(thought, str) and thought and not content.reasoning:
            content.reasoning.append(Words(thought, (*path, key)))
    calls = list(_calls(fields, path))
    yield from _compose(role, replace(content, calls=calls or content.calls), path, at)


def _said(value: Json) -> Json:
    """Of spoken words their transcript."""
    fields = as_fields(value)
    return fields.get("transcript") if fields is not None else value


def _calls(fields: Fields, path: Path) -> Iterator[ToolCall]:
    """The tool calls beside the content, which LangChain writes into the content as well."""
    more = as_fields(fields.get("additional_kwargs")) or {}
    for holder, at in ((fields, path), (more, (*path, "additional_kwargs"))):
        found = [key for key in ("tool_calls", "toolCalls", "invalid_tool_calls") if as_items(holder.get(key))]
        for key in found:
            for index, call in enumerate(as_items(holder[key]) or ()):
                read = read_call(call, (*at, key, index))
                if read is not None:
                    yield read
        legacy = None if found else as_fields(holder.get("function_call"))
        if legacy is not None and (read := read_call(legacy, (*at, "function_call"))):
            yield read
        if found:
            return


def _tool_answers(fields: Fields, words: Words, path: Path) -> Iterator[Message]:
    """A tool message, or the several that Agno writes as one."""
    several = [one for one in as_items(fields.get("tool_calls")) or () if "tool_call_id" in (as_fields(one) or {})]
    for index, one in enumerate(several):
        yield _tool_message(read_result(one, (*path, "tool_calls", index)))
    if not several:
        call_id = name_of(fields, ("tool_call_id", "toolCallId", "tool_use_id", "call_id"))
        yield Message("tool", words, call_id=call_id, tool_name=name_of(fields, ("name", "tool_name")), path=path)


def _tool_message(result: ToolResult) -> Message:
    return Message("tool", result.words, call_id=result.call_id, tool_name=result.name, path=result.path)


def _compose(role: str, content: Content, path: Path, at: Path) -> Iterator[Message]:
    """Tools' results as messages of their own: Anthropic and Gemini have them in one of the user, before its words."""
    results = [_tool_message(result) for result in content.results]
    reasoning = joined(content.reasoning, at) if content.reasoning else None
    if role != "assistant":
        yield from results
    if content.words or content.calls or reasoning:
        yield Message(role, joined(content.words, at), reasoning, tuple(content.calls), path=path)
    if role == "assistant":
        yield from results
