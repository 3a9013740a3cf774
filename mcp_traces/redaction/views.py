"""A text as it is searched: with characters that JSON or a URL has spelled out, and the way back to the original.

.NET and Go write `"`, `&` and `=` inside JSON as `\\u0022`, `\\u0026` and `\\u003d`, PHP writes `/` as `\\/`, and a URL
inside a URL has `%3D` for `=`. Only what can be part of a credential's frame is spelled back.
"""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate

from mcp_traces.redaction.scanning import Finding, compile_search

_PATTERN = r"\\+(?:u00(?:0[9aAdD]|[2-7][0-9a-fA-F])|/)|%(?:2[267]|3[aAdD])|&(?:quot|#34|#39|#x27|apos);"
_FEW = compile_search(_PATTERN)
_MANY = re.compile(f"({_PATTERN})".encode())
_SOME = 2000
"""Up to so many pieces are found one by one, which takes 2 µs each; splitting all of a megabyte takes 11 ms."""

_MAX_BACKSLASHES = 64
_BACKSLASH = 0x5C


class View:
    """`data` is what to search; its pieces, plain and spelled back in turn, stand for pieces of the original."""

    def __init__(self, original: bytes) -> None:
        parts = _pieces(original)
        self._parts = parts
        self._read = [*parts]
        self._read[1::2] = map(_spelled_back, parts[1::2])
        self.data: bytes = original if len(parts) == 1 else b"".join(self._read)
        self._starts: list[int] = []
        self._origins: list[int] = []

    def original(self, finding: Finding) -> Finding:
        """The same in the original. A piece that was spelled out belongs to it as a whole or not at all."""
        if len(self._parts) == 1:
            return finding
        if not self._starts:
            self._starts = [0, *accumulate(map(len, self._read))]
            self._origins = [0, *accumulate(map(len, self._parts))]
        first = bisect_right(self._starts, finding.start) - 1
        last = bisect_left(self._starts, finding.end) - 1
        start = self._origins[first] + (0 if first % 2 else finding.start - self._starts[first])
        end = self._origins[last + 1] if last % 2 else self._origins[last] + finding.end - self._starts[last]
        return finding._replace(start=start, end=end)


def _pieces(data: bytes) -> list[bytes]:
    """Plain pieces and spelled ones in turn."""
    parts: list[bytes] = []
    position = 0
    while hit := _FEW(data, position):
        parts += [data[position : hit[0]], data[hit[0] : hit[1]]]
        position = hit[1]
        if len(parts) > _SOME:
            return parts + _MANY.split(data[position:])
    return [*parts, data[position:]]


@lru_cache(maxsize=1024)
def _spelled_back(piece: bytes) -> bytes:
    if piece.startswith(b"%"):
        return bytes([int(piece[1:], 16)])
    if piece.startswith(b"&"):
        return b'"' if piece in (b"&quot;", b"&#34;") else b"'"
    if piece.endswith(b"/") and not piece.endswith(b"u002f"):
        return b"/"
    code = int(piece[-2:], 16)
    backslashes = len(piece) - len("u0022")
    if code == _BACKSLASH or backslashes > _MAX_BACKSLASHES:
        return piece
    # A quote keeps its depth: `\u0022` is `\"`, and one level of JSON further in `\\u0022` is `\\\"`.
    return b"\\" * (2 * backslashes - 1 if code == ord('"') else 0) + bytes([code])
