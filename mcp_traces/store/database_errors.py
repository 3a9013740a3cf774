"""Errors of databases as our errors: without SQL, without values, without credentials."""

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
from mcp_traces.store.translation import clean_message


class _Failure(NamedTuple):
    signs: str
    """A pattern found in "<code> <message>"; the code is SQLite's name, a SQLSTATE, or MySQL's number."""
    kind: type[TracesError]
    hint: str | None


_TIMEOUT_HINT = "Narrow the search (since, until, experiment) or ask for less."
_MISSING_HINT = "Check MLFLOW_TRACKING_URI: it must name the database of an MLflow tracking store."
_LATER_HINT = "Try again in a moment; `mcp-traces check` shows whether the store answers."
_WAL_HINT = "Its writer left work to finish or its folder is not writable: open it once with MLflow, or copy it."
_SIZE_HINT = "Use fewer conditions."
_CHANGED_HINT = "Its tables changed while they were read. Try again in a moment."
_FAILURES = (
    _Failure(r"^(SQLITE_INTERRUPT|57014|3024|1969|1317|HYT00)\b|statement timeout", StoreTimeoutError, _TIMEOUT_HINT),
    _Failure(r"^SQLITE_(BUSY|LOCKED)", StoreUnavailableError, "A writer holds it. " + _LATER_HINT),
    _Failure(r"^SQLITE_NOTADB\b", StoreMissingError, _MISSING_HINT),
    _Failure(r"^SQLITE_(CANTOPEN|PERM|AUTH)", StoreDeniedError, "The file and its folder must be readable."),
    _Failure(r"^SQLITE_READONLY", StoreUnavailableError, _WAL_HINT),
    _Failure(r"^SQLITE_CORRUPT|^SQLITE_IOERR", StoreError, "`PRAGMA integrity_check` shows what is damaged."),
    _Failure(
        r"64 tables in a join|Expression tree is too large|too many SQL variables", InvalidArgumentError, _SIZE_HINT
    ),
    _Failure(
        r"^(28...|42501|1044|1045|1142|1698)\b"
        r"|password authentication|no password|authentication failed|pg_hba|role \S+ does not exist",
        StoreDeniedError,
        "Check user and password in MLFLOW_TRACKING_URI, and that the user may read MLflow's tables.",
    ),
    _Failure(r"^(3D000|1049)\b|database .* does not exist", StoreMissingError, _MISSING_HINT),
    _Failure(r"^(42P01|42703|1146|1054|42S02|42S22)\b|no such (table|column)", StoreSchemaError, _CHANGED_HINT),
    _Failure(r"^(2[12]...|2201B|22P02|42883|42804|54000|1139|3692)\b", InvalidArgumentError, None),
)
"""Tried in this order; a database error that shows none of the signs is a database that cannot answer now."""


def translate_failure(exc: Exception, address: str, timeout_s: float) -> TracesError | None:
    """Our error for what a database raised; None for what is not foreseen."""
    if isinstance(exc, TracesError):
        return exc
    if isinstance(exc, CallOverError):
        return timeout_error(address, timeout_s)
    if isinstance(exc, OverflowError):
        return InvalidArgumentError("A number is too large: databases have 64 bits.")
    return _database_error(exc, address, timeout_s)


def timeout_error(address: str, timeout_s: float) -> StoreTimeoutError:
    return StoreTimeoutError(f"{address} gave no answer within the {timeout_s:g} s of a call.", _TIMEOUT_HINT)


def _database_error(exc: Exception, address: str, timeout_s: float) -> TracesError | None:
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

    if isinstance(exc, NoFreeConnectionError):
        return StoreUnavailableError(f"All connections to {address} are in use.", _LATER_HINT)
    if not isinstance(exc, DBAPIError):
        return None
    code, said = _code_and_text(exc.orig)
    message = clean_message(said).rstrip(".?") + "."
    signature = f"{code} {message}"
    failure = next((row for row in _FAILURES if re.search(row.signs, signature)), None)
    if failure is None:
        return StoreUnavailableError(f"{address} does not answer: {message}", _LATER_HINT)
    if failure.kind is StoreTimeoutError:
        return timeout_error(address, timeout_s)
    return failure.kind(f"{address} answered: {message}", failure.hint)


def _code_and_text(error: Any) -> tuple[str, str]:
    """The driver's code and what it says. sqlite3, psycopg and psycopg2 have an attribute for it."""
    arguments = getattr(error, "args", ())
    if len(arguments) > 1 and isinstance(arguments[0], int):  # MySQL's, which may have a SQLSTATE as well
        return str(arguments[0]), str(arguments[1])
    for name in ("sqlite_errorname", "sqlstate", "pgcode"):
        if code := getattr(error, name, None):
            return str(code), str(error)
    return (str(arguments[0]) if len(arguments) > 1 else ""), str(error)
