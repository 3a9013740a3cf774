"""The orders a search can have, and which of them can be continued from a value instead of an offset."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import ORDER_KEYS
from mcp_traces.filters.quoting import can_name, named
from mcp_traces.records import TraceInfo


@dataclass(frozen=True, slots=True)
class Ordering:
    """`clauses` for MLflow; `seek_field` is set when a later page can start from a value of that field."""

    clauses: tuple[str, ...]
    seek_field: str | None = None
    descending: bool = False

    @property
    def value(self) -> Callable[[TraceInfo], int | None]:
        if self.seek_field == "trace.timestamp_ms":
            return lambda info: info.request_time_ms
        return lambda info: info.execution_duration_ms


def _seekable(key: str, *, descending: bool) -> Ordering:
    direction = "DESC" if descending else "ASC"
    return Ordering((f"{key} {direction}", "request_id ASC"), f"trace.{key}", descending)


NAMED_ORDERS = {
    "newest": _seekable("timestamp_ms", descending=True),
    "oldest": _seekable("timestamp_ms", descending=False),
    "slowest": _seekable("execution_time_ms", descending=True),
    "fastest": _seekable("execution_time_ms", descending=False),
}

_CLAUSE = re.compile(
    r"(?:(?:trace|attributes?)\.)?"
    r"(?P<key>\w+|(?P<entity>tags?|(?:request_)?metadata)\.(?P<named>`[^`]+`|\"[^\"]+\"|[^\s,`\"]+))"
    r"(?:\s+(?P<direction>asc|desc))?",
    re.IGNORECASE,
)
_KEY_ALIASES = {"timestamp": "timestamp_ms", "execution_time": "execution_time_ms"}


def parse_order(order_by: str) -> Ordering:
    """An order by name (`newest`) or by MLflow clauses joined by commas. Raises InvalidArgumentError."""
    named = NAMED_ORDERS.get(order_by.strip().lower())
    if named:
        return named
    clauses = tuple(_parse_clause(part) for part in re.split(r",(?=(?:[^`\"]|`[^`]*`|\"[^\"]*\")*$)", order_by))
    for ordering in NAMED_ORDERS.values():
        if clauses in (ordering.clauses[:1], ordering.clauses):
            return ordering
    return Ordering(clauses)


def _parse_clause(text: str) -> str:
    match = _CLAUSE.fullmatch(text.strip())
    if match and match["entity"]:
        key = _keyed(match["entity"], match["named"].strip('`"'))
    else:
        key = _KEY_ALIASES.get(match["key"], match["key"]) if match else ""
    if match is None or not ("." in key or key in ORDER_KEYS):
        raise InvalidArgumentError(
            f"`order_by` {text.strip()!r} is no order MLflow knows.",
            f"Use newest, oldest, slowest or fastest, or one of {', '.join(ORDER_KEYS)}, tag.<key>, metadata.<key> "
            "followed by ASC or DESC; several joined by commas.",
        )
    return f"{key} {(match['direction'] or 'ASC').upper()}"


def _keyed(entity: str, key: str) -> str:
    if not can_name(key):
        raise InvalidArgumentError(
            f"MLflow cannot order by the {entity} key {key!r}: it would order by something else without a word.",
            f"Orders that work: newest, oldest, slowest, fastest, {', '.join(ORDER_KEYS)}.",
        )
    return named(entity, key)
