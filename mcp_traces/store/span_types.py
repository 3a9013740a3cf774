"""The type of spans that no MLflow SDK recorded, from the attributes of other tracers, as MLflow derives it on reading.

MLflow's tables are in mlflow/tracing/otel/translation, tried in this order.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from mcp_traces.records import SPAN_TYPE_ATTRIBUTE, Json, decode_json

_OPERATION, _SPAN_TYPE = "gen_ai.operation.name", "span.type"
_CLAUDE_CODE = {"interaction": "AGENT", "llm_request": "LLM", "tool": "TOOL"}
_VOLTAGENT = {"agent": "AGENT", "llm": "LLM", "tool": "TOOL", "memory": "MEMORY"}
_GENAI = {
    "chat": "CHAT_MODEL",
    "create_agent": "AGENT",
    "embeddings": "EMBEDDING",
    "execute_tool": "TOOL",
    "generate_content": "LLM",
    "invoke_agent": "AGENT",
    "text_completion": "LLM",
    "response": "LLM",
}
_BY_ATTRIBUTE: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "openinference.span.kind",
        {
            kind: kind
            for kind in (
                "TOOL",
                "CHAIN",
                "LLM",
                "RETRIEVER",
                "EMBEDDING",
                "AGENT",
                "RERANKER",
                "UNKNOWN",
                "GUARDRAIL",
                "EVALUATOR",
            )
        },
    ),
    (_SPAN_TYPE, {name: kind for short, kind in _CLAUDE_CODE.items() for name in (short, f"claude_code.{short}")}),
    (_OPERATION, _GENAI),
    (
        "traceloop.span.kind",
        {"workflow": "WORKFLOW", "task": "TASK", "agent": "AGENT", "tool": "TOOL", "unknown": "UNKNOWN"},
    ),
    (
        "ai.operationId",
        {
            "ai.toolCall": "TOOL",
            **dict.fromkeys(("ai.embed", "ai.embed.doEmbed", "ai.embedMany"), "EMBEDDING"),
            **dict.fromkeys(
                (
                    "ai.generateText",
                    "ai.generateText.doGenerate",
                    "ai.streamText",
                    "ai.streamText.doStream",
                    "ai.generateObject",
                    "ai.generateObject.doGenerate",
                    "ai.streamObject",
                    "ai.streamObject.doStream",
                ),
                "LLM",
            ),
        },
    ),
    (_SPAN_TYPE, _VOLTAGENT),
    ("entity.type", _VOLTAGENT),
)
_AFTER_LIVEKIT: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "lmnr.span.type",
        {
            "LLM": "LLM",
            "TOOL": "TOOL",
            "DEFAULT": "CHAIN",
            "PIPELINE": "CHAIN",
            "EXECUTOR": "AGENT",
            "EVALUATOR": "EVALUATOR",
            "HUMAN_EVALUATOR": "EVALUATOR",
            "EVALUATION": "EVALUATOR",
            "CACHED": "LLM",
        },
    ),
    (
        "langfuse.observation.type",
        {
            "generation": "LLM",
            "embedding": "EMBEDDING",
            "tool": "TOOL",
            "retriever": "RETRIEVER",
            "agent": "AGENT",
            "chain": "CHAIN",
            "evaluator": "EVALUATOR",
            "guardrail": "GUARDRAIL",
            "span": "UNKNOWN",
        },
    ),
)
_GEMINI_CLI = {"llm_call": "LLM", "tool_call": "TOOL", "agent_call": "AGENT"}
_LIVEKIT_AGENT = ("lk.agent_name", "lk.instructions", "lk.generation_id")
_LIVEKIT_SPEECH = ("lk.user_transcript", "lk.transcript_confidence", "lk.transcription_delay", "lk.input_text")


def attributes_naming(span_type: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Attributes in the order in which they are looked at, and their values that mean this type; None for any value."""
    for key, types in _BY_ATTRIBUTE:
        yield key, tuple(kind for kind, named in types.items() if named == span_type)
    livekit = {"gen_ai.request.model": "LLM", "lk.retry_count": "LLM", **dict.fromkeys(_LIVEKIT_AGENT, "AGENT")}
    for key, named in livekit.items():
        yield key, None if named == span_type else ()
    for key, types in _AFTER_LIVEKIT:
        yield key, tuple(kind for kind, named in types.items() if named == span_type)


def with_span_type(raw: Json) -> Json:
    """The stored span, with the type that its attributes name if it has none."""
    attributes = raw.get("attributes")
    if not isinstance(attributes, dict):
        return raw
    known = cast("dict[str, Any]", attributes)
    if decode_json(known.get(SPAN_TYPE_ATTRIBUTE)) not in (None, "UNKNOWN"):
        return raw
    found = next(_types(known), None)
    return raw if found is None else raw | {"attributes": known | {SPAN_TYPE_ATTRIBUTE: f'"{found}"'}}


def _types(attributes: Mapping[str, Any]) -> Iterator[str]:
    """What each tracer's convention makes of the attributes."""
    if _decoded(attributes, "gen_ai.agent.name") == "gemini-cli":
        yield from _from_table(attributes, ((_OPERATION, _GEMINI_CLI),))
    yield from _from_table(attributes, _BY_ATTRIBUTE)
    yield from _from_livekit(attributes)
    yield from _from_table(attributes, _AFTER_LIVEKIT)


def _from_table(attributes: Mapping[str, Any], rows: tuple[tuple[str, Mapping[str, str]], ...]) -> Iterator[str]:
    for key, types in rows:
        kind = _decoded(attributes, key)
        if isinstance(kind, str) and kind in types:
            yield types[kind]


def _from_livekit(attributes: Mapping[str, Any]) -> Iterator[str]:
    if "gen_ai.request.model" in attributes:
        yield "LLM"
    operation = str(_decoded(attributes, _OPERATION)).lower()
    if operation in _GENAI:
        yield _GENAI[operation]
    for key in attributes:
        if key == "lk.retry_count":
            yield "LLM"
        elif key.startswith("lk.function_tool"):
            yield "TOOL"
        elif key in _LIVEKIT_AGENT:
            yield "AGENT"
        elif key.startswith("lk.tts") or key in _LIVEKIT_SPEECH:
            yield "UNKNOWN"


def _decoded(attributes: Mapping[str, Any], key: str) -> Json:
    return decode_json(attributes.get(key))
