"""What is wrong with a filter, why, and the filter that was meant.

MLflow refuses some mistakes without a word on the way out, and misreads others in silence. The first are explained
when MLflow refuses; the second (`Problem.silent`) are refused here, before a wrong answer can come of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcp_traces.filters.calls import pair_up
from mcp_traces.filters.clauses import Node, RawClause, leaves
from mcp_traces.filters.grammar import field_named
from mcp_traces.filters.mended import Mended
from mcp_traces.filters.mending import mend_clause
from mcp_traces.filters.naming import field_meant
from mcp_traces.filters.parser import ParsedFilter, parse_filter
from mcp_traces.filters.searches import row_meant, searches

MAX_PROBLEM = 1_000
MAX_PROBLEMS = 8
MAX_CORRECTED = 2_000
"""What an error has room for. A corrected filter that is cut would be another filter."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in words; `silent` when MLflow would answer all the same, but another question."""

    message: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class FilterCheck:
    """`corrected` is a filter that MLflow takes and that says what was meant, None where one filter cannot.

    Nothing is left for a filter to say where the problems name arguments that say it all: then it is `dispensable`.
    """

    problems: tuple[Problem, ...]
    corrected: str | None = None
    alternatives: tuple[str, ...] = ()
    dispensable: bool = False

    @property
    def misread(self) -> bool:
        return any(problem.silent for problem in self.problems)

    @property
    def text(self) -> str:
        """The problems, and the filter to send instead."""
        said = " ".join(_cut(problem.message, MAX_PROBLEM) for problem in self.problems[:MAX_PROBLEMS])
        if len(self.corrected or "") + sum(map(len, self.alternatives)) > MAX_CORRECTED:
            return f"{said} The corrected filter is too long to be told; change in yours what is named."
        if self.corrected:
            return f"{said} Corrected filter: {self.corrected}"
        if self.alternatives:
            searches = "; ".join(f"filter: {one}" for one in self.alternatives)
            return f"{said} Search once for each instead: {searches}"
        return f"{said} Leave `filter` out." if self.dispensable else said


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


_FLAGS: dict[str, Problem] = {
    "json": Problem("A filter is text, not JSON: clauses joined by AND."),
    "or": Problem("MLflow's filters have no OR."),
    "not": Problem("MLflow's filters have no NOT in front of a clause."),
    "calls": Problem("MLflow's filters have no functions: a clause is `field operator value`."),
    "turned": Problem("The field stands left of the operator."),
    "colon": Problem("A clause is `field = 'value'`, not `field:value`; clauses are joined by AND."),
    "symbols": Problem("AND is written as a word."),
    "comma": Problem("Clauses are joined by AND, not by , or ;."),
    "list": Problem("A list is written IN ('a', 'b')."),
    "comment": Problem("MLflow's filters have no comments."),
    "braces": Problem(
        "MLflow's filters have no braces; what TraceQL calls name and status is span.name and span.status."
    ),
    "several braces": Problem("All clauses on span.* are about one and the same span: search once for each."),
    "parentheses": Problem("MLflow's filters have no parentheses but those of IN."),
    "missing and": Problem("AND is missing between two clauses.", silent=True),
    "spare and": Problem("There is an AND too many.", silent=True),
}
"""What is said of each kind of mistake that the parser finds in the whole."""

_FRAMED = Problem("A filter is only its conditions: no SELECT, WHERE, ORDER BY, LIMIT or pipe.")


def check_filter(text: str) -> FilterCheck:
    """Everything that is wrong with `text`; no problems means that we know of none."""
    parsed = parse_filter(text)
    tree = pair_up(parsed.tree) if parsed.tree else None
    sides = searches(tree) if tree else []
    words = _words(parsed)
    problems = tuple(dict.fromkeys([*_structure_problems(parsed, words), *_clause_problems(tree, sides)]))
    if any(sum(map(_is_run, side)) > 1 for side in sides):
        return FilterCheck((*problems, _SECOND_RUN))
    is_unsure = (parsed.stray and not words) or parsed.frame.refusals or "several braces" in parsed.flags
    if not problems or is_unsure or (tree and not sides):
        return FilterCheck(problems)
    return _with_corrections(problems, [_and(side) for side in sides], parsed)


def _clause_problems(tree: Node | None, sides: list[list[RawClause]]) -> Iterator[Problem]:
    for clause in leaves(tree) if tree else ():
        yield from (Problem(*one) for one in mend_clause(clause).problems)
    for side in sides:
        if (of_spans := _of_spans(side)) and _has_any_span(of_spans):
            yield _ARGUMENT_APART
        elif len(of_spans) > 1 and any(field_named(clause.field) is None for clause, _ in of_spans):
            yield _ONE_SPAN


def _of_spans(side: list[RawClause]) -> list[tuple[RawClause, Mended]]:
    mended = [(clause, mend_clause(clause)) for clause in side]
    return [(clause, one) for clause, one in mended if one.is_of_spans]


def _has_any_span(of_spans: list[tuple[RawClause, Mended]]) -> bool:
    """Whether a clause on any failed span stands beside others, which would be about that very span."""
    return len(of_spans) > 1 and any(one.any_span for _, one in of_spans)


_ARGUMENT_APART = Problem("Use the argument has_error=true: it is about any span.")
_ONE_SPAN = Problem("Clauses on span.* and trace.text must all hold for one and the same span.")


def _with_corrections(problems: tuple[Problem, ...], filters: list[str | None], parsed: ParsedFilter) -> FilterCheck:
    """Of several searches each must have a filter: what an argument says cannot be said for one of them alone."""
    said = [one for one in filters if one]
    if len(filters) > 1 and len(said) < len(filters):
        return FilterCheck(problems)
    if len(said) > 1:
        return FilterCheck(problems, alternatives=tuple(said))
    if said:
        return FilterCheck(problems, said[0])
    is_said = bool(parsed.frame.arguments or parsed.stray) if not filters else filters == [""]
    return FilterCheck(problems, dispensable=is_said)


def _structure_problems(parsed: ParsedFilter, words: str | None) -> Iterator[Problem]:
    yield from (problem for flag, problem in _FLAGS.items() if flag in parsed.flags)
    if parsed.frame.found:
        yield _FRAMED
    if parsed.frame.arguments:
        plural = "s" if len(parsed.frame.arguments) > 1 else ""
        yield Problem(f"Use the argument{plural} {', '.join(parsed.frame.arguments)}.")
    yield from map(Problem, parsed.frame.refusals)
    if words:
        yield Problem(f"Words go into the argument text={words!r}.")
    elif parsed.stray:
        yield Problem(
            f"{' '.join(parsed.stray)!r} is no part of a clause; a clause is: field operator value." + _as_text(parsed)
        )


def _words(parsed: ParsedFilter) -> str | None:
    """What is to be searched as text: words that belong to no clause, alone or as Sentry and Langfuse take them."""
    words = " ".join(one.strip("'\"") for one in parsed.stray)
    plain = all(re.fullmatch(r"[\w.*'\"-][\w.:*'\" -]*", one) for one in parsed.stray)
    if not plain or not words or parsed.flags - {"colon", "colon and", "missing and"}:
        return None
    return words if "colon" in parsed.flags else None


def _as_text(parsed: ParsedFilter) -> str:
    """For a filter that is nothing but words, where to put them."""
    words = " ".join(parsed.stray)
    is_words = (
        parsed.tree is None
        and parsed.stray
        and field_meant(parsed.stray[0]) is None
        and re.fullmatch(r"[\w .'\"-]*[^\W\d][\w .'\"-]*", words)
    )
    return f" Words of spans are searched with the argument text={words.strip(_QUOTES)!r}." if is_words else ""


_QUOTES = "'\""


def _is_run(clause: RawClause) -> bool:
    field = row_meant(clause)
    return field is not None and field.name == "trace.run_id" and clause.meant in ("=", "IN")


_SECOND_RUN = Problem("Of several `run_id =` MLflow takes the last only, and no trace is of two runs.", silent=True)


def _and(clauses: list[RawClause]) -> str | None:
    """The clauses joined; empty where arguments say them all."""
    apart = _has_any_span(_of_spans(clauses))
    mended = [one for one in map(mend_clause, clauses) if not (apart and one.any_span)]
    texts = [one.text for one in mended]
    return None if None in texts else " AND ".join(text for text in texts if text)
