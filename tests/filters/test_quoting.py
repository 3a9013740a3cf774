"""Values and keys enter a filter so that MLflow's own parser reads back exactly them, whatever they hold."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.compiler import Conditions, compile_filter
from mcp_traces.filters.grammar import REMAPPED_KEYS
from mcp_traces.filters.quoting import equals, keyed, matches_exactly

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


def parse(filter_string: str) -> list[dict[str, object]]:
    from mlflow.utils.search_utils import SearchTraceUtils

    return SearchTraceUtils.parse_search_filter_for_search_traces(filter_string)


def reads_as(clause: dict[str, object], value: str) -> bool:
    """Whether MLflow would match exactly `value`: by equality, or by a regular expression that matches only it."""
    if clause["comparator"] == "=":
        return clause["value"] == value
    pattern = str(clause["value"])
    others = (value + "\n", value + "x", "x" + value, value[:-1])
    return bool(re.search(pattern, value)) and not any(re.search(pattern, other) for other in others if other != value)


@settings(max_examples=5_000, deadline=None)
@given(VALUES, KEYS)
@example("a'b\"c\\", "k")
def test_any_value_under_any_key_is_one_condition_on_exactly_that_value(value: str, key: str) -> None:
    """MLflow has no escape syntax; a value must never become another condition, nor match anything but itself."""
    try:
        name = keyed("tag", key)
    except InvalidArgumentError:
        assert key.lower() in REMAPPED_KEYS or "`" in key
        return

    clauses = parse(equals(name, value))

    assert len(clauses) == 1
    assert (clauses[0]["type"], clauses[0]["key"]) == ("tag", key)
    assert reads_as(clauses[0], value)


@pytest.mark.parametrize("value", NASTY, ids=lambda value: repr(value[:20]))
def test_an_exact_regular_expression_matches_its_value_alone(value: str) -> None:
    """`$` would also match before a final newline, and an unescaped dot any character."""
    (clause,) = parse(matches_exactly("tag.`k`", value))

    assert clause["comparator"] == "RLIKE"
    assert reads_as(clause, value)


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.text("abc.-", min_size=1, max_size=5), VALUES, max_size=4), VALUES, VALUES)
def test_many_conditions_stay_as_many_conditions(tags: dict[str, str], session: str, text: str) -> None:
    """Clauses are joined by AND; a value in one must not swallow the next."""
    compiled = compile_filter(Conditions(tags=tags, session_id=session, text=text, status="OK"))

    assert len(parse(compiled.text or "")) == len(compiled.clauses) == len(tags) + 3


@pytest.mark.parametrize("key", sorted(REMAPPED_KEYS))
@pytest.mark.parametrize("entity", ["tag", "metadata", "feedback", "expectation"])
def test_keys_that_mlflow_would_search_elsewhere_are_refused(entity: str, key: str) -> None:
    """MLflow rewrites `tag.name` to the trace's name and so on: the answer would be about something else."""
    (clause,) = parse(f"{entity}.`{key}` LIKE '%x%'") if key == "text" else parse(f"{entity}.`{key}` = 'x'")

    assert (clause["type"], clause["key"]) != (entity, key)
    with pytest.raises(InvalidArgumentError, match=re.escape(f"cannot search {entity} key '{key}'")):
        keyed(entity, key)
    with pytest.raises(InvalidArgumentError):
        keyed(entity, key.upper())


@pytest.mark.parametrize("key", ["", "line\nbreak", "nul\x00", '`both"'], ids=repr)
def test_keys_that_the_grammar_cannot_write_are_refused(key: str) -> None:
    """A key between quotes cannot hold both kinds, and MLflow strips what is empty."""
    with pytest.raises(InvalidArgumentError, match="cannot name the tag key"):
        keyed("tag", key)


def test_a_value_with_nul_is_refused() -> None:
    """PostgreSQL cannot hold it, and its driver fails with an error of its own."""
    with pytest.raises(InvalidArgumentError, match="NUL"):
        equals("trace.name", "a\x00b")
