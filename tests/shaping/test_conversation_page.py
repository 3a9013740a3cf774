"""Pages of a conversation fit their budget, end, and lose nothing: every cut says where the rest is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from mcp_traces.records import Json, Span
from mcp_traces.shaping.conversation import MIN_MESSAGE_CHARS, ConversationPage, MessageResult, conversation_page
from mcp_traces.shaping.paths import resolve
from mcp_traces.shaping.span_pages import open_value
from mcp_traces.shaping.span_tree import SpanTree, build_tree
from mcp_traces.shaping.span_views import span_values
from mcp_traces.shaping.text import CUT_MARK, as_text, compact
from mcp_traces.shaping.values import size_of_all
from tests.builders import make_exception_event, make_span
from tests.shaping.generated_conversations import FORMATS, Call, Said, conversations, spans_of

FRAME = 900
"""What a message takes at most when all of its words are cut away."""


def pages(tree: SpanTree, room: int) -> Iterator[ConversationPage]:
    start: int | None = 0
    while start is not None:
        page = conversation_page(tree, start, room)
        assert page.next_index is None or page.next_index > start
        yield page
        start = page.next_index


def read_rest(tree: SpanTree, page: ConversationPage) -> None:
    """Each cut of the page is as long as it says, and what its message shows of it is its beginning."""
    by_id = {node.span.span_id: node.span for node in tree.nodes}
    shown = compact([one.model_dump(mode="json") for one in page.messages])
    for cut in page.elided:
        assert cut.span_id is not None
        values = span_values(by_id[cut.span_id], tree)
        whole = as_text(resolve(values, cut.path))
        assert len(whole) == cut.total
        assert compact(whole[: cut.shown])[1:-1] in shown
        page, _ = open_value(values, cut.path, cut.shown, span_id=cut.span_id).page(10**9)
        assert page.text == whole[cut.shown :]


def lengthened(calls: list[Call], times: int) -> list[Call]:
    """The same with longer words and arguments."""

    def longer(one: Said) -> Said:
        given = tuple(
            (call_id, name, {**arguments, "why": "because " * times}) for call_id, name, arguments in one.calls
        )
        return Said(one.role, f"{one.text} {'word ' * times}" if one.text else "", given, one.answers)

    return [
        Call(tuple(map(longer, call.sent)), tuple(map(longer, call.new)), call.answer and longer(call.answer))
        for call in calls
    ]


@given(conversations(), st.sampled_from(list(FORMATS)), st.sampled_from([0, 5, 400]), st.integers(300, 6_000))
@settings(deadline=None, max_examples=60)
def test_pages_show_every_message_once_within_their_budget(calls: list[Call], name: str, times: int, room: int) -> None:
    """However small the page and long the words; what was cut can be read on, to the character."""
    tree = build_tree(spans_of(lengthened(calls, times), FORMATS[name]))
    shown: list[MessageResult] = []
    for page in pages(tree, room):
        assert size_of_all([*page.messages, *page.elided]) <= max(room, FRAME)
        read_rest(tree, page)
        shown += page.messages

    whole = conversation_page(tree, 0, 10**9)
    assert [(one.role, one.path, one.span_id) for one in shown] == [
        (one.role, one.path, one.span_id) for one in whole.messages
    ]
    assert (whole.elided, whole.total) == ([], len(shown))
    for cut, one in zip(shown, whole.messages, strict=True):
        assert one.text.startswith(cut.text.removesuffix(CUT_MARK))


def one_call(messages: list[Json], answer: Json, **fields: Any) -> SpanTree:
    outputs = {"choices": [{"message": answer}]}
    return build_tree(
        [
            make_span(
                "chat", span_type="CHAT_MODEL", span_id="s", inputs={"messages": messages}, outputs=outputs, **fields
            )
        ]
    )


def test_a_page_as_a_client_reads_it() -> None:
    """Small messages whole beside a long one; arguments as JSON; a cut with its handle."""
    call = {"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": '{"id": "A"}'}}
    tree = one_call(
        [{"role": "system", "content": "Be brief. " * 300}, {"role": "user", "content": "Where?"}],
        {"role": "assistant", "content": None, "tool_calls": [call]},
    )

    page = conversation_page(tree, 0, 1_200)

    page.messages[0].text = page.messages[0].text[:20] + page.messages[0].text[-1:]
    assert [one.model_dump(mode="json") for one in (*page.messages, *page.elided)] == snapshot(
        [
            {
                "role": "system",
                "text": "Be brief. Be brief. …",
                "span_id": "s",
                "start_ms": 0,
                "path": "inputs.messages[0]",
            },
            {"role": "user", "text": "Where?", "span_id": "s", "start_ms": 0, "path": "inputs.messages[1]"},
            {
                "role": "assistant",
                "tool_calls": [{"id": "c1", "name": "lookup", "arguments": {"id": "A"}}],
                "span_id": "s",
                "start_ms": 0,
                "path": "outputs.choices[0].message",
            },
            {"span_id": "s", "path": "inputs.messages[0].content", "shown": 634, "total": 3000},
        ]
    )


def test_arguments_that_are_cut_are_text_to_be_read_on() -> None:
    """As they are recorded: JSON text where the library recorded that."""
    arguments = json.dumps({"query": "lamp " * 1_000})
    call = {"id": "c1", "function": {"name": "search", "arguments": arguments}}
    tree = one_call([{"role": "user", "content": "Where?"}], {"role": "assistant", "tool_calls": [call]})

    page = conversation_page(tree, 0, 2_000)
    (cut,) = page.elided

    assert cut.path == "outputs.choices[0].message.tool_calls[0].function.arguments"
    assert page.messages[1].tool_calls[0].arguments == arguments[: cut.shown] + CUT_MARK
    assert (cut.shown > 500, cut.total) == (True, len(arguments))


def test_words_from_several_parts_are_read_on_from_the_start_of_what_they_were_read_from() -> None:
    """No single value holds the text that is shown."""
    parts = [{"type": "text", "text": "word " * 500}, {"type": "text", "text": "more " * 500}]
    tree = one_call([{"role": "user", "content": parts}], {"role": "assistant", "content": "Yes."})

    (cut,) = conversation_page(tree, 0, 2_000).elided

    assert (cut.path, cut.shown, cut.total) == ("inputs.messages[0].content", 0, len(compact(parts)))


def test_more_calls_than_a_page_holds_are_one_handle() -> None:
    """A model that calls a thousand tools at once."""
    calls = [{"id": f"call_{n}", "function": {"name": "lookup", "arguments": '{"n": 1}'}} for n in range(1_000)]
    tree = one_call(
        [{"role": "user", "content": "All."}], {"role": "assistant", "content": "Here.", "tool_calls": calls}
    )

    *_, page = pages(tree, 2_000)

    assert (page.messages[-1].text, page.messages[-1].tool_calls) == ("Here.", [])
    assert [cut.path for cut in page.elided] == ["outputs.choices[0].message"]
    read_rest(tree, page)


def test_a_page_of_many_messages_does_not_cut_them_to_nothing() -> None:
    """Those that do not fit wait for the next page."""
    messages = [{"role": "user", "content": f"{n} " + "word " * 100} for n in range(200)]

    page = conversation_page(one_call(messages, {"role": "assistant", "content": "Yes."}), 0, 20_000)

    assert page.elided == []
    assert 20 < len(page.messages) < 40
    assert all(len(one.text) > MIN_MESSAGE_CHARS // 2 for one in page.messages)


KEYS = (
    *(
        "messages",
        "role",
        "content",
        "type",
        "text",
        "parts",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "id",
        "input",
    ),
    *(
        "choices",
        "message",
        "delta",
        "output",
        "kwargs",
        "lc",
        "kind",
        "contents",
        "history",
        "system",
        "config",
        "prompt",
    ),
    *(
        "tool_call_id",
        "call_id",
        "summary",
        "thinking",
        "image_url",
        "source",
        "data",
        "generations",
        "candidates",
        "item",
    ),
    *(
        "function_call",
        "function_response",
        "toolUse",
        "toolResult",
        "part_kind",
        "additional_kwargs",
        "state",
        "value",
    ),
)
WORDS = (
    *(
        "user",
        "assistant",
        "system",
        "tool",
        "ai",
        "human",
        "model",
        "request",
        "response",
        "function_call",
        "reasoning",
    ),
    *(
        "tool_use",
        "tool_result",
        "image",
        "message",
        "thinking",
        "function_call_output",
        "web_search_call",
        "input_audio",
    ),
    *("\ud800 lone", "\x00\x1b[31m", '{"role": "user", "content": "in text"}', "[", "data:image/png;base64,AAAA", ""),
    *(
        "response.output_item.done",
        "response.output_text.delta",
        "tool-call",
        "user-prompt",
        "mlflow-attachment://?size=x",
    ),
)
TEXT = st.sampled_from(WORDS) | st.text(max_size=8)
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | TEXT, inner, max_size=5),
    max_leaves=12,
)
PART = st.builds(
    lambda kind, rest: {**rest, "type": kind}, TEXT, st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3)
)
MESSAGE: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"role": TEXT | JSON},
    optional={
        "content": TEXT | st.lists(PART, max_size=3) | JSON,
        "tool_calls": st.lists(JSON, max_size=3) | JSON,
        "tool_call_id": TEXT | JSON,
        "name": TEXT | JSON,
        "parts": st.lists(JSON, max_size=3),
    },
)
VALUE = JSON | st.lists(MESSAGE, max_size=4) | st.fixed_dictionaries({"messages": st.lists(MESSAGE | JSON, max_size=4)})
ATTRIBUTE_KEYS = (
    *(
        "gen_ai.prompt.0.content",
        "gen_ai.prompt.0.role",
        "gen_ai.prompt.0.tool_calls.0.name",
        "gen_ai.prompt.1.tool_calls",
    ),
    *("llm.input_messages.0.message.contents.0.message_content.text", "gen_ai.completion.0.content.0", "instructions"),
    *(
        "gen_ai.input.messages",
        "mlflow.chat.messages",
        "gen_ai.tool.call.id",
        "gen_ai.tool.name",
        "mlflow.message.format",
    ),
)


@st.composite
def any_spans(draw: st.DrawFn) -> list[Span]:
    """Spans of the types that talk, with anything in their values."""
    spans: list[Span] = []
    for index in range(draw(st.integers(1, 4))):
        event = make_exception_event("E", "m")
        events = [(draw(st.sampled_from(["gen_ai.user.message", "gen_ai.choice", "mlflow.chunk.item.0"])), draw(JSON))]
        attributes = draw(st.dictionaries(st.sampled_from(ATTRIBUTE_KEYS), VALUE, max_size=3))
        spans.append(
            make_span(
                draw(st.sampled_from(["chat", "lookup", "execute_tool lookup"])),
                draw(st.none() | st.sampled_from(spans)) if spans else None,
                span_id=f"{index:016x}",
                span_type=draw(st.sampled_from(["LLM", "CHAT_MODEL", "AGENT", "TOOL", "UNKNOWN", "CHAIN"])),
                start_ms=draw(st.integers(0, 5)),
                status_message=draw(st.none() | TEXT),
                inputs=draw(VALUE),
                outputs=draw(VALUE),
                attributes=attributes,
                events=tuple(
                    type(event)(name, event.time_ns, {"content": value, "message": value}) for name, value in events
                ),
            )
        )
    return spans


@given(any_spans(), st.integers(300, 4_000))
@settings(deadline=None, max_examples=80)
def test_nothing_that_is_recorded_breaks_a_conversation(spans: list[Span], room: int) -> None:
    """Messages of wrong types, JSON where text is expected, lone surrogates: told as far as they are messages."""
    tree = build_tree(spans)
    by_id = {node.span.span_id: node.span for node in tree.nodes}
    for page in pages(tree, room):
        compact([one.model_dump(mode="json") for one in page.messages]).encode()
        for one in page.messages:
            assert isinstance(one.role, str) and isinstance(one.text, str)
            resolve(span_values(by_id[one.span_id], tree), one.path)
        read_rest(tree, page)


def nested(levels: int, wrap: str) -> Json:
    value: Json = "deep"
    for _ in range(levels):
        value = [value] if wrap == "list" else {wrap: value}
    return value


@pytest.mark.parametrize("wrap", ["list", "content", "messages", "parts", "function", "text", "x"])
@pytest.mark.parametrize("levels", [20, 900, 5_000])
def test_what_nests_without_end_does_not_break_a_conversation(levels: int, wrap: str) -> None:
    """Python's recursion limit is 1,000."""
    deep = nested(levels, wrap)
    call = {"id": "c", "function": {"name": "f", "arguments": deep}}
    tree = one_call(
        [
            {"role": "user", "content": deep},
            {"role": "user", "content": "Hi."},
            {"role": "user", "content": [{"type": "text", "text": "word " * 200}, {"type": "text", "text": deep}]},
            {"role": "tool", "content": deep},
        ],
        {"role": "assistant", "content": [{"type": "text", "text": deep}], "tool_calls": [call]},
        attributes={"gen_ai.prompt.0.content": deep},
    )

    assert "Hi." in [one.text for one in conversation_page(tree, 0, 20_000).messages]
    assert len(list(pages(tree, 300))) > 1
    conversation_page(build_tree([make_span("x", inputs=deep, outputs=deep)]), 0, 20_000)


def test_a_path_that_is_too_long_leads_to_what_holds_the_message() -> None:
    """Keys are what applications make them."""
    inputs = {"k" * 500: {"messages": [{"role": "user", "content": "word " * 500}]}}
    tree = build_tree([make_span("chat", span_type="LLM", span_id="s", inputs=inputs)])

    page = conversation_page(tree, 0, 1_000)

    assert [one.path for one in (*page.messages, *page.elided)] == ["inputs", "inputs"]
    read_rest(tree, page)
