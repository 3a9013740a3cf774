"""What docs/searching.md says is so."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.filters.reader import read_filter
from tests.real.calls import Tools

PAGE = (Path(__file__).parents[2] / "docs" / "searching.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| [^|]+ \| `(\{.*\})` \|$", PAGE, re.MULTILINE)
MISTAKES = re.findall(r"^\| `([^`]+)` \| (`+)(.+?)\2 \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.anyio
@pytest.mark.store
async def test_each_example_finds_something_on_the_sample_store(tools: Tools, example: str) -> None:
    """An example that finds nothing teaches nothing."""
    arguments: dict[str, Any] = {"experiment": "support-assistant"} | json.loads(example)

    answer = await tools.call("search_traces", **arguments)

    assert answer["returned"] > 0


@pytest.mark.parametrize(("written", "mended"), [(one, other) for one, _, other in MISTAKES])
def test_each_mistake_is_answered_as_the_page_says(written: str, mended: str) -> None:
    """A backslash before `|` is the table's, not the filter's."""
    assert read_filter(written).corrected == mended.replace("\\|", "|")


def test_the_page_has_its_examples() -> None:
    """A change of its layout must not leave it untested."""
    assert len(EXAMPLES) >= 14
    assert len(MISTAKES) >= 8
    assert len(CALLS) >= 6
    assert len(TRIED) >= 4


FILTERS = (Path(__file__).parents[2] / "docs" / "filters.md").read_text(encoding="utf-8")
CALLS = re.findall(r"`(\{.*?\})`", FILTERS)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.anyio
@pytest.mark.store
async def test_each_call_on_the_page_of_filters_is_answered(tools: Tools, call: str) -> None:
    """A call that fails teaches nothing."""
    answer = await tools.call("describe_filter_syntax", **json.loads(call))

    assert answer.keys() & {"fields", "live", "check"}


TRIED = re.findall(r"^\| `(\{.*\})` \| (accepted|refused)(.*) \|$", FILTERS, re.MULTILINE)


@pytest.mark.parametrize(("call", "verdict", "more"), TRIED)
@pytest.mark.anyio
@pytest.mark.store
async def test_each_filter_on_the_page_of_filters_is_judged_as_it_says(
    tools: Tools, call: str, verdict: str, more: str
) -> None:
    """The words of the table are the fields of the answer."""
    answer = await tools.call("describe_filter_syntax", **json.loads(call))

    if "a database answers it" in more and tools.store.kind != "server":
        assert answer["check"]["accepted"]
        return
    assert answer["check"]["accepted"] == (verdict == "accepted")
    for name in re.findall(r"`(corrected|alternatives)`", more):
        assert answer["check"][name]
    assert ("newest_match" in answer["check"]) == ("newest match" in more)
    assert any("did you mean" in note for note in answer.get("notes", [])) == ("was meant" in more)
