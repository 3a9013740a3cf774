"""Many clients of one HTTP service over a real `mlflow server`: errors, memory, and the share of time that is ours.

`make bench-http`. CLIENTS clients call without a pause for DURATION_S seconds, each searching, paging on and opening
a trace in turn. Each call's duration, time in MLflow and wait for a turn are those of the service's own audit
lines. It fails when any call is answered with an error.
"""

import json
import os
import re
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

from mcp_traces.demo import make_sample_store
from tests.stores import mlflow_server

CLIENTS = int(os.environ.get("CLIENTS", "64"))
DURATION_S = float(os.environ.get("DURATION_S", "60"))
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
START_DEADLINE_S = 30
STOP_DEADLINE_S = 10
MB = 1_000_000


@contextmanager
def service(tracking_uri: str, log: Path) -> Iterator[tuple[str, int]]:
    """A real `mcp-traces --transport http`: its URL, and its process id."""
    command = [sys.executable, "-m", "mcp_traces", "--transport", "http", "--port", "0", "--log-format", "json"]
    bounds = ["--calls-per-caller", "16", "--waiting-per-caller", "1000", "--tracking-uri", tracking_uri]
    with log.open("wb") as output, subprocess.Popen([*command, *bounds], stderr=output) as process:
        try:
            yield listening(log), process.pid
        finally:
            process.terminate()
            process.wait(STOP_DEADLINE_S)


def listening(log: Path) -> str:
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        if found := re.search(r"Listening on (http://[\d.:]+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"The service did not start:\n{log.read_text()[-2000:]}")


async def call(client: httpx2.AsyncClient, tool: str, **arguments: Any) -> dict[str, Any]:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    reply = await client.post("/mcp", json=body)
    event = reply.text.partition("data: ")[2] or reply.text
    result = json.loads(event)["result"]
    if reply.status_code != 200 or result.get("isError"):
        raise RuntimeError(f"{tool}: HTTP {reply.status_code}: {reply.text[:300]}")
    return result["structuredContent"]


async def one_client(client: httpx2.AsyncClient, until: float) -> None:
    asked = {"experiment": "support-assistant", "limit": 10}
    while time.monotonic() < until:
        page = await call(client, "search_traces", **asked)
        await call(client, "search_traces", **asked, cursor=page["next_cursor"])
        await call(client, "get_trace", trace_id=page["traces"][0]["trace_id"])


async def load(base_url: str, until: float) -> None:
    limits = httpx2.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with (
        httpx2.AsyncClient(base_url=base_url, headers=HEADERS, timeout=60, limits=limits) as client,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(CLIENTS):
            tasks.start_soon(one_client, client, until)


def resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def measure(base_url: str, pid: int, log: Path) -> None:
    memory: list[float] = []
    began = time.monotonic()
    for share in (0.1, 0.4, 0.7, 1.0):
        anyio.run(load, base_url, began + DURATION_S * share)
        memory.append(resident_mb(pid))
    lines = (json.loads(line) for line in log.read_text().splitlines() if line.startswith("{"))
    calls = [line for line in lines if line["logger"] == "mcp_traces.audit"]
    failed = [line for line in calls if line["outcome"] != "ok"]
    own = [1000 * (line["duration_s"] - line["store_s"] - line["waited_s"]) for line in calls]
    print(f"{len(calls)} calls of {CLIENTS} clients in {time.monotonic() - began:.0f} s, {len(failed)} failed")
    print(f"memory after 10, 40, 70 and 100 %: {', '.join(f'{one:.0f} MB' for one in memory)}")
    for name in ("duration_s", "store_s", "waited_s"):
        print(f"{name:11} median {1000 * statistics.median(line[name] for line in calls):8.1f} ms")
    print(f"{'ours':11} median {statistics.median(own):8.1f} ms, 95 % {statistics.quantiles(own, n=20)[-1]:.1f} ms")
    if failed:
        sys.exit(f"failed: {failed[0]}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'mlflow.db'}"
        make_sample_store(database)
        log = folder / "service.log"
        with mlflow_server(database, folder) as tracking_uri, service(tracking_uri, log) as (base_url, pid):
            measure(base_url, pid, log)


if __name__ == "__main__":
    main()
