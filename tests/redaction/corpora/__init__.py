"""The corpora that the rules of redaction were written with: names, places, published formats, harmless texts.

Names and harmless texts are lines of the files here, places are in places.py, formats are the rows of formats.csv with
a key made for each.
"""

import json
import random
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mcp_traces.redaction import formats
from tests.redaction.corpora.places import PLACES
from tests.redaction.synthetic import chars, jwt, uuid

HERE = Path(__file__).parent


class Case(NamedTuple):
    """A text, the secrets that must not be left in it, and what must be."""

    text: str
    secrets: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


VALUES = (
    "swordfish",
    "hunter2",
    "$uperSecret99",
    "aB3***9xQ",
    "%Pa55w0rd%",
    "my-production-secret",
    "letmein",
    "Tr0ub4dor&3",
    "p@ssw0rd!",
    "winter",
    "S3cret#1",
    "pa$$word1",
)
"""Passwords as people choose them: no format gives them away."""

WRITTEN = (
    '{{"{name}": "{value}"}}',
    "{name}={value}\n",
    "{name}: {value}\n",
    "{{'{name}': '{value}', 'x': 1}}",
    '{name}="{value}"',
    '{{"text": "{{\\"{name}\\": \\"{value}\\"}}"}}',
)
CONTEXTS = (
    "the key {key} works",
    '{{"value": "{key}"}}',
    "tool --x {key} --y",
    "\x1b[32m{key}\x1b[0m",
    "see {key}, then",
    "({key})",
    "one\\n{key}\\ntwo",
    "https://h.example/p?v={key}&z=1",
)


def lines(file: str) -> list[list[str]]:
    """The lines of a file, without comments, split at tabs."""
    text = (HERE / file).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("# ")]


def names() -> Iterator[Case]:
    """Each name of a secret in two ways of writing it, with two values."""
    for index, (name, _) in enumerate(lines("secret_names.txt")):
        for step in (0, 1):
            value = VALUES[(index + 5 * step) % len(VALUES)]
            text = WRITTEN[(index + 3 * step) % len(WRITTEN)].format(name=name, value=value)
            yield Case(text, (value,), (name,))


def places() -> Iterator[Case]:
    yield from (Case(*one) for texts in PLACES.values() for one in texts)


def harmless() -> Iterator[Case]:
    """Texts in which nothing is secret, and names that only sound like it with their values."""
    yield from (Case(line[0]) for line in lines("harmless.txt"))
    for name, value in lines("harmless_names.txt"):
        quoted = value if value[0] in "[0" or value.isdigit() else json.dumps(value)
        yield from (
            Case(f'{{"{name}": {quoted}}}'),
            Case(f"{name}={value}\n"),
            Case(f"{name}: {value}\n"),
            Case(f"{name} = '{value}'\n"),
        )


def published() -> Iterator[Case]:
    """Each format with keys made to it, in the contexts in turn."""
    for index, row in enumerate(formats.rows()):
        for step in range(2):
            key = key_of(row, step)
            secret = key.partition("/")[2] if row["kind"].endswith("_webhook") else key
            yield Case(CONTEXTS[(index + 3 * step) % len(CONTEXTS)].format(key=key), (secret,))


def key_of(row: dict[str, str], step: int) -> str:
    """A key of a row's format: its prefix and characters of its alphabet, in its shape."""
    made = random.Random(f"{row['service']} {step}")
    name = f"{row['service']} {step}"
    if row["kind"] == "jwt":
        token = jwt(name)
        return "ZXlK" + chars(name, 60) if row["prefixes"] == "ZXlK" else token
    prefix = made.choice(formats.prefixes(row))
    least, _, most = row["length"].partition("-")
    length = made.randint(int(least), int(most)) if most else int(least)
    before = _of_pattern(made, row["before"]) if row["before"] else ""
    follows = row["follows"]
    if follows.startswith("[") and follows.endswith("]") and "[" not in follows[1:]:
        return before + prefix + _characters(made, follows, length)
    return before + prefix + _of_pattern(made, follows)


def _of_pattern(made: random.Random, pattern: str) -> str:
    """A text that matches a shape of formats.csv: classes, counts, and groups without alternatives but at the first."""
    if pattern.startswith("[0-9a-fA-F]{8}(?:"):
        return uuid(str(made.random()))
    pattern = re.sub(r"^\(\?:([^|()]*)\|[^()]*\)", r"\1", pattern)
    text = ""
    for group, count, literal in re.findall(r"(\[[^\]]*\])(?:\{(\d+)[^}]*\})?|\\?([^\[\]\\])", pattern):
        text += _characters(made, group, int(count or 1)) if group else literal
    return text


def _characters(made: random.Random, group: str, count: int) -> str:
    """So many characters of a class, the first and last a letter or digit, with a digit among them if there is one."""
    alphabet = [one for one in string.printable if re.fullmatch(group, one)]
    plain = [one for one in alphabet if one.isalnum()]
    digits = [one for one in alphabet if one.isdigit()] or plain
    # `=` and `.` are at the end of keys only, or are structure.
    inside = [one for one in alphabet if one not in "=.%,:|@/$"] or alphabet
    if count < 3:
        return "".join(made.choices(plain, k=count))
    text = made.choices(inside, k=count - 3)
    return made.choice(plain) + "".join(text) + made.choice(digits) + made.choice(plain)
