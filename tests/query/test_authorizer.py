"""A statement reads the four tables, lists in JSON, and nothing else; it changes nothing, and calls what is listed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from mcp_traces.query.child import FUNCTIONS, TABLE_FUNCTIONS, Database
from mcp_traces.query.sandbox import Sandbox
from mcp_traces.shaping.tables import sqlite_tables
from tests.query.planted import SECRET, SPANS, TRACES, answered, planted_box, planted_database


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with planted_box() as planted:
        yield planted


def refused(box: Sandbox, statement: str) -> str:
    """What of the statement is refused. Checks that it is refused without `prepare` too, and that nothing changed."""
    replies = answered(box, statement), box.run(statement, 20, 4_000)
    for reply in replies:
        assert reply.get("error") == "refused" or ("error" in reply and "no such" in reply["message"]), reply
        assert SECRET not in str(reply)
    counts = answered(box, "SELECT (SELECT count(*) FROM traces), (SELECT count(*) FROM spans)")
    assert counts["rows"] == [[len(TRACES), len(SPANS)]]
    return replies[0]["message"]


ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
COPY = 0
"""An action that SQLite no longer asks about."""

ACTIONS: list[tuple[int, str]] = [
    (sqlite3.SQLITE_CREATE_INDEX, "CREATE INDEX i ON traces (name)"),
    (sqlite3.SQLITE_CREATE_INDEX, "CREATE UNIQUE INDEX IF NOT EXISTS main.i ON spans (name) WHERE name > 'a'"),
    (sqlite3.SQLITE_CREATE_TABLE, "CREATE TABLE t (a)"),
    (sqlite3.SQLITE_CREATE_TABLE, "CREATE TABLE t AS SELECT * FROM traces"),
    (sqlite3.SQLITE_CREATE_TEMP_INDEX, "CREATE INDEX temp.i ON temp_secret (word)"),
    (sqlite3.SQLITE_CREATE_TEMP_TABLE, "CREATE TEMP TABLE t (a)"),
    (sqlite3.SQLITE_CREATE_TEMP_TABLE, "CREATE TEMPORARY TABLE t AS SELECT 1"),
    (sqlite3.SQLITE_CREATE_TEMP_TRIGGER, "CREATE TEMP TRIGGER t DELETE ON traces BEGIN SELECT 1; END"),
    (sqlite3.SQLITE_CREATE_TEMP_VIEW, "CREATE TEMP VIEW v AS SELECT 1"),
    (sqlite3.SQLITE_CREATE_TRIGGER, "CREATE TRIGGER t INSERT ON traces BEGIN DELETE FROM spans; END"),
    (sqlite3.SQLITE_CREATE_TRIGGER, "CREATE TRIGGER t INSTEAD OF INSERT ON some_view BEGIN SELECT 1; END"),
    (sqlite3.SQLITE_CREATE_VIEW, "CREATE VIEW v AS SELECT * FROM traces"),
    (sqlite3.SQLITE_DELETE, "DELETE FROM traces"),
    (sqlite3.SQLITE_DELETE, "DELETE FROM spans WHERE name = 'x' RETURNING *"),
    (sqlite3.SQLITE_DELETE, "WITH x AS (SELECT 1) DELETE FROM traces"),
    (sqlite3.SQLITE_DROP_INDEX, "DROP INDEX some_index"),
    (sqlite3.SQLITE_DROP_TABLE, "DROP TABLE traces"),
    (sqlite3.SQLITE_DROP_TEMP_INDEX, "DROP INDEX temp_index"),
    (sqlite3.SQLITE_DROP_TEMP_TABLE, "DROP TABLE temp_secret"),
    (sqlite3.SQLITE_DROP_TEMP_TRIGGER, "DROP TRIGGER temp_trigger"),
    (sqlite3.SQLITE_DROP_TEMP_VIEW, "DROP VIEW temp_view"),
    (sqlite3.SQLITE_DROP_TRIGGER, "DROP TRIGGER some_trigger"),
    (sqlite3.SQLITE_DROP_VIEW, "DROP VIEW some_view"),
    (sqlite3.SQLITE_INSERT, "INSERT INTO traces (trace_id) VALUES ('x')"),
    (sqlite3.SQLITE_INSERT, "REPLACE INTO traces (trace_id) VALUES ('x')"),
    (sqlite3.SQLITE_INSERT, "INSERT INTO spans (trace_id) SELECT trace_id FROM traces RETURNING trace_id"),
    (sqlite3.SQLITE_INSERT, "WITH x(a) AS (SELECT 'x') INSERT INTO traces (trace_id) SELECT a FROM x"),
    (sqlite3.SQLITE_PRAGMA, "PRAGMA table_info(traces)"),
    (sqlite3.SQLITE_PRAGMA, "PRAGMA writable_schema = ON"),
    (sqlite3.SQLITE_PRAGMA, "PRAGMA hard_heap_limit = 0"),
    (sqlite3.SQLITE_PRAGMA, "PRAGMA main.user_version"),
    (sqlite3.SQLITE_PRAGMA, "PRAGMA temp_store_directory = '/tmp'"),
    (sqlite3.SQLITE_READ, "SELECT word FROM secret"),
    (sqlite3.SQLITE_READ, "SELECT count(*) FROM secret"),
    (sqlite3.SQLITE_READ, "SELECT 1 FROM traces WHERE EXISTS (SELECT 1 FROM secret)"),
    (sqlite3.SQLITE_READ, "SELECT rowid FROM secret"),
    (sqlite3.SQLITE_READ, "SELECT * FROM some_view"),
    (sqlite3.SQLITE_READ, "SELECT * FROM temp_view"),
    (sqlite3.SQLITE_READ, "SELECT * FROM temp.temp_secret"),
    (sqlite3.SQLITE_READ, "SELECT count(*) FROM temp_secret"),
    (sqlite3.SQLITE_READ, "SELECT name FROM other.traces"),
    (sqlite3.SQLITE_READ, "SELECT count(*) FROM other.traces"),
    (sqlite3.SQLITE_READ, "SELECT word FROM words"),
    (sqlite3.SQLITE_READ, "SELECT block FROM words_data"),
    (sqlite3.SQLITE_READ, "WITH traces AS (SELECT word FROM secret) SELECT * FROM traces"),
    (sqlite3.SQLITE_READ, "SELECT * FROM traces, secret"),
    (sqlite3.SQLITE_READ, "SELECT (SELECT group_concat(word) FROM secret) FROM traces"),
    (sqlite3.SQLITE_READ, "SELECT name FROM traces UNION ALL SELECT word FROM secret"),
    (sqlite3.SQLITE_READ, "SELECT name FROM traces WHERE name IN secret"),
    (sqlite3.SQLITE_READ, "SELECT sql FROM sqlite_master"),
    (sqlite3.SQLITE_FUNCTION, "SELECT load_extension('/tmp/x.so')"),
    (sqlite3.SQLITE_FUNCTION, "SELECT randomblob(1000)"),
    (sqlite3.SQLITE_TRANSACTION, "BEGIN"),
    (sqlite3.SQLITE_TRANSACTION, "BEGIN EXCLUSIVE"),
    (sqlite3.SQLITE_TRANSACTION, "COMMIT"),
    (sqlite3.SQLITE_TRANSACTION, "ROLLBACK"),
    (sqlite3.SQLITE_UPDATE, "UPDATE traces SET name = 'x'"),
    (sqlite3.SQLITE_UPDATE, "UPDATE traces SET name = s.name FROM spans s RETURNING *"),
    (sqlite3.SQLITE_ATTACH, "ATTACH '{folder}/x.db' AS x"),
    (sqlite3.SQLITE_ATTACH, "ATTACH 'file:{folder}/x.db?mode=rwc' AS x"),
    (sqlite3.SQLITE_ATTACH, "ATTACH ':memory:' AS traces"),
    (sqlite3.SQLITE_DETACH, "DETACH other"),
    (sqlite3.SQLITE_ALTER_TABLE, "ALTER TABLE traces RENAME TO x"),
    (sqlite3.SQLITE_ALTER_TABLE, "ALTER TABLE traces ADD COLUMN x"),
    (sqlite3.SQLITE_ALTER_TABLE, "ALTER TABLE traces RENAME COLUMN name TO x"),
    (sqlite3.SQLITE_REINDEX, "REINDEX some_index"),
    (sqlite3.SQLITE_ANALYZE, "ANALYZE secret"),
    (sqlite3.SQLITE_CREATE_VTABLE, "CREATE VIRTUAL TABLE v USING fts5(a)"),
    (sqlite3.SQLITE_CREATE_VTABLE, "CREATE VIRTUAL TABLE temp.v USING rtree(a, b, c)"),
    (sqlite3.SQLITE_DROP_VTABLE, "DROP TABLE words"),
    (sqlite3.SQLITE_SAVEPOINT, "SAVEPOINT x"),
    (sqlite3.SQLITE_SAVEPOINT, "RELEASE x"),
    (sqlite3.SQLITE_SAVEPOINT, "ROLLBACK TO x"),
]
"""Each action that SQLite asks about, and statements for which it does."""


def test_every_action_of_sqlite_is_in_the_table_or_allowed() -> None:
    assert {action for action, _ in ACTIONS} | ALLOWED | {COPY} == set(range(34))


@pytest.mark.parametrize(("action", "statement"), ACTIONS, ids=[statement[:40] for _, statement in ACTIONS])
def test_whatever_is_no_select_of_the_tables_is_refused(
    box: Sandbox, action: int, statement: str, tmp_path: Path
) -> None:
    """A database without a guard asks for the action; with ours, it is refused when the statement is prepared."""
    statement = statement.format(folder=tmp_path)
    with closing(planted_database()) as connection:
        asked: set[int] = set()

        def note(asked_for: int, *_: str | None) -> int:
            asked.add(asked_for)
            return sqlite3.SQLITE_OK

        connection.set_authorizer(note)
        with suppress(sqlite3.Error):
            connection.execute(f"EXPLAIN {statement}")
        assert action in asked
    refused(box, statement)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("action", sorted({*range(40)} - ALLOWED))
def test_no_other_action_is_allowed_whatever_it_names(action: int) -> None:
    """Also actions that a later SQLite may ask about."""
    database = Database(sqlite_tables(), 0)
    for first in ("traces", "json_each", "secret", None):
        for second in ("name", "count", "", None):
            assert database._may(action, first, second, "main", None) == sqlite3.SQLITE_DENY  # pyright: ignore[reportPrivateUsage]


ESCAPES = {
    "ATTACH with a key": "ATTACH DATABASE '{folder}/x.db' AS x KEY 'k'",
    "VACUUM": "VACUUM",
    "VACUUM INTO": "VACUUM INTO '{folder}/x.db'",
    "VACUUM of a database": "VACUUM main INTO '{folder}/x.db'",
    "pragma function": "SELECT * FROM pragma_database_list",
    "pragma function with arguments": "SELECT * FROM pragma_table_info('secret')",
    "pragma function of a schema": "SELECT * FROM main.pragma_table_list",
    "pragma function counted": "SELECT count(*) FROM pragma_function_list",
    "pragma function in a condition": "SELECT 1 WHERE EXISTS (SELECT 1 FROM Pragma_Compile_Options)",
    "pragma function named by WITH": "WITH x AS (SELECT * FROM pragma_module_list()) SELECT count(*) FROM x",
    "load_extension with an entry": "SELECT load_extension('{folder}/x.so', 'main')",
    "load_extension in an unused column": "SELECT 1 FROM (SELECT load_extension('x'))",
    "load_extension that never runs": "SELECT CASE WHEN 0 THEN load_extension('x') END",
    "load_extension in quotes": "SELECT \"load_extension\"('x')",
    "load_extension in ORDER BY": "SELECT 1 FROM traces ORDER BY load_extension('x')",
    "load_extension in a window": "SELECT sum(1) OVER (ORDER BY load_extension('x')) FROM traces",
    "load_extension as default of a list": "VALUES (load_extension('x'))",
    "fts3_tokenizer": "SELECT fts3_tokenizer('simple')",
    "fts3_tokenizer with a pointer": "SELECT fts3_tokenizer('x', x'4141414141414141')",
    "fts5 pointer": "SELECT fts5(NULL)",
    "fts3tokenize": "SELECT * FROM fts3tokenize('simple', 'a b')",
    "readfile": "SELECT readfile('/etc/passwd')",
    "writefile": "SELECT writefile('{folder}/x', 'x')",
    "edit": "SELECT edit('x', 'vi')",
    "fsdir": "SELECT * FROM fsdir('/')",
    "zeroblob": "SELECT zeroblob(100000000)",
    "randomblob": "SELECT hex(randomblob(9))",
    "sqlite_version": "SELECT sqlite_version()",
    "compile options": "SELECT sqlite_compileoption_get(1)",
    "sqlite_log": "SELECT sqlite_log(1, 'x')",
    "changes": "SELECT changes(), total_changes(), last_insert_rowid()",
    "rtreecheck": "SELECT rtreecheck('traces')",
    "dbstat": "SELECT * FROM dbstat",
    "dbstat counted": "SELECT count(*) FROM dbstat",
    "dbpage": "SELECT data FROM sqlite_dbpage",
    "sqlite_stmt": "SELECT sql FROM sqlite_stmt",
    "bytecode": "SELECT * FROM bytecode('SELECT 1')",
    "tables_used": "SELECT * FROM tables_used('SELECT 1')",
    "generate_series": "SELECT * FROM generate_series(1, 10)",
    "sqlite_master": "SELECT * FROM sqlite_master",
    "sqlite_master counted": "SELECT count(*) FROM SQLITE_MASTER",
    "sqlite_master of a schema": 'SELECT * FROM main."sqlite_master"',
    "sqlite_master in brackets": "SELECT count(*) FROM [sqlite_master]",
    "sqlite_master in accents": "SELECT 1 FROM `sqlite_master`",
    "sqlite_master named by WITH": "WITH x AS (SELECT name FROM sqlite_master) SELECT count(*) FROM x",
    "sqlite_schema": "SELECT rootpage FROM sqlite_schema",
    "sqlite_temp_master": "SELECT sql FROM sqlite_temp_master",
    "sqlite_temp_schema": "SELECT count(*) FROM temp.sqlite_temp_schema",
    "sqlite_master of another database": "SELECT sql FROM other.sqlite_master",
    "sqlite_sequence": "SELECT * FROM sqlite_sequence",
    "sqlite_stat1": "SELECT * FROM sqlite_stat1",
    "behind a comment": "/* SELECT */ DROP /* 1 */ TABLE -- from traces\n traces",
    "behind an open comment": "DELETE FROM traces /* WHERE 0",
    "a hidden second word": "SELECT/**/word/**/FROM/**/secret",
    "EXPLAIN of a write": "DELETE FROM traces",
    "the internal table of a virtual one": "SELECT * FROM words_content",
    "a virtual table by its hidden column": "SELECT rank FROM words WHERE words MATCH 'not*'",
    "RETURNING of a nested read": "INSERT INTO traces (trace_id) VALUES ('y') RETURNING (SELECT word FROM secret)",
    "upsert": "INSERT INTO traces (trace_id) VALUES ('tr-1') ON CONFLICT DO UPDATE SET name = 'x'",
    "a table that IN names": "SELECT 'x' IN secret",
    "a table that IN names, of another database": "SELECT ('x', 'y') IN other.traces",
    "a table in a frame": "SELECT sum(1) FILTER (WHERE (SELECT 1 FROM secret)) OVER () FROM traces",
    "a table in LIMIT": "SELECT 1 LIMIT (SELECT count(*) FROM secret)",
    "a table in a list of JSON": "SELECT value FROM json_each((SELECT json_group_array(word) FROM secret))",
}


@pytest.mark.parametrize("statement", ESCAPES.values(), ids=ESCAPES)
def test_known_ways_out_are_closed(box: Sandbox, statement: str, tmp_path: Path) -> None:
    refused(box, statement.format(folder=tmp_path))
    assert not list(tmp_path.iterdir())


NOT_SQL = {
    "several statements": "SELECT 1; DROP TABLE traces",
    "several statements of WITH": "WITH x AS (SELECT 1) SELECT * FROM x; DELETE FROM traces",
    "several statements behind a comment": "SELECT 1; -- \nDELETE FROM traces",
    "a second statement behind a NUL": "SELECT 1\0; DROP TABLE traces",
    "a NUL": "SELECT '\0'",
    "EXPLAIN": "EXPLAIN SELECT * FROM secret",
    "EXPLAIN QUERY PLAN": "EXPLAIN QUERY PLAN SELECT * FROM traces",
    "QUERY PLAN": "QUERY PLAN SELECT * FROM traces",
    "an open text": "SELECT 'abc",
    "an open name": 'SELECT "abc',
    "an open bracket": "SELECT [abc",
    "a parameter": "SELECT ?",
    "a numbered parameter": "SELECT ?1000000",
    "a named parameter": "SELECT :name, @name, $name",
    "half a surrogate pair": "SELECT '\ud800'",
    "half a surrogate pair in a name": 'SELECT "\udfff" FROM traces',
    "a write of the schema": "UPDATE sqlite_master SET sql = 'x'",
    "nothing": "",
    "a semicolon": ";",
    "a comment": "-- SELECT 1",
    "a comment over lines": "/* SELECT 1 */",
    "a byte order mark twice": "\ufeff\ufeffSELECT",
    "letters of no word": "ＳＥＬＥＣＴ 1",
    "a table of nothing": "SELECT * FROM temp.traces",
    "a table of another schema": "SELECT * FROM aux.traces",
    "a function of nothing": "SELECT nothing(1)",
    "a function as a table": "SELECT * FROM lower('x')",
    "a table as a function": "SELECT * FROM traces(1)",
    "a collation": "SELECT name FROM traces ORDER BY name COLLATE nothing",
    "many brackets": "SELECT " + "(" * 4_000 + "1" + ")" * 4_000,
    "many minus signs": "SELECT " + "- " * 4_000 + "1",
    "many NOTs": "SELECT " + "NOT " * 2_000 + "1",
    "many ANDs": "SELECT 1" + " AND 1" * 1_500,
    "many texts in one": "SELECT 'a'" + "||'a'" * 1_500,
    "many CASEs": "SELECT " + "CASE WHEN 1 THEN " * 400 + "1" + " END" * 400,
    "many calls": "SELECT " + "abs(" * 1_500 + "1" + ")" * 1_500,
    "many subqueries": "SELECT * FROM " + "(SELECT * FROM " * 500 + "traces" + ")" * 500,
    "many UNIONs": "SELECT 1" + " UNION SELECT 1" * 600,
    "many columns": "SELECT " + ",".join(["1"] * 3_000),
    "many columns of stars": "SELECT " + ",".join(["*"] * 3_000) + " FROM spans",
    "many arguments": "SELECT max(" + ",".join(["1"] * 3_000) + ")",
    "many joins": "SELECT 1 FROM traces" + ", traces" * 1_000,
    "many rows in WITH": "WITH "
    + ",".join(f"a{n}(x) AS (SELECT 1 FROM nothing)" for n in range(300))
    + " SELECT 1 FROM a1",
}


@pytest.mark.parametrize("statement", NOT_SQL.values(), ids=NOT_SQL)
def test_what_is_no_statement_gets_an_error_and_the_next_one_an_answer(box: Sandbox, statement: str) -> None:
    reply = answered(box, statement)
    assert reply["error"] in ("sql", "memory"), reply
    assert answered(box, "SELECT count(*) FROM traces")["rows"] == [[len(TRACES)]]


ANSWERED = {
    "a name in quotes": ('SELECT count("name") FROM "traces"', [[6]]),
    "a name in brackets": ("SELECT count([name]) FROM [traces]", [[6]]),
    "a name in accents": ("SELECT count(`name`) FROM `traces`", [[6]]),
    "a name of the schema": ("SELECT count(*) FROM main.traces", [[6]]),
    "capitals": ("SELECT COUNT(*) FROM MAIN.TRACES AS T WHERE T.NAME LIKE 'AGENT-1'", [[3]]),
    "capitals in quotes": ('SELECT count(*) FROM "Traces"', [[6]]),
    "the number of a row": ("SELECT count(rowid), count(oid), count(_rowid_) FROM traces", [[6, 6, 6]]),
    "hidden columns of a table function": ("SELECT json, root FROM json_each('[7]', '$')", [["[7]", "$"]]),
    "a table function counted": ("SELECT count(*) FROM json_tree('[1, [2]]')", [[4]]),
    "a table function named by IN": ("SELECT 7 IN (SELECT value FROM json_each('[7]'))", [[1]]),
    "VALUES": ("VALUES (1, 'a'), (2, 'b')", [[1, "a"], [2, "b"]]),
    "comments": ("-- first\nSELECT /* second */ 1 -- third; DROP TABLE traces", [[1]]),
    "an open comment": ("SELECT 1 /* and on", [[1]]),
    "a semicolon in a text": ("SELECT '; DROP TABLE traces'", [["; DROP TABLE traces"]]),
    "a byte order mark": ("\ufeffSELECT 1", [[1]]),
    "letters of other scripts": ('SELECT name AS "имя", 1 AS 名前 FROM traces LIMIT 1', [["agent-0", 1]]),
    "WITH counted": ("WITH x AS (SELECT name FROM traces) SELECT count(*) FROM x", [[6]]),
    "WITH named as a table": ("WITH traces AS (SELECT 1 AS a UNION ALL SELECT 2) SELECT count(*) FROM traces", [[2]]),
    "WITH named as a table in capitals": ("WITH TRACES AS (SELECT 1 AS a) SELECT a FROM Traces", [[1]]),
    "WITH named as another table": (
        "WITH traces AS (SELECT * FROM spans) SELECT count(*) FROM traces",
        [[24]],
    ),
    "WITH around the table of its name": (
        "WITH traces AS (SELECT name FROM main.traces WHERE duration_ms > 200) SELECT count(*) FROM traces",
        [[3]],
    ),
    "WITH in an inner SELECT only": (
        "SELECT (WITH traces AS (SELECT 1 AS a) SELECT count(*) FROM traces), count(*) FROM traces",
        [[1, 6]],
    ),
    "WITH that counts up": (
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 5) SELECT count(*) FROM c",
        [[5]],
    ),
    "WITH without columns that are read": (
        "WITH x AS (VALUES (1), (2)) SELECT 1 WHERE EXISTS (SELECT 1 FROM x)",
        [[1]],
    ),
}


@pytest.mark.parametrize(("statement", "rows"), ANSWERED.values(), ids=ANSWERED)
def test_every_form_of_a_select_of_the_tables_is_answered(
    box: Sandbox, statement: str, rows: list[list[object]]
) -> None:
    assert answered(box, statement).get("rows") == rows, answered(box, statement)


READ = {
    "capitals": ("SELECT NAME FROM TRACES", {"traces": ["name"]}),
    "nothing but rows": ("SELECT count(*) FROM Spans", {"spans": []}),
    "WITH named as a table": ("WITH traces AS (SELECT name AS a FROM spans) SELECT a FROM traces", {"spans": ["name"]}),
    "WITH around the table of its name": (
        "WITH traces AS (SELECT status FROM main.traces) SELECT max(status) FROM traces",
        {"traces": ["status"]},
    ),
    "a column that only a condition reads": (
        "SELECT 1 FROM traces WHERE EXISTS (SELECT 1 FROM spans s WHERE s.type = traces.name)",
        {"traces": ["name"], "spans": ["type"]},
    ),
    "a column of a window": ("SELECT rank() OVER (ORDER BY cost) FROM traces", {"traces": ["cost"]}),
}


@pytest.mark.parametrize(("statement", "reads"), READ.values(), ids=READ)
def test_what_is_loaded_is_what_the_statement_reads(box: Sandbox, statement: str, reads: dict[str, list[str]]) -> None:
    """Names of WITH and of tables may be the same; a table is loaded whenever it is read under any name."""
    assert box.prepare(statement) == {"reads": reads}


DANGEROUS = {
    *("load_extension", "readfile", "writefile", "edit", "fsdir", "fts3_tokenizer", "fts5", "optimize", "snippet"),
    *("randomblob", "zeroblob", "sqlite_log", "sqlite_version", "sqlite_source_id", "sqlite_offset", "eval"),
    *("sqlite_compileoption_get", "sqlite_compileoption_used", "changes", "total_changes", "last_insert_rowid"),
    *(
        "rtreecheck",
        "rtreenode",
        "matchinfo",
        "match",
        "highlight",
        "bm25",
        "offsets",
        "subtype",
        "soundex",
        "unistr_quote",
    ),
}


def test_functions_are_refused_unless_they_are_listed(box: Sandbox) -> None:
    """All that this SQLite has, with any number of arguments."""
    assert not FUNCTIONS & DANGEROUS
    with closing(sqlite3.connect(":memory:")) as connection:
        names = {name for (name,) in connection.execute("SELECT DISTINCT name FROM pragma_function_list")}
    arrows = {"->", "->>"}
    for name in sorted(names - arrows):
        replies = [box.prepare(f"SELECT {name}({', '.join(['1'] * count)})") for count in range(5)]
        is_allowed = any("reads" in reply or reply["error"] != "refused" for reply in replies)
        if name in FUNCTIONS:
            assert not any(reply.get("error") == "refused" for reply in replies), name
        else:
            assert all("error" in reply for reply in replies), name
            assert not is_allowed or all(
                "wrong number" in reply["message"] for reply in replies if reply["error"] == "sql"
            ), name


def test_every_module_of_tables_but_those_for_json_is_refused(box: Sandbox) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM pragma_module_list")}
        pragmas = {f"pragma_{name}" for (name,) in connection.execute("SELECT name FROM pragma_pragma_list")}
    assert len(names) > 2 and len(pragmas) > 20
    database = Database(sqlite_tables(), 0)
    for name in (names | pragmas) - TABLE_FUNCTIONS:
        for column in ("", None, "name"):  # which is all that a later SQLite asks about these
            asked = (sqlite3.SQLITE_READ, name.upper(), column, None, None)
            assert database._may(*asked) == sqlite3.SQLITE_DENY, name  # pyright: ignore[reportPrivateUsage]
        for form in (f"SELECT * FROM {name}", f"SELECT count(*) FROM {name}", f"SELECT 1 FROM {name}(1)"):
            assert "error" in box.prepare(form), form


def test_a_statement_that_was_prepared_without_a_guard_is_not_run_again(box: Sandbox) -> None:
    """The process itself deletes rows with this statement."""
    box.clear(["assessments"])
    for statement in ("DELETE FROM assessments", "INSERT OR IGNORE INTO traces (trace_id) VALUES ('x')", "BEGIN"):
        refused(box, statement)
