"""get_trace: the story first, then every span and every character, within the budget of each call."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from mcp_traces.records import Json, Span, StoreInfo, Trace
from mcp_traces.shaping.cleaning import UNMASKED
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.span_views import span_values
from mcp_traces.shaping.text import as_text
from tests.builders import make_assessment, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.span_rows import span_rows
from tests.tools.conftest import Call, ToolFailedError, call_tool, connected

pytestmark = pytest.mark.anyio

STACK = """Traceback (most recent call last):
  File "/app/.venv/lib/python3.12/site-packages/httpx/_client.py", line 1, in send
    raise error
  File "/app/shop/pay.py", line 12, in charge
    gateway.post(order)
TimeoutError: no answer from the payment service"""


def failed_below_an_ok_root() -> Trace:
    root = make_span("agent", span_type="AGENT", duration_ms=1_000, outputs={"answer": "sorry"})
    step = make_span("pay", root, span_type="CHAIN", start_ms=100, duration_ms=700, status="ERROR")
    event = make_exception_event("TimeoutError", "no answer from the payment service", STACK, at_ms=700)
    charge = make_span(
        "charge",
        step,
        span_type="TOOL",
        start_ms=200,
        duration_ms=500,
        status="ERROR",
        status_message="TimeoutError: no answer from the payment service",
        events=(event,),
        inputs={"order": "A-1"},
    )
    answer = make_span(
        "answer",
        root,
        span_type="LLM",
        start_ms=800,
        duration_ms=150,
        attributes={"mlflow.chat.tokenUsage": {"total_tokens": 9}},
    )
    feedback = make_assessment("rating", "negative", rationale="it did not help")
    return make_trace(root, step, charge, answer, info=make_trace_info("tr-shop", assessments=(feedback,)))


async def test_the_overview_tells_what_happened_why_and_where_the_time_went(mode: str) -> None:
    """The root is OK, the cause is two spans down, and the frames of libraries are left out of its stack."""
    answer = await call_tool(FakeTraceGateway([failed_below_an_ok_root()]), "get_trace", {"trace_id": "tr-shop"}, mode)

    assert answer == snapshot(
        {
            "trace": {
                "trace_id": "tr-shop",
                "name": "agent",
                "status": "OK",
                "request_time": "2025-10-09T08:53:20.000Z",
                "execution_time_ms": 1200,
                "experiment_id": "1",
                "assessments": [
                    {
                        "name": "rating",
                        "value": "negative",
                        "source": "HUMAN reviewer_1",
                        "rationale": "it did not help",
                    }
                ],
            },
            "totals": {
                "spans": 4,
                "errors": 2,
                "by_type": [
                    {"type": "AGENT", "spans": 1, "duration_ms": 1000.0},
                    {"type": "CHAIN", "spans": 1, "errors": 1, "duration_ms": 700.0},
                    {"type": "TOOL", "spans": 1, "errors": 1, "duration_ms": 500.0},
                    {"type": "LLM", "spans": 1, "duration_ms": 150.0, "tokens": 9},
                ],
            },
            "errors": [
                {
                    "span_id": "0491a6cbce993470",
                    "name": "charge",
                    "type": "TOOL",
                    "exception": "TimeoutError",
                    "message": "no answer from the payment service",
                    "stack": """\
  File "/app/shop/pay.py", line 12, in charge
    gateway.post(order)\
""",
                    "failed_ancestors": ["45042b7e099988f4"],
                    "recovered_in": "b7f31e75700dfd58",
                }
            ],
            "critical_path": [
                {"span_id": "b7f31e75700dfd58", "name": "agent", "self_ms": 150.0},
                {"span_id": "45042b7e099988f4", "name": "pay", "self_ms": 200.0},
                {"span_id": "0491a6cbce993470", "name": "charge", "self_ms": 500.0},
                {"span_id": "3b9102a705ad0189", "name": "answer", "self_ms": 150.0},
            ],
            "spans": {
                "columns": [
                    "span_id",
                    "depth",
                    "name",
                    "type",
                    "status",
                    "start_ms",
                    "duration_ms",
                    "inputs",
                    "outputs",
                ],
                "rows": [
                    ["b7f31e75700dfd58", 0, "agent", "AGENT", "OK", 0, 1000, None, {"answer": "sorry"}],
                    ["45042b7e099988f4", 1, "pay", "CHAIN", "ERROR", 100, 700, None, None],
                    ["0491a6cbce993470", 2, "charge", "TOOL", "ERROR", 200, 500, {"order": "A-1"}, None],
                    ["3b9102a705ad0189", 1, "answer", "LLM", "OK", 800, 150, None, None],
                ],
            },
            "shown": 4,
            "total": 4,
            "elided": [
                {
                    "span_id": "0491a6cbce993470",
                    "path": 'events[0].attributes["exception.stacktrace"]',
                    "shown": 0,
                    "total": 252,
                }
            ],
            "next": [
                {
                    "why": "what the failed span was given and what it answered",
                    "arguments": {"trace_id": "tr-shop", "span_ids": "0491a6cbce993470"},
                },
                {
                    "why": "what was said, each message once",
                    "arguments": {"trace_id": "tr-shop", "view": "conversation"},
                },
            ],
        }
    )


async def test_opened_spans_show_their_values_as_json() -> None:
    """Inputs are objects, not text with backslashes; MLflow's own keys that are shown elsewhere are not repeated."""
    trace = failed_below_an_ok_root()
    arguments = {"trace_id": "tr-shop", "span_ids": [trace.spans[2].span_id]}

    answer = await call_tool(FakeTraceGateway([trace]), "get_trace", arguments)

    assert answer["spans"] == snapshot(
        [
            {
                "span_id": "0491a6cbce993470",
                "parent_id": "45042b7e099988f4",
                "depth": 2,
                "name": "charge",
                "type": "TOOL",
                "status": "ERROR",
                "status_message": "TimeoutError: no answer from the payment service",
                "start_ms": 200.0,
                "duration_ms": 500.0,
                "inputs": {"order": "A-1"},
                "events": [
                    {
                        "name": "exception",
                        "at_ms": 700,
                        "attributes": {
                            "exception.type": "TimeoutError",
                            "exception.message": "no answer from the payment service",
                            "exception.stacktrace": """\
Traceback (most recent call last):
  File "/app/.venv/lib/python3.12/site-packages/httpx/_client.py", line 1, in send
    raise error
  File "/app/shop/pay.py", line 12, in charge
    gateway.post(order)
TimeoutError: no answer from the payment service\
""",
                        },
                    }
                ],
            }
        ]
    )
    assert (answer["shown"], answer["total"]) == (1, 1)
    assert '"at_ms": 700,' in json.dumps(answer["spans"])  # whole, as every other time is


@pytest.mark.parametrize(
    "given",
    [
        "tr-shop",
        " 'tr-shop' ",
        "tr-sho",
        "http://host:5000/#/experiments/1/traces?selectedEvaluationId=tr-shop",
        "https://host/mlflow/#/experiments/1/traces/tr-shop?tab=x",
        "client-7",
    ],
)
async def test_a_trace_is_named_in_whatever_way_agents_have_it(given: str) -> None:
    """Its id, quoted or begun, a pasted link of MLflow's UI, or the id the application gave it."""
    info = make_trace_info("tr-shop", client_request_id="client-7")
    gateway = FakeTraceGateway([make_trace(info=info), make_trace(info=make_trace_info("tr-other"))])

    answer = await call_tool(gateway, "get_trace", {"trace_id": given})

    assert answer["trace"]["trace_id"] == "tr-shop"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"trace_id": "tr-unknown"},
            "No trace 'tr-unknown' in http://localhost:5000: looked for this id, an id that begins so, and a client "
            "request id. Find it with search_traces.",
        ),
        ({"trace_id": "tr-same"}, "'tr-same' is the beginning of several trace ids. Call again with one of them: tr-s"),
        ({"trace_id": " "}, "names no trace. Give an id as in search_traces rows"),
        ({"trace_id": "https://example.org/x"}, "names no trace"),
        ({}, 'get_trace: `trace_id` is required: text, such as "tr-0a1b2c3d4e5f60718293a4b5c6d7e8f9".'),
        (
            {"trace_id": "tr-1", "span_ids": ["nope"]},
            "This trace has no span 'nope'; it has 1 spans. view='tree'",
        ),
        ({"trace_id": "tr-1", "span_ids": ["a"] * 21}, "`span_ids` names 21 spans; 20 can be opened at once."),
        ({"trace_id": "tr-1", "path": "tag.x"}, "there is no tag at the top. Keys there: request_preview"),
        ({"trace_id": "tr-1", "path": "tags", "offset": 9_999}, "`offset` 9999 lies beyond the value"),
        ({"trace_id": "tr-1", "span_ids": ["a", "b"], "path": "inputs"}, "`span_ids` names several spans. Name one."),
        (
            {"trace_id": "tr-1", "max_chars": 10},
            "`max_chars` takes an integer from 2000 to 80000, such as 8000; got 10.",
        ),
        ({"trace_id": "tr-1", "view": "full"}, '`view` takes one of "overview", "tree", "conversation"; got "full".'),
        ({"trace_id": "tr-1", "view": "tree", "cursor": "zzz"}, "`cursor` is damaged"),
        ({"trace_id": "tr-1", "cursor": "zzz"}, "The overview has no pages. Repeat the arguments of the call"),
        ({"trace_id": "tr-1", "path": "tags", "cursor": "zzz"}, "which is read on with `offset`, has no pages."),
        ({"trace_id": "tr-1", "find": "(a"}, "`find` '(a' is no regular expression at character 0: missing )"),
        ({"trace_id": "tr-1", "find": "a", "path": "tags"}, "`find` and `path` are two ways to read. Give one"),
    ],
    ids=str,
)
async def test_a_mistake_gets_an_error_that_says_the_next_call(arguments: dict[str, Any], message: str) -> None:
    """What was wrong, where we looked, and how to go on."""
    traces = [make_trace(info=make_trace_info(name)) for name in ("tr-1", "tr-same-a", "tr-same-b")]

    with pytest.raises(ToolFailedError) as caught:
        await call_tool(FakeTraceGateway(traces), "get_trace", arguments)

    assert message in str(caught.value)


async def test_a_trace_that_may_not_be_seen_cannot_be_told_from_one_that_does_not_exist() -> None:
    """By its id and by the beginning of it."""
    gateway = FakeTraceGateway([make_trace(info=make_trace_info("tr-hidden"))])

    errors: list[str] = []
    for trace_id in ("tr-hidden", "tr-hidde", "tr-nothing"):
        with pytest.raises(ToolFailedError) as caught:
            await call_tool(gateway, "get_trace", {"trace_id": trace_id}, experiments=("9",))
        errors.append(str(caught.value).replace(trace_id, "ID"))

    assert len(set(errors)) == 1


@pytest.mark.parametrize("max_chars", [2_000, 5_000, 20_000])
async def test_the_tree_pages_to_its_end_with_every_span_once(max_chars: int) -> None:
    """300 spans on pages of any size."""
    root = make_span("root")
    spans = [root, *(make_span(f"step {i}", root, start_ms=i) for i in range(300))]
    arguments: dict[str, Any] = {"trace_id": "tr-1", "view": "tree", "max_chars": max_chars}
    seen: list[str] = []
    async with connected(FakeTraceGateway([make_trace(*spans, info=make_trace_info("tr-1"))])) as call:
        while True:
            answer = await call("get_trace", arguments)
            seen += [span["span_id"] for span in span_rows(answer)]
            assert answer["total"] == 301
            if "next_cursor" not in answer:
                break
            arguments["cursor"] = answer["next_cursor"]

    assert seen == [span.span_id for span in spans]


async def test_missing_spans_are_said() -> None:
    """A trace in progress, or whose payload was lost, is shown as far as it is."""
    gateway = FakeTraceGateway([make_trace(info=make_trace_info("tr-1"), missing="The trace is still in progress.")])

    for arguments in ({}, {"view": "tree"}):
        answer = await call_tool(gateway, "get_trace", {"trace_id": "tr-1", **arguments})
        assert "The trace is still in progress." in answer["notes"]


async def test_a_trace_whose_root_has_not_arrived_is_followed_to_the_span_that_ended_last() -> None:
    """A root is stored when it ends. Where a worker was lost, what ended last is the nearest there is to the reason."""
    root = make_span("job", duration_ms=None)
    load, parse = make_span("load", root, duration_ms=400), make_span("parse", root, start_ms=400, duration_ms=500)
    trace = make_trace(load, parse, info=make_trace_info("tr-lost", state="IN_PROGRESS"))

    answer = await call_tool(FakeTraceGateway([trace]), "get_trace", {"trace_id": "tr-lost"})

    assert answer["next"] == [
        {
            "why": "what the span that ended last was given and answered",
            "arguments": {"trace_id": "tr-lost", "span_ids": parse.span_id},
        }
    ]


async def test_a_trace_without_spans_has_an_overview() -> None:
    """Its row still tells what the store knows."""
    gateway = FakeTraceGateway([Trace(make_trace_info("tr-1"), ())])

    answer = await call_tool(gateway, "get_trace", {"trace_id": "tr-1"})

    assert answer["totals"] == {"spans": 0, "errors": 0, "by_type": []}


NASTY = ["\ud800 lone surrogate", "\x00\x1b[31m", "😀" * 50, '{"nested": "json"}']
TEXT = st.text(max_size=30) | st.sampled_from(NASTY)
LONG = st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=5), st.integers(1, 1_000))
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT | LONG,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXT, inner, max_size=6),
    max_leaves=15,
)


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    """Spans whose names, values and parents are anything."""
    spans: list[Span] = []
    for index in range(draw(st.integers(1, 6))):
        parent = draw(st.none() | st.sampled_from(spans)) if spans else None
        span = make_span(
            draw(st.text(max_size=30) | LONG),
            parent,
            span_id=f"{index:016x}",
            start_ms=draw(st.integers(0, 100)),
            duration_ms=draw(st.none() | st.integers(0, 500)),
            status=draw(st.sampled_from(["OK", "ERROR", "UNSET"])),
            status_message=draw(st.none() | TEXT | LONG),
            inputs=draw(VALUES),
            outputs=draw(VALUES),
            attributes=draw(st.dictionaries(TEXT, VALUES, max_size=3)),
            events=tuple(draw(st.lists(st.builds(make_exception_event, TEXT, LONG, LONG), max_size=2))),
        )
        spans.append(span)
    tags = draw(st.dictionaries(TEXT, TEXT | LONG, max_size=4))
    return Trace(make_trace_info("tr-1", tags=tags, request_preview=draw(LONG)), tuple(spans))


@given(traces(), st.sampled_from([2_000, 6_000]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
async def test_every_value_can_be_read_to_the_character_by_calls_of_the_tool_alone(
    trace: Trace, max_chars: int
) -> None:
    """The promise of the product: bounded, and nothing is lost. `connected` checks each answer's budget.

    Unmasked, since the generated keys are sometimes the names of secrets.
    """
    shown_spans = UNMASKED.trace(trace).spans
    tree = build_tree(shown_spans)
    async with connected(FakeTraceGateway([trace]), redact="off") as call:
        overview = await call("get_trace", {"trace_id": "tr-1", "max_chars": max_chars})
        for cut in overview.get("elided", []):
            await assert_read_on(call, {"trace_id": "tr-1", "max_chars": max_chars}, cut)
        await call("search_traces", {"detail": "detailed"})
        for span in shown_spans:
            arguments = {"trace_id": "tr-1", "span_ids": [span.span_id], "max_chars": max_chars}
            answer = await call("get_trace", arguments)
            (shown,) = answer["spans"]
            cuts = {cut["path"]: cut for cut in answer.get("elided", [])}
            for key, value in span_values(span, tree).items():
                at_key = [path for path in cuts if path == key or path.startswith((f"{key}.", f"{key}["))]
                if at_key:
                    await assert_read_whole(call, arguments, key, as_text(value))
                else:
                    assert shown.get(key, value) == value


async def assert_read_on(call: Call, arguments: dict[str, Any], cut: dict[str, Any]) -> None:
    """What an elision names exists, and is as long as it says."""
    span_ids = {"span_ids": [cut["span_id"]]} if "span_id" in cut else {}
    value = (await call("get_trace", {**arguments, **span_ids, "path": cut["path"], "offset": cut["shown"]}))["value"]
    assert value["total_chars"] == cut["total"]


async def assert_read_whole(call: Call, arguments: dict[str, Any], path: str, expected: str) -> None:
    """Page by page from the first character to the last."""
    text = ""
    offset: int | None = 0
    while offset is not None:
        value = (await call("get_trace", {**arguments, "path": path, "offset": offset}))["value"]
        text += value["text"]
        offset = value.get("next_offset")
    assert text == expected


async def test_find_leads_to_every_match_with_arguments_that_work(mode: str) -> None:
    """What a match names (span, path, offset) is what the same tool reads."""
    spans = [make_span(f"s{i}", outputs={"lines": [f"line {n}: lamp {n}" for n in range(40)]}) for i in range(3)]
    gateway = FakeTraceGateway([make_trace(*spans)])
    arguments: dict[str, Any] = {"trace_id": "tr-1", "find": "lamp [0-9]+", "max_chars": 4_000}
    matches: list[Any] = []
    async with connected(gateway, mode) as call:
        answer = await call("get_trace", arguments)
        assert (answer["total"], answer["match_counts"][0]) == (
            120,
            {"span_id": spans[0].span_id, "name": "s0", "matches": 40},
        )
        matches += answer["matches"]
        while "next_cursor" in answer:
            answer = await call("get_trace", {**arguments, "cursor": answer["next_cursor"]})
            matches += answer["matches"]
        read = {"trace_id": "tr-1", "span_ids": [matches[77]["span_id"]], "path": matches[77]["path"]}
        value = (await call("get_trace", {**read, "offset": matches[77]["offset"]}))["value"]

    assert len(matches) == 120
    assert value["text"] == "lamp 37"


async def test_find_can_be_limited_to_spans() -> None:
    """After the counts of a wide search, an agent narrows it."""
    spans = [make_span(f"s{i}", outputs="lamp") for i in range(3)]

    answer = await call_tool(
        FakeTraceGateway([make_trace(*spans)]),
        "get_trace",
        {"trace_id": "tr-1", "find": "lamp", "span_ids": [spans[1].span_id]},
    )

    assert [match["span_id"] for match in answer["matches"]] == [spans[1].span_id]


async def test_a_conversation_tells_each_message_once_over_all_its_pages(mode: str) -> None:
    """Each LLM call repeats what was said before; an agent reads it once, and opens a message by what it names."""
    said: list[Json] = [{"role": "system", "content": "Be brief."}]
    spans: list[Span] = []
    for turn in range(12):
        said = [*said, {"role": "user", "content": f"question {turn} " * 20}]
        answer = {"role": "assistant", "content": f"answer {turn} " * 20}
        spans.append(
            make_span(
                f"chat {turn}",
                span_type="CHAT_MODEL",
                start_ms=turn * 10,
                duration_ms=5,
                inputs={"messages": said},
                outputs={"choices": [{"message": answer}]},
            )
        )
        said = [*said, answer]
    arguments: dict[str, Any] = {"trace_id": "tr-1", "view": "conversation", "max_chars": 4_000}
    messages: list[Any] = []
    async with connected(FakeTraceGateway([make_trace(*spans)]), mode) as call:
        while "cursor" not in arguments or arguments["cursor"]:
            page = await call("get_trace", arguments)
            messages += page["messages"]
            assert (page["shown"], page["total"]) == (len(page["messages"]), 25)
            arguments["cursor"] = page.get("next_cursor")
        read = {"trace_id": "tr-1", "span_ids": [messages[8]["span_id"]], "path": messages[8]["path"]}
        value = (await call("get_trace", read))["value"]

    assert [(one["role"], one["text"]) for one in messages] == [(one["role"], one["content"]) for one in said]
    assert "answer 3" in value["text"]


async def test_a_trace_without_messages_says_what_to_use_instead() -> None:
    """An empty list would read as silence."""
    trace = make_trace(make_span("index", outputs={"rows": 3}))

    answer = await call_tool(FakeTraceGateway([trace]), "get_trace", {"trace_id": "tr-1", "view": "conversation"})

    assert answer["total"] == 0
    assert "No chat messages were found" in answer["notes"][0]


@pytest.mark.parametrize(
    ("usage", "cost", "expected"),
    [
        ({"total_tokens": 7}, {"total_cost": 0.5}, {"tokens": 7, "cost": 0.5}),
        ({"total_tokens": 12.5}, {"total_cost": 2}, {"tokens": 12, "cost": 2}),
        ({"total_tokens": 10**400}, {"total_cost": 10**400}, {}),
        ({"total_tokens": float("nan")}, {"total_cost": float("inf")}, {}),
        ({"total_tokens": "7"}, ["x"], {}),
    ],
    ids=["numbers", "fraction", "huge", "no numbers", "texts"],
)
async def test_totals_count_whatever_was_recorded_as_tokens_and_cost(
    usage: Json, cost: Json, expected: dict[str, float]
) -> None:
    """An application may record anything there; none of it may take the overview away."""
    span = make_span(attributes={"mlflow.chat.tokenUsage": usage, "mlflow.llm.cost": cost})

    answer = await call_tool(FakeTraceGateway([make_trace(span)]), "get_trace", {"trace_id": "tr-1"})

    (row,) = answer["totals"]["by_type"]
    assert {key: row[key] for key in ("tokens", "cost") if key in row} == expected


async def test_an_old_server_that_cannot_look_for_beginnings_is_not_asked_for_them() -> None:
    """Before MLflow 3.6 its refusal would stand where "no such trace" belongs; and it is not said to have looked."""
    old = FakeTraceGateway([make_trace()], store=StoreInfo("server", "somewhere", "3.3.2"))

    with pytest.raises(ToolFailedError) as raised:
        await call_tool(old, "get_trace", {"trace_id": "tr-unknown"})
    assert old.queries == []
    assert str(raised.value) == snapshot(
        "No trace 'tr-unknown' in somewhere: looked for this id only; for an id that begins so, or a client request "
        "id, it needs MLflow 3.6 or newer, and this store is 3.3.2. Find it with search_traces."
    )


HEX = "ab82c61d9f304e5fa0b1c2d3e4f50617"


@pytest.mark.parametrize(
    "printed",
    [
        HEX,
        HEX.upper(),
        f"tr-{HEX.upper()}",
        f"0x{HEX}",
        "ab82c61d-9f30-4e5f-a0b1-c2d3e4f50617",
        f"00-{HEX}-00f067aa0ba902b7-01",
        f"1-{HEX[:8]}-{HEX[8:]}",
        f"Root=1-{HEX[:8]}-{HEX[8:]};Parent=53995c3f42cd8ad8;Sampled=1",
        HEX[:12],
    ],
)
async def test_the_forms_of_a_trace_id_that_logs_print_find_the_trace(printed: str) -> None:
    """mlflow PR#11658: an application logs OpenTelemetry's id, MLflow writes `tr-` before it."""
    answer = await call_tool(
        FakeTraceGateway([make_trace(make_span(), info=make_trace_info(f"tr-{HEX}"))]),
        "get_trace",
        {"trace_id": printed},
    )

    assert answer["trace"]["trace_id"] == f"tr-{HEX}"
