"""The SDK makes OpenTelemetry spans of messages, and MLflow brings an SDK for them: ours must not become traces."""

from contextlib import aclosing

import pytest
from opentelemetry import trace

from mcp_traces.http.app import build_app
from mcp_traces.http.gate import Entrance
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.open_gateway import open_gateway
from tests.http.conftest import MCP_HEADERS, a_call, asking
from tests.stores import RealStore


@pytest.mark.anyio
@pytest.mark.store
async def test_calls_leave_no_traces_in_the_store_they_read(sqlite_store: RealStore) -> None:
    """Whoever wants them sets a provider of their own; nobody finds them among the traces of an application."""
    settings = Settings(tracking_uri=sqlite_store.tracking_uri)
    asked = a_call("describe_filter_syntax", experiment="support-assistant")
    async with aclosing(open_gateway(settings)) as gateway:
        app = build_app(settings, build_server(settings, gateway), gateway, Entrance())
        async with asking(app, **MCP_HEADERS) as client:
            before = (await client.post("/mcp", json=asked)).text
            after = (await client.post("/mcp", json=asked)).text

    assert '"total_traces":' in before and after == before
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
