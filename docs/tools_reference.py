"""The tables of docs/tools.md: arguments as the tools' schemas have them, results as their models have them."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from mcp_traces.results import Result
from mcp_traces.tools.catalog import build_tools

_TOOLS = {tool.name: tool for tool in build_tools()}
_NAMES = {str: "text", int: "integer", float: "number", bool: "boolean", Any: "any"}
_UNSAID = {
    "model_id": "MLflow's logged model",
    "session_id": "one conversation",
    "user_id": "one person",
    "min_duration_ms": "of the trace, at least",
    "max_duration_ms": "of the trace, at most",
    "span_name": "the same span as `span_type` and `text`",
    "min_span_duration_ms": "of that span, at least",
    "min_tokens": "of the trace, at least",
    "limit": "rows of a page",
}
"""What the schemas leave to the names, since every model that is given the tools pays for their words."""

_JSON_NAMES = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean", "object": "object"}


def purpose(tool: str) -> str:
    """The description that models read."""
    return "\n".join(f"> {line}".rstrip() for line in _TOOLS[tool].description.splitlines())


def arguments_table(tool: str) -> str:
    parameters = _TOOLS[tool].parameters
    required = parameters.get("required", ())
    rows = ["| argument | type | default | meaning |", "|---|---|---|---|"]
    shared = shared_arguments(tool)
    for name, schema in parameters["properties"].items():
        if name in shared:
            continue
        default = "needed" if name in required else _code(schema.get("default"))
        rows.append(
            f"| `{name}` | {_argument_type(schema)} | {default} | {schema.get('description') or _UNSAID[name]} |"
        )
    if shared:
        rows.append(f"| {', '.join(f'`{name}`' for name in shared)} | | | the conditions of `search_traces` |")
    return "\n".join(rows)


def shared_arguments(tool: str) -> list[str]:
    """Those that `search_traces` describes for this tool too."""
    described = _TOOLS["search_traces"].parameters["properties"]
    return [
        name
        for name, schema in _TOOLS[tool].parameters["properties"].items()
        if tool == "summarize_traces" and name in described and "description" not in schema and name != "limit"
    ]


def _code(value: object) -> str:
    return "" if value is None else f"`{value}`"


def _argument_type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_argument_type(schema['items'])}s"
    return _JSON_NAMES[schema["type"]] + _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if most is not None:
        return f", {least:,} to {most:,}"
    return "" if least is None else f", {least:,} or more"


def result_table(tool: str) -> str:
    return _fields(_result(tool))


def parts() -> str:
    """Every model that results are made of, once."""
    seen: dict[str, type[Result]] = {}
    for tool in _TOOLS:
        for model in _inner(_result(tool)):
            seen.setdefault(_title(model), model)
    rows = [f"| `{name}` | {_words(seen[name])} |" for name in sorted(seen)]
    return "\n".join(["| part | fields |", "|---|---|", *rows])


def _words(model: type[Result]) -> str:
    """In one line, those that are always there first."""
    fields = model.model_fields.items()
    always = ", ".join(_word(name, field) for name, field in fields if field.is_required())
    others = ", ".join(_word(name, field) for name, field in fields if not field.is_required())
    return "; ".join(filter(None, (always, f"if there is any: {others}" if others else "")))


def _word(name: str, field: FieldInfo) -> str:
    kind, meaning = _type(field.annotation), _meaning(field)
    told = [*([kind] if "`" in kind else []), *([meaning] if meaning else [])]
    return f"`{name}`" + (f" ({', '.join(told)})" if told else "")


def _result(tool: str) -> type[Result]:
    return cast("type[Result]", _TOOLS[tool].fn_metadata.output_model)


def _inner(model: type[Result]) -> Iterator[type[Result]]:
    for field in model.model_fields.values():
        for part in _models(field.annotation):
            yield part
            yield from _inner(part)


def _models(annotation: Any) -> Iterator[type[Result]]:
    if isinstance(annotation, type) and issubclass(annotation, Result):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _title(model: type[Result]) -> str:
    return model.__name__.removesuffix("Result")


def _fields(model: type[Result]) -> str:
    rows = ["| field | type | meaning |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        always = ", always" if field.is_required() else ""
        rows.append(f"| `{name}` | {_type(field.annotation)}{always} | {_meaning(field)} |")
    return "\n".join(rows)


def _meaning(field: FieldInfo) -> str:
    told = [one.json_schema for one in field.metadata if isinstance(one, WithJsonSchema)]
    return field.description or (str((told[0] or {}).get("description", "")) if told else "")


def _type(annotation: Any, *, several: bool = False) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0], several=several)
    if origin in (Union, UnionType):
        return " or ".join(_type(one, several=several) for one in arguments if one is not NoneType)
    if origin is list:
        return "list" if arguments[0] is Any else f"list of {_type(arguments[0], several=True)}"
    if origin is dict:
        return "object" if arguments[1] is Any else f"object of {_type(arguments[1], several=True)}"
    if annotation in _NAMES:
        return _NAMES[annotation] + "s" * several
    return f"`{_title(annotation)}`"
