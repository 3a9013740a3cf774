"""Conversations that are made up, and rendered as the spans of LLM calls in the formats of several libraries."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from mcp_traces.records import Json, Span
from tests.builders import make_span

WORDS = ("yes", "no", "go on", "yes\n", "what?")
"""What people say again and again."""

RESULTS = ("[]", "ok", '{"status": "shipped"}')


@dataclass(frozen=True)
class Said:
    """One message; `calls` are (id, name, arguments), `answers` is the call that a tool's result is for."""

    role: str
    text: str = ""
    calls: tuple[tuple[str, str, Json], ...] = ()
    answers: tuple[str, str] | None = None


@dataclass(frozen=True)
class Call:
    """One LLM call: the messages it was sent, those of them that are new, and what it answered; None when it failed."""

    sent: tuple[Said, ...]
    new: tuple[Said, ...]
    answer: Said | None


@dataclass
class Thread:
    """One agent's conversation, of which it sends the last `window` messages; `fresh` are those not sent so far."""

    system: Said | None
    window: int
    said: list[Said] = field(default_factory=list)
    fresh: list[Said] = field(default_factory=list)

    def say(self, one: Said) -> None:
        self.said.append(one)
        self.fresh.append(one)

    def call(self, answer: Said | None) -> Call:
        sent = [*([self.system] if self.system else []), *self.said[-self.window :]]
        new = [one for one in sent if any(one is fresh for fresh in self.fresh)]
        self.fresh = []
        self.said += [answer] if answer else []
        return Call(tuple(sent), tuple(new), answer)

    def summarize(self, text: str, keep: int) -> None:
        """Put a summary in place of all but the last messages."""
        summary = Said("user", text)
        self.said = [summary, *self.said[-keep:]]
        self.fresh.insert(0, summary)


@st.composite
def conversations(draw: st.DrawFn) -> list[Call]:
    """The calls of one to three agents in the order they were made; each message is new in exactly one of them.

    Agents are told apart by what they are asked first, or by instructions of their own. Only these may forget what was
    said: of others that did nobody could tell whose history is left.
    """
    apart = draw(st.booleans())
    threads = _threads(draw, window=draw(st.sampled_from([4, 7, 1_000])) if apart else 1_000, apart=apart)
    calls: list[Call] = []
    for step in range(draw(st.integers(1, 16))):
        thread = draw(st.sampled_from(threads))
        calls.append(thread.call(_answer(draw, thread, step)))
        if calls[-1].answer is not None:
            _go_on(draw, thread)
        for other in threads:
            # Instructions that several share are new once.
            other.fresh = [one for one in other.fresh if one is not thread.system]
        if apart and calls[-1].answer is not None and draw(st.integers(0, 5)) == 0:
            thread.summarize(f"Summary {step}.", keep=4)
    return calls


def _threads(draw: st.DrawFn, *, window: int, apart: bool) -> list[Thread]:
    shared = Said("system", "You are one of several.") if draw(st.booleans()) else None
    threads: list[Thread] = []
    for number in range(draw(st.integers(1, 3))):
        own = Said("system", f"You are agent {number}.") if apart else draw(st.sampled_from([shared, None]))
        threads.append(Thread(own, window))
        threads[-1].say(Said("user", f"Question {number}: {draw(st.sampled_from(WORDS))}"))
        threads[-1].fresh += [own] if own else []
    return threads


def _answer(draw: st.DrawFn, thread: Thread, step: int) -> Said | None:
    """Ids of calls begin anew in each thread, as those of some libraries do."""
    kind = draw(st.integers(0, 7))
    if kind == 0:
        return None
    if kind <= 3:
        ids = (f"call_{len(thread.said)}_{number}" for number in range(draw(st.integers(1, 2))))
        return Said(
            "assistant", calls=tuple((one, draw(st.sampled_from(["lookup", "search"])), {"n": step}) for one in ids)
        )
    return Said("assistant", draw(st.sampled_from(["ok", "Done.", f"Answer {step}."])))


def _go_on(draw: st.DrawFn, thread: Thread) -> None:
    """What is said before the next call: the tools' results, else the user's words."""
    last = thread.said[-1]
    for call_id, name, _ in last.calls:
        thread.say(Said("tool", draw(st.sampled_from(RESULTS)), answers=(call_id, name)))
    if not last.calls:
        thread.say(Said("user", draw(st.sampled_from(WORDS))))


def spans_of(calls: Sequence[Call], render: "Render") -> list[Span]:
    root = make_span("agent", span_type="AGENT", span_id="root", inputs={"question": "?"}, outputs="!")
    return [
        root,
        *(
            make_span("chat", root, span_type="CHAT_MODEL", start_ms=index, span_id=f"call{index}", **render(call))
            for index, call in enumerate(calls, start=1)
        ),
    ]


Render = Callable[[Call], dict[str, Any]]


def _openai(one: Said) -> Json:
    message: dict[str, Json] = {"role": one.role, "content": one.text or None}
    if one.calls:
        message["tool_calls"] = [
            {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for call_id, name, arguments in one.calls
        ]
    return {**message, "tool_call_id": one.answers[0]} if one.answers else message


def openai(call: Call) -> dict[str, Any]:
    inputs = {"messages": [_openai(one) for one in call.sent]}
    answer = call.answer and {"choices": [{"message": {**_openai(call.answer), "refusal": None, "annotations": []}}]}
    return {"inputs": inputs, "outputs": answer}


def _items(one: Said) -> list[Json]:
    if one.answers:
        return [{"type": "function_call_output", "call_id": one.answers[0], "output": one.text}]
    if one.calls:
        return [
            {"type": "function_call", "call_id": call_id, "name": name, "arguments": json.dumps(arguments)}
            for call_id, name, arguments in one.calls
        ]
    kind = "output_text" if one.role == "assistant" else "input_text"
    return [{"type": "message", "role": one.role, "content": [{"type": kind, "text": one.text}]}]


def responses(call: Call) -> dict[str, Any]:
    items = [item for one in call.sent if one.role != "system" for item in _items(one)]
    instructions = next((one.text for one in call.sent if one.role == "system"), None)
    return {
        "inputs": {"instructions": instructions, "input": items},
        "outputs": call.answer and {"output": _items(call.answer)},
    }


def _blocks(one: Said) -> list[Json]:
    if one.answers:
        return [{"type": "tool_result", "tool_use_id": one.answers[0], "content": one.text}]
    words = [{"type": "text", "text": one.text}] if one.text else []
    return [
        *words,
        *({"type": "tool_use", "id": call_id, "name": name, "input": given} for call_id, name, given in one.calls),
    ]


def _grouped(sent: Sequence[Said], blocks: Callable[[Said], list[Json]], key: str, model: str) -> list[Json]:
    """Messages of user and model in turn: the results of several tools are one message of the user."""
    messages: list[Any] = []
    for index, one in enumerate(sent):
        if one.role == "tool" and index and sent[index - 1].role == "tool":
            messages[-1][key] += blocks(one)
        elif one.role != "system":
            messages.append({"role": model if one.role == "assistant" else "user", key: blocks(one)})
    return messages


def anthropic(call: Call) -> dict[str, Any]:
    instructions = [{"type": "text", "text": one.text} for one in call.sent if one.role == "system"]
    messages = _grouped(call.sent, _blocks, "content", "assistant")
    answer = call.answer and {"type": "message", "role": "assistant", "content": _blocks(call.answer)}
    return {"inputs": {"system": instructions, "messages": messages}, "outputs": answer}


def _parts(one: Said) -> list[Json]:
    if one.answers:
        return [{"function_response": {"name": one.answers[1], "response": {"result": one.text}}, "text": None}]
    words = [{"text": one.text, "function_call": None}] if one.text else []
    return [*words, *({"text": None, "function_call": {"name": name, "args": given}} for _, name, given in one.calls)]


def gemini(call: Call) -> dict[str, Any]:
    instructions = next((one.text for one in call.sent if one.role == "system"), None)
    contents = _grouped(call.sent, _parts, "parts", "model")
    answer = call.answer and {"candidates": [{"content": {"role": "model", "parts": _parts(call.answer)}, "index": 0}]}
    return {"inputs": {"contents": contents, "config": {"system_instruction": instructions}}, "outputs": answer}


def _langchain(one: Said) -> Json:
    kind = {"user": "human", "assistant": "ai"}.get(one.role, one.role)
    message: dict[str, Json] = {"type": kind, "content": one.text, "additional_kwargs": {}, "id": None}
    if one.role == "assistant":
        message["tool_calls"] = [
            {"name": name, "args": given, "id": call_id, "type": "tool_call"} for call_id, name, given in one.calls
        ]
    return {**message, "tool_call_id": one.answers[0], "name": one.answers[1]} if one.answers else message


def langchain(call: Call) -> dict[str, Any]:
    inputs = [[_langchain(one) for one in call.sent]]
    if call.answer is None:
        return {"inputs": inputs}
    answer = {"text": call.answer.text, "message": _langchain(call.answer), "type": "ChatGeneration"}
    return {"inputs": inputs, "outputs": {"generations": [[answer]]}}


def _genai(one: Said) -> Json:
    if one.answers:
        parts: list[Json] = [{"type": "tool_call_response", "id": one.answers[0], "response": one.text}]
    else:
        words = [{"type": "text", "content": one.text}] if one.text else []
        calls = (
            {"type": "tool_call", "id": call_id, "name": name, "arguments": given} for call_id, name, given in one.calls
        )
        parts = [*words, *calls]
    return {"role": one.role, "parts": parts}


def genai(call: Call) -> dict[str, Any]:
    """Only as attributes, one of them JSON text."""
    sent = [_genai(one) for one in call.sent]
    answer = {"gen_ai.output.messages": [_genai(call.answer)]} if call.answer else {}
    return {"attributes": {"gen_ai.input.messages": json.dumps(sent), **answer}}


def openllmetry(call: Call) -> dict[str, Any]:
    attributes: dict[str, Json] = {}
    answers = (call.answer,) if call.answer else ()
    for prefix, said in (("gen_ai.prompt", call.sent), ("gen_ai.completion", answers)):
        for index, one in enumerate(said):
            attributes[f"{prefix}.{index}.role"] = one.role
            attributes[f"{prefix}.{index}.content"] = one.text
            if one.answers:
                attributes[f"{prefix}.{index}.tool_call_id"] = one.answers[0]
            for number, (call_id, name, given) in enumerate(one.calls):
                at = f"{prefix}.{index}.tool_calls.{number}"
                attributes |= {f"{at}.id": call_id, f"{at}.name": name, f"{at}.arguments": json.dumps(given)}
    return {"attributes": attributes, "inputs": call.sent[0].text}


FORMATS: Mapping[str, Render] = {
    one.__name__: one for one in (openai, responses, anthropic, gemini, langchain, genai, openllmetry)
}
