"""What agent frameworks wrote when `make test-frameworks` ran them: every view of get_trace reads it."""

import re
from typing import Any

import pytest

from mcp_traces.records import Trace
from mcp_traces.settings import MAX_CHARS_CEILING
from tests.builders import make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.frameworks.expectations import cases, expected, said
from tests.frameworks.frameworks import FRAMEWORKS, RECORDED, Framework
from tests.frameworks.recordings import recorded_spans
from tests.frameworks.scenario import RUNS
from tests.frameworks.stub_model import CACHED_TOKENS, INPUT_TOKENS, OUTPUT_TOKENS
from tests.span_rows import span_rows
from tests.tools.conftest import call_tool

pytestmark = pytest.mark.anyio

MAX_BYTES = 60_000
OUTSIDE = re.compile(r"(?:/root|/home|/tmp|/usr|/opt|/work|/Users)/[^\s\"\\]+")


def trace(framework: Framework, run: str) -> Trace:
    return make_trace(*recorded_spans(framework.recording(run)))


async def get(framework: Framework, run: str, **arguments: str) -> dict[str, Any]:
    found = trace(framework, run)
    asked = {"trace_id": found.info.trace_id, **arguments}
    return await call_tool(FakeTraceGateway([found]), "get_trace", asked, max_chars=MAX_CHARS_CEILING)


@pytest.mark.parametrize(("framework", "run"), cases())
async def test_the_conversation_holds_each_message_once(framework: Framework, run: str) -> None:
    """System text, question, tool call with arguments, its result and the answer, in order and nothing else."""
    answer = await get(framework, run, view="conversation")

    assert said(framework, run, answer.get("messages", [])) == expected(framework, run)


@pytest.mark.parametrize(("framework", "run"), cases())
async def test_the_tree_has_a_row_for_each_span(framework: Framework, run: str) -> None:
    """All are below one root, and the span that ran the tool is known as one."""
    spans = recorded_spans(framework.recording(run))
    rows = span_rows(await get(framework, run, view="tree"))

    assert {row["span_id"]: row.get("parent_id") for row in rows} == {one.span_id: one.parent_id for one in spans}
    assert sum("parent_id" not in row for row in rows) == 1
    assert any(row["type"] == "TOOL" for row in rows)


@pytest.mark.parametrize(("framework", "run"), cases())
async def test_the_overview_counts_each_token_once(framework: Framework, run: str) -> None:
    """Agents repeat the usage of their calls. Cached tokens are a part of the input."""
    calls = 1 if framework.raises and RUNS[run].failure else 2
    by_type = (await get(framework, run))["totals"]["by_type"]

    tokens, cached = (sum(one.get(key, 0) for one in by_type) for key in ("tokens", "cached"))
    assert tokens == (0 if framework.usage == "none" else calls * (INPUT_TOKENS + OUTPUT_TOKENS))
    assert cached == (calls * CACHED_TOKENS if framework.usage == "all" else 0)


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda one: one.name)
async def test_the_overview_begins_with_the_tool_that_failed(framework: Framework) -> None:
    """It is the root cause, whether the exception ended the run or the model was shown it."""
    answer = await get(framework, "missing")

    cause = answer["errors"][0]
    assert cause["type"] == "TOOL"
    assert framework.name == "openai_agents" or cause["message"] == RUNS["missing"].failure
    assert answer["trace"]["status"] == ("ERROR" if framework.raises else "OK")


def test_recordings_are_small_and_name_no_machine() -> None:
    """Each is one of a framework, without paths outside the repository and its packages."""
    files = sorted(RECORDED.glob("*.json"))

    assert files == sorted(framework.recording(run) for framework in FRAMEWORKS for run in RUNS)
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) < MAX_BYTES, path.name
        assert not OUTSIDE.findall(text), path.name
