"""What of an answer stands on a page: the fields that the page asks for, with … wherever there is more.

A shape names fields, each perhaps with a part (`[0:2]`, of a list or of a text) and with the fields inside it:
`returned traces[0:2]{trace_id name}`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

WIDTH = 112
"""Of a page's lines; a value that does not fit into one is broken into several."""

MAX_TEXT = 90
"""Characters of a text, where the shape asks for no part of it."""

MORE = "…"
_TOKENS = re.compile(
    r'\s*,?\s*(?:(?P<name>\w+)|"(?P<quoted>[^"]+)"|\[(?P<start>-?\d*):(?P<end>-?\d*)\]|(?P<brace>[{}]))'
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What to show of a value; without `fields` all of it."""

    part: slice | None = None
    fields: "dict[str, Shape] | None" = None


class _More:
    """Stands for what is not shown."""


def read_shape(text: str) -> Shape:
    """Raises ValueError where the text is no shape."""
    tokens = list(_TOKENS.finditer(text.strip()))
    if "".join(token[0] for token in tokens) != text.strip() or text.count("{") != text.count("}"):
        raise ValueError(f"No shape: {text}")
    return Shape(fields=_fields(iter(tokens)))


def _fields(tokens: Iterator[re.Match[str]]) -> dict[str, Shape]:
    fields: dict[str, Shape] = {}
    last = ""
    for token in tokens:
        if token["brace"] == "}":
            break
        if token["brace"]:
            fields[last] = Shape(fields[last].part, _fields(tokens))
        elif token["start"] is not None:
            fields[last] = Shape(slice(*(int(bound) if bound else None for bound in (token["start"], token["end"]))))
        else:
            last = token["name"] or token["quoted"]
            fields[last] = Shape()
    return fields


def excerpt(answer: Any, shape: Shape) -> str:
    return _laid_out(_shown(answer, shape), indent=0, room=WIDTH)


def _shown(value: Any, shape: Shape) -> Any:
    """The value with `_More` in the place of what is left out."""
    if isinstance(value, str):
        return _text(value, shape.part or slice(MAX_TEXT))
    if isinstance(value, list):
        start, end, _ = (shape.part or slice(None)).indices(len(value))
        items = [_shown(one, Shape(fields=shape.fields)) for one in value[start:end]]
        return [*([_More()] if start else []), *items, *([_More()] if end < len(value) else [])]
    if isinstance(value, dict):
        wanted = shape.fields if shape.fields is not None else dict.fromkeys(value, Shape())
        shown = {name: _shown(value[name], inside) for name, inside in wanted.items() if name in value}
        return shown if len(shown) == len(value) else shown | {MORE: _More()}
    return value


def _text(value: str, part: slice) -> str:
    start, end, _ = part.indices(len(value))
    return (MORE if start else "") + value[start:end] + (MORE if end < len(value) else "")


def _laid_out(value: Any, *, indent: int, room: int) -> str:
    """As JSON, in one line if that has `room`, else in several: of an object or a row of a table as many values a line
    as fit, of other lists one item."""
    line = _line(value)
    if len(line) <= room or not isinstance(value, dict | list):
        return line
    margin = " " * (indent + 2)
    items = [key + _laid_out(one, indent=indent + 2, room=WIDTH - len(margin + key) - 1) for key, one in _items(value)]
    lines = _filled(items, WIDTH - len(margin) - 1) if isinstance(value, dict) or _is_row(value) else items
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{margin}" + f",\n{margin}".join(lines) + f"\n{' ' * indent}{closing}"


def _is_row(value: list[Any]) -> bool:
    """Whether it is a row of a table, or its columns: short values first."""
    return all(not isinstance(one, dict | list | _More) and len(_line(one)) < 40 for one in value[:3])


def _filled(items: list[str], room: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        joined = f"{lines[-1]}, {item}" if lines else item
        if lines and (item == MORE or ("\n" not in joined and len(joined) <= room)):
            lines[-1] = joined
        else:
            lines.append(item)
    return lines


def _line(value: Any) -> str:
    if isinstance(value, _More):
        return MORE
    if not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + ", ".join(key + _line(one) for key, one in _items(value)) + closing


def _items(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """What stands before each item, and the item."""
    if isinstance(value, list):
        yield from (("", one) for one in value)
        return
    for key, one in value.items():
        yield ("" if isinstance(one, _More) else f"{json.dumps(key, ensure_ascii=False)}: "), one
