"""google-genai: its automatic function calling over an MCP session, its model a stub on this machine.

The stub asks for the call that the walk wants next; the text is what google-genai shows the model of the answer.
"""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google import genai
from google.genai import types
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from walk import SERVER, Refused, walk

WANTED: list[dict[str, Any]] = []
"""The one call that the model wants, until it has its answer."""

ASKED: list[dict[str, Any]] = []
"""What the model was asked, the newest last."""


class Model(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        ASKED.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        said = {"functionCall": WANTED.pop()} if WANTED else {"text": "done"}
        body = json.dumps({"candidates": [{"content": {"role": "model", "parts": [said]}, "finishReason": "STOP"}]})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Says nothing: stdout is the walk's."""


async def main() -> None:
    stub = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    options = types.HttpOptions(base_url=f"http://127.0.0.1:{stub.server_port}")
    model = genai.Client(api_key="none", http_options=options).aio.models
    async with _transport() as streams, ClientSession(streams[0], streams[1]) as session:
        await session.initialize()

        async def ask() -> dict[str, Any]:
            await model.generate_content(model="stub", contents="Go on.", config={"tools": [session]})
            return ASKED[-1]

        async def call(tool: str, arguments: dict[str, Any]) -> Any:
            WANTED.append({"name": tool, "args": arguments})
            (part,) = (await ask())["contents"][-1]["parts"]
            response = part["functionResponse"]["response"]
            result = response.get("result", response)
            if result.get("isError") or "error" in response:
                raise Refused(json.dumps(response))
            return result["structuredContent"]

        declared = [one for tools in (await ask())["tools"] for one in tools["functionDeclarations"]]
        # All that are mappings at once: lists and mappings are listed as text, and taken as such too.
        mappings = {"tags": {"environment": "production"}, "metadata": {}, "feedback": {"correctness": "no"}}
        await call("search_traces", {"experiment": "support-assistant", **mappings})
        await walk([one["name"] for one in declared], call)


def _transport() -> Any:
    return streamable_http_client(SERVER["url"]) if "url" in SERVER else stdio_client(StdioServerParameters(**SERVER))


asyncio.run(main())
