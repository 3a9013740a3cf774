"""Comparisons of texts in SQL that mean the same on every database, with values as bound parameters."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, LargeBinary, and_, cast, false, func, not_, or_
from sqlalchemy.dialects.mysql import CHAR as MYSQL_CHAR

from mcp_traces.errors import InvalidFilterError
from mcp_traces.rlike import ExpressionError, rlike
from mcp_traces.store.schema import Column

Condition: TypeAlias = ColumnElement[bool]

_NUL = "\x00"
_MAX_SHOWN = 80
_RE2 = "SQLite files are searched in linear time (RE2): no back-references, look-ahead only as ^(?!...) at the start."
_MSSQL_CASE_SENSITIVE = "Japanese_Bushu_Kakusu_100_CS_AS_KS_WS"
"""The collation that MLflow compares with on SQL Server (mlflow/utils/search_utils.py)."""


class Texts:
    """Exact and case-sensitive comparisons that NULL never matches."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect

    def compare(self, column: Column, operator: str, value: Any) -> Condition:
        match operator:
            case "=":
                return self.equals(column, value)
            case "!=":
                return self._differs(column, value)
            case "IN":
                return self._is_one_of(column, value)
            case "NOT IN":
                return and_(column.is_not(None), not_(self._is_one_of(column, value)))
            case "LIKE":
                return self.like(column, value)
            case "ILIKE":
                return self.ilike(column, value)
            case "RLIKE":
                return self._matches(column, value)
            case _:
                raise InvalidFilterError(f"{operator} does not compare texts.")

    def equals(self, column: Column, value: str) -> Condition:
        if self._cannot_hold(value):
            return false()
        if self._dialect == "mysql":  # the collation ignores case, and the first comparison uses the index
            return and_(column == value, cast(column, LargeBinary) == value.encode())
        return self._exact(column) == value

    def like(self, column: Column, pattern: str, escape: str | None = None) -> Condition:
        if self._cannot_match(pattern):
            return false()
        return self._exact(column).like(pattern, escape=escape)

    def ilike(self, column: Column, pattern: str, escape: str | None = None) -> Condition:
        """PostgreSQL's own ILIKE takes six times as long as lower() and LIKE."""
        if self._cannot_match(pattern):
            return false()
        return func.lower(column).like(func.lower(pattern), escape=escape)

    def contains(self, column: Column, text: str) -> Condition:
        """Whether the text is a part of the value."""
        return self._exact(column).contains(text, autoescape=True) if not self._cannot_hold(text) else false()

    @property
    def own_escape(self) -> str | None:
        """The escape character that LIKE has here without being given one."""
        return "\\" if self._dialect in ("postgresql", "mysql") else None

    def _differs(self, column: Column, value: str) -> Condition:
        if self._cannot_hold(value):
            return column.is_not(None)
        if self._dialect == "mysql":
            return or_(column != value, cast(column, LargeBinary) != value.encode())
        return self._exact(column) != value

    def _is_one_of(self, column: Column, values: Iterable[str]) -> Condition:
        possible = [value for value in values if not self._cannot_hold(value)]
        if not possible:
            return false()
        if self._dialect == "mysql":
            return and_(column.in_(possible), cast(column, LargeBinary).in_([value.encode() for value in possible]))
        return self._exact(column).in_(possible)

    def _matches(self, column: Column, expression: str) -> Condition:
        if self._cannot_hold(expression):
            return false()
        match self._dialect:
            case "postgresql":
                return column.op("~", is_comparison=True)(expression)
            case "mssql":
                raise InvalidFilterError("SQL Server has no RLIKE.", "Use LIKE or ILIKE.")
            case "sqlite":
                _check_expression(expression)
            case _:
                pass
        return self._exact(column).op("REGEXP", is_comparison=True)(expression)

    def _exact(self, column: Column) -> Column:
        """The column with a collation that distinguishes case."""
        match self._dialect:
            case "mysql":
                return cast(column, MYSQL_CHAR(charset="utf8mb4")).collate("utf8mb4_bin")
            case "mssql":
                return column.collate(_MSSQL_CASE_SENSITIVE)
            case _:
                return column

    def _cannot_match(self, pattern: str) -> bool:
        """SQLite reads a pattern no further than its first NUL."""
        return self._cannot_hold(pattern) or (self._dialect == "sqlite" and _NUL in pattern)

    def _cannot_hold(self, value: str) -> bool:
        """Whether no text in the database can be this one. Raises InvalidFilterError for what is not text."""
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidFilterError("A value holds half a surrogate pair, which no text has.") from None
        return self._dialect == "postgresql" and _NUL in value


def _check_expression(expression: str) -> None:
    try:
        rlike(expression)
    except ExpressionError as error:
        shown = expression if len(expression) <= _MAX_SHOWN else expression[:_MAX_SHOWN] + "..."
        raise InvalidFilterError(f"RLIKE {shown!r} is not a valid regular expression: {error}.", _RE2) from None
