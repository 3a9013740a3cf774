"""Goes through a text once and finds credentials: by their format, by the name before them, and by where they are."""

import re
from collections.abc import Iterator

from mcp_traces.redaction import formats, headers, pairs, places
from mcp_traces.redaction.scanning import Finding, compile_search
from mcp_traces.redaction.values import is_mixed

_FORMAT = compile_search(formats.searched())
_FRAME = compile_search(f"{places.SEARCHED}|{pairs.SEARCHED}")
"""Two searches that go on side by side: one automaton for both would have too many states."""

_AWS_SECRET = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])")
_DELIMITERS = (b",", b";", b"|", b"\t", b"\xe2")
_AWS_NEAR = 120
"""The secret of an AWS access key looks like a hash; within that many bytes after the key it is one."""


def find_credentials(data: bytes) -> Iterator[Finding]:
    """What names and places say comes after what formats say, which is more exact."""
    yield from _of_formats(data)
    yield from _in_frames(data)


def _of_formats(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _FORMAT(data, position):
        token = formats.token_at(data, hit[0])
        position = token.end if token else hit[0] + 2
        if token:
            yield token
            if token.kind == "aws_access_key":
                yield from _aws_secrets(data, token.end)


def _in_frames(data: bytes) -> Iterator[Finding]:
    position, walked = 0, 0
    while hit := _FRAME(data, position):
        start, end = hit
        pair: pairs.Pairs | None = None
        first = data[start : start + 1]
        if first in (b"B", b"b") and (credential := headers.credential_at(data, start)):
            yield credential
            position = credential.end
        elif pairs.is_name(data, start):
            pair = pairs.pair_at(data, start, walked)
        elif not (first in _DELIMITERS and (pair := pairs.last_column_at(data, start, walked))):
            place, position = places.place_at(data, start, end)
            if place:
                yield place
        if pair:
            yield from pair.found
            walked = max(pair.walked, walked)
            position = max(pair.seen, start + 1, *(one.end for one in pair.found))


def _aws_secrets(data: bytes, position: int) -> Iterator[Finding]:
    for match in _AWS_SECRET.finditer(data, position, position + _AWS_NEAR):
        if is_mixed(match[0]) and not match[0].islower():
            yield Finding(match.start(), match.end(), "aws_secret_key")
