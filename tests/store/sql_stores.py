"""Traces put into MLflow's tables row by row: with whatever keys and values a test needs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Connection, text

from tests.store.mlflow_stores import START_MS

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class StoredSpan:
    name: str = "step"
    type: str = "TOOL"
    status: str = "OK"
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    name: str
    value: Any
    kind: str = "feedback"
    valid: bool = True
    metadata: Mapping[str, str] | None = None


def add_trace(
    connection: Connection,
    trace_id: str,
    *,
    tags: Mapping[str, str | None] | None = None,
    metadata: Mapping[str, str] | None = None,
    spans: Sequence[StoredSpan] = (),
    assessments: Sequence[StoredAssessment] = (),
    in_database: bool = True,
    **columns: Any,
) -> None:
    """A trace of experiment 1 as MLflow 3.17 stores it; `columns` are those of trace_info."""
    row = {
        "request_id": trace_id,
        "experiment_id": 1,
        "timestamp_ms": START_MS + next(_numbers),
        "execution_time_ms": 10,
        "status": "OK",
        **columns,
    }
    insert(connection, "trace_info", [row])
    located = {"mlflow.trace.spansLocation": "TRACKING_STORE"} if in_database else {}
    for table, values in (("trace_tags", {**located, **(tags or {})}), ("trace_request_metadata", metadata or {})):
        insert(connection, table, [{"request_id": trace_id, "key": key, "value": one} for key, one in values.items()])
    insert(connection, "spans", [_span(trace_id, number, span) for number, span in enumerate(spans)])
    insert(connection, "assessments", [_assessment(row, one) for one in assessments])


def insert(connection: Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        quote = "`" if connection.dialect.name == "mysql" else '"'
        columns = ", ".join(f"{quote}{name}{quote}" for name in row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {table}({columns}) VALUES({values})"), row)


def _span(trace_id: str, number: int, span: StoredSpan) -> dict[str, Any]:
    attributes = {key: json.dumps(value, ensure_ascii=False) for key, value in span.attributes.items()}
    code = {"name": span.name, "status": {"code": f"STATUS_CODE_{span.status}"}, "attributes": attributes}
    return {
        "trace_id": trace_id,
        "experiment_id": 1,
        "span_id": f"{number:016x}",
        "parent_span_id": None if number == 0 else f"{0:016x}",
        "name": span.name,
        "type": span.type,
        "status": span.status,
        "start_time_unix_nano": START_MS * 1_000_000 + number,
        "end_time_unix_nano": START_MS * 1_000_000 + number + 1,
        "content": json.dumps({"span_id": "AAAAAAAAAAE=", **code}, ensure_ascii=False),
    }


def _assessment(trace: Mapping[str, Any], one: StoredAssessment) -> dict[str, Any]:
    number = one.value if isinstance(one.value, int | float) and not isinstance(one.value, bool) else None
    return {
        "assessment_id": f"a-{next(_numbers)}",
        "trace_id": trace["request_id"],
        "experiment_id": trace["experiment_id"],
        "trace_timestamp_ms": trace["timestamp_ms"],
        "name": one.name,
        "assessment_type": one.kind,
        "value": json.dumps(one.value),
        "created_timestamp": START_MS,
        "last_updated_timestamp": START_MS,
        "source_type": "HUMAN",
        "source_id": "ann",
        "valid": one.valid,
        "assessment_metadata": None if one.metadata is None else json.dumps(one.metadata),
        "aggregate_value": number,
        "is_numeric_value": number is not None,
    }
