"""A model server that knows the scenario: it asks for the tool first, and answers once it has seen the result.

It serves OpenAI's chat completions, streamed or whole, and its Responses API, on loopback.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.frameworks.scenario import RUNS, TOOL

INPUT_TOKENS, CACHED_TOKENS, OUTPUT_TOKENS = 120, 96, 14
CREATED = 1_760_000_000
_MODEL = "gpt-4o-mini-2024-07-18"
_FINAL_TOOL = "final_answer"
"""smolagents takes an answer only as a call of this tool."""


@contextmanager
def stub_model() -> Generator[str]:
    """The base URL of a running stub, ending in `/v1`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/chat/completions":
            turn = _turn(asked, asked["messages"])
            if asked.get("stream"):
                self._send("text/event-stream", _streamed(turn))
            else:
                self._send("application/json", json.dumps(_completion(turn)))
        elif self.path == "/v1/responses":
            self._send("application/json", json.dumps(_response(asked, _turn(asked, asked["input"]))))
        else:
            self.send_error(404)

    def _send(self, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the tests read what the programs print."""


class _Turn:
    """What the model does next: call `tool` with `arguments`, or say `text`."""

    def __init__(self, run: str, number: int, *, tool: str = "", arguments: Any = None, text: str = "") -> None:
        self.number = number
        self.tool = tool
        self.arguments = json.dumps(arguments)
        self.text = text
        self.call_id = _call_id(run, number)


def _call_id(run: str, number: int) -> str:
    return f"call_{run}_{number}"


def _turn(asked: dict[str, Any], messages: list[dict[str, Any]]) -> _Turn:
    name = _run_of(messages)
    run = RUNS[name]
    if not any(_is_result(message) for message in messages):
        return _Turn(name, 1, tool=TOOL, arguments=run.arguments)
    if _FINAL_TOOL in json.dumps(asked.get("tools", [])):
        return _Turn(name, 2, tool=_FINAL_TOOL, arguments={"answer": run.answer})
    return _Turn(name, 2, text=run.answer)


def _run_of(messages: list[dict[str, Any]]) -> str:
    """The run that is asked about. A request that continues a stored response has only the id of the call."""
    said = json.dumps(messages)
    return next(name for name, run in RUNS.items() if run.question in said or _call_id(name, 1) in said)


def _is_result(message: dict[str, Any]) -> bool:
    """Whether it shows the result of a tool. smolagents sends it as a user's message, or as the end of one."""
    if message.get("role") == "user":
        return any(words in json.dumps(message["content"]) for words in ("Observation:", "Error executing tool"))
    return message.get("role") == "tool" or message.get("type") == "function_call_output"


def _usage() -> dict[str, Any]:
    return {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
    }


def _completion(turn: _Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None}
    if turn.tool:
        function = {"name": turn.tool, "arguments": turn.arguments}
        message["tool_calls"] = [{"id": turn.call_id, "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if turn.tool else "stop"}
    return {
        "id": f"chatcmpl-{turn.number}",
        "object": "chat.completion",
        "created": CREATED,
        "model": _MODEL,
        "choices": [choice],
        "usage": _usage(),
    }


def _streamed(turn: _Turn) -> str:
    """Server-sent events: the role, what is said or called in two pieces, why it ended, and the usage."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": None if turn.tool else ""}]
    if turn.tool:
        half = len(turn.arguments) // 2
        begun = {"name": turn.tool, "arguments": turn.arguments[:half]}
        rest = {"index": 0, "function": {"arguments": turn.arguments[half:]}}
        deltas.append({"tool_calls": [{"index": 0, "id": turn.call_id, "type": "function", "function": begun}]})
        deltas.append({"tool_calls": [rest]})
    else:
        half = len(turn.text) // 2
        deltas += [{"content": turn.text[:half]}, {"content": turn.text[half:]}]
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    reason = "tool_calls" if turn.tool else "stop"
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    chunks.append({"choices": [], "usage": _usage()})
    head = {"id": f"chatcmpl-{turn.number}", "object": "chat.completion.chunk", "created": CREATED, "model": _MODEL}
    events = [json.dumps(head | chunk) for chunk in chunks]
    return "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"])


def _response(asked: dict[str, Any], turn: _Turn) -> dict[str, Any]:
    if turn.tool:
        item: dict[str, Any] = {
            "type": "function_call",
            "id": f"fc_{turn.number}",
            "call_id": turn.call_id,
            "name": turn.tool,
            "arguments": turn.arguments,
            "status": "completed",
        }
    else:
        item = {
            "type": "message",
            "id": f"msg_{turn.number}",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": turn.text, "annotations": []}],
        }
    return {
        "id": f"resp_{turn.number}",
        "object": "response",
        "created_at": CREATED,
        "status": "completed",
        "model": _MODEL,
        "output": [item],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": asked.get("tools", []),
        "instructions": asked.get("instructions"),
        "usage": {
            "input_tokens": INPUT_TOKENS,
            "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "output_tokens": OUTPUT_TOKENS,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        },
    }
