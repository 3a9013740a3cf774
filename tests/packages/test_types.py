"""Type checkers see our types where the wheel is installed: all of them are known, and none has to be guessed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.packages.conftest import Installed

CONSUMER = """\
from typing import assert_type

from mcp.server import MCPServer

from mcp_traces import __version__
from mcp_traces.errors import TracesError
from mcp_traces.records import Trace
from mcp_traces.results import GetTraceResult
from mcp_traces.server import TracesServer, build_server
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.store.open_gateway import open_gateway


def serve(uri: str) -> TracesServer:
    settings = Settings(tracking_uri=uri)
    gateway = open_gateway(settings)
    server = build_server(settings, gateway)
    assert_type(settings.timeout_s, float)
    assert_type(gateway, TraceGateway)
    assert_type(server, TracesServer)
    assert isinstance(server, MCPServer)
    assert_type(settings.max_chars, str)
    print(__version__)
    return server


async def read(gateway: TraceGateway, trace_id: str) -> str:
    try:
        assert_type(await gateway.get_trace(trace_id), Trace)
    except TracesError as error:
        return error.message
    return GetTraceResult.__name__
"""
"""An application that makes a server of its own, with one mistake."""


def checker(from_wheel: Installed, *arguments: str, cwd: Path) -> dict[str, Any]:
    """basedpyright's answer; it takes the first Python on the PATH for that of the user."""
    program = Path(sys.executable).parent / "basedpyright"
    if not program.exists():
        pytest.skip("no basedpyright here: `make static` installs it")
    path = f"{from_wheel.bin}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [program, "--outputjson", *arguments],
        cwd=cwd,
        env=os.environ | {"PATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return json.loads(done.stdout)


def test_every_type_is_known(from_wheel: Installed, tmp_path: Path) -> None:
    """Of all that a user may import: annotated, so that each type checker reads the same."""
    seen = checker(from_wheel, "--verifytypes", "mcp_traces", "--ignoreexternal", cwd=tmp_path)["typeCompleteness"]

    assert Path(seen["pyTypedPath"]).is_relative_to(from_wheel.bin.parent)
    guessed = [one["name"] for one in seen["symbols"] if one["isExported"] and not one["isTypeKnown"]]
    guessed += [one["name"] for one in seen["symbols"] if one["isExported"] and one["isTypeAmbiguous"]]
    assert guessed == []
    assert seen["completenessScore"] == 1
    assert len(seen["modules"]) > 150


def test_an_application_is_checked_against_our_types(from_wheel: Installed, tmp_path: Path) -> None:
    """In strict mode, where a type that is unknown is an error: its one mistake is found, and nothing else."""
    (tmp_path / "application.py").write_text(CONSUMER, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")

    found = checker(from_wheel, "application.py", cwd=tmp_path)["generalDiagnostics"]

    mistake = CONSUMER.splitlines().index("    assert_type(settings.max_chars, str)")
    assert [(one["rule"], one["range"]["start"]["line"]) for one in found] == [("reportAssertTypeFailure", mistake)]
