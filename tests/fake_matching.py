"""Whether a record meets a clause, and which of two comes first: MLflow's SQL in Python.

Known differences, which no test should lean on: ILIKE folds letters beyond ASCII (SQLite does not), and traces that
were linked to a run after they were made are not found by `run_id`.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.clause import (
    ANY_JUDGE,
    CONTAINS,
    COST,
    FAILED_JUDGE,
    HAS_ERROR,
    IS,
    SPAN_DURATION,
    TOKENS,
    Clause,
    stored_forms,
)
from mcp_traces.filters.fulltext import Words
from mcp_traces.records import (
    COST_KEY,
    LINKED_PROMPTS_TAG,
    SESSION_KEY,
    TOKEN_USAGE_KEY,
    Assessment,
    Span,
    Trace,
    TraceInfo,
)

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


NUMERIC_FIELDS = ("trace.timestamp_ms", "trace.execution_time_ms", "trace.end_time_ms", TOKENS.name, COST.name)


def trace_matches(trace: Trace, clauses: Iterable[Clause]) -> bool:
    """Whether every clause holds; those about spans must hold for one and the same span."""
    clauses = tuple(clauses)
    about_spans = [clause for clause in clauses if clause.is_of_spans]
    others = [clause for clause in clauses if not clause.is_of_spans]
    if not all(_holds(trace, clause) for clause in others):
        return False
    return not about_spans or any(all(_span_matches(trace, span, each) for each in about_spans) for span in trace.spans)


def _holds(trace: Trace, clause: Clause) -> bool:
    if clause.field is HAS_ERROR:
        return any(span.status == "ERROR" for span in trace.spans) == clause.value
    return _info_matches(trace.info, clause)


def _info_matches(info: TraceInfo, clause: Clause) -> bool:
    name = clause.field.name
    if name in ("feedback.<key>", "expectation.<key>"):
        return _assessments_match(info.assessments, clause)
    if clause.field is FAILED_JUDGE:
        failed = {one.name for one in info.assessments if one.valid and one.failure is not None}
        return bool(failed) if clause.value == ANY_JUDGE else clause.value in failed
    if clause.key == SESSION_KEY and clause.operator == IS:
        return clause.value in (info.session_id, *_parts(info.session_id))
    if name in NUMERIC_FIELDS:
        actual = _number(info, name)
        return actual is not None and _COMPARE[clause.operator](actual, clause.value)
    if name == "trace.prompt":
        return clause.value in _linked_prompts(info)
    if name == "issue.id":
        return any(one.kind == "issue" and one.name == clause.value for one in info.assessments)
    if clause.key in (TOKEN_USAGE_KEY, COST_KEY) and clause.value is not None:
        raise InvalidFilterError("The fake store does not compare token counts and costs.")
    return _text_matches(_text(info, clause), clause.operator, clause.value)


def _parts(session_id: str | None) -> list[str]:
    try:
        parts = json.loads(session_id or "")
    except ValueError:
        return []
    return parts if isinstance(parts, list) else []


def _number(info: TraceInfo, name: str) -> float | None:
    if name in (TOKENS.name, COST.name):
        return info.total_tokens if name == TOKENS.name else info.total_cost
    if name == "trace.end_time_ms":
        return info.request_time_ms + (info.execution_duration_ms or 0)
    return info.request_time_ms if name == "trace.timestamp_ms" else info.execution_duration_ms


def _text(info: TraceInfo, clause: Clause) -> str | None:
    """The text MLflow keeps under this name; None when the trace has none."""
    if clause.key is not None:
        return (info.tags if clause.field.name == "tag.<key>" else info.trace_metadata).get(clause.key)
    return {
        "trace.status": info.state,
        "trace.request_id": info.trace_id,
        "trace.client_request_id": info.client_request_id,
        "trace.name": info.name,
        "trace.run_id": info.run_id,
    }[clause.field.name]


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
    if clause.operator == CONTAINS:
        patterns = Words(str(clause.value)).patterns
        return any(_text_matches(_stored_content(trace, span), "ILIKE", pattern) for pattern in patterns)
    if clause.field.name == "trace.text":
        return _text_matches(_stored_content(trace, span), clause.operator, clause.value)
    if clause.field is SPAN_DURATION:
        return span.duration_ns is not None and span.duration_ns / 1e6 >= float(str(clause.value))
    if clause.field.name == "span.attributes.<key>":
        raise InvalidFilterError("The fake store does not search attributes of spans.")
    actual = {"span.name": span.name, "span.type": span.span_type, "span.status": span.status}[clause.field.name]
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
    wanted = (clause.field.prefix.rstrip("."), clause.key, True)
    values = [each.value for each in assessments if (each.kind, each.name, each.valid) == wanted]
    if clause.value is None:
        return bool(values) == (clause.operator == "IS NOT NULL")
    if clause.operator == IS:
        return any(json.dumps(value) in stored_forms(clause.value) for value in values)
    if clause.operator in ("=", "!="):
        same = (clause.value, json.dumps(clause.value))
        return any((json.dumps(value) in same) == (clause.operator == "=") for value in values)
    if isinstance(clause.value, str):
        return any(_text_matches(json.dumps(value), clause.operator, clause.value) for value in values)
    numbers = (value for value in values if isinstance(value, int | float) and not isinstance(value, bool))
    return any(_COMPARE[clause.operator](number, clause.value) for number in numbers)
