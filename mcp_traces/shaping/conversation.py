"""The chat messages of a trace in order, each told once, with the span that added it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from mcp_traces.shaping.histories import Histories, Said
from mcp_traces.shaping.json_fields import Path
from mcp_traces.shaping.message_formats import History
from mcp_traces.shaping.message_parts import ToolCall
from mcp_traces.shaping.message_reader import MessageReader
from mcp_traces.shaping.messages import Message
from mcp_traces.shaping.span_messages import SpanMessages, is_llm_call, span_messages
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.tool_spans import ToolSpans

NO_MESSAGES = (
    "This trace has no chat messages: none of its spans carries any. Begin with view='overview'; span_ids opens spans "
    "with their inputs and outputs."
)
NO_LLM_MESSAGES = "No LLM or CHAT_MODEL span carries messages; these are the messages of its other spans."

MAX_LOOK_BACK = 200
"""How many messages before a tool's result its call may stand."""

_NOT_TALKING = ("TOOL", "RETRIEVER", "EMBEDDING", "RERANKER")


@dataclass(frozen=True, slots=True)
class ToldMessage:
    """A message, the span that added it, and where in that span it stands; the paths of `message` lead on from there.

    `tool_node` is the span that ran the tool, when the result as the model read it stands elsewhere.
    """

    message: Message
    node: Node
    place: Path
    tool_node: Node | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    messages: tuple[ToldMessage, ...]
    notes: tuple[str, ...] = ()


def conversation(tree: SpanTree) -> Conversation:
    """What was said in the trace: in its LLM calls, or, when these carry no messages, in its other spans."""
    reader = MessageReader()
    calls = list(_carrying(reader, (node for node in tree.nodes if is_llm_call(node.span))))
    others = [] if calls else list(_carrying(reader, (node for node in tree.nodes if _may_talk(node))))
    if not (calls or others):
        return Conversation((), (NO_MESSAGES,))
    telling = _Telling(tree)
    for one, within in _in_order(tree, calls or others):
        telling.tell(one, within)
    return Conversation(tuple(telling.with_unshown_results()), () if calls else (NO_LLM_MESSAGES,))


def _may_talk(node: Node) -> bool:
    return node.parent is None or node.span.span_type not in _NOT_TALKING


def _carrying(reader: MessageReader, nodes: Iterable[Node]) -> Iterator[SpanMessages]:
    for node in nodes:
        if (found := span_messages(node, reader)) is not None:
            yield found


def _in_order(tree: SpanTree, carrying: list[SpanMessages]) -> Iterator[tuple[SpanMessages, set[int] | None]]:
    """By start; a span around others after them, with what they said: it mostly repeats that in other words.

    For all others that is None.
    """
    by_index = {one.node.index: one for one in carrying}
    above = _nearest_above(tree, by_index)
    said_within: dict[int, set[int]] = {}
    for one in _inner_first(tree, by_index, above):
        within = said_within.pop(one.node.index, None)
        yield (one if within is None else one.without_plain), within
        outer = above[one.node.index]
        if outer is not None:
            sets = (said_within.get(outer, set()), within or set(), _all_said(one))
            said_within[outer] = max(sets, key=len)
            said_within[outer].update(*sets)


def _all_said(one: SpanMessages) -> set[int]:
    return {entry.loose for history in (*one.inputs, *one.outputs) for _, entry in history}


def _nearest_above(tree: SpanTree, by_index: dict[int, SpanMessages]) -> dict[int, int | None]:
    """For each span the nearest one around it that carries messages."""
    above: dict[int, int | None] = {}
    for node in tree.nodes:
        parent = node.parent
        carries = parent is not None and parent.index in by_index
        above[node.index] = None if parent is None else parent.index if carries else above[parent.index]
    return above


def _inner_first(tree: SpanTree, by_index: dict[int, SpanMessages], above: dict[int, int | None]) -> list[SpanMessages]:
    carrying = [node.index for node in tree.nodes if node.index in by_index]
    by_start = sorted(carrying, key=lambda index: by_index[index].node.span.start_time_ns)
    last = {index: rank for rank, index in enumerate(by_start)}
    around: set[int] = set()
    for index in reversed(carrying):
        outer = above[index]
        if outer is not None:
            around.add(outer)
            last[outer] = max(last[outer], last[index])
    depths = {index: -by_index[index].node.depth if index in around else 0 for index in carrying}
    ordered = sorted(carrying, key=lambda index: (last[index], index in around, depths[index]))
    return [by_index[index] for index in ordered]


def _begins_with(answer: History, asked: History) -> bool:
    """Whether the outputs are the inputs and what followed, as agents return their whole state."""
    if not asked or len(answer) < len(asked) or all(entry.message.role == "assistant" for _, entry in asked):
        return False
    return all(said.strict == told.strict for (_, said), (_, told) in zip(asked, answer, strict=False))


class _Telling:
    """What was told so far, and the calls of tools whose results were."""

    def __init__(self, tree: SpanTree) -> None:
        self._told: list[ToldMessage] = []
        self._place_of: dict[Said, int] = {}
        self._histories = Histories()
        self._around = Histories()
        self._tools = ToolSpans(tree)
        self._answered: set[tuple[int, int]] = set()

    def tell(self, one: SpanMessages, within: set[int] | None) -> None:
        """The messages of a span that are new; `within` is what spans inside it said already."""
        if within is not None:
            for history in (*one.inputs, *one.outputs):
                left = [(path, entry) for path, entry in history if entry.loose not in within]
                self._follow(self._around, left, one.node, None)
            return
        ends = [self._follow(self._histories, history, one.node, None) for history in one.inputs]
        for index, history in enumerate(one.outputs):
            asked = one.inputs[min(index, len(ends) - 1)] if ends else []
            self._answer(one.node, history, asked, ends[min(index, len(ends) - 1)] if ends else self._histories.start)

    def _answer(self, node: Node, answer: History, asked: History, end: Said) -> None:
        """An answer of a model is always new; other outputs may be the whole history, or what another span said."""
        if _begins_with(answer, asked):
            self._follow(self._histories, answer, node, None)
        elif not is_llm_call(node.span):
            self._follow(self._histories, answer, node, end)
        else:
            for path, entry in answer:
                end = self._histories.add(end, entry)
                self._add(end, entry.message, node, path)

    def _follow(self, histories: Histories, history: History, node: Node, start: Said | None) -> Said:
        new, end = histories.follow([entry for _, entry in history], start)
        for index, said in new:
            path, entry = history[index]
            self._add(said, entry.message, node, path)
        return end

    def _add(self, said: Said, message: Message, node: Node, path: Path) -> None:
        told = ToldMessage(message, node, path)
        if message.role == "tool":
            told = self._result(told, said)
        self._place_of[said] = len(self._told)
        self._told.append(told)

    def _result(self, told: ToldMessage, said: Said) -> ToldMessage:
        """A tool's result with its call's id and name, told by the span that ran the tool where that shows it."""
        found = self._call_of(told.message, said)
        if found is None:
            return told
        (asked, position), call = found
        self._answered.add((asked, position))
        message = replace(
            told.message, call_id=told.message.call_id or call.id, tool_name=told.message.tool_name or call.name
        )
        after_ns, before_ns = self._told[asked].node.span.start_time_ns, told.node.span.start_time_ns
        tool = self._tools.showing(call, message.words.text, after_ns, before_ns)
        if tool is None or tool.words is None:
            return replace(told, message=message, tool_node=tool.node if tool else None)
        return ToldMessage(replace(message, words=tool.words, path=tool.words.path), tool.node, ())

    def _call_of(self, result: Message, said: Said) -> tuple[tuple[int, int], ToolCall] | None:
        """The call that `result` answers: the one with its id, else the first open one with its name, if it has one."""
        for place in islice(said.before(), 1, MAX_LOOK_BACK):
            asked = self._place_of[place]
            for position, call in enumerate(self._told[asked].message.calls):
                is_open = (asked, position) not in self._answered
                named = result.tool_name in (None, call.name)
                if (result.call_id == call.id) if (result.call_id and call.id) else (is_open and named):
                    return (asked, position), call
        return None

    def with_unshown_results(self) -> Iterator[ToldMessage]:
        """All messages, and after each call whose result no message shows what its span says came of it."""
        for index, told in enumerate(self._told):
            yield told
            for position, call in enumerate(told.message.calls):
                if (index, position) in self._answered:
                    continue
                tool = self._tools.answering(call, told.node.span.start_time_ns)
                if tool is not None and tool.words is not None:
                    words = tool.words
                    message = Message("tool", words, call_id=call.id, tool_name=call.name, path=words.path)
                    yield ToldMessage(message, tool.node, ())
