"""How MLflow's REST API writes traces, assessments and experiments in JSON, and the record each becomes.

Every function takes decoded JSON and raises KeyError, TypeError, ValueError or AttributeError when it has not the
shape that MLflow documents; the caller knows which server to blame.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from mcp_traces.records import (
    Assessment,
    AssessmentFailure,
    AssessmentKind,
    Experiment,
    Json,
    Run,
    Trace,
    TraceInfo,
    TracePage,
    TraceState,
)
from mcp_traces.store.completeness import missing_spans_note
from mcp_traces.store.json_shapes import identifier, int64, text, text_or_none, texts
from mcp_traces.store.rest_spans import read_spans

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ASSESSMENT_KINDS: tuple[AssessmentKind, ...] = ("feedback", "expectation", "issue")
_STATES: dict[str, TraceState] = {"OK": "OK", "ERROR": "ERROR", "IN_PROGRESS": "IN_PROGRESS"}


def read_trace(raw: Json) -> Trace:
    """The answer of `traces/get`."""
    return _trace(raw["trace"])


def read_traces(raw: Json) -> list[Trace]:
    """The answer of `traces/batchGet`."""
    return [_trace(trace) for trace in raw.get("traces", ())]


def _trace(raw: Json) -> Trace:
    info = _trace_info(raw["trace_info"])
    spans = read_spans(raw)
    return Trace(info, spans, missing_spans_note(info, spans))


def read_info(raw: Json) -> TraceInfo:
    """The answer of `traces/<id>`."""
    return _trace_info(raw["trace"]["trace_info"])


def read_info_v2(raw: Json) -> TraceInfo:
    """The answer of `traces/<id>/info` of MLflow 3.1."""
    return _trace_info_v2(raw["trace_info"])


def read_page(raw: Json) -> TracePage:
    """The answer of `traces/search`; an empty page is `{}`."""
    infos = tuple(_trace_info(info) for info in raw.get("traces", ()))
    return TracePage(infos, text_or_none(raw.get("next_page_token")) or None)


def read_page_v2(raw: Json) -> TracePage:
    """The answer of the search of MLflow 3.1."""
    infos = tuple(_trace_info_v2(info) for info in raw.get("traces", ()))
    return TracePage(infos, text_or_none(raw.get("next_page_token")) or None)


def read_experiment(raw: Json) -> Experiment | None:
    """The answer of `experiments/get` and `get-by-name`; None when it is deleted, which those still find."""
    experiment = raw["experiment"]
    return _experiment(experiment) if experiment.get("lifecycle_stage", "active") == "active" else None


def read_experiments(raw: Json) -> tuple[list[Experiment], str | None]:
    """The answer of `experiments/search`: a page, and the token of the next."""
    token = text_or_none(raw.get("next_page_token")) or None
    return [_experiment(experiment) for experiment in raw.get("experiments", ())], token


def read_run(raw: Json) -> Run | None:
    """The answer of `runs/get`; None when it is deleted, which that still finds."""
    info = raw["run"]["info"]
    if info.get("lifecycle_stage", "active") != "active":
        return None
    started = info.get("start_time")
    return Run(
        run_id=identifier(info["run_id"]),
        name=text(info.get("run_name", "")),
        status=text(info.get("status", "")),
        experiment_id=identifier(info["experiment_id"]),
        start_time_ms=None if started is None else int64(started),
    )


def _experiment(raw: Json) -> Experiment:
    updated = raw.get("last_update_time")
    return Experiment(identifier(raw["experiment_id"]), text(raw["name"]), None if updated is None else int64(updated))


def _trace_info(raw: Json) -> TraceInfo:
    duration = raw.get("execution_duration")
    return TraceInfo(
        trace_id=identifier(raw["trace_id"]),
        experiment_id=identifier(raw["trace_location"]["mlflow_experiment"]["experiment_id"]),
        state=_STATES.get(raw.get("state"), "STATE_UNSPECIFIED"),
        request_time_ms=timestamp_ms(raw["request_time"]),
        execution_duration_ms=None if duration is None else duration_ms(duration),
        request_preview=text_or_none(raw.get("request_preview")),
        response_preview=text_or_none(raw.get("response_preview")),
        client_request_id=text_or_none(raw.get("client_request_id")),
        trace_metadata=texts(raw.get("trace_metadata", {})),
        tags=texts(raw.get("tags", {})),
        assessments=tuple(_assessments(raw.get("assessments", ()))),
    )


def _trace_info_v2(raw: Json) -> TraceInfo:
    """These servers know no assessments, and keep previews among the metadata (the first 250 characters)."""
    metadata = _pairs(raw.get("request_metadata", ()))
    return TraceInfo(
        trace_id=identifier(raw["request_id"]),
        experiment_id=identifier(raw["experiment_id"]),
        state=_STATES.get(raw.get("status"), "STATE_UNSPECIFIED"),
        request_time_ms=int64(raw["timestamp_ms"]),
        execution_duration_ms=_duration_v2(raw),
        request_preview=metadata.get("mlflow.traceInputs"),
        response_preview=metadata.get("mlflow.traceOutputs"),
        trace_metadata=metadata,
        tags=_pairs(raw.get("tags", ())),
    )


def _duration_v2(raw: Json) -> int | None:
    """None of a trace in progress, for which these servers write 0 (mlflow/entities/trace_info_v2.py, to_proto)."""
    written = raw.get("execution_time_ms")
    duration = None if written is None else int64(written)
    return None if duration == 0 and raw.get("status") == "IN_PROGRESS" else duration


def timestamp_ms(stamp: str) -> int:
    """Epoch milliseconds of a protobuf JSON timestamp, in whole numbers: a float would lose the last one."""
    return (datetime.fromisoformat(stamp) - _EPOCH) // _MILLISECOND


def duration_ms(written: str) -> int:
    """Milliseconds of a protobuf JSON duration such as `-1.034s`, rounded towards zero as MLflow's client does."""
    seconds, _, fraction = written.removesuffix("s").lstrip("-").partition(".")
    milliseconds = int64(int(seconds) * 1000 + int(fraction[:3].ljust(3, "0")))
    return -milliseconds if written.startswith("-") else milliseconds


def _assessments(raws: Iterable[Json]) -> Iterable[Assessment]:
    for raw in raws:
        for kind in _ASSESSMENT_KINDS:
            # One of a kind that a later MLflow may add is left out: it must not make the whole trace unreadable.
            if kind in raw:
                yield _assessment(raw, kind)


def _assessment(raw: Json, kind: AssessmentKind) -> Assessment:
    source = raw.get("source", {})
    return Assessment(
        assessment_id=text(raw.get("assessment_id", "")),
        name=text(raw["assessment_name"]),
        kind=kind,
        value=_assessment_value(raw[kind], kind),
        source_type=text(source.get("source_type", "SOURCE_TYPE_UNSPECIFIED")),
        source_id=text(source.get("source_id", "")),
        create_time_ms=timestamp_ms(raw["create_time"]),
        last_update_time_ms=timestamp_ms(raw["last_update_time"]),
        rationale=text_or_none(raw.get("rationale")) or None,
        failure=_failure(raw[kind].get("error")),
        metadata=texts(raw.get("metadata", {})),
        span_id=text_or_none(raw.get("span_id")) or None,
        overrides=text_or_none(raw.get("overrides")) or None,
        valid=bool(raw.get("valid", True)),
    )


def _assessment_value(raw: Json, kind: AssessmentKind) -> Json:
    if kind == "issue":
        return text(raw["issue_name"])
    if serialized := raw.get("serialized_value"):
        return json.loads(serialized["value"])
    return raw.get("value")


def _failure(raw: Json) -> AssessmentFailure | None:
    if raw is None:
        return None
    return AssessmentFailure(text(raw.get("error_code", "")), text_or_none(raw.get("error_message")) or None)


def _pairs(entries: Iterable[Json]) -> dict[str, str]:
    return {text(entry["key"]): text(entry.get("value", "")) for entry in entries}
