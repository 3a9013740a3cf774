"""What MLflow's own client answers, asked of a child process per store so that MLflow stays out of this one."""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from tests.stores import QUIET_MLFLOW, RealStore

STOP_DEADLINE_S = 5


class OracleError(Exception):
    """MLflow refused; `code` is its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Oracle:
    """MLflow's client for each store that is asked about; a child starts with the first question about its store."""

    def __init__(self) -> None:
        self._children: dict[str, _Child] = {}

    def search(self, store: RealStore, **arguments: Any) -> list[str]:
        """Trace ids in MLflow's order; the arguments are those of `MlflowClient.search_traces`."""
        return [info["trace_id"] for info in self.search_page(store, **arguments)["traces"]]

    def search_page(self, store: RealStore, **arguments: Any) -> dict[str, Any]:
        """The trace infos and the token of one page."""
        return self._ask(store, "search", arguments)

    def get(self, store: RealStore, trace_id: str) -> dict[str, Any]:
        return self._ask(store, "get", {"trace_id": trace_id})

    def run(self, store: RealStore, run_id: str) -> dict[str, Any]:
        """`run_id`, `run_name`, `status`, `experiment_id`, `start_time` of `MlflowClient.get_run`."""
        return self._ask(store, "run", {"run_id": run_id})

    def metrics(self, store: RealStore, **arguments: Any) -> list[dict[str, Any]]:
        """The points of `query_trace_metrics`: `dimensions`, and `values` by aggregation."""
        return self._ask(store, "metrics", arguments)

    def experiments(self, store: RealStore) -> list[dict[str, Any]]:
        return self._ask(store, "experiments", {})

    def close(self) -> None:
        for child in self._children.values():
            child.close()

    def _ask(self, store: RealStore, name: str, arguments: dict[str, Any]) -> Any:
        child = self._children.get(store.tracking_uri)
        if child is None:
            child = self._children[store.tracking_uri] = _Child(store.tracking_uri)
        return child.ask(name, arguments)


class _Child:
    def __init__(self, tracking_uri: str) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.oracle_child", tracking_uri],
            env=os.environ | QUIET_MLFLOW,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )

    def ask(self, name: str, arguments: dict[str, Any]) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise RuntimeError(f"The oracle ended:\n{self._log.read()[-3000:]}")
        reply = json.loads(line)
        if "error" in reply:
            raise OracleError(reply["error"], reply["message"])
        return reply["answer"]

    def close(self) -> None:
        """End the child: it stops by itself when its questions end."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._log.close()
