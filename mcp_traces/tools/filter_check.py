"""A filter tried out: whether search_traces takes it, what each clause means, and what it finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import anyio

from mcp_traces.errors import ExperimentRequiredError, InvalidArgumentError, StoreTimeoutError
from mcp_traces.filters.clause import Clause, Value
from mcp_traces.filters.compiler import Conditions
from mcp_traces.filters.explain import words
from mcp_traces.filters.reader import ReadFilter, for_store, read_filter
from mcp_traces.filters.versions import ACROSS_SPANS
from mcp_traces.shaping.cleaning import MASKED_CHARS
from mcp_traces.shaping.text import CUT_MARK, compact, cut
from mcp_traces.syntax_results import ClauseResult, FilterCheckResult
from mcp_traces.tools.experiments import AT_ONCE
from mcp_traces.tools.search_page import SearchRequest, search_page_of
from mcp_traces.tools.state import AppState

MAX_SHOWN = 300
"""Of a clause and of what it means: more of it are the caller's own words, which it has."""

MAX_PROBLEMS = 1_500
RESERVED = 200 + MASKED_CHARS
SEARCHING_SHARE = 0.7
"""The share of a call's time after which the answer says nothing of what the filter finds."""

ONE_SPAN = "The clauses on span.* and trace.text must all hold for one and the same span."
SLOW = "MLflow takes it; searching with it took too long to say whether anything matches. Narrow it with since."


@dataclass(frozen=True, slots=True)
class Verdict:
    check: FilterCheckResult
    notes: list[str]


async def try_filter(state: AppState, text: str, experiments: tuple[str, ...], room: int) -> Verdict:
    """What search_traces does with this filter and no other condition, in at most `room` characters."""
    request = _request(text, await _searched(state, experiments))
    read = read_filter(text)
    clauses = (*read.clauses, *(one for alternative in read.any_of for one in alternative))
    try:
        with anyio.fail_after(state.settings.timeout_s * SEARCHING_SHARE):
            page = await search_page_of(state, request, read, None)
    except InvalidArgumentError as error:
        return _refused(for_store(await state.gateway.store_info(), read), error, room)
    except (TimeoutError, StoreTimeoutError):
        # What MLflow does not take it refuses at once.
        return _fitted(FilterCheckResult(accepted=True), clauses, [SLOW], room)
    check = FilterCheckResult(accepted=True, newest_match=page.traces[0] if page.traces else None)
    return _fitted(check, clauses, page.notes, room)


def _request(text: str, experiments: tuple[str, ...]) -> SearchRequest:
    return SearchRequest(
        conditions=Conditions(filter=text),
        experiments=experiments,
        since=None,
        until=None,
        order_by="newest",
        limit=1,
        detailed=False,
    )


async def _searched(state: AppState, requested: tuple[str, ...]) -> tuple[str, ...]:
    """The experiments that were named, or the default; where search_traces would ask for one, all of them."""
    try:
        found = await state.experiments.resolve(requested)
    except ExperimentRequiredError:
        found = (await state.experiments.visible())[:AT_ONCE]
    return tuple(experiment.experiment_id for experiment in found)


def _refused(read: ReadFilter, error: InvalidArgumentError, room: int) -> Verdict:
    """What is wrong, and the filter to send instead where it fits: cut short it would be another filter."""
    problems = " ".join(read.problems) or str(error)
    check = FilterCheckResult(accepted=False, problems=cut(problems, min(MAX_PROBLEMS, room // 2)))
    with_filter = check.model_copy(update={"corrected": read.corrected, "alternatives": list(read.alternatives)})
    if len(compact(with_filter.model_dump(mode="json"))) <= room - RESERVED:
        return Verdict(with_filter, [])
    return Verdict(check, ["The corrected filter is too long to show. Fix the parts named above."])


def _fitted(check: FilterCheckResult, meant: Sequence[Clause], notes: list[str], room: int) -> Verdict:
    """With as many clauses as there is room for."""
    if sum(one.is_of_spans for one in meant) > 1 and ACROSS_SPANS not in notes:
        notes = [ONE_SPAN, *notes]
    clauses: list[ClauseResult] = []
    left = room - len(compact(check.model_dump(mode="json"))) - len(compact(notes)) - RESERVED
    for one in meant:
        clause = _clause(one)
        left -= len(compact(clause.model_dump(mode="json"))) + 1
        if left < 0:
            notes = [*notes, f"{len(clauses)} of {len(meant)} clauses are shown."]
            break
        clauses.append(clause)
    return Verdict(check.model_copy(update={"clauses": clauses}), notes)


def _clause(one: Clause) -> ClauseResult:
    return ClauseResult(
        clause=cut(str(one), MAX_SHOWN),
        field=one.name,
        operator=one.operator,
        value=_shown(one.value),
        means=cut(words(one), MAX_SHOWN),
    )


def _shown(value: Value) -> Value | list[str]:
    if isinstance(value, tuple):
        return [*_first_of(value)]
    return cut(value, MAX_SHOWN) if isinstance(value, str) else value


def _first_of(values: tuple[str, ...]) -> Iterator[str]:
    """The first of a list, as many as there is room for, and a mark where there are more."""
    left = MAX_SHOWN
    for value in values:
        left -= len(compact(value)) + 1
        if left < 0:
            yield CUT_MARK
            return
        yield value
