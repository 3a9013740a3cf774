"""Finds credentials of HTTP headers: after `Bearer` and `Basic` anywhere, and in `Authorization` and cookies.

The values of both keep what is not secret: the scheme, the names, `Path` and `Expires`.
"""

from collections.abc import Iterator

from mcp_traces.redaction.boundaries import begins_word, is_cut
from mcp_traces.redaction.names import secret_name
from mcp_traces.redaction.scanning import Finding, Patterns
from mcp_traces.redaction.values import is_basic, is_mixed, is_placeholder, is_prose, is_random

_RE = Patterns("headers")
_LEAST = 12
_CUT_LEAST = 8
_KINDS = {b"bearer": "bearer_token", b"basic": "basic_auth"}

_FAR = 4096


def credential_at(data: bytes, start: int) -> Finding | None:
    """What follows the `Bearer` or `Basic` at `start`, when it is not a word."""
    scheme = _RE.scheme.match(data, start)
    token = _RE.token68.match(data, scheme.end()) if scheme else None
    if scheme is None or token is None or not begins_word(data, start):
        return None
    kind, end = _KINDS[scheme[1].lower()], token.start() + len(token[0].rstrip(b"."))
    return Finding(token.start(), end, kind) if _is_credential(data, token.start(), end, kind) else None


def _is_credential(data: bytes, start: int, end: int, kind: str) -> bool:
    text = data[start:end]
    if is_placeholder(text):
        return False
    if kind == "basic_auth":
        return is_basic(text)
    return is_random(text, _LEAST) or (len(text) >= _CUT_LEAST and is_mixed(text) and is_cut(data, end))


def authorization(data: bytes, start: int, end: int, *, quoted: bool) -> Iterator[Finding]:
    """The secret parts of an `Authorization` header's value; `quoted`: the value has an end of its own."""
    scheme = _RE.authorization_scheme.match(data, start, end)
    if scheme and _RE.with_parameters.match(scheme[1]):
        yield from _parameters(data, scheme.end())
        return
    begin = scheme.end() if scheme else start
    if not quoted:
        token = _RE.token68.match(data, begin, end)
        end = begin + len(token[0].rstrip(b".")) if token else begin
    text = data[begin:end]
    if not quoted and data[end : end + 1] in (b"[", b"(", b"|"):
        return
    if is_placeholder(text) or is_prose(text) or not (quoted or (len(text) >= _CUT_LEAST and is_mixed(text))):
        return
    if scheme or quoted or is_random(text, _LEAST):
        yield Finding(begin, end, _KINDS.get(scheme[1].lower(), "authorization") if scheme else "authorization")


def _parameters(data: bytes, start: int) -> Iterator[Finding]:
    """Digest and its like prove the credential in one parameter of several."""
    listed = _RE.parameters.match(data, start, start + _FAR)
    for one in _RE.secret_parameter.finditer(data, start, listed.end() if listed else start):
        if not is_placeholder(one[1]):
            yield Finding(one.start(1), one.end(1), "authorization")


def cookies(data: bytes, start: int, end: int, *, quoted: bool) -> Iterator[Finding]:
    """The values of session cookies and of those that look random in a `Cookie` or `Set-Cookie` header's value."""
    found = False
    for pair in _RE.cookie.finditer(data, start, end):
        found = True
        name, value = pair[1], pair[2]
        if _RE.cookie_attribute.fullmatch(name) or is_placeholder(value):
            continue
        named = _RE.session.search(name) or secret_name(name)
        if (named and len(value) >= 4) or is_random(value, _LEAST):
            yield Finding(pair.start(2), pair.end(2), "cookie")
    if not found and quoted and is_random(data[start:end], _LEAST):
        yield Finding(start, end, "cookie")
