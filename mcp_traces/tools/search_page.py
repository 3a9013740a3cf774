"""One page of a search: resolve, compile, walk, and fit the rows into the budget."""

from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from typing import Any

from mcp_traces.cursor import decode_cursor, encode_cursor, fingerprint
from mcp_traces.errors import InvalidCursorError, InvalidFilterError
from mcp_traces.filters.checker import check_filter
from mcp_traces.filters.compiler import CompiledFilter, Conditions, compile_filter
from mcp_traces.filters.quoting import equals
from mcp_traces.filters.times import iso_utc, parse_window
from mcp_traces.records import Experiment, StoreInfo, TraceInfo, TraceQuery
from mcp_traces.results import Applied, SearchTracesResult, TraceRow
from mcp_traces.shaping.rows import trace_row
from mcp_traces.shaping.text import compact
from mcp_traces.tools.empty import Diagnosis
from mcp_traces.tools.ordering import Ordering, parse_order
from mcp_traces.tools.paging import Position, walk
from mcp_traces.tools.span_check import BATCH, MAX_LOOKED_AT, check_rows
from mcp_traces.tools.state import AppState

RESERVED_CHARS = 900
"""Room for the cursor and the notes, which are known only once the rows are."""


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


@dataclass(slots=True)
class Page:
    """The rows of one page as they gather; `after` is the position behind the last trace looked at."""

    rows: list[TraceRow]
    room: int
    after: Position | None = None
    looked_at: int = 0
    more: bool = False


async def search_page(state: AppState, request: SearchRequest, cursor: str | None) -> SearchTracesResult:
    """One page. Raises InvalidFilterError with the filter that was meant, where one can be told."""
    check = check_filter(request.conditions.filter or "")
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
    result = SearchTracesResult(
        traces=[], returned=0, applied=_applied(search), notes=[*search.compiled.notes, *_zone_notes(request)]
    )
    room = state.settings.max_chars - len(compact(result.model_dump(mode="json"))) - RESERVED_CHARS
    start = Position.from_json(resumed["at"]) if resumed else None
    page = await _gather(state, search, request, store, Page([], room, start))
    notes = [*result.notes, *_page_notes(page), *await _empty_notes(state, search, request, page)]
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
        experiments = await state.experiments.resolve([str(one) for one in resumed.get("in", ())])
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


async def _gather(state: AppState, search: Search, request: SearchRequest, store: StoreInfo, page: Page) -> Page:
    # One row more than asked for tells whether there is another page.
    chunk = request.limit + 1 if search.compiled.any_span_failed is None else max(request.limit + 1, BATCH)
    query = TraceQuery(search.experiment_ids, search.compiled.text, limit=chunk)
    walked = walk(state.gateway, query, search.ordering, page.after)
    checked = check_rows(walked, state.gateway, search.experiment_ids, search.compiled.any_span_failed)
    async with aclosing(walked), aclosing(checked):
        async for one in checked:
            full = len(page.rows) == request.limit
            unfit = one.matches and (full or not _add(page, one.row.info, request, search, store))
            if unfit or page.looked_at == MAX_LOOKED_AT:
                page.more = True
                break
            page.after = one.row.position
            page.looked_at += 1
    return page


def _add(page: Page, info: TraceInfo, request: SearchRequest, search: Search, store: StoreInfo) -> bool:
    """Put the row on the page if there is room. A row too large for a whole page is put there in concise form."""
    several = len(search.experiments) > 1
    row = trace_row(info, store, detailed=request.detailed, with_experiment=several)
    size = _size(row)
    if size > page.room and not page.rows:
        row = trace_row(info, store, with_experiment=several)
        size = _size(row)
    if size > page.room and page.rows:
        return False
    page.rows.append(row)
    page.room -= size
    return True


def _size(row: TraceRow) -> int:
    return len(compact(row.model_dump(mode="json"))) + 1


def _applied(search: Search) -> Applied:
    return Applied(
        experiments={one.experiment_id: one.name for one in search.experiments},
        filter=search.compiled.text,
        order_by=list(search.ordering.clauses),
        since=None if search.since_ms is None else iso_utc(search.since_ms),
        until=None if search.until_ms is None else iso_utc(search.until_ms),
    )


def _next_cursor(request: SearchRequest, search: Search, page: Page) -> str | None:
    if not page.more or page.after is None:
        return None
    position: dict[str, Any] = {"at": page.after.to_json(), "in": search.experiment_ids}
    window = {"since": search.since_ms, "until": search.until_ms}
    return encode_cursor(
        position | {key: value for key, value in window.items() if value is not None}, request.fingerprint
    )


def _zone_notes(request: SearchRequest) -> list[str]:
    times = [text for text in (request.since, request.until) if text and "-" in text[1:] and ":" in text]
    zoned = all(text.strip().upper().endswith("Z") or "+" in text or "-" in text[11:] for text in times)
    return [] if zoned else ["A time without zone was read as UTC."]


def _page_notes(page: Page) -> list[str]:
    notes: list[str] = []
    if page.more and page.looked_at >= MAX_LOOKED_AT:
        notes.append(
            f"Looked at {page.looked_at} traces for has_error beside another span condition; go on with the cursor."
        )
    return notes


async def _empty_notes(state: AppState, search: Search, request: SearchRequest, page: Page) -> list[str]:
    """Why there is nothing, when there is nothing from the first page on."""
    if page.rows or page.more:
        return []
    notes = await Diagnosis(state.gateway, search.experiment_ids, search.compiled, request.conditions).notes()
    if search.compiled.any_span_failed is not None and page.looked_at:
        wanted = "with" if search.compiled.any_span_failed else "without"
        notes = [f"{page.looked_at} traces match the other conditions; none {wanted} a failed span (has_error)."]
    return notes
