"""MCP Inspector in a browser: every argument is a plain field, its check of the schemas has no warning, and each tool
is called from its form, with some fields filled in, some emptied again and the others left alone."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.tools.catalog import build_tools
from tests.clients.test_clients import ROWS, node
from tests.stdio_process import COMMAND
from tests.stores import RealStore, free_port

pytestmark = pytest.mark.store

HERE = Path(__file__).parent
LAUNCHER = HERE / "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
CHROMIUM = HERE.parents[1] / ".tools" / "chromium" / "chromium"
DEADLINE_S = 120
STOP_S = 5
ERAS = {"2025-11-25": "legacy", "2026-07-28": "modern"}
(ROW,) = [row for row in ROWS if row["client"] == "MCP Inspector"]
KINDS = {"string": "TextInput", "integer": "NumberInput", "number": "NumberInput"}


@pytest.fixture
def chromium() -> str:
    said = CHROMIUM.with_name("why-not")
    if not CHROMIUM.exists():
        pytest.skip(said.read_text().strip() if said.exists() else "`make test-clients` installs it")
    return str(CHROMIUM)


@contextmanager
def inspector(era: str, tracking_uri: str, environment: dict[str, str], folder: Path) -> Iterator[str]:
    """The Inspector's page, which starts the server over stdio."""
    server = [COMMAND, "--tracking-uri", tracking_uri]
    ports = {name: str(free_port()) for name in ("CLIENT_PORT", "MCP_SANDBOX_PORT", "MCP_APP_ORIGIN_PORT")}
    quiet = {"MCP_AUTO_OPEN_ENABLED": "false", "MCP_INSPECTOR_SECRET_STORE": "memory"}
    log = folder / "inspector.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [node(), str(LAUNCHER), "--web", "--protocol-era", ERAS[era], *server],
            cwd=folder,
            env=environment | ports | quiet,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _url(process, log)
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, number)
                process.wait(STOP_S)


def _url(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+\?MCP_INSPECTOR_API_TOKEN=\w+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def plain_fields(parameters: dict[str, Any]) -> dict[str, str]:
    """The input that the Inspector has for each argument."""
    return {
        name: "Select" if "enum" in schema else KINDS[schema["type"]]
        for name, schema in parameters["properties"].items()
    }


@pytest.mark.parametrize("era", ROW["connects"])
def test_every_tool_is_called_from_its_form(
    sqlite_store: RealStore, environment: dict[str, str], tmp_path: Path, chromium: str, era: str
) -> None:
    """What is typed arrives: lists and mappings as text, a field that was emptied as an argument that is left out."""
    driver = str(HERE / "drivers" / "inspector_form.mjs")
    with inspector(era, sqlite_store.tracking_uri, environment, tmp_path) as url:
        done = subprocess.run(
            [node(), driver, url, chromium, str(tmp_path)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=DEADLINE_S,
            check=False,
        )
    assert done.returncode == 0, f"{done.stderr[-4000:]}\nA picture of the page: {tmp_path / 'failed.png'}"
    told = json.loads(done.stdout)

    assert told["troubles"] == []
    assert told["forms"] == {tool.name: plain_fields(tool.parameters) for tool in build_tools()}
    turn = {number: sqlite_store.sample.traces[f"session_turn_{number}"] for number in (2, 3, 4, 5)}
    pages = [[row["trace_id"] for row in told[page]["traces"]] for page in ("first", "second")]
    assert pages == [[turn[5], turn[4]], [turn[3], turn[2]]]
    assert told["chosen"]["applied"]["filter"] == (
        "trace.status = 'OK' AND tag.environment = 'production' AND tag.`model-name` = 'gpt-4' "
        "AND feedback.rating = 'positive' AND span.status = 'ERROR'"
    )
    assert "`order_by` 'latency' is not an order MLflow knows. Use newest," in told["wrong"]
    assert told["opened"]["trace"]["trace_id"] == turn[3]
    assert [span["span_id"] for span in told["spans"]["spans"]] == told["span_ids"]
    assert all("inputs" in span for span in told["spans"]["spans"])
    assert told["tree"]["total"] == told["opened"]["totals"]["spans"]
    assert told["syntax"]["check"]["accepted"] is True
