"""Masks what must not leave in a text or a JSON value, and says what was masked."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from pydantic_core import to_json

from mcp_traces.records import Json
from mcp_traces.redaction.boundaries import out_of_escape
from mcp_traces.redaction.detecting import find_credentials
from mcp_traces.redaction.names import secret_name
from mcp_traces.redaction.personal import find_personal
from mcp_traces.redaction.scanning import Finding
from mcp_traces.redaction.views import View

RedactLevel: TypeAlias = Literal["off", "credentials", "pii"]

MAX_ROUNDS = 8
"""A mask can end a word that something else was part of; so the search repeats until it finds nothing more."""

_AROUND = 1500
_MARGIN = 500
"""After the first round only what is near a mask is searched; what is found near the end of such a place may be cut."""

_LETTER = re.compile(rb"[A-Za-z]")
_MASK = re.compile(r"\[masked: ([a-z0-9_]+)\]")


@dataclass(frozen=True, slots=True)
class Redactor:
    """Masks as much as `level` says. It keeps nothing: the same goes in, the same comes out."""

    level: RedactLevel

    def text(self, text: str) -> str:
        """`text` with each secret in it replaced by `[masked: kind]`, also where it is JSON, or holds JSON in strings.

        Masking twice changes nothing. Valid JSON stays valid.
        """
        if not text or self.level == "off":
            return text
        masked, may_break = self._masked(text)
        if may_break and text.lstrip()[:1] in ("{", "[") and not _is_json(masked) and _is_json(text):
            return _as_json(self._string_by_string(_decoded(text)))
        return masked

    def value(self, value: Json) -> Json:
        """The JSON value with every secret masked, in keys too, and each string under a secret-like key."""
        if isinstance(value, str):
            return self.text(value)
        if self.level == "off" or not isinstance(value, dict | list):
            return value
        container = cast("dict[str, Json] | list[Json]", value)
        try:
            encoded = to_json(container, fallback=str)
            masked, _ = _mask_all(encoded, personal=self.level == "pii")
            return container if masked is encoded else _decoded(masked.decode())
        except ValueError:  # half of a surrogate pair, more levels than it takes, or JSON that a mask has broken
            return self._encoded_value(container)

    def _encoded_value(self, container: dict[str, Json] | list[Json]) -> Json:
        try:
            encoded = _as_json(container)
            masked, _ = self._masked(encoded)
            return container if masked is encoded else _decoded(masked)
        except (ValueError, RecursionError):
            return self._string_by_string(container)

    def _masked(self, text: str) -> tuple[str, bool]:
        """The masked text, and whether what was masked could have been part of the syntax of JSON."""
        # Lone surrogates are no UTF-8, and yet JSON can spell them.
        data = text.encode("utf-8", "surrogatepass")
        masked, may_break = _mask_all(data, personal=self.level == "pii")
        return (text if masked is data else masked.decode("utf-8", "surrogatepass")), may_break

    def _string_by_string(self, value: Json) -> Json:
        """For values that nest deeper than JSON can be written, and texts in which masks would reach across strings."""
        top: list[Json] = [value]
        pending: list[dict[str, Json] | list[Json]] = [top]
        while pending:
            container = pending.pop()
            for key, child in _items(container):
                if isinstance(child, str):
                    masked = self._string(key, child)
                elif isinstance(child, dict):
                    fields = cast("dict[str, Json]", child)
                    masked = _distinct([(self.text(name), inner) for name, inner in fields.items()])
                    pending.append(masked)
                elif isinstance(child, list):
                    masked = [*cast("list[Json]", child)]
                    pending.append(masked)
                else:
                    continue
                cast("dict[Any, Json]", container)[key] = masked
        return top[0]

    def _string(self, key: str | int, text: str) -> str:
        """A string by itself, as secret as its key says."""
        try:
            return _decoded(self._masked(_as_json({str(key): text}))[0]).popitem()[1]
        except ValueError:
            name = secret_name(str(key).encode("utf-8", "replace"))
            return f"[masked: {name.kind}]" if name and name.strength == "strong" else self.text(text)


def _items(container: dict[str, Json] | list[Json]) -> list[tuple[str | int, Json]]:
    return [*container.items()] if isinstance(container, dict) else [*enumerate(container)]


def masks_in(text: str) -> dict[str, int]:
    """How many masks of each kind are in `text`, such as a result, the most frequent first."""
    if "[masked: " not in text:
        return {}
    return dict(Counter(_MASK.findall(text)).most_common())


def _mask_all(data: bytes, *, personal: bool) -> tuple[bytes, bool]:
    """`data` masked, and whether a mask replaced what could be syntax of JSON."""
    places: list[tuple[int, int]] = [(0, len(data))]
    may_break = False
    for _ in range(MAX_ROUNDS):
        found = [one for start, end in places for one in _find(data, start, end, personal=personal)]
        if not found:
            break
        data, places, breaks = _replaced(data, found)
        may_break |= breaks
    return data, may_break


def _find(data: bytes, start: int, end: int, *, personal: bool) -> Iterator[Finding]:
    """Secrets between `start` and `end`, but for those near an end that is not an end of the text."""
    view = View(data[start:end] if end - start < len(data) else data)
    found = [*find_credentials(view.data)]
    if personal:
        found += find_personal(view.data)
    for one in map(view.original, found):
        if (one.start >= _MARGIN or not start) and (one.end <= end - start - _MARGIN or end == len(data)):
            yield one._replace(start=one.start + start, end=one.end + start)


def _replaced(data: bytes, found: list[Finding]) -> tuple[bytes, list[tuple[int, int]], bool]:
    """The text with masks, the places around them, and whether they replaced what could be syntax of JSON."""
    parts: list[bytes] = []
    places: list[tuple[int, int]] = []
    position, length = 0, 0
    may_break = False
    for one in _joined(found, data):
        mask = one.quote + f"[masked: {one.kind}]".encode() + one.quote
        secret = data[one.start : one.end]
        may_break |= b'"' in secret or b"\\" in secret or not _LETTER.search(secret)
        parts += [data[position : one.start], mask]
        length += one.start - position + len(mask)
        position = one.end
        if places and places[-1][1] > length - len(mask) - _AROUND:
            places[-1] = (places[-1][0], length + _AROUND)
        else:
            places.append((max(length - len(mask) - _AROUND, 0), length + _AROUND))
    data = b"".join([*parts, data[position:]])
    return data, [(start, min(end, len(data))) for start, end in places], may_break


def _joined(found: list[Finding], data: bytes) -> Iterator[Finding]:
    """In order; what overlaps becomes one, named after what was found first."""
    joined: list[tuple[int, Finding]] = []
    for at, one in sorted(enumerate(found), key=lambda ranked: (ranked[1].start, ranked[0])):
        if joined and one.start < joined[-1][1].end:
            rank, last = joined[-1]
            kind = one.kind if at < rank else last.kind
            joined[-1] = min(rank, at), last._replace(end=max(last.end, one.end), kind=kind)
        else:
            joined.append((at, one))
    return (one._replace(start=out_of_escape(data, one.start)) for _, one in joined)


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def _decoded(text: str) -> Json:
    """The JSON value in `text`; keys that were masked alike get numbers, so that none is lost."""
    return json.loads(text, object_pairs_hook=_distinct if ']":' in text else None)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _distinct(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    for key, value in pairs:
        number = 2
        name = key
        while name in fields:
            name, number = f"{key} ({number})", number + 1
        fields[name] = value
    return fields
