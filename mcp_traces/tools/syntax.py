"""The grammar table as an agent needs it, for the store in use."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from mcp_traces.filters.grammar import FIELDS, MAX_CLAUSES, REMAPPED_KEYS, Field
from mcp_traces.filters.versions import (
    ACROSS_SPANS,
    fields_in,
    matches_across_spans,
    orders_in,
    version_of,
)
from mcp_traces.records import StoreInfo
from mcp_traces.shaping.text import compact
from mcp_traces.syntax_results import FieldHelp, FilterSyntaxResult

_RULES = (
    "Clauses are joined by AND only. There is no OR, NOT or parenthesis: for several values use IN or RLIKE '^(a|b)$', "
    "or search once for each.",
    "Text goes in single quotes; in double quotes when it holds a single quote. There is no escape. "
    "Numbers go without quotes.",
    "Times are epoch milliseconds; the arguments since and until take ISO 8601 and ages such as 2h.",
    "Fields are lower case; operators on span.* are in capitals. LIKE and RLIKE mind case, ILIKE does not.",
    "Session: metadata.`mlflow.trace.session`; user: metadata.`mlflow.trace.user`; run: metadata.`mlflow.sourceRun`; "
    "logged model: metadata.`mlflow.modelId`. The arguments session_id, user_id, run_id, model_id do the same. "
    "Tokens and cost (mlflow.trace.tokenUsage, mlflow.trace.cost) cannot be compared: rows and get_trace tell them.",
    f"Keys that MLflow searches as something else, whatever stands before them: {', '.join(sorted(REMAPPED_KEYS))}.",
    f"At most {MAX_CLAUSES} clauses.",
)


_Known: TypeAlias = tuple[tuple[Field, tuple[str, ...]], ...]
"""The fields that the store knows, with their operators."""

_RLIKE_HINT = re.compile(r"(?: or|: use) RLIKE '[^']*'| and RLIKE(?= mind)")


def store_name(store: StoreInfo) -> str:
    return f"{store.kind}, MLflow {store.mlflow_version}" if store.mlflow_version else store.kind


def syntax_of(store: StoreInfo, max_chars: int) -> FilterSyntaxResult:
    """The whole table in at most `max_chars` characters; with less room, less of each row."""
    known = tuple(fields_in(store))
    result = FilterSyntaxResult(
        store=store_name(store),
        fields=[_help(field, operators) for field, operators in known],
        rules=list(_rules(known)),
        order_by=list(orders_in(store)),
        notes=[*_store_notes(store, known)],
    )
    if len(compact(result.model_dump(mode="json"))) <= max_chars:
        return result
    shorter = _without(result, {"meaning", "trap", "value"})
    if len(compact(shorter.model_dump(mode="json"))) <= max_chars:
        return shorter
    return _without(result, {"meaning", "trap", "value", "operators"})


def _without(result: FilterSyntaxResult, left_out: set[str]) -> FilterSyntaxResult:
    """The rows alone, each without some of its parts."""
    rows = [FieldHelp(**row.model_dump(exclude=left_out)) for row in result.fields]
    note = f"Shortened to the configured budget (MCP_TRACES_MAX_CHARS); left out: {', '.join(sorted(left_out))}, rules."
    return FilterSyntaxResult(store=result.store, fields=rows, notes=[note])


def _help(field: Field, operators: tuple[str, ...]) -> FieldHelp:
    return FieldHelp(
        field=field.name,
        operators=list(operators),
        value=field.value,
        example=_example(field, operators),
        meaning=field.meaning,
        trap=field.trap and _without_hint(field.trap, operators),
    )


def _rules(known: _Known) -> Iterator[str]:
    everywhere = tuple(operator for _, operators in known for operator in operators)
    for rule in _RULES:
        yield _without_hint(rule, everywhere)


def _without_hint(text: str, operators: tuple[str, ...]) -> str:
    """Without what RLIKE would do, where there is none."""
    return text if "RLIKE" in operators else _RLIKE_HINT.sub("", text)


def _example(field: Field, operators: tuple[str, ...]) -> str:
    """The table's; where its operator does not work, one with the first that does."""
    name, written = field.example.split(maxsplit=1)
    if written.startswith(operators):
        return field.example
    return f"{name} {operators[0]} '%x%'" if operators[0] == "LIKE" else f"{name} {operators[0]} 'x'"


def _store_notes(store: StoreInfo, known: _Known) -> Iterator[str]:
    yield from store.lacks
    if store.kind in _NOTES:
        yield _NOTES[store.kind]
    there = {field.name for field, _ in known}
    missing = [field.name for field in FIELDS if field.name not in there]
    if missing:
        yield f"Not in this store: {', '.join(missing)}."
    if matches_across_spans(store):
        yield ACROSS_SPANS
    if store.kind == "server" and version_of(store) is None:
        yield "This server does not say which MLflow it is: what works since later versions may not work here."


_NOTES = {
    "sqlite": "ILIKE folds ASCII letters only. RLIKE is RE2: look-ahead only as ^(?!...) at the very beginning.",
    "postgresql": "In LIKE a backslash is an escape character. Regular expressions are PostgreSQL's.",
    "databricks": "The workspace's own grammar applies; fields may differ.",
    "server": "What the server's database does with case (ILIKE) and regular expressions (RLIKE) is that database's.",
}
