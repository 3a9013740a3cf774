"""Every match of a regular expression in a trace: where it stands and what stands around it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from mcp_traces.expressions import Search
from mcp_traces.records import Json, TraceInfo
from mcp_traces.results import MatchCount, MatchResult
from mcp_traces.shaping.media import Media, media_in, shown_between
from mcp_traces.shaping.paths import Part, format_path, offset_in, path_within, texts_below, value_at
from mcp_traces.shaping.rows import trace_values
from mcp_traces.shaping.span_tree import Node, SpanTree
from mcp_traces.shaping.span_views import MAX_NAME, span_values
from mcp_traces.shaping.text import CUT_MARK, compact, cut, one_line
from mcp_traces.shaping.values import first_that_fit, size_of_all

AROUND = 60
"""Characters shown before and behind a match."""

MAX_MATCH = 200
MAX_COUNTS = 20
COUNTS_SHARE = 0.25
"""What the counts may take of the first page; later pages do without them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A text of the trace, under the path that reads it, or the key that ends the path.

    `span_id` is None outside of spans. `whole` is the value at the first part of `path`.
    """

    span_id: str | None
    name: str | None
    path: tuple[Part, ...]
    text: str
    whole: Json
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """`media` are those of the place's text."""

    place: Place
    start: int
    end: int
    media: tuple[Media, ...]


@dataclass(frozen=True, slots=True)
class MatchPage:
    matches: list[MatchResult]
    counts: list[MatchCount]
    total: int
    next_index: int | None


def find_page(
    info: TraceInfo, tree: SpanTree, nodes: Sequence[Node] | None, search: Search, start: int, room: int
) -> MatchPage:
    """The matches from the `start`-th on that fit; at least one, so that paging always ends.

    Those in `nodes`, or, when None, in the whole trace.
    """
    places = _trace_places(info) if nodes is None else ()
    places = chain(places, _span_places(tree, tree.nodes if nodes is None else nodes))
    found = [match for place in places for match in _matches(place, search)]
    counts = [] if start else first_that_fit(_counts(found), int(room * COUNTS_SHARE))
    room -= size_of_all(counts)
    shown: list[MatchResult] = []
    for index in range(start, len(found)):
        result = _result(found[index])
        room -= size_of_all([result])
        if room < 0 and shown:
            return MatchPage(shown, counts, len(found), index)
        shown.append(result)
    return MatchPage(shown, counts, len(found), None)


def _trace_places(info: TraceInfo) -> Iterator[Place]:
    """The texts of the trace itself but its previews, which its root span has whole."""
    for key, value in trace_values(info).items():
        if not key.endswith("_preview"):
            yield from _texts(None, None, (key,), value)


def _span_places(tree: SpanTree, nodes: Iterable[Node]) -> Iterator[Place]:
    for node in nodes:
        for key, value in span_values(node.span, tree).items():
            yield from _texts(node.span.span_id, node.span.name, (key,), value)


def _texts(span_id: str | None, name: str | None, path: tuple[Part, ...], value: Json) -> Iterator[Place]:
    """Each key, string and number below `value`, in order."""
    for one in texts_below(path, value):
        yield Place(span_id, name, one.path, one.text, value, is_key=one.is_key)


def _matches(place: Place, search: Search) -> Iterator[Match]:
    """Every match, but those within the data of an image, audio or file: they are there by chance."""
    spans = list(search(place.text))
    media = tuple(media_in(place.text)) if spans else ()
    for start, end in spans:
        if not any(one.start <= start and end <= one.end and not one.attachment for one in media):
            yield Match(place, start, end, media)


def _counts(found: Sequence[Match]) -> list[MatchCount]:
    """The spans with most matches; None stands for the trace itself."""
    names = {match.place.span_id: match.place.name for match in found}
    counted = Counter(match.place.span_id for match in found)
    return [
        MatchCount(span_id=span_id, name=cut(names[span_id] or "", MAX_NAME) or None, matches=count)
        for span_id, count in counted.most_common(MAX_COUNTS)
    ]


def _result(match: Match) -> MatchResult:
    place, start, end = match.place, match.start, match.end

    def shown(begin: int, until: int) -> str:
        return shown_between(place.text, match.media, begin, until)

    parts = (
        CUT_MARK if start > AROUND else "",
        shown(max(start - AROUND, 0), start),
        cut(shown(start, end), MAX_MATCH),
        shown(end, min(end + AROUND, len(place.text))),
        CUT_MARK if end + AROUND < len(place.text) else "",
    )
    return MatchResult(
        span_id=place.span_id,
        path=format_path(path_within(place.path)),
        offset=_offset(place, start),
        text=one_line("".join(parts)),
    )


def _offset(place: Place, start: int) -> int | None:
    """The match's offset in the text at the result's path, which is the JSON of an outer value where the path of the
    match is too long; None where a key matched."""
    holder = path_within(place.path)
    inner = place.path[len(holder) :]
    if not inner:
        return None if place.is_key else start
    held = value_at(place.whole, place.path[1:])
    is_text = place.is_key or isinstance(held, str)
    within = len(compact(place.text[:start])) - 1 if is_text else start
    return offset_in(value_at(place.whole, holder[1:]), inner, is_key=place.is_key) + within
