"""What a value under a secret name is: a credential, a placeholder, a reference, code, prose; and what looks random."""

import base64
import binascii
import re

from mcp_traces.redaction.scanning import Patterns, words

_RE = Patterns("values")
MASK_BEGINS = b"[masked"
LOOKED_AT = 512
"""Bytes that decide: the entropy of a megabyte is not worth its time."""

_VARIED_IN = 128
_CASES_ALONE = 16
"""Without a digit, a mixture of that many letters of both cases is not a word."""

_NOTHING = words("nothing")
_DIGIT, _LETTER, _UPPER, _LOWER = (re.compile(one) for one in (rb"[0-9]", rb"[A-Za-z]", rb"[A-Z]", rb"[a-z]"))


def is_placeholder(value: bytes) -> bool:
    """Whether `value` stands for a credential that is not there: `***`, `<token>`, `${API_KEY}`, `your-key-here`."""
    head = value[:LOOKED_AT]
    if b"\\" in head:
        head = _RE.escaped_space.sub(b" ", head)
    head = head.strip()
    if (
        head.startswith(MASK_BEGINS)
        or head.lower().rstrip(b".,:;!?)]}") in _NOTHING
        or not _has_letters_or_digits(head)
    ):
        return True
    return bool(_RE.placeholder.fullmatch(head) or _RE.reference.match(head) or _RE.variable.fullmatch(head))


def is_code(value: bytes) -> bool:
    """Whether `value`, which has no quotes, is an expression of a program."""
    return _RE.code.fullmatch(value[:LOOKED_AT].rstrip(b")]},;:")) is not None


def is_prose(value: bytes) -> bool:
    """Whether `value` says something about a credential: `must have 8 characters`."""
    head = value[:LOOKED_AT]
    return b" " in head.strip() and _RE.prose.search(head) is not None


def is_password_like(value: bytes) -> bool:
    """Whether a word in running text can hardly be anything else: `hunter2`, `s3cr3t!`, `Tr0ub4dor&3`."""
    return len(value) >= 5 and (is_mixed(value) or _RE.symbol.search(value[:LOOKED_AT]) is not None)


def is_complex(value: bytes) -> bool:
    """Whether `value` has what password rules ask for, so that it is not a word even without a colon before it."""
    head = value[:LOOKED_AT]
    return (
        len(head) >= 8
        and min(head) > 0x20
        and head.isascii()
        and is_mixed(head)
        and _RE.symbol.search(head) is not None
    )


def is_key_like(value: bytes, least: int) -> bool:
    """Whether `value` looks as if a machine had made it."""
    return b" " not in value[:LOOKED_AT] and is_random(value, least)


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
    head = text[:_VARIED_IN]
    return len(set(head)) >= min(8, (len(head) + 1) // 2)


def longest_run(text: bytes) -> int:
    """The most characters in `text` without `-`, `_`, `.` or space among them."""
    return max((len(run) for run in _RE.segment.findall(text[:LOOKED_AT])), default=0)


def is_random(text: bytes, least: int) -> bool:
    """At least that many characters, mixed and varied, with a run that is longer than words joined by hyphens have."""
    if len(text) < least or not is_mixed(text) or not is_varied(text):
        return False
    return longest_run(text) >= min(10, least) and not is_wordy(text)


def is_wordy(text: bytes) -> bool:
    """Words and a number, such as `conversation2024` or `remoteGlobalIdString`."""
    return all(_RE.wordy.fullmatch(run) or _is_camel(run) for run in _RE.segment.findall(text[:LOOKED_AT]))


def _is_camel(run: bytes) -> bool:
    return run.isalpha() and len(run) >= 3 * len(_RE.hump.findall(run))


def is_jwt(text: bytes) -> bool:
    """Whether `text` begins with the header of a JSON Web Token, as far as it goes."""
    header = decoded(text.split(b".", 1)[0][:LOOKED_AT])
    if header.lstrip()[:1] != b"{":
        return False
    return any(b'"%s"' % name in header for name in (b"alg", b"typ", b"kid", b"enc"))


def is_basic(text: bytes) -> bool:
    """Whether `text` is `user:password` in base64, as in a Basic header."""
    user, colon, password = decoded(text[:LOOKED_AT]).partition(b":")
    return bool(colon and password) and all(0x20 <= byte < 0x7F for byte in user + password)


def decoded(text: bytes) -> bytes:
    """`text` from base64 of either alphabet, as far as whole groups go; empty when it is not base64."""
    groups = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    rest = len(groups) % 4
    whole = groups + b"=" * (4 - rest) if rest > 1 else groups[: len(groups) - rest]
    try:
        return base64.b64decode(whole, validate=True)
    except binascii.Error:
        return b""


def _has_letters_or_digits(value: bytes) -> bool:
    if value[:1].isalnum():
        return True
    return any(character.isalnum() for character in value.decode("utf-8", "replace"))
