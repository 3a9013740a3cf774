"""The argument types that tools share, each saying which tool or page supplies its value."""

import json
from contextlib import suppress
from math import isfinite
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, WithJsonSchema

from mcp_traces.settings import MAX_CHARS_CEILING


def without_empty_parts(value: object) -> object:
    """A list without null and empty texts, a mapping without the keys that have null."""
    if isinstance(value, list):
        return [one for one in cast("list[object]", value) if one not in (None, "")]
    if isinstance(value, dict):
        return {key: one for key, one in cast("dict[object, object]", value).items() if one is not None}
    return value


def _as_list(value: object) -> object:
    """One text or several; a list may come as JSON, and numbers as numbers: agents write ids as either."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            value = without_empty_parts(json.loads(value))
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    return [_as_text(item) for item in items]


def _from_json(value: object) -> object:
    """A list or a mapping that came as JSON text; None where the text says nothing, as `null` and `{}` do."""
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):
            read = json.loads(value)
            return value if isinstance(read, str | int | float) else without_empty_parts(read) or None
    return value


def _at_commas(value: object) -> object:
    if not isinstance(value, str) or value.lstrip().startswith("["):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _by_name(value: object) -> object:
    """`name=value, name=value` as a mapping. Text that does not read as that stays as it is, so it is refused."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",")]
    named = {name.strip(): text.strip() for name, _, text in pairs}
    complete = all(name.strip() and equals for name, equals, _ in pairs)
    return named if complete and len(named) == len(pairs) else value


def _values_by_name(value: object) -> object:
    """The same, with numbers, true and false read as such: feedback 5 is not the feedback "5"."""
    named = _by_name(value)
    if named is value or not isinstance(named, dict):
        return named
    return {name: _number_or_boolean(text) for name, text in cast("dict[str, str]", named).items()}


def _number_or_boolean(text: str) -> object:
    with suppress(ValueError, RecursionError):
        read = json.loads(text)
        if isinstance(read, int | float) and isfinite(read):
            return read
    return text


def _texts_by_key(value: object) -> object:
    """Tags and metadata are text in MLflow; a number or boolean is taken as it would be written."""
    if not isinstance(value, dict):
        return value
    return {key: _plain(item) for key, item in cast("dict[object, object]", value).items()}


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _as_text(value)


def _in_capitals(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _unless_any(value: object) -> object:
    """None for ANY: a model under a strict schema has to give every argument, and a form cannot clear a choice."""
    return None if isinstance(value, str) and value.upper() == "ANY" else value


def _unless_zero(value: object) -> object:
    return None if value in (0, "0") else value


def _joined(value: object) -> object:
    """MLflow's own clients take a list of clauses."""
    return ", ".join(map(str, cast("list[object]", value))) if isinstance(value, list) else value


# Lists and mappings are taken as such too. They are listed as text, which every client can show as a field and every
# model's API takes: Gemini refuses a mapping of any names ("properties: should be non-empty for OBJECT type"), OpenAI's
# strict schemas leave it empty.
_AS_TEXT = WithJsonSchema({"type": "string"})

Text = Annotated[str, BeforeValidator(_as_text), _AS_TEXT]

Names = Annotated[
    Annotated[list[str], BeforeValidator(_as_list), BeforeValidator(_at_commas), _AS_TEXT] | None,
    BeforeValidator(_from_json),
]
"""Several names or ids joined by commas, or a list of them."""

Texts = Annotated[
    Annotated[dict[str, str], BeforeValidator(_texts_by_key), BeforeValidator(_by_name), _AS_TEXT] | None,
    BeforeValidator(_from_json),
]

Values = Annotated[
    Annotated[dict[str, bool | int | float | str], BeforeValidator(_values_by_name), _AS_TEXT] | None,
    BeforeValidator(_from_json),
]

GroupOf = Annotated[Annotated[dict[str, Any], _AS_TEXT] | None, BeforeValidator(_from_json)]

Experiments = Annotated[
    Annotated[list[str], BeforeValidator(_as_list), _AS_TEXT] | None,
    Field(description="id or name, or several joined by commas; default: the configured one"),
]
Cursor = Annotated[str | None, Field(description="next_cursor of the previous page, with the same other arguments")]
MaxChars = Annotated[
    int | None, Field(description="budget of the answer in characters", ge=2_000, le=MAX_CHARS_CEILING)
]
Status = Annotated[
    Annotated[Literal["OK", "ERROR", "IN_PROGRESS"], BeforeValidator(_in_capitals)] | None,
    BeforeValidator(_unless_any),
    WithJsonSchema({"type": "string", "enum": ["ANY", "OK", "ERROR", "IN_PROGRESS"]}),
]
AnyFailed = Annotated[
    bool | None, BeforeValidator(_unless_any), WithJsonSchema({"type": "string", "enum": ["any", "true", "false"]})
]
AtLeast = Annotated[
    Annotated[int, Field(ge=0)] | None,
    BeforeValidator(_unless_zero),
    WithJsonSchema({"type": "integer", "minimum": 0}),
]
Cost = Annotated[
    Annotated[float, Field(ge=0, allow_inf_nan=False)] | None,
    BeforeValidator(_unless_zero),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
OrderBy = Annotated[
    str,
    BeforeValidator(_joined),
    _AS_TEXT,
    Field(
        description="newest, oldest, slowest, fastest, tokens, cost, span.duration_ms (select of spans), or MLflow "
        "clauses: 'tag.k ASC, status DESC'"
    ),
]
