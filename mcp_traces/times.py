"""Points in time as agents write them, and as MLflow counts them: epoch milliseconds, UTC."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mcp_traces.errors import InvalidArgumentError

_AGO = re.compile(r"(?:now\s*)?-?\s*(\d+)\s*(s|m|h|d|w)(?:\s*ago)?", re.IGNORECASE)
_UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_EPOCH_MS = re.compile(r"\d{11,15}")
_EPOCH_S = re.compile(r"\d{9,10}")

FORMS = "ISO 8601 (2026-11-20T14:30:00Z), an age (30m, 2h, 7d), today, yesterday, or epoch milliseconds"
_DAYS_AGO = {"today": 0, "yesterday": 1}


def parse_zone(name: str | None) -> tzinfo:
    """The time zone of this IANA name; UTC without one. Raises InvalidArgumentError."""
    if name is None or name.upper() in ("UTC", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidArgumentError(
            f"`timezone` {name!r} is not a known time zone.", "Use an IANA name such as Europe/Berlin, or UTC."
        ) from None


def parse_time(argument: str, text: str, now: datetime, zone: tzinfo = UTC) -> int:
    """Epoch milliseconds of `text`; `zone` is of times without one, and of days. Raises InvalidArgumentError."""
    text = text.strip()
    if text.lower() == "now":
        return to_epoch_ms(now)
    if text.lower() in _DAYS_AGO:
        day = now.astimezone(zone).date() - timedelta(days=_DAYS_AGO[text.lower()])
        return to_epoch_ms(datetime(day.year, day.month, day.day, tzinfo=zone))
    if ago := _AGO.fullmatch(text):
        return to_epoch_ms(now) - int(ago[1]) * _UNIT_MS[ago[2].lower()]
    if _EPOCH_MS.fullmatch(text):
        return int(text)
    if _EPOCH_S.fullmatch(text):
        raise InvalidArgumentError(
            f"`{argument}` {text} looks like epoch seconds; MLflow counts milliseconds.", f"Send {text}000."
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidArgumentError(f"`{argument}` {text!r} is not a valid time.", f"Use {FORMS}.") from None
    return to_epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def parse_window(
    since: str | None, until: str | None, now: datetime, zone: tzinfo = UTC
) -> tuple[int | None, int | None]:
    """The window as epoch milliseconds. Raises InvalidArgumentError when it is reversed or lies in the future."""
    since_ms = parse_time("since", since, now, zone) if since else None
    until_ms = parse_time("until", until, now, zone) if until else None
    if since_ms is not None and since_ms > to_epoch_ms(now):
        raise InvalidArgumentError(
            f"`since` is {iso_utc(since_ms)}, which lies in the future (now is {iso_utc(to_epoch_ms(now))}).",
            "Give an earlier time, or an age such as 2h.",
        )
    if since_ms is not None and until_ms is not None and since_ms >= until_ms:
        raise InvalidArgumentError(
            f"`since` ({iso_utc(since_ms)}) is not before `until` ({iso_utc(until_ms)}).", "Swap them, or widen them."
        )
    return since_ms, until_ms


def to_epoch_ms(moment: datetime) -> int:
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000 + delta.microseconds // 1_000


def iso_utc(epoch_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-11-20T14:30:00.123Z`."""
    try:
        moment = datetime.fromtimestamp(epoch_ms // 1_000, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{epoch_ms} ms after 1970"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{epoch_ms % 1_000:03d}Z"
