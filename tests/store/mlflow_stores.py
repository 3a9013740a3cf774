"""Databases for the gateway's tests, made by MLflow's own store: a few traces of every kind, or very many alike."""

import base64
import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

EXPERIMENT_ID = "1"
WHOLE, RUNNING, ARTIFACT, LOST, ARCHIVED, UNKNOWN = (f"tr-{number:032x}" for number in range(1, 7))
ROOT_ID, CHILD_ID = f"{1:016x}", f"{2:016x}"
START_MS = 1_700_000_000_000
SILENT_IMPORT = "ignore:The ``noload`` loader strategy is deprecated"
"""What MLflow 3.17 itself makes SQLAlchemy 2.1 warn of, once per process, when its store is imported."""


def make_database(uri: str, folder: Path) -> None:
    """A store in which each trace is a case of its own; an experiment beside theirs, and a deleted one."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    store = SqlAlchemyStore(uri, str(folder))
    for name in ("agent", "other", "gone"):
        store.create_experiment(name)
    store.delete_experiment("3")
    fill(store, folder)
    store.engine.dispose()


def fill(store: Any, folder: Path) -> None:
    from mlflow.entities import Span

    for trace_id in (WHOLE, ARTIFACT, LOST, ARCHIVED):
        _start(store, trace_id, "OK")
    _start(store, RUNNING, "IN_PROGRESS")
    store.log_spans(EXPERIMENT_ID, [Span.from_dict(_root(WHOLE)), Span.from_dict(_child(WHOLE))])
    _assess(store)
    unfinished = _child(RUNNING) | {"end_time_unix_nano": None}
    store.log_spans(EXPERIMENT_ID, [Span.from_dict(unfinished)])
    artifacts = store.get_experiment(EXPERIMENT_ID).artifact_location
    store.set_trace_tag(ARTIFACT, "mlflow.artifactLocation", f"{artifacts}/traces/{ARTIFACT}/artifacts")
    store.set_trace_tag(LOST, "mlflow.artifactLocation", f"{artifacts}/traces/{LOST}/artifacts")
    for key, value in (("spansLocation", "ARCHIVE_REPO"), ("archiveLocation", str(folder / "archive"))):
        store.set_trace_tag(ARCHIVED, f"mlflow.trace.{key}", value)
    kept = Path(artifacts.removeprefix("file://")) / "traces" / ARTIFACT / "artifacts"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "traces.json").write_text(json.dumps({"spans": [_root(ARTIFACT), _child(ARTIFACT)]}))


def _start(store: Any, trace_id: str, state: str) -> None:
    from mlflow.entities import TraceInfo, TraceLocation, TraceState

    number = int(trace_id.removeprefix("tr-"), 16)
    info = TraceInfo(
        trace_id=trace_id,
        trace_location=TraceLocation.from_experiment_id(EXPERIMENT_ID),
        request_time=START_MS + number,
        state=TraceState(state),
        execution_duration=None if state == "IN_PROGRESS" else 40 + number,
        request_preview="what?",
        response_preview="that",
        client_request_id=f"client-{number}",
        trace_metadata={
            "mlflow.trace.session": "s1",
            "mlflow.trace.tokenUsage": '{"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}',
        },
        tags={"mlflow.traceName": "chat", "env": "prod"},
    )
    store.start_trace(info)


def _assess(store: Any) -> None:
    from mlflow.entities import AssessmentError, AssessmentSource, Expectation, Feedback
    from mlflow.entities.assessment import IssueReference

    human = AssessmentSource("HUMAN", "ann")
    failed = AssessmentError("RATE_LIMIT", "later", "a stack")
    times = {"create_time_ms": START_MS, "last_update_time_ms": START_MS + 1}
    for assessment in (
        Feedback("rating", 4, source=human, rationale="good", metadata={"by": "form"}, **times),
        Feedback("judge", None, failed, AssessmentSource("LLM_JUDGE", "gpt"), span_id=CHILD_ID, **times),
        Expectation("answer", {"is": "that"}, human, **times),
        IssueReference("i-1", "slow", human, **times),
    ):
        assessment.trace_id = WHOLE
        store.create_assessment(assessment)


def _root(trace_id: str) -> dict[str, Any]:
    attributes = {"mlflow.traceRequestId": trace_id, "mlflow.spanType": "AGENT", "mlflow.spanInputs": {"q": "ü"}}
    return {
        "trace_id": _base64(trace_id.removeprefix("tr-")),
        "span_id": _base64(ROOT_ID),
        "parent_span_id": None,
        "name": "agent",
        "start_time_unix_nano": START_MS * 1_000_000,
        "end_time_unix_nano": START_MS * 1_000_000 + 40_000_000,
        "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {key: json.dumps(value) for key, value in attributes.items()},
        "links": [],
    }


def _child(trace_id: str) -> dict[str, Any]:
    failure = {"name": "exception", "time_unix_nano": START_MS * 1_000_000 + 5, "attributes": {"exception.type": "E"}}
    link = {"trace_id": f"tr-{9:032x}", "span_id": f"{9:016x}", "attributes": {"why": "retry"}}
    return _root(trace_id) | {
        "span_id": _base64(CHILD_ID),
        "parent_span_id": _base64(ROOT_ID),
        "name": "model",
        "status": {"code": "STATUS_CODE_ERROR", "message": "no answer"},
        "events": [failure],
        "links": [link],
    }


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def add_many_traces(database: Path, count: int, spans: int = 6) -> None:
    """Traces of experiment 1 with spans, inserted as rows: MLflow's own way takes 20 ms for each."""
    with closing(sqlite3.connect(database)) as connection, connection:
        _insert(connection, "trace_info", [_trace_row(number) for number in range(count)])
        tags = [("env", "prod" if n % 3 else "dev", f"many-{n}") for n in range(count)]
        located = [("mlflow.trace.spansLocation", "TRACKING_STORE", f"many-{n}") for n in range(count)]
        connection.executemany("INSERT INTO trace_tags(key, value, request_id) VALUES(?, ?, ?)", tags + located)
        _insert(connection, "spans", [_span_row(n, s) for n in range(count) for s in range(spans)])


def _trace_row(number: int) -> dict[str, Any]:
    return {
        "request_id": f"many-{number}",
        "experiment_id": 1,
        "timestamp_ms": START_MS + 1000 * number,
        "execution_time_ms": number % 100,
        "status": "ERROR" if number % 10 == 0 else "OK",
        "trace_name": f"chat_{number % 5}",
        "session_id": f"s{number % 50}",
    }


def _span_row(trace_number: int, number: int) -> dict[str, Any]:
    started = (START_MS + 1000 * trace_number + number) * 1_000_000
    return {
        "trace_id": f"many-{trace_number}",
        "experiment_id": 1,
        "span_id": f"{trace_number * 100 + number:016x}",
        "parent_span_id": None if number == 0 else f"{trace_number * 100:016x}",
        "name": f"step_{number}",
        "type": "LLM" if number % 2 else "TOOL",
        "status": "ERROR" if trace_number % 10 == 0 and number == 0 else "OK",
        "start_time_unix_nano": started,
        "end_time_unix_nano": started + 1_000_000,
        "content": json.dumps({"name": f"step_{number}", "attributes": {"text": f"lorem ipsum {trace_number} " * 20}}),
    }


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    columns = list(rows[0])
    values = ", ".join(f":{column}" for column in columns)
    connection.executemany(f"INSERT INTO {table}({', '.join(columns)}) VALUES({values})", rows)
