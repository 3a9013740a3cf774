"""A SQLite file belongs to others: while it is read they lock it, put another in its place, or take it away."""

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError

from mcp_traces.errors import StoreDeniedError, StoreMissingError
from mcp_traces.store.deadlines import current_call

LOCK_LOOK_MS = 20
"""SQLite waits for a lock without a look at anything else, so it is asked to again and again."""

STATEMENTS_KEPT = 16
"""Prepared, of one connection: a search of MLflow's is 50 KB, and Python would keep 128 of each connection."""

START_HINT = "Set MLFLOW_TRACKING_URI to your store, or make this one first: log a trace, or start `mlflow server`."
_RIGHTS_HINT = "The file and its folders must be readable for the user who runs this server."
_FILE = "file"
_BUSY = 5
_DAMAGED = (10, 11, 26)
"""SQLite's numbers for IOERR, CORRUPT and NOTADB; higher bits say more (https://sqlite.org/rescode.html)."""


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


def follow_file(engine: Engine, path: Path) -> None:
    """Read whatever file is at the path now, and wait for a lock as long as there is someone to wait for."""
    event.listen(engine, "do_connect", partial(_find, path))
    event.listen(engine, "connect", partial(_remember, path))
    event.listen(engine, "checkout", partial(_refuse_another, path))
    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "handle_error", _distrust)


def _find(path: Path, _dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
    check_file(path)
    parameters["timeout"] = LOCK_LOOK_MS / 1000
    parameters["cached_statements"] = STATEMENTS_KEPT


def _remember(path: Path, _connection: object, record: Any) -> None:
    record.info[_FILE] = _identity(path)


def _refuse_another(path: Path, _connection: object, record: Any, _proxy: object) -> None:
    """A connection from the pool may be to a file that was deleted: what that held is no longer true."""
    if record.info.get(_FILE) != _identity(path):
        raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _execute(cursor: sqlite3.Cursor, statement: str, parameters: Any, _context: object) -> bool:
    """True: it was executed here."""
    while True:
        try:
            cursor.execute(statement, parameters)
            return True
        except sqlite3.OperationalError as error:
            call = current_call.get()
            if _number(error) != _BUSY or call is None or call.is_over:
                raise


def _distrust(context: ExceptionContext) -> None:
    """What a connection remembers of a damaged file would outlive the mend of the file."""
    if _number(context.original_exception) in _DAMAGED:
        context.is_disconnect = True


def _number(error: BaseException) -> int | None:
    """SQLite's, without what it says beyond; None when it is none of SQLite's (Python's, about text or types)."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
