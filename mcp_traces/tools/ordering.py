"""The orders a search can have, and which of them an MLflow server can continue from a value instead of an offset."""

import re
from dataclasses import dataclass

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import ORDER_KEYS
from mcp_traces.filters.quoting import can_name
from mcp_traces.records import TraceInfo
from mcp_traces.store.gateway import OWN_ORDERS, Order


@dataclass(frozen=True, slots=True)
class Ordering:
    """`orders` for the store; `seek_field` is set when a later page can start from a value of that field."""

    orders: tuple[Order, ...]
    seek_field: str | None = None

    @property
    def is_own(self) -> bool:
        """Whether MLflow does not know it."""
        return any(order.key is None and order.name in OWN_ORDERS for order in self.orders)

    @property
    def descending(self) -> bool:
        return self.orders[0].descending

    def value(self, info: TraceInfo) -> int | None:
        """What the trace has of the seekable field."""
        return self.orders[0].value(info)


def _seekable(key: str, *, descending: bool) -> Ordering:
    return Ordering((Order(key, descending), Order("request_id")), f"trace.{key}")


NAMED_ORDERS = {
    "newest": _seekable("timestamp_ms", descending=True),
    "oldest": _seekable("timestamp_ms", descending=False),
    "slowest": _seekable("execution_time_ms", descending=True),
    "fastest": _seekable("execution_time_ms", descending=False),
    "tokens": Ordering((Order("tokens", descending=True),)),
    "cost": Ordering((Order("cost", descending=True),)),
}

_CLAUSE = re.compile(
    r"(?:(?:trace|attributes?)\.)?"
    r"(?P<key>\w+|(?P<entity>tags?|(?:request_)?metadata)\.(?P<named>`[^`]+`|\"[^\"]+\"|[^\s,`\"]+))"
    r"(?:\s+(?P<direction>asc|desc))?",
    re.IGNORECASE,
)
MAX_CLAUSES = 5
MAX_COMMAS = 20
"""With those in the names of keys."""

MAX_CHARS = 2_000
_KEY_ALIASES = {"timestamp": "timestamp_ms", "execution_time": "execution_time_ms"}


def parse_order(order_by: str) -> Ordering:
    """An order by name (`newest`) or by MLflow clauses joined by commas. Raises InvalidArgumentError."""
    named = NAMED_ORDERS.get(order_by.strip().lower())
    if named:
        return named
    if order_by.count(",") > MAX_COMMAS or len(order_by) > MAX_CHARS:
        raise InvalidArgumentError(
            f"`order_by` has {order_by.count(',') + 1:,} clauses in {len(order_by):,} characters; it takes "
            f"{MAX_CLAUSES} in {MAX_CHARS:,}.",
            "Order by what decides; ties are broken by time and id.",
        )
    if order_by.strip().lower().removesuffix(" desc") == "span.duration_ms":
        raise InvalidArgumentError(
            "order_by='span.duration_ms' orders spans, and these rows are traces.",
            "Select columns of spans: select='trace_id,span.name,span.duration_ms' with span_type or span_name; "
            "order_by='slowest' orders traces.",
        )
    parts = re.split(r",(?=(?:[^`\"]|`[^`]*`|\"[^\"]*\")*$)", order_by)
    if len(parts) > MAX_CLAUSES:
        raise InvalidArgumentError(
            f"`order_by` has {len(parts)} clauses; it takes {MAX_CLAUSES}.",
            "Order by what decides; ties are broken by time and id.",
        )
    orders = tuple(map(_parse_order, parts))
    for ordering in NAMED_ORDERS.values():
        if orders in (ordering.orders[:1], ordering.orders):
            return ordering
    return Ordering(orders)


def _parse_order(text: str) -> Order:
    match = _CLAUSE.fullmatch(text.strip())
    if match is not None:
        descending = (match["direction"] or "ASC").upper() == "DESC"
        if match["entity"]:
            return _keyed(match["entity"], match["named"].strip('`"'), descending=descending)
        key = _KEY_ALIASES.get(match["key"], match["key"])
        if key in (*ORDER_KEYS, *OWN_ORDERS):
            return Order(key, descending)
    raise InvalidArgumentError(
        f"`order_by` {text.strip()!r} is not an order MLflow knows.",
        f"Use newest, oldest, slowest, fastest, tokens or cost, or one of {', '.join(ORDER_KEYS)}, tag.<key>, "
        "metadata.<key> followed by ASC or DESC; several joined by commas.",
    )


def _keyed(entity: str, key: str, *, descending: bool) -> Order:
    if not can_name(key):
        raise InvalidArgumentError(
            f"MLflow cannot order by the {entity} key {key!r}: it would order by another field.",
            f"Orders that work: newest, oldest, slowest, fastest, tokens, cost, {', '.join(ORDER_KEYS)}.",
        )
    return Order("tag" if entity.lower().startswith("tag") else "metadata", descending, key)
