"""What was said in a stream, from the chunks or events that were recorded in place of an answer."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from mcp_traces.records import Json
from mcp_traces.shaping.json_fields import Fields, Path, as_fields, as_items, name_of

Located: TypeAlias = tuple[Path, Json]
"""A message as it is recorded and where in the stream; `()` when it was put together from all of it."""


def streamed(chunks: list[Json]) -> list[Located]:
    """The messages of a stream; empty when `chunks` is none."""
    if not all(_is_chunk(as_fields(chunk) or {}) for chunk in chunks):
        return []
    events = [as_fields(chunk) or {} for chunk in chunks]
    whole = list(_done_items(events)) or list(_completed(events))
    return whole or [((), {"role": "assistant", "content": _text(events), "tool_calls": _calls(events)})]


def _is_chunk(event: Fields) -> bool:
    """OpenAI's chunks and events, those of MLflow's ChatAgent and ResponsesAgent, Anthropic's events."""
    kind = event.get("type")
    if isinstance(kind, str) and kind.startswith(("response.", "content_block_", "message_")):
        return True
    # OpenAI's last chunk brings the usage and has no choices.
    return "delta" in event or event.get("choices") == [] or any("delta" in choice for choice in _choices(event))


def _done_items(events: list[Fields]) -> Iterator[Located]:
    for index, event in enumerate(events):
        if event.get("type") == "response.output_item.done":
            yield (index, "item"), event.get("item")


def _completed(events: list[Fields]) -> Iterator[Located]:
    for index, event in enumerate(events):
        response = as_fields(event.get("response")) or {}
        if event.get("type") == "response.completed":
            for at, item in enumerate(as_items(response.get("output")) or ()):
                yield (index, "response", "output", at), item


def _choices(event: Fields) -> list[Fields]:
    return [as_fields(choice) or {} for choice in as_items(event.get("choices")) or ()]


def _deltas(events: Iterable[Fields]) -> Iterator[Fields]:
    """The delta of each chunk; of several answers at once the first."""
    for event in events:
        for holder in (*_choices(event)[:1], event):
            delta = holder.get("delta")
            if isinstance(delta, str) and str(event.get("type")).endswith("text.delta"):
                yield {"content": delta}
            elif (fields := as_fields(delta)) is not None:
                yield fields


def _text(events: list[Fields]) -> str:
    return "".join(name_of(delta, ("content", "text")) or "" for delta in _deltas(events))


def _calls(events: list[Fields]) -> list[Json]:
    """The calls whose names and arguments came in pieces."""
    calls: dict[Json, dict[str, str]] = {}
    for delta in _deltas(events):
        for piece in as_items(delta.get("tool_calls")) or ():
            fields = as_fields(piece) or {}
            function = as_fields(fields.get("function")) or {}
            call = calls.setdefault(str(fields.get("index")), {"id": "", "name": "", "arguments": ""})
            call["id"] = name_of(fields, ("id",)) or call["id"]
            for key in ("name", "arguments"):
                call[key] += name_of(function, (key,)) or ""
    return list(calls.values())
