"""The spans of an overview as a table: those most worth seeing, with what tools and retrievers were given and answered,
and what models said."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mcp_traces.records import Json
from mcp_traces.results import Table
from mcp_traces.shaping.failures import failed
from mcp_traces.shaping.media import with_marks
from mcp_traces.shaping.previews import as_preview
from mcp_traces.shaping.span_messages import LLM_TYPES, Side
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.span_views import said_by, span_fields
from mcp_traces.shaping.text import compact, without_lone_surrogates
from mcp_traces.shaping.values import fair_share

MAX_SPANS = 24
"""More rows than this tell a reader less; the tree has them all."""

MAX_ALIKE = 4
"""Spans of one name, before others have had their turn."""

ROWS_SHARE = 0.5
"""The share of the room that rows without values may take; values take the rest."""

MIN_CELL = 40
"""Fewer characters of a value say nothing."""

_COLUMNS = ("span_id", "depth", "name", "type", "status", "start_ms", "duration_ms", "inputs", "outputs", "error")
_SIDES: tuple[Side, ...] = ("inputs", "outputs")
_BOTH_SIDES = ("TOOL", "RETRIEVER", "EMBEDDING", "RERANKER")
"""What they were given and what they answered is not part of the conversation that other views show."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the overview shows elsewhere: messages of errors, and the indexes of nodes whose values the trace shows."""

    messages: Collection[str] = ()
    values: Collection[int] = ()


def span_table(tree: SpanTree, nodes: Iterable[Node], known: Known, room: int, longest: int) -> Table:
    """The first of `nodes` that fit into `room`, in the tree's order; values have at most `longest` characters each."""
    rows: dict[int, dict[str, Json]] = {}
    left = room - len(compact(_COLUMNS))
    rows_left = left * ROWS_SHARE
    for node in nodes:
        if node.index in rows:
            continue
        row = span_fields(tree, node)
        size = len(compact([row[key] for key in _COLUMNS[:7]])) + len(",null,null")
        if len(rows) == MAX_SPANS or (rows and size > rows_left):
            break
        rows[node.index] = row
        rows_left -= size
        left -= size + 1
    chosen = [node for node in tree.nodes if node.index in rows]
    for node, column, cell in _cells(chosen, known, left, longest):
        rows[node.index][column] = cell
    ordered = [rows[node.index] for node in chosen]
    filled = [key for key in _COLUMNS if any(row.get(key) is not None for row in ordered)]
    return Table(columns=filled, rows=[[row.get(key) for key in filled] for row in ordered])


def _cells(nodes: Sequence[Node], known: Known, room: int, longest: int) -> Iterator[tuple[Node, str, Json]]:
    """Each value that there is room for, those of tools and retrievers before others."""
    values = [(node, column, value) for node in nodes for column, value in _values(node, known)]
    values.sort(key=lambda one: one[0].span.span_type not in _BOTH_SIDES)
    sizes = [min(_size(value), longest) for _, _, value in values]
    while sizes and fair_share(sizes, room) < min(MIN_CELL, max(sizes)):
        sizes.pop()
    share = min(fair_share(sizes, room), longest)
    for node, column, value in values[: len(sizes)]:
        yield node, column, _cell(value, share - len('""'), node, column)


def _values(node: Node, known: Known) -> Iterator[tuple[str, Json]]:
    """The values that say what happened in this span, and nothing that is shown elsewhere or in a span below."""
    span, said = node.span, said_by(node.span)
    message = without_lone_surrogates(span.status_message) if failed(node) else None
    if message and not any(one in message or message in one for one in known.messages):
        yield "error", message
    if node.index in known.values:
        return
    for side in _SIDES if span.span_type in _BOTH_SIDES or node.parent is None else _SIDES[1:]:
        if side in said:
            yield side, without_lone_surrogates(said[side])


def _size(value: Json) -> int:
    return len(compact(value))


def _cell(value: Json, limit: int, node: Node, column: str) -> Json:
    """The value itself where it is short, else its words in one line. None is written as text: null says that nothing
    was recorded."""
    is_short = not isinstance(value, str) and value is not None and with_marks(value) is value
    if is_short and node.span.span_type not in LLM_TYPES and _size(value) <= limit:
        return value
    return as_preview(value, limit, "inputs" if column == "inputs" else "outputs")


def few_of_each(nodes: Iterable[Node]) -> Iterator[Node]:
    """In their order, at most MAX_ALIKE of one name: the fortieth turn of a loop says no more than the third."""
    seen: set[int] = set()
    often: Counter[str] = Counter()
    for node in nodes:
        if node.index not in seen:
            seen.add(node.index)
            often[node.span.name] += 1
            if often[node.span.name] <= MAX_ALIKE:
                yield node
