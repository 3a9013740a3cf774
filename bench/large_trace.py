"""Time and memory to open one very large trace, ours beside MLflow's own client, in turn, in one run.

`make bench-large`. Both read the same SQLite file, then both the same MLflow server over it; each run is a process of
its own, whose start and import are not counted. It fails when the two see different numbers of spans.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

SPANS = int(os.environ.get("SPANS", "30000"))
RUNS = int(os.environ.get("RUNS", "3"))
DEADLINE_S = 600
MB = 1024


def peak_mb() -> float:
    """The most memory this process has had (Linux tells it in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB


def open_with_mlflow(tracking_uri: str, trace_id: str) -> dict[str, float]:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri)
    client.search_experiments(max_results=1)
    started = time.perf_counter()
    spans = len(client.get_trace(trace_id, display=False).data.spans)
    return {"spans": spans, "seconds": time.perf_counter() - started, "mb": peak_mb()}


async def open_with_ours(tracking_uri: str, trace_id: str) -> dict[str, float]:
    """The overview, and then the next page of the tree, through the whole server."""
    from mcp import Client

    from mcp_traces.server import build_server
    from mcp_traces.settings import Settings
    from mcp_traces.store.open_gateway import open_gateway

    settings = Settings(tracking_uri=tracking_uri, timeout_s=DEADLINE_S)
    async with aclosing(open_gateway(settings)) as gateway, Client(build_server(settings, gateway)) as client:
        await gateway.search_experiments(1)
        started = time.perf_counter()
        answer = (await client.call_tool("get_trace", {"trace_id": trace_id})).structured_content or {}
        opened = time.perf_counter()
        await client.call_tool("get_trace", {"trace_id": trace_id, "view": "tree"})
        done = time.perf_counter()
    return {"spans": answer["total"], "seconds": opened - started, "page": done - opened, "mb": peak_mb()}


def measured(who: str, tracking_uri: str, trace_id: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.large_trace", who, tracking_uri, trace_id]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment, timeout=DEADLINE_S)
    return json.loads(answer.stdout.splitlines()[-1])


def compare(what: str, tracking_uri: str, trace_id: str) -> None:
    runs = [{who: measured(who, tracking_uri, trace_id) for who in ("ours", "mlflow")} for _ in range(RUNS)]
    assert all(one[who]["spans"] == SPANS for one in runs for who in one), runs

    def median(who: str, key: str) -> float:
        return statistics.median(one[who][key] for one in runs)

    for key, unit in (("seconds", "s"), ("mb", "MB")):
        ratio = statistics.median(one["ours"][key] / one["mlflow"][key] for one in runs)
        row = f"{median('ours', key):8.2f} {unit:2} {median('mlflow', key):8.2f} {unit:2} {ratio:8.2f}"
        print(f"{what:8} {'overview' if key == 'seconds' else 'memory':9} {row}")
    print(f"{what:8} {'next page':9} {median('ours', 'page'):8.2f} s")


def main() -> None:
    if len(sys.argv) > 1:
        import anyio

        who, *arguments = sys.argv[1:]
        result: Any = open_with_mlflow(*arguments) if who == "mlflow" else anyio.run(open_with_ours, *arguments)
        print(json.dumps(result))
        return
    from tests.stores import mlflow_server

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mlflow.db"
        made = [sys.executable, "-m", "bench.large_store", str(path), str(SPANS)]
        trace_id = subprocess.run(made, stdout=subprocess.PIPE, check=True).stdout.decode().split()[-1]
        print(f"{SPANS} spans, {path.stat().st_size / 1e6:.0f} MB; medians of {RUNS}")
        print(f"{'':18} {'ours':>11} {'MLflow':>11} {'ratio':>8}")
        compare("SQLite", f"sqlite:///{path}", trace_id)
        with mlflow_server(f"sqlite:///{path}", Path(folder)) as base_url:
            compare("server", base_url, trace_id)


if __name__ == "__main__":
    main()
