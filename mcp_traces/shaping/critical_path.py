"""The critical path: at each moment the span the trace was waiting for, so that shortening any of them shortens it."""

from collections.abc import Iterable, Sequence

from mcp_traces.results import CriticalStep
from mcp_traces.shaping.span_tree import Node, SpanTree, to_ms
from mcp_traces.shaping.text import cut
from mcp_traces.shaping.values import first_that_fit

MAX_NAME = 60


def critical_path(tree: SpanTree) -> dict[int, int]:
    """Node index → nanoseconds of its own on the critical path, from the first beginning to the last end.

    Walked back from the end: the child that ended last is what its parent waited for; before that child began, it
    was the one that had ended last by then. A span reaches to the end of all below it: a root that only starts a
    stream ends at once (mlflow#13555). Times that cannot be true, and spans that have not ended, count for nothing.
    """
    reach = _reach(tree)
    roots = [root for root in tree.roots if root.index in reach]
    if not roots:
        return {}
    self_ns: dict[int, int] = {}
    began, ended = min(reach[one.index][0] for one in roots), max(reach[one.index][1] for one in roots)
    windows: list[tuple[Node | None, Sequence[Node], int, int]] = [(None, roots, began, ended)]
    while windows:
        node, below, since, until = windows.pop()
        own = 0
        for child in _latest_first(below, reach, until):
            began, reached = max(reach[child.index][0], since), min(reach[child.index][1], until)
            if began >= reached:
                # It took no time of what is left to explain, or its clock runs behind.
                continue
            own += until - reached
            windows.append((child, tree.children.get(child.index, ()), began, reached))
            until = began
        if node is not None:
            self_ns[node.index] = own + until - since
    return self_ns


def _reach(tree: SpanTree) -> dict[int, tuple[int, int]]:
    """Node index → when it began, and when it and all below it had ended; children stand behind their parents."""
    reach: dict[int, tuple[int, int]] = {}
    for node in reversed(tree.nodes):
        below = [reach[child.index] for child in tree.children.get(node.index, ()) if child.index in reach]
        span, is_possible = node.span, node.index not in tree.impossible
        ends = [ended for _, ended in below]
        if is_possible and span.end_time_ns is not None:
            ends.append(span.end_time_ns)
        if ends:
            began = span.start_time_ns if is_possible else min((began for began, _ in below), default=max(ends))
            reach[node.index] = began, max(ends)
    return reach


def critical_steps(tree: SpanTree, self_ns: dict[int, int], limit: int, room: int) -> list[CriticalStep]:
    """The spans with most time of their own on the path, in time order: at most `limit`, in `room` characters."""
    on_path = [node for node in tree.nodes if self_ns.get(node.index, 0) > 0]
    longest = sorted(on_path, key=lambda node: -self_ns[node.index])[:limit]
    steps = [
        CriticalStep(span_id=node.span.span_id, name=cut(node.span.name, MAX_NAME), self_ms=to_ms(self_ns[node.index]))
        for node in longest
    ]
    fitting = list(zip(longest, first_that_fit(steps, room), strict=False))
    return [step for _, step in sorted(fitting, key=lambda one: (one[0].span.start_time_ns, one[0].depth))]


def _latest_first(nodes: Iterable[Node], reach: dict[int, tuple[int, int]], until: int) -> list[Node]:
    ended = [node for node in nodes if node.index in reach]
    return sorted(ended, key=lambda node: -min(reach[node.index][1], until))
