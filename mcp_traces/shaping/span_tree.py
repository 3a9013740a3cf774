"""Spans as a tree, whatever their parents claim: orphans, cycles, repeated ids and several roots break nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median_high

from mcp_traces.records import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A span in its place. `index` tells nodes apart, since ids may repeat."""

    index: int
    span: Span
    parent: "Node | None"
    depth: int

    def ancestors(self) -> Iterator["Node"]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


@dataclass(frozen=True, slots=True)
class SpanTree:
    """`nodes` stand parents first, siblings by start; `children` follows their indexes.

    `start_ns` is when the first span began, 0 where there is none. `impossible` are the indexes of spans whose times
    cannot be true: they are shown as they were recorded, and never added up.
    """

    nodes: tuple[Node, ...]
    children: dict[int, tuple[Node, ...]]
    notes: tuple[str, ...]
    start_ns: int = 0
    impossible: frozenset[int] = frozenset()

    @property
    def roots(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.parent is None)

    def duration_ns(self, node: Node) -> int:
        """What may be added up: 0 where the span has not ended, or a clock was wrong."""
        return 0 if node.index in self.impossible else node.span.duration_ns or 0

    def start_ms(self, span: Span) -> float:
        """Milliseconds after the trace's first span began."""
        return to_ms(span.start_time_ns - self.start_ns)


def to_ms(nanoseconds: int) -> float:
    return round(nanoseconds / 1e6, 3)


CLOCKS_DIFFER_NS = 1_000_000
"""Of two processes on one machine, clocks may be this far apart."""

FAR_NS = 366 * 24 * 3600 * 10**9
"""Spans that are a year away from the others have a clock that was never set: many then say 1970."""


def build_tree(spans: Iterable[Span]) -> SpanTree:
    """The same for any order of the spans: MLflow gives those of one moment in whichever its database does."""
    spans = sorted(spans, key=by_time)
    first_with_id: dict[str, int] = {}
    for index, span in enumerate(spans):
        first_with_id.setdefault(span.span_id, index)
    below: dict[int | None, list[int]] = {}
    for index, span in enumerate(spans):
        below.setdefault(_parent_index(index, span, first_with_id), []).append(index)
    nodes = _place(spans, below)
    children: dict[int, list[Node]] = {}
    for node in nodes:
        if node.parent is not None:
            children.setdefault(node.parent.index, []).append(node)
    frozen = {index: tuple(nodes) for index, nodes in children.items()}
    impossible = _impossible(spans)
    started = [span.start_time_ns for index, span in enumerate(spans) if index not in impossible]
    start_ns = min(started or [span.start_time_ns for span in spans], default=0)
    notes = (*_notes(spans, nodes, first_with_id), *_clock_notes(nodes, impossible))
    return SpanTree(tuple(nodes), frozen, notes, start_ns, impossible)


def _impossible(spans: Sequence[Span]) -> frozenset[int]:
    if not spans:
        return frozenset()
    usual = median_high([span.start_time_ns for span in spans])
    return frozenset(
        index
        for index, span in enumerate(spans)
        if abs(span.start_time_ns - usual) > FAR_NS
        or (span.end_time_ns is not None and not span.start_time_ns <= span.end_time_ns <= usual + FAR_NS)
    )


def _clock_notes(nodes: Sequence[Node], impossible: frozenset[int]) -> Iterator[str]:
    if impossible:
        yield (
            f"{len(impossible)} of {len(nodes)} spans have times that cannot be true (an end before the start, or a "
            "year away from the others): they are left out of sums and of the critical path."
        )
    possible = [node for node in nodes if node.index not in impossible]
    parents = [(node, node.parent) for node in possible if node.parent is not None]
    within = [(node, parent) for node, parent in parents if parent.index not in impossible]
    early = sum(parent.span.start_time_ns - node.span.start_time_ns > CLOCKS_DIFFER_NS for node, parent in within)
    if early:
        yield f"{early} of {len(nodes)} spans began before their parent: clocks differ."
    over = [ended for ended in _after_root(nodes, impossible) if ended > CLOCKS_DIFFER_NS]
    if over:
        yield (
            f"{len(over)} of {len(nodes)} spans ended after their root, the last {to_ms(max(over)):,.0f} ms after it; "
            "the critical path includes them."
        )


def _after_root(nodes: Iterable[Node], impossible: frozenset[int]) -> Iterator[int]:
    """How long after its root each span ended."""
    root_ends: dict[int, int | None] = {}
    for node in nodes:
        own = None if node.index in impossible else node.span.end_time_ns
        root_ends[node.index] = end = own if node.parent is None else root_ends[node.parent.index]
        if own is not None and end is not None:
            yield own - end


def by_time(span: Span) -> tuple[int, float, str]:
    """What began at one moment: first what ended first."""
    return span.start_time_ns, inf if span.end_time_ns is None else span.end_time_ns, span.span_id


def _parent_index(index: int, span: Span, first_with_id: dict[str, int]) -> int | None:
    parent = first_with_id.get(span.parent_id) if span.parent_id is not None else None
    return None if parent == index else parent


def _place(spans: Sequence[Span], below: dict[int | None, list[int]]) -> list[Node]:
    """Depth first from the roots; what they do not reach goes in a circle, and its first span is taken as a root."""
    placed: dict[int, Node] = {}
    for start in [*below.get(None, []), *range(len(spans))]:
        stack: list[tuple[int, Node | None]] = [(start, None)]
        while stack:
            index, parent = stack.pop()
            if index in placed:
                continue
            placed[index] = node = Node(index, spans[index], parent, parent.depth + 1 if parent else 0)
            stack += [(child, node) for child in reversed(below.get(index, []))]
    return list(placed.values())


def _notes(spans: Sequence[Span], nodes: Iterable[Node], first_with_id: dict[str, int]) -> Iterator[str]:
    orphans = sum(1 for span in spans if span.parent_id is not None and span.parent_id not in first_with_id)
    circular = sum(1 for node in nodes if node.parent is None and node.span.parent_id in first_with_id)
    repeated = len(spans) - len(first_with_id)
    unended = sum(1 for span in spans if span.end_time_ns is None)
    for count, what in (
        (orphans, "name a parent that is not in the trace; they stand as roots"),
        (circular, "are their own ancestors; the first of each circle stands as a root"),
        (repeated, "repeat the id of another; span_ids opens all that share one"),
        (unended, "have not ended"),
    ):
        if count:
            yield f"{count} of {len(spans)} spans {what}."
