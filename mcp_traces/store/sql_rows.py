"""Rows of MLflow's tables as records, with the values that MLflow 3.17 moved into columns put back where they were."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from sqlalchemy import Connection, Select, select

from mcp_traces.records import (
    COST_KEY,
    SESSION_KEY,
    TOKEN_USAGE_KEY,
    TRACE_NAME_TAG,
    Assessment,
    AssessmentFailure,
    AssessmentKind,
    Json,
    TraceInfo,
    TraceState,
    decode_json,
)
from mcp_traces.store.schema import COST_COLUMNS, PROMOTED_COLUMNS, TOKEN_COLUMNS, Schema, Table

BATCH = 500
"""Ids in one statement: SQLite and SQL Server limit the parameters of a statement."""

_TRACE_COLUMNS = (
    "request_id",
    "experiment_id",
    "timestamp_ms",
    "execution_time_ms",
    "status",
    "client_request_id",
    "request_preview",
    "response_preview",
    *PROMOTED_COLUMNS,
)
ASSESSMENT_COLUMNS = (
    "trace_id",
    "assessment_id",
    "name",
    "assessment_type",
    "value",
    "error",
    "created_timestamp",
    "last_updated_timestamp",
    "source_type",
    "source_id",
    "span_id",
    "rationale",
    "overrides",
    "valid",
    "assessment_metadata",
)
INPUTS_KEY, OUTPUTS_KEY = "mlflow.traceInputs", "mlflow.traceOutputs"
"""Metadata in which MLflow 3.1 keeps the previews; later versions keep a shorter copy there."""

_LATER_SOURCE_TYPES = {"AI_JUDGE": "LLM_JUDGE"}
"""mlflow/entities/assessment_source.py (AssessmentSourceType)."""

_STATES = get_args(TraceState)
_KINDS = get_args(AssessmentKind)


def fetch(connection: Connection, statement: Select[Any]) -> Sequence[Mapping[str, Any]]:
    """All rows of the statement, by column."""
    return cast("Sequence[Mapping[str, Any]]", connection.execute(statement).mappings().all())


def trace_rows(schema: Schema) -> Select[Any]:
    """The statement that selects what a record of a trace needs of trace_info."""
    return select(*schema.trace_info.present(*_TRACE_COLUMNS)).select_from(schema.trace_info.clause)


def read_infos(connection: Connection, schema: Schema, rows: Sequence[Mapping[str, Any]]) -> tuple[TraceInfo, ...]:
    """The records of these rows, with their tags, metadata and assessments."""
    ids = [row["request_id"] for row in rows]
    tags = _key_values(connection, schema.tags, ids)
    metadata = _key_values(connection, schema.metadata, ids)
    assessments = _assessments(connection, schema, ids)
    infos = [
        _info(schema, row, tags[trace_id], metadata[trace_id], assessments[trace_id])
        for trace_id, row in zip(ids, rows, strict=True)
    ]
    roots = _root_names(connection, schema, [info.trace_id for info in infos if info.stored_name is None])
    return tuple(replace(one, root_name=roots[one.trace_id]) if one.trace_id in roots else one for one in infos)


def _root_names(connection: Connection, schema: Schema, ids: Sequence[str]) -> dict[str, str]:
    spans = schema.spans
    if not (ids and "parent_span_id" in spans and "name" in spans):
        return {}
    roots = select(spans["trace_id"], spans["name"]).where(
        spans["parent_span_id"].is_(None), spans["name"].is_not(None)
    )
    found = (connection.execute(roots.where(spans["trace_id"].in_(batch))) for batch in batches(ids))
    return {trace_id: name for rows in found for trace_id, name in rows}


def _key_values(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    if not table:
        return found
    statement = select(table["request_id"], table["key"], table["value"])
    for batch in batches(ids):
        for trace_id, key, value in connection.execute(statement.where(table["request_id"].in_(batch))):
            if value is not None:
                found[trace_id][key] = value
    return found


def _assessments(connection: Connection, schema: Schema, ids: Sequence[str]) -> dict[str, list[Assessment]]:
    found: dict[str, list[Assessment]] = defaultdict(list)
    table = schema.assessments
    if not table:
        return found
    # In no order, as MLflow reads them: it is the one in which they were logged.
    statement = select(*table.present(*ASSESSMENT_COLUMNS))
    for batch in batches(ids):
        for row in fetch(connection, statement.where(table["trace_id"].in_(batch))):
            if (one := read_assessment(row)) is not None:
                found[row["trace_id"]].append(one)
    return found


def batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _info(
    schema: Schema,
    values: Mapping[str, Any],
    tags: dict[str, str],
    metadata: dict[str, str],
    assessments: list[Assessment],
) -> TraceInfo:
    if schema.is_promoted:
        tags, metadata = tags_of(tags, values), metadata_of(metadata, values)
    status: Any = values.get("status")
    return TraceInfo(
        trace_id=values["request_id"],
        experiment_id=str(values["experiment_id"]),
        state=status if status in _STATES else "STATE_UNSPECIFIED",
        request_time_ms=values["timestamp_ms"],
        execution_duration_ms=values.get("execution_time_ms"),
        request_preview=_preview(values.get("request_preview"), metadata, INPUTS_KEY),
        response_preview=_preview(values.get("response_preview"), metadata, OUTPUTS_KEY),
        client_request_id=values.get("client_request_id"),
        trace_metadata=metadata,
        tags=tags,
        assessments=tuple(assessments),
    )


def tags_of(stored: dict[str, str], promoted: Mapping[str, Any]) -> dict[str, str]:
    """The tags as they were before MLflow 3.17 made columns of some. `promoted` are these columns."""
    return _with_rebuilt(stored, {TRACE_NAME_TAG: promoted.get("trace_name")})


def metadata_of(stored: dict[str, str], promoted: Mapping[str, Any]) -> dict[str, str]:
    """The metadata as it was before MLflow 3.17 made columns of some of it."""
    rebuilt = {
        SESSION_KEY: promoted.get("session_id"),
        TOKEN_USAGE_KEY: _json_of(promoted, TOKEN_COLUMNS),
        COST_KEY: _json_of(promoted, COST_COLUMNS),
    }
    return _with_rebuilt(stored, rebuilt)


def _with_rebuilt(stored: dict[str, str], rebuilt: dict[str, str | None]) -> dict[str, str]:
    """Left-over rows of these keys are ignored, as MLflow ignores them."""
    kept = {key: value for key, value in stored.items() if key not in rebuilt}
    return kept | {key: value for key, value in rebuilt.items() if value is not None}


def _json_of(values: Mapping[str, Any], columns: tuple[str, ...]) -> str | None:
    present = {name: value for name in columns if (value := values.get(name)) is not None}
    return json.dumps(present) if present else None


def _preview(column: str | None, metadata: Mapping[str, str], key: str) -> str | None:
    return (metadata.get(key) or None) if column is None else column


def read_assessment(row: Mapping[str, Any]) -> Assessment | None:
    """None for a kind that is not known here."""
    if row["assessment_type"] not in _KINDS:
        return None
    kind: AssessmentKind = row["assessment_type"]
    value: Json = decode_json(row["value"])
    if kind == "issue":
        value = value.get("issue_name") if isinstance(value, dict) else None  # pyright: ignore
    source_type = str(row.get("source_type") or "SOURCE_TYPE_UNSPECIFIED").upper()
    created = row.get("created_timestamp") or 0
    return Assessment(
        assessment_id=row.get("assessment_id") or "",
        name=row["name"],
        kind=kind,
        value=value,
        source_type=_LATER_SOURCE_TYPES.get(source_type, source_type),
        source_id=row.get("source_id") or "",
        create_time_ms=created,
        last_update_time_ms=row.get("last_updated_timestamp") or created,
        rationale=row.get("rationale") or None,
        failure=_failure(row.get("error")) if kind == "feedback" else None,
        metadata=_texts(decode_json(row.get("assessment_metadata"))),
        span_id=row.get("span_id") or None,
        overrides=row.get("overrides") or None,
        valid=row.get("valid") is None or bool(row["valid"]),
    )


def _failure(stored: str | None) -> AssessmentFailure | None:
    error: Json = decode_json(stored)
    if not isinstance(error, dict):
        return None
    fields = cast("dict[str, Any]", error)
    return AssessmentFailure(str(fields.get("error_code")), fields.get("error_message"))


def _texts(stored: Json) -> dict[str, str]:
    if not isinstance(stored, dict):
        return {}
    return {key: str(value) for key, value in cast("dict[str, Any]", stored).items() if value is not None}
