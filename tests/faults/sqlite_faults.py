"""What others do to a SQLite file while it is read; each is undone at the end of its `with`."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

_HOLD = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
connection.rollback()
"""
DEADLINE_S = 10
NOBODY = 65534


@contextmanager
def locked(database: Path) -> Generator[None]:
    """By another process, as a writer in a long transaction."""
    command = [sys.executable, "-c", _HOLD, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None and writer.stdin is not None
        assert writer.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            writer.stdin.close()
            writer.wait(DEADLINE_S)


@contextmanager
def deleted(database: Path) -> Generator[None]:
    kept = database.rename(database.with_suffix(".kept"))
    try:
        yield
    finally:
        kept.replace(database)


def replaced(make: Callable[[Path], object]) -> Callable[[Path], AbstractContextManager[None]]:
    """Something else is put into its place."""

    @contextmanager
    def at(database: Path) -> Generator[None]:
        with deleted(database):
            make(database)
            try:
                yield
            finally:
                shutil.rmtree(database) if database.is_dir() else database.unlink()

    return at


@contextmanager
def cut_short(database: Path) -> Generator[None]:
    """The same file, half of it: a full disk, a copy that was broken off."""
    whole = database.read_bytes()
    os.truncate(database, len(whole) // 2)
    try:
        yield
    finally:
        database.write_bytes(whole)


def damage(database: Path) -> None:
    """A copy whose pages after the first are noise."""
    content = bytearray(database.with_suffix(".kept").read_bytes())
    content[4096:] = bytes(range(256)) * ((len(content) - 4096) // 256)
    database.write_bytes(content)


def upgrade(database: Path) -> None:
    """A copy with the schema of an MLflow that is still to come."""
    shutil.copyfile(database.with_suffix(".kept"), database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
        connection.execute("ALTER TABLE trace_info RENAME TO trace_infos")


@contextmanager
def unreadable(database: Path) -> Generator[None]:
    with _mode(database, 0o000), _without_privileges():
        yield


@contextmanager
def out_of_reach(database: Path) -> Generator[None]:
    """In a folder that may not be entered."""
    with _mode(database.parent, 0o000), _without_privileges():
        yield


@contextmanager
def _mode(path: Path, mode: int) -> Generator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


@contextmanager
def _without_privileges() -> Generator[None]:
    """Rights mean nothing to root, as which tests run in containers."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def keep_one_trace(database: Path, trace_id: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM trace_info WHERE request_id <> ?", (trace_id,))
