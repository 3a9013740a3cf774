"""Traces of real stores compared: alike on each, and every difference leads to the values that differ."""

from itertools import pairwise
from typing import Any

import pytest

from mcp_traces.shaping.text import compact
from tests.real.calls import Tools
from tests.real.conftest import REAL

pytestmark = REAL

BUDGET = 4_000


async def compared(tools: Tools, a: str, b: str) -> dict[str, Any]:
    answer = await tools.call("compare_traces", a=tools.trace_id(a), b=tools.trace_id(b))
    assert len(compact(answer)) <= BUDGET
    return answer


@pytest.mark.parametrize("label", ["huge", "in_progress", "error_chain", "value_types", "bare", "control_characters"])
async def test_a_trace_is_identical_to_itself(tools: Tools, label: str) -> None:
    """Whatever is in it, on each store."""
    answer = await compared(tools, label, label)

    assert answer["identical"] is True
    assert not answer.keys() & {"first_divergence", "differences", "counts", "only_a", "only_b", "time", "context"}


async def test_two_runs_of_one_question_are_identical_but_for_their_times(tools: Tools) -> None:
    """What MLflow itself records of the moment is no difference; where the time went is shown."""
    answer = await compared(tools, "faq_06", "faq_14")

    assert answer["identical"] is True
    assert answer["time"][0]["name"] == "faq_answer" and answer["time"][0]["change_ms"] > 1_000


async def test_another_model_is_the_first_divergence(tools: Tools) -> None:
    """The traces were answered by two models, and their tags say of which release."""
    answer = await compared(tools, "faq_07", "faq_15")

    found = answer["first_divergence"]
    assert (found["what"], found["name"], found["path"]) == ("model", "chat_completion", "inputs.model")
    assert (found["a"], found["b"]) == ("gpt-4o-mini", "gpt-4")
    assert "tags.release" in {one["key"] for one in answer["context"]}


PAIRS = list(
    pairwise(["session_turn_1", "session_turn_2", "rag_answer", "timeout_retries", "timeout_then_ok", "eval_4"])
)


@pytest.mark.parametrize(("a", "b"), PAIRS)
async def test_each_difference_leads_to_the_values_that_differ(tools: Tools, a: str, b: str) -> None:
    """get_trace reads at `path` from `at` on what is another text on each side, or is on one side only."""
    answer = await compared(tools, a, b)
    for one in [answer["first_divergence"], *answer.get("differences", ())]:
        if "path" not in one or not ("a" in one and "b" in one) or one["path"] == "events":
            continue
        read = [await _read(tools, answer[side]["id"], one[f"span_{side}"], one) for side in ("a", "b")]
        assert read[0][:1] != read[1][:1], one


async def _read(tools: Tools, trace_id: str, span_id: str, one: dict[str, Any]) -> str:
    """What there is from the first difference on; of values of two types their JSON is compared."""
    arguments = {"span_ids": span_id, "path": one["path"], "offset": one.get("at", 0)}
    value = (await tools.get(trace_id, **arguments))["value"]
    return value["text"]


async def test_spans_of_one_trace_only_are_counted_in_whole(tools: Tools) -> None:
    """All spans are in a pair, or listed as those of one trace."""
    answer = await compared(tools, "huge", "error_chain")

    spans = [answer[side]["spans"] for side in ("a", "b")]
    only = [sum(one["spans"] + one.get("below", 0) for one in answer.get(key, ())) for key in ("only_a", "only_b")]
    assert spans[0] - only[0] == spans[1] - only[1] >= 1
