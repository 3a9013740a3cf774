"""What a filter asks for, as a tree: conditions as they were written, joined by AND and OR."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from mcp_traces.filters.operators import NEGATIONS, OPERATORS
from mcp_traces.filters.tokens import Token

Join: TypeAlias = Literal["AND", "OR"]


@dataclass(frozen=True, slots=True)
class RawClause:
    """One condition as written: `field operator value`, the operator in capitals and single-spaced.

    `values` are the source texts right of the operator, several for IN and BETWEEN. `negated` is a NOT around it,
    `in_capitals` whether the operator was written so.
    """

    field: str
    operator: str
    values: tuple[Token, ...] = ()
    negated: bool = False
    in_capitals: bool = True

    @property
    def meant(self) -> str:
        """The operator that is meant, the NOT around the clause in it."""
        operator = OPERATORS.get(self.operator, self.operator)
        return NEGATIONS.get(operator, f"NOT {operator}") if self.negated else operator


@dataclass(frozen=True, slots=True)
class Group:
    """What AND or OR joins."""

    join: Join
    parts: tuple["Node", ...]


Node: TypeAlias = RawClause | Group


def leaves(node: Node) -> Iterator[RawClause]:
    if isinstance(node, RawClause):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part)


def joined_by(join: Join, parts: list[Node]) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Group(join, tuple(parts))


def negate(node: Node) -> Node:
    """NOT, pushed down to the clauses: NOT (a AND b) is NOT a OR NOT b."""
    if isinstance(node, RawClause):
        return replace(node, negated=not node.negated)
    return Group("OR" if node.join == "AND" else "AND", tuple(negate(part) for part in node.parts))
