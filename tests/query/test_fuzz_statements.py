"""Whatever is sent as a statement gets rows of the tables or an error of ours, and the process answers the next one."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mcp_traces.query.sandbox import Reply, Sandbox, SandboxGoneError
from mcp_traces.shaping.tables import TABLES, columns_of
from mcp_traces.shaping.text import compact
from tests.builders import make_span, make_trace
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.query.planted import SECRET, SPANS, TRACES, planted_box
from tests.query.test_authorizer import ACTIONS, ANSWERED, ESCAPES, NOT_SQL
from tests.tools.conftest import ToolFailedError, connected

pytestmark = pytest.mark.anyio

STATEMENTS = int(os.environ.get("FUZZ_STATEMENTS", "200"))
"""50,000 take a quarter of an hour: `FUZZ_STATEMENTS=50000 pytest tests/query/test_fuzz_statements.py`."""
AT_ONCE = 20
MAX_S = 120 + STATEMENTS
GIVEN_S = 0.5
MAX_CHARS = 2_000

FUZZED = settings(
    max_examples=max(STATEMENTS // AT_ONCE, 1),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)

SOURCES = {table: list(columns_of(table)) for table in TABLES} | {
    "main.traces": ["name", "duration_ms", "tags", "rowid"],
    '"Spans"': ["name", '"trace_id"', "[span_id]", "`start_ms`"],
    "json_each('[1, {\"a\": 2}]')": ["key", "value", "type", "path", "json"],
    "json_tree('{\"a\": [1, [2]]}')": ["key", "value", "atom", "fullkey"],
    "(VALUES (1, 'a'), (2, NULL))": ["column1", "column2"],
    "(SELECT name AS a, count(*) AS b FROM spans GROUP BY 1)": ["a", "b"],
}
"""What may be read, and columns of it."""
FORBIDDEN = [
    *("secret", "temp_secret", "some_view", "temp_view", "words", "words_data", "other.traces", "temp.temp_secret"),
    *("sqlite_master", "sqlite_temp_schema", "other.sqlite_master", "dbstat", "sqlite_stmt", "fts3tokenize('a')"),
    *("pragma_table_info('secret')", "pragma_database_list", "pragma_function_list", "fsdir('/')"),
]
PLAIN = """
    abs(A) char(A) coalesce(A, B) format('%s', A) hex(A) iif(A, B, A) instr(A, B) length(A) lower(A) max(A, B) min(A, B)
    printf('%.*c', A, B) quote(A) replace(A, B, A) round(A, B) substr(A, B, A) trim(A, B) typeof(A) unicode(A)
    bucket(A, '1h') bucket(A, B, A) datetime(A) datetime(A, B) strftime(A, B) julianday(A) unixepoch(A)
    json_array(A, B) json_extract(A, B) json_object('a', A) json_patch(A, B) json_set(A, B, A) json_type(A)
    json_valid(A) mod(A, B) pow(A, B) regexp(A, B) random() like(A, B) glob(A, B)
    nullif(A, B) current_timestamp nothing(A)
"""
AGGREGATE = """
    avg(A) count(*) count(DISTINCT A) group_concat(A, B) median(A) percentile(A, 95) percentile(A, B) sum(A) total(A)
    max(A) min(A) json_group_array(A) json_group_object(A, B)
"""
WINDOW = "row_number() rank() dense_rank() ntile(A) lag(A, B) lead(A) first_value(A) nth_value(A, B) percent_rank()"
REFUSED = """
    load_extension(A) randomblob(A) zeroblob(A) readfile(A) fts3_tokenizer(A) sqlite_version() changes() eval(A)
    total_changes() sqlite_log(A, B) writefile(A, B) sqlite_compileoption_get(A) last_insert_rowid() soundex(A)
"""


def _calls(text: str) -> list[str]:
    return re.findall(r"[^\s(]+(?:\([^()]*\))?", text)


OVERS = [
    "()",
    "(ORDER BY 1)",
    "(PARTITION BY 1)",
    "(ORDER BY 2 ROWS 1 PRECEDING)",
    "(ORDER BY 1 GROUPS BETWEEN 2 PRECEDING AND 1 FOLLOWING)",
    "w",
]
LITERALS = [
    *(
        "NULL",
        "0",
        "1",
        "-1",
        "95",
        "1e308",
        "9e999",
        "-9e999",
        "9223372036854775807",
        "-9223372036854775808",
        "0x7f",
        "1e15",
    ),
    *(
        "''",
        "'a'",
        "'%'",
        "'$.a'",
        "'tr-1'",
        "'[1, {\"a\": 2}]'",
        "'now'",
        "'('",
        "'a\u200bb\U0001f600'",
        "x''",
        "x'00ff'",
    ),
    *(
        "'2026-01-01T00:00:00Z'",
        "current_timestamp",
        "TRUE",
        "'%f%%%J'",
        "'1h'",
        "printf('%.*c', 100000, 'a')",
        "?1",
        ":a",
    ),
]
OPERATORS = [
    *(
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "=",
        "<>",
        "<",
        ">=",
        "IS",
        "IS NOT",
        "AND",
        "OR",
        "LIKE",
        "GLOB",
        "REGEXP",
        "MATCH",
    ),
    *("->", "->>", "&", "<<", ">>", "IS DISTINCT FROM", "NOT LIKE", "COLLATE NOCASE ="),
]
NASTY = [
    *(
        ";",
        "--",
        "/*",
        "*/",
        "'",
        '"',
        "`",
        "[",
        "]",
        "(",
        ")",
        "\0",
        ",",
        "\\",
        "\ufeff",
        "\ud800",
        "\u202e",
        "é",
        "%",
        "?",
    ),
    *(" ATTACH ':memory:' AS y ", " PRAGMA ", " secret ", " sqlite_master ", " EXPLAIN ", " INTO ", " RETURNING * "),
    *(" UNION ALL SELECT word FROM secret ", " DROP TABLE traces ", "; DELETE FROM traces", " WITH ", " VALUES (1) "),
    *(
        "(SELECT word FROM secret)",
        " load_extension('x') ",
        "x'",
        "0x",
        "1e",
        " OVER () ",
        " FILTER (WHERE 1) ",
        "(((((((((",
    ),
]


@st.composite
def expressions(draw: st.DrawFn, names: list[str], depth: int) -> str:
    inner = expressions(names, depth - 1)
    match draw(st.integers(0, 13)) if depth else draw(st.integers(0, 3)):
        case 0:
            return draw(st.sampled_from(LITERALS))
        case 1 | 2 | 3:
            return draw(st.sampled_from(names)) if names else draw(st.sampled_from(LITERALS))
        case 4 | 5 | 6 | 7:
            return draw(calls(names, depth))
        case 8 | 9:
            return f"({draw(inner)} {draw(st.sampled_from(OPERATORS))} {draw(inner)})"
        case 10:
            return f"CASE WHEN {draw(inner)} THEN {draw(inner)} ELSE {draw(inner)} END"
        case 11:
            return f"CAST({draw(inner)} AS {draw(st.sampled_from(['TEXT', 'INTEGER', 'REAL', 'BLOB']))})"
        case 12:
            return f"{draw(st.sampled_from(['EXISTS', '1 IN', '']))} ({draw(selects(0, width=1))})"
        case _:
            return f"{draw(inner)} IN ({draw(inner)}, {draw(inner)})"


@st.composite
def calls(draw: st.DrawFn, names: list[str], depth: int) -> str:
    inner = expressions(names, depth - 1)
    match draw(st.integers(0, 9)):
        case 0:
            return _filled(draw(st.sampled_from(_calls(REFUSED))), draw(inner), draw(inner))
        case 1 | 2 | 3 | 4 | 5:
            return _filled(draw(st.sampled_from(_calls(PLAIN))), draw(inner), draw(inner))
        case 6 | 7:
            return _filled(draw(st.sampled_from(_calls(AGGREGATE))), draw(st.sampled_from(names or ["1"])), "'$.a'")
        case _:
            call = _filled(draw(st.sampled_from(_calls(WINDOW + AGGREGATE))), draw(inner), draw(inner))
            return call if "DISTINCT" in call else f"{call} OVER {draw(st.sampled_from(OVERS))}"


def _filled(call: str, first: str, second: str) -> str:
    return re.sub(r"\b[AB]\b", lambda found: first if found[0] == "A" else second, call)


@st.composite
def selects(draw: st.DrawFn, depth: int = 3, width: int = 0) -> str:
    """Mostly a statement that SQLite takes; the tables that it reads are mostly those that it may."""
    width = width or draw(st.integers(1, 3))
    names: list[str] = []
    source = ""
    if draw(st.integers(0, 7)):
        table, names = draw(st.sampled_from(list(SOURCES.items())))
        if not draw(st.integers(0, 7)):
            table, names = draw(st.sampled_from(FORBIDDEN)), ["1", "word", "rowid"]
        source = f" FROM {table}"
        if not draw(st.integers(0, 3)):
            other, _ = draw(st.sampled_from(list(SOURCES.items())))
            join = draw(st.sampled_from(["CROSS JOIN", "LEFT JOIN", "NATURAL JOIN", "FULL JOIN", ","]))
            source, names = f" FROM {table} AS t {join} {other} AS u", [f"t.{one}" for one in names]
    inner = expressions(names, depth)
    text = f"SELECT {draw(st.sampled_from(['', 'DISTINCT ']))}{', '.join(draw(inner) for _ in range(width))}{source}"
    for clause in ("WHERE", "GROUP BY", "WINDOW"):
        if not draw(st.integers(0, 3)):
            text += " WINDOW w AS (ORDER BY 1)" if clause == "WINDOW" else f" {clause} {draw(expressions(names, 1))}"
    if depth and not draw(st.integers(0, 4)):
        text += f" {draw(st.sampled_from(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT']))} {draw(selects(0, width))}"
    if not draw(st.integers(0, 3)):
        text += f" ORDER BY {draw(st.integers(1, width))} LIMIT {draw(st.integers(-1, 20))}"
    if depth and not draw(st.integers(0, 4)):
        name = draw(st.sampled_from(["x", "traces", "spans", "secret", "sqlite_master"]))
        kind = draw(st.sampled_from(["AS", "AS MATERIALIZED", "AS NOT MATERIALIZED"]))
        text = f"WITH {draw(st.sampled_from(['', 'RECURSIVE ']))}{name} {kind} ({draw(selects(depth - 1))}) {text}"
        text = text if draw(st.booleans()) else f"{text.rpartition(') SELECT')[0]}) SELECT count(*) FROM {name}"
    return text


KNOWN = [
    *(statement.format(folder="/nonexistent") for _, statement in ACTIONS),
    *(statement.format(folder="/nonexistent") for statement in ESCAPES.values()),
    *(statement for statement, _ in ANSWERED.values()),
    *(statement for statement in NOT_SQL.values() if len(statement) < 200),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A statement in which pieces are left out, doubled, put elsewhere, or replaced by what is nasty."""
    text = draw(st.sampled_from(KNOWN) | selects())
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        end = min(end, start + 30)
        match draw(st.integers(0, 4)):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:]
            case 2:
                text = text[:start] + draw(st.sampled_from(NASTY)) + text[end:]
            case 3:
                text = text[:start] + draw(st.sampled_from(NASTY)) + text[start:]
            case _:
                text = text[start:end] + " " + text[:start] + text[end:]
    return text[:9_000]


statements = selects() | selects() | selects() | mutated() | st.text(max_size=60)


class Renewed:
    """A process with secrets, and another one when that was near a bound."""

    def __init__(self) -> None:
        self._context: Any = None
        self._box: Sandbox | None = None

    def box(self) -> Sandbox:
        if self._box is None or self._box.is_broken:
            self.close()
            self._context = planted_box()
            self._box = self._context.__enter__()
        return self._box

    def close(self) -> None:
        if self._context is not None:
            self._context.__exit__(None, None, None)


@contextmanager
def renewed() -> Iterator[Renewed]:
    it = Renewed()
    try:
        yield it
    finally:
        it.close()


def replies(box: Sandbox, statement: str) -> list[Reply]:
    """Of both steps, whatever the first says: the guard of each holds alone."""
    prepared = box.prepare(statement)
    return [prepared] if box.is_broken else [prepared, box.run(statement, GIVEN_S, MAX_CHARS)]


@pytest.mark.timeout(MAX_S)
@given(st.lists(statements, min_size=AT_ONCE, max_size=AT_ONCE))
@FUZZED
def test_no_statement_reaches_what_it_may_not_see_or_ends_its_process(several: list[str]) -> None:
    """What is planted stays unseen, what is loaded stays as it is, and a reply keeps to its characters."""
    with renewed() as it:
        for statement in several:
            box = it.box()
            try:
                of_both = replies(box, statement)
            except SandboxGoneError:
                pytest.fail(f"The process ended: {statement!r}")
            for reply in of_both:
                assert reply.keys() >= {"reads"} or reply.keys() >= {"rows"} or reply["error"], statement
                assert SECRET not in str(reply), statement
                if "rows" in reply:
                    assert len(compact(reply["rows"])) <= MAX_CHARS, statement
                    assert "reads" in of_both[0] or not reply["columns"], (of_both, statement)
                else:
                    assert reply.get("error", "sql") in ("sql", "value", "refused", "late", "memory", "wide"), (
                        reply,
                        statement,
                    )
            if not box.is_broken:
                counts = "SELECT (SELECT count(*) FROM traces), (SELECT count(*) FROM spans)"
                assert box.prepare(counts) == {"reads": {"spans": [], "traces": []}}, statement
                assert box.run(counts, 20, MAX_CHARS)["rows"] == [[len(TRACES), len(SPANS)]], statement


NOT_OURS = re.compile(r"Internal error|Traceback|File \"|\.py\b|codec|NoneType|object at|sqlite3\.|SandboxGone")


@pytest.mark.timeout(MAX_S)
@given(st.lists(statements, min_size=AT_ONCE, max_size=AT_ONCE))
@FUZZED
async def test_any_statement_gets_rows_or_an_error_of_ours(several: list[str]) -> None:
    """Through the tool: within its characters and its schema, and never an internal error."""
    gateway = FakeTraceGateway([make_trace(make_span("agent", inputs={"a": [1, "two"]}))], store=DATABASE)
    async with connected(gateway, experiment="1", timeout_s=3) as call:
        for statement in several:
            try:
                answer = await call("query_traces", {"sql": statement, "max_chars": MAX_CHARS})
            except ToolFailedError as error:
                assert not NOT_OURS.search(str(error)), (statement, str(error))
            else:
                assert all(len(row) == len(answer["columns"]) for row in answer["rows"]), statement
