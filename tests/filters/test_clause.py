"""A clause as MLflow's text: values and keys enter it so that MLflow's parser reads back exactly them."""

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_traces.filters.clause import (
    CONTAINS,
    HAS_ERROR,
    IS,
    Clause,
    Value,
    filter_text,
    mlflow_text,
    undecided_by_like,
    undecided_by_mlflow,
)
from mcp_traces.filters.compiler import clause
from mcp_traces.filters.grammar import REMAPPED_KEYS
from mcp_traces.filters.quoting import can_name
from tests.filters.mlflow_parser import parse

NASTY = [
    "it's",
    'say "hi"',
    """both ' and " quotes""",
    "ends with \\",
    "\\",
    "100% of_it",
    "line\nbreak",
    "trailing newline\n",
    "tab\there",
    "😀 مرحبا 日本語",
    "x" * 10_000,
    "x' AND trace.status = 'OK",
    'x" AND trace.status = "OK',
    "\\u0041",
    "42",
    "",
    " ",
    "`tick`",
    "(1,2)",
    "-- comment",
    "/* c */",
    "; DROP TABLE spans",
    "NULL",
    "'",
    '"',
]

VALUES = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40),
    st.text(st.sampled_from(list("'\"\\`%_ =()AND \n;-tag.")), max_size=25),
)
KEYS = st.one_of(
    st.sampled_from(["a.b", "model-name", "with space", "it's", 'say "x"', "a`b", "user.id", "a' = 'b", "AND"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\n"), min_size=1, max_size=20),
)


def reads_as(read: dict[str, object], value: str) -> bool:
    """Whether MLflow would match exactly `value`: by equality, or by a regular expression that matches only it."""
    if read["comparator"] == "=":
        return read["value"] == value
    pattern = str(read["value"])
    others = (value + "\n", value + "x", "x" + value, value[:-1])
    return bool(re.search(pattern, value)) and not any(re.search(pattern, other) for other in others if other != value)


@settings(max_examples=500, deadline=None)
@given(VALUES, KEYS)
@example("a'b\"c\\", "k")
def test_any_value_under_any_key_is_one_condition_on_exactly_that_value(value: str, key: str) -> None:
    """MLflow has no escape syntax; a value must never become another condition, nor match anything but itself."""
    text = mlflow_text(clause("tag.<key>", "=", value, key=key))
    if text is None:
        assert not can_name(key)
        return

    (read,) = parse(text)

    assert (read["type"], read["key"]) == ("tag", key)
    assert reads_as(read, value)


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_the_values_of_a_list_are_read_as_they_are(values: list[str]) -> None:
    """MLflow reads a list as Python, where a backslash is an escape and a line break an error."""
    (read,) = parse(mlflow_text(clause("trace.request_id", "IN", tuple(values))) or "")

    assert read["value"] == tuple(values)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("abc.-", min_size=1, max_size=5), VALUES, max_size=4), VALUES)
def test_many_clauses_stay_as_many_conditions(tags: dict[str, str], session: str) -> None:
    """Clauses are joined by AND; a value in one must not swallow the next."""
    clauses = [clause("tag.<key>", "=", value, key=key) for key, value in tags.items()]
    clauses.append(clause("metadata.<key>", "=", session, key="mlflow.trace.session"))

    assert len(parse(filter_text(clauses) or "")) == len(clauses)


@pytest.mark.parametrize("key", sorted(REMAPPED_KEYS))
@pytest.mark.parametrize("entity", ["tag", "metadata", "feedback", "expectation"])
def test_keys_that_mlflow_would_search_elsewhere_have_no_text(entity: str, key: str) -> None:
    """MLflow rewrites `tag.name` to the trace's name and so on: the answer would be about something else."""
    (read,) = parse(f"{entity}.`{key}` LIKE '%x%'") if key == "text" else parse(f"{entity}.`{key}` = 'x'")

    assert (read["type"], read["key"]) != (entity, key)
    for spelling in (key, key.upper()):
        one = clause(f"{entity}.<key>", "=", "x", key=spelling)
        assert mlflow_text(one) is None
        assert undecided_by_mlflow((one,)) == (one,)
        assert str(one) == f'{entity}["{spelling}"] = "x"'


def test_the_tag_of_linked_prompts_has_no_text() -> None:
    """MLflow would search the linked prompts under it; of metadata the same key is plain."""
    tag = clause("tag.<key>", "=", "x", key="mlflow.linkedPrompts")

    assert (mlflow_text(tag), str(tag)) == (None, 'tag["mlflow.linkedPrompts"] = "x"')
    assert undecided_by_mlflow((tag,)) == (tag,)
    assert mlflow_text(clause("metadata.<key>", "=", "x", key="mlflow.linkedPrompts"))


@pytest.mark.parametrize("key", ["", "line\nbreak", "nul\x00", '`both"'], ids=repr)
def test_keys_that_the_syntax_cannot_write_have_no_text(key: str) -> None:
    """A key between quotes cannot hold both kinds, and MLflow strips what is empty."""
    assert mlflow_text(clause("tag.<key>", "=", "x", key=key)) is None


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (clause("trace.status", "=", "ERROR"), "trace.status = 'ERROR'"),
        (clause("tag.<key>", "=", "p", key="environment"), "tag.environment = 'p'"),
        (clause("tag.<key>", "!=", "p", key="model-name"), "tag.`model-name` != 'p'"),
        (
            clause("span.attributes.<key>", "RLIKE", "^x$", key="gen-ai.model"),
            "span.attributes.`gen-ai.model` RLIKE '^x$'",
        ),
        (clause("trace.execution_time_ms", ">=", 1.5), "trace.execution_time_ms >= 1.5"),
        (clause("trace.name", "IS NULL"), "trace.name IS NULL"),
        (clause("span.type", "NOT IN", ("A", "it's")), "span.type NOT IN ('A', \"it's\")"),
        (clause("trace.text", CONTAINS, "time out"), "trace.text ILIKE '%time out%'"),
        (clause("feedback.<key>", IS, "good", key="r"), "feedback.r = 'good'"),
        (Clause(HAS_ERROR, "=", True), "span.status = 'ERROR'"),
        (Clause(HAS_ERROR, "=", False), None),
        (clause("tag.<key>", "!=", "both ' and \"", key="k"), None),
        (clause("tag.<key>", "=", "nul\x00", key="k"), None),
    ],
    ids=str,
)
def test_a_clause_is_written_in_mlflows_syntax(one: Clause, text: str | None) -> None:
    """None where it cannot say it."""
    assert mlflow_text(one) == text


def test_a_failed_span_beside_other_span_conditions_is_left_to_us() -> None:
    """MLflow asks all of them of one and the same span."""
    failed, named = Clause(HAS_ERROR, "=", True), clause("span.name", "=", "search")

    assert undecided_by_mlflow((failed,)) == ()
    assert undecided_by_mlflow((failed, named)) == (failed,)


@pytest.mark.parametrize(
    ("text", "is_undecided"),
    [("timeouts", False), ("timed out", False), ("error", True), ("status", True), ("100%", True), ("größe", True)],
)
def test_text_is_undecided_where_like_may_find_more(text: str, is_undecided: bool) -> None:
    """Ids in base64, field names and wildcards match too; a phrase or a long word cannot occur in any of them."""
    one = clause("trace.text", CONTAINS, text)

    assert bool(undecided_by_like((one,))) is bool(undecided_by_mlflow((one,))) is is_undecided


ASSESSED: list[Value] = [5, 5.0, 0, -1, 0.8, 1e-07, True, False, "5", "5.0", "true", "null", '"yes"', "yes", "[1]"]


@pytest.mark.parametrize("wanted", ASSESSED, ids=repr)
def test_feedback_matches_its_value_and_type_alone(wanted: Value) -> None:
    """MLflow's `=` takes '5' for the number and the text alike; ours does not, and takes 5 and 5.0 for the same."""
    text = mlflow_text(clause("feedback.<key>", IS, wanted, key="score")) or ""
    matched = [value for value in ASSESSED if stored_value_matches(text, value)]

    assert matched == [value for value in ASSESSED if value == wanted and _kind(value) == _kind(wanted)]


@given(st.text(max_size=20).filter(lambda text: "\x00" not in text))
def test_text_feedback_matches_its_own_json_alone(wanted: str) -> None:
    """Whatever the text, the JSON it is stored as matches, and the JSON of a longer text does not."""
    text = mlflow_text(clause("expectation.<key>", IS, wanted, key="answer")) or ""

    assert stored_value_matches(text, wanted)
    assert not stored_value_matches(text, wanted + "x")


def stored_value_matches(text: str, value: Value) -> bool:
    """What MLflow's SQL does with the clause: `=` compares with the text and with its JSON, RLIKE with the JSON."""
    stored = json.dumps(value)
    found = re.fullmatch(r"(\S+) (=|RLIKE) (.*)", text, re.DOTALL)
    assert found is not None
    if found[2] == "=":
        return stored in (found[3][1:-1], json.dumps(found[3][1:-1]))
    return re.search(found[3][1:-1], stored) is not None


def _kind(value: Value) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
