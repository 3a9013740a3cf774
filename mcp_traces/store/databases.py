"""Databases that hold an MLflow store: the driver, an engine that only reads, and every statement's deadline."""

from collections.abc import Callable
from functools import lru_cache, partial
from importlib.util import find_spec
from shlex import quote
from typing import Any
from urllib.parse import quote as percent_encoded

from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.util import LRUCache

from mcp_traces.errors import StoreError, StoreMissingError, StoreSchemaError, StoreUnsupportedError
from mcp_traces.records import StoreKind
from mcp_traces.rlike import rlike
from mcp_traces.store.addresses import CONNECT_TIMEOUT_S, sqlite_path, store_address, store_kind
from mcp_traces.store.connections import cancel_of, end_with_their_call
from mcp_traces.store.deadlines import CallOverError, current_call
from mcp_traces.store.sqlite_files import LOCK_LOOK_MS, START_HINT, check_file, follow_file

MIN_CONNECT_TIMEOUT_S = 2
"""PostgreSQL's client takes less for so much."""

PROGRESS_STEPS = 1_000
"""SQLite's steps between two looks at the clock: some 50 spans in a text search, however long each takes to compare.
Costs a search over 60,000 spans nothing measurable, and pure counting 2 %."""

EXPRESSIONS_KEPT = 16
"""Of one connection, compiled: a search has few, and asks each for every row."""

STATEMENTS_KEPT = 60
"""Compiled, of one store: those of a dozen different searches. SQLAlchemy keeps 500, which are 150 MB of MLflow's."""

SPAN_SCOPE = "spans.experiment_id = trace_info.experiment_id"
"""The condition in MLflow's span search that SQLite's planner answers from the wrong index."""
BUSY_TIMEOUT = "PRAGMA busy_timeout = 20000;"
"""What MLflow sets at the start of each SQLite session (mlflow/store/db/utils.py)."""

_MISSING_HINT = "Check MLFLOW_TRACKING_URI: it must name the database of an MLflow tracking store."
_DRIVERS: dict[StoreKind, dict[str, str]] = {
    "postgresql": {"psycopg": "psycopg", "psycopg2": "psycopg2"},
    "mysql": {"pymysql": "pymysql", "MySQLdb": "mysqldb"},
}
"""Per kind: the modules that speak to it, and SQLAlchemy's names for them."""


def open_engine(tracking_uri: str, create_engine: Callable[[str], Engine]) -> Engine:
    """An engine that cannot write and whose statements end with the call they belong to. Connects to nothing yet.

    Raises: StoreMissingError when the SQLite file does not exist, StoreUnsupportedError without a driver.
    """
    kind = store_kind(tracking_uri)
    address = store_address(tracking_uri)
    try:
        engine = create_engine(_sqlite_uri(tracking_uri) if kind == "sqlite" else _with_driver(kind, tracking_uri))
    except ImportError as exc:
        extra = f"mcp-traces[{kind}]" if kind in _DRIVERS else "pyodbc"
        raise StoreUnsupportedError(
            f"{address} needs a database driver that is not installed ({exc}).", f'Run `pip install "{extra}"`.'
        ) from exc
    except ArgumentError:
        raise StoreUnsupportedError(f"{address} is not a database URI that SQLAlchemy can read.") from None
    engine.update_execution_options(compiled_cache=LRUCache(STATEMENTS_KEPT))
    engine.hide_parameters = True  # values of traces and filters stay out of every error text
    event.listen(engine, "before_cursor_execute", _refuse_when_over)
    _GUARDS[kind](engine)
    if path := sqlite_path(tracking_uri) if kind == "sqlite" else None:
        follow_file(engine, path)
    return engine


def schema_revision(engine: Engine) -> str | None:
    """The revision of the MLflow schema in the database; None when it holds none."""
    tables = inspect(engine)
    if not (tables.has_table("alembic_version") and tables.has_table("experiments")):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def schema_error(address: str, found: str | None, expected: str, *, is_older: bool) -> StoreError:
    """Why a database with this schema is not read, and the mend."""
    if found is None:
        return StoreMissingError(f"{address} holds no MLflow tables. Nothing was created.", _MISSING_HINT)
    if is_older:
        uri = address if "://" in address else f"sqlite:///{address}"
        age, hint = "older", f"Back it up, then run `mlflow db upgrade {quote(uri)}`, with user and password if any."
    else:
        age, hint = "newer", "Upgrade mlflow-skinny here: `pip install --upgrade mlflow-skinny`."
    return StoreSchemaError(f"The database schema of {address} is {found}, {age} than {expected} here.", hint)


def _sqlite_uri(tracking_uri: str) -> str:
    """SQLite's own read-only mode: it refuses writes and, unlike a plain path, never makes a file."""
    path = sqlite_path(tracking_uri)
    if path is None:
        raise StoreMissingError("An in-memory SQLite database holds no traces of another process.", START_HINT)
    check_file(path)
    url = URL.create("sqlite", database=f"file:{percent_encoded(str(path))}", query={"mode": "ro", "uri": "true"})
    return url.render_as_string()


def _with_driver(kind: StoreKind, tracking_uri: str) -> str:
    """The URI with an installed driver, where it names none: SQLAlchemy's default changed between 2.0 and 2.1."""
    url = make_url(tracking_uri)
    if "+" not in url.drivername:
        installed = [driver for module, driver in _DRIVERS.get(kind, {}).items() if find_spec(module)]
        url = url.set(drivername="+".join([kind, *installed[:1]]))
    return url.render_as_string(hide_password=False)


def _guard_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _watch_the_clock)
    event.listen(engine, "connect", _match_in_linear_time)
    event.listen(engine, "before_cursor_execute", _rewrite_for_sqlite, retval=True)


def _guard_postgresql(engine: Engine) -> None:
    event.listen(engine, "do_connect", _limit_connecting)
    end_with_their_call(engine)
    # psycopg and psycopg2 then open each transaction with BEGIN READ ONLY. A session default would stay behind on
    # the server's connection when a pooler such as PgBouncer hands it to another client.
    event.listen(engine, "connect", partial(_make_postgresql_read_only, engine.dialect))
    event.listen(engine, "begin", _limit_postgresql)
    event.listen(engine, "before_cursor_execute", _announce_statement)
    event.listen(engine, "after_cursor_execute", _forget_statement)
    event.listen(engine, "handle_error", _forget_statement)


def _guard_mysql(engine: Engine) -> None:
    event.listen(engine, "do_connect", _limit_connecting)
    end_with_their_call(engine)
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


def _watch_the_clock(connection: Any, _record: object) -> None:
    connection.set_progress_handler(_is_over, PROGRESS_STEPS)


def _match_in_linear_time(connection: Any, _record: object) -> None:
    """In place of MLflow's function, which hangs on some expressions and holds all of Python meanwhile."""
    compiled = lru_cache(maxsize=EXPRESSIONS_KEPT)(rlike)

    def regexp(expression: str | None, recorded: object) -> bool:
        return expression is not None and recorded is not None and compiled(expression)(str(recorded))

    connection.create_function("regexp", 2, regexp)


def _is_over() -> bool:
    call = current_call.get()
    return call is not None and call.is_over


def _rewrite_for_sqlite(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> tuple[str, Any]:
    return sqlite_statement(statement), parameters


def sqlite_statement(statement: str) -> str:
    """MLflow's statement with the same meaning, in time: waits for a lock no longer than we do, and looks up the spans
    of a trace by its id.

    Without `sqlite_stat1` the planner would scan the experiment's spans once per trace (10,000 traces: 497 s, with
    the unary plus, which forbids the index on `experiment_id`, 0.04 s).
    """
    if statement == BUSY_TIMEOUT:
        return f"PRAGMA busy_timeout = {LOCK_LOOK_MS};"
    return statement.replace(SPAN_SCOPE, f"+{SPAN_SCOPE}")


def _limit_connecting(dialect: Dialect, _record: object, _args: object, parameters: dict[str, Any]) -> None:
    if dialect.driver in ("psycopg", "psycopg2", "pymysql", "mysqldb"):
        hosts = str(parameters.get("host", "")).count(",") + 1  # PostgreSQL's are tried in turn
        parameters.setdefault("connect_timeout", max(MIN_CONNECT_TIMEOUT_S, CONNECT_TIMEOUT_S // hosts))


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
        raise StoreUnsupportedError("This server only reads, and MLflow wanted to write.")
