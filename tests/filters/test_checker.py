"""A filter is checked before it is sent: what MLflow would misread is refused, and a mistake gets the filter meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.checker import check_filter
from mcp_traces.filters.compiler import Conditions, compile_filter
from mcp_traces.filters.grammar import FIELDS
from tests.filters.test_quoting import KEYS, VALUES, parse

CORRECTED = [
    ("status == 'ERROR'", "status = 'ERROR'"),
    ("status <> 'OK'", "status != 'OK'"),
    ("status is 'OK'", "status = 'OK'"),
    ("name ~ '^a'", "name RLIKE '^a'"),
    ("name CONTAINS 'chat'", "name LIKE '%chat%'"),
    ("status = 'ERROR' OR status = 'IN_PROGRESS'", "status IN ('ERROR', 'IN_PROGRESS')"),
    ("name = 'a' or name = 'b'", "name RLIKE '^(a|b)$'"),
    ("(status = 'OK' OR status = 'ERROR') AND tag.x = '1'", "status IN ('OK', 'ERROR') AND tag.x = '1'"),
    ("NOT status = 'OK'", "status != 'OK'"),
    ("NOT (status = 'OK' OR name = 'x')", "status != 'OK' AND name != 'x'"),
    ("(status = 'OK')", "status = 'OK'"),
    ("status = 'OK' && name = 'x'", "status = 'OK' AND name = 'x'"),
    ("status = 'OK' name = 'x'", "status = 'OK' AND name = 'x'"),
    ("status = 'OK' AND AND name = 'x'", "status = 'OK' AND name = 'x'"),
    ("status = 'OK' AND", "status = 'OK'"),
    ("status = 'OK';", "status = 'OK'"),
    ("timestamp_ms > '2026-11-01'", "timestamp_ms > 1793491200000"),
    ("timestamp_ms > 2026-11-01T12:00:00Z", "timestamp_ms > 1793534400000"),
    ("timestamp_ms BETWEEN 5 AND 9", "timestamp_ms >= 5 AND timestamp_ms <= 9"),
    ("execution_time_ms > '1000'", "execution_time_ms > 1000"),
    ("duration > '5s'", "trace.execution_time_ms > 5000"),
    ("latency > 1000", "trace.execution_time_ms > 1000"),
    ("trace_id = 'tr-1'", "trace.request_id = 'tr-1'"),
    ("trace.request_id IN (tr-1, tr-2)", "trace.request_id IN ('tr-1', 'tr-2')"),
    ("state = 'ERROR'", "trace.status = 'ERROR'"),
    ("Status = 'ERROR'", "status = 'ERROR'"),
    ("Trace.Status = 'error'", "trace.status = 'ERROR'"),
    ("status = 'failed'", "status = 'ERROR'"),
    ("status = ERROR", "status = 'ERROR'"),
    ("tag.environment = production", "tag.environment = 'production'"),
    ("status = 'OK", "status = 'OK'"),
    ("tag.model-name = 'gpt-4'", "tag.`model-name` = 'gpt-4'"),
    ("trace.tags.env = 'p'", "tag.env = 'p'"),
    ("tag.env IN ('a', 'b')", "tag.env RLIKE '^(a|b)$'"),
    ("name IN ('a', 'b.c')", "name RLIKE '^(a|b\\.c)$'"),
    ("session_id = 's1'", "metadata.`mlflow.trace.session` = 's1'"),
    ("user = 'u1'", "metadata.`mlflow.trace.user` = 'u1'"),
    ("feedback.rating = 5", "feedback.rating = '5'"),
    ("feedback.ok = true", "feedback.ok = 'true'"),
    ("assessment.rating = 'good'", "feedback.rating = 'good'"),
    ("span.attributes.model = 'gpt-4'", "span.attributes.model RLIKE '^(gpt\\-4)$'"),
    ("trace.text LIKE 'error'", "trace.text LIKE '%error%'"),
    ("text LIKE '%error%'", "trace.text LIKE '%error%'"),
    ("trace.text = 'error'", "trace.text ILIKE '%error%'"),
]


@pytest.mark.parametrize(("written", "corrected"), CORRECTED, ids=[written for written, _ in CORRECTED])
def test_a_mistake_gets_the_filter_that_was_meant(written: str, corrected: str) -> None:
    """And that one is without fault, to us and to MLflow's own parser."""
    check = check_filter(written)

    assert check.problems
    assert check.corrected == corrected
    assert f"Corrected filter: {corrected}" in check.text
    assert check_filter(corrected).problems == ()
    assert parse(corrected)


@pytest.mark.parametrize(
    ("written", "searches"),
    [
        ("name = 'a' OR tag.x = 'b'", ["name = 'a'", "tag.x = 'b'"]),
        ("tag.x = '1' AND status = 'OK' OR status = 'ERROR'", ["tag.x = '1' AND status = 'OK'", "status = 'ERROR'"]),
        (
            "(status = 'OK' OR name = 'b') AND tag.x = '1'",
            ["status = 'OK' AND tag.x = '1'", "name = 'b' AND tag.x = '1'"],
        ),
    ],
)
def test_what_one_filter_cannot_say_gets_a_search_for_each_side(written: str, searches: list[str]) -> None:
    """Their results together are what was asked for; AND binds closer than OR."""
    check = check_filter(written)

    assert (check.corrected, list(check.alternatives)) == (None, searches)
    assert all(parse(search) and not check_filter(search).problems for search in searches)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("foo = 1", "There is no field `foo`. Fields: trace.status, trace.timestamp_ms"),
        ("tag.name = 'x'", "it would search the trace's own name instead. Use the argument tags={'name': ...}"),
        ("feedback.Text = 'x'", "it would search the trace's own text instead"),
        ("hello world", "'hello world' is no part of a clause; a clause is: field operator value."),
        ("status =", "There is no value behind `status =`."),
        ("status IS NULL", "`status` cannot be asked for IS NULL."),
        ("tag.x NOT LIKE 'a'", "`tag.x` takes no NOT LIKE; it takes =, !=, LIKE"),
        ("NOT span.status = 'ERROR'", "that no span is so cannot be said in a filter"),
        ("span.attributes.tokens > 5", "`span.attributes.tokens` takes no >; it takes LIKE, ILIKE, RLIKE."),
        ("status = 'broken'", "There is no status 'broken'; it is one of OK, ERROR, IN_PROGRESS."),
        ("timestamp_ms > 'yesterday'", "`timestamp_ms` takes a number, not 'yesterday'."),
        ("AND AND", "There is an AND too many."),
    ],
)
def test_what_cannot_be_mended_is_explained(written: str, said: str) -> None:
    """What is wrong and what is valid, where we cannot tell what was meant."""
    check = check_filter(written)

    assert said in check.text


@pytest.mark.parametrize(
    "written",
    [
        "status = 'OK' name = 'x'",
        "AND AND",
        "tag.name = 'x'",
        "feedback.text LIKE '%x%'",
        "timestamp_ms > '2024-01-01'",
        "span.attributes.k = 'v'",
        "span.attributes.k != 'v'",
        "status = 'error'",
        "trace.text LIKE 'error'",
    ],
)
def test_what_mlflow_would_misread_in_silence_is_known_as_such(written: str) -> None:
    """MLflow takes each of these and answers another question."""
    assert parse(written) is not None
    assert check_filter(written).misread


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_the_examples_of_the_grammar_are_without_fault(field: object) -> None:
    """One table feeds the checker and the text that teaches the syntax."""
    assert check_filter(field.example).problems == ()  # type: ignore[attr-defined]


@settings(max_examples=1_000, deadline=None)
@given(
    tags=st.dictionaries(KEYS, VALUES, max_size=2),
    feedback=st.dictionaries(st.sampled_from(["rating", "score"]), st.integers() | st.booleans() | VALUES, max_size=2),
    text=st.none() | VALUES,
    name=st.none() | VALUES,
    since=st.none() | st.integers(0, 10**13),
)
def test_what_we_compile_ourselves_is_without_fault(
    tags: dict[str, str], feedback: dict[str, str], text: str | None, name: str | None, since: int | None
) -> None:
    """The checker must refuse no right filter, whatever values stand in it."""
    conditions = Conditions(tags=tags, feedback=feedback, text=text, name=name, since_ms=since, span_type="TOOL")
    try:
        compiled = compile_filter(conditions).text or ""
    except InvalidArgumentError:
        return

    assert check_filter(compiled).problems == ()


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from(list("status nameORANDNOT='\"`()<>!.,;%-05tagxILKE")), max_size=60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    """No input makes the reader stop, fail or loop."""
    check = check_filter(text)

    assert isinstance(check.text, str)
