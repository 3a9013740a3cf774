"""Paths into a JSON value: `inputs.messages[3].content`, `attributes["llm.model"]`."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias, cast

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.json_texts import texts_in
from mcp_traces.records import Json
from mcp_traces.shaping.text import as_text, compact, cut

Part: TypeAlias = str | int
Path: TypeAlias = tuple[Part, ...]
Fields: TypeAlias = dict[str, Json]

MAX_PATH = 160
"""The longest path in a result. A longer one, through a long key or deep into a value, takes more room than the value
it leads to."""

MAX_KEYS_LISTED = 20
MAX_KEY_LISTED = 100

# bool before int: in Python a bool is one.
_TYPE_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_PART = re.compile(r"\.?(?P<plain>[^.\[\]\"]+)|\.?\[\s*(?P<index>-?\d+)\s*\]|\.?\[?(?P<quoted>\"(?:[^\"\\]|\\.)*\")\]?")


def as_fields(value: Json) -> Fields | None:
    return cast(Fields, value) if isinstance(value, dict) else None


def as_items(value: Json) -> list[Json] | None:
    return cast("list[Json]", value) if isinstance(value, list) else None


def format_path(parts: Sequence[Part]) -> str:
    """`parts` as a path that `parse_path` reads back."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part, ensure_ascii=False)}]"
    return text


def path_within(parts: Sequence[Part]) -> list[Part]:
    """As many of `parts` as a path of MAX_PATH characters has room for, and at least the first: the path of the value,
    or of the innermost object or list around it that has a short path."""
    kept = list(parts[:1])
    for part in parts[1:]:
        if len(format_path([*kept, part])) > MAX_PATH:
            break
        kept.append(part)
    return kept


def offset_in(value: Json, parts: Sequence[Part], *, is_key: bool = False) -> int:
    """The offset, in the JSON of `value`, of the JSON of the part at `parts`, or with `is_key` of its key."""
    offset = key = 0
    for part in parts:
        fields, key = as_fields(value), 0
        if fields is not None:
            names = list(fields)
            before: Json = {name: fields[name] for name in names[: names.index(str(part))]}
            key = len(compact(part)) + 1
        else:
            before = (as_items(value) or [])[: int(part)]
        offset += key + (len(compact(before)) if before else 1)
        value = _step(value, part)
    return offset - key if is_key else offset


def parse_path(path: str) -> list[Part]:
    """The parts of `path`. Raises InvalidArgumentError."""
    parts: list[Part] = []
    position = 0
    while position < len(path):
        match = _PART.match(path, position)
        if match is None:
            raise InvalidArgumentError(
                f"`path` {path!r} cannot be read at character {position}.",
                'Write keys with dots, indexes in brackets, other keys quoted: inputs.messages[3]["a.b"].',
            )
        if match["plain"] is not None:
            parts.append(match["plain"])
        elif match["index"] is not None:
            parts.append(int(match["index"]))
        else:
            parts.append(_unquote(match["quoted"], path))
        position = match.end()
    return parts


def resolve(value: Json, path: str) -> Json:
    """The value at `path`. Raises InvalidArgumentError that names what is there instead."""
    at: list[Part] = []
    for part in parse_path(path):
        try:
            value = _step(value, part)
        except (KeyError, IndexError, TypeError):
            raise InvalidArgumentError(
                f"`path` {path!r}: there is no {_listed([part])} at {_listed(at) or 'the top'}.", _there(value)
            ) from None
        at.append(part)
    return value


def _step(value: Json, part: Part) -> Json:
    if isinstance(value, dict):
        return cast("dict[str, Json]", value)[str(part)]
    if isinstance(value, list) and isinstance(part, int):
        return cast("list[Json]", value)[part]
    raise TypeError


def _there(value: Json) -> str:
    if isinstance(value, dict):
        keys = [_listed([key]) for key in cast("dict[str, Json]", value)]
        more = f" and {len(keys) - MAX_KEYS_LISTED} more" if len(keys) > MAX_KEYS_LISTED else ""
        return f"Keys there: {', '.join(keys[:MAX_KEYS_LISTED]) or 'none'}{more}."
    if isinstance(value, list):
        return f"It is a list of {len(cast('list[Json]', value))} items; indexes start at 0."
    return f"It is a {type_name(value)}, which has no parts."


def _listed(parts: Sequence[Part]) -> str:
    return cut(format_path(parts), MAX_KEY_LISTED)


def value_at(value: Json, parts: Sequence[Part]) -> Json:
    """The value at `parts`, which must exist."""
    return reduce(_step, parts, value)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a value, and the path that leads to it; of a key, the path to what the key holds."""

    path: Path
    text: str
    is_key: bool


def texts_below(path: Sequence[Part], value: Json) -> Iterator[Text]:
    """Each key, string and number in `value`, which stands at `path`, in order."""
    at = _Position([*path])
    for text in texts_in([value], in_object=at.in_object, in_list=at.in_list):
        yield Text(tuple(at.path), text, at.is_key)


@dataclass(slots=True)
class _Position:
    """Where a walk through a value stands: `path` grows on the way into an object or a list, and shrinks behind it."""

    path: list[Part]
    is_key: bool = False

    def in_object(self, fields: dict[str, Json]) -> Iterator[Json]:
        self.path.append("")
        for key, child in fields.items():
            self.path[-1], self.is_key = key, True
            yield key
            self.is_key = False
            yield child
        self.path.pop()

    def in_list(self, items: list[Json]) -> Iterator[Json]:
        self.path.append(0)
        for index, child in enumerate(items):
            self.path[-1] = index
            yield child
        self.path.pop()


def type_name(value: Json) -> str:
    """JSON's name of the type of `value`."""
    for kind, name in _TYPE_NAMES.items():
        if isinstance(value, kind):
            return name
    return "null"


def parts_of(value: Json, room: int) -> dict[str, str]:
    """What an object or a list consists of: each part's type and characters, as far as `room` goes."""
    if isinstance(value, dict):
        parts: list[tuple[Part, Json]] = list(cast("dict[str, Json]", value).items())
    elif isinstance(value, list):
        parts = list(enumerate(cast("list[Json]", value)))
    else:
        return {}
    told: dict[str, str] = {}
    for key, part in parts:
        if len(name := format_path([key])) > MAX_PATH:
            continue
        shape = f"{type_name(part)}, {len(as_text(part))} chars"
        room -= len(compact(name)) + len(shape) + 4
        if room < 0:
            break
        told[name] = shape
    return told


def _unquote(quoted: str, path: str) -> str:
    try:
        return json.loads(quoted)
    except ValueError:
        raise InvalidArgumentError(f"`path` {path!r}: the key {quoted} is not written as in JSON.") from None
