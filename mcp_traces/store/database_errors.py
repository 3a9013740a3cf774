"""What goes wrong in MLflow's database store, told as our errors: without SQL, without values, without credentials."""

import re
from typing import Any, NamedTuple

from mcp_traces.errors import (
    InvalidArgumentError,
    StoreDeniedError,
    StoreError,
    StoreMissingError,
    StoreSchemaError,
    StoreTimeoutError,
    StoreUnavailableError,
    TracesError,
)
from mcp_traces.store.deadlines import CallOverError
from mcp_traces.store.translation import clean_message, is_about_arguments, translate_error


class _Failure(NamedTuple):
    signs: str
    """A pattern found in "<code> <message>"; the code is SQLite's name, a SQLSTATE, or MySQL's number."""
    kind: type[TracesError]
    hint: str | None


_TIMEOUT_HINT = "Narrow the search (since, until, experiment) or ask for less."
_MISSING_HINT = "Check MLFLOW_TRACKING_URI: it must name the database of an MLflow tracking store."
_LATER_HINT = "Try again in a moment; `mcp-traces check` tells whether the store answers."
_WAL_HINT = "Its writer left work to finish or its folder is not writable: open it once with MLflow, or copy it."
_JOIN_HINT = "SQLite joins a table per condition on a tag or metadata key: use fewer than 30 of them."
_FAILURES = (
    _Failure(r"^(SQLITE_INTERRUPT|57014|3024|1969|1317|HYT00)\b|statement timeout", StoreTimeoutError, _TIMEOUT_HINT),
    _Failure(r"^SQLITE_(BUSY|LOCKED)", StoreUnavailableError, "A writer holds it. " + _LATER_HINT),
    _Failure(r"^SQLITE_NOTADB\b", StoreMissingError, _MISSING_HINT),
    _Failure(r"^SQLITE_(CANTOPEN|PERM|AUTH)", StoreDeniedError, "The file and its folder must be readable."),
    _Failure(r"^SQLITE_READONLY", StoreUnavailableError, _WAL_HINT),
    _Failure(r"^SQLITE_CORRUPT|^SQLITE_IOERR", StoreError, "`PRAGMA integrity_check` tells what is damaged."),
    _Failure(r"64 tables in a join", InvalidArgumentError, _JOIN_HINT),
    _Failure(
        r"^(28...|42501|1044|1045|1142|1698)\b"
        r"|password authentication|no password|authentication failed|pg_hba|role \S+ does not exist",
        StoreDeniedError,
        "Check user and password in MLFLOW_TRACKING_URI, and that the user may read MLflow's tables.",
    ),
    _Failure(r"^(3D000|1049)\b|database .* does not exist", StoreMissingError, _MISSING_HINT),
    _Failure(r"^(42P01|42703|1146|1054)\b|no such (table|column)", StoreSchemaError, "Run `mlflow db upgrade` on it."),
    _Failure(r"^(2[12]...|2201B|22P02|42883|42804|54000|1139|3692)\b", InvalidArgumentError, None),
)
"""Tried in this order; a database error that shows none of the signs is a database that cannot answer now."""


def translate_failure(exc: Exception, address: str, timeout_s: float) -> TracesError | None:
    """Our error for what a store raised; None when it is nothing we foresee."""
    for cause in (exc, exc.__cause__):
        if isinstance(cause, TracesError):
            return cause
        if isinstance(cause, CallOverError):
            return timeout_error(address, timeout_s)
        if (error := _database_error(cause, address, timeout_s)) is not None:
            return error
    code: str | None = getattr(exc, "error_code", None)
    # MLflow's REST client puts the code before the message (mlflow/exceptions.py:RestException).
    return _mlflow_error(code, clean_message(str(exc)).removeprefix(f"{code}: "), exc, address) if code else None


def timeout_error(address: str, timeout_s: float) -> StoreTimeoutError:
    return StoreTimeoutError(f"{address} gave no answer within the {timeout_s:g} s of a call.", _TIMEOUT_HINT)


def _mlflow_error(code: str, message: str, exc: Exception, address: str) -> TracesError | None:
    # MLflow's session wraps whatever was raised inside it (mlflow/store/db/utils.py): that is a bug, here or there.
    is_bug = code == "INTERNAL_ERROR" and exc.__cause__ is not None and not is_about_arguments(code, message)
    return None if is_bug else translate_error(code, message, address)


def _database_error(exc: BaseException | None, address: str, timeout_s: float) -> TracesError | None:
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

    if isinstance(exc, NoFreeConnectionError):
        return StoreUnavailableError(f"All connections to {address} are in use.", _LATER_HINT)
    if not isinstance(exc, DBAPIError):
        return None
    message = clean_message(str(exc.orig)).rstrip(".?") + "."
    signature = f"{_code(exc.orig)} {message}"
    failure = next((row for row in _FAILURES if re.search(row.signs, signature)), None)
    if failure is None:
        return StoreUnavailableError(f"{address} does not answer: {message}", _LATER_HINT)
    if failure.kind is StoreTimeoutError:
        return timeout_error(address, timeout_s)
    return failure.kind(f"{address} answered: {message}", failure.hint)


def _code(error: Any) -> str:
    """The driver's code: an attribute in sqlite3, psycopg and psycopg2, the first argument in the others."""
    for name in ("sqlite_errorname", "sqlstate", "pgcode"):
        if code := getattr(error, name, None):
            return str(code)
    arguments = getattr(error, "args", ())
    return str(arguments[0]) if len(arguments) > 1 else ""
