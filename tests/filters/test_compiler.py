"""Typed arguments become clauses, one for each."""

from typing import Any

import pytest

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.clause import CONTAINS, IS, Clause, filter_text
from mcp_traces.filters.compiler import Conditions, clause, compile_conditions
from mcp_traces.filters.reader import read_filter

TABLE: list[tuple[Conditions, str | None]] = [
    (Conditions(status="ERROR"), "trace.status = 'ERROR'"),
    (Conditions(has_error=True), "span.status = 'ERROR'"),
    (Conditions(has_error=False), None),
    (Conditions(name="chat"), "trace.name = 'chat'"),
    (Conditions(run_id="r1"), "trace.run_id = 'r1'"),
    (Conditions(model_id="m-1"), "metadata.mlflow.modelId = 'm-1'"),
    (Conditions(session_id="s1"), "metadata.mlflow.trace.session = 's1'"),
    (Conditions(user_id="O'Brien"), 'metadata.mlflow.trace.user = "O\'Brien"'),
    (Conditions(prompt="support/3"), "trace.prompt = 'support/3'"),
    (Conditions(text="timeout"), "trace.text ILIKE '%timeout%'"),
    (Conditions(text=f" tr-{'0af' * 10}12 "), f"trace.request_id = 'tr-{'0af' * 10}12'"),
    (Conditions(since_ms=5, until_ms=9), "trace.timestamp_ms >= 5 AND trace.timestamp_ms < 9"),
    (
        Conditions(min_duration_ms=1, max_duration_ms=2),
        "trace.execution_time_ms >= 1 AND trace.execution_time_ms <= 2",
    ),
    (Conditions(tags={"environment": "production"}), "tag.environment = 'production'"),
    (Conditions(metadata={"user.id": "abc"}), "metadata.user.id = 'abc'"),
    (Conditions(feedback={"rating": "positive"}), "feedback.rating = 'positive'"),
    (Conditions(expectation={"answer": "yes"}), "expectation.answer = 'yes'"),
    (Conditions(span_name="search", span_type="TOOL"), "span.name = 'search' AND span.type = 'TOOL'"),
    (Conditions(), None),
]


@pytest.mark.parametrize(("conditions", "expected"), TABLE, ids=[str(expected) for _, expected in TABLE])
def test_each_argument_compiles_to_its_clause(conditions: Conditions, expected: str | None) -> None:
    """The table of design: what an argument means in MLflow's syntax."""
    assert filter_text(compile_conditions(conditions)) == expected


def test_each_clause_names_the_argument_it_came_from() -> None:
    """An empty result is explained by argument, not by filter text."""
    written = read_filter("tag.x = 'y'").clauses

    compiled = compile_conditions(Conditions(status="OK", tags={"a": "b"}, filter="tag.x = 'y'"), written)

    assert compiled == (
        clause("trace.status", "=", "OK", argument="status"),
        clause("tag.<key>", "=", "b", key="a", argument="tags.a"),
        clause("tag.<key>", "=", "y", key="x", argument="filter"),
    )


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (Conditions(text="two words"), clause("trace.text", CONTAINS, "two words", argument="text")),
        (Conditions(feedback={"a": 5}), clause("feedback.<key>", IS, 5, key="a", argument="feedback.a")),
        (Conditions(expectation={"a": True}), clause("expectation.<key>", IS, True, key="a", argument="expectation.a")),
        (Conditions(has_error=False), clause("has_error", "=", False)),
        (Conditions(tags={"name": "x"}), clause("tag.<key>", "=", "x", key="name", argument="tags.name")),
    ],
    ids=str,
)
def test_what_mlflows_syntax_says_less_exactly_is_a_clause_all_the_same(
    conditions: Conditions, expected: Clause
) -> None:
    """A database decides it in SQL; of a server's rows it is checked."""
    assert compile_conditions(conditions) == (expected,)


def test_more_conditions_than_mlflow_can_join_are_refused() -> None:
    """SQLite joins at most 64 tables, and each tag is a join."""
    with pytest.raises(InvalidArgumentError, match="31 conditions"):
        compile_conditions(Conditions(tags={f"k{i}": "v" for i in range(31)}))


def test_durations_that_exclude_each_other_are_refused() -> None:
    """No trace would match, which reads as an answer."""
    with pytest.raises(InvalidArgumentError, match="Swap them"):
        compile_conditions(Conditions(min_duration_ms=2, max_duration_ms=1))


@pytest.mark.parametrize("prompt", ["support", "support/latest", "a/1' AND x", "/1"])
def test_a_prompt_without_name_and_version_is_refused(prompt: str) -> None:
    """MLflow splits it at the slash and fails with an error of its own."""
    with pytest.raises(InvalidArgumentError, match="name/version"):
        compile_conditions(Conditions(prompt=prompt))


@pytest.mark.parametrize("argument", ["tags", "metadata", "feedback", "expectation"])
@pytest.mark.parametrize("key", ["name", "Text", "line\nbreak", 'both`"', ""], ids=repr)
def test_a_key_that_no_filter_can_name_has_no_text(argument: str, key: str) -> None:
    """MLflow would search something else under it without an error."""
    asked: dict[str, Any] = {argument: {key: "x"}}

    (compiled,) = compile_conditions(Conditions(**asked))

    assert filter_text([compiled]) is None
    assert (compiled.argument, compiled.key, compiled.value) == (f"{argument}.{key}", key, "x")


@pytest.mark.parametrize(
    "written",
    ["run_id = 'b'", "run_id LIKE 'b%'", "metadata.`mlflow.sourceRun` = 'b'", 'metadata.mlflow.sourceRun = "b"'],
)
def test_two_runs_are_refused(written: str) -> None:
    """MLflow searches the last `run_id` and drops the others without an error."""
    with pytest.raises(InvalidArgumentError, match="Give the run once"):
        compile_conditions(Conditions(run_id="a", filter=written), read_filter(written).clauses)
