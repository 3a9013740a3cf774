"""A value finds exactly the traces that hold exactly it, whatever characters it consists of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.oracle import Oracle
from tests.real.calls import Tools, ids, side_by_side
from tests.real.conftest import REAL
from tests.real.nasty import KEYS, LONG, MIXED, MODEL_IDS, VALUES
from tests.stores import RealStore

pytestmark = REAL

Info = dict[str, Any]

ABSENT = (
    *("plain word_", "plain%", "PLAIN WORDS", "plain words\r", "it\\'s", "5.00", "TRUE"),
    *(LONG + "..", "' OR '1'='1", "\U0001f525"),
)
"""What no trace holds, though some hold what a careless filter would take for it."""

RECORDED: dict[str, list[str]] = {
    **{label: [value or "unnamed", "text", value, "UNKNOWN"] for label, value in VALUES.items()},
    **{f"key {key}": ["keys", "UNKNOWN"] for key in KEYS},
    **{f"mixed {label}": ["mixed", "UNKNOWN"] for label in MIXED},
    **{label: ["modelled", "UNKNOWN"] for label in MODEL_IDS},
}
"""What the one span of each trace says: its name, the key and the value of its inputs, its type."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trace can hold a value: the search for one there, and what MLflow says it holds."""

    search_for: Callable[[str], dict[str, Any]]
    held: Callable[[Info], object]
    left_out: frozenset[str] = frozenset()
    """Values that this place cannot hold."""


def _assessment(kind: str) -> Callable[[Info], object]:
    def held(info: Info) -> object:
        return next(
            (one["value"] for one in info["assessments"] if (one["kind"], one["name"]) == (kind, "nasty")), None
        )

    return held


def _name(info: Info) -> object:
    return info["tags"].get("mlflow.traceName")


TOO_LONG = frozenset({"long", "one character longer"})
"""MLflow takes session and user ids of up to 250 characters."""

PLACES = {
    "name": Place(lambda value: {"name": value}, _name, frozenset({"empty"})),
    # A trace is named as its root, here its only span.
    "span_name": Place(lambda value: {"span_name": value}, _name, frozenset({"empty"})),
    "session_id": Place(
        lambda value: {"session_id": value}, lambda info: info["trace_metadata"].get("mlflow.trace.session"), TOO_LONG
    ),
    "user_id": Place(
        lambda value: {"user_id": value}, lambda info: info["trace_metadata"].get("mlflow.trace.user"), TOO_LONG
    ),
    "tags": Place(lambda value: {"tags": {"nasty": value}}, lambda info: info["tags"].get("nasty")),
    "metadata": Place(lambda value: {"metadata": {"nasty": value}}, lambda info: info["trace_metadata"].get("nasty")),
    "feedback": Place(lambda value: {"feedback": {"nasty": value}}, _assessment("feedback")),
    "expectation": Place(lambda value: {"expectation": {"nasty": value}}, _assessment("expectation")),
}


@pytest.fixture(scope="session")
def infos(own_store: RealStore, all_own_stores: dict[str, RealStore], oracle: Oracle) -> list[Info]:
    """What MLflow's client says of every trace with nasty values, newest first.

    An MLflow server shortens metadata over 250 characters when it tells of them, so the database it holds a copy of is
    asked in its place.
    """
    store = all_own_stores["sqlite"] if own_store.kind == "server" else own_store
    return oracle.search_page(store, locations=[store.sample.experiments["nasty"]], max_results=500)["traces"]


async def found(tools: Tools, searches: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, list[str]]:
    """The ids that each of the searches finds, by its label."""

    async def one(label: str, arguments: dict[str, Any]) -> tuple[str, list[str]]:
        return label, ids(await tools.search(experiment="nasty", **arguments))

    return dict(await side_by_side(one, searches))


def differing(answers: dict[str, list[str]], expected: dict[str, list[str]]) -> dict[str, list[str]]:
    return {label: answer for label, answer in answers.items() if answer != expected[label]}


@pytest.mark.parametrize("argument", PLACES)
async def test_a_value_finds_exactly_the_traces_that_hold_exactly_it(
    own_tools: Tools, infos: list[Info], argument: str
) -> None:
    """MLflow's filters have no escapes: a quote, a backslash or a wildcard could end a value, or widen it."""
    place = PLACES[argument]
    # An empty text for an argument leaves it out; inside a mapping it is a value.
    is_mapping = isinstance(place.search_for("")[argument], dict)
    values = [value for value in [*VALUES.values(), *ABSENT] if value or is_mapping]

    answers = await found(own_tools, [(value, place.search_for(value)) for value in values])

    expected = {value: [info["trace_id"] for info in infos if place.held(info) == value] for value in values}
    assert differing(answers, expected) == {}
    assert [len(expected[value]) for value in ABSENT] == [0] * len(ABSENT)


@pytest.mark.parametrize("argument", PLACES)
async def test_the_store_holds_the_values_as_they_were_logged(
    own_tools: Tools, infos: list[Info], argument: str
) -> None:
    """What MLflow had changed on its way in would find nothing and show nothing."""
    place = PLACES[argument]
    held = {info["trace_id"]: place.held(info) for info in infos}

    changed = {label for label, value in VALUES.items() if held[own_tools.trace_id(label)] != value}

    assert changed == place.left_out


@pytest.mark.parametrize("argument", ["tags", "metadata", "feedback", "expectation"])
async def test_a_key_finds_exactly_the_traces_that_have_exactly_it(own_tools: Tools, argument: str) -> None:
    """A key may hold whatever an application wrote; none may become another key or another condition."""
    answers = await found(own_tools, [(key, {argument: {key: "here"}}) for key in KEYS])

    assert differing(answers, {key: [own_tools.trace_id(f"key {key}")] for key in KEYS}) == {}


@pytest.mark.parametrize("argument", ["feedback", "expectation"])
async def test_an_assessment_is_found_by_a_value_of_its_own_kind(own_tools: Tools, argument: str) -> None:
    """The number 5, the text "5" and true are three things, though MLflow's `=` mixes them; 5 and 5.0 are one."""
    answers = await found(own_tools, [(label, {argument: {"mixed": value}}) for label, value in MIXED.items()])

    alike = {
        label: {other for other, held in MIXED.items() if held == value and _kind(held) is _kind(value)}
        for label, value in MIXED.items()
    }
    by_id = {own_tools.trace_id(f"mixed {label}"): label for label in MIXED}
    assert {label: {by_id[one] for one in answer} for label, answer in answers.items()} == alike


def _kind(value: str | float | bool) -> type:
    return float if type(value) is int else type(value)


async def test_a_model_finds_the_traces_that_it_made(own_tools: Tools, oracle: Oracle) -> None:
    """As MLflow's own client finds them by a plain id, and also by one that MLflow would take for a condition."""
    locations = [own_tools.store.sample.experiments["nasty"]]

    answers = await found(own_tools, [(label, {"model_id": value}) for label, value in MODEL_IDS.items()])

    assert answers == {label: [own_tools.trace_id(label)] for label in MODEL_IDS}
    assert answers["model"] == oracle.search(own_tools.store, locations=locations, model_id=MODEL_IDS["model"])


async def test_text_finds_exactly_the_traces_that_say_it(own_tools: Tools) -> None:
    """LIKE has no escapes, folds ASCII only and sees ids and field names: what it finds is looked at again."""
    saying = {
        label: {other for other, said in RECORDED.items() if any(is_said(value, one) for one in said)}
        for label, value in VALUES.items()
    }
    label_of = {own_tools.trace_id(label): label for label in RECORDED}
    answers: dict[str, set[str]] = {}

    async def look_for(label: str, value: str) -> None:
        pages = await own_tools.pages(experiment="nasty", text=value, limit=100)
        answers[label] = {label_of[trace_id] for page in pages for trace_id in ids(page)}

    await side_by_side(look_for, VALUES.items())

    assert differing(answers, saying) == {}


def is_said(words: str, text: str) -> bool:
    """In either case; `ß` has capitals of its own."""
    return words.lower() in text.lower() or words.upper() in text


async def test_no_value_can_become_another_condition(own_tools: Tools) -> None:
    """What looks like the end of a filter is a value: with a condition beside it, both hold."""
    values = ["x' AND status = 'OK", 'x" AND status = "OK', " AND status = 'OK", "'; DROP TABLE trace_info; --"]

    for status, count in (("OK", 1), ("ERROR", 0)):
        answers = await found(own_tools, [(one, {"tags": {"nasty": one}, "status": status}) for one in values])
        assert [len(answer) for answer in answers.values()] == [count] * len(values)
