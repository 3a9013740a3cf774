"""Many clients of one HTTP service over a real `mlflow server`: errors, memory, and the share of time that is ours.

`make bench-http`. CLIENTS clients call without a pause for DURATION_S seconds, each searching, paging on and opening
a trace in turn; with CALLS set, until there were so many. Each call's duration, time in MLflow and wait for a turn are
those of the service's own audit lines. It fails when any call is answered with an error.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import httpx2

from bench.http_service import HEADERS, Service, call, service
from mcp_traces.demo import make_sample_store
from tests.stores import mlflow_server

CLIENTS = int(os.environ.get("CLIENTS", "64"))
DURATION_S = float(os.environ.get("DURATION_S", "60"))
CALLS = int(os.environ.get("CALLS", "0"))
SHARES = (0.1, 0.4, 0.7, 1.0)
TURNS = ("--calls-per-caller", "16", "--waiting-per-caller", "1000")


class Load:
    """Clients that call until told otherwise; `done` counts their calls."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self.done = 0

    async def run(self, ended: Callable[[], bool]) -> None:
        limits = httpx2.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
        async with (
            httpx2.AsyncClient(base_url=self._base_url, headers=HEADERS, timeout=60, limits=limits) as client,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(CLIENTS):
                tasks.start_soon(self._one_client, client, ended)

    async def _one_client(self, client: httpx2.AsyncClient, ended: Callable[[], bool]) -> None:
        asked = {"experiment": "support-assistant", "limit": 10}
        while not ended():
            page = await call(client, "search_traces", **asked)
            await call(client, "search_traces", **asked, cursor=page["next_cursor"])
            await call(client, "get_trace", trace_id=page["traces"][0]["trace_id"])
            self.done += 3


def measure(running: Service) -> None:
    memory: list[float] = []
    load, began = Load(running.base_url), time.monotonic()
    for share in SHARES:
        enough, until = CALLS * share, began + DURATION_S * share
        anyio.run(load.run, lambda: load.done >= enough if CALLS else time.monotonic() >= until)  # noqa: B023
        memory.append(running.resident_mb())
    calls = running.audited()
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
        with (
            mlflow_server(database, folder) as tracking_uri,
            service(tracking_uri, folder / "service.log", *TURNS) as running,
        ):
            measure(running)


if __name__ == "__main__":
    main()
