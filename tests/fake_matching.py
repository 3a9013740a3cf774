"""Whether a record meets a clause of a filter, and which of two comes first: MLflow's SQL in Python."""

import base64
import json
import re
from collections.abc import Callable, Iterable

from mcp_traces.errors import InvalidFilterError
from mcp_traces.records import LINKED_PROMPTS_TAG, Assessment, Span, Trace, TraceInfo
from tests.fake_filter import NUMERIC_FIELDS, Clause

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


def trace_matches(trace: Trace, clauses: Iterable[Clause]) -> bool:
    """Whether every clause holds; those about spans must hold for one and the same span."""
    about_spans = [clause for clause in clauses if clause.entity == "span"]
    others = [clause for clause in clauses if clause.entity != "span"]
    if not all(_info_matches(trace.info, clause) for clause in others):
        return False
    candidates = trace.spans if about_spans else ()
    return not about_spans or any(all(_span_matches(trace, span, each) for each in about_spans) for span in candidates)


def _info_matches(info: TraceInfo, clause: Clause) -> bool:
    if clause.entity in ("feedback", "expectation"):
        return _assessments_match(info.assessments, clause)
    if clause.entity == "attribute" and clause.key in NUMERIC_FIELDS:
        actual = _number(info, clause.key)
        return actual is not None and _COMPARE[clause.operator](actual, clause.value)
    if (clause.entity, clause.key) == ("attribute", "prompt"):
        return clause.value in _linked_prompts(info)
    return _text_matches(_text(info, clause.entity, clause.key), clause.operator, clause.value)


def _number(info: TraceInfo, key: str) -> int | None:
    if key == "end_time_ms":
        return info.request_time_ms + (info.execution_duration_ms or 0)
    return info.request_time_ms if key == "timestamp_ms" else info.execution_duration_ms


def sort_value(info: TraceInfo, entity: str, key: str) -> int | str | None:
    """What MLflow orders traces by for this field."""
    return _number(info, key) if entity == "attribute" and key in NUMERIC_FIELDS else _text(info, entity, key)


def _text(info: TraceInfo, entity: str, key: str) -> str | None:
    """The text MLflow keeps under this name; None when the trace has none."""
    if entity != "attribute":
        return (info.tags if entity == "tag" else info.trace_metadata).get(key)
    texts = {
        "status": info.state,
        "request_id": info.trace_id,
        "client_request_id": info.client_request_id,
        "name": info.name,
        "run_id": info.run_id,
        "experiment_id": info.experiment_id,
    }
    return texts[key]


def _linked_prompts(info: TraceInfo) -> set[str]:
    return {f"{prompt['name']}/{prompt['version']}" for prompt in json.loads(info.tags.get(LINKED_PROMPTS_TAG, "[]"))}


def _text_matches(actual: str | None, operator: str, value: str | tuple[str, ...] | None) -> bool:
    """SQL's comparison of texts: nothing but IS NULL is true of a missing one."""
    if value is None:
        return (actual is None) == (operator == "IS NULL")
    if actual is None:
        return False
    if isinstance(value, tuple):
        return (actual in value) == (operator == "IN")
    if operator in ("=", "!="):
        return (actual == value) == (operator == "=")
    return _pattern(operator, value).search(actual) is not None


def _pattern(operator: str, value: str) -> re.Pattern[str]:
    if operator == "RLIKE":
        try:
            return re.compile(value)
        except re.error as exc:
            raise InvalidFilterError(f"The regular expression {value!r} is invalid: {exc}.") from exc
    wildcards = {"%": ".*", "_": "."}
    body = "".join(wildcards.get(character) or re.escape(character) for character in value)
    return re.compile(rf"\A{body}\Z", re.DOTALL | (re.IGNORECASE if operator == "ILIKE" else re.NOFLAG))


def _span_matches(trace: Trace, span: Span, clause: Clause) -> bool:
    if clause.key == "content":
        return _text_matches(_stored_content(trace, span), clause.operator, clause.value)
    actual = {"name": span.name, "type": span.span_type, "status": span.status}[clause.key]
    return _text_matches(actual, clause.operator, clause.value)


def _stored_content(trace: Trace, span: Span) -> str:
    """The JSON that MLflow keeps of a span and searches as its text, keys included."""
    content = {
        "trace_id": _base64(trace.info.trace_id.removeprefix("tr-")),
        "span_id": _base64(span.span_id),
        "parent_span_id": span.parent_id and _base64(span.parent_id),
        "name": span.name,
        "start_time_unix_nano": span.start_time_ns,
        "end_time_unix_nano": span.end_time_ns,
        "events": [
            {"name": each.name, "time_unix_nano": each.time_ns, "attributes": dict(each.attributes)}
            for each in span.events
        ],
        "status": {"code": f"STATUS_CODE_{span.status}", "message": span.status_message or ""},
        "attributes": {key: json.dumps(value, ensure_ascii=False) for key, value in span.attributes.items()},
    }
    return json.dumps(content, ensure_ascii=False)


def _base64(hexadecimal: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(hexadecimal)).decode()
    except ValueError:
        return hexadecimal


def _assessments_match(assessments: Iterable[Assessment], clause: Clause) -> bool:
    """MLflow compares the JSON of each valid assessment of that name; numbers only with numbers."""
    values = [
        each.value for each in assessments if (each.kind, each.name, each.valid) == (clause.entity, clause.key, True)
    ]
    if clause.value is None:
        return bool(values) == (clause.operator == "IS NOT NULL")
    if clause.operator in ("=", "!="):
        wanted = (clause.value, json.dumps(clause.value))
        return any((json.dumps(value) in wanted) == (clause.operator == "=") for value in values)
    if isinstance(clause.value, str):
        return any(_text_matches(json.dumps(value), clause.operator, clause.value) for value in values)
    numbers = (value for value in values if isinstance(value, int | float) and not isinstance(value, bool))
    return any(_COMPARE[clause.operator](number, clause.value) for number in numbers)
