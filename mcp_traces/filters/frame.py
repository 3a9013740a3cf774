"""What people write round the conditions of a filter: SELECT ... WHERE, ORDER BY, LIMIT, and pipes.

search_traces has arguments for some of it; the rest has no place there.
"""

from dataclasses import dataclass, field

from mcp_traces.filters.grammar import ORDER_KEYS, field_named
from mcp_traces.filters.naming import field_meant
from mcp_traces.filters.tokens import Token, joined

MAX_LIMIT = 100
"""The most that `limit` of search_traces takes."""

_HEADS = {"WHERE", "FILTER"}
_TAILS = {"ORDER": "BY", "SORT": "BY", "GROUP": "BY", "LIMIT": "", "OFFSET": "", "HAVING": "", "FETCH": ""}
_PIPES = {
    "LIMIT",
    "TAKE",
    "HEAD",
    "SORT",
    "ORDER",
    "SELECT",
    "COUNT",
    "AVG",
    "SUM",
    "MIN",
    "MAX",
    "BY",
    "RATE",
    "STATS",
}
_SAYABLE = {"LIMIT", "TAKE", "HEAD", "FETCH", "OFFSET", "ORDER", "SORT"}
_NAMED_ORDERS = {
    ("trace.timestamp_ms", True): "newest",
    ("trace.timestamp_ms", False): "oldest",
    ("trace.execution_time_ms", True): "slowest",
    ("trace.execution_time_ms", False): "fastest",
}
_ORDERS = f"newest, oldest, slowest, fastest, {', '.join(ORDER_KEYS)}, tag.<key> or metadata.<key>"
_COUNTED = "search_traces lists traces; it does not group or count them."


@dataclass(slots=True)
class Frame:
    """`arguments` say the rest of what was asked, `refusals` what no argument says."""

    arguments: list[str] = field(default_factory=list[str])
    refusals: list[str] = field(default_factory=list[str])
    found: bool = False


def unframe(tokens: list[Token]) -> tuple[list[Token], Frame]:
    """The tokens of the conditions, and what stood round them."""
    frame = Frame()
    tokens = _without_head(tokens, frame)
    at = next((at for at in range(len(tokens)) if _begins_tail(tokens, at)), len(tokens))
    if at < len(tokens):
        frame.found = True
        _read_tail([token for token in tokens[at:] if token.text not in ("|", ";")], frame)
    return tokens[:at], frame


def _without_head(tokens: list[Token], frame: Frame) -> list[Token]:
    words = [token.upper for token in tokens]
    if words[:1] == ["SELECT"]:
        frame.found = True
        if "WHERE" in words:
            return tokens[words.index("WHERE") + 1 :]
        return tokens[next((at for at in range(len(tokens)) if _begins_tail(tokens, at)), len(tokens)) :]
    if words and words[0] in _HEADS and not _names_field(tokens, 0):
        frame.found = True
        return tokens[1:]
    return tokens


def _names_field(tokens: list[Token], at: int) -> bool:
    """Whether the token is the field of a clause, or its value, and no keyword."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    is_field = following is not None and (following.kind in ("operator", "colon") or following.word in ("IN", "IS"))
    return is_field or (at > 0 and (tokens[at - 1].kind == "operator" or tokens[at - 1].kind == "colon"))


def _begins_tail(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    following = tokens[at + 1].upper if at + 1 < len(tokens) else ""
    if token.text == "|":
        return following in _PIPES
    if token.kind != "name" or token.upper not in _TAILS or _names_field(tokens, at):
        return False
    # LIMIT, OFFSET and FETCH carry a number; `limit` alone may be a word of a value.
    return following == _TAILS[token.upper] if _TAILS[token.upper] else bool(following)


def _read_tail(tokens: list[Token], frame: Frame) -> None:
    """Each keyword with what belongs to it."""
    starts = [at for at, token in enumerate(tokens) if token.upper in _TAILS or (not at and token.upper in _PIPES)]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        operands = tokens[start + 1 : end]
        if tokens[start].upper in _SAYABLE and any(
            one.word in ("AND", "OR") or one.kind == "operator" for one in operands
        ):
            frame.refusals.append(f"Conditions stand in front of {tokens[start].text}.")
        else:
            _read_keyword(tokens[start].upper, [one for one in operands if one.upper != "BY"], frame)


def _read_keyword(keyword: str, operands: list[Token], frame: Frame) -> None:
    if keyword in ("LIMIT", "TAKE", "HEAD") and len(operands) == 1 and operands[0].text.isdigit():
        frame.arguments.append(f"limit={min(int(operands[0].text), MAX_LIMIT)}")
    elif keyword == "OFFSET":
        frame.refusals.append("There is no OFFSET: the next page is cursor=<next_cursor of the page before>.")
    elif keyword in ("ORDER", "SORT") and operands:
        _read_order(operands, frame)
    elif keyword in _SAYABLE:
        frame.refusals.append(f"{keyword} {joined(operands)} cannot be read; `limit` and `order_by` are arguments.")
    elif keyword != "SELECT" or not operands or operands[0].text != "(":
        frame.refusals.append(_COUNTED)


def _read_order(operands: list[Token], frame: Frame) -> None:
    """SQL orders upwards unless told otherwise."""
    if any(one.kind == "comma" for one in operands):
        frame.refusals.append(f"Order by one field: {_ORDERS}.")
        return
    name = next((one.text for one in operands if one.kind == "name" and one.upper not in ("DESC", "ASC")), "")
    descending = any(one.upper == "DESC" or one.text == "-" for one in operands)
    meant = _field(name)
    key = meant.removeprefix("trace.")
    if order := _NAMED_ORDERS.get((meant, descending)):
        frame.arguments.append(f"order_by='{order}'")
    elif key in ORDER_KEYS or key.startswith(("tag.", "metadata.")):
        frame.arguments.append(f"order_by='{key} {'DESC' if descending else 'ASC'}'")
    else:
        frame.refusals.append(f"Rows cannot be ordered by {joined(operands)}; `order_by` takes {_ORDERS}.")


def _field(name: str) -> str:
    """The field as the grammar names it; a tag with its key, and what is no field as it was written."""
    meant = field_meant(name) or name
    row = field_named(meant)
    return row.name if row and not row.keyed else meant
