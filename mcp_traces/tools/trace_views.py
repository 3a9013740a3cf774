"""The ways to look at one trace, each an answer within the budget and, where it has pages, a cursor to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mcp_traces.cursor import decode_cursor, encode_cursor, fingerprint
from mcp_traces.errors import InvalidArgumentError, InvalidCursorError
from mcp_traces.expressions import Search
from mcp_traces.records import StoreInfo, Trace
from mcp_traces.results import GetTraceResult
from mcp_traces.shaping.cleaning import MASKED_CHARS, UNMASKED, Cleaner
from mcp_traces.shaping.conversation import conversation_page
from mcp_traces.shaping.find import find_page
from mcp_traces.shaping.media import media_in
from mcp_traces.shaping.overview import ROW_SHARE, lean_chars, overview
from mcp_traces.shaping.rows import full_row, trace_header, trace_values
from mcp_traces.shaping.span_pages import OpenedValue, SpanPage, open_value, tree_page, whole_spans
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.span_views import span_values
from mcp_traces.shaping.text import compact, cut
from mcp_traces.tools.pictures import Seen

MAX_SPANS = 20
CURSOR_CHARS = 400 + MASKED_CHARS
"""Room for the cursor and the counts."""

VALUE_CHARS = 650 + MASKED_CHARS
"""Room for what stands around the text of a value: its path, types, offsets."""

MAX_NOTE = 400


@dataclass(frozen=True, slots=True)
class TraceView:
    """One trace and the room there is to show it in. `cursor` is the caller's, None for the first page.

    Overviews take less than the budget unless the caller asked for it (`is_asked`).
    """

    trace: Trace
    tree: SpanTree
    store: StoreInfo
    budget: int
    cursor: str | None = None
    cleaner: Cleaner = UNMASKED
    is_asked: bool = False

    def overview(self) -> GetTraceResult:
        self._refuse_cursor("The overview")
        budget = self.budget if self.is_asked else min(self.budget, lean_chars(len(self.tree.nodes)))
        row, cuts = full_row(self.trace.info, self.store, int(budget * ROW_SHARE), self.cleaner)
        return overview(row, cuts, self.trace, self.tree, budget)

    def every_span(self) -> GetTraceResult:
        pages = self._pages({"view": "tree"})
        page = tree_page(self.tree, pages.start, pages.room)
        return pages.result(_spans(page, len(self.tree.nodes)), page.next_index)

    def whole_spans(self, span_ids: list[str]) -> GetTraceResult:
        nodes = self._nodes(span_ids)
        pages = self._pages({"span_ids": span_ids})
        page = whole_spans(self.tree, nodes, pages.start, pages.room)
        return pages.result(_spans(page, len(nodes)), page.next_index)

    def matches(self, find: str, search: Search, span_ids: list[str]) -> GetTraceResult:
        nodes = self._nodes(span_ids) if span_ids else None
        pages = self._pages({"find": find, "span_ids": span_ids})
        page = find_page(self.trace.info, self.tree, nodes, search, pages.start, pages.room)
        found = {"matches": page.matches, "match_counts": page.counts, "shown": len(page.matches), "total": page.total}
        return pages.result(found, page.next_index)

    def conversation(self) -> GetTraceResult:
        pages = self._pages({"view": "conversation"})
        page = conversation_page(self.tree, pages.start, pages.room, self.cleaner)
        said = {"messages": page.messages, "elided": page.elided, "shown": len(page.messages), "total": page.total}
        result = pages.result(said, page.next_index)
        return result.model_copy(update={"notes": [*result.notes, *page.notes]})

    def opened(self, span_ids: list[str], path: str, offset: int) -> OpenedValue:
        """One value, whose media can be looked at before it is shown."""
        self._refuse_cursor("A value, which is read on with `offset`,")
        if len(span_ids) > 1:
            raise InvalidArgumentError("`path` reads one value, but `span_ids` names several spans.", "Name one.")
        span = self._nodes(span_ids)[0].span if span_ids else None
        values = span_values(span, self.tree) if span else trace_values(self.trace.info)
        return open_value(values, path, offset, span_id=span.span_id if span else None)

    def value(self, opened: OpenedValue, seen: Seen) -> GetTraceResult:
        """The value, with the picture or the sound that was seen in it."""
        notes = [cut(seen.note, MAX_NOTE)] if seen.note else []
        result = GetTraceResult(trace=trace_header(self.trace.info, self.store), notes=notes)
        room = self.budget - len(compact(result.model_dump(mode="json"))) - VALUE_CHARS
        shown = opened
        if seen.text is not None:
            media = next(media_in(seen.text), None) if seen.as_data else None
            shown = replace(opened, text=seen.text, media=media or opened.media)
        value, handles = shown.page(room, as_data=seen.as_data, withheld=seen.withheld)
        if seen.picture is not None:
            value = value.model_copy(update={"mime_type": seen.picture.mime_type, "bytes": seen.picture.size})
        result = result.model_copy(update={"value": value, "elided": handles})
        return result if seen.picture is None else result.with_picture(seen.picture)

    def _pages(self, view: Mapping[str, Any]) -> "_Pages":
        notes = [*([self.trace.missing] if self.trace.missing else []), *self.tree.notes]
        header = GetTraceResult(trace=trace_header(self.trace.info, self.store), notes=notes)
        made_for = fingerprint({"tool": "get_trace", "trace_id": self.trace.info.trace_id, **view})
        room = self.budget - len(compact(header.model_dump(mode="json"))) - CURSOR_CHARS
        return _Pages(header, room, _start(self.cursor, made_for), made_for)

    def _refuse_cursor(self, what: str) -> None:
        if self.cursor is not None:
            raise InvalidCursorError(
                f"{what} has no pages.", "Repeat the arguments of the call that gave the cursor, or leave it out."
            )

    def _nodes(self, span_ids: list[str]) -> list[Node]:
        """The nodes with these ids, in the order asked for. Raises InvalidArgumentError."""
        if len(span_ids) > MAX_SPANS:
            raise InvalidArgumentError(
                f"`span_ids` names {len(span_ids)} spans; {MAX_SPANS} can be opened at once.",
                "Open them in several calls.",
            )
        by_id: dict[str, list[Node]] = {}
        for node in self.tree.nodes:
            by_id.setdefault(node.span.span_id, []).append(node)
        unknown = [span_id for span_id in span_ids if span_id not in by_id]
        if unknown:
            raise InvalidArgumentError(
                f"This trace has no span {', '.join(map(repr, unknown))}; it has {len(self.tree.nodes)} spans.",
                "view='tree' lists them with their span_id.",
            )
        return [node for span_id in dict.fromkeys(span_ids) for node in by_id[span_id]]


@dataclass(frozen=True, slots=True)
class _Pages:
    """Where a page starts, in how much room, and whose cursor it gives."""

    header: GetTraceResult
    room: int
    start: int
    made_for: str

    def result(self, fields: Mapping[str, Any], next_index: int | None) -> GetTraceResult:
        cursor = None if next_index is None else encode_cursor({"i": next_index}, self.made_for)
        return self.header.model_copy(update={**fields, "next_cursor": cursor})


def _spans(page: SpanPage, total: int) -> dict[str, Any]:
    return {"spans": page.spans, "elided": page.elided, "shown": page.shown, "total": total}


def _start(cursor: str | None, made_for: str) -> int:
    if cursor is None:
        return 0
    index = decode_cursor(cursor, made_for).get("i")
    if not isinstance(index, int) or index < 0:
        raise InvalidCursorError("`cursor` is damaged.", "Call again without it.")
    return index
