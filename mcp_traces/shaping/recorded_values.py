"""Where tracers record models, providers and tools, and how MLflow records prompts and runs."""

from collections.abc import Hashable, Iterable
from typing import cast

from mcp_traces.records import Json, Span, decode_json
from mcp_traces.shaping.groups import Values
from mcp_traces.shaping.text import as_text

MODEL_KEYS = (
    "mlflow.llm.model",
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "embedding.model_name",
    "ai.model.id",
    "model_name",
    "model",
)
PROVIDER_KEYS = ("mlflow.llm.provider", "gen_ai.provider.name", "gen_ai.system", "llm.provider", "ai.model.provider")
TOOL_KEYS = ("gen_ai.tool.name", "tool.name", "ai.toolCall.name", "traceloop.entity.name", "mcp.tool.name")
"""Attributes in which MLflow and other tracers record it: OpenTelemetry's conventions, OpenInference, Vercel,
OpenLLMetry."""


def first_of(span: Span, keys: Iterable[str]) -> str | None:
    return next((as_text(value) for key in keys if (value := span.attributes.get(key))), None)


def model_of(span: Span) -> str | None:
    """The model that was called, as the provider answered it or as it was asked for."""
    return first_of(span, MODEL_KEYS)


def linked_prompts(stored: Hashable) -> Values:
    """`name/version` of each linked prompt."""
    linked = decode_json(stored)
    if not isinstance(linked, list) or not linked:
        return (None,)
    prompts = [cast("dict[str, Json]", one) for one in cast("list[Json]", linked) if isinstance(one, dict)]
    return tuple(dict.fromkeys(f"{one.get('name')}/{one.get('version')}" for one in prompts)) or (None,)


def run_ids(stored: Hashable) -> Values:
    """The ids that a scan joined: a trace is in each of its runs."""
    return tuple(dict.fromkeys(filter(None, str(stored or "").split(",")))) or (None,)
