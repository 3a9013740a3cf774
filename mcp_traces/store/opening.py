"""Something that many calls need at once and the first of them opens."""

import threading
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcp_traces.errors import TracesError
from mcp_traces.store.deadlines import Call, CallOverError

Opened = TypeVar("Opened")
FAIL_WITHIN_S = 5.0
"""How long it may take until calls learn that a store is not there; see CONNECT_TIMEOUT_S."""


@dataclass(frozen=True, slots=True)
class _Failure:
    error: TracesError
    began: float
    ended: float


class Opening(Generic[Opened]):
    """Opens when it is first asked, and after a failure when it is asked again.

    A call that comes while another opens waits for that, no longer than its own time, and shares the outcome: if each
    tried in turn, the last would learn only after all the others that the store is not there. A failure that began
    before the call came may be over, though: it is shared only if another attempt as long would end after
    `fail_within_s`.
    """

    def __init__(self, open_it: Callable[[], Opened], fail_within_s: float = FAIL_WITHIN_S) -> None:
        self._open_it = open_it
        self._fail_within_s = fail_within_s
        self._one_at_a_time = threading.Lock()
        self._last: _Failure | None = None
        self.opened: Opened | None = None

    def get(self, call: Call) -> Opened:
        """Raises CallOverError when the call ends first, and whatever opening raises."""
        came = time.monotonic()
        if not self._one_at_a_time.acquire(timeout=call.remaining_ms / 1000):
            raise CallOverError
        try:
            if call.is_over:
                raise CallOverError
            self._raise_if_failed_for(came)
            return self._open(call)
        finally:
            self._one_at_a_time.release()

    def forget(self, opened: Opened) -> None:
        """Opens again for the next call, as this is of no use any more."""
        with self._one_at_a_time:
            if self.opened is opened:
                self.opened = None

    def _raise_if_failed_for(self, came: float) -> None:
        last = self._last
        if self.opened is not None or last is None or last.ended < came:
            return
        waited, took = last.ended - came, last.ended - last.began
        if last.began >= came or waited + took > self._fail_within_s:
            raise copy(last.error)

    def _open(self, call: Call) -> Opened:
        if self.opened is None:
            began = time.monotonic()
            try:
                self.opened = self._open_it()
            except TracesError as error:
                if not call.is_over:  # else it failed for want of time, and others may have more
                    self._last = _Failure(copy(error), began, time.monotonic())
                raise
        return self.opened
