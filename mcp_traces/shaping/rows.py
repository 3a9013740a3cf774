"""A trace's info → its row in a result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote

from mcp_traces.records import (
    CACHE_READ_TOKENS,
    CACHE_WRITTEN_TOKENS,
    COST_DIGITS,
    COST_KEY,
    LINKED_PROMPTS_TAG,
    MODEL_ID_KEY,
    SESSION_KEY,
    SIZE_BYTES_KEY,
    SIZE_STATS_KEY,
    SOURCE_RUN_KEY,
    SPANS_LOCATION_TAG,
    TOKEN_USAGE_KEY,
    TRACE_NAME_TAG,
    USER_KEY,
    Assessment,
    Json,
    StoreInfo,
    TraceInfo,
)
from mcp_traces.results import AssessmentResult, Elision, Tokens, TraceRow
from mcp_traces.shaping.cleaning import UNMASKED, Cleaner
from mcp_traces.shaping.media import marked
from mcp_traces.shaping.paths import format_path
from mcp_traces.shaping.previews import short_line, words_in
from mcp_traces.shaping.span_messages import Side
from mcp_traces.shaping.text import compact, cut, without_lone_surrogates
from mcp_traces.shaping.values import fit, keep_structure
from mcp_traces.times import iso_utc

CONCISE_PREVIEW = 120
DETAILED_PREVIEW = 1_000
MAX_ID = 250
"""MLflow itself keeps no more of a session or user id; a name can be longer and is read at tags."""

MAX_HEADER_NAME = 100
CONCISE_VALUE = 80
DETAILED_VALUE = 500
MAX_RATIONALE = 1_000

# What the row tells in fields of its own, and MLflow's own book-keeping. All of it can be read with `path`.
_TOLD_TAGS = {TRACE_NAME_TAG, SPANS_LOCATION_TAG, "mlflow.artifactLocation"}
_TOLD_METADATA = {
    SESSION_KEY,
    USER_KEY,
    SOURCE_RUN_KEY,
    TOKEN_USAGE_KEY,
    SIZE_STATS_KEY,
    SIZE_BYTES_KEY,
    "mlflow.traceInputs",
    "mlflow.traceOutputs",
    "mlflow.trace.infoFinalized",
    "mlflow.trace_schema.version",
}

_TELLING = {MODEL_ID_KEY, LINKED_PROMPTS_TAG}
"""Of MLflow's own keys those that say what the application was made of."""


def told_elsewhere(key: str) -> bool:
    """Whether a tag or metadata of a trace is shown in fields of its own, or is MLflow's bookkeeping."""
    return key in _TOLD_TAGS or key in _TOLD_METADATA


_CONCISE_METADATA = (SESSION_KEY, USER_KEY, SOURCE_RUN_KEY, TOKEN_USAGE_KEY, COST_KEY, SIZE_STATS_KEY)


def concise(info: TraceInfo) -> TraceInfo:
    """As much of `info` as its concise row tells: nothing else need be cleaned for it."""
    return replace(
        info,
        tags={TRACE_NAME_TAG: info.stored_name} if info.stored_name is not None else {},
        trace_metadata={key: info.trace_metadata[key] for key in _CONCISE_METADATA if key in info.trace_metadata},
    )


def with_words(infos: Sequence[TraceInfo], cleaner: Cleaner) -> list[TraceInfo]:
    """The infos with the words of their previews in place of the JSON around them.

    They are cleaned once more: JSON writes some characters in a way that hides what the text says.
    """
    recorded = [text or "" for info in infos for text in (info.request_preview, info.response_preview)]
    sides: list[Side] = ["inputs", "outputs"]
    said = [words_in(text, sides[index % 2]) for index, text in enumerate(recorded)]
    changed = [text for text, before in zip(said, recorded, strict=True) if text != before]
    cleaned = iter(cast("list[str]", cleaner.value(changed)) if changed else [])
    shown = [text if text == before else next(cleaned) for text, before in zip(said, recorded, strict=True)]
    return [
        replace(info, request_preview=request or None, response_preview=response or None)
        for info, request, response in zip(infos, shown[::2], shown[1::2], strict=True)
    ]


def trace_row(info: TraceInfo, store: StoreInfo, *, detailed: bool = False, with_experiment: bool = False) -> TraceRow:
    """The row of `info`; `detailed` adds tags, metadata, sizes, a link, and all that assessments say."""
    preview = DETAILED_PREVIEW if detailed else CONCISE_PREVIEW
    told = [one for one in info.assessments if detailed or one.valid]
    return TraceRow(
        trace_id=info.trace_id,
        name=_id(info.name),
        status=info.state,
        request_time=iso_utc(info.request_time_ms),
        execution_time_ms=info.execution_duration_ms,
        span_count=info.span_count,
        size_bytes=info.size_bytes if detailed else None,
        tokens=_tokens(info, detailed=detailed),
        cost=_cost(info),
        request_preview=_preview(info.request_preview, preview),
        response_preview=_preview(info.response_preview, preview),
        session_id=_id(info.session_id),
        user_id=_id(info.user_id),
        run_id=_id(info.run_id),
        experiment_id=info.experiment_id if detailed or with_experiment else None,
        client_request_id=_id(info.client_request_id) if detailed else None,
        assessments=[_assessment(one, detailed=detailed) for one in told if not one.failure],
        failed_assessments=[_assessment(one, detailed=detailed) for one in told if one.failure],
        tags=_texts(info.tags, _TOLD_TAGS) if detailed else {},
        metadata=_texts(info.trace_metadata, _TOLD_METADATA) if detailed else {},
        url=trace_url(info, store) if detailed else None,
    )


def trace_header(info: TraceInfo, store: StoreInfo) -> TraceRow:
    """What tells which trace it is, for answers that are about its spans."""
    return TraceRow(
        trace_id=info.trace_id,
        name=cut(info.name, MAX_HEADER_NAME) if info.name else None,
        status=info.state,
        request_time=iso_utc(info.request_time_ms),
        execution_time_ms=info.execution_duration_ms,
        span_count=info.span_count,
        url=trace_url(info, store),
    )


def full_row(
    info: TraceInfo, store: StoreInfo, budget: int, cleaner: Cleaner = UNMASKED
) -> tuple[TraceRow, list[Elision]]:
    """The row with what the store says of the trace and its cuts, in `budget` characters where that can be had.

    Previews are words; what MLflow notes for itself is left to `path`.
    """
    values = {key: value for key, value in trace_values(info).items() if value}
    untold = dict(values)
    for key, told in (("tags", _TOLD_TAGS), ("metadata", _TOLD_METADATA)):
        untold[key] = {name: text for name, text in values.get(key, {}).items() if not _is_for_mlflow(name, told)}
    (worded,) = with_words([info], cleaner)
    untold |= {key: text for key in _PREVIEWS if (text := without_lone_surrogates(getattr(worded, key)))}
    retold = [key for key in _PREVIEWS if untold.get(key) != values.get(key)]
    header = trace_row(info, store).model_copy(
        update={
            "url": trace_url(info, store),
            "size_bytes": info.size_bytes,
            "tokens": _tokens(info, detailed=True),
            "experiment_id": info.experiment_id,
            "client_request_id": _id(info.client_request_id),
            "request_preview": None,
            "response_preview": None,
            "assessments": [],
            "failed_assessments": [],
        }
    )
    fitted, cuts = fit(untold, budget - len(compact(header.model_dump(mode="json"))), span_id=None)
    shown, cuts = keep_structure(fitted, cuts, values, (*_ASSESSMENTS, "tags", "metadata"))
    for name in _ASSESSMENTS:
        told = cast("list[object]", shown.get(name, []))
        shown[name] = [AssessmentResult(**cast("dict[str, Any]", one)) for one in told if isinstance(one, dict)]
        lost = {format_path([name, index]) for index, one in enumerate(told) if not isinstance(one, dict)}
        cuts = [one.model_copy(update={"shown": 0}) if one.path in lost else one for one in cuts]
    whole = {key: {"shown": 0, "total": len(values[key])} for key in retold}
    return header.model_copy(update=shown), [one.model_copy(update=whole.get(one.path, {})) for one in cuts]


def _is_for_mlflow(key: str, told: set[str]) -> bool:
    return key in told or (key.startswith("mlflow.") and key not in _TELLING)


_PREVIEWS = ("request_preview", "response_preview")
_ASSESSMENTS = ("assessments", "failed_assessments")


def trace_values(info: TraceInfo) -> dict[str, Json]:
    """Every value of a trace outside its spans, under the names its row and `path` give them."""
    values = {
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "assessments": _whole(one for one in info.assessments if not one.failure),
        "failed_assessments": _whole(one for one in info.assessments if one.failure),
        "tags": dict(sorted(info.tags.items())),
        "metadata": dict(sorted(info.trace_metadata.items())),
    }
    return without_lone_surrogates(values)


def trace_url(info: TraceInfo, store: StoreInfo) -> str | None:
    """Where MLflow's UI shows the trace, when the store has a UI."""
    if store.ui_url is None:
        return None
    experiment, trace = quote(info.experiment_id), quote(info.trace_id)
    return f"{store.ui_url.rstrip('/')}/#/experiments/{experiment}/traces?selectedEvaluationId={trace}"


def _id(text: str | None) -> str | None:
    return cut(text, MAX_ID) if text else None


def _preview(text: str | None, limit: int) -> str | None:
    return short_line(text, limit) if text else None


def _texts(mapping: Mapping[str, str], told: set[str]) -> dict[str, str]:
    return {
        key: cut(marked(value, DETAILED_VALUE), DETAILED_VALUE)
        for key, value in sorted(mapping.items())
        if key not in told
    }


def _tokens(info: TraceInfo, *, detailed: bool) -> Tokens | None:
    usage = info.token_usage
    if not usage:
        return None
    cached = {"cached": usage.get(CACHE_READ_TOKENS) or None, "cache_written": usage.get(CACHE_WRITTEN_TOKENS) or None}
    if not detailed and "total_tokens" in usage:
        return Tokens(total=usage["total_tokens"], **cached)
    whole = {name: usage.get(f"{name}_tokens") for name in ("input", "output", "total")}
    return Tokens(**whole, **cached)


def _cost(info: TraceInfo) -> float | None:
    cost = info.cost.get("total_cost")
    return None if cost is None else round(cost, COST_DIGITS)


def _assessment(assessment: Assessment, *, detailed: bool) -> AssessmentResult:
    rationale = (
        cut(marked(assessment.rationale, MAX_RATIONALE), MAX_RATIONALE) if detailed and assessment.rationale else None
    )
    value = _value(assessment, DETAILED_VALUE if detailed else CONCISE_VALUE)
    result = _assessment_result(assessment, value=value, rationale=rationale)
    return result if detailed else result.model_copy(update={"source": assessment.source_type})


def _assessment_result(assessment: Assessment, *, value: Json, rationale: str | None) -> AssessmentResult:
    failure = assessment.failure
    error = f"{failure.code}: {failure.message}" if failure and failure.message else failure.code if failure else None
    return AssessmentResult(
        name=cut(assessment.name, MAX_ID),
        kind=assessment.kind,
        **({} if value is None else {"value": value}),  # a judge that failed has null as well
        source=cut(f"{assessment.source_type} {assessment.source_id}".strip(), MAX_ID),
        rationale=rationale,
        error=cut(error, DETAILED_VALUE) if error else None,
        span_id=assessment.span_id,
        valid=None if assessment.valid else False,
    )


def _whole(assessments: Iterable[Assessment]) -> list[Json]:
    results = (_assessment_result(one, value=one.value, rationale=one.rationale) for one in assessments)
    return [result.model_dump(mode="json") for result in results]


def _value(assessment: Assessment, limit: int) -> object:
    """The value itself, or the beginning of its text when that is long."""
    value = assessment.value
    if isinstance(value, str):
        return cut(marked(value, limit), limit)
    text = compact(value)
    return value if len(text) <= limit else cut(marked(text, limit), limit)
