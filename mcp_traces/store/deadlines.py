"""How long one call to a store may go on, and how to stop what it is doing there."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

CANCEL_S = 2.0
"""How long a database may take to accept the request to cancel a statement."""

END_S = 1.0
"""How long the work may go on after that, before its connections are taken from it."""


class CallOverError(Exception):
    """A statement was about to start for a call that is over."""


class Call:
    """One call: it is over when its time is up or nobody waits for the answer any more."""

    def __init__(self, timeout_s: float) -> None:
        self._deadline: float = time.monotonic() + timeout_s
        self._abandoned = False
        self._ended = threading.Event()
        self._in_use = threading.Lock()
        self._cancel: Callable[[], object] | None = None
        self._hang_ups: dict[int, Callable[[], object]] = {}

    @property
    def is_over(self) -> bool:
        return self._abandoned or time.monotonic() >= self._deadline

    @property
    def remaining_ms(self) -> int:
        """Milliseconds left, at least one: to databases a timeout of 0 means none."""
        return max(1, int((self._deadline - time.monotonic()) * 1000))

    @contextmanager
    def as_current(self) -> Generator[None]:
        """Let the database listeners on this thread find the call."""
        token = current_call.set(self)
        try:
            yield
        finally:
            self._ended.set()
            current_call.reset(token)

    @contextmanager
    def at_most(self, seconds: float) -> Generator[None]:
        """Let the statements in this block take no longer than this together."""
        deadline = self._deadline
        self._deadline = min(deadline, time.monotonic() + seconds)
        try:
            yield
        finally:
            self._deadline = deadline

    def statement_started(self, cancel: Callable[[], object] | None) -> None:
        with self._in_use:
            self._cancel = cancel

    def statement_ended(self) -> None:
        """Forget the statement; waits for a cancel under way, which would otherwise hit the connection's next one."""
        with self._in_use:
            self._cancel = None

    def connection_taken(self, connection: object, hang_up: Callable[[], object]) -> None:
        """From now on this call may wait for the connection, and `hang_up` would end that.

        Raises CallOverError when the call is over.
        """
        with self._in_use:
            self._hang_ups[id(connection)] = hang_up
        if self.is_over:
            raise CallOverError

    def connection_given_back(self, connection: object) -> None:
        """Forget a connection that is free again, or closed; waits for a hang-up under way."""
        with self._in_use:
            self._hang_ups.pop(id(connection), None)

    def abandon(self) -> None:
        """Stop: no statement starts from now on, and what is under way is ended without making the caller wait."""
        self._abandoned = True
        if not self._ended.is_set() and (self._cancel or self._hang_ups):
            threading.Thread(target=self._end, name="end a call", daemon=True).start()

    def _end(self) -> None:
        """Have the database stop the statement; if it does not answer, end the connection."""
        with self._in_use, suppress(Exception):
            if self._cancel is not None:
                self._cancel()
        if not self._ended.wait(END_S):
            self._hang_up()

    def _hang_up(self) -> None:
        with self._in_use:
            for hang_up in self._hang_ups.values():
                with suppress(Exception):
                    hang_up()


current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
"""The call whose work runs on this thread; set by the gateway, read by the listeners of the database engines."""
