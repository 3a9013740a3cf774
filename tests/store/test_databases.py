"""Databases: where they are, that they are only read, and that every statement ends with the call it belongs to."""

import gc
import hashlib
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inline_snapshot import snapshot
from sqlalchemy import Engine, Select, TextClause, create_engine, literal, make_url, select, text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

from mcp_traces.errors import (
    InvalidArgumentError,
    StoreDeniedError,
    StoreError,
    StoreForbiddenError,
    StoreMissingError,
    StoreSchemaError,
    StoreTimeoutError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TracesError,
)
from mcp_traces.store import databases
from mcp_traces.store.addresses import folder_path, is_experiment_number, sqlite_path, store_address, store_kind
from mcp_traces.store.database_errors import translate_failure
from mcp_traces.store.databases import STATEMENTS_KEPT, open_engine, schema_error, schema_revision, sqlite_statement
from mcp_traces.store.deadlines import Call, CallOverError
from mcp_traces.store.mlflow_modules import mlflow_module
from tests.stores import RealStore

ENDLESS = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")


def _driver_error(*arguments: Any, **attributes: str) -> Exception:
    """What a driver raises, as far as one looks at it."""
    return type("DriverError", (Exception,), attributes)(*arguments)


KINDS = {
    "sqlite:///mlflow.db": "sqlite",
    "sqlite+pysqlite:///mlflow.db": "sqlite",
    "postgresql://h/db": "postgresql",
    "postgresql+psycopg2://h/db": "postgresql",
    "mysql+pymysql://h/db": "mysql",
    "mssql+pyodbc://h/db": "mssql",
    "databricks": "databricks",
    "databricks://profile": "databricks",
    "https://h": "server",
    "arn:aws:sagemaker:x": "server",
    "./mlruns": "file",
    "file:///data/mlruns": "file",
    "C:\\mlruns": "file",
}


@pytest.mark.parametrize(("uri", "kind"), KINDS.items(), ids=KINDS)
def test_the_scheme_tells_the_kind_of_store(uri: str, kind: str) -> None:
    """The same choice as MLflow's store registry makes."""
    assert store_kind(uri) == kind


ADDRESSES = {
    "postgresql://bob:secret@db.example:5432/mlflow?sslmode=require&password=x": "postgresql://db.example:5432/mlflow",
    "postgresql://bob:p@ss/w?rd@db.example/mlflow": "postgresql://db.example/mlflow",
    "postgresql://bob:@/mlflow?host=/run/pg&port=5433": "postgresql:///mlflow?host=/run/pg&port=5433",
    "https://bob:secret@mlflow.example/x": "https://mlflow.example/x",
    "databricks://profile": "databricks://profile",
    "databricks": "databricks",
    "sqlite:////data/ml flow.db": "/data/ml flow.db",
    "sqlite://": "an in-memory SQLite database",
    "file:///data/ml%20runs": "/data/ml runs",
}


@pytest.mark.parametrize(("uri", "address"), ADDRESSES.items(), ids=ADDRESSES)
def test_an_address_names_the_place_without_credentials(uri: str, address: str) -> None:
    """Addresses go into answers and errors, so no user, password or option that may hold one is in them."""
    assert store_address(uri) == address


SQLITE_PATHS = {
    "sqlite:////data/mlflow.db": "/data/mlflow.db",
    "sqlite:////data/a b#c.db": "/data/a b#c.db",
    "sqlite:////data/mlflow.db?timeout=5": "/data/mlflow.db",
    "sqlite:////data/../mlflow.db": "/mlflow.db",
    "sqlite:///file:/data/a.db?mode=ro&uri=true": "/data/a.db",
    "sqlite:///file:///data/a.db?uri=true": "/data/a.db",
    "sqlite:///:memory:": None,
    "sqlite:///": None,
    "sqlite:///file:x?mode=memory&uri=true": None,
    "sqlite:///file::memory:?uri=true": None,
}


@pytest.mark.parametrize(("uri", "path"), SQLITE_PATHS.items(), ids=SQLITE_PATHS)
def test_a_sqlite_uri_names_the_file_mlflow_would_open(uri: str, path: str | None) -> None:
    """The path ends at the first `?`; the options are SQLite's and SQLAlchemy's."""
    assert sqlite_path(uri) == (Path(path) if path else None)


@pytest.mark.parametrize("name", ["a%20b.db", "a%2520b.db", "a%23b.db"])
def test_an_escaped_path_is_read_as_sqlalchemy_reads_it(name: str) -> None:
    """SQLAlchemy 2.1 decodes a path and 2.0 does not; MLflow writes escaped ones (path_to_local_sqlite_uri)."""
    assert str(sqlite_path(f"sqlite:////data/{name}")) == make_url(f"sqlite:////data/{name}").database


def test_relative_paths_start_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow's own default is `sqlite:///mlflow.db`, which is relative; errors name the absolute path."""
    monkeypatch.chdir(tmp_path)
    assert store_address("sqlite:///mlflow.db") == str(tmp_path / "mlflow.db")
    assert folder_path("mlruns") == tmp_path / "mlruns"


EXPERIMENT_IDS = {"0": True, "9223372036854775807": True, "9223372036854775808": False, "9" * 5000: False}
EXPERIMENT_IDS |= dict.fromkeys(["", "x", "-1", "+1", " 1", "01", "1.0", "٣", "²"], False)


@pytest.mark.parametrize(("experiment_id", "possible"), EXPERIMENT_IDS.items(), ids=lambda value: str(value)[:20])
def test_only_64_bit_numbers_are_experiment_ids(experiment_id: str, possible: bool) -> None:
    """MLflow takes "" for experiment 0, and fails on what its column cannot hold."""
    assert is_experiment_number(experiment_id) is possible


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A small database whose folder has every character that means something in a URI."""
    folder = tmp_path / "a b?c#d%20e&f=g"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "mlflow.db")) as connection, connection:
        connection.executescript("CREATE TABLE alembic_version(version_num); CREATE TABLE experiments(id);")
        connection.execute("INSERT INTO alembic_version VALUES('abc')")
    return folder / "mlflow.db"


@contextmanager
def _opened(uri: str) -> Iterator[Engine]:
    with _disposed(open_engine(uri, lambda url: create_engine(url, pool_pre_ping=True))) as engine:
        yield engine


@contextmanager
def _disposed(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _opened_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    # A `?` would end the path in a URI, as in MLflow, so the folder is reached as the working folder.
    monkeypatch.chdir(folder)
    with _opened("sqlite:///mlflow.db") as engine:
        yield engine


def test_reading_a_sqlite_file_leaves_every_byte_as_it_was(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store belongs to somebody else: no byte changes, and no file appears beside it."""
    before = _files(database.parent)
    with _opened_in(database.parent, monkeypatch) as engine:
        assert schema_revision(engine) == "abc"
        assert _files(database.parent) == before
    assert _files(database.parent) == before


def _files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize(
    "statement", ["INSERT INTO experiments VALUES(1)", "CREATE TABLE t(x)", "DROP TABLE experiments"]
)
def test_sqlite_itself_refuses_to_write(database: Path, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Whatever code asks for a write: the refusal is the database's."""
    refused = pytest.raises(OperationalError, match="readonly database")
    with _opened_in(database.parent, monkeypatch) as engine, engine.connect() as connection, refused:
        connection.execute(text(statement))


def test_a_database_in_wal_mode_is_read_beside_its_writer(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer in the middle of a transaction neither stops a reader nor is seen by it, nor is disturbed."""
    count = text("SELECT count(*) FROM experiments")
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO experiments VALUES(1)")
        writer.commit()
        writer.execute("INSERT INTO experiments VALUES(2)")
        before = _files(database.parent)
        with _opened_in(database.parent, monkeypatch) as engine, engine.connect() as connection:
            assert connection.execute(count).scalar() == 1
            after = _files(database.parent)
        assert after["mlflow.db"] == before["mlflow.db"] and after["mlflow.db-wal"] == before["mlflow.db-wal"]
        writer.commit()
        assert writer.execute(count.text).fetchone() == (2,)


MISSING = {
    "a file": ("sqlite:///none.db", "The SQLite database {cwd}/none.db does not exist. Nothing was created."),
    "a folder": ("sqlite:///none/x.db", "The SQLite database {cwd}/none/x.db does not exist. Nothing was created."),
    "no file but a folder": ("sqlite:///.", "The SQLite database {cwd} is a folder. Nothing was created."),
    "in memory": ("sqlite://", "An in-memory SQLite database holds no traces of another process."),
}


@pytest.mark.parametrize(("uri", "message"), MISSING.values(), ids=MISSING)
def test_a_missing_file_is_an_error_and_stays_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str, message: str
) -> None:
    """MLflow itself would make a new, empty database, folders and all, and every search would find nothing."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreMissingError) as raised:
        open_engine(uri, create_engine)
    assert raised.value.message == message.format(cwd=tmp_path)
    assert "MLFLOW_TRACKING_URI" in (raised.value.hint or "")
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_mlflow_tables_has_no_schema(tmp_path: Path) -> None:
    """An empty file is a valid SQLite database, and other programs use alembic too."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute("CREATE TABLE alembic_version(version_num)")
    (tmp_path / "empty.db").touch()
    for name in ("other.db", "empty.db"):
        with _opened(f"sqlite:///{tmp_path / name}") as engine:
            assert schema_revision(engine) is None


SCHEMA_ERRORS = {
    "no tables": (
        None,
        True,
        StoreMissingError,
        snapshot(
            (
                "/d/x y.db holds no MLflow tables. Nothing was created.",
                "Check MLFLOW_TRACKING_URI: it must name the database of an MLflow tracking store.",
            )
        ),
    ),
    "older": (
        "aaa",
        True,
        StoreSchemaError,
        snapshot(
            (
                "The database schema of /d/x y.db is aaa, older than bbb here.",
                "Back it up, then run `mlflow db upgrade 'sqlite:////d/x y.db'`, with user and password if any.",
            )
        ),
    ),
    "newer": (
        "ccc",
        False,
        StoreSchemaError,
        snapshot(
            (
                "The database schema of /d/x y.db is ccc, newer than bbb here.",
                "Upgrade mlflow-skinny here: `pip install --upgrade mlflow-skinny`.",
            )
        ),
    ),
}


@pytest.mark.parametrize(("found", "is_older", "kind", "text"), SCHEMA_ERRORS.values(), ids=SCHEMA_ERRORS)
def test_a_schema_of_another_version_is_an_error_with_its_mend(
    found: str | None, is_older: bool, kind: type[StoreError], text: tuple[str, str]
) -> None:
    """Both versions are named, and the command can be pasted."""
    error = schema_error("/d/x y.db", found, "bbb", is_older=is_older)
    assert type(error) is kind
    assert (error.message, error.hint) == text


def test_a_statement_ends_when_the_call_has_no_time_left(database: Path) -> None:
    """SQLite has no timeout of its own: a runaway search would hold a processor for minutes."""
    interrupted = pytest.raises(OperationalError, match="interrupted")
    with _opened(f"sqlite:///{_plain(database)}") as engine, Call(0.05).as_current(), interrupted:
        _execute(engine, ENDLESS)


def test_a_statement_ends_when_nobody_waits_for_it(database: Path) -> None:
    """A cancelled call must free its thread, not only its caller."""
    call, running, ended = Call(60), threading.Event(), threading.Event()

    def work() -> None:
        with _opened(f"sqlite:///{_plain(database)}") as engine, call.as_current(), engine.connect() as connection:
            connection.connection.create_function("note", 0, running.set)  # pyright: ignore
            try:
                connection.execute(text(ENDLESS.text.replace("SELECT 1", "SELECT 1 + coalesce(note(), 0)")))
            except OperationalError:
                ended.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert running.wait(10)
    call.abandon()
    thread.join(10)
    assert ended.is_set()


def test_no_statement_starts_for_a_call_that_is_over(database: Path) -> None:
    """Between two statements nothing can be interrupted, so the next one is refused."""
    call = Call(60)
    with _opened(f"sqlite:///{_plain(database)}") as engine, call.as_current(), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        call.abandon()
        with pytest.raises(CallOverError):
            connection.execute(text("SELECT 1"))


def _execute(engine: Engine, statement: TextClause) -> Any:
    with engine.connect() as connection:
        return connection.execute(statement).scalar()


def _plain(database: Path) -> Path:
    """The same file where a URI can name it."""
    return database.rename(database.parent.parent / "mlflow.db")


def test_an_expression_that_hangs_python_is_matched_in_linear_time(database: Path) -> None:
    """As the filter of an agent may hold it: MLflow's own REGEXP would hold the whole process."""
    make_engine = mlflow_module("store.db.utils").create_sqlalchemy_engine
    with _disposed(open_engine(f"sqlite:///{_plain(database)}", make_engine)) as engine, engine.connect() as connection:
        asked = text("SELECT :recorded REGEXP '(a+)+$', NULL REGEXP 'a', 'Grüße' REGEXP '^(?!x)\\w+$'")
        assert connection.execute(asked, {"recorded": "a" * 50_000 + "b"}).one() == (0, 0, 1)


def test_a_server_that_runs_for_long_keeps_few_statements(database: Path) -> None:
    """SQLAlchemy would keep 500, and Python's driver 128 of each connection: an agent's searches are all different."""
    with _opened(f"sqlite:///{_plain(database)}") as engine, engine.connect() as connection:
        kept = weakref.WeakSet[Select[Any]]()
        for number in range(10 * STATEMENTS_KEPT):
            statement = select(literal(1).label(f"column_{number}"))
            kept.add(statement)
            connection.execute(statement)
        del statement
        gc.collect()
    assert len(kept) <= 2 * STATEMENTS_KEPT


def test_errors_hold_no_values(database: Path) -> None:
    """What SQLAlchemy says of a failed statement may be logged; recorded values may not."""
    statement = text("SELECT :value FROM nowhere").bindparams(value="s3cret")
    with _opened(f"sqlite:///{_plain(database)}") as engine, pytest.raises(OperationalError) as raised:
        _execute(engine, statement)
    assert "s3cret" not in str(raised.value)


def test_mlflows_wait_for_a_lock_becomes_a_short_one() -> None:
    """MLflow has SQLite wait 20 s for a locked database, whatever the caller's patience; we look again and again."""
    assert sqlite_statement(databases.BUSY_TIMEOUT) == "PRAGMA busy_timeout = 20;"


def test_other_statements_stay_as_they_are() -> None:
    """Only MLflow's condition on the spans' experiment is rewritten, and only by a plus that changes no value."""
    statement = f"SELECT 1 WHERE {databases.SPAN_SCOPE} AND trace_info.experiment_id = 1"
    assert sqlite_statement(statement) == statement.replace("spans.", "+spans.")
    assert sqlite_statement("SELECT 1") == "SELECT 1"


DRIVERS = {
    "mysql": ("mysql+mysqldb://u:pw@h/db", 'Run `pip install "mcp-traces[mysql]"`.'),
    "postgresql": ("postgresql+pg8000://u:pw@h/db", 'Run `pip install "mcp-traces[postgresql]"`.'),
    "mssql": ("mssql+pyodbc://u:pw@h/db", 'Run `pip install "pyodbc"`.'),
}


@pytest.mark.parametrize(("uri", "hint"), DRIVERS.values(), ids=DRIVERS)
def test_a_missing_driver_is_named_with_its_install(uri: str, hint: str) -> None:
    """Drivers are extras, so this is the first thing a user of a server database may meet."""
    with pytest.raises(StoreUnsupportedError) as raised:
        open_engine(uri, create_engine)
    assert raised.value.hint == hint
    assert "pw" not in raised.value.message


INSTALLED = {
    "psycopg": ("postgresql", {"psycopg", "psycopg2"}, "postgresql+psycopg://u:p%40@h/db"),
    "psycopg2": ("postgresql", {"psycopg2"}, "postgresql+psycopg2://u:p%40@h/db"),
    "pymysql": ("mysql", {"pymysql"}, "mysql+pymysql://u:p%40@h/db"),
    "mysqlclient": ("mysql", {"MySQLdb"}, "mysql+mysqldb://u:p%40@h/db"),
    "none": ("postgresql", set[str](), "postgresql://u:p%40@h/db"),
}


@pytest.mark.parametrize(("kind", "modules", "expected"), INSTALLED.values(), ids=INSTALLED)
def test_a_uri_without_a_driver_gets_one_that_is_installed(
    monkeypatch: pytest.MonkeyPatch, kind: str, modules: set[str], expected: str
) -> None:
    """`postgresql://` is psycopg2 in SQLAlchemy 2.0 and psycopg in 2.1; people write neither and have one of them."""
    monkeypatch.setattr(databases, "find_spec", lambda module: module in modules or None)
    seen: list[str] = []
    with pytest.raises(StoreUnsupportedError):
        open_engine(f"{kind}://u:p%40@h/db", lambda url: _refuse(seen, url))
    assert seen == [expected]


def _refuse(seen: list[str], url: str) -> Engine:
    seen.append(url)
    raise ImportError("no such driver")


@pytest.mark.parametrize("uri", ["postgresql+nosuch://u:pw@h/db", "mysql+", "postgresql:h"])
def test_an_unreadable_uri_is_refused_without_its_password(uri: str) -> None:
    """A typing error in the settings is told as one."""
    with pytest.raises(StoreUnsupportedError) as raised:
        open_engine(uri, create_engine)
    assert "pw" not in str(raised.value)


LIMITS = {
    "mysql": (False, "SET SESSION max_execution_time = 8"),
    "mariadb": (True, "SET SESSION max_statement_time = 8."),
}


@pytest.mark.parametrize(("is_mariadb", "expected"), LIMITS.values(), ids=LIMITS)
def test_mysql_gets_the_time_the_call_has(is_mariadb: bool, expected: str) -> None:
    """MySQL counts milliseconds under one name, MariaDB seconds under another."""
    seen: list[str] = []
    connection: Any = SimpleNamespace(dialect=SimpleNamespace(is_mariadb=is_mariadb), exec_driver_sql=seen.append)
    with Call(8.999).as_current():
        databases._limit_mysql(connection)
    assert seen[0].startswith(expected)


def test_sql_server_gets_nothing_but_questions() -> None:
    """SQL Server has no read-only session, so writes are stopped before they leave."""
    databases._refuse_all_but_select(None, None, "SELECT 1")
    for statement in ("INSERT INTO t VALUES(1)", " update t set x = 1", "CREATE TABLE t(x int)"):
        with pytest.raises(StoreUnsupportedError):
            databases._refuse_all_but_select(None, None, statement)


FAILURES = {
    "sqlite interrupted": (_driver_error("interrupted", sqlite_errorname="SQLITE_INTERRUPT"), StoreTimeoutError),
    "sqlite locked": (_driver_error("database is locked", sqlite_errorname="SQLITE_BUSY"), StoreUnavailableError),
    "sqlite unreadable": (_driver_error("unable to open", sqlite_errorname="SQLITE_CANTOPEN"), StoreDeniedError),
    "sqlite journal": (_driver_error("readonly", sqlite_errorname="SQLITE_READONLY_ROLLBACK"), StoreUnavailableError),
    "sqlite damaged": (_driver_error("malformed", sqlite_errorname="SQLITE_CORRUPT"), StoreError),
    "postgresql statement timeout": (_driver_error("canceling statement", sqlstate="57014"), StoreTimeoutError),
    "postgresql rights": (_driver_error("permission denied for table", sqlstate="42501"), StoreDeniedError),
    "postgresql password": (_driver_error('FATAL: password authentication failed for user "u"'), StoreDeniedError),
    "postgresql table": (_driver_error("relation does not exist", pgcode="42P01"), StoreSchemaError),
    "postgresql number": (_driver_error("bigint out of range", sqlstate="22003"), InvalidArgumentError),
    "postgresql shutting down": (_driver_error("terminating connection", sqlstate="57P01"), StoreUnavailableError),
    "mysql timeout": (_driver_error(3024, "Query execution was interrupted"), StoreTimeoutError),
    "mysql access": (_driver_error(1045, "Access denied for user"), StoreDeniedError),
    "mysql database": (_driver_error(1049, "Unknown database"), StoreMissingError),
    "mysql gone": (_driver_error(2006, "Server has gone away"), StoreUnavailableError),
    "mssql login": (_driver_error("28000", "Login failed"), StoreDeniedError),
}


@pytest.mark.parametrize(("error", "kind"), FAILURES.values(), ids=FAILURES)
def test_a_drivers_error_tells_what_to_do_about_the_database(error: Exception, kind: type[TracesError]) -> None:
    """Each driver has its own way to say it; the caller learns whether to wait, to ask for less, or to call someone."""
    told = translate_failure(DBAPIError("SELECT 's3cret'", {}, error), "the database", 3)
    assert type(told) is kind
    assert "the database" in told.message and "SELECT" not in str(told)


def test_errors_that_are_not_the_databases_are_told_apart() -> None:
    """MLflow's own codes have their table, its wrapping of bugs is undone, and of anything else we know nothing."""
    assert type(translate_failure(_mlflow_error("PERMISSION_DENIED"), "a", 3)) is StoreForbiddenError
    assert type(translate_failure(_mlflow_error("INTERNAL_ERROR"), "a", 3)) is StoreError
    no_column = _mlflow_error("INTERNAL_ERROR", "type object 'SqlTraceInfo' has no attribute 'end_time_ms'")
    assert type(translate_failure(no_column, "a", 3)) is InvalidArgumentError
    bug = _mlflow_error("INTERNAL_ERROR")
    bug.__cause__ = ZeroDivisionError()
    assert translate_failure(bug, "a", 3) is None
    assert translate_failure(KeyError("x"), "a", 3) is None
    assert type(translate_failure(NoFreeConnectionError(), "a", 3)) is StoreUnavailableError


def _mlflow_error(code: str, message: str = "no") -> Exception:
    error = Exception(message)
    error.error_code = code  # pyright: ignore[reportAttributeAccessIssue]
    return error


@pytest.mark.store
@pytest.mark.parametrize("statement", ["INSERT INTO experiments(name) VALUES('x')", "CREATE TABLE t(x int)"])
def test_postgresql_itself_refuses_to_write(postgres_store: RealStore, statement: str) -> None:
    """Each transaction of ours is READ ONLY for the server."""
    with _opened(postgres_store.tracking_uri) as engine, engine.connect() as connection:
        assert connection.execute(text("SHOW transaction_read_only")).scalar() == "on"
        with pytest.raises(InternalError, match="read-only transaction"):
            connection.execute(text(statement))


@pytest.mark.store
def test_read_only_is_a_matter_of_our_transactions_alone(postgres_store: RealStore) -> None:
    """PgBouncer lends one server connection to many clients: a session setting would stop the others' writes."""
    with _opened(postgres_store.tracking_uri) as engine, engine.connect() as connection:
        assert connection.execute(text("SHOW default_transaction_read_only")).scalar() == "off"


@pytest.mark.store
def test_postgresql_ends_a_statement_when_the_call_has_no_time_left(postgres_store: RealStore) -> None:
    """The server stops working by itself, even if we were gone."""
    ended = pytest.raises(OperationalError, match="statement timeout")
    with _opened(postgres_store.tracking_uri) as engine, Call(0.1).as_current(), ended:
        _execute(engine, text("SELECT pg_sleep(60)"))


@pytest.mark.store
def test_postgresql_ends_a_statement_when_nobody_waits_for_it(postgres_store: RealStore) -> None:
    """A cancelled call must not keep a shared server busy; the connection is fit for the next call."""
    call, failures = Call(60), list[DBAPIError]()
    with _opened(postgres_store.tracking_uri) as engine:

        def work() -> None:
            with call.as_current():
                try:
                    _execute(engine, text("SELECT pg_sleep(60)"))
                except DBAPIError as exc:
                    failures.append(exc)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        _wait_until_asleep(postgres_store.tracking_uri)
        call.abandon()
        thread.join(10)
        assert "canceling statement due to user request" in str(failures[0])
        with Call(60).as_current():
            assert _execute(engine, text("SELECT 1")) == 1


def _wait_until_asleep(uri: str) -> None:
    asleep = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    with _opened(uri) as engine, Call(10).as_current(), engine.connect() as connection:
        while not connection.execute(asleep).scalar():
            connection.rollback()


HOSTS = {"one": ("h", 4), "two": ("h,i", 2), "many": ("h,i,j,k", 2), "a socket": ("", 4)}


@pytest.mark.parametrize(("hosts", "seconds"), HOSTS.values(), ids=HOSTS)
def test_several_hosts_share_the_time_to_connect(hosts: str, seconds: int) -> None:
    """PostgreSQL's client tries them in turn, each for so long; what the user set is kept."""
    dialect: Any = SimpleNamespace(driver="psycopg")
    found, kept = {"host": hosts}, {"host": hosts, "connect_timeout": 60}
    for parameters in (found, kept):
        databases._limit_connecting(dialect, None, None, parameters)
    assert (found["connect_timeout"], kept["connect_timeout"]) == (seconds, 60)
