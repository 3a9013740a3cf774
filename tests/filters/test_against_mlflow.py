"""What we accept MLflow accepts, with the same meaning; what only MLflow accepts is a known misreading."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mcp_traces.filters.clause import Clause, filter_text
from mcp_traces.filters.grammar import FIELDS, Field
from mcp_traces.filters.reader import read_filter
from tests.filters.mistakes import written
from tests.filters.mlflow_parser import as_mlflow_reads, as_we_read
from tests.filters.test_clause import KEYS, NASTY, VALUES
from tests.filters.written import RIGHT, any_filters

MISREADINGS = {
    "is not one of OK, ERROR": "a status that no trace or span has: MLflow finds nothing",
    "is written in capitals": "a status in small letters: MLflow finds nothing",
    "Assessments are stored as JSON": "LIKE on feedback without its JSON quotes: MLflow finds nothing",
    "is not a valid regular expression": "SQLite finds nothing, PostgreSQL refuses it",
    "looks like": "a time in seconds, micro- or nanoseconds: MLflow compares it with milliseconds",
    "takes only the last": "several run_id =: MLflow searches the last",
    "takes a number, without quotes": "a quoted number: SQLite converts it, PostgreSQL refuses it",
    "takes a number, not": "a text for a number: SQLite compares it as 0",
    "takes epoch milliseconds": "a date as text: SQLite compares it as 0",
    "counts milliseconds: use >= and <": "a date as text: SQLite compares it as 0",
    "takes milliseconds": "a duration with its unit as text: SQLite compares it as 0",
    "joined by exactly one AND": "a missing, leading, trailing or double AND: MLflow skips it",
    "it would search the trace's own": "a key that MLflow rewrites: it searches another field",
    "On span attributes = never matches": "MLflow compares the value with the whole JSON of the span",
    "On span attributes LIKE begins with %": "the pattern follows the key in the JSON: it never matches",
    "does not support": "an operator that MLflow's parser passes on and its store fails on, or answers blindly",
    "without % at both ends nothing matches": "LIKE on the whole JSON of a span",
    "MLflow has no escapes": "doubled quotes or a backslash: MLflow takes both signs for the text",
    "filters have no NOT": "NOT LIKE, which the parser passes on and the store fails on",
    "is searched with LIKE or ILIKE": "another operator on trace.text, which the store refuses",
    "is more than": "a number of more than 64 bits, which the store fails on",
    "no filter says that no span does": "the same on spans",
    "takes name/version": "a prompt without a version: the store fails",
    "The key needs backticks": "a key with other characters, which MLflow takes in some places only",
    "is not a field": "a name that the parser takes with quotes of other kinds",
    "A list is written IN": "`= ('a')`, which the parser passes on and the store fails on",
    "is written `=`": "an operator that the parser passes on and the store fails on",
    "is written": "an operator that the parser passes on and the store fails on",
    "Linked prompts are searched": "the tag that MLflow keeps them in: it searches the prompt",
}
"""Where MLflow's parser accepts a filter and we refuse it: our problem, and what MLflow would do."""


@settings(max_examples=400, deadline=None)
@given(RIGHT)
def test_a_right_filter_means_the_same_to_mlflow(text: str) -> None:
    """Field, operator and value are those that MLflow's parser finds."""
    read = read_filter(text)

    expected = as_mlflow_reads(text)
    if read.problems:
        assert expected is None or all(map(is_misreading, read.problems)), read.message
    else:
        assert expected == [as_we_read(clause) for clause in read.clauses]


@settings(max_examples=400, deadline=None)
@given(st.one_of(any_filters(), written()))
@example("tag.a = 'x' AND AND name = 'b'")
def test_any_filter_that_we_accept_means_the_same_to_mlflow(text: str) -> None:
    """And where we refuse what MLflow accepts, it is a misreading that we know."""
    read = read_filter(text)

    expected = as_mlflow_reads(text)
    if not read.problems:
        assert (expected or []) == [as_we_read(clause) for clause in read.clauses]
    elif expected is not None:
        assert any(map(is_misreading, read.problems)), read.message


def is_misreading(problem: str) -> bool:
    return any(part in problem for part in MISREADINGS)


@settings(max_examples=400, deadline=None)
@given(RIGHT)
def test_what_is_written_again_is_read_as_the_same_clauses(text: str) -> None:
    """A gateway to a server sends the clauses as text."""
    read = read_filter(text)
    assume(not read.problems)

    assert read_filter(filter_text(read.clauses) or "").clauses == read.clauses


@st.composite
def clauses(draw: st.DrawFn, field: Field) -> Clause:
    """A field of the grammar, one of its operators, a value and a key, whatever they hold."""
    operator = draw(st.sampled_from(field.operators))
    key = draw(KEYS) if field.keyed else None
    if "NULL" in operator:
        return Clause(field, operator, None, key)
    if field.value == "number" or operator in (">", ">=", "<", "<="):
        numbers = st.integers(-(2**40), 10**8 - 1) | st.floats(-1e6, 1e6, allow_nan=False)
        return Clause(field, operator, draw(numbers), key)
    if operator in ("IN", "NOT IN"):
        known = st.sampled_from(["OK", "ERROR"]) if field.name.endswith("status") else VALUES
        return Clause(field, operator, tuple(draw(st.lists(known, min_size=1, max_size=3))), key)
    value = draw(VALUES)
    if operator in ("LIKE", "ILIKE"):
        value = f"%{value}%"
    elif operator == "RLIKE":
        value = re.escape(value)
    elif field.name == "trace.prompt":
        value = "support/3"
    elif field.name.endswith("status"):
        value = draw(st.sampled_from(["OK", "ERROR"]))
    return Clause(field, operator, value, key)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_clause_is_read_back_from_its_text(field: Field, data: st.DataObject) -> None:
    """Whatever it holds; a value that no quotes can hold comes back as the expression that matches it alone."""
    clause = data.draw(clauses(field))
    text = filter_text([clause])
    assume(text is not None)
    assert text is not None

    (read,) = read_filter(text).clauses

    assert as_mlflow_reads(text) == [as_we_read(read)]
    if read.operator == "RLIKE" and clause.operator in ("=", "RLIKE") and read.value != clause.value:
        assert isinstance(read.value, str) and isinstance(clause.value, str)
        matched = clause.value if clause.operator == "=" else re.sub(r"\\(.)", r"\1", clause.value, flags=re.DOTALL)
        assert re.search(read.value, matched)
    else:
        assert read == clause


@pytest.mark.parametrize("value", NASTY, ids=lambda value: repr(value[:20]))
def test_a_value_in_the_middle_swallows_no_other_condition(value: str) -> None:
    """A backslash before the closing quote would join two conditions."""
    first, *_ = FIELDS
    tag = next(field for field in FIELDS if field.name == "tag.<key>")
    both = (Clause(tag, "=", value, "k"), Clause(first, "=", "OK"))

    read = read_filter(filter_text(both) or "").clauses

    assert len(read) == 2 and read[1] == both[1]
