"""Clauses in SQL: what each finds, on every database, whatever is in keys and values."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import Conditions, clause, compile_conditions
from mcp_traces.store.gateway import Order, TraceQuery, seek_token
from mcp_traces.store.sql_gateway import SqlGateway
from tests.store import mlflow_stores as stores
from tests.store.mariadb import mariadb
from tests.store.sql_stores import StoredAssessment, StoredSpan, add_trace
from tests.stores import RealStore

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]

TEXTS = {
    "plain": "plain",
    "name": "name",
    "run_id": "run_id",
    "prompt": "prompt",
    "text": "text",
    "upper": "PLAIN",
    "space": "a b",
    "trailing space": "plain ",
    "single quote": "it's",
    "double quote": 'say "hi"',
    "both quotes": 'it\'s "it"',
    "backtick": "a`b",
    "percent": "100%",
    "underscore": "a_b",
    "looks like underscore": "axb",
    "backslash": "a\\b",
    "trailing backslash": "a\\",
    "newline": "a\nb",
    "umlaut": "größer",
    "emoji": "🔥",
    "colon": "a:b",
    "json": '{"a": 1}',
    "sql": "'; DROP TABLE trace_info; --",
    "expression": "a.b*c[d](e)^$|\\d",
    "number": "5",
    "empty": "",
}


@dataclass(frozen=True, slots=True)
class Filled:
    gateway: SqlGateway
    dialect: str

    async def find(self, *clauses: Clause, **options: Any) -> set[str]:
        """The labels of the traces that meet the clauses."""
        page = await self.gateway.search_traces(TraceQuery(("1",), clauses, limit=500, **options))
        return {info.trace_id for info in page.traces}


def fill(uri: str, folder: Path) -> None:
    stores.make_database(uri, folder)
    engine = create_engine(uri)
    with engine.begin() as connection:
        for table in ("assessments", "spans", "trace_request_metadata", "trace_tags", "trace_info"):
            connection.execute(text(f"DELETE FROM {table}"))
        for label, one in TEXTS.items():
            span = StoredSpan(f"span of {label}", attributes={one: "found", "said": one})
            add_trace(
                connection,
                f"with {label}",
                tags={one: "found", "value": one},
                metadata={one: "found", "value": one},
                spans=[span],
                assessments=[StoredAssessment(one, "found"), StoredAssessment("value", one)],
                trace_name=one,
            )
        _add_spans(connection)
        _add_assessments(connection)
        _add_ordered(connection)
        _add_sessions(connection)
    engine.dispose()


def _add_spans(connection: Any) -> None:
    failed, fine = StoredSpan("charge", status="ERROR"), StoredSpan("search", "RETRIEVER")
    add_trace(connection, "one failed", spans=[fine, failed])
    add_trace(connection, "none failed", spans=[fine, StoredSpan("charge")])
    add_trace(connection, "no spans yet", status="IN_PROGRESS")
    add_trace(connection, "spans elsewhere", in_database=False, status="ERROR")


def _add_assessments(connection: Any) -> None:
    values: dict[str, Any] = {
        "5": 5,
        "5.0": 5.0,
        "'5'": "5",
        "true": True,
        "'true'": "true",
        "-2.5": -2.5,
        "1e3": 1e3,
    }
    for label, value in values.items():
        add_trace(connection, f"score {label}", assessments=[StoredAssessment("score", value)])
    add_trace(connection, "score null", assessments=[StoredAssessment("score", None)])
    add_trace(connection, "score invalid", assessments=[StoredAssessment("score", 5, valid=False)])
    add_trace(connection, "score expected", assessments=[StoredAssessment("score", 5, "expectation")])
    session = StoredAssessment("mood", "good", metadata={"mlflow.trace.session": "talk"})
    add_trace(connection, "first of session", session_id="talk", assessments=[session])
    add_trace(connection, "second of session", session_id="talk")
    add_trace(connection, "other session", session_id="talk2", assessments=[StoredAssessment("mood", "bad")])


SESSIONS = {
    "session whole": "chain",
    "session of two": '["user-1", "chain"]',
    "session without spaces": '["chain","user-2"]',
    "session of one": '["user-1"]',
    "session of other case": '["Chain"]',
    "session like a part": '["chain-2", "x chain"]',
    "session with a quoted part": '["say \\"chain\\""]',
    "session of a comma": '["user-3", ", "]',
    "session of umlauts": '["gr\\u00f6\\u00dfer", "größe"]',
    "session like an array": '["chain"',
}


def _add_sessions(connection: Any) -> None:
    for label, session in SESSIONS.items():
        add_trace(connection, label, session_id=session)


def _add_ordered(connection: Any) -> None:
    """In the same millisecond by threes; values with ties and gaps; texts that collations order in their own ways."""
    texts = ("b", "B", "a", None, "ä", "a ", "", "a'b", 'a"b', "A")
    for number in range(30):
        value = texts[number % len(texts)]
        add_trace(
            connection,
            f"tr-{number:02}",
            experiment_id=2,
            timestamp_ms=stores.START_MS + number // 3,
            execution_time_ms=None if number % 4 == 0 else number % 5,
            status=("OK", "ERROR", "IN_PROGRESS")[number % 3],
            trace_name=value,
            session_id=None if number % 7 == 0 else f"s{number % 3}",
            tags={} if value is None else {"k": value},
            metadata={} if number % 2 else {"mlflow.sourceRun": f"run-{number % 6}"},
        )


@pytest.fixture(scope="module")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("clauses")
    fill(f"sqlite:///{folder / 'mlflow.db'}", folder)
    return f"sqlite:///{folder / 'mlflow.db'}"


@pytest.fixture(scope="module")
def _postgresql(postgres_store: RealStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    admin = create_engine(postgres_store.tracking_uri, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE clauses"))
    uri = admin.url.set(database="clauses").render_as_string(hide_password=False)
    fill(uri, tmp_path_factory.mktemp("clauses"))
    yield uri
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE clauses WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="module")
def _mysql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mariadb() as uri:
        fill(uri, tmp_path_factory.mktemp("clauses"))
        yield uri


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mysql"])
async def filled(request: pytest.FixtureRequest) -> AsyncIterator[Filled]:
    async with aclosing(SqlGateway(request.getfixturevalue(f"_{request.param}"))) as gateway:
        yield Filled(gateway, request.param)


KEYED = ("tag.<key>", "metadata.<key>", "feedback.<key>")


@pytest.mark.parametrize("label", TEXTS)
@pytest.mark.parametrize("field", KEYED)
async def test_a_key_is_matched_exactly(filled: Filled, field: str, label: str) -> None:
    """Keys that MLflow's syntax cannot say among them: it would search for another thing, or for nothing."""
    assert await filled.find(clause(field, "=", "found", key=TEXTS[label])) == {f"with {label}"}


@pytest.mark.parametrize("label", TEXTS)
async def test_the_key_of_a_span_attribute_is_matched_exactly(filled: Filled, label: str) -> None:
    """MLflow would take wildcards and expressions in it."""
    key = TEXTS[label]
    assert await filled.find(clause("span.attributes.<key>", "RLIKE", "^found$", key=key)) == {f"with {label}"}
    for operator, pattern in (("LIKE", "%found%"), ("ILIKE", "%FOUND%")):
        # The value may be anywhere behind the key, and `name` is a field of every span.
        found = await filled.find(clause("span.attributes.<key>", operator, pattern, key=key))
        assert f"with {label}" in found
        assert key in ("name", "") or len(found) < 4, found


@pytest.mark.parametrize("label", TEXTS)
async def test_a_value_is_matched_exactly(filled: Filled, label: str) -> None:
    """Case, spaces at the end, wildcards and quotes included; the collation of MySQL ignores some of them."""
    value, expected = TEXTS[label], {f"with {label}"}
    assert await filled.find(clause("trace.name", "=", value)) == expected
    assert await filled.find(clause("tag.<key>", "=", value, key="value")) == expected
    assert await filled.find(clause("metadata.<key>", "=", value, key="value")) == expected
    assert await filled.find(clause("feedback.<key>", "IS", value, key="value")) == expected
    others = await filled.find(clause("tag.<key>", "!=", value, key="value"))
    assert others == {f"with {other}" for other in TEXTS if other != label}


@pytest.mark.parametrize("label", TEXTS)
async def test_an_id_is_matched_exactly(filled: Filled, label: str) -> None:
    """One of several, and all but several."""
    trace_id = f"with {label}"
    assert await filled.find(clause("trace.request_id", "=", trace_id)) == {trace_id}
    assert await filled.find(clause("trace.request_id", "IN", (trace_id, trace_id.upper(), "x"))) == {trace_id}
    everything = await filled.find()
    assert await filled.find(clause("trace.request_id", "NOT IN", (trace_id, "x"))) == everything - {trace_id}


NUL = {
    "value": clause("trace.name", "=", "pl\x00ain"),
    "value in a list": clause("trace.request_id", "IN", ("\x00",)),
    "pattern": clause("trace.name", "LIKE", "%\x00%"),
    "pattern without case": clause("trace.name", "ILIKE", "%\x00%"),
    "expression": clause("trace.name", "RLIKE", "\x00"),
    "key": clause("tag.<key>", "=", "found", key="pl\x00ain"),
    "key that is there": clause("tag.<key>", "IS NOT NULL", None, key="\x00"),
    "feedback": clause("feedback.<key>", "IS", "\x00", key="value"),
    "name of feedback": clause("feedback.<key>", "=", "found", key="\x00"),
    "attribute": clause("span.attributes.<key>", "LIKE", "%\x00%", key="said"),
}


@pytest.mark.parametrize("condition", NUL.values(), ids=NUL)
async def test_nul_finds_nothing_and_is_no_error(filled: Filled, condition: Clause) -> None:
    """PostgreSQL holds none in its texts, and its driver refuses them."""
    assert await filled.find(condition) == set()


async def test_all_traces_differ_from_nul(filled: Filled) -> None:
    """Those that have a value."""
    with_value = {f"with {label}" for label in TEXTS}
    assert await filled.find(clause("tag.<key>", "!=", "\x00", key="value")) == with_value
    assert await filled.find(clause("trace.request_id", "NOT IN", ("\x00",))) == await filled.find()
    assert await filled.find(clause("tag.<key>", "IS NULL", None, key="\x00")) == await filled.find()


async def test_patterns_are_case_sensitive_unless_asked_otherwise(filled: Filled) -> None:
    """MLflow's LIKE is everywhere; SQLite's and MySQL's own are not."""
    plain = {"with plain", "with trailing space"}
    assert await filled.find(clause("trace.name", "LIKE", "pla%")) == plain
    assert await filled.find(clause("trace.name", "ILIKE", "pLa%")) == {*plain, "with upper"}
    assert await filled.find(clause("trace.name", "LIKE", "a_b")) >= {"with underscore", "with looks like underscore"}
    assert await filled.find(clause("trace.name", "LIKE", "gr__er")) == {"with umlaut"}
    assert await filled.find(clause("trace.name", "RLIKE", "^pla")) == plain
    assert await filled.find(clause("trace.name", "RLIKE", "^(PLAIN|5)$")) == {"with upper", "with number"}


async def test_span_clauses_are_about_one_span_and_has_error_about_any(filled: Filled) -> None:
    """MLflow's syntax cannot say both at once."""
    charged, failed = clause("span.name", "=", "charge"), clause("span.status", "=", "ERROR")
    searched = clause("span.name", "=", "search")
    assert await filled.find(charged, failed) == {"one failed"}
    assert await filled.find(searched, failed) == set()
    assert await filled.find(searched, clause("has_error", "=", True)) == {"one failed"}
    assert await filled.find(searched, clause("has_error", "=", False)) == {"none failed"}
    assert await filled.find(searched, clause("span.type", "=", "TOOL")) == set()
    assert await filled.find(clause("span.name", "!=", "search"), clause("span.type", "!=", "TOOL")) == set()


async def test_spans_outside_of_the_database_are_neither_failed_nor_not(filled: Filled) -> None:
    """The trace may have failed spans; the note says that there is such a trace."""
    for value in (True, False):
        query = TraceQuery(("1",), (clause("has_error", "=", value),), limit=500)
        page = await filled.gateway.search_traces(query)
        assert "spans elsewhere" not in {info.trace_id for info in page.traces}
        assert page.notes == (
            "1 trace that meets the other conditions keeps its spans outside the database, where they cannot be "
            "searched. get_trace reads them.",
        )
    assert "no spans yet" in await filled.find(clause("has_error", "=", False))


async def test_one_of_several_alternatives(filled: Filled) -> None:
    """Span clauses of an alternative and those of all are about one span."""
    charged, failed = clause("span.name", "=", "charge"), clause("span.status", "=", "ERROR")
    plain, upper = (clause("trace.name", "=", name) for name in ("plain", "PLAIN"))
    assert await filled.find(any_of=((plain,), (upper,))) == {"with plain", "with upper"}
    assert await filled.find(any_of=((charged, failed), (plain,))) == {"one failed", "with plain"}
    assert await filled.find(charged, any_of=((failed,), (clause("span.type", "=", "RETRIEVER"),))) == {"one failed"}
    assert await filled.find(charged, any_of=((clause("has_error", "=", False),), (plain,))) == {"none failed"}
    assert await filled.find(plain, any_of=((upper,),)) == set()


SCORES = {
    "the text or the number": (clause("feedback.<key>", "=", "5", key="score"), {"5", "'5'"}),
    "the number": (clause("feedback.<key>", "IS", 5, key="score"), {"5", "5.0"}),
    "the text": (clause("feedback.<key>", "IS", "5", key="score"), {"'5'"}),
    "the word or true": (clause("feedback.<key>", "=", "true", key="score"), {"true", "'true'"}),
    "true": (clause("feedback.<key>", "IS", True, key="score"), {"true"}),
    "above": (clause("feedback.<key>", ">", 4.5, key="score"), {"5", "5.0", "1e3"}),
    "not above": (clause("feedback.<key>", "<=", 5, key="score"), {"5", "5.0", "-2.5"}),
    "negative": (clause("feedback.<key>", "<", 0, key="score"), {"-2.5"}),
    "another": (clause("feedback.<key>", "!=", "5", key="score"), {"5.0", "true", "'true'", "-2.5", "1e3", "null"}),
    "expected": (clause("expectation.<key>", "=", "5", key="score"), {"expected"}),
    "JSON": (clause("feedback.<key>", "LIKE", '"%', key="score"), {"'5'", "'true'"}),
}


@pytest.mark.parametrize(("condition", "found"), SCORES.values(), ids=SCORES)
async def test_assessments_are_compared_by_value_and_type(filled: Filled, condition: Clause, found: set[str]) -> None:
    """Invalid ones never match, and feedback is not an expectation."""
    assert await filled.find(condition) == {f"score {label}" for label in found}


async def test_an_assessment_of_a_session_counts_for_all_its_traces(filled: Filled) -> None:
    """As in MLflow: it is stored with one of them."""
    mood = clause("feedback.<key>", "IS", "good", key="mood")
    assert await filled.find(mood) == {"first of session", "second of session"}
    without = await filled.find(clause("feedback.<key>", "IS NULL", None, key="mood"))
    assert not without & {"first of session", "second of session", "other session"}
    assert "one failed" in without


async def test_words_are_found_in_either_case(filled: Filled) -> None:
    """The superset that LIKE finds; what is no match is sorted out by the tools."""
    assert "with plain" in await filled.find(clause("trace.text", "CONTAINS", "PlAiN"))
    assert await filled.find(clause("trace.text", "CONTAINS", "span of umlaut")) == {"with umlaut"}
    assert "with umlaut" in await filled.find(clause("trace.text", "CONTAINS", "GRÖßER"))


ORDERS = [
    (),
    *(
        (Order(name, descending, key),)
        for name, key in (
            ("timestamp_ms", None),
            ("execution_time_ms", None),
            ("status", None),
            ("request_id", None),
            ("name", None),
            ("run_id", None),
            ("experiment_id", None),
            ("tag", "k"),
            ("metadata", "mlflow.trace.session"),
            ("metadata", "mlflow.sourceRun"),
        )
        for descending in (False, True)
    ),
    (Order("status"), Order("name", descending=True), Order("execution_time_ms")),
    (Order("tag", key="k", descending=True), Order("timestamp_ms"), Order("request_id", descending=True)),
]


@pytest.mark.parametrize("orders", ORDERS, ids=lambda orders: ", ".join(one.text for one in orders) or "newest")
async def test_pages_of_every_order_hold_each_trace_once(filled: Filled, orders: tuple[Order, ...]) -> None:
    """Also where values are missing or equal, and whatever the collation makes of texts; the tools begin anywhere."""

    async def page(limit: int, token: str | None = None) -> Any:
        return await filled.gateway.search_traces(TraceQuery(("1", "2"), (), orders, limit, token))

    whole = (await page(500)).traces
    paged: list[str] = []
    token: str | None = None
    while True:
        found = await page(4, token)
        paged += [info.trace_id for info in found.traces]
        if found.next_page_token is None:
            break
        assert found.next_page_token == seek_token(orders, found.traces[-1])
        token = found.next_page_token
    assert paged == [info.trace_id for info in whole]
    middle = len(whole) // 2
    rest = (await page(500, seek_token(orders, whole[middle]))).traces
    assert rest == whole[middle + 1 :]


async def test_values_that_are_missing_come_last_in_either_direction(filled: Filled) -> None:
    """So the newest pages are those with something to see."""
    for descending in (False, True):
        order = Order("execution_time_ms", descending)
        page = await filled.gateway.search_traces(TraceQuery(("2",), order_by=(order,), limit=500))
        values = [info.execution_duration_ms for info in page.traces]
        present = [value for value in values if value is not None]
        assert values == sorted(present, reverse=descending) + [None] * (len(values) - len(present))


async def test_an_expression_that_is_wrong_is_an_invalid_filter(filled: Filled) -> None:
    """Each database has its own words for it."""
    with pytest.raises(InvalidFilterError):
        await filled.find(clause("trace.name", "RLIKE", "(a"))


async def test_experiments_are_found_by_their_exact_name(filled: Filled) -> None:
    """Where the collation ignores case, too."""
    assert (await filled.gateway.get_experiment_by_name("agent")).experiment_id == "1"
    for name in ("Agent", "agent ", "agent\x00"):
        with pytest.raises(Exception, match=r"^No experiment named"):
            await filled.gateway.get_experiment_by_name(name)


@pytest.mark.parametrize(
    ("session_id", "expected"),
    [
        ("chain", {"session whole", "session of two", "session without spaces"}),
        ("user-1", {"session of two", "session of one"}),
        ('["user-1", "chain"]', {"session of two"}),
        ('say "chain"', {"session with a quoted part"}),
        (", ", {"session of a comma"}),
        ("größer", {"session of umlauts"}),
        ("größe", {"session of umlauts"}),
        ("user-3", {"session of a comma"}),
        ("user", set[str]()),
        ("chai_", set[str]()),
    ],
)
async def test_a_session_is_found_by_any_of_its_parts(filled: Filled, session_id: str, expected: set[str]) -> None:
    """MLflow 3.17 takes arrays as session ids: the whole, and each part of it."""
    (wanted,) = compile_conditions(Conditions(session_id=session_id))

    assert await filled.find(wanted) == expected
