"""MLflow's client and each step of ours in one process: the questions as JSON on stdin, milliseconds on stdout."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
from mlflow import MlflowClient

from bench.comparison.parts import ROUNDS, ROWS
from mcp_traces.records import Trace
from mcp_traces.results import GetTraceResult
from mcp_traces.settings import Settings
from mcp_traces.shaping.cleaning import Cleaner, cleaner_for
from mcp_traces.shaping.rows import concise, trace_row
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.text import compact
from mcp_traces.store.gateway import Order, TraceGateway, TraceQuery
from mcp_traces.store.open_gateway import open_gateway
from mcp_traces.tools.trace_views import TraceView

CLIENT = "MLflow's client, for the same question"
STORE = "the database, read into records"
MASKS = "credentials masked, control characters made visible"
SHAPE = "rows; tree, totals, critical path, overview"

Timed = TypeVar("Timed")


class _Watch:
    """Milliseconds of each part, as often as it was timed."""

    def __init__(self) -> None:
        self._taken: dict[str, list[float]] = {}

    def time(self, part: str, call: Callable[[], Timed]) -> Timed:
        began = time.perf_counter()
        answer = call()
        self.add(part, began)
        return answer

    def add(self, part: str, began: float) -> None:
        self._taken.setdefault(part, []).append(1000 * (time.perf_counter() - began))

    def medians(self) -> dict[str, float]:
        return {part: statistics.median(self._taken[part]) for part in (CLIENT, STORE, MASKS, SHAPE)}


@dataclass(frozen=True, slots=True)
class _Asked:
    """MLflow's client and our gateway, for the same file."""

    client: MlflowClient
    gateway: TraceGateway
    cleaner: Cleaner
    max_chars: int
    experiment_id: str

    async def search(self) -> dict[str, float]:
        query = TraceQuery((self.experiment_id,), limit=ROWS, order_by=(Order("timestamp_ms", descending=True),))
        store, watch = await self.gateway.store_info(), _Watch()
        for _ in range(1 + ROUNDS):
            watch.time(
                CLIENT,
                lambda: self.client.search_traces(
                    locations=[self.experiment_id], max_results=ROWS, include_spans=False
                ),
            )
            began = time.perf_counter()
            page = await self.gateway.search_traces(query)
            watch.add(STORE, began)
            cleaned = watch.time(MASKS, lambda page=page: self.cleaner.infos(list(map(concise, page.traces))))
            watch.time(SHAPE, lambda cleaned=cleaned: [_size(trace_row(one, store)) for one in cleaned])
        return watch.medians()

    async def get_trace(self, trace_ids: list[str]) -> dict[str, float]:
        store, watch = await self.gateway.store_info(), _Watch()
        for trace_id in trace_ids:
            self.client.get_trace(trace_id, display=False)
            watch.time(CLIENT, lambda one=trace_id: self.client.get_trace(one, display=False))
            began = time.perf_counter()
            trace = await self.gateway.get_trace(trace_id)
            watch.add(STORE, began)
            cleaned = watch.time(MASKS, lambda trace=trace: self.cleaner.trace(trace))

            def shaped(cleaned: Trace = cleaned) -> GetTraceResult:
                tree = build_tree(cleaned.spans)
                return TraceView(cleaned, tree, store, self.max_chars, None, self.cleaner).overview()

            watch.time(SHAPE, shaped)
        return watch.medians()


def _size(row: Any) -> int:
    return len(compact(row.model_dump(mode="json")))


async def _measured(uri: str, experiment_id: str, traces: Mapping[str, list[str]]) -> dict[str, dict[str, float]]:
    settings = Settings(tracking_uri=uri)
    async with aclosing(open_gateway(settings)) as gateway:
        await gateway.warm_up()
        cleaner = cleaner_for(settings.redact)
        asked = _Asked(MlflowClient(uri), gateway, cleaner, settings.max_chars, experiment_id)
        found = {f"search of {ROWS}": await asked.search()}
        for spans, trace_ids in traces.items():
            found[f"get_trace of {int(spans):,} spans"] = await asked.get_trace(trace_ids)
        return found


if __name__ == "__main__":
    print(json.dumps(anyio.run(_measured, *json.load(sys.stdin))))
