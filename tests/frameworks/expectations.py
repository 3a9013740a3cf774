"""What the conversation of a framework's trace must hold."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.frameworks.frameworks import FRAMEWORKS, Framework
from tests.frameworks.scenario import RUNS, SYSTEM, TOOL

ANY_FAILURE = "(a failure in the framework's own words)"


def cases() -> list[Any]:
    """Each framework with each run."""
    return [pytest.param(one, run, id=f"{one.name}-{run}") for one in FRAMEWORKS for run in RUNS]


def expected(framework: Framework, run: str) -> list[tuple[str, str]]:
    """Role and text of every message, in order. A call of a tool is a text of its own."""
    plan = RUNS[run]
    outcome = plan.result if plan.result is not None else ANY_FAILURE if framework.masks else plan.failure
    asked = [("system", SYSTEM), ("user", plan.question), ("assistant", _call(TOOL, plan.arguments))]
    ends_early = framework.raises and plan.failure is not None
    return [*asked, ("tool", str(outcome)), *([] if ends_early else [("assistant", plan.answer)])]


def said(framework: Framework, run: str, messages: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """The same of the messages that get_trace returned.

    Where a framework puts a text into words of its own, as each does with failures, that text stands for the whole.
    """
    found: list[tuple[str, str]] = []
    for message in messages:
        texts = [message["text"]] if message.get("text") else []
        texts += [_call(call["name"], call.get("arguments")) for call in message.get("tool_calls", ())]
        found += [(message["role"], _within(framework, run, message["role"], text.strip())) for text in texts]
    return found


def _within(framework: Framework, run: str, role: str, text: str) -> str:
    fails = RUNS[run].failure is not None and role == "tool"
    if fails and framework.masks:
        return ANY_FAILURE
    inside = [one for known, one in expected(framework, run) if known == role and one in text]
    return inside[0] if inside and (fails or framework.wraps) else text


def _call(name: str, arguments: Any) -> str:
    return f"{name}({arguments})"
