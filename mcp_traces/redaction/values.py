"""What a value under a secret-like name is: a credential, or a placeholder, a reference, a piece of code, prose."""

import re

from mcp_traces.redaction.names import secret_name
from mcp_traces.redaction.randomness import LOOKED_AT, is_mixed, is_random

MASK_BEGINS = b"[masked"

_NOTHING = frozenset(
    b"""
    none null nil undefined nan true false yes no on off n/a na tbd todo unknown empty default disabled enabled
    str string text bytes int integer number float bool boolean object array any type secretstr optional required
    redacted masked hidden filtered removed omitted encrypted secure sensitive invalid missing expired basic bearer
    example placeholder changeme change-me change_me dummy fake sample value data input key header query body self name
    pw pwd pass passwd password passphrase secret token apikey api-key api_key cred creds auth port user username
    the a an is was are and or for to in of must should cannot please not from with your my this that it see via if
    inherit
    """.split()
)
_PLACEHOLDER = re.compile(
    rb"""(?isx)
    <[^<>]*>? | \{+[^{}]*\}* | \[\w[\w\s:-]*\]?
    | \$\{.* | \$\(.* | \$[A-Za-z_]\w* | %[A-Za-z_]\w*% | %\(?\w*\)?[sdrifx]
    | [^*]*\*\*\*.* | \.{2,} | x{3,} | 0+ | [*#_.-]+
    | [a-z]{2,4}[-_](?:[a-z]{2,4}\d{0,2}-)?\.{3} | [\w-]{0,12}(?:\.\.\.|\xe2\x80\xa6)[\w-]{1,6}
    | [\s"'\\]*(?:your|my|the|insert|enter|replace|put|add|some|example|dummy|fake|sample)
      [-_ ][\w. -]{0,60}?(?:key|token|secret|password|credentials?|here|value)\w*
    """
)
"""Marks, variables, formats, keys that were shortened before (`sk-...abcd`), and `your-api-key-here`."""

_REFERENCE = re.compile(
    rb"""(?isx)
    (?:os\.(?:environ|getenv)|process\.env|import\.meta\.env|system\.getenv|getenv|env[.:(\[]|std::env|Deno\.env
      |secrets?(?:manager)?[.:(\[/]|vault[:/]|keyvault|op://|ssm[:/]|arn:aws|projects/[\w-]+/secrets|file:|ref\+|!Ref
      |!Sub|@Microsoft\.KeyVault|https?://[^@\s]*\Z|/(?:run|etc|var|home|usr|tmp|mnt|opt|Users|root)(?:/|\Z)|\.{1,2}/|~/)
    """
)
_CODE = re.compile(
    rb"""(?sx)
    (?:await\s|new\s|lambda\b|not\s|f?["']) .*
    | [A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*[(\[] .*
    | [A-Za-z_]\w*(?:(?:\.|->|::|\?\.)[A-Za-z_]\w*)+
    | [a-z]*(?:[A-Z]{1,6}[a-z]{2,})+[A-Z]{0,6}[)\]}]*
    | [a-z]+(?:_[a-z]+)+[)\]}]*
    """
)
"""What a program writes where its credential comes from elsewhere."""

_PROSE = re.compile(
    rb"(?i)\b(?:must|required|cannot|can't|invalid|characters|missing|optional|incorrect|field|does not|is not"
    rb"|should|forgot|enter|please|used to|the user|which|whether)\b"
)
_ESCAPED_SPACE = re.compile(rb"\\+(?:[nrt]|u00[01][0-9a-f])")
_IDENTIFIER = re.compile(rb"[A-Za-z_][A-Za-z_]*[0-9]?")
_SYMBOL = re.compile(rb"[A-Za-z0-9][^A-Za-z0-9\s.,:;'\"()_/-]|[!@#$%^&*+~][A-Za-z0-9]")


def is_placeholder(value: bytes) -> bool:
    """Whether `value` stands for a credential that is not there: `***`, `<token>`, `${API_KEY}`, `your-key-here`."""
    head = _ESCAPED_SPACE.sub(b" ", value[:LOOKED_AT]).strip()
    if (
        head.startswith(MASK_BEGINS)
        or head.lower().rstrip(b".,:;!?)]}") in _NOTHING
        or not _has_letters_or_digits(head)
    ):
        return True
    if _PLACEHOLDER.fullmatch(head) or _REFERENCE.match(head):
        return True
    return _IDENTIFIER.fullmatch(head) is not None and secret_name(head) is not None


def is_code(value: bytes) -> bool:
    """Whether `value`, which nobody has quoted, is an expression of a program."""
    return _CODE.fullmatch(value[:LOOKED_AT]) is not None


def is_prose(value: bytes) -> bool:
    """Whether `value` says something about a credential: `must have 8 characters`."""
    head = value[:LOOKED_AT]
    return b" " in head.strip() and _PROSE.search(head) is not None


def is_password_like(value: bytes) -> bool:
    """Whether a word in running text can hardly be anything else: `hunter2`, `s3cr3t!`, `Tr0ub4dor&3`."""
    return len(value) >= 5 and (is_mixed(value) or _SYMBOL.search(value[:LOOKED_AT]) is not None)


def is_complex(value: bytes) -> bool:
    """Whether `value` has what password rules ask for, so that it can be no word even without a colon before it."""
    head = value[:LOOKED_AT]
    return len(head) >= 8 and is_mixed(head) and _SYMBOL.search(head) is not None


def is_key_like(value: bytes, least: int) -> bool:
    """Whether `value` looks as if a machine had made it."""
    return b" " not in value[:LOOKED_AT] and is_random(value, least)


def _has_letters_or_digits(value: bytes) -> bool:
    if value[:1].isalnum():
        return True
    return any(character.isalnum() for character in value.decode("utf-8", "replace"))
