"""Times as agents write them become the epoch milliseconds that MLflow counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.times import iso_utc, parse_time, parse_window, to_epoch_ms

NOW = datetime(2026, 11, 20, 12, 0, 0, 500_000, tzinfo=UTC)
NOW_MS = 1_795_176_000_500


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", NOW_MS),
        ("30m", NOW_MS - 1_800_000),
        ("2h", NOW_MS - 7_200_000),
        ("7d", NOW_MS - 604_800_000),
        ("1w", NOW_MS - 604_800_000),
        ("90s", NOW_MS - 90_000),
        ("2h ago", NOW_MS - 7_200_000),
        ("now-1h", NOW_MS - 3_600_000),
        ("-1h", NOW_MS - 3_600_000),
        ("1795176000500", NOW_MS),
        ("2026-11-20T12:00:00.500Z", NOW_MS),
        ("2026-11-20T12:00:00.500", NOW_MS),
        ("2026-11-20 13:00:00.500+01:00", NOW_MS),
        ("2026-11-20", NOW_MS - 43_200_500),
        (" 2H ", NOW_MS - 7_200_000),
    ],
)
def test_every_form_is_understood(text: str, expected: int) -> None:
    """Agents are bad at converting time, so we take what they have; without a zone it is UTC."""
    assert parse_time("since", text, NOW) == expected


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "12:00", "5 fortnights", "-", "1e12"])
def test_what_is_no_time_is_refused_with_the_forms_that_are(text: str) -> None:
    """One retry has to be enough."""
    with pytest.raises(InvalidArgumentError, match=r"`since` .* is not a valid time\. Use ISO 8601"):
        parse_time("since", text, NOW)


def test_epoch_seconds_are_refused_with_the_milliseconds() -> None:
    """Read as milliseconds they would mean January 1970, and find everything."""
    with pytest.raises(InvalidArgumentError, match="Send 1795176000000"):
        parse_time("since", "1795176000", NOW)


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("2026-11-21", None, "lies in the future"),
        ("1h", "2h", "is not before `until`"),
        ("2026-11-20", "2026-11-20", "is not before `until`"),
    ],
)
def test_a_window_that_can_hold_nothing_is_refused(since: str, until: str | None, message: str) -> None:
    """An empty result would read as 'there are none'."""
    with pytest.raises(InvalidArgumentError, match=message):
        parse_window(since, until, NOW)


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_iso_text_and_milliseconds_say_the_same(epoch_ms: int) -> None:
    """A time in a result can be given back as `since` without a loss."""
    assert parse_time("since", iso_utc(epoch_ms), NOW) == epoch_ms


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1970, 1, 2)))
def test_milliseconds_are_cut_not_rounded(moment: datetime) -> None:
    """As MLflow does; a rounded `until` could let in a trace that began after it."""
    epoch_ms = to_epoch_ms(moment.astimezone(UTC))

    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=epoch_ms) <= moment
