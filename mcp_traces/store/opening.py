"""What many calls want at once and the first of them opens."""

import threading
from collections.abc import Callable
from copy import copy
from typing import Generic, TypeVar

from mcp_traces.errors import TracesError
from mcp_traces.store.deadlines import Call, CallOverError

Opened = TypeVar("Opened")


class Opening(Generic[Opened]):
    """Opens when it is first asked, and after a failure when it is asked again.

    Who comes while another opens waits for that, no longer than its own call lasts, and shares the outcome: were each
    to try in turn, the last would learn only after all the others that the store is not there.
    """

    def __init__(self, open_it: Callable[[], Opened]) -> None:
        self._open_it = open_it
        self._one_at_a_time = threading.Lock()
        self._failures = 0
        self._last_failure: TracesError | None = None
        self.opened: Opened | None = None

    def get(self, call: Call) -> Opened:
        """Raises CallOverError when the call ends first, and whatever opening raises."""
        failures = self._failures
        if not self._one_at_a_time.acquire(timeout=call.remaining_ms / 1000):
            raise CallOverError
        try:
            if call.is_over:
                raise CallOverError
            if self.opened is None and self._last_failure is not None and self._failures > failures:
                raise copy(self._last_failure)
            return self._open(call)
        finally:
            self._one_at_a_time.release()

    def forget(self, opened: Opened) -> None:
        """It is of no use any more; whoever asks next opens anew."""
        with self._one_at_a_time:
            if self.opened is opened:
                self.opened = None

    def _open(self, call: Call) -> Opened:
        if self.opened is None:
            try:
                self.opened = self._open_it()
            except TracesError as error:
                if not call.is_over:  # else it failed for want of time, and others may have more
                    self._failures, self._last_failure = self._failures + 1, copy(error)
                raise
        return self.opened
