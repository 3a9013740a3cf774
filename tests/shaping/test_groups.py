"""Hours, days and weeks of time zones, and percentiles."""

from datetime import UTC, datetime
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.shaping.groups import HOUR_MS, UNITS, Clock, Unit, percentile

ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut"]


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def labels(unit: Unit, zone: str, first: str, last: str) -> list[str]:
    clock = Clock(unit, ZoneInfo(zone))
    return [clock.label(one) for one in clock.between(ms(first), ms(last))]


def test_the_hour_that_repeats_is_two_hours() -> None:
    """Clocks go back at 03:00 of summer time: 25 hours, of which two begin at 02:00."""
    shown = labels("hour", "Europe/Berlin", "2026-10-25T00:30+02:00", "2026-10-25T04:10+01:00")

    assert shown == [
        "2026-10-25T00:00+02:00",
        "2026-10-25T01:00+02:00",
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
        "2026-10-25T04:00+01:00",
    ]


def test_the_hour_that_is_left_out_is_no_row() -> None:
    shown = labels("hour", "Europe/Berlin", "2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00")

    assert shown == ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"]


def test_days_around_a_change_of_clocks_are_whole() -> None:
    """One has 25 hours: what happened at 23:30 of it is of that day."""
    clock = Clock("day", ZoneInfo("Europe/Berlin"))

    assert labels("day", "Europe/Berlin", "2026-10-24T23:59+02:00", "2026-10-26T00:00+01:00") == [
        "2026-10-24",
        "2026-10-25",
        "2026-10-26",
    ]
    assert clock.next(ms("2026-10-25T00:00+02:00")) - ms("2026-10-25T00:00+02:00") == 25 * HOUR_MS
    assert clock.label(clock.start(ms("2026-10-25T23:30+01:00"))) == "2026-10-25"


def test_hours_of_a_zone_with_half_hours_begin_at_its_own() -> None:
    assert labels("hour", "Asia/Kolkata", "2026-11-20T05:10+00:00", "2026-11-20T05:40+00:00") == [
        "2026-11-20T10:00+05:30",
        "2026-11-20T11:00+05:30",
    ]


def test_weeks_begin_on_monday() -> None:
    assert labels("week", "UTC", "2026-11-22T23:59+00:00", "2026-11-23T00:00+00:00") == ["2026-11-16", "2026-11-23"]


@given(
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(UNITS),
    first=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    hours=st.integers(0, 400),
)
@settings(max_examples=60, deadline=None)
def test_units_follow_one_another_without_a_gap(zone: str, unit: Unit, first: datetime, hours: int) -> None:
    """Each moment is in one unit, and a unit's label leads back to it: whatever the zone did with its clocks."""
    clock, first_ms = Clock(unit, ZoneInfo(zone)), round(first.timestamp() * 1000)
    starts = list(clock.between(first_ms, first_ms + hours * HOUR_MS))

    assert starts == sorted(set(starts))
    assert starts[0] <= first_ms < clock.next(starts[0])
    for start in starts:
        assert clock.start(start) == start
        assert clock.start(clock.next(start) - 1) == start
        assert clock.start_of(clock.label(start)) == start


@pytest.mark.parametrize("time_ms", [-1, 10**15, 10**18, 2**63 - 1])
def test_impossible_times_are_in_some_unit(time_ms: int) -> None:
    """A tracer that counts nanoseconds must not end every summary by day."""
    for unit in UNITS:
        clock = Clock(unit, ZoneInfo("Asia/Kolkata"))
        assert clock.label(clock.start(time_ms))


@given(st.lists(st.integers(0, 10**6), min_size=2), st.integers(1, 99))
def test_percentiles_lie_between_neighbours_linearly(values: list[int], percent: int) -> None:
    ordered = sorted(values)

    expected = quantiles(ordered, n=100, method="inclusive")[percent - 1]
    assert percentile([float(one) for one in ordered], percent) == pytest.approx(expected)
