"""The bundle for Claude Desktop: packed by MCPB's own tool, unpacked, started as a host starts it, and asked."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from mcp_traces import __version__
from mcp_traces.settings import MLFLOW_SECRETS, variables_of
from tests.stdio_process import clean_environment

ROOT = Path(__file__).parents[1]
CLIENTS = ROOT / "tests" / "clients"
MANIFEST: dict[str, Any] = json.loads((ROOT / "bundle" / "manifest.json").read_text(encoding="utf-8"))
STORE = {"tracking_uri": "http://127.0.0.1:1/mlflow"}


def node(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Skips where the tool is not installed."""
    executable = shutil.which("node")
    if executable is None or not (CLIENTS / "node_modules" / ".installed").exists():
        said = CLIENTS / "why-not"
        pytest.skip(f"no Node clients: {said.read_text().strip() if said.exists() else '`make test` installs them'}")
    return subprocess.run(
        [executable, CLIENTS / script, *arguments], capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def mcpb(*arguments: str) -> str:
    done = node("node_modules/@anthropic-ai/mcpb/dist/cli/cli.js", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a host has on its disk once somebody has installed the bundle."""
    folder = tmp_path_factory.mktemp("bundle")
    subprocess.run([sys.executable, ROOT / "bundle" / "stage.py", folder / "staged"], check=True)
    mcpb("validate", str(folder / "staged" / "manifest.json"))
    mcpb("pack", str(folder / "staged"), str(folder / "mcp-traces.mcpb"))
    mcpb("unpack", str(folder / "mcp-traces.mcpb"), str(folder / "unpacked"))
    return folder / "unpacked"


def started_with(folder: Path, **settings: str) -> dict[str, Any] | None:
    """Command, arguments and variables as MCPB's own library makes them of the manifest; None where it refuses."""
    done = node("mcpb_config.mjs", str(folder), json.dumps(settings))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_asked_of_the_user_is_mapped_to_variables() -> None:
    """The store must be named; tokens and passwords are hidden as they are typed, and kept safe by the host."""
    asked = MANIFEST["user_config"]
    env = MANIFEST["server"]["mcp_config"]["env"]

    assert {name for name, one in asked.items() if one["required"]} == {"tracking_uri"}
    assert {name for name, one in asked.items() if one.get("sensitive")} == set(MLFLOW_SECRETS)
    assert set(env.values()) == {f"${{user_config.{name}}}" for name in asked}
    for name, one in asked.items():
        variable = next(variable for variable, value in env.items() if value == f"${{user_config.{name}}}")
        assert variable in variables_of(name)
        assert one["title"] and one["description"]


def test_the_bundle_holds_the_package_and_needs_what_it_needs(unpacked: Path) -> None:
    """The package lies in it, as it is here; the host's uv installs the rest, with the drivers of databases."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bundled = tomllib.loads((unpacked / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    drivers = {one for extra in ("postgresql", "mysql") for one in project["optional-dependencies"][extra]}

    assert set(bundled["dependencies"]) == {*project["dependencies"], *drivers}
    assert bundled["requires-python"] == project["requires-python"]
    assert MANIFEST["version"] == bundled["version"] == __version__
    kinds = (".py", ".typed", ".csv", ".toml")
    files = [path for path in (ROOT / "mcp_traces").rglob("*") if path.suffix in kinds]
    here = {path.relative_to(ROOT).as_posix() for path in files}
    there = {path.relative_to(unpacked).as_posix() for path in (unpacked / "mcp_traces").rglob("*") if path.is_file()}
    assert there == here
    assert not any((unpacked / name).exists() for name in ("tests", ".venv", "uv.lock"))


def test_settings_that_are_left_empty_are_not_set(unpacked: Path) -> None:
    """A host hands over an empty text for them, which counts as none; without a store it starts nothing."""
    started = started_with(unpacked, **STORE)
    assert started is not None
    assert (started["command"], started["args"]) == ("uv", ["run", "--directory", str(unpacked), "server.py"])
    assert {name: value for name, value in started["env"].items() if value} == {
        "MLFLOW_TRACKING_URI": STORE["tracking_uri"]
    }
    assert started_with(unpacked) is None


@pytest.mark.anyio
@pytest.mark.parametrize("left", ["", "${user_config.tracking_token}"], ids=["empty", "as it was"])
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_unpacked_bundle_answers(unpacked: Path, left: str, mode: str) -> None:
    """Over stdio, with the settings it was given; the code is the bundle's own, which the version tells.

    uv would install the dependencies first: here they are those of the tests' own Python.
    """
    package = unpacked / "mcp_traces" / "__init__.py"
    text = (ROOT / "mcp_traces" / "__init__.py").read_text(encoding="utf-8")
    package.write_text(text.replace(__version__, f"{__version__}+bundle"), encoding="utf-8")
    started = started_with(unpacked, **STORE, experiments="support", tracking_password="pw")
    assert started is not None and started["env"]["MLFLOW_TRACKING_PASSWORD"] == "pw"
    env = clean_environment(**started["env"] | {"MLFLOW_TRACKING_TOKEN": left, "MCP_TRACES_LOG_LEVEL": "ERROR"})

    server = StdioServerParameters(command=sys.executable, args=[started["args"][-1]], env=env, cwd=unpacked)
    async with Client(server, mode=mode) as client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == [tool["name"] for tool in MANIFEST["tools"]]
        assert client.server_info.version == f"{__version__}+bundle"
        answer = await client.call_tool("search_traces", {"experiment": "support"})
        assert answer.is_error and "http://127.0.0.1:1/mlflow" in str(answer.content)
