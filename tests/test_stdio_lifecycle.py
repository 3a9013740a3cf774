"""The life of the server process: it answers before MLflow is there, says what fails where, and ends when it should."""

import json
import shutil
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest

from mcp_traces import __version__
from tests.stdio_process import DEADLINE_S, ERAS, Era, serving
from tests.stores import RealStore

DATABRICKS = ("--tracking-uri", "databricks")
"""A store that only MLflow's own code reads."""

_STUCK = """\
import os, time
print("MLflow says hello", flush=True)
os.write(1, b"to everyone\\n")
open({started!r}, "w").close()
while not os.path.exists({released!r}):
    time.sleep(0.01)
__file__ = {real!r}
__path__ = [os.path.dirname(__file__)]
exec(compile(open(__file__, encoding="utf-8").read(), __file__, "exec"))
"""


class StuckMlflow:
    """An `mlflow` whose import writes to stdout, tells that it began, and once released goes on as the real one."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "first-on-the-path"
        self._started, self._released = folder / "started", folder / "released"
        real = find_spec("mlflow")
        assert real is not None and real.origin is not None
        source = _STUCK.format(started=str(self._started), released=str(self._released), real=real.origin)
        _write_mlflow(self.path, source)

    @property
    def has_started(self) -> bool:
        return self._started.exists()

    def release(self) -> None:
        self._released.touch()


def _write_mlflow(folder: Path, source: str) -> None:
    (folder / "mlflow").mkdir(parents=True)
    (folder / "mlflow" / "__init__.py").write_text(source, encoding="utf-8")


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"{what} within {DEADLINE_S} s"
        time.sleep(0.01)


@pytest.mark.parametrize("era", ERAS)
def test_the_client_is_answered_before_mlflow_is_imported(tmp_path: Path, era: Era) -> None:
    """The import takes seconds, and a client that waits for its first answer shows the user a server that hangs."""
    mlflow = StuckMlflow(tmp_path)

    with serving(tmp_path, *DATABRICKS, era=era, PYTHONPATH=str(mlflow.path)) as server:
        greeting = server.greet()
        assert server.ask("tools/list")["result"]["tools"]
        _wait_until(lambda: mlflow.has_started, "the import begins by itself")
        assert server.ask("tools/list")["result"]["tools"]
        server.process.terminate()

    own = greeting.get("serverInfo") or greeting["_meta"]["io.modelcontextprotocol/serverInfo"]
    assert own == {"name": "mcp-traces", "title": "MLflow traces", "version": __version__}
    assert era in [greeting.get("protocolVersion"), *greeting.get("supportedVersions", [])]


@pytest.mark.store
@pytest.mark.parametrize("kind", ["sqlite", "server"])
def test_a_database_and_a_server_are_read_without_mlflow(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Nobody should wait for an import, or spend 120 MB on it, that the question does not need."""
    store: RealStore = request.getfixturevalue(f"{kind}_store")
    mlflow = StuckMlflow(tmp_path)

    with serving(tmp_path, "--tracking-uri", store.tracking_uri, PYTHONPATH=str(mlflow.path)) as server:
        server.greet()
        found = server.call("search_traces", experiment="nightly-eval")
        server.call("get_trace", trace_id=found["traces"][0]["trace_id"])
        server.refused("search_traces", experiment="nowhere")
        server.call("describe_filter_syntax")
        assert server.hang_up() == 0

    assert not mlflow.has_started


def test_ctrl_c_ends_the_process(tmp_path: Path) -> None:
    """Whoever starts it in a terminal to try it ends it so; stdin is still open then."""
    with serving(tmp_path) as server:
        server.greet()
        server.process.send_signal(signal.SIGINT)

        assert server.wait_for_end() in (0, -signal.SIGINT)


def test_a_client_that_leaves_before_it_says_anything_ends_the_process(tmp_path: Path) -> None:
    """Some clients start a server only to see whether it starts."""
    with serving(tmp_path) as server:
        assert server.hang_up() == 0
        assert server.log == ""


def test_the_end_of_stdin_ends_the_process_amid_a_call(tmp_path: Path) -> None:
    """So clients stop a server, whatever it waits for; one that stays behind is a process too many per session."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        uri = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with serving(tmp_path, "--tracking-uri", uri, "--timeout-s", "600") as server, ExitStack() as unanswered:
            server.greet()
            server.request_call("search_traces", experiment="4711")
            _accept_until(b"experiment_id=4711", listener, unanswered)

            assert server.hang_up() == 0


def _accept_until(asked: bytes, listener: socket.socket, connections: ExitStack) -> None:
    """Take requests without answering them, up to one in which `asked` stands."""
    listener.settimeout(DEADLINE_S)
    request = b""
    while asked not in request:
        connection = connections.enter_context(listener.accept()[0])
        connection.settimeout(DEADLINE_S)
        request = connection.recv(4096)


def test_the_end_of_stdin_ends_the_process_amid_the_import(tmp_path: Path) -> None:
    """A session that is over before MLflow is there leaves neither an error nor a process."""
    mlflow = StuckMlflow(tmp_path)
    with serving(tmp_path, *DATABRICKS, PYTHONPATH=str(mlflow.path)) as server:
        server.greet()
        _wait_until(lambda: mlflow.has_started, "the import begins")
        server.close_stdin()

        assert server.wait_for_end() == 0
        assert "Traceback" not in server.log


def test_sigterm_ends_the_process(tmp_path: Path) -> None:
    """The second step of a client that stops a server, and what supervisors send; stdin is still open then."""
    mlflow = StuckMlflow(tmp_path)
    with serving(tmp_path, *DATABRICKS, PYTHONPATH=str(mlflow.path)) as server:
        server.greet()
        _wait_until(lambda: mlflow.has_started, "the import begins")
        server.process.terminate()

        assert server.wait_for_end() in (0, -signal.SIGTERM)


@pytest.mark.store
def test_a_missing_sqlite_file_is_named_never_made_and_read_once_it_is_there(
    sqlite_store: RealStore, tmp_path: Path
) -> None:
    """MLflow would make an empty database, in which every search then finds nothing, and nobody learns why.

    Whoever mends it, by logging a first trace for instance, need not restart the client.
    """
    path = tmp_path / "mlflow.db"
    with serving(tmp_path) as server:
        server.greet()
        refused = [
            server.refused("search_traces", experiment="support-assistant"),
            server.refused("get_trace", trace_id=sqlite_store.sample.traces["root_error"]),
        ]
        assert [text for text in refused if f"{path} does not exist. Nothing was created." not in text] == []
        assert [file.name for file in tmp_path.iterdir()] == ["stderr.log"]

        shutil.copyfile(sqlite_store.tracking_uri.removeprefix("sqlite:///"), path)
        assert server.call("search_traces", experiment="support-assistant", limit=1)["traces"]
        assert server.hang_up() == 0


FORMATS: dict[str, Callable[[str], list[tuple[str, str]]]] = {
    "text": lambda log: [
        (line.split()[2], line.split(": ", 1)[1]) for line in log.splitlines() if line.startswith("20")
    ],
    "json": lambda log: [(line["level"], line["message"]) for line in map(json.loads, log.splitlines())],
}
"""How to read level and message of each entry."""


@pytest.mark.parametrize("log_format", FORMATS)
def test_an_internal_error_is_in_the_log_on_stderr_under_the_id_the_client_got(tmp_path: Path, log_format: str) -> None:
    """The client may not see what failed inside, whoever runs the server must; stdout stays the protocol's."""
    _write_mlflow(tmp_path / "broken", "raise RuntimeError('no space left on device')")

    arguments = (*DATABRICKS, "--log-format", log_format)
    with serving(tmp_path, *arguments, PYTHONPATH=str(tmp_path / "broken")) as server:
        server.greet()
        told = server.refused("search_traces", experiment="1")
        server.hang_up()

    incident = told.removeprefix("Internal error ").split()[0]
    entries = FORMATS[log_format](server.log)
    assert "no space left" not in told
    assert ("ERROR", f"Internal error {incident} in search_traces") in entries
    assert "RuntimeError: no space left on device" in server.log


@pytest.mark.parametrize(("level", "logged"), [("DEBUG", {"DEBUG"}), ("INFO", set[str]())], ids=["DEBUG", "INFO"])
def test_the_log_level_decides_what_stderr_gets(tmp_path: Path, level: str, logged: set[str]) -> None:
    """Silent unless there is something to tell: some clients show stderr to their user as a failure."""
    with serving(tmp_path, "--tracking-uri", "http://127.0.0.1:1", "--log-level", level) as server:
        server.greet()
        server.hang_up()

    assert {level for level, _ in FORMATS["text"](server.log)} == logged
