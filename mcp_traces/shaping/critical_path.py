"""The critical path: at each moment the span the trace was waiting for, so that shortening any of them shortens it."""

from mcp_traces.results import CriticalStep
from mcp_traces.shaping.span_tree import Node, SpanTree, to_ms
from mcp_traces.shaping.text import cut


def critical_path(tree: SpanTree) -> dict[int, int]:
    """Node index → nanoseconds of its own on the critical path, for the root that took longest.

    Walked back from the end: the child that ended last is what its parent waited for; before that child began, it
    was the one that had ended last by then.
    """
    ended = [root for root in tree.roots if (root.span.duration_ns or 0) > 0]
    if not ended:
        return {}
    root = max(ended, key=lambda node: node.span.duration_ns or 0)
    self_ns: dict[int, int] = {}
    windows = [(root, root.span.start_time_ns, root.span.end_time_ns or 0)]
    while windows:
        node, since, until = windows.pop()
        own = 0
        for child, child_end in _latest_first(tree, node, until):
            began, reached = max(child.span.start_time_ns, since), min(child_end, until)
            if began >= reached:
                # It took no time of what is left to explain, or a clock ran backwards.
                continue
            own += until - reached
            windows.append((child, began, reached))
            until = began
        self_ns[node.index] = own + until - since
    return self_ns


def critical_steps(tree: SpanTree, self_ns: dict[int, int], limit: int) -> list[CriticalStep]:
    """The `limit` spans with most time of their own on the path, in time order."""
    longest = sorted(self_ns, key=lambda index: -self_ns[index])[:limit]
    by_index = {node.index: node for node in tree.nodes if node.index in longest}
    steps = sorted(by_index.values(), key=lambda node: (node.span.start_time_ns, node.depth))
    return [
        CriticalStep(
            span_id=node.span.span_id,
            name=cut(node.span.name, 100),
            type=cut(node.span.span_type, 40),
            self_ms=to_ms(self_ns[node.index]),
            start_ms=tree.start_ms(node.span),
        )
        for node in steps
        if self_ns[node.index] > 0
    ]


def _latest_first(tree: SpanTree, node: Node, until: int) -> list[tuple[Node, int]]:
    children = [(child, child.span.end_time_ns) for child in tree.children.get(node.index, ())]
    ended = [(child, end) for child, end in children if end is not None]
    return sorted(ended, key=lambda item: -min(item[1], until))
