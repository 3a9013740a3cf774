"""Finds the values of secret-like names, however they are written: JSON at any depth, reprs, YAML, code, variables.

A name is looked for first, then what joins it to a value, then where that ends; what the value looks like decides.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mcp_traces.redaction.boundaries import depth_of, end_of_string, out_of_escape
from mcp_traces.redaction.headers import authorization, cookies
from mcp_traces.redaction.names import MAX_NAME, SecretName, secret_name, spaced_name
from mcp_traces.redaction.patterns import Finding, compile_search
from mcp_traces.redaction.randomness import is_basic
from mcp_traces.redaction.unquoted import Bare, judge_bare
from mcp_traces.redaction.values import is_key_like, is_password_like, is_placeholder, is_prose

_LEAST_WEAK = 16
"""Characters that a value needs where its name alone says little: the `token` of a log may be a word."""

_LONG = 512

_WORD = "pass|pwd|kennwort|motdepasse|contrasena|mnemonic|phrase|secret|token|key|auth|bearer|credential|cookie|jwt|psk"
_NAME = rf"(?:(?:{_WORD}|(?:recovery|backup)[_-]?code)[a-z0-9_.-]*|p(?:at|w|sw)[0-9]?)"
_Q = r"\\*[\"'\x60]"
_BLANKS = r"(?:\s|\\{1,8}[nrt]){0,20}"
"""Also those that JSON around has spelled out."""

_IN_OBJECT = rf"\{{\s{{0,20}}{_Q}[a-z_]{{0,8}}value{_Q}\s{{0,9}}:\s{{0,20}}"
_TYPE = r"[a-z][a-z0-9_.]{0,40}(?:\[[a-z0-9_,. |]{0,40}\])?(?:\s?\|\s?[a-z0-9_.]{1,20})?"
"""Of a type that code gives between a name and its value."""

_JOINED = (
    rf"{_Q}\]?{_BLANKS}(?:=>|[:=,]){_BLANKS}(?:\[{_BLANKS}|{_IN_OBJECT})?[bur]?{_Q}",
    rf"{_Q}\s{{1,20}}value\s{{0,3}}=\s{{0,3}}{_Q}",
    rf"(?:\s{{0,4}}:\s{{0,4}}{_TYPE})?\s{{0,20}}(?::=|=>|={{1,3}}|:)\s{{0,20}}[\[(]?\s{{0,4}}"
    rf"(?:Secret[a-z]{{0,8}}\()?[burf]?{_Q}",
    rf"\s{{1,3}}{_Q}",
    r"\s{0,20}(?::=|[:=])[ \t]{0,20}[^\s\"'\x60]",
    r">[^<\s]",
    r"\s{1,3}is\s{0,3}[:=]?\s{0,3}[^\s\"'\x60]",
)
_AFTER_PASSWORD = r"[ \t]{1,2}[^\s\"'\x60:=]{8}"
_AFTER_FLAG = r"[ \t]{1,8}[^\s\"'\x60:=-]"
_CANDIDATE = compile_search(
    rf"{_NAME}(?:{'|'.join(_JOINED)})|--[a-z0-9-]*{_NAME}{_AFTER_FLAG}|password{_AFTER_PASSWORD}", any_case=True
)

_NAME_BEFORE = re.compile(rb"[A-Za-z0-9_.-]*\Z")
_NAME_CHARACTER = re.compile(rb"[A-Za-z0-9_.-]")
_NAME_REST = re.compile(rb"[A-Za-z0-9_.-]*")

_QUOTED_NAME = re.compile(
    rb"""(?xi)
    (?P<before> \\*) ["'`] \]? (?:\s|\\{1,8}[nrt]){0,20}
    (?: , \s{0,20} \\*["'`] value \\*["'`] \s{0,9} : \s{0,20}
        (?: \{ \s{0,9} \\*["'`] [a-z_]{0,20} \\*["'`] \s{0,9} : \s{0,20} )?
      | value \s{0,3} = \s{0,3}
      | (?:=>|[:=]) (?:\s|\\{1,8}[nrt]){0,20}+ (?P<list> \[ (?:\s|\\{1,8}[nrt]){0,20}+ )?
        (?: \{ \s{0,20} \\*["'`] [a-z_]{0,8}value \\*["'`] \s{0,9} : \s{0,20} )?
      | (?P<pair> ,) \s{0,20}
    )
    [bur]? (?P<backslashes> \\*) (?P<quote> ["'`])
    """
)
"""What joins a quoted name to a quoted value: JSON and reprs, also `"name": "x", "value": …`, and pairs of headers."""

_BARE_NAME = re.compile(
    rb"""(?xi)
    (?: \s{0,4} : \s{0,4} [a-z][a-z0-9_.]{0,40} (?:\[[a-z0-9_,.\ |]{0,40}\])? (?:\s?\|\s?[a-z0-9_.]{1,20})?
        (?=\s{0,20}=)
    )?
    (?: \s{0,20} (?: :=|=>|={1,3}|: ) \s{0,20} (?P<list> [\[(] \s{0,4} )? (?:Secret[a-z]{0,8}\()? [burf]?
      | (?P<space> \s{1,3} )
    )
    (?P<backslashes> \\*) (?P<quote> ["'`])
    """
)
"""What joins a name that is not quoted to a value that is: YAML, code, XML's attributes, SQL."""

_NEXT_ITEM = re.compile(rb"\\*[\"'`]\s*,(?:\s|\\{1,8}[nrt]){0,20}+[bur]?(?P<backslashes>\\*)(?P<quote>[\"'`])")
_PAIR_BEFORE = re.compile(rb"[\[(]\s*[bur]?\\*[\"'`][A-Za-z0-9_.-]*\Z")
_OUTSIDE = re.compile(rb"\s*[,:\]})]|\s*\Z")
"""How the text goes on behind a quote that closes."""


class _Value(NamedTuple):
    """`plain` tells that it stands under a name of its own, so that nothing else can be meant."""

    start: int
    end: int
    plain: bool


def find_fields(data: bytes) -> Iterator[Finding]:
    position = 0
    names: dict[bytes, SecretName | None] = {}
    while hit := _CANDIDATE(data, position):
        start, position = _name_around(data, hit[0])
        text = data[start:position]
        if text not in names:
            names[text] = secret_name(text)
        name = names[text]
        if not (name and name.strong) and data[start - 1 : start] == b" ":
            name = spaced_name(data[max(start - MAX_NAME, 0) : start], text) or name
        if name:
            found, seen = _values_of(data, Bare(start, position, name))
            yield from found
            # What was no secret may hold one, but nobody looks at the same long value again and again.
            position = max(position, seen if seen - position > _LONG else 0, found[-1].end if found else 0)


def _name_around(data: bytes, position: int) -> tuple[int, int]:
    """Where the name begins and ends of which `position` is a part."""
    rest = _NAME_REST.match(data, position)
    start = position
    if position and _NAME_CHARACTER.match(data, position - 1):
        before = _NAME_BEFORE.search(data, max(position - MAX_NAME, 0), position)
        start = out_of_escape(data, before.start() if before else position)
    return start, max(rest.end() if rest else position, position + 1)


def _values_of(data: bytes, place: Bare) -> tuple[list[Finding], int]:
    """The secrets behind a name, and how far that was looked at for nothing else."""
    if joined := _QUOTED_NAME.match(data, place.end):
        plain = not joined["pair"]
        if joined["quote"] == b'"' and depth_of(len(joined["backslashes"])) < depth_of(len(joined["before"])):
            return [], place.end  # the end of a string around the name
        if plain or _PAIR_BEFORE.search(data, max(place.start - 10, 0), place.end):
            return [*_strings(data, place.name, joined, plain=plain)], place.end
    elif joined := _BARE_NAME.match(data, place.end):
        if not _OUTSIDE.match(data, joined.end()):
            return [*_strings(data, place.name, joined, plain=not joined["space"])], place.end
    else:
        return judge_bare(data, place)
    return [], place.end


def _strings(data: bytes, name: SecretName, joined: re.Match[bytes], *, plain: bool) -> Iterator[Finding]:
    """The string behind `joined`, or each of a list of strings."""
    match: re.Match[bytes] | None = joined
    while match:
        start = match.end()
        end = end_of_string(data, start, match["quote"], len(match["backslashes"]))
        yield from _secrets_in(data, _Value(start, end, plain), name)
        in_list = joined.groupdict().get("list") is not None
        match = _NEXT_ITEM.match(data, end) if in_list else None


def _secrets_in(data: bytes, value: _Value, name: SecretName) -> Iterator[Finding]:
    special = _SPECIAL.get(name.kind)
    if special:
        yield from special(data, value.start, value.end, quoted=value.plain)
    elif _is_secret(data[value.start : value.end], name, plain=value.plain):
        yield Finding(value.start, value.end, name.kind)


_SPECIAL: dict[str, Callable[..., Iterator[Finding]]] = {"authorization": authorization, "cookie": cookies}


def _is_secret(text: bytes, name: SecretName, *, plain: bool) -> bool:
    if is_placeholder(text) or is_prose(text):
        return False
    if not plain:
        return name.strong and b" " not in text and is_password_like(text)
    if name.strong:
        return True
    if name.kind == "password":
        return b" " not in text and is_password_like(text)
    return is_key_like(text, _LEAST_WEAK) or (name.kind == "credential" and is_basic(text))
