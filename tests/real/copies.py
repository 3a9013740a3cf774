"""Many traces and experiments in little time: copies, made in SQL, of one that MLflow itself put into its database.

Logging a trace takes MLflow's SDK some 20 ms. A copy has whatever rows and columns the installed MLflow gives a trace,
so nothing here needs to know them but for what is changed.
"""

import base64
import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, Table, create_engine, insert, select

TRACE_TABLES = {
    "trace_info": "request_id",
    "trace_tags": "request_id",
    "trace_request_metadata": "request_id",
    "trace_metrics": "request_id",
    "spans": "trace_id",
    "span_metrics": "trace_id",
}
"""Where a trace is, and the column of its id; those that others refer to come first."""

NS_PER_MS = 1_000_000

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TraceCopy:
    """What a copy has of its own. Its root span takes as long as it; the others as long as in the original."""

    trace_id: str
    start_ms: int
    duration_ms: int


def trace_ids(count: int, seed: str) -> list[str]:
    """Ids in no order, so that none that is found by accident looks right; alike in each run."""
    drawn = random.Random(seed)
    return [f"tr-{drawn.getrandbits(128):032x}" for _ in range(count)]


@contextmanager
def copying(tracking_uri: str) -> Iterator["Copier"]:
    """Copies what the block says, in one transaction."""
    engine = create_engine(tracking_uri)
    try:
        with engine.begin() as connection:
            yield Copier(connection)
    finally:
        engine.dispose()


class Copier:
    """Copies on one connection to a database of MLflow's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = MetaData()

    def copy_trace(self, original_id: str, copies: Iterable[TraceCopy]) -> None:
        """Put `copies` beside the original, into its experiment."""
        copies = list(copies)
        originals = {name: self._rows(name, column, original_id) for name, column in TRACE_TABLES.items()}
        started_ms = originals["trace_info"][0]["timestamp_ms"]
        for name, rows in originals.items():
            self._insert(name, (_copied(name, row, started_ms, copy) for copy in copies for row in rows))

    def copy_experiment(self, original_id: str, updated_ms: Mapping[str, int]) -> dict[str, str]:
        """An experiment for each name, with the time of its last update; their ids by name."""
        (original,) = self._rows("experiments", "experiment_id", int(original_id))
        del original["experiment_id"]
        times = {name: {"creation_time": ms, "last_update_time": ms} for name, ms in updated_ms.items()}
        self._insert("experiments", (original | {"name": name} | own for name, own in times.items()))
        columns = self._table("experiments").c
        made = select(columns.name, columns.experiment_id).where(columns.name.in_(updated_ms))
        return {name: str(experiment_id) for name, experiment_id in self._connection.execute(made)}

    def _rows(self, name: str, column: str, value: str | int) -> list[dict[str, Any]]:
        table = self._table(name)
        # A generated column, such as the duration of a span, is not one to insert.
        columns = [one for one in table.columns if one.computed is None]
        found = self._connection.execute(select(*columns).where(table.c[column] == value))
        return [dict(row) for row in found.mappings()]

    def _insert(self, name: str, rows: Iterable[Row]) -> None:
        if rows := list(rows):
            self._connection.execute(insert(self._table(name)), rows)

    def _table(self, name: str) -> Table:
        return Table(name, self._tables, autoload_with=self._connection)


def _copied(table: str, row: Row, started_ms: int, copy: TraceCopy) -> Row:
    """The row with the copy's id and times wherever the original's are, in the stored JSON of a span too."""
    original_id = row[TRACE_TABLES[table]]
    texts = {original_id: copy.trace_id, _in_base64(original_id): _in_base64(copy.trace_id)}
    if table == "trace_info":
        row = {**row, "timestamp_ms": copy.start_ms, "execution_time_ms": copy.duration_ms}
    if table == "spans":
        times = _span_times(row, started_ms, copy)
        texts |= {str(row[column]): str(time_ns) for column, time_ns in times.items()}
        row = {**row, **times}
    return {column: _replaced(value, texts) if isinstance(value, str) else value for column, value in row.items()}


def _span_times(row: Row, started_ms: int, copy: TraceCopy) -> dict[str, int]:
    later_ns = (copy.start_ms - started_ms) * NS_PER_MS
    start_ns, end_ns = row["start_time_unix_nano"] + later_ns, row["end_time_unix_nano"] + later_ns
    if row["parent_span_id"] is None:
        end_ns = start_ns + copy.duration_ms * NS_PER_MS
    return {"start_time_unix_nano": start_ns, "end_time_unix_nano": end_ns}


def _in_base64(trace_id: str) -> str:
    """The id as it stands in a stored span."""
    return base64.b64encode(bytes.fromhex(trace_id.removeprefix("tr-"))).decode()


def _replaced(text: str, others: Mapping[str, str]) -> str:
    for old, new in others.items():
        text = text.replace(old, new)
    return text
