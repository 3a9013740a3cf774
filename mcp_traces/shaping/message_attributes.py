"""Messages in the attributes and events of spans that OpenTelemetry SDKs sent."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from mcp_traces.records import Json, Span, decode_json
from mcp_traces.shaping.json_fields import Fields, Path, as_fields, as_items
from mcp_traces.shaping.message_formats import History, Side, find_messages
from mcp_traces.shaping.message_reader import Entry, MessageReader

_PREFIXES: Mapping[Side, tuple[str, ...]] = {
    "inputs": ("gen_ai.prompt.", "llm.input_messages.", "llm.prompts."),
    "outputs": ("gen_ai.completion.", "llm.output_messages.", "llm.completions."),
}
"""`gen_ai.prompt.3.content` (OpenLLMetry), `llm.input_messages.3.message.content` (OpenInference)."""

_WHOLE: Mapping[Side, tuple[str, ...]] = {
    "inputs": ("gen_ai.input.messages", "mlflow.chat.messages"),
    "outputs": ("gen_ai.output.messages",),
}
"""OpenTelemetry's conventions for GenAI, and what MLflow wrote before 3.0."""

_INDEXED = re.compile(r"(?P<index>\d{1,6})\.(?P<rest>[\w.]{1,90})")
_SYSTEM = ("gen_ai.system_instructions", "instructions", "lk.instructions")
_EVENTS = {f"gen_ai.{role}.message": role for role in ("system", "user", "assistant", "tool")}
_ANSWER_EVENT = "gen_ai.choice"
_ANSWER = re.compile(r"output|completion|response|answer|choice|result|generat", re.IGNORECASE)
"""Of the names of attributes: what they hold was said by the model."""


def attribute_messages(span: Span, side: Side, reader: MessageReader) -> list[History]:
    """What the attributes of `span` say, else its events."""
    for prefix in _PREFIXES[side]:
        if found := list(_indexed(span, prefix, side, reader)):
            return [found]
    for key in _WHOLE[side]:
        histories = find_messages(span.attributes[key], side, reader) if key in span.attributes else []
        if histories:
            return [[(("attributes", key, *path[1:]), entry) for path, entry in history] for history in histories]
    events = list(_of_events(span, side, reader))
    return [events] if events else _anywhere(span, side, reader)


def _anywhere(span: Span, side: Side, reader: MessageReader) -> list[History]:
    """Messages under names that no table knows, by what they look like: in an attribute, else in one of an event.

    Strands has them in the event `gen_ai.client.inference.operation.details`; others in one attribute of their own.
    """
    places: list[tuple[Path, Mapping[str, Json]]] = [(("attributes",), span.attributes)]
    places += [(("events", index, "attributes"), event.attributes) for index, event in enumerate(span.events)]
    for path, attributes in places:
        for key, value in attributes.items():
            if key.startswith("mlflow.") or (_ANSWER.search(key) is not None) is not (side == "outputs"):
                continue
            is_text = isinstance(value, str)
            read = decode_json(value) if is_text and value.lstrip()[:1] in ("[", "{") else value
            histories = find_messages(read, side, reader) if isinstance(read, dict | list) else []
            if is_text and histories:  # no path leads into a text
                return [[((*path, key), entry.in_one_place()) for _, entry in history] for history in histories]
            if histories:
                return [[((*path, key, *at[1:]), entry) for at, entry in history] for history in histories]
    return []


def system_attribute(span: Span, reader: MessageReader) -> History:
    """What the system says, where a library keeps it apart from the messages."""
    for key in _SYSTEM:
        value = decode_json(span.attributes.get(key))
        if isinstance(value, str | list) and value:
            return [(("attributes", key), entry.in_one_place()) for entry in reader.read(value, "system")]
    return []


def _indexed(span: Span, prefix: str, side: Side, reader: MessageReader) -> Iterator[tuple[Path, Entry]]:
    """Messages that are spread over attributes, each part of one where the attribute is that it was read from."""
    spread: dict[int, dict[str, str]] = {}
    for key in span.attributes:
        if key.startswith(prefix) and (found := _INDEXED.fullmatch(key, len(prefix))):
            spread.setdefault(int(found["index"]), {})[found["rest"]] = key
    for _, keys in sorted(spread.items()):
        values = {rest: _decoded(span.attributes[key]) for rest, key in keys.items()}
        filled = {rest: key for rest, key in keys.items() if values[rest] not in (None, "")}
        for entry in reader.read(_gathered(values), "user" if side == "inputs" else "assistant"):
            yield ("attributes",), entry.moved(partial(_attribute_at, filled))


def _attribute_at(keys: Mapping[str, str], path: Path) -> Path:
    """The attribute that a part of the message was read from, or the one that tells most of it."""
    parts = [str(part) for part in path]
    for count in range(len(parts), 0, -1):
        rest = ".".join(parts[:count])
        for name in (rest, f"message.{rest}", f"message.{rest.replace('content.', 'contents.', 1)}"):
            if name in keys:
                return (keys[name],)
    telling = ("content", "text", "arguments", "")
    return next((key,) for ending in telling for rest, key in keys.items() if rest.endswith(ending))


def _decoded(value: Json) -> Json:
    """Parts of a content that had to be written as text."""
    return decode_json(value) if isinstance(value, str) and value.startswith("[{") else value


def _gathered(spread: Mapping[str, Json]) -> Json:
    """`{"tool_calls.0.name": …}` as `{"tool_calls": [{"name": …}]}`, without OpenInference's `message` around it."""
    whole: Fields = {}
    for key, value in spread.items():
        *parents, last = key.split(".")
        place = whole
        for parent in parents:
            below = as_fields(place.get(parent))
            place[parent] = place = below if below is not None else {}
        place.setdefault(last, value)
    message = _with_lists(whole.get("message", whole))
    fields = as_fields(message) or {}
    return {**fields, "content": fields["contents"]} if as_items(fields.get("contents")) else message


def _with_lists(value: Json) -> Json:
    fields = as_fields(value)
    if fields is None:
        return value
    if fields and all(key.isdecimal() for key in fields):
        return [_with_lists(fields[key]) for key in sorted(fields, key=int)]
    return {key: _with_lists(child) for key, child in fields.items()}


def _of_events(span: Span, side: Side, reader: MessageReader) -> Iterator[tuple[Path, Entry]]:
    """One message an event, as OpenTelemetry's conventions had it first and as Strands sends them."""
    for index, event in enumerate(span.events):
        answer = event.name == _ANSWER_EVENT
        role = "assistant" if answer else _EVENTS.get(event.name)
        if role is None or answer is (side == "inputs"):
            continue
        fields = {key: decode_json(value) for key, value in event.attributes.items()}
        said = fields.get("message") if answer else fields.get("content")
        raw = as_fields(said) if answer else None
        for entry in reader.read(raw or {**fields, "role": role, "content": said or fields.get("content")}, role):
            yield ("events", index, "attributes"), entry.in_one_place()
