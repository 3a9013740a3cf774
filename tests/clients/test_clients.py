"""Clients that others wrote, against the installed server over stdio and HTTP: all of them read the same.

clients.json is the table of them; each is driven by a script of its own in `drivers`, in an environment of its own.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.tools.catalog import build_tools
from tests.clients.install import environment_of
from tests.clients.wire import wire_to
from tests.http.http_process import HttpServer
from tests.stdio_process import COMMAND
from tests.stores import RealStore

pytestmark = pytest.mark.store

HERE = Path(__file__).parent
VENVS = HERE.parents[1] / ".venv-clients"
DEADLINE_S = 120
ROWS: list[dict[str, Any]] = json.loads((HERE / "clients.json").read_text(encoding="utf-8"))
RUNS = {f"{row['client']}, {era}": (row, era) for row in ROWS for era in row["runs"]}

PLAN = {
    "search": {"experiment": "support-assistant", "session_id": "session_abc123", "limit": 2},
    "wrong": {"experimnt": "support-assistant"},
}
WRONG = "search_traces: There is no argument `experimnt`. Did you mean `experiment`? It takes: experiment, filter,"


def _drive(row: dict[str, Any], era: str, server: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    driver, *mode = row["runs"][era]
    done = subprocess.run(
        [_interpreter(row, driver), str(HERE / "drivers" / driver), json.dumps(server), json.dumps(PLAN), *mode],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout)


def _interpreter(row: dict[str, Any], driver: str) -> str:
    """What runs the driver; skips where the client is not installed."""
    if row["from"] == "PyPI":
        python = VENVS / environment_of(row) / "bin" / "python"
        return str(python) if python.exists() else pytest.skip("`make test-clients` installs it")
    found = node()
    return found if driver.endswith(".mjs") else sys.executable


def node() -> str:
    """What runs the npm packages; skips where they are not installed."""
    found, said = shutil.which("node"), HERE / "why-not"
    if found is None or not (HERE / "node_modules" / ".installed").exists():
        pytest.skip(said.read_text().strip() if said.exists() else "`make test-clients` installs it")
    return found


def _assert_walked(told: dict[str, Any], store: RealStore) -> None:
    """The tools in their order, two pages of a session from its newest turn, the trace it began with, and our words."""
    turn = {number: store.sample.traces[f"session_turn_{number}"] for number in (2, 3, 4, 5)}
    assert WRONG in told.pop("error")
    assert told == {
        "tools": [tool.name for tool in build_tools()],
        "pages": [[turn[5], turn[4]], [turn[3], turn[2]]],
        "opened": turn[3],
    }


@pytest.mark.parametrize("run", RUNS)
def test_over_http(http: HttpServer, server_store: RealStore, environment: dict[str, str], run: str) -> None:
    """Each in the revision of the protocol that the table says."""
    row, era = RUNS[run]
    with wire_to(http.address) as wire:
        told = _drive(row, era, {"url": wire.url}, environment)

    _assert_walked(told, server_store)
    assert wire.revisions == {era}


@pytest.mark.parametrize("run", RUNS)
def test_over_stdio(server_store: RealStore, environment: dict[str, str], run: str) -> None:
    """With the console script, as it is installed."""
    command = {"command": COMMAND, "args": ["--tracking-uri", server_store.tracking_uri]}

    told = _drive(*RUNS[run], command, environment)

    _assert_walked(told, server_store)
