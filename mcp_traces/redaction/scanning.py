"""Regular expressions over UTF-8 bytes in linear time: RE2, which goes through a megabyte in two milliseconds."""

from collections.abc import Callable
from typing import Any, NamedTuple

import re2  # pyright: ignore[reportMissingTypeStubs]

_re2: Any = re2

Search = Callable[[bytes, int], tuple[int, int] | None]
"""The first match from a position on, as its start and end."""

MAX_MEMORY = 64 << 20
"""What RE2 may use for the automata of one pattern, which grow with hostile texts; it drops them and starts again beyond that."""


class Finding(NamedTuple):
    """What is to be masked, and what it is. `quote` goes around the mask where a number of JSON becomes a string."""

    start: int
    end: int
    kind: str
    quote: bytes = b""


def compile_search(pattern: str) -> Search:
    """A search for `pattern`, in which a byte beyond ASCII is a character outside every named class."""
    options = _re2.Options()
    options.encoding = _re2.Options.Encoding.LATIN1
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    compiled = _re2.compile(pattern.encode(), options)

    def search(data: bytes, position: int) -> tuple[int, int] | None:
        match = compiled.search(data, position)
        return match.span() if match else None

    return search
