"""The field that a name means: MLflow's own spelling, another system's name for it, or an argument that says it."""

import re
from collections.abc import Iterator

from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import FIELD_ARGUMENTS, KEY_ARGUMENTS, MAPPING_ARGUMENTS
from mcp_traces.filters.grammar import FIELDS, REMAPPED_KEYS, Field, field_named
from mcp_traces.filters.quoting import is_plain
from mcp_traces.records import MODEL_ID_KEY, SESSION_KEY, SPAN_MODEL_ATTRIBUTE, USER_KEY

_SYNONYMS = {
    **{name: row.name for row in FIELDS for name in row.also},
    **dict.fromkeys(("session", "session_id", "session.id", "thread_id", "conversation_id"), f"metadata.{SESSION_KEY}"),
    **dict.fromkeys(("user", "user_id", "user.id", "enduser.id"), f"metadata.{USER_KEY}"),
    **dict.fromkeys(("model", "model_name", "llm_model", "span.model"), f"span.attributes.{SPAN_MODEL_ATTRIBUTE}"),
    "model_id": f"metadata.{MODEL_ID_KEY}",
    "service": "tag.service.name",
}
_PREFIXES = {
    **dict.fromkeys(("trace.tags.", "trace.tag.", "resource."), "tag."),
    **dict.fromkeys(("assessment.", "assessments.", "feedback_scores.", "evals.", "annotations."), "feedback."),
    **dict.fromkeys(("span.attribute.", "attributes."), "span.attributes."),
    "trace.metadata.": "metadata.",
    "spans.": "span.",
}


def as_mlflow_names(written: str) -> Clause | None:
    """A clause on the field as MLflow's parser reads the name (SearchUtils._get_identifier).

    None for a name that it does not take, that it reads as another field, or whose key needs quotes.
    """
    entity, dot, key = written.partition(".")
    if written == "text":
        return None  # a keyword to its parser
    if not dot:
        entity, key = "trace", written
    elif entity == "span" and key.startswith("attributes."):
        entity, key = "span.attributes", key.removeprefix("attributes.")
    # MLflow leaves double quotes as they are in the name of an attribute.
    quotes = "`" if entity == "span.attributes" else '"`'
    bare = key
    for quote in quotes:
        bare = bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] == quote else bare
    row = field_named(f"{entity}.{bare}")
    if row is None or not row.keyed:
        return Clause(row, "=") if row else None
    letters = "".join("x" if c.isalpha() and not c.isascii() else c for c in key)
    needs_quotes = bare == key and not is_plain(letters)
    return None if needs_quotes or _is_remapped(row, bare) else Clause(row, "=", key=bare)


def field_meant(written: str) -> tuple[Clause, str | None] | None:
    """A clause on the field that is meant, and what is wrong with the name; None for no field."""
    if named := as_mlflow_names(written):
        return named, None
    for candidate in _candidates(written):
        row = field_named(candidate)
        if row and not row.keyed:
            return Clause(row, "="), f"`{written}` is not a field; it is `{row.name}`."
        if row:
            prefixes = (one.removesuffix("<key>") for one in (row.name, *row.aliases))
            key = candidate[len(next(one for one in prefixes if candidate.startswith(one))) :].strip("`\"'")
            if key and not _is_remapped(row, key) and not set("`\n") & set(key):
                clause = Clause(row, "=", key=key)
                problem = "The key needs backticks" if candidate == written else f"`{written}` is not a field"
                return clause, f"{problem}; it is {clause.name}."
    return None


def _is_remapped(row: Field, key: str) -> bool:
    return key.lower() in REMAPPED_KEYS and not row.is_of_spans


def bare_name(written: str) -> str:
    """A name as the table of synonyms has it: snake_case, in lower case, without `trace.` or `attributes.`"""
    name = re.sub(r"^(trace|attributes?|info|root)\.", "", written.replace("`", "").lstrip("@."))
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _candidates(written: str) -> Iterator[str]:
    bare = bare_name(written)
    if bare in _SYNONYMS:
        yield _SYNONYMS[bare]
    for wrong, right in _PREFIXES.items():
        if written.lower().startswith(wrong):
            yield right + written[len(wrong) :]
    entity, dot, key = written.lstrip("@.").partition(".")
    yield from (written, entity.lower() + dot + key, written.lower(), bare)
    if key and entity in ("span", "gen_ai", "llm", "http") and elsewhere(written) is None:
        yield f"span.attributes.{key if entity == 'span' else f'{entity}.{key}'}"


_ARGUMENTS = {
    **{field: f"{argument}='...'" for argument, field in (FIELD_ARGUMENTS | KEY_ARGUMENTS).items()},
    "trace.timestamp_ms": "since='2h', until='2026-11-20T14:30:00Z'",
    "trace.execution_time_ms": "min_duration_ms=1000, max_duration_ms=5000",
    "trace.prompt": "prompt='name/version'",
    "trace.text": "text='...'",
    "span.status": "has_error=true",
}
_MAPPINGS = {name: argument for argument, name in MAPPING_ARGUMENTS.items()}


def form_of(clause: Clause) -> str:
    """How a condition on the field is written, and the argument that says it: `tag.env = '...' (argument tags=...)`."""
    argument = _ARGUMENTS.get(clause.key or clause.field.name)
    if argument is None and (mapping := _MAPPINGS.get(clause.field.name)):
        argument = f"{mapping}={{{clause.key!r}: '...'}}"
    form = f"{clause.name} {clause.field.example.split(maxsplit=1)[1]}"
    return f"{form} (argument {argument})" if argument else form


_FAILED = "Use the argument has_error=true (or false), or span.status = 'ERROR'; its words are in text='...'."
_IN_TEXT = "All that spans recorded is searched as one text: the argument text='...', or trace.text ILIKE '%...%'."
_IN_ROWS = "MLflow's filters cannot compare it: leave the condition out and compare it in the rows of search_traces."
_TOTALS = "MLflow's filters cannot compare it: use the arguments min_tokens=1000 and min_cost=0.05 of search_traces."
_DURATIONS = "Use trace.execution_time_ms (argument min_duration_ms); of spans, the argument min_span_duration_ms."
_NEEDS_KEY = "It needs a key: tag.<key> = 'value'; the same for metadata.<key>, feedback.<key> and expectation.<key>."
_RUN = "A run is searched by its id: trace.run_id = '<32 hex digits>' (argument run_id)."
_ARGUMENT = (
    "Use the arguments of search_traces: experiment='id or name', limit=20, order_by='newest' (or oldest, slowest, "
    "fastest), since='2h', until; each row is a whole trace."
)
_ELSEWHERE = {
    r"((has|is)_|span\.)?(errors?|failed|exceptions?)(_count|[._](message|type))?|success|stacktrace": _FAILED,
    r"((in|out)puts?|request|response)\b.*|.*_preview|messages?|question|answer|query|body|search": _IN_TEXT,
    r"(.*[._])?tokens?([._].*)?|usage.*|.*(cost|price).*": _TOTALS,
    r"span_count|num_spans|spans|size(_bytes)?": _IN_ROWS,
    r"spans?[.:_](duration|latency|start|end|time)\w*|(duration|latency|elapsed)_(s|sec|seconds|us|ns)": _DURATIONS,
    r"run[_.]name": _RUN,
    r"(tag|label|feedback|score|assessment|eval|annotation|expectation)s?|feedback_\w+|\w*metadata(_\w+)?": _NEEDS_KEY,
    r"(experiment|project)(_ids?|_name)?|locations?|limit|max_results|page_size|(order|sort)(_by)?": _ARGUMENT,
    r"offset|group|select|since|until|cursor|(min|max)_duration_ms|is_root|(span\.)?parent\w*": _ARGUMENT,
    r"min_span_duration_ms|min_(tokens|cost)|failed_judge": _ARGUMENT,
}


def elsewhere(bare: str) -> str | None:
    """What says a condition that no field can say."""
    return next((message for pattern, message in _ELSEWHERE.items() if re.fullmatch(pattern, bare)), None)


def why_not_a_field(written: str) -> str:
    """What says it instead of a field, or which fields there are."""
    entity, _, key = written.partition(".")
    key, bare = key.strip("`\"'"), bare_name(written)
    row = field_named(f"{entity.lower()}.k")
    if row and row.keyed and _is_remapped(row, key):
        argument = f"{_MAPPINGS[row.name]}={{{key!r}: ...}}"
        own = as_mlflow_names(f"trace.{key.lower()}")
        return (
            f"MLflow cannot search {row.prefix.rstrip('.')} key '{key}': it would search the trace's own {key.lower()} "
            f"instead. Use the argument {argument}; the trace's own is {form_of(own) if own else key}."
        )
    if message := None if row and key else elsewhere(bare):
        return f"`{written}` is not a field. {message}"
    fields = ", ".join(field.name for field in FIELDS)
    of_keys = f" A tag of that name is tag.{bare}; see also metadata.{bare}, feedback.{bare}, span.attributes.{bare}."
    return f"`{written}` is not a field. Fields: {fields}.{of_keys if is_plain(bare) else ''}"
