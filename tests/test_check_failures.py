"""`mcp-traces check` where a client would get no answers: what is wrong, how to mend it, and nothing else."""

import hashlib
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mcp_traces.cli import EXIT_FAILED, main
from tests.stdio_process import fresh_environment, run
from tests.stores import RealStore

LOGIN = "bob:s3cret"
AN_OLD_REVISION = "867495a8f9d4"
"""Of MLflow 2.14, the first with traces."""


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Variables of whoever runs the tests are theirs; logging is left to pytest."""
    monkeypatch.setattr("mcp_traces.cli.configure_logging", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    with fresh_environment(tmp_path):
        yield


def _failure(capsys: pytest.CaptureFixture[str], uri: str, *arguments: str) -> str:
    """Why the check of a store fails, in one line, without credentials or a traceback."""
    assert main(["check", "--tracking-uri", uri, *arguments]) == EXIT_FAILED

    captured = capsys.readouterr()
    printed = captured.out + captured.err
    assert "Traceback" not in printed and "s3cret" not in printed and "bob" not in printed
    *_, last = captured.out.splitlines()
    return last.removeprefix("FAILED     ")


def _content(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def _text(path: Path) -> None:
    path.write_text("Meeting notes: " + "bla " * 1000)


def _other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs(title)")


NO_STORES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _: None, "The SQLite database {path} does not exist. Nothing was created. Set MLFLOW_TRACKING"),
    "a folder": (Path.mkdir, "The SQLite database {path} is a folder. Nothing was created. Set MLFLOW_TRACKING_URI"),
    "no database": (_text, "{path} answered: file is not a database. Check MLFLOW_TRACKING_URI: it must name"),
    "empty": (Path.touch, "{path} holds no MLflow tables. Nothing was created. Check MLFLOW_TRACKING_URI: it must"),
    "not MLflow's": (_other_database, "{path} holds no MLflow tables. Nothing was created. Check MLFLOW_TRACKING_URI"),
}


@pytest.mark.parametrize(("make", "told"), NO_STORES.values(), ids=NO_STORES)
def test_a_file_that_is_no_store_is_told_and_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, make: Callable[[Path], object], told: str
) -> None:
    """MLflow would make a database of it; a mistyped path must stay visible as one."""
    make(tmp_path / "mlflow.db")
    before = _content(tmp_path)

    failure = _failure(capsys, "sqlite:///mlflow.db")

    assert failure.startswith(told.format(path=tmp_path / "mlflow.db"))
    assert _content(tmp_path) == before


def test_the_installed_command_ends_with_exit_code_1(tmp_path: Path) -> None:
    """What a script goes by. With no setting at all it is MLflow's own default that is missing."""
    done = run("check", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (EXIT_FAILED, "")
    assert f"FAILED     The SQLite database {tmp_path / 'mlflow.db'} does not exist." in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.store
@pytest.mark.parametrize("revision", [AN_OLD_REVISION, "ffffffffffff"], ids=["older", "unknown"])
def test_the_revision_of_a_schema_does_not_matter(
    sqlite_store: RealStore, capsys: pytest.CaptureFixture[str], tmp_path: Path, revision: str
) -> None:
    """Tables and columns count. Upgrading a database would break its application, so nothing advises to."""
    path = tmp_path / "mlflow.db"
    shutil.copyfile(sqlite_store.tracking_uri.removeprefix("sqlite:///"), path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    before = _content(tmp_path)

    assert main(["check", "--tracking-uri", f"sqlite:///{path}"]) == 0

    said = capsys.readouterr().out
    assert "reachable  yes" in said
    assert "upgrade" not in said
    assert _content(tmp_path) == before


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine that is ours, so that nobody else listens on it, and neither do we."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_server_that_does_not_run_is_told_with_its_address(
    capsys: pytest.CaptureFixture[str], closed_port: int
) -> None:
    """The commonest failure of all, within moments and not after MLflow's minutes of retries."""
    failure = _failure(capsys, f"http://{LOGIN}@127.0.0.1:{closed_port}")

    address = f"http://127.0.0.1:{closed_port}"
    assert failure.startswith(f"Cannot reach the MLflow server at {address}: Connection refused. Check that it is run")


def test_a_postgresql_that_does_not_run_is_told_with_its_address(
    capsys: pytest.CaptureFixture[str], closed_port: int
) -> None:
    """A URI of a database holds a password nearly always; the address is what is left of it."""
    failure = _failure(capsys, f"postgresql://{LOGIN}@127.0.0.1:{closed_port}/mlflow")

    assert failure.startswith(f"postgresql://127.0.0.1:{closed_port}/mlflow does not answer: ")
    assert "Connection refused" in failure


@contextmanager
def _answering(status: int, content_type: str, body: str) -> Iterator[tuple[str, list[str | None]]]:
    """A web server that has one answer to everything: its address, and the credentials that it was sent."""
    seen: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: stderr is looked at."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


ANSWERS: dict[str, tuple[int, str, str, list[str]]] = {
    "401": (401, "text/plain", "You are not authenticated.", ["refused", "HTTP 401", "Check MLFLOW_TRACKING_USERNAME"]),
    "403": (403, "application/json", "{}", ["refused", "HTTP 403", "MLFLOW_TRACKING_TOKEN"]),
    "404": (404, "text/html", "<h1>Not here</h1>", ["HTTP 404", "no MLflow server, or too old", "Check that MLFLOW_"]),
    "503": (503, "text/html", "<h1>Later</h1>", ["overloaded or down", "HTTP 503", "Try again in a moment"]),
    "a web page": (200, "text/html", "<h1>Welcome</h1>", ["is not", "Check that MLFLOW_TRACKING_URI names an MLflow"]),
}


@pytest.mark.parametrize(("status", "content_type", "body", "told"), ANSWERS.values(), ids=ANSWERS)
def test_a_server_that_does_not_serve_us_is_told_with_the_mend(
    capsys: pytest.CaptureFixture[str], status: int, content_type: str, body: str, told: list[str]
) -> None:
    """It got the credentials of the URL, which show nowhere, and said no; each no has another mend."""
    with _answering(status, content_type, body) as (place, seen):
        failure = _failure(capsys, f"http://{LOGIN}@{place}")

    assert f"http://{place}" in failure
    assert [part for part in told if part not in failure] == []
    assert set(seen) == {"Basic Ym9iOnMzY3JldA=="}


def test_a_server_that_keeps_silent_is_told_in_time(capsys: pytest.CaptureFixture[str]) -> None:
    """Someone waits in front of the terminal, for as long as they said."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        failure = _failure(capsys, f"http://{LOGIN}@{address}", "--timeout-s", "0.2")

    assert "did not answer within 0.2 s" in failure


EXPERIMENTS: dict[str, tuple[list[str], str]] = {
    "mistyped": (
        ["--experiment", "suport-assistant"],
        "No experiment 'suport-assistant' in this store. Did you mean 'support-assistant' (id 1)? Known experiments: ",
    ),
    "not allowed": (
        ["--experiment", "nightly-eval", "--experiments", "support-assistant"],
        "No experiment 'nightly-eval' in this store. Known experiments: 'support-assistant' (id 1).",
    ),
}


@pytest.mark.store
@pytest.mark.parametrize(("arguments", "told"), EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_a_default_experiment_that_is_not_there_is_told(
    sqlite_store: RealStore, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Each search of a client that names none would fail for it."""
    assert _failure(capsys, sqlite_store.tracking_uri, *arguments).startswith(told)
