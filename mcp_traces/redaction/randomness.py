"""Whether a text looks as machines make keys: of letters and digits mixed, with few words in it."""

import base64
import binascii
import re

_SEGMENT = re.compile(rb"[A-Za-z0-9+/~]+")
_DIGIT = re.compile(rb"[0-9]")
_LETTER = re.compile(rb"[A-Za-z]")
_UPPER = re.compile(rb"[A-Z]")
_LOWER = re.compile(rb"[a-z]")

LOOKED_AT = 512
"""Bytes that decide; nobody waits for the entropy of a megabyte."""

_CASES_ALONE = 16
"""Without a digit, so many letters of both cases are no word."""


def is_mixed(text: bytes) -> bool:
    """Letters and digits, or letters of both cases too many for a word."""
    head = text[:LOOKED_AT]
    if not _LETTER.search(head):
        return False
    if _DIGIT.search(head):
        return True
    return len(head) >= _CASES_ALONE and bool(_UPPER.search(head) and _LOWER.search(head))


def is_varied(text: bytes) -> bool:
    """Not one character or two again and again, as in `xxxxxxxx` or `00000000`."""
    head = text[:LOOKED_AT]
    return len(set(head)) >= min(8, (len(head) + 1) // 2)


def longest_run(text: bytes) -> int:
    """The most characters in `text` with no `-`, `_`, `.` or space among them."""
    return max((len(run) for run in _SEGMENT.findall(text[:LOOKED_AT])), default=0)


def is_random(text: bytes, least: int) -> bool:
    """At least so many characters, mixed and varied, with a run that is longer than words joined by hyphens have."""
    if len(text) < least or not is_mixed(text) or not is_varied(text):
        return False
    return longest_run(text) >= min(10, least) and not _is_wordy(text)


def _is_wordy(text: bytes) -> bool:
    """Words and a number, such as `conversation2024`: no digit but at the end, and one case."""
    runs = _SEGMENT.findall(text[:LOOKED_AT])
    return all(re.fullmatch(rb"[A-Z]?[a-z]*[0-9]{0,4}|[A-Z]*[0-9]{0,4}", run) for run in runs)


def is_jwt(text: bytes) -> bool:
    """Whether `text` begins with the header of a JSON Web Token, as far as it goes."""
    header = decoded(text.split(b".", 1)[0][:LOOKED_AT])
    if header[:1] != b"{":
        return False
    return any(b'"%s"' % name in header for name in (b"alg", b"typ", b"kid", b"enc"))


def is_basic(text: bytes) -> bool:
    """Whether `text` is `user:password` in base64, as in a Basic header."""
    user, colon, password = decoded(text[:LOOKED_AT]).partition(b":")
    return bool(colon and password) and all(0x20 <= byte < 0x7F for byte in user + password)


def decoded(text: bytes) -> bytes:
    """`text` from base64 of either alphabet, as far as whole groups go; empty when it is none."""
    groups = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    rest = len(groups) % 4
    whole = groups + b"=" * (4 - rest) if rest > 1 else groups[: len(groups) - rest]
    try:
        return base64.b64decode(whole, validate=True)
    except binascii.Error:
        return b""
