"""What a JSON value must be to become a field of a record; each function raises TypeError or ValueError when it is not.

Records are taken at their word by everything that reads them, and JSON holds anything.
"""

from collections.abc import Mapping
from typing import cast

from mcp_traces.records import Json

_INT64 = 2**63


def text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text, not {type(value).__name__}")
    return value


def identifier(value: Json) -> str:
    """A text that can be sent back; JSON can also hold halves of characters."""
    text(value).encode()
    return value


def text_or_none(value: Json) -> str | None:
    return None if value is None else text(value)


def texts(value: Json) -> Mapping[str, str]:
    """An object with texts in it."""
    for inner in mapping(value).values():
        text(inner)
    return cast("Mapping[str, str]", value)


def mapping(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise TypeError(f"an object, not {type(value).__name__}")
    return cast("Mapping[str, Json]", value)


def int64(value: Json) -> int:
    """protobuf's JSON writes them as numbers and as texts."""
    number = int(value)
    if not -_INT64 <= number < _INT64:
        raise ValueError("more than 64 bits")
    return number
