"""From failed spans to their causes: which failure came first, what it broke, and where it was caught."""

from collections.abc import Iterator, Mapping

from mcp_traces.records import Json, SpanEvent
from mcp_traces.results import Elision, ErrorResult
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.text import compact, cut, longest_prefix, without_lone_surrogates

MAX_MESSAGE = 600
MAX_STACK = 1_200
MAX_ANCESTORS = 10
MAX_NAME = 100
MAX_TYPE = 40
_LIBRARY_FRAMES = ("/site-packages/", "/dist-packages/", "/lib/python", "<frozen ")


def root_causes(tree: SpanTree) -> list[Node]:
    """Failed spans below which nothing failed, in time order."""
    with_failed_child = {node.parent.index for node in tree.nodes if node.parent is not None and failed(node)}
    causes = [node for node in tree.nodes if failed(node) and node.index not in with_failed_child]
    return sorted(causes, key=lambda node: (node.span.end_time_ns or node.span.start_time_ns, node.index))


def failed(node: Node) -> bool:
    return node.span.status == "ERROR"


def describe_failure(node: Node, budget: int) -> tuple[ErrorResult, list[Elision]]:
    """The failure of one root cause in about `budget` characters, and what of its text was cut."""
    event_index, exception = _exception(node)
    attributes: Mapping[str, Json] = exception.attributes if exception else {}
    message = str(attributes.get("exception.message") or node.span.status_message or "")
    stack = str(attributes.get("exception.stacktrace") or "")
    shown_message = cut(message, min(MAX_MESSAGE, budget // 4))
    shown_stack = useful_frames(stack, min(MAX_STACK, budget // 3))
    ancestors = list(_failed_ancestors(node))
    recovered = next((one for one in node.ancestors() if not failed(one)), None)
    result = ErrorResult(
        span_id=node.span.span_id,
        name=cut(node.span.name, MAX_NAME),
        type=cut(node.span.span_type, MAX_TYPE),
        exception=cut(str(attributes.get("exception.type") or ""), MAX_NAME) or None,
        message=shown_message or None,
        stack=shown_stack or None,
        failed_ancestors=[one.span.span_id for one in ancestors[:MAX_ANCESTORS]],
        recovered_in=recovered.span.span_id if recovered else None,
    )
    event_path = f"events[{event_index}].attributes"
    message_path = f'{event_path}["exception.message"]' if attributes.get("exception.message") else "status_message"
    cuts = [(message_path, message)] if shown_message != message else []
    if shown_stack != stack:
        cuts.append((f'{event_path}["exception.stacktrace"]', stack))
    return result, [
        # From the start: the message was cut at a word, and of a stack its end is shown.
        Elision(span_id=node.span.span_id, path=path, shown=0, total=len(without_lone_surrogates(text)))
        for path, text in cuts
    ]


def useful_frames(stack: str, limit: int) -> str:
    """The end of a Python stack trace without the frames of libraries, in `limit` characters; else the text's end."""
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
    if len(compact(text)) - 2 <= limit:
        return text
    # Cut as if it were read backwards: the exception stands last.
    return "…" + text[len(text) - longest_prefix(text[::-1], limit - 1) :]


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
