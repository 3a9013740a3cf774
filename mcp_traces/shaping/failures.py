"""From failed spans to their causes: which failure came first, what it broke, and where it was caught; and what went
wrong in spans that did not fail."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import cast

from mcp_traces.records import Json, Span, SpanEvent, decode_json
from mcp_traces.results import Elision, ErrorResult, HandledResult
from mcp_traces.shaping.cleaning import as_recorded
from mcp_traces.shaping.media import marked
from mcp_traces.shaping.messages import MessageReader
from mcp_traces.shaping.paths import Path, format_path, path_within
from mcp_traces.shaping.previews import short_line
from mcp_traces.shaping.span_messages import is_llm_call, span_messages
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.text import as_text, compact, cut, longest_prefix, without_lone_surrogates

MAX_MESSAGE = 600
MAX_STACK = 1_200
MAX_ANCESTORS = 10
MAX_NAME = 100
MAX_TYPE = 40
MAX_TROUBLE = 200
MAX_ERROR_LINE = 160
MAX_ERROR_SPAN = 40
IN_SPAN = " (in "
"""Between an error and the name of its span, in a line."""

_NORMAL_ENDS = {
    "", "stop", "stop_sequence", "end_turn", "eos", "eos_token", "tool_calls", "tool_call", "tool_use", "toolcalls",
    "function_call", "complete", "completed", "done", "finished", "success", "ok", "unspecified", "pause_turn", "none",
    "null", "finish_reason_unspecified",
}  # fmt: skip
"""How providers say that an answer is whole (OpenAI, Anthropic, Gemini, Bedrock, Cohere, Mistral, Vercel)."""

_ENDS = {"finish_reason", "finish_reasons", "finishreason", "finishreasons", "stop_reason", "stopreason", "done_reason"}
_STATUS_WORDS = {"error", "failed", "failure", "timeout", "rejected"}
_HTTP_STATUS = {"http.status_code", "http.response.status_code", "status_code", "http.status"}
_INVALID = (
    *("validation error", "fix the error", "correct your json", "not valid json", "not a valid json", "invalid json"),
    *("invalid tool", "invalid argument", "invalid format", "not be parsed", "failed to parse", "could not parse"),
    *("does not match the schema", "does not match the expected", "retry-prompt"),
)
"""What frameworks write when they ask the model once more (Pydantic AI, Instructor, LangChain's output parsers)."""

_LEVELS, _WIDTH = 4, 20
"""How deep and how wide outputs are looked through for the reason an answer ended."""

_LIBRARY_FRAMES = ("/site-packages/", "/dist-packages/", "/lib/python", "<frozen ")
_FRAME = re.compile(r'^  File "(?P<file>[^"\n]{1,500})", line \d+, in (?P<function>\S{1,200})', re.MULTILINE)


def root_causes(tree: SpanTree) -> list[Node]:
    """Failed spans below which nothing failed, in time order."""
    with_failed_child = {node.parent.index for node in tree.nodes if node.parent is not None and failed(node)}
    causes = [node for node in tree.nodes if failed(node) and node.index not in with_failed_child]
    return sorted(causes, key=lambda node: (node.span.end_time_ns or node.span.start_time_ns, node.index))


def failed(node: Node) -> bool:
    return node.span.status == "ERROR"


def describe_failure(node: Node, budget: int) -> tuple[ErrorResult, list[Elision]]:
    """The failure of one root cause in about `budget` characters, and what of its text was cut."""
    event_index, exception = exception_event(node.span)
    attributes: Mapping[str, Json] = exception.attributes if exception else {}
    message = str(attributes.get("exception.message") or node.span.status_message or "")
    recorded = str(attributes.get("exception.stacktrace") or "")
    stack = without_repeated_lines(recorded, message)
    shown_message = cut(marked(message, MAX_MESSAGE), min(MAX_MESSAGE, budget // 4))
    shown_stack = useful_frames(marked(stack), min(MAX_STACK, budget // 3))
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
        cuts.append((f'{event_path}["exception.stacktrace"]', recorded))
    return result, [
        # From the start: the message was cut at a word, and of a stack its end is shown.
        Elision(span_id=node.span.span_id, path=path, shown=0, total=len(without_lone_surrogates(text)))
        for path, text in cuts
    ]


def failure_words(span: Span) -> tuple[str, Path, int]:
    """`Type: message` of a span that failed, the path to its message, and how many characters come before that.

    Without a message there is no path; without a type either, the words are empty.
    """
    index, exception = exception_event(span)
    attributes: Mapping[str, Json] = exception.attributes if exception else {}
    kind, message = (str(attributes.get(f"exception.{part}") or "") for part in ("type", "message"))
    path: Path = ("events", index, "attributes", "exception.message") if message else ("status_message",)
    message = message or span.status_message or ""
    if not message:
        return kind, (), 0
    lead = f"{kind}: " if kind and not message.startswith(f"{kind}:") else ""
    return lead + message, path, len(lead)


def error_line(span: Span) -> str:
    """How the span failed, as one line: `Type: message (in span)`."""
    words, _, _ = failure_words(span)
    return f"{short_line(words, MAX_ERROR_LINE) or 'failed'}{IN_SPAN}{cut(span.name, MAX_ERROR_SPAN)})"


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


def without_repeated_lines(stack: str, message: str) -> str:
    """A Python stack trace without its first line, which always is the same, and without its last, where that only
    repeats the exception and its message."""
    text = stack.strip().removeprefix("Traceback (most recent call last):\n")
    lines = text.split("\n")
    said = lines[-1].split(": ", 1)[-1]
    return "\n".join(lines[:-1]) if len(lines) > 1 and "\n" not in message and said == message else text


def application_frame(stack: str) -> str | None:
    """The innermost frame of a Python stack trace that is not a library's, as `file in function`; None without one."""
    own = [found for found in _FRAME.finditer(stack) if not any(part in found["file"] for part in _LIBRARY_FRAMES)]
    return f"{own[-1]['file']} in {own[-1]['function']}" if own else None


def _failed_ancestors(node: Node) -> Iterator[Node]:
    for ancestor in node.ancestors():
        if not failed(ancestor):
            return
        yield ancestor


def exception_event(span: Span) -> tuple[int, SpanEvent | None]:
    """The last exception event, which is the one that ended the span, with its index; (0, None) without one."""
    for index, event in reversed(list(enumerate(span.events))):
        if event.name == "exception":
            return index, event
    return 0, None


def handled(tree: SpanTree) -> Iterator[HandledResult]:
    """What went wrong in spans that did not fail: exceptions that were caught, retries, errors that a tracer recorded
    in attributes instead of the status, answers that were cut off or refused, and answers that a framework sent back to
    the model because they were not valid. In the order of the tree."""
    for node, what, path in troubles(tree):
        yield HandledResult(
            span_id=node.span.span_id,
            name=cut(node.span.name, MAX_NAME),
            what=short_line(what, MAX_TROUBLE),
            path=format_path(path_within(path)),
        )


def troubles(tree: SpanTree) -> Iterator[tuple[Node, str, Path]]:
    """What `handled` shows, whole: the span, what went wrong, and the path to its value."""
    reader, seen = MessageReader(), set[int]()
    for node in tree.nodes:
        if not failed(node):
            for what, path in [*_troubles(node), *_sent_back(node, reader, seen)]:
                yield node, what, path


def _troubles(node: Node) -> Iterator[tuple[str, Path]]:
    """Each as words, and the path to its value."""
    for index, event in enumerate(node.span.events):
        place: Path = ("events", index)
        kind, message = (event.attributes.get(f"exception.{part}") for part in ("type", "message"))
        if event.name == "exception" or kind or message:
            yield ": ".join(str(part) for part in (kind or "exception", message) if part), place
        elif "retry" in (name := event.name.lower()) or "error" in name or "fail" in name:
            said = "; ".join(f"{key}={compact(value)}" for key, value in islice(event.attributes.items(), 3))
            yield f"event {event.name}: {said}" if said else f"event {event.name}", place
    for key, value in node.span.attributes.items():
        if _says_error(key.lower(), value):
            yield f"{key} = {as_text(value)}", ("attributes", key)
    for reason, path in _odd_ends(node):
        yield f"finish reason {reason}", path


def _sent_back(node: Node, reader: MessageReader, seen: set[int]) -> Iterator[tuple[str, Path]]:
    """Messages that ask the model for a valid answer, after one that was not; each once, though calls repeat them."""
    span = node.span
    if not is_llm_call(span) or not any(_asks_again(as_recorded(span.attributes, key)) for key in span.attributes):
        return
    found = span_messages(span, reader)
    for history in found.inputs if found else ():
        for (_, before), (path, message) in pairwise(history):
            answers = before.role == "assistant" and message.role in ("user", "tool")
            if answers and message.alike not in seen and _asks_again(message.words.text):
                seen.add(message.alike)
                yield f"sent back to the model: {message.words.text}", (*path, *message.words.path)


def _asks_again(text: str | None) -> bool:
    small = (text or "").lower()
    return any(words in small for words in _INVALID)


def _says_error(key: str, value: Json) -> bool:
    if isinstance(value, bool):
        return value and (key in ("error", "is_error") or key.endswith((".error", ".is_error")))
    text = str(value).lower() if isinstance(value, str | int) else ""
    if key in _HTTP_STATUS:
        return text.isdigit() and 400 <= int(text) <= 599
    if key == "otel.status_code" or key.endswith((".tool.status", "tool_status", ".call.status")):
        return text in _STATUS_WORDS
    return bool(text) and key in ("error.type", "error.message", "exception.type", "exception.message", "error")


def _odd_ends(node: Node) -> Iterator[tuple[str, Path]]:
    """Reasons for which an answer ended that are not the usual ones, each once."""
    return ((reason, path) for reason, path in _reasons(node.span) if _plain_word(reason) not in _NORMAL_ENDS)


def finish_reasons(span: Span) -> tuple[str, ...]:
    """Why the answers of a call ended, as it recorded that: each reason once."""
    return tuple(reason for reason, _ in _reasons(span))


def _reasons(span: Span) -> Iterator[tuple[str, Path]]:
    """Each once, and the path to where it was recorded."""
    seen: set[str] = set()
    attributes = span.attributes
    told: list[tuple[Path, Json]] = [(("attributes", key), attributes[key]) for key in attributes if _is_end(key)]
    for path, value in [*told, *_ends_in(span.outputs, ("outputs",))]:
        read = decode_json(value) if isinstance(value, str) and value.startswith("[") else value
        for reason in cast("list[Json]", read) if isinstance(read, list) else [read]:
            if isinstance(reason, str) and reason and _plain_word(reason) not in seen:
                seen.add(_plain_word(reason))
                yield reason, path


def _plain_word(reason: str) -> str:
    return reason.lower().replace("-", "_")


def _is_end(key: str) -> bool:
    return key.rsplit(".", 1)[-1].lower() in _ENDS


def _ends_in(value: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    if len(path) > _LEVELS:
        return
    if isinstance(value, dict):
        for key, inner in islice(cast("dict[str, Json]", value).items(), _WIDTH):
            if key.lower() in _ENDS:
                yield (*path, key), inner
            else:
                yield from _ends_in(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(islice(cast("list[Json]", value), _WIDTH)):
            yield from _ends_in(inner, (*path, index))
