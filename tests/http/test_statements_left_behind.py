"""A statement of query_traces ends with the connection of whoever asked, and with the service; none shares another's
process."""

from contextlib import suppress
from pathlib import Path

import anyio
import httpx2
import pytest

from tests.builders import make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.http.conftest import MCP_HEADERS, a_call
from tests.http.served import OWN, served, user
from tests.query.planted import ENDLESS
from tests.query.test_processes import ON_LINUX, cpu_ticks, is_gone, until

pytestmark = [pytest.mark.anyio, ON_LINUX]


def statements() -> list[int]:
    """The processes of statements that this process started."""
    started = [
        int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()
    ]
    return [
        pid for pid in started if not is_gone(pid) and b"mcp_traces.query" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def working() -> list[int]:
    return [pid for pid in statements() if cpu_ticks(pid) > 30]


async def test_a_client_that_disconnects_leaves_no_statement() -> None:
    before = statements()
    async with served(FakeTraceGateway([make_trace()]), timeout_s=60) as address:
        async with httpx2.AsyncClient(headers=MCP_HEADERS, timeout=60) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(
                lambda: client.post(f"{address}/mcp", json=a_call("query_traces", experiment="1", sql=ENDLESS))
            )
            await until(lambda: bool(working()), "a statement at work")
            tasks.cancel_scope.cancel()
        await until(lambda: statements() == before, "it ends")


async def test_a_service_that_stops_leaves_no_statement() -> None:
    before = statements()
    async with anyio.create_task_group() as tasks:
        async with served(FakeTraceGateway([make_trace()]), timeout_s=60) as address:
            client = httpx2.AsyncClient(headers=MCP_HEADERS, timeout=60)

            async def ask() -> None:
                with suppress(httpx2.RemoteProtocolError):
                    await client.post(f"{address}/mcp", json=a_call("query_traces", experiment="1", sql=ENDLESS))

            tasks.start_soon(ask)
            await until(lambda: bool(working()), "a statement at work")
            await client.post(f"{address}/mcp", json=a_call("query_traces", experiment="1", sql="SELECT 1"))
        await until(lambda: statements() == before, "all end")
        tasks.cancel_scope.cancel()
        await client.aclose()


async def test_who_brings_other_credentials_for_mlflow_has_another_process() -> None:
    """Also behind one name: MLflow may show one of them what it does not show the other."""
    before = statements()
    gateway = FakeTraceGateway([make_trace()])
    seen: list[set[int]] = []
    async with served(gateway, timeout_s=60, mlflow_credentials="caller") as address:
        for credentials in ("Basic YTph", "Basic YTph", "Basic Yjpi"):
            async with user(address, {OWN: credentials}) as caller:
                await caller.call("query_traces", experiment="1", sql="SELECT count(*) FROM traces")
            seen.append({*statements()} - {*before})
    assert [len(one) for one in seen] == [1, 1, 2]
    assert seen[0] == seen[1] and seen[0] < seen[2]
    assert gateway.users.count("Basic Yjpi") >= 1
