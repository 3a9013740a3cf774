"""Reads the messages that calls repeat once, and says which of them are the same."""

import marshal
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from mcp_traces.records import Json
from mcp_traces.shaping.json_fields import Path, as_json
from mcp_traces.shaping.messages import Message, read_messages


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with what tells it from others: numbers that are equal for equal ones, `loose` whatever their ids."""

    message: Message
    strict: int
    loose: int

    def in_one_place(self) -> "Entry":
        """For a message read from within a text, whose parts no path leads to."""
        return self.moved(lambda _: ())

    def moved(self, where: Callable[[Path], Path]) -> "Entry":
        """The same message recorded otherwise than it was read: what stood at a path is at `where` of it."""
        message, words, thought = self.message, self.message.words, self.message.reasoning
        calls = tuple(replace(call, path=where(call.path)) for call in message.calls)
        reasoning = None if thought is None else replace(thought, path=where(thought.path))
        words = replace(words, path=where(words.path))
        moved = replace(message, words=words, reasoning=reasoning, calls=calls, path=where(message.path))
        return replace(self, message=moved)


class MessageReader:
    """Reads each distinct message once, however many calls repeat it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], tuple[Entry, ...]] = {}
        self._numbers: dict[Hashable, int] = {}

    def read(self, raw: Json, role: str) -> tuple[Entry, ...]:
        """The messages in `raw`, `()` when it is none; `role` is whose they are when they do not say, or "system"."""
        try:
            # The quickest exact copy of a JSON value that Python has; version 2 does not depend on shared references.
            key = role, marshal.dumps(raw, 2)
        except ValueError:
            return self._entries(raw, role)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._entries(raw, role)
        return known

    def _entries(self, raw: Json, role: str) -> tuple[Entry, ...]:
        return tuple(self._entry(one) for one in read_messages(raw, role) if not one.says_nothing)

    def _entry(self, message: Message) -> Entry:
        role = "system" if message.role == "developer" else message.role
        calls = tuple((call.name, as_json(call.arguments)) for call in message.calls)
        text = message.words.text.strip()
        thought = message.reasoning.text if message.reasoning and not (text or calls) else ""
        ids = (message.call_id, tuple(call.id for call in message.calls))
        loose = (role, text, thought, calls)
        return Entry(message, self._number((loose, ids)), self._number(loose))

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))
