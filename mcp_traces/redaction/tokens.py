"""Finds credentials by what services print at their beginning, or in their middle: see vendors.py."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.boundaries import begins_word, ends_word, is_cut
from mcp_traces.redaction.patterns import Finding, compile_search
from mcp_traces.redaction.randomness import is_jwt, is_mixed, is_varied, longest_run
from mcp_traces.redaction.vendors import SHAPES, TOKENS, Token

_ENOUGH = 6
"""So many characters behind a beginning are looked for in all of a text; the others only where these were found."""

_ANY_TOKEN = compile_search("|".join(f"(?:{token.begins})[{token.body}]{{{_ENOUGH}}}" for token in TOKENS))
_WHICH_TOKEN = re.compile(
    "|".join(f"(?P<t{i}>{token.begins})(?=[{token.body}]{{{_ENOUGH}}})" for i, token in enumerate(TOKENS)).encode()
)
_BODIES = {token.body: re.compile(f"[{token.body}]+".encode()) for token in TOKENS}
_ANY_SHAPE = compile_search("|".join(f"(?:{shape.mark})" for shape in SHAPES))
_WHICH_SHAPE = re.compile("|".join(f"(?P<s{i}>{shape.mark})" for i, shape in enumerate(SHAPES)).encode())
_BEFORE = [re.compile(f"{shape.before}\\Z".encode()) for shape in SHAPES]
_MOST_BEFORE = 80

_AWS_KEY_ID = "aws_access_key"
_AWS_SECRET = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])")
_AWS_NEAR = 120
"""Within so many bytes behind an access key its secret is looked for, which nothing else tells from a hash."""


def find_tokens(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _ANY_TOKEN(data, position):
        finding, position = _token_at(data, hit[0])
        if finding:
            yield finding
            if finding.kind == _AWS_KEY_ID:
                yield from _aws_secret_near(data, finding.end)


def find_shapes(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _ANY_SHAPE(data, position):
        mark, position = hit
        if which := _WHICH_SHAPE.match(data, mark):
            finding = _shape_at(data, mark, which.end(), int((which.lastgroup or "")[1:]))
            if finding:
                yield finding


def _shape_at(data: bytes, mark: int, end: int, row: int) -> Finding | None:
    before = _BEFORE[row].search(data[max(mark - _MOST_BEFORE, 0) : mark])
    if before is None:
        return None
    start = mark - len(before[0])
    if not (begins_word(data, start) and ends_word(data, end) and is_varied(data[start:end])):
        return None
    kind = SHAPES[row].kind
    return Finding(data.index(b"/", start) + 1 if kind.endswith("_webhook") else start, end, kind)


def _token_at(data: bytes, start: int) -> tuple[Finding | None, int]:
    """The token that begins at `start`, and where to look on."""
    which = _WHICH_TOKEN.match(data, start)
    if which is None:
        return None, start + 1
    if not begins_word(data, start):
        return None, which.end()
    token = TOKENS[int((which.lastgroup or "")[1:])]
    body = _BODIES[token.body].match(data, which.end())
    text = body[0].rstrip(b".-") if body else b""
    end = which.end() + len(text)
    if _is_whole(token, text, data, end) and _is_token(token, data[start:end], text):
        return Finding(start, end, token.kind), end
    return None, max(end, which.end())


def _is_whole(token: Token, body: bytes, data: bytes, end: int) -> bool:
    if len(body) >= token.least:
        return not token.most or (len(body) <= token.most and ends_word(data, end))
    return bool(token.cut) and len(body) >= token.cut and is_cut(data, end)


def _is_token(token: Token, text: bytes, body: bytes) -> bool:
    if token.kind == "jwt":
        return is_jwt(text)
    mixed = is_mixed(body) or (body.isupper() and len(body) == token.most)
    return mixed and is_varied(body) and longest_run(body) >= min(token.run, len(body))


def _aws_secret_near(data: bytes, position: int) -> Iterator[Finding]:
    for match in _AWS_SECRET.finditer(data, position, position + _AWS_NEAR):
        if is_mixed(match[0]) and not match[0].islower():
            yield Finding(match.start(), match.end(), "aws_secret_key")
