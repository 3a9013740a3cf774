"""Calls that an agent repeats: the same tool, the same inputs, again and again."""

from collections.abc import Iterator

from mcp_traces.records import SPAN_INPUTS_ATTRIBUTE, SPAN_OUTPUTS_ATTRIBUTE
from mcp_traces.shaping.cleaning import as_recorded
from mcp_traces.shaping.span_tree import Node, SpanTree

MIN_REPEATS = 5
"""Fewer are what retries and polling are made of."""

MAX_TOLD = 2
_TYPES = ("TOOL", "RETRIEVER")


def repeats(tree: SpanTree) -> Iterator[str]:
    """A sentence for each of the calls that were repeated most often. It names spans, and nothing that was recorded."""
    by_call: dict[tuple[str, str], list[Node]] = {}
    for node in tree.nodes:
        if node.span.span_type in _TYPES and (inputs := _inputs(node)):
            by_call.setdefault((node.span.name, inputs), []).append(node)
    often = sorted((same for same in by_call.values() if len(same) >= MIN_REPEATS), key=len, reverse=True)
    for same in often[:MAX_TOLD]:
        outputs = {as_recorded(node.span.attributes, SPAN_OUTPUTS_ATTRIBUTE) for node in same}
        what = "inputs and outputs" if len(outputs) == 1 else "inputs"
        first = same[0].span
        yield f"{len(same)} {first.span_type} spans of one name have the same {what}; the first is {first.span_id}."


def _inputs(node: Node) -> str | None:
    recorded = as_recorded(node.span.attributes, SPAN_INPUTS_ATTRIBUTE)
    return None if recorded in ("null", "{}") else recorded
