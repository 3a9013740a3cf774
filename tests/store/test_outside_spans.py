"""Traces whose spans are not in the database: counted by searches that cannot look at them, at little cost."""

from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, event, text

from mcp_traces.filters.compiler import clause
from mcp_traces.store import outside_spans
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.store.sql_gateway import SqlGateway
from tests.old_databases import load_sqlite
from tests.store import mlflow_stores as stores
from tests.store.sql_stores import StoredSpan, add_trace

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]

FAILED = clause("has_error", "=", True)
BY_NAME = TraceQuery(("1",), (clause("span.name", "=", "step"),))
BY_TEXT = TraceQuery(("1",), (clause("trace.text", "CONTAINS", "some words"),))


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, all traces are looked at."""
    monkeypatch.setattr(outside_spans, "LOOK_S", 60)


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """A database with no traces."""
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    stores.make_database(uri, tmp_path)
    with writing(uri) as connection:
        for table in ("assessments", "spans", "trace_request_metadata", "trace_tags", "trace_info"):
            connection.execute(text(f"DELETE FROM {table}"))
    return uri


@contextmanager
def writing(uri: str) -> Iterator[Connection]:
    engine = create_engine(uri)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def add(connection: Connection, trace_id: str, *, outside: bool = False, **columns: object) -> None:
    spans = [] if outside else [StoredSpan()]
    add_trace(connection, trace_id, spans=spans, in_database=not outside, **columns)


def note(count: int) -> str:
    return outside_spans._outside_note(count)


async def test_those_that_meet_the_other_conditions_are_counted(uri: str) -> None:
    """An agent that counts failures must know how many traces were not looked at."""
    with writing(uri) as connection:
        for number in range(6):
            add(connection, f"in-{number}")
            add(connection, f"out-{number}", outside=True, status="ERROR" if number < 2 else "OK")
    async with aclosing(SqlGateway(uri)) as gateway:
        assert (await gateway.search_traces(TraceQuery(("1",), (FAILED,)))).notes == (note(6),)
        other = clause("trace.status", "=", "ERROR")
        assert (await gateway.search_traces(TraceQuery(("1",), (FAILED, other)))).notes == (note(2),)
        alternatives = ((other, FAILED), (clause("trace.request_id", "=", "out-5"),))
        assert (await gateway.search_traces(TraceQuery(("1",), any_of=alternatives))).notes == (note(3),)
        assert (await gateway.search_traces(TraceQuery(("2",), (FAILED,)))).notes == ()
        assert (await gateway.search_traces(TraceQuery(("1",), (other,)))).notes == ()


async def test_a_newest_database_is_looked_through_once(uri: str) -> None:
    """Later searches pay nothing for it."""
    with writing(uri) as connection:
        for number in range(5):
            add(connection, f"in-{number}")
    async with aclosing(SqlGateway(uri)) as gateway:
        assert (await gateway.search_traces(BY_NAME)).notes == ()
        opened = gateway._opening.opened
        assert opened is not None
        statements: list[str] = []
        event.listen(opened.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        assert len((await gateway.search_traces(BY_NAME)).traces) == 5
        assert len([one for one in statements if "FROM trace_info" in one]) == 1


async def test_large_experiments_are_looked_through_in_windows(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where many traces began in the same millisecond."""
    monkeypatch.setattr(outside_spans, "WINDOW", 4)
    with writing(uri) as connection:
        for number in range(40):
            began = {"timestamp_ms": stores.START_MS + number // 7}
            add(connection, f"trace-{number}", outside=number % 9 == 0, **began)
    async with aclosing(SqlGateway(uri)) as gateway:
        assert (await gateway.search_traces(BY_NAME)).notes == (note(5),)


async def test_what_was_not_looked_at_in_time_is_said(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And looked at by the searches that follow."""
    with writing(uri) as connection:
        add(connection, "newest", timestamp_ms=1_800_000_000_000)
        add(connection, "in", timestamp_ms=1_700_000_000_000)
        add(connection, "out", outside=True, timestamp_ms=1_600_000_000_000)
    with monkeypatch.context() as hasty:
        hasty.setattr(outside_spans, "WINDOW", 1)
        look = outside_spans.OutsideSpans._look_at_window
        hasty.setattr(outside_spans.OutsideSpans, "_look_at_window", _once(look))
        async with aclosing(SqlGateway(uri)) as gateway:
            assert (await gateway.search_traces(BY_NAME)).notes == (
                "Not checked yet: whether traces before 2023-11-14T22:13:20Z keep their spans outside the database.",
            )
            hasty.undo()
            monkeypatch.setattr(outside_spans, "LOOK_S", 60)
            assert (await gateway.search_traces(BY_NAME)).notes == (note(1),)


def _once(look: object) -> object:
    """Looks at one window and then has no more time."""
    looked: list[object] = []

    def look_once(*arguments: object) -> None:
        if looked:
            raise outside_spans.CallOverError
        looked.append(look(*arguments))  # pyright: ignore[reportCallIssue]

    return look_once


async def test_many_are_counted_without_being_remembered(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a database that MLflow 3.1 wrote and a newer one upgraded."""
    monkeypatch.setattr(outside_spans, "MOST", 3)
    with writing(uri) as connection:
        for number in range(9):
            add(connection, f"out-{number}", outside=True, execution_time_ms=number)
    async with aclosing(SqlGateway(uri)) as gateway:
        longer = clause("trace.execution_time_ms", ">", 4)
        assert (await gateway.search_traces(TraceQuery(("1",), (FAILED, longer)))).notes == (note(4),)


async def test_traces_that_come_and_spans_that_arrive_are_noticed(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the minute for which an answer is believed."""
    with writing(uri) as connection:
        add(connection, "late", outside=True)
    async with aclosing(SqlGateway(uri)) as gateway:
        assert (await gateway.search_traces(BY_NAME)).notes == (note(1),)
        with writing(uri) as connection:
            connection.execute(text("DELETE FROM trace_info"))
            add(connection, "late")
            add(connection, "new", outside=True)
            add(connection, "newer", outside=True)
        monkeypatch.setattr(outside_spans, "BELIEVED_S", 0)
        assert (await gateway.search_traces(BY_NAME)).notes == (note(2),)


async def test_archived_spans_have_names_but_no_text(uri: str) -> None:
    """Archiving empties the content of their rows and keeps the rest."""
    with writing(uri) as connection:
        add_trace(connection, "archived", spans=[StoredSpan()])
        connection.execute(text("UPDATE spans SET content = ''"))
        connection.execute(
            text("UPDATE trace_tags SET value = 'ARCHIVE_REPO' WHERE key = 'mlflow.trace.spansLocation'")
        )
    async with aclosing(SqlGateway(uri)) as gateway:
        found = await gateway.search_traces(BY_NAME)
        assert ([info.trace_id for info in found.traces], found.notes) == (["archived"], ())
        assert (await gateway.search_traces(BY_TEXT)).notes == (note(1),)


async def test_without_the_table_all_are_outside(tmp_path: Path) -> None:
    """As MLflow 3.1 has it."""
    old = load_sqlite("3.1.4", tmp_path)
    async with aclosing(SqlGateway(old.uri)) as gateway:
        page = await gateway.search_traces(TraceQuery(tuple(old.expected["experiments"].values()), (FAILED,)))
        assert (page.traces, page.notes) == ((), (note(len(old.expected["traces"])),))
