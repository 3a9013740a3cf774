"""Spans of a trace within a budget: a page of the whole tree, some spans with their values, or one value."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.records import Json
from mcp_traces.results import Elision, SpanResult, Table, ValueResult
from mcp_traces.shaping.media import Media, marked_page, media_in, with_marks
from mcp_traces.shaping.paths import parse_path, parts_of, resolve, type_name
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.span_views import TREE_COLUMNS, size_of, span_fields, span_whole
from mcp_traces.shaping.text import as_text, compact, cut
from mcp_traces.shaping.values import first_that_fit, media_handles, size_of_all

MIN_SPAN_CHARS = 400
MAX_PATH_SHOWN = 200
MAX_MIME = 100
PARTS_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class SpanPage:
    spans: Table | list[SpanResult]
    shown: int
    elided: list[Elision]
    next_index: int | None


def tree_page(tree: SpanTree, start: int, room: int) -> SpanPage:
    """The rows from the `start`-th on that fit; at least one, so that paging always ends."""
    rows: list[list[Json]] = []
    room -= len(compact({"columns": TREE_COLUMNS, "rows": []}))
    for index in range(start, len(tree.nodes)):
        fields = span_fields(tree, tree.nodes[index])
        row = [fields[column] for column in TREE_COLUMNS]
        room -= len(compact(row)) + 1
        if room < 0 and rows:
            return SpanPage(Table(columns=[*TREE_COLUMNS], rows=rows), len(rows), [], index)
        rows.append(row)
    return SpanPage(Table(columns=[*TREE_COLUMNS], rows=rows), len(rows), [], None)


def whole_spans(tree: SpanTree, nodes: Sequence[Node], start: int, room: int) -> SpanPage:
    """The nodes from the `start`-th on, each whole or cut to its share of `room`."""
    spans: list[SpanResult] = []
    elided: list[Elision] = []
    for index in range(start, len(nodes)):
        share = max(room // (len(nodes) - index), MIN_SPAN_CHARS)
        span, cuts = span_whole(tree, nodes[index], share)
        size = size_of(span) + size_of_all(cuts)
        if size > room and spans:
            return SpanPage(spans, len(spans), elided, index)
        spans.append(span)
        elided += cuts
        room -= size
    return SpanPage(spans, len(spans), elided, None)


@dataclass(frozen=True, slots=True)
class OpenedValue:
    """One value and its text, which is read from `offset` on.

    `media` is the image, audio or file that is asked for: the one that begins at `offset`, or at 0 the first. Objects
    and lists have none, since their strings have paths of their own.
    """

    span_id: str | None
    path: str
    offset: int
    value: Json
    text: str
    media: Media | None = None

    @property
    def is_attachment(self) -> bool:
        """Whether the whole text is the reference to one."""
        one = self.media
        return one is not None and one.attachment is not None and (one.start, one.end) == (0, len(self.text))

    def page(self, room: int, *, as_data: bool = False, withheld: bool = False) -> tuple[ValueResult, list[Elision]]:
        """What `room` holds of the text, and handles to the media in it.

        With `as_data` the medium that is asked for is shown as it is recorded; with `withheld` none ever is. Raises
        InvalidArgumentError for an offset beyond the text.
        """
        if self.offset > len(self.text):
            raise InvalidArgumentError(
                f"`offset` {self.offset} lies beyond the value, which has {len(self.text)} characters.",
                "Start again at offset 0.",
            )
        wanted = not self.offset and len(self.text) > MIN_SPAN_CHARS
        parts = parts_of(self.value, int(room * PARTS_SHARE) if wanted else 0)
        handles = first_that_fit(self._handles(), int(room * PARTS_SHARE)) if not self.offset else []
        room -= len(compact(parts)) + size_of_all(handles)
        start = self._start_of_media() if withheld else self.offset
        shown, end = marked_page(
            self.text, start, room, raw=lambda one: as_data and one == self.media and one.start == self.offset
        )
        result = ValueResult(
            span_id=self.span_id,
            path=cut(self.path, MAX_PATH_SHOWN),
            type=type_name(self.value),
            mime_type=cut(self.media.mime, MAX_MIME) if self.media else None,
            bytes=self.media.size if self.media else None,
            text=shown,
            offset=self.offset,
            next_offset=end if end < len(self.text) else None,
            total_chars=len(self.text),
            parts=parts,
        )
        return result, handles

    def _handles(self) -> list[Elision]:
        """To all media but the one that is asked for."""
        if not isinstance(self.value, str):
            shown = with_marks(self.value)
            path = parse_path(self.path)
            return [] if shown is self.value else media_handles(shown, span_id=self.span_id, path=path)
        total = len(self.text)
        others = [one for one in media_in(self.text) if one != self.media]
        return [Elision(span_id=self.span_id, path=self.path, shown=one.start, total=total) for one in others]

    def _start_of_media(self) -> int:
        """`offset`, or where the medium begins that it lies in."""
        around = (one.start for one in media_in(self.text) if one.start < self.offset < one.end)
        return next(around, self.offset)


def open_value(values: Json, path: str, offset: int, *, span_id: str | None) -> OpenedValue:
    """The value at `path`. Raises InvalidArgumentError for a wrong path."""
    value = resolve(values, path)
    text = as_text(value)
    media = _asked_for(text, offset) if isinstance(value, str) else None
    return OpenedValue(span_id, path, offset, value, text, media)


def _asked_for(text: str, offset: int) -> Media | None:
    for one in media_in(text):
        is_all = one.attachment is not None and one.start == 0 and one.end == len(text)
        if one.start == offset or offset == 0 or is_all:
            return one
        if one.start > offset:
            break
    return None
