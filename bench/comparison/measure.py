"""A measure: what is compared and how much of the other's figure ours may be; and the rows of the table it gives."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.comparison.stores import Kind, Place
from bench.comparison.subjects import OURS

Samples = Mapping[str, Sequence[float]]
"""What was measured, by who."""

EVERYWHERE: tuple[Kind, ...] = ("SQLite", "server")


@dataclass(frozen=True, slots=True)
class Bound:
    """Ours may be `limit` times what stands `beside` it; with `least` it has to be. Without one it is only told."""

    beside: str
    limit: float | None = None
    kinds: tuple[Kind, ...] = EVERYWHERE
    least: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Without `theirs` the bound is one on our own figure; `stopped` says theirs had no end.

    `ours` is the figure of `who`, which is this server but where MLflow is compared with itself.
    """

    measure: str
    place: str
    ours: float
    unit: str
    who: str = OURS
    beside: str = ""
    theirs: float | None = None
    limit: float | None = None
    least: bool = False
    stopped: bool = False

    @property
    def compared(self) -> float:
        """What the bound is about: the ratio, or ours where there is nothing beside it."""
        return self.ours if self.theirs is None else self.ours / self.theirs

    @property
    def holds(self) -> bool | None:
        """None where there is no bound."""
        if self.limit is None:
            return None
        return self.compared >= self.limit if self.least else self.compared <= self.limit


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` may have a place for what varies, such as the spans; `meaning` says for the docs what is measured."""

    name: str
    unit: str
    meaning: str
    bounds: tuple[Bound, ...]
    who: str = OURS

    def rows(self, place: Place, samples: Samples, varying: int | None = None) -> Iterator[Row]:
        """A row for each bound that is about such a place, from the medians."""
        name = self.name.format(f"{varying:,}" if varying is not None else "")
        medians = {who: statistics.median(figures) for who, figures in samples.items()}
        for bound in self.bounds:
            if place.kind in bound.kinds and bound.beside in ("", *medians):
                theirs = medians[bound.beside] if bound.beside else None
                row = Row(name, place.name, medians[self.who], self.unit, self.who, bound.beside, theirs)
                yield replace(row, limit=bound.limit, least=bound.least)


def take_turns(asked: Mapping[str, Callable[[], float]], rounds: int, *, warm: bool = True) -> dict[str, list[float]]:
    """Ask each in turn, so that a noisy machine disturbs all alike; with `warm` after a round that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(rounds + warm):
        for name, ask in asked.items():
            figure = ask()
            if number >= warm:
                taken[name].append(figure)
    return taken
