"""Which span of one trace corresponds to which of another.

Spans are aligned from the roots down: below two that correspond, those of one name and type do, most alike first. So
parallel calls that start or finish in another order are the same, and a retry is one span more. What stays on both
sides and is alike was moved under another parent. Each step sorts spans into buckets, never compares all with all.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from mcp_traces.records import SPAN_INPUTS_ATTRIBUTE, SPAN_OUTPUTS_ATTRIBUTE
from mcp_traces.shaping.cleaning import as_recorded
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.value_changes import normal


@dataclass(frozen=True, slots=True)
class Pair:
    """Two spans that correspond; `moved` when their parents do not."""

    a: Node
    b: Node
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Swap:
    """Two siblings, one after the other in both traces, in another order: `first` runs first in `a`."""

    first: Pair
    second: Pair


@dataclass(slots=True)
class Alignment:
    """`pairs` by the index of the span in `a`, and in `b`; spans of one trace only have none."""

    a: SpanTree
    b: SpanTree
    of_a: dict[int, Pair] = field(default_factory=dict[int, Pair])
    of_b: dict[int, Pair] = field(default_factory=dict[int, Pair])
    swaps: list[Swap] = field(default_factory=list[Swap])

    @property
    def only_a(self) -> list[Node]:
        return [node for node in self.a.nodes if node.index not in self.of_a]

    @property
    def only_b(self) -> list[Node]:
        return [node for node in self.b.nodes if node.index not in self.of_b]

    def add(self, pair: Pair) -> None:
        self.of_a[pair.a.index] = pair
        self.of_b[pair.b.index] = pair


Fingerprint = Callable[[Node], Hashable]


def align(a: SpanTree, b: SpanTree) -> Alignment:
    """The spans that correspond, and siblings whose order differs."""
    found = Alignment(a, b)
    signs = _Signs(a, b)
    _align_below(found, signs, a.roots, b.roots, are_roots=True)
    _align_moved(found, signs)
    return found


def _align_below(
    found: Alignment, signs: "_Signs", nodes_a: Sequence[Node], nodes_b: Sequence[Node], *, are_roots: bool = False
) -> None:
    left = [(nodes_a, nodes_b)]
    while left:
        pairs = [Pair(one, other) for one, other in _siblings(*left.pop(), signs, are_roots=are_roots)]
        are_roots = False
        for pair in pairs:
            found.add(pair)
            left.append(_unpaired_children(found, pair))
        if swap := _first_swap(pairs, found):
            found.swaps.append(swap)


def _unpaired_children(found: Alignment, pair: Pair) -> tuple[list[Node], list[Node]]:
    children_a, children_b = found.a.children.get(pair.a.index, ()), found.b.children.get(pair.b.index, ())
    return (
        [node for node in children_a if node.index not in found.of_a],
        [node for node in children_b if node.index not in found.of_b],
    )


def _align_moved(found: Alignment, signs: "_Signs") -> None:
    """Pairs what is left where it was given the same: a span around others, or one less, moves all below it."""
    for sign in (signs.recorded, signs.shape_and_inputs):
        for one, other in _by_sign(found.only_a, found.only_b, lambda node, sign=sign: (_key(node), sign(node))):
            if one.index in found.of_a or other.index in found.of_b or sign(one) is None:
                continue  # aligned meanwhile, below one that was moved
            found.add(Pair(one, other, moved=True))
            _align_below(found, signs, *_unpaired_children(found, Pair(one, other)))


def _siblings(
    nodes_a: Sequence[Node], nodes_b: Sequence[Node], signs: "_Signs", *, are_roots: bool
) -> Iterator[tuple[Node, Node]]:
    left_a, left_b = {node.index: node for node in nodes_a}, {node.index: node for node in nodes_b}
    for level in signs.levels():
        if not left_a or not left_b:
            return
        for one, other in _by_sign(left_a.values(), left_b.values(), level):
            del left_a[one.index], left_b[other.index]
            yield one, other
    if are_roots and len(left_a) == len(left_b) == 1:
        yield left_a.popitem()[1], left_b.popitem()[1]


def _by_sign(nodes_a: Iterable[Node], nodes_b: Iterable[Node], sign: Fingerprint) -> list[tuple[Node, Node]]:
    """Those with the same sign, in order. None is not a sign."""
    waiting: dict[Hashable, deque[Node]] = {}
    for node in nodes_a:
        if (known := sign(node)) is not None:
            waiting.setdefault(known, deque()).append(node)
    pairs: list[tuple[Node, Node]] = []
    for node in nodes_b:
        known = sign(node) if waiting else None
        if known is not None and (same := waiting.get(known)):
            pairs.append((same.popleft(), node))
    return pairs


def _key(node: Node) -> tuple[str, str]:
    return node.span.name, node.span.span_type


class _Signs:
    """What two spans may have in common, each read once and, of long values, only where it is needed."""

    def __init__(self, a: SpanTree, b: SpanTree) -> None:
        self._trees = (a, b)
        self._side = {id(node): tree for tree in self._trees for node in tree.nodes}
        self._normal: dict[tuple[int, str], str | None] = {}

    def levels(self) -> Iterator[Fingerprint]:
        """From the most alike to the least; the last ones are spans that were renamed or changed their type."""
        yield self.recorded
        yield lambda node: (_key(node), node.span.status, _recorded(node, SPAN_INPUTS_ATTRIBUTE))
        yield lambda node: (_key(node), _recorded(node, SPAN_INPUTS_ATTRIBUTE))
        yield lambda node: (_key(node), node.span.status, self._alike(node, SPAN_INPUTS_ATTRIBUTE))
        yield lambda node: (_key(node), node.span.status, self._alike(node, SPAN_OUTPUTS_ATTRIBUTE))
        yield lambda node: (_key(node), node.span.status, self._shape(node))
        yield lambda node: (_key(node), node.span.status)
        yield _key
        yield lambda node: node.span.name
        yield self._same_type_and_inputs
        yield self._same_type_and_shape

    def recorded(self, node: Node) -> Hashable:
        return (
            _key(node),
            node.span.status,
            _recorded(node, SPAN_INPUTS_ATTRIBUTE),
            _recorded(node, SPAN_OUTPUTS_ATTRIBUTE),
        )

    def shape_and_inputs(self, node: Node) -> Hashable:
        inputs, shape = self._alike(node, SPAN_INPUTS_ATTRIBUTE), self._shape(node)
        return (inputs, shape) if inputs or shape else None

    def _same_type_and_inputs(self, node: Node) -> Hashable:
        inputs = _recorded(node, SPAN_INPUTS_ATTRIBUTE)
        return (node.span.span_type, inputs) if inputs not in (None, "", "{}", "null") else None

    def _same_type_and_shape(self, node: Node) -> Hashable:
        shape = self._shape(node)
        return (node.span.span_type, shape) if shape else None

    def _shape(self, node: Node) -> tuple[tuple[str, str], ...]:
        children = self._side[id(node)].children.get(node.index, ())
        return tuple(sorted(_key(child) for child in children))

    def _alike(self, node: Node, key: str) -> str | None:
        """The value without ids and times."""
        known = (id(node), key)
        if known not in self._normal:
            text = _recorded(node, key)
            self._normal[known] = None if text is None else normal(text)
        return self._normal[known]


def _recorded(node: Node, key: str) -> str | None:
    return as_recorded(node.span.attributes, key)


def _first_swap(pairs: Sequence[Pair], found: Alignment) -> Swap | None:
    """The first two that ran one after the other in both traces, in another order. What overlaps has no order."""
    timed = [pair for pair in pairs if _is_timed(pair.a, found.a) and _is_timed(pair.b, found.b)]
    running: list[tuple[int, int, Pair]] = []
    latest: Pair | None = None
    for pair in sorted(timed, key=lambda one: (one.a.span.start_time_ns, one.a.index)):
        while running and running[0][0] <= pair.a.span.start_time_ns:
            ended = heappop(running)[2]
            if latest is None or ended.b.span.start_time_ns > latest.b.span.start_time_ns:
                latest = ended
        if latest is not None and _is_before(pair.b, latest.b) and _is_before(latest.a, pair.a):
            return Swap(latest, pair)
        heappush(running, (pair.a.span.end_time_ns or 0, pair.a.index, pair))
    return None


def _is_timed(node: Node, tree: SpanTree) -> bool:
    return node.index not in tree.impossible and node.span.end_time_ns is not None


def _is_before(one: Node, other: Node) -> bool:
    ended = one.span.end_time_ns
    return ended is not None and ended <= other.span.start_time_ns and one.span.start_time_ns < other.span.start_time_ns
