"""A real `mcp-traces --transport http` in a process of its own, and calls to it, for the programs beside this one."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.http.http_process import message_of
from tests.memory import resident_mb

HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
START_DEADLINE_S = 30
STOP_DEADLINE_S = 10


@dataclass(frozen=True, slots=True)
class Service:
    base_url: str
    pid: int
    log: Path

    def resident_mb(self) -> float:
        return resident_mb(self.pid)

    def audited(self) -> list[dict[str, Any]]:
        return audited(self.log)


def audited(log: Path) -> list[dict[str, Any]]:
    """The audit line of each call so far."""
    lines = (json.loads(line) for line in log.read_text().splitlines() if line.startswith("{"))
    return [line for line in lines if line["logger"] == "mcp_traces.audit"]


@contextmanager
def service(tracking_uri: str, log: Path, *arguments: str) -> Iterator[Service]:
    command = [sys.executable, "-m", "mcp_traces", "--transport", "http", "--port", "0", "--log-format", "json"]
    store = ["--tracking-uri", tracking_uri]
    with log.open("wb") as output, subprocess.Popen([*command, *store, *arguments], stderr=output) as process:
        try:
            yield Service(_listening(log), process.pid, log)
        finally:
            process.terminate()
            process.wait(STOP_DEADLINE_S)


def _listening(log: Path) -> str:
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        if found := re.search(r"Listening on (http://[\d.:]+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"The service did not start:\n{log.read_text()[-2000:]}")


async def call(client: httpx2.AsyncClient, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer. Raises RuntimeError for any other."""
    reply = await client.post("/mcp", json=request(tool, arguments))
    return answer_of(tool, reply.status_code, reply.text)["structuredContent"]


def request(tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def answer_of(tool: str, status: int, text: str) -> dict[str, Any]:
    """The result of a tool. Raises RuntimeError for any other answer."""
    answer = message_of(text)
    if status != 200 or "error" in answer or answer["result"].get("isError"):
        raise RuntimeError(f"{tool}: HTTP {status}: {text[:300]}")
    return answer["result"]
