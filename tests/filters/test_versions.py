"""What a store takes depends on its MLflow: older servers, folders and other databases are told what they can."""

import pytest

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.compiler import Conditions, compile_filter
from mcp_traces.filters.grammar import FIELDS, field_named
from mcp_traces.filters.versions import (
    clauses_on_spans,
    fields_in,
    matches_across_spans,
    operators_in,
    orders_in,
    refuse_order,
    refuse_what_it_cannot,
    version_of,
)
from mcp_traces.records import StoreInfo, StoreKind


def store(version: str, kind: StoreKind = "server") -> StoreInfo:
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


@pytest.mark.parametrize(
    ("conditions", "version", "message"),
    [
        (Conditions(span_name="x"), "3.3.2", "`span_name` does not work here: it needs MLflow 3.4 or newer, and this"),
        (Conditions(has_error=True), "3.5.1", "`has_error` does not work here: it needs MLflow 3.6"),
        (Conditions(has_error=False), "3.5.1", "`has_error` does not work here: it needs MLflow 3.6"),
        (Conditions(has_error=True, span_name="x"), "3.5.1", "`has_error` does not work here: it needs MLflow 3.6"),
        (Conditions(text="lamp"), "3.5.1", "`text` does not work here: it needs MLflow 3.6"),
        (Conditions(feedback={"a": "b"}), "3.8.1", r"`feedback\.a` does not work here: it needs MLflow 3.9"),
        (Conditions(tags={"a": "both ' and \""}), "3.5.1", r"`tags\.a` does not work here: it needs MLflow 3.6"),
        (
            Conditions(filter="status = 'OK' AND feedback.score >= 4"),
            "3.14.0",
            r"`feedback\.score >=` in `filter` does not work here: it needs MLflow 3.15 or newer, and this",
        ),
    ],
)
def test_what_a_store_cannot_do_is_refused_with_the_reason(conditions: Conditions, version: str, message: str) -> None:
    """Rather than passed on for an error about sets of keys, or for a wrong answer."""
    clauses = compile_filter(conditions).all_clauses

    with pytest.raises(InvalidFilterError, match=message):
        refuse_what_it_cannot(store(version), clauses)
    refuse_what_it_cannot(store("3.17.2"), clauses)


def test_a_folder_refuses_what_it_would_answer_with_nothing() -> None:
    """MLflow's file store stops at the first clause that does not hold, before it sees one that it cannot take."""
    clauses = compile_filter(Conditions(name="none", span_name="x")).clauses

    with pytest.raises(
        InvalidFilterError, match="`span_name` does not work here: a store of files cannot search by it"
    ):
        refuse_what_it_cannot(store("3.17.2", "file"), clauses)
    with pytest.raises(InvalidFilterError, match=r"cannot order by `name`\. Use timestamp_ms, "):
        refuse_order(store("3.17.2", "file"), ("name ASC",))
    refuse_order(store("3.17.2", "file"), ("timestamp_ms DESC", "request_id ASC"))
    refuse_order(store("3.17.2"), ("name ASC",))


@pytest.mark.parametrize(("version", "expected"), [("3.9.0", True), ("3.10.0", False), ("unknown", False)])
def test_an_older_server_lets_conditions_hold_for_different_spans(version: str, expected: bool) -> None:
    """Which is worth a word where there are several."""
    clauses = compile_filter(Conditions(span_name="a", text="lamp", filter="span.type = 'TOOL'")).clauses

    assert matches_across_spans(store(version)) is expected
    assert clauses_on_spans(clauses) == 3


def test_a_service_has_versions_of_its_own() -> None:
    """Databricks is asked with the MLflow that is installed here, which says nothing of it."""
    assert version_of(store("3.1.0", "databricks")) is None


def test_a_sqlite_file_refuses_what_linear_time_cannot_match() -> None:
    """MLflow's own function there hangs on some expressions; a server's database has an engine of its own."""
    clauses = compile_filter(Conditions(filter=r"name RLIKE '(a)\1'")).clauses
    within = compile_filter(Conditions(filter="span.attributes.model RLIKE '^gpt(?!-4)'")).clauses

    for refused in (clauses, within):
        with pytest.raises(InvalidFilterError, match=r"RLIKE` in `filter` does not work here: .*linear time \(RE2\)"):
            refuse_what_it_cannot(store("3.17.2", "sqlite"), refused)
        refuse_what_it_cannot(store("3.17.2"), refused)
