"""The benchmark's own correctness: a wrong answer is noticed, so that no figure stands for one."""

import re
from dataclasses import replace

import pytest

from bench.comparison.checks import same_trace, same_traces, so_many_spans
from bench.comparison.processes import WrongAnswerError
from bench.comparison.subjects import Found, Opened

FOUND = Found(0.1, ["tr-1", "tr-2", "tr-3"])
OPENED = Opened(0.1, "answer", 3, ["a", "b", "c"])


def test_equal_answers_pass() -> None:
    """Each kind of subject lists spans in an order of its own; traces come in the order that was asked for."""
    same_traces("a search", FOUND.trace_ids, {"one": FOUND, "other": FOUND})
    same_trace("an opening", 3, {"one": OPENED, "other": replace(OPENED, span_ids=["c", "a", "b"])})


@pytest.mark.parametrize(
    "trace_ids",
    [["tr-1", "tr-2"], ["tr-1", "tr-2", "tr-4"], ["tr-2", "tr-1", "tr-3"], ["tr-1", "tr-2", "tr-3", "tr-4"], []],
    ids=["fewer", "another", "in another order", "more", "none"],
)
def test_other_traces_are_noticed(trace_ids: list[str]) -> None:
    """Whoever answers something else is named: its time would be that of another question."""
    with pytest.raises(WrongAnswerError, match="a search: other answered"):
        same_traces("a search", FOUND.trace_ids, {"one": FOUND, "other": replace(FOUND, trace_ids=trace_ids)})


def test_all_being_wrong_in_the_same_way_is_noticed() -> None:
    """What is expected is what was put into the store, and not what the first of them says."""
    with pytest.raises(WrongAnswerError, match=re.escape("from number 0 on ['tr-1', 'tr-2', 'tr-3']")):
        same_traces("a search", ["tr-9"], {"one": FOUND, "other": FOUND})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"spans": 2}, "other saw 2 spans; there are 3"),
        ({"root": "else"}, "other has the root 'else'; others have 'answer'"),
        ({"span_ids": ["a", "b", "d"]}, "from number 2 on"),
        ({"span_ids": ["a", "b"]}, "answered 2 ids instead of 3"),
        ({"span_ids": ["a", "a", "b"]}, "from number 1 on"),
    ],
    ids=["spans", "root", "another span", "a span less", "a span twice"],
)
def test_another_trace_is_noticed(changes: dict[str, object], told: str) -> None:
    """The number of spans, each of their ids, and the root."""
    with pytest.raises(WrongAnswerError, match=told):
        same_trace("an opening", 3, {"one": OPENED, "other": replace(OPENED, **changes)})


def test_a_timed_opening_of_too_few_spans_is_noticed() -> None:
    """A first answer does not name every span, but it tells how many there are."""
    with pytest.raises(WrongAnswerError, match="ours saw 3 spans; there are 4"):
        so_many_spans("an opening", 4, "ours", replace(OPENED, span_ids=[]))
