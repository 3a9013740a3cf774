"""The resources: what tools tell, for people to attach."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import TextContent, TextResourceContents

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.records import Experiment, TracePage
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from mcp_traces.store.gateway import TraceQuery
from tests.builders import START_MS, make_trace
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway

pytestmark = pytest.mark.anyio

SYNTAX = "mlflow-traces://filter-syntax"
VALUES = "mlflow-traces://experiments/{experiment}/filter-values"
TRACE = "mlflow-traces://traces/{trace_id}"
NAMED = Experiment("7", "/Users/ann@example.com/night run", START_MS)


@asynccontextmanager
async def client_of(gateway: FakeTraceGateway, mode: str = "auto", **settings: Any) -> AsyncGenerator[Client]:
    async with Client(build_server(Settings(**settings), gateway), mode=mode) as client:
        yield client


async def read(client: Client, uri: str) -> str:
    (contents,) = (await client.read_resource(uri)).contents
    assert isinstance(contents, TextResourceContents)
    assert contents.mime_type == "application/json"
    return contents.text


async def tool_text(client: Client, tool: str = "describe_filter_syntax", **arguments: Any) -> str:
    (block,) = (await client.call_tool(tool, arguments)).content
    assert isinstance(block, TextContent)
    return block.text


async def test_each_resource_is_the_text_of_the_tool(mode: str) -> None:
    """One source for both: whoever attaches it reads what the agent would."""
    async with client_of(FakeTraceGateway([make_trace()]), mode) as client:
        listed = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates

        assert [str(one.uri) for one in listed] == [SYNTAX]
        assert [one.uri_template for one in templates] == [VALUES, TRACE]
        assert all(one.title and one.description and one.mime_type for one in (*listed, *templates))
        assert await read(client, SYNTAX) == await tool_text(client)
        assert await read(client, VALUES.format(experiment="1")) == await tool_text(client, experiment="1")
        assert await read(client, TRACE.format(trace_id="tr-1")) == await tool_text(
            client, "get_trace", trace_id="tr-1"
        )


async def test_an_experiment_of_any_name_has_its_values() -> None:
    """Names of Databricks are paths; in a URI they are encoded."""
    gateway = FakeTraceGateway([], [EXPERIMENT, NAMED])
    async with client_of(gateway) as client:
        uri = VALUES.format(experiment="%2FUsers%2Fann%40example.com%2Fnight%20run")

        assert '"7":"/Users/ann@example.com/night run"' in await read(client, uri)


async def test_a_trace_of_any_id_or_link_has_its_overview(mode: str) -> None:
    """Whatever get_trace takes; ids of Databricks and links have slashes, which a URI encodes."""
    slashed = "trace:/main.traces/0123"
    link = "http://mlflow:5000/#/experiments/1/traces?selectedEvaluationId=tr-1"
    async with client_of(FakeTraceGateway([make_trace(), make_trace(trace_id=slashed)]), mode) as client:
        for given, found in ((slashed, slashed), (link, "tr-1")):
            overview = json.loads(await read(client, TRACE.format(trace_id=quote(given, safe=""))))
            assert overview["trace"]["trace_id"] == found


async def test_a_trace_that_may_not_be_seen_is_not_there(mode: str) -> None:
    """The allow-list holds for resources as for tools, and says no more of what it hides than of what never was."""
    gateway = FakeTraceGateway([make_trace(experiment_id="7")], [EXPERIMENT, NAMED])
    async with client_of(gateway, mode, experiments="1") as client:
        for trace_id in ("tr-1", "tr-2"):
            with pytest.raises(MCPError, match=f"^No trace '{trace_id}' in ") as refused:
                await read(client, TRACE.format(trace_id=trace_id))
            assert refused.value.error.code == -32602


async def test_what_is_not_there_is_told_in_our_words() -> None:
    """As the tool would: what, and what there is."""
    async with client_of(FakeTraceGateway([], [EXPERIMENT, NAMED]), experiments="1") as client:
        with pytest.raises(
            MCPError, match=r"^No experiment '7' in this store\. Known experiments: 'support-assistant'"
        ):
            await read(client, VALUES.format(experiment="7"))
        with pytest.raises(MCPError, match="Unknown resource"):
            await read(client, "mlflow-traces://nothing")


async def test_a_store_that_fails_or_hangs_is_told_in_our_words() -> None:
    """Within the time of one call, without a traceback."""

    class Hanging(FakeTraceGateway):
        async def search_traces(self, query: TraceQuery) -> TracePage:
            await anyio.sleep(60)
            raise AssertionError

    failing = FakeTraceGateway([make_trace()])
    failing.fail_with = StoreUnavailableError("The database is gone.")
    async with client_of(failing) as client:
        with pytest.raises(MCPError, match="The database is gone"):
            await read(client, SYNTAX)
    async with client_of(Hanging(), timeout_s=0.2) as client:
        with pytest.raises(MCPError, match=r"took longer than 0\.2 s"):
            await read(client, VALUES.format(experiment="1"))
