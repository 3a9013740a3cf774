"""Prometheus metrics of the calls: how many, how they went, how long, how large, how much of it was MLflow."""

from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from mcp_traces.observing import CallEnd

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_CHARS = (500, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000)


@dataclass(frozen=True, slots=True)
class CallMetrics:
    """An Observer with a registry of its own. No caller stands in a label: there may be thousands."""

    waiting: Callable[[], float]
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _calls: Counter = field(init=False)
    _seconds: Histogram = field(init=False)
    _store_seconds: Histogram = field(init=False)
    _waited: Histogram = field(init=False)
    _chars: Histogram = field(init=False)
    _in_flight: Gauge = field(init=False)

    def __post_init__(self) -> None:
        registry = self.registry
        ProcessCollector(registry=registry)
        metrics = {
            "_calls": Counter("mcp_traces_calls", "Calls that ended", ["tool", "outcome"], registry=registry),
            "_seconds": _histogram("call_seconds", "Duration of calls, waiting included", _SECONDS, registry),
            "_store_seconds": _histogram(
                "mlflow_seconds", "Time of calls in which MLflow was asked", _SECONDS, registry
            ),
            "_waited": _histogram("wait_seconds", "Time that calls waited for their turn", _SECONDS, registry),
            "_chars": _histogram("answer_chars", "Length of answers", _CHARS, registry),
            "_in_flight": Gauge("mcp_traces_calls_in_flight", "Calls begun and not ended", ["tool"], registry=registry),
        }
        for name, metric in metrics.items():
            object.__setattr__(self, name, metric)
        waiting = Gauge("mcp_traces_calls_waiting", "Calls that wait for their turn", registry=registry)
        waiting.set_function(self.waiting)

    def call_began(self, tool: str) -> None:
        self._in_flight.labels(tool).inc()

    def call_ended(self, call: CallEnd) -> None:
        self._in_flight.labels(call.tool).dec()
        self._calls.labels(call.tool, call.outcome).inc()
        self._seconds.labels(call.tool).observe(call.duration_s)
        self._store_seconds.labels(call.tool).observe(call.store_s)
        self._waited.labels(call.tool).observe(call.waited_s)
        self._chars.labels(call.tool).observe(call.chars)

    async def page(self, _: Request) -> Response:
        """The metrics in Prometheus' text format."""
        return Response(generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _histogram(name: str, what: str, buckets: tuple[float, ...], registry: CollectorRegistry) -> Histogram:
    return Histogram(f"mcp_traces_{name}", what, ["tool"], buckets=buckets, registry=registry)
