"""One page of a search: resolve, compile, walk, and fit the rows into the budget."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from typing import Any

import anyio

from mcp_traces.cursor import decode_cursor, encode_cursor, fingerprint
from mcp_traces.errors import InvalidCursorError, InvalidFilterError
from mcp_traces.filters.checker import check_filter
from mcp_traces.filters.compiler import CompiledFilter, Conditions, compile_filter
from mcp_traces.filters.quoting import equals
from mcp_traces.filters.store_check import for_store
from mcp_traces.filters.times import iso_utc, parse_window
from mcp_traces.filters.versions import (
    ACROSS_SPANS,
    clauses_on_spans,
    matches_across_spans,
    refuse_order,
    refuse_what_it_cannot,
)
from mcp_traces.records import Experiment, StoreInfo, TraceInfo, TraceQuery
from mcp_traces.results import Applied, SearchTracesResult
from mcp_traces.shaping.cleaning import MASKED_CHARS, Cleaner
from mcp_traces.shaping.rows import concise
from mcp_traces.shaping.text import compact, cut
from mcp_traces.tools.empty import Diagnosis
from mcp_traces.tools.merging import merge
from mcp_traces.tools.ordering import Ordering, parse_order
from mcp_traces.tools.page import Page
from mcp_traces.tools.paging import Position, Row, walk
from mcp_traces.tools.second_look import Looker
from mcp_traces.tools.state import AppState
from mcp_traces.tools.suggestions import Seen, suggestion

RESERVED_CHARS = 900 + MASKED_CHARS
"""Room for the cursor and the notes, which are known only once the rows are."""

MAX_FILTER_TOLD = 600
MAX_EXPERIMENTS_TOLD = 5
MAX_NAME = 80
"""What `applied` repeats of a question that is itself longer than the answer may be."""

LOOKING_SHARE = 0.6
"""The share of a call's time after which a search that looks at traces one by one answers with what it has."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What was asked, before anything was looked up. `conditions` carries no times: `since` and `until` do."""

    conditions: Conditions
    experiments: tuple[str, ...]
    since: str | None
    until: str | None
    order_by: str
    limit: int
    detailed: bool

    @property
    def fingerprint(self) -> str:
        # `limit` and `detailed` may change from page to page: they decide how a page looks, not what is on it.
        return fingerprint({**asdict(replace(self, limit=0, detailed=False)), "tool": "search_traces"})


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: the same for every page, since the first page's cursor carries what was relative."""

    experiments: tuple[Experiment, ...]
    compiled: CompiledFilter
    ordering: Ordering
    since_ms: int | None
    until_ms: int | None

    @property
    def experiment_ids(self) -> tuple[str, ...]:
        return tuple(experiment.experiment_id for experiment in self.experiments)

    @property
    def spellings(self) -> tuple[str | None, ...]:
        """The filters to run: other orders than by time or duration cannot be merged."""
        return self.compiled.texts if self.ordering.seek_field else self.compiled.texts[:1]


async def search_page(state: AppState, request: SearchRequest, cursor: str | None) -> SearchTracesResult:
    """One page. Raises InvalidFilterError with the filter that was meant, where one can be told."""
    check = check_filter(request.conditions.filter or "")
    if check.problems:
        check = for_store(await state.gateway.store_info(), check)
    if check.misread:
        raise InvalidFilterError(f"MLflow would misread `filter`. {check.text}")
    try:
        return await _search_page(state, request, cursor)
    except InvalidFilterError as error:
        if check.problems:
            raise InvalidFilterError(f"`filter` is not one MLflow takes. {check.text}") from error
        raise InvalidFilterError(error.message, error.hint or "describe_filter_syntax lists what works.") from error


async def _search_page(state: AppState, request: SearchRequest, cursor: str | None) -> SearchTracesResult:
    resumed = decode_cursor(cursor, request.fingerprint) if cursor else {}
    search = await _prepare(state, request, resumed)
    store = await state.gateway.store_info()
    refuse_what_it_cannot(store, search.compiled.all_clauses)
    refuse_order(store, search.ordering.clauses)
    notes = [*_search_notes(search, store), *_zone_notes(request)]
    result = SearchTracesResult(traces=[], returned=0, applied=_applied(search, state.cleaner), notes=notes)
    room = state.settings.max_chars - len(compact(result.model_dump(mode="json"))) - RESERVED_CHARS
    start = Position.from_json(resumed["at"]) if resumed else None
    several = len(search.experiments) > 1
    page = await _gather(state, search, request, Page(store, room, start, detailed=request.detailed, several=several))
    notes = [*result.notes, *page.notes(), *await _empty_notes(state, search, request, page)]
    return result.model_copy(
        update={
            "traces": page.rows,
            "returned": len(page.rows),
            "next_cursor": _next_cursor(request, search, page),
            "notes": notes,
        }
    )


async def _prepare(state: AppState, request: SearchRequest, resumed: dict[str, Any]) -> Search:
    if resumed:
        since_ms, until_ms = _stored_window(resumed)
        stored = [str(one) for one in resumed.get("in", ())]
        experiments = await state.experiments.resolve(stored or request.experiments)
    else:
        since_ms, until_ms = parse_window(request.since, request.until, state.clock())
        experiments = await _experiments(state, request)
    conditions = replace(request.conditions, since_ms=since_ms, until_ms=until_ms)
    return Search(experiments, compile_filter(conditions), parse_order(request.order_by), since_ms, until_ms)


async def _experiments(state: AppState, request: SearchRequest) -> tuple[Experiment, ...]:
    """Those asked for; else, since a run says where it belongs, those that hold traces of the run; else the default."""
    run_id = request.conditions.run_id
    if run_id is not None and not request.experiments:
        return await state.experiments.holding(equals("trace.run_id", run_id), f"run {run_id!r}")
    return await state.experiments.resolve(request.experiments)


def _stored_window(resumed: dict[str, Any]) -> tuple[int | None, int | None]:
    since_ms, until_ms = resumed.get("since"), resumed.get("until")
    if any(type(moment) not in (int, type(None)) for moment in (since_ms, until_ms)):
        raise InvalidCursorError("`cursor` is damaged.", "Call again without it.")
    return since_ms, until_ms


async def _gather(state: AppState, search: Search, request: SearchRequest, page: Page) -> Page:
    looker = Looker(state.gateway, search.experiment_ids, search.compiled.second_look)
    # One row more than asked for tells whether there is another page.
    rows = _rows(state, search, max(request.limit + 1, looker.batch), page.after)
    stop_at = anyio.current_time() + state.settings.timeout_s * LOOKING_SHARE
    checked = looker.check(rows)
    async with aclosing(rows), aclosing(checked):
        async for one in checked:
            full = len(page.rows) == request.limit
            page.more = one.matches and (full or not page.add(_cleaned(state.cleaner, one.row.info, request)))
            if page.more:
                break
            page.pass_by(one.row)
            if looker.wanted and anyio.current_time() > stop_at:
                page.stop(str(looker.wanted))
                break
    return page


def _cleaned(cleaner: Cleaner, info: TraceInfo, request: SearchRequest) -> TraceInfo:
    return cleaner.info(info if request.detailed else concise(info))


def _rows(state: AppState, search: Search, chunk: int, start: Position | None) -> AsyncGenerator[Row, None]:
    queries = [TraceQuery(search.experiment_ids, text, limit=chunk) for text in search.spellings]
    walks = [walk(state.gateway, query, search.ordering, start) for query in queries]
    return walks[0] if len(walks) == 1 else merge(walks, search.ordering)


def _applied(search: Search, cleaner: Cleaner) -> Applied:
    text = search.compiled.text
    return Applied(
        experiments={
            one.experiment_id: cut(cleaner.text(one.name), MAX_NAME)
            for one in search.experiments[:MAX_EXPERIMENTS_TOLD]
        },
        filter=cut(text, MAX_FILTER_TOLD) if text else None,
        order_by=list(search.ordering.clauses),
        since=None if search.since_ms is None else iso_utc(search.since_ms),
        until=None if search.until_ms is None else iso_utc(search.until_ms),
    )


def _next_cursor(request: SearchRequest, search: Search, page: Page) -> str | None:
    if not page.more or page.after is None:
        return None
    position: dict[str, Any] = {"at": page.after.to_json()}
    # Experiments that were named are named again with the cursor; there may be thousands.
    found = {} if request.experiments else {"in": search.experiment_ids}
    window = {"since": search.since_ms, "until": search.until_ms}
    known = {key: value for key, value in window.items() if value is not None}
    return encode_cursor(position | found | known, request.fingerprint)


def _zone_notes(request: SearchRequest) -> list[str]:
    times = [text for text in (request.since, request.until) if text and "-" in text[1:] and ":" in text]
    zoned = all(text.strip().upper().endswith("Z") or "+" in text or "-" in text[11:] for text in times)
    return [] if zoned else ["A time without zone was read as UTC."]


def _search_notes(search: Search, store: StoreInfo) -> Iterator[str]:
    yield from search.compiled.notes
    if matches_across_spans(store) and clauses_on_spans(search.compiled.clauses) > 1:
        yield ACROSS_SPANS
    if len(search.experiments) > MAX_EXPERIMENTS_TOLD:
        yield f"`applied` names {MAX_EXPERIMENTS_TOLD} of {len(search.experiments)} experiments searched."
    if len(search.spellings) < len(search.compiled.texts):
        yield (
            "In this order `text` is searched only as written; newest, oldest, slowest and fastest also find letters "
            "that are not ASCII in the other case, and as MLflow before 3.17 stored them."
        )


async def _empty_notes(state: AppState, search: Search, request: SearchRequest, page: Page) -> list[str]:
    """Why there is nothing, when there is nothing from the first page on."""
    if page.rows or page.more:
        return []
    if page.looked_at:
        asked = search.compiled.second_look
        nearer = suggestion("text", request.conditions.text, Seen(())) if asked.says else None
        told = f"{page.looked_at} traces match the other conditions; none of them has what {asked} asks for."
        return [told, *([nearer] if nearer else [])]
    return await Diagnosis(state, search.experiment_ids, search.compiled, request.conditions).notes()
