"""Where a tracking URI points, and how to name that place without credentials."""

import os
from importlib.metadata import version
from pathlib import Path
from typing import cast, get_args
from urllib.parse import unquote

from mcp_traces.records import StoreKind

CONNECT_TIMEOUT_S = 4
"""A store that is not there is reported within 5 s, however long a call may take."""

_MAX_EXPERIMENT_ID = str(2**63 - 1)
_SQLALCHEMY_DECODES = tuple(map(int, version("sqlalchemy").split(".")[:2])) >= (2, 1)
"""Whether `%20` in the path of a database URI is a space: SQLAlchemy 2.0 takes the path as it is written."""
_SHOWN_OPTIONS = ("host", "port")
"""Options of a database URI that say where it is; the others may hold a password (`password`, `passfile`, `sslkey`)."""


def store_kind(tracking_uri: str) -> StoreKind:
    """The kind of store behind a tracking URI, as MLflow's store registry would choose it by the scheme."""
    scheme, colon, _ = tracking_uri.partition(":")
    name = scheme.partition("+")[0].lower()
    if name in get_args(StoreKind):
        return cast("StoreKind", name)
    # No scheme and a one-letter one (C:\mlruns) are folders, as in mlflow/utils/uri.py:get_uri_scheme.
    return "server" if colon and len(name) > 1 else "file"


def store_address(tracking_uri: str) -> str:
    """What people may read: for SQLite the file's absolute path, otherwise the URI without user, password, options."""
    match store_kind(tracking_uri):
        case "sqlite":
            return str(sqlite_path(tracking_uri) or "an in-memory SQLite database")
        case "file":
            return str(folder_path(tracking_uri))
        case _:
            return _without_credentials(tracking_uri)


def sqlite_path(tracking_uri: str) -> Path | None:
    """The file that MLflow would open for a SQLite URI, relative ones in the working folder; None for one in memory."""
    location, _, options = tracking_uri.partition(":")[2].partition("?")
    name = location.removeprefix("//").partition("/")[2]
    if _SQLALCHEMY_DECODES:
        name = unquote(name)
    if name.startswith("file:"):
        name = _path_in_file_uri(name.partition("?")[0])
    if name in ("", ":memory:") or "mode=memory" in options:
        return None
    return Path(os.path.abspath(name))


def folder_path(tracking_uri: str) -> Path:
    """The folder of a file store: a plain path, or a `file:` URI."""
    name = _path_in_file_uri(tracking_uri) if tracking_uri.startswith("file:") else tracking_uri
    return Path(os.path.abspath(name))


def is_experiment_number(experiment_id: str) -> bool:
    """Whether a database can hold an experiment of this id: a 64-bit number, written as MLflow writes it."""
    if not (experiment_id.isascii() and experiment_id.isdigit() and len(experiment_id) <= len(_MAX_EXPERIMENT_ID)):
        return False
    return str(int(experiment_id)) == experiment_id and int(experiment_id) <= int(_MAX_EXPERIMENT_ID)


def _path_in_file_uri(uri: str) -> str:
    rest = uri.removeprefix("file:").partition("#")[0]
    if rest.startswith("//"):
        rest = "/" + rest[2:].partition("/")[2]
    return unquote(rest)


def _without_credentials(uri: str) -> str:
    scheme, separator, rest = uri.partition("://")
    # A password may itself hold `@`, `/` or `?`: all before the last `@` is taken for one.
    place, _, options = rest.rpartition("@")[2].partition("?")
    shown = "&".join(option for option in options.split("&") if option.partition("=")[0] in _SHOWN_OPTIONS)
    return scheme + separator + place + (f"?{shown}" if shown else "")
