"""Masks what must not leave in a text or a JSON value, and says what was masked."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from mcp_traces.records import Json
from mcp_traces.redaction.boundaries import out_of_escape
from mcp_traces.redaction.commands import find_in_commands
from mcp_traces.redaction.fields import find_fields
from mcp_traces.redaction.headers import find_headers
from mcp_traces.redaction.languages import find_in_other_languages
from mcp_traces.redaction.names import secret_name
from mcp_traces.redaction.patterns import Finding
from mcp_traces.redaction.personal import find_personal
from mcp_traces.redaction.private_keys import find_private_keys
from mcp_traces.redaction.tokens import find_shapes, find_tokens
from mcp_traces.redaction.urls import find_in_urls
from mcp_traces.redaction.views import view_of

RedactLevel: TypeAlias = Literal["off", "credentials", "pii"]

Detector: TypeAlias = Callable[[bytes], Iterator[Finding]]

CREDENTIALS: tuple[Detector, ...] = (
    find_tokens,
    find_shapes,
    find_private_keys,
    find_headers,
    find_in_urls,
    find_fields,
    find_in_commands,
    find_in_other_languages,
)
"""The most telling first: where two find the same, the first says what it is."""

DETECTORS: dict[RedactLevel, tuple[Detector, ...]] = {
    "off": (),
    "credentials": CREDENTIALS,
    "pii": (*CREDENTIALS, find_personal),
}
MAX_ROUNDS = 8
"""A mask can end a word that something else stood in; so it is looked again until nothing more is found."""

_MASK = re.compile(r"\[masked: ([a-z0-9_]+)\]")


class _Ranked(NamedTuple):
    start: int
    end: int
    rank: int
    kind: str


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
        masked = self._masked(text)
        if masked is not text and text.lstrip()[:1] in ("{", "[") and not _is_json(masked) and _is_json(text):
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
            encoded = _as_json(container)
            masked = self._masked(encoded)
            return container if masked is encoded else _decoded(masked)
        except (ValueError, RecursionError):
            return self._string_by_string(container)

    def named(self, name: str, value: Json) -> Json:
        """The value of a field, attribute, tag or header of that name."""
        masked = self.value({name: value})
        return next(iter(masked.values()))

    def _masked(self, text: str) -> str:
        # Lone surrogates are no UTF-8, and yet JSON can spell them.
        data = text.encode("utf-8", "surrogatepass")
        masked = _mask_all(data, DETECTORS[self.level])
        return text if masked is data else masked.decode("utf-8", "surrogatepass")

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
            return _decoded(self._masked(_as_json({str(key): text}))).popitem()[1]
        except ValueError:
            name = secret_name(str(key).encode("utf-8", "replace"))
            return f"[masked: {name.kind}]" if name and name.strong else self.text(text)


def _items(container: dict[str, Json] | list[Json]) -> list[tuple[str | int, Json]]:
    return [*container.items()] if isinstance(container, dict) else [*enumerate(container)]


def masks_in(text: str) -> dict[str, int]:
    """How many masks of each kind stand in `text`, such as a result, the most frequent first."""
    if "[masked: " not in text:
        return {}
    return dict(Counter(_MASK.findall(text)).most_common())


def _mask_all(data: bytes, detectors: tuple[Detector, ...]) -> bytes:
    for _ in range(MAX_ROUNDS):
        masked = _mask_once(data, detectors)
        if masked is data:
            break
        data = masked
    return data


def _mask_once(data: bytes, detectors: tuple[Detector, ...]) -> bytes:
    view = view_of(data)
    found = [
        _Ranked(out_of_escape(data, one.start), one.end, rank, one.kind)
        for rank, detector in enumerate(detectors)
        for one in map(view.original, detector(view.data))
    ]
    if not found:
        return data
    parts: list[bytes] = []
    position = 0
    for one in _joined(found):
        parts += [data[position : one.start], f"[masked: {one.kind}]".encode()]
        position = one.end
    return b"".join([*parts, data[position:]])


def _joined(found: list[_Ranked]) -> list[_Ranked]:
    """What overlaps becomes one, called what the first detector calls it."""
    joined: list[_Ranked] = []
    for one in sorted(found):
        if joined and one.start < joined[-1].end:
            last = joined[-1]
            best = min(last, one, key=lambda ranked: ranked.rank)
            joined[-1] = _Ranked(last.start, max(last.end, one.end), best.rank, best.kind)
        else:
            joined.append(one)
    return joined


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def _decoded(text: str) -> Json:
    """The JSON value in `text`; keys that were masked alike are told apart, so that none is lost."""
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
