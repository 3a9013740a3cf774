"""compare_traces: two traces span by span, or two evaluation runs row by row."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import anyio
from anyio import to_thread
from pydantic import Field

from mcp_traces.comparison_results import CompareTracesResult
from mcp_traces.errors import InvalidArgumentError, RunNotFoundError, StoreUnsupportedError, TraceNotFoundError
from mcp_traces.filters.compiler import clause
from mcp_traces.records import SPAN_INPUTS_ATTRIBUTE, Run, Trace, TraceInfo
from mcp_traces.shaping.run_comparison import (
    Pairing,
    RunRows,
    compare_runs,
    inputs_in_preview,
    inputs_key,
    pair_by_ids,
)
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.trace_comparison import Side, compare_side_by_side
from mcp_traces.side_by_side import side_by_side
from mcp_traces.store.gateway import Order, TraceQuery
from mcp_traces.times import iso_utc
from mcp_traces.tools.params import MaxChars, Text
from mcp_traces.tools.state import AppState, ToolContext, state_of
from mcp_traces.tools.trace_lookup import find_by_beginning, find_exact_trace, find_trace, read_trace_id

TITLE = "Compare traces or runs"
DEFAULT_CHARS = 4_000

ROWS_PER_PAGE = 500
"""The most that an MLflow server returns at once."""

TRACES_AT_ONCE = 50
READING_SHARE = 0.6
"""The share of a call's time after which what was read by then is compared."""

_KIND = re.compile(r"\s*(?P<kind>trace|run):(?!/)(?P<id>.*)", re.DOTALL)
"""`trace:/` begins the id of a trace in Unity Catalog."""

_RUN_LINK = re.compile(r"/runs/([0-9a-f]{32})\b|[?&](?:selectedRunUuid|runUuid|runId)=([0-9a-f]{32})\b")
_RUN_ID = re.compile(r"(?!tr-)[\w-]{1,64}")


async def compare_traces(
    context: ToolContext,
    a: Annotated[Text, Field(description="id of a trace or a run, the older or good one; trace:ID or run:ID decides")],
    b: Annotated[Text, Field(description="the one to compare with it, of the same kind")],
    max_chars: Annotated[MaxChars, Field(description=f"budget of the answer; default {DEFAULT_CHARS}")] = None,
) -> CompareTracesResult:
    """Compare two MLflow traces, or two evaluation runs: what changed, and where it began.

    Traces: spans are aligned (parallel order does not matter, a retry is an extra span). first_divergence is the first
    difference in order of execution; then the others, spans in one only, and where the time went. Values show the part
    that differs; get_trace(trace_id, span_ids=span_a, path=path) reads them whole.

    Runs: rows are paired by request id or input; per scorer rates, improved, regressed and an exact test; then the
    regressed rows, worst first.

    Example: a="tr-4f1c", b="tr-9d02" returns first_divergence {"what": "inputs (case only)", "name": "search",
    "path": "inputs.query", "a": "Refund", "b": "refund"}.
    """
    state = state_of(context)
    budget = max_chars or min(DEFAULT_CHARS, state.settings.max_chars)
    compared = await _find_both(state, a, b)
    if isinstance(compared, _Runs):
        return await _compare_runs(state, compared, budget)
    return await _compare_traces(state, compared, budget)


# Which two.


@dataclass(frozen=True, slots=True)
class _Traces:
    a: Trace
    b: Trace


@dataclass(frozen=True, slots=True)
class _Runs:
    a: Run
    b: Run


async def _find_both(state: AppState, a: str, b: str) -> _Traces | _Runs:
    one, other = await _find(state, "a", a), await _find(state, "b", b)
    if isinstance(one, Run) and isinstance(other, Run):
        return _Runs(one, other)
    if isinstance(one, Trace) and isinstance(other, Trace):
        return _Traces(one, other)
    raise InvalidArgumentError(f"`a` is {_named(one)} and `b` is {_named(other)}.", "Compare two traces, or two runs.")


def _named(found: Trace | Run) -> str:
    return f"the run {found.run_id}" if isinstance(found, Run) else f"the trace {found.info.trace_id}"


async def _find(state: AppState, argument: str, text: str) -> Trace | Run:
    """The trace or the run that is meant. Raises InvalidArgumentError, TraceNotFoundError or RunNotFoundError."""
    kind, text = _kind_and_id(text)
    if kind == "trace":
        return await find_trace(state, text)
    run_id = _run_id(text)
    if kind == "run":
        return await _find_run(state, run_id or text)
    run = await _maybe_run(state, run_id) if run_id else None
    if run is not None and run_id != text.strip():
        return run  # a link says what it leads to
    trace = await find_exact_trace(state, read_trace_id(text))
    if run is not None and trace is not None:
        raise InvalidArgumentError(
            f"`{argument}` {text!r} is the id of a run and of a trace ({trace.info.trace_id}).",
            f"Write run:{run.run_id} or trace:{trace.info.trace_id}.",
        )
    found = run or trace
    if found is not None:
        return found
    try:
        return await find_by_beginning(state, read_trace_id(text))
    except TraceNotFoundError as error:
        raise TraceNotFoundError(
            f"`{argument}` {text!r} is not the id of a trace or of a run that you can read. {error.message}",
            "search_traces finds traces; its rows have trace_id and run_id.",
        ) from None


def _kind_and_id(text: str) -> tuple[Literal["trace", "run"] | None, str]:
    found = _KIND.fullmatch(text)
    if found is None:
        return None, text
    return ("run" if found["kind"] == "run" else "trace"), found["id"].strip()


def _run_id(text: str) -> str | None:
    """What may be the id of a run: runs of most stores have 32 hexadecimal digits."""
    if link := _RUN_LINK.search(text):
        return link[1] or link[2]
    text = text.strip().strip("'\"`")
    return text if _RUN_ID.fullmatch(text) else None


async def _maybe_run(state: AppState, run_id: str) -> Run | None:
    with suppress(RunNotFoundError, StoreUnsupportedError):
        return await _find_run(state, run_id)
    return None


async def _find_run(state: AppState, run_id: str) -> Run:
    """The run, if its experiment may be seen. What may not be seen is looked for as long as what does not exist."""
    missing = RunNotFoundError(
        f"No run {run_id!r}.", "The rows of search_traces have run_id; deleted runs are not read."
    )
    try:
        run = await state.gateway.get_run(run_id)
    except RunNotFoundError:
        await state.experiments.sees("0")
        raise missing from None
    if not await state.experiments.sees(run.experiment_id):
        raise missing
    return run


# Traces.


async def _compare_traces(state: AppState, traces: _Traces, budget: int) -> CompareTracesResult:
    def side(trace: Trace) -> Side:
        cleaned = state.cleaner.trace(trace)
        return Side(cleaned, build_tree(cleaned.spans))

    # Thousands of spans take a second; other callers, and this one's wish to cancel, must not wait for it.
    return await to_thread.run_sync(
        lambda: compare_side_by_side(side(traces.a), side(traces.b), budget), abandon_on_cancel=True
    )


# Runs.


async def _compare_runs(state: AppState, runs: _Runs, budget: int) -> CompareTracesResult:
    stop_at = anyio.current_time() + state.settings.timeout_s * READING_SHARE
    a, b = await side_by_side([lambda: _rows(state, runs.a, stop_at), lambda: _rows(state, runs.b, stop_at)])
    pairing = pair_by_ids(a, b)
    if pairing.only_a and pairing.only_b:
        await _pair_by_inputs(state, pairing, stop_at)
    return await to_thread.run_sync(
        lambda: compare_runs(a, b, pairing, cleaner=state.cleaner, max_chars=budget), abandon_on_cancel=True
    )


async def _rows(state: AppState, run: Run, stop_at: float) -> RunRows:
    """All traces of the run, the oldest first; the newest of them where time runs out."""
    newest_first = (Order("timestamp_ms", descending=True),)
    of_run = clause("trace.run_id", "=", run.run_id)
    query = TraceQuery((run.experiment_id,), (of_run,), newest_first, ROWS_PER_PAGE)
    rows: list[TraceInfo] = []
    token: str | None = None
    while True:
        page = await state.gateway.search_traces(replace(query, page_token=token))
        rows += page.traces
        token = page.next_page_token
        if token is None:
            return RunRows(run, tuple(reversed(rows)))
        if anyio.current_time() > stop_at:
            reached = iso_utc(rows[-1].request_time_ms) if rows else "now"
            return RunRows(run, tuple(reversed(rows)), f"the newest {len(rows)} rows, back to {reached}, were read.")


async def _pair_by_inputs(state: AppState, pairing: Pairing, stop_at: float) -> None:
    """Pair what has no id in common by the inputs of the root span, which are read where no preview holds them."""
    keys = {row.trace_id: inputs_in_preview(row) for row in (*pairing.only_a, *pairing.only_b)}
    unread = [trace_id for trace_id, key in keys.items() if key is None]
    for start in range(0, len(unread), TRACES_AT_ONCE):
        if anyio.current_time() > stop_at:
            pairing.unread = len(unread) - start
            break
        for trace in await state.gateway.get_traces(unread[start : start + TRACES_AT_ONCE]):
            root = next((span for span in trace.spans if span.parent_id is None), None)
            if root is not None and SPAN_INPUTS_ATTRIBUTE in root.attributes:
                keys[trace.info.trace_id] = inputs_key(root.inputs)
    pairing.by(lambda row: keys[row.trace_id])
