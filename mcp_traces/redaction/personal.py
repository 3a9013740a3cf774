"""Finds e-mail addresses, phone numbers, payment cards and IBANs; the last two by their checksums."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.boundaries import begins_word
from mcp_traces.redaction.scanning import Finding, Patterns, compile_search, patterns, words

_RE = Patterns("personal")
_EMAIL, _PHONE, _CARD, _IBAN = (compile_search("|".join(patterns(one))) for one in ("email", "phone", "card", "iban"))
_FILES = words("files")
_IBAN_LENGTHS = {country[:2]: int(country[2:]) for country in words("ibans")}
_MAX_LOCAL = 64
_PHONE_DIGITS = range(7, 16)


def find_personal(data: bytes) -> Iterator[Finding]:
    yield from _emails(data)
    yield from _cards(data)
    yield from _ibans(data)
    yield from _phones(data)


def _emails(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _EMAIL(data, position):
        at, position = hit[0] + 1, hit[1]
        local = _RE.local.search(data, max(at - _MAX_LOCAL, 0), at)
        domain = _RE.domain.match(data, at)
        if local and _RE.in_url.search(data, max(local.start() - _MAX_LOCAL, 0), local.start()):
            continue
        if local and domain and domain[2].lower() not in _FILES and not data.startswith(b":", domain.end()):
            position = domain.end()
            yield Finding(local.start(), position, "email")


def _phones(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _PHONE(data, position):
        position = hit[1]
        number = _RE.digits.search(data, hit[0], hit[1])
        if number is None or not _stands_alone(data, number.start(), number.end()):
            continue
        digits = re.sub(rb"[^0-9]", b"", number[0])
        if len(digits) in _PHONE_DIGITS and len(set(digits)) > 2:
            yield Finding(number.start(), number.end(), "phone")


def _cards(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _CARD(data, position):
        start, position = hit
        text = data[start:position]
        digits = re.sub(rb"[ -]", b"", text)
        known = _RE.card_groups.fullmatch(text) and _RE.card_issuers.fullmatch(digits)
        if known and _stands_alone(data, start, position) and _passes_luhn(digits):
            yield Finding(start, position, "card_number")


def _ibans(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _IBAN(data, position):
        start, position = hit
        end = _iban_end(data, start)
        if end and begins_word(data, start) and not _RE.alnum.match(data, end) and _passes_mod_97(data[start:end]):
            position = end
            yield Finding(start, end, "iban")


def _iban_end(data: bytes, start: int) -> int | None:
    """Where an IBAN from `start` on would end, by its country."""
    length = _IBAN_LENGTHS.get(data[start : start + 2])
    found = re.compile(rb"[A-Z0-9](?: ?[A-Z0-9]){%d}" % (length - 1)).match(data, start) if length else None
    return found.end() if found else None


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Whether no letter, digit or sign makes it a part of something longer: a float, an id, a version."""
    if start and _RE.joins_numbers.match(data, start - 1) and not begins_word(data, start):
        return False
    before = data[start - 1 : start]
    return before not in (b".", b"-", b"/", b"=") and not re.match(rb"[0-9A-Za-z_]|[.,:/-][0-9]", data[end : end + 2])


def _passes_luhn(digits: bytes) -> bool:
    doubled = [int(digit) * 2 if at % 2 else int(digit) for at, digit in enumerate(reversed(digits.decode()))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _passes_mod_97(iban: bytes) -> bool:
    text = iban.replace(b" ", b"").decode()
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1
