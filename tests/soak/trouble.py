"""Faults of one store, switched on and off at random, and when that was."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import anyio

from tests.soak.faulty_stores import FaultyStore

QUIET_S = (1.5, 6.0)
FAULTY_S = (0.3, 2.5)


@dataclass(slots=True)
class _Spell:
    name: str
    began: float
    ended: float = float("inf")


@dataclass(slots=True)
class Trouble:
    """Each fault of a store in turn, in an order that changes."""

    store: FaultyStore
    random: Random
    _spells: list[_Spell] = field(default_factory=list[_Spell])

    @property
    def count(self) -> int:
        return len(self._spells)

    def between(self, began: float, ended: float) -> str | None:
        """The fault that was on at any moment of these; None when the store was well all the while."""
        return next((one.name for one in reversed(self._spells) if one.began <= ended and began <= one.ended), None)

    async def make(self, is_over: Callable[[], bool]) -> None:
        while not is_over():
            for name in self.random.sample(sorted(self.store.faults), len(self.store.faults)):
                await anyio.sleep(self.random.uniform(*QUIET_S))
                if is_over():
                    return
                async with self._spell(name), self.store.faults[name]():
                    await anyio.sleep(self.random.uniform(*FAULTY_S))

    @asynccontextmanager
    async def _spell(self, name: str) -> AsyncGenerator[None]:
        spell = _Spell(name, time.monotonic())
        self._spells.append(spell)
        yield
        spell.ended = time.monotonic()
