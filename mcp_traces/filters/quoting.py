"""The one place where a value or a key enters a filter.

MLflow has no escape syntax: `''` and `\\'` are read as part of the text, and a backslash before the closing quote
swallows it, which joins two clauses into one (mlflow/utils/search_utils.py, sqlparse's string rule). So a value is
written between whichever quotes it does not hold, and one that fits between neither becomes an exact regular
expression in which every special character is spelled as `\\uXXXX`.
"""

import re

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import REMAPPED_KEYS


def equals(field: str, value: str) -> str:
    """The clause that holds where `field` is exactly `value`."""
    literal = quoted(value)
    return f"{field} = {literal}" if literal else matches_exactly(field, value)


def matches_exactly(field: str, value: str) -> str:
    """The RLIKE clause that holds where `field` is exactly `value`.

    `\\Z`, not `$`: in Python and in PostgreSQL `$` also matches before a newline at the end.
    """
    refuse_nul(value)
    return f"{field} RLIKE '^{spell_out(value)}\\Z'"


def spell_out(value: str) -> str:
    """`value` as a regular expression that Python, PostgreSQL and Java read alike and no quote can end."""
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\u{ord(c):04x}" for c in value)


def like(field: str, pattern: str) -> str:
    """The clause that holds where `field` is like `pattern`, whatever the case. A pattern holds no double quote."""
    return f'{field} ILIKE "{pattern}"' if "'" in pattern else f"{field} ILIKE '{pattern}'"


def can_name(key: str) -> bool:
    """Whether MLflow's grammar can name this key of a tag, of metadata or of an assessment."""
    refuse_nul(key)
    return key.lower() not in REMAPPED_KEYS and _is_writable(key)


def keyed(entity: str, key: str) -> str:
    """`entity.key` with the key quoted, so that no key can become another condition.

    Raises InvalidArgumentError for a key that MLflow's grammar cannot name.
    """
    if key.lower() in REMAPPED_KEYS:
        raise InvalidArgumentError(
            f"MLflow cannot search {entity} key '{key}': it would search the trace's own {key.lower()} instead.",
            f"Use the argument {_ARGUMENTS.get(entity, entity)}={{{key!r}: ...}}. {_ALTERNATIVES.get(key.lower())}",
        )
    if not _is_writable(key):
        raise InvalidArgumentError(
            f"MLflow's filter cannot name the {entity} key {key!r}.",
            f"Use the argument {_ARGUMENTS.get(entity, entity)}={{{key!r}: ...}}.",
        )
    quote = '"' if "`" in key else "`"
    return f"{entity}.{quote}{key}{quote}"


def named(entity: str, key: str) -> str:
    """`keyed`, with the key in quotes only where it needs them: as people write it."""
    safe = keyed(entity, key)
    return f"{entity}.{key}" if _PLAIN.fullmatch(key) else safe


_PLAIN = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", re.ASCII)
_ARGUMENTS = {"tag": "tags"}
_ALTERNATIVES = {
    "name": "The trace's own name is the argument `name`.",
    "run_id": "The MLflow run is the argument `run_id`.",
    "prompt": "A linked prompt is the argument `prompt`.",
    "text": "Full text is the argument `text`.",
    "timestamp": "Time is `since` and `until`.",
    "execution_time": "Durations are `min_duration_ms` and `max_duration_ms`.",
    "end_time": "The end time is trace.end_time_ms.",
}


def _is_writable(key: str) -> bool:
    # MLflow strips double quotes and then backticks, so a key in backticks of its own would lose them.
    stripped = key.startswith("`") and key.endswith("`")
    return bool(key) and not re.search(r"[\n\x00]", key) and not ("`" in key and '"' in key) and not stripped


def quoted(value: str) -> str | None:
    """`value` between quotes, or None when neither kind can hold it."""
    refuse_nul(value)
    if value.endswith("\\"):
        return None
    for quote in ("'", '"'):
        if quote not in value:
            return f"{quote}{value}{quote}"
    return None


def refuse_nul(value: str) -> None:
    """Raises InvalidArgumentError for what no store can hold."""
    if "\x00" in value:
        raise InvalidArgumentError("A value holds a NUL character, which no MLflow store can hold.")
