"""What many calls want at once and the first of them opens."""

import threading
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcp_traces.errors import TracesError
from mcp_traces.store.deadlines import Call, CallOverError

Opened = TypeVar("Opened")
PATIENCE_S = 0.5
"""Longer than it takes to see that a file is none, shorter than it takes to give a network up."""


@dataclass(frozen=True, slots=True)
class _Failure:
    error: TracesError
    began: float
    ended: float


class Opening(Generic[Opened]):
    """Opens when it is first asked, and after a failure when it is asked again.

    Who comes while another opens waits for that, no longer than its own call lasts, and shares the outcome: were each
    to try in turn, the last would learn only after all the others that the store is not there. A failure that began
    before they came may be over, though: of it they share only what took longer than `patience_s`.
    """

    def __init__(self, open_it: Callable[[], Opened], patience_s: float = PATIENCE_S) -> None:
        self._open_it = open_it
        self._patience_s = patience_s
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
        """It is of no use any more; whoever asks next opens anew."""
        with self._one_at_a_time:
            if self.opened is opened:
                self.opened = None

    def _raise_if_failed_for(self, came: float) -> None:
        last = self._last
        if self.opened is not None or last is None or last.ended < came:
            return
        if last.began >= came or last.ended - came >= self._patience_s:
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
