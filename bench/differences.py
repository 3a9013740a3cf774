"""How often the cause of bad traces is found, how often something is reported where nothing differs, and how long it
takes to compare many traces.

`make bench-differences`. Traces are drawn with a cause among thirty attributes, which 30 % of the bad and 5 % of
the good ones hold, or without one. It fails where the cause comes first, or something is reported, less or more often
than promised.
"""

import os
import sys
import time

from mcp_traces.shaping.differences import Features, differences
from tests.shaping.drawn_traces import SIZES, WORLDS, World, alarms, draw, firsts

DRAWS = int(os.environ.get("DRAWS", "200"))
FIRST = (0.5, 0.9, 0.9)
"""Shares for each of SIZES."""

MAX_ALARMS = 0.02
LARGE = (2_000, 20_000)
ATTRIBUTES = 40


def main() -> None:
    failed = False
    print(f"{DRAWS} draws each: the cause comes first (and is certain), or something is reported\n")
    print("| traces | " + " | ".join(f"{bad}/{good}" for bad, good in SIZES) + " |")
    print("|---|" + "--:|" * len(SIZES))
    for name, world in WORLDS.items():
        cells: list[str] = []
        for size, share in zip(SIZES, FIRST, strict=True):
            if world.planted:
                first, certain = firsts(world, *size, draws=DRAWS)
                failed |= first < share * DRAWS
                cells.append(f"{first} ({certain})")
            else:
                reported = alarms(world, *size, draws=DRAWS)
                failed |= reported > MAX_ALARMS * DRAWS
                cells.append(str(reported))
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    bad, good = (_wider(side) for side in draw(World(planted=True), *LARGE, seed=1))
    started = time.perf_counter()
    result = differences(bad, good)
    seconds = time.perf_counter() - started
    print(
        f"\n{LARGE[0]:,} against {LARGE[1]:,} traces, {result.attributes} attributes, {result.tried:,} comparisons: "
        f"{seconds:.2f} s; found {[one.attribute for one in result.found]}"
    )
    sys.exit(failed)


def _wider(side: list[Features]) -> list[Features]:
    """The same traces with more attributes, up to ATTRIBUTES."""
    wide: list[Features] = []
    for one in side:
        free = ATTRIBUTES - len(one.values) - 4
        more = {f"again {name}": held for name, held in list(one.values.items())[::-1][:free]}
        wide.append(Features({**one.values, **more}, one.numbers))
    return wide


if __name__ == "__main__":
    main()
