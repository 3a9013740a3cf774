"""The processes of statements: whose they are, what happens when one dies, and that none is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import to_thread
from mcp import Client
from mcp.types import TextContent

from mcp_traces.errors import BusyError, StoreUnsupportedError
from mcp_traces.query import sandbox
from mcp_traces.query.sandbox import MAX_PROCESSES, Sandbox, Sandboxes, environment_of
from mcp_traces.records import Experiment
from mcp_traces.server import TracesServer, build_server
from mcp_traces.settings import Settings
from mcp_traces.shaping.tables import sqlite_tables
from tests.builders import START_MS, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.faults.leftovers import Leftovers, nothing_more_than
from tests.query.planted import ENDLESS, ENDLESS_FUNCTION, fill
from tests.stdio_process import serving
from tests.stores import RealStore

pytestmark = pytest.mark.anyio

GONE_WITHIN_S = 20
"""Two seconds are promised; a busy machine may take longer to end a process."""

ON_LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")

ONE, TWO = Experiment("1", "one", START_MS), Experiment("2", "two", START_MS)


def store(uri: Any = DATABASE) -> FakeTraceGateway:
    traces = [
        make_trace(
            make_span(f"root-{experiment.experiment_id}", span_id=f"{number:016x}"),
            make_span("step", span_id=f"{number + 100:016x}", parent_id=f"{number:016x}"),
            info=make_trace_info(f"tr-{experiment.experiment_id}-{number}", experiment_id=experiment.experiment_id),
        )
        for experiment in (ONE, TWO)
        for number in range(3)
    ]
    return FakeTraceGateway(traces, [ONE, TWO], uri)


class Asked:
    """A client of a server of its own, and the processes of that."""

    def __init__(self, server: TracesServer, client: Client) -> None:
        self._client = client
        self.boxes: Sandboxes = server._state.sandboxes  # pyright: ignore[reportPrivateUsage]

    async def query(self, sql: str, **arguments: Any) -> dict[str, Any] | str:
        """The result, or the text of the error."""
        return await self.call("query_traces", sql=sql, **{"experiment": "1"} | arguments)

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any] | str:
        result = await self._client.call_tool(tool, arguments)
        (block,) = result.content
        assert isinstance(block, TextContent)
        return block.text if result.is_error else json.loads(block.text)

    async def rows(self, sql: str, **arguments: Any) -> list[list[Any]]:
        answer = await self.query(sql, **arguments)
        assert isinstance(answer, dict), answer
        return answer["rows"]

    async def busy(self) -> Sandbox:
        """The process that works, once one does."""
        await until(lambda: bool(self.boxes._busy), "a process at work")  # pyright: ignore[reportPrivateUsage]
        (box, *_) = self.boxes._busy  # pyright: ignore[reportPrivateUsage]
        await until(lambda: cpu_ticks(box.pid) > 30, "a statement at work")
        return box


@asynccontextmanager
async def asked(gateway: FakeTraceGateway | None = None, **settings: Any) -> AsyncGenerator[Asked]:
    server = build_server(Settings(**{"log_level": "ERROR"} | settings), gateway or store())
    async with Client(server) as client:
        yield Asked(server, client)


async def until(condition: Callable[[], bool], what: str) -> None:
    await to_thread.run_sync(wait_until, condition, what)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """No event tells of what another process does."""
    end = time.monotonic() + GONE_WITHIN_S
    while not condition():
        assert time.monotonic() < end, f"{what} within {GONE_WITHIN_S} s"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Whether it is gone, or waits to be: init may be slow to bury what it adopted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


def cpu_ticks(pid: int) -> int:
    """Hundredths of a second that it worked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return int(fields[11]) + int(fields[12])


@ON_LINUX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT], ids=lambda one: one.name)
async def test_a_process_that_dies_is_an_error_of_its_call_alone(number: signal.Signals) -> None:
    """As the system ends one that takes too much, and as a fault of SQLite's would."""
    answers: list[dict[str, Any] | str] = []

    async with asked() as client:

        async def ask() -> None:
            answers.append(await client.query(ENDLESS))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            box = await client.busy()
            os.kill(box.pid, number)
        assert answers == [
            "`sql` takes more memory than one statement may. Narrow it: since, filter or span_name load less; group "
            "before you join; select fewer and shorter columns."
        ]
        assert await client.rows("SELECT count(*) FROM traces") == [[3]]


@ON_LINUX
@pytest.mark.parametrize("statement", [ENDLESS, ENDLESS_FUNCTION], ids=["looks at the deadline", "does not"])
async def test_a_call_that_is_cancelled_leaves_nothing(statement: str) -> None:
    async with asked() as client:
        assert await client.rows("SELECT count(*) FROM traces") == [[3]]
        before = Leftovers.now()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.query, statement)
            box = await client.busy()
            tasks.cancel_scope.cancel()
        await until(lambda: is_gone(box.pid), "the process ends")
        await nothing_more_than(before)
        assert await client.rows("SELECT count(*) FROM traces") == [[3]]


@ON_LINUX
@pytest.mark.parametrize("statement", [ENDLESS, ENDLESS_FUNCTION], ids=["looks at the deadline", "does not"])
async def test_a_call_whose_time_is_over_says_how_to_narrow_it_and_leaves_nothing(statement: str) -> None:
    async with asked(timeout_s=3) as client:
        before = Leftovers.now()
        assert await client.query(statement) == (
            "`sql` did not end within 2.7 s and was stopped. Narrow it: since, filter or span_name load less; join "
            "tables by trace_id; end recursive WITH by LIMIT."
        )
        assert not client.boxes._busy and not client.boxes._idle  # pyright: ignore[reportPrivateUsage]
        await nothing_more_than(before)
        assert await client.rows("SELECT count(*) FROM traces") == [[3]]


@ON_LINUX
async def test_a_server_that_ends_ends_its_processes() -> None:
    """Those that work, and those that wait."""
    async with asked() as client, anyio.create_task_group() as tasks:
        await client.rows("SELECT count(*) FROM traces")
        ((_, idle),) = client.boxes._idle.values()  # pyright: ignore[reportPrivateUsage]
        tasks.start_soon(client.query, ENDLESS)
        busy = await client.busy()
        async with client.boxes.use("another") as other:
            other.prepare("SELECT 1")
        client.boxes.close()
        await until(lambda: all(is_gone(one.pid) for one in (idle, busy, other)), "all end")


KILLED_PARENT = """\
import os, sys, threading
from mcp_traces.query.sandbox import Sandbox
from mcp_traces.shaping.tables import sqlite_tables
box = Sandbox(sqlite_tables())
box.prepare("SELECT 1")
statement = sys.argv[1]
if statement:
    threading.Thread(target=box.run, args=(statement, 3.0, 1_000)).start()
print(box.pid, flush=True)
threading.Event().wait()
"""


@ON_LINUX
@pytest.mark.parametrize("statement", ["", ENDLESS, ENDLESS_FUNCTION], ids=["waits", "looks", "does not look"])
def test_a_process_ends_when_its_parent_is_killed(statement: str) -> None:
    """One that waits sees the end of its input; one that works looks for its parent, or ends when its time is over."""
    parent = subprocess.Popen(
        [sys.executable, "-c", KILLED_PARENT, statement], stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        if statement:
            wait_until(lambda: cpu_ticks(pid) > 30, "a statement at work")
    finally:
        parent.kill()
        parent.communicate()
    wait_until(lambda: is_gone(pid), "the process ends")


@ON_LINUX
@pytest.mark.store
@pytest.mark.parametrize("way", ["killed", "hung up"])
def test_a_server_over_stdio_leaves_no_process(way: str, sqlite_store: RealStore, tmp_path: Path) -> None:
    """A client that ends closes stdin, or kills its servers."""
    environment = {"MLFLOW_TRACKING_URI": sqlite_store.tracking_uri, "MCP_TRACES_EXPERIMENT": "1"}
    with serving(tmp_path, **environment) as server:
        server.greet()
        server.call("query_traces", sql="SELECT count(*) FROM traces")
        server.request_call("query_traces", sql=ENDLESS)

        def children() -> list[int]:
            tasks = Path(f"/proc/{server.process.pid}/task").glob("*/children")
            return [int(pid) for task in tasks for pid in task.read_text().split()]

        wait_until(lambda: any(cpu_ticks(pid) > 60 for pid in children()), "a statement at work")
        pids = children()
        if way == "killed":
            server.process.kill()
            server.process.wait()
        else:
            server.hang_up()
        wait_until(lambda: all(map(is_gone, pids)), "the processes end")


async def test_statements_do_not_hold_up_other_calls() -> None:
    """Ten at once; that two of them run, and eight wait for a turn, is no concern of a search."""
    async with asked(timeout_s=60) as client:
        ended: list[object] = []

        async def ask() -> None:
            ended.append(await client.query(ENDLESS))

        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(ask)
            await client.busy()
            with anyio.fail_after(20):
                for _ in range(5):
                    found = await client.call("search_traces", experiment="1")
                    assert isinstance(found, dict) and found["returned"] == 3
            assert not ended
            assert len(client.boxes._busy) <= MAX_PROCESSES  # pyright: ignore[reportPrivateUsage]
            tasks.cancel_scope.cancel()


async def test_a_statement_that_gets_no_turn_says_so() -> None:
    """Before the time of its call is over, which would blame the store."""
    async with asked(timeout_s=3) as client:
        async with client.boxes.use("a"), client.boxes.use("b"):
            assert await client.query("SELECT 1") == (
                "2 statements of query_traces run already, and none ended in time. Retry it in a few seconds; "
                "summarize_traces needs no such turn."
            )
        assert await client.rows("SELECT 1") == [[1]]


async def test_nobody_waits_for_all_that_another_caller_sent() -> None:
    """The next turn is that of whoever has none; among equals, of whoever waited longest."""
    boxes = Sandboxes(sqlite_tables())
    ends: dict[str, anyio.Event] = {}
    begun: list[str] = []

    async def ask(name: str) -> None:
        ends[name] = anyio.Event()
        async with boxes.use(name.rstrip("0123456789")):
            begun.append(name)
            await ends[name].wait()

    async with anyio.create_task_group() as tasks:
        for name in ("ann1", "ann2", "ann3", "ann4", "bob1", "bob2"):
            tasks.start_soon(ask, name)
            await anyio.wait_all_tasks_blocked()
        for number, name in enumerate(("ann1", "ann2", "bob1", "ann3", "bob2", "ann4")):
            await until(lambda so_far=number: len(begun) >= min(so_far + 2, 6), "the next begins")
            ends[name].set()
    assert begun == ["ann1", "ann2", "bob1", "ann3", "bob2", "ann4"]
    assert not boxes._running and not boxes._waiting  # pyright: ignore[reportPrivateUsage]
    boxes.close()


async def test_a_caller_that_gives_up_keeps_no_turn() -> None:
    """While it waits, or at the very moment at which its turn comes."""
    boxes = Sandboxes(sqlite_tables())
    async with boxes.use("a"), boxes.use("b"), anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(_use, boxes, "c")
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(_use, boxes, "d")
        await anyio.wait_all_tasks_blocked()
        boxes._end_turn("b")  # pyright: ignore[reportPrivateUsage]
        tasks.cancel_scope.cancel()
    assert not boxes._running and not boxes._waiting  # pyright: ignore[reportPrivateUsage]
    with anyio.fail_after(GONE_WITHIN_S):
        async with boxes.use("a"), boxes.use("b"):
            pass
    boxes.close()


async def _use(boxes: Sandboxes, key: str) -> None:
    async with boxes.use(key):
        await anyio.sleep_forever()


async def test_a_process_waits_for_its_own_caller_only() -> None:
    """There are never more than so many, and the one that waited longest makes room."""
    boxes = Sandboxes(sqlite_tables())
    pids: dict[str, int] = {}
    for key in ("ann", "bob", "cleo"):
        async with boxes.use(key) as box:
            fill(box)
            pids[key] = box.pid
    assert len(set(pids.values())) == 3
    async with boxes.use("cleo") as box:
        assert box.pid == pids["cleo"]
        async with boxes.use("cleo") as second:
            assert second.pid not in pids.values()
            assert second.prepare("SELECT 1") and second.run("SELECT count(*) FROM traces", 10, 1_000)["rows"] == [[0]]
    async with boxes.use("ann") as box:
        assert box.pid not in pids.values()
    assert len(boxes._idle) == MAX_PROCESSES  # pyright: ignore[reportPrivateUsage]
    boxes.close()


async def test_a_process_in_use_is_not_the_next_callers_however_its_call_ends() -> None:
    boxes = Sandboxes(sqlite_tables())
    with pytest.raises(ZeroDivisionError):
        async with boxes.use("ann") as failed:
            raise ZeroDivisionError
    with pytest.raises(BusyError):
        async with boxes.use("ann") as kept:
            raise BusyError("x", "y")
    async with boxes.use("ann") as box:
        assert failed.is_broken and box is kept and box is not failed
        box.is_broken = True
    async with boxes.use("ann") as box:
        assert box is not kept
    boxes.close()


SELECTIONS: list[dict[str, Any]] = [
    {"experiment": "1"},
    {"experiment": "2"},
    {"experiment": "1,2"},
    {"experiment": "1", "filter": "trace.name = 'root-2'"},
    {"experiment": "1,2", "filter": "trace.name = 'root-2'"},
    {"experiment": "1,2", "span_name": "step"},
    {"experiment": "1", "span_name": "root-1"},
    {"experiment": "1", "until": "2020-01-01"},
]
STATEMENTS = [
    "SELECT count(*), min(trace_id), max(name) FROM traces",
    "SELECT count(*), min(trace_id), max(name) FROM spans",
    "SELECT trace_id, count(*) FROM traces JOIN spans USING (trace_id) GROUP BY trace_id",
    "SELECT count(*) FROM assessments, traces",
    "SELECT count(*), max(text) FROM messages",
]


@pytest.mark.parametrize("uri", [DATABASE, None], ids=["database", "server"])
async def test_a_warm_process_shows_no_row_of_an_earlier_selection(uri: Any) -> None:
    """Nor of one that failed while it was loaded: each answer is that of a server that was asked nothing before."""
    arguments = [{"sql": sql} | selection for selection in SELECTIONS for sql in STATEMENTS]
    gateways = [store(uri) if uri else store(FakeTraceGateway()._store) for _ in range(2)]  # pyright: ignore[reportPrivateUsage]
    fresh: list[Any] = []
    for one in arguments:
        async with asked(gateways[0]) as client:
            answer = await client.query(**one)
            assert isinstance(answer, dict), answer
            fresh.append(answer)
    order = [(7 * number) % len(arguments) for number in range(3 * len(arguments))]
    async with asked(gateways[1]) as client:
        for number, index in enumerate(order):
            if number % 5 == 0:
                gateways[1].fail_with = BusyError("The store is busy.", "Retry.")
                assert isinstance(await client.query(**arguments[order[number - 1]]), str)
                gateways[1].fail_with = None
            answer = await client.query(**arguments[index])
            assert isinstance(answer, dict)
            assert answer["rows"] == fresh[index]["rows"], arguments[index]
        assert len(client.boxes._idle) == 1  # pyright: ignore[reportPrivateUsage]


async def test_a_machine_on_which_no_process_starts_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tools need none."""
    async with asked() as client:
        for python, told in {
            "/nonexistent/python": "which could not be started: No such file or directory. summarize_traces and",
            "/bin/false": "which ended before its first answer (exit code 1). summarize_traces and search_traces",
        }.items():
            monkeypatch.setattr(sandbox.sys, "executable", python)
            answer = await client.query("SELECT 1")
            assert isinstance(answer, str) and told in answer
        monkeypatch.undo()
        assert await client.rows("SELECT 1") == [[1]]
    with pytest.raises(StoreUnsupportedError):
        monkeypatch.setattr(sandbox.sys, "executable", "/nonexistent/python")
        Sandbox(sqlite_tables())


def test_a_process_gets_no_variables_but_those_that_python_needs() -> None:
    """Windows starts no program without SYSTEMROOT; some Pythons find their libraries by a path."""
    named = {"PATH": "/bin", "MLFLOW_TRACKING_PASSWORD": "secret", "PYTHONPATH": "/tmp", "LD_PRELOAD": "/x.so"}
    needed = {"SYSTEMROOT": r"C:\Windows", "LD_LIBRARY_PATH": "/opt/lib"}
    assert environment_of(named | needed) == needed
    assert environment_of({}) == {}


@ON_LINUX
def test_a_process_holds_no_file_of_its_parent(tmp_path: Path) -> None:
    """Neither the database, nor a socket, nor a client's pipe."""
    with (tmp_path / "open.db").open("wb"), Path(os.devnull).open() as also:
        os.set_inheritable(also.fileno(), True)
        box = Sandbox(sqlite_tables())
        try:
            box.prepare("SELECT 1")
            opened = {int(path.name) for path in Path(f"/proc/{box.pid}/fd").iterdir()}
            environment = Path(f"/proc/{box.pid}/environ").read_bytes()
        finally:
            box.kill()
    assert opened == {0, 1, 2}
    assert b"PATH=" not in environment


def test_killing_a_process_twice_and_using_it_after_is_an_error_and_no_more() -> None:
    box = Sandbox(sqlite_tables())
    box.prepare("SELECT 1")
    box.kill()
    box.kill()
    for use in (lambda: box.prepare("SELECT 1"), lambda: box.load("traces", ["trace_id"], [("x",)])):
        with pytest.raises(sandbox.SandboxGoneError):
            use()


async def test_an_idle_process_is_ended_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "KEPT_S", 0.05)
    boxes = Sandboxes(sqlite_tables())
    async with boxes.use("ann") as box:
        box.prepare("SELECT 1")
    assert not box.is_broken
    await until(lambda: box.is_broken, "the process is ended")
    assert not boxes._idle  # pyright: ignore[reportPrivateUsage]
