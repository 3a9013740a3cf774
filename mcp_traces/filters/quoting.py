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
    _refuse_nul(value)
    return f"{field} RLIKE '^{spell_out(value)}\\Z'"


def spell_out(value: str) -> str:
    """`value` as a regular expression that Python, PostgreSQL and Java read alike and no quote can end."""
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\u{ord(c):04x}" for c in value)


def contains(field: str, words: str) -> tuple[str, bool]:
    """The clause that holds where `field` contains `words`, case folded, and whether it is exact.

    LIKE has no escape either. Quotes, backslashes and control characters stand in the stored JSON in an escaped form,
    so each run of them is matched by `%`; `%` and `_` themselves cannot be taken literally.
    """
    pattern = re.sub(r"[\"'\\\x00-\x1f\x7f]+", "%", words)
    return f"{field} ILIKE '%{pattern}%'", not re.search(r"[%_\"'\\\x00-\x1f\x7f]", words)


def keyed(entity: str, key: str) -> str:
    """`entity.key` with the key quoted, so that no key can become another condition.

    Raises InvalidArgumentError for a key that MLflow's grammar cannot name.
    """
    if key.lower() in REMAPPED_KEYS:
        raise InvalidArgumentError(
            f"MLflow cannot search {entity} key '{key}': it would search the trace's own {key.lower()} instead.",
            _ALTERNATIVES.get(key.lower()),
        )
    if not _is_writable(key):
        raise InvalidArgumentError(
            f"MLflow's filter cannot name the {entity} key {key!r}.",
            "A key may hold anything but line breaks, NUL, or both a backtick and a double quote.",
        )
    quote = '"' if "`" in key else "`"
    return f"{entity}.{quote}{key}{quote}"


_ALTERNATIVES = {
    "name": "Use the argument `name` for the trace's name.",
    "run_id": "Use the argument `run_id` for the MLflow run.",
    "prompt": "Use the argument `prompt` for a linked prompt.",
    "text": "Use the argument `text` for full text.",
    "timestamp": "Use `since` and `until` for time.",
    "execution_time": "Use `min_duration_ms` and `max_duration_ms` for durations.",
    "end_time": "Use `filter` with trace.end_time_ms for the end time.",
}


def _is_writable(key: str) -> bool:
    # MLflow strips double quotes and then backticks, so a key in backticks of its own would lose them.
    stripped = key.startswith("`") and key.endswith("`")
    return bool(key) and not re.search(r"[\n\x00]", key) and not ("`" in key and '"' in key) and not stripped


def quoted(value: str) -> str | None:
    """`value` between quotes, or None when neither kind can hold it."""
    _refuse_nul(value)
    if value.endswith("\\"):
        return None
    for quote in ("'", '"'):
        if quote not in value:
            return f"{quote}{value}{quote}"
    return None


def _refuse_nul(value: str) -> None:
    if "\x00" in value:
        raise InvalidArgumentError("A value holds a NUL character, which no MLflow store can hold.")
