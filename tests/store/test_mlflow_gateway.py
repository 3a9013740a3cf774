"""The gateway to stores that MLflow's own code reads: true to MLflow, in time, and nothing written."""

import gc
import hashlib
import json
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
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot
from sqlalchemy import create_engine, event, text

from mcp_traces.errors import (
    ExperimentNotFoundError,
    InvalidFilterError,
    NotFoundError,
    StoreDeniedError,
    StoreError,
    StoreMissingError,
    StoreSchemaError,
    StoreTimeoutError,
    StoreUnavailableError,
    StoreUnsupportedError,
    TraceNotFoundError,
    TracesError,
)
from mcp_traces.records import MetricsQuery, SpanEvent, SpanLink, StoreInfo, TraceQuery
from mcp_traces.store import mlflow_gateway, mlflow_process, mlflow_questions
from mcp_traces.store.databases import SPAN_SCOPE
from mcp_traces.store.mlflow_gateway import MLFLOW_VERSION, MlflowGateway
from tests.store import mlflow_stores as stores
from tests.stores import RealStore

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(stores.SILENT_IMPORT)]

TRACES = TraceQuery((stores.EXPERIMENT_ID,))
NO_SUCH_SPAN = TraceQuery((stores.EXPERIMENT_ID,), filter="span.name = 'nosuch'")


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
async def gateway(made: Path) -> AsyncIterator[MlflowGateway]:
    async with opened(f"sqlite:///{made}") as gateway:
        yield gateway


@asynccontextmanager
async def opened(uri: str, **options: Any) -> AsyncIterator[MlflowGateway]:
    gateway = MlflowGateway(uri, **options)
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


def test_importing_and_constructing_loads_neither_mlflow_nor_sqlalchemy() -> None:
    """mlflow takes 3 s to import, sqlalchemy half a second: the client has its answer before."""
    code = (
        "import sys\n"
        "from mcp_traces.store.mlflow_gateway import MlflowGateway\n"
        "MlflowGateway('sqlite:///mlflow.db'); MlflowGateway('databricks')\n"
        "print([name for name in ('mlflow', 'sqlalchemy') if name in sys.modules])"
    )
    assert run_python(code).stdout == "[]\n"


OPEN_AND_LOOK = """
import json, sys, threading
import anyio
from mcp_traces.records import TraceQuery
from mcp_traces.store.mlflow_gateway import MlflowGateway

async def main():
    gateway = MlflowGateway(sys.argv[1])
    await gateway.search_traces(TraceQuery(("1",)))
    await gateway.get_trace(sys.argv[2])
    from mlflow.telemetry import get_telemetry_client
    from opentelemetry import trace
    threads = [thread.name for thread in threading.enumerate() if not thread.name.startswith(("MainThread", "AnyIO"))]
    facts = [threads, get_telemetry_client(), trace._TRACER_PROVIDER, "pandas" in sys.modules, "numpy" in sys.modules]
    await gateway.aclose()
    with open(sys.argv[3], "w") as file:
        json.dump(facts, file)

anyio.run(main)
"""


def test_opening_a_store_leaves_the_process_as_it_was(made: Path, tmp_path: Path) -> None:
    """No telemetry, no exporter threads, no tracer provider, nothing on stdout, which is the protocol's, or stderr."""
    home = tmp_path / "home"
    arguments = (f"sqlite:///{made}", stores.WHOLE, str(tmp_path / "facts"))
    process = run_python(OPEN_AND_LOOK, *arguments, HOME=str(home), CLAUDECODE="1")
    assert (process.stdout, process.stderr) == ("", "")
    assert json.loads((tmp_path / "facts").read_text()) == [[], None, None, False, False]
    assert not home.exists()


def test_what_the_user_set_for_mlflow_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our settings are defaults; MLflow's retries of a dead remote store must not outlive the call by minutes."""
    environment = {"MLFLOW_DISABLE_TELEMETRY": "false"}
    monkeypatch.setattr(mlflow_process.os, "environ", environment)
    mlflow_process.prepare_for_mlflow(2.5)
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "false"
    assert (environment["MLFLOW_HTTP_REQUEST_TIMEOUT"], environment["MLFLOW_HTTP_REQUEST_MAX_RETRIES"]) == ("3", "1")


async def test_the_store_is_opened_once_by_many_first_calls(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warm-up and the first questions meet in the same opening."""
    openings: list[str] = []
    monkeypatch.setattr(mlflow_gateway, "_make_database_store", noting(openings, mlflow_gateway._make_database_store))
    async with opened(f"sqlite:///{made}") as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(gateway.warm_up)
        for _ in range(5):
            tasks.start_soon(gateway.search_traces, TRACES)
    assert len(openings) == 1


def noting(calls: list[str], function: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        calls.append(arguments[0])
        return function(*arguments)

    return noted


async def test_a_failed_opening_is_tried_again(made: Path, tmp_path: Path) -> None:
    """The user mends the store while the client keeps the server running; warming up never raises."""
    async with opened(f"sqlite:///{tmp_path / 'late.db'}") as gateway:
        await gateway.warm_up()
        with pytest.raises(StoreMissingError, match=r"late\.db does not exist"):
            await gateway.store_info()
        shutil.copy(made, tmp_path / "late.db")
        assert (await gateway.store_info()).address == str(tmp_path / "late.db")


async def test_a_closed_gateway_opens_again(gateway: MlflowGateway) -> None:
    """Closing releases connections; it is no state of its own."""
    await gateway.search_traces(TRACES)
    await gateway.aclose()
    assert (await gateway.search_traces(TRACES)).traces


async def test_store_info_names_the_file_and_the_version(gateway: MlflowGateway, made: Path) -> None:
    """An agent, or the person who asks it, must see which store answers."""
    assert await gateway.store_info() == StoreInfo("sqlite", str(made), MLFLOW_VERSION)


async def test_reading_changes_no_byte_and_adds_no_file(database: Path) -> None:
    """MLflow's constructor creates tables and a default experiment where they are missing; ours must not."""
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
    """A wrong path is told as one; nothing is put into the file."""
    (tmp_path / "notes.txt").write_text("no database" * 200)
    (tmp_path / "empty.db").touch()
    for name, message in (("notes.txt", "file is not a database"), ("empty.db", "holds no MLflow tables")):
        async with opened(f"sqlite:///{tmp_path / name}") as gateway:
            with pytest.raises(StoreMissingError, match=message):
                await gateway.search_traces(TRACES)
    assert (tmp_path / "empty.db").stat().st_size == 0


SCHEMAS = {
    "older": ("89d4b8295536", "mlflow db upgrade sqlite:///"),
    "newer": ("ffffffffffff", "Upgrade mlflow-skinny"),
}


@pytest.mark.parametrize(("revision", "mend"), SCHEMAS.values(), ids=SCHEMAS)
async def test_a_schema_of_another_mlflow_is_an_error_with_its_mend(database: Path, revision: str, mend: str) -> None:
    """MLflow would try to create the missing tables of an older schema; which side is behind decides the mend."""
    with closing(sqlite3.connect(database)) as connection, connection:
        (expected,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
    async with opened(f"sqlite:///{database}") as gateway:
        with pytest.raises(StoreSchemaError) as raised:
            await gateway.search_traces(TRACES)
    assert revision in raised.value.message and f"{expected} of MLflow {MLFLOW_VERSION}" in raised.value.message
    assert mend in (raised.value.hint or "")


async def test_with_workspaces_the_active_one_is_read(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow then uses another store class, whose constructor would open a second engine that may write."""
    monkeypatch.setenv("MLFLOW_ENABLE_WORKSPACES", "true")
    found: dict[str, int] = {}
    for workspace in ("default", "elsewhere"):
        monkeypatch.setenv("MLFLOW_WORKSPACE", workspace)
        async with opened(f"sqlite:///{made}") as gateway:
            found[workspace] = len((await gateway.search_traces(TRACES)).traces)
    assert found == {"default": 5, "elsewhere": 0}


async def test_a_search_gives_mlflows_infos_in_mlflows_order(gateway: MlflowGateway) -> None:
    """Newest first unless another order is asked for; the page token is text that leads to the next page."""
    first = await gateway.search_traces(TraceQuery((stores.EXPERIMENT_ID,), limit=3))
    rest = await gateway.search_traces(TraceQuery((stores.EXPERIMENT_ID,), page_token=first.next_page_token))
    assert isinstance(first.next_page_token, str) and rest.next_page_token is None
    found = [trace.trace_id for trace in first.traces + rest.traces]
    assert found[:3] == [stores.ARCHIVED, stores.LOST, stores.ARTIFACT] and len(set(found)) == 5
    by_id = TraceQuery((stores.EXPERIMENT_ID,), order_by=("request_id ASC",))
    assert [trace.trace_id for trace in (await gateway.search_traces(by_id)).traces] == sorted(found)


async def test_a_search_and_a_read_tell_the_same_of_a_trace(gateway: MlflowGateway) -> None:
    """MLflow builds the two from different queries; assessments may come in another order."""
    page = await gateway.search_traces(TraceQuery((stores.EXPERIMENT_ID,), filter=f"request_id = '{stores.WHOLE}'"))
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
        started = time.perf_counter()
        found = await gateway.search_traces(TraceQuery(("1",), filter=condition, limit=2000))
        elapsed = time.perf_counter() - started
    assert [trace.trace_id for trace in found.traces] == [trace.trace_id for trace in expected]
    assert elapsed < 1


@pytest.fixture
def span_search(many: Path) -> tuple[str, Any]:
    """The statement, and its values, with which a condition on spans reaches SQLite."""
    store = mlflow_gateway._make_database_store(f"sqlite:///{many}", str(many))
    seen: list[tuple[str, Any]] = []
    event.listen(store.engine, "before_cursor_execute", lambda c, cursor, sql, values, *_: seen.append((sql, values)))
    store.store.search_traces(locations=["1"], filter_string=NO_SUCH_SPAN.filter)
    store.engine.dispose()
    return next((sql, values) for sql, values in seen if "FROM spans" in sql)


def test_mlflow_still_writes_the_condition_that_we_rewrite(span_search: tuple[str, Any]) -> None:
    """An MLflow that writes it in other words would be quadratic again, without a sign but the time it takes."""
    assert f"+{SPAN_SCOPE}" in span_search[0]


def test_sqlite_looks_up_the_spans_of_a_trace_by_its_id(many: Path, span_search: tuple[str, Any]) -> None:
    """Any index that begins with the experiment holds all its spans, and the question is asked once per trace."""
    with closing(sqlite3.connect(many)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {span_search[0]}", span_search[1])]
    assert [step.partition("(")[2] for step in plan if " spans " in step] == ["trace_id=?)"]


async def test_a_trace_is_read_with_its_spans(gateway: MlflowGateway) -> None:
    """Ids are hexadecimal as in MLflow's UI, attributes are decoded, and nothing is missing."""
    trace = await gateway.get_trace(stores.WHOLE)
    root, child = trace.spans
    assert (root.span_id, root.parent_id, root.status, root.inputs) == (stores.ROOT_ID, None, "OK", {"q": "ü"})
    assert (child.span_id, child.parent_id, child.status) == (stores.CHILD_ID, stores.ROOT_ID, "ERROR")
    assert (child.status_message, child.duration_ns, child.span_type) == ("no answer", 40_000_000, "AGENT")
    assert child.events == (SpanEvent("exception", stores.START_MS * 1_000_000 + 5, {"exception.type": "E"}),)
    assert child.links == (SpanLink(f"tr-{9:032x}", f"{9:016x}", {"why": "retry"}),)
    assert trace.missing is None


async def test_a_trace_in_progress_is_read_at_once(gateway: MlflowGateway) -> None:
    """MLflow's client sleeps 3 s over it and then says that there is none."""
    await gateway.warm_up()
    started = time.perf_counter()
    trace = await gateway.get_trace(stores.RUNNING)
    assert time.perf_counter() - started < 1
    assert (trace.info.state, trace.info.execution_duration_ms) == ("IN_PROGRESS", None)
    assert [(span.name, span.end_time_ns) for span in trace.spans] == [("model", None)]
    assert "in progress" in (trace.missing or "")


async def test_spans_kept_as_an_artifact_are_read(gateway: MlflowGateway) -> None:
    """So MLflow kept them before 3.5, and some clients still do."""
    trace = await gateway.get_trace(stores.ARTIFACT)
    assert [span.name for span in trace.spans] == ["agent", "model"]
    assert (trace.spans[0].inputs, trace.spans[1].parent_id, trace.missing) == ({"q": "ü"}, stores.ROOT_ID, None)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc",
        "http://169.254.169.254/latest",
        "{base}/../../secret",
        "{base}/%2e%2e/secret",
        "{base}x/traces",
        "",
    ],
)
def test_spans_are_read_from_the_experiments_artifacts_alone(location: str) -> None:
    """A tag says where they are, and whoever logs a trace can set it: to any file here, or to any address."""
    base = "file:///artifacts/1"
    assert not mlflow_questions.is_within(location.format(base=base), base)
    assert mlflow_questions.is_within(f"{base}/traces/tr-1/artifacts", base)


ARTIFACTS = {
    "mlflow-artifacts:/1/traces/tr-1/artifacts": True,
    "mlflow-artifacts://mlflow.example:5000/1/traces/tr-1/artifacts": False,
    "file:///artifacts/1": False,
}


@pytest.mark.parametrize(("uri", "expected"), ARTIFACTS.items(), ids=ARTIFACTS)
def test_artifacts_that_only_a_server_hands_out_are_known_by_their_uri(uri: str, expected: bool) -> None:
    """A server's own default; MLflow would tell the agent to call `mlflow.set_tracking_uri`, which helps nobody."""
    assert mlflow_questions.is_behind_server(uri) is expected


GONE = {"artifact": (stores.LOST, "could not be read"), "archive": (stores.ARCHIVED, "archive no longer holds them")}


@pytest.mark.parametrize(("trace_id", "reason"), GONE.values(), ids=GONE)
async def test_spans_that_are_gone_are_said_to_be(gateway: MlflowGateway, trace_id: str, reason: str) -> None:
    """The rest of such a trace is still worth reading, but nobody may take it for a trace without spans."""
    trace = await gateway.get_trace(trace_id)
    assert (trace.info.trace_id, trace.spans) == (trace_id, ())
    assert reason in (trace.missing or "")


@pytest.mark.parametrize("trace_id", [stores.UNKNOWN, "", "x'", "\ud800"], ids=["id", "empty", "quote", "surrogate"])
async def test_an_unknown_trace_is_not_found(gateway: MlflowGateway, made: Path, trace_id: str) -> None:
    """The error names the id as it was given and the place where it is not."""
    with pytest.raises(TraceNotFoundError) as raised:
        await gateway.get_trace(trace_id)
    assert str(raised.value) == f'No trace "{trace_id}" in {made}.'


async def test_experiments_are_listed_by_their_last_change(gateway: MlflowGateway) -> None:
    """Deleted ones do not exist for an agent, and the limit holds."""
    assert [found.name for found in await gateway.search_experiments(10)] == ["other", "agent", "Default"]
    assert [found.name for found in await gateway.search_experiments(1)] == ["other"]


async def test_an_experiment_is_found_by_id_and_by_name(gateway: MlflowGateway) -> None:
    """Both ways lead to the same record."""
    found = await gateway.get_experiment("1")
    assert (found.experiment_id, found.name) == ("1", "agent")
    assert await gateway.get_experiment_by_name("agent") == found


@pytest.mark.parametrize("experiment_id", ["3", "77", "", "agent", "9" * 30])
async def test_an_id_that_is_no_active_experiments_is_not_found(gateway: MlflowGateway, experiment_id: str) -> None:
    """Deleted, unknown, or what MLflow itself would take for experiment 0 or fail on."""
    with pytest.raises(ExperimentNotFoundError, match=f'^No experiment with id "{experiment_id}" in /'):
        await gateway.get_experiment(experiment_id)


@pytest.mark.parametrize("name", ["gone", "nosuch", "", "\ud800"], ids=["deleted", "unknown", "empty", "surrogate"])
async def test_a_name_that_is_no_active_experiments_is_not_found(gateway: MlflowGateway, name: str) -> None:
    """As for ids."""
    with pytest.raises(ExperimentNotFoundError, match=f'^No experiment named "{name}" in /'):
        await gateway.get_experiment_by_name(name)


async def test_a_search_in_an_impossible_experiment_is_refused(gateway: MlflowGateway) -> None:
    """MLflow answers INTERNAL_ERROR: invalid literal for int()."""
    with pytest.raises(ExperimentNotFoundError):
        await gateway.search_traces(TraceQuery(("1", "agent")))


REFUSED = {
    "operator": ({"filter": "status == 'OK'"}, "Invalid comparator '==' not one of '{'!=', '=', 'ILIKE',"),
    "OR": ({"filter": "status = 'OK' OR name = 's3cret'"}, "Invalid clause(s) in filter string: 'OR'"),
    "number too large": ({"filter": f"timestamp_ms > {10**30}"}, "Python int too large to convert"),
    "bare word in a list": ({"filter": "status IN (OK)"}, "malformed node or string on line 1: <ast.Name>"),
    "list of attributes": ({"filter": "span.attributes.x IN ('a')"}, "IN expression list"),
    "surrogate": ({"filter": "name = '\ud800'"}, "'utf-8' codec can't encode character"),
    "too many tags": (
        {"filter": " AND ".join(f"tag.k{n} = 's3cret'" for n in range(70))},
        "at most 64 tables in a join",
    ),
    "order": (
        {"order_by": ("latency",)},
        "Invalid attribute key 'latency' specified. Valid keys are '{'end_time', 'end_",
    ),
    "order twice": ({"order_by": ("name", "name")}, "`order_by` contains duplicate fields"),
    "page token": ({"page_token": "x"}, "Invalid page token"),
}


@pytest.mark.parametrize(("arguments", "told"), REFUSED.values(), ids=REFUSED)
async def test_what_mlflow_refuses_is_told_in_its_words(
    gateway: MlflowGateway, arguments: dict[str, Any], told: str
) -> None:
    """One text per mistake (MLflow prints its lists in random order), without the SQL and values it shows in some."""
    with pytest.raises(InvalidFilterError) as raised:
        await gateway.search_traces(TraceQuery(("1",), **arguments))
    assert raised.value.message.partition(": ")[2].startswith(told)
    assert "FROM trace_info" not in str(raised.value) and "s3cret" not in str(raised.value)


async def test_a_failing_statement_is_not_logged(gateway: MlflowGateway, caplog: pytest.LogCaptureFixture) -> None:
    """MLflow logs it with its SQL and the values in it."""
    with pytest.raises(InvalidFilterError):
        await gateway.search_traces(TraceQuery(("1",), **REFUSED["too many tags"][0]))
    assert caplog.text == ""


async def test_a_locked_database_is_told_in_time(database: Path) -> None:
    """MLflow waits 20 s for a lock; the call has half a second."""
    async with opened(f"sqlite:///{database}", timeout_s=0.5) as gateway:
        await opened_in_time(gateway)
        with closing(sqlite3.connect(database)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            started = time.perf_counter()
            with pytest.raises(StoreUnavailableError, match="database is locked"):
                await gateway.search_traces(TRACES)
            assert time.perf_counter() - started < 2
            writer.rollback()


async def opened_in_time(gateway: MlflowGateway) -> None:
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
            await gateway.search_traces(TraceQuery(("1",), filter="request_id RLIKE 'x'"))
        assert raised.value.message == f"{many} gave no answer within the 0.5 s of a call."
        assert "since, until, experiment" in (raised.value.hint or "")
        assert (await gateway.search_traces(TRACES)).traces


def compare_slowly(connection: Any, *_: object) -> None:
    """Each of 1,000 comparisons takes 2 ms, as it would with texts of a megabyte."""
    connection.create_function("regexp", 2, lambda pattern, value: time.sleep(0.002))


async def test_a_cancelled_call_releases_its_caller_and_stops(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent's client went away: the call returns at once, and the work is told to stop."""
    started, stopped = threading.Event(), threading.Event()

    def endless(store: Any, query: TraceQuery) -> Any:
        started.set()
        call = mlflow_gateway_call()
        while not call.is_over:
            time.sleep(0.001)
        stopped.set()

    monkeypatch.setattr(mlflow_questions, "search_traces", endless)
    async with opened(f"sqlite:///{made}") as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(gateway.search_traces, TRACES)
        await anyio.to_thread.run_sync(started.wait, 10)
        tasks.cancel_scope.cancel()
    assert await anyio.to_thread.run_sync(stopped.wait, 10)


def mlflow_gateway_call() -> Any:
    from mcp_traces.store.deadlines import current_call

    return current_call.get()


async def test_no_more_calls_run_at_a_time_than_allowed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call holds a thread and a connection."""
    running, most = set[int](), list[int]()

    def counted(store: Any, query: TraceQuery) -> Any:
        running.add(threading.get_ident())
        most.append(len(running))
        running.discard(threading.get_ident())

    monkeypatch.setattr(mlflow_questions, "search_traces", counted)
    async with opened(f"sqlite:///{made}", max_concurrency=1) as gateway, anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(gateway.search_traces, TRACES)
    assert max(most) == 1


async def test_what_is_not_foreseen_flies_on(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug must reach the log as what it is, and not read as a failing store."""

    def broken(store: Any, query: TraceQuery) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(mlflow_questions, "search_traces", broken)
    async with opened(f"sqlite:///{made}") as gateway:
        with pytest.raises(ZeroDivisionError):
            await gateway.search_traces(TRACES)


@pytest.fixture
async def postgres(postgres_store: RealStore) -> AsyncIterator[MlflowGateway]:
    async with opened(postgres_store.tracking_uri) as gateway:
        yield gateway


async def test_postgresql_is_read(postgres: MlflowGateway, postgres_store: RealStore) -> None:
    """The same questions to a server database."""
    ids = tuple(postgres_store.sample.experiments.values())
    page = await postgres.search_traces(TraceQuery(ids, filter="span.status = 'ERROR'", limit=3))
    assert len(page.traces) == 3
    assert (await postgres.get_trace(page.traces[0].trace_id)).spans
    assert (await postgres.store_info()).kind == "postgresql"


async def test_postgresql_refuses_a_pattern_as_an_argument(postgres: MlflowGateway) -> None:
    """Some mistakes only the database finds; it shows the statement, we do not."""
    with pytest.raises(InvalidFilterError) as raised:
        await postgres.search_traces(TraceQuery(("1",), filter="name RLIKE '('"))
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
    """MLflow would fill it with its tables."""
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
async def test_a_postgresql_that_does_not_let_us_in_says_why(
    postgres_store: RealStore, changes: dict[str, Any], kind: type[StoreError]
) -> None:
    """MLflow would try ten times, for 100 s; the password stays out of the text."""
    url = create_engine(postgres_store.tracking_uri).url.set(**changes)
    async with opened(url.render_as_string(hide_password=False)) as gateway:
        with pytest.raises(kind) as raised:
            await gateway.store_info()
    assert type(raised.value) is kind
    assert "s3cret" not in str(raised.value)


async def test_a_folder_of_mlflow_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file store, through MLflow's own factory, for those who still allow it."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.entities import TraceInfo, TraceLocation, TraceState
    from mlflow.store.tracking.file_store import FileStore

    store = FileStore(str(tmp_path / "mlruns"))
    location = TraceLocation.from_experiment_id("0")
    store.start_trace(TraceInfo("tr-1", location, 1_700_000_000_000, TraceState.OK, tags={"mlflow.traceName": "chat"}))
    async with opened(str(tmp_path / "mlruns")) as gateway:
        assert [trace.name for trace in (await gateway.search_traces(TraceQuery(("0",)))).traces] == ["chat"]
        assert "could not be read" in ((await gateway.get_trace("tr-1")).missing or "")
        assert (await gateway.store_info()).kind == "file"
        with pytest.raises(StoreUnsupportedError, match="does not tell the metric"):
            await gateway.query_trace_metrics(MetricsQuery(("0",), "TRACES", "trace_count"))


NO_STORE = {
    "a folder that is not there": ("{cwd}/mlruns", StoreMissingError),
    "a folder, when MLflow does not allow it": ("{cwd}", StoreUnsupportedError),
    "no scheme of MLflow's": ("gopher://h", StoreUnsupportedError),
}


@pytest.mark.parametrize(("uri", "kind"), NO_STORE.values(), ids=NO_STORE)
async def test_what_is_no_store_is_told_and_not_made(tmp_path: Path, uri: str, kind: type[TracesError]) -> None:
    """MLflow would make a folder with a default experiment in it."""
    async with opened(uri.format(cwd=tmp_path)) as gateway:
        with pytest.raises(kind):
            await gateway.search_traces(TRACES)
    assert files(tmp_path) == {}


class RemoteStore:
    """A store like the one for Databricks, which knows no partial traces."""

    def get_trace_info(self, trace_id: str) -> Any:
        return SimpleNamespace(tags={"mlflow.trace.spansLocation": "TRACKING_STORE"})

    def get_trace(self, trace_id: str, *, allow_partial: bool) -> Any:
        from mlflow.exceptions import MlflowNotImplementedException

        raise MlflowNotImplementedException

    def batch_get_traces(self, trace_ids: list[str], location: str | None) -> list[Any]:
        return [] if "none" in trace_ids[0] else [(trace_ids, location)]


REMOTE = {"experiment": ("tr-1", None), "unity catalog": ("trace:/main.traces/1", "main.traces")}


@pytest.mark.parametrize(("trace_id", "location"), REMOTE.values(), ids=REMOTE)
def test_a_remote_trace_is_fetched_as_mlflows_client_does(trace_id: str, location: str | None) -> None:
    """Databricks gives traces in batches only, those in Unity Catalog by their table."""
    assert mlflow_questions._fetch(RemoteStore(), trace_id, "databricks") == ([trace_id], location)


def test_an_empty_batch_means_that_there_is_no_such_trace() -> None:
    """Databricks answers an unknown id with nothing."""
    with pytest.raises(NotFoundError):
        mlflow_questions._fetch(RemoteStore(), "tr-none", "databricks")


async def test_what_is_loaded_is_looked_at_by_no_collection(made: Path) -> None:
    """Else old objects are looked at too seldom, to save the time, and SQLAlchemy's cycles fill the memory."""
    async with opened(f"sqlite:///{made}") as gateway:
        await gateway.warm_up()
    assert gc.get_freeze_count() > 100_000
    assert gc.get_threshold()[1:] == (5, 5)
