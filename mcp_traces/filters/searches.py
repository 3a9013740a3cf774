"""The searches that a filter with OR amounts to: as few as MLflow's clauses allow, each with its conditions."""

from dataclasses import replace
from itertools import chain, product
from math import prod

from mcp_traces.filters.clauses import Group, Node, RawClause
from mcp_traces.filters.grammar import Field, field_named
from mcp_traces.filters.naming import field_meant
from mcp_traces.filters.operators import OPERATORS
from mcp_traces.filters.texts import can_be_one_of

MAX_SEARCHES = 6
"""More than these are no help."""


def searches(tree: Node) -> list[list[RawClause]]:
    """The clauses of each search whose results together are what was asked for; none where they are too many."""
    merged = _merge(tree)
    return _sides(merged) if _count(merged) <= MAX_SEARCHES else []


def row_meant(clause: RawClause) -> Field | None:
    name = field_meant(clause.field)
    return field_named(name) if name else None


def _merge(node: Node) -> Node:
    """The same with each OR of values of one field as one clause, or the other way round where none can say it."""
    if isinstance(node, RawClause):
        return _spread(node)
    parts = tuple(_merge(part) for part in node.parts)
    if node.join == "OR" and (one := _one_of(parts)):
        return one
    return Group(node.join, parts)


def _spread(clause: RawClause) -> Node:
    """An IN as an OR, or a NOT IN as an AND, for a field that can be asked for one value at a time."""
    row, operator = row_meant(clause), OPERATORS.get(clause.operator)
    if row is None or operator not in ("IN", "NOT IN") or len(clause.values) < 2 or clause.negated:
        return clause
    if can_be_one_of(row) if operator == "IN" else row.value != "number":
        return clause
    single = "=" if operator == "IN" else "!="
    parts = tuple(replace(clause, operator=single, values=(value,)) for value in clause.values)
    return Group("OR" if operator == "IN" else "AND", parts)


def _one_of(parts: tuple[Node, ...]) -> RawClause | None:
    clauses = [part for part in parts if isinstance(part, RawClause) and part.meant in ("=", "IN")]
    fields = {clause.field for clause in clauses}
    if len(clauses) < len(parts) or len(fields) > 1 or any(clause.negated for clause in clauses):
        return None
    row = row_meant(clauses[0])
    # In IN, MLflow reads a backslash as Python does.
    if row is None or not can_be_one_of(row) or any("\\" in value.text for one in clauses for value in one.values):
        return None
    return replace(clauses[0], operator="IN", values=tuple(value for clause in clauses for value in clause.values))


def _sides(node: Node) -> list[list[RawClause]]:
    """The clauses of each search whose results together are what was asked for."""
    if isinstance(node, RawClause):
        return [[node]]
    if node.join == "OR":
        return [side for part in node.parts for side in _sides(part)]
    return [list(chain.from_iterable(choice)) for choice in product(*(_sides(part) for part in node.parts))]


def _count(node: Node) -> int:
    if isinstance(node, RawClause):
        return 1
    counts = [_count(part) for part in node.parts]
    return sum(counts) if node.join == "OR" else prod(counts)
