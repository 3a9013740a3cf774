"""The picture of the README: a session on the sample store, drawn from what the tools answered.

Nothing is fetched to show it: its fonts are the reader's, and every text is stretched to the width it was drawn for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docs.sample_calls import SampleCalls
from tests.span_rows import span_rows

QUESTION = "Something goes wrong in the support assistant. What, and why?"
EXPERIMENT = "support-assistant"

WIDTH, MARGIN, BAR = 920, 26, 34
SIZE, LINE = 13, 20
CHARACTER = 7.8
COLUMNS = int((WIDTH - 2 * MARGIN) / CHARACTER)
BARS_AT, BARS_WIDTH = 68, 40
"""In characters: where the time of spans is drawn, and how much room a whole trace has."""

_COLOURS = {
    "text": "#d7dce5",
    "quiet": "#8a94a6",
    "call": "#7cc4ff",
    "ask": "#f5d76e",
    "good": "#7fd88f",
    "bad": "#ff8b85",
}
_STYLE = "".join(f".{name}{{fill:{colour}}}" for name, colour in _COLOURS.items())
_FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace"


@dataclass(frozen=True, slots=True)
class Words:
    """Text in one colour, from a column on."""

    column: int
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The time of a span, as parts of the time of its trace."""

    start: float
    end: float
    colour: str


Line = Sequence[Words | Bar]


async def session_picture(calls: SampleCalls) -> str:
    """Asked as the server's instructions say: find, read, open what failed."""
    searched = {"experiment": EXPERIMENT, "has_error": True, "limit": 3}
    found = await calls.answer("search_traces", searched)
    (row, *_) = [row for row in found["traces"] if row["status"] == "OK"]
    story = await calls.answer("get_trace", {"trace_id": row["trace_id"]})
    opened = {"trace_id": row["trace_id"], "span_ids": [story["errors"][0]["span_id"]]}
    span = (await calls.answer("get_trace", opened))["spans"][0]
    lines = [
        [Words(0, "ask", f"? {QUESTION}")],
        [],
        _call("search_traces", searched),
        *(_row(row) for row in found["traces"]),
        [],
        _call("get_trace", {"trace_id": row["trace_id"]}),
        *_spans(story),
        [],
        *_cause(story),
        [],
        _call("get_trace", {**opened, "trace_id": f"{row['trace_id'][:10]}…"}),
        *_opened(span),
    ]
    return _svg(lines)


def _call(tool: str, arguments: Mapping[str, Any]) -> Line:
    told = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
    return [Words(0, "call", f"▸ {tool}"), Words(2 + len(tool), "text", f"({told})")]


def _row(row: Mapping[str, Any]) -> Line:
    return [
        Words(2, "quiet", row["request_time"][:16].replace("T", " ")),
        _status(20, row["status"]),
        Words(27, "text", f"{row['execution_time_ms']:>5} ms"),
        Words(37, "quiet", f"{row['span_count']} spans"),
        Words(46, "text", _short(row["request_preview"], COLUMNS - 46)),
    ]


def _status(column: int, status: str) -> Words:
    return Words(column, "bad" if status == "ERROR" else "good", status)


def _spans(story: Mapping[str, Any]) -> Iterator[Line]:
    whole = story["trace"]["execution_time_ms"]
    for span in span_rows(story):
        start, duration = span["start_ms"], span["duration_ms"]
        colour = "bad" if span["status"] == "ERROR" else "call" if span["depth"] else "quiet"
        yield [
            Words(2 + 2 * span["depth"], "text", span["name"]),
            Words(29, "quiet", span["type"]),
            _status(43, span["status"]),
            Words(52, "text", f"{duration:>5} ms"),
            Bar(start / whole, (start + duration) / whole, colour),
        ]


def _cause(story: Mapping[str, Any]) -> Iterator[Line]:
    error, status = story["errors"][0], story["trace"]["status"]
    recovered = next(span["name"] for span in span_rows(story) if span["span_id"] == error["recovered_in"])
    yield _field("errors", f"{error['exception']}: {error['message']}", "bad")
    yield _field("", f"in {error['name']}, recovered in {recovered}: the trace is {status}", "text")


def _opened(span: Mapping[str, Any]) -> Iterator[Line]:
    yield _field("inputs", json.dumps(span["inputs"]), "text")
    (event,) = span["events"]
    stack = event["attributes"]["exception.stacktrace"].splitlines()
    for name, text in zip(("events", *[""] * len(stack)), stack, strict=False):
        yield _field(name, text, "text")


def _field(name: str, text: str, colour: str) -> Line:
    return [Words(2, "quiet", name), Words(12, colour, _short(text, COLUMNS - 12))]


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _svg(lines: Sequence[Line]) -> str:
    height = BAR + MARGIN + LINE * len(lines) + MARGIN // 2
    drawn = [_drawn(part, BAR + MARGIN + LINE * number) for number, line in enumerate(lines) for part in line]
    dots = "".join(f'<circle cx="{20 + 18 * n}" cy="{BAR / 2:g}" r="5.5" fill="#3a4150"/>' for n in range(3))
    title = "A session of mcp-traces: search_traces finds failures, get_trace the cause of one"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
            f' role="img" aria-label={quoteattr(title)}>',
            f"<style>text{{font:{SIZE}px {_FONTS};white-space:pre}}{_STYLE}</style>",
            f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="10" fill="#12161d" stroke="#3a4150"/>',
            dots,
            *drawn,
            "</svg>\n",
        ]
    )


def _drawn(part: Words | Bar, y: int) -> str:
    if isinstance(part, Bar):
        left = MARGIN + CHARACTER * (BARS_AT + BARS_WIDTH * part.start)
        width = max(2.0, CHARACTER * BARS_WIDTH * (part.end - part.start))
        return f'<rect class="{part.colour}" x="{left:.1f}" y="{y - 10}" width="{width:.1f}" height="10" rx="2"/>'
    indent = len(part.text) - len(part.text.lstrip())
    text, x = part.text.strip(), MARGIN + CHARACTER * (part.column + indent)
    stretched = f'textLength="{CHARACTER * len(text):.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text class="{part.colour}" x="{x:.1f}" y="{y}" {stretched}>{escape(text)}</text>' if text else ""
