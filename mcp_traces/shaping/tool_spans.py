"""Which span ran a tool call, and where in it the result stands that the model was shown."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from mcp_traces.records import Json, Span, decode_json
from mcp_traces.shaping.json_fields import Path, as_fields, name_of
from mcp_traces.shaping.message_parts import ToolCall, Words, result_words
from mcp_traces.shaping.messages import is_message, read_messages
from mcp_traces.shaping.span_messages import LLM_TYPES
from mcp_traces.shaping.span_tree import Node, SpanTree

_ID_ATTRIBUTES = ("gen_ai.tool.call.id", "tool.call.id", "tool_call_id", "tool_id")
"""OpenTelemetry's conventions, VoltAgent, others, and MLflow's tracing of Claude Code."""

_NAME_ATTRIBUTES = ("gen_ai.tool.name", "tool.name", "tool_name")
_NAME_PREFIXES = ("tool_", "Tool.", "execute_tool ")
"""What Claude Code, DSPy and OpenTelemetry's conventions put before the tool's name."""

_ENVELOPES = ("content", "result", "output")


@dataclass(frozen=True, slots=True)
class ToolSpan:
    """The span that ran a tool; `words` are the result where its values hold it."""

    node: Node
    words: Words | None


class ToolSpans:
    """The spans of a trace that can have run tools; each answers one call."""

    def __init__(self, tree: SpanTree) -> None:
        self._by_name: dict[str, list[Node]] = {}
        self._by_id: dict[str, list[Node]] = {}
        self._used: set[int] = set()
        for node in sorted(tree.nodes, key=lambda node: (node.span.span_type != "TOOL", node.span.start_time_ns)):
            if node.span.span_type not in LLM_TYPES:
                for name in _names(node.span):
                    self._by_name.setdefault(name, []).append(node)
                if (call_id := _call_id(node.span)) is not None:
                    self._by_id.setdefault(call_id, []).append(node)

    def showing(self, call: ToolCall, text: str, after_ns: int, before_ns: int) -> ToolSpan | None:
        """The span between these times that ran `call`, whose result the model read as `text`."""
        stated = self._unused(self._by_id.get(call.id or "", ()), after_ns, before_ns)
        node = next(iter(stated), None) or self._named(call, text, after_ns, before_ns)
        if node is None:
            return None
        self._used.add(node.index)
        return ToolSpan(node, _where(node.span, text))

    def answering(self, call: ToolCall, after_ns: int) -> ToolSpan | None:
        """The span that ran `call`, whose result no message shows, with what came of it."""
        stated = self._unused(self._by_id.get(call.id or "", ()), after_ns, None)
        named = self._unused(self._by_name.get(call.name, ()), after_ns, None)
        node = next(iter([*stated, *(one for one in named if _was_given(one, call))]), None)
        words = None if node is None else _outcome(node.span)
        if node is None or words is None:
            return None
        self._used.add(node.index)
        return ToolSpan(node, words)

    def _named(self, call: ToolCall, text: str, after_ns: int, before_ns: int) -> Node | None:
        """Of the spans with the tool's name the one that was given the arguments, or gave the result, or is alone."""
        candidates = self._unused(self._by_name.get(call.name, ()), after_ns, before_ns)
        given = (node for node in candidates if _was_given(node, call))
        told = (node for node in candidates if _where(node.span, text) is not None)
        alone = candidates[0] if len(candidates) == 1 and candidates[0].span.span_type == "TOOL" else None
        return next(given, None) or next(told, None) or alone

    def _unused(self, nodes: "list[Node] | tuple[()]", after_ns: int, before_ns: int | None) -> list[Node]:
        return [
            node
            for node in nodes
            if node.index not in self._used
            and after_ns <= node.span.start_time_ns
            and (before_ns is None or node.span.start_time_ns <= before_ns)
        ]


def _names(span: Span) -> Set[str]:
    stated = {str(decode_json(span.attributes[key])) for key in _NAME_ATTRIBUTES if key in span.attributes}
    plain = {span.name.removeprefix(prefix) for prefix in _NAME_PREFIXES}
    return stated | plain


def _call_id(span: Span) -> str | None:
    for key in _ID_ATTRIBUTES:
        if key in span.attributes and isinstance(found := decode_json(span.attributes[key]), str):
            return found
    outputs = as_fields(span.outputs) if span.span_type == "TOOL" else None
    return None if outputs is None else name_of(outputs, ("tool_call_id",))


def _was_given(node: Node, call: ToolCall) -> bool:
    """Whether the span's inputs are the call's arguments, apart from what the tool itself fills in."""
    inputs = decode_json(node.span.inputs)
    fields, arguments = as_fields(inputs), as_fields(call.arguments)
    if not (fields and arguments):
        return (inputs or {}) == (call.arguments or {})
    return all(key in fields and fields[key] == arguments[key] for key in arguments)


def _where(span: Span, text: str) -> Words | None:
    """Where in the span `text` stands, as it is or as the JSON that it spells."""
    spelled = decode_json(text) if text.lstrip().startswith(("{", "[", '"')) else text
    for path, value in _results(span):
        if (isinstance(value, str) and value.strip() == text.strip()) or value in (text, spelled):
            return Words(text, path)
        if (words := result_words(value, path)).text.strip() == text.strip():
            return words
    return None


def _results(span: Span) -> Iterator[tuple[Path, Json]]:
    outputs = span.outputs
    if outputs is not None:
        yield ("outputs",), outputs
    for key in _ENVELOPES:
        if key in (fields := as_fields(outputs) or {}):
            yield ("outputs", key), fields[key]
    if span.status_message:
        yield ("status_message",), span.status_message


def _outcome(span: Span) -> Words | None:
    """What came of the tool: its outputs, or why it failed."""
    outputs = span.outputs
    if outputs is None:
        return Words(span.status_message, ("status_message",)) if span.status_message else None
    fields = as_fields(outputs)
    if fields is not None and is_message(fields):
        for message in read_messages(fields, "tool"):
            return Words(message.words.text, ("outputs", *message.words.path))
    return result_words(outputs, ("outputs",))
