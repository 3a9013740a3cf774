"""The argument types that tools share, each saying which tool or page supplies its value."""

from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, Field, WithJsonSchema

from mcp_traces.settings import MAX_CHARS_CEILING


def _as_list(value: object) -> object:
    """One value or several, numbers too: agents write ids as either."""
    return value if value is None or isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


def _as_texts(value: object) -> object:
    return [_as_text(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


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


def _joined(value: object) -> object:
    """MLflow's own clients take a list of clauses."""
    return ", ".join(map(str, cast("list[object]", value))) if isinstance(value, list) else value


TextList = Annotated[
    list[str],
    BeforeValidator(_as_texts),
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]

Text = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": "string"})]

Texts = Annotated[
    dict[str, str],
    BeforeValidator(_texts_by_key),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]

Values = Annotated[
    dict[str, bool | int | float | str],
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}),
]

Experiments = Annotated[TextList | None, Field(description="id or name, or several; default: the configured one")]
Cursor = Annotated[str | None, Field(description="next_cursor of the previous page, with the same other arguments")]
MaxChars = Annotated[
    int | None, Field(description="budget of the answer in characters", ge=2_000, le=MAX_CHARS_CEILING)
]
Status = Annotated[Literal["OK", "ERROR", "IN_PROGRESS"], BeforeValidator(_in_capitals)]
OrderBy = Annotated[
    str,
    BeforeValidator(_joined),
    WithJsonSchema({"type": "string"}),
    Field(description="newest, oldest, slowest, fastest, or MLflow clauses: 'tag.k ASC, status DESC'"),
]
