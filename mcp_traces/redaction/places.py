"""Finds credentials by where they are: in URLs, commands, PEM files, after the word for a password in a language."""

import re

from mcp_traces.redaction.headers import cookies
from mcp_traces.redaction.scanning import Finding, Patterns, patterns
from mcp_traces.redaction.values import is_key_like, is_password_like, is_placeholder

_RE = Patterns("places")


def _also_spelled_out(one: str) -> str:
    """The same, or as JSON in ASCII has it: MLflow writes `пароль` as `\\u043f\\u0430…`."""
    spelled = "".join(character if character.isascii() else rf"\\{{1,8}}u{ord(character):04x}" for character in one)
    return f"{one}|{spelled}"


_COMMANDS = "|".join(patterns("commands"))
_SAID = (
    rf"(?:{'|'.join(map(_also_spelled_out, patterns('said')))})\s{{0,3}}"
    rf"(?:{'|'.join(map(_also_spelled_out, (':', '=', '：', 'は', '是')))})\s{{0,3}}"
)
SEARCHED = "|".join((*patterns("places"), rf"(?i:(?:{_COMMANDS})[^\s\"'\x60\\]+)", rf"{_SAID}[^\s\"'\x60\\<>,;]"))

_WITH_PORTS = frozenset((b"http", b"https", b"ws", b"wss", b"file"))
"""Schemes that precede a host and its port more often, also ports by a name, than a user and half a password."""

_COMMAND = re.compile(f"(?i){_COMMANDS}".encode())
_CLIENTS = (b"curl", b"wget", b"http")
_FAR = 400
"""How far before `-u` its `curl` may be."""

_SAID_BEFORE = re.compile(_SAID.encode())


def place_at(data: bytes, start: int, end: int) -> tuple[Finding | None, int]:
    """The credential that a search found by its place from `start` to `end`, and how far to look on."""
    for read in (_cookie_flag, _url_password, _signature, _private_key, _command, _said):
        found = read(data, start, end)
        if found is not None:
            return found
    return None, start + 1


def _cookie_flag(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    flag = _RE.cookie_before.match(data, start)
    if flag is None:
        return None
    line = _RE.arguments.match(data, flag.end(), flag.end() + _FAR)
    found = next(cookies(data, flag.end(), line.end() if line else flag.end(), quoted=False), None)
    return found, found.end if found else flag.end()


def _url_password(data: bytes, start: int, end: int) -> tuple[Finding | None, int] | None:
    if data[start : start + 1] == b"@":
        dsn = _RE.dsn_before.search(data, max(start - 130, 0), start)
        secret = dsn is not None and not is_placeholder(dsn[1])
        return Finding(dsn.start(1), start, "password") if dsn and secret else None, end
    parts = _RE.parts.match(data, start)
    if parts is None:
        return None
    stop = end - 1
    if data[stop:end] != b"@":
        tail = _RE.cut_tail.search(data[parts.end() : end])
        stop = end - len(tail[0]) if tail else end
        scheme = _RE.scheme.search(data[max(start - 30, 0) : start])
        cut_password = is_password_like(data[parts.end() : stop])
        if scheme is None or scheme[0].lower() in _WITH_PORTS or not cut_password:
            return None, parts.end()
    secret = not is_placeholder(data[parts.end() : stop])
    return Finding(parts.end(), stop, "password") if secret else None, stop if secret else parts.end()


def _signature(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    value = _RE.query_value.match(data, start)
    if value is None:
        return None
    secret = is_key_like(value[1], 16) and not is_placeholder(value[1])
    return Finding(value.start(1), value.end(1), "signature") if secret else None, value.end() if secret else start + 1


def _command(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    before = _COMMAND.match(data, start)
    argument = _RE.argument.match(data, before.end()) if before else None
    if before is None or argument is None:
        return None
    if before[0][:10] == b"identified" and not _RE.of_user.search(data, max(start - _FAR, 0), start):
        return None, before.end()
    near = data[max(start - _FAR, 0) : start]
    is_client = not _RE.flag.match(data, start) or any(client in near for client in _CLIENTS)
    is_word = before[0].endswith((b'"', b"'")) and data[argument.end() : argument.end() + 1] == b" "
    if not is_client or is_word or argument[0].isdigit() or argument[0].startswith(b"-") or is_placeholder(argument[0]):
        return None, before.end()
    return Finding(argument.start(), argument.end(), "password"), argument.end()


def _said(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    before = _SAID_BEFORE.match(data, start)
    value = _RE.said_value.match(data, before.end()) if before else None
    if before is None or value is None:
        return None
    text = value[0].rstrip(b".")
    if text.isascii() and is_password_like(text) and not is_placeholder(text):
        return Finding(value.start(), value.start() + len(text), "password"), value.end()
    return None, before.end()


def _private_key(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    begin = _RE.begin.match(data, start)
    if begin is None:
        return None
    body = _RE.whole.match(data, begin.end()) or _RE.cut.match(data, begin.end())
    if body and body[0]:
        return Finding(start, body.end(), "private_key"), body.end()
    return None, begin.end()
