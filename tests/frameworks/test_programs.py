"""Each framework runs the scenario for real; its trace is as recorded, and get_trace returns what was said."""

import os

import pytest

from tests.frameworks.conftest import RunProgram
from tests.frameworks.expectations import cases, expected, said
from tests.frameworks.frameworks import Framework
from tests.frameworks.recordings import record, recorded, shapes
from tests.frameworks.scenario import RUNS
from tests.real.calls import Tools

pytestmark = [pytest.mark.anyio, pytest.mark.store]


@pytest.mark.parametrize(("framework", "name"), cases())
def test_spans_have_the_shape_that_was_recorded(framework: Framework, name: str, run: RunProgram) -> None:
    """The recordings that `make test` reads are what the framework writes. RECORD=1 renews them."""
    ran = run(framework, name)
    plan = RUNS[name]

    ends_early = framework.raises and plan.failure is not None
    assert (ran.exit_code != 0) == ends_early, ran.output
    assert str(plan.failure if ends_early else plan.answer) in ran.output
    if os.environ.get("RECORD"):
        record(framework.recording(name), ran.spans)
    assert shapes(ran.spans) == shapes(recorded(framework.recording(name)))


@pytest.mark.parametrize(("framework", "name"), cases())
async def test_the_conversation_holds_each_message_once(
    framework: Framework, name: str, run: RunProgram, tools: Tools
) -> None:
    """What was said reaches an MCP client, however the framework wrote it."""
    answer = await tools.get(run(framework, name).trace_id, view="conversation")

    assert said(framework, name, answer.get("messages", [])) == expected(framework, name)


@pytest.mark.parametrize(("framework", "name"), cases())
async def test_a_search_finds_the_trace(framework: Framework, name: str, run: RunProgram, tools: Tools) -> None:
    """It is the only one of its experiment."""
    ran = run(framework, name)

    assert await tools.found(experiment=ran.experiment_id) == [ran.trace_id]
