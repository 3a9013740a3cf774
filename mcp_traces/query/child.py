"""The process in which one SELECT of a caller runs: tables in memory, and nothing else within reach.

It reads requests from stdin and answers on stdout; see `sandbox`, which starts it. Its environment is empty, it writes
no files, and its parent kills it when its time is over: whatever a statement does, it does to this process alone.
"""

import faulthandler
import json
import marshal
import math
import os
import re
import signal
import sqlite3
import struct
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, BinaryIO

HEADER = struct.Struct("<I")

KEYS = ("trace_id", "span_id")
"""Columns that are always loaded, because JOIN ... USING does not report what it reads."""

MAX_STATEMENT = 10_000
"""Characters of a statement."""

MAX_VALUE = 1_000_000
"""Characters of a value that is loaded, and in tens of it of one that a statement makes."""

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 10 * MAX_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 5 * MAX_STATEMENT,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
STEPS_BETWEEN_LOOKS = 20_000
"""Instructions of SQLite's machine, about a millisecond, after which the deadline is looked at."""

PREPARE_S = 10.0
"""For SQLite to understand a statement. One that joins 60 tables takes a second."""

OVERTIME_S = 5.0
"""After which the process ends itself, where one function of SQLite's runs on: nothing else stops it once its parent
is gone."""

BEYOND_HEAP_BYTES = 256 * 1024 * 1024
"""Of address space for Python itself, and for what its functions keep."""

TABLE_FUNCTIONS = frozenset({"json_each", "json_tree"})
FUNCTIONS = frozenset(
    """
    abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely lower ltrim max
    min nullif octet_length printf quote random replace round rtrim sign substr substring trim typeof unhex unicode
    unlikely upper
    avg count group_concat median percentile string_agg sum total
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    bucket current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch
    json json_array json_array_length json_error_position json_extract json_group_array json_group_object json_insert
    json_object json_patch json_pretty json_quote json_remove json_replace json_set json_type json_valid -> ->>
    acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power
    radians sin sinh sqrt tan tanh trunc
    regexp
    """.split()  # noqa: SIM905 - a list of 120 lines says no more
)
"""Everything else is refused: what reads files or settings, and what only makes much of nothing."""

LAST_SECOND = 253_402_300_799
"""Of the year 9999, the last that SQLite knows, in seconds since 1970."""

CUTS = (8_000, 4_000, 2_000, 1_000, 500, 300)
"""Characters to which long values are cut, where the rows do not fit otherwise."""

MAX_NAME = 100
"""Characters of the name of a column, which for an expression is its text."""

CUT_MARK = "…"

MAX_PATTERN = 1_000
"""Characters of a regular expression; more are made by statements only."""

MAX_PATTERNS = 50
"""Kept at a time. One takes up to 8 MB."""

DIGITS = 12
"""Significant digits of a number in a result: a sum of decimal fractions shows no more than was added."""

_NAMES = "SELECT lower(name) FROM sqlite_master UNION SELECT lower(name) FROM sqlite_temp_master"
_KEYS_READ = re.compile(
    r"""(?xs)
    --[^\n]* | /\*.*?(?:\*/|\Z) | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\]
    | (?P<arrow>->>?) (?P<between>\s*) '(?P<key>(?!\$|\[.*\]')(?:[^'"]|'')*)' (?!')
    | '(?:[^']|'')*'
    """
)
"""A key behind `->` or `->>`; what else could hold those signs is matched before."""

Reply = dict[str, Any]


class ValueRefusedError(Exception):
    """A function was given what it cannot use."""


class Database:
    """The tables, and the guard of what a statement may do."""

    def __init__(self, tables: Sequence[tuple[str, Sequence[tuple[str, str]]]], heap_bytes: int) -> None:
        self._tables = {table: [name for name, _ in columns] for table, columns in tables}
        self._reads: dict[str, set[str]] = {}
        self._refused = ""
        self._complaint = ""
        self._deadline = 0.0
        self._is_late = False
        self._parent = os.getppid()
        self._unloaded = False
        self._now = ""
        self._others: set[str] = set()
        self._connection = connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
        connection.text_factory = _decoded
        for pragma in ("temp_store = MEMORY", "trusted_schema = OFF", f"hard_heap_limit = {heap_bytes}"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        for table, columns in tables:
            key = ", PRIMARY KEY (trace_id)" if table == "traces" else ""
            typed = ", ".join(f"{name} {kind}" for name, kind in columns)
            connection.execute(f"CREATE TABLE {table} ({typed}{key})")
        self._modules = {str(name).lower() for (name,) in connection.execute("PRAGMA module_list")}
        for function in TABLE_FUNCTIONS:  # made at their first use, which a guarded statement may not
            connection.execute(f"SELECT 1 FROM {function}('[]')").fetchall()
        self._add_functions()
        self._add_times()
        (dotted,) = connection.execute("SELECT '{\"a.b\": 1}' ->> 'a.b'").fetchone()
        self._quotes_keys = dotted == 1
        for limit, most in LIMITS.items():
            connection.setlimit(limit, most)

    def _add_functions(self) -> None:
        connection = self._connection
        matches = Patterns()

        def regexp(pattern: Any, text: Any) -> bool | None:
            if pattern is None or text is None:
                return None
            if self._look():  # thousands of expressions may be read between two looks of SQLite
                raise ValueRefusedError
            try:
                return matches[str(pattern)](str(text))
            except ValueError as error:
                raise self._complain(f"regexp: {error}") from None

        def bucket(time: Any, size: Any, zone: Any = None) -> str | None:
            from mcp_traces.query.buckets import bucket_start

            try:
                return None if time is None else bucket_start(time, size, zone)
            except ValueError as error:
                raise self._complain(str(error)) from None

        def made(kind: type[Percentile]) -> Any:
            return type(kind.__name__, (kind,), {"complain": staticmethod(self._complain)})

        connection.create_function("regexp", 2, regexp, deterministic=True)
        connection.create_function("bucket", 2, bucket, deterministic=True)
        connection.create_function("bucket", 3, bucket, deterministic=True)
        connection.create_window_function("percentile", 2, made(Percentile))
        connection.create_window_function("median", 1, made(Median))

    def _add_times(self) -> None:
        """datetime() and current_timestamp return times as the tables have them, so that they can be compared.

        SQLite's own have a space for the T, and neither milliseconds nor the Z: of one day, each time of a table is
        larger than each of theirs.
        """
        clock = sqlite3.connect(":memory:", isolation_level=None)

        @lru_cache(maxsize=10_000)
        def read(*values: Any) -> str | None:
            zones = [one.strip().lower() for one in values[1:] if isinstance(one, str)]
            is_local = next((one for one in reversed(zones) if one in ("localtime", "utc")), "") == "localtime"
            form = "%Y-%m-%dT%H:%M:%f" if is_local else "%Y-%m-%dT%H:%M:%fZ"
            marks = ", ".join("?" * len(values))
            return clock.execute(f"SELECT strftime('{form}', {marks})", values).fetchone()[0]

        def moment(*values: Any) -> str | None:
            first, *others = values or ("now",)
            if isinstance(first, str) and first.lower() == "now":
                first = self._now
            elif isinstance(first, int | float) and abs(first) > LAST_SECOND and {"unixepoch", "auto"} & {*others}:
                raise self._complain("datetime: milliseconds are not seconds: datetime(time_ms / 1000.0, 'unixepoch').")
            return read(first, *others)

        self._connection.create_function("datetime", -1, moment, deterministic=True)
        self._connection.create_function("current_timestamp", 0, moment, deterministic=True)

    def _complain(self, message: str) -> ValueRefusedError:
        self._complaint = self._complaint or message
        return ValueRefusedError(message)

    def _with_paths(self, statement: str) -> str:
        """The statement with `->> '$."a.b"'` for `->> 'a.b'`, which older SQLite reads as a path."""
        return statement if self._quotes_keys else _KEYS_READ.sub(_as_path, statement)

    def prepare(self, statement: str) -> Reply:
        """The columns that the statement reads, by table, without running it."""
        reply = self._guarded(f"EXPLAIN {self._with_paths(statement)}", PREPARE_S, lambda _: {})
        # "" is reported where a table is read, but none of its columns.
        reads = {table: sorted(columns & set(self._tables[table])) for table, columns in self._reads.items()}
        return reply if "error" in reply else {"reads": reads}

    def run(self, statement: str, seconds: float, max_chars: int) -> Reply:
        """The rows that fit into the characters. `more` says that there are others."""
        if self._unloaded:
            return {"error": "memory", "message": "The tables take more memory than a call has."}
        return self._guarded(self._with_paths(statement), seconds, lambda cursor: _page(cursor, max_chars))

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        places = ", ".join("?" * len(columns))
        self._write(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)

    def update(self, column: str, rows: Iterable[Sequence[Any]]) -> None:
        """Sets a column of traces; a row is the value and the trace's id."""
        self._write(f"UPDATE traces SET {column} = ? WHERE trace_id = ?", rows)

    def clear(self, tables: Sequence[str]) -> None:
        self._unloaded = False
        for table in tables:
            self._write(f"DELETE FROM {table}", [()])

    def index(self, tables: Sequence[str]) -> None:
        for table in tables:
            self._write(f"CREATE INDEX IF NOT EXISTS {table}_of_trace ON {table} (trace_id, span_id)", [()])

    def _write(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        connection = self._connection
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 100)
        try:
            connection.execute("BEGIN")
            connection.executemany(statement, rows)
        except (sqlite3.Error, MemoryError):
            self._unloaded = True
        with suppress(sqlite3.Error, MemoryError):
            connection.execute("COMMIT")
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 0)

    def _guarded(self, statement: str, seconds: float, read: Callable[[sqlite3.Cursor], Reply]) -> Reply:
        connection = self._connection
        self._reads, self._refused, self._complaint, self._is_late = {}, "", "", False
        self._now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._deadline = time.monotonic() + seconds
        faulthandler.dump_traceback_later(seconds + OVERTIME_S, exit=True)
        try:
            self._others = {name for (name,) in connection.execute(_NAMES)}
            connection.set_authorizer(self._may)
            connection.set_progress_handler(self._look, STEPS_BETWEEN_LOOKS)
            return read(connection.execute(statement))
        except MemoryError:
            return {"error": "memory", "message": "The statement takes more memory than a call has."}
        except UnicodeEncodeError:
            return {"error": "sql", "message": "it holds half of a surrogate pair, which no text does"}
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            if self._is_late:
                return {"error": "late"}
            if self._refused:
                return {"error": "refused", "message": self._refused}
            if self._complaint:
                return {"error": "value", "message": self._complaint}
            return {"error": "sql", "message": str(error)}
        finally:
            faulthandler.cancel_dump_traceback_later()
            connection.set_progress_handler(None, 0)
            connection.set_authorizer(None)

    def _look(self) -> int:
        self._is_late = time.monotonic() > self._deadline or os.getppid() != self._parent
        return int(self._is_late)

    def _may(self, action: int, first: str | None, second: str | None, database: str | None, _: str | None) -> int:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        table = (first or "").lower()  # as it was written, where it is read but none of its columns
        if action == sqlite3.SQLITE_READ and (database or "main").lower() == "main":
            if table in self._tables:
                self._reads.setdefault(table, set()).add(second or "")
                return sqlite3.SQLITE_OK
            if table in TABLE_FUNCTIONS or (not second and self._is_of_with(table)):
                return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            self._refused = f"table {first}"
        elif action == sqlite3.SQLITE_FUNCTION:
            self._refused = f"function {second}"
        else:
            self._refused = self._refused or "other than SELECT"
        return sqlite3.SQLITE_DENY

    def _is_of_with(self, table: str) -> bool:
        """Whether a table that is read, but none of its columns, is one of WITH: SQLite reports these as any other."""
        return not table.startswith(("sqlite_", "pragma_")) and table not in self._others | self._modules


class Patterns(dict[str, Callable[[str], bool]]):
    """What matches each expression. Raises ValueError for one that is not valid."""

    def __missing__(self, pattern: str) -> Callable[[str], bool]:
        from mcp_traces.rlike import rlike

        if len(pattern) > MAX_PATTERN:
            raise ValueError(f"a pattern has at most {MAX_PATTERN:,} characters.")
        if len(self) >= MAX_PATTERNS:
            self.clear()
        self[pattern] = found = rlike(pattern)
        return found


class Percentile:
    """`percentile(x, p)`: the value below which p of 100 lie, interpolated linearly. NULL is left out."""

    complain: Callable[[str], Exception]

    def __init__(self) -> None:
        self._values: list[float] = []
        self._is_sorted = True
        self._percent = 50.0

    def step(self, value: Any, percent: Any = 50) -> None:
        is_number = isinstance(percent, int | float)
        if not is_number or not 0 <= percent <= 100 or 0 < percent < 1:
            raise self.complain(f"percentile(x, p): p is a number from 1 to 100 (95, not 0.95), not {percent!r}.")
        self._percent = percent
        if value is None:
            return
        if not isinstance(value, int | float):
            raise self.complain(f"{type(self).__name__.lower()}(x) takes numbers, not {value!r:.40}.")
        self._values.append(value)
        self._is_sorted = False

    def inverse(self, value: Any, _: Any = 50) -> None:
        if value is not None:
            self._sort()
            del self._values[bisect_left(self._values, value)]

    def value(self) -> float | None:
        self._sort()
        if not self._values:
            return None
        from mcp_traces.shaping.groups import percentile

        return percentile(self._values, self._percent)

    def finalize(self) -> float | None:
        return self.value()

    def _sort(self) -> None:
        if not self._is_sorted:
            self._values.sort()
            self._is_sorted = True


class Median(Percentile):
    """`median(x)`."""


def _as_path(found: re.Match[str]) -> str:
    key = found["key"]
    return found[0] if key is None else f"{found['arrow']}{found['between']}'$.\"{key}\"'"


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _page(cursor: sqlite3.Cursor, max_chars: int) -> Reply:
    """As many rows as fit when long values are cut as far as they may be; then cut no further than they must."""
    columns = [_cut(_visible(one[0]), MAX_NAME) for one in cursor.description or ()]
    room = max_chars - len(_json(columns))
    shortest = CUTS[-1]
    rows: list[list[Any]] = []
    used, more, cuts_of_all = 0, False, 0
    for raw in cursor:
        whole = [_shown(value, max_chars) for value in raw]
        row = [_cut(value, max_chars) for value in whole]
        size = len(_json([_cut(value, shortest) for value in row])) + 1
        if rows and used + size > room:
            more = True
            break
        used += size
        rows.append(row)
        cuts_of_all += _cuts(row, whole)
    most, shown = max_chars, rows
    shorter = iter([*(one for one in CUTS if one < max_chars), *(shortest >> n for n in range(1, 6))])
    while len(_json(shown)) > room:
        if not (most := next(shorter, 0)):
            return {"error": "wide", "message": "One row takes more than all characters."}
        shown = [[_cut(value, most) for value in row] for row in rows]
    cuts = sum(map(_cuts, shown, rows)) or cuts_of_all
    return {"columns": columns, "rows": shown, "more": more, "cut_at": most if cuts else None, "cuts": cuts}


def _cuts(row: Sequence[Any], whole: Sequence[Any]) -> int:
    return sum(a is not b for a, b in zip(row, whole, strict=True))


def _shown(value: Any, max_chars: int) -> Any:
    """The value as JSON has it. Of a text, more than are shown, so that it is seen to be cut."""
    if isinstance(value, bytes):
        return f"x'{value[:max_chars].hex()}'"
    if isinstance(value, float):
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        rounded = float(f"{value:.{DIGITS}g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 10**15 else rounded
    return _visible(value[: max_chars + 1]) if isinstance(value, str) else value


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    from mcp_traces.shaping.hidden import visible

    return visible(text)


def _cut(value: Any, most: int) -> Any:
    return value[: most - 1] + CUT_MARK if isinstance(value, str) and len(value) > most else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bound_process(heap_bytes: int) -> None:
    """No files are written and no core is dumped, and memory ends where the heap of SQLite and Python's own should."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key pressed in the terminal is for the server
    try:
        import resource
    except ImportError:  # Windows
        return
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_AS: heap_bytes + BEYOND_HEAP_BYTES,
    }
    for kind, most in bounds.items():
        with suppress(OSError, ValueError):  # macOS bounds no address space
            resource.setrlimit(kind, (most, most))


def _requests(stream: BinaryIO) -> Iterable[tuple[Any, ...]]:
    while header := stream.read(HEADER.size):
        yield marshal.loads(stream.read(HEADER.unpack(header)[0]))


def main() -> None:
    """Answers until stdin ends. `prepare` and `run` are answered, what loads tables is not."""
    requests = iter(_requests(sys.stdin.buffer))
    tables, heap_bytes = next(requests)
    _bound_process(heap_bytes)
    database = Database(tables, heap_bytes)
    for name, *arguments in requests:
        reply: Reply | None = getattr(database, name)(*arguments)
        if reply is not None:
            data = _json(reply).encode("utf-8", "backslashreplace")
            sys.stdout.buffer.write(HEADER.pack(len(data)) + data)
            sys.stdout.buffer.flush()
    os._exit(0)
