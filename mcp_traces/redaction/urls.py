"""Finds passwords and signatures in URLs: `scheme://user:password@host`, `?sig=…`."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.patterns import Finding, compile_search
from mcp_traces.redaction.values import is_key_like, is_placeholder

_LEAST_SIGNATURE = 16

_USER_INFO = compile_search(
    r"""://[^\s/?#"'<>@\\:\x60]*:[^\s/?#"'<>\\\x60]+@"""
    r"""|://[^\s/?#"'<>@\\:\x60]+:[^\s/?#"'<>\\@:,\x60]*[^\s/?#"'<>\\@:,.0-9\x60][^\s/?#"'<>\\@:,\x60]*"""
    r"""(?:\.\.\.|\xe2\x80\xa6|\\*["'\x60]|$)"""
    r"""|:thin:[^\s/?#"'<>@\\:]+/[^\s/?#"'<>@\\]+@""",
    any_case=True,
)
"""With a host behind it, or cut before that."""

_PARTS = re.compile(rb"(?:://[^:]*:|:[tT][hH][iI][nN]:[^/]*/)")
_CUT_TAIL = re.compile(rb"(?:\.\.\.|\xe2\x80\xa6|\\*[\"'`])\Z")
_SCHEME = re.compile(rb"[A-Za-z0-9+.-]{1,30}\Z")
_WITH_PORTS = frozenset((b"http", b"https", b"ws", b"wss", b"file"))
"""Schemes behind which a host and its port come more often, also ports by a name, than a user and half a password."""

_QUERY = compile_search(
    r"""[?&;](?:amp;)?(?:[a-z0-9_-]{0,20}sig(?:nature)?|key|hmac)=[^&\s"'<>\\#\x60]{16}""", any_case=True
)
_QUERY_VALUE = re.compile(rb"[?&;](?:amp;)?[A-Za-z0-9_-]+=([^&\s\"'<>\\#`]+)")


def find_in_urls(data: bytes) -> Iterator[Finding]:
    yield from _passwords(data)
    yield from _signatures(data)


def _passwords(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _USER_INFO(data, position):
        start, position = hit
        parts = _PARTS.match(data, start)
        if parts is None:
            continue
        end = position - 1
        if data[end:position] != b"@":
            tail = _CUT_TAIL.search(data[parts.end() : position])
            end = position - len(tail[0]) if tail else position
            scheme = _SCHEME.search(data[max(start - 30, 0) : start])
            if scheme is None or scheme[0].lower() in _WITH_PORTS:
                continue
        if not is_placeholder(data[parts.end() : end]):
            yield Finding(parts.end(), end, "password")


def _signatures(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _QUERY(data, position):
        start, position = hit
        value = _QUERY_VALUE.match(data, start)
        if value:
            position = value.end()
            if is_key_like(value[1], _LEAST_SIGNATURE) and not is_placeholder(value[1]):
                yield Finding(value.start(1), value.end(1), "signature")
