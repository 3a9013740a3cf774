"""Concise rows, short enough that a page of them is quickly read: what is cut or left out, and in which order."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from mcp_traces.results import TraceRow
from mcp_traces.shaping.failures import IN_SPAN
from mcp_traces.shaping.text import compact, cut, without_lone_surrogates

PAGE_CHARS = 6_000
ROW_CHARS = 300
"""A page takes at most PAGE_CHARS, or ROW_CHARS for each row it may have where that is more."""

LONGEST, SHORTEST = 120, 20
"""Characters of a request's preview; a response has two thirds of that, an error twice as many."""

STEP = 4
MIN_ERROR = 80

LEFT_OUT = "Left out to keep the page short: {}. detail='detailed' shows all."
_SOURCE = "assessments' source and span_id"

Plain = dict[str, Any]
"""A row as JSON."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields that rows do without, and how short previews get before the next form takes over."""

    without: tuple[str, ...]
    shortest: int


FORMS = (
    Form((), 60),
    Form((_SOURCE, "span_count"), 48),
    Form((_SOURCE, "span_count", "tokens", "cost"), SHORTEST),
    Form((_SOURCE, "span_count", "tokens", "cost", "response_preview"), SHORTEST),
)
"""The fullest first. What helps least to choose a trace goes first."""


def least_size(row: TraceRow) -> int:
    """The characters of the row in the shortest form, and of the comma behind it."""
    shaped = _without(plain_row(row), FORMS[-1].without)
    return _size([shaped], SHORTEST)


def fit_rows(
    rows: Sequence[TraceRow], room: int, keep: Collection[str] = ()
) -> tuple[list[TraceRow], str | None] | None:
    """The rows in the fullest form that fits into `room` characters, together with a note on what they leave out.

    None where no form fits. The fields in `keep` stay.
    """
    plain = [plain_row(row) for row in rows]
    for form in FORMS:
        without = [key for key in form.without if key not in keep]
        shaped = [_without(one, without) for one in plain]
        note = LEFT_OUT.format(", ".join(without)) if shaped != plain else None
        left = room - (len(compact({"notes": [note]})) if note else 0)
        limits = range(form.shortest, LONGEST + 1, STEP)
        fitting = bisect_right(limits, left, key=partial(_size, shaped))
        if fitting:
            return _fitted(rows, shaped, limits[fitting - 1]), note
    return None


def _fitted(rows: Sequence[TraceRow], shaped: Sequence[Plain], limit: int) -> list[TraceRow]:
    fitted = [row.model_copy() for row in rows]
    for row, one in zip(fitted, shaped, strict=True):
        row.keep({key: _cut(key, value, limit) for key, value in one.items()})
    return fitted


def plain_row(row: TraceRow) -> Plain:
    return cast("Plain", without_lone_surrogates(row.model_dump(mode="json")))


def _without(row: Plain, keys: Collection[str]) -> Plain:
    shaped = {key: value for key, value in row.items() if key not in keys}
    for name in ("assessments", "failed_assessments") if _SOURCE in keys else ():
        if name in shaped:
            shaped[name] = [
                {key: value for key, value in one.items() if key not in ("source", "span_id")} for one in shaped[name]
            ]
    return shaped


def _size(rows: Sequence[Plain], limit: int) -> int:
    """The characters of all rows, and of the commas behind them, with their texts cut."""
    return sum(len(compact({key: _cut(key, value, limit) for key, value in row.items()})) + 1 for row in rows)


def _cut(key: str, value: Any, limit: int) -> Any:
    if key == "error":
        said, mark, span_name = value.rpartition(IN_SPAN)
        return cut(said, max(limit * 2, MIN_ERROR) - len(compact(mark + span_name)) + 2) + mark + span_name
    if key == "response_preview":
        return cut(value, max(limit * 2 // 3, SHORTEST))
    return cut(value, limit) if key == "request_preview" else value
