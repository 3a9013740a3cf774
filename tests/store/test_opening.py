"""What many calls want at once and the first of them opens."""

import threading
from collections.abc import Callable

import pytest

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.store.deadlines import Call, CallOverError
from mcp_traces.store.opening import Opening

DEADLINE_S = 10


class Slow:
    """An opening that goes on until it is let, and then comes out as it is told."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Event(), threading.Event()
        self.count = 0
        self.outcome: Callable[[], str] = lambda: "opened"

    def __call__(self) -> str:
        self.count += 1
        self.begun.set()
        assert self.let.wait(DEADLINE_S)
        return self.outcome()


def fail() -> str:
    raise StoreUnavailableError("not there", "later")


class WaitingCall(Call):
    """Tells when it is about to wait: it is asked then how long it may."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(timeout_s)
        self.waits = threading.Event()

    @property
    def remaining_ms(self) -> int:
        self.waits.set()
        return super().remaining_ms


class Asking:
    """One call, on a thread of its own."""

    def __init__(self, opening: Opening[str], call: Call) -> None:
        self.outcome: object = None
        self._ask = lambda: opening.get(call)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.outcome = self._ask()
        except Exception as error:
            self.outcome = error

    def wait(self) -> object:
        self._thread.join(DEADLINE_S)
        return self.outcome


def test_it_is_opened_once() -> None:
    """Each opening of a store costs a connection and a look at its schema."""
    slow = Slow()
    slow.let.set()
    opening = Opening(slow)

    assert (opening.get(Call(60)), opening.get(Call(60)), slow.count) == ("opened", "opened", 1)


def test_who_waits_shares_the_failure_and_who_comes_later_tries_again() -> None:
    """Were each to try in turn, the last of many calls would wait as often for a store that is not there."""
    slow = Slow()
    slow.outcome = fail
    opening = Opening(slow, fail_within_s=0)
    first, *others = all_at_once(opening, slow)
    slow.let.set()
    failures = [asking.wait() for asking in (first, *others)]

    assert slow.count == 1
    assert [str(failure) for failure in failures] == ["not there later"] * 4
    assert len(set(map(id, failures))) == 4  # each with a traceback of its own
    slow.outcome = lambda: "opened"
    assert opening.get(Call(60)) == "opened"


def all_at_once(opening: Opening[str], slow: Slow) -> list[Asking]:
    """One call that opens, and three that wait for it."""
    first = Asking(opening, Call(60))
    assert slow.begun.wait(DEADLINE_S)
    calls = [WaitingCall(60) for _ in range(3)]
    others = [Asking(opening, call) for call in calls]
    assert all(call.waits.wait(DEADLINE_S) for call in calls)
    return [first, *others]


def test_a_quick_failure_that_began_before_they_came_is_not_shared() -> None:
    """What was wrong may be mended: a file that was put back, between the look at it and the next call."""
    slow = Slow()
    opening = Opening(slow)
    asking = all_at_once(opening, slow)
    outcomes_to_come = iter([fail, lambda: "opened"])
    slow.outcome = lambda: next(outcomes_to_come)()
    slow.let.set()

    outcomes = [one.wait() for one in asking]
    assert str(outcomes[0]) == "not there later"
    assert (outcomes[1:], slow.count) == (["opened"] * 3, 2)


def test_a_failure_that_began_after_they_came_is_shared_however_quick() -> None:
    slow = Slow()
    slow.outcome = fail
    opening = Opening(slow)
    asking = all_at_once(opening, slow)
    slow.let.set()

    assert [str(one.wait()) for one in asking] == ["not there later"] * 4
    assert slow.count == 2


def test_who_has_no_time_does_not_wait() -> None:
    """A thread that waits for the opening is one that nobody waits for any more."""
    slow = Slow()
    opening = Opening(slow)
    first = Asking(opening, Call(60))
    assert slow.begun.wait(DEADLINE_S)

    assert isinstance(Asking(opening, Call(0.01)).wait(), CallOverError)
    slow.let.set()
    assert first.wait() == "opened"


def test_a_call_that_is_over_opens_nothing() -> None:
    """It was cancelled while it waited."""
    call, opened = Call(60), Opening(Slow())
    call.abandon()

    with pytest.raises(CallOverError):
        opened.get(call)


def test_a_failure_for_want_of_time_is_not_shared() -> None:
    """Who waits may have more of it."""
    slow, hasty = Slow(), Call(60)
    slow.outcome = fail
    opening = Opening(slow)
    first = Asking(opening, hasty)
    assert slow.begun.wait(DEADLINE_S)
    waiting = WaitingCall(60)
    second = Asking(opening, waiting)
    assert waiting.waits.wait(DEADLINE_S)
    hasty.abandon()
    slow.let.set()

    assert isinstance(first.wait(), StoreUnavailableError)
    assert isinstance(second.wait(), StoreUnavailableError)
    assert slow.count == 2


def test_what_is_forgotten_is_opened_anew() -> None:
    """Unless it was replaced already: two calls may find at once that it is of no use."""
    opening = Opening(object)
    first = opening.get(Call(60))
    opening.forget(first)
    second = opening.get(Call(60))
    assert second is not first
    opening.forget(first)
    assert opening.get(Call(60)) is second
