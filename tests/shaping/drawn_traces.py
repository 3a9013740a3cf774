"""Draws the features of bad and good traces, with a cause among thirty attributes or without one."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from mcp_traces.shaping.differences import Difference, Differences, Features, Held, differences

SIZES = ((15, 150), (40, 400), (200, 2_000))
BAD_SHARE, GOOD_SHARE = 0.3, 0.05
CAUSE = Held("cause", "new")
ATTRIBUTES = 30


@dataclass(frozen=True)
class World:
    """How traces are drawn. `copies` follow the cause: one always, others in nine of ten traces."""

    planted: bool
    copies: bool = False
    missing: float = 0.0
    repeated: bool = False


WORLDS = {
    "a cause": World(planted=True),
    "a cause, correlated attributes": World(planted=True, copies=True),
    "a cause, half of the values missing": World(planted=True, missing=0.5),
    "a cause, values repeated within traces": World(planted=True, repeated=True),
    "nothing": World(planted=False),
    "nothing, correlated attributes": World(planted=False, copies=True),
    "nothing, half of the values missing": World(planted=False, missing=0.5),
    "nothing, values repeated within traces": World(planted=False, repeated=True),
}


def draw(world: World, bad: int, good: int, seed: int) -> tuple[list[Features], list[Features]]:
    """The bad traces and the good ones; the same seed gives the same traces."""
    made = random.Random(seed)
    kinds = _kinds(made, bad + good)

    def one(share: float) -> Features:
        values = {f"attribute {index}": frozenset([kind()]) for index, kind in enumerate(kinds)}
        if world.repeated:
            values = {name: held.union(made.choices("abcdef", k=4)) for name, held in values.items()}
        values = {name: held for name, held in values.items() if made.random() >= world.missing}
        new = made.random() < share
        values[CAUSE.attribute] = frozenset(["new" if new else "old"])
        if world.copies:
            values["copy"] = frozenset(["2" if new else "1"])
            for index in range(3):
                values[f"correlated {index}"] = frozenset(["x" if new == (made.random() < 0.9) else "y"])
        numbers = {"duration_ms": made.lognormvariate(7, 1), "tokens": float(made.randrange(5)), "calls": 1.0}
        return Features(values, numbers | ({"cost": made.random()} if made.random() < 0.7 else {}))

    bad_share = BAD_SHARE if world.planted else GOOD_SHARE
    return [one(bad_share) for _ in range(bad)], [one(GOOD_SHARE) for _ in range(good)]


def _kinds(made: random.Random, count: int) -> list[Callable[[], str]]:
    """Attributes as traces have them: flags, versions, tenants, users with a few traces each, ids."""

    def among(values: int, skew: float) -> Callable[[], str]:
        weights = list(accumulate(1 / (rank + 1) ** skew for rank in range(values)))
        names = [f"value {rank}" for rank in range(values)]
        return lambda: made.choices(names, cum_weights=weights)[0]

    flags = [among(2, made.random() * 3) for _ in range(8)]
    versions = [among(made.randrange(3, 9), 1) for _ in range(12)]
    tenants = [among(made.randrange(20, 60), 1) for _ in range(5)]
    users = [among(max(count // 4, 2), 0) for _ in range(2)]
    ids: list[Callable[[], str]] = [lambda: f"{made.getrandbits(64):x}" for _ in range(2)]
    kinds = [*flags, *versions, *tenants, *users, *ids]
    assert len(kinds) == ATTRIBUTES - 1
    return kinds


def compared(world: World, bad: int, good: int, seed: int) -> Differences:
    return differences(*draw(world, bad, good, seed))


def names_the_cause(difference: Difference) -> bool:
    """Whether the cause is what the difference shows, or what it says may as well be the cause."""
    return CAUSE in (Held(difference.attribute, difference.value), *difference.same)


def firsts(world: World, bad: int, good: int, draws: int) -> tuple[int, int]:
    """In how many of `draws` the cause comes first, and in how many of these it is certain."""
    drawn = [compared(world, bad, good, seed) for seed in range(draws)]
    first = [names_the_cause(one) for result in drawn for one in [*result.found, *result.closest][:1]]
    certain = [names_the_cause(one) for result in drawn for one in result.found[:1]]
    return sum(first), sum(certain)


def alarms(world: World, bad: int, good: int, draws: int) -> int:
    """In how many of `draws` something is reported."""
    return sum(bool(compared(world, bad, good, seed).found) for seed in range(draws))
