"""The messages of a trace within a budget: a page of them, the long ones cut to their fair share."""

from dataclasses import dataclass

from mcp_traces.records import Json, Span, decode_json
from mcp_traces.results import Elision, MessageResult, ToolCallResult
from mcp_traces.shaping.cleaning import UNMASKED, Cleaner
from mcp_traces.shaping.conversation import ToldMessage, conversation
from mcp_traces.shaping.hidden import visible
from mcp_traces.shaping.json_fields import Path, as_fields, as_items, as_json
from mcp_traces.shaping.paths import format_path
from mcp_traces.shaping.span_tree import SpanTree
from mcp_traces.shaping.text import CUT_MARK, as_text, compact, cut, longest_prefix, without_lone_surrogates
from mcp_traces.shaping.values import MAX_PATH, fair_share, size_of_all

MIN_MESSAGE_CHARS = 800
"""When a page cannot hold all that is left, a message still gets this much before the next page is due."""

ROUGH_OVERHEAD = 200
"""About what stands around the words of a message: its role, span, path, and the handle of a cut."""

MAX_ROLE = 40
MAX_NAME = 120
MIN_ROOM = 40
"""Fewer characters of a text tell nothing."""


@dataclass(frozen=True, slots=True)
class ConversationPage:
    messages: list[MessageResult]
    elided: list[Elision]
    total: int
    notes: list[str]
    next_index: int | None


def conversation_page(tree: SpanTree, start: int, room: int, cleaner: Cleaner = UNMASKED) -> ConversationPage:
    """The messages from the `start`-th on that fit; at least one, so that paging always ends.

    What they say is cleaned once more: JSON in a text may have hidden something, and so may the chunks of a stream.
    """
    told = conversation(tree)
    notes, total = list(told.notes), len(told.messages)
    room -= len(compact(notes))
    share = max(fair_share([_rough_size(one) for one in told.messages[start:]], room), MIN_MESSAGE_CHARS)
    messages: list[MessageResult] = []
    elided: list[Elision] = []
    for index in range(start, total):
        message, cuts = _Shown(tree, told.messages[index], cleaner).within(share if messages else min(share, room))
        size = size_of_all([message, *cuts])
        if size > room and messages:
            return ConversationPage(messages, elided, total, notes, index)
        messages.append(message)
        elided += cuts
        room -= size
    return ConversationPage(messages, elided, total, notes, None)


def _rough_size(told: ToldMessage) -> int:
    message = told.message
    thought = len(message.reasoning.text) if message.reasoning else 0
    calls = sum(len(as_json(call.arguments)) + ROUGH_OVERHEAD // 2 for call in message.calls)
    return ROUGH_OVERHEAD + len(message.words.text) + thought + calls


class _Shown:
    """One message as a result, its texts and arguments whole or cut."""

    def __init__(self, tree: SpanTree, told: ToldMessage, cleaner: Cleaner) -> None:
        message, span = told.message, told.node.span
        self._clean = cleaner.value
        self._told = told
        self._span_id = span.span_id
        self._calls = [ToolCallResult(id=_name(call.id), name=_name(call.name) or "") for call in message.calls]
        self._frame = MessageResult(
            role=cut(visible(message.role), MAX_ROLE),
            tool_calls=self._calls,
            tool_call_id=_name(message.call_id),
            tool_name=_name(message.tool_name),
            span_id=self._span_id,
            tool_span_id=told.tool_node.span.span_id if told.tool_node else None,
            start_ms=tree.start_ms(span),
            path=_written(self._at(message.path)),
        )
        self._words = [(words.text, words.path) for words in (message.words, message.reasoning) if words is not None]
        self._arguments = [(call.arguments, call.path) for call in message.calls]

    def within(self, budget: int) -> tuple[MessageResult, list[Elision]]:
        """The message and its cuts in `budget` characters together, or as near to it as cuts can bring it."""
        message, cuts = self._cut_to(budget)
        if size_of_all([message, *cuts]) <= budget or not self._calls:
            return message, cuts
        # More calls than a page holds: one handle to the message, in which they all are.
        at = self._at(self._told.message.path)
        handle = Elision(span_id=self._span_id, path=_written(at), shown=0, total=len(as_text(self._recorded(at))))
        self._frame.tool_calls, self._calls, self._arguments = [], [], []
        message, cuts = self._cut_to(budget - size_of_all([handle]))
        return message, [*cuts, handle]

    def _cut_to(self, budget: int) -> tuple[MessageResult, list[Elision]]:
        room = budget - size_of_all([self._frame])
        while True:
            message, cuts = self._fitted(room)
            excess = size_of_all([message, *cuts]) - budget
            if excess <= 0 or room < MIN_ROOM:
                return message, cuts
            room -= max(excess, room // 8)

    def _fitted(self, room: int) -> tuple[MessageResult, list[Elision]]:
        pieces = [*self._words, *self._arguments]
        sizes = [len(as_json(value)) for value, _ in pieces]
        share = fair_share(sizes, max(room, 0))
        shown = [self._piece(value, path, size, share) for (value, path), size in zip(pieces, sizes, strict=True)]
        values = [value for value, _ in shown]
        arguments = zip(self._calls, values[len(self._words) :], strict=True)
        update = {
            "text": values[0],
            "reasoning": values[1] if len(self._words) > 1 else None,
            "tool_calls": [call.model_copy(update={"arguments": value}) for call, value in arguments],
        }
        return self._frame.model_copy(update=update), [cut_at for _, cut_at in shown if cut_at is not None]

    def _piece(self, value: Json, path: Path, size: int, share: int) -> tuple[Json, Elision | None]:
        """`value`, or its first characters and where the rest is: from the start where it is recorded otherwise."""
        said = self._clean(value)
        if size <= share:
            return said, None
        at = self._at(path)
        recorded = self._recorded(at)
        whole = as_text(recorded)
        same = whole == said or (not isinstance(said, str) and self._clean(decode_json(recorded)) == said)
        text = whole if same else as_text(said)
        shown = longest_prefix(text, max(share - len(CUT_MARK) - 2, 0))
        cut_at = Elision(span_id=self._span_id, path=_written(at), shown=shown if same else 0, total=len(whole))
        return text[:shown] + CUT_MARK, cut_at

    def _at(self, path: Path) -> Path:
        """`path` from the span on, or as much of it as a result has room for: what holds the value holds it too."""
        path = (*self._told.place, *path)
        while len(path) > 1 and len(_written(path)) > MAX_PATH:
            path = path[:-1]
        return path

    def _recorded(self, path: Path) -> Json:
        """What is read at `path`; as text where it nests beyond what can be written."""
        recorded = _value_at(self._told.node.span, path)
        try:
            return without_lone_surrogates(recorded)
        except RecursionError:
            return as_json(recorded)


def _name(name: str | None) -> str | None:
    return None if name is None else cut(visible(name), MAX_NAME)


def _written(path: Path) -> str:
    return format_path(without_lone_surrogates(list(path)))


def _value_at(span: Span, path: Path) -> Json:
    """What stands at `path`, which is one of ours, without making all the other values of the span."""
    if path[0] == "attributes":
        value, rest = span.attributes[str(path[1])], path[2:]
    elif path[0] == "events":
        value, rest = dict(span.events[int(path[1])].attributes), path[3:]
    else:
        value, rest = {"inputs": span.inputs, "outputs": span.outputs}.get(str(path[0]), span.status_message), path[1:]
    for part in rest:
        items, fields = as_items(value), as_fields(value)
        value = items[int(part)] if items is not None else (fields or {}).get(str(part))
    return value
