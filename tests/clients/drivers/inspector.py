"""MCP Inspector's command line, a process for each step, as people use it in a shell."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

from walk import MODE, SERVER, Refused, walk

MODULES = Path(__file__).parent.parent / "node_modules"
LAUNCHER = MODULES / "@modelcontextprotocol" / "inspector" / "clients" / "launcher" / "build" / "index.js"
TOOL_ERROR = 5
"""Its exit code for an error of the tool."""


def inspect(*asked: str) -> tuple[int, dict[str, Any]]:
    server = [SERVER["url"], "--transport", "http"] if "url" in SERVER else [SERVER["command"], *SERVER["args"]]
    command = ["node", str(LAUNCHER), "--cli", *server, "--protocol-era", MODE, "--format", "json", *asked]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode not in (0, TOOL_ERROR):
        raise RuntimeError(f"{' '.join(asked)}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    answer = json.loads(done.stdout)
    return done.returncode, answer.get("result", answer)


async def call(tool: str, arguments: dict[str, Any]) -> Any:
    asked = ("--method", "tools/call", "--tool-name", tool, "--tool-args-json", json.dumps(arguments))
    exit_code, result = inspect(*asked)
    if exit_code == TOOL_ERROR:
        raise Refused(result["content"][0]["text"])
    return result["structuredContent"]


_, listed = inspect("--method", "tools/list", "--strict")
asyncio.run(walk([tool["name"] for tool in listed["tools"]], call))
