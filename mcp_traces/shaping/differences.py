"""What differs between two sets of traces: attribute values that one side holds more often, numbers that are larger."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate
from math import comb, erfc, exp, isfinite, lgamma, log, pi, sqrt
from statistics import median
from typing import Literal

THRESHOLD = 0.005
"""Where nothing differs, something is reported for at most one of two hundred questions."""

MAX_CLOSEST = 3
MIN_HELD = 3
"""A value that fewer traces hold says nothing about either side."""

NEARLY_UNIQUE = 0.9
MAX_COARSE = 200
"""Of so many holders, the p-values that are possible are far apart; of more, any p-value is nearly possible."""

MAX_EXACT = 1_500
"""Traces of the smaller side times all traces, up to which ranks are compared exactly: that takes some milliseconds."""

NEGLIGIBLE = 1e-17
"""What adds nothing to a sum of floating point numbers, as a share of it."""

EQUAL = 1e-7
"""Logarithms of probabilities that differ by less are those of equally probable tables."""


@dataclass(frozen=True, slots=True)
class Features:
    """What one trace holds: the values of each attribute, each once, and numbers. Absent ones are left out.

    A number has a name that no attribute has. `times` are numbers of spans, whose names are among the values: that a
    span is missing is said there.
    """

    values: Mapping[str, frozenset[str]]
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])
    times: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Held:
    """A value of an attribute; None where the attribute is absent."""

    attribute: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """How many traces of one side hold a value, of how many."""

    held: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1; 0 where there is no trace."""
        return self.held / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """An attribute that differs, with the p-value corrected for how many were tried.

    `traces` and `baseline` count the traces that hold the value, lack the attribute (`absent`), or have the number, of
    which `medians` are those of both sides. `same` are values that exactly the same traces hold: any of them may be
    the cause. `opposite` are values that exactly all other traces hold.
    """

    kind: Literal["value", "absent", "number"]
    attribute: str
    value: str | None
    traces: Share
    baseline: Share
    p_value: float
    medians: tuple[float, float] | None = None
    same: tuple[Held, ...] = ()
    opposite: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs, the clearest first, and what was compared. Nothing differs where `found` is empty.

    `closest` come next in the same order: chance alone may have made them, so they are hints and not differences.
    `attributes` counts those compared, with numbers, and `tried` the comparisons. `too_rare` counts the values that
    fewer than MIN_HELD traces hold (or lack). `left_out` names attributes whose values are nearly unique: of these only
    whether a trace has them is compared.
    """

    found: tuple[Difference, ...]
    closest: tuple[Difference, ...]
    traces: int
    baseline: int
    attributes: int
    tried: int
    too_rare: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One test of `attribute`: the logarithm of its p-value, and how many traces hold the value (or lack it, where they
    are fewer); None for numbers."""

    attribute: str
    log_p: float
    held: int | None
    difference: Difference


def differences(
    traces: Sequence[Features], baseline: Sequence[Features], *, threshold: float = THRESHOLD
) -> Differences:
    """Compares attribute values with Fisher's exact test and numbers with a rank test. The unit is the trace."""
    sides = len(traces), len(baseline)
    measured = _measured([one.numbers for one in (*traces, *baseline)])
    timed = _measured([one.times for one in (*traces, *baseline)])
    attributes = _attributes([one.values for one in (*traces, *baseline)])
    left_out = tuple(name for name, one in attributes.items() if one.nearly_unique)
    attributes |= {name: _Attribute([index for index, _ in numbers]) for name, numbers in measured.items()}
    comparable, too_rare = _comparable(attributes, sum(sides))
    compared = [*_compared_values(comparable, *sides), *_compared_numbers(measured | timed, *sides)]
    correction = _Correction(compared, *sides)
    corrected = [(correction.corrected(one), one.log_p, one.difference) for one in compared]
    ranked = sorted((one for one in corrected if one[0] < 1), key=lambda one: one[:2])
    shown = [replace(difference, p_value=p) for p, _, difference in ranked]
    found = sum(one.p_value < threshold for one in shown)
    return Differences(
        found=tuple(shown[:found]),
        closest=tuple(shown[found : found + MAX_CLOSEST]),
        traces=sides[0],
        baseline=sides[1],
        attributes=len(attributes),
        tried=len(compared),
        too_rare=too_rare,
        left_out=left_out,
    )


class _Correction:
    """Corrects p-values for how many comparisons were made.

    Each attribute has the same share of the error, however many values it has: a flag is not to be missed because
    traces also name their users. Within an attribute, Bonferroni's correction adds up the p-value once for each value.
    Counts give only some p-values, so what is added is the largest one up to it that these counts can give, for rare
    values often nothing (Westfall and Wolfinger, 1997). None of this depends on which side the holders are on.
    """

    def __init__(self, compared: Sequence[_Comparison], traces: int, baseline: int) -> None:
        times: dict[str, Counter[int | None]] = defaultdict(Counter)
        for one in compared:
            times[one.attribute][one.held if one.held is not None and one.held <= MAX_COARSE else None] += 1
        held = {one for counts in times.values() for one in counts if one is not None}
        self._possible = {one: _possible(one, traces, baseline) for one in held}
        self._times = times

    def corrected(self, one: _Comparison) -> float:
        p = exp(one.log_p)
        if p * len(self._times) >= 1:
            return 1.0
        total = 0.0
        for held, times in self._times[one.attribute].items():
            possible = p
            if held is not None:
                at = bisect_right(self._possible[held], p * (1 + EQUAL))
                possible = self._possible[held][at - 1] if at else 0.0
            total += times * possible
        return min(1.0, total * len(self._times))


def _possible(held: int, traces: int, baseline: int) -> list[float]:
    """The p-values of Fisher's exact test that this many holders can give, in rising order."""
    lowest, highest = max(0, held - baseline), min(held, traces)
    every = comb(traces + baseline, held)
    ways = sorted(comb(traces, one) * comb(baseline, held - one) for one in range(lowest, highest + 1))
    return [as_few / every for as_few in accumulate(ways)]


@dataclass(frozen=True, slots=True)
class _Attribute:
    """The traces that have an attribute, and those that hold each of its values, by their numbers in rising order."""

    having: list[int] = field(default_factory=list[int])
    holders: dict[str, list[int]] = field(default_factory=lambda: defaultdict[str, list[int]](list))

    @property
    def nearly_unique(self) -> bool:
        held = sum(map(len, self.holders.values()))
        return held >= MIN_HELD and len(self.holders) > NEARLY_UNIQUE * held


def _attributes(values: Sequence[Mapping[str, frozenset[str]]]) -> dict[str, _Attribute]:
    attributes: dict[str, _Attribute] = defaultdict(_Attribute)
    for index, one in enumerate(values):
        for name, held in one.items():
            if held:
                attribute = attributes[name]
                attribute.having.append(index)
                holders = attribute.holders
                for value in held:
                    holders[value].append(index)
    return attributes


Sets = dict[tuple[int, ...], tuple[list[Held], list[Held]]]
"""Values by a set of traces: those that exactly these hold, and those that exactly all others do."""


def _comparable(attributes: Mapping[str, _Attribute], count: int) -> tuple[Sets, int]:
    """What may be compared, each set of traces once, and how many values are too rare for it.

    A set and all others are the same comparison. It is kept under the smaller one of both.
    """
    sets: Sets = defaultdict(lambda: ([], []))
    too_rare = 0
    for name, attribute in attributes.items():
        values = {} if attribute.nearly_unique else attribute.holders
        for value, traces in (*values.items(), (None, attribute.having)):
            if min(len(traces), count - len(traces)) < MIN_HELD:
                too_rare += len(traces) < count
                continue
            smaller = len(traces) * 2 < count or (len(traces) * 2 == count and traces[0] == 0)
            key = tuple(traces if smaller else sorted(set(range(count)).difference(traces)))
            hold_it = smaller is (value is not None)  # lacking is the opposite of having
            sets[key][0 if hold_it else 1].append(Held(name, value))
    return sets, too_rare


def _compared_values(sets: Sets, traces: int, baseline: int) -> Iterator[_Comparison]:
    @cache
    def log_p(ours: int, theirs: int) -> float:
        return log_fisher(ours, theirs, traces, baseline)

    for holders, (held, otherwise) in sets.items():
        ours = bisect_left(holders, traces)
        theirs = len(holders) - ours
        shares = Share(ours, traces), Share(theirs, baseline)
        attribute = min(one.attribute for one in (*held, *otherwise))
        # Of two ways to say it, the one that the traces hold more often than the baseline.
        swap = not held or (bool(otherwise) and shares[0].share < shares[1].share)
        if swap:
            held, otherwise = otherwise, held
            shares = Share(traces - ours, traces), Share(baseline - theirs, baseline)
        first, *same = sorted(held, key=_order)
        difference = Difference(
            kind="absent" if first.value is None else "value",
            attribute=first.attribute,
            value=first.value,
            traces=shares[0],
            baseline=shares[1],
            p_value=1.0,
            same=tuple(same),
            opposite=tuple(one for one in sorted(otherwise, key=_order) if one.attribute != first.attribute),
        )
        yield _Comparison(attribute, log_p(ours, theirs), len(holders), difference)


def _order(one: Held) -> tuple[bool, str, str]:
    return one.value is None, one.attribute, one.value or ""


def log_fisher(ours: int, theirs: int, traces: int, baseline: int) -> float:
    """The logarithm of the p-value of Fisher's exact test, two-sided: `ours` of `traces`, `theirs` of `baseline`.

    It is the probability of all tables with the same sums that are not more probable than this one.
    """
    held = ours + theirs
    lowest, highest = max(0, held - baseline), min(held, traces)
    whole = _log_comb(traces + baseline, held)

    def log_probability(count: int) -> float:
        return _log_comb(traces, count) + _log_comb(baseline, held - count) - whole

    def above(count: int) -> float:
        """The probability of `count` and more, as a multiple of that of `count`."""
        total = term = 1.0
        while count < highest and term > total * NEGLIGIBLE:
            term *= (traces - count) * (held - count) / ((count + 1) * (baseline - held + count + 1))
            total, count = total + term, count + 1
        return total

    def below(count: int) -> float:
        total = term = 1.0
        while count > lowest and term > total * NEGLIGIBLE:
            term *= count * (baseline - held + count) / ((traces - count + 1) * (held - count + 1))
            total, count = total + term, count - 1
        return total

    # Probabilities rise up to the mode, and fall behind it. Equal ones differ by rounding.
    mode = (held + 1) * (traces + 1) // (traces + baseline + 2)
    limit = log_probability(ours) + EQUAL
    if log_probability(mode) <= limit:
        return 0.0
    last_below = bisect_right(range(lowest, mode), limit, key=log_probability) + lowest - 1
    first_above = bisect_left(range(mode, highest + 1), -limit, key=lambda count: -log_probability(count)) + mode
    tails: list[tuple[float, float]] = []
    if last_below >= lowest:
        tails.append((log_probability(last_below), below(last_below)))
    if first_above <= highest:
        tails.append((log_probability(first_above), above(first_above)))
    largest = max(tails)[0]
    return min(0.0, largest + log(sum(exp(one - largest) * times for one, times in tails)))


def _log_comb(of: int, count: int) -> float:
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)


def _measured(numbers: Sequence[Mapping[str, float]]) -> dict[str, list[tuple[int, float]]]:
    measured: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, one in enumerate(numbers):
        for name, value in one.items():
            if isfinite(value):
                measured[name].append((index, value))
    return measured


def _compared_numbers(
    measured: Mapping[str, Sequence[tuple[int, float]]], traces: int, baseline: int
) -> Iterator[_Comparison]:
    for name, numbers in measured.items():
        ours = [value for index, value in numbers if index < traces]
        theirs = [value for index, value in numbers if index >= traces]
        if min(len(ours), len(theirs)) < MIN_HELD:
            continue
        difference = Difference(
            kind="number",
            attribute=name,
            value=None,
            traces=Share(len(ours), traces),
            baseline=Share(len(theirs), baseline),
            p_value=1.0,
            medians=(median(ours), median(theirs)),
        )
        yield _Comparison(name, log_rank_test(ours, theirs), None, difference)


def log_rank_test(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The logarithm of the p-value of Mann and Whitney's test, two-sided, that one side has larger numbers.

    Equal numbers share their ranks. Exact for small sides, otherwise by the normal distribution, whose small p-values
    are larger than the exact ones.
    """
    smaller, larger = sorted((ours, theirs), key=len)
    ranks = _doubled_ranks([*smaller, *larger])
    if len(smaller) * len(ranks) <= MAX_EXACT:
        return _exact_rank_test(ranks, len(smaller))
    count, ties = len(ranks), Counter(ranks).values()
    spread = count + 1 - sum(tied**3 - tied for tied in ties) / (count * (count - 1))
    if spread <= 0:  # all are equal
        return 0.0
    deviation = sqrt(len(smaller) * len(larger) * spread / 12)
    away = abs(sum(ranks[: len(smaller)]) - len(smaller) * (count + 1)) / 2
    return _log_two_sided(max(away - 0.5, 0) / deviation)


def _doubled_ranks(numbers: Sequence[float]) -> list[int]:
    """Twice the rank of each number, an integer also where equal ones share theirs."""
    ordered = sorted(numbers)
    return [bisect_left(ordered, one) + bisect_right(ordered, one) + 1 for one in numbers]


def _exact_rank_test(ranks: Sequence[int], chosen: int) -> float:
    """Counts the ways to choose as many of all ranks as the first side has, by their sum.

    Ways are the coefficients of polynomials, one for each number of ranks, packed into one integer each.
    """
    every = comb(len(ranks), chosen)
    width = every.bit_length() // 8 + 1
    ways = [1] + [0] * chosen
    for rank in ranks:
        for size in range(chosen, 0, -1):
            ways[size] += ways[size - 1] << (rank * width * 8)
    packed = ways[chosen].to_bytes((2 * len(ranks) * chosen + 1) * width, "little")
    seen = sum(ranks[:chosen])
    counts = [int.from_bytes(packed[at : at + width], "little") for at in range(0, len(packed), width)]
    one_sided = min(sum(counts[: seen + 1]), sum(counts[seen:]))
    return min(0.0, log(2 * one_sided) - log(every))


def _log_two_sided(deviations: float) -> float:
    """The logarithm of the probability that a normal variable is at least so many standard deviations away."""
    if deviations < 30:
        return log(erfc(deviations / sqrt(2)))
    return -deviations * deviations / 2 - log(deviations * sqrt(pi / 2))
