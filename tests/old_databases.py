"""Databases that older versions of MLflow made, kept as SQL in tests/data/databases, as they were and upgraded.

`python -m tests.mlflow_versions.make_databases` makes them. A folder for each holds a dump for each backend, what was
logged there, with the same ids on both (`expected.json`), and, of versions that keep spans as artifacts, those
(`artifacts.json`; upgraded ones have those of the version they were made by).
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import psycopg
from sqlalchemy import URL, create_engine, inspect, make_url

Backend: TypeAlias = Literal["sqlite", "postgresql"]

DATA = Path(__file__).parent / "data" / "databases"
MADE = ("3.1.4", "3.5.1", "3.9.0", "3.13.0", "3.17.2", "3.18.0")
"""By the SDK of each of these versions."""

UPGRADED_BY = "3.17.2"
UPGRADED = ("3.1.4-upgraded", "3.9.0-upgraded")
"""The databases of these versions after `mlflow db upgrade` of `UPGRADED_BY`."""

NAMES = (*MADE, *UPGRADED)
BACKENDS: tuple[Backend, ...] = ("sqlite", "postgresql")

FOLDER = "@FOLDER@"
"""Takes the place of the folder that holds the artifacts: paths in a dump are those of nobody's machine."""


@dataclass(frozen=True, slots=True)
class OldDatabase:
    """A loaded dump and what the application logged there; see `make_databases.expected`."""

    name: str
    backend: Backend
    uri: str
    expected: dict[str, Any]

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.uri.removeprefix("sqlite:///"))

    def trace_id(self, label: str) -> str:
        return self.expected["traces"][label]["trace_id"]

    def labels(self, trace_ids: list[str]) -> list[str]:
        by_id = {trace["trace_id"]: label for label, trace in self.expected["traces"].items()}
        return [by_id[trace_id] for trace_id in trace_ids]


def load_sqlite(name: str, folder: Path, *, data: Path = DATA) -> OldDatabase:
    """The database as a file of its own in `folder`, with its artifacts beside it."""
    path = folder / f"mlflow-{name}.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_dump(data / name / "sqlite.sql", folder / name))
    return _loaded(name, "sqlite", f"sqlite:///{path}", data=data, artifacts=folder / name)


def load_postgresql(
    name: str, server_uri: str, folder: Path, *, data: Path = DATA, prefix: str = "mlflow"
) -> OldDatabase:
    """The database as one of its own on the server, named `<prefix>-<name>`, with its artifacts in `folder`."""
    server = make_url(server_uri)
    own = server.set(database=f"{prefix}-{name}")
    with psycopg.connect(_libpq(server), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{own.database}"'.encode())
        connection.execute(f'CREATE DATABASE "{own.database}"'.encode())
    with psycopg.connect(_libpq(own)) as connection:
        connection.execute(_dump(data / name / "postgresql.sql", folder / name).encode())
    uri = own.render_as_string(hide_password=False)
    return _loaded(name, "postgresql", uri, data=data, artifacts=folder / name)


def shape(uri: str) -> dict[str, list[str]]:
    """The columns of each table of a database."""
    engine = create_engine(uri)
    try:
        tables = inspect(engine)
        return {
            name: sorted(str(column["name"]) for column in tables.get_columns(name))
            for name in tables.get_table_names()
        }
    finally:
        engine.dispose()


def _dump(path: Path, artifacts: Path) -> str:
    return path.read_text(encoding="utf-8").replace(FOLDER, str(artifacts))


def _loaded(name: str, backend: Backend, uri: str, *, data: Path, artifacts: Path) -> OldDatabase:
    kept = data / name.removesuffix("-upgraded") / "artifacts.json"
    if kept.exists():
        for path, content in json.loads(kept.read_text(encoding="utf-8")).items():
            (artifacts / path).parent.mkdir(parents=True, exist_ok=True)
            (artifacts / path).write_text(json.dumps(content), encoding="utf-8")
    expected = json.loads((data / name / "expected.json").read_text(encoding="utf-8"))
    return OldDatabase(name, backend, uri, expected)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
