"""Finds private keys in PEM and its kin (PKCS, OpenSSH, PGP), whole, escaped in JSON, or cut before their end."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.patterns import Finding, compile_search

_ANY_KEY = compile_search("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|---- BEGIN SSH2 [A-Z0-9 ]{0,40}PRIVATE KEY")
_BEGIN = re.compile(rb"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?: ?-{4,5})?")
_WHOLE = re.compile(
    rb"(?:[A-Za-z0-9+/=\s\\:.,()@<>_*|]|-(?!---))*+-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?: ?-{4,5})?"
)
_CUT = re.compile(
    rb"""(?x)
    (?: (?:\s|\\+[nrt])*+ (?: [A-Z][A-Za-z-]{2,30}:[ ][^\s"'\\]++ | [A-Za-z0-9+/=]{16,}+ ) )*+
    (?: (?:\s|\\+[nrt])*+ [A-Za-z0-9+/=]++ (?=\.\.\.|\xe2\x80\xa6|\\*["'`]|\Z) )?
    (?: -{1,5} (?:END?[A-Z0-9 ]*+-*+)? (?=\.\.\.|\xe2\x80\xa6|\\*["'`]|\Z) )?
    """
)
"""Lines as keys have them; only the last may be short, since it is where the text stops."""


def find_private_keys(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _ANY_KEY(data, position):
        start, position = hit
        if begin := _BEGIN.match(data, start):
            position = begin.end()
        body = _WHOLE.match(data, position) or _CUT.match(data, position)
        if body and body[0]:
            position = body.end()
            yield Finding(start, position, "private_key")
