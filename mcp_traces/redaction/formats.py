"""The table of published credential formats (formats.csv), and how to find a credential of one of them in a text.

A row has the prefixes a service gives its keys, the characters that follow them, how many, and where that is published.
Where the known part stands in the middle of the key, `before` says what precedes it.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from mcp_traces.redaction.boundaries import begins_word, ends_escape, ends_word, is_cut
from mcp_traces.redaction.scanning import Finding
from mcp_traces.redaction.values import is_jwt, is_mixed, is_varied, is_wordy, longest_run

_SCANNED = 8
"""So many characters after a prefix are part of the search; the rest is checked where they were found."""

_SHORT = 3
"""A prefix this short proves little: nothing of base64 may precede it, and the key needs a long run without hyphens."""

_CUT = 10
_LOOKED_AT = 4096
"""Bytes of a key that decide: what begins like keys again and again is not followed to its end each time."""

_COMMON = frozenset((b"live_", b"test_", b"key_", b"secret_", b"sk_", b"secret-", b"local-"))
"""Prefixes that names in code have too: their keys need a digit."""


_ALPHABETS = {
    "digits": "0-9",
    "hex": "0-9a-f",
    "Hex": "0-9a-fA-F",
    "hex-": "0-9a-f-",
    "hexu": "0-9a-f_",
    "lower": "a-z0-9",
    "lower-": "a-z0-9-",
    "lower_": "a-z0-9_",
    "lower$": "a-z0-9$",
    "upper": "A-Z0-9",
    "upper-": "A-Z0-9-",
    "UPPER-": "A-Z0-9-",
    "UPPER.": "A-Z0-9.",
    "b32": "a-z2-7",
    "alnum": "A-Za-z0-9",
    "alnum_": "A-Za-z0-9_",
    "alnum-": "A-Za-z0-9-",
    "word": "A-Za-z0-9_-",
    "word=": "A-Za-z0-9_=-",
    "word:": "A-Za-z0-9_:-",
    "dotted": "A-Za-z0-9_.-",
    "dotted=": "A-Za-z0-9_.=-",
    "dotted!": "A-Za-z0-9_.!*-",
    "b64": "A-Za-z0-9+/=",
    "b64.": "A-Za-z0-9+/=.",
    "b64@": "A-Za-z0-9+/=@_-",
    "b64url": "A-Za-z0-9+/=_-",
    "b64url.": "A-Za-z0-9+/=_.-",
    "b64url:": "A-Za-z0-9+/=_:$-",
    "b64urlc": "A-Za-z0-9+/=_,-",
    "url": "A-Za-z0-9+/=_.~%-",
    "url*": "A-Za-z0-9+/=_.~%*-",
    "path": "A-Za-z0-9/_+-",
    "path@": "A-Za-z0-9/_+@-",
    "entra": "A-Za-z0-9_~.-",
    "checkout": "a-z0-9*#$=-",
    "clickup": "A-Z0-9_",
    "convex": "A-Za-z0-9:|=_-",
    "asana": "0-9a-f/:",
    "pd": "A-Za-z0-9_+-",
}
_SHAPES = {
    "none": "",
    "uuid": "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "discord": r"[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}",
    "mailgun": "[0-9a-f]{8}-[0-9a-f]{8}",
    "airtable": r"[A-Za-z0-9]{14}\.[0-9a-f]{64}",
    "salesforce": "[A-Za-z0-9]{12}![A-Za-z0-9_.-]{80,}",
    "okta": "(?:[A-Za-z_]|[0-9][A-Za-z_])[A-Za-z0-9_-]{38,39}",
}
"""What follows a prefix where that is more than characters of one alphabet."""


class Format(NamedTuple):
    """One prefix of a row. `most` is 0 where a longer key is one too.

    Where the prefix stands in the middle, `before` matches all that can precede it, of which there are `lengths`.
    """

    kind: str
    prefix: bytes
    body: re.Pattern[bytes]
    least: int
    most: int
    before: re.Pattern[bytes] | None
    lengths: range
    shaped: bool


def rows() -> list[dict[str, str]]:
    """The rows of formats.csv: service, kind, before, prefixes, alphabet, length, source."""
    text = files("mcp_traces.redaction").joinpath("formats.csv").read_text(encoding="utf-8")
    return [*csv.DictReader(text.splitlines())]


def token_at(data: bytes, start: int) -> Finding | None:
    """The credential of a known format whose prefix begins at `start`."""
    head = data[start : start + 2]
    for one in _BY_HEAD.get(head) or _BY_HEAD.get(head[:1], ()):
        if data.startswith(one.prefix, start):
            found = _with_prefix(data, start, one)
            if found:
                return found
    return None


def scanned() -> str:
    """For one search: each prefix with as much of what follows as makes it rare. Sorted, which RE2 turns into a tree."""
    patterns: list[tuple[str, str]] = []
    for row in rows():
        least, alphabet = int(row["length"].split("-")[0]), row["alphabet"]
        for prefix in _prefixes(row):
            is_rare = len(prefix) > _SHORT + 1 or prefix.isupper() or prefix in ("hf_", "eyJ")
            count = least if len(prefix) < _SHORT else min(least, _SCANNED if is_rare else 2 * _SCANNED)
            body = _SHAPES[alphabet] if alphabet in _SHAPES else f"[{_ALPHABETS[alphabet]}]{{{count}}}"
            patterns.append((prefix, re.escape(prefix) + body))
    return "|".join(pattern for _, pattern in sorted(patterns))


def _with_prefix(data: bytes, prefix: int, one: Format) -> Finding | None:
    start = prefix
    if one.before:
        start = _start_of(data, prefix, one.before, one.lengths)
        if start is None:
            return None
    elif not begins_word(data, prefix) or (_proves_little(one) and data[prefix - 1 : prefix] in (b"+", b"/", b"-")):
        return None
    begin = prefix + len(one.prefix)
    body = one.body.match(data, begin, begin + _LOOKED_AT)
    if body and len(body[0]) == _LOOKED_AT and _is_made(data[start : body.end()], body[0], one):
        body = one.body.match(data, begin)
    if body is None:
        return None
    text = body[0].rstrip(b".")
    end = body.start() + len(text)
    if (one.shaped and not ends_word(data, end)) or not _is_whole(data, end, text, one) or not _is_made(data[start:end], text, one):
        return None
    secret = data.index(b"/", start) + 1 if one.kind.endswith("_webhook") else start
    return Finding(secret, end, one.kind)


def _start_of(data: bytes, prefix: int, before: re.Pattern[bytes], lengths: range) -> int | None:
    """Where the characters before a prefix begin, when there are as many as there can be."""
    for length in lengths:
        start = prefix - length
        if start >= 0 and before.fullmatch(data, start, prefix):
            if start == 0 or not before.fullmatch(data, start - 1, start) or ends_escape(data, start):
                return start
    return None


def _is_whole(data: bytes, end: int, body: bytes, one: Format) -> bool:
    if len(body) >= one.least:
        return not one.most or len(body) <= one.most
    cut = 16 if one.prefix == b"sk-" else 0 if _proves_little(one) else min(_CUT, one.least // 2)
    return bool(cut) and not one.before and len(body) >= cut and is_cut(data, end)


def _is_made(token: bytes, body: bytes, one: Format) -> bool:
    """Whether a machine made it: `sk-learn-pipeline-with-scaler` and `ghp_xxxxxxxx` are not keys."""
    if one.kind == "jwt":
        return is_jwt(token) or one.prefix == b"ZXlK"
    text = token if one.before else body
    if not is_varied(text) or (one.prefix in _COMMON and not any(48 <= byte < 58 for byte in body)):
        return False
    if one.shaped:
        return is_mixed(text)
    little = _proves_little(one)
    mixed = is_mixed(text) or (not little and not text.islower() and not text.isupper() and not is_wordy(text))
    return mixed and longest_run(text) >= min(16 if little else 5, one.least or 16, len(text))


def _proves_little(one: Format) -> bool:
    return len(one.prefix) <= _SHORT and (one.prefix.isalnum() or one.prefix == b"sk-") and one.kind != "jwt"


def _prefixes(row: dict[str, str]) -> list[str]:
    # A prefix of Fly.io has a blank in it.
    return row["prefixes"].replace("FlyV1 ", "FlyV1\0").replace(" ", "\n").replace("\0", " ").split("\n")


def _class_of(alphabet: str) -> str:
    return _ALPHABETS.get(alphabet, "0-9a-fA-F-").replace("=", "")


def _formats(row: dict[str, str]) -> Iterator[Format]:
    least, _, most = row["length"].partition("-")
    alphabet = row["alphabet"]
    body = _SHAPES[alphabet] if alphabet in _SHAPES else f"[{_ALPHABETS[alphabet]}]*"
    run, _, count = row["before"].partition(":")
    first, _, last = count.partition("-")
    before = re.compile(f"[{_class_of(run)}]+".encode()) if run else None
    lengths = range(int(first), int(last or first) + 1) if run else range(0)
    compiled = re.compile(body.encode())
    for prefix in _prefixes(row):
        yield Format(row["kind"], prefix.encode(), compiled, int(least), int(most or 0), before, lengths, alphabet in _SHAPES)


def _by_head() -> dict[bytes, tuple[Format, ...]]:
    heads: dict[bytes, list[Format]] = defaultdict(list)
    for row in rows():
        for one in _formats(row):
            heads[one.prefix[:2]].append(one)
    return {head: tuple(sorted(found, key=lambda one: -len(one.prefix))) for head, found in heads.items()}


_BY_HEAD = _by_head()
