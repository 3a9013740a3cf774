"""Decides which names say that their value is a credential: `db_password`, `API_KEY_OPENAI`, not `max_tokens`.

A name is split into words. A secret word decides wherever it is, unless a word beside it makes a harmless pair with it.
The words, and the pairs with their reasons, are in names.csv.
"""

import csv
import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

MAX_NAME = 64

Strength = Literal["strong", "medium", "weak"]


class SecretName(NamedTuple):
    """Which values of a name are secret.

    `strong`: all but placeholders; `medium`: those too where the name is written as a variable of an environment,
    otherwise those that look made by a machine; `weak`: only those.
    """

    kind: str
    strength: Strength


def _vocabulary() -> dict[tuple[str, str], set[str]]:
    """The words of names.csv by their role and what they are a role of."""
    text = files("mcp_traces.redaction").joinpath("names.csv").read_text(encoding="utf-8")
    found: dict[tuple[str, str], set[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault((row["role"], row["of"]), set()).update(row["words"].split())
    return found


_VOCABULARY = _vocabulary()
_KINDS = {word: kind for (role, kind), words in _VOCABULARY.items() if role == "secret" for word in words}
"""What each secret word calls its value."""

_PLURALS = {f"{word}s": word for word in _KINDS if word not in ("pass", "cred")}
_OWNED = _VOCABULARY["owned", ""]
_SECRET_KEYS = _VOCABULARY["owner", "secret_key"]
_KEY_OWNERS = _SECRET_KEYS | _VOCABULARY["owner", "api_key"]
_SHORT_OWNERS = _VOCABULARY["owner", "pass"]
_LUMPS = sorted(_VOCABULARY["lump", ""], key=lambda word: (-len(word), word))
_RANK = {"strong": 0, "medium": 1, "weak": 2}

_WORD = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SPACED = re.compile(rb"(?<![A-Za-z0-9_])([A-Za-z]{2,16}[ ])?([A-Za-z]{2,16})[ ]\Z")


@lru_cache(maxsize=4096)
def secret_name(name: bytes) -> SecretName | None:
    """What `name` says of its value; None when it names no credential."""
    found = [part for word in _WORD.findall(_deciding(name[-MAX_NAME:])) for part in _parts(word.lower().decode())]
    words = _joined([word for word in found if not word.isdigit()])
    best: SecretName | None = None
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and (words[end] in _KINDS or words[end] in _PLURALS):
            end += 1
        if end > at:
            group = _of_group(words, at, end)
            if group and (best is None or _RANK[group.strength] <= _RANK[best.strength]):
                best = group
        at = max(end, at + 1)
    return best


def spaced_name(before: bytes, name: bytes) -> SecretName | None:
    """What `name` says together with the words before it, as in `API key` and `AWS secret access key`."""
    found = _SPACED.search(before[-MAX_NAME:])
    if found is None or found[2].lower().decode() not in _KEY_OWNERS | _VOCABULARY["spaced", ""]:
        return None
    near = secret_name(found[2] + b"_" + name)
    far = secret_name((found[1] or b"").strip() + b"_" + found[2] + b"_" + name)
    return far if far and far.strength == "strong" and not (near and near.strength == "strong") else near


def _deciding(name: bytes) -> bytes:
    """The part of a dotted name that decides: of `token.level` it is `level`, of `db.password.value` the last two."""
    head, _, last = name.rstrip(b".").rpartition(b".")
    word = last.lower().decode("ascii", "replace")
    return name if not head or word in _VOCABULARY["value", ""] or word in _OWNED else last


def _joined(words: list[str]) -> list[str]:
    """Pairs such as `pass phrase` and `recovery code` as one word."""
    joined: list[str] = []
    for word in words:
        if joined and f"{joined[-1]}_{word.removesuffix('s')}" in _VOCABULARY["pair", "password"]:
            joined[-1] = "passphrase"
        else:
            joined.append(word)
    return joined


def _of_group(words: list[str], first: int, end: int) -> SecretName | None:
    """What the secret words from `first` to `end` say, with their neighbours."""
    before = words[first - 1] if first else ""
    after = words[end] if end < len(words) else ""
    farther = words[first - 2] if first > 1 else ""
    roots = [_PLURALS.get(word, word) for word in words[first:end]]
    root = roots[-1]
    if _is_harmless(words[first], "before", before) or _is_harmless(roots[0], "before", before):
        return None
    if _is_harmless(root, "after", after) or (root == "token" and farther in _VOCABULARY["count", ""]):
        return None
    if before in _VOCABULARY["between", ""] and (
        farther in _VOCABULARY["public", ""] or _is_harmless("*", "before", farther)
    ):
        return None
    if root == "key":
        return _key(words[end - 2] if end > 1 else "", roots)
    if root in _OWNED:
        owned = before in _SHORT_OWNERS or end - first > 1
        if root in ("pat", "salt") and not owned:
            return None
        return SecretName(_KINDS[root], "strong" if owned else "weak")
    if root == "cookie" and before == "erlang":
        return SecretName("secret", "strong")
    if root == "auth" and before in _VOCABULARY["owner", "auth"]:
        return SecretName("password", "strong")
    kind = _KINDS[root if root != "auth" else roots[0]]
    if _KINDS[root] in ("credential", "jwt") or (root == "token" and len(words) == 1):
        return SecretName(kind, "strong" if end - first > 1 and root != "auth" else "weak")
    return SecretName(kind, "strong")


def _key(owner: str, group: list[str]) -> SecretName | None:
    if not owner:
        return None
    kind = "private_key" if owner in ("private", "priv") else "secret_key" if owner in _SECRET_KEYS else "api_key"
    is_strong = len(group) > 1 or owner in _KEY_OWNERS or kind == "private_key"
    return SecretName(kind, "strong" if is_strong else "medium")


def _is_harmless(root: str, side: str, other: str) -> bool:
    return any(other in _VOCABULARY.get((side, one), ()) for one in (root, "*")) if other else False


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """`word` as words: `dbpassword` is `db password`, `apikeys` is `api key`."""
    if word in _VOCABULARY["whole", ""] or word in _KINDS or word in _PLURALS:
        return (word,)
    singular = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    for lump in _LUMPS:
        rest = singular.removesuffix(lump)
        if rest not in ("", singular) and _may_precede(lump, rest):
            return (*_parts(rest), lump)
    for lump in _VOCABULARY["leading", ""]:
        rest = word.removeprefix(lump)
        if rest != word and len(rest) > 2:
            return (lump, *_parts(rest))
    return (word,)


def _may_precede(lump: str, rest: str) -> bool:
    if lump == "key":
        return rest in _KEY_OWNERS or rest in ("private", "priv", "public", "primary", "foreign")
    if lump in ("pass", "pw", "auth", "pwd"):
        return rest in _SHORT_OWNERS
    return len(rest) > 1
