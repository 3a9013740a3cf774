"""Conditions that MLflow's filter cannot carry are asked of each trace it finds, and never forgotten."""

from typing import Any

import anyio
import pytest

from mcp_traces.records import AssessmentFailure, Trace, TracePage
from mcp_traces.store.gateway import TraceQuery
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import call_tool, connected, read_all

pytestmark = pytest.mark.anyio


def trace(trace_id: str, said: Any, *, at_ms: int = 0, **fields: Any) -> Trace:
    return make_trace(
        make_span(outputs=said), info=make_trace_info(trace_id, request_time_ms=START_MS + at_ms, **fields)
    )


def ids(answer: dict[str, Any]) -> list[str]:
    return [row["trace_id"] for row in answer["traces"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100%", ["tr-percent"]),
        ("of_it", ["tr-percent"]),
        ('say "hi"', ["tr-quote"]),
        ("name", []),
        ("STATUS_CODE", []),
        ("GRÖSSE", ["tr-umlaut"]),
        ("größe", ["tr-umlaut"]),
    ],
)
async def test_text_is_exactly_what_was_written(text: str, expected: list[str]) -> None:
    """LIKE has wildcards but no escapes, and sees the names of fields."""
    gateway = FakeTraceGateway(
        [
            trace("tr-percent", "100% of_it"),
            trace("tr-loose", "100 percent of it"),
            trace("tr-quote", 'they say "hi"'),
            trace("tr-no-quote", "they say so, hi"),
            trace("tr-umlaut", "Die GRÖSSE zählt"),
        ]
    )

    assert ids(await call_tool(gateway, "search_traces", {"text": text})) == expected


async def test_text_type_and_name_are_about_one_span() -> None:
    """As in MLflow: a trace in which one span says it and another has the name is not meant."""
    said, other = make_span("search", span_type="TOOL", outputs="100%"), make_span("agent", outputs="100 %")
    gateway = FakeTraceGateway([make_trace(said, other)])

    for arguments, count in (
        ({"span_name": "search"}, 1),
        ({"span_name": "agent"}, 0),
        ({"span_type": "TOOL"}, 1),
        ({"span_type": "LLM"}, 0),
    ):
        answer = await call_tool(gateway, "search_traces", {"text": "100%", **arguments})
        assert answer["returned"] == count, arguments


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"tags": {"name": "x"}}, ["tr-1"]),
        ({"tags": {"name": "x", "k": "v"}}, ["tr-1"]),
        ({"tags": {"name": "agent"}}, []),
        ({"metadata": {"Text": "x"}}, ["tr-2"]),
        ({"feedback": {"name": 5}}, ["tr-2"]),
        ({"feedback": {"name": 5.0}}, ["tr-2"]),
        ({"feedback": {"name": "5"}}, []),
        ({"expectation": {"name": 5}}, []),
        ({"feedback": {"name": "overridden"}}, []),
        ({"tags": {"name": "x"}, "text": "100%"}, []),
        ({"tags": {"name": "x"}, "has_error": True}, []),
    ],
    ids=str,
)
async def test_a_key_that_mlflow_takes_for_another_is_answered_from_the_rows(
    arguments: dict[str, Any], expected: list[str]
) -> None:
    """`tag.name` in a filter is the trace's name to MLflow."""
    assessments = (make_assessment("name", 5), make_assessment("name", "overridden", valid=False))
    gateway = FakeTraceGateway(
        [
            trace("tr-1", "100 per cent", name="agent", tags={"name": "x", "k": "v"}),
            trace("tr-2", "100%", name="x", trace_metadata={"Text": "x"}, assessments=assessments),
        ]
    )

    answer = await call_tool(gateway, "search_traces", arguments)

    assert ids(answer) == expected
    assert any("MLflow's filter cannot name the key of" in note for note in answer["notes"])


@pytest.mark.parametrize("order", ["newest", "oldest", "slowest", "fastest"])
@pytest.mark.parametrize("limit", [1, 3, 100])
async def test_spellings_of_text_are_one_search(order: str, limit: int) -> None:
    """What one pattern finds and what another finds come in one order, a trace that both find once."""
    forms = ["größe", "GRÖSSE Größe", "Größe", "grosse", "gr\\u00f6\\u00dfe", "größe"]
    traces = [
        trace(f"tr-{i:02}", forms[i % len(forms)], at_ms=i % 7, execution_duration_ms=i % 5 or None) for i in range(30)
    ]

    seen = await read_all(FakeTraceGateway(traces), {"text": "größe", "order_by": order, "limit": limit})

    all_of_them = await read_all(FakeTraceGateway(traces), {"order_by": order, "limit": 100})
    saying = [f"tr-{i:02}" for i in range(30) if i % len(forms) not in (3, 4)]
    assert seen == [one for one in all_of_them if one in saying]


async def test_in_another_order_text_says_what_it_leaves_out() -> None:
    """Only times and durations can be merged."""
    gateway = FakeTraceGateway([trace("tr-1", "größe")])

    answer = await call_tool(gateway, "search_traces", {"text": "größe", "order_by": "name ASC"})

    assert ids(answer) == ["tr-1"]
    assert "In this order `text` is searched only as written" in answer["notes"][0]


class SlowGateway(FakeTraceGateway):
    """Takes a while over each trace it reads, as a server does over large ones."""

    async def get_trace(self, trace_id: str) -> Trace:
        await anyio.sleep(0.05)
        return await super().get_trace(trace_id)


async def test_when_time_is_up_the_answer_says_what_was_covered() -> None:
    """A thousand candidates take longer than a call may: what was looked at is told, and a cursor goes on from it."""
    traces = [trace(f"tr-{i:03}", "100%" if i == 5 else "100 of", at_ms=-i * 1_000) for i in range(100)]
    arguments: dict[str, Any] = {"text": "100%"}
    async with connected(SlowGateway(traces), timeout_s=1) as call:
        first = await call("search_traces", arguments)
        found = ids(first)
        answer = first
        while "next_cursor" in answer:
            answer = await call("search_traces", {**arguments, "cursor": answer["next_cursor"]})
            found += ids(answer)

    assert "2025-10-09T08:53:20.000Z to 2025-10-09T08:5" in first["notes"][0]
    assert "were looked at one by one for text in the time a call may take" in first["notes"][0]
    assert found == ["tr-005"]


async def test_a_trace_deleted_between_finding_and_reading_is_not_shown() -> None:
    """It says nothing any more, and must not fail the search."""

    class Vanishing(FakeTraceGateway):
        async def get_trace(self, trace_id: str) -> Trace:
            if trace_id == "tr-1":
                self._traces.pop("tr-1", None)
            return await super().get_trace(trace_id)

    gateway = Vanishing([trace("tr-1", "100%"), trace("tr-2", "100%")])

    assert ids(await call_tool(gateway, "search_traces", {"text": "100%"})) == ["tr-2"]


@pytest.mark.parametrize("limit", [1, 100])
@pytest.mark.parametrize("order_by", ["newest", "fastest"])
async def test_a_server_finds_a_session_by_its_parts(order_by: str, limit: int) -> None:
    """Two questions, answered as one: the session itself, and arrays that hold it."""
    held = ["chain", '["user", "chain"]', '["chain-2"]', None, '["x", "say \\"chain\\""]', "chain"]
    traces = [
        trace(f"tr-{at}", "x", at_ms=-at, trace_metadata={"mlflow.trace.session": one} if one else {})
        for at, one in enumerate(held)
    ]

    seen = await read_all(
        FakeTraceGateway(traces), {"session_id": "chain", "order_by": order_by, "limit": limit, "experiment": "1"}
    )

    assert seen == ["tr-0", "tr-1", "tr-5"]


async def test_what_mlflow_has_no_condition_for_is_said_to_be_checked() -> None:
    """Each trace found is checked, which takes longer than a search: the answer says so."""
    failed = make_assessment("judge", None, failure=AssessmentFailure("TIMEOUT"))
    usage = {"mlflow.trace.tokenUsage": '{"total_tokens": 500}', "mlflow.trace.cost": '{"total_cost": 0.5}'}
    gateway = FakeTraceGateway([trace("tr-1", "x", assessments=(failed,), trace_metadata=usage), trace("tr-2", "y")])

    for arguments, note in (
        ({"failed_judge": "judge"}, "MLflow's filter has no such condition as failed_judge: each trace found was"),
        ({"failed_judge": "*"}, "MLflow's filter has no such condition as failed_judge"),
        ({"min_tokens": 500}, "MLflow's filter has no such condition as min_tokens"),
        ({"min_cost": 0.5}, "MLflow's filter has no such condition as min_cost"),
    ):
        answer = await call_tool(gateway, "search_traces", arguments)
        assert ids(answer) == ["tr-1"]
        assert answer["notes"][0].startswith(note)
    answer = await call_tool(gateway, "search_traces", {"min_span_duration_ms": 1_200})
    assert ids(answer) == ["tr-2", "tr-1"] or ids(answer) == ["tr-1", "tr-2"]
    assert answer["notes"][0].startswith("MLflow's filter has no duration of spans")


async def test_an_order_that_took_too_long_says_what_it_covers() -> None:
    """The largest of all is not known when not all were read."""

    class Slow(FakeTraceGateway):
        async def search_traces(self, query: TraceQuery) -> TracePage:
            await anyio.sleep(0.5)
            return await super().search_traces(query)

    traces = [
        trace(f"tr-{at:04}", "x", at_ms=-at, trace_metadata={"mlflow.trace.tokenUsage": f'{{"total_tokens": {at}}}'})
        for at in range(1_600)
    ]
    async with connected(Slow(traces), timeout_s=2) as call:
        answer = await call("search_traces", {"order_by": "tokens", "limit": 1, "experiment": "1"})

    assert ids(answer) == ["tr-0499"]
    assert answer["notes"][0].startswith("The order is that of the newest 500 traces that match, back to 2025-10-09")
