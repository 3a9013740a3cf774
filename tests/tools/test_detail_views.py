"""Searches with detail overview or conversation: what get_trace shows of each trace found, in one call."""

import json
from collections.abc import Sequence
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_traces.records import Json, Trace
from tests.builders import START_MS, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool, connected

pytestmark = pytest.mark.anyio

SYSTEM = {"role": "system", "content": "Be brief."}
MINUTE_MS = 60_000


def turn(number: int, history: list[Json], said: str, answer: str | None, **info: Any) -> Trace:
    """One trace of a session: an LLM call that was given `history` and what the user said."""
    root = make_span("agent", span_type="AGENT", start_ms=number * MINUTE_MS)
    outputs = None if answer is None else {"choices": [{"message": {"role": "assistant", "content": answer}}]}
    call = make_span(
        "chat",
        root,
        span_type="CHAT_MODEL",
        start_ms=number * MINUTE_MS + 1,
        inputs={"messages": [*history, {"role": "user", "content": said}]},
        outputs=outputs,
    )
    fields = {"request_time_ms": START_MS + number * MINUTE_MS, "trace_metadata": {"mlflow.trace.session": "s-1"}}
    return make_trace(root, call, info=make_trace_info(f"tr-{number:032x}", **fields | info))


def session(words: list[tuple[str, str]], *, with_history: bool = True) -> list[Trace]:
    history: list[Json] = [SYSTEM]
    traces: list[Trace] = []
    for number, (said, answer) in enumerate(words):
        traces.append(turn(number, history, said, answer))
        if with_history:
            history = [*history, {"role": "user", "content": said}, {"role": "assistant", "content": answer}]
    return traces


def said_in(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["role"], one["text"]) for view in answer["views"] for one in view.get("messages", [])]


async def whole_session(gateway: FakeTraceGateway, max_chars: int, **arguments: Any) -> list[tuple[str, str]]:
    """What all pages show."""
    asked = {"session_id": "s-1", "detail": "conversation", **arguments}
    said: list[tuple[str, str]] = []
    async with connected(gateway, max_chars=max_chars) as call:
        for _ in range(200):
            answer = await call("search_traces", asked)
            said += said_in(answer)
            if "next_cursor" not in answer:
                return said
            asked["cursor"] = answer["next_cursor"]
    raise AssertionError("the pages do not end")


WORDS = [("Where is it?", "On its way."), ("Yes.", "Good."), ("Thanks, and the lamp?", "In stock."), ("Yes.", "Good.")]
SAID = [("system", "Be brief."), *(pair for said, text in WORDS for pair in (("user", said), ("assistant", text)))]


@pytest.mark.parametrize("with_history", [True, False], ids=["each call repeats the history", "no call does"])
async def test_a_session_is_shown_once_in_order_of_time(with_history: bool, mode: str) -> None:
    """What did the user say third? One call; the same words in two turns are two messages."""
    gateway = FakeTraceGateway(session(WORDS, with_history=with_history)[::-1])

    answer = await call_tool(gateway, "search_traces", {"session_id": "s-1", "detail": "conversation"}, mode)

    assert said_in(answer) == SAID
    assert [text for role, text in said_in(answer) if role == "user"][2] == "Thanks, and the lamp?"
    assert answer["traces"] == [] and answer["returned"] == 4
    assert answer["applied"]["order_by"][0] == "timestamp_ms ASC"
    assert [view["trace"]["trace_id"][-1] for view in answer["views"]] == ["0", "1", "2", "3"]


async def test_each_message_names_the_span_that_added_it() -> None:
    """So that get_trace reads on where it was cut."""
    gateway = FakeTraceGateway(session([("Why?", "Because. " * 900), ("And?", "So. " * 900)]))
    arguments = {"session_id": "s-1", "detail": "conversation"}
    async with connected(gateway, max_chars=6_000) as call:
        answer = await call("search_traces", arguments)
        for view in answer["views"]:
            for cut in view["elided"]:
                read = {"trace_id": view["trace"]["trace_id"], "span_ids": cut["span_id"], "path": cut["path"]}
                value = (await call("get_trace", read | {"offset": cut["shown"]}))["value"]
                assert value["total_chars"] == cut["total"]
        assert [len(view["elided"]) for view in answer["views"]] == [1, 1]


async def test_an_answer_that_only_a_later_history_holds_is_shown() -> None:
    """A turn failed, and the application said so without a model; the next trace repeats that."""
    history = [SYSTEM, {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Yes?"}]
    apology = [{"role": "user", "content": "Yes."}, {"role": "assistant", "content": "Please try again."}]
    traces = [
        turn(0, [SYSTEM], "Hello", "Yes?"),
        turn(1, history, "Yes.", None),
        turn(2, [*history, *apology], "Did it work?", "Now it did."),
    ]

    answer = await call_tool(FakeTraceGateway(traces), "search_traces", {"session_id": "s-1", "detail": "conversation"})

    assert [text for _, text in said_in(answer)] == [
        *("Be brief.", "Hello", "Yes?", "Yes.", "Please try again.", "Did it work?", "Now it did."),
    ]


@pytest.mark.parametrize("max_chars", [2_000, 3_000, 6_000])
async def test_a_long_session_goes_on_by_cursor(max_chars: int) -> None:
    """Within a trace too; no message is missing, and none comes twice though each trace repeats all before it."""
    words = [(f"question {at}", f"answer {at}") for at in range(25)]
    gateway = FakeTraceGateway(session(words))

    said = await whole_session(gateway, max_chars)

    expected = [("system", "Be brief."), *(pair for q, a in words for pair in (("user", q), ("assistant", a)))]
    assert said == expected


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=12, unique_by=lambda pair: pair[1]),
    st.integers(1, 60),
    st.sampled_from([2_000, 5_000, 20_000]),
)
async def test_pages_of_any_session_show_each_message_once(
    words: list[tuple[str, str]], times: int, max_chars: int
) -> None:
    """`connected` checks the budget and the schema of every page."""
    gateway = FakeTraceGateway(session([(f"q{at} {q}" * times, f"a{at} {a}") for at, (q, a) in enumerate(words)]))

    said = await whole_session(gateway, max_chars)

    assert [text.split(" ")[0] for role, text in said if role == "user"] == [f"q{at}" for at in range(len(words))]
    assert [text.split(" ")[0] for role, text in said if role == "assistant"] == [f"a{at}" for at in range(len(words))]


def failed(number: int) -> Trace:
    root = make_span("agent", start_ms=number)
    event = make_exception_event("TimeoutError", f"no answer to {number}", "")
    step = make_span(
        "charge",
        root,
        span_type="TOOL",
        start_ms=number,
        status="ERROR",
        inputs={"order": f"A-{number}", "note": "x" * 300},
        events=(event,),
    )
    fields = {"state": "ERROR", "request_time_ms": START_MS + number}
    return make_trace(root, step, info=make_trace_info(f"tr-{number:032x}", **fields))


async def test_failures_are_explained_in_one_call(mode: str) -> None:
    """Why did yesterday's failure of X fail?"""
    gateway = FakeTraceGateway([failed(at) for at in range(3)])
    arguments = {"status": "ERROR", "detail": "overview"}

    answer = await call_tool(gateway, "search_traces", arguments, mode)

    assert [view["errors"][0]["message"] for view in answer["views"]] == [f"no answer to {at}" for at in (2, 1, 0)]
    assert all('{"order": "A-' in json.dumps(view["spans"]) for view in answer["views"])
    assert answer["returned"] == 3 and "next_cursor" not in answer


@pytest.mark.parametrize("max_chars", [2_000, 4_000, 20_000, 80_000])
async def test_overviews_go_on_by_cursor(max_chars: int) -> None:
    """At most ten a page, each trace once, whatever the budget."""
    gateway = FakeTraceGateway([failed(at) for at in range(13)])
    asked: dict[str, Any] = {"status": "ERROR", "detail": "overview", "limit": 100}
    seen: list[str] = []
    async with connected(gateway, max_chars=max_chars) as call:
        while "cursor" not in asked or asked["cursor"]:
            answer = await call("search_traces", asked)
            assert 1 <= answer["returned"] == len(answer["views"]) <= 10
            seen += [view["trace"]["trace_id"] for view in answer["views"]]
            asked["cursor"] = answer.get("next_cursor")

    assert seen == [f"tr-{at:032x}" for at in range(12, -1, -1)]


async def test_a_page_ends_where_time_runs_out() -> None:
    """A slow server; what was not read comes with the next page."""

    class Slow(FakeTraceGateway):
        async def get_traces(self, trace_ids: object) -> tuple[Trace, ...]:
            await anyio.sleep_forever()
            raise AssertionError

    answer = await call_tool(Slow([failed(1)]), "search_traces", {"detail": "overview"}, timeout_s=1)

    assert answer["returned"] == 0 and "next_cursor" in answer
    assert answer["notes"][0].startswith("0 of 1 traces could be read in the time a call may take")


async def test_a_conversation_has_one_order() -> None:
    """By duration it would be no conversation."""
    with pytest.raises(ToolFailedError, match="shows traces in order of time"):
        await call_tool(FakeTraceGateway([]), "search_traces", {"detail": "conversation", "order_by": "slowest"})


async def test_nothing_found_is_explained() -> None:
    """As for rows."""
    gateway = FakeTraceGateway(session(WORDS))

    answer = await call_tool(gateway, "search_traces", {"session_id": "s-2", "detail": "conversation"})

    assert answer["returned"] == 0 and answer["notes"]


async def test_a_trace_that_was_deleted_meanwhile_does_not_stop_the_pages() -> None:
    """It was found, and was gone when its spans were read."""

    class Losing(FakeTraceGateway):
        async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
            return await super().get_traces([one for one in trace_ids if not one.endswith("1")])

    answer = await call_tool(
        Losing(session(WORDS, with_history=False)), "search_traces", {"session_id": "s-1", "detail": "conversation"}
    )

    assert answer["returned"] == 4
    assert answer["views"][1]["notes"][0] == "The trace could not be read; it may have been deleted."


async def test_a_cursor_of_one_view_is_not_for_another() -> None:
    """Its place is a message of a conversation."""
    traces = session([(f"question {at}", f"answer {at}") for at in range(25)])
    async with connected(FakeTraceGateway(traces), max_chars=2_000) as call:
        asked = {"session_id": "s-1", "detail": "conversation"}
        cursor = (await call("search_traces", asked))["next_cursor"]
        with pytest.raises(ToolFailedError, match="belongs to a query with other arguments"):
            await call("search_traces", {**asked, "detail": "overview", "cursor": cursor})
