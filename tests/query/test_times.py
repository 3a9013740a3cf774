"""datetime() and current_timestamp of statements: SQLite's own times, in the form in which the tables have theirs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.query.sandbox import Sandbox
from mcp_traces.shaping.tables import sqlite_tables
from mcp_traces.times import iso_utc


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    box = Sandbox(sqlite_tables())
    yield box
    box.kill()


def asked(box: Sandbox, sql: str) -> Any:
    """The first value of the first row, or the error."""
    reply = box.run(sql, 10, 10_000)
    return reply["rows"][0][0] if "rows" in reply else reply["message"]


VALUES = (
    "'now'",
    "'NOW'",
    "'2026-11-20'",
    "'2026-11-20 14:30'",
    "'2026-11-20T14:30:59.999'",
    "'2026-11-20T14:30:00.000Z'",
    "'2026-11-20T14:30:00+02:00'",
    "'14:30'",
    "2461365.5",
    "'2461365.5'",
    "1795167120",
    "0",
    "-1.5",
    "'not a time'",
    "''",
    "NULL",
)
MODIFIERS = (
    "",
    "'-7 days'",
    "'+1.5 hours'",
    "'-90 minutes'",
    "'+30 seconds'",
    "'+1 month'",
    "'-1 year'",
    "'-01:30'",
    "'start of month'",
    "'start of year'",
    "'start of day'",
    "'weekday 0'",
    "'unixepoch'",
    "'auto'",
    "'julianday'",
    "'utc'",
    "'localtime'",
    "'start of day', '-1 day', '+8 hours'",
    "'not a modifier'",
    "NULL",
)


@pytest.mark.parametrize("modifier", MODIFIERS)
@pytest.mark.parametrize("value", VALUES)
def test_datetime_is_the_time_that_sqlite_says(box: Sandbox, value: str, modifier: str) -> None:
    """With every modifier; only the form differs, which has milliseconds too, and no Z for local times."""
    values = f"{value}, {modifier}" if modifier else value
    with closing(sqlite3.connect(":memory:")) as connection:
        ours = asked(box, f"SELECT datetime({values})")
        (theirs,) = connection.execute(f"SELECT strftime('%Y-%m-%d %H:%M:%S', {values})").fetchone()

    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert ours.endswith("Z") == (modifier != "'localtime'")
        if value.lower() == "'now'":  # which is later by the time that the statement took
            assert abs(_read(theirs) - _read(ours)) < timedelta(minutes=1)
        else:
            assert ours.replace("T", " ").startswith(theirs)


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(time_ms=st.integers(0, 4_102_444_800_000))
def test_datetime_of_a_time_of_a_table_is_that_time(box: Sandbox, time_ms: int) -> None:
    """To the millisecond, so that both compare as equal."""
    assert asked(box, f"SELECT datetime('{iso_utc(time_ms)}')") == iso_utc(time_ms)


def test_times_of_one_day_are_compared_as_times(box: Sandbox) -> None:
    """SQLite's own form would make each time of the day larger than each datetime() of it: a T is more than a space."""
    assert asked(box, "SELECT '2026-11-28T10:00:00.000Z' >= datetime('2026-11-28 12:00')") == 0
    assert asked(box, "SELECT '2026-11-28T10:00:00.000Z' >= datetime('2026-11-29 09:00', '-1 day')") == 1
    assert (
        asked(box, "SELECT '2026-11-28T10:00:00.000Z' BETWEEN datetime('2026-11-28') AND datetime('2026-11-29')") == 1
    )


def test_the_present_is_one_moment_for_a_whole_statement(box: Sandbox) -> None:
    """As SQLite itself has it: rows are not compared with a time that moves on."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000)"
    values = (
        "datetime('now') AS t, current_timestamp AS u, datetime() AS v, datetime('now', '+' || (i % 1) || ' days') AS w"
    )

    assert asked(box, f"{many} SELECT count(DISTINCT t || u || v || w) FROM (SELECT {values} FROM n)") == 1
    assert asked(box, "SELECT current_timestamp = datetime('now')") == 1


def test_the_present_is_now(box: Sandbox) -> None:
    """It is of the statement, not of the process, which waits for the next one of its caller."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)

    shown = asked(box, "SELECT current_timestamp")

    assert before <= _read(shown) <= datetime.now(UTC)


def test_date_and_strftime_are_those_of_sqlite(box: Sandbox) -> None:
    """Their forms say themselves what they are."""
    assert asked(box, "SELECT date('2026-11-20T14:30:00.000Z', '-1 day')") == "2026-11-19"
    assert asked(box, "SELECT strftime('%Y %H:%M', '2026-11-20T14:30:00.000Z')") == "2026 14:30"
    assert asked(box, "SELECT current_date = date('now')") == 1


@pytest.mark.parametrize("call", ["datetime(1795167120000, 'unixepoch')", "datetime(1795167120000, 'auto')"])
def test_milliseconds_are_not_taken_for_seconds(box: Sandbox, call: str) -> None:
    """SQLite returns NULL, which looks as if nothing was recorded."""
    assert asked(box, f"SELECT {call}") == (
        "datetime: milliseconds are not seconds: datetime(time_ms / 1000.0, 'unixepoch')."
    )
    assert asked(box, "SELECT datetime(1795167120000 / 1000.0, 'unixepoch')") == "2026-11-20T09:32:00.000Z"
