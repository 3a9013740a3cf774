"""The totals of tokens and costs in SQL, also where MLflow before 3.17 kept them: in the JSON of metadata."""

from sqlalchemy import BigInteger, Float, and_, case, cast, func, literal, null

from mcp_traces.records import MAX_TOKENS, TOKEN_USAGE_KEY
from mcp_traces.store.gateway import MAX_COST, PARTS_OF_COST
from mcp_traces.store.schema import Column

_COUNT, _AMOUNT = r"[0-9]{1,18}", r"[0-9]{1,18}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?"
_NUMBERS = ("INTEGER", "UNSIGNED INTEGER", "DOUBLE", "DECIMAL")


def stored_total(dialect: str, value: Column, key: str) -> Column:
    """The total in the JSON that metadata holds under `key`; NULL for what has none."""
    is_count = key == TOKEN_USAGE_KEY
    name = "total_tokens" if is_count else "total_cost"
    kind = BigInteger() if is_count else Float(53)
    path = f"$.{name}"
    match dialect:
        case "sqlite":
            types = ("integer",) if is_count else ("integer", "real")
            is_number = and_(func.json_valid(value) == 1, func.json_type(value, path).in_(types))
            total = case((is_number, func.json_extract(value, path)), else_=null())
            return case((func.typeof(total).in_(types), total), else_=null())
        case "postgresql":
            found = func.substring(value, f'[{{,] ?"{name}": ?({_COUNT if is_count else _AMOUNT}) ?[,}}]')
            return cast(found, kind)
        case "mssql":
            return case((func.isjson(value) == 1, cast(func.json_value(value, path), kind)), else_=null())
        case _:
            found = func.json_extract(value, path)
            is_number = and_(func.json_valid(value) == 1, func.json_type(found).in_(_NUMBERS))
            return case((is_number, func.json_unquote(found) + literal(0)), else_=null())


def as_count(total: Column) -> Column:
    """Tokens as `TraceInfo.total_tokens` has them."""
    return case((and_(total >= 0, total < MAX_TOKENS), total), else_=null())


def as_parts(dialect: str, total: Column) -> Column:
    """A cost as `cost_in_parts` has it."""
    parts = total * literal(float(PARTS_OF_COST)) + literal(0.5)
    whole = cast(parts if dialect == "sqlite" else func.floor(parts), BigInteger())
    return case((total <= 0, 0), (total >= MAX_COST, MAX_COST * PARTS_OF_COST), (total > 0, whole), else_=null())
