"""The tools we offer, each with its lean schemas."""

from collections.abc import Callable
from typing import Any, cast

from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
from mcp.types import AudioContent, CallToolResult, ContentBlock, ImageContent, TextContent, ToolAnnotations

from mcp_traces.results import GetTraceResult, Result
from mcp_traces.shaping.cleaning import masked_in
from mcp_traces.shaping.text import compact, without_lone_surrogates
from mcp_traces.tools import (
    compare_traces,
    describe_filter_syntax,
    get_trace,
    query_traces,
    search_traces,
    summarize_traces,
)
from mcp_traces.tools.params import without_empty_parts

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

_EMPTY: list[Any] = [None, "", [], {}]

_INFERRED: list[tuple[str, Any]] = [
    ("default", None),
    ("default", 0),
    ("default", []),
    ("default", {}),
    ("additionalProperties", True),
    ("additionalProperties", False),
]
"""`additionalProperties` false would tell nobody anything, since unknown arguments are refused by name; google-genai
fails on it (googleapis/python-genai#2393)."""


def build_tools() -> list[Tool]:
    """In the order in which an agent uses them."""
    return [
        _tool(search_traces.search_traces, search_traces.TITLE),
        _tool(get_trace.get_trace, get_trace.TITLE),
        _tool(summarize_traces.summarize_traces, summarize_traces.TITLE),
        _tool(query_traces.query_traces, query_traces.TITLE),
        _tool(compare_traces.compare_traces, compare_traces.TITLE),
        _tool(describe_filter_syntax.describe_filter_syntax, describe_filter_syntax.TITLE),
    ]


class LeanMetadata(FuncMetadata):
    """Arguments as they were given, results alike in both channels."""

    text_arguments: frozenset[str]
    optional: frozenset[str]

    def pre_parse_json(self, data: dict[str, Any]) -> dict[str, Any]:
        """Takes text as text.

        The SDK parses any string that is JSON, since some clients send lists and objects so; a search for the words
        `{"order": 5}` would become one for an object.

        Leaves out the optional arguments that say nothing: several clients fill in every argument, with null or "".
        """
        read = super().pre_parse_json(data) | {name: data[name] for name in self.text_arguments & data.keys()}
        given = {name: without_empty_parts(value) for name, value in read.items()}
        return {name: value for name, value in given.items() if value not in _EMPTY or name not in self.optional}

    def convert_result(self, result: Any) -> CallToolResult:
        """The same compact facts as text and as structure: clients differ on which of them the model reads.

        A picture is a block of its own behind them.
        """
        structured, text = _told(cast("Result", result))
        picture = result.picture if isinstance(result, GetTraceResult) else None
        blocks: list[ContentBlock] = [TextContent(text=text)]
        if picture is not None:
            content = AudioContent if picture.mime_type.startswith("audio/") else ImageContent
            blocks.append(content(data=picture.data, mime_type=picture.mime_type))
        return CallToolResult(content=blocks, structured_content=structured)


def text_of(result: Result) -> str:
    """The result as it is told: compact JSON."""
    return _told(result)[1]


def _told(result: Result) -> tuple[Any, str]:
    """The result as structure, and as compact JSON."""
    plain = without_lone_surrogates(result.model_dump(mode="json"))
    text = compact(plain)
    if masked := masked_in(text):
        plain |= {"masked": masked}
        text = compact(plain)
    return plain, text


def _tool(function: Callable[..., Any], title: str) -> Tool:
    tool = Tool.from_function(function, title=title, annotations=READ_ONLY)
    metadata = tool.fn_metadata
    # The SDK ignores arguments it does not know; a misspelt condition would then widen the search in silence.
    metadata.arg_model.model_config["extra"] = "forbid"
    metadata.arg_model.model_rebuild(force=True)
    tool.parameters = lean_schema(metadata.arg_model.model_json_schema())
    tool.fn_metadata = LeanMetadata(
        arg_model=metadata.arg_model,
        output_schema=lean_schema(metadata.output_schema or {}),
        output_model=metadata.output_model,
        text_arguments=frozenset(
            name
            for name, schema in tool.parameters["properties"].items()
            if schema.get("type") == "string" and "enum" not in schema
        ),
        optional=frozenset(tool.parameters["properties"]).difference(tool.parameters.get("required", ())),
    )
    # One paragraph a line: indentation and line ends of the source say nothing to a model.
    tool.description = "\n\n".join(" ".join(part.split()) for part in tool.description.split("\n\n"))
    return tool


def lean_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without what a reader infers: titles, and null as the default of what may be left out.

    Titles alone are a fifth of `tools/list`. Null is still taken for every optional argument.
    """
    lean: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "title" or (key, value) in _INFERRED:
            continue
        if key in ("properties", "$defs"):
            lean[key] = {name: lean_schema(child) for name, child in value.items()}
        elif key == "anyOf":
            lean |= _lean_choice(value)
        elif isinstance(value, dict):
            lean[key] = lean_schema(cast("dict[str, Any]", value))
        else:
            lean[key] = value
    return lean


def _lean_choice(choices: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [lean_schema(choice) for choice in choices if choice != {"type": "null"}]
    return kept[0] if len(kept) == 1 else {"anyOf": kept}
