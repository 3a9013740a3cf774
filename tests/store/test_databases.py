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
from sqlalchemy import Engine, Select, TextClause, literal, make_url, select, text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

from mcp_traces.errors import (
    InvalidArgumentError,
    StoreDeniedError,
    StoreError,
    StoreMissingError,
    StoreSchemaError,
    StoreTimeoutError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TracesError,
)
from mcp_traces.store import connections
from mcp_traces.store.addresses import folder_path, is_experiment_number, sqlite_path, store_address, store_kind
from mcp_traces.store.connections import STATEMENTS_KEPT, open_engine
from mcp_traces.store.database_errors import translate_failure
from mcp_traces.store.deadlines import Call, CallOverError
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
        connection.execute("CREATE TABLE experiments(id)")
    return folder / "mlflow.db"


@contextmanager
def _opened(uri: str) -> Iterator[Engine]:
    engine = open_engine(uri)
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
        assert _execute(engine, text("SELECT count(*) FROM experiments")) == 0
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
        open_engine(uri)
    assert raised.value.message == message.format(cwd=tmp_path)
    assert "MLFLOW_TRACKING_URI" in (raised.value.hint or "")
    assert list(tmp_path.iterdir()) == []


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
    """As the filter of an agent may hold it: Python's own `re` would stop the whole process."""
    with _opened(f"sqlite:///{_plain(database)}") as engine, engine.connect() as connection:
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


def test_like_is_case_sensitive(database: Path) -> None:
    """MLflow sets this for each session; without it LIKE would find other traces than MLflow does."""
    with _opened(f"sqlite:///{_plain(database)}") as engine:
        assert _execute(engine, text("SELECT 'Abc' LIKE 'abc'")) == 0


def test_mlflows_variables_for_pools_are_kept(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who limits MLflow's connections limits ours; otherwise no call waits for one."""
    uri = f"sqlite:///{_plain(database)}"
    with _opened(uri) as engine:
        assert "size: 5" in engine.pool.status() and getattr(engine.pool, "_max_overflow") == 11  # noqa: B009
    monkeypatch.setenv("MLFLOW_SQLALCHEMYSTORE_POOL_SIZE", "2")
    monkeypatch.setenv("MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW", "1")
    with _opened(uri) as engine:
        assert "size: 2" in engine.pool.status() and getattr(engine.pool, "_max_overflow") == 1  # noqa: B009


DRIVERS = {
    "mysql": ("mysql+mysqldb://u:pw@h/db", 'Run `pip install "mcp-traces[mysql]"`.'),
    "postgresql": ("postgresql+pg8000://u:pw@h/db", 'Run `pip install "mcp-traces[postgresql]"`.'),
    "mssql": ("mssql+pyodbc://u:pw@h/db", 'Run `pip install "pyodbc"`.'),
}


@pytest.mark.parametrize(("uri", "hint"), DRIVERS.values(), ids=DRIVERS)
def test_a_missing_driver_is_named_with_its_install(uri: str, hint: str) -> None:
    """Drivers are extras, so this is the first thing a user of a server database may meet."""
    with pytest.raises(StoreUnsupportedError) as raised:
        open_engine(uri)
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
    monkeypatch: pytest.MonkeyPatch, kind: Any, modules: set[str], expected: str
) -> None:
    """`postgresql://` is psycopg2 in SQLAlchemy 2.0 and psycopg in 2.1; people write neither and have one of them."""
    monkeypatch.setattr(connections, "find_spec", lambda module: module in modules or None)
    assert connections._with_driver(kind, f"{kind}://u:p%40@h/db") == expected


@pytest.mark.parametrize("uri", ["postgresql+nosuch://u:pw@h/db", "mysql+", "postgresql:h"])
def test_an_unreadable_uri_is_refused_without_its_password(uri: str) -> None:
    """A typing error in the settings is told as one."""
    with pytest.raises(StoreUnsupportedError) as raised:
        open_engine(uri)
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
        connections._limit_mysql(connection)
    assert seen[0].startswith(expected)


def test_sql_server_gets_nothing_but_questions() -> None:
    """SQL Server has no read-only session, so writes are stopped before they leave."""
    connections._refuse_all_but_select(None, None, "SELECT 1")
    for statement in ("INSERT INTO t VALUES(1)", " update t set x = 1", "CREATE TABLE t(x int)"):
        with pytest.raises(StoreUnsupportedError):
            connections._refuse_all_but_select(None, None, statement)


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
    "mysql column": (_driver_error(1054, "Unknown column"), StoreSchemaError),
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


def test_other_errors_are_told_apart() -> None:
    """Ours stay as they are, and of anything else we know nothing."""
    ours = InvalidArgumentError("no")
    assert translate_failure(ours, "a", 3) is ours
    assert type(translate_failure(CallOverError(), "a", 3)) is StoreTimeoutError
    assert type(translate_failure(OverflowError(), "a", 3)) is InvalidArgumentError
    assert translate_failure(KeyError("x"), "a", 3) is None
    assert type(translate_failure(NoFreeConnectionError(), "a", 3)) is StoreUnavailableError


def test_no_error_advises_a_migration() -> None:
    """The application that writes the database is dead afterwards if its MLflow is older."""
    changed = translate_failure(DBAPIError("SELECT 1", {}, FAILURES["postgresql table"][0]), "the database", 3)
    assert "upgrade" not in str(changed)


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
        connections._set_connect_timeout(dialect, None, None, parameters)
    assert (found["connect_timeout"], kept["connect_timeout"]) == (seconds, 60)
