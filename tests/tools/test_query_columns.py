"""query_traces loads only what a statement reads, and the answer is that over whole tables, however it is written."""

# ruff: noqa: E501 - a statement with its id is one line

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.query.child import Database
from mcp_traces.query.dialect import Statement
from mcp_traces.shaping.tables import TABLES, columns_of, sqlite_tables
from tests.tools.desk_store import make_desk, shown

HEAP_BYTES = 10**12
"""No bound: in these tests SQLite is in the process of the tests."""

KEYS = {"trace_id", "span_id"}
COLUMNS = {str(table): columns_of(table) for table in TABLES}
_TABLES = make_desk(5, 12).tables()


def filled(reads: dict[str, set[str]]) -> Database:
    """Tables of which only these columns are loaded, and all rows."""
    database = Database(sqlite_tables(), HEAP_BYTES)
    for table, columns in reads.items():
        names = [one for one in COLUMNS[table] if one in columns]
        database.load(table, names, [[row[name] for name in names] for row in _TABLES[table]])
    return database


WHOLE = filled({table: set(columns) for table, columns in COLUMNS.items()})
EMPTY = Database(sqlite_tables(), HEAP_BYTES)


def ran(database: Database, sql: str) -> Any:
    reply = database.run(sql, 20, 10**9)
    return reply | {"rows": sorted(map(repr, reply["rows"]))} if "rows" in reply else reply


def assert_same(sql: str) -> int:
    """How many rows it returns."""
    statement = Statement(sql)
    prepared = EMPTY.prepare(statement.text)
    assert "reads" in prepared, (sql, prepared)
    reads = statement.with_joined(prepared["reads"], COLUMNS)
    part = filled({table: columns | (KEYS & {*COLUMNS[table]}) for table, columns in reads.items()})
    whole = ran(WHOLE, statement.text)
    assert "rows" in whole, (sql, whole)
    assert ran(part, statement.text) == whole, sql
    return len(whole["rows"])


WRITTEN: dict[str, str] = {
    "USING": "SELECT count(*) FROM traces JOIN spans USING (trace_id, status)",
    "USING of a left join": "SELECT t.trace_id FROM traces t LEFT JOIN spans s USING (name) WHERE s.span_id IS NULL",
    "USING in quotes": 'SELECT count(*) FROM "traces" JOIN "spans" USING ("trace_id", "status")',
    "USING in brackets": "SELECT count(*) FROM [traces] JOIN [spans] USING ([trace_id], [status])",
    "USING in backticks": "SELECT count(*) FROM `traces` JOIN `spans` USING (`trace_id`, `status`)",
    "USING in single quotes": "SELECT count(*) FROM 'traces' JOIN 'spans' USING ('trace_id', 'status')",
    "USING in capitals": "SELECT COUNT(*) FROM TRACES JOIN SPANS USING (TRACE_ID, STATUS)",
    "USING after a comment": "SELECT count(*) FROM traces JOIN spans/* it's */USING--\n(trace_id, status)",
    "USING behind a backslash": r"SELECT '\', count(*) FROM traces JOIN spans USING (trace_id, status) WHERE 'a' != '\'",
    "USING behind a doubled quote": "SELECT 'it''s', count(*) FROM traces JOIN spans USING (trace_id, status) WHERE 'a' != ''''",
    "USING of two aliases": "SELECT count(*) FROM spans a JOIN spans b USING (trace_id, type, depth)",
    "USING of three": "SELECT count(*) FROM traces JOIN spans USING (trace_id) JOIN assessments USING (trace_id, name)",
    "USING of a table of WITH": "WITH t AS (SELECT trace_id, status s, name FROM traces) SELECT count(*) FROM t JOIN spans USING (trace_id, name)",
    "USING of a subquery with a star": "SELECT count(*) FROM (SELECT * FROM traces) JOIN spans USING (trace_id, status)",
    "full join": "SELECT count(*), count(number), count(duration_ms) FROM assessments FULL JOIN traces USING (trace_id, name)",
    "right join": "SELECT name FROM assessments RIGHT JOIN spans USING (trace_id, name)",
    "NATURAL": "SELECT count(*) FROM traces NATURAL JOIN assessments",
    "NATURAL of a subquery": "SELECT count(*) FROM (SELECT trace_id, status FROM traces) NATURAL JOIN spans",
    "NATURAL in single quotes": "SELECT count(*) FROM 'messages' NATURAL JOIN 'spans'",
    "NATURAL left": "SELECT count(s.name) FROM (SELECT trace_id, 'OK' status FROM traces) NATURAL LEFT OUTER JOIN spans s",
    "only rows": "SELECT count(*) FROM spans",
    "only rows of a product": "SELECT count(*) FROM traces, assessments",
    "rowid": "SELECT rowid, name FROM spans",
    "all": "SELECT * FROM assessments",
    "all of an alias": "SELECT a.* FROM traces t JOIN assessments a ON a.trace_id = t.trace_id",
    "EXISTS": "SELECT count(*) FROM traces t WHERE EXISTS (SELECT 1 FROM spans WHERE trace_id = t.trace_id)",
    "only in ORDER BY": "SELECT trace_id FROM traces ORDER BY duration_ms",
    "only in a window": "SELECT row_number() OVER (PARTITION BY type ORDER BY start_ms) FROM spans",
    "only in a filter": "SELECT count(*) FILTER (WHERE error IS NOT NULL) FROM traces",
    "row values": "SELECT count(*) FROM spans WHERE (trace_id, status) IN (SELECT trace_id, status FROM traces)",
    "a condition that is never met": "SELECT count(*) FROM traces WHERE 0 AND cost > 1",
    "a name of both": "SELECT count(*) FROM traces t, spans s WHERE t.trace_id = s.trace_id AND t.name IS NOT s.name",
    "a table of WITH named as ours": "WITH spans AS (SELECT trace_id, name FROM traces) SELECT name, count(*) FROM spans GROUP BY name",
}  # fmt: skip


@pytest.mark.parametrize("sql", WRITTEN.values(), ids=WRITTEN)
def test_what_joins_by_name_is_loaded(sql: str) -> None:
    """SQLite does not report the columns that USING and NATURAL read."""
    assert assert_same(sql) > 0


SOURCES: list[Callable[[Random], str]] = [
    lambda random: quoted(random, random.choice(list(COLUMNS))),
    lambda random: quoted(random, random.choice(list(COLUMNS))),
    lambda random: f"(SELECT * FROM {random.choice(list(COLUMNS))})",
    lambda random: some_columns(random),
]


def quoted(random: Random, name: str) -> str:
    form = random.choice(["{}", "{}", '"{}"', "[{}]", "`{}`", "'{}'"])
    return form.format(random.choice([name, name, name.upper(), name.title()]))


def some_columns(random: Random) -> str:
    table = random.choice(list(COLUMNS))
    chosen = {"trace_id", *random.sample(COLUMNS[table], random.randint(1, 4))}
    return f"(SELECT {', '.join(sorted(chosen))} FROM {table})"


def held(source: str) -> list[str]:
    """The columns of a source, by the table that it names."""
    if source.startswith("(SELECT trace_id") or ("(SELECT" in source and "*" not in source):
        return source.removeprefix("(SELECT ").split(" FROM ")[0].split(", ")
    return next(columns for table, columns in COLUMNS.items() if table in source.lower())


def a_join(random: Random) -> str:
    """Two or three sources, joined by name or by an id."""
    first = random.choice(SOURCES)(random)
    text, columns = f"{first} a", set(held(first))
    for alias in ("b", "c")[: random.randint(1, 2)]:
        other = random.choice(SOURCES)(random)
        common = sorted(columns & set(held(other)))
        kind = random.choice(["JOIN", "LEFT JOIN", "INNER JOIN", "LEFT OUTER JOIN"])
        if random.random() < 0.3:
            text += f" NATURAL {kind} {other} {alias}"
        elif random.random() < 0.7:
            named = ["trace_id", *random.sample(common, random.randint(0, min(2, len(common))))]
            names = ", ".join(quoted(random, one) for one in dict.fromkeys(named))
            text += f" {kind} {other} {alias} {random.choice(['USING', 'using', '/* x */USING'])} ({names})"
        else:
            text += f" {kind} {other} {alias} ON a.trace_id = {alias}.trace_id"
        columns |= set(held(other))
    return text


def a_statement(random: Random) -> str:
    source = a_join(random)
    first = held(source.split(" a ")[0])
    column = f"a.{random.choice(first)}"
    selected = random.choice(["count(*)", f"{column}, count(*)", f"DISTINCT {column}", "count(*), count(b.trace_id)"])
    where = random.choice(
        [
            "",
            f" WHERE {column} IS NOT NULL",
            f" WHERE a.trace_id IN (SELECT trace_id FROM {some_columns(random)})",
            f" WHERE EXISTS (SELECT 1 FROM {random.choice(list(COLUMNS))} x WHERE x.trace_id = a.trace_id)",
            r" WHERE '\' != 'USING' AND 'it''s' LIKE '%natural%'",
        ]
    )
    grouped = f" GROUP BY {column}" if selected.startswith(column) else ""
    return f"SELECT {selected} FROM {source}{where}{grouped}"


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_drawn_statements_answer_what_they_answer_over_whole_tables(seed: int) -> None:
    assert_same(a_statement(Random(seed)))


def test_values_of_whole_tables_are_shown_as_they_are() -> None:
    """The tables that the others are compared over hold what they should."""
    reply = WHOLE.run("SELECT * FROM traces ORDER BY rowid", 20, 10**9)
    assert reply["rows"] == [[shown(value) for value in row.values()] for row in _TABLES["traces"]]
