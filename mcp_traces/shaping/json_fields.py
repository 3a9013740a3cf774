"""Recorded JSON, of which nothing is known, taken apart without trust in its types."""

from collections.abc import Sequence
from typing import TypeAlias, cast

from mcp_traces.records import Json
from mcp_traces.shaping.paths import Part
from mcp_traces.shaping.text import compact

Path: TypeAlias = tuple[Part, ...]
"""Where something stands; in a message, from the message on."""

Fields: TypeAlias = dict[str, Json]

MAX_ARGUMENTS_DEPTH = 50


def as_fields(value: Json) -> Fields | None:
    return cast(Fields, value) if isinstance(value, dict) else None


def as_items(value: Json) -> list[Json] | None:
    return cast("list[Json]", value) if isinstance(value, list) else None


def as_json(value: Json) -> str:
    """`value` as JSON, or a mark for what nests beyond what can be written."""
    try:
        return compact(value)
    except RecursionError:
        return "[nested too deeply to show]"


def readable(value: Json) -> Json:
    """`value`, as text when it nests deeper than clients read JSON."""
    level = [value]
    for _ in range(MAX_ARGUMENTS_DEPTH):
        level = [child for one in level if isinstance(one, list | dict) for child in _children(one)]
        if not level:
            return value
    return as_json(value)


def _children(value: Json) -> list[Json]:
    return as_items(value) or list((as_fields(value) or {}).values())


def first_of(fields: Fields, keys: Sequence[str]) -> tuple[str, Json] | None:
    """The first of `keys` that holds something, and what it holds."""
    return next(((key, fields[key]) for key in keys if fields.get(key) is not None), None)


def name_of(fields: Fields, keys: Sequence[str]) -> str | None:
    """The first of `keys` that holds a text or a number, as text."""
    found = first_of({key: fields[key] for key in keys if isinstance(fields.get(key), str | int)}, keys)
    return str(found[1]) if found else None
