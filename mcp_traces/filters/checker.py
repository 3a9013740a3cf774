"""What is wrong with a filter, why, and the filter that was meant.

MLflow refuses some mistakes without a word on the way out, and misreads others in silence. The first are explained
when MLflow refuses; the second (`Problem.silent`) are refused here, before a wrong answer can come of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, product

from mcp_traces.filters.grammar import field_named
from mcp_traces.filters.mending import mend_clause
from mcp_traces.filters.parser import Group, Node, ParsedFilter, RawClause, parse_filter

MAX_ALTERNATIVES = 6
"""More searches than these are no help; the problem is named without them."""

_EQUALITIES = {"=", "==", "IN"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in words; `silent` when MLflow would answer all the same, but another question."""

    message: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class FilterCheck:
    """`corrected` is a filter that MLflow takes and that says what was meant, None where one filter cannot."""

    problems: tuple[Problem, ...]
    corrected: str | None = None
    alternatives: tuple[str, ...] = ()

    @property
    def misread(self) -> bool:
        return any(problem.silent for problem in self.problems)

    @property
    def text(self) -> str:
        """The problems, and the filter to send instead."""
        said = " ".join(problem.message for problem in self.problems)
        if self.corrected:
            return f"{said} Corrected filter: {self.corrected}"
        if self.alternatives:
            searches = "; ".join(f"filter: {one}" for one in self.alternatives)
            return f"{said} Search once for each instead: {searches}"
        return said


def check_filter(text: str) -> FilterCheck:
    """Everything that is wrong with `text`; no problems means that we know of none."""
    parsed = parse_filter(text)
    clauses = [problem for clause in parsed.clauses for problem in mend_clause(clause).problems]
    problems = tuple(dict.fromkeys([*_structure_problems(parsed), *(Problem(*one) for one in clauses)]))
    sides = _sides(_merge(parsed.tree)) if parsed.tree else []
    if any(sum(map(_is_run, side)) > 1 for side in sides):
        return FilterCheck((*problems, _SECOND_RUN))
    if not problems or not sides or set(parsed.stray) - {";"}:
        return FilterCheck(problems)
    filters = [_and(side) for side in sides]
    if any(one is None for one in filters) or len(filters) > MAX_ALTERNATIVES:
        return FilterCheck(problems)
    said = tuple(one for one in filters if one)
    return FilterCheck(problems, said[0]) if len(said) == 1 else FilterCheck(problems, alternatives=said)


def _structure_problems(parsed: ParsedFilter) -> Iterator[Problem]:
    if parsed.has_or:
        yield Problem("MLflow's filters have no OR.")
    if parsed.has_not:
        yield Problem("MLflow's filters have no NOT in front of a clause.")
    if parsed.has_symbols:
        yield Problem("AND is written as a word.")
    if parsed.has_parentheses:
        yield Problem("MLflow's filters have no parentheses but those of IN.")
    if parsed.misses_and:
        yield Problem("AND is missing between two clauses.", silent=True)
    if parsed.spare_and:
        yield Problem("There is an AND too many.", silent=True)
    if parsed.stray:
        yield Problem(f"{' '.join(parsed.stray)!r} is no part of a clause; a clause is: field operator value.")


def _is_run(clause: RawClause) -> bool:
    field = field_named(clause.field)
    return field is not None and field.name == "trace.run_id" and clause.operator in _EQUALITIES


_SECOND_RUN = Problem("Of several `run_id =` MLflow takes the last only, and no trace is of two runs.", silent=True)


def _merge(node: Node) -> Node:
    """The same with each OR of values of one field as one clause."""
    if isinstance(node, RawClause):
        return node
    parts = tuple(_merge(part) for part in node.parts)
    if node.join == "OR" and (one := _one_of(parts)):
        return one
    return Group(node.join, parts)


def _one_of(parts: tuple[Node, ...]) -> RawClause | None:
    clauses = [part for part in parts if isinstance(part, RawClause) and part.operator in _EQUALITIES]
    fields = {clause.field for clause in clauses}
    if len(clauses) < len(parts) or len(fields) > 1 or any(clause.negated for clause in clauses):
        return None
    return replace(clauses[0], operator="IN", values=tuple(value for clause in clauses for value in clause.values))


def _sides(node: Node) -> list[list[RawClause]]:
    """The clauses of each search whose results together are what was asked for."""
    if isinstance(node, RawClause):
        return [[node]]
    if node.join == "OR":
        return [side for part in node.parts for side in _sides(part)]
    return [list(chain.from_iterable(choice)) for choice in product(*(_sides(part) for part in node.parts))]


def _and(clauses: list[RawClause]) -> str | None:
    texts = [mend_clause(clause).text for clause in clauses]
    return None if None in texts else " AND ".join(text for text in texts if text)
