"""Which part of the grammar works in which store: MLflow servers by version, folders of files, databases.

Found by running every operator of the table, and every order, on each minor version of MLflow from 3.1 to 3.17 through
its own server, and on the file store of 3.17 (MLFLOW_ALLOW_FILE_STORE). What an older version takes and answers with
something else counts as not working. Databases are read by our own SQL, for which no version matters.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mcp_traces.errors import InvalidArgumentError, InvalidFilterError
from mcp_traces.filters.clause import HAS_ERROR, OWN_FIELDS, Clause, asked_of_mlflow, mlflow_text
from mcp_traces.filters.grammar import FIELDS, ORDER_KEYS, Field, Version
from mcp_traces.records import StoreInfo

SAME_SPAN_SINCE: Version = (3, 10)
ACROSS_SPANS = (
    "MLflow before 3.10 lets each condition on spans hold for another span: rows may have no one span for all."
)

_WITHOUT_RLIKE = {"file": "a store of files", "mssql": "Microsoft SQL Server"}

_NO_FILE_FIELDS = ("span.", "trace.text", "feedback.", "expectation.", "issue.", "trace.prompt", "trace.end_time_ms")
_FILE_ORDERS = ("timestamp_ms", "execution_time_ms", "status", "request_id", "experiment_id")


def since(field: Field, operator: str) -> Version:
    """The first MLflow version in which the operator works on the field."""
    return field.later.get(operator, field.since)


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
    if store.kind in _WITHOUT_RLIKE and operator == "RLIKE":
        return f"{_WITHOUT_RLIKE[store.kind]} has no RLIKE."
    version, first = version_of(store), since(field, operator)
    if version is None or version >= first:
        return None
    return f"it needs MLflow {first[0]}.{first[1]} or newer, and this store is {store.mlflow_version}."


def refuse_what_it_cannot(store: StoreInfo, clauses: Iterable[Clause]) -> None:
    """Raises InvalidFilterError for the first clause that this store would refuse, or answer wrongly.

    Raises InvalidArgumentError for a value that no such store can hold.
    """
    for clause in clauses:
        written = f"{clause.name} {clause.operator}"
        what = f"`{written}` in `filter`" if clause.argument == "filter" else f"`{clause.argument}`"
        if store.kind != "sqlite" and _holds_nul(clause):
            raise InvalidArgumentError(f"{what} holds a NUL character, which no MLflow store can hold.")
        if reason := _reason(store, clause):
            raise InvalidFilterError(f"{what} does not work here: {reason}")


def _reason(store: StoreInfo, clause: Clause) -> str | None:
    if store.is_database:
        return why_not(store, clause.field, clause.operator)
    if clause.field in OWN_FIELDS and clause.field is not HAS_ERROR:  # checked trace by trace
        return None
    if reason := why_not(store, *asked_of_mlflow(clause)):
        return reason
    can_be_named = clause.key is None or mlflow_text(replace(clause, operator="IS NULL", value=None)) is not None
    if mlflow_text(clause) is None and can_be_named and clause.field is not HAS_ERROR:
        return "its value holds both kinds of quotes or ends with a backslash, and MLflow has no way to write that."
    return None


def _holds_nul(clause: Clause) -> bool:
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    return any("\x00" in one for one in (clause.key, *values) if isinstance(one, str))


def refuse_order(store: StoreInfo, names: Iterable[str]) -> None:
    """Raises InvalidFilterError for an order that a store of files does not have."""
    if store.kind == "file":
        for name in names:
            if name not in _FILE_ORDERS:
                known = ", ".join(_FILE_ORDERS)
                raise InvalidFilterError(f"A store of files cannot order by `{name}`.", f"Use {known}.")


def matches_across_spans(store: StoreInfo) -> bool:
    """Whether several clauses on spans may each hold for another span, as on servers before MLflow 3.10."""
    version = version_of(store)
    return version is not None and version < SAME_SPAN_SINCE


def version_of(store: StoreInfo) -> Version | None:
    """Major and minor; None when the store does not say, or is a service with versions of its own."""
    if store.kind == "databricks" or store.is_database:
        return None
    found = re.match(r"(\d+)\.(\d+)", store.mlflow_version or "")
    return (int(found[1]), int(found[2])) if found else None
