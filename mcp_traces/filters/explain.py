"""A clause in plain words, as MLflow evaluates it."""

from mcp_traces.filters.clause import AS_SHOWN, CONTAINS, HAS_ERROR, IS, Clause, Value, reads_as_json
from mcp_traces.times import iso_utc

_COMPARISONS = {
    "=": "is",
    "!=": "is not",
    ">": "is more than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
    "IN": "is one of",
    "NOT IN": "is none of",
    "RLIKE": "matches the regular expression",
    "IS NULL": "is absent",
    "IS NOT NULL": "exists",
    CONTAINS: "contains",
    IS: "is exactly",
}


def words(clause: Clause) -> str:
    """The sentence for one clause: `the trace's name contains 'chat', in any case of letters`."""
    if clause.field is HAS_ERROR:
        return "some span failed" if clause.value else "no span failed"
    subject = "some span's text" if clause.operator == CONTAINS else clause.field.subject
    return f"{subject.replace('{key}', repr(clause.key))} {_predicate(clause)}{_aside(clause)}"


def _predicate(clause: Clause) -> str:
    caseless = ", in any case of letters" if clause.operator in ("ILIKE", CONTAINS) else ""
    if clause.operator in ("LIKE", "ILIKE"):
        return _pattern_words(str(clause.value)) + caseless
    comparison = _COMPARISONS["=" if clause.field.name in AS_SHOWN and clause.operator == IS else clause.operator]
    return comparison if clause.value is None else f"{comparison} {_shown(clause.value)}{caseless}"


def _aside(clause: Clause) -> str:
    if clause.operator == "!=" and clause.field.may_be_absent:
        return " (traces without it do not match)"
    if clause.field.name in ("trace.timestamp_ms", "trace.end_time_ms") and isinstance(clause.value, int | float):
        return f" ({iso_utc(int(clause.value))})"
    return _aside_of_assessments(clause) if clause.field.name in ("feedback.<key>", "expectation.<key>") else ""


def _aside_of_assessments(clause: Clause) -> str:
    if clause.operator.endswith("LIKE"):
        return " (of its JSON, with text in double quotes)"
    if clause.operator not in ("=", "!=") or not isinstance(clause.value, str):
        return ""
    return " (the text or the value; compare numbers by >= and <=)" if reads_as_json(clause.value) else ""


def _shown(value: Value) -> str:
    return ", ".join(map(repr, value)) if isinstance(value, tuple) else repr(value)


def _pattern_words(pattern: str) -> str:
    inner = pattern.strip("%")
    if not inner:
        return "is anything" if pattern else "is empty"
    if "%" in inner or "_" in inner:
        return f"matches {pattern!r} as a whole (% is any text, _ any one character)"
    verbs = {(True, True): "contains", (False, True): "begins with", (True, False): "ends with"}
    return f"{verbs.get((pattern[0] == '%', pattern[-1] == '%'), 'is')} {inner!r}"
