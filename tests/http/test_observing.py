"""What there is to see of the service: health, metrics, the audit line, request ids; and what there is not."""

import json
import logging
from typing import Any

import pytest
from starlette.applications import Starlette

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.http.app import build_app
from mcp_traces.http.audit import AuditLog, Observers
from mcp_traces.http.gate import Entrance
from mcp_traces.http.metrics import CallMetrics
from mcp_traces.logs import JsonFormatter
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceQuery
from mcp_traces.turns import Turns
from tests.builders import make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.http.conftest import MCP_HEADERS, a_call, asking

pytestmark = pytest.mark.anyio


def service(gateway: FakeTraceGateway, **fields: Any) -> Starlette:
    settings = Settings(**fields)
    turns = Turns(settings.calls_per_caller, settings.waiting_per_caller)
    metrics = CallMetrics(lambda: turns.waiting)
    server = build_server(settings, gateway, turns=turns, observer=Observers([AuditLog(), metrics]))
    return build_app(settings, server, gateway, Entrance(), metrics)


async def test_health_is_told_to_everybody_and_nothing_else() -> None:
    """A balancer needs to know whether the store answers; a stranger must not learn which it is."""
    gateway = FakeTraceGateway()
    async with asking(service(gateway)) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json() == {"status": "ready", "checked": ["store"]}

        gateway.fail_with = StoreUnavailableError("postgresql://secret-host/mlflow is gone.")
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (
            503,
            {"status": "not ready", "checked": ["store"], "problem": "store_unavailable"},
        )
        assert (await client.get("/healthz")).status_code == 200


async def test_metrics_count_calls_by_how_they_went() -> None:
    """Right ones, foreseen errors by kind, wrong arguments; with time, MLflow's part of it, and size."""
    gateway = FakeTraceGateway([make_trace()])
    async with asking(service(gateway), **MCP_HEADERS) as client:
        await client.post("/mcp", json=a_call("search_traces", experiment="1"))
        await client.post("/mcp", json=a_call("search_traces", experiment="none"))
        await client.post("/mcp", json=a_call("search_traces", limit="many"))
        gateway.fail_with = StoreUnavailableError("gone")
        await client.post("/mcp", json=a_call("get_trace", trace_id="tr-1"))
        page = (await client.get("/metrics")).text

    lines = set(page.splitlines())
    for outcome in ("ok", "experiment_not_found", "invalid_arguments"):
        assert f'mcp_traces_calls_total{{outcome="{outcome}",tool="search_traces"}} 1.0' in lines
    assert 'mcp_traces_calls_total{outcome="store_unavailable",tool="get_trace"} 1.0' in lines
    assert 'mcp_traces_call_seconds_count{tool="search_traces"} 3.0' in lines
    assert 'mcp_traces_mlflow_seconds_count{tool="search_traces"} 3.0' in lines
    assert 'mcp_traces_calls_in_flight{tool="search_traces"} 0.0' in lines
    assert "mcp_traces_calls_waiting 0.0" in lines
    assert any(line.startswith("process_resident_memory_bytes") for line in lines)


async def test_tools_that_callers_make_up_are_counted_as_one(caplog: pytest.LogCaptureFixture) -> None:
    """A label for each would let any caller fill the memory, and a log may not hold whatever they write."""
    caplog.set_level(logging.INFO, "mcp_traces.audit")
    async with asking(service(FakeTraceGateway()), **MCP_HEADERS) as client:
        for made_up in ("delete_trace", "made-up-" * 5_000):
            answer = (await client.post("/mcp", json=a_call(made_up))).text
            assert "There are: search_traces, get_trace, " in answer
            assert len(answer) < 1_000
        page = (await client.get("/metrics")).text

    assert 'mcp_traces_calls_total{outcome="not_found",tool="unknown"} 2.0' in page.splitlines()
    told = [record.getMessage() for record in caplog.records if record.name == "mcp_traces.audit"]
    assert len(told) == 2 and all("tool='unknown'" in line for line in told)
    assert "made-up" not in page + "".join(told)


async def test_each_call_leaves_one_audit_line_without_content(caplog: pytest.LogCaptureFixture) -> None:
    """Who, which tool, which experiment, how it went, how long, how much; not what was asked or answered."""
    caplog.set_level(logging.INFO)
    trace = make_trace()
    async with asking(service(FakeTraceGateway([trace])), **MCP_HEADERS) as client:
        await client.post(
            "/mcp",
            json=a_call("search_traces", experiment="1", text="a-secret-word", tags={"k": "another-secret"}),
            headers={"X-Request-ID": "from-the-proxy"},
        )

    (record,) = [one for one in caplog.records if one.name == "mcp_traces.audit"]
    fields = record.__dict__["fields"]
    assert {name: fields[name] for name in ("tool", "caller", "experiment", "outcome", "request_id")} == {
        "tool": "search_traces",
        "caller": "local",
        "experiment": "1",
        "outcome": "ok",
        "request_id": "from-the-proxy",
    }
    assert fields["duration_s"] >= fields["store_s"] >= 0 and fields["chars"] > 0
    assert "secret" not in caplog.text
    line = json.loads(JsonFormatter().format(record))
    assert (line["logger"], line["tool"], line["caller"]) == ("mcp_traces.audit", "search_traces", "local")


async def test_statements_leave_audit_lines_without_content(caplog: pytest.LogCaptureFixture) -> None:
    """Whether they were answered, wrong, refused, or took too long, which is no fault of the store."""
    caplog.set_level(logging.INFO, "mcp_traces.audit")
    statements = {
        "SELECT 'a-secret-word', count(*) FROM traces": "ok",
        "SELECT a_secret_word FROM traces": "invalid_argument",
        "SELECT 'a-secret-word' FROM sqlite_master": "invalid_argument",
        "WITH RECURSIVE secret(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM secret) SELECT max(x) FROM secret": (
            "invalid_argument"
        ),
    }
    async with asking(service(FakeTraceGateway([make_trace()]), timeout_s=2), **MCP_HEADERS) as client:
        for statement in statements:
            await client.post("/mcp", json=a_call("query_traces", experiment="1", sql=statement))
        page = (await client.get("/metrics")).text

    records = [one for one in caplog.records if one.name == "mcp_traces.audit"]
    fields = [record.__dict__["fields"] for record in records]
    assert [(one["tool"], one["caller"], one["outcome"]) for one in fields] == [
        ("query_traces", "local", outcome) for outcome in statements.values()
    ]
    assert "secret" not in page + "".join(JsonFormatter().format(record) for record in records)


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "line\tbreak", "ä"])
async def test_a_request_has_an_id_that_cannot_write_into_the_log(given: str) -> None:
    """The proxy's where it is one, ours otherwise; it comes back with the answer."""
    async with asking(service(FakeTraceGateway())) as client:
        kept = await client.get("/healthz", headers={"X-Request-ID": "req-1.2:3"})
        made = await client.get("/healthz", headers=[(b"X-Request-ID", given.encode())])

    assert kept.headers["X-Request-ID"] == "req-1.2:3"
    assert made.headers["X-Request-ID"] != given and len(made.headers["X-Request-ID"]) == 16


async def test_a_caller_with_too_many_calls_is_told_to_retry() -> None:
    """As an answer that the model reads, not as a broken connection."""
    import anyio

    from mcp_traces.records import TracePage

    class Slow(FakeTraceGateway):
        async def search_traces(self, query: TraceQuery) -> TracePage:
            await anyio.sleep(0.5)
            return await super().search_traces(query)

    answers: list[str] = []
    app = service(Slow([make_trace()]), calls_per_caller=1, waiting_per_caller=1)
    async with asking(app, **MCP_HEADERS) as client:

        async def ask() -> None:
            answers.append((await client.post("/mcp", json=a_call("search_traces", experiment="1"))).text)

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(ask)

    busy = [one for one in answers if "This one was not begun; retry it in about" in one]
    assert len(busy) == 1 and '"isError":true' in busy[0]
    assert sum('"isError":false' in one for one in answers) == 2
