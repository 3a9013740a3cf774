"""The conversation of a trace: each message once, in order, by the span that added it; and a page of it in a budget."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from mcp_traces.records import Json, Span, decode_json
from mcp_traces.results import Elision, MessageResult, ToolCallResult
from mcp_traces.shaping.cleaning import UNMASKED, Cleaner
from mcp_traces.shaping.hidden import visible
from mcp_traces.shaping.histories import Histories, Said
from mcp_traces.shaping.media import marked, marked_page, with_marks, without_records
from mcp_traces.shaping.messages import Message, MessageReader, ToolCall, Words, is_message, read_messages, result_words
from mcp_traces.shaping.paths import Path, as_fields, as_items, format_path
from mcp_traces.shaping.span_messages import LLM_TYPES, History, SpanMessages, is_llm_call, likely_places, span_messages
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.text import (
    CUT_MARK,
    as_text,
    compact,
    cut,
    json_or_mark,
    without_lone_surrogates,
)
from mcp_traces.shaping.values import MAX_PATH, fair_share, media_handles, size_of_all

NO_MESSAGES = (
    "No chat messages were found in this trace. Start with view='overview'; span_ids opens spans with their inputs and "
    "outputs."
)
MAYBE_MESSAGES = "No chat messages could be read, but these values may hold some: {}. Open them with span_ids and path."
SILENT = "{} messages name a role but no text: whatever recorded this trace left the text out."
NO_LLM_MESSAGES = "No LLM or CHAT_MODEL span carries messages; these are the messages of its other spans."

MAX_LOOK_BACK = 200
"""How many messages before a tool's result its call may be."""

MIN_MESSAGE_CHARS = 800
"""When a page cannot hold all that is left, a message still gets this much before the next page is due."""

ROUGH_OVERHEAD = 200
"""About what surrounds the words of a message: its role, span, path, and the handle of a cut."""

MAX_PLACES = 5
MAX_ROLE = 40
MAX_NAME = 120
MIN_ROOM = 40
"""Fewer characters of a text say nothing."""

_NOT_TALKING = ("TOOL", "RETRIEVER", "EMBEDDING", "RERANKER")
_CALL_ID_ATTRIBUTES = ("gen_ai.tool.call.id", "tool.call.id", "tool_call_id", "tool_id")
_TOOL_NAME_ATTRIBUTES = ("gen_ai.tool.name", "tool.name", "tool_name")
_TOOL_PREFIXES = ("tool_", "Tool.", "execute_tool ")
"""What Claude Code, DSPy and OpenTelemetry's conventions put before the name of the tool that a span ran."""


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message, the span that added it, and its place in that span; the paths of `message` lead on from there.

    `tool_node` is the span that ran the tool, when the result as the model read it is elsewhere. `is_given` says that
    the span was given the message, rather than that it answered with it.
    """

    message: Message
    node: Node
    place: Path
    tool_node: Node | None = None
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    messages: tuple[ShownMessage, ...]
    notes: tuple[str, ...] = ()


def conversation(tree: SpanTree, reader: MessageReader | None = None) -> Conversation:
    """What was said in the trace: in its LLM calls, or, when these carry no messages, in its other spans.

    With one `reader` for several traces, `alike` is the same number for a message that several of them hold.
    """
    reader = reader or MessageReader()
    silent_before = reader.silent
    calls = _carrying(reader, (node for node in tree.nodes if is_llm_call(node.span)))
    talking = (node for node in tree.nodes if node.parent is None or node.span.span_type not in _NOT_TALKING)
    carrying = calls or _carrying(reader, talking)
    story = _Story(tree)
    for node, one, within in _in_order(tree, carrying):
        story.add(node, one, within)
    shown = tuple(story.with_unshown_results())
    count = reader.silent - silent_before
    silent = [SILENT.format(count)] if count else []
    if not any(one.message.words.text or one.message.calls or one.message.reasoning for one in shown):
        places = list(islice(likely_places(tree.nodes), MAX_PLACES)) if not silent else []
        nothing = MAYBE_MESSAGES.format(", ".join(places)) if places else NO_MESSAGES
        return Conversation((), (*silent, nothing))
    return Conversation(shown, (*silent, *([] if calls else [NO_LLM_MESSAGES])))


Carrying = dict[int, tuple[Node, SpanMessages]]
"""Spans that carry messages, by the index of their node."""


def _carrying(reader: MessageReader, nodes: Iterable[Node]) -> Carrying:
    found = ((node, span_messages(node.span, reader)) for node in nodes)
    return {node.index: (node, one) for node, one in found if one is not None}


def _in_order(tree: SpanTree, carrying: Carrying) -> Iterator[tuple[Node, SpanMessages, set[int] | None]]:
    """By start; a span around others after them, with what they said: it mostly repeats that in other words.

    For all others that is None.
    """
    above: dict[int, int | None] = {}
    for node in tree.nodes:
        parent = node.parent
        above[node.index] = (
            None if parent is None else parent.index if parent.index in carrying else above[parent.index]
        )
    said_within: dict[int, set[int]] = {}
    for node, one in _inner_first(tree, carrying, above):
        within = said_within.pop(node.index, None)
        yield node, one if within is None else one.without_plain, within
        outer = above[node.index]
        if outer is not None:
            said = {message.alike for history in (*one.inputs, *one.outputs) for _, message in history}
            sets = (said_within.get(outer, set()), within or set(), said)
            said_within[outer] = max(sets, key=len)
            said_within[outer].update(*sets)


def _inner_first(tree: SpanTree, carrying: Carrying, above: dict[int, int | None]) -> list[tuple[Node, SpanMessages]]:
    indexes = [node.index for node in tree.nodes if node.index in carrying]
    by_start = sorted(indexes, key=lambda index: carrying[index][0].span.start_time_ns)
    last = {index: rank for rank, index in enumerate(by_start)}
    around: set[int] = set()
    for index in reversed(indexes):
        outer = above[index]
        if outer is not None:
            around.add(outer)
            last[outer] = max(last[outer], last[index])
    depths = {index: -carrying[index][0].depth if index in around else 0 for index in indexes}
    return [
        carrying[index] for index in sorted(indexes, key=lambda index: (last[index], index in around, depths[index]))
    ]


def _begins_with(answer: History, asked: History) -> bool:
    """Whether the outputs are the inputs and what followed, as agents return their whole state."""
    if not asked or len(answer) < len(asked) or all(message.role == "assistant" for _, message in asked):
        return False
    return all(said.same == shown.same for (_, said), (_, shown) in zip(asked, answer, strict=False))


class _Story:
    """What was shown so far, and the calls of tools whose results were."""

    def __init__(self, tree: SpanTree) -> None:
        self._shown: list[ShownMessage] = []
        self._place_of: dict[Said, int] = {}
        self._histories = Histories()
        self._around = Histories()
        self._tools = _ToolSpans(tree)
        self._answered: set[tuple[int, int]] = set()
        self._by_id: dict[str, tuple[tuple[int, int], ToolCall]] = {}

    def add(self, node: Node, one: SpanMessages, within: set[int] | None) -> None:
        """The messages of a span that are new; `within` is what spans inside it said already."""
        if within is not None:
            for history in (*one.inputs, *one.outputs):
                self._follow(self._around, [said for said in history if said[1].alike not in within], node, None)
            return
        ends = [self._follow(self._histories, history, node, None, is_given=True) for history in one.inputs]
        for index, history in enumerate(one.outputs):
            asked = one.inputs[min(index, len(ends) - 1)] if ends else []
            self._answer(node, history, asked, ends[min(index, len(ends) - 1)] if ends else self._histories.start)

    def _answer(self, node: Node, answer: History, asked: History, end: Said) -> None:
        """An answer of a model is always new; other outputs may be the whole history, or what another span said."""
        if _begins_with(answer, asked):
            self._follow(self._histories, answer, node, None)
        elif not is_llm_call(node.span):
            self._follow(self._histories, answer, node, end)
        else:
            for path, message in answer:
                end = self._histories.add(end, message)
                self._add(end, message, node, path)

    def _follow(
        self, histories: Histories, history: History, node: Node, start: Said | None, *, is_given: bool = False
    ) -> Said:
        new, end = histories.follow([message for _, message in history], start)
        for index, said in new:
            self._add(said, history[index][1], node, history[index][0], is_given=is_given)
        return end

    def _add(self, said: Said, message: Message, node: Node, path: Path, *, is_given: bool = False) -> None:
        shown = ShownMessage(message, node, path, is_given=is_given)
        self._place_of[said] = len(self._shown)
        for position, call in enumerate(message.calls):
            self._by_id.setdefault(call.id or "", ((len(self._shown), position), call))
        self._shown.append(self._result(shown, said) if message.role == "tool" else shown)

    def _result(self, shown: ShownMessage, said: Said) -> ShownMessage:
        """A tool's result with its call's id and name, shown by the span that ran the tool where that shows it."""
        found = self._call_of(shown.message, said)
        if found is None:
            return shown
        (asked, position), call = found
        self._answered.add((asked, position))
        message = replace(
            shown.message, call_id=shown.message.call_id or call.id, tool_name=shown.message.tool_name or call.name
        )
        node = self._tools.showing(call, message.words.text, self._shown[asked].node, shown.node)
        words = None if node is None else _where(node.span, message.words.text)
        if node is None or words is None:
            return replace(shown, message=message, tool_node=node)
        return ShownMessage(replace(message, words=words, path=words.path), node, ())

    def _call_of(self, result: Message, said: Said) -> tuple[tuple[int, int], ToolCall] | None:
        """The call that `result` answers: the one with its id, else the first open one with its name, if it has one."""
        for place in islice(said.before(), 1, MAX_LOOK_BACK):
            asked = self._place_of.get(place)
            for position, call in enumerate(self._shown[asked].message.calls if asked is not None else ()):
                is_open = (asked, position) not in self._answered
                named = result.tool_name in (None, call.name)
                if (result.call_id == call.id) if (result.call_id and call.id) else (is_open and named):
                    return (asked or 0, position), call
        # A call that continues a stored response sends the results alone.
        return self._by_id.get(result.call_id) if result.call_id else None

    def with_unshown_results(self) -> Iterator[ShownMessage]:
        """All messages, and after each call whose result no message shows what its span says came of it."""
        for index, shown in enumerate(self._shown):
            yield shown
            for position, call in enumerate(shown.message.calls):
                if (index, position) in self._answered:
                    continue
                node, words = self._tools.answering(call, shown.node.span.start_time_ns)
                if node is not None and words is not None:
                    message = Message("tool", words, call_id=call.id, tool_name=call.name, path=words.path)
                    yield ShownMessage(message, node, ())


class _ToolSpans:
    """The spans of a trace that can have run tools; each answers one call."""

    def __init__(self, tree: SpanTree) -> None:
        self._by_name: dict[str, list[Node]] = {}
        self._by_id: dict[str, list[Node]] = {}
        self._used: set[int] = set()
        for node in sorted(tree.nodes, key=lambda node: (node.span.span_type != "TOOL", node.span.start_time_ns)):
            span = node.span
            if span.span_type in LLM_TYPES:
                continue
            stated = {str(decode_json(span.attributes[key])) for key in _TOOL_NAME_ATTRIBUTES if key in span.attributes}
            for name in stated | {span.name.removeprefix(prefix) for prefix in _TOOL_PREFIXES}:
                self._by_name.setdefault(name, []).append(node)
            if (call_id := _call_id(span)) is not None:
                self._by_id.setdefault(call_id, []).append(node)

    def showing(self, call: ToolCall, text: str, asked: Node, shown: Node) -> Node | None:
        """The span that ran `call` between the span that asked and the one that read the result as `text`.

        It states the call's id; else it has the tool's name, and was given the arguments, gave the result, or is alone.
        """
        after_ns, before_ns = asked.span.start_time_ns, shown.span.start_time_ns
        stated = self._unused(self._by_id.get(call.id or "", []), after_ns, before_ns)
        named = self._unused(self._by_name.get(call.name, []), after_ns, before_ns)
        given = [node for node in named if _was_given(node, call)]
        giving = [] if stated or given else [node for node in named if _where(node.span, text) is not None]
        alone = named if len(named) == 1 and named[0].span.span_type == "TOOL" else []
        node = next(iter([*stated, *given, *giving, *alone]), None)
        self._used.update([] if node is None else [node.index])
        return node

    def answering(self, call: ToolCall, after_ns: int) -> tuple[Node | None, Words | None]:
        """The span that ran `call`, whose result no message shows, with what came of it."""
        stated = self._unused(self._by_id.get(call.id or "", []), after_ns)
        named = self._unused(self._by_name.get(call.name, []), after_ns)
        node = next(iter([*stated, *(one for one in named if _was_given(one, call))]), None)
        words = None if node is None else _outcome(node.span)
        self._used.update([] if node is None or words is None else [node.index])
        return node, words

    def _unused(self, nodes: list[Node], after_ns: int, before_ns: float = float("inf")) -> list[Node]:
        times = ((node, node.span.start_time_ns) for node in nodes if node.index not in self._used)
        return [node for node, start_ns in times if after_ns <= start_ns <= before_ns]


def _call_id(span: Span) -> str | None:
    for key in _CALL_ID_ATTRIBUTES:
        if key in span.attributes and isinstance(found := decode_json(span.attributes[key]), str):
            return found
    found = (as_fields(span.outputs) or {}).get("tool_call_id") if span.span_type == "TOOL" else None
    return found if isinstance(found, str) else None


def _was_given(node: Node, call: ToolCall) -> bool:
    """Whether the span's inputs are the call's arguments, apart from what the tool itself fills in."""
    inputs = decode_json(node.span.inputs)
    fields, arguments = as_fields(inputs), as_fields(call.arguments)
    if not (fields and arguments):
        alone = [inputs] == list((arguments or {}).values()) if isinstance(inputs, str | int | float) else False
        return alone or (inputs or {}) == (call.arguments or {})
    return all(key in fields and fields[key] == arguments[key] for key in arguments)


def _where(span: Span, text: str) -> Words | None:
    """Where in the span `text` is, as it is or as the JSON that it spells."""
    spelled = decode_json(text) if text.lstrip().startswith(("{", "[", '"')) else text
    fields = as_fields(span.outputs) or {}
    inner: list[tuple[Path, Json]] = [
        (("outputs", key), fields[key]) for key in ("content", "result", "output") if key in fields
    ]
    for path, value in ((("outputs",), span.outputs), *inner, (("status_message",), span.status_message or None)):
        if value is None:
            continue
        if (isinstance(value, str) and value.strip() == text.strip()) or value in (text, spelled):
            return Words(text, path)
        if (words := result_words(value, path)).text.strip() == text.strip():
            return words
    return None


def _outcome(span: Span) -> Words | None:
    """What came of the tool: its outputs, or why it failed."""
    failed = span.status == "ERROR"
    if failed and span.status_message and span.status_message not in json_or_mark(span.outputs):
        return Words(span.status_message, ("status_message",))
    for index, event in enumerate(span.events if failed else ()):
        reason = event.attributes.get("exception.message")
        if isinstance(reason, str) and span.outputs is None:
            return Words(reason, ("events", index, "attributes", "exception.message"))
    if span.outputs is None:
        return Words(span.status_message, ("status_message",)) if span.status_message else None
    fields = as_fields(span.outputs)
    if fields is not None and is_message(fields):
        for message in read_messages(fields, "tool"):
            return Words(message.words.text, ("outputs", *message.words.path))
    return result_words(span.outputs, ("outputs",))


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
    return messages_page(tree, conversation(tree), start, room, cleaner)


def messages_page(
    tree: SpanTree, shown: Conversation, start: int, room: int, cleaner: Cleaner, share: int | None = None
) -> ConversationPage:
    """The same of the messages in `shown`; each gets at most `share`, or a fair share of `room`."""
    notes, total = list(shown.notes), len(shown.messages)
    room -= len(compact(notes))
    share = share or fair_message_share(shown.messages[start:], room)
    messages: list[MessageResult] = []
    elided: list[Elision] = []
    for index in range(start, total):
        message, cuts = _Shown(tree, shown.messages[index], cleaner).within(share if messages else min(share, room))
        size = size_of_all([message, *cuts])
        if size > room and messages:
            return ConversationPage(messages, elided, total, notes, index)
        messages.append(message)
        elided += cuts
        room -= size
    return ConversationPage(messages, elided, total, notes, None)


def fair_message_share(messages: Iterable[ShownMessage], room: int) -> int:
    """The characters that each message may take so that all fit, and no fewer than a page gives one."""
    return max(fair_share([_rough_size(one) for one in messages], room), MIN_MESSAGE_CHARS)


def _rough_size(shown: ShownMessage) -> int:
    message = shown.message
    thought = len(message.reasoning.text) if message.reasoning else 0
    calls = sum(len(marked(json_or_mark(call.arguments))) + ROUGH_OVERHEAD // 2 for call in message.calls)
    return ROUGH_OVERHEAD + len(marked(message.words.text)) + thought + calls


class _Piece:
    """What a message says, and how it is shown: with marks in place of images, audio and files."""

    def __init__(self, said: Json, path: Path) -> None:
        self.said = said
        self.path = path
        self.shown = without_records(with_marks(said))
        self.size = len(json_or_mark(self.shown))


class _Shown:
    """One message as a result, its texts and arguments whole or cut."""

    def __init__(self, tree: SpanTree, shown: ShownMessage, cleaner: Cleaner) -> None:
        message, span = shown.message, shown.node.span
        self._clean = cleaner.value
        self._shown = shown
        self._span_id = span.span_id
        self._calls = [ToolCallResult(id=_name(call.id), name=_name(call.name) or "") for call in message.calls]
        self._frame = MessageResult(
            role=cut(visible(message.role), MAX_ROLE),
            tool_calls=self._calls,
            tool_call_id=_name(message.call_id),
            tool_name=_name(message.tool_name),
            span_id=self._span_id,
            tool_span_id=shown.tool_node.span.span_id if shown.tool_node else None,
            start_ms=tree.start_ms(span),
            path=_written(self._at(message.path)),
        )
        words = [(one.text, one.path) for one in (message.words, message.reasoning) if one is not None]
        self._words = [_Piece(self._clean(text), path) for text, path in words]
        self._arguments = [_Piece(self._clean(call.arguments), call.path) for call in message.calls]
        self._media = list(self._media_handles())

    def within(self, budget: int) -> tuple[MessageResult, list[Elision]]:
        """The message and its cuts in `budget` characters together, or as near to it as cuts can bring it."""
        message, cuts = self._cut_to(budget)
        if size_of_all([message, *cuts]) <= budget or not self._calls:
            return message, cuts
        # More calls than a page holds: one handle to the message, in which they all are.
        at = self._at(self._shown.message.path)
        handle = Elision(span_id=self._span_id, path=_written(at), shown=0, total=len(as_text(self._recorded(at))))
        self._frame.tool_calls, self._calls, self._arguments, self._media = [], [], [], []
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
        share = fair_share([one.size for one in pieces], max(room, 0))
        shown = [self._within_share(one, share) for one in pieces]
        values = [value for value, _ in shown]
        arguments = zip(self._calls, values[len(self._words) :], strict=True)
        update = {
            "text": values[0],
            "reasoning": values[1] if len(self._words) > 1 else None,
            "tool_calls": [call.model_copy(update={"arguments": value}) for call, value in arguments],
        }
        cuts = [cut_at for _, cut_at in shown if cut_at is not None]
        named = {one.path for one in cuts}
        return self._frame.model_copy(update=update), [*cuts, *(one for one in self._media if one.path not in named)]

    def _within_share(self, piece: "_Piece", share: int) -> tuple[Json, Elision | None]:
        """The piece, or its first characters and where the rest is: from the start where it is recorded otherwise."""
        if piece.size <= share:
            return piece.shown, None
        at, said = self._at(piece.path), piece.said
        recorded = self._recorded(at)
        whole = as_text(recorded)
        same = whole == said or (not isinstance(said, str) and self._clean(decode_json(recorded)) == said)
        shown, end = marked_page(whole if same else as_text(said), 0, max(share - len(CUT_MARK) - 2, 0))
        cut_at = Elision(span_id=self._span_id, path=_written(at), shown=end if same else 0, total=len(whole))
        return shown + CUT_MARK, cut_at

    def _media_handles(self) -> list[Elision]:
        """A handle for each image, audio or file in what was recorded of the message."""
        at = self._at(self._shown.message.path)
        recorded = self._recorded(at)
        shown = with_marks(recorded)
        return [] if shown is recorded else media_handles(shown, span_id=self._span_id, path=at)

    def _at(self, path: Path) -> Path:
        """`path` from the span on, or as much of it as a result has room for: what holds the value holds it too."""
        path = (*self._shown.place, *path)
        while len(path) > 1 and len(_written(path)) > MAX_PATH:
            path = path[:-1]
        return path

    def _recorded(self, path: Path) -> Json:
        """What is read at `path`; as text where it nests beyond what can be written."""
        recorded = _value_at(self._shown.node.span, path)
        try:
            return without_lone_surrogates(recorded)
        except RecursionError:
            return json_or_mark(recorded)


def _name(name: str | None) -> str | None:
    return None if name is None else cut(visible(name), MAX_NAME)


def _written(path: Path) -> str:
    return format_path(without_lone_surrogates(list(path)))


def _value_at(span: Span, path: Path) -> Json:
    """The value at `path`, which is one of these, without making all the other values of the span."""
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
