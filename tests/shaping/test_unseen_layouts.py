"""Messages in layouts that no SDK uses, written by someone who had not seen the reader: what it finds by structure."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.records import Span, SpanEvent
from mcp_traces.shaping.conversation import conversation, conversation_page
from mcp_traces.shaping.paths import resolve
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.span_views import span_values
from tests.builders import make_span

MARK = re.compile(r"^\[(image|file|audio)[^\]]*\]\n?", re.MULTILINE)
"""What is shown in place of a picture, which the layouts leave out of what was said."""

NOT_READ = ("16-parallel-arrays",)
"""Roles in one list and texts in another: nothing says which lists belong together."""

LAYOUTS = sorted((Path(__file__).parent / "unseen").glob("*.json"))


ROLES_ALONE = [{"role": "user"}, {"role": "assistant", "content": ""}]
SILENT: list[dict[str, Any]] = [
    {"name": "inputs", "fields": {"inputs": {"messages": ROLES_ALONE}}},
    {"name": "JSON in an attribute", "fields": {"attributes": {"gen_ai.input.messages": json.dumps(ROLES_ALONE)}}},
    {
        "name": "parts",
        "fields": {"inputs": [{"role": "user", "parts": []}, {"role": "model", "parts": [{}]}]},
    },
    {"name": "flat", "fields": {"attributes": {"gen_ai.prompt.0.role": "system", "gen_ai.prompt.1.role": "user"}}},
]


def spans_of(layout: dict[str, Any]) -> list[Span]:
    spans: list[Span] = []
    for index, one in enumerate(layout["spans"]):
        events = tuple(
            SpanEvent(event["name"], event["time_ms"] * 1_000_000, event.get("attributes", {}))
            for event in one.get("events", ())
        )
        span = make_span(
            one["name"],
            None if one["parent"] is None else spans[one["parent"]],
            span_id=f"s{index}",
            span_type="UNKNOWN",
            start_ms=one["start_ms"],
            duration_ms=one["end_ms"] - one["start_ms"],
            attributes=one["attributes"],
            events=events,
        )
        spans.append(span)
    return spans


def conversation_of(layout: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for one in conversation(build_tree(spans_of(layout))).messages:
        message = one.message
        row: dict[str, Any] = {"role": message.role, "text": MARK.sub("", message.words.text).strip()}
        if message.calls:
            row["tool_calls"] = [{"name": call.name, "arguments": call.arguments} for call in message.calls]
        rows.append(row)
    return rows


@pytest.mark.parametrize("path", [one for one in LAYOUTS if one.stem not in NOT_READ], ids=lambda path: path.stem)
def test_the_conversation_is_read(path: Path) -> None:
    """Who said what, in order, each message once; tool calls with their arguments."""
    layout = json.loads(path.read_text(encoding="utf-8"))

    expected = [{key: value for key, value in one.items() if key != "tool"} for one in layout["conversation"]]
    assert conversation_of(layout) == [{**one, "text": one["text"].strip()} for one in expected]


@pytest.mark.parametrize("path", [one for one in LAYOUTS if one.stem in NOT_READ], ids=lambda path: path.stem)
def test_what_cannot_be_read_is_pointed_at(path: Path) -> None:
    """An answer that there are no messages would be false."""
    read = conversation(build_tree(spans_of(json.loads(path.read_text(encoding="utf-8")))))

    assert read.messages == ()
    assert "may hold some" in read.notes[0] and 's1 attributes["dialogue.contents"]' in read.notes[0]


@pytest.mark.parametrize("name", [one["name"] for one in SILENT], ids=str)
def test_roles_whose_text_was_lost_are_no_conversation(name: str) -> None:
    """Tracers leave content out unless they are configured to record it."""
    (fields,) = [one["fields"] for one in SILENT if one["name"] == name]

    read = conversation(build_tree([make_span("call", span_type="LLM", **fields)]))

    assert read.messages == ()
    assert "left the text out" in read.notes[0] and read.notes[0].startswith("2 messages")


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("room", [900, 20_000])
def test_each_message_can_be_read_on_where_its_path_leads(path: Path, room: int) -> None:
    """Also of streams and JSON texts, and where the page is too small for the messages."""
    tree = build_tree(spans_of(json.loads(path.read_text(encoding="utf-8"))))
    start: int | None = 0
    while start is not None:
        page = conversation_page(tree, start, room)
        for one in page.messages:
            span = next(node.span for node in tree.nodes if node.span.span_id == one.span_id)
            resolve(span_values(span, tree), one.path)
        start = page.next_index
