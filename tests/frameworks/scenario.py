"""What every framework runs: one question, one tool call, its result or failure, and the answer.

The text is in scenario.json because the Node.js program and the stub model read it too. Imports nothing but the
standard library, so that the Python of any framework can import it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("scenario.json")
_SCENARIO: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))

SYSTEM: str = _SCENARIO["system"]
TOOL: str = _SCENARIO["tool"]
DESCRIPTION: str = _SCENARIO["description"]


@dataclass(frozen=True, slots=True)
class Run:
    """One conversation. Either `result` is what the tool returns, or `failure` the message of what it raises."""

    question: str
    arguments: Mapping[str, str]
    answer: str
    result: str | None = None
    failure: str | None = None


RUNS = {name: Run(**run) for name, run in _SCENARIO["runs"].items()}


def lookup(order_id: str) -> str:
    """What the tool of each program does.

    Raises:
        LookupError: where the scenario says that the tool fails.
    """
    (run,) = (run for run in RUNS.values() if run.arguments["order_id"] == order_id)
    if run.result is None:
        raise LookupError(run.failure)
    return run.result
