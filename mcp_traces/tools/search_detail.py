"""What a page of a search shows of spans: the error of each trace where the search asks for failures, and instead of
rows the overviews or the conversation of up to ten traces."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal, cast

import anyio
from anyio import to_thread

from mcp_traces.errors import InvalidCursorError, StoreError
from mcp_traces.filters.clause import HAS_ERROR, Clause
from mcp_traces.records import Json, StoreInfo, Trace, TraceInfo
from mcp_traces.results import GetTraceResult
from mcp_traces.shaping.cleaning import Cleaner
from mcp_traces.shaping.conversation import MIN_MESSAGE_CHARS, fair_message_share, messages_page
from mcp_traces.shaping.failures import error_line, root_causes
from mcp_traces.shaping.overview import lean_chars
from mcp_traces.shaping.rows import trace_header
from mcp_traces.shaping.session import added_messages
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.text import compact, without_lone_surrogates
from mcp_traces.tools.state import AppState
from mcp_traces.tools.trace_lookup import named_by_root
from mcp_traces.tools.trace_views import TraceView

ERRORS_SHARE = 0.3
"""The share of a call's time for reading the spans of failed traces; rows are useful without their errors."""

VIEWS_SHARE = 0.6
MAX_VIEWS = 10
MIN_OVERVIEW = 2_000
HEADER_CHARS = 250
GONE = "The trace could not be read; it may have been deleted."
TOO_SMALL = "The budget is too small for an overview; get_trace shows it with max_chars."

View = Literal["overview", "conversation"]

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


# Overviews and conversations.


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of views begins: in its first trace at this message, after the trace `before`."""

    message: int = 0
    before: str | None = None

    @staticmethod
    def from_json(stored: Json) -> "Place":
        """Raises InvalidCursorError."""
        fields = cast("dict[str, Json]", stored) if isinstance(stored, dict) else {"i": None}
        message, before = fields.get("i", 0), fields.get("before")
        if type(message) is not int or message < 0 or not isinstance(before, str | None):
            raise InvalidCursorError("`cursor` is damaged.", "Call again without it.")
        return Place(message, before)

    def to_json(self) -> dict[str, Json]:
        return {"i": self.message, "before": self.before}


@dataclass(frozen=True, slots=True)
class Views:
    """What is shown of the first traces of a page. `whole` of them are shown to their end; `place` is where the next
    page begins in the one after those."""

    shown: list[GetTraceResult]
    whole: int
    place: Place
    notes: list[str]


async def read_views(
    state: AppState, store: StoreInfo, view: View, infos: Sequence[TraceInfo], place: Place, room: int
) -> Views:
    """As much of the traces as fits into `room` characters and can be read in the time that a call may take."""
    ids = [info.trace_id for info in infos]
    earlier = [place.before] if place.before and view == "conversation" else []
    traces: dict[str, Trace] = {}
    with anyio.move_on_after(state.settings.timeout_s * VIEWS_SHARE) as deadline:
        for batch in _in_order(infos, earlier):
            traces |= {one.info.trace_id: one for one in await state.gateway.get_traces(batch)}
    experiments = {info.experiment_id for info in infos}
    known = [traces[one] for one in earlier if one in traces and traces[one].info.experiment_id in experiments]
    if not deadline.cancelled_caught:
        traces |= {info.trace_id: Trace(info, (), GONE) for info in infos if info.trace_id not in traces}
    found = [named_by_root(traces[one]) for one in takewhile(traces.__contains__, ids)]
    writer = _Writer(state.cleaner, store, room)
    if view == "overview":
        views = await to_thread.run_sync(writer.overviews, found, abandon_on_cancel=True)
    else:
        views = await to_thread.run_sync(writer.conversations, found, known, place, abandon_on_cancel=True)
    if len(found) < len(ids):
        note = f"{len(found)} of {len(ids)} traces could be read in the time a call may take; next_cursor continues."
        return replace(views, notes=[*views.notes, note])
    return views


def _in_order(infos: Sequence[TraceInfo], earlier: Sequence[str]) -> Iterator[list[str]]:
    """The ids in their order, so many at a time that a batch is read quickly."""
    batch, spans = [*earlier], 0
    for info in infos:
        spans += info.span_count or 1
        if len(batch) > len(earlier) and spans > SPANS_AT_ONCE:
            yield batch
            batch, spans = [], info.span_count or 1
        batch.append(info.trace_id)
    yield batch


class _Writer:
    """Puts views of traces on a page, one after the other, while there is room."""

    def __init__(self, cleaner: Cleaner, store: StoreInfo, room: int) -> None:
        self._cleaner = cleaner
        self._store = store
        self._room = room
        self._shown: list[GetTraceResult] = []

    def overviews(self, traces: Sequence[Trace]) -> Views:
        """Each in its share of the room, and no smaller than get_trace can make it."""
        for index, trace in enumerate(traces):
            cleaned = self._cleaner.trace(trace)
            tree = build_tree(cleaned.spans)
            share = max(self._room // (len(traces) - index), MIN_OVERVIEW)
            budget = min(lean_chars(len(tree.nodes)), share)
            view = TraceView(cleaned, tree, self._store, budget, cleaner=self._cleaner, is_asked=True)
            if not self._add(view.overview().model_copy(update={"next": []})):
                break
        if traces and not self._shown:  # the smallest budgets have no room for an overview
            header = trace_header(self._cleaner.info(traces[0].info), self._store)
            self._shown.append(GetTraceResult(trace=header, notes=[TOO_SMALL]))
        return Views(self._shown, len(self._shown), Place(), [])

    def conversations(self, traces: Sequence[Trace], known: Sequence[Trace], place: Place) -> Views:
        """What each trace adds to those before it, `known` among them, from the message of `place` on."""
        cleaned = [self._cleaner.trace(trace) for trace in (*known, *traces)]
        trees = [build_tree(trace.spans) for trace in cleaned]
        said = list(zip(cleaned, trees, added_messages(trees), strict=True))[len(known) :]
        left = [
            one for index, (_, _, new) in enumerate(said) for one in new.messages[place.message if not index else 0 :]
        ]
        headers = sum(HEADER_CHARS for _ in said)
        share = fair_message_share(left, self._room - headers)
        start, before = place.message, place.before
        for index, (trace, tree, new) in enumerate(said):
            header = GetTraceResult(trace=trace_header(trace.info, self._store), shown=0, total=len(new.messages))
            room = self._room - len(compact(header.model_dump(mode="json"))) - len('"messages":[],"elided":[],')
            if self._shown and room < MIN_MESSAGE_CHARS and new.messages:
                return Views(self._shown, index, Place(0, before), [])
            page = messages_page(tree, new, start, room, self._cleaner, share)
            update = {
                "messages": page.messages,
                "elided": page.elided,
                "shown": len(page.messages),
                "notes": [*([trace.missing] if trace.missing else []), *page.notes],
            }
            self._shown.append(header.model_copy(update=update))
            self._room -= _size_of(self._shown[-1])
            if page.next_index is not None:
                return Views(self._shown, index, Place(page.next_index, before), [])
            start, before = 0, trace.info.trace_id
        return Views(self._shown, len(said), Place(0, before), [])

    def _add(self, view: GetTraceResult) -> bool:
        size = _size_of(view)
        if size > self._room:
            return False
        self._shown.append(view)
        self._room -= size
        return True


def _size_of(view: GetTraceResult) -> int:
    return len(compact(without_lone_surrogates(view.model_dump(mode="json")))) + 1
