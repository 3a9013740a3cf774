"""Rows of the table: which bounds there are where, whether they hold, and what is written."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.comparison.measure import Bound, Measure, Row, take_turns
from bench.comparison.stores import Place, Seeded
from bench.comparison.subjects import CLIENT, MCP_RUN, OURS
from bench.comparison.table import figure, not_held, table

STORE = Seeded(Path("mlflow.db"), "1", [], {})
SQLITE, SERVER = Place("SQLite", "SQLite", "", STORE), Place("server, 1 worker", "server", "", STORE)
SEARCH = Measure(
    "search of {}",
    "ms",
    "",
    (Bound(MCP_RUN, 0.5), Bound(CLIENT, 1.5, ("SQLite",)), Bound(CLIENT, 0.8, ("server",)), Bound("nobody", 1)),
)
SAMPLES = {OURS: [9.0, 10.0, 90.0], MCP_RUN: [40.0], CLIENT: [10.0]}


@pytest.mark.parametrize(("place", "limits"), [(SQLITE, [0.5, 1.5]), (SERVER, [0.5, 0.8])], ids=["SQLite", "server"])
def test_a_row_for_each_bound_on_such_a_place(place: Place, limits: list[float]) -> None:
    """Bounds may differ from store to store, and who was not asked has no row."""
    assert [row.limit for row in SEARCH.rows(place, SAMPLES, 2_000)] == limits


def test_ratios_are_those_of_medians() -> None:
    """One slow call says nothing of a server."""
    first, second = SEARCH.rows(SERVER, SAMPLES, 2_000)

    assert (first.measure, first.ours, first.compared, first.holds) == ("search of 2,000", 10.0, 0.25, True)
    assert (second.compared, second.holds) == (1.0, False)


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        (Row("m", "p", 5, "ms", theirs=10, limit=0.5), True),
        (Row("m", "p", 5.1, "ms", theirs=10, limit=0.5), False),
        (Row("m", "p", 15, "/s", theirs=10, limit=1.5, least=True), True),
        (Row("m", "p", 14, "/s", theirs=10, limit=1.5, least=True), False),
        (Row("m", "p", 5, "ms", limit=5), True),
        (Row("m", "p", 5.1, "ms", limit=5), False),
        (Row("m", "p", 5, "ms", theirs=10), None),
    ],
    ids=["at most", "more", "at least", "less", "our own", "more of our own", "no bound"],
)
def test_whether_a_bound_holds(row: Row, holds: bool | None) -> None:
    """Computed from what was measured, and left open where nothing is asked."""
    assert row.holds is holds


def test_a_bound_that_is_not_held_says_so_twice() -> None:
    """In its row and in a list of its own: nobody should have to look for it."""
    held, missed = SEARCH.rows(SERVER, SAMPLES, 20)

    assert table([held, missed]).splitlines()[2:] == [
        "| search of 20 | server, 1 worker | 10.0 ms | `mlflow mcp run` | 40.0 ms | 0.25 | ≤ 0.5 | yes |",
        "| search of 20 | server, 1 worker | 10.0 ms | MLflow's client | 10.0 ms | 1.00 | ≤ 0.8 | **no** |",
    ]
    assert not_held([held, missed]) == "- search of 20, server, 1 worker: 1.00 of MLflow's client; the bound is ≤ 0.8"
    assert not_held([held]) == "In this run every bound was held."


def test_who_was_stopped_is_marked() -> None:
    """How long it was waited for is no figure of its own."""
    row = replace(Row("m", "SQLite", 0.9, "s", beside=CLIENT, theirs=300.0, limit=0.02), stopped=True)

    assert (
        table([row]).splitlines()[-1] == "| m | SQLite | 0.90 s | MLflow's client | > 300 s | < 0.003 | ≤ 0.02 | yes |"
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(11906, "", "11,906"), (0.00632, "s", "0.0063 s"), (3.14159, "ms", "3.14 ms"), (1342.2, "ms", "1,342 ms")],
)
def test_figures_are_no_more_exact_than_they_are(value: float, unit: str, text: str) -> None:
    """Digits that change from run to run tell nothing."""
    assert figure(value, unit) == text


def test_subjects_take_turns() -> None:
    """Noise is to disturb all alike; a first round that fills caches does not count."""
    asked = list[str]()

    def ask(name: str) -> float:
        asked.append(name)
        return len(asked)

    taken = take_turns({name: lambda name=name: ask(name) for name in "ab"}, 2)

    assert "".join(asked) == "ababab"
    assert taken == {"a": [3, 5], "b": [4, 6]}
