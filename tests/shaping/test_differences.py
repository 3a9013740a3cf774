"""What differs between two sides is found where it was planted, and nothing is reported where nothing differs."""

import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from math import comb, exp, inf, log, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.shaping.differences import (
    MAX_EXACT,
    Difference,
    Features,
    Held,
    Share,
    differences,
    log_fisher,
    log_rank_test,
)
from tests.shaping.drawn_traces import WORLDS, World, alarms, firsts

DRAWS = {(15, 150): 20, (40, 400): 10}
"""`make bench-differences` makes 200 of each."""


def side(*groups: tuple[int, Mapping[str, str]]) -> list[Features]:
    """So many traces with these values, and so on."""
    return [
        Features({name: frozenset(value.split(",")) for name, value in values.items()})
        for count, values in groups
        for _ in range(count)
    ]


def shown(found: tuple[Difference, ...]) -> list[tuple[str, str | None, Share, Share]]:
    return [(one.attribute, one.value, one.traces, one.baseline) for one in found]


def test_a_value_that_one_side_holds_more_often_is_found() -> None:
    """With its counts on both sides, and said of the value that the first side has more of."""
    bad = side((12, {"model": "mini"}), (8, {"model": "large"}))
    good = side((10, {"model": "mini"}), (190, {"model": "large"}))

    result = differences(bad, good)

    assert shown(result.found) == [("model", "mini", Share(12, 20), Share(10, 200))]
    assert result.found[0].kind == "value"
    assert result.found[0].p_value == pytest.approx(exp(log_fisher(12, 10, 20, 200)))
    assert (result.traces, result.baseline, result.attributes, result.tried) == (20, 200, 1, 1)


def test_a_value_that_one_side_lost_is_found() -> None:
    """Three values: none is the opposite of another, and the one that is missing says most."""
    bad = side((10, {"step": "a"}), (10, {"step": "b"}))
    good = side((50, {"step": "a"}), (50, {"step": "b"}), (100, {"step": "c"}))

    (found,) = differences(bad, good).found

    assert (found.value, found.traces.share, found.baseline.share) == ("c", 0, 0.5)


def test_an_absent_attribute_is_a_value() -> None:
    """The traces that failed are those that nobody gave a user."""
    bad = side((20, {}), (5, {"user": "ann"}))
    good = side((100, {"user": "ann"}), (100, {"user": "bob"}))

    first = differences(bad, good).found[0]

    assert (first.kind, first.attribute, first.value) == ("absent", "user", None)
    assert (first.traces, first.baseline) == (Share(20, 25), Share(0, 200))


def test_values_of_the_same_traces_are_one_difference() -> None:
    """Any of them may be the cause, and no test says which one: all are named, also those that all others hold."""
    bad = side(
        (15, {"version": "2", "region": "eu", "cache": "off"}), (5, {"version": "1", "region": "us", "cache": "on"})
    )
    good = side(
        (180, {"version": "1", "region": "us", "cache": "on"}), (20, {"version": "2", "region": "eu", "cache": "off"})
    )

    (found,) = differences(bad, good).found

    assert (found.attribute, found.value) == ("cache", "off")
    assert found.same == (Held("region", "eu"), Held("version", "2"))
    assert found.opposite == (Held("region", "us"), Held("version", "1"))


def test_nothing_differs_is_an_answer() -> None:
    """It says on how many traces and attributes; what comes closest is not called a difference."""
    bad = side((6, {"model": "mini"}), (14, {"model": "large"}))
    good = side((40, {"model": "mini"}), (160, {"model": "large"}))

    result = differences(bad, good)

    assert result.found == ()
    assert [(one.attribute, one.value) for one in result.closest] == [("model", "mini")]
    assert result.closest[0].p_value > 0.005
    assert (result.tried, result.attributes) == (1, 1)


def test_attributes_that_are_nearly_unique_are_left_out_and_named() -> None:
    """A request id differs always. That only one side has them is worth knowing."""
    bad = [Features({"request": frozenset([f"r{index}"]), "model": frozenset(["a"])}) for index in range(30)]
    good = side((100, {"model": "a"}))

    result = differences(bad, good)

    assert result.left_out == ("request",)
    assert shown(result.found) == [("request", None, Share(0, 30), Share(100, 100))]


def test_values_that_few_traces_hold_are_not_compared() -> None:
    """They are counted."""
    bad = side((2, {"user": "rare"}), (28, {"user": "ann"}))
    good = side((300, {"user": "ann"}))

    result = differences(bad, good)

    assert (result.found, result.tried, result.too_rare) == ((), 0, 2)


def test_a_value_counts_once_in_a_trace() -> None:
    """The trace is the unit: a trace of a hundred spans of one model says as much as a trace of one."""
    bad = side((15, {"model": "a,b"}), (15, {"model": "b"}))
    good = side((10, {"model": "a,b"}), (290, {"model": "b"}))

    assert shown(differences(bad, good).found) == [("model", "a", Share(15, 30), Share(10, 300))]


def test_numbers_are_compared_by_their_ranks() -> None:
    """One outlier moves no median, and both medians are shown."""
    bad = [Features({}, {"ms": 100.0 + index}) for index in range(30)]
    good = [Features({}, {"ms": 50.0 + index / 10}) for index in range(299)] + [Features({}, {"ms": 1e9})]

    (found,) = differences(bad, good).found

    assert (found.kind, found.attribute, found.medians) == ("number", "ms", (114.5, 64.95))
    assert (found.traces, found.baseline) == (Share(30, 30), Share(300, 300))


def test_numbers_that_are_missing_or_not_finite_are_not_compared() -> None:
    """That one side lacks them may be what differs."""
    bad = [Features({}, {"cost": value}) for value in (nan, inf, *[1.0] * 10)] + side((20, {}))
    good = [Features({}, {"cost": 1.0}) for _ in range(200)]

    (found,) = differences(bad, good).found

    assert (found.kind, found.traces, found.baseline) == ("absent", Share(22, 32), Share(0, 200))


@pytest.mark.parametrize(
    ("bad", "good"),
    [([], []), (side((5, {"a": "b"})), []), ([], side((5, {"a": "b"}))), (side((5, {})), side((5, {})))],
    ids=["nothing", "no baseline", "no traces", "no attributes"],
)
def test_sides_without_anything_to_compare_differ_in_nothing(bad: list[Features], good: list[Features]) -> None:
    """No division by zero, and nothing found."""
    result = differences(bad, good)

    assert (result.found, result.closest, result.traces, result.baseline) == ((), (), len(bad), len(good))


def test_many_values_of_one_attribute_do_not_hide_another_one() -> None:
    """Each attribute has the same share of the error: users do not count more because there are many of them."""
    made = random.Random(1)

    def one(flag: bool, users: int) -> Features:
        return Features({"flag": frozenset([str(flag)]), "user": frozenset([f"u{made.randrange(users)}"])})

    def p_value(users: int) -> float:
        bad, good = [one(index < 8, users) for index in range(20)], [one(index < 20, users) for index in range(200)]
        return next(found.p_value for found in differences(bad, good).found if found.attribute == "flag")

    assert p_value(60) == pytest.approx(p_value(2))


def test_ten_thousand_attributes_are_compared() -> None:
    """Attributes are recorded by others, and there may be any number of them."""
    made = random.Random(2)

    def one() -> Features:
        return Features({f"a{made.randrange(10_000)}": frozenset([made.choice("xyz")]) for _ in range(300)})

    result = differences([one() for _ in range(30)], [one() for _ in range(100)])

    assert result.attributes > 9_000
    assert result.found == ()


def fisher_by_counting(ours: int, theirs: int, traces: int, baseline: int) -> Fraction:
    held = ours + theirs
    ways = {
        one: comb(traces, one) * comb(baseline, held - one)
        for one in range(max(0, held - baseline), min(held, traces) + 1)
    }
    return Fraction(sum(way for way in ways.values() if way <= ways[ours]), comb(traces + baseline, held))


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    traces, baseline = draw(st.integers(1, 60)), draw(st.integers(1, 300))
    return draw(st.integers(0, traces)), draw(st.integers(0, baseline)), traces, baseline


@settings(max_examples=200, deadline=None)
@given(tables())
def test_fishers_test_is_exact(table: tuple[int, int, int, int]) -> None:
    """As exact fractions have it."""
    assert exp(log_fisher(*table)) == pytest.approx(float(fisher_by_counting(*table)), rel=1e-9)


@pytest.mark.parametrize(
    "table",
    [(100, 500, 2_000, 20_000), (600, 1_000, 2_000, 20_000), (3, 0, 2_000, 20_000)],
    ids=str,
)
def test_fishers_test_is_exact_for_many_traces(table: tuple[int, int, int, int]) -> None:
    """Also where the p-value is too small for a floating point number."""
    exact = fisher_by_counting(*table)

    assert log_fisher(*table) == pytest.approx(log(exact.numerator) - log(exact.denominator), abs=1e-8)


NUMBERS = st.lists(st.integers(0, 8).map(float), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(NUMBERS, NUMBERS)
def test_the_rank_test_of_few_numbers_is_exact(ours: list[float], theirs: list[float]) -> None:
    """As listing every choice of ranks has it, with equal numbers sharing theirs."""
    ordered = sorted([*ours, *theirs])
    ranks = [ordered.index(one) + ordered.count(one) / 2 for one in [*ours, *theirs]]
    sums = [sum(chosen) for chosen in combinations(ranks, len(ours))]
    seen = sum(ranks[: len(ours)])
    less, more = sum(one <= seen for one in sums), sum(one >= seen for one in sums)

    assert exp(log_rank_test(ours, theirs)) == pytest.approx(min(1, 2 * min(less, more) / len(sums)))


@pytest.mark.parametrize("rounded", [False, True], ids=["no ties", "ties"])
def test_the_rank_test_of_many_numbers_is_close_to_the_exact_one(
    rounded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where p-values are near the threshold it reports rather too little than too much."""
    made = random.Random(3)
    ours, theirs = [made.gauss(0.9) for _ in range(20)], [made.gauss(0) for _ in range(120)]
    if rounded:
        ours, theirs = [float(round(one)) for one in ours], [float(round(one)) for one in theirs]
    assert len(ours) * (len(ours) + len(theirs)) > MAX_EXACT
    normal = exp(log_rank_test(ours, theirs))
    monkeypatch.setattr("mcp_traces.shaping.differences.MAX_EXACT", 10_000)
    exact = exp(log_rank_test(ours, theirs))

    assert exact < 0.001
    assert exact <= normal < 2 * exact


def test_numbers_that_are_all_equal_do_not_differ() -> None:
    """Also where there are many."""
    assert log_rank_test([1.0] * 100, [1.0] * 200) == 0


PLANTED = {name: world for name, world in WORLDS.items() if world.planted}
EMPTY = {name: world for name, world in WORLDS.items() if not world.planted}


@pytest.mark.parametrize("world", PLANTED.values(), ids=PLANTED)
def test_a_planted_cause_comes_first(world: World) -> None:
    """Among thirty attributes: in half of the draws of 15 bad and 150 good traces, in nine of ten of 40 and 400."""
    assert firsts(world, 15, 150, DRAWS[15, 150])[0] >= DRAWS[15, 150] * 0.5
    assert firsts(world, 40, 400, DRAWS[40, 400])[0] >= DRAWS[40, 400] * 0.9


@pytest.mark.parametrize("world", EMPTY.values(), ids=EMPTY)
def test_where_nothing_was_planted_hardly_anything_is_reported(world: World) -> None:
    """In one draw of two hundred by the threshold, and without a correction in nearly all."""
    assert sum(alarms(world, *size, draws=draws) for size, draws in DRAWS.items()) <= 1
