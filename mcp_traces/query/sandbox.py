"""The processes in which statements run, and how they are shared: few at a time, each kept a while for its caller.

A statement runs in a process of its own because SQLite bounds its memory for a whole process, and because a process
that is killed leaves nothing behind: no thread, no memory, and no lock of this one.
"""

import asyncio
import json
import marshal
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, cast

import anyio
from anyio import to_thread

from mcp_traces.errors import BusyError, StoreUnsupportedError, TracesError
from mcp_traces.query.child import HEADER

HEAP_BYTES = 256 * 1024 * 1024
"""Of SQLite, for the tables of one call and what its statement makes of them."""

MAX_PROCESSES = 2
"""At a time, whether they work or wait for their caller's next statement: each may use a core, and HEAP_BYTES."""

KEPT_S = 120.0
"""For which a process waits with its tables for another statement of its caller."""

Tables: TypeAlias = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Each table with its columns and their types."""

Reply: TypeAlias = dict[str, Any]

ENDING_S = 1.0
"""From the end of a process's output to its exit code."""

WITHOUT_PROCESS = "summarize_traces and search_traces with `select` need none."

_FOR_PYTHON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables without which Python does not start on some machines."""

_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from mcp_traces.query.child import main
main()
"""


class SandboxGoneError(Exception):
    """The process ended before it answered."""


def environment_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of a process of ours: no credentials, and nothing that changes what Python imports."""
    return {name: environment[name] for name in _FOR_PYTHON if name in environment}


class Sandbox:
    """One process. Every method blocks, and is called on a worker thread; `kill` makes them raise SandboxGoneError."""

    def __init__(self, tables: Tables) -> None:
        paths = [str(Path(__file__).parents[2]), *(path for path in sys.path if path)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _START, json.dumps(paths)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment_of(os.environ),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise StoreUnsupportedError(
                f"query_traces runs statements in a process of its own, which could not be started: {error.strerror}.",
                WITHOUT_PROCESS,
            ) from None
        self.kept: Any = None
        """What its caller knows of the tables that are loaded."""
        self.is_broken: bool = False
        self._has_answered = False
        self._send((tables, HEAP_BYTES))

    @property
    def pid(self) -> int:
        return self._process.pid

    def prepare(self, statement: str) -> Reply:
        """`reads`, the columns that the statement reads, by table; or `error` and `message`."""
        return self._ask("prepare", statement)

    def run(self, statement: str, seconds: float, max_chars: int) -> Reply:
        """`columns`, `rows`, `more`, `cuts`, `cut_at`; or `error` and `message`.

        Errors are sql, value, refused, late, memory and wide.
        """
        return self._ask("run", statement, seconds, max_chars)

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Adds rows; returns how many bytes they are."""
        return self._send(("load", table, columns, rows))

    def update(self, column: str, rows: Sequence[Sequence[Any]]) -> int:
        """Sets a column of traces; a row is the value and the trace's id."""
        return self._send(("update", column, rows))

    def clear(self, tables: Sequence[str]) -> None:
        self._send(("clear", tables))

    def index(self, tables: Sequence[str]) -> None:
        """Makes joins of these tables quick."""
        self._send(("index", tables))

    def kill(self) -> None:
        """Ends it at once, whatever it does. May be called from any thread, and again."""
        self.is_broken = True
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not written yet cannot be written any more
                    continue

    def _ask(self, *request: Any) -> Reply:
        self._send(request)
        stdout = self._process.stdout
        assert stdout is not None
        try:
            header = stdout.read(HEADER.size)
            size = HEADER.unpack(header)[0] if len(header) == HEADER.size else 0
            data = stdout.read(size)
        except (OSError, ValueError):
            size, data = 0, b""
        if not size or len(data) < size:
            raise self._gone()
        self._has_answered = True
        reply = cast(Reply, json.loads(data))
        if reply.get("error") in ("late", "memory"):  # not all that it took goes back before the process ends
            self.is_broken = True
        return reply

    def _gone(self) -> SandboxGoneError | StoreUnsupportedError:
        self.is_broken = True
        if self._has_answered:
            return SandboxGoneError()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING_S)
        self.kill()
        return StoreUnsupportedError(
            "query_traces runs statements in a process of its own, which ended before its first answer "
            f"(exit code {self._process.returncode}).",
            WITHOUT_PROCESS,
        )

    def _send(self, request: Any) -> int:
        data = marshal.dumps(request)
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(HEADER.pack(len(data)) + data)
            stdin.flush()
        except (OSError, ValueError):
            raise self._gone() from None
        return len(data)


@dataclass(slots=True)
class Sandboxes:
    """Up to MAX_PROCESSES. One that did its work waits for the next statement of the same `key`, KEPT_S at most."""

    tables: Tables
    _idle: dict[str, tuple[float, Sandbox]] = field(default_factory=dict[str, tuple[float, Sandbox]])
    _busy: set[Sandbox] = field(default_factory=set[Sandbox])
    _running: Counter[str] = field(default_factory=Counter[str])
    _waiting: list[tuple[str, anyio.Event]] = field(default_factory=list[tuple[str, anyio.Event]])
    _is_closed: bool = False

    @asynccontextmanager
    async def use(self, key: str) -> AsyncGenerator[Sandbox]:
        """One process, the caller's own where it still waits. Raises BusyError when none comes free in time."""
        await self._take_turn(key)
        box: Sandbox | None = None
        try:
            _, box = self._idle.pop(key, (0.0, None))
            if box is None:
                self._make_room()
                box = await to_thread.run_sync(Sandbox, self.tables)
            self._busy.add(box)
            yield box
        except BaseException as error:
            if box is not None and not isinstance(error, TracesError):
                box.kill()
            raise
        finally:
            if box is not None:
                self._busy.discard(box)
                self._keep(key, box)
            self._end_turn(key)

    async def _take_turn(self, key: str) -> None:
        if self._running.total() < MAX_PROCESSES:
            self._running[key] += 1
            return
        mine = (key, anyio.Event())
        self._waiting.append(mine)
        left_s = anyio.current_effective_deadline() - anyio.current_time()
        try:
            with anyio.move_on_after(left_s / 2):
                await mine[1].wait()
        except BaseException:
            if mine[1].is_set():
                self._end_turn(key)
            raise
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        if mine[1].is_set():
            return
        raise BusyError(
            f"{MAX_PROCESSES} statements of query_traces run already, and none ended in time.",
            "Retry it in a few seconds; summarize_traces needs no such turn.",
        )

    def _end_turn(self, key: str) -> None:
        """The next is the first of those whose callers run the fewest: nobody waits for all that another sent."""
        self._running -= Counter([key])
        if self._waiting:
            mine = min(self._waiting, key=lambda one: self._running[one[0]])
            self._waiting.remove(mine)
            self._running[mine[0]] += 1
            mine[1].set()

    def _make_room(self) -> None:
        """Ends those that wait, the longest first, until there is room for all that have a turn."""
        while self._idle and len(self._idle) + self._running.total() > MAX_PROCESSES:
            self._end(next(iter(self._idle)))

    def _keep(self, key: str, box: Sandbox) -> None:
        if box.is_broken or self._is_closed:
            box.kill()
            return
        if key in self._idle:
            self._end(key)
        self._idle[key] = (time.monotonic(), box)
        asyncio.get_running_loop().call_later(KEPT_S, partial(self._end_if_unused, key, box))

    def _end_if_unused(self, key: str, box: Sandbox) -> None:
        since, waiting = self._idle.get(key, (0.0, None))
        if waiting is box and time.monotonic() - since >= KEPT_S:
            self._end(key)

    def _end(self, key: str) -> None:
        _, box = self._idle.pop(key)
        box.kill()

    def close(self) -> None:
        """Ends all of them."""
        self._is_closed = True
        for key in list(self._idle):
            self._end(key)
        for box in list(self._busy):
            box.kill()
