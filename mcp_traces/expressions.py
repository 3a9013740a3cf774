"""Regular expressions that others write, matched in linear time whatever they are (RE2)."""

from collections.abc import Callable, Iterator
from typing import Any

import re2  # pyright: ignore[reportMissingTypeStubs]

from mcp_traces.errors import InvalidArgumentError

_re2: Any = re2

Search = Callable[[str], Iterator[tuple[int, int]]]
"""Each match in a text as its start and end, in characters. The text holds no lone surrogates."""

MAX_SHOWN = 200
_SYNTAX = (
    "RE2 syntax: no look-around, no back-references. Put a backslash before . * + ? ( ) [ ] { } | ^ $ to find them."
)


def compile_expression(argument: str, expression: str) -> Search:
    """A search that ignores case unless the expression says `(?-i)`.

    Raises InvalidArgumentError, which names the argument and where the expression goes wrong.
    """
    if not expression:
        raise InvalidArgumentError(f"`{argument}` is empty and would match everywhere.")
    options = _re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled = _re2.compile(expression, options)
    except UnicodeEncodeError:
        raise InvalidArgumentError(f"`{argument}` holds half a surrogate pair, which no text has.") from None
    except _re2.error as error:
        raise InvalidArgumentError(_complaint(argument, expression, error.args[0]), _SYNTAX) from None
    # An empty match is everywhere and says nothing.
    return lambda text: ((one.start(), one.end()) for one in compiled.finditer(text) if one.end() > one.start())


def _complaint(argument: str, expression: str, reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    what, _, fragment = text.partition(": ")
    at = expression.rfind(fragment) if fragment else len(expression) - 1
    where = f" at character {at}" if at >= 0 else ""
    shown = f"{what} {fragment}".rstrip()
    return f"`{argument}` {expression[:MAX_SHOWN]!r} is no regular expression{where}: {shown}."
