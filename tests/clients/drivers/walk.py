"""The walk that every client takes: list the tools, search, page on, open a trace, meet an error; told as one JSON.

Each driver beside it is run as `python DRIVER SERVER PLAN [MODE]` in the environment of its client. SERVER says where
the server is: {"url": ...} or {"command": ..., "args": [...]}; PLAN what to search for, and the wrong arguments.
"""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Call = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""What the client makes of a tool's answer, as a dict or as JSON. Raises Refused."""

SERVER: dict[str, Any] = json.loads(sys.argv[1])
PLAN: dict[str, Any] = json.loads(sys.argv[2])
MODE = sys.argv[3] if len(sys.argv) > 3 else ""


class Refused(Exception):
    """A tool's error, as the client tells it."""


async def walk(tools: list[str], call: Call) -> None:
    first = _read(await call("search_traces", PLAN["search"]))
    second = _read(await call("search_traces", PLAN["search"] | {"cursor": first["next_cursor"]}))
    opened = _read(await call("get_trace", {"trace_id": second["traces"][0]["trace_id"]}))
    told = {
        "tools": tools,
        "pages": [[row["trace_id"] for row in page["traces"]] for page in (first, second)],
        "opened": opened["trace"]["trace_id"],
        "error": await _error(call),
    }
    print(json.dumps(told))


async def _error(call: Call) -> str:
    try:
        answer = await call("search_traces", PLAN["wrong"])
    except Refused as refused:
        return str(refused)
    raise AssertionError(f"That was answered: {answer}")


def _read(answer: Any) -> dict[str, Any]:
    return json.loads(answer) if isinstance(answer, str) else answer
