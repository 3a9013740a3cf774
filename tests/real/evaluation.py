"""What a search must find, worked out in plain Python over every record of a store: no filter, no SQL."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp_traces.records import LINKED_PROMPTS_TAG, MODEL_ID_KEY, Assessment, Json, Span, Trace, TraceInfo
from mcp_traces.store.gateway import TraceGateway, TraceQuery


@dataclass(frozen=True, slots=True)
class Record:
    """A trace as the store has it; `texts` is what was recorded of each span, with case folded."""

    info: TraceInfo
    spans: tuple[Span, ...] = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)


Check = Callable[[Record, Any], bool]


async def read_records(gateway: TraceGateway, experiment_ids: Iterable[str]) -> list[Record]:
    """Every trace of these experiments, without a filter."""
    query = TraceQuery(tuple(experiment_ids), limit=500)
    page = await gateway.search_traces(query)
    assert page.next_page_token is None
    return [_record(await gateway.get_trace(info.trace_id)) for info in page.traces]


def _record(trace: Trace) -> Record:
    return Record(trace.info, trace.spans, tuple(_text(span).casefold() for span in trace.spans))


def _text(span: Span) -> str:
    events = [[event.name, dict(event.attributes)] for event in span.events]
    told = [span.name, span.status_message, dict(span.attributes), events]
    return json.dumps(told, ensure_ascii=False)


def expected_ids(records: Iterable[Record], arguments: Mapping[str, Any]) -> list[str]:
    """The ids that search_traces must give for these arguments; times are epoch milliseconds."""
    conditions = {name: value for name, value in arguments.items() if name != "order_by"}
    found = [record for record in records if _matches(record, conditions)]
    return [record.info.trace_id for record in in_order(found, arguments.get("order_by", "newest"))]


def _matches(record: Record, conditions: Mapping[str, Any]) -> bool:
    return _one_span_matches(record, conditions) and all(
        _CHECKS[name](record, value) for name, value in conditions.items() if name not in ONE_SPAN
    )


ONE_SPAN = ("span_name", "span_type", "text")
"""The conditions that must hold for one and the same span."""


def _one_span_matches(record: Record, conditions: Mapping[str, Any]) -> bool:
    if not conditions.keys() & set(ONE_SPAN):
        return True
    return any(
        conditions.get("span_name") in (None, span.name)
        and conditions.get("span_type") in (None, span.span_type)
        and conditions.get("text", "").casefold() in text
        for span, text in zip(record.spans, record.texts, strict=True)
    )


def _assessed(kind: str) -> Check:
    def check(record: Record, wanted: Mapping[str, Json]) -> bool:
        held = [one for one in record.info.assessments if one.kind == kind and one.valid]
        return all(any(_has_value(one, name, value) for one in held) for name, value in wanted.items())

    return check


def _has_value(assessment: Assessment, name: str, value: Json) -> bool:
    """Of the same kind, too: neither "5" nor true is 5, but 5.0 is."""
    return assessment.name == name and _kind(assessment.value) == _kind(value) and assessment.value == value


def _kind(value: Json) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def _prompts(info: TraceInfo) -> set[str]:
    return {f"{one['name']}/{one['version']}" for one in json.loads(info.tags.get(LINKED_PROMPTS_TAG, "[]"))}


def _duration(compare: Callable[[int, int], bool]) -> Check:
    def check(record: Record, wanted: int) -> bool:
        held = record.info.execution_duration_ms
        return held is not None and compare(held, wanted)

    return check


def _holds(mapping: Callable[[TraceInfo], Mapping[str, str]]) -> Check:
    return lambda record, wanted: all(mapping(record.info).get(key) == text for key, text in wanted.items())


_CHECKS: dict[str, Check] = {
    "status": lambda record, value: record.info.state == value,
    "has_error": lambda record, value: any(span.status == "ERROR" for span in record.spans) == value,
    "name": lambda record, value: record.info.name == value,
    "run_id": lambda record, value: record.info.run_id == value,
    "model_id": lambda record, value: record.info.trace_metadata.get(MODEL_ID_KEY) == value,
    "session_id": lambda record, value: record.info.session_id == value,
    "user_id": lambda record, value: record.info.user_id == value,
    "prompt": lambda record, value: value in _prompts(record.info),
    "since": lambda record, value: record.info.request_time_ms >= int(value),
    "until": lambda record, value: record.info.request_time_ms < int(value),
    "min_duration_ms": _duration(lambda held, least: held >= least),
    "max_duration_ms": _duration(lambda held, most: held <= most),
    "tags": _holds(lambda info: info.tags),
    "metadata": _holds(lambda info: info.trace_metadata),
    "feedback": _assessed("feedback"),
    "expectation": _assessed("expectation"),
}


def in_order(records: Iterable[Record], order: str) -> list[Record]:
    """What has no value comes last in either direction. By time and by duration ties go by id, and those in progress
    come first among what has no duration; elsewhere MLflow puts the newer first and then lets the id decide."""
    clauses = _NAMED_ORDERS.get(order, order)
    ordered = sorted(records, key=lambda record: record.info.trace_id)
    if clauses in _NAMED_ORDERS.values():
        ordered.sort(key=lambda record: record.info.state != "IN_PROGRESS")
    else:
        ordered.sort(key=lambda record: record.info.request_time_ms, reverse=True)
    for clause in reversed(clauses.split(", ")):
        key, _, direction = clause.partition(" ")
        ordered = _sorted(ordered, _sort_value(key), descending=direction == "DESC")
    return ordered


def _sorted(records: list[Record], value: Callable[[TraceInfo], Any], *, descending: bool) -> list[Record]:
    with_value = [record for record in records if value(record.info) is not None]
    with_value.sort(key=lambda record: value(record.info), reverse=descending)
    return with_value + [record for record in records if value(record.info) is None]


_NAMED_ORDERS = {
    "newest": "timestamp_ms DESC",
    "oldest": "timestamp_ms ASC",
    "slowest": "execution_time_ms DESC",
    "fastest": "execution_time_ms ASC",
}

_SORT_VALUES: dict[str, Callable[[TraceInfo], Any]] = {
    "timestamp_ms": lambda info: info.request_time_ms,
    "execution_time_ms": lambda info: info.execution_duration_ms,
    "status": lambda info: info.state,
    "request_id": lambda info: info.trace_id,
    "name": lambda info: info.name,
    "run_id": lambda info: info.run_id,
    "experiment_id": lambda info: int(info.experiment_id),
}


def _sort_value(key: str) -> Callable[[TraceInfo], Any]:
    entity, _, name = key.partition(".")
    if not name:
        return _SORT_VALUES[key]
    return lambda info: (info.tags if entity == "tag" else info.trace_metadata).get(name.strip("`"))
