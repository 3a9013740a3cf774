"""The steps sample traces are built from: chat completions, tools, retrievers, and agents whose history grows."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from mcp_traces.demo.plan import Event, Failure, Json, SpanPlan, usage

Message = dict[str, Json]

SYSTEM_PROMPT = (
    "You are the support assistant of an online shop. Answer from the documents and the order system only. "
    "If you are not sure, say so and offer to open a ticket."
)
USD_PER_TOKEN = {"gpt-4": (30e-6, 60e-6), "gpt-4o-mini": (0.15e-6, 0.6e-6), "claude-sonnet": (3e-6, 15e-6)}


def system(content: str = SYSTEM_PROMPT) -> Message:
    return {"role": "system", "content": content}


def user(content: Json) -> Message:
    return {"role": "user", "content": content}


def assistant(content: str) -> Message:
    return {"role": "assistant", "content": content}


def chat(
    messages: Sequence[Message],
    reply: Message,
    *,
    model: str = "gpt-4",
    own_ms: int = 1350,
    span_type: str = "CHAT_MODEL",
    name: str = "chat_completion",
    failure: Failure | None = None,
    events: tuple[Event, ...] = (),
) -> SpanPlan:
    """One call of a model in the shape of OpenAI's chat completions, with its tokens and their price."""
    inputs = {"model": model, "messages": list(messages), "temperature": 0.2}
    if failure is not None:
        attributes = {"mlflow.llm.model": model, "mlflow.llm.provider": "openai"}
        return SpanPlan(name, span_type, own_ms, inputs, attributes=attributes, failure=failure, events=events)
    tokens = usage(inputs["messages"], reply)
    return SpanPlan(
        name,
        span_type,
        own_ms,
        inputs,
        _completion(model, reply, tokens),
        _model_attributes(model, tokens),
        events=events,
    )


def _completion(model: str, reply: Message, tokens: Mapping[str, int]) -> Json:
    digest = hashlib.sha256(json.dumps(reply, sort_keys=True).encode()).hexdigest()
    counts = {"prompt_tokens": tokens["input_tokens"], "completion_tokens": tokens["output_tokens"]}
    finish_reason = "tool_calls" if reply.get("tool_calls") else "stop"
    return {
        "id": f"chatcmpl-{digest[:24]}",
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "message": reply, "finish_reason": finish_reason}],
        "usage": counts | {"total_tokens": tokens["total_tokens"]},
    }


def _model_attributes(model: str, tokens: Mapping[str, int]) -> dict[str, Json]:
    input_price, output_price = USD_PER_TOKEN[model]
    input_cost = round(tokens["input_tokens"] * input_price, 8)
    output_cost = round(tokens["output_tokens"] * output_price, 8)
    return {
        "mlflow.llm.model": model,
        "mlflow.llm.provider": "openai",
        "mlflow.message.format": "openai",
        "mlflow.chat.tokenUsage": dict(tokens),
        "mlflow.llm.cost": {
            "input_cost": input_cost,
            "output_cost": output_cost,
            "total_cost": round(input_cost + output_cost, 8),
        },
    }


def tool(
    name: str,
    arguments: Mapping[str, Json],
    result: Json = None,
    *,
    own_ms: int = 120,
    failure: Failure | None = None,
    children: tuple[SpanPlan, ...] = (),
    attributes: Mapping[str, Json] | None = None,
) -> SpanPlan:
    return SpanPlan(name, "TOOL", own_ms, dict(arguments), result, attributes or {}, children=children, failure=failure)


def retriever(query: str, *passages: tuple[str, str], own_ms: int = 210) -> SpanPlan:
    """A search in the help articles; a passage is (where it stands, its text)."""
    documents = [
        {"page_content": text, "metadata": {"doc_uri": uri, "score": round(0.93 - 0.07 * rank, 2)}, "id": f"doc-{rank}"}
        for rank, (uri, text) in enumerate(passages)
    ]
    return SpanPlan("search_help_articles", "RETRIEVER", own_ms, {"query": query, "k": 4}, documents)


def agent(
    question: str,
    actions: Sequence[SpanPlan],
    answer: str,
    *,
    name: str = "support_agent",
    history: Sequence[Message] = (),
    model: str = "gpt-4",
    own_ms: int = 30,
    chat_ms: int = 1350,
    failure: Failure | None = None,
) -> SpanPlan:
    """An agent's loop: before each action and for the answer it sends the model all that was said so far.

    One that fails ends after its last action.
    """
    messages: list[Message] = [system(), *history, user(question)]
    steps: list[SpanPlan] = []
    for number, action in enumerate(actions):
        call = _tool_call(number, action)
        steps += [chat(messages, call, model=model, own_ms=chat_ms), action]
        messages += [call, _tool_result(number, action)]
    if failure is None:
        steps.append(chat(messages, assistant(answer), model=model, own_ms=chat_ms))
    inputs = {"messages": [*history, user(question)]}
    outputs = None if failure else {"choices": [{"index": 0, "message": assistant(answer), "finish_reason": "stop"}]}
    return SpanPlan(name, "AGENT", own_ms, inputs, outputs, children=tuple(steps), failure=failure)


def _tool_call(number: int, action: SpanPlan) -> Message:
    function = {"name": action.name, "arguments": json.dumps(action.inputs, ensure_ascii=False)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}],
    }


def _tool_result(number: int, action: SpanPlan) -> Message:
    failed = action.failure
    content = f"{failed.type}: {failed.message}" if failed else json.dumps(action.outputs, ensure_ascii=False)
    return {"role": "tool", "tool_call_id": f"call_{number}", "content": content}
