"""A client's configuration as text: read with nothing lost in silence, and written with everything else kept."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, cast

from mcp_traces.clients.servers import NAME
from mcp_traces.clients.shapes import Document, Shape
from mcp_traces.errors import ClientFileError

_INDENT = re.compile(r"^\{\s*?\n([ \t]+)\S")
_HEADER = re.compile(r"^\s*\[")


def written(shape: Shape, document: Document) -> str:
    """The document as its client reads it, to be pasted."""
    if shape.syntax == "json":
        return json.dumps(document, indent=2, ensure_ascii=False)
    return _table(f"{shape.key}.{NAME}", document[shape.key][NAME])


def parsed(shape: Shape, text: str) -> Document:
    """What the text says; an empty one says nothing. Raises ClientFileError with the reason why it cannot be read."""
    try:
        read = _json(text) if shape.syntax == "json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ClientFileError(f"is no {shape.syntax.upper()} that can be kept as it is: {error}.") from error
    if not isinstance(read, dict):
        raise ClientFileError("holds no object.")
    document = cast("Document", read)
    for key, kind in ((shape.key, dict), *((("inputs", list),) if shape.asks else ())):
        if not isinstance(document.get(key, kind()), kind):
            raise ClientFileError(f"has another kind of `{key}` than {shape.client} documents.")
    return document


def merged(shape: Shape, document: Document, addition: Document) -> Document:
    """The document with our server in it; the rest of it stays as it is, in the order in which it is."""
    servers: Document = document.get(shape.key, {})
    entry = _with_filled(servers.get(NAME), addition[shape.key][NAME])
    together = document | {shape.key: servers | {NAME: entry}}
    if "inputs" in addition:
        known: list[Any] = document.get("inputs", [])
        ids = {one.get("id") for one in known if isinstance(one, dict)}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        together["inputs"] = [*known, *(one for one in addition["inputs"] if one["id"] not in ids)]
    return together


def rewritten(shape: Shape, text: str, document: Document) -> str:
    """The text as it is to be for `document`, which differs in our server. Raises ClientFileError."""
    if shape.syntax == "json":
        found = _INDENT.match(text)
        return json.dumps(document, indent=found[1] if found else 2, ensure_ascii=False, allow_nan=False) + "\n"
    kept = _without_table(text, f"{shape.key}.{NAME}").rstrip()
    table = _table(f"{shape.key}.{NAME}", document[shape.key][NAME])
    told = f"{kept}\n\n{table}\n" if kept else f"{table}\n"
    if _toml_or_none(told) != document:
        raise ClientFileError(f"writes its `{shape.key}` in a way that cannot be added to.")
    return told


def _with_filled(before: object, entry: Document) -> Document:
    """What somebody wrote in place of a <placeholder> stays."""
    filled = cast("Document", before).get("env") if isinstance(before, dict) else None
    if not isinstance(filled, dict) or "env" not in entry:
        return entry
    values = cast("Mapping[str, Any]", filled)
    env = {name: values.get(name, value) if value == f"<{name}>" else value for name, value in entry["env"].items()}
    return entry | {"env": env}


def _json(text: str) -> object:
    if not text.strip():
        return {}
    return json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_json, parse_float=_same_number)


def _each_key_once(pairs: list[tuple[str, Any]]) -> Document:
    keys = [key for key, _ in pairs]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return dict(pairs)


def _no_json(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def _same_number(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits} is too large a number")
    return number


def _toml_or_none(text: str) -> Document | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _table(name: str, entry: Document) -> str:
    """Of texts, lists of texts, and tables of texts, which is all that an entry holds."""
    plain = {key: value for key, value in entry.items() if not isinstance(value, dict)}
    lines = [f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in plain.items())]
    for key, value in entry.items():
        if isinstance(value, dict):
            rows = cast("Mapping[str, str]", value).items()
            lines += ["", f"[{name}.{key}]", *(f"{_toml(inner)} = {_toml(text)}" for inner, text in rows)]
    return "\n".join(lines)


def _toml(value: object) -> str:
    """JSON's texts are TOML's, but for one character that TOML wants spelled out."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _without_table(text: str, name: str) -> str:
    """The lines without those of the table and its subtables; comments before the next table stay with that."""
    ours = re.compile(rf"\s*\[{re.escape(name)}(\.[^\]]+)?\]")
    kept: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        inside = bool(ours.match(line)) if _HEADER.match(line) else inside and not _is_comment(line)
        if not inside:
            kept.append(line)
    return "".join(kept)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")
