"""Which part of the grammar works in which store: MLflow's versions from 3.1 on, and its folder of files.

Found by running every operator of the table, and every order, on each minor version of MLflow from 3.1 to 3.17 through
its own server, and on the file store of 3.17 (MLFLOW_ALLOW_FILE_STORE). What an older version takes and answers with
something else counts as not working.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.compiler import Clause
from mcp_traces.filters.explain import ClauseMeaning, explain
from mcp_traces.filters.grammar import FIELDS, ORDER_KEYS, Field
from mcp_traces.filters.parser import parse_filter
from mcp_traces.records import StoreInfo
from mcp_traces.rlike import ExpressionError, rlike

Version: TypeAlias = tuple[int, int]

_FIRST: Version = (3, 1)
_PATTERNS: Mapping[str, Version] = dict.fromkeys(("LIKE", "ILIKE", "RLIKE"), (3, 6))
_ASSESSMENT: Mapping[str, Version] = {
    "=": (3, 9),  # in 3.6 to 3.8 texts are never equal
    "!=": (3, 9),
    **_PATTERNS,
    **dict.fromkeys((">", ">=", "<", "<="), (3, 15)),
    **dict.fromkeys(("IS NULL", "IS NOT NULL"), (3, 10)),
}


def _nulls(version: Version) -> dict[str, Version]:
    return dict.fromkeys(("IS NULL", "IS NOT NULL"), version)


_FIELD_SINCE: Mapping[str, Version] = {
    "trace.end_time_ms": (3, 6),
    "trace.client_request_id": (3, 6),
    "trace.prompt": (3, 7),
    "trace.text": (3, 6),
    "span.name": (3, 4),
    "span.type": (3, 6),
    "span.status": (3, 6),
    "span.attributes.<key>": (3, 6),
    "issue.id": (3, 11),
}
_OPERATOR_SINCE: Mapping[str, Mapping[str, Version]] = {
    "trace.status": _PATTERNS,
    "trace.name": {**_PATTERNS, **_nulls((3, 11))},
    "trace.request_id": _PATTERNS,
    "trace.run_id": {**_PATTERNS, **_nulls((3, 9))},
    "tag.<key>": {**_PATTERNS, **_nulls((3, 11))},
    "metadata.<key>": {**_PATTERNS, **_nulls((3, 9))},
    "span.name": {"RLIKE": (3, 6)},
    "feedback.<key>": _ASSESSMENT,
    "expectation.<key>": _ASSESSMENT,
}

SAME_SPAN_SINCE: Version = (3, 10)
ACROSS_SPANS = (
    "MLflow before 3.10 lets each condition on spans hold for another span: rows may have no one span for all."
)

_LINEAR_TIME = (
    "A SQLite file is searched in linear time (RE2): no back-references, and look-ahead only as ^(?!...) at the very "
    "beginning."
)
_MAX_SHOWN = 200
_WITHOUT_RLIKE = {"file": "a store of files", "mssql": "Microsoft SQL Server"}

_NO_FILE_FIELDS = ("span.", "trace.text", "feedback.", "expectation.", "issue.", "trace.prompt", "trace.end_time_ms")
_FILE_ORDERS = ("timestamp_ms", "execution_time_ms", "status", "request_id", "experiment_id")


def since(field: Field, operator: str) -> Version:
    """The first version in which the operator works on the field."""
    return _OPERATOR_SINCE.get(field.name, {}).get(operator, _FIELD_SINCE.get(field.name, _FIRST))


def operators_in(store: StoreInfo, field: Field) -> tuple[str, ...]:
    """Those of the table that work in this store; none for a field that it does not know."""
    return tuple(operator for operator in field.operators if why_not(store, field, operator) is None)


def orders_in(store: StoreInfo) -> tuple[str, ...]:
    """What `order_by` takes there."""
    return _FILE_ORDERS if store.kind == "file" else (*ORDER_KEYS, "tag.<key>", "metadata.<key>")


def fields_in(store: StoreInfo) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """Each field that the store knows, with its operators."""
    for field in FIELDS:
        if operators := operators_in(store, field):
            yield field, operators


def why_not(store: StoreInfo, field: Field, operator: str) -> str | None:
    """Why the operator does not work on the field in this store; None when it does, or when the version is unknown."""
    if store.kind == "file" and field.name.startswith(_NO_FILE_FIELDS):
        return "a store of files cannot search by it; it needs a database."
    if store.kind in ("file", "mssql") and operator == "RLIKE":
        return f"{_WITHOUT_RLIKE[store.kind]} has no RLIKE."
    version, first = version_of(store), since(field, operator)
    if version is None or version >= first:
        return None
    return f"it needs MLflow {first[0]}.{first[1]} or newer, and this store is {store.mlflow_version}."


def refuse_what_it_cannot(store: StoreInfo, clauses: Iterable[Clause]) -> None:
    """Raises InvalidFilterError for the first clause that this store would refuse, or answer wrongly."""
    for clause in clauses:
        for meaning in explain(parse_filter(clause.text)):
            reason = why_not(store, meaning.field, meaning.operator) or _why_no_match(store, meaning)
            if reason:
                asked = f"`{meaning.name} {meaning.operator}` in `filter`"
                what = asked if clause.argument == "filter" else f"`{clause.argument}`"
                raise InvalidFilterError(f"{what} does not work here: {reason}")


def _why_no_match(store: StoreInfo, meaning: ClauseMeaning) -> str | None:
    """Of an expression that a SQLite file cannot match in linear time."""
    if store.kind != "sqlite" or meaning.operator != "RLIKE":
        return None
    expression = str(meaning.value)
    try:
        rlike(_within_json(meaning.key, expression) if meaning.field.name.startswith("span.attributes") else expression)
    except ExpressionError as error:
        return f"{expression[:_MAX_SHOWN]!r}: {error}. {_LINEAR_TIME}"
    return None


def _within_json(key: str | None, expression: str) -> str:
    """The expression that MLflow makes of one for an attribute, to find it in the JSON of a span."""
    start = "" if expression.startswith("^") else ".*"
    end = r'\\"' if expression.endswith("$") else ""
    return rf'"{key}": "\\"{start}{expression.removeprefix("^").removesuffix("$")}{end}'


def refuse_order(store: StoreInfo, clauses: Iterable[str]) -> None:
    """Raises InvalidFilterError for an order that a store of files does not have."""
    if store.kind == "file":
        for clause in clauses:
            if clause.split()[0] not in _FILE_ORDERS:
                known = ", ".join(_FILE_ORDERS)
                raise InvalidFilterError(f"A store of files cannot order by `{clause.split()[0]}`.", f"Use {known}.")


def clauses_on_spans(clauses: Iterable[Clause]) -> int:
    return sum(meaning.field.is_of_spans for clause in clauses for meaning in explain(parse_filter(clause.text)))


def matches_across_spans(store: StoreInfo) -> bool:
    """Whether several clauses on spans may each hold for another span, as before MLflow 3.10."""
    version = version_of(store)
    return version is not None and version < SAME_SPAN_SINCE


def version_of(store: StoreInfo) -> Version | None:
    """Major and minor; None when the store does not say, or is a service with versions of its own."""
    return None if store.kind == "databricks" else _version(store.mlflow_version)


@lru_cache(maxsize=16)
def _version(text: str) -> Version | None:
    found = re.match(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None
