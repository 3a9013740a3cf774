"""One page of a search: resolve, compile, walk, and fit the rows into the budget."""

import re
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import anyio

from mcp_traces.cursor import decode_cursor, encode_cursor, fingerprint
from mcp_traces.errors import InvalidCursorError, InvalidFilterError
from mcp_traces.filters.clause import CONTAINS, IS, SPAN_DURATION, Clause
from mcp_traces.filters.compiler import Conditions, clause, compile_conditions
from mcp_traces.filters.fulltext import Words
from mcp_traces.filters.reader import ReadFilter, for_store, read_filter
from mcp_traces.filters.versions import (
    ACROSS_SPANS,
    matches_across_spans,
    refuse_order,
    refuse_what_it_cannot,
    version_of,
)
from mcp_traces.records import SESSION_KEY, Experiment, StoreInfo, TraceInfo, is_of_session
from mcp_traces.results import Applied, SearchTracesResult
from mcp_traces.settings import MAX_CHARS_CEILING
from mcp_traces.shaping.cleaning import MASKED_CHARS, Cleaner
from mcp_traces.shaping.rows import concise, with_words
from mcp_traces.shaping.short_rows import PAGE_CHARS, ROW_CHARS
from mcp_traces.shaping.text import compact, cut
from mcp_traces.store.gateway import TraceGateway, TraceQuery
from mcp_traces.times import iso_utc, parse_window, parse_zone
from mcp_traces.tools.empty import Diagnosis
from mcp_traces.tools.merging import merge
from mcp_traces.tools.ordering import Ordering, parse_order
from mcp_traces.tools.page import Filled, Page
from mcp_traces.tools.paging import Position, Progress, Row, walk
from mcp_traces.tools.search_detail import (
    MAX_VIEWS,
    NO_ERRORS,
    Place,
    View,
    asks_for_failures,
    read_errors,
    read_views,
)
from mcp_traces.tools.second_look import OF_INFOS, Checked, SecondLook, argument_of, second_look
from mcp_traces.tools.state import AppState
from mcp_traces.tools.suggestions import Seen, suggestion

RESERVED_CHARS = 900 + MASKED_CHARS
"""Room for the cursor and the notes, which are known only once the rows are."""

MAX_FILTER_SHOWN = 600
MAX_EXPERIMENTS_SHOWN = 5
MAX_NAME = 80
"""What `applied` repeats of a question that is itself longer than the answer may be."""

CONCISE_RESERVED = 300
"""About what the cursor takes; concise rows are cut to what the rest leaves."""

LOOKING_SHARE = 0.6
"""The share of a call's time after which a search that looks at traces one by one answers with what it has."""

HIERARCHICAL_SINCE = (3, 17)
"""The first MLflow with session ids that have several parts."""

NEWEST = 50
"""Traces that are looked at for a missing name: that takes the server a few milliseconds."""


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
    timezone: str | None = None
    group: "Group | None" = None
    select: tuple[str, ...] = ()
    view: View | None = None

    @property
    def fingerprint(self) -> str:
        # `limit` and `detailed` may change from page to page: they decide how a page looks, not what is on it.
        plain = asdict(replace(self, limit=0, detailed=False, group=None))
        return fingerprint({**plain, "group": self.group and self.group.given, "tool": "search_traces"})


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a summary, whose members are searched. `clauses` find them; if None, `check` keeps the members."""

    given: Mapping[str, Any]
    clauses: tuple[Clause, ...] | None
    check: Callable[["Search", AsyncGenerator[Checked, None]], AsyncGenerator[Checked, None]]


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: the same for every page, since the first page's cursor carries what was relative.

    All of `clauses` hold and, where the written filter has an OR, all of one of `any_of`.
    """

    experiments: tuple[Experiment, ...]
    clauses: tuple[Clause, ...]
    any_of: tuple[tuple[Clause, ...], ...]
    ordering: Ordering
    since_ms: int | None
    until_ms: int | None
    look: SecondLook
    store: StoreInfo
    group: Group | None = None
    progress: Progress = field(default_factory=Progress)

    @property
    def experiment_ids(self) -> tuple[str, ...]:
        return tuple(experiment.experiment_id for experiment in self.experiments)

    @property
    def looked_for(self) -> str:
        """What each trace found is looked at for, as the caller's arguments; empty where that is not needed."""
        return ", ".join([*([str(self.look)] if self.look else []), *(["group"] if self.group else [])])

    @property
    def every_clause(self) -> tuple[Clause, ...]:
        return (*self.clauses, *(one for alternative in self.any_of for one in alternative))

    @property
    def text(self) -> str | None:
        """The conditions as `applied` shows them."""
        joined = [str(one) for one in self.clauses]
        if self.any_of:
            joined.append("(" + " OR ".join(" AND ".join(map(str, one)) for one in self.any_of) + ")")
        return " AND ".join(joined) or None

    def queries(self, gateway: TraceGateway, limit: int) -> list[TraceQuery]:
        """The searches to run; several where MLflow's syntax takes one for each spelling of `text`."""
        query = TraceQuery(self.experiment_ids, self.clauses, limit=limit, any_of=self.any_of)
        if gateway.is_database:
            return [query]
        # Other orders than by time or duration cannot be merged.
        spelled = _spellings(self.clauses) if self.ordering.seek_field else [self.clauses]
        return [replace(query, clauses=clauses) for clauses in spelled]

    def in_parts(self, query: TraceQuery) -> TraceQuery | None:
        """The search for traces of hierarchical sessions, which takes a question of its own on a server."""
        session = next((one for one in self.clauses if is_session(one)), None)
        version = version_of(self.store)
        if session is None or not self.ordering.seek_field or (version and version < HIERARCHICAL_SINCE):
            return None
        like = replace(session, operator="LIKE", value=part_pattern(str(session.value)))
        return replace(query, clauses=tuple(like if one is session else one for one in query.clauses))


def is_session(one: Clause) -> bool:
    """Whether it is the argument `session_id`, which also finds the session as a part of a hierarchical one."""
    return one.key == SESSION_KEY and one.operator == IS


def part_pattern(session_id: str) -> str:
    """A LIKE pattern for the JSON arrays that hold the id; it finds others as well."""
    return '[%"' + re.sub(r"[^ !#$&(-Z\]-~]+", "%", session_id) + '"%'


def _spellings(clauses: Sequence[Clause]) -> list[tuple[Clause, ...]]:
    """The clauses with each pattern that can find the words of `text`."""
    words = next((one for one in clauses if one.operator == CONTAINS), None)
    if words is None:
        return [tuple(clauses)]
    patterns = [replace(words, operator="ILIKE", value=pattern) for pattern in Words(str(words.value)).patterns]
    return [tuple(pattern if one is words else one for one in clauses) for pattern in patterns]


async def search_page(state: AppState, request: SearchRequest, cursor: str | None) -> SearchTracesResult:
    """One page. Raises InvalidFilterError with the corrected filter, where there is one."""
    read = read_filter(request.conditions.filter or "")
    return await search_page_of(state, request, read, cursor)


async def search_page_of(
    state: AppState, request: SearchRequest, read: ReadFilter, cursor: str | None
) -> SearchTracesResult:
    """One page, the written filter having been read."""
    await refuse_unread(state, read)
    try:
        return await _search_page(state, request, read, cursor)
    except InvalidFilterError as error:
        raise InvalidFilterError(error.message, error.hint or "describe_filter_syntax lists what works.") from error


async def refuse_unread(state: AppState, read: ReadFilter, argument: str = "filter") -> None:
    """Raises InvalidFilterError for a written filter that the store cannot take, with the corrected one."""
    if read.problems and not (read.any_of and state.gateway.is_database):
        message = for_store(await state.gateway.store_info(), read).message
        raise InvalidFilterError(f"`{argument}` is invalid. {message}")


async def prepared(state: AppState, request: SearchRequest, *, argument: str = "filter") -> tuple[Search, list[str]]:
    """The search that a request asks for, checked against the store, and what there is to say of it.

    `argument` is what an error calls its filter.

    Raises InvalidFilterError with the corrected filter, where there is one.
    """
    read = read_filter(request.conditions.filter or "")
    await refuse_unread(state, read, argument)
    search = await prepare(state, request, read, {})
    store = search.store
    refuse_what_it_cannot(store, search.every_clause)
    return search, [*search_notes(search, store), *zone_notes(request), *await unnamed_notes(state, search)]


async def _search_page(
    state: AppState, request: SearchRequest, read: ReadFilter, cursor: str | None
) -> SearchTracesResult:
    resumed = decode_cursor(cursor, request.fingerprint) if cursor else {}
    search = await prepare(state, request, read, resumed)
    store = search.store
    refuse_what_it_cannot(store, search.every_clause)
    if not search.ordering.is_own:
        refuse_order(store, (order.name for order in search.ordering.orders))
    unnamed = await unnamed_notes(state, search) if cursor is None else []
    notes = [*search_notes(search, store), *zone_notes(request), *unnamed]
    result = SearchTracesResult(traces=[], returned=0, applied=applied(search, state.cleaner), notes=notes)
    room = state.settings.max_chars - size_of_result(result) - RESERVED_CHARS
    start = Position.from_json(resumed["at"]) if resumed.get("at") else None
    several = len(search.experiments) > 1
    if request.view is not None:
        return await _viewed_page(state, search, request, result, Place.from_json(resumed.get("view", {})), start)
    failures = asks_for_failures(search.every_clause)
    if not request.detailed:
        room = min(room, _page_chars(state, request) - size_of_result(result) - CONCISE_RESERVED)
    page = Page(store, room, start, detailed=request.detailed, several=several, errors=failures)
    page = await _gather(state, search, request, page)
    errors = await read_errors(state, page.infos) if failures and page.rows else NO_ERRORS
    page.show_errors(errors.by_trace)
    empty = await empty_notes(state, search, request, page)
    notes = [
        *(note for note in result.notes if not empty or note not in unnamed),
        *progress_notes(search.progress, page),
        *errors.notes,
        *empty,
    ]
    while True:
        update = {"returned": len(page.rows), "next_cursor": next_cursor(request, search, page)}
        result = result.model_copy(update={**update, "notes": [*notes, *page.notes()]})
        room = _page_chars(state, request) - size_of_result(result) - page.masked_chars
        if page.fit(room, keep=_about_tokens(request)):
            return result.model_copy(update={"traces": page.rows, "notes": [*notes, *page.notes()]})


async def _viewed_page(
    state: AppState,
    search: Search,
    request: SearchRequest,
    result: SearchTracesResult,
    place: Place,
    start: Position | None,
) -> SearchTracesResult:
    """A page of overviews, or of a conversation, in place of rows."""
    assert request.view is not None
    room = state.settings.max_chars - size_of_result(result) - RESERVED_CHARS
    few = replace(request, limit=min(request.limit, MAX_VIEWS))
    page = Page(search.store, MAX_CHARS_CEILING, start, detailed=False, several=False)
    page = await _gather(state, search, few, page)
    views = await read_views(state, search.store, request.view, page.infos, place, room)
    empty = await empty_notes(state, search, request, page)
    notes = [*result.notes, *progress_notes(search.progress, page), *page.notes(), *views.notes, *empty]
    page.keep_first(views.whole)
    return result.model_copy(
        update={
            "views": views.shown,
            "returned": len(views.shown),
            "next_cursor": next_cursor(request, search, page, views.place),
            "notes": notes,
        }
    )


def _page_chars(state: AppState, request: SearchRequest) -> int:
    """The characters of a page of concise rows."""
    return min(state.settings.max_chars, max(PAGE_CHARS, ROW_CHARS * request.limit))


def size_of_result(result: SearchTracesResult) -> int:
    return len(compact(result.model_dump(mode="json")))


def _about_tokens(request: SearchRequest) -> list[str]:
    conditions = request.conditions
    asked = re.search("token|cost", request.order_by) or conditions.min_tokens or conditions.min_cost
    return ["tokens", "cost"] if asked else []


async def prepare(state: AppState, request: SearchRequest, read: ReadFilter, resumed: dict[str, Any]) -> Search:
    if resumed:
        since_ms, until_ms = _stored_window(resumed)
        stored = [str(one) for one in resumed.get("in", ())]
        experiments = await state.experiments.resolve(stored or request.experiments)
    else:
        since_ms, until_ms = parse_window(request.since, request.until, state.clock(), parse_zone(request.timezone))
        experiments = await _experiments(state, request)
    conditions = replace(request.conditions, since_ms=since_ms, until_ms=until_ms)
    any_of = read.any_of if read.problems else ()
    of_group = request.group.clauses if request.group else ()
    clauses = compile_conditions(conditions, (*(() if any_of else read.clauses), *(of_group or ())))
    ids = tuple(experiment.experiment_id for experiment in experiments)
    look = second_look(state.gateway, ids, clauses)
    ordering, store = parse_order(request.order_by), await state.gateway.store_info()
    group = request.group if of_group is None else None
    return Search(experiments, clauses, any_of, ordering, since_ms, until_ms, look, store, group)


async def _experiments(state: AppState, request: SearchRequest) -> tuple[Experiment, ...]:
    """Those asked for; else, since a run says where it belongs, those that hold traces of the run; else the default."""
    run_id = request.conditions.run_id
    if run_id is not None and not request.experiments:
        return await state.experiments.holding(clause("trace.run_id", "=", run_id), f"run {run_id!r}")
    return await state.experiments.resolve(request.experiments)


def _stored_window(resumed: dict[str, Any]) -> tuple[int | None, int | None]:
    since_ms, until_ms = resumed.get("since"), resumed.get("until")
    if any(type(moment) not in (int, type(None)) for moment in (since_ms, until_ms)):
        raise InvalidCursorError("`cursor` is damaged.", "Call again without it.")
    return since_ms, until_ms


async def _gather(state: AppState, search: Search, request: SearchRequest, page: Page) -> Page:
    # One row more than asked for shows whether there is another page.
    rows = found_rows(state, search, max(request.limit + 1, search.look.batch), page.after)
    stop_at = anyio.current_time() + state.settings.timeout_s * LOOKING_SHARE
    checked = search.look.check(rows)
    if search.group:
        checked = search.group.check(search, checked)
    seen: list[Checked] = []
    matching = 0
    out_of_time = False
    async with aclosing(rows), aclosing(checked):
        async for one in checked:
            seen.append(one)
            matching += one.matches
            out_of_time = bool(search.looked_for) and anyio.current_time() > stop_at
            if out_of_time or matching > request.limit:
                break
    _fill(page, seen, request, state.cleaner)
    if out_of_time and not page.more:
        page.stop(search.looked_for)
    elif search.progress.stopped and not page.more:
        page.more, page.after = True, search.progress.stopped
    return page


def _fill(page: Page, seen: Sequence[Checked], request: SearchRequest, cleaner: Cleaner) -> None:
    """Puts on the page what matches, up to the first row that does not fit."""
    matching = [one.row.info for one in seen if one.matches][: request.limit]
    shown = matching if request.detailed else [concise(info) for info in matching]
    cleaned = (info for batch in _batches(shown, page.room) for info in with_words(cleaner.infos(batch), cleaner))
    for one in seen:
        if one.matches:
            info = next(cleaned, None)
            page.more = info is None or not page.add(info)
            if page.more:
                return
        page.pass_by(one.row)


def _batches(infos: Sequence[TraceInfo], room: int) -> Iterator[list[TraceInfo]]:
    """Rows to clean together: as many as may fit on the page, so that few are cleaned in vain."""
    batch: list[TraceInfo] = []
    size = 0
    for info in infos:
        texts = (info.request_preview, info.response_preview, *info.tags.values(), *info.trace_metadata.values())
        size += sum(len(text) for text in texts if text)
        batch.append(info)
        if size >= room:
            yield batch
            batch, size = [], 0
    yield batch


async def _of_session(rows: AsyncGenerator[Row, None], search: Search) -> AsyncGenerator[Row, None]:
    """Those of the session: a pattern also finds other texts that hold its id."""
    wanted = next(str(one.value) for one in search.clauses if is_session(one))
    async with aclosing(rows):
        async for row in rows:
            if is_of_session(row.info.session_id, wanted):
                yield row


def found_rows(state: AppState, search: Search, chunk: int, start: Position | None) -> AsyncGenerator[Row, None]:
    """All that the store finds, in order, from `start` on; `chunk` is how many are asked for at first."""
    queries = search.queries(state.gateway, chunk)
    walks = [walk(state.gateway, query, search.ordering, start, search.progress) for query in queries]
    if not state.gateway.is_database:
        in_parts = [other for query in queries if (other := search.in_parts(query))]
        walks += [
            _of_session(walk(state.gateway, query, search.ordering, start, search.progress), search)
            for query in in_parts
        ]
    return walks[0] if len(walks) == 1 else merge(walks, search.ordering)


def applied(search: Search, cleaner: Cleaner) -> Applied:
    """What ran, as a result shows it."""
    text = search.text
    return Applied(
        experiments={
            one.experiment_id: cut(cleaner.text(one.name), MAX_NAME)
            for one in search.experiments[:MAX_EXPERIMENTS_SHOWN]
        },
        filter=cut(text, MAX_FILTER_SHOWN) if text else None,
        order_by=[order.text for order in search.ordering.orders],
        database_only=bool(search.any_of),
        since=None if search.since_ms is None else iso_utc(search.since_ms),
        until=None if search.until_ms is None else iso_utc(search.until_ms),
    )


def next_cursor(request: SearchRequest, search: Search, page: Page, place: Place | None = None) -> str | None:
    if not page.more or (page.after is None and place is None):
        return None
    view = {"view": place.to_json()} if place else {}
    return cursor_at(request, search, {"at": page.after.to_json() if page.after else None, **view})


def cursor_at(request: SearchRequest, search: Search, position: Mapping[str, Any]) -> str:
    """The cursor for the page that begins there."""
    # Experiments that were named are named again with the cursor; there may be thousands.
    found = {} if request.experiments else {"in": search.experiment_ids}
    window = {"since": search.since_ms, "until": search.until_ms}
    known = {key: value for key, value in window.items() if value is not None}
    return encode_cursor({**position, **found, **known}, request.fingerprint)


def zone_notes(request: SearchRequest) -> list[str]:
    times = [text for text in (request.since, request.until) if text and "-" in text[1:] and ":" in text]
    zoned = request.timezone or all(
        text.strip().upper().endswith("Z") or "+" in text or "-" in text[11:] for text in times
    )
    return [] if zoned else ["A time without zone was read as UTC."]


def progress_notes(progress: Progress, page: Filled) -> Iterator[str]:
    yield from progress.notes
    if progress.reached_ms is not None and page.after == progress.stopped:
        yield (
            f"Spans were searched from the newest trace back to {iso_utc(progress.reached_ms)} in the time a call may "
            "take; next_cursor continues from there."
        )


def search_notes(search: Search, store: StoreInfo) -> Iterator[str]:
    for key in search.look.keys:
        what = "has no such condition as" if key.field in OF_INFOS else "cannot name the key of"
        yield f"MLflow's filter {what} {argument_of(key)}: each trace found was looked at for it."
    if any(one.field is SPAN_DURATION for one in search.look.of_spans):
        yield "MLflow's filter has no duration of spans: the spans of each trace found were read for it."
    if search.look.words and any(_may_be_of_another_span(one, search.look) for one in search.clauses):
        yield "`text` may be in another span than the one that `filter` speaks of."
    if matches_across_spans(store) and sum(one.is_of_spans for one in search.clauses) > 1:
        yield ACROSS_SPANS
    if len(search.experiments) > MAX_EXPERIMENTS_SHOWN:
        yield f"`applied` names {MAX_EXPERIMENTS_SHOWN} of {len(search.experiments)} experiments searched."
    if not store.is_database and not search.ordering.seek_field and len(_spellings(search.clauses)) > 1:
        yield (
            "In this order `text` is searched only as written; newest, oldest, slowest and fastest also find letters "
            "that are not ASCII in the other case, and as MLflow before 3.17 stored them."
        )


def _may_be_of_another_span(one: Clause, look: SecondLook) -> bool:
    return one.is_of_spans and one is not look.words and one not in look.of_its_span


async def unnamed_notes(state: AppState, search: Search) -> list[str]:
    """That a server finds stored names and types only, where recent traces have none."""
    asked = sorted({one.argument for one in search.clauses if one.operator == IS} & {"name", "span_type"})
    if state.gateway.is_database or not asked:
        return []
    newest = (await state.gateway.search_traces(TraceQuery(search.experiment_ids, limit=NEWEST))).traces
    unnamed = sum(info.stored_name is None for info in newest)
    if not unnamed:
        return []
    return [
        f"{unnamed} of the newest {len(newest)} traces have no stored name, as OpenTelemetry sends none: the server "
        f"does not find them by {' or '.join(asked)}. span_name finds them by the names of their spans."
    ]


async def empty_notes(state: AppState, search: Search, request: SearchRequest, page: Filled) -> list[str]:
    """Why there is nothing, when there is nothing from the first page on."""
    if page.rows or page.more:
        return []
    if page.looked_at and not search.looked_for:
        return [f"{page.looked_at} traces match, and no span that was read meets the conditions on spans."]
    if page.looked_at:
        nearer = suggestion("text", request.conditions.text, Seen(())) if search.look.words else None
        found = (
            f"{page.looked_at} traces match the other conditions; none of them has what {search.looked_for} asks for."
        )
        return [found, *([nearer] if nearer else [])]
    return await Diagnosis(state, search.experiment_ids, search.clauses, search.any_of).notes()
