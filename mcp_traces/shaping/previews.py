"""One line of what was said: of a chat its last words, of other JSON its texts before its keys.

MLflow keeps the first 1,000 characters of a request and of a response, so JSON in them often ends in its midst.
"""

import json
import re
from contextlib import suppress

from mcp_traces.records import Json
from mcp_traces.shaping.media import marked
from mcp_traces.shaping.messages import Message, MessageReader
from mcp_traces.shaping.paths import Fields, texts_below
from mcp_traces.shaping.span_messages import Finder, Side
from mcp_traces.shaping.text import CUT_MARK, as_text, compact, cut, json_or_mark, one_line

SPACES = 10
"""How many times its length a line may have with all the spaces that it loses."""

MAX_TEXTS = 8
"""A line has no room for more texts of one value."""

MAX_LOOKED_AT = 2_000
"""Texts of one value that are looked at; what holds more is a table of numbers."""

_ROLE = {"inputs": "user", "outputs": "assistant"}
_CUT_ENDS = ("...", CUT_MARK)
_IS_WORDS = re.compile(r"\S\s+\S|[^\W\d_a-zA-Z]")
"""Two words, or a letter of a script that may need no spaces."""

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*)(?P<closed>")?|(?P<open>[{\[])|(?P<close>[}\]])|(?P<colon>:)|,'
    r'|(?P<word>[^\s,:\[\]{}"]+))',
    re.DOTALL,
)


def as_preview(value: Json, limit: int, side: Side = "outputs") -> str:
    """One line of `value` in at most `limit` characters; of a value without words its JSON."""
    words = words_in(value, side) if isinstance(value, str) else words_of(value, side)
    return short_line(words or as_text(value), limit) or cut(compact(value), limit)


def short_line(text: str, limit: int) -> str:
    """`text` as one line in at most `limit` characters, with marks in place of images, audio and files."""
    return cut(one_line(marked(text, limit * SPACES)), limit)


def words_in(recorded: str, side: Side) -> str:
    """The words of a preview as MLflow keeps it: text, or JSON that may be cut. A cut one ends in a mark."""
    if not recorded.lstrip().startswith(("{", "[", '"')):
        return recorded
    value, is_whole = read_cut_json(recorded)
    if value is None:
        return recorded
    words = value if isinstance(value, str) else words_of(value, side)
    if not words:
        return recorded
    return words if is_whole or words.endswith(_CUT_ENDS) else f"{words} {CUT_MARK}"


def words_of(value: Json, side: Side) -> str | None:
    """What the last message in `value` says: of inputs the user's, of outputs the answer. Without messages the texts
    of `value`, those first that a person or a model wrote; None where there are none."""
    finder = Finder(side, MessageReader())
    messages = [one for history in finder.histories(value, (side,)) for _, one in history]
    own = [one for one in messages if one.role == _ROLE[side]]
    return _last_said(own) or _last_said(messages) or _texts_of(value, finder)


def _last_said(messages: list[Message]) -> str | None:
    return next(filter(None, map(_said, reversed(messages))), None)


def _said(message: Message) -> str | None:
    if text := message.words.text.strip():
        return text
    calls = (f"{call.name}({json_or_mark(call.arguments)})" for call in message.calls)
    return f"calls {', '.join(calls)}" if message.calls else None


def _texts_of(value: Json, finder: Finder) -> str | None:
    """A prompt or an answer by its key, then the other texts, the longest first; then numbers with their keys."""
    first = [one.words.text for history in finder.plain(value, (finder.side,))[:1] for _, one in history[:1]]
    texts: list[str] = []
    keyed: list[str] = []
    for place, _ in zip(texts_below((), value), range(MAX_LOOKED_AT), strict=False):
        if place.is_key:
            continue
        key = next((str(part) for part in reversed(place.path) if isinstance(part, str)), "")
        if _IS_WORDS.search(place.text):
            texts.append(place.text)
        elif place.text not in ("", "null", *first):
            keyed.append(f"{key}={place.text}" if key else place.text)
    others = sorted(dict.fromkeys(text for text in texts if text not in first), key=len, reverse=True)
    said = [*first, *others]
    return " · ".join([*said, *keyed][:MAX_TEXTS]) if said else None


def read_cut_json(text: str) -> tuple[Json, bool]:
    """The JSON value that `text` is or begins, and whether it is whole; None where it is not JSON.

    Of a cut value the last text is as far as it goes, and a number or a key that may not be complete is left out.
    """
    with suppress(ValueError, RecursionError):
        return json.loads(text), True
    begun = text.rstrip()
    for end in _CUT_ENDS:
        begun = begun.removesuffix(end)
    return _Begun(begun).value(), False


class _Begun:
    """The beginning of a JSON text, read as far as it goes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._whole: list[Json] = []
        self._open: list[list[Json] | Fields] = [self._whole]
        self._keys: list[str | None] = [None]

    def value(self) -> Json:
        """None where the text begins no JSON value."""
        position = 0
        try:
            while position < len(self._text) and (token := _TOKEN.match(self._text, position)):
                position = token.end()
                self._take(token, is_last=position == len(self._text))
        except ValueError:
            return None
        is_read = not self._text[position:].strip()
        return self._whole[0] if len(self._whole) == 1 and is_read else None

    def _take(self, token: re.Match[str], *, is_last: bool) -> None:
        if self._whole and len(self._open) == 1:
            raise ValueError  # something follows the value
        if token["open"]:
            opened: list[Json] | Fields = {} if token["open"] == "{" else []
            self._put(opened)
            self._open.append(opened)
            self._keys.append(None)
        elif token["close"]:
            if len(self._open) == 1 or isinstance(self._open[-1], dict) is not (token["close"] == "}"):
                raise ValueError
            self._open.pop()
            self._keys.pop()
        elif token["text"]:
            self._text_token(token)
        elif token["word"] and not is_last:
            self._put(json.loads(token["word"]))

    def _text_token(self, token: re.Match[str]) -> None:
        is_key = isinstance(self._open[-1], dict) and self._keys[-1] is None
        if token["closed"] or not is_key:
            text = token["text"] if token["closed"] else _without_half_escape(token["text"])
            read = json.loads(f'{text}"', strict=False)
            if is_key:
                self._keys[-1] = read
            else:
                self._put(read)

    def _put(self, value: Json) -> None:
        place = self._open[-1]
        if isinstance(place, list):
            place.append(value)
        else:
            key, self._keys[-1] = self._keys[-1], None
            if key is None:
                raise ValueError
            place[key] = value


def _without_half_escape(text: str) -> str:
    """A text that was cut, without the escape in whose midst it was: `\\`, `\\u00`, or the first half of a pair."""
    text = re.sub(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$", r"\1", text)
    return re.sub(r"(?<!\\)((?:\\\\)*)\\u[dD][89abAB][0-9a-fA-F]{2}$", r"\1", text)
