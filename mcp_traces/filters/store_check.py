"""What the checker proposes, for one store, which may lack some of the grammar that a correction would use."""

from collections.abc import Iterator
from dataclasses import replace

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.checker import FilterCheck, Problem
from mcp_traces.filters.compiler import Clause
from mcp_traces.filters.versions import refuse_what_it_cannot
from mcp_traces.records import StoreInfo


def for_store(store: StoreInfo, check: FilterCheck) -> FilterCheck:
    """The check without filters that this store would refuse too; its problems then say why."""
    proposed = [one for one in (check.corrected, *check.alternatives) if one]
    if not (reasons := dict.fromkeys(reason for one in proposed for reason in _reasons(store, one))):
        return check
    told = (Problem(f"One filter cannot say it here. {reason}") for reason in reasons)
    return replace(check, problems=(*check.problems, *told), corrected=None, alternatives=())


def _reasons(store: StoreInfo, text: str) -> Iterator[str]:
    try:
        refuse_what_it_cannot(store, (Clause("filter", text),))
    except InvalidFilterError as error:
        yield error.message
