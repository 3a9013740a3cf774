"""The gateway to databases: MLflow's tables read without MLflow, in time, and nothing written."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot
from sqlalchemy import create_engine, event, text

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidFilterError,
    StoreDeniedError,
    StoreError,
    StoreMissingError,
    StoreTimeoutError,
    StoreUnavailableError,
    TraceNotFoundError,
)
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.records import SpanEvent, SpanLink, StoreInfo
from mcp_traces.store.deadlines import current_call
from mcp_traces.store.gateway import Order, TraceQuery
from mcp_traces.store.sql_gateway import SqlGateway
from mcp_traces.store.sql_reader import Reader
from tests.store import mlflow_stores as stores
from tests.store.conftest import clauses_of
from tests.stores import RealStore

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]

TRACES = TraceQuery((stores.EXPERIMENT_ID,))


def search(*clauses: Clause, **options: Any) -> TraceQuery:
    return TraceQuery((stores.EXPERIMENT_ID,), clauses, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a trace of every kind; tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("made")
    stores.make_database(f"sqlite:///{folder / 'mlflow.db'}", folder)
    return folder / "mlflow.db"


@pytest.fixture(scope="module")
def many(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 1,000 traces of 6 spans more."""
    copy = shutil.copy(made, tmp_path_factory.mktemp("many") / "mlflow.db")
    stores.add_many_traces(copy, 1000)
    return copy


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    return shutil.copy(made, tmp_path / "mlflow.db")


@pytest.fixture
async def gateway(made: Path) -> AsyncIterator[SqlGateway]:
    async with opened(f"sqlite:///{made}") as gateway:
        yield gateway


@asynccontextmanager
async def opened(uri: str, **options: Any) -> AsyncIterator[SqlGateway]:
    gateway = SqlGateway(uri, **options)
    try:
        yield gateway
    finally:
        await gateway.aclose()


def run_python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process in which mlflow was not imported yet, and that nothing tells to be quiet."""
    quiet = ("MLFLOW_", "DO_NOT_TRACK", "CI", "GITHUB_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(quiet)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True, timeout=60, check=False)


IMPORT_AND_CONSTRUCT = """
import sys
from mcp_traces.store.sql_gateway import SqlGateway
SqlGateway("sqlite:///mlflow.db")
print([name for name in ("mlflow", "sqlalchemy") if name in sys.modules])
"""


def test_importing_and_constructing_loads_neither_mlflow_nor_sqlalchemy() -> None:
    """The client has its answer to `initialize` before."""
    assert run_python(IMPORT_AND_CONSTRUCT).stdout == "[]\n"


async def test_the_store_is_opened_once_by_many_first_calls(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warm-up and the first questions meet in the same opening."""
    openings: list[str] = []
    monkeypatch.setattr(SqlGateway, "_open", noting(openings, SqlGateway._open))
    async with opened(f"sqlite:///{made}") as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(gateway.warm_up)
        for _ in range(5):
            tasks.start_soon(gateway.search_traces, TRACES)
    assert len(openings) == 1


def noting(calls: list[Any], function: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        calls.append(arguments[0])
        return function(*arguments)

    return noted


async def test_a_failed_opening_is_tried_again(made: Path, tmp_path: Path) -> None:
    """The user fixes the store while the client keeps the server running; warming up never raises."""
    async with opened(f"sqlite:///{tmp_path / 'late.db'}") as gateway:
        await gateway.warm_up()
        with pytest.raises(StoreMissingError, match=r"late\.db does not exist"):
            await gateway.store_info()
        shutil.copy(made, tmp_path / "late.db")
        assert (await gateway.store_info()).address == str(tmp_path / "late.db")


async def test_a_closed_gateway_opens_again(gateway: SqlGateway) -> None:
    """Closing releases connections; it is no state of its own."""
    await gateway.search_traces(TRACES)
    await gateway.aclose()
    assert (await gateway.search_traces(TRACES)).traces


async def test_store_info_names_the_file(gateway: SqlGateway, made: Path) -> None:
    """An agent, or the person who asks it, must see which store answers. A database has no version of MLflow."""
    assert await gateway.store_info() == StoreInfo("sqlite", str(made))


async def test_reading_changes_no_byte_and_adds_no_file(database: Path) -> None:
    """Nothing is created where it is missing, and SQLite leaves no file beside the database."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM experiments WHERE experiment_id = 0")
    before = files(database.parent)
    async with opened(f"sqlite:///{database}") as gateway:
        assert [found.experiment_id for found in await gateway.search_experiments(10)] == ["2", "1"]
        for trace in (await gateway.search_traces(TRACES)).traces:
            await gateway.get_trace(trace.trace_id)
        assert files(database.parent) == before
    assert files(database.parent) == before


def files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


async def test_a_path_with_characters_of_uris_is_found(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MLflow's default is a file in the working folder, whatever that folder is called."""
    folder = tmp_path / "a b?c#d%20e"
    folder.mkdir()
    shutil.copy(made, folder / "mlflow.db")
    monkeypatch.chdir(folder)
    async with opened("sqlite:///mlflow.db") as gateway:
        assert (await gateway.search_traces(TRACES)).traces


async def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    """The error says what is wrong with the path, and nothing is written to the file."""
    (tmp_path / "notes.txt").write_text("no database" * 200)
    (tmp_path / "empty.db").touch()
    for name, message in (("notes.txt", "file is not a database"), ("empty.db", "holds no MLflow tables")):
        async with opened(f"sqlite:///{tmp_path / name}") as gateway:
            with pytest.raises(StoreMissingError, match=message):
                await gateway.search_traces(TRACES)
    assert (tmp_path / "empty.db").stat().st_size == 0


async def test_a_search_gives_mlflows_infos_in_mlflows_order(gateway: SqlGateway) -> None:
    """Newest first unless another order is asked for; the page token is text that leads to the next page."""
    first = await gateway.search_traces(TraceQuery((stores.EXPERIMENT_ID,), limit=3))
    rest = await gateway.search_traces(TraceQuery((stores.EXPERIMENT_ID,), page_token=first.next_page_token))
    assert isinstance(first.next_page_token, str) and rest.next_page_token is None
    found = [trace.trace_id for trace in first.traces + rest.traces]
    assert found[:3] == [stores.ARCHIVED, stores.LOST, stores.ARTIFACT] and len(set(found)) == 5
    by_id = TraceQuery((stores.EXPERIMENT_ID,), order_by=(Order("request_id"),))
    assert [trace.trace_id for trace in (await gateway.search_traces(by_id)).traces] == sorted(found)


async def test_a_search_and_a_read_tell_the_same_of_a_trace(gateway: SqlGateway) -> None:
    """MLflow builds the two from different queries; assessments may come in another order."""
    page = await gateway.search_traces(search(clause("trace.request_id", "=", stores.WHOLE)))
    read = (await gateway.get_trace(stores.WHOLE)).info
    assert sorted(page.traces[0].assessments, key=str) == sorted(read.assessments, key=str)
    assert (page.traces[0].tags, page.traces[0].trace_metadata) == (read.tags, read.trace_metadata)
    assert (read.name, read.session_id, read.token_usage["total_tokens"]) == ("chat", "s1", 7)
    assert [(a.name, a.kind, a.value) for a in read.assessments] == snapshot(
        [
            ("rating", "feedback", 4),
            ("judge", "feedback", None),
            ("answer", "expectation", {"is": "that"}),
            ("i-1", "issue", "slow"),
        ]
    )


FILTERS = [
    "span.name = 'nosuch'",
    "span.name = 'step_3'",
    "span.name != 'step_0' AND span.type = 'TOOL'",
    "span.status = 'ERROR'",
    "span.status = 'UNSET'",
    "span.type IN ('LLM') AND span.status = 'OK' AND trace.text ILIKE '%IPSUM 77 %'",
    "trace.text LIKE '%lorem ipsum 77 %'",
    "trace.text ILIKE '%nosuch%'",
    "span.attributes.text LIKE '%ipsum 5%'",
    f"span.name = 'step_2' AND timestamp_ms > {stores.START_MS + 990_000}",
    "span.name = 'step_2' AND tag.env = 'dev' AND status = 'ERROR'",
    "span.status = 'ERROR' AND metadata.`mlflow.trace.session` = 's10'",
    "feedback.rating = '4' AND span.name = 'model'",
]


@pytest.fixture(scope="module")
def analyzed(many: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """MLflow's own store over the same traces, with the statistics that make its planner choose well."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    copy = shutil.copy(many, tmp_path_factory.mktemp("analyzed") / "mlflow.db")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("ANALYZE")
    store = SqlAlchemyStore(f"sqlite:///{copy}", str(copy.parent))
    yield store
    store.engine.dispose()


@pytest.mark.parametrize("condition", FILTERS)
async def test_conditions_on_spans_find_what_mlflow_finds_in_no_time(many: Path, analyzed: Any, condition: str) -> None:
    """Without statistics MLflow's query on SQLite is quadratic: 2 s for these 1,000 traces, 497 s for 10,000."""
    expected, _ = analyzed.search_traces(locations=["1"], filter_string=condition, max_results=2000)
    async with opened(f"sqlite:///{many}") as gateway:
        await gateway.warm_up()
        query = TraceQuery(("1",), clauses_of(condition), limit=2000)
        started = time.perf_counter()
        found = await gateway.search_traces(query)
        elapsed = time.perf_counter() - started
    assert [trace.trace_id for trace in found.traces] == [trace.trace_id for trace in expected]
    assert elapsed < 1


async def test_a_trace_is_read_with_its_spans(gateway: SqlGateway) -> None:
    """Ids are hexadecimal as in MLflow's UI, attributes are decoded, and nothing is missing."""
    trace = await gateway.get_trace(stores.WHOLE)
    root, child = trace.spans
    assert (root.span_id, root.parent_id, root.status, root.inputs) == (stores.ROOT_ID, None, "OK", {"q": "ü"})
    assert (child.span_id, child.parent_id, child.status) == (stores.CHILD_ID, stores.ROOT_ID, "ERROR")
    assert (child.status_message, child.duration_ns, child.span_type) == ("no answer", 40_000_000, "AGENT")
    assert child.events == (SpanEvent("exception", stores.START_MS * 1_000_000 + 5, {"exception.type": "E"}),)
    assert child.links == (SpanLink(f"tr-{9:032x}", f"{9:016x}", {"why": "retry"}),)
    assert trace.missing is None


async def test_a_trace_in_progress_is_read_at_once(gateway: SqlGateway) -> None:
    """MLflow's client sleeps 3 s and then says that there is none."""
    await gateway.warm_up()
    started = time.perf_counter()
    trace = await gateway.get_trace(stores.RUNNING)
    assert time.perf_counter() - started < 1
    assert (trace.info.state, trace.info.execution_duration_ms) == ("IN_PROGRESS", None)
    assert [(span.name, span.end_time_ns) for span in trace.spans] == [("model", None)]
    assert "in progress" in (trace.missing or "")


async def test_spans_kept_as_an_artifact_are_read(gateway: SqlGateway) -> None:
    """So MLflow kept them before 3.5, and some clients still do."""
    trace = await gateway.get_trace(stores.ARTIFACT)
    assert [span.name for span in trace.spans] == ["agent", "model"]
    assert (trace.spans[0].inputs, trace.spans[1].parent_id, trace.missing) == ({"q": "ü"}, stores.ROOT_ID, None)


GONE = {"artifact": (stores.LOST, "could not be read"), "archive": (stores.ARCHIVED, "trace archive")}


@pytest.mark.parametrize(("trace_id", "reason"), GONE.values(), ids=GONE)
async def test_spans_that_are_gone_are_said_to_be(gateway: SqlGateway, trace_id: str, reason: str) -> None:
    """The rest of such a trace is still worth reading, but nobody may take it for a trace without spans."""
    trace = await gateway.get_trace(trace_id)
    assert (trace.info.trace_id, trace.spans) == (trace_id, ())
    assert reason in (trace.missing or "")


@pytest.mark.parametrize("trace_id", [stores.UNKNOWN, "", "x'", "\ud800"], ids=["id", "empty", "quote", "surrogate"])
async def test_an_unknown_trace_is_not_found(gateway: SqlGateway, made: Path, trace_id: str) -> None:
    """The error names the id as it was given and the place where it is not."""
    with pytest.raises(TraceNotFoundError) as raised:
        await gateway.get_trace(trace_id)
    assert str(raised.value) == f'No trace "{trace_id}" in {made}.'


async def test_experiments_are_listed_by_their_last_change(gateway: SqlGateway) -> None:
    """Deleted ones do not exist for an agent, and the limit holds."""
    assert [found.name for found in await gateway.search_experiments(10)] == ["other", "agent", "Default"]
    assert [found.name for found in await gateway.search_experiments(1)] == ["other"]


async def test_an_experiment_is_found_by_id_and_by_name(gateway: SqlGateway) -> None:
    """Both ways lead to the same record."""
    found = await gateway.get_experiment("1")
    assert (found.experiment_id, found.name) == ("1", "agent")
    assert await gateway.get_experiment_by_name("agent") == found


@pytest.mark.parametrize("experiment_id", ["3", "77", "", "agent", "9" * 30])
async def test_an_id_that_is_no_active_experiments_is_not_found(gateway: SqlGateway, experiment_id: str) -> None:
    """Deleted, unknown, or what MLflow itself would take for experiment 0 or fail on."""
    with pytest.raises(ExperimentNotFoundError, match=f'^No experiment with id "{experiment_id}" in /'):
        await gateway.get_experiment(experiment_id)


@pytest.mark.parametrize("name", ["gone", "nosuch", "", "\ud800"], ids=["deleted", "unknown", "empty", "surrogate"])
async def test_a_name_that_is_no_active_experiments_is_not_found(gateway: SqlGateway, name: str) -> None:
    """As for ids."""
    with pytest.raises(ExperimentNotFoundError, match=f'^No experiment named "{name}" in /'):
        await gateway.get_experiment_by_name(name)


async def test_a_search_in_an_impossible_experiment_is_refused(gateway: SqlGateway) -> None:
    """MLflow answers INTERNAL_ERROR: invalid literal for int()."""
    with pytest.raises(ExperimentNotFoundError):
        await gateway.search_traces(TraceQuery(("1", "agent")))


REFUSED = {
    "number too large": (search(clause("trace.timestamp_ms", ">", 10**30)), "64 bits"),
    "surrogate": (search(clause("trace.name", "=", "\ud800")), "surrogate"),
    "surrogate in a key": (search(clause("tag.<key>", "=", "x", key="\ud800")), "surrogate"),
    "expression": (search(clause("trace.name", "RLIKE", "(")), "is not a valid regular expression"),
    "too many": (search(*(clause("tag.<key>", "=", "s3cret", key=f"k{n}") for n in range(1100))), "too large"),
    "order": (search(order_by=(Order("latency"),)), "`order_by` cannot use latency"),
    "order by spans": (search(order_by=(Order("span", key="name"),)), "keys of tags and metadata"),
    "order by tokens": (search(order_by=(Order("metadata", key="mlflow.trace.tokenUsage"),)), "several numbers"),
    "order twice": (search(order_by=(Order("name"), Order("name"))), "names a field twice"),
    "pattern for cost": (search(clause("metadata.<key>", "LIKE", "%", key="mlflow.trace.cost")), "several numbers"),
    **{
        f"page token {token}": (search(page_token=token), "page token does not belong")
        for token in ("x", "1", "[]", '[1, "a", 2]', "[null, null]", '["a", "b"]', "[true, true]", f"[{2**63}, 1]")
    },
}


@pytest.mark.parametrize(("query", "says"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_answered_is_an_invalid_filter(gateway: SqlGateway, query: TraceQuery, says: str) -> None:
    """The caller learns what is wrong, without SQL and values."""
    with pytest.raises(InvalidFilterError) as raised:
        await gateway.search_traces(query)
    assert says in str(raised.value)
    assert "FROM trace_info" not in str(raised.value) and "s3cret" not in str(raised.value)


async def test_a_failing_statement_is_not_logged(gateway: SqlGateway, caplog: pytest.LogCaptureFixture) -> None:
    """Its SQL holds the values of filters."""
    with pytest.raises(InvalidFilterError):
        await gateway.search_traces(REFUSED["too many"][0])
    assert caplog.text == ""


async def test_a_locked_database_is_reported_in_time(database: Path) -> None:
    """SQLite's own wait would be longer than the call."""
    async with opened(f"sqlite:///{database}", timeout_s=0.5) as gateway:
        await opened_in_time(gateway)
        with closing(sqlite3.connect(database)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            started = time.perf_counter()
            with pytest.raises(StoreUnavailableError, match="database is locked"):
                await gateway.search_traces(TRACES)
            assert time.perf_counter() - started < 2
            writer.rollback()


async def opened_in_time(gateway: SqlGateway) -> None:
    """Opened, however short the gateway's calls are: what was imported in a call that timed out stays imported."""
    while gateway._opening.opened is None:
        await gateway.warm_up()


async def test_a_slow_search_ends_with_its_time(many: Path) -> None:
    """The error says how long it was and how to ask for less; the next call is served."""
    async with opened(f"sqlite:///{many}", timeout_s=0.5) as gateway:
        await opened_in_time(gateway)
        assert gateway._opening.opened is not None
        event.listen(gateway._opening.opened.engine, "checkout", compare_slowly)
        with pytest.raises(StoreTimeoutError) as raised:
            await gateway.search_traces(search(clause("trace.request_id", "RLIKE", "x")))
        assert raised.value.message == f"{many} gave no answer within the 0.5 s of a call."
        assert "since, until, experiment" in (raised.value.hint or "")
        assert (await gateway.search_traces(TRACES)).traces


def compare_slowly(connection: Any, *_: object) -> None:
    """Each of 1,000 comparisons takes 2 ms, as it would with texts of a megabyte."""
    connection.create_function("regexp", 2, lambda pattern, value: time.sleep(0.002))


async def test_a_cancelled_call_releases_its_caller_and_stops(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent's client went away: the call returns at once, and the work is told to stop."""
    started, stopped = threading.Event(), threading.Event()

    def endless(reader: Reader, query: TraceQuery) -> Any:
        started.set()
        call = current_call.get()
        assert call is not None
        while not call.is_over:
            time.sleep(0.001)
        stopped.set()

    monkeypatch.setattr(Reader, "search_traces", endless)
    async with opened(f"sqlite:///{made}") as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(gateway.search_traces, TRACES)
        await anyio.to_thread.run_sync(started.wait, 10)
        tasks.cancel_scope.cancel()
    assert await anyio.to_thread.run_sync(stopped.wait, 10)


async def test_no_more_calls_run_at_a_time_than_allowed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call holds a thread and a connection."""
    running, most = set[int](), list[int]()

    def counted(reader: Reader, query: TraceQuery) -> Any:
        running.add(threading.get_ident())
        most.append(len(running))
        running.discard(threading.get_ident())

    monkeypatch.setattr(Reader, "search_traces", counted)
    async with opened(f"sqlite:///{made}", max_concurrency=1) as gateway, anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(gateway.search_traces, TRACES)
    assert max(most) == 1


async def test_what_is_not_foreseen_flies_on(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug must reach the log as what it is, and not read as a failing store."""

    def broken(reader: Reader, query: TraceQuery) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(Reader, "search_traces", broken)
    async with opened(f"sqlite:///{made}") as gateway:
        with pytest.raises(ZeroDivisionError):
            await gateway.search_traces(TRACES)


@pytest.fixture
async def postgres(postgres_store: RealStore) -> AsyncIterator[SqlGateway]:
    async with opened(postgres_store.tracking_uri) as gateway:
        yield gateway


async def test_postgresql_is_read(postgres: SqlGateway, postgres_store: RealStore) -> None:
    """The same questions to a server database."""
    ids = tuple(postgres_store.sample.experiments.values())
    page = await postgres.search_traces(TraceQuery(ids, clauses_of("span.status = 'ERROR'"), limit=3))
    assert len(page.traces) == 3
    assert (await postgres.get_trace(page.traces[0].trace_id)).spans
    assert (await postgres.store_info()).kind == "postgresql"


async def test_postgresql_refuses_a_pattern_as_an_argument(postgres: SqlGateway) -> None:
    """Some mistakes only the database finds; it shows the statement, we do not."""
    with pytest.raises(InvalidFilterError) as raised:
        await postgres.search_traces(search(clause("trace.name", "RLIKE", "(")))
    assert raised.value.message.endswith("invalid regular expression: parentheses () not balanced.")


async def test_a_slow_postgresql_ends_with_its_time(postgres_store: RealStore) -> None:
    """A lock, held by a migration for instance, stops a search; the server ends the statement by itself."""
    holder = create_engine(postgres_store.tracking_uri)
    async with opened(postgres_store.tracking_uri, timeout_s=0.5) as gateway:
        await opened_in_time(gateway)
        with holder.connect() as connection:
            connection.execute(text("LOCK TABLE trace_info IN ACCESS EXCLUSIVE MODE"))
            with pytest.raises(StoreTimeoutError, match=r"within the 0\.5 s"):
                await gateway.search_traces(TRACES)
    holder.dispose()


async def test_an_empty_postgresql_stays_empty(postgres_store: RealStore) -> None:
    """Nothing is created."""
    admin = create_engine(postgres_store.tracking_uri, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE empty"))
    empty = admin.url.set(database="empty")
    async with opened(empty.render_as_string(hide_password=False)) as gateway:
        with pytest.raises(StoreMissingError, match="holds no MLflow tables"):
            await gateway.search_traces(TRACES)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE empty"))
    admin.dispose()


CONNECTING = {
    "no such database": ({"database": "nosuch"}, StoreMissingError),
    "no such user": ({"username": "nobody", "password": "s3cret"}, StoreDeniedError),
    "no server": ({"query": {}, "host": "127.0.0.1", "port": 1, "password": "s3cret"}, StoreUnavailableError),
}


@pytest.mark.parametrize(("changes", "kind"), CONNECTING.values(), ids=CONNECTING)
async def test_a_postgresql_that_refuses_us_says_why(
    postgres_store: RealStore, changes: dict[str, Any], kind: type[StoreError]
) -> None:
    """At once, and the password stays out of the text."""
    url = create_engine(postgres_store.tracking_uri).url.set(**changes)
    async with opened(url.render_as_string(hide_password=False)) as gateway:
        with pytest.raises(kind) as raised:
            await gateway.store_info()
    assert type(raised.value) is kind
    assert "s3cret" not in str(raised.value)
