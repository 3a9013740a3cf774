"""Turns: so many calls of one caller at a time, so many waiting, and nobody waits for somebody else's backlog."""

from collections.abc import Callable

import anyio
import pytest

from mcp_traces.errors import BusyError
from mcp_traces.turns import ACTIVE_FOR_S, PATIENCE, PAUSE_S, Turns

pytestmark = pytest.mark.anyio


class Office:
    """Calls that last until they are let go, and which of them are under way."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.under_way: list[str] = []
        self.begun: list[str] = []
        self._ends: dict[str, anyio.Event] = {}

    async def call(self, caller: str, name: str) -> None:
        end = self._ends[name] = anyio.Event()
        async with self.turns.turn(caller):
            self.under_way.append(name)
            self.begun.append(name)
            await end.wait()
            self.under_way.remove(name)

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await anyio.wait_all_tasks_blocked()


async def test_a_caller_has_so_many_calls_at_a_time_in_their_order() -> None:
    """The others wait and lose nothing."""
    office = Office(Turns(at_a_time=2, may_wait=10))
    async with anyio.create_task_group() as tasks:
        for name in ("a1", "a2", "a3", "a4"):
            tasks.start_soon(office.call, "ann", name)
            await anyio.wait_all_tasks_blocked()
        assert office.under_way == ["a1", "a2"]

        await office.end("a1")
        assert office.under_way == ["a2", "a3"]
        for name in ("a3", "a2", "a4"):
            await office.end(name)
    assert office.begun == ["a1", "a2", "a3", "a4"]


async def test_beyond_the_bound_a_call_is_refused_at_once_and_says_when_to_retry() -> None:
    """Rather than wait for longer than its client does."""
    office = Office(Turns(at_a_time=1, may_wait=1))
    async with anyio.create_task_group() as tasks:
        for name in ("a1", "a2"):
            tasks.start_soon(office.call, "ann", name)
            await anyio.wait_all_tasks_blocked()

        with pytest.raises(
            BusyError, match=r"1 of your calls are under way and 1 wait\. This one was not begun; retry"
        ):
            await office.call("ann", "a3")
        await office.end("a1")
        await office.end("a2")
    assert office.begun == ["a1", "a2"]


class Time:
    """Stands still until it is told to pass; what was to be done later is done then."""

    def __init__(self) -> None:
        self.now = 0.0
        self._later: list[tuple[float, Callable[[], None]]] = []

    def turns(self, **bounds: int) -> Turns:
        return Turns(**bounds, clock=lambda: self.now, later=self._do_later)

    async def pass_by(self, seconds: float) -> None:
        self.now += seconds
        due = [function for at, function in self._later if at <= self.now]
        self._later = [(at, function) for at, function in self._later if at > self.now]
        for function in due:
            function()
        await anyio.wait_all_tasks_blocked()

    def _do_later(self, seconds: float, function: Callable[[], None]) -> None:
        self._later.append((self.now + seconds, function))


async def test_a_backlog_leaves_room_for_others() -> None:
    """While somebody else calls, whoever has many calls waiting begins one when they pause; alone all of its turns."""
    time = Time()
    office = Office(time.turns(at_a_time=2, may_wait=10))
    async with anyio.create_task_group() as tasks:
        for number in range(1, 9):
            tasks.start_soon(office.call, "ann", f"a{number}")
            await anyio.wait_all_tasks_blocked()
        tasks.start_soon(office.call, "bob", "b1")
        await anyio.wait_all_tasks_blocked()
        assert office.under_way == ["a1", "a2", "b1"]

        await office.end("a1")
        await office.end("a2")
        assert office.under_way == ["b1"]
        await office.end("b1")
        assert office.under_way == [], "bob may call again any moment"
        await time.pass_by(PAUSE_S)
        assert office.under_way == ["a3"]

        await time.pass_by(ACTIVE_FOR_S)
        await office.end("a3")
        assert office.under_way == ["a4", "a5"]
        for name in ("a4", "a5", "a6", "a7", "a8"):
            await office.end(name)


async def test_a_backlog_gets_on_also_while_others_never_pause() -> None:
    """Room for others is not starvation: one call in four of its usual durations is its own."""
    time = Time()
    office = Office(time.turns(at_a_time=1, may_wait=10))
    async with anyio.create_task_group() as tasks:
        for number in range(1, 6):
            tasks.start_soon(office.call, "ann", f"a{number}")
            await anyio.wait_all_tasks_blocked()
        tasks.start_soon(office.call, "bob", "b1")
        await anyio.wait_all_tasks_blocked()
        time.now += 0.1
        await office.end("a1")
        assert office.under_way == ["b1"]

        await time.pass_by(PATIENCE)
        assert office.under_way == ["b1", "a2"]
        await office.end("b1")
        for name in ("a2", "a3", "a4", "a5"):
            await time.pass_by(ACTIVE_FOR_S)
            await office.end(name)


async def test_a_few_calls_side_by_side_are_no_backlog() -> None:
    """Agents ask several things at once; two of them do not slow each other down to one by one."""
    office = Office(Turns(at_a_time=2, may_wait=10))
    async with anyio.create_task_group() as tasks:
        for caller, name in (("ann", "a1"), ("ann", "a2"), ("bob", "b1"), ("bob", "b2"), ("bob", "b3")):
            tasks.start_soon(office.call, caller, name)
            await anyio.wait_all_tasks_blocked()
        assert office.under_way == ["a1", "a2", "b1", "b2"]
        for name in ("a1", "a2", "b1", "b2", "b3"):
            await office.end(name)


async def test_a_call_that_is_cancelled_while_it_waits_takes_nobodys_turn() -> None:
    """Clients give up; what waits behind must not wait for them."""
    turns = Turns(at_a_time=1, may_wait=10)
    office = Office(turns)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(office.call, "ann", "a1")
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0):
            await office.call("ann", "a2")
        tasks.start_soon(office.call, "ann", "a3")
        await anyio.wait_all_tasks_blocked()
        assert turns.waiting == 1
        await office.end("a1")
        assert office.under_way == ["a3"]
        await office.end("a3")
    assert turns.waiting == 0


async def test_callers_of_long_ago_are_forgotten() -> None:
    """A service runs for months and sees many names."""
    now = 0.0
    turns = Turns(at_a_time=1, may_wait=1, clock=lambda: now)
    for number in range(100):
        async with turns.turn(f"caller-{number}"):
            now += ACTIVE_FOR_S

    assert len(turns._queues) <= 2  # pyright: ignore[reportPrivateUsage]
