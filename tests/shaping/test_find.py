"""Every match in a trace is found once, under a path that leads to it."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.expressions import compile_expression
from mcp_traces.results import MatchResult
from mcp_traces.shaping.find import MatchPage, find_page
from mcp_traces.shaping.paths import MAX_PATH, resolve
from mcp_traces.shaping.rows import trace_values
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.span_views import span_values
from mcp_traces.shaping.text import as_text
from tests.builders import make_assessment, make_exception_event, make_span, make_trace, make_trace_info

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-99, 99), st.text('ab\n🔥ä"\\', max_size=9)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('abk."', max_size=4), inner, max_size=3),
    max_leaves=12,
)


def pages_of(trace: Any, expression: str, room: int = 100_000) -> list[MatchPage]:
    tree = build_tree(trace.spans)
    search = compile_expression("find", expression)
    pages = [find_page(trace.info, tree, None, search, 0, room)]
    while pages[-1].next_index is not None:
        pages.append(find_page(trace.info, tree, None, search, pages[-1].next_index, room))
    return pages


def found(trace: Any, expression: str, room: int = 100_000) -> list[MatchResult]:
    return [match for page in pages_of(trace, expression, room) for match in page.matches]


@given(
    st.lists(st.tuples(JSON, JSON), max_size=4),
    st.sampled_from(["a", "b+", "ä", "🔥", "k", '"', "-?[0-9]"]),
    st.integers(0, 900),
)
@settings(max_examples=150, deadline=None)
def test_each_match_is_where_its_path_and_offset_lead(values: list[Any], expression: str, room: int) -> None:
    """To the character, whatever the value, on whichever page."""
    spans = [make_span(f"s{i}", inputs=given, outputs=answer) for i, (given, answer) in enumerate(values)]
    trace = make_trace(*spans, info=make_trace_info("tr-1"))
    tree = build_tree(trace.spans)
    by_id = {node.span.span_id: span_values(node.span, tree) for node in tree.nodes}
    pages = pages_of(trace, expression, room)
    matches = [match for page in pages for match in page.matches]

    for match in matches:
        values_there = by_id[match.span_id] if match.span_id else trace_values(trace.info)
        value = resolve(values_there, match.path)
        if match.offset is not None:
            assert re.compile(expression, re.IGNORECASE).match(as_text(value), match.offset)
    assert len({(one.span_id, one.path, one.offset) for one in matches if one.offset is not None}) == sum(
        one.offset is not None for one in matches
    )
    assert {page.total for page in pages} == {len(matches)}
    assert sum(count.matches for count in pages[0].counts) <= len(matches)


def test_everything_that_was_recorded_is_searched() -> None:
    """Names, status, inputs, outputs, attributes, events, keys, and what was said of the trace."""
    event = make_exception_event("lamp.Error", "lamp broke", "lamp.py")
    span = make_span(
        "lamp",
        status="ERROR",
        status_message="no lamp",
        inputs={"lamp": 1, "q": ["x", "two LAMPS"]},
        outputs="lamp",
        attributes={"app.lamp": "LAMP-7"},
        events=(event,),
    )
    info = make_trace_info(tags={"k": "lamp"}, assessments=(make_assessment("ok", "lamp", rationale="a lamp"),))

    paths = [(match.span_id is None, match.path, match.offset) for match in found(make_trace(span, info=info), "lamp")]

    assert paths == [
        (True, "assessments[0].value", 0),
        (True, "assessments[0].rationale", 2),
        (True, "tags.k", 0),
        (False, "name", 0),
        (False, "status_message", 3),
        (False, "inputs.lamp", None),
        (False, "inputs.q[1]", 4),
        (False, "outputs", 0),
        (False, 'attributes["app.lamp"]', None),
        (False, 'attributes["app.lamp"]', 0),
        (False, 'events[0].attributes["exception.type"]', 0),
        (False, 'events[0].attributes["exception.message"]', 0),
        (False, 'events[0].attributes["exception.stacktrace"]', 0),
    ]


def test_a_match_is_shown_with_what_stands_around_it() -> None:
    """In one line, with a mark where text goes on."""
    trace = make_trace(make_span(outputs="x" * 100 + "\nthe needle\nhere" + "y" * 100))

    (match,) = found(trace, "needle")

    assert match.text == "…" + "x" * 55 + " the needle here" + "y" * 55 + "…"
    assert match.offset == 105


def test_matches_are_counted_by_span() -> None:
    """An agent sees where to look before it reads them all."""
    trace = make_trace(make_span("one", outputs="ab " * 5), make_span("two", outputs="ab"))

    (page,) = pages_of(trace, "ab")

    assert [(count.name, count.matches) for count in page.counts] == [("one", 5), ("two", 1)]
    assert page.total == 6


def test_a_deeply_nested_value_is_searched() -> None:
    """As deep as JSON is read at all. The path ends where a longer one would be too long, and the offset goes on."""
    value: Any = "needle"
    for _ in range(500):
        value = [value]

    (match,) = found(make_trace(make_span(outputs=value)), "needle")

    assert match.path == "outputs" + "[0]" * 51
    assert match.offset == 500 - 51 + 1


@given(
    st.recursive(
        st.sampled_from(["x", "a ü x\n", 7, None, True, ""]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["a", "b", "x" * 300, 'ü"\n' * 90, "y" * 5_000]), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
@settings(max_examples=150, deadline=None)
def test_a_match_at_or_in_a_long_key_is_read_at_its_offset(value: Any) -> None:
    """Such a key fits no path, and no page: the path is that of what holds it."""
    trace = make_trace(make_span(outputs=value))
    values = span_values(trace.spans[0], build_tree(trace.spans))

    for expression in ("x+", '"', "ü", "7", "null"):
        for match in found(trace, expression):
            assert len(match.path) <= MAX_PATH
            if match.span_id and match.offset is not None:
                assert re.compile(expression.replace('"', r'\\?"'), re.IGNORECASE).match(
                    as_text(resolve(values, match.path)), match.offset
                )
