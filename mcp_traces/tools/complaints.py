"""What pydantic finds wrong with arguments, in our words: which argument, what it takes, and an example."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

MAX_SHOWN_INPUT = 60


def explain_arguments(tool_name: str, parameters: Mapping[str, Any], error: ValidationError) -> str:
    """One sentence for each wrong argument, without pydantic's own text."""
    properties: dict[str, Any] = parameters.get("properties", {})
    details = {_argument(detail): detail for detail in reversed(error.errors())}
    sentences = [_explain(argument, detail, properties) for argument, detail in reversed(details.items())]
    return f"{tool_name}: {' '.join(sentences)}"


def _argument(detail: ErrorDetails) -> str:
    return str(detail["loc"][0]) if detail["loc"] else "arguments"


def _explain(argument: str, detail: ErrorDetails, properties: dict[str, Any]) -> str:
    if detail["type"] == "extra_forbidden":
        close = get_close_matches(argument, properties, n=1)
        did_you_mean = f" Did you mean `{close[0]}`?" if close else ""
        return f"There is no argument `{argument}`.{did_you_mean} It takes: {', '.join(properties)}."
    if detail["type"] == "missing":
        return f"`{argument}` is required: {takes(properties.get(argument, {}))}."
    return f"`{argument}` takes {takes(properties.get(argument, {}))}; got {_shown(detail['input'])}."


def takes(schema: Mapping[str, Any]) -> str:
    """What an argument takes, read from its own schema: `an integer from 1 to 100`."""
    if "enum" in schema:
        return "one of " + ", ".join(map(repr, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(takes(choice) for choice in schema["anyOf"])
    kind = schema.get("type", "a value")
    names = {"string": "text", "integer": "an integer", "boolean": "true or false", "number": "a number"}
    if kind == "array":
        return f"a list of {takes(schema.get('items', {})).removeprefix('a ').removeprefix('an ')}"
    if kind == "object":
        return 'an object of names and values, like {"environment": "production"}'
    return names.get(kind, str(kind)) + _range(schema)


def _range(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" of at least {low}" if low is not None else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_SHOWN_INPUT else text[:MAX_SHOWN_INPUT] + "…"
