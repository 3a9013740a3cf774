"""RLIKE on SQLite: expressions in Python's syntax, which MLflow takes there, matched in linear time (RE2).

MLflow runs Python's `re`, in which some expressions need longer than anybody lives, and stop the whole process
meanwhile. What is translated means the same; `\\b`, and `\\W` and `\\S` in brackets, know ASCII letters only.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

import re2  # pyright: ignore[reportMissingTypeStubs]

_re2: Any = re2

Matches = Callable[[str], bool]
"""Whether an expression is found anywhere in a text."""

_TOKEN = re.compile(
    r"""(?xs)
    (?P<brackets>\[\^?\]?(?:\\.|[^\]\\])*\])
    | \\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)
    | (?P<flags>\(\?[a-zA-Z]+\))
    | \(\?[!=]
    | \{,(?=\d+\})
    | .
    """
)
_IN_BRACKETS = re.compile(r"(?s)\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|.")
_WORD = r"\p{L}\p{N}_"
_SPACE = r"\t-\r\x1c-\x20\x{85}\p{Z}"
_ESCAPES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": f"[{_WORD}]",
    "W": f"[^{_WORD}]",
    "s": f"[{_SPACE}]",
    "S": f"[^{_SPACE}]",
    "Z": r"\z",
}
"""Python's classes are Unicode's, RE2's are ASCII's."""
_ESCAPES_IN_BRACKETS = {"d": r"\p{Nd}", "D": r"\P{Nd}", "w": _WORD, "s": _SPACE, "b": r"\x08"}
_END = r"(?:\n?\z)"
"""Python's `$` also holds before a newline at the very end."""
_LOOK_AHEAD = ("(?!", "(?=")
_REPEATS = ("*", "+", "?", "{", "{,")


class ExpressionError(ValueError):
    """No expression, or one that linear time cannot match. The text says what is wrong with it."""


def rlike(expression: str) -> Matches:
    """Raises ExpressionError. Look-ahead is taken at the very beginning (`^(?!...)`), and nowhere else."""
    _check(expression)
    flags, pieces = _pieces(expression)
    conditions = [(_compiled(flags, *one), wanted) for one, wanted in _conditions(flags, pieces)]
    return lambda text: all((found.search(text) is not None) is wanted for found, wanted in conditions)


def _check(expression: str) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):  # of what a later Python may read in another way
            re.compile(expression)
    except (re.error, OverflowError) as error:
        raise ExpressionError(str(error)) from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None


def _pieces(expression: str) -> tuple[str, list[str]]:
    """The options that it begins with, and the rest in RE2's syntax, cut where an expression can be cut."""
    tokens = list(_TOKEN.finditer(expression))
    flags = tokens[0].group() if tokens and tokens[0]["flags"] else ""
    is_multiline = any("m" in token.group() for token in tokens if token["flags"]) or "(?m:" in expression
    pieces = [_translated(token, is_multiline) for token in tokens[1 if flags else 0 :]]
    if any(one == _END and behind not in (")", "|") for one, behind in pairwise(pieces)):
        raise ExpressionError("nothing can follow $ but the end of a group")
    return flags, pieces


def _translated(token: re.Match[str], is_multiline: bool) -> str:
    text = token.group()
    if token["brackets"]:
        inside = text[1:-1]
        start = "[^" if inside.startswith("^") else "["
        return start + "".join(_inside(one) for one in _IN_BRACKETS.findall(inside.removeprefix("^"))) + "]"
    if text[0] == "\\":
        return _escape(text[1:], _ESCAPES)
    if text == "$" and not is_multiline:
        return _END
    return "{0," if text == "{," else text


def _inside(text: str) -> str:
    if len(text) > 1:
        return _escape(text[1:], _ESCAPES_IN_BRACKETS)
    return f"\\{text}" if text in "[]" else text


def _escape(text: str, escapes: dict[str, str]) -> str:
    if text in escapes:
        return escapes[text]
    if text[0] in "uU" and len(text) > 1:
        return f"\\x{{{text[1:]}}}"
    return f"\\{text}" if text.isascii() and text.isalnum() else f"\\x{{{ord(text):x}}}"


def _conditions(flags: str, pieces: Sequence[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """What is to be found, or not to be. Looking ahead from the beginning is one more expression for the same text."""
    if not (len(pieces) > 1 and pieces[0] in ("^", r"\A") and pieces[1] in _LOOK_AHEAD):
        yield tuple(pieces), True
        return
    if "m" in flags or "|" in _outermost(pieces):
        raise ExpressionError("looking ahead is taken at the very beginning only: ^(?!...)")
    at = 1
    while at < len(pieces) and pieces[at] in _LOOK_AHEAD:
        end = _end_of_group(pieces, at)
        if pieces[end : end + 1] and pieces[end] in _REPEATS:
            raise ExpressionError("looking ahead cannot be repeated")
        yield (r"\A(?:", *pieces[at + 1 : end]), pieces[at] == "(?="
        at = end
    yield (r"\A(?:", *pieces[at:], ")"), True


def _end_of_group(pieces: Sequence[str], start: int) -> int:
    """Behind the bracket that closes what opens at `start`."""
    depths = _depths(pieces)
    before = next(islice(depths, start - 1, None)) if start else 0
    return next(at for at, depth in enumerate(depths, start) if at > start and depth == before) + 1


def _outermost(pieces: Sequence[str]) -> list[str]:
    return [piece for piece, depth in zip(pieces, _depths(pieces), strict=True) if depth == 0]


def _depths(pieces: Sequence[str]) -> Iterator[int]:
    """How many groups are open behind each piece."""
    depth = 0
    for piece in pieces:
        if piece in ("(", *_LOOK_AHEAD):
            depth += 1
        elif piece == ")":
            depth -= 1
        yield depth


def _compiled(flags: str, *pieces: str) -> Any:
    options = _re2.Options()
    options.log_errors = False
    try:
        return _re2.compile(flags + "".join(pieces), options)
    except UnicodeEncodeError:
        raise ExpressionError("it holds half a surrogate pair, which no text has") from None
    except _re2.error as error:
        reason = error.args[0]
        raise ExpressionError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
