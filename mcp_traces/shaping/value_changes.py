"""Where two recorded values differ: the paths of the parts, and the text around the first difference.

Two runs of one application never record the same ids and times. A part that differs only in such is *variable*: it is
found too, and never counted as a difference of what happened.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mcp_traces.json_texts import as_json
from mcp_traces.records import Json
from mcp_traces.shaping.media import media_in, shown_between
from mcp_traces.shaping.paths import Part, Path, as_fields, as_items
from mcp_traces.shaping.text import CUT_MARK, cut, json_or_mark, without_lone_surrogates

AROUND_BEFORE = 50
"""Characters before the first difference that are shown with it."""


class Absent(Enum):
    """A part that one of the two values does not have."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT

_TOKEN = r"(?=(?:[A-Za-z]*\d){2})(?=\d*[A-Za-z])[A-Za-z0-9]{12,}"
_IDS = (
    r"\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b"
    r"|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?Z|[+-]\d\d:?\d\d)?"
    r"|\b1[5-9]\d{8}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?\b"
    r"|\b(?=[a-f]*\d)[0-9a-f]{16,}\b|\bfp_[0-9a-f]{6,}\b"
    rf"|\b[A-Za-z]{{2,12}}[-_]{_TOKEN}\b"
)
"""UUIDs, times with a clock, epoch seconds to nanoseconds, long hex, and ids such as `call_8Vh2...`."""

_DURATIONS = r"|\b\d+(?:\.\d+)?(?:e-?\d+)?\s?(?:ms|us|µs|ns|s|sec|secs|seconds)\b"
_VARIABLE = re.compile(_IDS)
_VARIABLE_OR_DURATION = re.compile(_IDS + _DURATIONS)
_MILLISECONDS = 10**12
"""A number from here on that may be a moment is one; of a smaller one, in seconds, its key has to say so."""

_MOMENT_KEY = re.compile(r"(?:^|_)(?:created|created_at|timestamp|ts|time|updated_at|date)$", re.IGNORECASE)
_DURATION_KEY = re.compile(
    r"^(?!.*(?:max|min|limit|timeout)).*(?:latency|duration|elapsed|took|_ms$|_seconds$|_secs$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs, and whether only in what differs from run to run."""

    path: Path
    a: Json | Absent
    b: Json | Absent
    is_variable: bool


def normal(text: str, *, durations: bool = False) -> str:
    """`text` with `<id>` in place of ids and times; with `durations` also in place of those."""
    return (_VARIABLE_OR_DURATION if durations else _VARIABLE).sub("<id>", text)


def changes(a: Json | Absent, b: Json | Absent, path: Sequence[Part], *, measured: bool = False) -> Iterator[Change]:
    """Each innermost part in which two values differ, in order. `measured` values may hold durations, which vary too.

    No recursion: values may nest without bound.
    """
    left: list[tuple[Path, Json | Absent, Json | Absent]] = [(tuple(path), a, b)]
    while left:
        at, one, other = left.pop()
        fields, others = as_fields(one), as_fields(other)
        items, their = as_items(one), as_items(other)
        if fields is not None and others is not None:
            keys = [*fields, *(key for key in others if key not in fields)]
            left += [((*at, key), fields.get(key, ABSENT), others.get(key, ABSENT)) for key in reversed(keys)]
        elif items is not None and their is not None:
            for index in range(max(len(items), len(their)) - 1, -1, -1):
                left.append(((*at, index), _item(items, index), _item(their, index)))
        elif (change := _leaf(at, one, other, measured=measured)) is not None:
            yield change


def _leaf(path: Path, a: Json | Absent, b: Json | Absent, *, measured: bool) -> Change | None:
    if type(a) is type(b) and a == b:  # true and 1 are two values of JSON, which Python takes for one
        return None
    return Change(path, a, b, _is_variable(path, a, b, measured=measured))


def _item(items: list[Json], index: int) -> Json | Absent:
    return items[index] if index < len(items) else ABSENT


def _is_variable(path: Path, a: Json | Absent, b: Json | Absent, *, measured: bool) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return normal(a, durations=measured) == normal(b, durations=measured)
    if isinstance(a, bool) or isinstance(b, bool) or not (isinstance(a, int | float) and isinstance(b, int | float)):
        return False
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if normal(as_json(a)) == normal(as_json(b)) == "<id>":
        return min(a, b) >= _MILLISECONDS or bool(_MOMENT_KEY.search(key))
    return measured and bool(_DURATION_KEY.search(key))


def manner(a: Json | Absent, b: Json | Absent) -> str | None:
    """In what alone two texts differ: `case only`, `spaces only`; None where they differ in more."""
    if not isinstance(a, str) or not isinstance(b, str):
        return None
    if a.casefold() == b.casefold():
        return "case only"
    return "spaces only" if "".join(a.split()) == "".join(b.split()) else None


@dataclass(frozen=True, slots=True)
class Shown:
    """Two values around the first difference, None where there is no value; `at` is its place in both texts."""

    a: str | None
    b: str | None
    at: int


def shown_difference(a: Json | Absent, b: Json | Absent, limit: int) -> Shown:
    """The part of each value that differs, in at most `limit` characters of JSON each."""
    text_a, text_b = _as_text(a, b), _as_text(b, a)
    at = 0 if text_a is None or text_b is None else _first_difference(text_a, text_b)
    return Shown(_around(text_a, at, limit), _around(text_b, at, limit), at)


def _as_text(value: Json | Absent, other: Json | Absent) -> str | None:
    """A string as it is, except beside a value of another type, where quotes show that it is one."""
    if isinstance(value, Absent):
        return None
    is_plain = isinstance(value, str) and isinstance(other, str | Absent)
    return without_lone_surrogates(value if is_plain else json_or_mark(value))


def _first_difference(a: str, b: str) -> int:
    same, end = 0, min(len(a), len(b))
    while same < end:
        middle = (same + end + 1) // 2
        if a[same:middle] == b[same:middle]:
            same = middle
        else:
            end = middle - 1
    return same


def _around(text: str | None, at: int, limit: int) -> str | None:
    if text is None:
        return None
    begin = 0 if len(text) <= limit else max(at - AROUND_BEFORE, 0)
    end = min(begin + limit, len(text))
    within = shown_between(text, media_in(text), begin, end)
    shown = cut((CUT_MARK if begin else "") + within, limit)
    return shown if end == len(text) or shown.endswith(CUT_MARK) else cut(shown, limit - 1) + CUT_MARK
