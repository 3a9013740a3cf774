"""Whether a span as it was read meets a condition on spans: for what a store does not decide, or not span by span."""

import re
from collections.abc import Callable, Sequence

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.clause import CONTAINS, IS, SPAN_ATTRIBUTE, SPAN_DURATION, Clause
from mcp_traces.filters.fulltext import Words
from mcp_traces.records import Span
from mcp_traces.rlike import ExpressionError, rlike

_TEXTS: dict[str, Callable[[Span], str]] = {
    "span.name": lambda span: span.name,
    "span.type": lambda span: span.span_type,
    "span.status": lambda span: span.status,
}


def span_meets(span: Span, clause: Clause) -> bool:
    """Whether the clause, which `is_checkable`, holds for the span. Raises InvalidFilterError for an expression that
    cannot be matched."""
    if clause.field is SPAN_DURATION:
        return span.duration_ns is not None and span.duration_ns >= float(str(clause.value)) * 1_000_000
    if clause.operator == CONTAINS:
        return Words(str(clause.value)).are_in(span)
    return _compare(_TEXTS[clause.field.name](span), clause)


def is_checkable(clause: Clause) -> bool:
    """Whether `span_meets` can decide it: patterns over the stored JSON of a span cannot be matched with what was
    read."""
    return clause.is_of_spans and not (
        clause.field.name == SPAN_ATTRIBUTE or (clause.field.name == "trace.text" and clause.operator != CONTAINS)
    )


def meets_all(span: Span, clauses: Sequence[Clause]) -> bool:
    return all(span_meets(span, clause) for clause in clauses)


def _compare(held: str, clause: Clause) -> bool:
    wanted = clause.value
    if isinstance(wanted, tuple):
        return (held in wanted) is (clause.operator == "IN")
    if clause.operator in ("=", IS):
        return held == wanted
    match clause.operator:
        case "!=":
            return held != wanted
        case "LIKE":
            return _like(str(wanted)).fullmatch(held) is not None
        case "ILIKE":
            return _like(str(wanted).lower()).fullmatch(held.lower()) is not None
        case _:
            try:
                return rlike(str(wanted))(held)
            except ExpressionError as error:
                raise InvalidFilterError(f"RLIKE {wanted!r} is not a valid regular expression: {error}.") from None


def _like(pattern: str) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(one) or re.escape(one) for one in pattern), re.DOTALL)
