"""What MLflow makes of a filter it takes: each clause with its value as MLflow reads it, and in plain words."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from mcp_traces.filters.grammar import Field, field_named
from mcp_traces.filters.parser import ParsedFilter, RawClause, Token
from mcp_traces.filters.times import iso_utc

Value: TypeAlias = str | int | float | tuple[str, ...] | None

_COMPARISONS = {
    "=": "is",
    "!=": "is not",
    ">": "is more than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
    "IN": "is one of",
    "NOT IN": "is none of",
    "RLIKE": "matches the regular expression",
    "IS NULL": "is absent",
    "IS NOT NULL": "is there",
}
_JSON_WORDS = {"true", "false", "null"}


@dataclass(frozen=True, slots=True)
class ClauseMeaning:
    """`field` is the row of the table, `key` what stands for its `<key>`, `value` what MLflow compares with.

    `name` is the field as the table writes it, with the key as it was written.
    """

    text: str
    name: str
    field: Field
    key: str | None
    operator: str
    value: Value

    @property
    def words(self) -> str:
        subject = self.field.subject.replace("{key}", f"{self.key!r}")
        return f"{subject} {self._predicate}{self._aside}"

    @property
    def _predicate(self) -> str:
        if self.operator in ("LIKE", "ILIKE"):
            return _pattern_words(str(self.value)) + (", in any case of letters" if self.operator == "ILIKE" else "")
        told = _COMPARISONS[self.operator]
        return told if self.value is None else f"{told} {_told(self.value)}"

    @property
    def _aside(self) -> str:
        if self.operator == "!=" and self.field.may_be_absent:
            return " (traces without it do not match)"
        if self.field.name in ("trace.timestamp_ms", "trace.end_time_ms") and isinstance(self.value, int | float):
            return f" ({iso_utc(int(self.value))})"
        return self._aside_of_assessments if self.field.name in ("feedback.<key>", "expectation.<key>") else ""

    @property
    def _aside_of_assessments(self) -> str:
        if self.operator.endswith("LIKE"):
            return " (of its JSON, in which text stands in double quotes)"
        if self.operator not in ("=", "!=") or not isinstance(self.value, str):
            return ""
        if _is_number(self.value):
            return " (the text, or the number as it is stored, on a server 5.0 for 5: compare numbers by >= and <=)"
        return " (the value or the text)" if self.value in _JSON_WORDS else ""


def explain(parsed: ParsedFilter) -> tuple[ClauseMeaning, ...]:
    """The clauses of a filter without mistakes; of another one, those that are of a known field."""
    return tuple(_meanings(parsed))


def clause_text(clause: RawClause) -> str:
    """The clause as it stands in a filter of its own."""
    values = ", ".join(token.text for token in clause.values)
    written = f"({values})" if clause.operator.endswith("IN") else values
    return f"{clause.field} {clause.operator} {written}".rstrip()


def _meanings(parsed: ParsedFilter) -> Iterator[ClauseMeaning]:
    for clause in parsed.clauses:
        if row := field_named(clause.field):
            written = _written_key(clause.field, row)
            name, key = (row.prefix + written, _bare(written)) if row.keyed else (row.name, None)
            yield ClauseMeaning(clause_text(clause), name, row, key, clause.operator, _value(clause))


def _written_key(name: str, row: Field) -> str:
    prefixes = (one.removesuffix("<key>") for one in (row.name, *row.aliases))
    return name[len(next(one for one in prefixes if name.startswith(one))) :]


def _bare(key: str) -> str:
    return key[1:-1] if len(key) > 1 and key[0] in "`\"'" and key[-1] == key[0] else key


def _value(clause: RawClause) -> Value:
    if not clause.values:
        return None
    if clause.operator.endswith("IN"):
        return tuple(map(_listed, clause.values))
    return _single(clause.values[0])


def _listed(token: Token) -> str:
    """As a Python literal, as MLflow reads one of a list (mlflow/utils/search_utils.py:_parse_list_from_sql_token)."""
    try:
        return str(ast.literal_eval(token.text))
    except (ValueError, SyntaxError):  # of a filter that MLflow refuses
        return token.text


def _single(token: Token) -> str | int | float:
    if token.kind == "text":
        return token.text[1:-1]
    if token.kind == "number":
        return int(token.text) if token.text.lstrip("-").isdigit() else float(token.text)
    return token.text


def _told(value: Value) -> str:
    return ", ".join(map(repr, value)) if isinstance(value, tuple) else repr(value)


def _pattern_words(pattern: str) -> str:
    inner = pattern.strip("%")
    if not inner:
        return "is anything" if pattern else "is empty"
    if "%" in inner or "_" in inner:
        return f"matches {pattern!r} as a whole (% is any text, _ any one character)"
    verbs = {(True, True): "contains", (False, True): "begins with", (True, False): "ends with"}
    return f"{verbs.get((pattern[0] == '%', pattern[-1] == '%'), 'is')} {inner!r}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
