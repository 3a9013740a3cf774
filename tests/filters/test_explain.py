"""A clause in plain words."""

import re

import pytest

from mcp_traces.filters.clause import CONTAINS, HAS_ERROR, IS, Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.filters.explain import words
from mcp_traces.filters.grammar import FIELDS
from mcp_traces.filters.reader import read_filter


@pytest.mark.parametrize(
    ("text", "sentence"),
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
        ("metadata.a.b IS NOT NULL", "metadata 'a.b' exists"),
        ("span.name IN ('a', \"b\")", "some span's name is one of 'a', 'b'"),
        ("span.type != 'LLM'", "some span's type is not 'LLM'"),
        ("trace.text LIKE '%e%'", "some span's stored JSON contains 'e'"),
        (
            "feedback.ok = 'true'",
            "feedback 'ok' is 'true' (the text or the value; compare numbers by >= and <=)",
        ),
        (
            "feedback.score = '5'",
            "feedback 'score' is '5' (the text or the value; compare numbers by >= and <=)",
        ),
        ("feedback.score >= 4.5", "feedback 'score' is at least 4.5"),
        (
            "feedback.r LIKE '%pos%'",
            "feedback 'r' contains 'pos' (of its JSON, with text in double quotes)",
        ),
        ('tag.x = "O\'Brien"', "tag 'x' is \"O'Brien\""),
    ],
)
def test_a_written_clause_is_explained_in_plain_words(text: str, sentence: str) -> None:
    """What a person would say it asks for, with the traps of that very clause."""
    (read,) = read_filter(text).clauses

    assert words(read) == sentence


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (Clause(HAS_ERROR, "=", True), "some span failed"),
        (Clause(HAS_ERROR, "=", False), "no span failed"),
        (clause("trace.text", CONTAINS, "time out"), "some span's text contains 'time out', in any case of letters"),
        (clause("feedback.<key>", IS, 5, key="score"), "feedback 'score' is exactly 5"),
        (clause("feedback.<key>", IS, "5", key="score"), "feedback 'score' is exactly '5'"),
        (clause("expectation.<key>", IS, True, key="ok"), "expectation 'ok' is exactly True"),
    ],
    ids=str,
)
def test_a_typed_clause_is_explained_in_plain_words(one: Clause, sentence: str) -> None:
    """Those that a written filter does not have."""
    assert words(one) == sentence


def test_every_field_has_its_words() -> None:
    """A row that is added to the table can be explained."""
    for field in FIELDS:
        (read,) = read_filter(field.example).clauses
        assert read.field is field
        assert re.match(r"[a-z].* (is|contains|begins|matches|exists)\b", words(read))
