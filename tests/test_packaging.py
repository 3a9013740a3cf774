"""What people install from: versions agree, and nothing is required that need not be."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from mcp_traces import __version__

ROOT = Path(__file__).parents[1]


def test_the_readme_stays_short() -> None:
    """What it is, run it, tools, settings, security, develop: the rest is docs."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_the_full_mlflow_is_never_required() -> None:
    """It takes 686 MB where mlflow-skinny takes 95; it may be installed beside us."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[^\w-]", requirement)[0] for requirement in project["dependencies"]}

    assert "mlflow-skinny" in names
    assert "mlflow" not in names


def test_both_ways_to_start_say_the_same_version() -> None:
    """`mcp-traces --version` and `python -m mcp_traces --version`."""
    said = {
        subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        for command in ([Path(sys.executable).parent / "mcp-traces"], [sys.executable, "-m", "mcp_traces"])
    }

    assert said == {f"mcp-traces {__version__}"}
