"""What one caller notices of another who has 200 calls under way all the time, as a ratio of medians.

`make bench-fairness`. Two callers with tokens of their own ask a real `mcp-traces --transport http`, over a real
`mlflow server` and over its database; the busy one is a process of its own. The other asks ROUNDS times alone and as
often beside it, in turns of BLOCK calls, so that a noisy machine disturbs both alike. It fails when any call is
answered with an error.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2

from bench.http_service import HEADERS, call, service
from mcp_traces.demo import make_sample_store
from tests.stores import mlflow_server

IN_FLIGHT = int(os.environ.get("IN_FLIGHT", "200"))
ROUNDS = int(os.environ.get("ROUNDS", "6"))
BLOCK = 20
SETTLE_S = 2.0
ASKED: dict[str, Any] = {"experiment": "support-assistant", "limit": 20}


def client(base_url: str, token: str) -> httpx2.AsyncClient:
    headers = HEADERS | {"Authorization": f"Bearer {token}"}
    limits = httpx2.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    return httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=120, limits=limits)


async def be_busy(base_url: str, token: str) -> None:
    """Until this process is ended; an error ends it earlier."""

    async def ask_on(http: httpx2.AsyncClient) -> None:
        while True:
            await call(http, "search_traces", **ASKED)

    async with client(base_url, token) as http, anyio.create_task_group() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.start_soon(ask_on, http)


@contextmanager
def busy_caller(base_url: str, token: str) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-m", "bench.http_fairness", base_url, token]) as process:
        try:
            time.sleep(SETTLE_S)
            yield
            if process.poll() is not None:
                raise RuntimeError("The busy caller met an error.")
        finally:
            process.kill()


async def durations(base_url: str, token: str) -> list[float]:
    taken: list[float] = []
    async with client(base_url, token) as http:
        await call(http, "search_traces", **ASKED)
        for _ in range(BLOCK):
            began = time.perf_counter()
            await call(http, "search_traces", **ASKED)
            taken.append(1000 * (time.perf_counter() - began))
    return taken


def add_token(name: str, file: Path) -> str:
    command = [sys.executable, "-m", "mcp_traces", "token", "add", name, "--token-file", str(file)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.split("\n\n")[1].strip()


def compare(store: str, tracking_uri: str, folder: Path) -> None:
    file = folder / f"{store}-tokens.json"
    busy, other = add_token("busy", file), add_token("other", file)
    arguments = ("--auth", "token", "--token-file", str(file), "--waiting-per-caller", "1000")
    alone: list[float] = []
    beside: list[float] = []
    with service(tracking_uri, folder / f"{store}.log", *arguments) as running:
        for _ in range(ROUNDS):
            alone += anyio.run(durations, running.base_url, other)
            with busy_caller(running.base_url, busy):
                beside += anyio.run(durations, running.base_url, other)
        answered = sum(line["outcome"] == "ok" for line in running.audited() if line["caller"] == "busy")
    before, after = statistics.median(alone), statistics.median(beside)
    print(
        f"{store:8} alone {before:6.1f} ms, beside {after:6.1f} ms: ratio {after / before:.2f}; {answered} of the busy"
    )


def main() -> None:
    if len(sys.argv) > 1:
        anyio.run(be_busy, *sys.argv[1:])
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'mlflow.db'}"
        make_sample_store(database)
        compare("SQLite", database, folder)
        with mlflow_server(database, folder) as tracking_uri:
            compare("server", tracking_uri, folder)


if __name__ == "__main__":
    main()
