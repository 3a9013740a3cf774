"""A running `mcp-traces`, spoken to in raw lines over stdin and stdout, in either protocol era.

Whatever it writes to stdout must be the JSON-RPC answer to a request of ours; the end of each conversation checks it.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeAlias

COMMAND = str(Path(sys.executable).parent / "mcp-traces")
"""The console script as it was installed."""

DEADLINE_S = 60
"""Only a server that will never answer reaches it: importing MLflow on a busy machine stays far below."""

Era: TypeAlias = Literal["2025-11-25", "2026-07-28"]
ERAS: tuple[Era, ...] = ("2025-11-25", "2026-07-28")

_SETTINGS = ("MLFLOW_", "MCP_TRACES_")
_ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without the settings of whoever runs the tests, and with these."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)} | variables


@contextmanager
def fresh_environment(home: Path) -> Iterator[None]:
    """The same for this process itself, with a home that holds no credentials; MLflow's own additions go again."""
    before, kept = dict(os.environ), clean_environment(HOME=str(home))
    os.environ.clear()
    os.environ.update(kept)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command from its start to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=cwd,
        env=clean_environment(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
        check=False,
    )


@contextmanager
def serving(
    folder: Path, *arguments: str, era: Era = "2025-11-25", command: str | Path = COMMAND, **environment: str
) -> Iterator["StdioServer"]:
    """A server process in `folder`, where its log goes as well; whatever happens, it is gone at the end."""
    log = folder / "stderr.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [command, *arguments],
            cwd=folder,
            env=clean_environment(**environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    server = StdioServer(process, era, log)
    try:
        yield server
        server.hang_up()
    finally:
        server.kill()


class StdioServer:
    """One conversation with one server process."""

    def __init__(self, process: subprocess.Popen[bytes], era: Era, log: Path) -> None:
        self.process = process
        self.era = era
        self._log = log
        self._asked: set[Any] = set()
        self._answers: dict[Any, dict[str, Any]] = {}
        self._stray: list[bytes] = []
        self._ended = False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def greet(self) -> dict[str, Any]:
        """What a client of the era begins with, and the server's answer to it."""
        if self.era == "2026-07-28":
            return self.ask("server/discover")["result"]
        client = {"protocolVersion": self.era, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        answer = self.ask("initialize", client)
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer["result"]

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The answer of a tool, seen to be the same in both channels."""
        return self.read_answer(self.request_call(tool, **arguments))

    def refused(self, tool: str, **arguments: Any) -> str:
        """The text of a tool's error."""
        result = self.answer(self.request_call(tool, **arguments))["result"]
        assert result["isError"], result
        return result["content"][0]["text"]

    def ask(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self.answer(self.request(method, params))

    def request_call(self, tool: str, **arguments: Any) -> int:
        return self.request("tools/call", {"name": tool, "arguments": arguments})

    def request(self, method: str, params: Mapping[str, Any] | None = None) -> int:
        """Send a request and give its id; others may follow before its answer is read."""
        request_id = len(self._asked) + 1
        envelope = {"_meta": _ENVELOPE} if self.era == "2026-07-28" else {}
        with self._changed:
            self._asked.add(request_id)
        self.write({"jsonrpc": "2.0", "id": request_id, "method": method, "params": {**(params or {}), **envelope}})
        return request_id

    def write(self, message: Mapping[str, Any] | bytes) -> None:
        """One line on stdin: a message, or whatever it is."""
        assert self.process.stdin is not None
        self.process.stdin.write((message if isinstance(message, bytes) else json.dumps(message).encode()) + b"\n")
        self.process.stdin.flush()

    def answer(self, request_id: int) -> dict[str, Any]:
        """The JSON-RPC answer to a request."""
        self._wait_until(lambda: request_id in self._answers or self._ended, f"answer {request_id}")
        assert request_id in self._answers, f"the server ended without answer {request_id}:\n{self.log[-3000:]}"
        return self._answers[request_id]

    def take_answer(self, request_id: int) -> dict[str, Any]:
        """As `answer`, and keep nothing of it here: for those who ask very often."""
        answer = self.answer(request_id)
        with self._changed:
            self._answers[request_id] = {}
        return answer

    def read_answer(self, request_id: int) -> dict[str, Any]:
        """What a tool answered to a request."""
        result = self.answer(request_id)["result"]
        (block,) = result["content"]
        assert not result.get("isError"), block["text"]
        assert json.loads(block["text"]) == result["structuredContent"]
        return result["structuredContent"]

    def is_answered(self, request_id: int) -> bool:
        with self._changed:
            return request_id in self._answers

    def hang_up(self) -> int:
        """Close stdin, as a client does that is done, and wait for the end."""
        self.close_stdin()
        return self.wait_for_end()

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def wait_for_end(self) -> int:
        """The exit code. Checks that all that came over stdout were answers."""
        exit_code = self.process.wait(DEADLINE_S)
        self._wait_until(lambda: self._ended, "the end of stdout")
        assert not self._stray, f"not an answer to anything: {self._stray[:3]}"
        return exit_code

    def kill(self) -> None:
        self.process.kill()
        with self.process:
            self._reader.join(DEADLINE_S)

    def _wait_until(self, condition: Callable[[], bool], what: str) -> None:
        with self._changed:
            arrived = self._changed.wait_for(condition, DEADLINE_S)
        assert arrived, f"{what} did not come within {DEADLINE_S} s; stderr ends:\n{self.log[-3000:]}"

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._keep(line)
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _keep(self, line: bytes) -> None:
        message = _json_rpc_answer(line)
        with self._changed:
            if message is None or message["id"] not in self._asked or message["id"] in self._answers:
                self._stray.append(line)
            else:
                self._answers[message["id"]] = message
            self._changed.notify_all()


def _json_rpc_answer(line: bytes) -> dict[str, Any] | None:
    """The line as an answer of JSON-RPC 2.0; None when it is anything else."""
    try:
        message: Any = json.loads(line)
    except ValueError:
        return None
    is_answer = isinstance(message, dict) and message.get("jsonrpc") == "2.0" and isinstance(message.get("id"), int)
    is_whole = line.endswith(b"\n") and is_answer and (("result" in message) != ("error" in message))
    return message if is_whole else None
