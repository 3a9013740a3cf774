"""What became of each call, and what the process weighed meanwhile."""

import statistics
from collections import Counter
from dataclasses import dataclass, field

from tests.memory import resident_mb

WARM_AFTER, LAST_PART = 0.25, 0.1
"""Shares of a run: what is kept for later calls is kept by then; what is compared with that is the end of it."""

MAY_GROW = 1.10


@dataclass(slots=True)
class Ledger:
    """Of one lane. `wrong` says of each call what was wrong with its answer; all others were answered well."""

    name: str
    answered: int = 0
    given_up: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    slowest_s: float = 0.0
    memory_mb: list[float] = field(default_factory=list[float])

    @property
    def calls(self) -> int:
        return self.answered + self.given_up + self.refused.total() + len(self.wrong)

    def weigh(self, pid: int) -> None:
        self.memory_mb.append(resident_mb(pid))

    @property
    def warm_mb(self) -> float:
        """The median of what was weighed as long after the warm-up as the last part is."""
        begin = int(len(self.memory_mb) * WARM_AFTER)
        return statistics.median(self.memory_mb[begin : begin + self._part])

    @property
    def last_mb(self) -> float:
        return statistics.median(self.memory_mb[-self._part :])

    @property
    def grew(self) -> float:
        return self.last_mb / self.warm_mb

    @property
    def _part(self) -> int:
        return max(1, int(len(self.memory_mb) * LAST_PART))

    def __str__(self) -> str:
        memory = f"{self.warm_mb:.0f} MB, then {self.last_mb:.0f} MB ({self.grew:.2f})" if self.memory_mb else "-"
        return (
            f"{self.name:18} {self.calls:6} calls: {self.answered} answered, {self.refused.total()} refused in trouble,"
            f" {self.given_up} given up, {len(self.wrong)} wrong; slowest {self.slowest_s:.1f} s; {memory}"
        )
