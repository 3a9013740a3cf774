"""A gateway that measures how long the store took: for each call, the time in which at least one question was open."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from mcp_traces.records import Experiment, MetricDataPoint, MetricsQuery, Run, StoreInfo, Trace, TracePage
from mcp_traces.store.gateway import Scan, TraceGateway, TraceQuery, Visit


@dataclass(slots=True)
class Stopwatch:
    """Runs while anything is open; questions that are open side by side count once."""

    seconds: float = 0.0
    _open: int = 0
    _since: float = 0.0

    @contextmanager
    def running(self) -> Generator[None]:
        if not self._open:
            self._since = time.perf_counter()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self.seconds += time.perf_counter() - self._since


def _nobodys() -> ContextVar[Stopwatch]:
    return ContextVar("stopwatch")


@dataclass(frozen=True, slots=True)
class TimedGateway:
    """The gateway it wraps; `stopwatch` holds the one of the call under way, which its own tasks share."""

    inner: TraceGateway
    stopwatch: ContextVar[Stopwatch] = field(default_factory=_nobodys)

    @property
    def is_database(self) -> bool:
        return self.inner.is_database

    @property
    def address(self) -> str:
        return self.inner.address

    async def warm_up(self) -> None:
        await self.inner.warm_up()

    async def store_info(self) -> StoreInfo:
        with self._timed():
            return await self.inner.store_info()

    async def search_experiments(self, max_results: int) -> tuple[Experiment, ...]:
        with self._timed():
            return await self.inner.search_experiments(max_results)

    async def get_experiment(self, experiment_id: str) -> Experiment:
        with self._timed():
            return await self.inner.get_experiment(experiment_id)

    async def get_experiment_by_name(self, name: str) -> Experiment:
        with self._timed():
            return await self.inner.get_experiment_by_name(name)

    async def search_traces(self, query: TraceQuery) -> TracePage:
        with self._timed():
            return await self.inner.search_traces(query)

    async def scan(self, scan: Scan, visit: Visit) -> tuple[str, ...]:
        with self._timed():
            return await self.inner.scan(scan, visit)

    async def version(self) -> str | None:
        with self._timed():
            return await self.inner.version()

    async def get_trace(self, trace_id: str) -> Trace:
        with self._timed():
            return await self.inner.get_trace(trace_id)

    async def get_traces(self, trace_ids: Sequence[str]) -> tuple[Trace, ...]:
        with self._timed():
            return await self.inner.get_traces(trace_ids)

    async def get_attachment(self, trace_id: str, attachment_id: str) -> bytes:
        with self._timed():
            return await self.inner.get_attachment(trace_id, attachment_id)

    async def get_run(self, run_id: str) -> Run:
        with self._timed():
            return await self.inner.get_run(run_id)

    async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
        with self._timed():
            return await self.inner.query_trace_metrics(query)

    def as_user(self, authorization: str) -> "TimedGateway":
        return TimedGateway(self.inner.as_user(authorization), self.stopwatch)

    async def aclose(self) -> None:
        await self.inner.aclose()

    @contextmanager
    def _timed(self) -> Generator[None]:
        stopwatch = self.stopwatch.get(None)
        if stopwatch is None:  # asked outside of a call
            yield
        else:
            with stopwatch.running():
                yield
