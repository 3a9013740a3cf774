"""A running `mcp-traces --transport http`, and raw requests to it in either protocol era."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.stdio_process import COMMAND, Era, clean_environment

DEADLINE_S = 30
_RUN = "import sys\nfrom mcp_traces.cli import main\nsys.exit(main(sys.argv[1:]))"
_LISTENS = re.compile(r"Listening on http://(\S+):(\d+)/mcp")
_ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


@dataclass(frozen=True, slots=True)
class HttpServer:
    """One server process."""

    process: subprocess.Popen[bytes]
    address: tuple[str, int]
    log_file: Path

    @property
    def base_url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    @property
    def url(self) -> str:
        return f"{self.base_url}/mcp"

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=DEADLINE_S)

    def refuses_connections(self) -> bool:
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return True
        return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """The exit code, and the seconds from the signal to the end."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S), time.monotonic() - began


@contextmanager
def http_server(folder: Path, *arguments: str, change: str = "", **environment: str) -> Generator[HttpServer]:
    """A server process on a free port unless the arguments say another, gone at the end whatever happens.

    `change` is code that runs first, to make a bound shorter than a test could wait for. Raises RuntimeError when the
    process ends instead of listening.
    """
    command = [sys.executable, "-c", f"{change}\n{_RUN}"] if change else [COMMAND]
    log = folder / f"mcp-traces-{time.monotonic_ns()}.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*command, "--transport", "http", "--port", "0", *arguments],
            cwd=folder,
            env=clean_environment(**environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
    try:
        yield HttpServer(process, _address(process, log), log)
    finally:
        process.kill()
        with process:
            process.wait(DEADLINE_S)


def _address(process: subprocess.Popen[bytes], log: Path) -> tuple[str, int]:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        if found := _LISTENS.search(log.read_text(encoding="utf-8")):
            return found[1], int(found[2])
        time.sleep(0.02)
    raise RuntimeError(f"mcp-traces does not listen (exit code {process.poll()}):\n{log.read_text(encoding='utf-8')}")


def headers_of(era: Era, tool: str) -> dict[str, str]:
    """What a client of the era sends with a call of a tool."""
    common = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": era}
    return common | ({"Mcp-Method": "tools/call", "Mcp-Name": tool} if era == "2026-07-28" else {})


def body_of(era: Era, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    envelope = {"_meta": _ENVELOPE} if era == "2026-07-28" else {}
    params = {"name": tool, "arguments": arguments, **envelope}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def call(url: str, era: Era, tool: str = "search_traces", **arguments: Any) -> httpx2.Response:
    """One call of a tool in one request over a connection of its own."""
    with httpx2.Client(timeout=DEADLINE_S, trust_env=False) as client:
        return client.post(url, headers=headers_of(era, tool), json=body_of(era, tool, arguments))


def message_of(body: str) -> Any:
    """The JSON-RPC message of an answer, which stands alone or is an event of a stream."""
    return json.loads(body.partition("data: ")[2] or body)


def all_that_comes(connection: socket.socket) -> bytes:
    """What the server sends until it closes the connection."""
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionResetError:
        pass
    return received
