"""The conversation over the traces of a session: what each of them adds to what was said before."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace

from mcp_traces.shaping.conversation import Conversation, ShownMessage, conversation
from mcp_traces.shaping.messages import MessageReader
from mcp_traces.shaping.span_tree import SpanTree

_INSTRUCTIONS = ("system", "developer")


def added_messages(trees: Iterable[SpanTree]) -> Iterator[Conversation]:
    """The conversation of each trace without the history and the instructions that it repeats from earlier ones."""
    reader = MessageReader()
    known: set[int] = set()
    for tree in trees:
        whole = conversation(tree, reader)
        yield replace(whole, messages=tuple(_added(whole.messages, known)))
        known |= {one.message.alike for one in whole.messages} - {-1}


def _added(messages: Sequence[ShownMessage], known: Set[int]) -> Iterator[ShownMessage]:
    """A history that holds an answer of an earlier trace is repeated up to the last answer in it: what the user says
    after that is new, also when the same words were said before."""
    end = known_end = 0
    for index, one in enumerate(messages):
        is_answer = one.is_given and one.message.role == "assistant"
        if is_answer or (end == index > 0 and one.message.role == "tool"):
            end = index + 1
            known_end = end if one.message.alike in known else known_end
    for index, one in enumerate(messages):
        is_repeated = (known_end and index < end) or one.message.role in _INSTRUCTIONS
        if not (is_repeated and one.message.alike in known):
            yield one
