"""The clause on a text: the value without its quotes and escapes, and the operator that says what was meant."""

import re
import warnings
from collections.abc import Callable

from mcp_traces.filters import patterns
from mcp_traces.filters.grammar import Field, field_named
from mcp_traces.filters.mended import Mending, unquoted
from mcp_traces.filters.naming import bare_name
from mcp_traces.filters.operators import NEGATIONS, OPERATORS
from mcp_traces.filters.quoting import quoted
from mcp_traces.filters.synonyms import SPAN_KIND_NAMES, SPAN_TYPES, STATUS_SYNONYMS, STATUSES
from mcp_traces.filters.tokens import Token

_OTEL_KINDS = {"server", "client", "internal", "producer", "consumer"}


def text_meant(mending: Mending, name: str, row: Field, value: Token) -> str | None:
    """The text that is meant; None where the end of it cannot be told."""
    text = unquoted(value)
    # A server fails on a list of what is not quoted, where it should refuse it: HTTP 500.
    fails = mending.clause.operator.endswith("IN")
    if value.kind == "open text":
        mending.note("A quote is not closed.")
        return None if re.search(r"[=<>]|\b(AND|OR|LIMIT|ORDER)\b", text, re.IGNORECASE) else text.strip()
    if value.kind in ("smart text", "escaped text", "doubled text"):
        mending.note("Text goes in plain quotes: 'text'.", silent=fails)
    elif value.kind == "text":
        return _unescaped(mending, row, value, text)
    elif value.kind != "literal" and re.search(r"['\"]", text):
        mending.note(f"Where the value of `{name}` ends cannot be told: {text}.")
        return None
    elif value.kind not in ("literal", "bare"):
        mending.note(f"The value of `{name}` goes in quotes.", silent=fails)
        text = text.strip("`")
        if row.name in patterns.ASSESSMENTS and text in ("True", "False"):
            text = text.lower()
    return text


def _unescaped(mending: Mending, row: Field, value: Token, text: str) -> str:
    """A quote within quotes, doubled as in SQL or with a backslash: MLflow takes both signs for the text itself."""
    quote = value.text[0]
    is_list = OPERATORS[mending.clause.operator].endswith("IN") and "IN" in row.operators
    plain = text.replace(quote * 2, quote).replace(f"\\{quote}", quote)
    if plain != text and not (is_list and quote * 2 not in text):
        mending.note("MLflow has no escapes: a text with ' goes in double quotes.", silent=True)
    return plain


def text_clause(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    if "*" in values[0] and _is_glob(mending) and len(values) == 1:
        return _glob(mending, name, row, operator, values[0])
    for fits, write in _WRITERS:
        if operator in fits:
            return write(mending, name, row, operator, values)
    return _plain(mending, name, row, operator, values)


def value_meant(mending: Mending, row: Field, value: str) -> str | None:
    """A status, and the type of a span by another system's name for it, in capitals; other values as they are.

    None for a status or kind that does not exist.
    """
    if row.name == "span.type" and bare_name(mending.clause.field) in SPAN_KIND_NAMES:
        if value.lower() in _OTEL_KINDS:
            mending.note(f"MLflow does not keep OpenTelemetry's kind ({value}).")
            return None
        return value.upper() if value.upper() in SPAN_TYPES and field_named(mending.clause.field) is None else value
    known = STATUSES.get(row.name, ())
    if (
        not known
        or value in known
        or OPERATORS[mending.clause.operator] not in ("=", "!=", "IN", "NOT IN", "CASELESS =")
    ):
        return value
    meant = STATUS_SYNONYMS.get(value.lower(), value.upper())
    if meant in known:
        mending.note(f"The status is written {meant}.", silent=True)
        return meant
    mending.note(f"There is no status {value!r}; it is one of {', '.join(known)}.", silent=True)
    return None


def _is_glob(mending: Mending) -> bool:
    """A star outside quotes is a wildcard in every system that takes it."""
    return mending.clause.values[0].kind in ("name", "other", "bare")


def _glob(mending: Mending, name: str, row: Field, operator: str, value: str) -> str | None:
    inner = value.strip("*")
    mending.note("The wildcard is % in LIKE.")
    kinds = {(True, True): "CONTAINS", (False, True): "STARTS WITH", (True, False): "ENDS WITH"}
    kind = kinds.get((value[0] == "*", value[-1] == "*"))
    if operator not in ("=", "LIKE") or kind is None or not inner or "*" in inner:
        return None
    return _contains(mending, name, row, kind, [inner])


def _like(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    (pattern, *_) = values
    if operator not in row.operators:
        return refuse_operator(mending, name, row, operator)
    if row.name in patterns.ASSESSMENTS and (stored := patterns.like_json(pattern)) != pattern:
        mending.note("Assessments are stored as JSON, in which text stands in double quotes.", silent=True)
        pattern = stored
    if row.name == "trace.text" and not (pattern.startswith("%") and pattern.endswith("%") and len(pattern) > 1):
        mending.note("The text of a span is long: without % at both ends nothing matches.", silent=True)
        pattern = f"%{pattern.strip('%')}%"
    if row.name == "span.attributes.<key>" and not pattern.startswith(("%", ': "')):
        mending.note(
            "On span attributes a LIKE pattern begins with %; RLIKE takes the beginning of a value.", silent=True
        )
        if operator == "ILIKE" or patterns.WILDCARDS.search(pattern.rstrip("%")):
            return None
        ends = "" if pattern.endswith("%") else "$"
        return f"{name} RLIKE '^{patterns.pattern_of([pattern.rstrip('%')])[2:-2]}{ends}'"
    literal = patterns.equal(name, row, operator, pattern)
    return literal or _refuse_quotes(mending, name)


def _contains(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    (value, *_) = values
    if "LIKE" not in row.operators:
        return refuse_operator(mending, name, row, operator)
    mending.note(f"{operator} is written with LIKE and %.")
    if operator == "CONTAINS" and value.startswith("%") and value.endswith("%") and len(value) > 2:
        return _like(mending, name, row, "LIKE", [value])
    return patterns.containing(name, row, operator, value) or _refuse_wildcard(mending, name, row, value)


def _refuse_wildcard(mending: Mending, name: str, row: Field, value: str) -> None:
    text = f" Use the argument text={value!r}." if row.name == "trace.text" else ""
    mending.note(f"LIKE on `{name}` cannot say {value!r} exactly.{text}")


def _not_like(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    if row.name in patterns.ASSESSMENTS or "RLIKE" not in row.operators:
        return refuse_operator(mending, name, row, operator)
    mending.note(f"MLflow's filters have no {operator}; RLIKE can look ahead.")
    if operator == "NOT RLIKE":
        return patterns.not_matching(name, values[0]) if _is_regular(mending, values[0]) else None
    if operator in ("NOT LIKE", "NOT ILIKE"):
        return patterns.not_like(name, values[0], ignore_case=operator == "NOT ILIKE")
    before, after = {"NOT CONTAINS": ("%", "%"), "NOT STARTS WITH": ("", "%"), "NOT ENDS WITH": ("%", "")}[operator]
    if patterns.WILDCARDS.search(values[0]):
        return None
    return patterns.not_like(name, f"{before}{values[0]}{after}", ignore_case=False)


def _caseless(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    if row.name in STATUSES or row.name == "trace.text":
        return _equal(mending, name, row, "=", values)
    mending.note("ILIKE does not mind case.")
    if row.name.endswith("<key>") and row.name not in ("tag.<key>", "metadata.<key>"):
        return None
    return patterns.caseless(name, values[0]) if "ILIKE" in row.operators else None


def _members(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    if row.name == "span.attributes.<key>" and operator == "IN":
        mending.note("On span attributes = never matches; an exact match is RLIKE '^value$'.", silent=True)
        return patterns.one_of(name, row, values)
    if operator in row.operators:
        return patterns.listed(name, operator, values) or _refuse_quotes(mending, name)
    if operator == "IN" and len(values) == 1 and row.name not in patterns.ASSESSMENTS:
        mending.note(f"`{name}` takes no IN.")
        return _equal(mending, name, row, "=", values)
    if operator == "NOT IN" and "!=" in row.operators and row.name not in patterns.ASSESSMENTS:
        mending.note(f"`{name}` takes no NOT IN; several != do the same.")
        clauses = [patterns.equal(name, row, "!=", value) for value in values]
        return " AND ".join(map(str, clauses)) if all(clauses) else None
    if operator == "IN" and can_be_one_of(row):
        mending.note(f"`{name}` takes no IN; RLIKE does the same.")
        return patterns.one_of(name, row, values)
    return refuse_operator(mending, name, row, operator)


def can_be_one_of(row: Field) -> bool:
    """Whether one clause can ask for several values. Of a run, RLIKE finds less than = does."""
    return row.value != "number" and row.name != "trace.run_id" and bool({"IN", "RLIKE"} & set(row.operators))


def _equal(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    if row.name == "span.attributes.<key>" and operator == "=":
        return _members(mending, name, row, "IN", values)
    if row.name == "trace.text" and operator == "=":
        mending.note("`trace.text` is searched with LIKE or ILIKE.")
        if patterns.WILDCARDS.search(values[0]):
            return _refuse_wildcard(mending, name, row, values[0])
        return patterns.equal(name, row, "ILIKE", f"%{values[0]}%")
    if row.name == "trace.prompt":
        return _prompt(mending, name, values[0])
    return _plain(mending, name, row, operator, values)


def _prompt(mending: Mending, name: str, value: str) -> str | None:
    plain = value.removeprefix("prompts:/")
    if not re.fullmatch(r"[^/]+/[^/]+", plain):
        mending.note(f"`{name}` wants name/version: {name} = '{plain}/1'.")
        return None
    if plain != value:
        mending.note(f"`{name}` wants name/version, without prompts:/.")
    return f"{name} = {quoted(plain)}" if quoted(plain) else None


def _plain(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    if operator not in row.operators:
        return refuse_operator(mending, name, row, operator)
    return patterns.equal(name, row, operator, values[0]) or _refuse_quotes(mending, name)


def _refuse_quotes(mending: Mending, name: str) -> None:
    mending.note(f"No quotes can hold this value of `{name}`; the arguments of search_traces take any.")


def _regular(mending: Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    return _plain(mending, name, row, operator, values) if _is_regular(mending, values[0]) else None


def _is_regular(mending: Mending, expression: str) -> bool:
    """SQLite finds nothing by a pattern that is none, without a word; PostgreSQL refuses it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of what a later Python may read in another way
            re.compile(expression)
    except re.error as error:
        # PostgreSQL has escapes of its own, such as \m for the beginning of a word.
        if not str(error).startswith("bad escape"):
            mending.note(f"{expression!r} is no regular expression: {error}.", silent=True)
            return False
    return True


def refuse_operator(mending: Mending, name: str, row: Field, operator: str) -> None:
    # On span attributes MLflow takes other operators, and compares with something else.
    silent = row.name.startswith("span.attributes")
    mending.note(f"`{name}` takes no {operator}; it takes {', '.join(row.operators)}.", silent=silent)


_Writer = Callable[[Mending, str, Field, str, list[str]], str | None]
_WRITERS: tuple[tuple[tuple[str, ...], _Writer], ...] = (
    (("LIKE", "ILIKE"), _like),
    (("RLIKE",), _regular),
    (("CONTAINS", "STARTS WITH", "ENDS WITH"), _contains),
    (tuple(one for one in NEGATIONS if one.startswith("NOT ") and one != "NOT IN"), _not_like),
    (("CASELESS =",), _caseless),
    (("IN", "NOT IN"), _members),
    (("=", "!="), _equal),
)
