"""Time from start to the first answer over stdio, ours beside `mlflow mcp run`, in turn, in one run.

`make bench-startup`. Both serve the same SQLite store; each run is a new process that gets one `initialize`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MLFLOW = Path(os.environ.get("MCP_TRACES_TEST_MLFLOW", ROOT / ".venv-mlflow" / "bin" / "mlflow"))
OURS = Path(sys.executable).parent / "mcp-traces"
RUNS = int(os.environ.get("RUNS", "5"))
DEADLINE_S = 60

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "bench", "version": "1"},
    },
}


def seconds_to_answer(command: list[str], environment: dict[str, str]) -> float:
    """From spawn to the `initialize` answer, which must name a server."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        took = time.perf_counter() - started
        assert answer["id"] == 1 and answer["result"]["serverInfo"]["name"], answer
        return took
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE_S)


def main() -> None:
    from mcp_traces.demo import make_sample_store

    with tempfile.TemporaryDirectory() as folder:
        uri = f"sqlite:///{Path(folder) / 'mlflow.db'}"
        make_sample_store(uri)
        environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
        commands = {"mcp-traces": [str(OURS)], "mlflow mcp run": [str(MLFLOW), "mcp", "run"]}
        times: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(RUNS + 1):
            for name, command in commands.items():
                took = seconds_to_answer(command, environment)
                if run:  # the first of each writes bytecode and warms the page cache
                    times[name].append(took)
    for name, taken in times.items():
        print(f"{name:15} median {statistics.median(taken):6.2f} s  min {min(taken):6.2f}  max {max(taken):6.2f}")
    ours, theirs = times.values()
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"ratio           median {statistics.median(ratios):6.2f}    min {min(ratios):6.2f}  max {max(ratios):6.2f}")


if __name__ == "__main__":
    main()
