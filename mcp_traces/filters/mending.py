"""One clause of a filter as MLflow takes it, and in words what had to change."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.grammar import FIELDS, Field, field_named
from mcp_traces.filters.parser import RawClause, Token
from mcp_traces.filters.quoting import keyed, quoted
from mcp_traces.filters.synonyms import (
    DURATION,
    DURATION_MS,
    NEGATIONS,
    OPERATORS,
    PREFIXES,
    STATUS_SYNONYMS,
    STATUSES,
    SYNONYMS,
)
from mcp_traces.filters.times import parse_time


@dataclass(frozen=True, slots=True)
class Mended:
    """`text` is None where no single clause says what was meant; a problem is its words and whether it is silent."""

    text: str | None
    problems: tuple[tuple[str, bool], ...] = ()


@dataclass(slots=True)
class _Mending:
    clause: RawClause
    problems: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])

    def note(self, message: str, *, silent: bool = False) -> None:
        self.problems.append((message, silent))


def mend_clause(clause: RawClause) -> Mended:
    """The clause as MLflow takes it, with what had to change."""
    mending = _Mending(clause)
    name, row = _mend_field(mending)
    if row is None:
        return Mended(None, tuple(mending.problems))
    if clause.negated and row.name.startswith(("span.", "trace.text")):
        mending.note(f"`{name}` != means that some span differs; that no span is so cannot be said in a filter.")
        return Mended(None, tuple(mending.problems))
    operator = _mend_operator(mending)
    text = _mend_values(mending, name, row, operator)
    return Mended(text, tuple(mending.problems))


def unquoted(token: Token) -> str:
    """The text of a value, without its quotes if it has any."""
    if token.kind == "text":
        return token.text[1:-1]
    return token.text[1:] if token.kind == "open text" else token.text


def as_text(value: str) -> str:
    """`value` between quotes. What no quotes can hold is left to the typed arguments."""
    return quoted(value) or f"'{value}'"


def pattern_of(values: Sequence[str]) -> str:
    """The regular expression that matches exactly one of `values`."""
    return "'^(" + "|".join(re.escape(value).replace("'", "\\u0027") for value in values) + ")$'"


def _mend_field(mending: _Mending) -> tuple[str, Field | None]:
    """The field in MLflow's spelling and its row, None (and said so) when nothing like it exists."""
    written = mending.clause.field
    plain = written.replace("`", "") if "." not in written else written
    for candidate in _candidates(plain):
        row = field_named(candidate)
        if row is None:
            continue
        name = _with_quoted_key(mending, candidate, row)
        if name is None:
            return written, None
        if candidate != plain:
            mending.note(f"There is no field `{written}`; it is `{name}`.")
        return name, row
    names = ", ".join(field.name for field in FIELDS)
    mending.note(f"There is no field `{written}`. Fields: {names}.")
    return written, None


def _candidates(written: str) -> Iterator[str]:
    yield written
    bare = written.removeprefix("trace.").removeprefix("attributes.").removeprefix("attribute.")
    for spelling in (bare, bare.lower()):
        if spelling in SYNONYMS:
            yield SYNONYMS[spelling]
    for wrong, right in PREFIXES.items():
        if written.lower().startswith(wrong):
            yield right + written[len(wrong) :]
    entity, dot, key = written.partition(".")
    yield entity.lower() + dot + key
    yield written.lower()


def _with_quoted_key(mending: _Mending, name: str, row: Field) -> str | None:
    """`name` with its key in quotes where MLflow needs them; None for a key that cannot be asked for."""
    if not row.keyed:
        return name
    prefix = next(one for one in (row.prefix, *_alias_prefixes(row)) if name.startswith(one))
    key = name[len(prefix) :]
    bare = key[1:-1] if len(key) > 1 and key[0] in "`\"'" and key[-1] == key[0] else key
    if row.name.startswith("span."):
        return name
    try:
        safe = keyed(prefix.rstrip("."), bare)
    except InvalidArgumentError as error:
        mending.note(str(error), silent=True)
        return None
    if key == bare and not re.fullmatch(r"[\w.]+", bare):
        mending.note(f"The key of `{name}` needs backticks.")
        return safe
    return name


def _alias_prefixes(row: Field) -> list[str]:
    return [alias.removesuffix("<key>") for alias in row.aliases]


def _mend_operator(mending: _Mending) -> str:
    written = mending.clause.operator
    operator = OPERATORS.get(written, written)
    if operator != written:
        mending.note(f"`{written}` is written `{operator}`.")
    return NEGATIONS.get(operator, f"NOT {operator}") if mending.clause.negated else operator


def _mend_values(mending: _Mending, name: str, row: Field, operator: str) -> str | None:
    values = mending.clause.values
    if operator in ("IS NULL", "IS NOT NULL"):
        if operator in row.operators:
            return f"{name} {operator}"
        mending.note(f"`{name}` cannot be asked for {operator}.")
        return None
    if not values:
        mending.note(f"There is no value behind `{name} {operator}`.")
        return None
    if operator == "BETWEEN" and len(values) == 2:
        mending.note("MLflow's filters have no BETWEEN.")
        sides = [
            _mend_values(_one(mending, value), name, row, op) for value, op in zip(values, (">=", "<="), strict=True)
        ]
        return " AND ".join(side for side in sides if side) if all(sides) else None
    if row.value == "number" or operator in (">", ">=", "<", "<="):
        if operator not in row.operators:
            return _refuse_operator(mending, name, row, operator)
        number = _number(mending, name, values[0])
        return f"{name} {operator} {number}" if number is not None else None
    return _text_clause(mending, name, row, operator, [_text(mending, name, value) for value in values])


def _one(mending: _Mending, value: Token) -> _Mending:
    return _Mending(replace(mending.clause, values=(value,)), mending.problems)


def _number(mending: _Mending, name: str, value: Token) -> str | None:
    text = unquoted(value)
    if value.kind == "number":
        return text
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        mending.note(f"`{name}` takes a number without quotes.", silent=True)
        return text
    if "time_ms" in name and (match := DURATION.fullmatch(text)):
        mending.note(f"`{name}` takes milliseconds.", silent=True)
        return str(int(float(match[1]) * DURATION_MS[match[2].lower()]))
    try:
        moment = parse_time(name, text, datetime.now(UTC))
    except InvalidArgumentError:
        mending.note(f"`{name}` takes a number, not {value.text}.")
        return None
    mending.note(f"`{name}` takes epoch milliseconds; the arguments `since` and `until` take dates.", silent=True)
    return str(moment)


def _text(mending: _Mending, name: str, value: Token) -> str:
    if value.kind == "open text":
        mending.note("A quote is not closed.")
    elif value.kind != "text":
        mending.note(f"The value of `{name}` goes in quotes.")
    return unquoted(value)


def _text_clause(mending: _Mending, name: str, row: Field, operator: str, values: list[str]) -> str | None:
    values = [_status(mending, row, value) for value in values]
    if operator in ("LIKE", "ILIKE") and "%" not in values[0] and _needs_percent(row, mending.clause.operator):
        mending.note("Without % a pattern matches whole values only.", silent=True)
        values = [f"%{values[0]}%"]
    if row.name == "trace.text" and operator in ("=", "IN"):
        mending.note("`trace.text` is searched with LIKE or ILIKE.")
        return f"{name} ILIKE {as_text(f'%{values[0]}%')}" if len(values) == 1 else None
    if row.name == "span.attributes.<key>" and operator in ("=", "IN"):
        mending.note("On span attributes = never matches; an exact match is RLIKE '^value$'.", silent=True)
        return f"{name} RLIKE {pattern_of(values)}"
    if operator == "IN" and "IN" not in row.operators and "RLIKE" in row.operators:
        mending.note(f"`{name}` takes no IN; RLIKE does the same.")
        return f"{name} RLIKE {pattern_of(values)}"
    if operator not in row.operators:
        return _refuse_operator(mending, name, row, operator)
    if operator.endswith("IN"):
        return f"{name} {operator} ({', '.join(as_text(value) for value in values)})"
    return f"{name} {operator} {as_text(values[0])}"


def _refuse_operator(mending: _Mending, name: str, row: Field, operator: str) -> None:
    # On span attributes MLflow takes other operators, and compares with something else.
    silent = row.name.startswith("span.attributes")
    mending.note(f"`{name}` takes no {operator}; it takes {', '.join(row.operators)}.", silent=silent)


def _needs_percent(row: Field, written: str) -> bool:
    return row.name in ("trace.text", "span.attributes.<key>") or written == "CONTAINS"


def _status(mending: _Mending, row: Field, value: str) -> str:
    """A status in capitals; other fields' values are left alone."""
    known = STATUSES.get(row.name, ())
    if not known or value in known or mending.clause.operator.endswith("LIKE"):
        return value
    meant = STATUS_SYNONYMS.get(value.lower(), value.upper())
    if meant in known:
        mending.note(f"The status is written {meant}.", silent=True)
        return meant
    mending.note(f"There is no status {value!r}; it is one of {', '.join(known)}.", silent=True)
    return value
