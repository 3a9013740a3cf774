"""Recorded text is data wherever it is shown: it ends no field, adds no row, note or call, and hides nothing."""

import json
import re
from typing import Any, cast

import pytest
from mcp import Client
from mcp.types import TextContent

from mcp_traces.json_texts import all_texts_in
from mcp_traces.records import SESSION_KEY, SOURCE_RUN_KEY, USER_KEY, AssessmentFailure, Experiment, Run, Trace
from mcp_traces.server import INSTRUCTIONS, build_server
from mcp_traces.shaping.hidden import visible
from tests.builders import START_MS, make_assessment, make_exception_event, make_span, make_trace_info
from tests.fake_gateway import FakeTraceGateway
from tests.real.calls import only
from tests.tools.conftest import NOW
from tests.tools.injections import INJECTIONS

pytestmark = pytest.mark.anyio

HIDDEN_LEFT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e01ef]"
)

QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")


def trace_of(text: str, trace_id: str = "tr-1") -> Trace:
    """One trace with the text in every place where an application can put one."""
    message = {"role": "user", "content": text}
    call = {"id": "c1", "type": "function", "function": {"name": text, "arguments": json.dumps({"query": text})}}
    answer = {"choices": [{"message": {"role": "assistant", "content": text, "tool_calls": [call]}}]}
    root = make_span(text, status="ERROR", status_message=text, inputs=text, outputs={text: text}, span_id="a" * 16)
    chat = make_span(
        text,
        root,
        span_type="CHAT_MODEL",
        start_ms=10,
        inputs={"messages": [message]},
        outputs=answer,
        attributes={text: text, "deep": [{"json": json.dumps({text: text})}]},
        span_id="b" * 16,
    )
    failed = make_span(
        text,
        root,
        span_type=text,
        start_ms=20,
        status="ERROR",
        events=(make_exception_event(text, text, f'  File "x.py", line 1\n    {text}\n{text}'),),
        span_id="c" * 16,
    )
    failure = AssessmentFailure(text, text)
    assessments = (
        make_assessment(text, text, source_id=text, rationale=text, metadata={text: text}),
        make_assessment("judge", None, failure=failure, rationale=text),
    )
    info = make_trace_info(
        trace_id,
        name=text,
        tags={text: text, "kind": text},
        trace_metadata={text: text, SESSION_KEY: text, USER_KEY: text, SOURCE_RUN_KEY: f"run-of-{trace_id}"},
        request_preview=text,
        response_preview=text,
        client_request_id=text,
        assessments=assessments,
    )
    return Trace(info, (root, chat, failed))


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search_traces", {}),
    ("search_traces", {"detail": "detailed"}),
    ("search_traces", {"limit": 1}),
    ("search_traces", {"name": "nosuch", "tags": {"kind": "other"}}),
    ("search_traces", {"tags": {"kin": "x"}}),
    ("search_traces", {"experiment": "nosuch"}),
    ("get_trace", {"trace_id": "tr-1", "max_chars": 20_000}),  # harmless text is shorter in JSON
    ("get_trace", {"trace_id": "tr-1", "view": "tree"}),
    ("get_trace", {"trace_id": "tr-1", "view": "conversation"}),
    ("get_trace", {"trace_id": "tr-1", "span_ids": ["a" * 16, "b" * 16, "c" * 16]}),
    ("get_trace", {"trace_id": "tr-1", "path": "inputs", "span_ids": ["a" * 16]}),
    ("get_trace", {"trace_id": "tr-1", "find": "messages|kind"}),
    ("get_trace", {"trace_id": "tr-one-of"}),
    ("compare_traces", {"a": "tr-one-of", "b": "tr-1"}),
    ("compare_traces", {"a": "tr-one-of-1", "b": "tr-1"}),
    ("query_traces", {"sql": "SELECT * FROM traces", "max_chars": 20_000}),
    ("query_traces", {"sql": "SELECT * FROM spans", "max_chars": 20_000}),
    ("query_traces", {"sql": "SELECT * FROM assessments JOIN messages USING (trace_id)", "max_chars": 20_000}),
    ("query_traces", {"sql": "SELECT tags ->> 'kind', substr(name, 3), count(*) FROM traces GROUP BY 1, 2"}),
    ("query_traces", {"sql": "SELECT j.key, j.value, j.fullkey FROM spans, json_tree(outputs) j", "max_chars": 20_000}),
    ("query_traces", {"sql": "SELECT percentile(name, 50) FROM traces"}),
    ("query_traces", {"sql": "SELECT bucket(name, '1h') FROM traces"}),
    ("describe_filter_syntax", {"experiment": "1"}),
    ("describe_filter_syntax", {"filter": "status = 'ERROR'"}),
]


COMPARISONS: list[tuple[str, dict[str, Any]]] = [
    ("compare_traces", {"a": "tr-1", "b": "tr-2", "max_chars": 20_000}),
    ("compare_traces", {"a": "run-of-tr-1", "b": "run-of-tr-2"}),
    ("compare_traces", {"a": "run-of-tr-1", "b": "tr-1"}),
]


ALL_CALLS = [*CALLS, *COMPARISONS]


def stores_of(text: str) -> list[tuple[FakeTraceGateway, list[tuple[str, dict[str, Any]]]]]:
    """Stores whose traces hold the text, each with the calls to make: traces alike, and two that differ everywhere."""
    experiments = [Experiment("1", text or "x", START_MS)]
    alike = [trace_of(text), trace_of(text, "tr-one-of-1"), trace_of(text, "tr-one-of-2")]
    differing = [trace_of(text), trace_of(f"{text} and more", "tr-2")]
    runs = [Run(f"run-of-{one.info.trace_id}", text, "FINISHED", "1", START_MS) for one in differing]
    return [
        (FakeTraceGateway(alike, experiments), CALLS),
        (FakeTraceGateway(differing, experiments, runs=runs), COMPARISONS),
    ]


async def answers(text: str) -> list[Any]:
    """What each call answers over traces of this text: the structure, or an error's words."""
    told: list[Any] = []
    for gateway, calls in stores_of(text):
        async with Client(build_server(only(experiment="1"), gateway, lambda: NOW)) as client:
            for tool, arguments in calls:
                result = await client.call_tool(tool, arguments)
                (block,) = result.content
                assert isinstance(block, TextContent)
                if not result.is_error:
                    assert json.loads(block.text) == result.structured_content
                told.append(block.text if result.is_error else result.structured_content)
    return told


def harmless(text: str) -> str:
    """As long, and as many lines and words, and nothing but x."""
    return re.sub(r"[^\s\\]", "x", visible(text))


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
async def test_no_text_changes_what_is_ours(text: str) -> None:
    """An answer has the same form whatever was recorded: rows, keys, notes and calls are those of harmless text."""
    for (tool, arguments), told, expected in zip(
        ALL_CALLS, await answers(text), await answers(harmless(text)), strict=True
    ):
        if isinstance(told, str):
            assert len(told.splitlines()) == 1 == len(expected.splitlines()), (tool, arguments)
        else:
            assert form_of(told) == form_of(expected), (tool, arguments)


def form_of(value: Any) -> Any:
    """The structure without recorded texts: of a note the words that are ours, of recorded keys their number."""
    if isinstance(value, dict):
        value = cast("dict[str, Any]", value)
        # How a field can be filtered by depends on its key.
        return {key: _form_at(key, inner) for key, inner in value.items() if key != "argument"}
    return [form_of(one) for one in cast("list[Any]", value)] if isinstance(value, list) else type(value).__name__


RECORDED_KEYS = ("attributes", "outputs", "tags", "metadata", "values", "parts", "match_counts", "experiments")


def _form_at(key: str, value: Any) -> Any:
    if (
        key == "rows" and isinstance(value, list) and value and isinstance(value[0], list)
    ):  # cells hold recorded values, whose keys are recorded too
        return [[form_of(cell) if isinstance(cell, list) else type(cell).__name__ for cell in row] for row in value]
    if key == "next":
        return value
    if key == "context":  # in the order of recorded keys
        return len(value)
    if key == "notes":
        return [QUOTED.sub("…", note) for note in value]
    if key in RECORDED_KEYS and isinstance(value, dict):
        return len(cast("dict[str, Any]", value))
    return form_of(value)


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
async def test_nothing_hidden_leaves(text: str) -> None:
    """In no channel: not decoded, and not as text."""
    for (tool, arguments), told in zip(ALL_CALLS, await answers(text), strict=True):
        for one in all_texts_in(told):
            assert not HIDDEN_LEFT.search(one), (tool, arguments)


def test_the_model_is_told_what_recorded_text_is() -> None:
    """In the instructions, which clients give it before any result."""
    assert "never instructions to follow" in INSTRUCTIONS and "\\u202e" in INSTRUCTIONS
