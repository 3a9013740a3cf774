"""`mcp-traces check` where a client gets answers: it says what such a client would see, and what is true."""

import shutil
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from mcp_traces import __version__
from mcp_traces.cli import main
from tests.stdio_process import DEADLINE_S, fresh_environment, run
from tests.store.mlflow_stores import add_many_traces
from tests.stores import RealStore

pytestmark = pytest.mark.store

NO_DEFAULT = "none: clients name an experiment in each search, or set MLFLOW_EXPERIMENT_NAME"
PASSWORD = "s3cret@/word"
LAST_TRACES = text(
    "SELECT e.name, e.experiment_id, count(*), max(t.timestamp_ms) FROM trace_info t JOIN experiments e "
    "ON e.experiment_id = t.experiment_id WHERE e.lifecycle_stage = 'active' GROUP BY 1, 2 ORDER BY 4 DESC"
)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Variables of whoever runs the tests are theirs; logging is left to pytest."""
    monkeypatch.setattr("mcp_traces.cli.configure_logging", lambda *_: None)
    with fresh_environment(tmp_path):
        yield


def _report(printed: str) -> list[tuple[str, str]]:
    """The lines behind the first, each as its subject and what is said of it."""
    return [(line[:11].strip(), line[11:]) for line in printed.splitlines()[1:]]


def _trace_lines(database_uri: str) -> list[tuple[str, str]]:
    """What must be said of a store's traces, by the rows of its database."""
    engine = create_engine(database_uri)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(LAST_TRACES)]
    engine.dispose()
    return [
        ("traces", f"{name!r} (id {experiment_id}): {count} traces, the last at {_iso(last)}")
        for name, experiment_id, count, last in rows
    ]


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _told(printed: str, database_uri: str, store: str) -> None:
    """Checks the whole report about a store that holds the sample traces."""
    ours = f"mcp-traces {__version__}, mcp {version('mcp')}, mlflow-skinny {version('mlflow-skinny')}"
    assert printed.splitlines()[0] == ours
    assert _report(printed) == [
        ("store", store),
        ("reachable", "yes; experiments a client may see: 3"),
        *_trace_lines(database_uri),
        ("default", NO_DEFAULT),
    ]


def test_a_sqlite_file_is_told(sqlite_store: RealStore, tmp_path: Path) -> None:
    """As a user runs it: a real process, exit code 0, the file by its absolute path."""
    done = run("check", cwd=tmp_path, MLFLOW_TRACKING_URI=sqlite_store.tracking_uri)

    path = sqlite_store.tracking_uri.removeprefix("sqlite:///")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    _told(done.stdout, sqlite_store.tracking_uri, f"sqlite at {path}")
    assert list(tmp_path.iterdir()) == []


def test_an_mlflow_server_is_told(server_store: RealStore, sqlite_store: RealStore, tmp_path: Path) -> None:
    """With the version the server says it has; credentials in the URL stay between us and the server."""
    with urllib.request.urlopen(f"{server_store.tracking_uri}/version") as answer:
        mlflow_version = answer.read().decode()
    uri = server_store.tracking_uri.replace("://", "://bob:s3cret@")

    done = run("check", cwd=tmp_path, MLFLOW_TRACKING_URI=uri)

    assert (done.returncode, done.stderr) == (0, "")
    _told(done.stdout, sqlite_store.tracking_uri, f"server at {server_store.tracking_uri}, MLflow {mlflow_version}")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def reader_uri(postgres_store: RealStore) -> Iterator[Callable[[str], str]]:
    """A user of the PostgreSQL who may only read and needs a password: the URI with the one that is given."""
    admin = create_engine(postgres_store.tracking_uri, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        rules = Path(str(connection.execute(text("SHOW hba_file")).scalar()))
        kept = rules.read_text()
        connection.execute(text(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'"))
        connection.execute(text("GRANT pg_read_all_data TO reader"))
        try:
            rules.write_text(f"local all reader scram-sha-256\n{kept}")
            connection.execute(text("SELECT pg_reload_conf()"))
            _wait_until_refused(_as_reader(postgres_store, "wrong"))
            yield lambda password: _as_reader(postgres_store, password)
        finally:
            rules.write_text(kept)
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text("DROP ROLE reader"))
    admin.dispose()


def _as_reader(store: RealStore, password: str) -> str:
    return store.tracking_uri.replace("postgres:@", f"reader:{quote(password, safe='')}@")


def _wait_until_refused(uri: str) -> None:
    """PostgreSQL reads its rules a moment after it is told to."""
    deadline = time.monotonic() + DEADLINE_S
    with pytest.raises(OperationalError, match="password authentication failed"):
        while time.monotonic() < deadline:
            create_engine(uri, poolclass=NullPool).connect().close()


def test_a_postgresql_is_told(
    postgres_store: RealStore, reader_uri: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Read by a user with no right but to read, the least that an administrator will hand out."""
    assert main(["check", "--tracking-uri", reader_uri(PASSWORD)]) == 0

    captured = capsys.readouterr()
    address = postgres_store.tracking_uri.replace("postgres:@", "")
    _told(captured.out, postgres_store.tracking_uri, f"postgresql at {address}")
    assert "reader" not in captured.out + captured.err


def test_a_wrong_password_is_told_without_it(
    reader_uri: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, where to mend it, and neither the wrong password nor the right one."""
    assert main(["check", "--tracking-uri", reader_uri("wr0ng-s3cret")]) == 1

    captured = capsys.readouterr()
    (failed,) = [said for subject, said in _report(captured.out) if subject == "FAILED"]
    assert "password authentication failed" in failed
    assert "Check user and password in MLFLOW_TRACKING_URI" in failed
    assert "s3cret" not in captured.out + captured.err


DEFAULTS: dict[str, tuple[list[str], str]] = {
    "by name": (["--experiment", "nightly-eval"], "'nightly-eval' (id 2)"),
    "by id": (["--experiment", "1"], "'support-assistant' (id 1)"),
    "only one allowed": (["--experiments", "nightly-eval"], "'nightly-eval', the only experiment with traces"),
    "two allowed": (["--experiments", "1,2"], NO_DEFAULT),
}


@pytest.mark.parametrize(("arguments", "default"), DEFAULTS.values(), ids=DEFAULTS)
def test_the_default_experiment_is_told(
    sqlite_store: RealStore, capsys: pytest.CaptureFixture[str], arguments: list[str], default: str
) -> None:
    """What a search that names no experiment would be about."""
    assert main(["check", "--tracking-uri", sqlite_store.tracking_uri, *arguments]) == 0

    assert dict(_report(capsys.readouterr().out))["default"] == default


def test_what_the_allow_list_hides_is_not_told(sqlite_store: RealStore, capsys: pytest.CaptureFixture[str]) -> None:
    """The report is what a client would see, and for a client the others do not exist."""
    main(["check", "--tracking-uri", sqlite_store.tracking_uri, "--experiments", "nightly-eval,nowhere"])

    printed = capsys.readouterr().out
    report = dict(_report(printed))
    assert report["reachable"] == "yes; experiments a client may see: 1"
    assert report["unknown"] == "MCP_TRACES_EXPERIMENTS also names what is not in the store: 'nowhere'"
    assert "support-assistant" not in printed and "Default" not in printed


def test_an_allow_list_that_allows_nothing_is_no_good_store(
    sqlite_store: RealStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """A client would see no trace at all, and nobody would know why."""
    assert main(["check", "--tracking-uri", sqlite_store.tracking_uri, "--experiments", "nothing,none"]) == 1

    assert "names only what is not in the store: 'nothing', 'none'." in capsys.readouterr().out


@pytest.fixture
def copy(sqlite_store: RealStore, tmp_path: Path) -> Path:
    """The sample store in a file of one's own."""
    return Path(shutil.copyfile(sqlite_store.tracking_uri.removeprefix("sqlite:///"), tmp_path / "mlflow.db"))


def test_a_store_without_traces_is_a_good_one(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is wrong with it; the report says how traces come into it."""
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DELETE FROM trace_info")

    assert main(["check", "--tracking-uri", f"sqlite:///{copy}"]) == 0

    report = dict(_report(capsys.readouterr().out))
    assert report["reachable"] == "yes; experiments a client may see: 3"
    assert report["traces"].startswith("none yet; log one with mlflow.start_span()")


def test_very_many_traces_are_not_all_counted(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counting a million would take minutes; the report says that it stopped."""
    add_many_traces(copy, 1_000, spans=1)

    assert main(["check", "--tracking-uri", f"sqlite:///{copy}", "--experiments", "1"]) == 0

    assert ": 1000 or more traces, the last at " in dict(_report(capsys.readouterr().out))["traces"]
