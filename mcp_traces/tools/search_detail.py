"""What a page of a search shows of spans: the error of each trace, where the search asks for failures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import anyio
from anyio import to_thread

from mcp_traces.errors import StoreError
from mcp_traces.filters.clause import HAS_ERROR, Clause
from mcp_traces.records import Trace, TraceInfo
from mcp_traces.shaping.cleaning import Cleaner
from mcp_traces.shaping.failures import error_line, root_causes
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.tools.state import AppState

ERRORS_SHARE = 0.3
"""The share of a call's time for reading the spans of failed traces; rows are useful without their errors."""

SPANS_AT_ONCE = 3_000
"""Spans that are read in one question: those of a page of ordinary traces, or of one large trace."""

_STATUSES = ("trace.status", "span.status")


def asks_for_failures(clauses: Iterable[Clause]) -> bool:
    """Whether the traces found are, or may be, those that failed."""
    return any(
        one.value is True
        if one.field is HAS_ERROR
        else one.field.name in _STATUSES and one.operator in ("=", "IN") and "ERROR" in _values(one)
        for one in clauses
    )


def _values(one: Clause) -> tuple[object, ...]:
    return one.value if isinstance(one.value, tuple) else (one.value,)


@dataclass(frozen=True, slots=True)
class Errors:
    """One line for each trace that has a failed span, by its id; a note where not all traces could be read."""

    by_trace: dict[str, str]
    notes: list[str]


NO_ERRORS = Errors({}, [])


async def read_errors(state: AppState, infos: Sequence[TraceInfo]) -> Errors:
    """The root cause in each of the traces, as far as their spans can be read in a share of the call's time."""
    by_trace: dict[str, str] = {}
    notes: list[str] = []
    read = 0
    try:
        with anyio.move_on_after(state.settings.timeout_s * ERRORS_SHARE):
            for batch in _batches(infos):
                traces = await state.gateway.get_traces([info.trace_id for info in batch])
                by_trace |= await to_thread.run_sync(_error_lines, traces, state.cleaner, abandon_on_cancel=True)
                read += len(batch)
    except StoreError as error:
        notes.append(f"The store did not return all spans, so some rows have no error: {error.message}")
    if read < len(infos) and not notes:
        notes.append(f"error was read for {read} of {len(infos)} rows in the time a call may take; get_trace shows it.")
    return Errors(by_trace, notes)


def _batches(infos: Sequence[TraceInfo]) -> Iterator[list[TraceInfo]]:
    batch: list[TraceInfo] = []
    spans = 0
    for info in sorted(infos, key=lambda one: one.span_count or 0):
        spans += info.span_count or 1
        if batch and spans > SPANS_AT_ONCE:
            yield batch
            batch, spans = [], info.span_count or 1
        batch.append(info)
    if batch:
        yield batch


def _error_lines(traces: Sequence[Trace], cleaner: Cleaner) -> dict[str, str]:
    lines: dict[str, str] = {}
    for trace in traces:
        cause = next(iter(root_causes(build_tree(trace.spans))), None)
        if cause is not None:
            (span,) = cleaner.spans((cause.span,))
            lines[trace.info.trace_id] = error_line(span)
    return lines
