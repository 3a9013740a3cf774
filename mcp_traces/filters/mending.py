"""One clause of a filter as MLflow takes it, and in words what had to change."""

from collections.abc import Sequence
from dataclasses import replace

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.clauses import RawClause
from mcp_traces.filters.elsewhere import said_elsewhere
from mcp_traces.filters.grammar import FIELDS, Field, field_named
from mcp_traces.filters.mended import Mended, Mending, unquoted
from mcp_traces.filters.moments import day_of
from mcp_traces.filters.naming import bare_name, named_field
from mcp_traces.filters.operators import OPERATORS, OWN
from mcp_traces.filters.patterns import ASSESSMENTS
from mcp_traces.filters.texts import refuse_operator, text_clause, text_meant, value_meant
from mcp_traces.filters.tokens import Token
from mcp_traces.filters.values import number_meant

__all__ = ["Mended", "mend_clause", "unquoted"]

_ORDERINGS = (">", ">=", "<", "<=")


def mend_clause(clause: RawClause) -> Mended:
    """The clause as MLflow takes it, with what had to change."""
    if field_named(clause.field) is None and (mended := said_elsewhere(clause)):
        return mended
    mending = Mending(clause)
    try:
        named = named_field(clause.field)
    except InvalidArgumentError as error:
        mending.note(str(error), silent=True)
        return mending.done(None)
    if named is None:
        _note_unknown(mending)
        return mending.done(None)
    if named.note:
        mending.note(named.note)
    operator = clause.meant
    _note_operator(mending, named.name)
    if named.row.is_of_spans and (clause.negated or _denies(operator, is_renamed=bool(named.note))):
        mending.note("MLflow asks whether some span matches; that no span is so cannot be said in a filter.")
        return mending.done(None)
    return mending.done(_clause_text(mending, named.name, named.row, operator))


def _denies(operator: str, *, is_renamed: bool) -> bool:
    """Whether no span is to match. MLflow's own != and NOT IN are taken at their word: some span differs."""
    return is_renamed if operator in ("!=", "NOT IN") else operator.startswith("NOT ")


def _note_unknown(mending: Mending) -> None:
    written = mending.clause.field
    key = bare_name(written)
    fields = ", ".join(field.name for field in FIELDS)
    rooms = f" A tag of that name is tag.{key}; there may be metadata.{key}, feedback.{key}, span.attributes.{key}."
    mending.note(f"There is no field `{written}`. Fields: {fields}.{rooms if key.isidentifier() else ''}")


def _note_operator(mending: Mending, name: str) -> None:
    written = mending.clause.operator
    operator = OPERATORS[written]
    if operator != written and operator in OWN and not written.endswith(" OF"):
        mending.note(f"`{written}` is written `{operator}`.")
    elif not mending.clause.in_capitals and name.startswith("span.") and operator in ("IN", "LIKE", "ILIKE", "RLIKE"):
        mending.note(f"On span.* operators are written in capitals: {operator}.")


def _clause_text(mending: Mending, name: str, row: Field, operator: str) -> str | None:
    values = mending.clause.values
    if operator in ("IS NULL", "IS NOT NULL"):
        return _presence(mending, name, row, operator)
    if not values:
        mending.note(f"There is no value behind `{name} {operator}`.")
        return None
    if operator == "BETWEEN" and len(values) == 2:
        mending.note("MLflow's filters have no BETWEEN.")
        return _both(mending, name, row, ((">=", values[0]), ("<=", values[1])))
    if row.value == "number" or operator in _ORDERINGS:
        return _number_clause(mending, name, row, operator)
    if row.name == "span.attributes.<key>" and operator in ("=", "IN") and (text := _number_attribute(mending, name)):
        return text
    if row.name in ASSESSMENTS and operator in ("=", "!=") and values[0].kind == "number":
        return _number_assessed(mending, name, operator, values[0].text)
    texts = [text_meant(mending, name, row, value) for value in values]
    meant = [value_meant(mending, row, text) for text in texts if text is not None]
    said = [value for value in meant if value is not None]
    return text_clause(mending, name, row, operator, said) if len(said) == len(values) else None


def _presence(mending: Mending, name: str, row: Field, operator: str) -> str | None:
    if operator in row.operators:
        return f"{name} {operator}"
    if row.name == "trace.execution_time_ms":
        told = "traces in progress have none: trace.status = 'IN_PROGRESS'" if operator == "IS NULL" else "write >= 0"
        mending.note(f"`{name}` cannot be asked for {operator}; {told}.")
        return None if operator == "IS NULL" else f"{name} >= 0"
    if operator == "IS NOT NULL" and row.name == "trace.client_request_id":
        mending.note(f"`{name}` cannot be asked for {operator}; LIKE '%' does the same.")
        return f"{name} LIKE '%'"
    mending.note(f"`{name}` cannot be asked for {operator}.")
    return None


def _both(mending: Mending, name: str, row: Field, sides: Sequence[tuple[str, Token]]) -> str | None:
    clauses = [
        _number_clause(Mending(replace(mending.clause, values=(value,)), mending.problems), name, row, operator)
        for operator, value in sides
    ]
    return " AND ".join(clause for clause in clauses if clause) if all(clauses) else None


def _number_clause(mending: Mending, name: str, row: Field, operator: str) -> str | None:
    value = mending.clause.values[0]
    if operator not in row.operators:
        return refuse_operator(mending, name, row, operator)
    if operator == "=" and row.name == "trace.timestamp_ms" and (day := day_of(unquoted(value))):
        mending.note(f"`{name}` takes epoch milliseconds, and a day has many; since and until take dates.", silent=True)
        return f"{name} >= {day[0]} AND {name} < {day[1]}"
    number = number_meant(mending, name, row, value)
    if number is not None and name == "timestamp" and not number.lstrip("-").isdigit():
        # sqlparse takes `timestamp 0.5` for a literal of SQL.
        mending.note("`timestamp` takes whole numbers; `trace.timestamp_ms` takes any.")
        name = "trace.timestamp_ms"
    return f"{name} {operator} {number}" if number is not None else None


def _number_assessed(mending: Mending, name: str, operator: str, number: str) -> str | None:
    """A server stores 5 as 5.0, a database as 5: only the orderings find both."""
    mending.note(f"Numbers of `{name}` are compared by >= and <=.")
    if operator == "=":
        return f"{name} >= {number} AND {name} <= {number}"
    mending.note(f"Search once with {name} < {number} and once with {name} > {number}.")
    return None


def _number_attribute(mending: Mending, name: str) -> str | None:
    """A number or boolean of a span is stored without the quotes that RLIKE looks for."""
    value = mending.clause.values[0]
    bare = value.kind == "number" or value.text.lower() in ("true", "false")
    if len(mending.clause.values) > 1 or not bare:
        return None
    mending.note("On span attributes = never matches; a number is found in the stored JSON.", silent=True)
    return f"{name} LIKE ': \"{value.text.lower()}\"%'"
