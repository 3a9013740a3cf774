"""Over stdio, as most clients speak to it: a store that hangs, calls that are given up, and then a quick answer."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
import pytest

from tests.faults.conversations import MARGIN_S, PASSWORD, TIMEOUT_S, USER
from tests.faults.exchanges import good, hang
from tests.faults.faulty_mlflow import FaultyMlflow, faulty_mlflow
from tests.faults.told import row_with
from tests.stdio_process import ERAS, Era, StdioServer, serving

pytestmark = pytest.mark.anyio

Answer = TypeVar("Answer")
CALLS = 20
PATIENT_S = 60


async def in_thread(work: Callable[[], Answer]) -> Answer:
    """The server under test is spoken to in lines that block, and its store answers in this loop."""
    return await anyio.to_thread.run_sync(work)


@asynccontextmanager
async def hanging_server(folder: Path, era: Era, timeout_s: float) -> AsyncGenerator[tuple[StdioServer, FaultyMlflow]]:
    """A server that has answered a search, over a store that hangs from now on; answers one again at the end."""
    async with faulty_mlflow() as mlflow:
        uri = mlflow.address.replace("://", f"://{USER}:{PASSWORD}@")
        process = serving(folder, "--tracking-uri", uri, era=era, MCP_TRACES_TIMEOUT_S=str(timeout_s))
        server = await in_thread(process.__enter__)
        try:
            await in_thread(server.greet)
            await in_thread(lambda: server.call("search_traces", experiment="1"))
            mlflow.behaviour = hang
            yield server, mlflow
            mlflow.behaviour = good
            with anyio.fail_after(MARGIN_S):
                await in_thread(lambda: server.call("search_traces", experiment="1"))
        finally:
            await in_thread(lambda: process.__exit__(None, None, None))
    assert PASSWORD not in server.log and USER not in server.log


@pytest.mark.parametrize("era", ERAS)
async def test_calls_that_are_cancelled_let_go_of_the_store(era: Era, tmp_path: Path) -> None:
    """Long before they would have run out of time: the agent's user pressed stop and asks something else."""
    async with hanging_server(tmp_path, era, PATIENT_S) as (server, mlflow):
        asked = len(mlflow.requests)
        calls = [server.request_call("search_traces", experiment="1") for _ in range(CALLS)]
        with anyio.fail_after(PATIENT_S / 2):
            await mlflow.wait_for_requests(asked + 1)
            for one in calls:
                server.write({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": one}})
            await mlflow.wait_for_connections(0)


async def test_calls_that_run_out_of_time_are_told_so(tmp_path: Path) -> None:
    """Each of them, at the time of one."""
    async with hanging_server(tmp_path, "2025-11-25", TIMEOUT_S) as (server, mlflow):
        calls = [server.request_call("search_traces", experiment="1") for _ in range(CALLS)]
        with anyio.fail_after(TIMEOUT_S + MARGIN_S):
            for one in calls:
                result = (await in_thread(lambda one=one: server.answer(one)))["result"]
                assert result["isError"]
                assert row_with("took longer than").tells_of(result["content"][0]["text"])
            await mlflow.wait_for_connections(0)
