"""The demo as a newcomer sees it: a sample store, a real server process and client, each call and its answer."""

import json
import os
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import anyio
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import TextContent

from mcp_traces.client_configs import CLIENT_CONFIGS
from mcp_traces.demo import SampleStore, make_sample_store

WIDTH = 110
MAX_LINES = 45


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
    environment = {**os.environ, "MLFLOW_TRACKING_URI": store.tracking_uri, "MCP_TRACES_LOG_LEVEL": "WARNING"}
    server = StdioServerParameters(command=sys.executable, args=["-m", "mcp_traces"], env=environment)
    print("Starting `mcp-traces` as a subprocess and connecting to it over stdio ...")
    async with Client(server) as client:
        tools = await client.list_tools()
        print(f"Connected; tools: {', '.join(tool.name for tool in tools.tools)}\n")
        found = await _call(
            client, "search_traces", experiment="support-assistant", has_error=True, since="7d", limit=5
        )
        trace_id = store.traces["recovered-tool-failure"] if not found["traces"] else found["traces"][0]["trace_id"]
        story = await _call(client, "get_trace", trace_id=trace_id)
        failed = story["errors"][0]["span_id"]
        await _call(client, "get_trace", trace_id=trace_id, span_ids=[failed], max_chars=6_000)
        await _call(client, "describe_filter_syntax")
        await _call(client, "search_traces", experiment="support-asistant")


async def _call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    shown = ", ".join(f"{name}={json.dumps(value)}" for name, value in arguments.items())
    print(f"── {tool}({shown})")
    result = await client.call_tool(tool, arguments)
    text = "".join(block.text for block in result.content if isinstance(block, TextContent))
    if result.is_error:
        print(textwrap.indent(textwrap.fill(f"error: {text}", WIDTH), "   "), end="\n\n")
        return {}
    print(textwrap.indent(_pretty(json.loads(text)), "   "))
    print(f"   ({len(text):,} characters)\n")
    return json.loads(text)


def _pretty(answer: dict[str, Any]) -> str:
    """The answer, indented, with long lines and the end of a long list left to the reader's own client."""
    lines = json.dumps(answer, indent=2, ensure_ascii=False).splitlines()
    shown = [line if len(line) <= WIDTH else line[: WIDTH - 1] + "…" for line in lines[:MAX_LINES]]
    more = len(lines) - MAX_LINES
    return "\n".join([*shown, f"... {more} more lines"] if more > 0 else shown)


def print_configs() -> None:
    print("To use it with your own MLflow, paste one of these (put your own store or server as MLFLOW_TRACKING_URI):\n")
    for config in CLIENT_CONFIGS:
        print(f"── {config.client} ({config.where})")
        print(textwrap.indent(config.snippet, "   "), end="\n\n")
