"""MLflow's Python client in a process of its own: a JSON question per line on stdin, a JSON answer per line on stdout.

The seconds it tells are those of MLflow's own call: neither the way here and back nor the writing of the answer.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
from mlflow.tracking._tracking_service.utils import _get_store

PAGE = 500
"""Traces that MLflow returns at a time; its server takes no more."""


class Answers:
    """What can be asked."""

    def __init__(self, tracking_uri: str) -> None:
        mlflow.set_tracking_uri(tracking_uri)
        self._client = MlflowClient(tracking_uri)
        self._client.search_experiments(max_results=1)

    def ready(self) -> dict[str, Any]:
        return {}

    def search(self, experiment_id: str, **arguments: Any) -> dict[str, Any]:
        """Trace infos, the newest first, and the token of the next page."""
        page, seconds = _timed(
            lambda: self._client.search_traces(locations=[experiment_id], include_spans=False, **arguments)
        )
        token = page.token.decode() if isinstance(page.token, bytes) else page.token
        return {"seconds": seconds, "trace_ids": [trace.info.trace_id for trace in page], "page_token": token}

    def metrics(
        self, experiment_id: str, view: str, metric: str, dimensions: list[str], aggregations: list[str]
    ) -> dict[str, Any]:
        """The first figure of each value of the dimension."""
        points, seconds = _timed(
            lambda: _get_store().query_trace_metrics(
                experiment_ids=[experiment_id],
                view_type=MetricViewType[view],
                metric_name=metric,
                aggregations=[_aggregation(one) for one in aggregations],
                dimensions=dimensions,
            )
        )
        values = {next(iter(one.dimensions.values())): next(iter(one.values.values())) for one in points}
        return {"seconds": seconds, "values": values}

    def spans_by_name(self, experiment_id: str, traces: int) -> dict[str, Any]:
        """Counts the spans of the newest traces, and the longest inputs of each name, as a program does."""

        def counted() -> dict[str, int]:
            counts: dict[str, int] = {}
            longest: dict[str, int] = {}
            token, left = None, traces
            while left:
                page = self._client.search_traces(
                    locations=[experiment_id], max_results=min(left, PAGE), page_token=token, include_spans=True
                )
                for span in (span for trace in page for span in trace.data.spans):
                    counts[span.name] = counts.get(span.name, 0) + 1
                    longest[span.name] = max(longest.get(span.name, 0), len(json.dumps(span.inputs)))
                token, left = page.token, left - len(page)
            return counts

        counts, seconds = _timed(counted)
        return {"seconds": seconds, "counts": counts}

    def get_trace(self, trace_id: str) -> dict[str, Any]:
        trace, seconds = _timed(lambda: self._client.get_trace(trace_id, display=False))
        return {"seconds": seconds, **_outline(trace)}

    def read_trace(self, trace_id: str) -> dict[str, Any]:
        """As `get_trace`, and then what an overview tells of the spans, which MLflow decodes when it is asked."""
        (trace, totals), seconds = _timed(lambda: _read(self._client.get_trace(trace_id, display=False)))
        return {"seconds": seconds, "totals": totals, **_outline(trace)}


def _aggregation(name: str) -> MetricAggregation:
    if name.startswith("P"):
        return MetricAggregation(AggregationType.PERCENTILE, percentile_value=float(name[1:]))
    return MetricAggregation(AggregationType[name])


def _outline(trace: Any) -> dict[str, Any]:
    spans = trace.data.spans
    (root,) = [span.name for span in spans if span.parent_id is None]
    return {"root": root, "span_ids": [span.span_id for span in spans]}


def _read(trace: Any) -> tuple[Any, dict[str, list[int]]]:
    """The trace, and for each type of span how many there are, how many failed, their nanoseconds and tokens."""
    totals: dict[str, list[int]] = {}
    for span in trace.data.spans:
        usage = span.get_attribute("mlflow.chat.tokenUsage") or {}
        lasted = (span.end_time_ns or span.start_time_ns) - span.start_time_ns
        told = (1, span.status.status_code.value == "ERROR", lasted, usage.get("total_tokens", 0))
        before = totals.get(span.span_type, [0] * len(told))
        totals[span.span_type] = [one + more for one, more in zip(before, told, strict=True)]
    return trace, totals


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return call(), time.perf_counter() - began


def main(tracking_uri: str) -> None:
    # Whatever MLflow prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    known = Answers(tracking_uri)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(getattr(known, name)(**arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
