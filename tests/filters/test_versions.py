"""What works depends on the store: older servers and folders of files support less, databases everything."""

import pytest
from sqlalchemy import column

from mcp_traces.errors import InvalidArgumentError, InvalidFilterError
from mcp_traces.filters.clause import Clause
from mcp_traces.filters.compiler import Conditions, clause, compile_conditions
from mcp_traces.filters.grammar import FIELDS, field_named
from mcp_traces.filters.reader import read_filter
from mcp_traces.filters.versions import (
    fields_in,
    matches_across_spans,
    operators_in,
    orders_in,
    refuse_order,
    refuse_what_it_cannot,
    version_of,
)
from mcp_traces.records import StoreInfo, StoreKind
from mcp_traces.store.sql_texts import Texts


def store(version: str | None, kind: StoreKind = "server") -> StoreInfo:
    return StoreInfo(kind, "somewhere", version)


def operators(name: str, version: str, kind: StoreKind = "server") -> tuple[str, ...]:
    field = field_named(name)
    assert field is not None
    return operators_in(store(version, kind), field)


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("status", "3.1.4", ("=", "!=", "IN", "NOT IN")),
        ("status", "3.6.0", ("=", "!=", "IN", "NOT IN", "LIKE", "ILIKE", "RLIKE")),
        ("name", "3.10.1", ("=", "!=", "LIKE", "ILIKE", "RLIKE")),
        ("name", "3.11.0", ("=", "!=", "LIKE", "ILIKE", "RLIKE", "IS NULL", "IS NOT NULL")),
        ("metadata.x", "3.9.0", ("=", "!=", "LIKE", "ILIKE", "RLIKE", "IS NULL", "IS NOT NULL")),
        ("span.name", "3.3.2", ()),
        ("span.name", "3.4.0", ("=", "!=", "IN", "NOT IN", "LIKE", "ILIKE")),
        ("span.type", "3.5.1", ()),
        ("trace.prompt", "3.6.0", ()),
        ("trace.prompt", "3.7.0", ("=",)),
        ("feedback.x", "3.6.0", ("LIKE", "ILIKE", "RLIKE")),
        ("feedback.x", "3.9.0", ("=", "!=", "LIKE", "ILIKE", "RLIKE")),
        ("feedback.x", "3.14.0", ("=", "!=", "LIKE", "ILIKE", "RLIKE", "IS NULL", "IS NOT NULL")),
        ("issue.id", "3.10.0", ()),
    ],
)
def test_an_older_server_has_fewer_operators(name: str, version: str, expected: tuple[str, ...]) -> None:
    """Found by running each on each version; what it would answer wrongly is not there either."""
    assert operators(name, version) == expected


@pytest.mark.parametrize("version", ["3.17.2", "3.18.0", "4.0", "unknown", "3"])
def test_a_current_server_or_one_that_does_not_say_has_all(version: str) -> None:
    """A proxy that hides the version must not hide the fields."""
    assert list(fields_in(store(version))) == [(field, field.operators) for field in FIELDS]


def test_a_store_of_files_has_what_needs_no_database() -> None:
    """Found by running each on the file store of MLflow 3.17."""
    names = [field.name for field, _ in fields_in(store("3.17.2", "file"))]

    assert names == [
        "trace.status",
        "trace.timestamp_ms",
        "trace.execution_time_ms",
        "trace.name",
        "trace.request_id",
        "trace.client_request_id",
        "trace.run_id",
        "tag.<key>",
        "metadata.<key>",
    ]
    assert operators("tag.x", "3.17.2", "file") == ("=", "!=", "LIKE", "ILIKE", "IS NULL", "IS NOT NULL")
    assert "RLIKE" not in operators("tag.x", "3.17.2", "mssql")
    assert "tag.<key>" not in orders_in(store("3.17.2", "file"))


def clauses_of(conditions: Conditions) -> tuple[Clause, ...]:
    return compile_conditions(conditions, read_filter(conditions.filter or "").clauses)


@pytest.mark.parametrize(
    ("conditions", "version", "message"),
    [
        (Conditions(span_name="x"), "3.3.2", "`span_name` does not work here: it needs MLflow 3.4 or newer, and this"),
        (Conditions(has_error=True), "3.5.1", "`has_error` does not work here: it needs MLflow 3.6"),
        (Conditions(has_error=False), "3.5.1", "`has_error` does not work here: it needs MLflow 3.6"),
        (Conditions(has_error=True, span_name="x"), "3.5.1", "`has_error` does not work here: it needs MLflow 3.6"),
        (Conditions(text="lamp"), "3.5.1", "`text` does not work here: it needs MLflow 3.6"),
        (Conditions(feedback={"a": "b"}), "3.8.1", r"`feedback\.a` does not work here: it needs MLflow 3.9"),
        (Conditions(feedback={"a": 5}), "3.5.1", r"`feedback\.a` does not work here: it needs MLflow 3.6"),
        (Conditions(tags={"a": "both ' and \""}), "3.5.1", r"`tags\.a` does not work here: it needs MLflow 3.6"),
        (
            Conditions(filter="status = 'OK' AND feedback.score >= 4"),
            "3.14.0",
            r"`feedback\.score >=` in `filter` does not work here: it needs MLflow 3.15 or newer, and this",
        ),
    ],
)
def test_what_a_server_cannot_do_is_refused_with_the_reason(conditions: Conditions, version: str, message: str) -> None:
    """Rather than passed on for an error about sets of keys, or for a wrong answer."""
    clauses = clauses_of(conditions)

    with pytest.raises(InvalidFilterError, match=message):
        refuse_what_it_cannot(store(version), clauses)
    refuse_what_it_cannot(store("3.17.2"), clauses)
    refuse_what_it_cannot(store(None, "postgresql"), clauses)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mysql"])
def test_a_database_takes_every_field_and_operator(kind: StoreKind) -> None:
    """Its tables are read by our own SQL, whichever MLflow made them."""
    assert list(fields_in(store(None, kind))) == [(field, field.operators) for field in FIELDS]
    assert matches_across_spans(store(None, kind)) is False
    assert operators("tag.x", "3.1.0", kind) == operators("tag.x", "3.17.2")


def test_a_folder_refuses_what_it_would_answer_with_nothing() -> None:
    """MLflow's file store stops at the first clause that does not hold, before it sees one that it cannot take."""
    clauses = clauses_of(Conditions(name="none", span_name="x"))

    with pytest.raises(
        InvalidFilterError, match="`span_name` does not work here: a store of files cannot search by it"
    ):
        refuse_what_it_cannot(store("3.17.2", "file"), clauses)
    with pytest.raises(InvalidFilterError, match="`has_error` does not work here: a store of files"):
        refuse_what_it_cannot(store("3.17.2", "file"), clauses_of(Conditions(has_error=True)))
    with pytest.raises(InvalidFilterError, match=r"cannot order by `name`\. Use timestamp_ms, "):
        refuse_order(store("3.17.2", "file"), ("name",))
    refuse_order(store("3.17.2", "file"), ("timestamp_ms", "request_id"))
    refuse_order(store("3.17.2"), ("name",))


@pytest.mark.parametrize(
    "one",
    [
        clause("tag.<key>", "!=", "both ' and \"", key="k", argument="filter"),
        clause("trace.name", "LIKE", "ends with \\", argument="filter"),
        clause("issue.id", "=", "both ' and \"", argument="filter"),
    ],
    ids=str,
)
def test_a_value_that_no_quotes_hold_is_refused_where_mlflow_reads_text(one: Clause) -> None:
    """A database gets it as a parameter."""
    with pytest.raises(InvalidFilterError, match="MLflow has no way to write that"):
        refuse_what_it_cannot(store("3.17.2"), (one,))
    refuse_what_it_cannot(store(None, "mysql"), (one,))


def test_a_key_that_mlflow_cannot_name_is_left_to_the_rows() -> None:
    """What a server finds without the condition is checked for it."""
    refuse_what_it_cannot(store("3.17.2"), clauses_of(Conditions(tags={"name": "x"}, has_error=False)))


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(tags={"a": "nul\x00"}),
        Conditions(tags={"nul\x00": "a"}),
        Conditions(filter="status IN ('nul\\x00', 'b')"),
    ],
    ids=str,
)
def test_nul_is_refused_where_no_store_holds_it(conditions: Conditions) -> None:
    """PostgreSQL's driver would fail with an error of its own; SQLite keeps it."""
    clauses = clauses_of(conditions) or (clause("tag.<key>", "IN", ("a", "nul\x00"), key="k"),)
    for kind in ("postgresql", "mysql", "server", "databricks", "file"):
        with pytest.raises(InvalidArgumentError, match="NUL character, which no MLflow store can hold"):
            refuse_what_it_cannot(store("3.17.2", kind), clauses)
    refuse_what_it_cannot(store(None, "sqlite"), clauses)


@pytest.mark.parametrize(("version", "expected"), [("3.9.0", True), ("3.10.0", False), ("unknown", False)])
def test_an_older_server_lets_conditions_hold_for_different_spans(version: str, expected: bool) -> None:
    """Which is worth a word where there are several."""
    assert matches_across_spans(store(version)) is expected


def test_a_service_has_versions_of_its_own() -> None:
    """The MLflow that is installed here says nothing about Databricks."""
    assert version_of(store("3.1.0", "databricks")) is None
    assert version_of(store(None)) is None


@pytest.mark.parametrize("text", [r"name RLIKE '(a)\1'", "span.attributes.model RLIKE '^gpt(?!-4)'"])
def test_expressions_that_linear_time_cannot_match_are_left_to_the_store(text: str) -> None:
    """A SQLite file refuses them when it is asked (clause_sql); SQL Server has no expressions at all."""
    clauses = clauses_of(Conditions(filter=text))

    refuse_what_it_cannot(store(None, "sqlite"), clauses)
    refuse_what_it_cannot(store("3.17.2"), clauses)
    with pytest.raises(InvalidFilterError, match="Microsoft SQL Server has no RLIKE"):
        refuse_what_it_cannot(store(None, "mssql"), clauses)
    with pytest.raises(InvalidFilterError, match="is not a valid regular expression"):
        Texts("sqlite").compare(column("value"), "RLIKE", str(clauses[0].value))
