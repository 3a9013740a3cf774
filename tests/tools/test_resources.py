"""The resources: what describe_filter_syntax tells, for people to attach; and completion for names of experiments."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference, TextContent, TextResourceContents

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.records import Experiment, TracePage, TraceQuery
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from tests.builders import START_MS, make_trace
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway

pytestmark = pytest.mark.anyio

SYNTAX = "mlflow-traces://filter-syntax"
VALUES = "mlflow-traces://experiments/{experiment}/filter-values"
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


async def tool_text(client: Client, **arguments: Any) -> str:
    (block,) = (await client.call_tool("describe_filter_syntax", arguments)).content
    assert isinstance(block, TextContent)
    return block.text


async def test_each_resource_is_the_text_of_the_tool(mode: str) -> None:
    """One source for both: whoever attaches it reads what the agent would."""
    async with client_of(FakeTraceGateway([make_trace()]), mode) as client:
        listed = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates

        assert [str(one.uri) for one in listed] == [SYNTAX]
        assert [one.uri_template for one in templates] == [VALUES]
        assert all(one.title and one.description and one.mime_type for one in (*listed, *templates))
        assert await read(client, SYNTAX) == await tool_text(client)
        assert await read(client, VALUES.format(experiment="1")) == await tool_text(client, experiment="1")


async def test_an_experiment_of_any_name_has_its_values() -> None:
    """Names of Databricks are paths; in a URI they are encoded."""
    gateway = FakeTraceGateway([], [EXPERIMENT, NAMED])
    async with client_of(gateway) as client:
        uri = VALUES.format(experiment="%2FUsers%2Fann%40example.com%2Fnight%20run")

        assert '"7":"/Users/ann@example.com/night run"' in await read(client, uri)


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


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["zeta-eval", "support-assistant", "/Users/ann@example.com/night run"]),
        ("EVAL", ["zeta-eval"]),
        ("s", ["support-assistant", "/Users/ann@example.com/night run"]),
        ("none", []),
    ],
)
async def test_names_of_experiments_are_completed(typed: str, names: list[str], mode: str) -> None:
    """Whatever their case, those that begin with it first; of equals the latest."""
    experiments = [EXPERIMENT, NAMED, Experiment("8", "zeta-eval", START_MS + 5)]
    async with client_of(FakeTraceGateway([], experiments), mode) as client:
        result = await client.complete(ResourceTemplateReference(uri=VALUES), {"name": "experiment", "value": typed})

    assert result.completion.values == names
    assert (result.completion.total, result.completion.has_more) == (len(names), False)


async def test_only_what_may_be_seen_is_completed_and_no_more_than_mcp_allows() -> None:
    """A hundred names; an allow-list holds here too."""
    many = [Experiment(str(number), f"run {number}", START_MS + number) for number in range(250)]
    reference = ResourceTemplateReference(uri=VALUES)
    async with client_of(FakeTraceGateway([], many)) as client:
        completion = (await client.complete(reference, {"name": "experiment", "value": "run"})).completion
        assert (len(completion.values), completion.total, completion.has_more) == (100, 250, True)
    async with client_of(FakeTraceGateway([], many), experiments="run 3") as client:
        completion = (await client.complete(reference, {"name": "experiment", "value": "run"})).completion
        assert completion.values == ["run 3"]


async def test_nothing_else_is_completed() -> None:
    """An unknown reference has no values, and is no failure."""
    async with client_of(FakeTraceGateway()) as client:
        for reference in (ResourceTemplateReference(uri=SYNTAX), PromptReference(name="none")):
            result = await client.complete(reference, {"name": "experiment", "value": ""})
            assert result.completion.values == []
