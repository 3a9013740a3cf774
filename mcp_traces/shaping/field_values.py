"""What traces really have under each field of a filter: counts in, rows that fit a budget out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mcp_traces.records import Json, decode_json
from mcp_traces.shaping.text import as_text, compact, cut
from mcp_traces.syntax_results import FieldValues

_TYPES = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object"}


class _Level(NamedTuple):
    values: int
    chars: int


_LEVELS = (_Level(12, 60), _Level(8, 60), _Level(6, 50), _Level(5, 40), _Level(4, 32), _Level(3, 24), _Level(2, 20))
"""How many values of a field are told and how much of each, the most first; the first level that fits is taken."""

_EXAMPLES = 3
"""Of values that no two traces share, such as ids."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each value of one field comes, by its JSON, in the order in which values are to be told.

    `distinct` is how many there are if not all are counted, `argument` what to use where no filter can name the field,
    `failed` how often a judge gave an error instead of a value.
    """

    name: str
    counts: Counter[str]
    sampled: bool = False
    distinct: int | None = None
    argument: str | None = None
    extremes: dict[str, float] = field(default_factory=dict[str, float])
    failed: int = 0

    @property
    def types(self) -> set[str]:
        return {name for value in self.counts for kind, name in _TYPES.items() if type(decode_json(value)) is kind}


def common_first(counts: Counter[str]) -> Counter[str]:
    return Counter(dict(counts.most_common()))


def of_texts(values: Iterable[str | None]) -> Counter[str]:
    """Counts by JSON, in the order of first appearance."""
    return Counter(compact(value) for value in values if value is not None)


def field_rows(tallies: Sequence[Tally], room: int) -> tuple[list[FieldValues], list[str]]:
    """The rows that fit into `room` characters, and the names of the fields that do not fit in at all."""
    told = [tally for tally in tallies if tally.counts or tally.extremes or tally.failed]
    rows: list[FieldValues] = []
    for level in _LEVELS:
        rows = [_row(tally, level) for tally in told]
        if _size(rows) <= room:
            return rows, []
    while rows and _size(rows) > room:
        rows.pop()
    return rows, [tally.name for tally in told[len(rows) :]]


def _size(rows: Iterable[FieldValues]) -> int:
    return len(compact([row.model_dump(mode="json") for row in rows]))


def _row(tally: Tally, level: _Level) -> FieldValues:
    all_differ = len(tally.counts) == tally.counts.total() > level.values
    shown = min(level.values, _EXAMPLES) if all_differ else level.values
    values = _values(tally.counts, shown, level.chars)
    distinct = tally.distinct or len(tally.counts)
    types = sorted(tally.types)
    extremes = tally.extremes or _extremes(tally)
    return FieldValues(
        field=tally.name,
        argument=tally.argument,
        type=None if types in ([], ["text"]) else " or ".join(types),
        values={} if types == ["number"] and len(values) < distinct else values,
        distinct=distinct if distinct > len(values) else None,
        failed=tally.failed,
        sampled=tally.sampled,
        **extremes,
    )


def _values(counts: Counter[str], shown: int, chars: int) -> dict[str, int]:
    """Texts as they are, others as JSON: so a filter writes either, in quotes."""
    told: Counter[str] = Counter()
    for value, count in list(counts.items())[:shown]:
        told[cut(as_text(decode_json(value)), chars)] += count
    return dict(told)


def _extremes(tally: Tally) -> dict[str, float]:
    if tally.types != {"number"} or len(tally.counts) < 2:
        return {}
    numbers: list[Json] = [decode_json(value) for value in tally.counts]
    return {"min": min(numbers), "max": max(numbers)}
