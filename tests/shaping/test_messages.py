"""A message says the same in whichever shape a library or MLflow's tracing recorded it."""

import json
import re
from typing import Any

import pytest

from mcp_traces.records import Json
from mcp_traces.shaping.messages import Message, MessageReader
from mcp_traces.shaping.paths import Path, format_path, resolve
from mcp_traces.shaping.span_messages import Finder, Side
from mcp_traces.shaping.text import as_text

CALL = {"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": '{"id": "A"}'}}
OPENAI = [
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "Where?"}]},
    {"role": "assistant", "content": None, "tool_calls": [CALL], "refusal": None, "audio": None},
    {"role": "tool", "tool_call_id": "c1", "content": "shipped"},
    {"role": "assistant", "content": "It is shipped."},
]
RESPONSES = [
    {"role": "user", "content": [{"type": "input_text", "text": "Where?"}]},
    {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "Look it up."}]},
    {"type": "function_call", "id": "fc", "call_id": "c1", "name": "lookup", "arguments": '{"id": "A"}'},
    {"type": "function_call_output", "call_id": "c1", "output": "shipped"},
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "It is shipped."}]},
]
ANTHROPIC = [
    {"role": "user", "content": "Where?"},
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Look it up.", "signature": "s"},
            {"type": "tool_use", "id": "c1", "name": "lookup", "input": {"id": "A"}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "shipped"}]},
            {"type": "text", "text": "And B?"},
        ],
    },
]
LANGCHAIN = [
    {"type": "system", "content": "Be brief.", "additional_kwargs": {}},
    {"type": "human", "content": "Where?", "additional_kwargs": {}, "example": False},
    {
        "type": "ai",
        "content": [{"type": "tool_use", "id": "c1", "name": "lookup", "input": {"id": "A"}}],
        "tool_calls": [{"name": "lookup", "args": {"id": "A"}, "id": "c1", "type": "tool_call"}],
    },
    {"type": "tool", "name": "lookup", "content": "shipped", "tool_call_id": "c1", "status": "success"},
    {"type": "AIMessageChunk", "content": "It is shipped."},
]
GEMINI = [
    {"role": "user", "parts": [{"text": "Where?", "function_call": None}]},
    {"role": "model", "parts": [{"text": None, "function_call": {"name": "lookup", "args": {"id": "A"}}}]},
    {"role": "tool", "parts": [{"function_response": {"name": "lookup", "response": {"status": "shipped"}}}]},
    {"role": "model", "parts": [{"text": "I think.", "thought": True}, {"text": "It is shipped.", "thought": None}]},
]
BEDROCK = [
    {"role": "user", "content": [{"text": "Where?"}]},
    {"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "lookup", "input": {"id": "A"}}}]},
    {"role": "user", "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "shipped"}]}}]},
]
GENAI = [
    {"role": "user", "parts": [{"type": "text", "content": "Where?"}]},
    {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "lookup", "arguments": {"id": "A"}}]},
    {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "shipped"}]},
]
VERCEL = [
    {"role": "user", "content": [{"type": "text", "text": "Where?"}]},
    {
        "role": "assistant",
        "content": [{"type": "tool-call", "toolCallId": "c1", "toolName": "lookup", "input": {"id": "A"}}],
    },
    {
        "role": "tool",
        "content": [
            {
                "type": "tool-result",
                "toolCallId": "c1",
                "toolName": "lookup",
                "output": {"type": "text", "value": "shipped"},
            }
        ],
    },
]
PYDANTIC_AI = [
    {
        "kind": "request",
        "parts": [
            {"part_kind": "system-prompt", "content": "Be brief."},
            {"part_kind": "user-prompt", "content": "Where?"},
        ],
    },
    {
        "kind": "response",
        "parts": [
            {"part_kind": "thinking", "content": "Look it up."},
            {"part_kind": "tool-call", "tool_name": "lookup", "args": '{"id": "A"}', "tool_call_id": "c1"},
        ],
    },
    {
        "kind": "request",
        "parts": [
            {"part_kind": "tool-return", "tool_name": "lookup", "content": {"status": "shipped"}, "tool_call_id": "c1"}
        ],
    },
]
AUTOGEN = [
    {"type": "SystemMessage", "content": "Be brief."},
    {"type": "UserMessage", "source": "user", "content": "Where?"},
    {
        "type": "AssistantMessage",
        "source": "assistant",
        "content": [{"id": "c1", "name": "lookup", "arguments": '{"id": "A"}'}],
    },
    {
        "type": "FunctionExecutionResultMessage",
        "content": [{"content": "shipped", "name": "lookup", "call_id": "c1", "is_error": False}],
    },
]
AGNO = [
    {"role": "user", "content": "Where?"},
    {"role": "tool", "content": ["x", "y"], "tool_calls": [{"tool_call_id": "c1", "tool_name": "a", "content": "x"}]},
]
LLAMA_INDEX = [{"role": "user", "additional_kwargs": {}, "blocks": [{"block_type": "text", "text": "Where?"}]}]
CONSTRUCTED = {
    "lc": 1,
    "type": "constructor",
    "id": ["langchain", "schema", "messages", "HumanMessage"],
    "kwargs": {"content": "Where?"},
}

BRIEF = ("system", "Be brief.")
WHERE = ("user", "Where?")
LOOKUP = ("assistant", "", [("c1", "lookup", {"id": "A"})])
SHIPPED = ("tool", "shipped", "c1")
ANSWER = ("assistant", "It is shipped.")
THOUGHT = ("assistant", "", "(Look it up.)")
THOUGHT_LOOKUP = ("assistant", "", "(Look it up.)", [("c1", "lookup", {"id": "A"})])

INPUTS: dict[str, tuple[Json, list[Any]]] = {
    "OpenAI": ({"messages": OPENAI}, [("developer", "Be brief."), WHERE, LOOKUP, SHIPPED, ANSWER]),
    "OpenAI Responses": (
        {"instructions": "Be brief.", "input": RESPONSES},
        [BRIEF, WHERE, THOUGHT, LOOKUP, SHIPPED, ANSWER],
    ),
    "OpenAI Agents, which record the list alone": (RESPONSES, [WHERE, THOUGHT, LOOKUP, SHIPPED, ANSWER]),
    "MLflow ResponsesAgent": ({"request": {"input": RESPONSES[:1], "context": None}}, [WHERE]),
    "MLflow ChatAgent": ({"messages": OPENAI[1:2], "context": None, "custom_inputs": None}, [WHERE]),
    "Anthropic": (
        {"system": [{"type": "text", "text": "Be brief."}], "messages": ANTHROPIC},
        [BRIEF, WHERE, THOUGHT_LOOKUP, SHIPPED, ("user", "And B?")],
    ),
    "LangChain": ({"messages": LANGCHAIN}, [BRIEF, WHERE, LOOKUP, (*SHIPPED, "lookup"), ANSWER]),
    "LangChain, a batch of two": ([[LANGCHAIN[1]], [LANGCHAIN[1]]], [WHERE, WHERE]),
    "LangChain's pairs": ({"messages": [["system", "Be brief."], ["human", "Where?"]]}, [BRIEF, WHERE]),
    "LangChain's serializer": ({"messages": [CONSTRUCTED]}, [WHERE]),
    "LangGraph state": (
        {"__type": "tool_call_with_context", "tool_call": CALL, "state": {"messages": LANGCHAIN[1:3]}},
        [WHERE, LOOKUP],
    ),
    "LangGraph command": ({"graph": None, "update": {"messages": LANGCHAIN[3:4]}}, [(*SHIPPED, "lookup")]),
    "Gemini": (
        {"contents": GEMINI, "config": {"system_instruction": {"parts": [{"text": "Be brief."}], "role": "user"}}},
        [
            BRIEF,
            WHERE,
            ("assistant", "", [(None, "lookup", {"id": "A"})]),
            ("tool", '{"status":"shipped"}', "lookup"),
            ("assistant", "It is shipped.", "(I think.)"),
        ],
    ),
    "Gemini, one text": ({"contents": "Where?"}, []),
    "Gemini, parts": (
        {"contents": ["Caption", {"inline_data": {"mime_type": "image/png", "data": "AAAA"}}]},
        [("user", "Caption\n[image image/png 3 bytes]")],
    ),
    "Bedrock": ({"system": [{"text": "Be brief."}], "messages": BEDROCK}, [BRIEF, WHERE, LOOKUP, SHIPPED]),
    "GenAI conventions": (GENAI, [WHERE, LOOKUP, SHIPPED]),
    "Vercel": ({"messages": VERCEL}, [WHERE, LOOKUP, (*SHIPPED, "lookup")]),
    "Pydantic AI": (
        {"messages": PYDANTIC_AI},
        [BRIEF, WHERE, THOUGHT_LOOKUP, ("tool", '{"status":"shipped"}', "c1", "lookup")],
    ),
    "Pydantic AI, instructions apart": (
        {"messages": [{"kind": "request", "instructions": "Be brief.", "parts": PYDANTIC_AI[0]["parts"][1:]}]},
        [BRIEF, WHERE],
    ),
    "OpenAI before tools": (
        {
            "messages": [
                {"role": "assistant", "id": "m1", "content": None, "function_call": CALL["function"]},
                {"role": "function", "name": "lookup", "content": "shipped"},
            ]
        },
        [("assistant", "", [(None, "lookup", {"id": "A"})]), ("tool", "shipped", "lookup")],
    ),
    "AutoGen": ({"messages": AUTOGEN}, [BRIEF, WHERE, LOOKUP, (*SHIPPED, "lookup")]),
    "Agno": ({"messages": AGNO}, [WHERE, ("tool", "x", "c1", "a")]),
    "LlamaIndex": ({"messages": LLAMA_INDEX}, [WHERE]),
    "a history and what is said now": ({"message": "Where?", "history": OPENAI[4:]}, [ANSWER, WHERE]),
    "JSON text": ({"messages": json.dumps(OPENAI[1:2])}, [WHERE]),
    "all of it JSON text": (json.dumps({"messages": OPENAI[1:2]}), [WHERE]),
    "junk among messages": (
        {"messages": [None, 5, OPENAI[1], [], {}, "Bare.", {"role": "user"}]},
        [WHERE, ("user", "Bare.")],
    ),
    "no messages": ({"question": "Where?", "documents": [{"content": "x"}], "tools": [{"name": "a", "input": {}}]}, []),
    "tags": ({"tags": ["a", "b"], "user": {"role": "admin", "name": "x"}}, []),
}

OUTPUTS: dict[str, tuple[Json, list[Any]]] = {
    "OpenAI": ({"choices": [{"index": 0, "message": OPENAI[4], "finish_reason": "stop"}]}, [ANSWER]),
    "OpenAI, two answers": ({"choices": [{"message": OPENAI[4]}, {"message": OPENAI[2]}]}, [ANSWER, LOOKUP]),
    "OpenAI completions": ({"choices": [{"text": "It is shipped.", "index": 0, "finish_reason": "stop"}]}, [ANSWER]),
    "OpenAI, spoken": (
        {"choices": [{"message": {"role": "assistant", "content": None, "audio": {"transcript": "It is shipped."}}}]},
        [ANSWER],
    ),
    "OpenAI, refused": (
        {"choices": [{"message": {"role": "assistant", "content": None, "refusal": "I cannot."}}]},
        [("assistant", "I cannot.")],
    ),
    "OpenAI Responses": ({"instructions": "x", "output": RESPONSES[1:3], "text": {"format": "x"}}, [THOUGHT, LOOKUP]),
    "Responses, other tools": (
        {"output": [{"type": "web_search_call", "id": "ws", "action": {"query": "lamp"}, "status": "completed"}]},
        [("assistant", "", [("ws", "web_search", {"query": "lamp"})])],
    ),
    "Responses, a tool of MCP": (
        {"output": [{"type": "mcp_call", "id": "m", "name": "ask", "arguments": "{}", "output": "yes"}]},
        [("assistant", "", [("m", "ask", {})]), ("tool", "yes", "m", "ask")],
    ),
    "DeepSeek": (
        {"choices": [{"message": {"role": "assistant", "content": "Yes.", "reasoning_content": "Hm."}}]},
        [("assistant", "Yes.", "(Hm.)")],
    ),
    "Anthropic": (
        {"id": "m", "type": "message", "role": "assistant", "content": ANTHROPIC[1]["content"], "usage": {}},
        [THOUGHT_LOOKUP],
    ),
    "Anthropic, redacted": (
        {
            "role": "assistant",
            "content": [{"type": "redacted_thinking", "data": "xyz"}, {"type": "text", "text": "Yes."}],
        },
        [("assistant", "Yes.", "([redacted])")],
    ),
    "LangChain": ({"generations": [[{"text": "It is shipped.", "message": LANGCHAIN[4]}]]}, [ANSWER]),
    "LangChain LLM": ({"generations": [[{"text": "It is shipped.", "generation_info": {}}]]}, [ANSWER]),
    "LangChain message": (LANGCHAIN[2], [LOOKUP]),
    "Gemini": ({"candidates": [{"content": GEMINI[3], "index": 0}]}, [("assistant", "It is shipped.", "(I think.)")]),
    "Google ADK": ({"content": GEMINI[3]}, [("assistant", "It is shipped.", "(I think.)")]),
    "Bedrock": ({"output": {"message": BEDROCK[1]}, "stopReason": "tool_use"}, [LOOKUP]),
    "Bedrock, invoked": (
        {"body": {"role": "assistant", "content": [{"type": "text", "text": "It is shipped."}]}},
        [ANSWER],
    ),
    "Strands": ([{"text": "It is shipped."}, BEDROCK[1]["content"][0]], [("assistant", "It is shipped.", LOOKUP[2])]),
    "Vercel": (
        {"text": "It is shipped.", "toolCalls": [{"toolCallId": "c1", "toolName": "lookup", "input": '{"id": "A"}'}]},
        [("assistant", "It is shipped.", LOOKUP[2])],
    ),
    "LlamaIndex": ({"message": {**LLAMA_INDEX[0], "role": "assistant"}, "raw": {}}, [("assistant", "Where?")]),
    "MLflow ChatAgent": ({"messages": [OPENAI[4]], "finish_reason": None}, [ANSWER]),
    "chunks of OpenAI": (
        [
            {"choices": [{"delta": {"role": "assistant", "content": "It is"}}]},
            {"choices": [{"delta": {"content": " shipped."}}]},
        ],
        [ANSWER],
    ),
    "chunks of OpenAI with a call": (
        [
            {"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "lookup"}}]}}]},
            {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": '{"id":'}}]}}]},
            {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": ' "A"}'}}]}}]},
            {"choices": [], "usage": {"total_tokens": 3}},
        ],
        [LOOKUP],
    ),
    "chunks of MLflow ChatAgent": (
        [{"delta": {"role": "assistant", "content": text, "id": "1"}} for text in ("It is", " shipped.")],
        [ANSWER],
    ),
    "events of OpenAI Responses": (
        [
            {"type": "response.output_text.delta", "delta": "It is", "item_id": "m"},
            {"type": "response.output_item.done", "item": RESPONSES[4]},
            {"type": "response.completed", "response": {"output": RESPONSES[4:]}},
        ],
        [ANSWER],
    ),
    "the last event of OpenAI Responses": (
        [{"type": "response.completed", "response": {"output": RESPONSES[4:]}}],
        [ANSWER],
    ),
    "events that were cut off": (
        [{"type": "response.output_text.delta", "delta": text, "item_id": "m"} for text in ("It is", " shipped.")],
        [ANSWER],
    ),
    "events of Anthropic": (
        [
            {"type": "message_start", "message": {}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "It is shipped."}},
        ],
        [ANSWER],
    ),
    "no message": ({"answer": "42", "sources": [{"title": "x"}]}, []),
    "a number": (5, []),
}


def told(message: Message) -> tuple[Any, ...]:
    thought = [f"({message.reasoning.text})"] if message.reasoning else []
    calls = [[(call.id, call.name, call.arguments) for call in message.calls]] if message.calls else []
    ids = [one for one in (message.call_id, message.tool_name) if one is not None]
    return (message.role, message.words.text, *thought, *calls, *ids)


def found(value: Json, side: Side) -> list[tuple[Path, Message]]:
    return [one for history in Finder(side, MessageReader()).histories(value, (side,)) for one in history]


@pytest.mark.parametrize(("value", "expected"), INPUTS.values(), ids=list(INPUTS))
def test_inputs_in_each_shape_say_the_same(value: Json, expected: list[Any]) -> None:
    """Roles in OpenAI's words, tools' results as messages of their own, thoughts apart from words."""
    assert [told(message) for _, message in found(value, "inputs")] == expected


@pytest.mark.parametrize(("value", "expected"), OUTPUTS.values(), ids=list(OUTPUTS))
def test_outputs_in_each_shape_say_the_same(value: Json, expected: list[Any]) -> None:
    """Whole answers, and answers in the pieces in which they were streamed."""
    assert [told(message) for _, message in found(value, "outputs")] == expected


@pytest.mark.parametrize(
    ("value", "side"),
    [*((value, "inputs") for value, _ in INPUTS.values()), *((value, "outputs") for value, _ in OUTPUTS.values())],
    ids=[*(f"inputs {name}" for name in INPUTS), *(f"outputs {name}" for name in OUTPUTS)],
)
def test_paths_lead_to_the_words(value: Json, side: Side) -> None:
    """To the text itself, or to what it was read from: parts, chunks, JSON text. An agent opens them there."""
    for place, message in found(value, side):
        for words in (message.words, *([message.reasoning] if message.reasoning else [])):
            there = as_text(resolve({side: value}, format_path((*place, *words.path))))
            assert all(word in there for word in re.findall(r"[A-Z]\w+", words.text))
        for call in message.calls:
            there = as_text(resolve({side: value}, format_path((*place, *call.path))))
            assert all(str(argument) in there for argument in call.arguments.values())


DATA = "iVBORw0KGgo=" * 1_000


@pytest.mark.parametrize(
    ("part", "mark"),
    [
        (
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{DATA}"}},
            "[image image/png 8,250 bytes]",
        ),
        ({"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}, "[image https://x.org/a.png]"),
        ({"type": "input_image", "image_url": f"data:image/jpeg;base64,{DATA}"}, "[image image/jpeg 8,250 bytes]"),
        ({"type": "input_image", "file_id": "file-123"}, "[image file-123]"),
        ({"type": "input_audio", "input_audio": {"data": DATA, "format": "wav"}}, "[audio wav 8,250 bytes]"),
        ({"type": "file", "file": {"filename": "a.pdf", "file_data": DATA}}, "[file a.pdf 8,250 bytes]"),
        (
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}},
            "[image image/png 8,250 bytes]",
        ),
        (
            {"type": "document", "title": "Rules", "source": {"media_type": "application/pdf", "data": DATA}},
            "[document Rules application/pdf 8,250 bytes]",
        ),
        (
            {
                "type": "image",
                "source": {"data": "mlflow-attachment://1-2?content_type=image%2Fpng&trace_id=tr-1&size=8"},
            },
            "[image image/png 8 bytes]",
        ),
        ({"inline_data": {"mime_type": "audio/mp3", "data": DATA}}, "[audio audio/mp3 8,250 bytes]"),
        ({"file_data": {"mime_type": "video/mp4", "file_uri": "gs://b/v.mp4"}}, "[video video/mp4 gs://b/v.mp4]"),
        ({"image": {"format": "png", "source": {"bytes": DATA}}}, "[image png 8,250 bytes]"),
        (
            {"type": "blob", "modality": "image", "mime_type": "image/png", "content": DATA},
            "[image image/png 8,250 bytes]",
        ),
        ({"type": "uri", "modality": "audio", "uri": "https://x.org/a.mp3"}, "[audio https://x.org/a.mp3]"),
        ({"type": "never_seen", "payload": DATA}, "[never_seen 12,034 chars]"),
        ({"type": "never_seen", "note": "short"}, '{"type":"never_seen","note":"short"}'),
        ({"type": "image"}, "[image]"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_is_no_text_is_a_short_mark(part: Json, mark: str) -> None:
    """Base64 tells a reader nothing; what it is, how large, or where it is, does."""
    ((_, message),) = found({"messages": [{"role": "user", "content": [part]}]}, "inputs")

    assert message.words.text == mark


@pytest.mark.parametrize(
    ("side", "value", "expected"),
    [
        ("inputs", "Where?", [("inputs", "Where?")]),
        ("inputs", {"prompt": "Where?", "temperature": 0}, [("inputs.prompt", "Where?")]),
        ("inputs", ["One", "Two"], [("inputs[0]", "One"), ("inputs[1]", "Two")]),
        ("inputs", {"contents": "Where?"}, [("inputs.contents", "Where?")]),
        ("inputs", {"q": "Where?", "k": 4}, [("inputs.q", "Where?")]),
        ("inputs", {"a": "One", "b": "Two"}, []),
        ("outputs", "There.", [("outputs", "There.")]),
        ("outputs", {"response": "There.", "score": 1}, [("outputs.response", "There.")]),
        ("outputs", {"route": {"to": "billing"}}, []),
        ("outputs", None, []),
        ("outputs", "", []),
    ],
)
def test_bare_text_is_found_where_a_model_is_given_it(side: Side, value: Json, expected: list[Any]) -> None:
    """Completions, functions that people trace as LLM calls."""
    histories = Finder(side, MessageReader()).plain(value, (side,))

    assert [(format_path(path), one.words.text) for history in histories for path, one in history] == expected


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("shipped", "shipped"),
        ({"status": "shipped"}, '{"status":"shipped"}'),
        ([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], "one\ntwo"),
        ([{"text": "one"}, {"json": {"n": 1}}], 'one\n{"n":1}'),
        ([{"type": "image", "data": "AAAA", "mimeType": "image/png"}], "[image image/png 3 bytes]"),
        ({"type": "computer_screenshot", "image_url": "data:image/png;base64,AAAA"}, "[image image/png 3 bytes]"),
        ([{"type": "file", "name": "a.txt"}], '[{"type":"file","name":"a.txt"}]'),
        (
            [{"type": "document", "title": "Rules", "body": "30 days"}],
            '[{"type":"document","title":"Rules","body":"30 days"}]',
        ),
        ([{"type": "function", "name": "lookup"}], '[{"type":"function","name":"lookup"}]'),
        ([{"text": "one", "score": 1}], '[{"text":"one","score":1}]'),
        (["a", "b"], '["a","b"]'),
        ([], "[]"),
        (None, ""),
        (0, "0"),
    ],
    ids=str,
)
def test_a_tools_result_is_the_text_that_the_model_read(answer: Json, text: str) -> None:
    """Content for models as words and marks; data as JSON, of which nothing is left out."""
    item = {"type": "function_call_output", "call_id": "c1", "output": answer}
    ((_, message),) = found({"input": [item]}, "inputs")

    assert (message.role, message.words.text) == ("tool", text)
