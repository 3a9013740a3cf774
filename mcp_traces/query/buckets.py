"""`bucket(time, size, zone)` of a statement: the stretch of time that a moment is in."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.shaping.groups import UNITS, Clock, Unit
from mcp_traces.times import parse_zone, to_epoch_ms

_SIZE = re.compile(r"(\d{0,4})\s*(m|min|minute|h|hour|d|day|w|week)s?", re.IGNORECASE)
_MINUTE_MS = 60_000
_LENGTHS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
END_MS = 250_246_627_200_000
"""The year 9900. Near 9999, a time has no equal in every zone."""

_FIRST = datetime(1970, 1, 5)
_WHOLE = {unit[0]: unit for unit in UNITS}


def bucket_start(time: Any, size: Any, zone: Any = None) -> str:
    """When the bucket began, labelled as groups of summarize_traces are: `2026-11-20`, or `2026-11-20T14:00Z`.

    `time` is epoch milliseconds or ISO 8601. Raises ValueError.
    """
    if isinstance(time, int | float):
        if not 0 <= time < END_MS:
            raise ValueError(f"bucket: {time!r} is not a valid time: epoch milliseconds are 0 to {END_MS:,}.")
        time_ms = int(time)
    else:
        try:
            moment = datetime.fromisoformat(str(time))
        except ValueError:
            raise ValueError(f"bucket(time, '1h'): {str(time)[:40]!r} is not a valid time.") from None
        time_ms = to_epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        if not 0 <= time_ms < END_MS:
            raise ValueError(f"bucket: {str(time)[:40]!r} is not within the years 1970 to 9899.")
    try:
        return _label(time_ms // _MINUTE_MS, str(size), None if zone is None else str(zone))
    except (InvalidArgumentError, OverflowError, OSError) as error:
        raise ValueError(f"bucket: {error}") from None


@lru_cache(maxsize=100_000)
def _label(minute: int, size: str, zone: str | None) -> str:
    read = _SIZE.fullmatch(size.strip())
    if read is None or not int(read[1] or 1):
        raise ValueError(f"bucket: {size[:40]!r} is not a length of time. Use 5m, 1h, 1d or 1w.")
    count, unit = int(read[1] or 1), read[2][0].lower()
    if count == 1 and unit in _WHOLE:
        clock = _clock(_WHOLE[unit], zone)
        return clock.label(clock.start(minute * _MINUTE_MS))
    local = datetime.fromtimestamp(minute * _MINUTE_MS / 1000, parse_zone(zone))
    length = count * _LENGTHS[unit]
    start = _FIRST + (local.replace(tzinfo=None) - _FIRST) // length * length
    if unit in ("d", "w"):
        return f"{start:%Y-%m-%d}"
    return start.replace(tzinfo=local.tzinfo).isoformat(timespec="minutes").replace("+00:00", "Z")


@cache
def _clock(unit: Unit, zone: str | None) -> Clock:
    return Clock(unit, parse_zone(zone))
