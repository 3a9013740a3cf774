"""The rows of a scan made from records, for stores that are not databases."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mcp_traces.filters.span_clauses import meets_all
from mcp_traces.records import CACHE_READ_TOKENS, ScanColumn, Span, Trace, TraceInfo
from mcp_traces.store.gateway import Scan, feedback_failure

_OF_TRACE: dict[ScanColumn, Callable[[TraceInfo], Any]] = {
    "trace_id": lambda info: info.trace_id,
    "experiment_id": lambda info: info.experiment_id,
    "time_ms": lambda info: info.request_time_ms,
    "duration_ms": lambda info: info.execution_duration_ms,
    "status": lambda info: info.state,
    "name": lambda info: info.name,
    "session_id": lambda info: info.session_id,
    "runs": lambda info: info.run_id,
    "input_tokens": lambda info: info.token_usage.get("input_tokens"),
    "output_tokens": lambda info: info.token_usage.get("output_tokens"),
    "total_tokens": lambda info: info.token_usage.get("total_tokens"),
    "cached_tokens": lambda info: info.token_usage.get(CACHE_READ_TOKENS),
    "cost": lambda info: info.cost.get("total_cost"),
    "request": lambda info: info.request_preview,
    "response": lambda info: info.response_preview,
}
_OF_SPAN: dict[ScanColumn, Callable[[Span], Any]] = {
    "span_id": lambda span: span.span_id,
    "parent_id": lambda span: span.parent_id,
    "span_start_ns": lambda span: span.start_time_ns,
    "span_name": lambda span: span.name,
    "span_type": lambda span: span.span_type,
    "span_status": lambda span: span.status,
    "span_duration_ns": lambda span: span.duration_ns,
    "span": lambda span: span,
}


def scanned_traces(scan: Scan, infos: Sequence[TraceInfo]) -> Iterator[list[Any]]:
    """A row for each trace; where feedback or assessments are read, one for each of them."""
    assessments = [index for index, (name, _) in enumerate(scan.columns) if name == "assessment"]
    values = {index: key for index, (name, key) in enumerate(scan.columns) if name == "feedback"}
    names = [index for index, (name, _) in enumerate(scan.columns) if name == "feedback_name"]
    for info in infos:
        row = _row(info, scan)
        if assessments:
            for assessment in info.assessments or (None,):
                yield [assessment if index in assessments else one for index, one in enumerate(row)]
            continue
        if not values:
            yield row
            continue
        for name, value in list(_feedback(info, next(iter(values.values())))) or [(None, None)]:
            given = dict.fromkeys(values, value) | dict.fromkeys(names, name)
            yield [given.get(index, one) for index, one in enumerate(row)]


def scanned_spans(scan: Scan, traces: Sequence[Trace]) -> Iterator[list[Any]]:
    """A row for each span that meets the clauses of the scan."""
    for trace in traces:
        row = _row(trace.info, scan)
        for span in trace.spans:
            if meets_all(span, scan.span_clauses):
                of_span = {
                    index: _OF_SPAN[name](span) for index, (name, _) in enumerate(scan.columns) if name in _OF_SPAN
                }
                yield [of_span.get(index, one) for index, one in enumerate(row)]


def _row(info: TraceInfo, scan: Scan) -> list[Any]:
    return [_value(info, name, key) for name, key in scan.columns]


def _value(info: TraceInfo, name: ScanColumn, key: str | None) -> Any:
    if name in ("tags", "metadata"):
        mapping = info.tags if name == "tags" else info.trace_metadata
        return dict(mapping) if key is None else mapping.get(key)
    read = _OF_TRACE.get(name)
    return read(info) if read else None


def _feedback(info: TraceInfo, key: str | None) -> Iterator[tuple[str, str]]:
    """Name and value of each valid feedback of this name, or of all."""
    for one in info.assessments:
        if one.kind == "feedback" and one.valid and (key is None or one.name == key):
            if one.failure is not None:
                error = {"error_code": one.failure.code, "error_message": one.failure.message}
                yield one.name, feedback_failure(json.dumps(error))
            else:
                yield one.name, json.dumps(one.value)
