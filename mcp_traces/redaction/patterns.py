"""Regular expressions over UTF-8 bytes in linear time: RE2, which goes through a megabyte in two milliseconds."""

from collections.abc import Callable
from typing import Any, NamedTuple

import re2  # pyright: ignore[reportMissingTypeStubs]

_re2: Any = re2

Search = Callable[[bytes, int], tuple[int, int] | None]
"""The first match from a position on, as its start and end."""

MAX_MEMORY = 8 << 20
"""What RE2 may use for the automata of one pattern, which grow with hostile texts; it begins them anew beyond that."""


class Finding(NamedTuple):
    """What is to be masked, and what it is."""

    start: int
    end: int
    kind: str


def compile_search(pattern: str, *, any_case: bool = False) -> Search:
    """A search for `pattern`, in which a byte beyond ASCII is a character that belongs to no named class."""
    options = _re2.Options()
    options.encoding = _re2.Options.Encoding.LATIN1
    options.case_sensitive = not any_case
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    compiled = _re2.compile(pattern.encode(), options)

    def search(data: bytes, position: int) -> tuple[int, int] | None:
        match = compiled.search(data, position)
        return match.span() if match else None

    return search
