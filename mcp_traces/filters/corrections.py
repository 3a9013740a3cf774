"""What one condition of a filter means: the clauses that say it, and what MLflow would refuse or misread in it."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import TypeAlias

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.clause import SPAN_ATTRIBUTE, Clause, Value, mlflow_text
from mcp_traces.filters.names import field_meant, why_not_a_field
from mcp_traces.filters.quoting import spell_out
from mcp_traces.records import LINKED_PROMPTS_TAG
from mcp_traces.times import parse_time

ClauseSides: TypeAlias = tuple[tuple[Clause, ...], ...]
"""Searches whose results together are what was asked for, each with its clauses."""

MAX_SIDES = 24
"""Alternatives of one filter; what multiplies to more is not read."""

UNCLEAR = "The end of a value is unclear."
NUMBER = re.compile(r"-?(\d{1,30}(\.\d*)?|\.\d+)(e-?\d+)?", re.IGNORECASE)

_ASSESSMENTS = ("feedback.<key>", "expectation.<key>")
_TIMES = ("trace.timestamp_ms", "trace.end_time_ms")
_DURATION = "trace.execution_time_ms"
_UNITS_MS = {"ms": 1, "s": 1_000, "sec": 1_000, "m": 60_000, "min": 60_000, "h": 3_600_000}
_WITH_UNIT = re.compile(rf"(\d+\.?\d*)\s*({'|'.join(_UNITS_MS)})", re.IGNORECASE)
_KNOWN = {
    "trace.status": ("OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED"),
    "span.status": ("OK", "ERROR", "UNSET"),
    "span.type": ("LLM", "CHAIN", "AGENT", "TOOL", "CHAT_MODEL", "RETRIEVER", "PARSER", "EMBEDDING", "RERANKER"),
}
"""Values that are written in capitals; for the type of a span there are others too."""
_OUTSIDE_JSON = re.compile(r"^(?!true|false|null)[A-Za-z]|(?<!true|alse|null)(?<=[A-Za-z])$")
"""How a LIKE pattern begins or ends that cannot match JSON."""
_NO_SPAN = (
    "MLflow asks whether some span matches; no filter says that no span does. Of failures, the argument "
    "has_error=false says it."
)


class Bare(str):
    """A value without quotes that is not a number."""

    __slots__ = ()


class Number(str):
    """A number as it is written, without quotes."""

    __slots__ = ()


class UnreadableError(ValueError):
    """OR and AND of more alternatives than are read."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator values`: the operator that is meant, text without its quotes.

    `problems` says what MLflow does not take in how it is written. `denied` is a NOT before the condition.
    """

    field: str
    operator: str
    values: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    denied: bool = False


def meaning_of(condition: Condition) -> tuple[list[str], ClauseSides]:
    """What is wrong with the condition, and what was meant; no sides where MLflow cannot say it."""
    named = field_meant(condition.field)
    if named is None:
        return [why_not_a_field(condition.field)], ()
    clause, problem = named
    meaning = _Meaning(condition, clause, [one for one in (problem, *condition.problems) if one])
    sides = () if UNCLEAR in condition.problems else meaning.sides()
    if any(mlflow_text(clause) is None for side in sides for clause in side):
        sides = meaning.refuse("No quotes can hold this value; the arguments of search_traces take any value.")
    return meaning.problems, sides


def both(left: ClauseSides, right: ClauseSides) -> ClauseSides:
    """What AND joins. Raises UnreadableError."""
    if len(left) * len(right) > MAX_SIDES:
        raise UnreadableError
    return tuple((*one, *other) for one in left for other in right)


def merged(sides: ClauseSides) -> ClauseSides:
    """One clause for several that differ in the text of one `=` alone."""
    sides = tuple(dict.fromkeys(sides))
    first, *_ = sides[0] if sides else (None,)
    if first is None or first.operator != "=" or first.field.value != "text" or len(sides) == 1:
        return sides
    texts = [str(one.value) for one, *more in sides if not more and replace(one, value=first.value) == first]
    operator = "IN" if "IN" in first.field.operators else "RLIKE"
    # Of a run, RLIKE finds less than = does.
    if len(texts) < len(sides) or operator not in first.field.operators or first.field.name == "trace.run_id":
        return sides
    return ((replace(first, operator=operator, value=tuple(texts) if operator == "IN" else _any_of(texts)),),)


def _any_of(values: Sequence[str]) -> str:
    """The regular expression that matches exactly one of `values`."""
    return f"^({'|'.join(map(spell_out, values))})$"


@dataclass
class _Meaning:
    condition: Condition
    clause: Clause
    problems: list[str]

    def __post_init__(self) -> None:
        self.row, self.name = self.clause.field, self.clause.name

    def sides(self) -> ClauseSides:
        operator, values = self.condition.operator, self.condition.values
        if self.row.is_of_spans and self._denies(operator):
            return self.refuse(_NO_SPAN)
        if self.clause.key == LINKED_PROMPTS_TAG and self.row.name == "tag.<key>":
            return self.refuse("Linked prompts are searched with trace.prompt = 'name/version'.")
        if "NULL" in operator:
            return self._one(operator) if operator in self.row.operators else self._refuse_operator(operator)
        if not values:
            return self.refuse(f"`{self.name} {operator}` needs a value. Example: {self.row.example}.")
        if operator in ("IN", "NOT IN"):
            return self._members(operator, values)
        if operator == "BETWEEN" and len(values) == 2:
            self.problems.append(f"`{self.name}` does not support BETWEEN.")
            return both(self._compared(">=", values[0]), self._compared("<=", values[1]))
        return self._compared(operator, values[0])

    def refuse(self, problem: str) -> ClauseSides:
        self.problems.append(problem)
        return ()

    def _refuse_operator(self, operator: str) -> ClauseSides:
        instead = f"Example: {self.row.example}{f' ({self.row.trap})' if self.row.trap else ''}."
        if operator.startswith("NOT ") and "RLIKE" in self.row.operators:
            instead = "For texts without some words: RLIKE '^(?!.*text)'."
        supported = ", ".join(self.row.operators)
        return self.refuse(f"`{self.name}` does not support {operator}; it supports {supported}. {instead}")

    def _one(self, operator: str, value: Value = None) -> ClauseSides:
        return ((replace(self.clause, operator=operator, value=value),),)

    def _denies(self, operator: str) -> bool:
        """Whether no span is to match. MLflow's own != and NOT IN are taken at their word: some span differs."""
        own = operator in ("!=", "NOT IN") and self.condition.field.startswith("span.")
        return self.condition.denied or (operator.startswith(("NOT ", "!=")) and not own)

    def _members(self, operator: str, values: Sequence[str]) -> ClauseSides:
        if operator in self.row.operators:
            texts = tuple(text for text in map(self._text, values) if text is not None)
            return self._one(operator, texts) if len(texts) == len(values) else ()
        if operator == "NOT IN" and self.row.name in _ASSESSMENTS:
            return self._refuse_operator(operator)
        self.problems.append(f"`{self.name}` does not support {operator}.")
        singles = [self._compared("=" if operator == "IN" else "!=", value) for value in values]
        if not all(singles):
            return ()
        return reduce(both, singles) if operator == "NOT IN" else merged(sum(singles, ()))

    def _compared(self, operator: str, value: str) -> ClauseSides:
        if self.row.value == "number" or operator in (">", ">=", "<", "<="):
            if operator not in self.row.operators:
                return self._refuse_operator(operator)
            return self._number(operator, value)
        if self.row.name in _ASSESSMENTS and operator in ("=", "!=") and isinstance(value, Number):
            # A server stores 5 as 5.0, a database as 5: only the orderings find both.
            self.problems.append(f"Numbers of `{self.name}` are compared with >= and <=.")
            either = (*self._number("<", value), *self._number(">", value))
            return either if operator == "!=" else both(self._number(">=", value), self._number("<=", value))
        if operator == "CONTAINS" or (operator == "=" and isinstance(value, Bare) and "*" in value):
            self.problems.append("The wildcard is % in LIKE, in quotes: LIKE '%text%'; there _ is any one character.")
            pattern = value.replace("*", "%") if operator == "=" else f"%{value}%"
            return () if re.search(r"[%_\\]", value) else self._like("LIKE", pattern)
        text = self._text(value)
        return () if text is None else self._compared_text(operator, text, value)

    def _number(self, operator: str, value: str) -> ClauseSides:
        text = value.strip()
        if not NUMBER.fullmatch(text):
            return self._time(operator, text) if self.row.name in _TIMES else self._with_unit(operator, text)
        if not isinstance(value, Number):
            self.problems.append(f"`{self.name}` takes a number, without quotes.")
        number = int(text) if re.fullmatch(r"-?\d+", text) else float(text)
        if self.row.name in _TIMES and (10**8 <= number < 10**10 or number >= 10**15):
            units = "seconds" if number < 10**10 else "micro- or nanoseconds"
            return self.refuse(f"{number} looks like {units}; milliseconds are expected: {self.row.example}.")
        if self.condition.field == "timestamp" and isinstance(number, float):
            self.problems.append("`timestamp` takes whole numbers; `trace.timestamp_ms` takes any.")
        # Other systems count seconds under such names: so short a duration is hardly meant in milliseconds.
        is_own = re.search("execution_time|_ms$", self.condition.field, re.IGNORECASE)
        if self.row.name == _DURATION and not is_own and number < 100:
            seconds = f"{self.name} {operator} {number * 1_000:.15g}"
            return self.refuse(f"`{self.name}` counts milliseconds: {number} s is written {seconds}.")
        is_too_large = abs(number) >= 2**63
        return self.refuse(f"{number} is more than {self.name} holds.") if is_too_large else self._one(operator, number)

    def _with_unit(self, operator: str, text: str) -> ClauseSides:
        if self.row.name != _DURATION or not (found := _WITH_UNIT.fullmatch(text)):
            return self.refuse(f"`{self.name}` takes a number, not {text!r}. Example: {self.row.example}.")
        self.problems.append(f"`{self.name}` takes milliseconds.")
        return self._one(operator, round(float(found[1]) * _UNITS_MS[found[2].lower()]))

    def _time(self, operator: str, text: str) -> ClauseSides:
        self.problems.append(
            f"`{self.name}` takes epoch milliseconds, without quotes, and >= or <; the arguments since and until take "
            "dates (2026-11-20T14:30:00Z) and ages (2h)."
        )
        try:
            time = parse_time(self.name, text, datetime.now(UTC))
        except InvalidArgumentError:
            return self.refuse(f"{text!r} is not a valid time.")
        return () if operator in ("=", "!=") else self._one(operator, time)

    def _text(self, value: str) -> str | None:
        """The text that is meant; None for a status or a type that does not exist."""
        text = str(value)
        if isinstance(value, Bare | Number):
            self.problems.append(f"The value of `{self.name}` goes in quotes.")
            text = text.lower() if self.row.name in _ASSESSMENTS and text in ("True", "False") else text
        known = _KNOWN.get(self.row.name, ())
        is_own_type = self.row.name == "span.type" and self.condition.field == "span.type"
        if not known or text in known or is_own_type or self.condition.operator not in ("=", "!=", "IN", "NOT IN"):
            return text
        if text.upper() not in known:
            self.problems.append(f"{text!r} is not one of {', '.join(known)}.")
            return None
        self.problems.append(f"`{self.name}` is written in capitals: {text.upper()}.")
        return text.upper()

    def _compared_text(self, operator: str, text: str, written: str) -> ClauseSides:
        if self.row.name == SPAN_ATTRIBUTE and operator == "=":
            if isinstance(written, Number) or text.lower() in ("true", "false"):
                return self._refuse_operator(operator)
            self.problems.append("On span attributes = never matches; an exact match is RLIKE '^value$'.")
            return self._one("RLIKE", _any_of([text]))
        if operator not in self.row.operators:
            return self._refuse_operator(operator)
        if self.row.name == "trace.prompt" and not re.fullmatch(r"[^/]+/[^/]+", text):
            return self.refuse(f"`{self.name}` takes name/version: {self.row.example}.")
        if operator in ("LIKE", "ILIKE"):
            return self._like(operator, text)
        return self._rlike(text) if operator == "RLIKE" else self._one(operator, text)

    def _like(self, operator: str, pattern: str) -> ClauseSides:
        if operator not in self.row.operators:
            return self._refuse_operator(operator)
        if self.row.name in _ASSESSMENTS and _OUTSIDE_JSON.search(pattern):
            return self.refuse("Assessments are stored as JSON, with text in double quotes: LIKE '%text%' finds it.")
        if self.row.name == "trace.text" and not (len(pattern) > 1 and pattern[0] == pattern[-1] == "%"):
            return self.refuse("The text of a span is long: LIKE takes % at both ends, trace.text LIKE '%text%'.")
        if self.row.name == SPAN_ATTRIBUTE and not pattern.startswith(("%", ': "')):
            return self.refuse("On span attributes LIKE begins with %; RLIKE '^value' finds how a value begins.")
        return self._one(operator, pattern)

    def _rlike(self, expression: str) -> ClauseSides:
        """SQLite finds nothing by an invalid expression, without an error; PostgreSQL refuses it."""
        try:
            with warnings.catch_warnings(action="ignore"):  # of what a later Python may read in another way
                re.compile(expression)
        except (re.error, RecursionError, OverflowError) as error:
            # PostgreSQL has escapes of its own, such as \m for the beginning of a word.
            if not str(error).startswith("bad escape"):
                return self.refuse(f"{expression!r} is not a valid regular expression: {error}.")
        return self._one("RLIKE", expression)
