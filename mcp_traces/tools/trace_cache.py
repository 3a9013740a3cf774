"""The spans of large traces that were read a moment ago, so that the next page need not read them again.

Nothing depends on it: another server, or this one a while later, reads the trace anew.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from mcp_traces.records import Trace, TraceInfo

MIN_SPANS = 500
"""Smaller traces are read as quickly as it can be asked whether they have changed."""

MAX_SPANS = 60_000
"""All that is kept; the longest unused goes first."""

MAX_AGE_S = 600


Key: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class TraceCache:
    """Traces by the MLflow user they were read for and by id, with the time they were read at."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[Key, tuple[float, Trace]] = field(default_factory=OrderedDict[Key, tuple[float, Trace]])

    def keep(self, trace: Trace, user: str = "") -> None:
        """Keep a large trace that is whole; one that still grows is read each time."""
        is_whole = trace.missing is None and trace.info.span_count == len(trace.spans)
        if not is_whole or trace.info.state == "IN_PROGRESS" or not MIN_SPANS <= len(trace.spans) <= MAX_SPANS:
            return
        key = (user, trace.info.trace_id)
        self._kept[key] = (self.clock(), trace)
        self._kept.move_to_end(key)
        while sum(len(kept.spans) for _, kept in self._kept.values()) > MAX_SPANS:
            self._kept.popitem(last=False)

    def recent(self, trace_id: str, user: str = "") -> Trace | None:
        read_at, trace = self._kept.get((user, trace_id), (0.0, None))
        if trace is not None and self.clock() - read_at > MAX_AGE_S:
            del self._kept[(user, trace_id)]
            return None
        return trace


def with_news(trace: Trace, info: TraceInfo) -> Trace | None:
    """The kept trace with what the store says of it now, None when its spans have changed since."""
    return replace(trace, info=info) if _spans_of(trace.info) == _spans_of(info) else None


def _spans_of(info: TraceInfo) -> tuple[object, ...]:
    """What MLflow writes anew whenever spans are logged."""
    return info.state, info.request_time_ms, info.execution_duration_ms, info.span_count, info.size_bytes
