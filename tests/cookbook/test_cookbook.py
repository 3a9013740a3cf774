"""What the cookbook's pages show is what is answered. `make cookbook` writes the answers anew."""

import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import TextContent

from docs.blocks import render
from mcp_traces.server import build_server
from mcp_traces.store.open_gateway import open_gateway
from tests.cookbook.mlflow_commands import found_by
from tests.cookbook.pages import FOLDER, Ask, Exchange, as_answered, exchanges, read, title, write
from tests.cookbook.seed_commands import COMMANDS, FILTERS, HOUR_AGO
from tests.cookbook.simulation import NOW, NS_PER_S
from tests.cookbook.stores import cookbook_stores
from tests.real.calls import only
from tests.stores import RealStore

UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
STORIES = [
    FOLDER / f"{name}.md"
    for name in (
        "failed-run",
        "slow",
        "wrong-answer",
        "more-tokens",
        "loop",
        "failed-judge",
        "regression",
        "needle",
        "unfinished",
        "hidden-retries",
        "long-output",
    )
]
SEED = FOLDER / "seed.md"
INDEX = FOLDER / "index.md"

MAX_CALLS = 5
"""A story that takes more is a sign that a tool keeps something back."""


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RealStore]]:
    with cookbook_stores(tmp_path_factory.mktemp("cookbook")) as stores:
        yield stores


@pytest.fixture(scope="session", params=["sqlite", "server"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
async def ask(kind: str, stores: dict[str, RealStore]) -> AsyncIterator[Ask]:
    """Calls a tool of a server with the settings that everybody has, when it is NOW."""
    settings = only(tracking_uri=stores[kind].tracking_uri, log_level="WARNING")
    gateway = open_gateway(settings)
    server = build_server(settings, gateway, lambda: datetime.fromisoformat(NOW))
    async with aclosing(gateway), Client(server) as client:

        async def ask(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            (block,) = result.content
            assert isinstance(block, TextContent) and not result.is_error, block
            return json.loads(block.text)

        yield ask


@pytest.mark.anyio
@pytest.mark.store
@pytest.mark.parametrize("path", [*STORIES, SEED], ids=lambda path: path.stem)
async def test_a_page_shows_what_is_answered(path: Path, kind: str, ask: Ask) -> None:
    """Nobody types an answer by hand, and none outlives a change of the tools; alike on each store."""
    made = await as_answered(read(path), ask)
    if UPDATE and kind == "sqlite":
        write(path, made)

    assert _without_cursors(read(path)) == _without_cursors(made)


def _without_cursors(page: str) -> str:
    """A cursor is opaque, and its text depends on the kind of store."""
    return re.sub(r'("next_cursor": ")[^"]*', r"\1", page)


@pytest.fixture(scope="session")
def commanded() -> list[Exchange]:
    """What the page asks beside a command of MLflow that finds traces."""
    found = exchanges(read(SEED))
    return [one for one in found if one.commands and one.tool != "describe_filter_syntax"]


@pytest.fixture(scope="session")
def found_by_mlflow(commanded: list[Exchange], stores: dict[str, RealStore]) -> list[list[str]]:
    now_s = int(datetime.fromisoformat(NOW).timestamp())
    commands = [one.commands[0].replace(HOUR_AGO, str((now_s - 3600) * 1000)) for one in commanded]
    return found_by(commands, stores["sqlite"])


@pytest.mark.anyio
@pytest.mark.store
async def test_a_call_finds_what_the_command_beside_it_finds(
    commanded: list[Exchange], found_by_mlflow: list[list[str]], ask: Ask
) -> None:
    """Whoever comes from the command line gets the same traces in the same order."""
    answer: dict[str, Any] | None = None
    for one, expected in zip(commanded, found_by_mlflow, strict=True):
        answer = await ask(one.tool, one.following(answer))
        rows = answer["traces"] if "traces" in answer else [answer["trace"]]
        assert [row["trace_id"] for row in rows] == expected, one.commands
        assert expected


def test_every_command_of_the_guide_is_on_the_page_in_its_order() -> None:
    """Who has the guide open finds each line of it here."""
    commands = [_without_ids(text) for one in exchanges(read(SEED)) for text in one.commands]

    assert commands[: len(COMMANDS)] == list(COMMANDS)


@pytest.mark.parametrize("pattern", FILTERS)
def test_every_filter_of_the_guide_is_on_the_page(pattern: str) -> None:
    """Its list of common filters has fields and operators that no command of it uses."""
    commands = [text.replace("\\`", "`") for one in exchanges(read(SEED)) for text in one.commands]

    assert any(re.search(pattern, text) for text in commands)


def _without_ids(command: str) -> str:
    return re.sub(r"(?<=--run-id )\w+", "<run_id>", re.sub(r"\btr-[0-9a-f]{32}\b", "<trace_id>", command))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_what_a_story_concludes_was_shown(path: Path) -> None:
    """Each thing that the answer names stands in what the tools answered, not in the author's head."""
    page = read(path)
    shown = "\n".join(one.answer for one in exchanges(page)).replace('\\"', '"')
    named = re.findall(r"`([^`]+)`", page.partition("## Answer\n")[2])

    assert named
    assert [text for text in named if text not in shown] == []


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_takes_few_calls(path: Path) -> None:
    """A way that an agent really goes."""
    assert 2 <= len(exchanges(read(path))) <= MAX_CALLS


def test_the_index_has_every_story() -> None:
    """A story that nobody finds helps nobody."""
    page = read(INDEX)
    made = render(page, {"recipes": _recipes})
    if UPDATE:
        write(INDEX, made)

    assert read(INDEX) == made
    assert {*STORIES, SEED, INDEX} == set(FOLDER.glob("*.md"))


def _recipes() -> str:
    rows = ["| you ask | calls | with |", "|---|---|---|"]
    for path in STORIES:
        page = read(path)
        calls = exchanges(page)
        names = dict.fromkeys(name for one in calls for name in one.arguments if name not in ("trace_id", "experiment"))
        rows.append(f"| [{title(page)}]({path.name}) | {len(calls)} | {', '.join(f'`{name}`' for name in names)} |")
    return "\n".join(rows)


def test_now_is_what_the_pages_say() -> None:
    """Ages such as 1h count from there."""
    assert int(datetime.fromisoformat(NOW).timestamp()) * NS_PER_S == 1_795_176_000 * NS_PER_S
    assert "12:00 UTC on 20 November 2026" in read(INDEX)
