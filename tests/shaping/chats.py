"""Chat messages and the spans of LLM calls in few words, and a conversation as rows to compare."""

import json
from collections.abc import Sequence
from typing import Any

from mcp_traces.records import Json, Span
from mcp_traces.shaping.conversation import conversation
from mcp_traces.shaping.paths import format_path
from mcp_traces.shaping.span_tree import build_tree
from tests.builders import make_span

Row = tuple[Any, ...]


def rows(spans: Sequence[Span]) -> list[Row]:
    """Who said what in which span: calls as `name(arguments)`, thoughts in brackets."""
    told: list[Row] = []
    for one in conversation(build_tree(spans)).messages:
        message = one.message
        thought = f"({message.reasoning.text}) " if message.reasoning else ""
        calls = "; ".join(f"{call.name}({json.dumps(call.arguments)})" for call in message.calls)
        said = thought + message.words.text + (f" [{calls}]" if calls else "")
        told.append((message.role, said.strip(), one.node.span.span_id, format_path((*one.place, *message.path))))
    return told


def chat(
    messages: Sequence[Json], answer: Json = None, *, at: float, parent: Span | None = None, **fields: Any
) -> Span:
    outputs = None if answer is None else {"choices": [{"index": 0, "message": answer}]}
    name = fields.pop("name", "chat")
    fields = {"span_type": "CHAT_MODEL", "inputs": {"messages": list(messages)}, "outputs": outputs, **fields}
    return make_span(name, parent, start_ms=at, span_id=f"{name}{at:g}", **fields)


def system(text: str = "Be brief.") -> Json:
    return {"role": "system", "content": text}


def user(text: str) -> Json:
    return {"role": "user", "content": text}


def said(text: str) -> Json:
    return {"role": "assistant", "content": text}


def calls(call_id: str, name: str = "lookup", **arguments: Json) -> Json:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": call_id, "type": "function", "function": function}],
    }


def result(call_id: str, text: str) -> Json:
    return {"role": "tool", "tool_call_id": call_id, "content": text}


def texts(spans: Sequence[Span]) -> list[tuple[str, str]]:
    """The words and the span of each message."""
    return [(said, span_id) for _, said, span_id, _ in rows(spans)]
