"""The messages that one span carries: its histories, and what was said after them."""

from dataclasses import dataclass

from mcp_traces.records import Span
from mcp_traces.shaping.json_fields import as_items
from mcp_traces.shaping.message_attributes import attribute_messages, system_attribute
from mcp_traces.shaping.message_formats import History, Side, find_messages, find_plain
from mcp_traces.shaping.message_reader import MessageReader
from mcp_traces.shaping.span_tree import Node

LLM_TYPES = ("LLM", "CHAT_MODEL")
_LLM_ATTRIBUTES = ("mlflow.message.format", "llm.request.type", "gen_ai.request.model", "gen_ai.response.model")
"""What MLflow's and others' tracing of LLM libraries writes, also where MLflow knows no type for the span."""

_SAYS_BARE_TEXT = (*LLM_TYPES, "AGENT")
"""Types of spans whose inputs and outputs are what was said, when they are bare text."""

_CHUNK_EVENT = "mlflow.chunk.item."


@dataclass(frozen=True, slots=True)
class SpanMessages:
    """`outputs` answer the `inputs` of the same index; the plain ones are bare text that was taken for a message."""

    node: Node
    inputs: list[History]
    outputs: list[History]
    plain: tuple[Side, ...] = ()

    @property
    def without_plain(self) -> "SpanMessages":
        inputs = [] if "inputs" in self.plain else self.inputs
        return SpanMessages(self.node, inputs, [] if "outputs" in self.plain else self.outputs)


def is_llm_call(span: Span) -> bool:
    """A span of an LLM type, or one without a type that was made by the tracing of an LLM library."""
    if span.span_type != "UNKNOWN":
        return span.span_type in LLM_TYPES
    return any(key in span.attributes for key in _LLM_ATTRIBUTES)


def span_messages(node: Node, reader: MessageReader) -> SpanMessages | None:
    """What `node` carries, None when that is no message."""
    span = node.span
    inputs = find_messages(span.inputs, "inputs", reader) or attribute_messages(span, "inputs", reader)
    outputs = find_messages(span.outputs, "outputs", reader) or attribute_messages(span, "outputs", reader)
    plain: list[Side] = []
    if span.span_type in _SAYS_BARE_TEXT:
        if not inputs and (inputs := find_plain(span.inputs, "inputs", reader)):
            plain.append("inputs")
        if not outputs and (outputs := _bare_answer(span, reader)):
            plain.append("outputs")
    if not (inputs or outputs):
        return None
    return SpanMessages(node, _with_system(span, inputs, reader), outputs, tuple(plain))


def _bare_answer(span: Span, reader: MessageReader) -> list[History]:
    """The text of an answer; one that was streamed is in pieces."""
    outputs = span.outputs
    pieces = as_items(outputs)
    if pieces and any(event.name.startswith(_CHUNK_EVENT) for event in span.events):
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        return [[(("outputs",), entry.in_one_place()) for entry in reader.read(text, "assistant")]] if text else []
    return find_plain(outputs, "outputs", reader)


def _with_system(span: Span, inputs: list[History], reader: MessageReader) -> list[History]:
    if any(entry.message.role in ("system", "developer") for history in inputs for _, entry in history):
        return inputs
    system = system_attribute(span, reader)
    return [system + history for history in inputs] if system else inputs
