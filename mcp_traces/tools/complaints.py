"""What is wrong with arguments: more than a call may bring, or what pydantic finds, in our words, with an example."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.shaping.hidden import visible
from mcp_traces.shaping.text import compact

MAX_TEXT, MAX_LISTED = 20_000, 200_000
"""Characters of one argument, and of one that lists values, as five thousand ids are."""

_LISTS = frozenset(
    ("cursor", "expectation", "experiment", "feedback", "filter", "group", "metadata", "select", "span_ids", "tags")
)
MAX_ITEMS = 5_000
"""Of a list or a mapping, with all that is in it."""

MAX_UNKNOWN = 5
MAX_SHOWN_INPUT = 60
MAX_SENTENCES = 12


def refuse_too_much(tool_name: str, parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    """Raises InvalidArgumentError for more than a call may bring, before anything is done whose work grows with it."""
    known: dict[str, Any] = parameters.get("properties", {})
    unknown = [name for name in arguments if name not in known]
    if len(unknown) > MAX_UNKNOWN:
        named = ", ".join(f"`{visible(one[:MAX_SHOWN_INPUT])}`" for one in unknown[:MAX_UNKNOWN])
        raise InvalidArgumentError(
            f"{tool_name}: there are no arguments {named} and {len(unknown) - MAX_UNKNOWN:,} more.",
            f"It takes: {', '.join(known)}.",
        )
    for name, value in arguments.items():
        most = MAX_LISTED if name in _LISTS else MAX_TEXT
        what = ""
        if isinstance(value, str) and len(value) > most:
            what = f"has {len(value):,} characters; it takes {most:,}"
        elif isinstance(value, list | dict) and any(count > MAX_ITEMS for count in _counting(cast(object, value))):
            what = f"has more than {MAX_ITEMS:,} items"
        if what:
            raise InvalidArgumentError(f"{tool_name}: `{name[:MAX_SHOWN_INPUT]}` {what}.", "Make several calls of it.")


def _counting(value: object) -> Iterator[int]:
    """Counts what is in a list or a mapping, at any depth, one by one."""
    pending, count = [value], 0
    while pending:
        one = pending.pop()
        inner = cast("dict[str, object]", one).values() if isinstance(one, dict) else cast("list[object]", one)
        for child in inner:
            count += 1
            yield count
            if isinstance(child, list | dict):
                pending.append(cast(object, child))


def explain_arguments(tool_name: str, parameters: Mapping[str, Any], error: ValidationError) -> str:
    """One sentence for each wrong argument, without pydantic's own text."""
    properties: dict[str, Any] = parameters.get("properties", {})
    details = {_argument(detail): detail for detail in reversed(error.errors())}
    sentences = [_explain(argument, detail, properties) for argument, detail in reversed(details.items())]
    if any(detail["type"] == "extra_forbidden" for detail in details.values()):
        sentences.append(f"It takes: {', '.join(properties)}.")
    return f"{tool_name}: {' '.join(sentences[:MAX_SENTENCES])}"


def _argument(detail: ErrorDetails) -> str:
    return str(detail["loc"][0]) if detail["loc"] else "arguments"


def _explain(argument: str, detail: ErrorDetails, properties: dict[str, Any]) -> str:
    if detail["type"] == "extra_forbidden":
        close = get_close_matches(argument[:MAX_SHOWN_INPUT], properties, n=1)
        did_you_mean = f" Did you mean `{close[0]}`?" if close else ""
        return f"There is no argument `{visible(argument[:MAX_SHOWN_INPUT])}`.{did_you_mean}"
    wanted = _WRITTEN_AS.get(argument) or takes(properties.get(argument, {}))
    wanted += _such_as(argument)
    if detail["type"] == "missing":
        return f"`{argument}` is required: {wanted}."
    return f"`{argument}` takes {wanted}; got {_shown(detail['input'])}."


def _such_as(argument: str) -> str:
    return f", such as {compact(_EXAMPLES[argument])}" if argument in _EXAMPLES else ""


_EXAMPLES: dict[str, object] = {
    "experiment": "support-assistant",
    "filter": "trace.status = 'ERROR' AND tag.environment = 'production'",
    "name": "answer_question",
    "text": "connection refused",
    "since": "24h",
    "until": "2026-01-31T18:00:00Z",
    "min_duration_ms": 5000,
    "max_duration_ms": 5000,
    "tags": "environment=production",
    "metadata": "release=1.4",
    "feedback": "correctness=no",
    "expectation": {"answer": "Yes, till 8"},
    "prompt": "greeting/3",
    "order_by": "slowest",
    "limit": 20,
    "trace_id": "tr-0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "span_ids": "0a1b2c3d4e5f6071",
    "path": "inputs.messages[0].content",
    "offset": 2000,
    "find": "timeout|refused",
    "max_chars": 8000,
}


_WRITTEN_AS = {
    "span_ids": "ids joined by commas, or a list of them",
    **dict.fromkeys(
        ("tags", "metadata", "feedback", "expectation"),
        "name=value, joined by commas, or an object of names and values",
    ),
}
"""What is listed as text and takes more than that."""


def takes(schema: Mapping[str, Any]) -> str:
    """What an argument takes, read from its own schema: `an integer from 1 to 100`."""
    if "enum" in schema:
        return "one of " + ", ".join(map(compact, schema["enum"]))
    kind = schema.get("type", "a value")
    names = {"string": "text", "integer": "an integer", "boolean": "true or false", "number": "a number"}
    return names.get(kind, str(kind)) + _range(schema)


def _range(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" of at least {low}" if low is not None else ""


def _shown(value: object) -> str:
    text = visible(compact(value))
    return text if len(text) <= MAX_SHOWN_INPUT else text[:MAX_SHOWN_INPUT] + "…"
