"""Fits a JSON value into a number of characters, and says of every cut where the rest is.

A cut string keeps its first characters; a value that had to go keeps the first characters of its JSON text. In both
cases reading on at `path` from `offset=shown` gives what is missing. Images, audio and files are never shown as data.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from typing import TypeVar, cast

from mcp_traces.records import Json
from mcp_traces.results import Elision, Result
from mcp_traces.shaping.media import Marked, as_recorded, marked_page, with_marks, without_records
from mcp_traces.shaping.paths import MAX_PATH, Part, format_path, resolve, texts_below
from mcp_traces.shaping.text import CUT_MARK, as_text, compact

Key = TypeVar("Key", str, int)
R = TypeVar("R", bound=Result)

MIN_SHARE = 60
"""Fewer characters than this tell nothing of a value; its neighbours get them instead."""

MAX_ELISIONS = 12
"""Beyond this many cuts in one value, one cut of the whole is easier to read and to follow."""


def fit(value: Json, budget: int, *, span_id: str | None, path: Sequence[Part] = ()) -> tuple[Json, list[Elision]]:
    """`value` and its cuts in `budget` characters of JSON together, or as near to it as cuts can bring it.

    Images, audio and files are marks, each with a handle to it.
    """
    room = budget
    shown = with_marks(value)
    has_media = shown is not value
    while True:
        fitted, cuts = _fit_value(shown, room, span_id, tuple(path))
        if has_media:
            cuts = [*cuts, *media_handles(fitted, span_id=span_id, path=path)]
        excess = len(compact(fitted)) + size_of_all(cuts) - budget
        if excess <= 0 or room < MIN_SHARE:
            return without_records(fitted) if has_media else fitted, cuts
        room -= max(excess, room // 8)


def media_handles(value: Json, *, span_id: str | None, path: Sequence[Part] = ()) -> list[Elision]:
    """A handle for each text with marks in `value`, which `with_marks` made; of many, the last ones share a handle."""
    found: list[tuple[tuple[Part, ...], Marked]] = [
        (place.path, place.text) for place in texts_below(path, value) if isinstance(place.text, Marked)
    ]
    single = found if len(found) <= MAX_ELISIONS else found[: MAX_ELISIONS // 2]
    handles = [
        Elision(span_id=span_id, path=format_path(place), shown=text.first, total=len(text.recorded))
        for place, text in single
        if len(format_path(place)) <= MAX_PATH
    ]
    rest: dict[Part, list[tuple[Part, ...]]] = {}
    for place, text in found:
        if (place, text) not in single or len(format_path(place)) > MAX_PATH:
            rest.setdefault(place[0] if place else "", []).append(place)
    for places in rest.values():
        holder = _common(places)
        total = len(as_text(as_recorded(resolve(value, format_path(holder[len(path) :])))))
        handles.append(Elision(span_id=span_id, path=format_path(holder), shown=0, total=total))
    return handles


def _common(places: Sequence[tuple[Part, ...]]) -> tuple[Part, ...]:
    """The path of what holds all of `places`, and can be written in MAX_PATH characters."""
    same = takewhile(lambda parts: len(set(parts)) == 1, zip(*places, strict=False))
    holder = tuple(parts[0] for parts in same)
    while len(holder) > 1 and len(format_path(holder)) > MAX_PATH:
        holder = holder[:-1]
    return holder


def size_of_all(results: Sequence[Result]) -> int:
    """What `results` add to a list, in characters of JSON."""
    return sum(len(compact(one.model_dump(mode="json"))) + 1 for one in results)


def first_that_fit(results: Sequence[R], room: int) -> list[R]:
    """The first of `results` that fit into `room` characters of JSON."""
    fitting: list[R] = []
    for one in results:
        room -= size_of_all([one])
        if room < 0:
            break
        fitting.append(one)
    return fitting


def _fit_value(value: Json, room: int, span_id: str | None, path: tuple[Part, ...]) -> tuple[Json, list[Elision]]:
    fitted, cuts = _shrink(value, room, span_id, path)
    if len(cuts) > MAX_ELISIONS and path:
        return prefix(value, room, span_id, path)
    return fitted, cuts


def keep_structure(
    fitted: Json, cuts: list[Elision], values: Mapping[str, Json], structured: Collection[str]
) -> tuple[dict[str, Json], list[Elision]]:
    """`fitted` as an object, for results whose `structured` fields cannot hold a cut text.

    What was cut so deep that no structure is left is dropped, and an elision stands for the whole of it: the whole as
    `path` reads it, which `values` has.
    """
    span_id = cuts[0].span_id if cuts else None
    shown = cast("dict[str, Json]", fitted) if isinstance(fitted, dict) else {}
    lost = [key for key in (structured if shown else values) if isinstance(shown.get(key), str) or not shown]
    kept = {key: value for key, value in shown.items() if key not in lost}
    paths = {format_path([key]) for key in lost}
    whole = [Elision(span_id=span_id, path=key, shown=0, total=len(as_text(values[key]))) for key in lost]
    return kept, [*(cut for cut in cuts if shown and cut.path not in paths), *whole]


def _shrink(value: Json, budget: int, span_id: str | None, path: tuple[Part, ...]) -> tuple[Json, list[Elision]]:
    if len(compact(value)) <= budget:
        return value, []
    if isinstance(value, dict) and value:
        items = [(key, child) for key, child in cast("dict[str, Json]", value).items()]
        overheads = [len(compact(key)) + 2 for key, _ in items]
        fitted = _shrink_children(items, overheads, budget, span_id, path)
        if fitted is not None:
            return dict(fitted[0]), fitted[1]
    elif isinstance(value, list) and value:
        indexed = list(enumerate(cast("list[Json]", value)))
        fitted = _shrink_children(indexed, [1] * len(indexed), budget, span_id, path)
        if fitted is not None:
            return [child for _, child in fitted[0]], fitted[1]
    return prefix(value, budget, span_id, path)


def _shrink_children(
    items: list[tuple[Key, Json]], overheads: list[int], budget: int, span_id: str | None, path: tuple[Part, ...]
) -> tuple[list[tuple[Key, Json]], list[Elision]] | None:
    """Every child within its share, or None when the shares would be too small to tell anything, or a handle longer
    than what it leads to."""
    sizes = [len(compact(child)) for _, child in items]
    share = fair_share(sizes, budget - sum(overheads) - 2)
    if share < MIN_SHARE:
        return None
    children: list[tuple[Key, Json]] = []
    cuts: list[Elision] = []
    for (key, child), size in zip(items, sizes, strict=True):
        if size > share and len(format_path((*path, key))) > MAX_PATH:
            return None
        fitted, child_cuts = (child, []) if size <= share else _shrink(child, share, span_id, (*path, key))
        children.append((key, fitted))
        cuts += child_cuts
    return children, cuts


def fair_share(sizes: list[int], budget: int) -> int:
    """The most that each may take so that all fit: small ones take what they need, large ones share the rest."""
    remaining = budget
    for count, size in zip(range(len(sizes), 0, -1), sorted(sizes), strict=True):
        if size * count > remaining:
            return max(remaining // count, 0)
        remaining -= size
    return budget


def fit_plainly(value: Json, limit: int, *, span_id: str | None, path: tuple[Part, ...]) -> tuple[Json, Elision | None]:
    """`value` where it takes at most `limit` characters of JSON, else the first characters of its text, and the cut."""
    shown = with_marks(value)
    if len(compact(shown)) > limit:
        text, cuts = prefix(value, limit - 2, span_id, path)
        return text, cuts[0]
    if shown is value:
        return value, None
    handles = media_handles(shown, span_id=span_id, path=path)
    return without_records(shown), next(iter(handles), None)


def prefix(value: Json, budget: int, span_id: str | None, path: tuple[Part, ...]) -> tuple[str, list[Elision]]:
    """The first characters of the JSON text of a value, or of a text, and the cut."""
    text = as_text(as_recorded(value))
    shown, end = marked_page(text, 0, max(budget - 3, 0))
    return shown + CUT_MARK, [Elision(span_id=span_id, path=format_path(path), shown=end, total=len(text))]
