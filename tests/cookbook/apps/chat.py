"""A stand-in for a chat model: it says what it is told to, takes its time, and counts tokens as models do."""

import json
import time
from collections.abc import Sequence
from typing import Any

import mlflow
from mlflow.entities import SpanType

CHARS_PER_TOKEN = 4
USD_PER_TOKEN = 3e-6

Message = dict[str, Any]


def system(text: str) -> Message:
    return {"role": "system", "content": text}


def user(text: str) -> Message:
    return {"role": "user", "content": text}


def assistant(text: str) -> Message:
    return {"role": "assistant", "content": text}


def tool_call(number: int, name: str, **arguments: Any) -> Message:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"role": "assistant", "tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}]}


def tool_result(number: int, result: Any) -> Message:
    return {"role": "tool", "tool_call_id": f"call_{number}", "content": json.dumps(result)}


def chat(messages: Sequence[Message], reply: Message, *, seconds: float = 0.8, model: str = "model-small") -> Message:
    """`reply`, as if a model had given it."""
    with mlflow.start_span("chat", span_type=SpanType.CHAT_MODEL) as span:
        span.set_inputs({"model": model, "messages": list(messages)})
        time.sleep(seconds)
        asked, answered = _tokens(messages), _tokens(reply)
        tokens = {"input_tokens": asked, "output_tokens": answered, "total_tokens": asked + answered}
        span.set_attribute("mlflow.llm.model", model)
        span.set_attribute("mlflow.chat.tokenUsage", tokens)
        span.set_attribute("mlflow.llm.cost", {"total_cost": round((asked + answered) * USD_PER_TOKEN, 6)})
        span.set_outputs({"choices": [{"index": 0, "message": reply, "finish_reason": "stop"}]})
    return reply


def _tokens(value: Any) -> int:
    return max(1, len(json.dumps(value, ensure_ascii=False)) // CHARS_PER_TOKEN)
