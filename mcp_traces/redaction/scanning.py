"""Regular expressions over UTF-8 bytes: of patterns.toml, for RE2, which takes linear time, and for Python."""

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

import re2  # pyright: ignore[reportMissingTypeStubs]

_re2: Any = re2

Search = Callable[[bytes, int], tuple[int, int] | None]
"""The first match from a position on, as its start and end."""

MAX_MEMORY = 64 << 20
"""What RE2 may use for the automata of one pattern, which grow with hostile texts; beyond that it starts them again."""


class Finding(NamedTuple):
    """What is to be masked, and what it is. `quote` goes around the mask where a number of JSON becomes a string."""

    start: int
    end: int
    kind: str
    quote: bytes = b""


_PATTERNS: dict[str, dict[str, Any]] = tomllib.loads(
    files("mcp_traces.redaction").joinpath("patterns.toml").read_text(encoding="utf-8")
)
_PART = re.compile(r"%\{(\w+)\}")


def expanded(pattern: str, **parts: str) -> str:
    """`pattern` with its parts put in; `parts` replace those of the file."""
    known = {**_PATTERNS["parts"], **parts}
    while _PART.search(pattern):
        pattern = _PART.sub(lambda part: known[part[1]], pattern)
    return pattern


def patterns(name: str, **parts: str) -> list[str]:
    """The patterns of a list in [search]."""
    return [expanded(one, **parts) for one in _PATTERNS["search"][name]]


class Patterns:
    """The patterns of a table for Python, each by its name."""

    def __init__(self, table: str) -> None:
        self._compiled = {name: re.compile(expanded(one).encode()) for name, one in _PATTERNS[table].items()}

    def __getattr__(self, name: str) -> re.Pattern[bytes]:
        return self._compiled[name]


def words(name: str) -> frozenset[bytes]:
    return frozenset(_PATTERNS["words"][name].encode().split())


def compile_search(pattern: str) -> Search:
    """A search for `pattern`, in which a byte beyond ASCII is a character outside every named class."""
    options = _re2.Options()
    options.encoding = _re2.Options.Encoding.LATIN1
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    automaton = _re2.compile(pattern.encode(), options)

    def search(data: bytes, position: int) -> tuple[int, int] | None:
        match = automaton.search(data, position)
        return match.span() if match else None

    return search
