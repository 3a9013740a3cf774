"""Typed arguments compile to MLflow's filter syntax, one clause for each."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.compiler import Clause, Conditions, FeedbackValue, compile_filter

TABLE = [
    (Conditions(status="ERROR"), "trace.status = 'ERROR'"),
    (Conditions(has_error=True), "span.status = 'ERROR'"),
    (Conditions(name="chat"), "trace.name = 'chat'"),
    (Conditions(run_id="r1"), "trace.run_id = 'r1'"),
    (Conditions(model_id="m-1"), "metadata.`mlflow.modelId` = 'm-1'"),
    (Conditions(session_id="s1"), "metadata.`mlflow.trace.session` = 's1'"),
    (Conditions(user_id="O'Brien"), 'metadata.`mlflow.trace.user` = "O\'Brien"'),
    (Conditions(prompt="support/3"), "trace.prompt = 'support/3'"),
    (Conditions(text="timeout"), "trace.text ILIKE '%timeout%'"),
    (Conditions(text=f" tr-{'0af' * 10}12 "), f"trace.request_id = 'tr-{'0af' * 10}12'"),
    (Conditions(since_ms=5, until_ms=9), "trace.timestamp_ms >= 5 AND trace.timestamp_ms < 9"),
    (
        Conditions(min_duration_ms=1, max_duration_ms=2),
        "trace.execution_time_ms >= 1 AND trace.execution_time_ms <= 2",
    ),
    (Conditions(tags={"environment": "production"}), "tag.`environment` = 'production'"),
    (Conditions(metadata={"user.id": "abc"}), "metadata.`user.id` = 'abc'"),
    (Conditions(feedback={"rating": "positive"}), "feedback.`rating` = 'positive'"),
    (Conditions(expectation={"answer": "yes"}), "expectation.`answer` = 'yes'"),
    (Conditions(span_name="search", span_type="TOOL"), "span.name = 'search' AND span.type = 'TOOL'"),
    (Conditions(status="OK", filter=" tag.a = 'b' "), "trace.status = 'OK' AND tag.a = 'b'"),
    (Conditions(filter="   "), None),
    (Conditions(), None),
]


@pytest.mark.parametrize(("conditions", "expected"), TABLE, ids=[str(expected) for _, expected in TABLE])
def test_each_argument_compiles_to_its_clause(conditions: Conditions, expected: str | None) -> None:
    """The table of design: what an argument means in MLflow's syntax."""
    assert compile_filter(conditions).text == expected


def test_each_clause_names_the_argument_it_came_from() -> None:
    """An empty result is explained by argument, not by filter text."""
    compiled = compile_filter(Conditions(status="OK", tags={"a": "b"}, filter="tag.x = 'y'"))

    assert compiled.clauses == (
        Clause("status", "trace.status = 'OK'"),
        Clause("tags.a", "tag.`a` = 'b'"),
        Clause("filter", "tag.x = 'y'"),
    )


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(has_error=True, span_name="search"),
        Conditions(has_error=True, span_type="TOOL"),
        Conditions(has_error=True, text="words"),
        Conditions(has_error=True, filter="span.name = 'search'"),
        Conditions(has_error=True, filter="trace.text LIKE '%x%'"),
        Conditions(has_error=False),
        Conditions(has_error=False, span_name="search"),
    ],
    ids=str,
)
def test_has_error_is_asked_apart_where_it_is_not_about_the_same_span(conditions: Conditions) -> None:
    """MLflow asks all span clauses of one and the same span, and cannot say that no span failed."""
    compiled = compile_filter(conditions)

    assert compiled.second_look.any_span_failed is conditions.has_error
    assert "span.status" not in (compiled.text or "")


VALUES: list[FeedbackValue] = [
    5,
    5.0,
    0,
    -1,
    0.8,
    1e-07,
    True,
    False,
    "5",
    "5.0",
    "true",
    "null",
    '"yes"',
    "yes",
    "[1]",
]


@pytest.mark.parametrize("wanted", VALUES, ids=repr)
def test_feedback_matches_its_value_and_type_alone(wanted: FeedbackValue) -> None:
    """MLflow's `=` takes '5' for the number and the text alike; ours tells them apart, and 5 from 5.0 it does not."""
    (clause,) = compile_filter(Conditions(feedback={"score": wanted})).clauses
    matched = [value for value in VALUES if stored_value_matches(clause.text, value)]

    assert matched == [value for value in VALUES if value == wanted and _kind(value) == _kind(wanted)]


@given(st.text(max_size=20).filter(lambda text: "\x00" not in text))
def test_text_feedback_matches_its_own_json_alone(wanted: str) -> None:
    """Whatever the text, the JSON it is stored as matches, and the JSON of a longer text does not."""
    (clause,) = compile_filter(Conditions(expectation={"answer": wanted})).clauses

    assert stored_value_matches(clause.text, wanted)
    assert not stored_value_matches(clause.text, wanted + "x")


def stored_value_matches(clause: str, value: FeedbackValue) -> bool:
    """What MLflow's SQL does with the clause: `=` compares with the text and with its JSON, RLIKE with the JSON."""
    stored = json.dumps(value)
    _, comparator, literal = re.fullmatch(r"(\S+) (=|RLIKE) (.*)", clause, re.DOTALL).groups()  # type: ignore[union-attr]
    if comparator == "=":
        return stored in (literal[1:-1], json.dumps(literal[1:-1]))
    return re.search(literal[1:-1], stored) is not None


def _kind(value: FeedbackValue) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def test_more_conditions_than_mlflow_can_join_are_refused() -> None:
    """SQLite joins at most 64 tables, and each tag is a join."""
    with pytest.raises(InvalidArgumentError, match="31 conditions"):
        compile_filter(Conditions(tags={f"k{i}": "v" for i in range(31)}))


@pytest.mark.parametrize("prompt", ["support", "support/latest", "a/1' AND x", "/1"])
def test_a_prompt_without_name_and_version_is_refused(prompt: str) -> None:
    """MLflow splits it at the slash and fails with an error of its own."""
    with pytest.raises(InvalidArgumentError, match="name/version"):
        compile_filter(Conditions(prompt=prompt))


@pytest.mark.parametrize(
    ("text", "looked_at"),
    [("timeouts", False), ("timed out", False), ("error", True), ("status", True), ("100%", True), ("größe", True)],
)
def test_text_is_looked_at_again_where_like_may_find_more(text: str, looked_at: bool) -> None:
    """Ids in base64, field names and wildcards match too; a phrase or a long word cannot stand in any of them."""
    compiled = compile_filter(Conditions(text=text))

    assert (compiled.second_look.says is not None) is looked_at


def test_text_in_another_case_or_encoding_is_searched_in_each() -> None:
    """One filter holds one pattern: what is searched is what any of them finds, beside the same other clauses."""
    compiled = compile_filter(Conditions(text="größe", status="OK"))

    assert compiled.texts == (
        "trace.status = 'OK' AND trace.text ILIKE '%größe%'",
        "trace.status = 'OK' AND trace.text ILIKE '%GRÖSSE%'",
        "trace.status = 'OK' AND trace.text ILIKE '%gr%u00f6%u00dfe%'",
        "trace.status = 'OK' AND trace.text ILIKE '%GR%u00d6SSE%'",
    )


@pytest.mark.parametrize("argument", ["tags", "metadata", "feedback", "expectation"])
@pytest.mark.parametrize("key", ["name", "Text", "line\nbreak", 'both`"', ""], ids=repr)
def test_a_key_that_no_filter_can_name_is_asked_of_each_trace(argument: str, key: str) -> None:
    """MLflow would search something else under it without a word."""
    compiled = compile_filter(Conditions(**{argument: {key: "x"}}))

    assert compiled.text is None
    assert [(one.argument, one.key, one.value) for one in compiled.second_look.keys] == [(argument, key, "x")]


def test_two_runs_are_refused() -> None:
    """MLflow searches the last `run_id` and drops the others without a word."""
    with pytest.raises(InvalidArgumentError, match="Give the run once"):
        compile_filter(Conditions(run_id="a", filter="run_id = 'b'"))
