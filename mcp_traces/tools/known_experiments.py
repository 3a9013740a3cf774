"""Experiments that were asked for a moment ago, so that a call that follows asks its own question alone.

Nothing depends on it: an experiment that was renamed or deleted is known under its old name a few seconds longer.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from mcp_traces.records import Experiment

MAX_AGE_S = 10.0
MAX_KEPT = 100

Key: TypeAlias = tuple[str, str, str]
"""The MLflow user who was told, "id" or "name", and which."""


@dataclass(slots=True)
class KnownExperiments:
    """With when each was told. What does not exist is asked for each time."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[Key, tuple[float, Experiment]] = field(
        default_factory=OrderedDict[Key, tuple[float, Experiment]]
    )

    async def get(self, key: Key, ask: Callable[[], Awaitable[Experiment]]) -> Experiment:
        """What was told of it, or what `ask` tells now. Raises whatever that raises."""
        told_at, experiment = self._kept.get(key, (0.0, None))
        if experiment is not None and self.clock() - told_at <= MAX_AGE_S:
            return experiment
        self._kept.pop(key, None)
        experiment = await ask()
        self._kept[key] = (self.clock(), experiment)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return experiment
