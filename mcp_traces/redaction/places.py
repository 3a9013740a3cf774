"""Finds credentials by where they are: in URLs, commands, PEM files, and after the word for a password in any language."""

import re

from mcp_traces.redaction.headers import cookies
from mcp_traces.redaction.scanning import Finding
from mcp_traces.redaction.values import is_key_like, is_password_like, is_placeholder

_USER_INFO = (
    r"""://[^\s/?#"'<>@\\:\x60]*:[^\s/?#"'<>\\\x60]+@"""
    r"""|://[^\s/?#"'<>@\\:\x60]+:[^\s/?#"'<>\\@:,\x60]*[^\s/?#"'<>\\@:,.0-9\x60][^\s/?#"'<>\\@:,\x60]*"""
    r"""(?:\.\.\.|\xe2\x80\xa6|\\*["'\x60]|$)"""
    r"""|:thin:[^\s/?#"'<>@\\:]+/[^\s/?#"'<>@\\]+@"""
)
"""With a host after it, or cut before that."""

_DSN = r"@(?:tcp|unix)\("
"""As Go writes it: `user:password@tcp(host:3306)/database`."""

_QUERY = r"""(?i:[?&;](?:amp;)?(?:[a-z0-9_-]*sig(?:nature)?|key|hmac|code)=[^&\s"'<>\\#\x60]{16})"""

_FLAG = r"""(?:-u|--user|--proxy-user|--http-user)\\*["']?[ =,]{1,3}\\*["']?[^\s:"'\\]+:"""
_COMMANDS = (
    rf"(?P<flag>[\s\"'\[]{_FLAG})"
    r"|login\s+[^\s/]+\s+password\s+"
    r"""|sshpass\s+-p\s?\\*["']?"""
    r"""|IDENTIFIED\s+(?:WITH\s+\S+\s+)?BY\s+(?:PASSWORD\s+)?\\*["']"""
    r"""|redis-cli[^\r\n"']{0,80}\s-a\s+|(?:mysql|mariadb)[a-z]{0,6}[^\r\n"']{0,80}\s-p|wandb\s+login\s+"""
    r"""|(?:docker|podman|helm)[a-z ]{1,12}login\s[^\r\n"']{0,80}-p\s+\\*["']?"""
    r"""|(?:sqlcmd|bcp|mongo(?:sh)?|mongodump|ldap[a-z]{3,8})\s[^\r\n"']{0,80}\s-[pPw]\s+\\*["']?"""
    r"""|-pass(?:in|out)?\s+pass:|htpasswd\s+-[a-z]*b[a-z]*\s+\S+\s+\S+\s+\\*["']?"""
    r"""|net\s+use\s[^\r\n"']{0,80}/user:\S+\s+|requirepass\s+\\*["']?|masterauth\s+\\*["']?"""
    r"""|:(?:5432|5433|6432|\*):[^\s:"']+:[^\s:"']+:"""
)
"""What precedes a password in a command, in .netrc, .pgpass, redis.conf and SQL."""

_WORDS = (
    "mot de passe|Mot de passe|contraseña|Contraseña|senha|Senha|parola|Parola|hasło|Hasło|wachtwoord|Wachtwoord"
    "|lösenord|Lösenord|adgangskode|Adgangskode|salasana|şifre|Şifre|пароль|Пароль|密码|密碼|パスワード"
    "|비밀번호|كلمة المرور|סיסמה|पासवर्ड"
)


def _also_spelled_out(words: str) -> str:
    """The same, or as JSON in ASCII has it: MLflow writes `пароль` as `\\u043f\\u0430…`."""
    spelled = "".join(one if one.isascii() else rf"\\{{1,8}}u{ord(one):04x}" for one in words)
    return f"(?:{words}|{spelled})"


_SAID = rf"{_also_spelled_out(_WORDS)}\s{{0,3}}{_also_spelled_out(':|=|：|は|是')}\s{{0,3}}"

_PEM = "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|---- BEGIN SSH2 [A-Z0-9 ]{0,40}PRIVATE KEY"
_PUTTY = r"Private-Lines: [0-9]{1,3}"

_COOKIE_FLAG = r"""[\s](?:-b|--cookie)[ =]\\*["']?[^\s"'=\\]{1,60}=[^\s"']{4}"""

SCANNED = "|".join(
    (
        _COOKIE_FLAG,
        _USER_INFO,
        _DSN,
        _QUERY,
        "(?i:(?:" + _COMMANDS.replace("?P<flag>", "?:") + r")[^\s\"'\x60\\]+)",
        rf"{_SAID}[^\s\"'\x60\\<>,;]",
        _PEM,
        _PUTTY,
    )
)

_PARTS = re.compile(rb"(?:://[^:]*:|:[tT][hH][iI][nN]:[^/]*/)")
_DSN_BEFORE = re.compile(rb"[\w.-]{1,40}:([^\s\"'`<>/\\:]{1,80})\Z")
_CUT_TAIL = re.compile(rb"(?:\.\.\.|\xe2\x80\xa6)?(?:\\*[\"'`])?\Z")
_SCHEME = re.compile(rb"[A-Za-z0-9+.-]{1,30}\Z")
_WITH_PORTS = frozenset((b"http", b"https", b"ws", b"wss", b"file"))
"""Schemes that precede a host and its port more often, also ports by a name, than a user and half a password."""

_QUERY_VALUE = re.compile(rb"[?&;](?:amp;)?[A-Za-z0-9_-]+=([^&\s\"'<>\\#`]+)")
_COMMAND = re.compile(_COMMANDS.encode(), re.IGNORECASE)
_COOKIE_BEFORE = re.compile(rb"\s(?:-b|--cookie)[ =]\\*[\"']?")
_ARGUMENTS = re.compile(rb"[^\r\n\"'\\]*")
_ARGUMENT = re.compile(rb"[^\s\"'`\\]+")
_CLIENTS = (b"curl", b"wget", b"http")
_FAR = 400
"""How far before `-u` its `curl` may be."""

_OF_USER = re.compile(rb"(?i)\b(?:create|alter|grant|set)\b")
_SAID_BEFORE = re.compile(_SAID.encode())
_SAID_VALUE = re.compile(rb"[^\s\"'`\\<>,;]+")

_BEGIN = re.compile(rb"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?: ?-{4,5})?|Private-Lines: [0-9]{1,3}")
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
"""Lines as keys have them; only the last may be short, since the text stops there."""


def place_at(data: bytes, start: int, end: int) -> tuple[Finding | None, int]:
    """The credential that a search found by its place from `start` to `end`, and how far to look on."""
    for read in (_cookie_flag, _url_password, _signature, _private_key, _command, _said):
        found = read(data, start, end)
        if found is not None:
            return found
    return None, start + 1


def _cookie_flag(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    flag = _COOKIE_BEFORE.match(data, start)
    if flag is None:
        return None
    line = _ARGUMENTS.match(data, flag.end(), flag.end() + _FAR)
    found = next(cookies(data, flag.end(), line.end() if line else flag.end(), quoted=False), None)
    return found, found.end if found else flag.end()


def _url_password(data: bytes, start: int, end: int) -> tuple[Finding | None, int] | None:
    if data[start : start + 1] == b"@":
        dsn = _DSN_BEFORE.search(data, max(start - _FAR, 0), start)
        secret = dsn is not None and not is_placeholder(dsn[1])
        return Finding(dsn.start(1), start, "password") if dsn and secret else None, end
    parts = _PARTS.match(data, start)
    if parts is None:
        return None
    stop = end - 1
    if data[stop:end] != b"@":
        tail = _CUT_TAIL.search(data[parts.end() : end])
        stop = end - len(tail[0]) if tail else end
        scheme = _SCHEME.search(data[max(start - 30, 0) : start])
        if scheme is None or scheme[0].lower() in _WITH_PORTS:
            return None, parts.end()
    secret = not is_placeholder(data[parts.end() : stop])
    return Finding(parts.end(), stop, "password") if secret else None, stop if secret else parts.end()


def _signature(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    value = _QUERY_VALUE.match(data, start)
    if value is None:
        return None
    secret = is_key_like(value[1], 16) and not is_placeholder(value[1])
    return Finding(value.start(1), value.end(1), "signature") if secret else None, value.end() if secret else start + 1


def _command(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    before = _COMMAND.match(data, start)
    argument = _ARGUMENT.match(data, before.end()) if before else None
    if before is None or argument is None:
        return None
    if before[0][:10] == b"identified" and not _OF_USER.search(data, max(start - _FAR, 0), start):
        return None, before.end()
    is_client = not before["flag"] or any(data.rfind(one, max(start - _FAR, 0), start) != -1 for one in _CLIENTS)
    if not is_client or argument[0].isdigit() or argument[0].startswith(b"-") or is_placeholder(argument[0]):
        return None, before.end()
    return Finding(argument.start(), argument.end(), "password"), argument.end()


def _said(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    before = _SAID_BEFORE.match(data, start)
    value = _SAID_VALUE.match(data, before.end()) if before else None
    if before is None or value is None:
        return None
    text = value[0].rstrip(b".")
    if text.isascii() and is_password_like(text) and not is_placeholder(text):
        return Finding(value.start(), value.start() + len(text), "password"), value.end()
    return None, before.end()


def _private_key(data: bytes, start: int, _end: int) -> tuple[Finding | None, int] | None:
    begin = _BEGIN.match(data, start)
    if begin is None:
        return None
    body = _WHOLE.match(data, begin.end()) or _CUT.match(data, begin.end())
    if body and body[0]:
        return Finding(start, body.end(), "private_key"), body.end()
    return None, begin.end()
