"""Texts and patterns as MLflow's clauses take them: in quotes, or as a regular expression where quotes cannot do it."""

import json
import re
from collections.abc import Callable, Iterable, Sequence

from mcp_traces.filters.grammar import Field
from mcp_traces.filters.quoting import matches_exactly, quoted

ASSESSMENTS = ("feedback.<key>", "expectation.<key>")
END = "\\Z"
"""The end of a regular expression; `$` also matches before a newline at the end."""

_JSON_WORDS = ("true", "false", "null")
_NO_JSON_START = re.compile(r"[A-Za-z]")
_NO_JSON_END = re.compile(r"[A-Za-z]$")
WILDCARDS = re.compile(r"[%_\\]")
"""What LIKE takes for more than itself; the backslash on PostgreSQL."""


def equal(name: str, row: Field, operator: str, value: str) -> str | None:
    """`name = value`; None for a value that no quotes can hold."""
    literal = quoted(value)
    if literal is None and operator == "=" and "RLIKE" in row.operators and not row.is_of_spans:
        return matches_exactly(name, value)
    return f"{name} {operator} {literal}" if literal else None


def one_of(name: str, row: Field, values: Sequence[str]) -> str | None:
    """The clause that holds for exactly one of `values`, whichever operator can say it."""
    if row.name in ASSESSMENTS:
        values = [spelling for value in values for spelling in _as_json(value)]
    return f"{name} RLIKE {pattern_of(values)}" if "RLIKE" in row.operators else None


def listed(name: str, operator: str, values: Iterable[str]) -> str | None:
    """`name IN (...)`. MLflow reads each text as a Python literal, so that a backslash is not one."""
    literals = [None if "\\" in value else quoted(value) for value in values]
    return f"{name} {operator} ({', '.join(map(str, literals))})" if all(literals) else None


def pattern_of(values: Sequence[str]) -> str:
    """The regular expression that matches exactly one of `values`."""
    return "'^(" + "|".join(map(_escaped, values)) + ")$'"


def containing(name: str, row: Field, operator: str, value: str) -> str | None:
    """CONTAINS, STARTS WITH and ENDS WITH: by LIKE, or by RLIKE where LIKE would read a wildcard; else None."""
    before, after = {"CONTAINS": ("%", "%"), "STARTS WITH": ("", "%"), "ENDS WITH": ("%", "")}[operator]
    pattern = f"{before}{value}{after}"
    is_plain = not WILDCARDS.search(value)
    if row.name in ASSESSMENTS:
        pattern, is_plain = like_json(pattern), is_plain and json.dumps(value) == f'"{value}"'
    elif row.name in ("trace.text", "span.attributes.<key>"):
        is_plain = is_plain and operator == "CONTAINS"
    elif not (is_plain and quoted(pattern)) and "RLIKE" in row.operators:
        return f"{name} RLIKE '{'' if before else '^'}{_escaped(value)}{'' if after else END}'"
    return f"{name} LIKE {quoted(pattern)}" if is_plain and quoted(pattern) else None


def like_json(pattern: str) -> str:
    """The pattern for the JSON that an assessment is stored as: a text begins and ends with a double quote."""
    if not pattern.isascii():
        # Stored as \uXXXX: LIKE finds it in no way.
        return pattern
    start = '"' if _NO_JSON_START.match(pattern) and not any(map(_begins(pattern), _JSON_WORDS)) else ""
    end = '"' if _NO_JSON_END.search(pattern) and not any(map(_ends(pattern), _JSON_WORDS)) else ""
    return f"{start}{pattern}{end}"


def not_like(name: str, pattern: str, *, ignore_case: bool) -> str:
    """NOT LIKE as a regular expression that looks ahead: MLflow has no NOT LIKE."""
    inner = "".join({"%": ".*", "_": "."}.get(char, _escaped(char)) for char in pattern)
    inner = inner.removesuffix(".*") if pattern.endswith("%") else f"{inner}{END}"
    return f"{name} RLIKE '(?{'i' if ignore_case else ''}s)^(?!{inner})'"


def not_matching(name: str, pattern: str) -> str | None:
    """NOT RLIKE in the same way; None for a pattern with options of its own, which must come first."""
    whole = f"^(?!.*(?:{pattern}))"
    return f"{name} RLIKE '{whole}'" if "(?" not in pattern and "'" not in pattern else None


def caseless(name: str, value: str) -> str:
    """The clause for `value` in any case of letters."""
    literal = quoted(value)
    if literal and not WILDCARDS.search(value):
        return f"{name} ILIKE {literal}"
    return f"{name} RLIKE '(?i)^({_escaped(value)})$'"


def _escaped(text: str) -> str:
    # A backslash before the closing quote would swallow it.
    return re.escape(text).replace("\\\\", "\\u005c").replace("'", "\\u0027")


def _begins(pattern: str) -> Callable[[str], bool]:
    head = pattern.partition("%")[0]
    return lambda word: word.startswith(head) if "%" in pattern else word == head


def _ends(pattern: str) -> Callable[[str], bool]:
    tail = pattern.rpartition("%")[2]
    return lambda word: word.endswith(tail) if "%" in pattern else word == tail


def _as_json(value: str) -> list[str]:
    """How an assessment of this value is stored; a number or boolean as itself too."""
    spellings = [json.dumps(value)]
    try:
        number = json.loads(value)
    except ValueError:
        return spellings
    if isinstance(number, bool) or number is None or not isinstance(number, int | float):
        return [value, *spellings] if isinstance(number, bool) else spellings
    same = [value, *([str(int(number)), str(float(number))] if float(number).is_integer() else [])]
    return [*dict.fromkeys(same), *spellings]
