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

COLUMNS = sorted({column for table in TABLES for column in columns_of(table)} | {"rowid", "word", "x", "*", "sql"})
READABLE = [
    *TABLES,
    "main.traces",
    '"spans"',
    "[messages]",
    "Traces AS t",
    "x",
    "json_each(tags)",
    "json_tree('[1,[2]]')",
]
FORBIDDEN = [
    *("secret", "temp_secret", "some_view", "temp_view", "words", "words_data", "other.traces", "temp.temp_secret"),
    *("sqlite_master", "sqlite_temp_schema", "other.sqlite_master", "dbstat", "sqlite_stmt", "fts3tokenize('a')"),
    *("pragma_table_info('secret')", "pragma_database_list", "pragma_function_list", "fsdir('/')"),
]
FUNCTIONS = """
    abs(A) char(A) coalesce(A, B) format('%s', A) hex(A) iif(A, B, A) instr(A, B) length(A) lower(A) max(A, B) min(A)
    printf('%.*c', A, B) quote(A) replace(A, B, A) round(A, B) substr(A, B, A) trim(A, B) typeof(A) unicode(A)
    avg(A) count(*) count(DISTINCT A) group_concat(A, B) median(A) percentile(A, 95) percentile(A, B) sum(A) total(A)
    row_number() rank() ntile(A) lag(A, B) first_value(A) nth_value(A, B) bucket(A, '1h') bucket(A, B, A) datetime(A)
    strftime(A, B) julianday(A) timediff(A,B) json(A) json_array(A, B) json_extract(A, B) json_group_array(A)
    json_group_object(A, B) json_patch(A, B) json_set(A, B, A) json_type(A) json_valid(A) mod(A, B) pow(A, B)
    load_extension(A) randomblob(A) zeroblob(A) readfile(A) fts3_tokenizer(A) sqlite_version() changes() random()
    like(A, B) glob(A, B) nullif(A, B) unhex(A) total_changes() sqlite_log(A, B) writefile(A, B) eval(A)
    regexp(A, B) current_timestamp
"""
CALLS = re.findall(r"\S+\((?:[^()]|\([^()]*\))*\)|\S+", FUNCTIONS)
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
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    form = draw(st.integers(0, 11)) if depth else draw(st.integers(0, 3))
    inner = expressions(depth - 1)
    match form:
        case 0 | 1:
            return draw(st.sampled_from(LITERALS))
        case 2 | 3:
            prefix = draw(st.sampled_from(["", "", "", "t.", "x.", "traces.", "main.spans."]))
            return prefix + draw(st.sampled_from(COLUMNS))
        case 4 | 5:
            call = draw(st.sampled_from(CALLS))
            filled = re.sub(r"\b[AB]\b", lambda _: draw(inner).replace("\\", ""), call)
            return filled + draw(st.sampled_from(["", "", "", " OVER (ORDER BY 1)", " FILTER (WHERE 1)", " OVER w"]))
        case 6 | 7:
            return f"({draw(inner)} {draw(st.sampled_from(OPERATORS))} {draw(inner)})"
        case 8:
            return f"CASE WHEN {draw(inner)} THEN {draw(inner)} ELSE {draw(inner)} END"
        case 9:
            return f"CAST({draw(inner)} AS {draw(st.sampled_from(['TEXT', 'INTEGER', 'REAL', 'BLOB', 'nothing']))})"
        case 10:
            word = draw(st.sampled_from(["", "EXISTS ", "1 IN ", "NOT EXISTS "]))
            return f"{word}({draw(selects(depth - 1))})"
        case _:
            return f"{draw(inner)} {draw(st.sampled_from(['NOT IN', 'IN']))} ({draw(inner)}, {draw(inner)})"


@st.composite
def selects(draw: st.DrawFn, depth: int = 3) -> str:
    inner = expressions(max(depth - 1, 0))
    sources = st.sampled_from(READABLE) | st.sampled_from(READABLE + FORBIDDEN)
    if depth:
        sources |= selects(depth - 1).map(lambda one: f"({one}) AS x")
    columns = draw(st.lists(inner, min_size=1, max_size=3) | st.just(["*"]) | st.just(["count(*)"]))
    text = f"SELECT {draw(st.sampled_from(['', '', 'DISTINCT ']))}{', '.join(columns)}"
    if draw(st.integers(0, 9)):
        joined = draw(st.lists(sources, min_size=1, max_size=3))
        comma = draw(st.sampled_from([", ", " JOIN ", " NATURAL JOIN ", " LEFT JOIN ", " CROSS JOIN "]))
        text += f" FROM {comma.join(joined)}" + draw(st.sampled_from(["", "", " USING (trace_id)", " ON 1"]))
    for clause in ("WHERE", "GROUP BY", "HAVING", "WINDOW w AS (ORDER BY 1) ORDER BY", "ORDER BY", "LIMIT"):
        if not draw(st.integers(0, 3)):
            text += f" {clause} {draw(inner)}"
    if depth and not draw(st.integers(0, 4)):
        text += f" {draw(st.sampled_from(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT']))} {draw(selects(depth - 1))}"
    if depth and not draw(st.integers(0, 4)):
        name = draw(st.sampled_from(["x", "x(word)", "traces", "spans", "secret", "x AS MATERIALIZED"]))
        name += "" if name.endswith("MATERIALIZED") else " AS"
        text = f"WITH {draw(st.sampled_from(['', 'RECURSIVE ']))}{name} ({draw(selects(depth - 1))}) {text}"
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


statements = selects() | mutated() | st.text(max_size=60)


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
