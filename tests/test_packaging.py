"""What people install from: versions agree, and server.json is what the MCP registry takes."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from mcp_traces import __version__

ROOT = Path(__file__).parents[1]
SERVER = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))


def test_server_json_has_the_version_of_the_package() -> None:
    """The registry refuses a version that the package index does not have."""
    assert SERVER["version"] == __version__
    assert {package["version"] for package in SERVER["packages"]} == {__version__}


def test_server_json_keeps_the_rules_of_the_registry() -> None:
    """Those of schema 2025-12-11 and of the registry's documentation, which the schema does not hold."""
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", SERVER["name"])
    assert len(SERVER["description"]) <= 100
    (package,) = SERVER["packages"]
    assert (package["registryType"], package["transport"]) == ("pypi", {"type": "stdio"})
    assert all(variable["description"] for variable in package["environmentVariables"])
    secrets = {one["name"] for one in package["environmentVariables"] if one.get("isSecret")}
    assert secrets == {"MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_PASSWORD"}


def test_the_readme_claims_the_name_in_the_registry() -> None:
    """The registry looks for this line in the published description of the package."""
    assert f"<!-- mcp-name: {SERVER['name']} -->" in (ROOT / "README.md").read_text(encoding="utf-8")


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
