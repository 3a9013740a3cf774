"""The listed schemas are such that each model's API takes them as they are; one test for each rule, with its source."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mcp_traces.tools.catalog import build_tools

TOOLS = {tool.name: tool for tool in build_tools()}


def schemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema and all inside it."""
    yield schema
    for child in schema.get("properties", {}).values():
        yield from schemas(child)
    if "items" in schema:
        yield from schemas(schema["items"])
    for keyword in ("anyOf", "oneOf", "allOf"):
        for child in schema.get(keyword, ()):
            yield from schemas(child)


INPUTS = [pytest.param(tool.parameters, id=name) for name, tool in TOOLS.items()]


@pytest.mark.parametrize("parameters", INPUTS)
def test_only_an_object_of_arguments_stands_at_the_top(parameters: dict[str, Any]) -> None:
    """OpenAI and Anthropic refuse a choice there ("input_schema does not support oneOf, allOf, or anyOf at the top
    level"), Bedrock wants `type: object` (ToolInputSchema)."""
    assert parameters["type"] == "object"
    assert not {"anyOf", "oneOf", "allOf", "not", "enum"} & parameters.keys()


@pytest.mark.parametrize("parameters", INPUTS)
def test_no_schema_forbids_other_properties(parameters: dict[str, Any]) -> None:
    """google-genai takes the value for a schema (googleapis/python-genai#2393)."""
    assert not [one for one in schemas(parameters) if "additionalProperties" in one]


@pytest.mark.parametrize("parameters", INPUTS)
def test_every_value_has_one_type(parameters: dict[str, Any]) -> None:
    """Gemini and Vertex know `type` as one word, not as a list (Schema in their API reference), and the Inspector shows
    a plain field for one type only."""
    assert [one for one in schemas(parameters) if not isinstance(one.get("type"), str)] == []


@pytest.mark.parametrize("parameters", INPUTS)
def test_only_texts_are_enumerated(parameters: dict[str, Any]) -> None:
    """Gemini: "enum: only allowed for STRING type"."""
    assert all(one["type"] == "string" and "" not in one["enum"] for one in schemas(parameters) if "enum" in one)


@pytest.mark.parametrize("parameters", INPUTS)
def test_every_argument_is_one_plain_value(parameters: dict[str, Any]) -> None:
    """Lists and mappings are listed as text. The Inspector shows them as JSON editors, Gemini refuses a mapping of any
    names ("properties: should be non-empty for OBJECT type"), and OpenAI's strict schemas cannot have one."""
    plain = {"string", "integer", "number", "boolean"}
    assert {one["type"] for one in parameters["properties"].values()} <= plain


@pytest.mark.parametrize("parameters", INPUTS)
def test_what_is_required_exists(parameters: dict[str, Any]) -> None:
    """Gemini: "required: property is not defined"."""
    assert set(parameters.get("required", ())) <= parameters["properties"].keys()


@pytest.mark.parametrize("parameters", INPUTS)
def test_no_schema_refers_to_another(parameters: dict[str, Any]) -> None:
    """Vertex and older Gemini clients do not follow `$ref`."""
    assert not [one for one in schemas(parameters) if one.keys() & {"$ref", "$defs", "definitions"}]


@pytest.mark.parametrize("parameters", INPUTS)
def test_only_keywords_that_all_know_are_used(parameters: dict[str, Any]) -> None:
    """The subset that Gemini's Schema has; it refuses unknown ones ("Unknown name")."""
    known = {"type", "description", "enum", "properties", "required", "minimum", "maximum", "default"}
    assert {key for one in schemas(parameters) for key in one} <= known


@pytest.mark.parametrize("parameters", INPUTS)
def test_argument_names_are_plain(parameters: dict[str, Any]) -> None:
    """Anthropic: "property keys should match ^[a-zA-Z0-9_.-]{1,64}$"."""
    assert all(re.fullmatch(r"[a-zA-Z0-9_.-]{1,64}", name) for name in parameters["properties"])


@pytest.mark.parametrize("name", TOOLS)
def test_every_output_says_its_type(name: str) -> None:
    """Clients may reject a schema without one, and the Inspector warns of it."""
    output = TOOLS[name].output_schema or {}
    listed = [one for whole in (output, *output.get("$defs", {}).values()) for one in schemas(whole)]
    assert [one for one in listed if not one.keys() & {"type", "anyOf", "$ref"}] == []


@pytest.mark.parametrize("name", TOOLS)
def test_tool_names_are_plain(name: str) -> None:
    """OpenAI, Anthropic and Bedrock: ^[a-zA-Z0-9_-]{1,64}$; Gemini begins with a letter or an underscore."""
    assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}", name)


@pytest.mark.parametrize("name", TOOLS)
def test_descriptions_are_short_enough(name: str) -> None:
    """OpenAI: "string too long. Expected a string with maximum length 1024"."""
    assert 0 < len(TOOLS[name].description) <= 1024
