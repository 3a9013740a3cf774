"""Finds the values of secret names, however name and value are written down.

JSON at any depth and in strings, reprs, YAML, code, variables of an environment, options of commands, XML, Markdown,
name/value objects, a name on one line with its value on the next. A search finds a name that is joined to something;
how it is joined, what the name says and what the value looks like decide.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mcp_traces.redaction import values
from mcp_traces.redaction.boundaries import depth_of, end_of_string, ends_line, is_cut, out_of_escape, starts_line
from mcp_traces.redaction.cells import cells_below
from mcp_traces.redaction.headers import authorization, cookies
from mcp_traces.redaction.names import MAX_NAME, SecretName, secret_name, spaced_name
from mcp_traces.redaction.scanning import Finding, Patterns, expanded, patterns, words

_RE = Patterns("pairs")
_LONG = 512
_FAR = 4096
"""So much of a header, a line or a table is looked at."""


def _searched() -> str:
    """A search for names that are joined to something."""
    after_loud = "|".join(patterns("joins"))
    after_noisy = "|".join(patterns("joins", string=expanded("%{long_string}"), bare=expanded("%{mixed}")))
    loud, noisy = expanded("%{loud}"), expanded("%{noisy}")
    return "|".join((f"(?i:{loud}(?:{after_loud}))", f"(?i:{noisy}(?:{after_noisy}))", *patterns("names")))


SEARCHED = _searched()

_NAME_CHARACTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
_DESCRIBES, _PLAIN_WORDS = words("describes"), words("plain")
_IN_URL = (b"?", b"&")
_MAX_LEAVES = 2000
_LEAST_NUMBER = 12
"""Digits of a token or key without a letter; fewer are a count."""

_LEAST_PIN = 5
_WITHOUT_BLANKS = ("token", "api_key", "jwt")
"""Kinds whose values have no blanks: what has them is a sentence."""


class Place(NamedTuple):
    """A secret name: where it is, and what it says."""

    start: int
    end: int
    name: SecretName


class Pairs(NamedTuple):
    """Secrets after a name; how far to look on, and how far containers have been walked through."""

    found: list[Finding]
    seen: int
    walked: int = 0


def is_name(data: bytes, hit: int) -> bool:
    """Whether a hit of the search is a name, rather than a place that has none."""
    return _RE.stem.match(data, hit) is not None


def last_column_at(data: bytes, hit: int, walked: int) -> Pairs | None:
    """The secrets below a header whose last name follows the delimiter at `hit`; None when it is not a header."""
    if not _RE.last_column.match(data, hit):
        return None
    cells, seen = cells_below(data, hit + 1) if hit >= walked else ([], walked)
    return Pairs(cells, hit + 1, seen)


def pair_at(data: bytes, hit: int, walked: int) -> Pairs:
    """The secrets that belong to the name around `hit`."""
    if data[hit - 1 : hit] == b'"' and (named := _RE.named.match(data, hit)):
        return _value_before(data, named)
    start, end = _name_around(data, hit)
    text = data[start:end]
    name = secret_name(text)
    if (name is None or name.strength != "strong") and data[start - 1 : start] == b" ":
        name = spaced_name(data[max(start - MAX_NAME, 0) : start], text) or name
    if name is None:
        return Pairs([], end)
    pairs = _values_of(data, Place(start, end, name), walked)
    if not pairs.found and start >= walked and _RE.more_columns.match(data, end):
        cells, seen = cells_below(data, start)
        return Pairs(cells, pairs.seen, seen)
    return pairs


def _name_around(data: bytes, position: int) -> tuple[int, int]:
    """Where the name begins and ends of which `position` is a part."""
    rest = _RE.name_rest.match(data, position)
    window = data[max(position - MAX_NAME, 0) : position]
    start = position - len(window) + len(window.rstrip(_NAME_CHARACTERS))
    if start < position:
        start = out_of_escape(data, start)
    return start, max(rest.end() if rest else position, position + 1)


def _values_of(data: bytes, place: Place, walked: int) -> Pairs:
    if joined := _RE.quoted_name.match(data, place.end):
        return _after_quoted(data, place, joined, walked)
    if joined := _RE.bare_name.match(data, place.end):
        if _RE.outside.match(data, joined.end()):
            return Pairs([], place.end)
        compared = b"==" in joined[0] and place.name.strength != "strong"
        plain = not (joined["space"] or joined["list"]) or data[place.start : place.end] == b"PASSWORD"
        found = [] if compared else [*_strings(data, place, joined, plain=plain)]
        return Pairs(found, place.end)
    return _after_bare(data, place)


def _value_before(data: bytes, named: re.Match[bytes]) -> Pairs:
    """The value of an object that has it before its name, as sorted keys have."""
    name = secret_name(named[1])
    place = Place(named.start(1), named.end(1), name) if name else None
    before = _RE.value_before.search(data, max(named.end() - _FAR, 0), named.end()) if place else None
    if place is None or before is None or not _is_secret(data, place, before[1]):
        return Pairs([], named.end(1))
    return Pairs([Finding(before.start(1), before.end(1), place.name.kind)], named.end(1))


def _after_quoted(data: bytes, place: Place, joined: re.Match[bytes], walked: int) -> Pairs:
    if joined["open"]:
        if joined["pair"] or place.start < walked or place.name.kind in _OF_HEADERS:
            return Pairs([], place.end)
        found, end = _leaves(data, joined.end() - 1, place.name, len(joined["before"]))
        return Pairs(found, place.end, end)
    if joined["number"]:
        strong = place.name.strength == "strong" and place.name.kind not in ("token", "api_key")
        quote = b"\\" * len(joined["before"]) + b'"'
        number = Finding(joined.start("number"), joined.end("number"), place.name.kind, quote)
        return Pairs([number] if strong else [], place.end)
    if joined["quote"] == b'"' and depth_of(len(joined["backslashes"])) < depth_of(len(joined["before"])):
        return Pairs([], place.end)  # the end of a string around the name
    plain = not joined["pair"]
    defined = _RE.defines.search(data, max(place.start - 20, 0), place.start) is not None
    if plain or defined or _RE.pair_before.search(data, max(place.start - 10, 0), place.end):
        return Pairs([*_strings(data, place, joined, plain=plain or defined)], place.end)
    return Pairs([], place.end)


def _strings(data: bytes, place: Place, joined: re.Match[bytes], *, plain: bool) -> Iterator[Finding]:
    """The string after `joined`, or each of a list of strings."""
    match: re.Match[bytes] | None = joined
    while match:
        start = match.end()
        end = end_of_string(data, start, match["quote"], len(match["backslashes"]))
        is_format = data[start - 2 : start - 1] in (b"f", b"F")
        special = _OF_HEADERS.get(place.name.kind)
        if special and not is_format:
            yield from special(data, start, end, quoted=plain)
        elif _is_secret(data, place, data[start:end], plain=plain) and not is_format:
            yield Finding(start, end, place.name.kind)
        in_list = joined.groupdict().get("list") is not None
        match = _RE.next_item.match(data, end) if in_list else None


def _is_secret(data: bytes, place: Place, text: bytes, *, plain: bool = True) -> bool:
    """Whether a value in quotes is one. `plain`: it has a name of its own, so that it cannot be anything else."""
    name = place.name
    if values.is_placeholder(text) or values.is_prose(text) or _names_one(text):
        return False
    if (name.kind in _WITHOUT_BLANKS and b" " in text) or (name.kind.endswith("_key") and _RE.dotted.fullmatch(text)):
        return False
    if not plain:
        return name.strength == "strong" and b" " not in text and values.is_password_like(text) and not text.isalpha()
    if name.strength == "strong" or (name.strength == "medium" and _is_variable(data, place)):
        return True
    if name.kind == "password":
        return b" " not in text and values.is_password_like(text)
    return values.is_key_like(text, 16) or (name.kind == "credential" and values.is_basic(text))


def _names_one(text: bytes) -> bool:
    """Whether a value is the name of a credential, as in `field = "client_secret"`."""
    if not _RE.identifier.fullmatch(text) or len(text) > MAX_NAME:
        return False
    return (b"_" in text or not (text.islower() or text.isupper())) and secret_name(text) is not None


def _is_variable(data: bytes, place: Place) -> bool:
    """Whether the name is written as those of an environment are, and joined to its value as there."""
    if not _RE.env_name.fullmatch(data, place.start, place.end):
        return False
    return data[place.end : place.end + 1] in (b"=", b":") or data[place.end : place.end + 3].lstrip(b"\\")[1:2] == b":"


def _leaves(data: bytes, start: int, name: SecretName, backslashes: int) -> tuple[list[Finding], int]:
    """The strings in the container that opens at `start`, but for those that describe it; and where it ends."""
    found: list[Finding] = []
    depth, position, key = 0, start, b""
    for _ in range(_MAX_LEAVES):
        part = _RE.leaf.search(data, position)
        if part is None:
            break
        position = part.end()
        if part[3]:
            depth, key = depth + 1, key if key.lower() not in _DESCRIBES else b"name"
        elif part[4]:
            depth -= 1
            if depth <= 0:
                break
            key = b""
        elif depth_of(len(part[1])) < depth_of(backslashes):
            break
        else:
            end = end_of_string(data, position, part[2], len(part[1]))
            text = data[position:end]
            if _RE.is_key.match(data, end):
                key = text
            elif not (key.lower() in _DESCRIBES or values.is_placeholder(text) or values.is_prose(text)) and (
                name.strength == "strong" or values.is_key_like(text, 16)
            ):
                found.append(Finding(position, end, name.kind))
            closed = _RE.closing.match(data, end)
            position = max(closed.end() if closed else end, position)
    return ([] if _is_schema(data[start : start + 200]) else found), position


def _is_schema(head: bytes) -> bool:
    return _RE.schema.search(head) is not None and b"value" not in head


_OF_HEADERS: dict[str, Callable[..., Iterator[Finding]]] = {"authorization": authorization, "cookie": cookies}


def _after_bare(data: bytes, place: Place) -> Pairs:
    """What is secret after a name that is joined to its value without quotes, and how far that was looked at."""
    joined = _RE.joined.match(data, place.end)
    if joined is None or _is_not_assignment(data, place, joined):
        return Pairs([], place.end)
    start, kind = joined.end(), place.name.kind
    if kind in _OF_HEADERS:
        line = _RE.rest_of_line.match(data, start, start + _FAR)
        end = line.end() if line else start
        found = [*_OF_HEADERS[kind](data, start, end, quoted=False)]
        return Pairs(found, found[-1].end if found else end if kind == "cookie" else place.end)
    listed = joined["next"] and place.name.strength == "strong" and kind != "secret"
    if listed and (items := [*_items(data, place)]):
        return Pairs(items, items[-1].end)
    value = _value_pattern(data, place, joined).match(data, start)
    if value is None:
        return Pairs([], place.end)
    text = value[0].rstrip(b".,:;" if not joined["tag"] else b" \t\r\n")
    if text.endswith((b"**", b"__")):
        text = text[:-2]
    if not _is_bare_secret(data, place, joined, text) or values.is_placeholder(text):
        return Pairs([], value.end() if len(text) > _LONG else place.end)
    return Pairs([Finding(start, start + len(text), kind)], value.end())


def _items(data: bytes, place: Place) -> Iterator[Finding]:
    """The items of a list of YAML, each on a line below its name."""
    item = _RE.list_item.match(data, place.end + 1) if data[place.end : place.end + 1] == b":" else None
    while item:
        if not values.is_placeholder(item[1]) and not values.is_code(item[1]):
            yield Finding(item.start(1), item.end(1), place.name.kind)
        item = _RE.list_item.match(data, item.end())


def _is_not_assignment(data: bytes, place: Place, joined: re.Match[bytes]) -> bool:
    if joined["tag"] and not joined["tag"].startswith((b":", b"<")) and joined["tag"] == b">":
        return data[place.start - 1 : place.start] not in (b"<", b":", b'"', b"'")
    return False


def _value_pattern(data: bytes, place: Place, joined: re.Match[bytes]) -> re.Pattern[bytes]:
    if joined["tag"]:
        return _RE.tag_value
    if joined["cell"]:
        return _RE.cell_value
    if joined["next"]:
        return _RE.line_value
    of_environment = (
        joined["tight"] and _RE.env_name.fullmatch(data, place.start, place.end) and starts_line(data, place.start)
    )
    return _RE.env_value if of_environment or joined["flag"] or joined["named"] else _RE.value


def _is_bare_secret(data: bytes, place: Place, joined: re.Match[bytes], text: bytes) -> bool:
    """Whether a value without quotes is one: the name may be a word of a sentence, and the value code."""
    name, end = place.name, joined.end() + len(text)
    in_url = bool(joined["tight"]) and data[place.start - 1 : place.start] in _IN_URL
    is_variable = _RE.env_name.fullmatch(data, place.start, place.end) is not None and not joined["flag"]
    if not in_url and not (is_variable and (joined["tight"] or joined["named"])) and values.is_code(text):
        return False
    if _is_count(data, end, text, joined, name) or (name.kind in _WITHOUT_BLANKS and b" " in text):
        return False
    if name.strength == "strong" or (name.strength == "medium" and is_variable and not joined["next"]):
        return _is_joined(data, place, joined, text)
    if name.kind == "password":
        return (
            (values.is_complex if joined["flag"] else values.is_password_like)(text)
            and not _is_path(text)
            and not joined["next"]
        )
    if in_url:
        return len(text) >= 8 and values.is_password_like(text)
    is_pair = name.kind == "credential" and values.is_basic(text) and values.is_mixed(text)
    return is_pair or values.is_key_like(text, 12 if joined["tight"] or joined["flag"] else 16)


def _is_count(data: bytes, end: int, text: bytes, joined: re.Match[bytes], name: SecretName) -> bool:
    """Whether a value is a number too small for a secret, or a type that a default value follows."""
    least = _LEAST_NUMBER if name.kind in ("token", "api_key") else 0 if joined["tight"] else _LEAST_PIN
    is_type = not joined["cell"] and data[end : end + 2] in (b" |", b" =")
    return (text.isdigit() and len(text) < least) or is_type


def _is_joined(data: bytes, place: Place, joined: re.Match[bytes], text: bytes) -> bool:
    """Whether a value after a strong name is joined to it, rather than the next word of a sentence or a program."""
    end = joined.end() + len(text)
    if joined["tag"]:
        closed = data.startswith((b"</", b"<\\/"), end) or data[end : end + 1].isspace()
        return (closed and not values.is_prose(text)) or (is_cut(data, end) and values.is_mixed(text))
    if joined["cell"]:
        return (
            b" " not in text and (values.is_password_like(text) or values.is_complex(text)) and not values.is_code(text)
        )
    if joined["next"]:
        return (
            values.is_complex(text)
            or values.is_key_like(text, 8)
            or (b":" in joined[0] and len(text) >= 6 and values.is_mixed(text))
        )
    if joined["flag"]:
        if data.startswith(b"--", place.start) or data[place.start - 1 : place.start] == b"-":
            return not text.startswith(b"|") and text.lower() not in _PLAIN_WORDS
        return values.is_complex(text) or values.is_key_like(text, 8)
    if joined["named"]:
        return True
    if joined["tight"]:
        return not _is_argument(data, place.start, end, text)
    return (values.is_password_like(text) and not _is_path(text)) or _is_line(data, place, joined, text)


def _is_line(data: bytes, place: Place, joined: re.Match[bytes], text: bytes) -> bool:
    """Whether a name and a word that could be any are all there is on a line, as in YAML and INI."""
    if b"." in data[place.start : place.end] and joined[0].startswith(b" "):
        return False  # `self.password = value`
    if len(text) < 4 or joined["says"] or not joined[0].endswith((b": ", b"= ", b"> ", b":", b"** ")):
        return False
    if place.name.kind == "secret" and b"-" not in text:
        return False
    return starts_line(data, place.start) and ends_line(data, joined.end() + len(text))


def _is_argument(data: bytes, start: int, end: int, text: bytes) -> bool:
    """Whether `text` is a variable that code hands on: `connect(secret=found, …)`."""
    ends = data[end : end + 1] in (b",", b")")
    return ends and text.isalpha() and text.islower() and _RE.call.search(data, max(start - 200, 0), start) is not None


def _is_path(text: bytes) -> bool:
    return text.startswith((b"/", b"./", b"~/"))
