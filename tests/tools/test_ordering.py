"""`order_by`: names for what people mean, MLflow's clauses for the rest, and nothing that orders by something else."""

import pytest

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.tools.ordering import NAMED_ORDERS, parse_order


@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("name", ("name ASC",)),
        ("name desc, timestamp_ms ASC", ("name DESC", "timestamp_ms ASC")),
        ("trace.status", ("status ASC",)),
        ("tag.model-name DESC", ("tag.`model-name` DESC",)),
        ('tags."a b"', ("tag.`a b` ASC",)),
        ("metadata.`x,y` ASC, name", ("metadata.`x,y` ASC", "name ASC")),
    ],
)
def test_clauses_are_those_that_mlflow_reads(written: str, clauses: tuple[str, ...]) -> None:
    """A key that needs quotes gets them."""
    from mlflow.utils.search_utils import SearchTraceUtils

    assert tuple(order.text for order in parse_order(written).orders) == clauses
    for clause in clauses:
        _, key, ascending = SearchTraceUtils.parse_order_by_for_search_traces(clause)
        assert key in written or (key, "name" in written) == ("mlflow.traceName", True)
        assert ascending is clause.endswith("ASC")


@pytest.mark.parametrize(
    ("written", "name"),
    [("Newest", "newest"), ("timestamp DESC", "newest"), ("execution_time ASC", "fastest"), ("timestamp_ms", "oldest")],
)
def test_what_can_be_continued_from_a_value_is(written: str, name: str) -> None:
    """However it is written, it pages steadily."""
    assert parse_order(written) == NAMED_ORDERS[name]


@pytest.mark.parametrize("written", ["tag.name", "metadata.`Text` DESC", "tags.run_id ASC"])
def test_a_key_that_mlflow_takes_for_something_else_is_refused(written: str) -> None:
    """`tag.name` orders by the trace's name there, and nobody is told."""
    with pytest.raises(InvalidArgumentError, match="would order by another field"):
        parse_order(written)


@pytest.mark.parametrize("written", ["", "latency", "name UP", "span.name ASC", "name,,status", "tag. ASC"])
def test_what_is_no_order_is_refused(written: str) -> None:
    """With all that is one."""
    with pytest.raises(InvalidArgumentError, match="is not an order MLflow knows"):
        parse_order(written)
