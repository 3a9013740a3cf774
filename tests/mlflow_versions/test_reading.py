"""get_trace reads what each SDK logged from the server of its version, in every view, to the last character."""

from typing import Any

import pytest

from tests.mlflow_versions.plan import (
    ANSWER,
    FINISHED,
    FOLLOW_UP,
    LAST_ANSWER,
    LONG_TEXT,
    PLANS,
    QUESTION,
    SpanPlan,
    TracePlan,
)
from tests.mlflow_versions.served import Served
from tests.real.calls import Tools
from tests.real.reading import read_spans, read_tree, read_value
from tests.span_rows import span_rows
from tests.stdio_process import run
from tests.tools.conftest import ToolFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.store]

SMALL = 6_000
"""A budget that needs pages for a tree of 121 spans."""

FINDS_OTHER_IDS = (3, 6)
STORES_SPANS = (3, 6)
"""Since then a server returns the spans of a trace in progress: before, they are an artifact, written at its end."""


def span_row(plan: SpanPlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "type": plan.span_type,
        "status": "ERROR" if plan.error else "OK",
        "start_ms": plan.start_ms,
        "duration_ms": plan.duration_ms,
    }


@pytest.mark.parametrize("plan", FINISHED, ids=lambda plan: plan.label)
async def test_the_tree_has_every_span_in_order(tools: Tools, plan: TracePlan) -> None:
    """Over several pages where it is large."""
    rows = await read_tree(tools, tools.trace_id(plan.label), SMALL)

    assert [{key: row[key] for key in span_row(plan.root)} for row in rows] == [
        span_row(one) for one in plan.root.walk()
    ]
    assert all(row["depth"] == (number > 0) for number, row in enumerate(rows))


@pytest.mark.parametrize("plan", [plan for plan in FINISHED if plan.label != "large"], ids=lambda plan: plan.label)
async def test_opened_spans_hold_what_was_logged(tools: Tools, plan: TracePlan) -> None:
    """Inputs, outputs and attributes as the application gave them, and the exception that ended a span."""
    trace_id = tools.trace_id(plan.label)
    rows = await read_tree(tools, trace_id, SMALL)
    spans = await read_spans(tools, trace_id, [row["span_id"] for row in rows], SMALL)

    for row, logged in zip(rows, plan.root.walk(), strict=True):
        span = spans[row["span_id"]]
        assert span.get("inputs") == logged.inputs
        assert span.get("outputs") == logged.outputs
        assert span.get("attributes", {}).items() >= logged.attributes.items()
        raised = [event["attributes"]["exception.message"] for event in span.get("events", [])]
        assert raised == ([logged.error] if logged.error else [])


async def test_the_overview_shows_the_error_that_began_it(tools: Tools) -> None:
    """With type, message and stack, and what failed because of it."""
    answer = await tools.get(tools.trace_id("failed"))

    assert answer["totals"]["spans"] == 3 and answer["totals"]["errors"] == 2
    (error,) = answer["errors"]
    assert (error["name"], error["exception"]) == ("charge_card", "PaymentError")
    assert error["message"].endswith("card 4711 was declined")
    assert "raise PaymentError(plan.error)" in error["stack"]
    assert [row["name"] for row in answer["critical_path"]] == ["refund", "look_up_order", "charge_card"]


async def test_a_long_value_is_read_on_to_its_end(tools: Tools) -> None:
    """From one offset to the next, until every character was there."""
    (root, *_) = await read_tree(tools, tools.trace_id("large"), SMALL)

    kind, text = await read_value(
        tools, tools.trace_id("large"), root["span_id"], "inputs.pages[1].text", max_chars=20_000
    )

    assert (kind, text) == ("string", LONG_TEXT)


async def test_an_expression_is_found_where_it_stands(tools: Tools) -> None:
    """In the one text among hundreds, with the path that reads on there."""
    answer = await tools.get(tools.trace_id("large"), find=r"line 1999 of")

    assert [(match["path"], match["offset"]) for match in answer["matches"]] == [
        ("inputs.pages[1].text", LONG_TEXT.index("line 1999"))
    ]


async def test_the_conversation_is_read_once(tools: Tools) -> None:
    """The history that the second call of the model repeats included."""
    answer = await tools.get(tools.trace_id("second_turn"), view="conversation")

    shown = [(message["role"], message["text"]) for message in answer["messages"]]
    said = [(one["role"], one["content"]) for one in (QUESTION, ANSWER, FOLLOW_UP, LAST_ANSWER)]
    assert shown == said


async def test_a_trace_in_progress_is_one(server: Served, tools: Tools) -> None:
    """With the spans that arrived, on servers that take them before the end; and no duration that was made up."""
    answer = await tools.get(tools.trace_id("under_way"))

    assert answer["trace"]["status"] == "IN_PROGRESS"
    assert "The trace is still in progress" in answer["notes"][0]
    arrived = [row["name"] for row in span_rows(answer)]
    assert arrived == (["list_documents"] if server.minor >= STORES_SPANS else [])
    assert answer["trace"].get("execution_time_ms") == (None if server.minor < (3, 4) else 20)


@pytest.mark.parametrize("given", ["link", "beginning", "the application's own"])
async def test_a_trace_is_found_by_whatever_names_it(server: Served, tools: Tools, given: str) -> None:
    """Or the error says that this MLflow cannot look for it, and which one can."""
    trace_id = tools.trace_id("first_turn")
    link = f"{server.store.tracking_uri}/#/experiments/1/traces?selectedEvaluationId={trace_id}"
    name = {"link": link, "beginning": trace_id[:20], "the application's own": "req-1"}[given]

    if given == "link" or server.minor >= FINDS_OTHER_IDS:
        assert (await tools.get(name))["trace"]["trace_id"] == trace_id
    else:
        with pytest.raises(ToolFailedError, match=r"looked for this id only; .* it needs MLflow 3\.6 or newer"):
            await tools.get(name)


async def test_what_is_not_there_is_not_found(tools: Tools) -> None:
    """Servers differ in how they say so."""
    with pytest.raises(ToolFailedError, match="No trace 'tr-00000000000000000000000000000000' in http"):
        await tools.get("tr-00000000000000000000000000000000")


def test_the_command_sees_the_store(server: Served) -> None:
    """`mcp-traces check`, as it was installed, against this server."""
    done = run("check", MLFLOW_TRACKING_URI=server.store.tracking_uri)

    assert done.returncode == 0, done.stderr
    assert f"server at {server.store.tracking_uri}, MLflow {server.version}\n" in done.stdout
    assert f"'shop' (id {server.experiment_id}): {len(PLANS)} traces" in done.stdout
