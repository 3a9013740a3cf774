"""Spans of a trace within a budget: a page of the whole tree, some spans with their values, or one value."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.records import Json
from mcp_traces.results import Elision, SpanResult, ValueResult
from mcp_traces.shaping.paths import parts_of, resolve, type_name
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.span_views import size_of, span_row, span_whole
from mcp_traces.shaping.text import as_text, compact, cut, longest_prefix
from mcp_traces.shaping.values import size_of_all

MIN_SPAN_CHARS = 400
MAX_PATH_SHOWN = 200
PARTS_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class SpanPage:
    spans: list[SpanResult]
    elided: list[Elision]
    next_index: int | None


def tree_page(tree: SpanTree, start: int, room: int) -> SpanPage:
    """The rows from the `start`-th on that fit; at least one, so that paging always ends."""
    rows: list[SpanResult] = []
    for index in range(start, len(tree.nodes)):
        row = span_row(tree, tree.nodes[index], preview=False)
        room -= size_of(row)
        if room < 0 and rows:
            return SpanPage(rows, [], index)
        rows.append(row)
    return SpanPage(rows, [], None)


def whole_spans(tree: SpanTree, nodes: Sequence[Node], start: int, room: int) -> SpanPage:
    """The nodes from the `start`-th on, each whole or cut to its share of `room`."""
    spans: list[SpanResult] = []
    elided: list[Elision] = []
    for index in range(start, len(nodes)):
        share = max(room // (len(nodes) - index), MIN_SPAN_CHARS)
        span, cuts = span_whole(tree, nodes[index], share)
        size = size_of(span) + size_of_all(cuts)
        if size > room and spans:
            return SpanPage(spans, elided, index)
        spans.append(span)
        elided += cuts
        room -= size
    return SpanPage(spans, elided, None)


def value_page(values: Json, path: str, offset: int, room: int, *, span_id: str | None) -> ValueResult:
    """The text of one value from `offset` on. Raises InvalidArgumentError for a wrong path or offset."""
    value = resolve(values, path)
    text = as_text(value)
    wanted = not offset and len(text) > MIN_SPAN_CHARS
    parts = parts_of(value, int(room * PARTS_SHARE) if wanted else 0)
    room -= len(compact(parts))
    if offset > len(text) or offset < 0:
        raise InvalidArgumentError(
            f"`offset` {offset} lies beyond the value, which has {len(text)} characters.", "Start again at offset 0."
        )
    end = offset + longest_prefix(text[offset:], room)
    return ValueResult(
        span_id=span_id,
        path=cut(path, MAX_PATH_SHOWN),
        type=type_name(value),
        text=text[offset:end],
        offset=offset,
        next_offset=end if end < len(text) else None,
        total_chars=len(text),
        parts=parts,
    )
