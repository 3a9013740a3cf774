"""From failed spans to their causes: which failure came first, what it broke, and where it was caught."""

from collections.abc import Iterator, Mapping

from mcp_traces.records import Json, SpanEvent
from mcp_traces.results import Elision, ErrorResult
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.text import cut

MAX_MESSAGE = 600
MAX_STACK = 1_200
MAX_ANCESTORS = 10
_LIBRARY_FRAMES = ("/site-packages/", "/dist-packages/", "/lib/python", "<frozen ")


def root_causes(tree: SpanTree) -> list[Node]:
    """Failed spans below which nothing failed, in time order."""
    with_failed_child = {node.parent.index for node in tree.nodes if node.parent is not None and failed(node)}
    causes = [node for node in tree.nodes if failed(node) and node.index not in with_failed_child]
    return sorted(causes, key=lambda node: (node.span.end_time_ns or node.span.start_time_ns, node.index))


def failed(node: Node) -> bool:
    return node.span.status == "ERROR"


def describe_failure(node: Node) -> tuple[ErrorResult, list[Elision]]:
    """The failure of one root cause, and what of its text was cut."""
    event_index, exception = _exception(node)
    attributes: Mapping[str, Json] = exception.attributes if exception else {}
    message = str(attributes.get("exception.message") or node.span.status_message or "")
    stack = str(attributes.get("exception.stacktrace") or "")
    useful = useful_frames(stack)
    ancestors = list(_failed_ancestors(node))
    recovered = next((one for one in node.ancestors() if not failed(one)), None)
    result = ErrorResult(
        span_id=node.span.span_id,
        name=cut(node.span.name, 100),
        type=cut(node.span.span_type, 40),
        exception=cut(str(attributes.get("exception.type") or ""), 200) or None,
        message=cut(message, MAX_MESSAGE) or None,
        stack=useful or None,
        failed_ancestors=[one.span.span_id for one in ancestors[:MAX_ANCESTORS]],
        recovered_in=recovered.span.span_id if recovered else None,
    )
    event_path = f"events[{event_index}].attributes"
    message_path = f'{event_path}["exception.message"]' if "exception.message" in attributes else "status_message"
    return result, [
        Elision(span_id=node.span.span_id, path=path, shown=shown, total=total)
        for path, shown, total in (
            (message_path, max(len(cut(message, MAX_MESSAGE)) - 1, 0), len(message)),
            (f'{event_path}["exception.stacktrace"]', 0, len(stack) if useful != stack else 0),
        )
        if total > shown + 1
    ]


def useful_frames(stack: str) -> str:
    """The end of a Python stack trace without the frames of libraries; any other text, its end."""
    lines = stack.splitlines()
    kept: list[str] = []
    in_library = False
    for line in lines:
        if line.startswith('  File "'):
            in_library = any(part in line for part in _LIBRARY_FRAMES)
        elif not line.startswith("    "):
            in_library = False
        if not in_library:
            kept.append(line)
    text = "\n".join(kept if any(line.startswith('  File "') for line in kept) else lines)
    return text if len(text) <= MAX_STACK else "…" + text[-MAX_STACK + 1 :]


def _failed_ancestors(node: Node) -> Iterator[Node]:
    for ancestor in node.ancestors():
        if not failed(ancestor):
            return
        yield ancestor


def _exception(node: Node) -> tuple[int, SpanEvent | None]:
    """The last exception event, which is the one that ended the span."""
    for index, event in reversed(list(enumerate(node.span.events))):
        if event.name == "exception":
            return index, event
    return 0, None
