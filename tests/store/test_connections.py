"""Connections to database servers: how they are taken from a call that nobody waits for any more."""

import socket
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from mcp_traces.store.connections import cancel_of, hang_up
from mcp_traces.store.deadlines import CANCEL_S, Call, CallOverError

DEADLINE_S = 10


@pytest.mark.parametrize("keeps_it_in", [None, "_sock"], ids=["psycopg", "PyMySQL"])
def test_who_waits_for_a_connection_that_is_hung_up_has_an_end(keeps_it_in: str | None) -> None:
    """Whichever driver: it waits for the socket below, and keeps that until it closes it by itself."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection: Any = SimpleNamespace(**{keeps_it_in: ours}) if keeps_it_in else ours
        received: list[bytes] = []
        thread = threading.Thread(target=lambda: received.append(ours.recv(1)))
        thread.start()
        hang_up(connection)
        thread.join(DEADLINE_S)
        assert received == [b""]
        assert ours.fileno() >= 0


def test_a_cancel_that_may_wait_for_ever_is_given_an_end() -> None:
    """psycopg 3.2 has both, psycopg2 one, PyMySQL none."""
    given: list[float] = []

    def note(*, timeout: float) -> None:
        given.append(timeout)

    both = SimpleNamespace(cancel_safe=note, cancel=None)
    cancel = cancel_of(both)
    assert cancel is not None
    cancel()
    assert given == [CANCEL_S]
    assert cancel_of(SimpleNamespace(cancel=note)) is note
    assert cancel_of(SimpleNamespace()) is None


def test_a_connection_is_hung_up_when_its_call_does_not_end() -> None:
    """A cancel that is not heard, of a statement that goes on."""
    call, hung_up = Call(60), threading.Event()
    call.connection_taken(connection := object(), hung_up.set)
    call.statement_started(lambda: None)
    call.abandon()
    assert hung_up.wait(DEADLINE_S)
    call.connection_given_back(connection)


def test_a_connection_that_was_given_back_is_left_alone() -> None:
    """It is another call's by now."""
    call, hung_up, cancelled = Call(60), threading.Event(), threading.Event()
    call.connection_taken(connection := object(), hung_up.set)
    call.statement_started(cancelled.set)
    call.connection_given_back(connection)
    call.abandon()
    assert cancelled.wait(DEADLINE_S)
    (ending,) = (thread for thread in threading.enumerate() if thread.name == "end a call")
    ending.join(DEADLINE_S)
    assert not hung_up.is_set()


def test_a_call_that_ended_has_nothing_to_end() -> None:
    """Every call is abandoned when it is answered; that must not cost a thread."""
    call = Call(60)
    with call.as_current():
        call.connection_taken(object(), pytest.fail)
    call.abandon()
    assert not [thread for thread in threading.enumerate() if thread.name == "end a call"]


def test_no_connection_is_taken_for_a_call_that_is_over() -> None:
    """Nobody would be there to hang it up."""
    call = Call(60)
    call.abandon()
    with pytest.raises(CallOverError):
        call.connection_taken(object(), pytest.fail)
