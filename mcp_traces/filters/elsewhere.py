"""What is asked in a filter and answered by something else: an argument of search_traces, other fields, or its rows."""

import re
from collections.abc import Callable

from mcp_traces.filters.clauses import RawClause
from mcp_traces.filters.mended import Mended, unquoted
from mcp_traces.filters.naming import bare_name
from mcp_traces.filters.quoting import quoted

_ANY_FAILED = "span.status = 'ERROR'"
_TRUE, _FALSE = {"true", "1", "yes", "t"}, {"false", "0", "no", "f"}

_FAILED = {
    "has_error",
    "has_errors",
    "is_error",
    "span.error",
    "is_failed",
    "has_failed",
    "has_exception",
    "error",
    "errors",
    "error_count",
    "failed",
    "exception",
    "exceptions",
}
_MESSAGES = {
    "error",
    "errors",
    "exception",
    "error_message",
    "error.message",
    "error_type",
    "error.type",
    "exception_type",
    "exception.type",
    "exception.message",
    "event.exception.type",
    "event.exception.message",
    "span.events",
    "status_message",
    "stacktrace",
    "exception.stacktrace",
}
_WORDS = {
    "input",
    "inputs",
    "output",
    "outputs",
    "request",
    "response",
    "request_preview",
    "response_preview",
    "input_value",
    "output_value",
    "input.value",
    "output.value",
    "message",
    "messages",
    "question",
    "answer",
    "query",
    "completion",
    "body",
    "q",
    "search",
    "mlflow.span_inputs",
    "mlflow.span_outputs",
    "mlflow.trace_inputs",
    "mlflow.trace_outputs",
}
_WORDS_OF = ("input.", "inputs.", "output.", "outputs.", "request.", "response.", "span.inputs", "span.outputs")
_ARGUMENTS = {
    **dict.fromkeys(("experiment", "experiment_id", "experiment_ids", "experiment_name"), "experiment"),
    **dict.fromkeys(("project", "project_id", "project_name", "location", "locations"), "experiment"),
    **dict.fromkeys(("limit", "max_results", "page_size", "top"), "limit"),
    **dict.fromkeys(("order_by", "sort", "sort_by"), "order_by"),
    **{one: one for one in ("since", "until", "cursor", "min_duration_ms", "max_duration_ms")},
}
_ROOTS = {"is_root", "parent_id", "parent_span_id", "span.parent_id", "span.parent_span_id", "parent_run_id", "parent"}
_NUMBERS = {"limit", "max_results", "page_size", "top", "min_duration_ms", "max_duration_ms"}

_NO_TOKENS = (
    "MLflow's filters cannot compare token counts. Leave the condition out, narrow by something else, "
    "and compare `tokens` in the rows of search_traces."
)
_NO_COST = (
    "MLflow's filters cannot compare cost. Leave the condition out, narrow by something else, and compare `tokens` in "
    "the rows of search_traces; get_trace tells the cost."
)
_NO_SPAN_TIMES = (
    "MLflow's filters cannot compare the times of spans. trace.execution_time_ms (argument min_duration_ms) is the "
    "trace's; get_trace tells each span's."
)
_NO_SIZES = "MLflow's filters cannot compare sizes. Leave the condition out and compare `{}` in the rows."
_NO_RUN_NAMES = "A run is searched by its id, not by its name: trace.run_id = '<32 hex digits>' or the argument run_id."
_NEEDS_KEY = "`{0}` needs a key: {1}.<key> = 'value', or {1}.<key> IS NOT NULL for the key alone."

_KEYED = re.compile(
    r"(tags?|labels?|\w*metadata|feedback\w*|scores?|assessments?|evals|annotations|expectations?|resource)\."
)
_UNSAYABLE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r".*cost.*|.*price.*"), _NO_COST),
    (re.compile(r"(.*[._])?tokens?([._].*)?|.*_tokens?|token_?(count|usage).*|usage.*"), _NO_TOKENS),
    (re.compile(r"spans?[.:_](duration|latency|execution_time|start|end|time)\w*"), _NO_SPAN_TIMES),
    (re.compile(r"(span_count|num_spans|spans?_?total|spans)"), _NO_SIZES.format("span_count")),
    (re.compile(r"(size|size_bytes|trace_size)"), _NO_SIZES.format("size_bytes")),
    (re.compile(r"run_name|run\.name"), _NO_RUN_NAMES),
    (re.compile(r"tags?|labels?"), _NEEDS_KEY.format("tags", "tag")),
    (re.compile(r"(trace_|request_)?metadata"), _NEEDS_KEY.format("metadata", "metadata")),
    (re.compile(r"feedbacks?|scores?|assessments?|evals|annotations"), _NEEDS_KEY.format("feedback", "feedback")),
    (re.compile(r"expectations?"), _NEEDS_KEY.format("expectation", "expectation")),
)


def said_elsewhere(clause: RawClause) -> Mended | None:
    """What says it instead of a clause on one field; None where a field does."""
    name = bare_name(clause.field)
    for said in (_failures, _words, _argument, _roots):
        if mended := said(clause, name):
            return mended
    if _KEYED.match(name):
        return None
    message = next((message for pattern, message in _UNSAYABLE if pattern.fullmatch(name)), None)
    return Mended(None, ((message, False),)) if message else None


def _failures(clause: RawClause, name: str) -> Mended | None:
    """Whether anything failed, or with what words."""
    if name in _FAILED and (truth := _truth(clause)) is not None:
        if truth:
            note = f"`{clause.field}` is no field; a trace with any failed span has {_ANY_FAILED}."
            return Mended(_ANY_FAILED, ((note, False),), any_span=True)
        return Mended("", ((f"`{clause.field}` is no field. {_use('has_error', 'false')}", False),))
    if name in ("success", "succeeded", "is_success") and (truth := _truth(clause)) is not None:
        meant = "trace.status = 'OK'" if truth else "trace.status = 'ERROR'"
        return Mended(meant, ((f"`{clause.field}` is no field; it is {meant}.", False),))
    if name not in _MESSAGES:
        return None
    note = (f"`{clause.field}` is no field; what a failed span says is in its text.", False)
    text, words = _text_clause(clause), _words_meant(clause)
    if text is None and words:
        return Mended(_ANY_FAILED, (note, (_use("text", repr(words)), False)))
    return Mended(f"{_ANY_FAILED} AND {text}" if text else None, (note,))


def _words(clause: RawClause, name: str) -> Mended | None:
    if name not in _WORDS and not name.startswith(_WORDS_OF):
        return None
    note = (f"`{clause.field}` cannot be searched apart: trace.text is all that spans recorded, in and out.", False)
    text, words = _text_clause(clause), _words_meant(clause)
    if text is None and words:
        return Mended("", (note, (_use("text", repr(words)), False)))
    return Mended(text, (note,))


def _words_meant(clause: RawClause) -> str:
    """The words that are to stand in the text; empty where something else is asked."""
    if len(clause.values) != 1 or clause.meant not in _TEXT_OPERATORS or clause.values[0].kind == "open text":
        return ""
    words = unquoted(clause.values[0]).strip("%*")
    return "" if "%" in words else words


def _text_clause(clause: RawClause) -> str | None:
    """The clause on the text of spans, for words that stand there as they are; else None.

    MLflow searches the stored JSON, where quotes, backslashes and all but ASCII are spelled in another way.
    """
    words = _words_meant(clause)
    if not re.fullmatch(r"[ !#-$&-\[\]^`a-z{-~]+", words):
        return None
    return f"trace.text {'LIKE' if clause.meant == 'LIKE' else 'ILIKE'} {quoted(f'%{words}%')}"


_TEXT_OPERATORS = {"=", "LIKE", "ILIKE", "CONTAINS", "STARTS WITH", "ENDS WITH"}


def _argument(clause: RawClause, name: str) -> Mended | None:
    argument = _ARGUMENTS.get(name)
    if argument is None:
        return None
    if clause.meant not in ("=", "IN") or not clause.values:
        return Mended(None, ((f"`{clause.field}` is no field; `{argument}` is an argument of search_traces.", False),))
    values = [unquoted(value) if name in _NUMBERS else repr(unquoted(value)) for value in clause.values]
    value = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    return Mended("", ((f"`{clause.field}` is no field. {_use(argument, value)}", False),))


def _roots(clause: RawClause, name: str) -> Mended | None:
    if name not in _ROOTS or not (clause.meant == "IS NULL" or _truth(clause)):
        return None
    return Mended("", ((f"`{clause.field}` is not needed: each row is a whole trace.", False),))


def _use(argument: str, value: str) -> str:
    return f"Use the argument {argument}={value}."


def _truth(clause: RawClause) -> bool | None:
    """Whether the clause asks for yes or no; None when it asks for anything else."""
    operator = clause.meant
    if operator in ("IS NULL", "IS NOT NULL"):
        return operator == "IS NOT NULL"
    value = unquoted(clause.values[0]).lower() if len(clause.values) == 1 else ""
    truths: dict[str, Callable[[], bool | None]] = {
        "=": lambda: True if value in _TRUE else False if value in _FALSE else None,
        "!=": lambda: False if value in _TRUE else True if value in _FALSE else None,
        ">": lambda: True if value == "0" else None,
        ">=": lambda: True if value == "1" else None,
        "<": lambda: False if value == "1" else None,
    }
    return truths[operator]() if operator in truths else None
