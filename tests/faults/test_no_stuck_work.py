"""Work whose caller has gone is really stopped, in the store and here, and leaves nothing behind."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest

from tests.faults import sqlite_faults
from tests.faults.conversations import DATABASE_TIMEOUT_S, PATIENT_S, Conversation, conversation
from tests.faults.exchanges import good, hang
from tests.faults.faulty_mlflow import faulty_mlflow
from tests.faults.leftovers import (
    Leftovers,
    kept_bytes,
    nothing_more_than,
    nothing_works,
    something_works,
    turns_taken,
)
from tests.faults.postgres import LOCK_TRACES, Postgres
from tests.store.mlflow_stores import SILENT_IMPORT, make_database

pytestmark = [pytest.mark.anyio, pytest.mark.store, pytest.mark.filterwarnings(SILENT_IMPORT)]

CALLS = 200
AT_ONCE = 16
BYTES_PER_CALL = 100_000
"""Less than a call keeps when anything of it is kept: its task, its connection and the frames of its thread."""

SEARCH = {"experiment": "1"}
NORMAL_SPEED_S = 2
"""For a search in a handful of traces, on a busy machine; one that waits for what is stuck takes far longer."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A store that hangs on demand. `busy` waits until it works for us, `idle` until it does no longer."""

    uri: str
    search: dict[str, Any]
    hanging: Callable[[], AbstractAsyncContextManager[None]]
    busy: Callable[[], Awaitable[None]]
    idle: Callable[[], Awaitable[None]]


async def run_out_of_time(told: Conversation, subject: Subject) -> None:
    refused: list[bool | None] = []

    async def call() -> None:
        refused.append((await told.client.call_tool("search_traces", subject.search)).is_error)

    async with anyio.create_task_group() as tasks:
        for _ in range(CALLS):
            tasks.start_soon(call)
    assert refused == [True] * CALLS


async def be_cancelled(told: Conversation, subject: Subject) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(CALLS):
            tasks.start_soon(told.client.call_tool, "search_traces", subject.search)
        await subject.busy()
        tasks.cancel_scope.cancel()


class End(NamedTuple):
    """How calls end without an answer, and how long each may take."""

    calls: Callable[[Conversation, Subject], Awaitable[None]]
    timeout_s: float


ENDS = {"timed out": End(run_out_of_time, DATABASE_TIMEOUT_S), "cancelled": End(be_cancelled, PATIENT_S)}
each_end = pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)


async def check_that_nothing_is_left(subject: Subject, end: End) -> None:
    """Of 200 calls, while the store still hangs: not because it answered at last did they end."""
    async with conversation(subject.uri, {"search_traces": subject.search}, timeout_s=end.timeout_s) as told:
        await fill_pools(told, subject)
        before, memory = Leftovers.now(), kept_bytes()
        async with subject.hanging():
            await end.calls(told, subject)
            with anyio.fail_after(PATIENT_S):
                await subject.idle()
            await nothing_more_than(before)
            assert turns_taken() == 0
        with anyio.fail_after(NORMAL_SPEED_S):
            await told.check_that_all_answer()
        assert kept_bytes() - memory < CALLS * BYTES_PER_CALL


async def fill_pools(told: Conversation, subject: Subject) -> None:
    """What is kept for the next call, is kept from here on."""
    await told.check_that_all_answer()
    async with anyio.create_task_group() as tasks:
        for _ in range(AT_ONCE):
            tasks.start_soon(told.client.call_tool, "search_traces", subject.search)
    await nothing_works()


@each_end
async def test_an_mlflow_server_sees_every_request_closed(end: End) -> None:
    """A worker of MLflow's would otherwise go on for nobody, and MLflow has few."""
    async with faulty_mlflow() as mlflow:

        @asynccontextmanager
        async def hanging() -> AsyncGenerator[None]:
            mlflow.behaviour = hang
            yield
            mlflow.behaviour = good

        async def busy() -> None:
            await mlflow.wait_for_requests(len(mlflow.requests) + 1)

        async def idle() -> None:
            await mlflow.wait_for_connections(0)

        await check_that_nothing_is_left(Subject(mlflow.address, SEARCH, hanging, busy, idle), end)


@pytest.fixture(scope="module")
async def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_database(f"sqlite:///{folder / 'mlflow.db'}", folder)
    # What MLflow imports when a store is first opened takes longer than the calls of these tests have.
    async with conversation(
        f"sqlite:///{folder / 'mlflow.db'}", {"search_traces": SEARCH}, timeout_s=PATIENT_S
    ) as warm:
        await warm.check_that_all_answer()
    return folder / "mlflow.db"


@each_end
async def test_no_thread_waits_for_a_locked_file(end: End, database: Path) -> None:
    """SQLite's own wait for a lock knows no interrupt."""

    @asynccontextmanager
    async def hanging() -> AsyncGenerator[None]:
        with sqlite_faults.locked(database):
            yield

    async def idle() -> None:
        """The file knows nothing of its readers."""

    await check_that_nothing_is_left(Subject(f"sqlite:///{database}", SEARCH, hanging, something_works, idle), end)


@each_end
async def test_postgresql_stops_every_statement(end: End, postgres: Postgres) -> None:
    """The lock is held all the while: had nobody cancelled them, its statements would still wait for it."""

    @asynccontextmanager
    async def hanging() -> AsyncGenerator[None]:
        with postgres.admin.connect() as holder:
            holder.execute(LOCK_TRACES)
            yield

    subject = Subject(postgres.uri, postgres.calls["search_traces"], hanging, *seen_by(postgres))
    await check_that_nothing_is_left(subject, end)


def seen_by(postgres: Postgres) -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]:
    return lambda: postgres.wait_for_waiting(1), lambda: postgres.wait_for_statements(0)


@each_end
async def test_no_thread_waits_for_a_postgresql_that_is_lost(end: End, postgres: Postgres) -> None:
    """Neither an answer nor a word to a request to cancel comes from there; we hang up."""

    @asynccontextmanager
    async def hanging() -> AsyncGenerator[None]:
        postgres.proxy.hold_back()
        yield
        postgres.proxy.let_through()

    async def idle() -> None:
        await postgres.proxy.wait_for_connections(AT_ONCE)

    subject = Subject(postgres.uri, postgres.calls["search_traces"], hanging, something_works, idle)
    await check_that_nothing_is_left(subject, end)
