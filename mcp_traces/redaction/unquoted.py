"""Finds the values of secret-like names that nobody has quoted: `password=x&…`, `TOKEN=x`, `password: x`, `--key x`.

Here a name may as well be a word of a sentence, and a value a piece of code; so it counts how the two are joined.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mcp_traces.redaction.boundaries import ends_line, is_cut, starts_line
from mcp_traces.redaction.headers import authorization, cookies
from mcp_traces.redaction.names import SecretName
from mcp_traces.redaction.patterns import Finding
from mcp_traces.redaction.randomness import is_mixed
from mcp_traces.redaction.values import is_code, is_complex, is_key_like, is_password_like, is_placeholder

_LEAST_WEAK = 16
_LEAST_WEAK_TIGHT = 12
_LEAST_IN_URL = 8
_LEAST_BEHIND_BLANK = 8
_LEAST_ALONE = 4
"""Characters of a word that stands alone behind its name on a line."""

_JOINED = re.compile(
    rb"""(?xi)
    (?P<tight> =) (?=[^\s=])
    | (?P<xml> >)
    | (?: \s{0,20} (?: :=|=|: ) [ \t]{0,20} | \s{1,3} is \b \s{0,3} [:=]? \s{0,3} )
    | (?P<flag> [ \t]{1,8}) (?=[^\s:=-])
    """
)
_ENV_VALUE = re.compile(rb"(?:[^\s\"'`<>\\]|\\++(?![\"'nrt]))+")
_VALUE = re.compile(
    rb"""(?x)
    (?: [^\s"'`<>\\&;,)\]}|]
      | \\++ (?!["'nrt])
      | [&;,)\]}|] (?! [\s"'`<\\&;,)\]}|] | \Z | (?:amp;)?[\w.$%-]{1,40}= )
    )+
    """
)
"""Up to a blank or a quote, or to a separator behind which another name or nothing comes."""

_XML_VALUE = re.compile(rb"(?:[^<\r\n\"'`\\]|\\++(?![\"'nrt]))+")
_REST_OF_LINE = re.compile(rb"[^\r\n\"'`<>\\]*")
_FAR = 4096
"""So much of a header is looked at."""

_OF_HEADERS: dict[str, Callable[..., Iterator[Finding]]] = {"authorization": authorization, "cookie": cookies}

_ENV_NAME = re.compile(rb"[A-Z][A-Z0-9_]*")


class Bare(NamedTuple):
    """A secret-like name, where it stands, and what it says."""

    start: int
    end: int
    name: SecretName


def judge_bare(data: bytes, bare: Bare) -> tuple[list[Finding], int]:
    """What is secret behind a name that is joined to its value without quotes, and how far that was looked at."""
    joined = _JOINED.match(data, bare.end)
    if joined is None or _is_no_assignment(data, bare, joined):
        return [], bare.end
    start, kind = joined.end(), bare.name.kind
    if kind in _OF_HEADERS:
        line = _REST_OF_LINE.match(data, start, start + _FAR)
        end = line.end() if line else start
        return [*_OF_HEADERS[kind](data, start, end, quoted=False)], end
    value = _value_pattern(data, bare, joined).match(data, start)
    if value is None:
        return [], start
    text = value[0].rstrip(b".,:;" if not joined["xml"] else b" \t\r\n")
    secret = not is_placeholder(text) and _is_secret(data, bare, joined, text)
    return [Finding(start, start + len(text), kind)] if secret else [], value.end()


def _is_no_assignment(data: bytes, bare: Bare, joined: re.Match[bytes]) -> bool:
    if joined["flag"]:
        return not data.startswith(b"--", bare.start) and bare.name.kind != "password"
    if joined["xml"]:
        return data[bare.start - 1 : bare.start] not in (b"<", b":")
    return False


def _value_pattern(data: bytes, bare: Bare, joined: re.Match[bytes]) -> re.Pattern[bytes]:
    if joined["xml"]:
        return _XML_VALUE
    of_environment = (
        joined["tight"] and _ENV_NAME.fullmatch(data, bare.start, bare.end) and starts_line(data, bare.start)
    )
    return _ENV_VALUE if of_environment or joined["flag"] else _VALUE


def _is_secret(data: bytes, bare: Bare, joined: re.Match[bytes], text: bytes) -> bool:
    in_url = bool(joined["tight"]) and data[bare.start - 1 : bare.start] in (b"?", b"&")
    is_variable = bool(joined["tight"]) and _ENV_NAME.fullmatch(data, bare.start, bare.end) is not None
    if not in_url and not is_variable and is_code(text):
        return False
    if not bare.name.strong:
        if bare.name.kind == "password":
            return is_password_like(text) and not _is_path(text)
        if in_url:
            return len(text) >= _LEAST_IN_URL and is_password_like(text)
        return is_key_like(text, _LEAST_WEAK_TIGHT if joined["tight"] or joined["flag"] else _LEAST_WEAK)
    if joined["xml"]:
        return data.startswith((b"</", b"<\\/"), joined.end() + len(text)) or (
            is_cut(data, joined.end() + len(text)) and is_mixed(text)
        )
    if joined["flag"] and not data.startswith(b"--", bare.start):
        return is_complex(text) or is_key_like(text, _LEAST_BEHIND_BLANK)
    if joined["tight"] or joined["flag"]:
        return not _is_argument(data, joined.end() + len(text), text)
    if is_password_like(text) and not _is_path(text):
        return True
    # `secret: db-credentials` names one, and `password: letmein` is one.
    if bare.name.kind in ("secret", "token") or len(text) < _LEAST_ALONE or not joined[0].endswith((b": ", b"= ")):
        return False
    return starts_line(data, bare.start) and ends_line(data, joined.end() + len(text))


def _is_argument(data: bytes, end: int, text: bytes) -> bool:
    """Whether `text` is a variable that code hands on: `connect(secret=found, …)`."""
    return text.isalpha() and text.islower() and data[end : end + 1] in (b",", b")")


def _is_path(text: bytes) -> bool:
    return text.startswith((b"/", b"./", b"~/"))
