"""How long a call may take: its own bound, and less once the server is told to stop."""

import math
from collections.abc import Generator
from contextlib import contextmanager

import anyio


class CallBounds:
    """The calls that are running, each with its deadline."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._ends_at = math.inf
        self._running: set[anyio.CancelScope] = set()

    @property
    def is_stopping(self) -> bool:
        return self._ends_at < math.inf

    @contextmanager
    def bound(self) -> Generator[None]:
        """Raises TimeoutError when what runs inside does not end in time."""
        with anyio.fail_after(self.timeout_s) as scope:
            scope.deadline = min(scope.deadline, self._ends_at)
            self._running.add(scope)
            try:
                yield
            finally:
                self._running.discard(scope)

    def end_within(self, seconds: float) -> None:
        """The server stops: what runs longer than this is ended while there is still time to answer that it was."""
        self._ends_at = anyio.current_time() + seconds
        for scope in self._running:
            scope.deadline = min(scope.deadline, self._ends_at)
