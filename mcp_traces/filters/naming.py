"""The field that a name means: MLflow's own spelling, or the one of another system in MLflow's words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import Field, field_named
from mcp_traces.filters.quoting import keyed
from mcp_traces.filters.synonyms import ASSESSMENT_ENDS, PREFIXES, SPANSET_FIELDS, SYNONYMS

_FLAGS = {"has_error", "has_errors", "is_error", "is_failed", "has_exception"}
_BRACKETS = re.compile(r"\[\s*(['\"`]?)(.*?)\1\s*\]|->>?\s*'([^']*)'")
_ROOMS = ("trace.", "attributes.", "attribute.", "info.", "root.")
_PLAIN_KEY = re.compile(r"[\w.]+")


@dataclass(frozen=True, slots=True)
class Named:
    """`name` as MLflow takes it; `note` and `silent` tell what was wrong with the name that was written."""

    name: str
    row: Field
    note: str | None = None


def bare_name(written: str) -> str:
    """A name as the tables of synonyms have it: snake_case, in lower case, without what may stand before it."""
    name = _dotted(written).replace("`", "").lstrip("@.")
    for room in _ROOMS:
        name = name.removeprefix(room)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def is_flag(written: str) -> bool:
    """Whether the name alone is a condition."""
    return bare_name(written) in _FLAGS


def span_field(written: str) -> str:
    """What a name means in TraceQL's braces, where the plain ones are a span's."""
    return SPANSET_FIELDS.get(written, written)


def field_meant(written: str) -> str | None:
    """The name as MLflow takes it, None for one that means no field."""
    try:
        found = named_field(written)
    except InvalidArgumentError:
        return None
    return found.name if found else None


def named_field(written: str) -> Named | None:
    """The field that is meant, None for none. Raises InvalidArgumentError for a key that cannot be asked for."""
    plain = written.replace("`", "") if "." not in written else written
    for candidate in _candidates(plain):
        row = field_named(candidate)
        if row is None:
            continue
        name = _with_quoted_key(candidate, row)
        if candidate != plain:
            return Named(name, row, f"There is no field `{written}`; it is `{name}`.")
        return Named(name, row, None if name == plain else f"The key of `{plain}` needs backticks.")
    return None


def _candidates(written: str) -> Iterator[str]:
    yield written
    bare = bare_name(written)
    if bare in SYNONYMS:
        yield SYNONYMS[bare]
    dotted = _dotted(written)
    if dotted != written:
        yield from _candidates_by_prefix(dotted)
        yield _without_end(dotted) if dotted.startswith("feedback.") else dotted
    yield from _candidates_by_prefix(written)
    if written.startswith((".", "@")):
        yield f"span.attributes.{written[1:]}"
    entity, dot, key = dotted.partition(".")
    yield entity.lower() + dot + key
    yield written.lower()
    yield bare
    if entity == "span" and key.partition(".")[0] not in ("attributes", "events"):
        yield f"span.attributes.{key}"


def _candidates_by_prefix(written: str) -> Iterator[str]:
    for wrong, right in PREFIXES.items():
        if written.lower().startswith(wrong):
            name = right + written[len(wrong) :]
            yield _without_end(name) if right == "feedback." else name


def _without_end(name: str) -> str:
    return next((name.removesuffix(end) for end in ASSESSMENT_ENDS if name.endswith(end)), name)


def _dotted(written: str) -> str:
    """`metadata["a"]` and `metadata->>'a'` as `metadata.a`, the key in backticks if it needs them."""
    return _BRACKETS.sub(lambda match: "." + _key(match[2] or match[3] or ""), written)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else f"`{key}`"


def _with_quoted_key(name: str, row: Field) -> str:
    """`name` with its key in quotes where MLflow needs them."""
    if row.name == "span.attributes.<key>":
        key = name.removeprefix(row.prefix)
        return name if re.fullmatch(r"[\w.]+|`[^`]+`|\"[^`\"]+\"", key) else f"{row.prefix}`{key.replace('`', '')}`"
    if not row.keyed:
        return name
    prefixes = (alias.removesuffix("<key>") for alias in (row.name, *row.aliases))
    prefix = next(one for one in prefixes if name.startswith(one))
    key = name[len(prefix) :]
    bare = key[1:-1] if len(key) > 1 and key[0] in "`\"'" and key[-1] == key[0] else key
    safe = keyed(prefix.rstrip("."), bare)
    return safe if key == bare and not _PLAIN_KEY.fullmatch(bare) else name
