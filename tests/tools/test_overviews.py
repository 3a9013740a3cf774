"""Overviews are lean: short for any trace, with what tools and retrievers were given and answered."""

import json
from random import Random
from typing import Any

import pytest

from mcp_traces.records import Span, Trace
from mcp_traces.shaping.overview import CHARS_OF_FEW, CHARS_OF_MANY, lean_chars
from tests.builders import make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.frameworks.expectations import cases
from tests.frameworks.frameworks import Framework
from tests.frameworks.recordings import recorded_spans
from tests.span_rows import span_rows
from tests.tools.conftest import call_tool

pytestmark = pytest.mark.anyio

STACK = """Traceback (most recent call last):
  File "/app/.venv/lib/python3.12/site-packages/httpx/_client.py", line 1, in send
    raise error
  File "/app/shop/pay.py", line 12, in charge
    gateway.post(order)
TimeoutError: no answer"""
DOCUMENTS = [
    {"page_content": "Parcels to islands take ten days. " * 5, "metadata": {"source": f"{n}.md"}} for n in range(3)
]


def size(answer: dict[str, Any]) -> int:
    return len(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))


async def overview(trace: Trace, **arguments: Any) -> dict[str, Any]:
    return await call_tool(FakeTraceGateway([trace]), "get_trace", {"trace_id": trace.info.trace_id, **arguments})


def agent(count: int) -> Trace:
    """An agent's run of so many spans, some of which failed."""
    random = Random(count)
    spans = [make_span("agent", span_type="AGENT", inputs={"question": "why " * 90}, outputs={"answer": "so " * 90})]
    for index in range(count - 1):
        kind = random.choice(["LLM", "TOOL", "RETRIEVER", "CHAIN"])
        failed = random.random() < 0.03
        spans.append(
            make_span(
                f"{kind.lower()} {index % 17}",
                random.choice(spans[:20]),
                span_id=f"{index:016x}",
                span_type=kind,
                start_ms=index * 20,
                duration_ms=18,
                status="ERROR" if failed else "OK",
                status_message="TimeoutError: no answer" if failed else None,
                inputs={"query": f"how long do parcels to island {index} take?", "limit": index},
                outputs=DOCUMENTS,
                events=(make_exception_event("TimeoutError", "no answer", STACK),) if failed else (),
            )
        )
    return make_trace(*spans, info=make_trace_info(f"tr-{count}", tags={"environment": "production " * 40}))


@pytest.mark.parametrize(("framework", "run"), cases())
async def test_overviews_of_recorded_agents_are_short(framework: Framework, run: str) -> None:
    """Each of these runs has fewer than 20 spans."""
    spans = recorded_spans(framework.recording(run))
    answer = await overview(make_trace(*spans))

    assert size(answer) <= CHARS_OF_FEW
    tools = [row for row in span_rows(answer) if row["type"] == "TOOL"]
    recorded = [one for one in spans if one.span_type == "TOOL" and one.inputs is not None]
    assert sum("inputs" in row for row in tools) == len(recorded)


@pytest.mark.parametrize("count", [1, 20, 60, 200, 500, 2_000])
async def test_an_overview_of_any_length_is_short(count: int) -> None:
    """3,500 characters up to 20 spans, 6,000 from 500 on; tools and retrievers show both sides."""
    answer = await overview(agent(count))

    assert size(answer) <= lean_chars(count) <= CHARS_OF_MANY
    assert answer["total"] == count and answer["shown"] == len(span_rows(answer))
    for row in span_rows(answer):
        assert row["type"] not in ("TOOL", "RETRIEVER") or {"inputs", "outputs"} <= row.keys()


async def test_a_caller_who_gives_a_budget_gets_more() -> None:
    """The default is for looking around."""
    lean, full = await overview(agent(60)), await overview(agent(60), max_chars=20_000)

    assert size(lean) < size(full) <= 20_000
    assert len(str(span_rows(lean)[0])) < len(str(span_rows(full)[0]))


def failing(*more: Span, **fields: Any) -> Trace:
    root = make_span("agent", span_type="AGENT", inputs="pay", outputs=None)
    event = make_exception_event("TimeoutError", "no answer", STACK)
    charge = make_span(
        "charge",
        root,
        span_type="TOOL",
        status="ERROR",
        status_message="TimeoutError: no answer",
        events=(event,),
        inputs={"order": "A-1"},
        **fields,
    )
    return make_trace(root, charge, *more)


async def test_what_errors_show_is_not_repeated_in_the_spans() -> None:
    """The failed tool's row has what it was given. The stack has the application's frames alone."""
    answer = await overview(failing())

    (error,) = answer["errors"]
    assert error["stack"] == '  File "/app/shop/pay.py", line 12, in charge\n    gateway.post(order)'
    assert str(answer["spans"]).count("no answer") == 0
    assert [row.get("inputs") for row in span_rows(answer)] == ["pay", {"order": "A-1"}]


async def test_the_same_failure_again_is_listed_without_its_stack() -> None:
    """Retries fail alike."""
    root = make_span("agent")
    event = make_exception_event("TimeoutError", "no answer", STACK)
    tries = [
        make_span("charge", root, start_ms=at, status="ERROR", events=(event,), status_message="no answer")
        for at in range(3)
    ]

    answer = await overview(make_trace(root, *tries))

    assert [("stack" in one, one["message"]) for one in answer["errors"]] == [
        (True, "no answer"),
        (False, "no answer"),
        (False, "no answer"),
    ]


async def test_mlflows_own_metadata_is_left_to_path() -> None:
    """Where the code ran is rarely the question; what the application said of itself often is."""
    metadata = {"mlflow.source.name": "app.py", "mlflow.user": "service", "mlflow.modelId": "m-1", "tenant": "eu"}
    trace = make_trace(make_span(), info=make_trace_info("tr-1", trace_metadata=metadata))

    answer = await overview(trace)
    value = (await overview(trace, path="metadata"))["value"]

    assert answer["trace"]["metadata"] == {"mlflow.modelId": "m-1", "tenant": "eu"}
    assert json.loads(value["text"]) == metadata


@pytest.mark.parametrize(
    ("outputs", "shown"),
    [([], []), ("", '""'), (0, 0), ({"a": 1}, {"a": 1}), ("two\nlines", "two lines")],
    ids=str,
)
async def test_outputs_are_shown_as_they_were_recorded(outputs: Any, shown: Any) -> None:
    """An empty list is an answer; null in a row says that nothing was recorded."""
    root = make_span("agent")
    tool = make_span("look_up", root, span_type="TOOL", outputs=outputs)

    rows = span_rows(await overview(make_trace(root, tool)))

    assert [row.get("outputs") for row in rows] == [None, shown]


async def test_a_recorded_null_differs_from_none() -> None:
    """A tool that answered null did answer."""
    tool = make_span("look_up", span_type="TOOL", attributes={"mlflow.spanOutputs": None})

    assert [row["outputs"] for row in span_rows(await overview(make_trace(tool)))] == ["null"]
