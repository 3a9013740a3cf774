"""Messages of a span wherever it carries them: its values, the attributes and events of OpenTelemetry, bare text."""

import json
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.records import Json, Span, SpanEvent
from mcp_traces.shaping import messages as reader
from mcp_traces.shaping.conversation import conversation
from mcp_traces.shaping.messages import read_messages
from mcp_traces.shaping.span_tree import build_tree
from tests.builders import make_span
from tests.shaping.chats import chat, rows, said, system, texts, user

CALL = {"id": "c1", "name": "lookup", "arguments": '{"id": "A"}'}
OPENLLMETRY = {
    "gen_ai.prompt.0.role": "system",
    "gen_ai.prompt.0.content": "Be brief.",
    "gen_ai.prompt.1.role": "user",
    "gen_ai.prompt.1.content": '[{"type": "text", "text": "Where?"}]',
    "gen_ai.completion.0.role": "assistant",
    "gen_ai.completion.0.content": "",
    **{f"gen_ai.completion.0.tool_calls.0.{key}": value for key, value in CALL.items()},
}
OPENINFERENCE = {
    "llm.input_messages.0.message.role": "user",
    "llm.input_messages.0.message.contents.0.message_content.type": "text",
    "llm.input_messages.0.message.contents.0.message_content.text": "Where?",
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c1",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "lookup",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": {"id": "A"},
}
GENAI = {
    "gen_ai.system_instructions": [{"type": "text", "content": "Be brief."}],
    "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Where?"}]}]),
    "gen_ai.output.messages": [{"role": "assistant", "parts": [{"type": "text", "content": "Here."}]}],
}
LOOKUP = '[lookup({"id": "A"})]'


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"attributes": OPENLLMETRY, "inputs": "Be brief.", "span_type": "UNKNOWN"},
            [
                ("system", "Be brief.", 'attributes["gen_ai.prompt.0.content"]'),
                ("user", "Where?", 'attributes["gen_ai.prompt.1.content"]'),
                ("assistant", LOOKUP, 'attributes["gen_ai.completion.0.tool_calls.0.arguments"]'),
            ],
        ),
        (
            {"attributes": OPENINFERENCE},
            [
                ("user", "Where?", 'attributes["llm.input_messages.0.message.contents.0.message_content.text"]'),
                (
                    "assistant",
                    LOOKUP,
                    'attributes["llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments"]',
                ),
            ],
        ),
        (
            {"attributes": GENAI},
            [
                ("system", "Be brief.", 'attributes["gen_ai.system_instructions"]'),
                ("user", "Where?", 'attributes["gen_ai.input.messages"]'),
                ("assistant", "Here.", 'attributes["gen_ai.output.messages"][0]'),
            ],
        ),
        (
            {"attributes": {"mlflow.chat.messages": [user("Where?"), said("Here.")]}, "inputs": {"x": {"y": 1}}},
            [
                ("user", "Where?", 'attributes["mlflow.chat.messages"][0]'),
                ("assistant", "Here.", 'attributes["mlflow.chat.messages"][1]'),
            ],
        ),
        (
            {"attributes": {"instructions": "Be brief."}, "inputs": [user("Where?")], "outputs": [said("Here.")]},
            [
                ("system", "Be brief.", "attributes.instructions"),
                ("user", "Where?", "inputs[0]"),
                ("assistant", "Here.", "outputs[0]"),
            ],
        ),
        (
            {
                "events": (
                    SpanEvent("gen_ai.user.message", 0, {"content": '[{"text": "Where?"}]'}),
                    SpanEvent("gen_ai.choice", 0, {"message": '[{"text": "Here."}]', "finish_reason": "end_turn"}),
                )
            },
            [("user", "Where?", "events[0].attributes"), ("assistant", "Here.", "events[1].attributes")],
        ),
        (
            {"inputs": {"prompt": "Where?"}, "outputs": "Here."},
            [("user", "Where?", "inputs.prompt"), ("assistant", "Here.", "outputs")],
        ),
        (
            {
                "inputs": {"prompt": "Where?"},
                "outputs": ["He", "re."],
                "events": (SpanEvent("mlflow.chunk.item.0", 0),),
            },
            [("user", "Where?", "inputs.prompt"), ("assistant", "Here.", "outputs")],
        ),
        (
            {"inputs": {"prompt": "Where?"}, "outputs": ["Here.", "There."]},
            [
                ("user", "Where?", "inputs.prompt"),
                ("assistant", "Here.", "outputs[0]"),
                ("assistant", "There.", "outputs[1]"),
            ],
        ),
        (
            {"inputs": "Where?", "outputs": "Here.", "span_type": "AGENT"},
            [("user", "Where?", "inputs"), ("assistant", "Here.", "outputs")],
        ),
        ({"inputs": "Where?", "outputs": "Here.", "span_type": "CHAIN"}, []),
    ],
    ids=[
        *(
            "OpenLLMetry",
            "OpenInference",
            "GenAI conventions",
            "MLflow before 3.0",
            "OpenAI Agents",
            "events",
            "prompt",
        ),
        *("streamed text", "two answers", "agent", "chain"),
    ],
)
def test_a_span_carries_messages_in_many_places(fields: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    """Each with the path that opens it."""
    span = make_span("chat", **{"span_type": "LLM", **fields})

    assert [(role, text, path) for role, text, _, path in rows([span])] == expected


def test_bare_text_of_a_span_around_others_is_no_message() -> None:
    """DSPy's Predict is a span of type LLM around the prompt that it writes."""
    around = make_span("predict", span_type="LLM", inputs={"question": "Where?"}, outputs={"answer": "Here."})
    call = chat([system(), user("Question: Where?")], said("answer: Here."), at=1, parent=around)

    assert {span_id for _, span_id in texts([around, call])} == {"chat1"}


def test_a_message_that_calls_repeat_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand calls of two hundred messages each are a second's work only so."""
    read: list[Json] = []

    def reading(raw: Json, role: str) -> Any:
        read.append(raw)
        return read_messages(raw, role)

    monkeypatch.setattr(reader, "read_messages", reading)
    history = [user(str(number)) for number in range(50)]
    spans = [chat(history[: number + 1], at=number) for number in range(50)]

    assert len(conversation(build_tree(spans)).messages) == 50
    assert len([raw for raw in read if raw in history]) == 50


STRANDS = {
    "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Where?"}]}]),
    "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": "Here."}]}]),
}


@pytest.mark.parametrize(
    ("name", "attributes", "paths"),
    [
        ("gen_ai.client.inference.operation.details", STRANDS, ("gen_ai.input.messages", "gen_ai.output.messages")),
        (
            "model.called",
            {
                "request_body": json.dumps({"messages": [{"role": "user", "content": "Where?"}]}),
                "response_body": json.dumps({"choices": [{"message": {"role": "assistant", "content": "Here."}}]}),
            },
            ("request_body", "response_body"),
        ),
    ],
    ids=["Strands", "bodies as JSON"],
)
@pytest.mark.parametrize("place", ["event", "attributes"])
def test_messages_under_any_name_are_found_by_what_they_look_like(
    name: str, attributes: dict[str, Json], paths: tuple[str, str], place: str
) -> None:
    """mlflow#23063: no table of names holds all that tracers write."""
    events = (SpanEvent("other", 1, {"n": 1}), SpanEvent(name, 1, attributes)) if place == "event" else ()
    one = make_span("call", events=events, attributes=attributes if place == "attributes" else None)

    prefix = "events[1].attributes" if place == "event" else "attributes"
    told = rows([one])

    assert [row[:2] for row in told] == [("user", "Where?"), ("assistant", "Here.")]
    for row, key in zip(told, paths, strict=True):
        assert row[-1].startswith((f'{prefix}["{key}"]', f"{prefix}.{key}"))


LAYOUTS = json.loads((Path(__file__).parent / "recorded" / "layouts.json").read_text(encoding="utf-8"))
"""How tracers lay out one and the same conversation; the facts are from the source of each."""

SHOWN = ["Be brief.", "Where?", LOOKUP, "Here.", "It is here."]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_of_tracers_and_frameworks_are_read(layout: str) -> None:
    """Each message is shown once, in order."""
    spans: list[Span] = []
    for at, recorded in enumerate(LAYOUTS[layout]):
        made = {"span_type": "LLM", **recorded}
        events = tuple(SpanEvent(one["name"], at, one["attributes"]) for one in made.pop("events", ()))
        spans.append(make_span("call", span_id=f"s{at}", start_ms=at, events=events, **made))

    assert [text for text, _ in texts(spans)] == SHOWN


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("user.login", {"message": "Login succeeded."}),
        ("tool.started", {"text": "Running the search."}),
        ("http.response", {"body": "<html></html>"}),
        ("exception", {"exception.message": "Timeout", "exception.type": "Error"}),
        ("log", {"type": "system", "message": "Started."}),
    ],
)
def test_other_events_are_no_messages(name: str, attributes: dict[str, Json]) -> None:
    """Applications record what happened in the same form."""
    assert rows([make_span("work", events=(SpanEvent(name, 1, attributes),))]) == []
