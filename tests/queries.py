"""Queries from MLflow's own texts, as tests like to write them: a filter, and orders such as `name ASC`."""

from collections.abc import Sequence
from typing import Any

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.clause import Clause, filter_text
from mcp_traces.filters.reader import read_filter
from mcp_traces.store.gateway import Order, TraceQuery
from mcp_traces.tools.ordering import parse_order


def clauses_of(text: str | None) -> tuple[Clause, ...]:
    """The clauses of a filter. Raises InvalidFilterError for one that MLflow does not take, or misreads."""
    read = read_filter(text or "")
    if read.problems:
        raise InvalidFilterError(read.message)
    return read.clauses


def orders_of(texts: Sequence[str]) -> tuple[Order, ...]:
    """Raises InvalidArgumentError for an order that MLflow does not have."""
    return tuple(order for text in texts for order in parse_order(text).orders[:1])


def query_of(
    experiment_ids: Sequence[str], text: str | None = None, order_by: Sequence[str] = (), **fields: Any
) -> TraceQuery:
    return TraceQuery(tuple(experiment_ids), clauses_of(text), orders_of(order_by), **fields)


def text_of(query: TraceQuery) -> str | None:
    """What an MLflow server would be sent."""
    return filter_text(query.clauses)
