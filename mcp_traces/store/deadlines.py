"""How long one call to a store may go on, and how to stop what it is doing there."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar


class CallOverError(Exception):
    """A statement was about to start for a call that is over."""


class Call:
    """One call: it is over when its time is up or nobody waits for the answer any more."""

    def __init__(self, timeout_s: float) -> None:
        self._deadline = time.monotonic() + timeout_s
        self._abandoned = False
        self._statement = threading.Lock()
        self._cancel: Callable[[], object] | None = None

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
            current_call.reset(token)

    def statement_started(self, cancel: Callable[[], object] | None) -> None:
        with self._statement:
            self._cancel = cancel

    def statement_ended(self) -> None:
        """Forget the statement; waits for a cancel under way, which would otherwise hit the connection's next one."""
        with self._statement:
            self._cancel = None

    def abandon(self) -> None:
        """Stop: no statement starts from now on, and the one under way is cancelled without making the caller wait."""
        self._abandoned = True
        if self._cancel is not None:
            threading.Thread(target=self._cancel_statement, name="cancel statement", daemon=True).start()

    def _cancel_statement(self) -> None:
        # A cancel that fails leaves the statement to its own timeout.
        with self._statement, suppress(Exception):
            if self._cancel is not None:
                self._cancel()


current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
"""The call whose work runs on this thread; set by the gateway, read by the listeners of the database engines."""
