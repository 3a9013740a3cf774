"""How each call is conducted: it waits for its turn, ends in time, and leaves a word about itself."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from mcp_traces.call_bounds import CallBounds
from mcp_traces.callers import REQUEST_ID, Caller
from mcp_traces.errors import StoreTimeoutError, TracesError
from mcp_traces.observing import CallEnd, Observer
from mcp_traces.store.timed_gateway import Stopwatch
from mcp_traces.turns import Turns

Answer = TypeVar("Answer")

MAX_EXPERIMENT = 80


@dataclass(frozen=True, slots=True)
class Call:
    """What is called, by whom, and the experiment that it names."""

    what: str
    caller: Caller
    experiment: object = None


@dataclass(slots=True)
class _Progress:
    began: float
    stopwatch: Stopwatch
    waited_s: float = 0.0
    outcome: str = "ok"
    chars: int = 0


@dataclass(frozen=True, slots=True)
class Calls:
    """`store` is its address. Without `turns` nobody waits; without an `observer` nothing is told."""

    bounds: CallBounds
    store: str
    stopwatch: ContextVar[Stopwatch]
    turns: Turns | None = None
    observer: Observer | None = None

    async def conduct(self, call: Call, run: Callable[[], Awaitable[Answer]], size: Callable[[Answer], int]) -> Answer:
        """The answer of `run`. Raises StoreTimeoutError, BusyError, and whatever `run` raises."""
        async with self._observed(call) as progress:
            try:
                with self.bounds.bound():
                    answer = await self._in_turn(call, run, progress)
            except TimeoutError as error:
                raise self._timeout_error(call.what, progress.stopwatch.seconds) from error
            progress.chars = size(answer)
            return answer

    def _timeout_error(self, what: str, store_s: float) -> StoreTimeoutError:
        if self.bounds.is_stopping:
            return StoreTimeoutError(
                f"The server is being stopped, and ended {what} for it.", "Make the same call again."
            )
        return StoreTimeoutError(
            f"{what} took longer than {self.bounds.timeout_s:g} s and was stopped; "
            f"the store at {self.store} took {store_s:.1f} s of it.",
            "Narrow it (since, until, experiment, a smaller limit), or raise MCP_TRACES_TIMEOUT_S; "
            "`mcp-traces check` shows whether the store answers.",
        )

    async def _in_turn(self, call: Call, run: Callable[[], Awaitable[Answer]], progress: _Progress) -> Answer:
        if self.turns is None:
            return await run()
        async with self.turns.turn(call.caller.name):
            progress.waited_s = time.perf_counter() - progress.began
            return await run()

    @asynccontextmanager
    async def _observed(self, call: Call) -> AsyncGenerator[_Progress]:
        progress = _Progress(time.perf_counter(), Stopwatch())
        token = self.stopwatch.set(progress.stopwatch)
        if self.observer:
            self.observer.call_began(call.what)
        try:
            yield progress
        except BaseException as error:
            progress.outcome = outcome_of(error)
            raise
        finally:
            self.stopwatch.reset(token)
            if self.observer:
                self.observer.call_ended(_end(call, progress))


def outcome_of(error: BaseException) -> str:
    """A word for how a call failed: the code of a foreseen error, `invalid_arguments`, `cancelled`, or `internal`."""
    for one in (error, error.__cause__):
        if isinstance(one, TracesError):
            return one.code
        if isinstance(one, ValidationError):
            return "invalid_arguments"
    return "internal" if isinstance(error, Exception) else "cancelled"


def _end(call: Call, progress: _Progress) -> CallEnd:
    experiment = None if call.experiment is None else str(call.experiment)[:MAX_EXPERIMENT]
    return CallEnd(
        tool=call.what,
        caller=call.caller.name,
        experiment=experiment,
        outcome=progress.outcome,
        duration_s=time.perf_counter() - progress.began,
        store_s=progress.stopwatch.seconds,
        waited_s=progress.waited_s,
        chars=progress.chars,
        request_id=REQUEST_ID.get(),
    )
