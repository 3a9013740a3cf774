"""A process for statements that also holds what no statement may reach: the program it runs, and who starts it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mcp_traces.query import child, sandbox
from mcp_traces.query.sandbox import Reply, Sandbox
from mcp_traces.shaping.tables import sqlite_tables

SECRET = "not-for-you-4711"

PLANTED = f"""\
CREATE TABLE secret (word TEXT);
INSERT INTO secret VALUES ('{SECRET}');
CREATE INDEX some_index ON secret (word);
CREATE VIEW some_view AS SELECT word FROM secret;
CREATE TRIGGER some_trigger AFTER INSERT ON secret BEGIN SELECT 1; END;
CREATE TEMP TABLE temp_secret (word TEXT);
INSERT INTO temp_secret VALUES ('{SECRET}');
CREATE INDEX temp.temp_index ON temp_secret (word);
CREATE TEMP VIEW temp_view AS SELECT word FROM secret;
CREATE TEMP TRIGGER temp_trigger AFTER INSERT ON secret BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE words USING fts5(word);
INSERT INTO words VALUES ('{SECRET}');
ATTACH ':memory:' AS other;
CREATE TABLE other.traces (trace_id TEXT, name TEXT);
INSERT INTO other.traces VALUES ('{SECRET}', '{SECRET}')
"""
"""What other programs keep in databases: tables, views, triggers, indexes, a virtual table, a second database."""

_START = sandbox._START.replace("mcp_traces.query.child", "tests.query.planted")  # pyright: ignore[reportPrivateUsage]

OVERTIME_S = 3.0
"""Tests wait for it."""

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
ENDLESS_FUNCTION = "SELECT instr(printf('%.*c', 9000000, 'a'), printf('%.*c', 3000000, 'a') || 'b')"
"""Ends after minutes; no deadline is looked at meanwhile."""

TRACES = [(f"tr-{number}", f"agent-{number % 2}", 100 * number) for number in range(6)]
SPANS = [(trace_id, f"{number:016x}", f"step-{number}") for trace_id, _, _ in TRACES for number in range(4)]


def planted_database() -> sqlite3.Connection:
    """The tables of query_traces, with what is planted."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for table, columns in sqlite_tables():
        connection.execute(f"CREATE TABLE {table} ({', '.join(name for name, _ in columns)})")
    _plant(connection)
    return connection


def _plant(connection: sqlite3.Connection) -> None:
    for statement in PLANTED.split(";\n"):
        connection.execute(statement)


class _Planted(child.Database):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        connection = self._connection
        needed = (
            sqlite3.SQLITE_LIMIT_ATTACHED,
            sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH,
            sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER,
        )
        before = [connection.setlimit(limit, 50) for limit in needed]
        _plant(connection)
        for limit, most in zip(needed, before, strict=True):
            connection.setlimit(limit, most)


def main() -> None:
    """Runs in the process."""
    child.Database = _Planted
    child.OVERTIME_S = OVERTIME_S
    child.main()


@contextmanager
def planted_box() -> Iterator[Sandbox]:
    """A process with secrets, and with some traces and spans in its tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "_START", _START)
        box = Sandbox(sqlite_tables())
    try:
        fill(box)
        yield box
    finally:
        box.kill()


def fill(box: Sandbox) -> None:
    """Loads TRACES and SPANS."""
    box.load("traces", ["trace_id", "name", "duration_ms"], TRACES)
    box.load("spans", ["trace_id", "span_id", "name"], SPANS)


def answered(box: Sandbox, statement: str, seconds: float = 20, max_chars: int = 4_000) -> Reply:
    """What `prepare` refuses, else what `run` returns."""
    prepared = box.prepare(statement)
    return prepared if "error" in prepared else box.run(statement, seconds, max_chars)
