"""How many traces a search by spans could not look at, because their spans are not in the database.

Traces of MLflow before 3.5, and of clients that log to artifacts, keep them elsewhere. To find such traces, each trace
of an experiment is looked at once, the newest first, for a short time in each search until all were seen. After that
only new ones are.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import DBAPIError

from mcp_traces.store.clause_sql import Search, spans_are_outside
from mcp_traces.store.deadlines import CallOverError, current_call
from mcp_traces.store.schema import Schema
from mcp_traces.store.sql_rows import batches
from mcp_traces.store.sql_texts import Condition

LOOK_S = 0.25
"""How long one search looks; 100,000 traces take that long on SQLite."""

BELIEVED_S = 60.0
"""After this time, new traces and those found outside are looked at again."""

FORGOTTEN_S = 3600.0
"""After this time all traces are: some arrive late, with the times of long ago."""

LATE_MS = 600_000
"""How long the spans of a trace may take to arrive."""

WINDOW = 20_000
"""Traces looked at in one statement."""

MOST = 500
"""Traces that are remembered by id. If there are more, they are counted in each search."""


@dataclass(slots=True)
class _Looked:
    """How far one experiment was looked through; `until_ms` is None when all of it was."""

    began: float
    at: float
    newest_ms: int
    until_ms: int | None
    found: set[str] = field(default_factory=set[str])

    @property
    def too_many(self) -> bool:
        return len(self.found) > MOST


class OutsideSpans:
    """What is known of one database."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._looked: dict[tuple[int, bool], _Looked] = {}
        self._one_at_a_time = threading.Lock()

    def notes(self, connection: Connection, search: Search, *, all_spans: bool = False) -> tuple[str, ...]:
        """What a search by spans, or a scan of `all_spans`, has to say of traces that it could not look at."""
        if not (all_spans or search.is_about_spans):
            return ()
        self._look(connection, search)
        looked = self._known(search)
        # Without the table, all traces are outside.
        ids = [trace_id for one in looked for trace_id in one.found]
        if not self._schema.spans or any(one.too_many for one in looked):
            count = self._within(connection, lambda: _count(connection, search, search.outside_database()))
        elif ids:
            count = self._within(connection, lambda: _count_of(connection, search, ids))
        else:
            count = 0
        unseen = [one.until_ms for one in looked if one.until_ms is not None]
        return (*([] if count == 0 else [_outside_note(count)]), *([_unseen_note(max(unseen))] if unseen else []))

    def _known(self, search: Search) -> list[_Looked]:
        keys = [(number, search.is_about_contents) for number in search.experiment_ids]
        return [self._looked[key] for key in keys if key in self._looked]

    def _look(self, connection: Connection, search: Search) -> None:
        """Look further, unless another search does or the table of spans is missing."""
        if not self._schema.spans or not self._one_at_a_time.acquire(blocking=False):
            return
        try:
            self._within(connection, lambda: self._look_at_all(connection, search))
        finally:
            self._one_at_a_time.release()

    def _look_at_all(self, connection: Connection, search: Search) -> None:
        for number in search.experiment_ids:
            key = (number, search.is_about_contents)
            looked, now = self._looked.get(key), time.monotonic()
            if looked is None or now - looked.began > FORGOTTEN_S:
                newest = self._newest(connection, number)
                looked = self._looked[key] = _Looked(now, now, newest, newest + 1)
            elif looked.until_ms is None and now - looked.at > BELIEVED_S:
                self._look_again(connection, key, looked)
            while looked.until_ms is not None:
                self._look_at_window(connection, key, looked)

    def _newest(self, connection: Connection, number: int) -> int:
        traces = self._schema.trace_info
        newest = select(func.max(traces["timestamp_ms"])).where(traces["experiment_id"] == number)
        return connection.execute(newest).scalar() or 0

    def _look_at_window(self, connection: Connection, key: tuple[int, bool], looked: _Looked) -> None:
        began = self._schema.trace_info["timestamp_ms"]
        older = [self._schema.trace_info["experiment_id"] == key[0], began < looked.until_ms]
        edge = select(began).where(*older).order_by(began.desc()).offset(WINDOW).limit(1)
        oldest = connection.execute(edge).scalar()
        window = older if oldest is None else [*older, began >= oldest]
        looked.found |= self._outside(connection, key, window)
        looked.until_ms = None if looked.too_many else oldest

    def _look_again(self, connection: Connection, key: tuple[int, bool], looked: _Looked) -> None:
        traces, now = self._schema.trace_info, time.monotonic()
        newest = self._newest(connection, key[0])
        late = traces["timestamp_ms"] >= looked.newest_ms - LATE_MS
        found = self._outside(connection, key, [traces["experiment_id"] == key[0], late])
        if not looked.too_many:
            for batch in batches(list(looked.found)):
                found |= self._outside(connection, key, [traces["request_id"].in_(batch)])
            looked.found = found
        looked.newest_ms, looked.at = newest, now

    def _outside(self, connection: Connection, key: tuple[int, bool], conditions: Iterable[Condition]) -> set[str]:
        outside = spans_are_outside(self._schema, contents=key[1])
        statement = select(self._schema.trace_info["request_id"]).where(*conditions, outside).limit(MOST + 1)
        return set(connection.execute(statement).scalars())

    def _within(self, connection: Connection, work: Any) -> Any:
        """What `work` returns; None when it takes longer than a search should wait for it."""
        call = current_call.get()
        if call is None:
            return work()
        connection.rollback()  # the next transaction gets the time limit of this work
        try:
            with call.at_most(LOOK_S):
                return work()
        except (DBAPIError, CallOverError):
            connection.rollback()
            if call.is_over:
                raise
            return None


def _count_of(connection: Connection, search: Search, ids: Sequence[str]) -> int:
    """How many of these traces meet the conditions beside those on spans."""
    trace_id, others = search.schema.trace_info["request_id"], search.conditions(on_spans=False, by_id=True)
    return sum(_count(connection, search, [trace_id.in_(batch), *others]) for batch in batches(ids))


def _count(connection: Connection, search: Search, conditions: Iterable[Condition]) -> int:
    counting: Select[Any] = select(func.count(search.schema.trace_info["request_id"])).where(*conditions)
    return connection.execute(counting).scalar() or 0


def _outside_note(count: int | None) -> str:
    """About this number of traces, which None leaves open."""
    if count == 1:
        return (
            "1 trace that meets the other conditions keeps its spans outside the database, where they cannot be "
            "searched. get_trace reads them."
        )
    return (
        f"{'Many' if count is None else count} traces that meet the other conditions keep their spans outside the "
        "database, where they cannot be searched. get_trace reads them."
    )


def _unseen_note(until_ms: int) -> str:
    until = datetime.fromtimestamp(until_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return f"Not checked yet: whether traces before {until} keep their spans outside the database."
