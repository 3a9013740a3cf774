"""A history that calls repeat, shorten or share is told once; what only looks like it is told."""

import pytest

from mcp_traces.records import Json
from tests.shaping.chats import calls, chat, result, said, system, texts, user


def test_a_word_said_twice_is_told_twice() -> None:
    """A history is a sequence: the second yes is a message of its own."""
    history = [system(), user("yes"), said("ok"), user("yes")]

    spans = [chat(history[:2], said("ok"), at=1), chat(history, said("ok"), at=2)]

    assert texts(spans) == [
        ("Be brief.", "chat1"),
        ("yes", "chat1"),
        ("ok", "chat1"),
        ("yes", "chat2"),
        ("ok", "chat2"),
    ]


def test_threads_keep_their_own_histories() -> None:
    """Sub-agents at once are asked the same under other instructions; the next calls of each go on with its own."""
    first = [system("You are A."), user("Go.")]
    second = [system("You are B."), user("Go.")]
    spans = [
        chat(first, said("A1"), at=1),
        chat(second, said("B1"), at=2),
        chat([*first, said("A1"), user("More.")], said("A2"), at=3),
        chat([*second, said("B1"), user("More.")], said("B2"), at=4),
    ]

    assert [text for text, _ in texts(spans)] == [
        *("You are A.", "Go.", "A1", "You are B.", "Go.", "B1"),
        *("More.", "A2", "More.", "B2"),
    ]


def test_the_same_question_asked_thrice_has_three_answers() -> None:
    """The request is a history repeated; each answer is new, also when it is the same."""
    spans = [chat([user("Right?")], said(answer), at=at) for at, answer in enumerate(("yes", "yes", "no"))]

    assert texts(spans) == [("Right?", "chat0"), ("yes", "chat0"), ("yes", "chat1"), ("no", "chat2")]


LONG_AGO = [user("One?"), said("1"), user("yes"), said("2"), user("yes"), said("3")]


@pytest.mark.parametrize(
    ("shortened", "new"),
    [
        ([system(), *LONG_AGO, user("yes")], ["yes"]),
        ([system(), *LONG_AGO[3:], user("yes")], ["yes"]),
        ([system(), *LONG_AGO[-1:], user("yes")], ["yes"]),
        ([*LONG_AGO[2:], user("yes")], ["yes"]),
        ([system(), user("Summary."), *LONG_AGO[3:], user("yes")], ["Summary.", "yes"]),
        ([system("Now it is noon."), *LONG_AGO, user("yes")], ["Now it is noon.", "yes"]),
        ([system(), *LONG_AGO[:2], *LONG_AGO[4:], user("yes")], ["yes"]),
        ([system(), LONG_AGO[0], said("(removed)"), *LONG_AGO[2:], user("yes")], ["(removed)", "yes"]),
        ([system(), *LONG_AGO[:3]], []),
    ],
    ids=[
        *("whole", "window", "window of one", "system dropped", "summary", "clock in the system's words"),
        *("middle dropped", "one replaced", "asked again"),
    ],
)
def test_a_shortened_history_tells_only_what_is_new(shortened: list[Json], new: list[str]) -> None:
    """Old messages stay told; what a summary says in their place is new, and so is what follows."""
    spans = [
        chat([system(), *LONG_AGO[:1]], LONG_AGO[1], at=1),
        chat([system(), *LONG_AGO[:3]], LONG_AGO[3], at=2),
        chat([system(), *LONG_AGO[:5]], LONG_AGO[5], at=3),
        chat(shortened, said("answer"), at=4),
    ]

    assert [text for text, span_id in texts(spans) if span_id == "chat4"] == [*new, "answer"]


LENGTHY = said("A text of this length is hardly said twice by chance, but it can be.")
TURNS = [user("One?"), said("ok"), user("yes"), said("ok"), user("yes")]

CONFUSABLE: dict[str, list[tuple[list[Json], Json, list[str]]]] = {
    "another's history is longer, but this goes on with its own": [
        ([system("A"), *TURNS[:1]], said("ok"), ["A", "One?"]),
        ([system("A"), *TURNS[:3]], said("ok"), ["yes"]),
        ([system("B"), *TURNS[:1]], said("ok"), ["B", "One?"]),
        ([system("B"), *TURNS[:3]], said("ok"), ["yes"]),
        ([system("B"), *TURNS[1:]], None, ["yes"]),
        ([system("A"), *TURNS[1:]], said("ok"), ["yes"]),
    ],
    "another's midst is longer": [
        ([system("A"), *TURNS[:1]], said("ok"), ["A", "One?"]),
        ([system("A"), *TURNS[:3]], said("ok"), ["yes"]),
        ([system("A"), *TURNS[:4], user("Which way?")], said("left"), ["Which way?"]),
        ([system("B"), *TURNS[:1]], said("ok"), ["B", "One?"]),
        ([system("B"), *TURNS[:3]], said("ok"), ["yes"]),
        ([system("B"), *TURNS], said("right"), ["yes"]),
        ([system("A"), *TURNS[1:]], said("ok"), ["yes"]),
    ],
    "a window in which words repeat": [
        ([system(), *TURNS[:1]], said("ok"), ["Be brief.", "One?"]),
        ([system(), *TURNS[:3]], said("ok"), ["yes"]),
        ([system(), *TURNS[1:3]], said("ok"), ["yes"]),
    ],
    "a longer window in which nothing but the end tells where it is": [
        ([system(), *TURNS[:1], *TURNS[1:3] * 20], said("ok"), ["Be brief.", "One?", *("ok", "yes") * 20]),
        ([system(), *TURNS[1:3] * 10], said("ok"), ["yes"]),
    ],
    "tools of two agents answer alike": [
        ([user("A?")], calls("", n=1), ["A?"]),
        (
            [user("A?"), calls("", n=1), {"role": "tool", "content": "[]"}, {"role": "tool", "content": "[]"}],
            None,
            ["[]"] * 2,
        ),
        ([user("B?")], calls("", n=2), ["B?"]),
        (
            [user("B?"), calls("", n=2), {"role": "tool", "content": "[]"}, {"role": "tool", "content": "[]"}],
            None,
            ["[]"] * 2,
        ),
    ],
    "a report that another agent is shown": [
        ([system("A"), user("Job.")], LENGTHY, ["A", "Job."]),
        ([system("B"), user("Plan."), LENGTHY], said("Good."), ["B", "Plan."]),
    ],
    "a question sent back in other words": [
        ([user("From the documents: Where?")], calls("c1", id="A"), ["From the documents: Where?"]),
        ([user("Where?"), calls("c1", id="A"), result("c1", "here")], said("There."), ["Where?", "here"]),
    ],
    "another's end is like what follows a summary": [
        ([user("One?")], said("ok"), ["One?"]),
        ([user("Two?")], said("ok"), ["Two?"]),
        ([user("Sum 1."), user("One?"), said("ok"), user("yes")], None, ["Sum 1.", "yes"]),
        ([user("Sum 2."), user("Two?"), said("ok"), user("yes")], None, ["Sum 2.", "yes"]),
    ],
    "said again in the same history": [
        ([user("One?")], LENGTHY, ["One?"]),
        (
            [user("One?"), LENGTHY, user("Again?"), LENGTHY, user("Thanks.")],
            None,
            ["Again?", LENGTHY["content"], "Thanks."],
        ),
    ],
    "said twice around what was said before": [
        ([user("One?")], said("ok"), ["One?"]),
        ([LENGTHY, user("One?"), said("ok"), LENGTHY], None, [LENGTHY["content"], LENGTHY["content"]]),
    ],
}


@pytest.mark.parametrize("asked", CONFUSABLE.values(), ids=list(CONFUSABLE))
def test_histories_that_look_alike_are_not_taken_for_each_other(
    asked: list[tuple[list[Json], Json, list[str]]],
) -> None:
    """Where words repeat, the history that a call goes on from is its own."""
    told = texts([chat(messages, answer, at=at) for at, (messages, answer, _) in enumerate(asked)])

    for at, (_, answer, new) in enumerate(asked):
        here = [text for text, span_id in told if span_id == f"chat{at}"]
        answers = [answer["content"] or here[-1]] if answer else []
        assert here == [*new, *answers], f"call {at}"


def test_a_call_whose_id_was_rewritten_is_the_same_call() -> None:
    """Some clients make ids of their own for what they send back."""
    answered = [user("Where?"), calls("call-original", id="A")]
    sent_back = [answered[0], calls("rewritten", id="A"), result("rewritten", "shipped")]

    told = texts([chat(answered[:1], answered[1], at=1), chat(sent_back, said("Yes."), at=2)])

    assert [text for text, _ in told] == ["Where?", '[lookup({"id": "A"})]', "shipped", "Yes."]


def test_examples_that_change_are_told_although_their_answers_are_alike() -> None:
    """A short answer said in one place is not the same message in another."""
    asked = [[user("a"), said("good"), user("b"), said("bad"), user("x1")]]
    asked += [[user("c"), said("good"), user("d"), said("bad"), user("x2")]]
    spans = [chat([system(), *one], said("good"), at=at) for at, one in enumerate(asked)]

    assert [text for text, span_id in texts(spans) if span_id == "chat1"] == ["c", "good", "d", "bad", "x2", "good"]
