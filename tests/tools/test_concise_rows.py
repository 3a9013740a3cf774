"""Concise rows: a page of them is short, nothing is left out silently, and failures show their errors."""

import json
from typing import Any

import anyio
import pytest

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.records import Json, Trace
from mcp_traces.shaping.short_rows import PAGE_CHARS, ROW_CHARS
from tests.builders import make_assessment, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.frameworks.frameworks import FRAMEWORKS
from tests.frameworks.recordings import recorded_spans
from tests.frameworks.scenario import RUNS
from tests.tools.conftest import call_tool, read_all

pytestmark = pytest.mark.anyio

SECRET = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
LONG_ID = "0f1a3c5e-7d2b-4c6f-9a8e-1b3d5f7a9c0e"


def size(answer: Json) -> int:
    return len(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))


def preview(value: Json) -> str | None:
    """What MLflow keeps of a value without OpenAI's messages: its JSON, cut."""
    text = json.dumps(value)
    return None if value is None else text if len(text) <= 1_000 else text[:997] + "..."


def recorded_traces() -> list[Trace]:
    traces: list[Trace] = []
    for framework in FRAMEWORKS:
        for run in RUNS:
            spans = recorded_spans(framework.recording(run))
            root = next(span for span in spans if span.parent_id is None)
            info = make_trace_info(
                f"tr-{len(traces):032x}",
                name=root.name,
                state="ERROR" if root.status == "ERROR" else "OK",
                request_preview=preview(root.inputs),
                response_preview=preview(root.outputs),
                trace_metadata=usage(len(spans)),
            )
            traces.append(make_trace(*spans, info=info))
    return traces


def usage(spans: int) -> dict[str, str]:
    tokens = {"input_tokens": 1_200, "output_tokens": 30, "total_tokens": 1_230}
    return {
        "mlflow.trace.tokenUsage": json.dumps(tokens),
        "mlflow.trace.sizeStats": json.dumps({"num_spans": spans}),
    }


def wordy(number: int, **metadata: str) -> Trace:
    """A trace with long words, long ids and judges, as teams log them."""
    judges = tuple(make_assessment(name, 0.5, source_type="LLM_JUDGE") for name in ("relevance", "groundedness"))
    info = make_trace_info(
        f"tr-{number:032x}",
        request_preview=f"Question {number}: " + "why is my parcel late? " * 40,
        response_preview=json.dumps({"answer": "It is late because of the weather. " * 30})[:997] + "...",
        trace_metadata=usage(12) | metadata,
        assessments=judges,
    )
    return make_trace(make_span("agent"), info=info)


IDS = {"mlflow.trace.session": LONG_ID, "mlflow.trace.user": "user-1042", "mlflow.sourceRun": "0" * 32}


@pytest.mark.parametrize("order_by", ["newest", "oldest"])
async def test_a_page_of_recorded_agents_is_short(order_by: str) -> None:
    """26 runs of 13 frameworks, whose requests and answers MLflow keeps as JSON."""
    answer = await call_tool(FakeTraceGateway(recorded_traces()), "search_traces", {"order_by": order_by})

    assert answer["returned"] == 20 and size(answer) <= PAGE_CHARS
    texts = [row.get(key, "") for row in answer["traces"] for key in ("request_preview", "response_preview")]
    assert sum("Where is order" in text for text in texts) >= 8
    assert not [text for text in texts if text.startswith('{"messages')]


async def test_a_page_of_long_rows_says_what_it_leaves_out() -> None:
    """What helps least to choose a trace goes first; words and ids stay."""
    answer = await call_tool(FakeTraceGateway([wordy(at) for at in range(20)]), "search_traces", {})

    assert answer["returned"] == 20 and size(answer) <= PAGE_CHARS
    assert all(row["request_preview"].startswith("Question") for row in answer["traces"])
    assert {"name": "relevance", "value": 0.5} in answer["traces"][0]["assessments"]
    assert answer["notes"] == [
        "Left out to keep the page short: assessments' source and span_id, span_count, tokens, cost, response_preview. "
        "detail='detailed' shows all."
    ]


async def test_a_short_page_leaves_nothing_out() -> None:
    """Whoever narrows a search down gets whole rows."""
    answer = await call_tool(FakeTraceGateway([wordy(at, **IDS) for at in range(5)]), "search_traces", {})

    assert "notes" not in answer
    row = answer["traces"][0]
    assert row["tokens"] == {"total": 1_230} and row["span_count"] == 12 and row["response_preview"]


@pytest.mark.parametrize(("limit", "most"), [(20, PAGE_CHARS), (50, 50 * ROW_CHARS), (100, 20_000)])
async def test_rows_too_long_for_their_page_go_on_to_the_next(limit: int, most: int) -> None:
    """Every row is on one page, whatever its ids take."""
    traces = [wordy(at, **IDS) for at in range(60)]
    gateway = FakeTraceGateway(traces)

    answer = await call_tool(gateway, "search_traces", {"limit": limit})

    assert size(answer) <= most and answer["returned"] >= 12
    assert await read_all(gateway, {"limit": limit}) == [one.info.trace_id for one in sorted(traces, key=_newest)]


def _newest(trace: Trace) -> tuple[int, str]:
    return -trace.info.request_time_ms, trace.info.trace_id


def failed(number: int, message: str = "no answer after 30 s", **info: Any) -> Trace:
    root = make_span("agent", status=info.get("state", "ERROR"))
    step = make_span("pay", root, status="ERROR", start_ms=1)
    event = make_exception_event("TimeoutError", message, "Traceback …")
    charge = make_span("charge", step, status="ERROR", start_ms=2, events=(event,), status_message=message)
    return make_trace(root, step, charge, info=make_trace_info(f"tr-{number:032x}", **{"state": "ERROR", **info}))


@pytest.mark.parametrize(
    "arguments",
    [
        {"status": "ERROR"},
        {"has_error": True},
        {"filter": "trace.status = 'ERROR'"},
        {"filter": "span.status = 'ERROR' AND span.name = 'charge'"},
    ],
    ids=str,
)
async def test_a_search_for_failures_shows_the_root_cause(arguments: dict[str, Any], mode: str) -> None:
    """Why yesterday's runs failed is one call, read in one question to the store."""
    gateway = FakeTraceGateway([failed(1), make_trace(make_span("fine"), info=make_trace_info("tr-fine"))])

    answer = await call_tool(gateway, "search_traces", arguments, mode)

    assert [row["error"] for row in answer["traces"]] == ["TimeoutError: no answer after 30 s (in charge)"]


@pytest.mark.parametrize("arguments", [{}, {"has_error": False}, {"filter": "trace.status != 'ERROR'"}], ids=str)
async def test_other_searches_read_no_spans(arguments: dict[str, Any]) -> None:
    """They take as long as before."""
    gateway = FakeTraceGateway([make_trace(make_span("fine"))])

    answer = await call_tool(gateway, "search_traces", arguments)

    assert answer["returned"] == 1 and not [row for row in answer["traces"] if "error" in row]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ({"status_message": "ValueError: bad input"}, "ValueError: bad input (in step)"),
        ({"status_message": "line 1\n  line 2"}, "line 1 line 2 (in step)"),
        ({}, "failed (in step)"),
        ({"events": (make_exception_event("KeyError", "", ""),)}, "KeyError (in step)"),
        ({"events": (make_exception_event("A", "A: said twice", ""),)}, "A: said twice (in step)"),
        ({"status_message": f"{SECRET} {'x' * 200}"}, "[masked: github_token] xxx"),
    ],
    ids=["status message", "one line", "nothing said", "type alone", "type in the message", "a secret"],
)
async def test_an_error_is_one_line(span: dict[str, Any], expected: str) -> None:
    """Whatever the tracer recorded of it; masked before it is cut."""
    trace = make_trace(make_span("step", status="ERROR", **span), info=make_trace_info(state="ERROR"))

    answer = await call_tool(FakeTraceGateway([trace]), "search_traces", {"status": "ERROR"})

    (row,) = answer["traces"]
    assert row["error"].startswith(expected) and row["error"].endswith("(in step)")


async def test_words_of_a_preview_are_masked_again() -> None:
    """JSON can spell a secret so that no pattern sees it."""
    spelled = "".join(f"\\u{ord(letter):04x}" for letter in SECRET)
    info = make_trace_info(request_preview=f'{{"question": "My key is {spelled}"}}')

    answer = await call_tool(FakeTraceGateway([make_trace(make_span(), info=info)]), "search_traces", {})

    assert answer["traces"][0]["request_preview"] == "My key is [masked: github_token]"
    assert answer["masked"] == {"github_token": 1}


async def test_a_page_of_errors_is_short_and_names_their_spans() -> None:
    """A long message is cut, the span behind it is not."""
    traces = [failed(at, f"request {at} to payments.example.com was not answered " * 5) for at in range(20)]

    answer = await call_tool(FakeTraceGateway(traces), "search_traces", {"has_error": True})

    assert answer["returned"] == 20 and size(answer) <= PAGE_CHARS
    assert all(row["error"].startswith("TimeoutError: request") for row in answer["traces"])
    assert all(row["error"].endswith("… (in charge)") for row in answer["traces"])


class Failing(FakeTraceGateway):
    async def get_traces(self, trace_ids: object) -> tuple[Trace, ...]:
        raise StoreUnavailableError("MLflow at somewhere does not answer.")


async def test_rows_come_without_errors_where_spans_cannot_be_read() -> None:
    """The traces were found; the note says what is missing."""
    answer = await call_tool(Failing([failed(1)]), "search_traces", {"status": "ERROR"})

    assert [row.get("error") for row in answer["traces"]] == [None]
    assert answer["notes"] == [
        "The store did not return all spans, so some rows have no error: MLflow at somewhere does not answer."
    ]


async def test_rows_come_without_errors_where_time_runs_out() -> None:
    """A slow server answers the search all the same."""

    class Slow(FakeTraceGateway):
        async def get_traces(self, trace_ids: object) -> tuple[Trace, ...]:
            await anyio.sleep_forever()
            raise AssertionError

    answer = await call_tool(Slow([failed(1)]), "search_traces", {"status": "ERROR"}, timeout_s=1)

    assert answer["returned"] == 1
    assert answer["notes"][0].startswith("error was read for 0 of 1 rows in the time a call may take")
