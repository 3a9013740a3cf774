"""Claude Code is told of the server as people tell it, and says that it is connected, for which no login is needed."""

import subprocess
from pathlib import Path

import pytest

from tests.clients.test_clients import ROWS
from tests.clients.wire import wire_to
from tests.http.http_process import HttpServer
from tests.stdio_process import COMMAND
from tests.stores import RealStore

pytestmark = pytest.mark.store

HERE = Path(__file__).parent / "claude_code"
DEADLINE_S = 120
CONNECTED = "✔ Connected"


@pytest.fixture
def claude(environment: dict[str, str], tmp_path: Path) -> "Claude":
    """Its program for this machine; skips where there is none."""
    found = sorted(HERE.glob("node_modules/@anthropic-ai/claude-code-*/claude"))
    said = HERE / "why-not"
    if not found:
        pytest.skip(said.read_text().strip() if said.exists() else "`make test-clients` installs it")
    return Claude(str(found[0]), environment, tmp_path)


class Claude:
    """Run in a folder and a home of the test's own."""

    def __init__(self, program: str, environment: dict[str, str], folder: Path) -> None:
        quiet = {"DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
        self._program, self._environment, self._folder = program, environment | quiet, folder

    def mcp(self, *words: str) -> str:
        done = subprocess.run(
            [self._program, "mcp", *words],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=DEADLINE_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def says_of(self, server: str) -> str:
        (line,) = [line for line in self.mcp("list").splitlines() if line.startswith(f"{server}:")]
        return line


def test_it_connects_over_stdio(claude: Claude, server_store: RealStore) -> None:
    """`claude mcp add NAME -- COMMAND`, as the README has it."""
    claude.mcp("add", "mlflow-traces", "--", COMMAND, "--tracking-uri", server_store.tracking_uri)

    assert claude.says_of("mlflow-traces").endswith(CONNECTED)


def test_it_connects_over_http(claude: Claude, http: HttpServer) -> None:
    """The URL of a team's server; in the revision of the protocol that the table says."""
    with wire_to(http.address) as wire:
        claude.mcp("add", "--transport", "http", "mlflow-traces", wire.url)

        assert claude.says_of("mlflow-traces").endswith(CONNECTED)
    (row,) = [row for row in ROWS if row["package"] == "@anthropic-ai/claude-code"]
    assert sorted(wire.revisions) == row["connects"]
