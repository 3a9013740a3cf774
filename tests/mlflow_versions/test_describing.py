"""describe_filter_syntax shows what each MLflow takes, and what the traces there hold."""

from collections import Counter
from typing import Any

import pytest

from mcp_traces.filters.grammar import FIELDS
from mcp_traces.filters.versions import ACROSS_SPANS, SAME_SPAN_SINCE, since
from tests.mlflow_versions.plan import FINISHED, TRACES
from tests.mlflow_versions.questions import ALL_FILTERS
from tests.mlflow_versions.served import Served
from tests.mlflow_versions.test_searching import needed, resolved
from tests.real.calls import Tools

pytestmark = [pytest.mark.anyio, pytest.mark.store]


async def test_the_help_lists_what_this_version_takes(server: Served, tools: Tools) -> None:
    """Each operator that it lists is seen to work here by the searches, and each that it leaves out not to."""
    answer = await tools.call("describe_filter_syntax")

    working = {
        field.name: [one for one in field.operators if server.minor >= since(field, one)]
        for field in FIELDS
        if any(server.minor >= since(field, one) for one in field.operators)
    }
    assert {row["field"]: row["operators"] for row in answer["fields"]} == working
    assert (ACROSS_SPANS in answer["notes"]) == (server.minor < SAME_SPAN_SINCE)


async def test_each_example_is_a_filter_here(tools: Tools) -> None:
    """An agent sends back what it was shown."""
    for row in (await tools.call("describe_filter_syntax"))["fields"]:
        await tools.search(filter=row["example"])


async def test_it_shows_what_the_traces_hold(server: Served, tools: Tools) -> None:
    """Counted where this version counts, else seen in a sample; here that is all."""
    live = (await tools.call("describe_filter_syntax", experiment="shop"))["live"]
    fields = {row["field"]: row for row in live["fields"]}

    assert live["total_traces"] == len(TRACES)
    assert values(fields, "trace.status") == {"OK": 7, "ERROR": 1, "IN_PROGRESS": 2}
    assert values(fields, "trace.name").items() >= Counter(plan.root.name for plan in FINISHED).items()
    assert values(fields, "tag.environment") == {"production": 2, "staging": 2}
    assert values(fields, "metadata.mlflow.trace.session") == {"session-1": 2}
    assert {"CHAIN", "TOOL", "PARSER"} <= values(fields, "span.type").keys()
    if server.assesses:
        assert values(fields, "feedback.rating") == {"positive": 1, "negative": 1}
        assert (fields["feedback.score"]["min"], fields["feedback.score"]["max"]) == (2.5, 5)


def values(fields: dict[str, dict[str, Any]], name: str) -> dict[str, int]:
    return fields[name]["values"]


@pytest.mark.parametrize(
    "text", ["trace.name = 'support_agent'", "span.type = 'RETRIEVER'", "feedback.rating = 'positive'"]
)
async def test_a_filter_is_tried_out(server: Served, tools: Tools, text: str) -> None:
    """Accepted with what it finds, or refused with the version that it needs."""
    (name, labels) = next((name, labels) for name, _, one, labels in ALL_FILTERS if one == text)
    first = since(next(field for field in FIELDS if field.name == name), "=")

    check = (await tools.call("describe_filter_syntax", experiment="shop", filter=resolved(server, text)))["check"]

    assert check["accepted"] == (server.minor >= first)
    if check["accepted"]:
        assert check["newest_match"]["trace_id"] == tools.trace_id(labels.split()[0])
    else:
        assert needed(first) in check["problems"]
