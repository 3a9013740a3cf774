"""summarize_traces: the traces that a search finds, counted: in total, by group, and against a baseline."""

import inspect
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import islice
from typing import Annotated, Any, get_args

from anyio import to_thread
from pydantic import Field

from mcp_traces.errors import InvalidArgumentError, NotFoundError, StoreUnsupportedError
from mcp_traces.filters.compiler import Conditions
from mcp_traces.records import Json
from mcp_traces.results import SummarizeTracesResult, Tokens, TraceTotals
from mcp_traces.shaping.error_groups import template_of
from mcp_traces.shaping.group_table import (
    MAX_VALUE,
    Counts,
    GroupOrder,
    Layout,
    Row,
    group_table,
    in_order,
    shown_value,
)
from mcp_traces.shaping.groups import Clock, Tally, Values
from mcp_traces.shaping.text import compact, cut
from mcp_traces.side_by_side import side_by_side
from mcp_traces.times import iso_utc, parse_zone, to_epoch_ms
from mcp_traces.tools.counting import Counted, count
from mcp_traces.tools.empty import Diagnosis
from mcp_traces.tools.features import compare, covers, read_side
from mcp_traces.tools.groupings import Grouping, parse_groupings, shown_values
from mcp_traces.tools.params import MaxChars, Names
from mcp_traces.tools.search_page import LOOKING_SHARE, Search, SearchRequest, applied, prepared
from mcp_traces.tools.search_traces import search_traces
from mcp_traces.tools.state import AppState, ToolContext, state_of

TITLE = "Summarize traces"
MAX_CHARS = 4_000
MAX_LIMIT = 100
MAX_TIMES = 5_000
"""Hours, days or weeks of one table, with those that have no traces."""

MAX_GIVEN = 400
"""Characters of the conditions that `where` repeats."""

MAX_LACKS = 3
_OF_TRACES = ("trace_info.status", "trace_info.execution_time_ms", "trace_info.trace_name", "trace_info.session_id")
_TABLES = {"tags": "trace_tags", "metadata": "trace_request_metadata", "runs": "trace_request_metadata"}
"""What notes of a database are about: totals and what is grouped."""

RESERVED_CHARS = 500
"""Room for what is known once the rows are: masks, notes on what does not fit."""


async def summarize_traces(
    context: ToolContext,
    by: Annotated[
        Names,
        Field(
            description="up to two, joined by commas: name, status, error, experiment, span_name, span_type, tool, "
            "model, provider, finish_reason, prompt, session, user, run, model_id, tags.K, metadata.K, feedback.N, "
            "judge, span.attributes.KEY, hour, day, week"
        ),
    ] = None,
    against: Annotated[
        str | None, Field(description="baseline: 'before' (the same time before since), or a filter in place of filter")
    ] = None,
    timezone: Annotated[str | None, Field(description="of hours, days and weeks: Europe/Berlin; default UTC")] = None,
    min_count: Annotated[int, Field(description="only groups of so many traces", ge=1)] = 1,
    order_by: Annotated[GroupOrder, Field(description="which groups come first")] = "size",
    limit: Annotated[int, Field(description="groups shown; the others are summed", ge=1, le=MAX_LIMIT)] = 10,
    max_chars: MaxChars = None,
    **conditions: Any,
) -> SummarizeTracesResult:
    """Count MLflow traces: how many, how often they fail, how slow, at what cost, since when, for whom, in one call.

    Takes the conditions of search_traces. by groups: days, users, models, tools, errors, tags, sessions, feedback.
    against compares with a baseline. Example: failures a day: by="day", since="7d". coverage says what is exact;
    where gives the search_traces arguments that find the traces of a group.
    """
    state = state_of(context)
    groupings = parse_groupings(by or (), parse_zone(timezone))
    question = Question(_request(conditions, timezone), groupings, against, min_count, limit, conditions, order_by)
    return await _Summary(state, question, min(max_chars or MAX_CHARS, state.settings.max_chars)).result()


def _with_conditions() -> inspect.Signature:
    """The arguments of this tool with the conditions of search_traces, which describes them."""
    own = inspect.signature(summarize_traces)
    names = {field.name for field in fields(Conditions)} | {"experiment", "since", "until"}
    shared = [
        one.replace(annotation=_without_description(one.annotation), kind=inspect.Parameter.KEYWORD_ONLY)
        for one in inspect.signature(search_traces).parameters.values()
        if one.name in names
    ]
    kept = [one for one in own.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    return own.replace(
        parameters=[*kept[:1], *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in kept[1:]), *shared]
    )


def _without_description(annotation: Any) -> Any:
    kept = [one for one in getattr(annotation, "__metadata__", ()) if getattr(one, "description", None) is None]
    if not hasattr(annotation, "__metadata__"):
        return annotation
    inner = get_args(annotation)[0]
    return Annotated[(inner, *kept)] if kept else inner  # pyright: ignore[reportInvalidTypeForm]


summarize_traces.__signature__ = _with_conditions()  # pyright: ignore[reportFunctionMemberAccess]


def _request(given: Mapping[str, Any], timezone: str | None) -> SearchRequest:
    known = {field.name for field in fields(Conditions)}
    values = {name: value for name, value in given.items() if name in known and value is not None}
    return SearchRequest(
        conditions=Conditions(**values),
        experiments=tuple(given.get("experiment") or ()),
        since=given.get("since"),
        until=given.get("until"),
        order_by="newest",
        limit=1,
        detailed=False,
        timezone=timezone,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which traces, by what, and beside which others. `given` are the conditions as they came."""

    request: SearchRequest
    groupings: tuple[Grouping, ...]
    against: str | None
    min_count: int
    limit: int
    given: Mapping[str, Any]
    order_by: GroupOrder = "size"

    @property
    def clock(self) -> Clock | None:
        return next((one.clock for one in self.groupings if one.clock), None)

    def layout(self, room: int, run_names: Mapping[str, str]) -> Layout:
        names = tuple(one.name for one in self.groupings)
        by_level: dict[str, Counts] = {"span": "spans", "whole": "spans", "error": "errors"}
        of_members: list[Counts] = [by_level[one.level] for one in self.groupings if one.level in by_level]
        return Layout(
            names,
            self.clock,
            "judges" if "judge" in names else of_members[0] if of_members else "traces",
            self.limit,
            self.min_count,
            self.against is not None,
            room,
            run_names,
            self.order_by,
        )


class _Summary:
    """One call: what is counted on each side, and the table that fits."""

    def __init__(self, state: AppState, question: Question, max_chars: int) -> None:
        self._state, self._question, self._max_chars = state, question, max_chars

    async def result(self) -> SummarizeTracesResult:
        state, question = self._state, self._question
        search, notes = await prepared(state, question.request)
        other = await self._baseline(search) if question.against else None
        share = LOOKING_SHARE if other is None else LOOKING_SHARE / 3
        counted = await count(state, search, question.groupings, share=share)
        if not counted.total.traces and not search.look:
            notes += await Diagnosis(state, search.experiment_ids, search.clauses, search.any_of).notes()
        before: Counted | None = None
        different: dict[str, Any] = {}
        if other is not None:
            without = frozenset(counted.total.ids)
            before = await count(state, other, question.groupings, share=share, without=without)
            if counted.total.traces and before.total.traces:
                different = await self._different(counted, before, _of_one_side(search, other))
            elif counted.total.traces:
                different = {"notes": [self._empty_baseline()]}
        result = SummarizeTracesResult(
            total=totals(counted.total),
            baseline=totals(before.total) if before else None,
            different=different.get("found", []),
            coverage=_coverage(counted, before) | different.get("coverage", {}),
            applied=applied(search, state.cleaner).model_copy(update={"order_by": []}),
            notes=[*notes, *self._lacks(search), *_notes(counted, before), *different.get("notes", ())],
        )
        if (too_long := self._too_long(search)) and question.groupings:
            left_out = " and ".join(too_long)
            result.notes.append(f"where leaves out {left_out} of this call because of the length: give it again.")
        finds_different = any("value" in one for one in result.different)
        if not question.groupings:
            return result.model_copy(update={"where": self._where(search, (), finds_different=finds_different)})
        names = tuple(one.name for one in question.groupings)
        where = self._where(search, names, finds_different=finds_different)
        room = self._max_chars - len(compact(result.model_dump(mode="json"))) - len(compact(where)) - RESERVED_CHARS
        rows = self._rows(search, counted, before)
        shown = group_table(rows, question.layout(room, await self._run_names(rows)))
        where = self._where(search, shown.names, finds_different=finds_different, has_other=shown.sums_others)
        return result.model_copy(
            update={
                "groups": shown.table,
                "groups_matching": shown.matching,
                "where": where,
                "notes": [*result.notes, *shown.notes, *self._never_recorded(rows)],
            }
        )

    def _never_recorded(self, rows: Sequence[Row]) -> Iterator[str]:
        """That no trace has what `by` names, which is more often a slip of the caller's than of the application's."""
        is_database = self._state.gateway.is_database
        for index, one in enumerate(self._question.groupings):
            if rows and all(row.values[index] is None for row in rows):
                yield (
                    f"No trace found has {one.name}. describe_filter_syntax with the experiment lists the names and "
                    "values that traces here have."
                )
            if one.name == "run" and not is_database and any(not row.values[index] for row in rows):
                yield (
                    "This store does not list the runs that traces were linked to afterwards, as evaluations of "
                    "recorded traces do; search_traces with run_id finds the traces of one."
                )

    def _lacks(self, search: Search) -> list[str]:
        """What the database does not hold of what is counted."""
        levels = {one.level for one in self._question.groupings}
        read = [*_OF_TRACES, *(["assessments"] if "feedback" in levels else [])]
        read += ["spans"] if levels & {"span", "whole", "error"} else []
        columns = [one.column[0] for one in self._question.groupings if one.column]
        read += [_TABLES[one] for one in columns if one in _TABLES]
        named = tuple(f"No {kind} {one}" for one in read for kind in ("table", "column"))
        return [one for one in search.store.lacks if one.startswith(named)][:MAX_LACKS]

    async def _baseline(self, search: Search) -> Search:
        """The search that finds the other side."""
        request, against = self._question.request, str(self._question.against).strip()
        until_ms = search.until_ms or to_epoch_ms(self._state.clock())
        if against.lower() == "before":
            if search.since_ms is None:
                raise InvalidArgumentError(
                    "against='before' compares with the same length of time just before `since`.", "Give `since`: 7d."
                )
            request = replace(request, **_window(2 * search.since_ms - until_ms, search.since_ms))
        else:
            conditions = replace(request.conditions, filter=against)
            request = replace(request, conditions=conditions, **_window(search.since_ms, search.until_ms))
        return (await prepared(self._state, request, argument="against"))[0]

    def _empty_baseline(self) -> str:
        typed = {field.name for field in fields(Conditions)} - {"filter"}
        kept = [name for name, value in self._question.given.items() if name in typed and value not in (None, {}, "")]
        if not kept or str(self._question.against).strip().lower() == "before":
            return "The baseline has no traces."
        return (
            f"The baseline has no traces of its own: {' and '.join(kept)} must hold for it too. "
            "Say in filter what only the traces are: filter=\"status = 'ERROR'\", against=\"status = 'OK'\"."
        )

    async def _different(self, counted: Counted, before: Counted, asked: frozenset[str]) -> dict[str, Any]:
        """What traces of one side hold more often than those of the other, read within a third of the time."""
        share = self._state.settings.timeout_s * LOOKING_SHARE / 6
        ours = await read_side(self._state, counted.ids, time.monotonic() + share)
        theirs = await read_side(self._state, before.ids, time.monotonic() + share)
        compared = partial(compare, ours, theirs, self._state.cleaner, asked=asked)
        found, notes = await to_thread.run_sync(compared, abandon_on_cancel=True)
        return {"found": found, "notes": notes, "coverage": {"different": covers(ours, theirs)}}

    def _rows(self, search: Search, counted: Counted, before: Counted | None) -> list[Row]:
        """The groups of both sides, those with one name together, and days without traces where days are asked for."""
        names = {one.experiment_id: one.name for one in search.experiments}

        def shown(recorded: Sequence[Values]) -> list[tuple[Json, ...]]:
            cleaned = shown_values(self._question.groupings, recorded, self._state.cleaner, names)
            by = [one.name for one in self._question.groupings]
            # Values that are cut alike are one group, because what is shown does not distinguish their members.
            return [tuple(map(shown_value, by, values)) for values in cleaned]

        own = {repr(one.values): one for one in counted.groups.shown_as(shown)}
        other = {repr(one.values): one for one in before.groups.shown_as(shown)} if before else {}
        rows: list[Row] = []
        for key, group in {**other, **own}.items():
            tallies = [side[key].tally if key in side else Tally() for side in (own, other)]
            rows.append(Row(group.values, *tallies))
        for row in rows:
            row.tally.errors = self._judge_errors(row.tally.errors)
        clock = self._question.clock
        if clock is not None and len(self._question.groupings) == 1 and counted.total.traces:
            first = search.since_ms if search.since_ms is not None else counted.total.first_ms or 0
            last = counted.total.last_ms or first
            if search.since_ms is not None or search.until_ms is not None:
                last = max(last, (search.until_ms or to_epoch_ms(self._state.clock())) - 1)
            starts = islice(clock.between(first, last), MAX_TIMES)
            known = {row.values for row in rows}
            rows += [Row((start,), Tally(), Tally()) for start in starts if (start,) not in known]
        return rows

    def _judge_errors(self, errors: Mapping[str, int]) -> dict[str, int]:
        """How often each kind of error was given: masked, without what varies."""
        kinds: dict[str, int] = {}
        for text, times in errors.items():
            kind = template_of(self._state.cleaner.text(text))
            kinds[kind] = kinds.get(kind, 0) + times
        return kinds

    async def _run_names(self, rows: Sequence[Row]) -> dict[str, str]:
        """The names of the runs that may be shown, by their ids; a run whose experiment is hidden has none."""
        names = tuple(one.name for one in self._question.groupings)
        if "run" not in names:
            return {}
        ordered = in_order(rows, self._question.layout(0, {}))
        ids = dict.fromkeys(one.values[names.index("run")] for one in ordered)
        found = await side_by_side([partial(self._run_name, str(one)) for one in islice(ids, MAX_LIMIT) if one])
        return {run_id: name for run_id, name in found if name}

    async def _run_name(self, run_id: str) -> tuple[str, str | None]:
        try:
            run = await self._state.gateway.get_run(run_id)
        except (NotFoundError, StoreUnsupportedError):
            return run_id, None
        seen = await self._state.experiments.sees(run.experiment_id)
        return run_id, cut(self._state.cleaner.text(run.name), MAX_VALUE) if seen else None

    def _where(
        self, search: Search, names: Sequence[str], *, finds_different: bool = False, has_other: bool = True
    ) -> dict[str, Any]:
        """What finds the members of a group: the conditions of this call, with times that stay, and the group."""
        given = {name: value for name, value in self._given(search).items() if name not in self._too_long(search)}
        zone = {"timezone": self._question.request.timezone} if self._question.request.timezone else {}
        values = [f"{{{name}}}" for name in names]
        where: dict[str, Any] = {}
        if names:
            where["group"] = {**given, "group": {"by": names, "value": values, **zone}}
        if names and has_other:
            others = {"by": names, "value": values, "not": "[values of each other row]", **zone}
            where["other"] = {**given, "group": others}
        if finds_different:
            where["different"] = {**given, "group": {"by": ["{attribute}"], "value": ["{value}"]}}
        return where

    def _given(self, search: Search) -> dict[str, Any]:
        window = {"since": search.since_ms, "until": search.until_ms}
        given = {name: value for name, value in self._question.given.items() if value not in (None, {}, [], "")}
        return given | {name: iso_utc(value) for name, value in window.items() if value is not None}

    def _too_long(self, search: Search) -> list[str]:
        """The conditions that `where` leaves out, longest first, because it repeats all others up to three times."""
        given = self._given(search)
        longest = sorted(given, key=lambda name: -len(compact(given[name])))
        left_out = 0
        while len(compact({name: given[name] for name in longest[left_out:]})) > MAX_GIVEN:
            left_out += 1
        return longest[:left_out]


def _of_one_side(search: Search, other: Search) -> frozenset[str]:
    """What the conditions of only one side are about: execution_time_ms, status, ..."""
    ours, theirs = search.every_clause, other.every_clause
    different = [*(one for one in ours if one not in theirs), *(one for one in theirs if one not in ours)]
    return frozenset(one.field.name.removeprefix("trace.") for one in different)


def _window(since_ms: int | None, until_ms: int | None) -> dict[str, str | None]:
    return {
        "since": None if since_ms is None else iso_utc(since_ms),
        "until": None if until_ms is None else iso_utc(until_ms),
    }


def totals(tally: Tally) -> TraceTotals:
    """Of all traces of one side."""
    return TraceTotals(
        traces=tally.traces,
        sessions=len(tally.sessions),
        failed=tally.failed,
        failure_rate=tally.failure_rate,
        p50_ms=tally.percentile(50),
        p95_ms=tally.percentile(95),
        p99_ms=tally.percentile(99),
        max_ms=tally.percentile(100),
        tokens=Tokens(input=tally.input, output=tally.output, total=tally.total, cached=tally.cached or None)
        if tally.with_tokens
        else None,
        cost=tally.rounded_cost,
        first=None if tally.first_ms is None else iso_utc(tally.first_ms),
        last=None if tally.last_ms is None else iso_utc(tally.last_ms),
    )


def _coverage(counted: Counted, before: Counted | None) -> dict[str, str]:
    baseline = {f"baseline {part}": text for part, text in before.coverage.items()} if before else {}
    return {**counted.coverage, **baseline}


def _notes(counted: Counted, before: Counted | None) -> Iterator[str]:
    yield from counted.notes
    total = counted.total
    if total.with_cost and total.with_cost < total.members:
        yield f"{total.members - total.with_cost:,} of {total.members:,} traces have no cost recorded."
    if total.with_tokens and total.with_tokens < total.members:
        yield f"{total.members - total.with_tokens:,} of {total.members:,} traces have no tokens recorded."
    if counted.numbers:
        numbers = counted.numbers
        yield (
            f"{len(numbers):,} values are numbers: mean {sum(numbers) / len(numbers):.6g}, from {min(numbers):.6g} to "
            f"{max(numbers):.6g}."
        )
    if before is not None and before.overlap:
        yield f"{before.overlap:,} traces are on both sides: they are left out of the baseline."
