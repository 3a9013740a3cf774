"""What SQLite runs, but reads in another way than it was most likely meant: a note for each, beside the rows."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from mcp_traces.query.dialect import Statement, Token
from mcp_traces.shaping.text import cut

MAX_SHOWN = 60
MAX_NOTES = 4
MAX_TOKENS, MAX_ALIASES = 60, 50
"""Tokens that are looked at before a text, and aliases of a statement, whose reading then takes no time to speak of."""

_WORDS: dict[str, tuple[str, ...]] = {
    "status": ("OK", "ERROR", "IN_PROGRESS", "UNSET", "STATE_UNSPECIFIED"),
    "type": (
        *("LLM", "CHAT_MODEL", "AGENT", "TOOL", "RETRIEVER", "CHAIN", "EMBEDDING", "RERANKER", "PARSER", "MEMORY"),
        *("WORKFLOW", "TASK", "GUARDRAIL", "EVALUATOR", "UNKNOWN"),
    ),
    "kind": ("feedback", "expectation"),
    "role": ("system", "developer", "user", "assistant", "tool"),
}
"""What MLflow itself records in columns of words; of status and kind there is nothing else."""

_COMPARES = frozenset(("=", "==", "!=", "<>", "<", ">", "<=", ">=", "BETWEEN", "AND"))
_EQUALS = frozenset(("=", "==", "!=", "<>", "IN", "IS", "NOT", "(", ","))
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d( \d\d:.*|T\d\d.*[+-]\d\d:?\d\d)", re.DOTALL)
_ZONE = re.compile(r"[A-Z]\w+/\w+(/\w+)?")
_DATES = frozenset(("date", "time", "datetime", "strftime", "julianday", "unixepoch"))
_DOTTED_KEY = re.compile(r"\$\.((?:mlflow|gen_ai|llm|openinference|traceloop|ai|http|service|otel)(?:\.\w+)+)")

_NOTES: tuple[tuple[str, str], ...] = (
    (
        r"\bCAST \( (?:(?! AS ).){0,200}? AS (STRING|DATE|DATETIME|TIME|TIMESTAMP|TIMESTAMPTZ) ",
        "CAST(x AS {}) makes a number in SQLite: write CAST(x AS TEXT), date(x) or datetime(x).",
    ),
    (r"\bstrftime \( (?:\w+ \. )?(time) ,", "strftime takes the format first: strftime('%H', {})."),
    (
        r"\b(?:time_ms|start_ms) [<>=]+ (?:CAST \( )?(unixepoch|strftime) \((?!.*\b1000\b)",
        "time_ms is in milliseconds and {}() in seconds: write 1000 * unixepoch('now', '-1 day').",
    ),
    (r" (=|==|!=|<>) NULL\b", "x {} NULL is never true: write x IS NULL or x IS NOT NULL."),
    (
        r"^(?!.*\bjson_(?:each|tree)\b).*\bvalue (?:=|==|!=|<>|IS) (?:NOT )?(TRUE|FALSE)\b",
        "value of assessments is text, not {}: compare number, which is 1 for true and yes, 0 for false and no.",
    ),
    (
        r"^(?!.*\bjson_(?:each|tree)\b)(?=.*\bassessments\b).*\b(avg|sum|total) \( (?:\w+ \. )?value \)",
        "value of assessments is text, of which {}() takes 'true' and 'yes' for 0: use number, where they are 1.",
    ),
)
"""Forms of the statement's code, in which one space is between any two tokens, and what is said of them."""

_QUOTIENT = re.compile(r"[\w.)] / [^,]{0,200}?(?:, \d+ \)[^,]{0,50}?)? AS (?P<alias>\w+|\"[^\"]*\")", re.IGNORECASE)
_FRACTIONS = re.compile(r"\d\.\d|\b(real|float\w*|double|avg|median|percentile|total|cost|self_ms|start_ms)\b", re.I)
_STRETCHES = re.compile(r"time_ms|unixepoch|julianday|strftime", re.IGNORECASE)


def traps(statement: Statement, tables: Mapping[str, Collection[str]]) -> list[str]:
    """Notes on what the statement says, MAX_NOTES at most. `tables` are ours with their columns."""
    return list(islice(_traps(statement, tables), MAX_NOTES))


def whole_quotients(statement: Statement, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """A note on quotients of integers that came out whole. `columns` and `rows` are what the statement returned."""
    found = [one for one in _quotients(statement, columns) if _is_whole(rows, columns.index(one))]
    if found:
        shown = ", ".join(cut(one, MAX_SHOWN) for one in found[:3])
        yield f"{shown}: a quotient of two integers has no fraction in SQLite; 1.0 * a / b has."


def _traps(statement: Statement, tables: Mapping[str, Collection[str]]) -> Iterator[str]:
    for form, note in _NOTES:
        if found := re.search(form, statement.code, re.IGNORECASE):
            yield note.format(found[1])
    yield from _of_texts(statement)
    for alias in dict.fromkeys(_shadowed(statement.tokens, tables)):
        yield f"GROUP BY {alias} takes the column {alias}, not the alias: give the alias another name."


def _of_texts(statement: Statement) -> Iterator[str]:
    """What is said of single texts: times, time zones, keys and words in another form than tables have them."""
    tokens, functions = statement.tokens, list[str]()
    said = set[str]()
    for at, token in enumerate(tokens):
        if token.value == "(":
            functions.append(tokens[at - 1].value.lower() if at else "")
        elif token.value == ")" and functions:
            functions.pop()
        elif token.kind == "text" and (note := _of_text(statement, at, functions)) and note not in said:
            said.add(note)
            yield note


def _of_text(statement: Statement, at: int, functions: Sequence[str]) -> str | None:
    tokens, text = statement.tokens, statement.tokens[at].unquoted
    shown = text[:MAX_SHOWN]
    around = {tokens[at - 1].value.upper(), tokens[at + 1].value.upper() if at + 1 < len(tokens) else ""}
    if _LOCAL_TIME.fullmatch(text) and around & _COMPARES:
        return (
            f"Times are texts like 2026-11-20T14:00:00.000Z, compared letter by letter: '{shown}' is wrong on its day. "
            f"Write datetime('{shown}')."
        )
    if "%d %H" in text and functions[-1:] == ["strftime"] and tokens[at - 3].value in _COMPARES:
        return f"Times are texts like 2026-11-20T14:00:00.000Z: write datetime(...) for strftime('{shown}', ...)."
    if _ZONE.fullmatch(text) and functions[-1:] and functions[-1] in _DATES:
        return f"{functions[-1]}() knows no time zones and returns NULL: bucket(time, '1d', '{shown}') does."
    if key := _DOTTED_KEY.fullmatch(text):
        return f"'{shown}' reads keys within keys: the key {key[1][:MAX_SHOWN]} is read by ->>'{key[1][:MAX_SHOWN]}'."
    column = _compared_with(tokens, at)
    if column in _WORDS and f"as {column}" not in statement.code.lower() and "nocase" not in statement.words:
        words = _WORDS[column]
        near = next((one for one in words if one.lower() == text.lower()), None)
        if near and text not in words:
            return f"{column} is '{near}', not '{shown}': texts are compared with their case."
        if text not in words and column in ("status", "kind"):
            return f"{column} is never '{shown}': it is {', '.join(words)}."
    return None


def _compared_with(tokens: Sequence[Token], at: int) -> str:
    """The column that the text at this place is compared with, "" for none."""
    left = at - 1
    while left >= max(at - MAX_TOKENS, 0) and (tokens[left].value.upper() in _EQUALS or tokens[left].kind == "text"):
        left -= 1
    between = {one.value.upper() for one in tokens[left + 1 : at]}
    is_compared = bool(between & {"=", "==", "!=", "<>", "IN", "IS"})
    return tokens[left].unquoted.lower() if left >= 0 and is_compared else ""


def _shadowed(tokens: Sequence[Token], tables: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Aliases of other values that a GROUP BY beside them names, where a table of that SELECT has such a column."""
    names = {column for columns in tables.values() for column in columns}
    given = [at for at in range(2, len(tokens)) if tokens[at - 1].value.upper() == "AS"]
    given = [at for at in given if tokens[at].unquoted in names and tokens[at - 2].unquoted != tokens[at].unquoted]
    for at in given[:MAX_ALIASES]:
        alias = tokens[at].unquoted
        clause, grouped, is_column = "", False, False
        for before, one in _rest_of_select(tokens, at):
            word = one.value.upper()
            clause = word if word in ("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "WINDOW", "LIMIT") else clause
            is_column = is_column or (clause == "FROM" and alias in tables.get(one.unquoted.lower(), ()))
            grouped = grouped or (clause == "GROUP" and one.unquoted == alias and before != ".")
        if grouped and is_column:
            yield alias


def _rest_of_select(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, Token]]:
    """What follows in the same SELECT, without what is in parentheses: each token behind the one before it."""
    depth = 0
    for before, one in zip(tokens[at:], tokens[at + 1 :], strict=False):
        depth += (one.value == "(") - (one.value == ")")
        if depth < 0 or (depth == 0 and one.value.upper() in ("SELECT", "UNION", "EXCEPT", "INTERSECT")):
            return
        if depth == 0:
            yield before.value, one


def _quotients(statement: Statement, columns: Sequence[str]) -> Iterator[str]:
    """Columns of the result that divide what may be integers; moments are divided to get hours and days."""
    names = {one["alias"].strip('"'): one[0] for one in _QUOTIENT.finditer(statement.code)}
    given = {one.unquoted for one in statement.tokens if one.kind in ("name", "text")}
    for column in dict.fromkeys(columns):
        code = names.get(column, "" if column in given else column)
        start = statement.code.find(code) if column in names else -1
        item = statement.code[: start + len(code)].rsplit(",", 1)[-1] if start >= 0 else code
        if "/" in code and not _FRACTIONS.search(item) and not _STRETCHES.search(item):
            yield column


def _is_whole(rows: Sequence[Sequence[Any]], at: int) -> bool:
    values = [row[at] for row in rows if row[at] is not None]
    return bool(values) and all(isinstance(one, int) for one in values)
