"""Full text finds what a user wrote, whatever way MLflow stores it."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_traces.filters.fulltext import Words
from mcp_traces.filters.quoting import like
from mcp_traces.records import Span
from tests.builders import make_exception_event, make_span
from tests.filters.mlflow_parser import parse
from tests.filters.test_clause import NASTY, VALUES


def stored(span: Span, *, ascii_only: bool) -> str:
    """The span as MLflow's database holds it: JSON in JSON, the outer one in ASCII before 3.17."""
    attributes = {key: json.dumps(value, ensure_ascii=False) for key, value in span.attributes.items()}
    events = [{"name": event.name, "attributes": dict(event.attributes)} for event in span.events]
    fields = {"trace_id": "kXJ3R0lEVGVzdElkMTIzNA==", "name": span.name, "attributes": attributes, "events": events}
    return json.dumps({**fields, "status": {"message": span.status_message}}, ensure_ascii=ascii_only)


def is_like(text: str, pattern: str) -> bool:
    """SQLite's ILIKE: wildcards, and the case of ASCII letters alone."""
    parts = {"%": ".*", "_": "."}
    expression = "".join(parts.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, text, re.DOTALL | re.IGNORECASE | re.ASCII) is not None


def found_by_patterns(words: Words, span: Span, *, ascii_only: bool) -> bool:
    patterns = [parse(like("trace.text", pattern))[0]["value"] for pattern in words.patterns]
    return any(is_like(stored(span, ascii_only=ascii_only), str(pattern)) for pattern in patterns)


PLACES: dict[str, Any] = {
    "name": lambda text: make_span(text),
    "status message": lambda text: make_span("s", status="ERROR", status_message=text),
    "input": lambda text: make_span("s", inputs={"messages": [{"content": text}]}),
    "input key": lambda text: make_span("s", inputs={text: 1}),
    "output": lambda text: make_span("s", outputs=text),
    "nested JSON": lambda text: make_span("s", outputs={"arguments": json.dumps({"query": text})}),
    "attribute": lambda text: make_span("s", attributes={"app.note": text}),
    "event": lambda text: Span("1", None, "s", "ERROR", 0, 1, events=(make_exception_event("E", text),)),
}


@pytest.mark.parametrize("place", [place for place in PLACES if place != "nested JSON"])
@pytest.mark.parametrize("ascii_only", [False, True], ids=["3.17", "before 3.17"])
@given(said=VALUES, before=st.sampled_from(["", "so: ", "ä"]), cut=st.integers(0, 8))
@example(said='say "hi"\n100% of_it\\', before="", cut=0)
@settings(max_examples=150, deadline=None)
def test_what_a_span_says_is_found(place: str, ascii_only: bool, said: str, before: str, cut: int) -> None:
    """Wherever it was recorded: a pattern that misses it would hide the trace, whatever is looked at afterwards."""
    words = Words(said[cut:] or said)
    span = PLACES[place](f"{before}{said}.")

    assert words.are_in(span)
    assert found_by_patterns(words, span, ascii_only=ascii_only)


@pytest.mark.parametrize("said", ["Ошибка связи", "ошибка связи", "ОШИБКА СВЯЗИ", "Größe", "GRÖßE", "Ελλάδα", "Émile"])
@pytest.mark.parametrize("form", [str, str.lower, str.upper, str.capitalize, str.title])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_case_is_folded_in_every_script(said: str, form: Any, ascii_only: bool) -> None:
    """SQLite folds ASCII only: words in small letters, in capitals and with capital initials are searched for."""
    words = Words(form(said))
    for span in (make_span("s", outputs=text) for text in (said.lower(), said.capitalize(), said.title())):
        assert words.are_in(span)
        if len(form(said)) == len(said):
            assert found_by_patterns(words, span, ascii_only=ascii_only)


@pytest.mark.parametrize("value", NASTY[:-2], ids=lambda value: repr(value[:20]))
def test_words_that_a_span_does_not_say_are_not_in_it(value: str) -> None:
    """A quote, a wildcard or a backslash is itself and nothing else."""
    span = make_span("n", inputs={"q": "a b c 1OO% of-it line break uA"})

    assert Words(value).are_in(span) is (value in ("", " "))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tr-", False),
        ("kXJ3", False),
        ("unix_nano", False),
        ("STATUS_CODE", False),
        ("spanInputs", False),
        ("gpt-4o", True),
        ("42.5", True),
        ("temperature", True),
        ("app.tier", True),
        ('"temperature": 42.5', True),
        ('"temperature":42.5', True),
        ('{"temperature": 42.5', True),
        ('"role": "user", "content": "hi"', False),
        ('"hi"', False),
        ('"', False),
    ],
)
def test_ids_times_and_field_names_are_not_said(text: str, found: bool) -> None:
    """A user's words are what the application recorded, not what MLflow writes around it."""
    attributes = {"mlflow.traceRequestId": "tr-1", "mlflow.llm.model": "gpt-4o", "app.tier": "gold"}
    span = make_span("s", inputs={"temperature": 42.5, "messages": ["hi"]}, attributes=attributes)

    assert Words(text).are_in(span) is found


def test_a_value_nested_beyond_recursion_is_searched() -> None:
    """Nobody bounds what an application records."""
    value: Any = "deep words"
    for _ in range(5_000):
        value = [value]

    assert Words("deep words").are_in(make_span("s", outputs=value))


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -._0123456789", max_size=30))
@settings(max_examples=300, deadline=None)
def test_what_the_pattern_decides_needs_no_look(text: str) -> None:
    """Then the pattern must match what is said, and nothing that every span holds."""
    words = Words(text)
    if words.are_decided_by_pattern:
        span = make_span("n")
        assert is_like(stored(span, ascii_only=False), words.patterns[0]) is words.are_in(span)
        assert words.patterns == (f"%{text}%",)
