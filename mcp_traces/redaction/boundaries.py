"""Where words, lines and strings begin and end in a text that may have been quoted any number of times."""

from mcp_traces.redaction.scanning import Patterns

_BACKSLASH = 0x5C
_M = ord("m")
_ESCAPES = b"nrtbf"
_RE = Patterns("boundaries")
_FARTHEST = 40


def begins_word(data: bytes, start: int) -> bool:
    """Whether no letter, digit or underscore precedes `start`, other than the end of an escape sequence or colour."""
    return start == 0 or not _RE.word.match(data, start - 1) or ends_escape(data, start)


def ends_word(data: bytes, end: int) -> bool:
    return end >= len(data) or not _RE.word.match(data, end)


def is_cut(data: bytes, end: int) -> bool:
    """Whether the text, or the string in it, stops at `end`, as it does where a store has cut it."""
    return _RE.cut.match(data, end) is not None


def starts_line(data: bytes, start: int) -> bool:
    """Whether only indentation, a bullet or `export` stands between a line's or a string's beginning and `start`."""
    before = data[start - _FARTHEST : start] if start > _FARTHEST else b"\n" + data[:start]
    return _RE.line_start.search(before) is not None


def ends_line(data: bytes, end: int) -> bool:
    return _RE.line_end.match(data, end) is not None


def out_of_escape(data: bytes, start: int) -> int:
    """`start`, or where the escape sequence ends in whose middle it lies: half of one is no JSON any more."""
    if start == 0:
        return start
    if data[start - 1] != _BACKSLASH:
        colour = _RE.in_colour.match(data, start)
        in_colour = colour and _RE.colour_begins.search(data, max(start - 20, 0), start)
        return colour.end() if colour and in_colour else start
    if _RE.hex_escape.match(data, start - 1):
        return start + 5
    return start + 1 if data[start : start + 1] in (b"n", b"r", b"t", b"b", b"f", b"/", b'"', b"\\") else start


def end_of_string(data: bytes, start: int, quote: bytes, backslashes: int) -> int:
    """Where the string ends that begins at `start`, after a quote with that many backslashes before it.

    Where JSON is n strings deep, a quote has 2ⁿ-1 backslashes and those that belong to the text before it. One of less
    depth ends a string around this one, which was cut then; a line break ends it, too.
    """
    depth = depth_of(backslashes)
    position = start
    while (found := data.find(quote, position)) != -1:
        run = _backslashes_before(data, found, start)
        at = depth_of(run)
        if at <= depth and (run == 0 or quote != b"'" or backslashes):
            return _end_around(data, start, found - min(run, 2**at - 1), quote)
        position = found + 1
    return _end_around(data, start, len(data), quote)


def depth_of(backslashes: int) -> int:
    """How many strings deep a quote with that many backslashes before it is: 2ⁿ divides one more than their number."""
    return ((backslashes + 1) & -(backslashes + 1)).bit_length() - 1


def _end_around(data: bytes, start: int, end: int, quote: bytes) -> int:
    """Where the line ends, or the JSON string around one in other quotes, if that is before `end`."""
    found = data.find(b"\n", start, end)
    end = end if found == -1 else found
    around = None if quote == b'"' else _RE.json_string_end.search(data, start, end)
    return around.start() if around else end


def _backslashes_before(data: bytes, position: int, limit: int) -> int:
    first = position
    while first > limit and data[first - 1] == _BACKSLASH:
        first -= 1
    return position - first


def ends_escape(data: bytes, start: int) -> bool:
    """Whether an escape sequence, such as `\\n`, `%20` or a terminal colour, ends right before `start`."""
    if start >= 2 and data[start - 2] == _BACKSLASH and data[start - 1] in _ESCAPES:
        return True
    if start >= 3 and _RE.percent.match(data, start - 3):
        return True
    return (start >= 6 and _RE.hex_escape.match(data, start - 6) is not None) or (
        data[start - 1] == _M and _RE.colour.search(data, max(start - 24, 0), start) is not None
    )
