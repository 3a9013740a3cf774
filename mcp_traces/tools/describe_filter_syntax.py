"""describe_filter_syntax: the syntax for the store in use, the values there are, or a filter tried out."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

import anyio
from pydantic import Field

from mcp_traces.errors import StoreTimeoutError, StoreUnsupportedError
from mcp_traces.records import Span, TraceInfo
from mcp_traces.shaping.text import compact
from mcp_traces.syntax_results import FilterSyntaxResult
from mcp_traces.tools.counts import cleaned, count
from mcp_traces.tools.filter_check import try_filter
from mcp_traces.tools.live_values import MAX_CHARS, Findings
from mcp_traces.tools.params import Experiments
from mcp_traces.tools.sampling import read_spans, take_sample
from mcp_traces.tools.state import AppState, ToolContext, state_of
from mcp_traces.tools.syntax import store_name, syntax_of

TITLE = "Describe filter syntax"

COUNTING_SHARE = 0.3
"""The share of a call's time that counting may take, and reading spans; what is not counted by then is sampled."""


async def describe_filter_syntax(
    context: ToolContext,
    experiment: Experiments = None,
    filter: Annotated[str | None, Field(description="a filter to try: accepted or not, each clause in words")] = None,
) -> FilterSyntaxResult:
    """Help with `filter` of search_traces, whose typed arguments need no syntax. Without arguments: every field with
    the operators that really work in the store in use, examples, ordering keys and traps. With experiment: the values
    traces there really have (names, statuses, span names and types, tags, metadata, feedback, sessions, users), with
    counts, and the keys of tags, metadata and attributes. With filter: whether it is accepted, what each clause
    means, the corrected filter, or which clause removes everything.
    """
    state = state_of(context)
    named = tuple(experiment or ())
    if filter is not None:
        return await _check(state, filter, named)
    return await live_values(state, named) if named else await syntax(state)


async def syntax(state: AppState) -> FilterSyntaxResult:
    return syntax_of(await state.gateway.store_info(), state.settings.max_chars)


async def live_values(state: AppState, named: tuple[str, ...]) -> FilterSyntaxResult:
    """What there is to filter on in these experiments."""
    experiments = await state.experiments.resolve(named)
    ids = tuple(one.experiment_id for one in experiments)
    result = FilterSyntaxResult(store=await _store(state))
    counts = await count(state.gateway, ids, state.settings.timeout_s * COUNTING_SHARE)
    sample = await take_sample(state.gateway, ids)
    spans = await _recent_spans(state, sample.infos)
    room = min(MAX_CHARS, state.settings.max_chars) - len(compact(result.model_dump(mode="json"))) - len('"live":,')
    clean = state.cleaner
    shown = replace(sample, infos=tuple(map(clean.info, sample.infos)))
    names = {one.experiment_id: clean.text(one.name) for one in experiments}
    live, notes = Findings(names, cleaned(counts, clean), shown, clean.spans(spans), state.gateway.is_database).told(
        room
    )
    return result.model_copy(update={"live": live, "notes": notes})


async def _recent_spans(state: AppState, infos: Sequence[TraceInfo]) -> tuple[Span, ...]:
    """None where they cannot be read in time: they are the least of the answer."""
    spans: tuple[Span, ...] = ()
    with anyio.move_on_after(state.settings.timeout_s * COUNTING_SHARE):
        with suppress(StoreTimeoutError, StoreUnsupportedError):
            spans = await read_spans(state.gateway, infos)
    return spans


async def _check(state: AppState, text: str, named: tuple[str, ...]) -> FilterSyntaxResult:
    result = FilterSyntaxResult(store=await _store(state))
    verdict = await try_filter(state, text, named, state.settings.max_chars - len(compact(result.store)))
    return result.model_copy(update={"check": verdict.check, "notes": verdict.notes})


async def _store(state: AppState) -> str:
    return store_name(await state.gateway.store_info())
