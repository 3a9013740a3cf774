"""Connections to the database of an MLflow store: the driver, read-only access, and the deadline of each statement."""

import os
import socket
import sqlite3
from collections.abc import Callable
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from traceback import clear_frames
from typing import Any
from urllib.parse import quote as percent_encoded

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, Dialect, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.util import LRUCache

from mcp_traces.errors import StoreDeniedError, StoreMissingError, StoreUnsupportedError
from mcp_traces.records import StoreKind
from mcp_traces.rlike import rlike
from mcp_traces.store.addresses import CONNECT_TIMEOUT_S, sqlite_path, store_address, store_kind
from mcp_traces.store.deadlines import CANCEL_S, CallOverError, current_call

MIN_CONNECT_TIMEOUT_S = 2
"""PostgreSQL's client rounds shorter timeouts up to this."""

PROGRESS_STEPS = 1_000
"""SQLite's steps between two checks of the clock: some 50 spans in a text search, however long each takes to compare.
Costs a search over 60,000 spans nothing measurable, and pure counting 2 %."""

EXPRESSIONS_KEPT = 16
"""Compiled regular expressions per connection: a search has few, and matches each against every row."""

STATEMENTS_KEPT = 100
"""Compiled statements per store, enough for a dozen different searches. SQLAlchemy keeps 500."""

PREPARED_KEPT = 16
"""Prepared statements per SQLite connection. Python keeps 128."""

LOCK_WAIT_MS = 20
"""How long SQLite waits for a lock at a time. While it waits it checks nothing else, so the wait is repeated."""

CONNECTIONS_KEPT = 5
"""Idle connections in the pool, as SQLAlchemy and so MLflow has it."""

START_HINT = "Set MLFLOW_TRACKING_URI to your store, or make this one first: log a trace, or start `mlflow server`."
_RIGHTS_HINT = "The file and its folders must be readable for the user who runs this server."
_DRIVERS: dict[StoreKind, dict[str, str]] = {
    "postgresql": {"psycopg": "psycopg", "psycopg2": "psycopg2"},
    "mysql": {"pymysql": "pymysql", "MySQLdb": "mysqldb"},
}
"""Per kind: the modules that speak to it, and SQLAlchemy's names for them."""

_POOL_VARIABLES = {
    "pool_size": "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE",
    "max_overflow": "MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW",
    "pool_recycle": "MLFLOW_SQLALCHEMYSTORE_POOL_RECYCLE",
}
_MYSQL_TLS_VARIABLES = {
    "ssl_ca": "MLFLOW_MYSQL_SSL_CA",
    "ssl_cert": "MLFLOW_MYSQL_SSL_CERT",
    "ssl_key": "MLFLOW_MYSQL_SSL_KEY",
}
"""MLflow's own variables (mlflow/environment_variables.py), with the arguments they become."""

_FILE = "file"
_BUSY = 5
_DAMAGED = (10, 11, 26)
"""SQLite's numbers for IOERR, CORRUPT and NOTADB; higher bits say more (https://sqlite.org/rescode.html)."""


def open_engine(tracking_uri: str, *, max_connections: int = 16) -> Engine:
    """An engine that cannot write and whose statements end with the call they belong to. Connects to nothing yet.

    Raises: StoreMissingError when the SQLite file does not exist, StoreUnsupportedError without a driver.
    """
    kind = store_kind(tracking_uri)
    address = store_address(tracking_uri)
    try:
        uri = _sqlite_uri(tracking_uri) if kind == "sqlite" else _with_driver(kind, tracking_uri)
        engine = create_engine(uri, pool_pre_ping=kind != "sqlite", **_engine_options(kind, max_connections))
    except ImportError as exc:
        extra = f"mcp-traces[{kind}]" if kind in _DRIVERS else "pyodbc"
        raise StoreUnsupportedError(
            f"{address} needs a database driver that is not installed ({exc}).", f'Run `pip install "{extra}"`.'
        ) from exc
    except ArgumentError:
        raise StoreUnsupportedError(f"{address} is not a database URI that SQLAlchemy can read.") from None
    engine.update_execution_options(compiled_cache=LRUCache(STATEMENTS_KEPT))
    engine.hide_parameters = True  # keeps the values of traces and filters out of error texts
    event.listen(engine, "before_cursor_execute", _refuse_when_over)
    _GUARDS[kind](engine)
    if path := sqlite_path(tracking_uri) if kind == "sqlite" else None:
        _follow_file(engine, path)
    return engine


def _engine_options(kind: StoreKind, max_connections: int) -> dict[str, Any]:
    """A connection for every call that may run at once, unless MLflow's variables say otherwise."""
    pool = {"max_overflow": max(0, max_connections - CONNECTIONS_KEPT)}
    pool |= {name: int(value) for name, value in _set_in_environment(_POOL_VARIABLES).items()}
    tls = _set_in_environment(_MYSQL_TLS_VARIABLES) if kind == "mysql" else {}
    return {"pool_size": CONNECTIONS_KEPT, **pool, **({"connect_args": tls} if tls else {})}


def _set_in_environment(variables: dict[str, str]) -> dict[str, str]:
    return {name: value for name, variable in variables.items() if (value := os.environ.get(variable))}


def _sqlite_uri(tracking_uri: str) -> str:
    """SQLite's own read-only mode: it refuses writes and, unlike a plain path, never makes a file."""
    path = sqlite_path(tracking_uri)
    if path is None:
        raise StoreMissingError("An in-memory SQLite database holds no traces of another process.", START_HINT)
    check_file(path)
    url = URL.create("sqlite", database=f"file:{percent_encoded(str(path))}", query={"mode": "ro", "uri": "true"})
    return url.render_as_string()


def _with_driver(kind: StoreKind, tracking_uri: str) -> str:
    """The URI with an installed driver if it names none. SQLAlchemy's default changed between 2.0 and 2.1."""
    url = make_url(tracking_uri)
    if "+" not in url.drivername:
        installed = [driver for module, driver in _DRIVERS.get(kind, {}).items() if find_spec(module)]
        url = url.set(drivername="+".join([kind, *installed[:1]]))
    return url.render_as_string(hide_password=False)


# What keeps each kind of database read-only and in time.


def _guard_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _prepare_sqlite)


def _guard_postgresql(engine: Engine) -> None:
    event.listen(engine, "do_connect", _set_connect_timeout)
    event.listen(engine, "do_connect", _prepare_nothing)
    _end_with_their_call(engine)
    # psycopg and psycopg2 then open each transaction with BEGIN READ ONLY. A session default would stay behind on
    # the server's connection when a pooler such as PgBouncer hands it to another client.
    event.listen(engine, "connect", partial(_make_postgresql_read_only, engine.dialect))
    event.listen(engine, "begin", _limit_postgresql)
    event.listen(engine, "before_cursor_execute", _announce_statement)
    event.listen(engine, "after_cursor_execute", _forget_statement)
    event.listen(engine, "handle_error", _forget_statement)


def _guard_mysql(engine: Engine) -> None:
    event.listen(engine, "do_connect", _set_connect_timeout)
    _end_with_their_call(engine)
    event.listen(engine, "connect", _make_mysql_read_only)
    event.listen(engine, "begin", _limit_mysql)


def _guard_mssql(engine: Engine) -> None:
    event.listen(engine, "before_cursor_execute", _refuse_all_but_select)


_GUARDS: dict[StoreKind, Callable[[Engine], None]] = {
    "sqlite": _guard_sqlite,
    "postgresql": _guard_postgresql,
    "mysql": _guard_mysql,
    "mssql": _guard_mssql,
}


def _refuse_when_over(*_: object) -> None:
    if _is_over():
        raise CallOverError


def _is_over() -> bool:
    call = current_call.get()
    return call is not None and call.is_over


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.set_progress_handler(_is_over, PROGRESS_STEPS)
    # MLflow's LIKE ignores no case (mlflow/store/db/utils.py).
    connection.execute("PRAGMA case_sensitive_like = true")
    compiled = lru_cache(maxsize=EXPRESSIONS_KEPT)(rlike)

    def regexp(expression: str | None, recorded: object) -> bool:
        return expression is not None and recorded is not None and compiled(expression)(str(recorded))

    connection.create_function("regexp", 2, regexp)


def _set_connect_timeout(dialect: Dialect, _record: object, _args: object, parameters: dict[str, Any]) -> None:
    if dialect.driver in ("psycopg", "psycopg2", "pymysql", "mysqldb"):
        hosts = str(parameters.get("host", "")).count(",") + 1  # PostgreSQL's are tried in turn
        parameters.setdefault("connect_timeout", max(MIN_CONNECT_TIMEOUT_S, CONNECT_TIMEOUT_S // hosts))


def _prepare_nothing(dialect: Dialect, _record: object, _args: object, parameters: dict[str, Any]) -> None:
    """Poolers such as PgBouncer lend a server connection for one transaction, and what was prepared is elsewhere then.

    Besides, a prepared statement is planned without its values: a search for a rare value would be as slow as one for
    a common value.
    """
    if dialect.driver == "psycopg":
        parameters.setdefault("prepare_threshold", None)


def _make_postgresql_read_only(dialect: Any, connection: object, _record: object) -> None:
    dialect.set_readonly(connection, True)


def _limit_postgresql(connection: Connection) -> None:
    if call := current_call.get():
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {call.remaining_ms}")


def _announce_statement(connection: Connection, *_: object) -> None:
    if call := current_call.get():
        call.statement_started(cancel_of(connection.connection.dbapi_connection))


def _forget_statement(*_: object) -> None:
    if call := current_call.get():
        call.statement_ended()


def cancel_of(connection: Any) -> Callable[[], object] | None:
    """How its statement is cancelled from another thread; None for a driver that cannot."""
    if safe := getattr(connection, "cancel_safe", None):  # psycopg: `cancel` itself may wait for ever
        return partial(safe, timeout=CANCEL_S)
    return getattr(connection, "cancel", None)


def _make_mysql_read_only(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")


def _limit_mysql(connection: Connection) -> None:
    if call := current_call.get():
        milliseconds = call.remaining_ms
        is_mariadb = getattr(connection.dialect, "is_mariadb", False)
        limit = f"max_statement_time = {milliseconds / 1000}" if is_mariadb else f"max_execution_time = {milliseconds}"
        connection.exec_driver_sql(f"SET SESSION {limit}")


def _refuse_all_but_select(_c: object, _cursor: object, statement: str, *_: object) -> None:
    # SQL Server has no read-only session.
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        raise StoreUnsupportedError("This server only reads, and something else was about to be executed.")


# Connections to servers end with their call. A server that is gone without a word (a lost network, a failover) answers
# neither a statement nor the request to cancel it, and the driver waits until the connection is ended from our side.


def _end_with_their_call(engine: Engine) -> None:
    """Let each call end the connections it waits for: new ones, those from the pool, and the pool's check whether one
    still answers, for which SQLAlchemy has no event."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _give_back)
    event.listen(engine, "close", _give_back)
    event.listen(engine, "close", _free_descriptor)
    ping: Callable[[Any], bool] = engine.dialect.do_ping
    setattr(engine.dialect, "do_ping", partial(_ping, ping))  # noqa: B010


def _connect(dialect: Dialect, _record: object, arguments: list[Any], parameters: dict[str, Any]) -> Any:
    if (call := current_call.get()) and call.is_over:
        raise CallOverError
    try:
        connection = dialect.connect(*arguments, **parameters)
    except Exception as error:
        # psycopg keeps the socket of a connection that was not made until Python looks for cycles.
        clear_frames(error.__traceback__)
        raise
    try:
        _take(connection)
    except CallOverError:
        connection.close()
        raise
    return connection


def _ping(ping: Callable[[Any], bool], connection: Any) -> bool:
    _take(connection)
    return ping(connection)


def _take(connection: Any) -> None:
    if call := current_call.get():
        call.connection_taken(connection, partial(hang_up, connection))


def _give_back(connection: object, _record: object) -> None:
    if call := current_call.get():
        call.connection_given_back(connection)


def _free_descriptor(connection: Any, _record: object) -> None:
    """Closes the socket of a broken connection: psycopg leaves it open until Python looks for cycles."""
    pgconn = getattr(connection, "pgconn", None)
    if pgconn is not None and connection.closed:
        pgconn.finish()


def hang_up(connection: Any) -> None:
    """End it as if the other side had: the thread that waits for it gets an error, and closes it."""
    numbered = connection if hasattr(connection, "fileno") else connection._sock  # PyMySQL's
    with socket.fromfd(numbered.fileno(), socket.AF_INET, socket.SOCK_STREAM) as same:
        same.shutdown(socket.SHUT_RDWR)


# A SQLite file belongs to other programs: while it is read they lock it, replace it, or delete it.


def check_file(path: Path) -> None:
    """Raises StoreMissingError when there is no such file, StoreDeniedError when that cannot even be seen."""
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise StoreDeniedError(f"The SQLite database {path} cannot be opened: {reason}.", _RIGHTS_HINT) from None
    if not is_file:
        found = "is a folder" if is_folder else "does not exist"
        raise StoreMissingError(f"The SQLite database {path} {found}. Nothing was created.", START_HINT)


def _follow_file(engine: Engine, path: Path) -> None:
    """Read the file that is at the path now, and wait for a lock as long as the call lasts."""
    event.listen(engine, "do_connect", partial(_find, path))
    event.listen(engine, "connect", partial(_remember, path))
    event.listen(engine, "checkout", partial(_refuse_another, path))
    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "handle_error", _distrust)


def _find(path: Path, _dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
    check_file(path)
    parameters["timeout"] = LOCK_WAIT_MS / 1000
    parameters["cached_statements"] = PREPARED_KEPT


def _remember(path: Path, _connection: object, record: Any) -> None:
    record.info[_FILE] = _identity(path)


def _refuse_another(path: Path, _connection: object, record: Any, _proxy: object) -> None:
    """A connection from the pool may be to a file that was deleted, and what that held is no longer true."""
    if record.info.get(_FILE) != _identity(path):
        raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _execute(cursor: sqlite3.Cursor, statement: str, parameters: Any, _context: object) -> bool:
    """Execute, waiting for locks. True means to SQLAlchemy that the statement was executed here."""
    while True:
        try:
            cursor.execute(statement, parameters)
            return True
        except sqlite3.OperationalError as error:
            call = current_call.get()
            if _number(error) != _BUSY or call is None or call.is_over:
                raise


def _distrust(context: ExceptionContext) -> None:
    """Drop a connection that read a damaged file: it would remember the damage after the file was fixed."""
    if _number(context.original_exception) in _DAMAGED:
        context.is_disconnect = True


def _number(error: BaseException) -> int | None:
    """SQLite's number without its details; None for errors of Python's (about text or types)."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
