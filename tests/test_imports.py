"""Whoever imports mcp_traces gets names alone: no file, socket, thread, log, signal or variable is touched."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROBE = Path(__file__).with_name("import_probe.py")


def imported(folder: Path, python: Path | str = sys.executable, **environment: str) -> dict[str, Any]:
    """What importing every module has done, in a fresh interpreter without anything of ours in its environment."""
    done = subprocess.run(
        [python, "-P", "-B", PROBE], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_importing_has_no_side_effects(tmp_path: Path) -> None:
    """A library that an application imports must not speak, listen, write or configure for it.

    The JSON is all that is printed, else it could not be read.
    """
    answer = imported(tmp_path)

    assert len(answer["modules"]) > 150
    assert (answer["done"], answer["changed"], list(tmp_path.iterdir())) == ([], {}, [])


SIDE_EFFECTS = {
    "a file": "open('written.txt', 'w').close()",
    "a file read": "open('/etc/hostname').close()",
    "a socket": "import socket; socket.socket().close()",
    "a process": "import subprocess; subprocess.run(['true'])",
    "a database": "import sqlite3; sqlite3.connect(':memory:').close()",
    "a thread": "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "a variable": "import os; os.environ['MLFLOW_TRACKING_URI'] = 'x'",
    "logging": "import logging; logging.basicConfig()",
    "a level": "import logging; logging.getLogger('mcp_traces').setLevel('DEBUG')",
    "a signal": "import signal; signal.signal(signal.SIGTERM, lambda *_: None)",
}


@pytest.mark.parametrize("statement", SIDE_EFFECTS.values(), ids=SIDE_EFFECTS)
def test_side_effects_are_seen(statement: str, tmp_path: Path) -> None:
    """Otherwise the test above says nothing: a package of the same name that does such a thing is caught."""
    package = tmp_path / "mcp_traces"
    package.mkdir()
    (package / "__init__.py").write_text(statement, encoding="utf-8")

    answer = imported(tmp_path, PYTHONPATH=str(tmp_path))

    assert answer["modules"] == []
    assert answer["done"] or answer["changed"]
