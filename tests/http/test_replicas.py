"""Two replicas behind a real nginx, over a real MLflow server: who answers is nothing a client can notice."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from mcp import Client

from tests.http.http_process import HttpServer, call, http_server
from tests.http.proxy import ROOT, Proxy, find_nginx, proxy, why_no_nginx
from tests.stdio_process import ERAS, Era
from tests.stores import RealStore, free_port

pytestmark = pytest.mark.store

EXPERIMENT = "support-assistant"
CALLS = 250
"""Of each era, so 500 in all."""
CLIENTS_AT_ONCE = 4
CLIENTS = ROOT / "tests" / "clients"
MODES = {"2025-11-25": "legacy", "2026-07-28": "auto"}


class Replica:
    """One `mcp-traces` on a port that it keeps over its restarts."""

    def __init__(self, folder: Path, tracking_uri: str) -> None:
        self.port = free_port()
        self._folder, self._tracking_uri = folder, tracking_uri
        self._running = ExitStack()
        self.start()

    def start(self) -> None:
        arguments = ("--port", str(self.port), "--tracking-uri", self._tracking_uri)
        self.server: HttpServer = self._running.enter_context(http_server(self._folder, *arguments))

    def stop(self) -> int:
        exit_code, _ = self.server.stop()
        self.close()
        return exit_code

    def close(self) -> None:
        self._running.close()


@dataclass(frozen=True, slots=True)
class Fleet:
    replicas: tuple[Replica, Replica]
    proxy: Proxy
    store: RealStore


@pytest.fixture(scope="module")
def fleet(server_store: RealStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    if (nginx := find_nginx()) is None:
        pytest.skip(why_no_nginx())
    folder = tmp_path_factory.mktemp("fleet")
    with ExitStack() as stack:
        replicas = (Replica(folder, server_store.tracking_uri), Replica(folder, server_store.tracking_uri))
        for one in replicas:
            stack.callback(one.close)
        addresses = [f"127.0.0.1:{one.port}" for one in replicas]
        yield Fleet(replicas, stack.enter_context(proxy(nginx, folder, free_port(), addresses)), server_store)


@dataclass(slots=True)
class Reading:
    """What several clients read, and what went wrong for any."""

    calls: int = 0
    walks: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    restarted: bool = False

    @property
    def is_enough(self) -> bool:
        return self.calls >= CALLS and self.restarted

    async def read(self, url: str, era: Era) -> None:
        async with Client(url, mode=MODES[era]) as client:
            assert client.protocol_version == era
            while not self.is_enough:
                await self._walk(client)

    async def _walk(self, client: Client) -> None:
        """Search, page on, open a trace."""
        first = await self._call(client, "search_traces", experiment=EXPERIMENT, limit=2)
        second = await self._call(client, "search_traces", experiment=EXPERIMENT, limit=2, cursor=first["next_cursor"])
        ids = tuple(row["trace_id"] for row in (*first["traces"], *second["traces"]))
        opened = await self._call(client, "get_trace", trace_id=ids[-1])
        self.walks.add((*ids, opened["trace"]["trace_id"]))

    async def _call(self, client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error and result.structured_content is not None, result.content
        self.calls += 1
        return result.structured_content


def _restart_each(fleet: Fleet, reading: Reading) -> list[int]:
    """One after the other, as an upgrade does; the exit codes."""
    exit_codes: list[int] = []
    for replica in fleet.replicas:
        exit_codes.append(replica.stop())
        replica.start()
    reading.restarted = True
    return exit_codes


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_no_call_fails_while_replicas_are_restarted(fleet: Fleet, era: Era) -> None:
    """Stateless: no call belongs to a replica, so an upgrade needs no hour at which nobody works.

    Four clients stay connected throughout and each walk must read the same.
    """
    reading, before = Reading(), len(fleet.proxy.requests)

    async with anyio.create_task_group() as tasks:
        for _ in range(CLIENTS_AT_ONCE):
            tasks.start_soon(reading.read, fleet.proxy.url, era)
        exit_codes = await anyio.to_thread.run_sync(_restart_each, fleet, reading)

    lines = fleet.proxy.requests[before:]
    answered_by = {replica.port: sum(f":{replica.port} " in line for line in lines) for replica in fleet.replicas}
    passed_on = [line for line in lines if ", " in line]
    print(f"{era}: {reading.calls} calls, by {answered_by}, {len(passed_on)} passed on to the other replica")
    assert exit_codes == [0, 0]
    assert reading.calls >= CALLS
    assert len(reading.walks) == 1
    assert all(count > CALLS / 10 for count in answered_by.values())
    assert passed_on, "nothing was asked of a replica that was away: this proved less than it says"


@pytest.mark.parametrize("era", ERAS)
def test_a_cursor_of_one_replica_is_taken_up_by_the_other(fleet: Fleet, era: Era) -> None:
    """All that the next page needs is in the cursor; nothing of it is in the replica that made it."""
    one, other = (replica.server.url for replica in fleet.replicas)
    first = _structured(call(one, era, experiment=EXPERIMENT, limit=3))

    pages = [
        _structured(call(url, era, experiment=EXPERIMENT, limit=3, cursor=first["next_cursor"])) for url in (one, other)
    ]

    assert pages[0] == pages[1]
    assert not {row["trace_id"] for row in first["traces"]} & {row["trace_id"] for row in pages[1]["traces"]}


def _structured(answer: Any) -> dict[str, Any]:
    """The result in an answer, be it JSON or the one event of a stream."""
    assert answer.status_code == 200, answer.text
    text = answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        (text,) = (line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: {"))
    return json.loads(text)["result"]["structuredContent"]


def node(script: str, *arguments: str) -> Any:
    """What a script with one of the Node clients printed; skips where they are not installed."""
    executable = shutil.which("node")
    if executable is None or not (CLIENTS / "node_modules" / ".installed").exists():
        said = CLIENTS / "why-not"
        pytest.skip(f"no Node clients: {said.read_text().strip() if said.exists() else '`make test` installs them'}")
    done = subprocess.run(
        [executable, script, *arguments], cwd=CLIENTS, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("client", ["sdk", "client-legacy", "client-auto"])
def test_the_typescript_clients_read_through_the_proxy(fleet: Fleet, client: str) -> None:
    """Both of its packages, the second in both eras: most clients that people use are built on one of them."""
    plan = {"search": {"experiment": EXPERIMENT, "limit": 2}, "wrong": {"limit": 0}}

    read = node("drivers/walk.mjs", json.dumps({"url": fleet.proxy.url}), json.dumps(plan), client)

    assert {"search_traces", "get_trace", "describe_filter_syntax"} <= set(read["tools"])
    first, second = read["pages"]
    assert len({*first, *second}) == 4
    assert read["opened"] == second[0]
    assert "`limit`" in read["error"]


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector_reads_through_the_proxy(fleet: Fleet, era: str) -> None:
    """What people debug a server with."""

    def inspect(tool: str, **arguments: Any) -> dict[str, Any]:
        launcher = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
        target = ("--cli", fleet.proxy.url, "--transport", "http", "--protocol-era", era, "--format", "json")
        asked = ("--method", "tools/call", "--tool-name", tool, "--tool-args-json", json.dumps(arguments))
        answer = node(launcher, *target, *asked)
        return answer.get("result", answer)["structuredContent"]

    first = inspect("search_traces", experiment=EXPERIMENT, limit=2)
    second = inspect("search_traces", experiment=EXPERIMENT, limit=2, cursor=first["next_cursor"])
    trace_id = second["traces"][0]["trace_id"]
    assert inspect("get_trace", trace_id=trace_id)["trace"]["trace_id"] == trace_id
