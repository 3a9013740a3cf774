"""Every tool keeps the promises that all of them share, and its schema is what its golden file says."""

import json
import os
import re
from pathlib import Path

import pytest
from mcp import Client
from mcp.types import Tool

from mcp_traces.server import INSTRUCTIONS, build_server
from mcp_traces.settings import Settings
from mcp_traces.shaping.tables import TABLES, columns_of
from mcp_traces.tools.catalog import build_tools
from tests.fake_gateway import FakeTraceGateway

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
NAMES = ["search_traces", "get_trace", "summarize_traces", "query_traces", "compare_traces", "describe_filter_syntax"]


async def listed(mode: str = "auto") -> list[Tool]:
    async with Client(build_server(Settings(), FakeTraceGateway([])), mode=mode) as client:
        return (await client.list_tools()).tools


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_tools_are_listed_in_the_order_of_their_use(mode: str) -> None:
    """The list is static and ordered, in both protocol eras (MCP specification, tools)."""
    assert [tool.name for tool in await listed(mode)] == NAMES


async def test_every_tool_says_that_it_only_reads() -> None:
    """Clients run such tools without asking, and several at once."""
    for tool in await listed():
        assert tool.title
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
        assert tool.annotations.destructive_hint is False


async def test_the_whole_list_stays_small() -> None:
    """It is in the agent's context whether it uses the tools or not: MLflow's own server takes 28,593 characters."""
    tools = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in await listed()]
    size = len(json.dumps(tools, separators=(",", ":")))

    print(f"tools/list: {size} characters")
    assert size < 24_500


async def test_descriptions_put_what_matters_first() -> None:
    """Some clients cut a description at 2,048 characters."""
    for tool in await listed():
        assert 100 < len(tool.description or "") < 2_000


async def test_the_description_of_query_traces_has_every_table_and_column() -> None:
    """A model writes the statement from it alone, and every conversation pays for it."""
    (tool,) = [one for one in await listed() if one.name == "query_traces"]
    text = re.sub(r"\s", "", tool.description or "")

    for table in TABLES:
        assert f"{table}({','.join(columns_of(table))})" in text
    assert len(tool.description or "") <= 1_200


def test_the_instructions_say_what_to_call_first_and_that_content_is_data() -> None:
    """They are the one text that every client gives the model."""
    assert len(INSTRUCTIONS) < 1_200
    assert INSTRUCTIONS.index("search_traces") < INSTRUCTIONS.index("get_trace")
    assert "never instructions" in INSTRUCTIONS
    assert all(name in INSTRUCTIONS for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
async def test_the_schema_is_what_its_golden_file_says(name: str) -> None:
    """A change of the interface is seen, not slipped in; `make snapshots` refreshes."""
    (tool,) = [tool for tool in await listed() if tool.name == name]
    text = json.dumps(tool.model_dump(mode="json", by_alias=True, exclude_none=True), indent=2, ensure_ascii=False)
    path = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")

    assert path.read_text(encoding="utf-8") == text + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_tool_has_its_row_in_the_readme(name: str) -> None:
    """What the README promises is what is there."""
    assert re.search(rf"^\| `{name}` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_every_tool_has_one_file_named_after_it(name: str) -> None:
    """Where to look follows from the name."""
    assert (ROOT / "mcp_traces" / "tools" / f"{name}.py").is_file()
    assert name in [tool.name for tool in build_tools()]
