"""The number that is meant by the value of a clause: without quotes, in milliseconds, a date as epoch milliseconds."""

import re
from datetime import UTC, datetime

from mcp_traces.filters.grammar import Field
from mcp_traces.filters.mended import Mending, unquoted
from mcp_traces.filters.moments import in_milliseconds, moment_of
from mcp_traces.filters.naming import bare_name
from mcp_traces.filters.synonyms import DURATION, DURATION_MS, SCALES, UNITLESS
from mcp_traces.filters.tokens import Token

_TIMES = ("trace.timestamp_ms", "trace.end_time_ms")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:[,_]\d{3})+|\d+(?:_\d+)*|)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_LARGEST = 2**63
SECONDS_AT_MOST = 100
"""A duration below this, of a name that others count in seconds, was hardly meant in milliseconds."""


def number_meant(mending: Mending, name: str, row: Field, value: Token) -> str | None:
    """The number as MLflow takes it; None, and said so, for what is none."""
    text = unquoted(value).strip()
    if not text or not _NUMBER.fullmatch(text) or not any(map(str.isdigit, text)):
        return _other_number(mending, name, row, value, text)
    plain = re.sub(r"[,_+]", "", text) if value.kind != "number" else text
    if value.kind == "number":
        pass
    elif value.kind in ("text", "literal", "smart text", "escaped text", "doubled text"):
        mending.note(f"`{name}` takes a number without quotes.", silent=True)
    else:
        mending.note(f"A number is written {plain}.")
    return _in_milliseconds(mending, name, row, plain)


def _in_milliseconds(mending: Mending, name: str, row: Field, number: str) -> str | None:
    written = bare_name(mending.clause.field)
    if row.name in _TIMES and (other := in_milliseconds(number)):
        mending.note(f"`{name}` counts milliseconds; {number} looks like {other[0]}.", silent=True)
        return other[1]
    scale = SCALES.get(written.rpartition("_")[2]) if "_" in written and row.name == "trace.execution_time_ms" else None
    if scale:
        mending.note(f"`{name}` counts milliseconds.")
        return f"{float(number) * scale:.15g}"
    if written in UNITLESS and 0 < float(number) < SECONDS_AT_MOST:
        meant = f"{float(number) * 1_000:.15g}"
        mending.note(
            f"Is {number} in seconds? {name} counts milliseconds: write {name} > {meant} for more than {number} s."
        )
        return None
    return number if abs(float(number)) < _LARGEST else _too_large(mending, name, number)


def _too_large(mending: Mending, name: str, number: str) -> None:
    mending.note(f"{number} is more than `{name}` can be.")


def _other_number(mending: Mending, name: str, row: Field, value: Token, text: str) -> str | None:
    if row.name == "trace.execution_time_ms" and (match := DURATION.fullmatch(text)):
        mending.note(f"`{name}` takes milliseconds.", silent=True)
        count = float(re.sub(r"[,_]", "", match[1])) if re.fullmatch(r"[\d,_]*\.?\d+", match[1]) else None
        return None if count is None else f"{count * _unit_ms(match[2].lower()):.15g}"
    moment = moment_of(name, text, datetime.now(UTC)) if row.name in _TIMES else None
    if moment is None:
        mending.note(f"`{name}` takes a number, not {value.text}.")
        return None
    mending.note(f"`{name}` takes epoch milliseconds; the arguments `since` and `until` take dates.", silent=True)
    return str(moment)


def _unit_ms(unit: str) -> int:
    return DURATION_MS["ms" if unit in ("ms", "millis") or unit.startswith("milli") else unit[0]]
