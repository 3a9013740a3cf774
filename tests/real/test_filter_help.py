"""describe_filter_syntax on real stores: what it says of a filter, and of values, is what a search then finds."""

import re
from typing import Any

import pytest
from hypothesis import given, settings

from mcp_traces.shaping.text import compact
from tests.filters.written import any_filters
from tests.real.calls import Tools, ids
from tests.real.conftest import REAL
from tests.tools.conftest import ToolFailedError

pytestmark = REAL

MAX_CHARS = 5_000
FEW = 25
"""So many values of each field are sent back: the first ones of every field that the sample has."""


@given(text=any_filters())
@settings(max_examples=150, deadline=None)
async def test_what_is_said_of_a_filter_is_what_a_search_does_with_it(tools: Tools, text: str) -> None:
    """Right and wrong filters: accepted where a search answers, with its first row; else refused, and the corrected
    filter is one that a search answers."""
    experiments = list(tools.store.sample.experiments.values())
    said = (await tools.call("describe_filter_syntax", experiment=experiments, filter=text))["check"]

    found = await searched(tools, text)

    assert said["accepted"] == (found is not None), text
    if found is not None:
        assert [said["newest_match"]["trace_id"]] == found if found else "newest_match" not in said
    for mended in (said.get("corrected"), *said.get("alternatives", [])):
        assert mended is None or await searched(tools, mended) is not None, mended


async def searched(tools: Tools, text: str) -> list[str] | None:
    """The first row's id, if any; None when the filter is refused."""
    try:
        return ids(await tools.search(filter=text, limit=1))
    except ToolFailedError:
        return None


async def live(tools: Tools, label: str) -> dict[str, Any]:
    return await tools.call("describe_filter_syntax", experiment=label)


@pytest.mark.parametrize("label", ["support-assistant", "nightly-eval"])
async def test_each_value_that_is_told_can_be_searched_for(tools: Tools, label: str) -> None:
    """What an agent reads in an answer it can write in a filter, and it finds as many traces as were counted."""
    fields = (await live(tools, label))["live"]["fields"]

    for row in fields:
        if row["field"] == "trace.execution_time_ms" or row.get("type", "text") in ("object", "list"):
            continue
        for value, count in list(row.get("values", {}).items())[:FEW]:
            if value.endswith("…") or {"'", '"'} <= set(value):
                continue
            quote = '"' if "'" in value else "'"
            found = await tools.search(experiment=label, filter=f"{row['field']} = {quote}{value}{quote}")
            if row["field"].startswith("span."):
                assert 0 < found["returned"] <= count
            else:
                assert found["returned"] == count, (row["field"], value)


async def test_an_experiment_is_told_as_it_is(tools: Tools) -> None:
    """Counts, times and ranges are those of the rows that a search gives."""
    answer = await live(tools, "support-assistant")

    rows = [row for page in await tools.pages(experiment="support-assistant") for row in page["traces"]]
    told, fields = answer["live"], {row["field"]: row for row in answer["live"]["fields"]}
    durations = [row["execution_time_ms"] for row in rows if "execution_time_ms" in row]
    assert told["total_traces"] == len(rows)
    assert (told["first_trace"], told["last_trace"]) == (rows[-1]["request_time"], rows[0]["request_time"])
    assert sum(fields["trace.status"]["values"].values()) == len(rows)
    assert (fields["trace.execution_time_ms"]["min"], fields["trace.execution_time_ms"]["max"]) == (
        min(durations),
        max(durations),
    )
    assert len(compact(answer)) <= MAX_CHARS
    assert fields["feedback.score"]["type"] == "number"
    assert (fields["feedback.score"]["min"], fields["feedback.score"]["max"]) == (2.5, 5)


async def test_it_names_what_agents_filter_on(tools: Tools) -> None:
    """Of the seed's filters every field is there, with the value that the seed looks for."""
    fields = {row["field"]: row for row in (await live(tools, "support-assistant"))["live"]["fields"]}

    assert "session_abc123" in fields["metadata.mlflow.trace.session"]["values"]
    assert "production" in fields["tag.environment"]["values"]
    assert "gpt-4" in fields["tag.`model-name`"]["values"]
    assert "user_123" in fields["metadata.user_id"]["values"]
    assert "positive" in fields["feedback.rating"]["values"]
    assert fields["trace.prompt"]["values"] == {"support-answer/1": 1}


async def test_without_arguments_it_is_short_and_speaks_of_this_store(tools: Tools) -> None:
    """Below 6,000 characters: it is read by agents that have other things to think of."""
    answer = await tools.call("describe_filter_syntax")

    version = r", MLflow 3\.\d+\.\d+" if tools.store.kind == "server" else ""
    assert re.fullmatch(rf"{tools.store.kind}{version}", answer["store"])
    assert len(compact(answer)) < 6_000
