"""A text as detectors read it: with characters that JSON or a URL has spelled out, and the way back to the original.

.NET and Go write `"`, `&` and `=` inside JSON as `\\u0022`, `\\u0026` and `\\u003d`, PHP writes `/` as `\\/`, and a URL
inside a URL has `%3D` for `=`. Only what can be part of a credential's frame is spelled back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from mcp_traces.redaction.patterns import Finding, compile_search

_SPELLED = compile_search(r"\\+(?:u00(?:0[9aAdD]|[2-7][0-9a-fA-F])|/)|%(?:2[267]|3[aAdD])")
_MAX_BACKSLASHES = 64
_BACKSLASH = 0x5C


@dataclass(frozen=True, slots=True)
class View:
    """`data` is what to search. Pieces of it stand for pieces of the original, each beginning where the lists say."""

    data: bytes
    starts: list[int]
    origins: list[int]
    spelled: list[bool]

    def original(self, finding: Finding) -> Finding:
        """The same in the original. A piece that was spelled out belongs to it as a whole or not at all."""
        if len(self.starts) == 1:
            return finding
        first = bisect_right(self.starts, finding.start) - 1
        last = bisect_left(self.starts, finding.end) - 1
        start = self.origins[first] + (0 if self.spelled[first] else finding.start - self.starts[first])
        end = self.origins[last + 1] if self.spelled[last] else self.origins[last] + finding.end - self.starts[last]
        return Finding(start, end, finding.kind)


def view_of(data: bytes) -> View:
    """The view of `data`, which is `data` itself unless something is spelled out."""
    if b"\\u00" not in data and b"\\/" not in data and b"%2" not in data and b"%3" not in data:
        return View(data, [0], [0], [False])
    parts: list[bytes] = []
    starts: list[int] = []
    origins: list[int] = []
    spelled: list[bool] = []
    length = 0
    for origin, part, was_spelled in _pieces(data):
        starts.append(length)
        origins.append(origin)
        spelled.append(was_spelled)
        parts.append(part)
        length += len(part)
    # The end, since that is where a last piece that was spelled out ends.
    return View(b"".join(parts), [*starts, length], [*origins, len(data)], [*spelled, False])


def _pieces(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    position = 0
    while hit := _SPELLED(data, position):
        start, end = hit
        yield position, data[position:start], False
        yield start, _spelled_back(data[start:end]), True
        position = end
    yield position, data[position:], False


def _spelled_back(piece: bytes) -> bytes:
    if piece.startswith(b"%"):
        return bytes([int(piece[1:], 16)])
    if piece.endswith(b"/") and not piece.endswith(b"u002f"):
        return b"/"
    code = int(piece[-2:], 16)
    backslashes = len(piece) - len("u0022")
    if code == _BACKSLASH or backslashes > _MAX_BACKSLASHES:
        return piece
    # A quote keeps its depth: `\u0022` is `\"`, and one level of JSON further in `\\u0022` is `\\\"`.
    return b"\\" * (2 * backslashes - 1 if code == ord('"') else 0) + bytes([code])
