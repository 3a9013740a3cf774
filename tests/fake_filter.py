"""MLflow's filter syntax over records in memory: what it knows it answers as MLflow does, all else it refuses.

Known differences, which no test should lean on: ILIKE folds letters beyond ASCII (SQLite does not), and traces that
were linked to a run after they were made are not found by `run_id`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mcp_traces.errors import InvalidFilterError
from mcp_traces.records import COST_KEY, TOKEN_USAGE_KEY

NUMERIC_FIELDS = {"timestamp_ms", "execution_time_ms", "end_time_ms"}
TEXT_FIELDS = {"status", "request_id", "client_request_id"}
_ORDER_FIELDS = {"timestamp_ms", "execution_time_ms", "status", "request_id", "name", "run_id", "experiment_id"}

_STRING = r"'[^']*'|\"[^\"]*\""
_FIELD = r"""(?P<entity>[a-z_]+)(?:\.(?P<key>`[^`]+`|"[^"]+"|[A-Za-z_][\w.]*))?"""
_CLAUSE = re.compile(
    rf"""\s*{_FIELD}
    \s*(?P<operator>IS\s+NOT\s+NULL\b|IS\s+NULL\b|NOT\s+IN\b|IN\b|LIKE\b|ILIKE\b|RLIKE\b|!=|>=|<=|=|>|<)
    \s*(?P<value>{_STRING}|-?\d+(?:\.\d+)?|\(\s*(?:{_STRING})(?:\s*,\s*(?:{_STRING}))*\s*\))?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_ORDER = re.compile(rf"\s*{_FIELD}(?:\s+(?P<direction>ASC|DESC))?\s*", re.IGNORECASE)
_AND = re.compile(r"AND\b", re.IGNORECASE)

_NULL = {"IS NULL", "IS NOT NULL"}
_PATTERNS = {"LIKE", "ILIKE", "RLIKE"}
_LISTS = {"IN", "NOT IN"}
_SIZES = {">", ">=", "<", "<="}
_NUMBERS = {"=", "!="} | _SIZES
_ENTITIES = {
    "attribute": "attribute",
    "attributes": "attribute",
    "trace": "attribute",
    "tag": "tag",
    "tags": "tag",
    "metadata": "metadata",
    "request_metadata": "metadata",
    "span": "span",
    "feedback": "feedback",
    "expectation": "expectation",
}
# MLflow reads these keys as attributes of the trace whatever stands before the dot: never what a test means.
_REMAPPED_KEYS = {"name", "prompt", "run_id", "text", "timestamp", "execution_time", "end_time"}


@dataclass(frozen=True, slots=True)
class Clause:
    entity: str
    key: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Order:
    entity: str
    key: str
    descending: bool


def parse_order(clause: str) -> Order:
    """One item of `order_by`. Raises InvalidFilterError at a field that MLflow does not order by."""
    match = _ORDER.fullmatch(clause)
    if match is None:
        raise InvalidFilterError(f"The fake store cannot order by {clause!r}.")
    entity, key = _field(match["entity"], match["key"])
    sortable = entity in ("tag", "metadata") or (entity == "attribute" and key in _ORDER_FIELDS)
    if not sortable or key in (TOKEN_USAGE_KEY, COST_KEY):
        raise InvalidFilterError(f"MLflow does not order by {clause!r}.")
    return Order(entity, key, descending=(match["direction"] or "ASC").upper() == "DESC")


def parse_filter(filter_string: str | None) -> list[Clause]:
    """The clauses, all of which must hold. Raises InvalidFilterError at anything that is not known here."""
    return list(_clauses(filter_string)) if filter_string else []


def _clauses(text: str) -> Iterator[Clause]:
    at = 0
    while True:
        match = _CLAUSE.match(text, at)
        if match is None:
            raise InvalidFilterError(f"The fake store cannot read {text[at:]!r}.")
        yield _clause(match)
        at = match.end()
        if at == len(text):
            return
        if (joined := _AND.match(text, at)) is None:
            raise InvalidFilterError(f"The fake store expects AND before {text[at:]!r}.")
        at = joined.end()


def _clause(match: re.Match[str]) -> Clause:
    operator = " ".join(match["operator"].upper().split())
    entity, key = _field(match["entity"], match["key"])
    value = None if match["value"] is None else _value(match["value"])
    clause = Clause(entity, key, operator, value)
    if operator not in _operators(clause) or not _value_fits(clause):
        raise InvalidFilterError(f"The fake store does not know {match[0].strip()!r}.")
    return clause


def _field(entity: str, key: str | None) -> tuple[str, str]:
    if key is None:
        entity, key = "attribute", entity
    elif (known := _ENTITIES.get(entity)) is None:
        raise InvalidFilterError(f"The fake store knows no entity {entity!r}.")
    else:
        entity, key = known, key.strip('`"') if key[0] in '`"' else key
    if entity in ("tag", "metadata", "feedback", "expectation") and key.lower() in _REMAPPED_KEYS:
        raise InvalidFilterError(f"MLflow would not search {entity}.{key} but the trace's own {key}.")
    if (entity, key) == ("attribute", "text"):
        return "span", "content"
    if entity == "attribute" and f"{key}_ms" in NUMERIC_FIELDS:
        return entity, f"{key}_ms"
    return entity, key


def _operators(clause: Clause) -> set[str]:
    """The operators that MLflow really takes for this field; none for a field that is not known."""
    match clause.entity, clause.key:
        case "attribute", key if key in NUMERIC_FIELDS:
            return _NUMBERS
        case "attribute", "name" | "run_id":
            return {"=", "!="} | _PATTERNS | _NULL
        case "attribute", "prompt":
            return {"="}
        case "attribute", key if key in TEXT_FIELDS:
            return {"=", "!="} | _PATTERNS | _LISTS
        case "span", "name" | "type" | "status":
            return {"=", "!="} | _PATTERNS | _LISTS
        case "span", "content":
            return {"LIKE", "ILIKE"}
        case "metadata", key if key in (TOKEN_USAGE_KEY, COST_KEY):
            return _NULL
        case "tag" | "metadata", _:
            return {"=", "!="} | _PATTERNS | _NULL
        case "feedback" | "expectation", _:
            return _NUMBERS | _PATTERNS | _NULL
        case _:
            return set()


def _value_fits(clause: Clause) -> bool:
    if clause.operator in _NULL:
        return clause.value is None
    if clause.operator in _LISTS:
        return isinstance(clause.value, tuple)
    is_numeric_field = clause.entity == "attribute" and clause.key in NUMERIC_FIELDS
    wants_number = is_numeric_field or clause.operator in _SIZES
    return isinstance(clause.value, int | float if wants_number else str)


def _value(text: str) -> str | int | float | tuple[str, ...]:
    if text[0] == "(":
        return tuple(_unquoted(item) for item in re.findall(_STRING, text))
    if text[0] in "'\"":
        return _unquoted(text)
    return float(text) if "." in text else int(text)


def _unquoted(text: str) -> str:
    if text[-2:-1] == "\\":
        # MLflow's parser takes the backslash for an escape of the closing quote.
        raise InvalidFilterError("A value that ends in a backslash merges with what follows it.")
    return text[1:-1]
