"""describe_filter_syntax with a filter: taken or not, what it means, and which clause removes everything."""

from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from mcp_traces.records import Experiment, TracePage
from mcp_traces.store.gateway import TraceQuery
from tests.builders import START_MS, make_span, make_trace, make_trace_info
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool

pytestmark = pytest.mark.anyio

TRACE = make_trace(
    make_span("agent"), make_span("look_up", span_type="TOOL"), info=make_trace_info(tags={"environment": "production"})
)


async def check(text: str, gateway: FakeTraceGateway | None = None, **more: Any) -> dict[str, Any]:
    return await call_tool(gateway or FakeTraceGateway([TRACE]), "describe_filter_syntax", {"filter": text} | more)


async def test_a_filter_that_finds_something_is_told_clause_by_clause(mode: str) -> None:
    """With the value as MLflow reads it, and the newest trace it finds as proof."""
    text = "status = 'OK' and timestamp_ms >= 1700000000000 AND tag.environment LIKE 'prod%'"

    answer = await call_tool(FakeTraceGateway([TRACE]), "describe_filter_syntax", {"filter": text}, mode)

    assert answer == snapshot(
        {
            "store": "server, MLflow 3.17.2",
            "check": {
                "accepted": True,
                "clauses": [
                    {
                        "clause": "trace.status = 'OK'",
                        "field": "trace.status",
                        "operator": "=",
                        "value": "OK",
                        "means": "the root's status is 'OK'",
                    },
                    {
                        "clause": "trace.timestamp_ms >= 1700000000000",
                        "field": "trace.timestamp_ms",
                        "operator": ">=",
                        "value": 1700000000000,
                        "means": "the trace's start is at least 1700000000000 (2023-11-14T22:13:20.000Z)",
                    },
                    {
                        "clause": "tag.environment LIKE 'prod%'",
                        "field": "tag.environment",
                        "operator": "LIKE",
                        "value": "prod%",
                        "means": "tag 'environment' begins with 'prod'",
                    },
                ],
                "newest_match": {
                    "trace_id": "tr-1",
                    "name": "agent",
                    "status": "OK",
                    "request_time": "2025-10-09T08:53:20.000Z",
                    "execution_time_ms": 1200,
                },
            },
        }
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "status == 'error'",
            {
                "accepted": False,
                "problems": "`==` is written `=`. `trace.status` is written in capitals: ERROR.",
                "corrected": "trace.status = 'ERROR'",
            },
        ),
        (
            "name = 'a' OR tag.x = 'b'",
            {
                "accepted": False,
                "problems": "MLflow's filters have no OR.",
                "alternatives": ["trace.name = 'a'", "tag.x = 'b'"],
            },
        ),
    ],
)
async def test_a_wrong_filter_is_corrected(text: str, told: dict[str, Any]) -> None:
    """What is wrong, and what to send instead."""
    assert (await check(text))["check"] == told


async def test_the_clause_to_blame_is_named() -> None:
    """The filter is right, and one of its words is not."""
    answer = await check("status = 'OK' AND tag.environment = 'prod' AND name = 'agent'")

    assert answer["check"]["accepted"] is True
    assert "newest_match" not in answer["check"]
    assert answer["notes"] == [
        "Nothing matches; the newest trace here began at 2025-10-09T08:53:20.000Z.",
        "Without filter (tag.environment = 'prod') there are matches.",
        "tags.environment 'prod' has none; did you mean 'production'?",
    ]


async def test_clauses_on_spans_are_said_to_be_about_one_span() -> None:
    """The trap that no single clause shows."""
    answer = await check("span.name = 'agent' AND span.type = 'TOOL'")

    assert answer["notes"][0] == "The clauses on span.* and trace.text must all hold for one and the same span."
    assert "Without filter (span.name = 'agent') there are matches." in answer["notes"]


async def test_an_empty_filter_is_every_trace() -> None:
    """As for search_traces."""
    assert (await check(" "))["check"]["newest_match"]["trace_id"] == "tr-1"


async def test_where_a_search_would_ask_for_an_experiment_all_are_tried() -> None:
    """Whether a filter is right does not depend on it."""
    other = make_trace(info=make_trace_info("tr-7", experiment_id="7", name="other"))
    gateway = FakeTraceGateway([TRACE, other], [EXPERIMENT, Experiment("7", "evaluation", START_MS)])

    assert (await check("name = 'other'", gateway))["check"]["newest_match"]["trace_id"] == "tr-7"
    named = await check("name = 'other'", gateway, experiment="support-assistant")
    assert "newest_match" not in named["check"]
    with pytest.raises(ToolFailedError, match="No experiment 'nope'"):
        await check("name = 'other'", gateway, experiment="nope")


async def test_only_what_may_be_seen_is_tried() -> None:
    """A filter must not tell what an allow-list hides."""
    other = make_trace(info=make_trace_info("tr-7", experiment_id="7", name="other"))
    gateway = FakeTraceGateway([TRACE, other], [EXPERIMENT, Experiment("7", "evaluation", START_MS)])

    answer = await call_tool(gateway, "describe_filter_syntax", {"filter": "name = 'other'"}, experiments="1")

    assert "newest_match" not in answer["check"]


@pytest.mark.parametrize(
    "text",
    [
        " AND ".join(f"tag.key{number} = '{'long value ' * 10}'" for number in range(29)),
        f"span.name IN ({', '.join(repr('x' * 50) for _ in range(300))})",
        f"name = '{'x' * 30_000}'",
        f"name == '{'x' * 30_000}'",
        "tag.a == 'x' OR " * 5 + f"name = '{'y' * 9_000}'",
    ],
    ids=["many clauses", "long list", "long value", "long and wrong", "long alternatives"],
)
async def test_however_long_the_filter_the_answer_is_not(text: str) -> None:
    """Within the budget, and with a word about what is left out."""
    answer = await call_tool(FakeTraceGateway([TRACE]), "describe_filter_syntax", {"filter": text}, max_chars=2_000)

    told = answer["check"].get("clauses", [])
    if answer["check"]["accepted"]:
        written = len(text.split(" AND "))
        assert told and (len(told) == written or f"{len(told)} of {written} clauses are shown." in answer["notes"])
    else:
        assert answer["notes"] == ["The corrected filter is too long to show. Fix the parts named above."]


async def test_a_search_that_takes_too_long_leaves_the_explanation() -> None:
    """What the filter means is known without the store."""

    class Slow(FakeTraceGateway):
        async def search_traces(self, query: TraceQuery) -> TracePage:
            await anyio.sleep(60)
            raise AssertionError

    answer = await call_tool(
        Slow(), "describe_filter_syntax", {"filter": "status = 'OK'", "experiment": "1"}, timeout_s=1
    )

    assert answer["check"]["clauses"][0]["means"] == "the root's status is 'OK'"
    assert answer["notes"] == [
        "MLflow takes it; searching with it took too long to say whether anything matches. Narrow it with since."
    ]
