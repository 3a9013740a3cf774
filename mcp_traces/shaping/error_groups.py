"""Groups failures that are the same once what varies in their messages is replaced."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mcp_traces.records import Json
from mcp_traces.shaping.failures import MAX_NAME, application_frame, exception_event, root_causes, troubles
from mcp_traces.shaping.paths import Path
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.text import as_text, cut, one_line

MAX_READ = 2_000
"""Characters of a message that count. It also bounds the time of the expressions below, each of whose repeats ends."""

MAX_TEMPLATE = 600


@dataclass(frozen=True, slots=True)
class ErrorKey:
    """What two failures of one group have in common. `type` is "" where no exception was recorded.

    The frame is not part of it, because a refactoring moves a failure without making it another one.
    """

    span_name: str
    type: str
    template: str

    @property
    def words(self) -> str:
        """`type: template`, as a column of results shows it."""
        return ": ".join(part for part in (self.type, self.template) if part)


@dataclass(frozen=True, slots=True)
class TraceError:
    """One failure of a trace. `path` leads to `message` within the span.

    `frame` is the innermost frame of the application, as `file in function`. `handled` marks trouble in a span that
    did not fail.
    """

    key: ErrorKey
    span_id: str
    message: str
    path: Path
    frame: str | None = None
    handled: bool = False

    @property
    def group(self) -> str:
        """What names its group: the span, the type, and the message without what varies."""
        return f"{'(handled) ' if self.handled else ''}{self.key.span_name}: {self.key.words}"


Clean: TypeAlias = Callable[[str], str]
"""Masks a message. Its template is made of what is left, since half of a secret is not known for one any more."""


def errors_of(tree: SpanTree, clean: Clean) -> Iterator[TraceError]:
    """The failure of each root cause, in time order. A failure that went up through its ancestors counts once."""
    for node in root_causes(tree):
        index, event = exception_event(node.span)
        attributes: Mapping[str, Json] = event.attributes if event else {}
        said = node.span.status_message or "", "status_message"
        yield _error(node, attributes, ("events", index), clean, otherwise=said)


def handled_errors_of(tree: SpanTree, clean: Clean) -> Iterator[TraceError]:
    """What went wrong in spans that did not fail, in the order of the tree, marked `handled`."""
    for node, what, path in troubles(tree):
        match path:
            case ("events", int(index)) if node.span.events[index].attributes.get("exception.type"):
                yield _error(node, node.span.events[index].attributes, path, clean, handled=True)
            case _:
                yield TraceError(_key(node, None, what, clean), node.span.span_id, what, path, handled=True)


def _error(
    node: Node,
    attributes: Mapping[str, Json],
    event: Path,
    clean: Clean,
    *,
    otherwise: tuple[str, str] | None = None,
    handled: bool = False,
) -> TraceError:
    """What the attributes of an exception event say, or `otherwise`, a text and its path, without a message there."""
    message = as_text(attributes.get("exception.message") or "")
    path: Path = (*event, "attributes", "exception.message")
    if not message and otherwise is not None:
        message, path = otherwise[0], (otherwise[1],)
    return TraceError(
        key=_key(node, attributes.get("exception.type"), message, clean),
        span_id=node.span.span_id,
        message=message,
        path=path,
        frame=application_frame(as_text(attributes.get("exception.stacktrace") or "")),
        handled=handled,
    )


def _key(node: Node, kind: Json, message: str, clean: Clean) -> ErrorKey:
    return ErrorKey(node.span.name, cut(clean(as_text(kind or "")), MAX_NAME), template_of(clean(message)))


def template_of(message: str) -> str:
    """`message` with its variable parts replaced by `<id>`, `<n>`, `<time>`, `<path>`, `<url>`, `<host>`, `<email>`,
    `<hex>` or `<value>`, on one line, in at most MAX_TEMPLATE characters.

    Two messages have the same template when a person would take them for the same failure. Status and error codes stay,
    and so do names of columns, fields, tools and the like: they say what failed. Stack frames and excerpts of SQL go.
    """
    text = message
    if len(text) > MAX_READ:  # without the word that the end may have cut
        text = text[:MAX_READ].rpartition(" ")[0] or text[:MAX_READ]
    if "\n" in text:
        text = _without_excerpts(text)
    if '\\"' in text or "\\n" in text:  # JSON in JSON
        text = text.replace("\\n", " ").replace('\\"', '"')
    text = one_line(text)
    for sign, expression, replacement in _DETAILS:
        if sign in text:
            text = expression.sub(replacement, text)
    for signs, expression, placeholder in _VALUES:
        if not signs or any(sign in text for sign in signs):
            text = expression.sub(placeholder, text)
    text = _WITH_DIGITS.sub(_id_or_name, text)
    text = _COUNTED.sub(r"<n> \1", _NUMBER.sub(_number_or_code, text))
    return cut(_without_quoted_values(text), MAX_TEMPLATE)


_FRAME = re.compile(r'\s{1,100}(?:at |File "[^"]{0,500}", line \d)|Traceback \(most recent call last\):')
_POINTER = re.compile(r"[\s^~]*[\^~]\s*$")


def _without_excerpts(text: str) -> str:
    """Without stack frames, and without lines that a line of `^` points into."""
    kept: list[str] = []
    in_frame = False
    for line in text.split("\n"):
        if "^" in line and _POINTER.match(line):
            if kept and not in_frame:
                kept.pop()
        elif _FRAME.match(line):
            in_frame = True
        elif not (in_frame and line.startswith("    ")):
            in_frame = False
            kept.append(line)
    return "\n".join(kept)


_DETAILS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    # Pydantic: the field and the kind of problem matter, the value and its type do not.
    ("input_value=", re.compile(r"input_value=.{0,1000}?, input_type=\w{1,80}\]"), "input_value=<value>]"),
    # SQLAlchemy
    ("[SQL: ", re.compile(r"\[SQL: .{0,2000}?(?:\](?= \[parameters| \(Background|$)|$)"), "[SQL: <value>]"),
    ("[parameters: ", re.compile(r"\[parameters: .{0,2000}?(?:\](?= \(Background|$)|$)"), "[parameters: <value>]"),
    # PostgreSQL
    (")=(", re.compile(r"\)=\(.{0,500}?\)(?= (?:already|is |conflicts))"), ")=(<value>)"),
    ("row contains (", re.compile(r"row contains \(.{0,1000}?\)\.(?= |$)"), "row contains <value>."),
    # What a model wrote, without quotes (LangChain), and a character of it (V8)
    (
        " output: ",
        re.compile(r"((?:json|JSON|LLM|model|raw) output: )(?!`).{1,2000}?(?= For troubleshooting|$)"),
        r"\1<value>",
    ),
    ("Unexpected token ", re.compile(r"Unexpected token (?:'.'|\S),?"), "Unexpected token <value>"),
    # subprocess: the program says what failed, its arguments vary.
    ("Command '[", re.compile(r"Command '\['([\w./-]{1,100})'.{0,1000}?\]'"), r"Command \1"),
    ("id=", re.compile(r"(?<!\w)((?:\w{0,40}_)?id=)[^\s'\"`,;()\[\]{}<>]{1,200}"), r"\1<id>"),
    # Secrets that their sender masked
    ("***", re.compile(r"[\w-]{0,40}\*{3,200}[\w-]{0,40}"), "<value>"),
)
"""What is known by the words around it, each with a text without which it does not occur."""

_TOP_LEVEL = r"com|net|org|io|dev|ai|cloud|internal|invalid|example|lan|svc|edu|gov|cluster\.local"
_GROUP = "[0-9a-fA-F]{1,4}"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ALONE = r"(?<![\w.])(?<!\w-)"
_AMOUNT = r"\d{1,20}(?:\.\d{1,20})?"
_UNIT = "ms|µs|us|ns|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?"
_FILE = "csv|jsonl?|txt|pdf|xlsx?|docx?|parquet|png|jpe?g|py|ya?ml|html?|md|zip|db|log|xml|tmp|toml|ini|sql"

_VALUES: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = (
    (("@",), re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"), "<email>"),
    (
        ("://",),
        re.compile(r"(?<![\w.])[A-Za-z][\w+.-]{0,30}://[^\s'\"`<>]{1,2000}?(?=[.,;:)\]}]{0,9}(?:[\s'\"`<>]|$))"),
        "<url>",
    ),
    (("/",), re.compile(r"(?<![\w/.>*<%])~?/[^\s'\"`<>()\[\],;]{1,1000}(?<![.:])"), "<path>"),
    (("\\",), re.compile(r"(?<!\w)[A-Za-z]:\\[^\s'\"`<>,;]{1,1000}"), "<path>"),
    (
        (".",),
        re.compile(rf"(?<![\w./-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,6}}(?:{_TOP_LEVEL})(?::\d{{1,5}})?(?![\w-]|\.\w)"),
        "<host>",
    ),
    (
        (":", "localhost"),
        re.compile(r"(?<![\w.-])localhost(?::\d{1,5})?(?!\w)|(?<= to )[A-Za-z][\w-]{0,62}:\d{2,5}(?!\w)"),
        "<host>",
    ),
    ((".",), re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5}|/\d{1,2})?(?!\w|\.\d)"), "<host>"),
    (
        ("::",),
        re.compile(rf"(?<![\w:])\[?(?:{_GROUP}:){{0,7}}:(?:{_GROUP}:){{0,6}}{_GROUP}\]?(?::\d{{1,5}})?(?![\w:])"),
        "<host>",
    ),
    # A traceparent, a UUID, a hash
    (("00-",), re.compile(r"(?<!\w)00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?!\w)"), "<id>"),
    (("-",), re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?!\w)"), "<id>"),
    ((), re.compile(r"(?<!\w)(?=[a-f]{0,64}[0-9])(?=[0-9]{0,64}[a-f])[0-9a-f]{8,128}(?!\w)"), "<id>"),
    (
        ("-", "/", ":", " 1", " 2"),
        re.compile(
            r"(?<![\w.])(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d\d:?\d\d)?(?!\d)"
            r"|\d{1,2}/\d{1,2}/\d{4}(?!\d)"
            r"|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?![\w:])"
            rf"|(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}},?) \d{{4}}(?: \d\d:\d\d:\d\d)?(?: GMT| UTC)?)"
        ),
        "<time>",
    ),
    (("<time>",), re.compile(r"(?<!\w)(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?=<time>)"), ""),
    (
        (),
        re.compile(rf"{_ALONE}(?:(?:{_AMOUNT}(?:ms|µs|us|ns|h|m|s|d)){{2,4}}|{_AMOUNT} ?(?:{_UNIT}))(?!\w)"),
        "<time>",
    ),
    (("0x",), re.compile(r"(?<!\w)0x[0-9a-fA-F]{1,64}(?!\w)"), "<hex>"),
    ((".",), re.compile(rf"(?<![\w/.-])[\w-]{{1,100}}(?:/[\w.-]{{1,100}}){{0,10}}\.(?:{_FILE})(?![\w.])"), "<path>"),
    (("rue", "alse"), re.compile(r"(?<=: )(?:[Tt]rue|[Ff]alse)(?=[,}\]])"), "<value>"),
)
"""In this order, each with texts of which one occurs wherever it does: most messages hold few of them."""

_WITH_DIGITS = re.compile(
    r"(?<![\w<-])(?=[A-Za-z_-]{1,120}[0-9]|[0-9]{1,60}[A-Za-z])(?:[A-Za-z]{1,30}[-_]){0,3}([A-Za-z0-9]{1,128})(?![\w-])"
)
_NAMES_WITH_NUMBERS = {
    "utf", "iso", "sha", "aes", "ora", "tns", "pls", "http", "rfc", "latin", "cp", "base", "gpt", "md", "crc", "ipv",
}  # fmt: skip
"""UTF-8, SHA-256, ORA-00942, GPT-4: what follows is not the number of a record."""

_RECORDS = {
    "user", "order", "customer", "session", "doc", "document", "chunk", "task", "job", "run", "request", "ticket",
    "item",
}  # fmt: skip
_CHANGE = re.compile(r"(?<=[a-z])[A-Z]|(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")
"""Where one kind of character follows another: often in random ids, seldom in names like Float32Array."""

_HEX = re.compile(r"(?=[a-f]{0,128}[0-9])(?=[0-9]{0,128}[a-f])[0-9a-f]{8,128}$")
"""Behind a prefix, as in `ch_069bbfa6`: a random id also where digits and letters seldom alternate."""


def _id_or_name(match: re.Match[str]) -> str:
    """Replaces `ORD-4411`, `user_7` and `req_011CZAau32Q`. Names such as `o1-pro`, `gpt-4o` and `SHA-256` stay."""
    whole, last = match[0], match[1]
    prefix = whole[: len(whole) - len(last)].rstrip("-_").lower()
    if prefix and last.isdigit():
        record = prefix in _RECORDS or whole[0].isupper() or len(last) > 1
        return "<id>" if record and prefix.isalpha() and prefix not in _NAMES_WITH_NUMBERS else whole
    if prefix and _HEX.match(last):
        return "<id>"
    changes = len(_CHANGE.findall(last))
    random = changes * 3 >= len(last) if len(last) < 16 else changes > 2
    return "<id>" if random and len(last) >= 8 else whole


_NUMBER = re.compile(
    rf"{_ALONE}(?<!<)[-+]?\d{{1,400}}(?:[,_]\d{{1,30}}){{0,20}}(?:\.\d{{1,400}}){{0,6}}(?:[eE][-+]?\d{{1,4}})?"
    r"%?(?:[kKMGT]i?B|[kKMB])?(?!\w)"
    r"|(?<=[a-z_\]]\.)\d{1,20}(?!\w)"
)
_COUNTED = re.compile(r"<n> (?!exists|waits|needs|requires|exceeds|this|does)([a-z-]{2,30}[a-rt-z])s\b")
"""What was counted, in the singular: one attempt and two attempts are the same failure."""

_CODE_BEFORE = re.compile(
    r"(?:errno|code|status|exit|signal|http(?:/[\d.]{1,3})?|error|sqlstate|winerror)[\s\"':=(\[]{0,4}$"
    r"|(?:(?:returned|response:?|responded with|failed with) |<(?:url|path)>\W{1,4})(?=[1-5]\d\d$)",
    re.IGNORECASE,
)
_STATUS = re.compile(r"[1-5]\d\d$")
_AFTER_STATUS = re.compile(r" [A-Z(]|[,:.)] ")
_AFTER_CODE = re.compile(r", ['\"]")


def _number_or_code(match: re.Match[str]) -> str:
    """Codes of statuses and errors stay, and how many fields are invalid."""
    text, number, start = match.string, match[0], match.start()
    before, after = text[max(start - 24, 0) : start], text[match.end() : match.end() + 20]
    if before in ("", "("):  # `404 Client Error`, `(2003, "Can't connect`
        is_code = (_STATUS.match(number) and _AFTER_STATUS.match(after)) or (before and _AFTER_CODE.match(after))
    else:
        is_code = _STATUS.match(number) and number > "399" and after[:1] == " " and after[1:2].isupper()
    stays = is_code or after.startswith(" validation error") or _CODE_BEFORE.search(before)
    return number if stays or _CODE_BEFORE.search(before + number) else "<n>"


_QUOTED = re.compile(r"(?<![\w\\])(['\"`])((?:\\.|[^\\]){0,1000}?)\1(?!\w)")
_NAME = re.compile(r"[A-Za-z_$][\w.$:/@()\[\]-]{0,100}$")
_KINDS = {
    "agent", "argument", "attribute", "because", "bucket", "class", "codec", "collection", "column", "constraint",
    "database", "endpoint", "feature", "field", "function", "header", "index", "invoke", "key", "keyerror", "label",
    "language", "library", "member", "method", "metric", "model", "module", "name", "node", "object", "operation",
    "option", "package", "parameter", "permission", "plugin", "prompt", "property", "provider", "queue", "reading",
    "region", "relation", "role", "schema", "scope", "service", "step", "table", "tag", "template", "tool", "topic",
    "type", "variable", "view", "word",
}  # fmt: skip
"""Next to these words, a quoted name is part of the failure."""

_KIND = "|".join(sorted(_KINDS))
_NAME_BEFORE = re.compile(rf"(?:{_KIND})(?:s|\(s\)|es)?(?: named| name| called)?[\s:=(\[]{{0,4}}$", re.IGNORECASE)
_NAME_AFTER = re.compile(
    rf"[\s\])]{{0,3}}(?:{_KIND}|is (?:not defined|undefined|missing|required|a required)|(?:was|were) unexpected"
    r"|not in index|must be|has no|missing)\b",
    re.IGNORECASE,
)
_TYPES = {
    "int", "str", "float", "bool", "bytes", "list", "dict", "tuple", "set", "NoneType",
    "integer", "string", "number", "boolean", "array", "object", "null",
}  # fmt: skip
_SHOWN = {"<url>", "<path>", "<host>", "<email>", *_TYPES}
_KEY_BEFORE = re.compile(r"([\w@-]{1,60})(?:['\"]\s?:|=)\s?[bu]?$")
_WORDY = {
    "message", "msg", "error", "error_message", "errmsg", "errors", "detail", "details", "reason", "type", "code",
    "error_code", "errorcode", "status", "title", "description", "param", "domain", "exception", "grpc_message",
}  # fmt: skip
"""Keys whose values say what failed."""

_ARGUMENT_BEFORE = re.compile(r"\((?:[\w<>]{1,20}, ){0,2}[bu]?$")
_HTTP_ANSWER = re.compile(r"[1-5]\d\d [A-Z]")
_PUNCTUATION = re.compile(r"[^\w\s]{1,3}$")
_MAX_NESTED = 3


def _without_quoted_values(text: str, depth: int = 0) -> str:
    return _QUOTED.sub(lambda match: _quoted(match, depth), text) if depth <= _MAX_NESTED else text


def _quoted(match: re.Match[str], depth: int) -> str:
    """A quoted name stays, a quoted sentence stays without its values, any other quoted text is a value."""
    text, quote, inner = match.string, match[1], match[2]
    before = text[max(match.start() - 70, 0) : match.start()]
    after = text[match.end() : match.end() + 24]
    is_key = after.lstrip().startswith(":") and before.rstrip().endswith(("{", ",", "("))
    if is_key or inner in _SHOWN or _PUNCTUATION.match(inner):
        return match[0]
    whole = match.start() == 0 and match.end() == len(text)
    sentence = " " in inner and _ARGUMENT_BEFORE.search(before) is not None
    if key := _KEY_BEFORE.search(before):
        sentence = key[1].lower() in _WORDY
        if not sentence and key[1].lower() not in _KINDS:
            return "<value>"
    if sentence or (whole and inner.count(" ") > 1) or _HTTP_ANSWER.match(inner):
        return f"{quote}{_without_quoted_values(inner, depth + 1)}{quote}"
    code = quote == "`" and not before.endswith(": ")
    named = whole or code or _NAME_BEFORE.search(before) or _NAME_AFTER.match(after)
    return match[0] if named and _NAME.match(inner) else "<value>"
