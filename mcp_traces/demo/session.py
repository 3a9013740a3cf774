"""The demo as a newcomer sees it: a sample store, a real server process and client, each call and its answer."""

import json
import os
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any, cast

import anyio
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import TextContent

from mcp_traces.clients.command import command_line
from mcp_traces.clients.servers import EXAMPLE
from mcp_traces.clients.shapes import SHAPES
from mcp_traces.clients.texts import written
from mcp_traces.demo import SampleStore, make_sample_store

_SHOWN = {
    "claude-desktop": "claude_desktop_config.json: Settings → Developer → Edit Config",
    "claude-code": "in a terminal",
    "cursor": ".cursor/mcp.json or ~/.cursor/mcp.json",
    "vscode": ".vscode/mcp.json",
}
"""The clients that most people use, and where each is told."""

_OTHERS = "for Windsurf, Codex and Gemini CLI"

WIDTH = 110
MAX_LINES = 95


def run_demo() -> int:
    with tempfile.TemporaryDirectory(prefix="mcp-traces-demo-") as folder:
        uri = f"sqlite:///{Path(folder) / 'mlflow.db'}"
        print("Making a sample MLflow store with MLflow's own SDK: a support assistant, three days of traces ...")
        store = make_sample_store(uri)
        print(f"{uri}: {len(store.traces)} labelled traces in {', '.join(store.experiments)}\n")
        anyio.run(_walk_through, store)
    print_configs()
    return 0


async def _walk_through(store: SampleStore) -> None:
    # What whoever runs the demo has set is about another store.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "MCP_TRACES_"))}
    environment = {**inherited, "MLFLOW_TRACKING_URI": store.tracking_uri, "MCP_TRACES_LOG_LEVEL": "WARNING"}
    server = StdioServerParameters(command=sys.executable, args=["-m", "mcp_traces"], env=environment)
    print("Starting `mcp-traces` as a subprocess and connecting to it over stdio ...")
    async with Client(server) as client:
        tools = await client.list_tools()
        print(f"Connected; tools: {', '.join(tool.name for tool in tools.tools)}\n")
        found = await _call(client, "search_traces", experiment="support-assistant", has_error=True, limit=3)
        print("One of these is OK at its root although a span below it failed. What happened there?\n")
        trace_id = next(row["trace_id"] for row in found["traces"] if row["status"] == "OK")
        story = await _call(client, "get_trace", trace_id=trace_id)
        await _call(client, "get_trace", trace_id=trace_id, span_ids=[story["errors"][0]["span_id"]])
        print("A trace of 501 spans and 2.3 MB fits as well:\n")
        await _call(client, "get_trace", trace_id=store.traces["huge"], max_chars=4_000)
        print("What is there to filter on?\n")
        await _call(client, "describe_filter_syntax", experiment="support-assistant")
        print("A filter as one would guess it, tried:\n")
        await _call(client, "describe_filter_syntax", filter="state == 'ERROR' OR state == 'IN_PROGRESS'")
        print("And a mistake is answered with the way out of it:\n")
        await _call(client, "search_traces", experiment="support asistant")


async def _call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    shown = ", ".join(f"{name}={json.dumps(value)}" for name, value in arguments.items())
    print(f"── {tool}({shown})")
    result = await client.call_tool(tool, arguments)
    text = "".join(block.text for block in result.content if isinstance(block, TextContent))
    if result.is_error:
        print(textwrap.indent(textwrap.fill(f"error: {text}", WIDTH), "   "), end="\n\n")
        return {}
    answer = json.loads(text)
    print(textwrap.indent(_pretty(answer), "   "))
    print(f"   ({len(text):,} characters)\n")
    return answer


def _pretty(answer: dict[str, Any]) -> str:
    """The answer with one line for whatever fits into one; the end of a long one is left to the reader's own client."""
    lines = [line if len(line) <= WIDTH else line[: WIDTH - 1] + "…" for line in laid_out(answer)]
    more = len(lines) - MAX_LINES
    return "\n".join([*lines[:MAX_LINES], f"... {more} more lines"] if more > 0 else lines)


def laid_out(value: Any, indent: str = "", width: int = WIDTH, row_width: int = 0) -> list[str]:
    """`value` as lines of JSON, the first to be put behind its key, the others indented.

    Lists of plain values, such as the rows of a table, stay on one line up to `row_width`.
    """
    whole = json.dumps(value, ensure_ascii=False)
    most = max(width, row_width) if _is_row(value) else width
    if len(indent) + len(whole) <= most or not isinstance(value, dict | list):
        return [whole]
    inner = indent + "  "
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value).items()
        items = [(f"{json.dumps(key, ensure_ascii=False)}: ", item) for key, item in fields]
    else:
        items = [("", item) for item in cast("list[Any]", value)]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, list) and not isinstance(value[0], dict | list):
        cells = [json.dumps(item, ensure_ascii=False) for _, item in items]
        return [opening, *_packed(cells, inner, width), indent + closing]
    lines = [opening]
    for key, item in items:
        first, *rest = laid_out(item, inner, width, row_width)
        lines += [inner + key + first, *rest]
        lines[-1] += ","
    lines[-1] = lines[-1].removesuffix(",")
    return [*lines, indent + closing]


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(one, dict | list) for one in cast("list[Any]", value))


def _packed(items: list[str], indent: str, width: int) -> list[str]:
    """A row of a table, as many values a line as fit."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 3 <= width:
            lines[-1] += f", {item}"
        else:
            lines.append(indent + item)
    return [*(f"{line}," for line in lines[:-1]), *lines[-1:]]


def print_configs() -> None:
    print("To use it with your own MLflow, paste one of these (put your own store or server as MLFLOW_TRACKING_URI):\n")
    for name, where in _SHOWN.items():
        shape = SHAPES[name]
        told = command_line(EXAMPLE, shape) if name == "claude-code" else written(shape, shape.document(EXAMPLE))
        print(f"── {shape.client} ({where})")
        print(textwrap.indent(told, "   "), end="\n\n")
    print(f"Or have it written, {_OTHERS} too: mcp-traces config CLIENT --tracking-uri URI --write")
