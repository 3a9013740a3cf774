"""Keys and values as MLflow's syntax takes them.

MLflow has no escape syntax: `''` and `\\'` are read as part of the text, and a backslash before the closing quote
swallows it, which joins two clauses into one (mlflow/utils/search_utils.py, sqlparse's string rule). So a value is
written between whichever quotes it does not hold, and one that fits between neither becomes an exact regular
expression in which every special character is spelled as `\\uXXXX`.
"""

import re

from mcp_traces.filters.grammar import REMAPPED_KEYS

_PLAIN = re.compile(r"(?:(?:^|\.)(?!(?:as|case|from|in|using|values)(?:\.|$))[a-z_]\w*)+", re.ASCII | re.IGNORECASE)
"""A key of names and dots; those words are keywords to MLflow's parser, in any place."""


def quoted(value: str) -> str | None:
    """`value` between quotes, or None when neither kind can hold it."""
    if value.endswith("\\") or "\x00" in value:
        return None
    return next((f"{quote}{value}{quote}" for quote in ("'", '"') if quote not in value), None)


def spell_out(value: str) -> str:
    """`value` as a regular expression that Python, PostgreSQL and Java read alike and no quote can end."""
    return "".join(c if c.isalnum() or c in "_- " or ord(c) > 127 else f"\\u{ord(c):04x}" for c in value)


def python_literal(value: str) -> str:
    """`value` as an item of IN, which MLflow reads as a Python literal: it takes escapes there, and only there."""
    literal = None if re.search(r"[\\\r\n]", value) else quoted(value)
    return literal or f"'{spell_out(value)}'"


def like(field: str, pattern: str) -> str:
    """The clause that holds where `field` is like `pattern`, whatever the case. A pattern holds no double quote."""
    return f'{field} ILIKE "{pattern}"' if "'" in pattern else f"{field} ILIKE '{pattern}'"


def can_name(key: str) -> bool:
    """Whether MLflow's grammar can name this key of a tag, of metadata or of an assessment.

    It searches something else under the keys that it rewrites, and strips double quotes and then backticks, so that a
    key in backticks of its own would lose them.
    """
    in_backticks = key.startswith("`") and key.endswith("`")
    is_writable = key and not re.search(r"[\n\x00]", key) and not ("`" in key and '"' in key) and not in_backticks
    return key.lower() not in REMAPPED_KEYS and bool(is_writable)


def is_plain(key: str) -> bool:
    """Whether MLflow's parser takes the key without quotes."""
    return _PLAIN.fullmatch(key) is not None


def named(entity: str, key: str) -> str:
    """`entity.key`, the key in quotes where it needs them. A key that `can_name` refuses is not for MLflow."""
    quote = "" if is_plain(key) else '"' if "`" in key else "`"
    return f"{entity}.{quote}{key}{quote}"
