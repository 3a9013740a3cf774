"""A process that is asked in lines over stdin and answers in lines over stdout, and an MCP server as one."""

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.memory import resident_mb

DEADLINE_S = 120
_CHUNK = 1 << 20


class WrongAnswerError(Exception):
    """An answer is not the one it has to be; the benchmark ends with it."""


class SlowAnswerError(Exception):
    """No answer came within its deadline."""


class LineProcess:
    """One line in, one line out. Leaving it kills it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], stderr: Path | None = None) -> None:
        self._began = time.perf_counter()
        with (stderr or Path(os.devnull)).open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, bufsize=0
            )
        self._unread = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def write(self, message: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")

    def read(self, deadline_s: float = DEADLINE_S) -> bytes:
        """The next line. Raises SlowAnswerError, and WrongAnswerError when the process ended."""
        until, searched = time.monotonic() + deadline_s, 0
        while (end := self._unread.find(b"\n", searched)) < 0:
            searched = len(self._unread)
            self._unread += self._chunk(until)
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line

    def age_s(self) -> float:
        return time.perf_counter() - self._began

    def resident_mb(self) -> float:
        """The memory of the process and of whatever it started."""
        return sum(resident_mb(pid) for pid in _family(self._process.pid))

    def _chunk(self, until: float) -> bytes:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        if not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            raise SlowAnswerError
        if not (chunk := os.read(descriptor, _CHUNK)):
            raise WrongAnswerError(f"{self._process.args} ended with {self._process.wait()} instead of an answer.")
        return chunk


class McpProcess(LineProcess):
    """An MCP server over stdio."""

    _asked = 0

    def greet(self) -> None:
        client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
        if not self.ask("initialize", client)["serverInfo"]["name"]:
            raise WrongAnswerError("The server has no name.")
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The text of a tool's answer, which is what a model reads. Raises WrongAnswerError for an error."""
        result = self.ask("tools/call", {"name": tool, "arguments": arguments})
        text = "".join(block["text"] for block in result["content"])
        if result.get("isError"):
            raise WrongAnswerError(f"{tool} {json.dumps(arguments)}: {text[:500]}")
        return text

    def ask(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The result; what else the server says meanwhile is passed over."""
        self._asked += 1
        self.write({"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params})
        while (message := _message(self.read())).get("id") != self._asked:
            pass
        if "error" in message:
            raise WrongAnswerError(f"{method}: {message['error']}")
        return message["result"]


def _message(line: bytes) -> dict[str, Any]:
    """The JSON-RPC message of a line; nothing where a server mixes other output into its protocol."""
    try:
        return json.loads(line)
    except ValueError:
        return {}


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]
