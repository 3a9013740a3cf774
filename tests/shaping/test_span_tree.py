"""Spans form a tree whatever their parents claim, and each stands in it exactly once."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.records import Span
from mcp_traces.results import Table
from mcp_traces.shaping.critical_path import critical_path
from mcp_traces.shaping.span_pages import tree_page
from mcp_traces.shaping.span_tree import build_tree


def span(span_id: str, parent_id: str | None = None, start: int = 0, end: int | None = 10) -> Span:
    return Span(
        span_id, parent_id, f"name-{span_id}", "OK", start * 1_000_000, None if end is None else end * 1_000_000
    )


def outline(spans: list[Span]) -> list[tuple[str, int]]:
    return [(node.span.span_id, node.depth) for node in build_tree(spans).nodes]


def test_children_stand_below_their_parent_in_the_order_they_began() -> None:
    """Whatever the order in which the store gives them."""
    spans = [span("c", "a", 5), span("d", "b", 4), span("a"), span("b", "a", 3)]

    assert outline(spans) == [("a", 0), ("b", 1), ("d", 2), ("c", 1)]


@pytest.mark.parametrize(
    ("spans", "expected", "note"),
    [
        (
            [span("a"), span("x", "gone", 1)],
            [("a", 0), ("x", 0)],
            "1 of 2 spans name a parent that is not in the trace",
        ),
        ([span("a", "b"), span("b", "a", 1)], [("a", 0), ("b", 1)], "1 of 2 spans are their own ancestors"),
        ([span("a", "a")], [("a", 0)], "1 of 1 spans are their own ancestors"),
        ([span("a"), span("a", None, 1)], [("a", 0), ("a", 0)], "1 of 2 spans repeat the id of another"),
        ([span("a"), span("b", None, 1)], [("a", 0), ("b", 0)], None),
        ([span("a", end=None)], [("a", 0)], "1 of 1 spans have not ended"),
        ([], [], None),
    ],
    ids=["orphan", "circle", "own parent", "repeated id", "two roots", "not ended", "no spans"],
)
def test_broken_traces_are_shown_as_what_they_are(
    spans: list[Span], expected: list[tuple[str, int]], note: str | None
) -> None:
    """A tracer that crashed leaves such traces; they are the ones people ask about."""
    tree = build_tree(spans)

    assert outline(spans) == expected
    assert any(note in one for one in tree.notes) if note else not tree.notes


SPANS = st.lists(
    st.builds(
        span,
        st.sampled_from("abcdefgh"),
        st.none() | st.sampled_from("abcdefghxyz"),
        st.integers(0, 50),
        st.none() | st.integers(0, 100),
    ),
    max_size=25,
)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.none() | st.integers(2, 4)), max_size=12),
    st.randoms(),
)
def test_spans_of_one_moment_stand_in_one_order_however_the_store_gives_them(
    drawn: list[tuple[str, int, int | None]], random: Random
) -> None:
    """MLflow orders them by nothing: PostgreSQL changes its mind, and a page would show one twice and another never."""
    spans = [span(f"{number:x}", parent, start, end) for number, (parent, start, end) in enumerate(drawn)]

    assert outline(random.sample(spans, len(spans))) == outline(spans)


@given(SPANS, st.integers(150, 2_000))
def test_paging_the_tree_shows_every_span_exactly_once(spans: list[Span], room: int) -> None:
    """Orphans, circles and repeated ids included, however small the page."""
    tree = build_tree(spans)
    shown: list[str] = []
    start: int | None = 0
    while start is not None:
        page = tree_page(tree, start, room)
        assert isinstance(page.spans, Table)
        shown += [row[page.spans.columns.index("span_id")] for row in page.spans.rows]
        start = page.next_index

    assert sorted(shown) == sorted(one.span_id for one in spans)
    assert shown == [node.span.span_id for node in tree.nodes]


@given(SPANS)
def test_the_critical_path_breaks_on_nothing_and_never_exceeds_the_trace(spans: list[Span]) -> None:
    """Clocks of several machines make children that begin before or end after their parents."""
    tree = build_tree(spans)
    path = critical_path(tree)

    assert all(own >= 0 for own in path.values())
    possible = [node.span for node in tree.nodes if node.index not in tree.impossible and node.span.end_time_ns]
    last_end = max((one.end_time_ns or 0 for one in possible), default=tree.start_ns)
    assert sum(path.values()) <= max(last_end - tree.start_ns, 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=10))
def test_the_critical_path_of_one_root_covers_it_and_all_that_outlived_it(drawn: list[tuple[int, int, int]]) -> None:
    """No time of the trace is left unexplained."""
    parents = [None, *(str(parent % (number + 1)) for number, (parent, _, _) in enumerate(drawn[1:]))]
    spans = [
        span(str(number), parent, start, start + duration)
        for number, (parent, (_, start, duration)) in enumerate(zip(parents, drawn, strict=True))
    ]
    tree = build_tree(spans)
    last_end = max(one.end_time_ns or 0 for one in spans)

    assert sum(critical_path(tree).values()) == last_end - tree.roots[0].span.start_time_ns


def test_the_critical_path_goes_on_after_a_root_that_only_started_a_stream() -> None:
    """mlflow#13555: the root had ended after 120 ms, its children 11.8 s later."""
    spans = [
        span("root", None, 0, 120),
        span("model", "root", 100, 4_000),
        span("tool", "root", 4_000, 11_900),
    ]
    tree = build_tree(spans)
    names = {node.index: node.span.span_id for node in tree.nodes}

    assert {names[index]: own // 1_000_000 for index, own in critical_path(tree).items()} == {
        "root": 100,
        "model": 3_900,
        "tool": 7_900,
    }
    assert tree.notes == (
        "2 of 3 spans ended after their root, the last 11,780 ms after it; the critical path includes them.",
    )


@pytest.mark.parametrize(("since", "until"), [(900, 400), (-1_760_000_000_000, -1_759_999_999_000)])
def test_times_that_cannot_be_true_are_noted_and_not_added(since: int, until: int) -> None:
    """mlflow PR#13047: negative durations; and clocks that were never set say 1970."""
    tree = build_tree([span("root", None, 0, 1_000), span("odd", "root", since, until), span("in", "odd", 200, 300)])

    assert [tree.duration_ns(node) // 1_000_000 for node in tree.nodes] == [1_000, 0, 100]
    assert sum(critical_path(tree).values()) == 1_000 * 1_000_000
    assert tree.start_ms(tree.roots[0].span) == 0
    (note,) = tree.notes
    assert note.startswith("1 of 3 spans have times that cannot be true")


def test_children_that_began_before_their_parent_are_noted() -> None:
    """aspire#13376: two machines, two clocks."""
    tree = build_tree([span("root", None, 500, 1_000), span("early", "root", 100, 700)])

    assert tree.notes == ("1 of 2 spans began before their parent: clocks differ.",)


def test_a_trace_as_deep_as_it_is_long_is_a_tree_too() -> None:
    """Python's recursion limit is 1,000; an agent loop can nest deeper."""
    spans = [span(str(i), str(i - 1) if i else None, i, 20_000 - i) for i in range(5_000)]

    tree = build_tree(spans)

    assert tree.nodes[-1].depth == 4_999
    assert len(critical_path(tree)) == 5_000


def test_the_critical_path_follows_what_the_parent_waited_for() -> None:
    """Of two children at once the later one to end counts; time in which none ran is the parent's own."""
    spans = [
        span("root", None, 0, 100),
        span("short", "root", 10, 30),
        span("long", "root", 10, 60),
        span("inner", "long", 20, 50),
        span("last", "root", 70, 90),
    ]
    tree = build_tree(spans)
    names = {node.index: node.span.span_id for node in tree.nodes}

    own_ms = {names[index]: own // 1_000_000 for index, own in critical_path(tree).items()}

    assert own_ms == {"root": 30, "last": 20, "long": 20, "inner": 30}
