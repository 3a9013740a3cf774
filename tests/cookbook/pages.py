"""The cookbook's pages: the calls on them, and the same page with the answers that these calls are given.

A block of a page shows exchanges, an empty line between them:

    <!-- shown: returned traces{trace_id} -->
    ```text
    $ mlflow traces search --experiment-id 1        (where it has one: the command of MLflow that asks the same)
    > search_traces {"experiment": "1"}
    {"returned": 20, …}
    ```

`<next_cursor>` in a call stands for that of the answer before.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cookbook.excerpts import excerpt, read_shape

FOLDER = Path(__file__).parents[2] / "docs" / "cookbook"
NEXT_CURSOR = "<next_cursor>"

_BLOCK = re.compile(r"<!-- shown: (?P<shape>[^\n]+) -->\n```text\n(?P<exchanges>.*?)\n```\n", re.DOTALL)

Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Exchange:
    commands: tuple[str, ...]
    tool: str
    arguments: dict[str, Any]
    head: str
    """The lines of the page above the answer."""

    shape: str
    answer: str

    def following(self, answer: dict[str, Any] | None) -> dict[str, Any]:
        """The arguments, when the exchange before was answered so."""
        if self.arguments.get("cursor") != NEXT_CURSOR:
            return self.arguments
        assert answer is not None
        return self.arguments | {"cursor": answer["next_cursor"]}


def exchanges(page: str) -> list[Exchange]:
    """Those of a page in its order."""
    return [one for block in _BLOCK.finditer(page) for one in _exchanges(block)]


async def as_answered(page: str, ask: Ask) -> str:
    """The page with each answer as it is now; everything else stays."""
    made, at, answer = "", 0, None
    for block in _BLOCK.finditer(page):
        shown: list[str] = []
        for one in _exchanges(block):
            answer = await ask(one.tool, one.following(answer))
            shown.append(one.head + excerpt(answer, read_shape(one.shape)))
        made += page[at : block.start("exchanges")] + "\n\n".join(shown)
        at = block.end("exchanges")
    return made + page[at:]


def _exchanges(block: re.Match[str]) -> Iterator[Exchange]:
    for text in block["exchanges"].split("\n\n"):
        lines = text.splitlines()
        commands = tuple(line[2:] for line in lines if line.startswith("$ "))
        call = [line[2:] for line in lines if line.startswith("> ")]
        tool, _, arguments = " ".join(call).partition(" ")
        above = len(commands) + len(call)
        head = "".join(f"{line}\n" for line in lines[:above])
        yield Exchange(commands, tool, json.loads(arguments), head, block["shape"], "\n".join(lines[above:]))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8")


def title(page: str) -> str:
    return page.splitlines()[0].removeprefix("# ")
