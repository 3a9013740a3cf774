"""Conditions that are written as functions: `gt(latency, '5s')`, `name.startswith('x')`, `lower(name) = 'x'`."""

from dataclasses import replace

from mcp_traces.filters.clauses import Node, RawClause, joined_by
from mcp_traces.filters.operators import CALLS, CASE_CALLS, OPERATORS
from mcp_traces.filters.tokens import Token, joined

_PAIRS = {"metadata_key": ("metadata_value", "metadata."), "feedback_key": ("feedback_score", "feedback.")}
"""LangSmith names a key in one condition and its value in another."""

_CASELESS = {"=": "CASELESS =", "LIKE": "ILIKE"}


def split_method(name: str) -> tuple[str, str]:
    """The field and the method of `name.startswith`, of `name.str.contains` too; no field for a plain function."""
    subject, dot, method = name.rpartition(".")
    if dot and method.lower() in CALLS.keys() | CASE_CALLS:
        return subject.removesuffix(".str"), method.lower()
    return "", name.lower()


def clause_of_call(subject: str, call: str, arguments: list[list[Token]], outer: RawClause | None) -> RawClause | None:
    """The condition, or None for a function that says none. `outer` is the comparison that the function is part of."""
    said = [[Token("name", subject)], *arguments] if subject else arguments
    if call in CASE_CALLS:
        return _caseless(said, outer)
    if call not in CALLS or not said:
        return None
    if call == "search" and len(said) == 1:
        return RawClause(call, CALLS[call], (_value(said[0]),))
    values = tuple(map(_value, said[1:]))
    if bool(values) == ("NULL" in CALLS[call]) or (outer and not _is_true(outer)):
        return None
    if CALLS[call] == "IN" and len(said) == 2:
        values = tuple(Token(one.kind, one.text) for one in said[1] if one.kind not in ("open", "close", "comma"))
    return _without_null(RawClause(joined(said[0]), CALLS[call], values))


def pair_up(node: Node) -> Node:
    """The same with `metadata_key = 'k' AND metadata_value = 'v'` as one clause on `metadata.k`."""
    if isinstance(node, RawClause):
        return node
    parts = list(map(pair_up, node.parts))
    for key, (value, prefix) in _PAIRS.items():
        keys = [part for part in parts if isinstance(part, RawClause) and part.field == key]
        values = [part for part in parts if isinstance(part, RawClause) and part.field == value]
        if node.join == "AND" and len(keys) == len(values) == 1 and keys[0].values:
            paired = replace(values[0], field=prefix + keys[0].values[0].text.strip("'\""))
            parts = [*(part for part in parts if part not in (keys[0], values[0])), paired]
    return joined_by(node.join, parts) or node


def _caseless(said: list[list[Token]], outer: RawClause | None) -> RawClause | None:
    if outer is None or len(said) != 1 or OPERATORS[outer.operator] not in _CASELESS:
        return None
    return replace(outer, field=joined(said[0]), operator=_CASELESS[OPERATORS[outer.operator]])


def _value(tokens: list[Token]) -> Token:
    return tokens[0] if len(tokens) == 1 else Token("name", joined(tokens))


def _is_true(outer: RawClause) -> bool:
    return outer.operator == "=" and [value.text.lower() for value in outer.values] == ["true"]


def _without_null(clause: RawClause) -> RawClause:
    """`neq(error, null)` is IS NOT NULL."""
    nulls = {"=": "IS NULL", "!=": "IS NOT NULL"}
    if [value.text.lower() for value in clause.values] == ["null"] and clause.operator in nulls:
        return replace(clause, operator=nulls[clause.operator], values=())
    return clause
