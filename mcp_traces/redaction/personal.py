"""Finds e-mail addresses, phone numbers, payment cards and IBANs; the last two by their checksums."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.boundaries import begins_word
from mcp_traces.redaction.scanning import Finding, compile_search

_EMAIL = compile_search(r"[A-Za-z0-9_%+-]@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2}")
_DOMAIN = re.compile(rb"@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*?\.([A-Za-z]{2,24}))(?![A-Za-z0-9]|\.[A-Za-z0-9])")
_LOCAL = re.compile(rb"(?:[A-Za-z0-9_%+]|\xc3[\x80-\xbf])(?:[A-Za-z0-9._%+'-]|\xc3[\x80-\xbf])*\Z")
_MAX_LOCAL = 64
_IN_URL = re.compile(rb"://[^\s/@]*\Z")
"""Before what is a user and a password, and behind them a host."""

_FILES = frozenset(b"png jpg jpeg gif svg webp avif ico css js ts jsx tsx py rb md txt json yaml yml html".split())
"""What stands behind `@2x.` and `@main.` is a file."""

_NUMBER = r"[0-9][0-9 ()./-]{5,18}[0-9]"
_PHONE = compile_search(
    rf"(?i)\+[1-9][0-9 ()./-]{{6,19}}[0-9]"
    rf"|\([2-9][0-9]{{2}}\) ?[2-9][0-9]{{2}}[ .-][0-9]{{4}}|[2-9][0-9]{{2}}-[2-9][0-9]{{2}}-[0-9]{{4}}"
    rf"|[2-9][0-9]{{2}}\.[2-9][0-9]{{2}}\.[0-9]{{4}}"
    rf"|(?:tel(?:ephone|efon)?|phone|mobile|cell|fax|handy|whatsapp)(?:[_ ]?(?:number|no|nr))?\.?[\"'\\]*\s?[:=]?\s?"
    rf"[\"'\\]*\(?{_NUMBER}"
)
_DIGITS = re.compile(rb"\+?[(0-9][0-9 ()./-]*[0-9]\Z")
_PHONE_DIGITS = range(7, 16)

_CARD = compile_search("[2-6](?:[ -]?[0-9]){12,18}")
_CARD_GROUPS = re.compile(
    rb"[0-9]{13,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?|3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5}"
)
_CARD_ISSUERS = re.compile(
    rb"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    rb"|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    rb"|62[0-9]{14,17}"
)
"""Beginnings and lengths: Visa, Mastercard, American Express, Diners Club, Discover, JCB, UnionPay."""

_IBAN = compile_search("[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4} ?[A-Z0-9]{3}")
_IBAN_LENGTHS = {
    length: frozenset(countries.split())
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "PT ST",
        26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU",
        31: "MT SC", 32: "LC",
    }.items()
}  # fmt: skip
_ALNUM = re.compile(rb"[A-Za-z0-9]")
_JOINS_NUMBERS = re.compile(rb"[0-9A-Za-z_.,+/=-]")


def find_personal(data: bytes) -> Iterator[Finding]:
    yield from _emails(data)
    yield from _cards(data)
    yield from _ibans(data)
    yield from _phones(data)


def _emails(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _EMAIL(data, position):
        at, position = hit[0] + 1, hit[1]
        local = _LOCAL.search(data, max(at - _MAX_LOCAL, 0), at)
        domain = _DOMAIN.match(data, at)
        if local and _IN_URL.search(data, max(local.start() - _MAX_LOCAL, 0), local.start()):
            continue
        if local and domain and domain[2].lower() not in _FILES and not data.startswith(b":", domain.end()):
            position = domain.end()
            yield Finding(local.start(), position, "email")


def _phones(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _PHONE(data, position):
        position = hit[1]
        number = _DIGITS.search(data, hit[0], hit[1])
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
        known = _CARD_GROUPS.fullmatch(text) and _CARD_ISSUERS.fullmatch(digits)
        if known and _stands_alone(data, start, position) and _passes_luhn(digits):
            yield Finding(start, position, "card_number")


def _ibans(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _IBAN(data, position):
        start, position = hit
        end = _iban_end(data, start)
        if end and begins_word(data, start) and not _ALNUM.match(data, end) and _passes_mod_97(data[start:end]):
            position = end
            yield Finding(start, end, "iban")


def _iban_end(data: bytes, start: int) -> int | None:
    """Where an IBAN from `start` on would end, by its country."""
    country = data[start : start + 2].decode()
    length = next((length for length, countries in _IBAN_LENGTHS.items() if country in countries), None)
    if length is None:
        return None
    found = re.compile(rb"[A-Z0-9](?: ?[A-Z0-9]){%d}" % (length - 1)).match(data, start)
    return found.end() if found else None


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Whether no letter, digit or sign makes it a part of something longer: a float, an id, a version."""
    if start and _JOINS_NUMBERS.match(data, start - 1) and not begins_word(data, start):
        return False
    before = data[start - 1 : start]
    return before not in (b".", b"-", b"/", b"=") and not re.match(rb"[0-9A-Za-z_]|[.,:/-][0-9]", data[end : end + 2])


def _passes_luhn(digits: bytes) -> bool:
    doubled = [int(digit) * 2 if at % 2 else int(digit) for at, digit in enumerate(reversed(digits.decode()))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _passes_mod_97(iban: bytes) -> bool:
    text = iban.replace(b" ", b"").decode()
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1
