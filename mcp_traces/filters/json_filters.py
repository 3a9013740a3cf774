"""Filters as JSON: Langfuse's and Opik's arrays of conditions, and objects of fields and values."""

import json
from collections.abc import Iterator
from typing import Any, cast

from mcp_traces.filters.clauses import Node, RawClause, joined_by
from mcp_traces.filters.operators import OPERATORS
from mcp_traces.filters.tokens import Token

_FIELDS = ("column", "field", "property", "name", "key")
_OPERATORS = ("operator", "op", "comparator")
_MONGO = {
    "$eq": "=",
    "$ne": "!=",
    "$gt": ">",
    "$gte": ">=",
    "$lt": "<",
    "$lte": "<=",
    "$in": "ANY OF",
    "$nin": "NONE OF",
}
_ASSESSMENTS = {"scores", "feedback_scores", "feedback"}


def read_json(text: str) -> Node | None:
    """The conditions, or None when `text` is no JSON, or holds anything that is no condition."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        value = json.loads(text)
        clauses = list(_conditions(value))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError, StopIteration):
        return None
    return joined_by("AND", list[Node](clauses))


def _conditions(value: object) -> Iterator[RawClause]:
    for one in cast("list[Any]", value if isinstance(value, list) else [value]):
        condition = cast("dict[str, Any]", one)
        if any(name in condition for name in _OPERATORS):
            yield _condition(condition)
        else:
            yield from (_pair(name, value) for name, value in condition.items())


def _condition(condition: dict[str, Any]) -> RawClause:
    """`{"column": ..., "operator": ..., "value": ...}`, with a `key` where the column has many."""
    names = [condition[name] for name in _FIELDS if isinstance(condition.get(name), str)]
    column = names[0]
    if column in _ASSESSMENTS | {"metadata", "tags"} and condition.get("key"):
        column = f"{'feedback' if column in _ASSESSMENTS else column}[{condition['key']}]"
    operator = str(condition[next(name for name in _OPERATORS if name in condition)])
    value: object = condition.get("value", condition.get("values"))
    return _clause(column, operator.upper(), value)


def _pair(name: str, value: object) -> RawClause:
    if isinstance(value, dict):
        ((operator, compared),) = cast("dict[str, object]", value).items()
        return _clause(name, _MONGO[operator], compared)
    return _clause(name, "ANY OF" if isinstance(value, list) else "=", cast("object", value))


def _clause(name: str, operator: str, value: object) -> RawClause:
    """Raises KeyError for an operator, TypeError for a value that no condition has."""
    meant = OPERATORS[operator]
    if "NULL" in meant or value is None:
        return RawClause(name, {"=": "IS NULL", "!=": "IS NOT NULL"}.get(meant, meant))
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return RawClause(name, operator, tuple(map(_token, values)))


def _token(value: object) -> Token:
    if isinstance(value, bool):
        return Token("name", "true" if value else "false")
    if isinstance(value, int | float):
        return Token("number", str(value))
    if isinstance(value, str):
        return Token("literal", value)
    raise TypeError(value)
