"""Fits a JSON value into a number of characters, and says of every cut where the rest is.

A cut string keeps its first characters; a value that had to go keeps the first characters of its JSON text. In both
cases reading on at `path` from `offset=shown` gives what is missing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar, cast

from mcp_traces.records import Json
from mcp_traces.results import Elision
from mcp_traces.shaping.paths import Part, format_path
from mcp_traces.shaping.text import CUT_MARK, as_text, compact

Key = TypeVar("Key", str, int)

MIN_SHARE = 60
"""Fewer characters than this tell nothing of a value; its neighbours get them instead."""

MAX_ELISIONS = 12
"""Beyond this many cuts in one value, one cut of the whole is easier to read and to follow."""


def fit(value: Json, budget: int, *, span_id: str | None, path: Sequence[Part] = ()) -> tuple[Json, list[Elision]]:
    """`value` in at most about `budget` characters of JSON, and its cuts."""
    if len(compact(value)) <= budget:
        return value, []
    fitted, cuts = _shrink(value, budget, span_id, tuple(path))
    if len(cuts) > MAX_ELISIONS and path:
        return _prefix(value, budget, span_id, tuple(path))
    return fitted, cuts


def keep_structure(
    fitted: Json, cuts: list[Elision], values: Mapping[str, Json], structured: Collection[str]
) -> tuple[dict[str, Json], list[Elision]]:
    """`fitted` as the object that `values` is, for results whose `structured` fields cannot hold a cut text.

    What was cut so deep that no structure is left is dropped, and its elision starts at 0.
    """
    span_id = cuts[0].span_id if cuts else None
    if not isinstance(fitted, dict):
        return {}, [Elision(span_id=span_id, path=key, shown=0, total=len(as_text(values[key]))) for key in values]
    shown = cast("dict[str, Json]", fitted)
    lost = {format_path([key]) for key in structured if isinstance(shown.get(key), str)}
    kept = {key: value for key, value in shown.items() if format_path([key]) not in lost}
    return kept, [cut.model_copy(update={"shown": 0}) if cut.path in lost else cut for cut in cuts]


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
    return _prefix(value, budget, span_id, path)


def _shrink_children(
    items: list[tuple[Key, Json]], overheads: list[int], budget: int, span_id: str | None, path: tuple[Part, ...]
) -> tuple[list[tuple[Key, Json]], list[Elision]] | None:
    """Every child within its share, or None when the shares would be too small to tell anything."""
    sizes = [len(compact(child)) for _, child in items]
    share = _fair_share(sizes, budget - sum(overheads) - 2)
    if share < MIN_SHARE:
        return None
    children: list[tuple[Key, Json]] = []
    cuts: list[Elision] = []
    for (key, child), size in zip(items, sizes, strict=True):
        fitted, child_cuts = (child, []) if size <= share else _shrink(child, share, span_id, (*path, key))
        children.append((key, fitted))
        cuts += child_cuts
    return children, cuts


def _fair_share(sizes: list[int], budget: int) -> int:
    """The most that each may take so that all fit: small ones take what they need, large ones share the rest."""
    remaining = budget
    for count, size in zip(range(len(sizes), 0, -1), sorted(sizes), strict=True):
        if size * count > remaining:
            return remaining // count
        remaining -= size
    return budget


def _prefix(value: Json, budget: int, span_id: str | None, path: tuple[Part, ...]) -> tuple[str, list[Elision]]:
    text = as_text(value)
    shown = longest_prefix(text, max(budget - 3, 0))
    cut = Elision(span_id=span_id, path=format_path(path), shown=shown, total=len(text))
    return text[:shown] + CUT_MARK, [cut]


def longest_prefix(text: str, budget: int) -> int:
    """How many characters of `text` fit into `budget` characters of JSON, where some need several."""
    shown = min(len(text), budget)
    while shown and (excess := len(compact(text[:shown])) - 2 - budget) > 0:
        # Each character costs at most six (\\u0000), so this never cuts more than it must by much.
        shown -= max(1, excess // 6)
    return shown
