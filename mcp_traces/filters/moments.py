"""Points in time as SQL and Python write them in a filter: `NOW() - INTERVAL '1 day'`, `datetime(2026, 11, 1)`."""

import re
from datetime import UTC, datetime, timedelta

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.times import parse_time, to_epoch_ms

_NOW = r"(?:now\s*\(\s*\)|now|current_timestamp(?:\s*\(\s*\))?|datetime\.(?:utc)?now\s*\(\w*\)|getdate\s*\(\s*\))"
_AGE = r"['\"]?-?(?P<count>\d+)\s*(?P<unit>[a-z]+)['\"]?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_NOW}",
        rf"{_NOW}\s*-\s*(?:interval\s*)?{_AGE}",
        rf"date(?:time)?\s*\(\s*['\"]now['\"]\s*,\s*{_AGE}\s*\)",
        rf"date_sub\s*\(\s*{_NOW}\s*,\s*interval\s*{_AGE}\s*\)",
        rf"{_NOW}\s*-\s*(?:datetime\.)?timedelta\s*\(\s*(?P<unit>[a-z]+)\s*=\s*(?P<count>\d+)\s*\)",
        rf"(?:the\s+)?(?:last|past)\s+{_AGE}",
        rf"{_AGE}(?:\s+ago)?",
    )
)
_LITERAL = re.compile(
    r"(?:date|timestamp|datetime|to_timestamp|date_trunc)\s*\(?\s*['\"]([^'\"]+)['\"]\s*\)?", re.IGNORECASE
)
_PARTS = re.compile(r"(?:datetime\.)?(?:datetime|date)\s*\((\d{4}),\s*(\d{1,2}),\s*(\d{1,2})\)", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SECONDS, _MICROSECONDS, _NANOSECONDS = range(10**8, 10**10), range(10**15, 10**17), range(10**17, 10**20)


def moment_of(field: str, text: str, now: datetime) -> int | None:
    """Epoch milliseconds of a time however written, None for what is none."""
    text = text.strip()
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _ago(match.groupdict(), now)
    if parts := _PARTS.fullmatch(text):
        text = f"{parts[1]}-{int(parts[2]):02d}-{int(parts[3]):02d}"
    elif literal := _LITERAL.fullmatch(text):
        text = literal[1]
    try:
        return parse_time(field, text, now)
    except InvalidArgumentError:
        return None


def day_of(text: str) -> tuple[int, int] | None:
    """The first millisecond of a day written without a time, and that of the next."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return to_epoch_ms(day), to_epoch_ms(day + timedelta(days=1))
    except (ValueError, OverflowError):
        return None


def in_milliseconds(number: str) -> tuple[str, str] | None:
    """A time that is counted in another unit: the unit, and the time in milliseconds. 1970 is rarely asked for."""
    try:
        count = int(float(number))
    except (ValueError, OverflowError):
        return None
    if count in _SECONDS:
        return "seconds", str(count * 1_000)
    if count in _MICROSECONDS:
        return "microseconds", str(int(number) // 1_000 if number.isdigit() else count // 1_000)
    if count in _NANOSECONDS:
        return "nanoseconds", str(int(number) // 1_000_000 if number.isdigit() else count // 1_000_000)
    return None


def _ago(age: dict[str, str | None], now: datetime) -> int | None:
    count, unit = age.get("count"), age.get("unit") or ""
    if count is None:
        return to_epoch_ms(now)
    seconds = _UNITS.get(unit[0].lower())
    is_unit = re.fullmatch(r"s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?", unit, re.IGNORECASE)
    return to_epoch_ms(now) - int(count) * seconds * 1_000 if seconds and is_unit else None
