"""A span as a result: one lean row, or whole, with its values."""

from typing import Any

from mcp_traces.records import (
    SPAN_INPUTS_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    SPAN_TYPE_ATTRIBUTE,
    Json,
    Span,
)
from mcp_traces.results import Elision, SpanResult, whole_or_decimal
from mcp_traces.shaping.span_tree import Node, SpanTree, to_ms
from mcp_traces.shaping.text import compact, cut, without_lone_surrogates
from mcp_traces.shaping.values import fit, keep_structure, size_of_all

MAX_NAME = 160
MAX_TYPE = 60
TREE_COLUMNS = ("span_id", "parent_id", "depth", "name", "type", "status", "start_ms", "duration_ms")

_SAID = {"inputs": SPAN_INPUTS_ATTRIBUTE, "outputs": SPAN_OUTPUTS_ATTRIBUTE}
_SHOWN_ELSEWHERE = {*_SAID.values(), SPAN_TYPE_ATTRIBUTE, "mlflow.traceRequestId"}


def span_row(tree: SpanTree, node: Node) -> SpanResult:
    """One lean row, without values."""
    return SpanResult(**span_fields(tree, node))


def span_fields(tree: SpanTree, node: Node) -> dict[str, Any]:
    """What every span has, by the names of its result."""
    span = node.span
    duration = span.duration_ns
    return {
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "depth": node.depth,
        "name": cut(span.name, MAX_NAME),
        "type": cut(span.span_type, MAX_TYPE),
        "status": span.status,
        "start_ms": whole_or_decimal(tree.start_ms(span)),
        "duration_ms": None if duration is None else whole_or_decimal(to_ms(duration)),
    }


def span_whole(tree: SpanTree, node: Node, budget: int) -> tuple[SpanResult, list[Elision]]:
    """The span with its values and its cuts, in `budget` characters together where that can be had."""
    span_id = node.span.span_id
    row = span_row(tree, node)
    values = span_values(node.span, tree)
    name = values.pop("name")
    renamed = [] if row.name == name else [Elision(span_id=span_id, path="name", shown=0, total=len(name))]
    fitted, cuts = fit(values, budget - size_of(row) - size_of_all(renamed), span_id=span_id)
    shown, cuts = keep_structure(fitted, cuts, values, ("attributes", "events", "links"))
    return row.model_copy(update=shown), [*renamed, *cuts]


def span_values(span: Span, tree: SpanTree) -> dict[str, Json]:
    """Every value of a span, under the names its result and `path` give them."""
    values: dict[str, Json] = {
        "status_message": span.status_message,
        **said_by(span),
        "attributes": {key: span.attributes[key] for key in span.attributes if key not in _SHOWN_ELSEWHERE},
        "events": [
            {
                "name": one.name,
                "at_ms": whole_or_decimal(to_ms(one.time_ns - tree.start_ns)),
                "attributes": dict(one.attributes),
            }
            for one in span.events
        ],
        "links": [
            {"trace_id": one.trace_id, "span_id": one.span_id, "attributes": dict(one.attributes)} for one in span.links
        ],
    }
    told = {key: value for key, value in values.items() if key in _SAID or value not in (None, "", [], {})}
    return without_lone_surrogates({"name": span.name} | told)


def size_of(result: SpanResult) -> int:
    """What `result` adds to a list, in characters of JSON."""
    return len(compact(result.model_dump(mode="json"))) + 1


def said_by(span: Span) -> dict[str, Json]:
    """The span's inputs and outputs, empty ones too, without those that were not recorded."""
    return {side: span.attributes[key] for side, key in _SAID.items() if key in span.attributes}
