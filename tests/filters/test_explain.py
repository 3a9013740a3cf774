"""A filter is told clause by clause as MLflow reads it; what is told is held to MLflow's own parser."""

import re

import pytest
from hypothesis import assume, given, settings

from mcp_traces.filters.checker import check_filter
from mcp_traces.filters.explain import clause_text, explain
from mcp_traces.filters.parser import parse_filter
from tests.filters.test_quoting import parse
from tests.filters.written import RIGHT


@settings(max_examples=3_000, deadline=None)
@given(RIGHT)
def test_operators_and_values_are_those_that_mlflow_reads(text: str) -> None:
    """An agent that is told another value than the one that is compared looks for the mistake elsewhere."""
    assume(not check_filter(text).problems)

    told = explain(parse_filter(text))

    read = parse(text)
    assert [meaning.operator for meaning in told] == [str(clause["comparator"]).upper() for clause in read]
    assert [meaning.value for meaning in told] == [_value(clause["value"]) for clause in read]


def _value(read: object) -> object:
    """MLflow keeps some numbers as text until it compares them."""
    if isinstance(read, list | tuple):
        return tuple(read)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return read


@settings(max_examples=1_000, deadline=None)
@given(RIGHT)
def test_each_clause_alone_is_the_clause_in_the_whole(text: str) -> None:
    """To find out which clause is to blame, each is left out in turn: what is left must mean the same."""
    assume(not check_filter(text).problems)

    texts = [clause_text(clause) for clause in parse_filter(text).clauses]

    upper = [clause | {"comparator": str(clause["comparator"]).upper()} for clause in parse(text)]
    assert [parse(one) for one in texts] == [[clause] for clause in upper]


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("status = 'ERROR'", "the root's status is 'ERROR'"),
        ("timestamp_ms >= 1700000000000", "the trace's start is at least 1700000000000 (2023-11-14T22:13:20.000Z)"),
        ("execution_time_ms < 1000", "the trace's duration in ms is less than 1000"),
        ("name LIKE 'a%'", "the trace's name begins with 'a'"),
        ("name LIKE '%a'", "the trace's name ends with 'a'"),
        ("name LIKE 'a'", "the trace's name is 'a'"),
        ("name LIKE '%'", "the trace's name is anything"),
        ("name ILIKE '%a%'", "the trace's name contains 'a', in any case of letters"),
        ("name LIKE 'a_%'", "the trace's name matches 'a_%' as a whole (% is any text, _ any one character)"),
        ("name RLIKE '^(a|b)$'", "the trace's name matches the regular expression '^(a|b)$'"),
        ("tag.`a b` != 'x'", "tag 'a b' is not 'x' (traces without it do not match)"),
        ("metadata.a.b IS NULL", "metadata 'a.b' is absent"),
        ("span.name IN ('a', \"b\")", "some span's name is one of 'a', 'b'"),
        ("span.type != 'LLM'", "some span's type is not 'LLM'"),
        ("trace.text LIKE '%e%'", "some span's stored JSON contains 'e'"),
        ("feedback.ok = 'true'", "feedback 'ok' is 'true' (the value or the text)"),
        (
            "feedback.score = '5'",
            "feedback 'score' is '5' (the text, or the number as it is stored, on a server 5.0 for 5: compare numbers "
            "by >= and <=)",
        ),
        ("feedback.score >= 4.5", "feedback 'score' is at least 4.5"),
        (
            "feedback.r LIKE '%pos%'",
            "feedback 'r' contains 'pos' (of its JSON, in which text stands in double quotes)",
        ),
        ("tag.x = 'O''Brien'", "tag 'x' is \"O''Brien\""),
    ],
)
def test_a_clause_is_told_in_plain_words(clause: str, words: str) -> None:
    """What a person would say it asks for, the traps of that very clause among it."""
    (meaning,) = explain(parse_filter(clause))

    assert meaning.words == words


def test_every_field_has_its_words() -> None:
    """A row that is added to the table can be told."""
    from mcp_traces.filters.grammar import FIELDS

    for field in FIELDS:
        (meaning,) = explain(parse_filter(field.example))
        assert meaning.field is field
        assert re.match(r"[a-z].* (is|contains|begins|matches)\b", meaning.words)
