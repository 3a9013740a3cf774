"""A statement that would never end, or take all memory, ends in time, and leaves nothing to the one after it."""

import re
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from mcp_traces.query import child
from mcp_traces.query.child import Database
from mcp_traces.query.sandbox import HEAP_BYTES, Reply, Sandbox, SandboxGoneError
from mcp_traces.shaping.tables import sqlite_tables
from mcp_traces.shaping.text import compact
from tests.query.planted import ENDLESS_FUNCTION, OVERTIME_S, SPANS, answered, planted_box

GIVEN_S = 0.3
PATIENT_S = 30.0
"""Far more than any of them takes beyond what it is given, on a busy machine; without a bound they take hours."""

ON_LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
LATE, MEMORY, SQL, ROWS = "late", "memory", "sql", "rows"

COUNTED = "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c LIMIT 100000000)"
MILLION = COUNTED.replace("100000000", "1000000")
LONG = "printf('%.*c', 9000000, 'a')"


def _crossed(count: int) -> str:
    return ", ".join(f"spans s{number}" for number in range(count))


def _doubled(first: str, step: str) -> str:
    """Each table of WITH is the double of the one before."""
    steps = (f"a{number} AS ({step.replace('OF', f'a{number - 1}')})" for number in range(1, 30))
    return f"WITH a0 AS ({first}), {', '.join(steps)} SELECT count(*) FROM a29"


HEAVY: dict[str, tuple[str, set[str]]] = {
    "an endless WITH": ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c", {LATE}),
    "an endless WITH without doubles": (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) SELECT max(x) FROM c",
        {LATE, MEMORY},
    ),
    "an endless text": (
        "WITH RECURSIVE c(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c",
        {SQL, MEMORY},
    ),
    "endless rows of long texts": (
        f"WITH RECURSIVE c(x) AS (SELECT {LONG} UNION ALL SELECT x FROM c) SELECT x FROM c ORDER BY 1",
        {MEMORY, LATE},
    ),
    "a cross join": (f"SELECT count(*) FROM {_crossed(9)}", {LATE}),
    "a cross join that is sorted": (f"SELECT * FROM {_crossed(7)} ORDER BY random()", {LATE, MEMORY}),
    "a cross join that is grouped": (
        "SELECT a.name || b.name || c.name || random(), count(*) FROM spans a, spans b, spans c, spans d, spans e, "
        "spans f GROUP BY 1",
        {LATE, MEMORY},
    ),
    "group_concat": (f"SELECT group_concat(x) FROM {COUNTED}", {LATE, SQL}),
    "group_concat of long texts": (f"SELECT group_concat({LONG}) FROM {COUNTED}", {SQL, LATE}),
    "json_group_array": (f"SELECT json_group_array(x) FROM {COUNTED}", {LATE, SQL}),
    "json_group_object": (f"SELECT json_group_object(x, x) FROM {COUNTED}", {LATE, SQL}),
    "json_tree": (f"SELECT count(*) FROM json_tree((SELECT json_group_array(x) FROM {MILLION}))", {LATE, ROWS}),
    "JSON that nests": ("SELECT json(printf('%.*c', 1000000, '[')) ->> '$[0]'", {SQL}),
    "percentile": (f"SELECT percentile(x, 95), median(x * 1.5) FROM {COUNTED}", {LATE, MEMORY}),
    "percentile in a frame": (
        f"SELECT percentile(x, 95) OVER (ORDER BY x ROWS BETWEEN 100000 PRECEDING AND CURRENT ROW) FROM {COUNTED}",
        {LATE, MEMORY},
    ),
    "a window over all": (f"SELECT x, sum(x) OVER (), rank() OVER (ORDER BY -x) FROM {COUNTED}", {LATE, MEMORY}),
    "group_concat in a window": (f"SELECT group_concat(x) OVER (ORDER BY x) FROM {COUNTED}", {LATE, MEMORY, SQL}),
    "ORDER BY": (f"SELECT x FROM {COUNTED} ORDER BY -x", {LATE, MEMORY}),
    "ORDER BY of long texts": (f"SELECT x || printf('%.*c', 1000, 'a') AS y FROM {COUNTED} ORDER BY y", {LATE, MEMORY}),
    "OFFSET": (f"SELECT x FROM {COUNTED} LIMIT 1 OFFSET 99999999", {LATE}),
    "no row is found": (f"SELECT x FROM {COUNTED} WHERE x < 0", {LATE}),
    "replace": (
        "WITH a(x) AS (SELECT replace(printf('%.*c', 3000, 'a'), 'a', printf('%.*c', 3000, 'b'))) "
        "SELECT length(replace(x, 'b', x)) FROM a",
        {SQL},
    ),
    "hex": (f"SELECT hex(hex({LONG}))", {SQL}),
    "format": ("SELECT length(format('%10000000d%10000000d', 1, 2))", {SQL, ROWS}),
    "many wildcards": (
        f"SELECT sum(printf('%.*c', 100000, 'a') LIKE '{'%a_' * 300}b') FROM {COUNTED}",
        {LATE},
    ),
    "many classes": (
        f"SELECT sum(printf('%.*c', 100000, 'a') GLOB '{'*[a-b]' * 140}c') FROM {COUNTED}",
        {LATE},
    ),
    "a pattern too long": (f"SELECT 'a' LIKE {LONG}", {SQL}),
    "a regular expression that others backtrack in": (
        f"SELECT sum(printf('%.*c', 1000000, 'a') REGEXP '{'(a|aa)*' * 50}b$') FROM {COUNTED}",
        {LATE},
    ),
    "a regular expression for each row": (f"SELECT sum('a' REGEXP ('a{{1,900}}' || x)) FROM {COUNTED}", {LATE, MEMORY}),
    "a regular expression too long": (f"SELECT 'a' REGEXP {LONG}", {SQL, "value"}),
    "200 long columns": (f"SELECT {', '.join([LONG] * 200)}", {MEMORY}),
    "60 tables joined": (
        "SELECT count(*) FROM traces t0"
        + "".join(f" JOIN traces t{n} ON t{n}.name = t{n - 1}.name" for n in range(1, 60)),
        {LATE},
    ),
    "WITH that doubles by joins": (
        _doubled("SELECT * FROM traces", "SELECT x.* FROM OF x JOIN OF y ON x.name = y.name"),
        {MEMORY, LATE, SQL},
    ),
    "WITH that doubles by UNION": (
        _doubled("SELECT 1 x", "SELECT * FROM OF UNION ALL SELECT * FROM OF"),
        {MEMORY, LATE, SQL},
    ),
    "buckets": (f"SELECT count(bucket(x * 60000, '1h', 'Europe/Berlin')) FROM {COUNTED}", {LATE, MEMORY}),
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with planted_box() as planted:
        yield planted


@pytest.mark.parametrize(("statement", "outcomes"), HEAVY.values(), ids=HEAVY)
def test_it_ends_in_time_and_the_next_statement_is_answered(box: Sandbox, statement: str, outcomes: set[str]) -> None:
    began = time.monotonic()
    reply = answered(box, statement, GIVEN_S)
    assert time.monotonic() - began < GIVEN_S + PATIENT_S
    assert reply.get("error", ROWS) in outcomes, reply
    assert answered(box, "SELECT count(*) FROM spans")["rows"] == [[len(SPANS)]]


@ON_LINUX
@pytest.mark.parametrize("name", ["a cross join that is sorted", "WITH that doubles by UNION", "percentile"])
def test_the_memory_of_a_statement_is_bounded_and_not_kept(name: str) -> None:
    """Beside SQLite's heap, what Python's functions keep. A process that was near a bound is not used again."""
    statement, _ = HEAVY[name]
    with planted_box() as box:
        assert "error" in answered(box, statement, 5)
        assert box.is_broken
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{box.pid}/status").read_text())
    assert int(peak) * 1024 < HEAP_BYTES + child.BEYOND_HEAP_BYTES


def test_rows_and_cells_are_cut_to_the_characters_of_a_call(box: Sandbox) -> None:
    for statement in (f"SELECT x FROM {MILLION}", f"SELECT {LONG}", f"SELECT {LONG} FROM {MILLION}"):
        reply = answered(box, statement, max_chars=2_000)
        assert len(compact(reply["rows"])) <= 2_000
        assert reply["more"] or reply["cuts"]


def test_names_of_columns_are_cut(box: Sandbox) -> None:
    """SQLite names a column after its expression, however long that is."""
    reply = answered(box, "SELECT " + " + ".join(["1"] * 150) + f', 2 AS "{"n" * 5_000}"')
    assert reply["rows"] == [[150, 2]]
    assert [len(one) for one in reply["columns"]] == [child.MAX_NAME] * 2


def test_numbers_that_json_does_not_have_are_texts(box: Sandbox) -> None:
    rows = answered(box, "SELECT 9e999, -9e999, 9e999 - 9e999, 1e15, 0.1 + 0.2, 9223372036854775807")["rows"]
    assert rows == [["Infinity", "-Infinity", None, 1e15, 0.3, 9223372036854775807]]


def test_a_process_whose_function_looks_at_no_deadline_ends_itself() -> None:
    """instr() compares for hours without a look. The parent kills the process long before, unless it is gone."""
    with planted_box() as box:
        box.prepare("SELECT 1")
        began = time.monotonic()
        with pytest.raises(SandboxGoneError):
            box.run(ENDLESS_FUNCTION, GIVEN_S, 2_000)
        assert GIVEN_S + OVERTIME_S < time.monotonic() - began < GIVEN_S + PATIENT_S
        assert box.is_broken


def test_a_warm_process_has_all_its_time_for_each_statement(box: Sandbox) -> None:
    """The end of the time of one statement is none of the next."""
    assert answered(box, "SELECT 1", 0.01)["rows"] == [[1]]
    time.sleep(0.05)
    assert "reads" in box.prepare(f"SELECT {'+'.join(['name'] * 100)} FROM spans")
    assert answered(box, f"SELECT max(x) FROM {MILLION}")["rows"] == [[1_000_000]]


def test_a_machine_without_bounds_for_processes_runs_statements_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no resource module, and macOS does not bound the address space."""

    def refuse(*_: object) -> None:
        raise ValueError("current limit exceeds maximum limit")

    ignored: list[int] = []
    monkeypatch.setattr(signal, "signal", lambda number, _: ignored.append(number))
    known = {name: number for number, name in enumerate(("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_AS"))}
    for module in (None, SimpleNamespace(**known, setrlimit=refuse)):
        monkeypatch.setitem(sys.modules, "resource", module)
        child._bound_process(HEAP_BYTES)  # pyright: ignore[reportPrivateUsage]
    assert ignored == [signal.SIGINT] * 2


def test_a_full_heap_is_an_error_of_the_call_and_not_the_end() -> None:
    """What does not fit into the tables is an error, never a table of less; nor may rows stay that were to go."""
    text = "x" * 1_000_000
    with planted_box() as box:
        for number in range(300):
            box.load("spans", ["trace_id", "span_id", "inputs"], [(f"tr-{number}", f"{number:016x}", text)])
        assert box.run("SELECT count(*) FROM spans", 20, 2_000)["error"] == "memory"
        box.clear(["spans"])
        reply: Reply = answered(box, "SELECT count(*) FROM spans")
    assert reply.get("error") == "memory" or reply["rows"] == [[0]]


def test_a_database_is_in_memory_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorting, too, writes no files."""
    monkeypatch.chdir(tmp_path)
    database = Database(sqlite_tables(), 0)
    assert database._connection.execute("PRAGMA temp_store").fetchone() == (2,)  # pyright: ignore[reportPrivateUsage]
    assert database.run(f"SELECT x FROM {MILLION} ORDER BY -x LIMIT 1", 60, 2_000)["rows"] == [[1_000_000]]
    assert database._connection.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED) == 0  # pyright: ignore[reportPrivateUsage]
    assert not list(tmp_path.iterdir())
