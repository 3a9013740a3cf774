"""Whose turn it is: each caller has calls under way and calls that wait, so that no caller starves another."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil, inf

import anyio

from mcp_traces.errors import BusyError

ACTIVE_FOR_S = 1.0
"""Whoever called so recently may call again any moment: others with a backlog leave it room."""

PAUSE_S = 0.025
PATIENCE = 4
"""Whoever has a backlog begins a call when the others pause, or else one in so many of its usual durations."""

_SMOOTHING = 0.2


@dataclass(slots=True)
class _Queue:
    running: int = 0
    waiting: deque[anyio.Event] = field(default_factory=deque[anyio.Event])
    last_begin: float = -inf
    last_call: float = -inf
    usual_s: float = 1.0


def _call_later(seconds: float, function: Callable[[], None]) -> object:
    return asyncio.get_running_loop().call_later(seconds, function)


@dataclass(slots=True)
class Turns:
    """Up to `at_a_time` calls of one caller run, and up to `may_wait` wait, first come first served.

    While others call too, a caller whose calls pile up has one turn at a time, and begins it when they pause: half of
    their answers then take no longer than alone, however much one asks.
    """

    at_a_time: int
    may_wait: int
    clock: Callable[[], float] = time.monotonic
    later: Callable[[float, Callable[[], None]], object] = _call_later
    _look_again: bool = False
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
            self._begin(queue)
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
                self._begin(queue)
                queue.waiting.popleft().set()
            if not queue.waiting and not queue.running and not self._is_active(queue):
                del self._queues[caller]
        self._wait_for_a_pause()

    def _wait_for_a_pause(self) -> None:
        """Look again in a while: when somebody pauses, nothing happens that would tell."""
        if not self._look_again and any(queue.waiting and not queue.running for queue in self._queues.values()):
            self._look_again = True
            self.later(PAUSE_S, self._after_a_pause)

    def _after_a_pause(self) -> None:
        self._look_again = False
        self._go_on()

    def _begin(self, queue: _Queue) -> None:
        queue.running += 1
        queue.last_begin = self.clock()

    def _allowance(self, caller: str, queue: _Queue) -> int:
        others = [one for name, one in self._queues.items() if name != caller and self._is_active(one)]
        if len(queue.waiting) <= self.at_a_time or not others:
            return self.at_a_time
        pause = not any(one.running or self.clock() - one.last_call < PAUSE_S for one in others)
        patience = self.clock() - queue.last_begin >= PATIENCE * queue.usual_s
        return 1 if pause or patience else 0

    def _is_active(self, queue: _Queue) -> bool:
        return queue.running > 0 or self.clock() - queue.last_call < ACTIVE_FOR_S


def _busy(queue: _Queue, at_a_time: int) -> BusyError:
    seconds = max(1, ceil(len(queue.waiting) * queue.usual_s / at_a_time))
    return BusyError(
        f"Busy: {queue.running} of your calls are under way and {len(queue.waiting)} wait.",
        f"This one was not begun; retry it in about {seconds} s.",
    )
