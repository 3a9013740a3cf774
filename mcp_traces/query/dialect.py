"""What is said of a statement that SQLite refuses, or would misread: what is valid, and SQLite's way to say it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import sqlparse.lexer
from sqlparse import tokens

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.query.child import MAX_STATEMENT

_lexer: Any = sqlparse.lexer
_kinds: Any = tokens

MAX_SHOWN = 200
NEAREST = 3

_ALIASES = {
    "duration": "duration_ms",
    "latency": "duration_ms",
    "execution_time_ms": "duration_ms",
    "execution_duration": "duration_ms",
    "timestamp": "time",
    "timestamp_ms": "time_ms",
    "request_time": "time",
    "start_time": "time",
    "created_at": "time",
    "state": "status",
    "status_code": "status",
    "id": "trace_id",
    "request_id": "trace_id",
    "user": "user_id",
    "session": "session_id",
    "run": "run_id",
    "experiment_id": "experiment",
    "trace_name": "name",
    "span_name": "name",
    "span_type": "type",
    "parent_span_id": "parent_id",
    "tokens": "total_tokens",
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "total_cost": "cost",
    "input": "inputs",
    "output": "outputs",
    "request_preview": "request",
    "response_preview": "response",
    "score": "number",
    "assessment_name": "name",
    "source_type": "source",
    "exception_type": "error_type",
    "exception_message": "error_message",
    "content": "text",
    "tool_name": "tool",
}
"""Names that MLflow's API, its SDKs and other stores have for columns of ours."""

_ARROW = "tags->>'env', attributes->>'gen_ai.request.model', inputs->>'$.messages[0].content'"
_HINTS: tuple[tuple[str, str], ...] = (
    (r"::", "SQLite has no `::`: write CAST(x AS INTEGER), REAL or TEXT."),
    (r"\bILIKE\b", "SQLite has no ILIKE: LIKE ignores the case of ASCII letters."),
    (
        r"\bINTERVAL\b|\b(DATE|TIMESTAMP|DATETIME)_(ADD|SUB)\b",
        "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d.",
    ),
    (r"\b(NOW|GETDATE|SYSDATE|CURDATE)\s*\(", "The present is datetime('now'); `since` (24h, 7d) selects by age."),
    (
        r"\b\w*_TRUNC\b|\bDATE_BIN\b|\bTIME_BUCKET\b|\bTOSTARTOF\w+",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its third argument.",
    ),
    (
        r"\b(PERCENTILE_\w+|APPROX_\w+|QUANTILE\w*)\b|\bWITHIN\s+GROUP\b",
        "Percentiles are percentile(duration_ms, 95), and median(x).",
    ),
    (r"\b(EXTRACT|DATE_PART|HOUR|DAYOFWEEK|YEAR|MONTH)\s*\(", "Parts of times are strftime('%H', time), text."),
    (r"\b(TO_CHAR|DATE_FORMAT|FORMAT_\w*TIME\w*|TO_TIMESTAMP)\s*\(", "Times are formatted by strftime('%Y-%m', time)."),
    (r"\b\w*DIFF\s*\(|\bAGE\s*\(", "Differences of times: a.time_ms - b.time_ms, in milliseconds."),
    (r"\bCOUNT_?IF\b", "Count with count(*) FILTER (WHERE status = 'ERROR')."),
    (r"\b(SAFE_DIVIDE|DIV0)\b", "Divide with 1.0 * a / nullif(b, 0)."),
    (
        r"\b(JSON_VALUE|JSON_QUERY|JSON_EXTRACT_SCALAR|JSON_EXTRACT_PATH\w*|GET_JSON_OBJECT)\b|#>",
        f"JSON is read with ->>: {_ARROW}.",
    ),
    (
        r"\b(UNNEST|JSONB?_ARRAY_ELEMENTS\w*|EXPLODE|FLATTEN|LATERAL)\b",
        "Join json_each(x): FROM spans, json_each(inputs).",
    ),
    (r"\b(ARRAY_AGG|JSONB?_AGG)\b", "Lists are json_group_array(x), or group_concat(x, ', ')."),
    (r"\b(STRING_AGG|LISTAGG)\b", "Join texts with group_concat(x, ', ')."),
    (
        r"\bREGEXP_\w+|\bSIMILAR\s+TO\b|\bRLIKE\b|!?~\*?",
        "Regular expressions are x REGEXP 'pattern'; parts of texts substr() and instr().",
    ),
    (
        r"\bDISTINCT\s+ON\b",
        "One row of each group: row_number() OVER (PARTITION BY x ORDER BY y) in a subquery, WHERE 1.",
    ),
    (r"\bQUALIFY\b", "Put the window function into a subquery, and its condition into WHERE around that."),
    (r"\b(GREATEST|LEAST)\b", "Of several values: max(a, b), min(a, b)."),
    (r"\b(STDDEV|VAR)\w*\b", "Variance is avg(x * x) - avg(x) * avg(x); its root is sqrt()."),
    (
        r"\b(SPLIT\w*|LEFT|RIGHT|POSITION|STRPOS|CHARINDEX)\s*\(",
        "Parts of texts are substr(x, 1, 20), instr(x, 'word').",
    ),
    (r"\bCONCAT(_WS)?\s*\(", "Join texts with a || b."),
    (r"\bTOP\s+\d|\bFETCH\s+(FIRST|NEXT)\b", "Fewer rows: LIMIT 10 OFFSET 20, at the end."),
    (r"\bARRAY\b|\[\d", "Items of JSON lists are x->>'$[0]'."),
    (
        r"[?]|(?<![:\w]):[a-z]|@\w|\$\d",
        "Statements have no parameters: write the values into it, texts in single quotes.",
    ),
)
"""What other dialects write, and how it is said here. Looked at only when SQLite refused the statement."""

_SCHEMA_WORDS = re.compile(r"\b(sqlite_\w+|information_schema\w*|pragma\w*|show|describe)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]\w*")


class Statement:
    """One statement, as far as it has to be understood before SQLite reads it."""

    def __init__(self, text: str) -> None:
        """Raises InvalidArgumentError for an empty or long statement, and for texts in double quotes."""
        self.text = text.strip().rstrip(";").rstrip()
        if not self.text:
            raise InvalidArgumentError(
                "`sql` is empty.", "Example: SELECT status, count(*) FROM traces GROUP BY status."
            )
        if len(text) > MAX_STATEMENT:
            raise InvalidArgumentError(
                f"`sql` has {len(text):,} characters; it takes {MAX_STATEMENT:,}.", "Select less, or use two calls."
            )
        skipped = (_kinds.Whitespace, _kinds.Comment)
        # A backslash is a sign like any other to SQLite, and ends nothing: '\\' is a whole text.
        read: list[tuple[Any, str]] = list(_lexer.tokenize(self.text.replace("\\", "/")))
        self._tokens = [one for one in read if not any(one[0] in kind for kind in skipped)]
        self.code = " ".join("''" if kind in _kinds.String.Single else value for kind, value in self._tokens)
        """Without texts and comments."""
        self.words = [one.lower() for one in _WORD.findall(self.code)]
        texts = (value[1:-1].lower() for kind, value in self._tokens if kind in _kinds.String.Single)
        self._names = {*self.words, *texts}
        """Also in single quotes, which SQLite takes for a name where none but a name can be."""

    def refuse_quoted_texts(self, names: Collection[str]) -> None:
        """Raises InvalidArgumentError for double quotes around what is not a name.

        SQLite would take a misspelled column for a text, and return that.
        """
        quoted = [value for kind, value in self._tokens if kind in _kinds.String.Symbol and value.startswith('"')]
        declared = set(self._declared())
        for one in quoted:
            name = one.strip('"')
            if name.lower() not in names and one not in declared:
                shown = name[:MAX_SHOWN]
                near = get_close_matches(shown.lower(), names, n=1)
                hint = f" The column is {near[0]}." if near else ""
                raise InvalidArgumentError(
                    f"`sql`: {one[:MAX_SHOWN]} in double quotes is a name, and there is no such column or alias.",
                    f"Write texts in single quotes: '{shown}'.{hint}",
                )

    def _declared(self) -> Iterator[str]:
        """Names in double quotes that the statement itself gives: aliases, with AS or without, and tables of WITH."""
        around = [(None, ""), *self._tokens, (None, "")]
        for (kind, before), (_, value), (_, after) in zip(around, around[1:], around[2:], strict=False):
            named = kind in _kinds.Name or kind in _kinds.Literal or before == ")" or before.upper() == "AS"
            if value.startswith('"') and (named or after.upper() == "AS"):
                yield value

    @property
    def joins_by_name(self) -> bool:
        """Whether columns are read that SQLite does not report: those of USING and NATURAL."""
        return bool({"using", "natural"} & set(self.words))

    def with_joined(
        self, reads: Mapping[str, Sequence[str]], tables: Mapping[str, Sequence[str]]
    ) -> dict[str, set[str]]:
        """What is read, with what joins by name may read: of NATURAL all columns, of USING those that are named."""
        found = {table: set(columns) for table, columns in reads.items()}
        if self.joins_by_name:
            for table in {*tables} & self._names:
                named = set(tables[table]) if "natural" in self.words else set(tables[table]) & self._names
                found[table] = found.get(table, set()) | named
        return found

    def joins(self, tables: Collection[str]) -> bool:
        """Whether tables are named more than once in all."""
        return sum(one in tables for one in self.words) > 1


def statement_error(
    statement: Statement, reply: Mapping[str, Any], tables: Mapping[str, Sequence[str]]
) -> InvalidArgumentError:
    """Why SQLite does not run the statement, with the nearest names or SQLite's way, and the tables."""
    message = str(reply.get("message") or "")
    if reply["error"] == "refused":
        return _refusal(message, tables)
    if "one statement at a time" in message:
        return InvalidArgumentError("`sql` has several statements.", "It takes one SELECT; call again for each other.")
    return InvalidArgumentError(f"`sql`: {message[:MAX_SHOWN]}.", " ".join(_ways(statement, message, tables)))


def _refusal(what: str, tables: Mapping[str, Sequence[str]]) -> InvalidArgumentError:
    kind, _, name = what.partition(" ")
    if kind == "table":
        return InvalidArgumentError(f"`sql` may not read {name[:MAX_SHOWN]}.", _shown_tables(tables, tables))
    if kind == "function":
        return InvalidArgumentError(
            f"`sql` may not call {name[:MAX_SHOWN]}().",
            "Allowed are SQLite's functions for texts, numbers, JSON, dates, aggregates and windows, and "
            "percentile(x, p), median(x), x REGEXP 'p', bucket(time, '1h').",
        )
    return InvalidArgumentError(
        "`sql` takes one SELECT (WITH and VALUES included); nothing else runs.", _shown_tables(tables, tables)
    )


def _ways(statement: Statement, message: str, tables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if _SCHEMA_WORDS.search(statement.code):
        yield "The tables are fixed."
        yield _shown_tables(tables, tables)
        return
    column = re.search(r"no such column: (\S+)", message)
    table = re.search(r"no such table: (\S+)", message)
    if "JSON path" in message:
        yield f"A path begins with $: json_extract(tags, '$.env'); or {_ARROW}."
        return
    if "malformed JSON" in message:
        yield "tags, metadata, inputs, outputs and attributes are JSON; for other texts use json_valid(x) first."
        return
    if column:
        yield from _nearest_columns(column[1], statement, tables)
    hint = None if column else next((hint for form, hint in _HINTS if re.search(form, statement.code, re.I)), None)
    if hint:
        yield hint
    if table or column or not hint:
        named = [one for one in tables if one in statement.words]
        yield _shown_tables(named or list(tables), tables)


def _nearest_columns(written: str, statement: Statement, tables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    name = written.rsplit(".", 1)[-1].strip('"`[]').lower()
    owners: dict[str, list[str]] = {}
    for table, columns in tables.items():
        for column in columns:
            owners.setdefault(column, []).append(table)
    meant = [_ALIASES[name]] if name in _ALIASES else []
    near = list(dict.fromkeys([*meant, *get_close_matches(name, owners, n=NEAREST)]))[:NEAREST]
    if name in owners:
        yield f"{name} is a column of {' and '.join(owners[name])}: join that by trace_id."
    elif near:
        found = [f"{one} ({', '.join(owners[one])})" for one in near]
        yield f"Did you mean {' or '.join(found)}?"
    else:
        yield f"Tags, metadata and attributes are read by key: {_ARROW}."


def _shown_tables(names: Collection[str], tables: Mapping[str, Sequence[str]]) -> str:
    return "Tables: " + "; ".join(f"{one}({', '.join(tables[one])})" for one in tables if one in names) + "."
