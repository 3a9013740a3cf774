"""Whose turn it is: each caller has calls under way and calls that wait, so that no caller starves another."""

import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil

import anyio

from mcp_traces.errors import BusyError

ACTIVE_FOR_S = 1.0
"""Whoever called so recently may call again any moment: others with a backlog leave it room."""

_SMOOTHING = 0.2


@dataclass(slots=True)
class _Queue:
    running: int = 0
    waiting: deque[anyio.Event] = field(default_factory=deque[anyio.Event])
    last_call: float = 0.0
    usual_s: float = 1.0


@dataclass(slots=True)
class Turns:
    """Up to `at_a_time` calls of one caller run, and up to `may_wait` wait, first come first served.

    A caller whose calls wait has one turn at a time while others call too: an answer then takes another caller at most
    about twice as long as alone, however much one asks.
    """

    at_a_time: int
    may_wait: int
    clock: Callable[[], float] = time.monotonic
    _queues: dict[str, _Queue] = field(default_factory=dict[str, _Queue])

    @property
    def waiting(self) -> int:
        return sum(len(queue.waiting) for queue in self._queues.values())

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncGenerator[None]:
        """Wait for a turn and have it. Raises BusyError when too many calls of the caller wait already."""
        queue = self._queues.setdefault(caller, _Queue())
        await self._take(caller, queue)
        began = self.clock()
        try:
            yield
        finally:
            ended = self.clock()
            queue.running -= 1
            queue.last_call = ended
            queue.usual_s += _SMOOTHING * (ended - began - queue.usual_s)
            self._go_on()

    async def _take(self, caller: str, queue: _Queue) -> None:
        if not queue.waiting and queue.running < self._allowance(caller, queue):
            queue.running += 1
            return
        if len(queue.waiting) >= self.may_wait:
            raise _busy(queue, self.at_a_time)
        turn = anyio.Event()
        queue.waiting.append(turn)
        self._go_on()
        try:
            await turn.wait()
        except BaseException:
            self._give_up(queue, turn)
            raise

    def _give_up(self, queue: _Queue, turn: anyio.Event) -> None:
        """A call that was cancelled while it waited; its turn may have come at the same moment."""
        if turn.is_set():
            queue.running -= 1
            self._go_on()
        else:
            queue.waiting.remove(turn)

    def _go_on(self) -> None:
        """Give turns to whoever may have one, and forget who has not called for long."""
        for caller, queue in list(self._queues.items()):
            while queue.waiting and queue.running < self._allowance(caller, queue):
                queue.running += 1
                queue.waiting.popleft().set()
            if not queue.waiting and not queue.running and not self._is_active(queue):
                del self._queues[caller]

    def _allowance(self, caller: str, queue: _Queue) -> int:
        has_backlog = len(queue.waiting) > self.at_a_time
        others = any(self._is_active(one) for name, one in self._queues.items() if name != caller)
        return 1 if has_backlog and others else self.at_a_time

    def _is_active(self, queue: _Queue) -> bool:
        return queue.running > 0 or self.clock() - queue.last_call < ACTIVE_FOR_S


def _busy(queue: _Queue, at_a_time: int) -> BusyError:
    seconds = max(1, ceil(len(queue.waiting) * queue.usual_s / at_a_time))
    return BusyError(
        f"Busy: {queue.running} of your calls are under way and {len(queue.waiting)} wait.",
        f"This one was not begun; retry it in about {seconds} s.",
    )
