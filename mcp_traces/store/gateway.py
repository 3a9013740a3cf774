"""The one question list that tools may ask a trace store, whichever store it is."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from mcp_traces.errors import StoreUnsupportedError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.quoting import named
from mcp_traces.records import (
    Experiment,
    Json,
    MetricDataPoint,
    MetricsQuery,
    Run,
    ScanColumn,
    StoreInfo,
    Trace,
    TraceInfo,
    TracePage,
)

OWN_ORDERS = ("tokens", "cost")
"""What MLflow does not order by: the totals of a trace."""

PARTS_OF_COST = 10**12
MAX_COST = 10**6


def cost_in_parts(cost: float | None) -> int | None:
    """A cost in USD as a whole number of parts, as it is ordered by.

    Databases read a decimal fraction from text in slightly different ways, and a page must begin where one ended.
    """
    if cost is None or cost <= 0:
        return None if cost is None else 0
    return MAX_COST * PARTS_OF_COST if cost >= MAX_COST else int(cost * PARTS_OF_COST + 0.5)


@dataclass(frozen=True, slots=True)
class Order:
    """One column of an order: a key of `ORDER_KEYS` or `OWN_ORDERS`, or `tag` or `metadata` with its `key`.

    No value comes last.
    """

    name: str
    descending: bool = False
    key: str | None = None

    @property
    def text(self) -> str:
        """In MLflow's syntax."""
        column = self.name if self.key is None else named(self.name, self.key)
        return f"{column} {'DESC' if self.descending else 'ASC'}"

    def value(self, info: TraceInfo) -> Json:
        """What the trace is ordered by; None for a trace that has no such value."""
        if self.key is not None:
            return (info.tags if self.name == "tag" else info.trace_metadata).get(self.key)
        return {
            "timestamp_ms": info.request_time_ms,
            "execution_time_ms": info.execution_duration_ms,
            "status": info.state,
            "request_id": info.trace_id,
            "name": info.stored_name,
            "run_id": info.run_id,
            "experiment_id": info.experiment_id,
            "tokens": info.total_tokens,
            "cost": cost_in_parts(info.total_cost),
        }[self.name]


TIE_BREAKERS = (Order("timestamp_ms", descending=True), Order("request_id"))
"""What MLflow appends to every order (sqlalchemy_store.py:_get_orderby_clauses_for_search_traces)."""


def total_order(orders: Sequence[Order]) -> tuple[Order, ...]:
    """`orders` with what decides between equals."""
    asked = {(one.name, one.key) for one in orders}
    return (*orders, *(one for one in TIE_BREAKERS if (one.name, one.key) not in asked))


def seek_token(orders: Sequence[Order], info: TraceInfo) -> str:
    """The page token of a database for the page that begins right after this trace."""
    return json.dumps([one.value(info) for one in total_order(orders)])


@dataclass(frozen=True, slots=True)
class TraceQuery:
    """One search, without spans: all of `clauses` hold, and where there are any, all of one of `any_of`.

    `any_of` and clauses that MLflow's syntax cannot say are for databases. Other stores find too much for them: see
    `undecided_by_mlflow`. `page_token` is the store's own, or of a database that of `seek_token`.
    """

    experiment_ids: tuple[str, ...]
    clauses: tuple[Clause, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int = 20
    page_token: str | None = None
    any_of: tuple[tuple[Clause, ...], ...] = ()


FAILURE_MARK = "!"


def feedback_failure(error: str) -> str:
    """How a scan writes a judge's error, given as JSON: no JSON begins so."""
    return FAILURE_MARK + error


@dataclass(frozen=True, slots=True)
class Scan:
    """Every trace that a search finds, or every span of them, newest trace first: the values of `columns` of each.

    With `of_spans` a row is a span, and where there are `span_clauses` one that meets all of them. `whole` says for
    which spans `span` is read, since that takes most of the time; for the others it is None. "failed" are those with
    status ERROR, and those without a stored type.
    """

    experiment_ids: tuple[str, ...]
    columns: tuple[tuple[ScanColumn, str | None], ...]
    clauses: tuple[Clause, ...] = ()
    any_of: tuple[tuple[Clause, ...], ...] = ()
    of_spans: bool = False
    span_clauses: tuple[Clause, ...] = ()
    whole: Literal["all", "untyped", "failed"] = "all"


ScanRows: TypeAlias = Sequence[Sequence[Any]]
Visit: TypeAlias = Callable[[ScanRows], bool]
"""Takes the next rows, on a worker thread. True ends the scan."""


def no_users_error(address: str) -> StoreUnsupportedError:
    """Of a store that is read with one set of rights."""
    return StoreUnsupportedError(
        f"{address} knows no users: it is read with the rights of the server.",
        "Per-user credentials (X-MLflow-Authorization) need an MLflow server as MLFLOW_TRACKING_URI.",
    )


def no_scan_error(address: str) -> StoreUnsupportedError:
    """Of a store that is not a database."""
    return StoreUnsupportedError(f"{address} is not a database that can be scanned.")


class TraceGateway(Protocol):
    """Read access to one MLflow store.

    Every method is safe to call concurrently, raises only errors of `mcp_traces.errors` (a `StoreError` when the
    store cannot answer), and stops its work when the caller is cancelled. There is no method that writes.
    """

    @property
    def is_database(self) -> bool:
        """Whether it takes every clause and every order, `any_of`, and the page tokens of `seek_token`."""
        ...

    @property
    def address(self) -> str:
        """Where the store is, without credentials; says nothing of whether it answers."""
        ...

    async def warm_up(self) -> None:
        """Do the slow work that needs no answer (imports, connections), so that the first question does not wait.

        Never raises: what fails here fails again, with its reason, at the first question.
        """
        ...

    async def store_info(self) -> StoreInfo:
        """Say which store this is. Raises a `StoreError` when it does not answer."""
        ...

    async def search_experiments(self, max_results: int) -> tuple[Experiment, ...]:
        """List up to `max_results` active experiments, the most recently updated first."""
        ...

    async def get_experiment(self, experiment_id: str) -> Experiment:
        """Get an active experiment by its id. Raises ExperimentNotFoundError."""
        ...

    async def get_experiment_by_name(self, name: str) -> Experiment:
        """Get an active experiment by its exact name. Raises ExperimentNotFoundError."""
        ...

    async def search_traces(self, query: TraceQuery) -> TracePage:
        """Search without spans. Raises InvalidFilterError when the store refuses a clause or the order."""
        ...

    async def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        """Hand the rows of a database to `visit`, some thousands at a time; returns notes on what it does not hold.

        Raises StoreUnsupportedError elsewhere.
        """
        ...

    async def version(self) -> str | None:
        """A text that is another one after anything was written; None where the store cannot say."""
        ...

    async def get_trace(self, trace_id: str) -> Trace:
        """Get a trace with its spans, also when it is still in progress. Raises TraceNotFoundError."""
        ...

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        """Get these traces with their spans, in the order of the ids; ids of no trace are left out."""
        ...

    async def get_attachment(self, trace_id: str, attachment_id: str) -> bytes:
        """Get a file that was attached to the trace.

        Raises NotFoundError when there is none, StoreUnsupportedError when it is kept where it is not read.
        """
        ...

    async def get_run(self, run_id: str) -> Run:
        """Get a run by its id. Raises RunNotFoundError, also for a deleted run."""
        ...

    async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
        """Count, or compare, without fetching. Raises StoreUnsupportedError when the store has no such metric."""
        ...

    def as_user(self, authorization: str) -> "TraceGateway":
        """The same store asked with this `Authorization` instead of the server's; it needs no closing of its own.

        Raises StoreUnsupportedError for a store that knows no users.
        """
        ...

    async def aclose(self) -> None:
        """Release connections and threads."""
        ...
