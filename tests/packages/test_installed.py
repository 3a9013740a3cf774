"""mcp-traces as users get it: alone in a fresh environment, asked over stdio, with each Python, as wheel and sdist."""

import json
import subprocess
from pathlib import Path

import pytest

from mcp_traces import __version__
from tests.packages.conftest import Installed
from tests.stdio_process import clean_environment, serving
from tests.stores import RealStore
from tests.test_imports import imported

LISTED = """
import importlib.metadata, json, re, sys
def plain(name): return re.sub(r"[-_.]+", "-", name).lower()
there = {plain(one.name): one.requires or [] for one in importlib.metadata.distributions()}
needed = {plain(re.match(r"[\\w.-]+", text)[0]) for texts in there.values() for text in texts if "extra ==" not in text}
json.dump([sorted(there), sorted(set(there) - needed)], sys.stdout)
"""
"""Every distribution, and those that no other one needs."""


def run(installed: Installed, command: str, *arguments: str, cwd: Path) -> str:
    """What it prints. Nothing of the tests' own environment is on its path."""
    environment = {name: value for name, value in clean_environment().items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [installed.bin / command, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_requirements_fit_together(installed: Installed) -> None:
    """Nothing is missing, and no package is of a version that another one does not take."""
    subprocess.run([installed.uv, "pip", "check", "--quiet", "--python", installed.bin / "python"], check=True)


def test_nothing_is_there_that_is_not_needed(alone: Installed, tmp_path: Path) -> None:
    """So that whatever works in it works without what tests and checks are made with."""
    there, on_top = json.loads(run(alone, "python", "-c", LISTED, cwd=tmp_path))

    assert on_top == ["mcp-traces"]
    assert not {"pytest", "hypothesis", "inline-snapshot", "ruff", "basedpyright", "psycopg", "pymysql"} & set(there)


def test_it_is_the_package_that_was_installed(installed: Installed, tmp_path: Path) -> None:
    """With both ways to start it, and the drivers beside it where they were asked for."""
    assert run(installed, "mcp-traces", "--version", cwd=tmp_path) == f"mcp-traces {__version__}\n"
    assert run(installed, "python", "-m", "mcp_traces", "--version", cwd=tmp_path) == f"mcp-traces {__version__}\n"
    drivers = "; import psycopg, pymysql" if installed.form == "lowest" else ""
    where = run(installed, "python", "-c", f"import mcp_traces{drivers}; print(mcp_traces.__file__)", cwd=tmp_path)
    assert Path(where).is_relative_to(installed.bin.parent)


def test_importing_it_has_no_side_effects(from_wheel: Installed, tmp_path: Path) -> None:
    """As tests/test_imports.py says, with each Python."""
    answer = imported(tmp_path, from_wheel.bin / "python")

    assert (answer["done"], answer["changed"]) == ([], {})


@pytest.mark.store
def test_a_client_searches_and_opens_a_trace(installed: Installed, sqlite_store: RealStore, tmp_path: Path) -> None:
    """A whole conversation on a real store, over stdio, with the console script as it was installed."""
    arguments = ("--tracking-uri", sqlite_store.tracking_uri)
    with serving(tmp_path, *arguments, command=installed.bin / "mcp-traces") as server:
        assert server.greet()["serverInfo"]["version"] == __version__
        found = server.call("search_traces", experiment="support-assistant", status="ERROR", limit=3)
        opened = server.call("get_trace", trace_id=sqlite_store.sample.traces["error_chain"])

    assert found["returned"] == 3 and {row["status"] for row in found["traces"]} == {"ERROR"}
    assert opened["trace"]["trace_id"] == sqlite_store.sample.traces["error_chain"]
    assert opened["errors"]


@pytest.mark.store
def test_check_sees_the_store(from_wheel: Installed, sqlite_store: RealStore, tmp_path: Path) -> None:
    """What users are told to run first."""
    said = run(from_wheel, "mcp-traces", "check", "--tracking-uri", sqlite_store.tracking_uri, cwd=tmp_path)

    assert "support-assistant" in said
