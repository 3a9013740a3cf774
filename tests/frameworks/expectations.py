"""What the conversation of a framework's trace must hold, and where the reader is known to fall short."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.frameworks.frameworks import FRAMEWORKS, Framework
from tests.frameworks.scenario import RUNS, SYSTEM, TOOL

ANY_FAILURE = "(a failure in the framework's own words)"

_NO_HISTORY = "The second call's input is only the tool's result, so the result is shown twice."
_EXTRA_AUTO = "`tool_choice` of a span that prepares a call is shown as an answer of the model."
_NO_SYSTEM = "The system text in `llm.input_messages.0` is ignored where `mlflow.spanInputs` holds the other messages."
_IN_EVENT = "What `gen_ai.client.inference.operation.details` events say is read from the first of them alone."

KNOWN_GAPS = {
    ("agent_framework", "found"): _NO_HISTORY,
    ("agent_framework", "missing"): _NO_HISTORY,
    ("google_adk_1", "missing"): "The placeholder in `mlflow.spanOutputs` is shown, not the error of the tool's span.",
    ("langgraph", "missing"): "The failed tool's span has neither the call's id nor its arguments, so it is not shown.",
    ("llama_index", "found"): _EXTRA_AUTO,
    ("llama_index", "missing"): _EXTRA_AUTO,
    ("openai_agents", "found"): _NO_SYSTEM,
    ("openai_agents", "missing"): _NO_SYSTEM,
    ("pydantic_ai", "missing"): "The failed tool's span says why only in its exception event, which is not shown.",
    ("smolagents", "found"): "The call is shown again as the text of the `tool-call` message that repeats it.",
    ("strands", "found"): "The `gen_ai.tool.message` event is not read where `mlflow.spanInputs` has messages.",
    ("strands_latest", "found"): _IN_EVENT,
    ("strands_latest", "missing"): _IN_EVENT,
}
"""By framework and run: in what way its conversation is not yet as expected."""


def cases(*, gaps: bool) -> list[Any]:
    """Each framework with each run. With `gaps`, those that are known to fail are marked."""
    return [
        pytest.param(framework, run, id=f"{framework.name}-{run}", marks=_marks(framework, run) if gaps else ())
        for framework in FRAMEWORKS
        for run in RUNS
    ]


def _marks(framework: Framework, run: str) -> list[pytest.MarkDecorator]:
    reason = KNOWN_GAPS.get((framework.name, run))
    return [] if reason is None else [pytest.mark.xfail(strict=True, reason=reason)]


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
