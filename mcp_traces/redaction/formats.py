"""The table of published credential formats (formats.csv), and how to find a credential of one of them in a text.

A row has the prefixes that a service gives its keys, the characters that follow (a class, or the whole shape), how
many, and where that is published. Where the known part is in the middle of a key, `before` says what precedes it.
"""

import csv
import re
from collections import defaultdict
from importlib.resources import files
from typing import NamedTuple

from mcp_traces.redaction.boundaries import begins_word, ends_escape, ends_word, is_cut
from mcp_traces.redaction.scanning import Finding
from mcp_traces.redaction.values import is_jwt, is_mixed, is_random, is_varied, is_wordy, longest_run

_SEARCHED = 8
"""So many characters after a prefix are part of the search; the rest is checked where they were found."""

_SHORT = 3
"""A prefix this short proves little: nothing of base64 may precede it, and the key needs a long run without hyphens."""

_CUT = 10
_LOOKED_AT = 512
"""Bytes of a key that decide: what begins like keys again and again is not followed to its end each time."""

_COMMON = frozenset((b"live_", b"test_", b"key_", b"secret_", b"sk_", b"secret-", b"local-", b"sandbox_", b"s."))
"""Prefixes that names in code have too: their keys need a digit."""


class Format(NamedTuple):
    """One prefix of a row. `most` is 0 where a longer key is one too. `before` matches what precedes the prefix."""

    kind: str
    prefix: bytes
    body: re.Pattern[bytes]
    least: int
    most: int
    shaped: bool
    before: re.Pattern[bytes] | None
    lengths: range


def rows() -> list[dict[str, str]]:
    """The rows of formats.csv: service, kind, before, prefixes, follows, length, source."""
    text = files("mcp_traces.redaction").joinpath("formats.csv").read_text(encoding="utf-8")
    return [*csv.DictReader(text.splitlines())]


def searched() -> str:
    """A search for all prefixes, each with as much of what follows as makes it rare. Sorted, they become a tree."""
    patterns: list[tuple[str, str]] = []
    for row in rows():
        least = int(row["length"].split("-")[0])
        for prefix in prefixes(row):
            is_rare = len(prefix) > _SHORT + 1 or prefix.isupper() or prefix in ("hf_", "eyJ")
            count = least if len(prefix) < _SHORT else min(least, _SEARCHED if is_rare else 2 * _SEARCHED)
            body = row["follows"] if _is_shape(row) else f"{row['follows']}{{{count}}}"
            patterns.append((prefix, re.escape(prefix) + body))
    return "|".join(pattern for _, pattern in sorted(patterns))


def prefixes(row: dict[str, str]) -> list[str]:
    # Fly.io has a prefix with a blank.
    return [one.replace("FlyV1_", "FlyV1 ") for one in row["prefixes"].split(" ")]


def token_at(data: bytes, start: int) -> Finding | None:
    """The credential of a known format whose prefix begins at `start`."""
    head = data[start : start + 2]
    begins = begins_word(data, start)
    for one in _BY_HEAD.get(head) or _BY_HEAD.get(head[:1], ()):
        if (begins or one.before) and data.startswith(one.prefix, start) and (found := _with_prefix(data, start, one)):
            return found
    return None


def _with_prefix(data: bytes, prefix: int, one: Format) -> Finding | None:
    start = _start_of(data, prefix, one)
    if start is None:
        return None
    begin = prefix + len(one.prefix)
    body = one.body.match(data, begin, begin + _LOOKED_AT)
    if body and len(body[0]) == _LOOKED_AT and _is_made(data[start : body.end()], body[0], one):
        body = one.body.match(data, begin)
    if body is None:
        return None
    text = body[0].rstrip(b".")
    end = body.start() + len(text)
    whole = _is_whole(data, end, text, one) and not (one.shaped and not ends_word(data, end))
    if not whole or not _is_made(data[start:end], text, one):
        return None
    secret = data.index(b"/", start) + 1 if one.kind.endswith("_webhook") else start
    return Finding(secret, end, one.kind)


def _start_of(data: bytes, prefix: int, one: Format) -> int | None:
    """Where the key begins: at its prefix, or before that by one of the lengths there are."""
    if one.before is None:
        in_base64 = _proves_little(one) and data[prefix - 1 : prefix] in (b"+", b"/", b"-")
        return None if in_base64 else prefix
    for start in (prefix - length for length in one.lengths if length <= prefix):
        alone = start == 0 or not one.before.fullmatch(data, start - 1, prefix) or ends_escape(data, start)
        if one.before.fullmatch(data, start, prefix) and alone:
            return start
    return None


def _is_whole(data: bytes, end: int, body: bytes, one: Format) -> bool:
    if len(body) >= one.least:
        return not one.most or len(body) <= one.most
    cut = (
        16 if one.prefix == b"sk-" else 0 if _proves_little(one) or one.prefix in _COMMON else min(_CUT, one.least // 2)
    )
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
    if one.before and one.kind == "api_key":
        return is_random(body, 20)
    little = _proves_little(one)
    mixed = is_mixed(text) or (not little and not text.islower() and not text.isupper() and not is_wordy(text))
    return mixed and longest_run(text) >= min(16 if little else 5, one.least or 16, len(text))


def _proves_little(one: Format) -> bool:
    return len(one.prefix) <= _SHORT and (one.prefix.isalnum() or one.prefix == b"sk-") and one.kind != "jwt"


def _is_shape(row: dict[str, str]) -> bool:
    return not row["follows"].endswith("]")


def _by_head() -> dict[bytes, tuple[Format, ...]]:
    heads: dict[bytes, list[Format]] = defaultdict(list)
    for row in rows():
        least, _, most = row["length"].partition("-")
        body = re.compile((row["follows"] + ("" if _is_shape(row) else "*")).encode())
        run, _, counts = row["before"].rstrip("}").partition("]{")
        first, _, last = counts.partition(",")
        before = re.compile(f"{run}]+".encode()) if run else None
        lengths = range(int(first), int(last or first) + 1) if run else range(0)
        for prefix in prefixes(row):
            one = Format(
                row["kind"], prefix.encode(), body, int(least), int(most or 0), _is_shape(row), before, lengths
            )
            heads[one.prefix[:2]].append(one)
    return {head: tuple(sorted(found, key=lambda one: -len(one.prefix))) for head, found in heads.items()}


_BY_HEAD = _by_head()
