"""The one question list that tools may ask a trace store, whichever store it is."""

from typing import Protocol

from mcp_traces.records import Experiment, MetricDataPoint, MetricsQuery, StoreInfo, Trace, TracePage, TraceQuery


class TraceGateway(Protocol):
    """Read access to one MLflow store.

    Every method is safe to call concurrently, raises only errors of `mcp_traces.errors` (a `StoreError` when the
    store cannot answer), and stops its work when the caller is cancelled. There is no method that writes.
    """

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
        """Search without spans. Raises InvalidFilterError when MLflow refuses the filter or the order."""
        ...

    async def get_trace(self, trace_id: str) -> Trace:
        """Get a trace with its spans, also when it is still in progress. Raises TraceNotFoundError."""
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
