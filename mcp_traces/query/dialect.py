"""What is said of a statement that SQLite refuses, or would misread: what is valid, and SQLite's way to say it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.query.child import FUNCTIONS, MAX_STATEMENT

MAX_SHOWN = 200
NEAREST = 3
MAX_LISTED = 50
"""Tokens before a name that are looked at for the column that it is compared with."""

_ALIASES: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for names, columns in (
        (
            "duration latency latency_ms elapsed elapsed_ms execution_time_ms execution_duration runtime_ms",
            "duration_ms",
        ),
        ("timestamp request_time created_at create_time date", "time"),
        ("start_time start_timestamp started_at", "time time_ms"),
        ("timestamp_ms start_time_ms start_time_ns start_time_unix_nano", "time_ms"),
        ("end_time end_time_ms end_time_ns end_time_unix_nano end_ms ended_at", "time_ms duration_ms"),
        ("state status_code trace_status span_status", "status"),
        ("id request_id", "trace_id"),
        ("user username end_user", "user_id"),
        ("session thread_id conversation_id", "session_id"),
        ("run source_run", "run_id"),
        ("experiment_id experiment_name", "experiment"),
        ("trace_name span_name assessment_name function_name root_name", "name"),
        ("span_type span_kind", "type"),
        ("kind", "type kind"),
        ("parent_span_id parent", "parent_id"),
        ("tokens token_count num_tokens total_token_count", "total_tokens input_tokens output_tokens"),
        ("prompt_tokens prompt_token_count", "input_tokens"),
        ("completion_tokens completion_token_count", "output_tokens"),
        ("cached_input_tokens cache_read_input_tokens", "cached_tokens"),
        ("total_cost cost_usd", "cost"),
        ("input span_inputs", "inputs request"),
        ("output span_outputs", "outputs response"),
        ("request_preview trace_inputs inputs request", "request inputs"),
        ("response_preview trace_outputs outputs response", "response outputs"),
        ("model_name llm_model_name model_provider", "model provider"),
        ("num_spans", "span_count"),
        ("trace_metadata request_metadata", "metadata"),
        ("span_attributes attribute", "attributes"),
        ("tag trace_tags", "tags"),
        ("error status_message exception has_error is_error error_code", "error_message error_type error"),
        ("exception_type", "error_type"),
        ("exception_message stack_trace", "error_message"),
        ("score", "number value"),
        ("feedback_value expectation_value label", "value"),
        ("source_type source_id scorer judge", "source name"),
        ("is_valid", "valid"),
        ("content message", "text"),
        ("tool tool_name", "tool name"),
    )
    for name in names.split()
}
"""Columns of ours, by the names that MLflow's API, its SDKs and other stores have for them."""

_TABLE_ALIASES = {
    name: way
    for names, way in (
        ("trace trace_info trace_infos requests runs", "The table is traces."),
        ("span observations", "The table is spans."),
        (
            "tags trace_tags metadata trace_metadata trace_request_metadata",
            "Tags and metadata are columns of traces: tags->>'env', metadata->>'key'.",
        ),
        (
            "feedback feedbacks expectation expectations scores evaluations assessment",
            "The table is assessments; its kind is 'feedback' or 'expectation'.",
        ),
        (
            "events span_events exceptions errors",
            "Exceptions are columns of spans: error_type, error_message, error_group.",
        ),
        ("attributes span_attributes", "Attributes are a column of spans: attributes->>'key'."),
        ("message chat chats conversations", "The table is messages."),
        ("sessions users", "Sessions and users are columns of traces: GROUP BY session_id, user_id."),
        ("generate_series", "Make rows with WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 24)."),
    )
    for name in names.split()
}

_ARROW = "tags->>'env', attributes->>'gen_ai.request.model', inputs->>'$.messages[0].content'"
_UNNEST = "Join json_each(x), a table: SELECT j.key, j.value FROM spans, json_each(inputs) j."
_AGES = "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d."
_HINTS: tuple[tuple[str, str], ...] = (
    (r"::", "SQLite has no `::`: write CAST(x AS INTEGER), REAL or TEXT."),
    (r"\b(TRY|SAFE)_CAST\b|\bCONVERT\s*\(", "Convert with CAST(x AS REAL), INTEGER or TEXT."),
    (r"\bILIKE\b", "SQLite has no ILIKE: LIKE ignores the case of ASCII letters."),
    (r"\bINTERVAL\b|\bTOINTERVAL\w+|\b(DATE|TIMESTAMP|DATETIME)_?(ADD|SUB)\b", _AGES),
    (
        r"\b(NOW|GETDATE|SYSDATE|CURDATE|CURRENT_(DATE|TIME|TIMESTAMP|DATETIME)) \(",
        "The present is datetime('now'); `since` (24h, 7d) selects by age.",
    ),
    (
        r"\b\w*_TRUNC\b|\bDATE_BIN\b|\bTIME_BUCKET\b|\bTOSTARTOF\w+",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its third argument.",
    ),
    (
        r"\bAT TIME ZONE\b|\bCONVERT_T(IME)?Z(ONE)?\b|\bFROM_UTC_TIMESTAMP\b",
        "Time zones: bucket(time, '1d', 'Europe/Berlin').",
    ),
    (r"\bAPPROX_(COUNT_)?DISTINCT\b|\bUNIQ\w* \(|\bCOUNT_DISTINCT\b", "Count different values with count(DISTINCT x)."),
    (
        r"\b(PERCENTILE_\w+|APPROX_\w+|QUANTILE\w*|P\d\d+) \(|\bWITHIN GROUP\b",
        "Percentiles are percentile(duration_ms, 95), and median(x).",
    ),
    (
        r"\b(EXTRACT|DATE_PART|HOUR|DAY|DAYOFWEEK|WEEKDAY|WEEK|YEAR|MONTH|MINUTE|TOHOUR) \(",
        "Parts of times are strftime('%H', time), text.",
    ),
    (
        r"\b(TO_CHAR|DATE_FORMAT|FORMAT_\w*TIME\w*|FORMATDATETIME|TO_TIMESTAMP|TO_DATE|PARSE_\w*TIME\w*) \(",
        "Times are formatted by strftime('%Y-%m', time).",
    ),
    (
        r"\b(EPOCH(_MS)?|FROM_UNIXTIME|UNIX_(TIMESTAMP|MILLIS|SECONDS)|TIMESTAMP_(MILLIS|SECONDS)|TOUNIX\w+) \(",
        "time_ms is in epoch milliseconds, time the same as text.",
    ),
    (r"\b(DATE|TIMESTAMP|DATETIME) ''", "Times are texts: '2026-11-20', or '2026-11-20T14:00:00.000Z'."),
    (r"\b\w*DIFF \(|\bAGE \(", "Differences of times: a.time_ms - b.time_ms, in milliseconds."),
    (r"\b(COUNT|SUM|AVG)_?IF\b", "Count with count(*) FILTER (WHERE status = 'ERROR')."),
    (r"\bIF \(", "Choose with iif(condition, a, b), or CASE WHEN condition THEN a ELSE b END."),
    (r"\b(SAFE_DIVIDE|DIV0|DIV)\b", "Divide with 1.0 * a / nullif(b, 0)."),
    (r"\b(NVL2?|ISNULL|ZEROIFNULL) \(", "For NULL: coalesce(x, 0)."),
    (r"\b(LEN|CHAR_LENGTH|STRLEN) \(", "Lengths are length(x)."),
    (
        r"\b(ARG_?(MAX|MIN)|(MAX|MIN)_BY|FIRST|LAST|ANY_VALUE|ARBITRARY) \(",
        "Beside max(x) or min(x), other columns have the values of that row: SELECT name, max(duration_ms), trace_id.",
    ),
    (
        r"\bJSONB?_(VALUE|QUERY|EXTRACT_\w+)\b|\b(GET_JSON_OBJECT|GET_PATH|JSONEXTRACT\w*)\b|# ?>|@ >|< @",
        f"JSON is read with ->>: {_ARROW}.",
    ),
    (
        r"\b(UNNEST|JSONB?_(ARRAY_ELEMENTS|OBJECT_KEYS|EACH_TEXT)\w*|EXPLODE|FLATTEN|LATERAL|ARRAY JOIN)\b",
        _UNNEST,
    ),
    (r"\b(ARRAY_AGG|JSONB?_AGG|GROUPARRAY|COLLECT_(LIST|SET))\b", "Lists are json_group_array(x)."),
    (r"\b(STRING_AGG|LISTAGG|SEPARATOR)\b", "Join texts with group_concat(x, ', ')."),
    (
        r"\bREGEXP_\w+|\bSIMILAR TO\b|\bRLIKE\b|\b\w*_?MATCH(ES)? \(|~",
        "Regular expressions are x REGEXP 'pattern'; parts of texts substr() and instr().",
    ),
    (
        r"\b(STARTS_?WITH|ENDS_?WITH|CONTAINS\w*) \(",
        "Parts of texts are found by x LIKE '%word%', or instr(x, 'word').",
    ),
    (
        r"\bDISTINCT ON\b",
        "One row of each group: SELECT session_id, min(time), name FROM traces GROUP BY session_id, or row_number().",
    ),
    (r"\bQUALIFY\b", "Put the window function into a subquery, and its condition into WHERE around that."),
    (r"\b(GREATEST|LEAST)\b", "Of several values: max(a, b), min(a, b)."),
    (r"\b(STDDEV|STD|VAR|VARIANCE)\w* \(", "Variance is avg(x * x) - avg(x) * avg(x); its root is sqrt()."),
    (
        r"\b(SPLIT\w*|LEFT|RIGHT|POSITION|STRPOS|CHARINDEX|LOCATE) \(",
        "Parts of texts are substr(x, 1, 20), instr(x, 'word').",
    ),
    (r"\bCONCAT(_WS)? \(", "Join texts with a || b."),
    (r"\b(LPAD|RPAD|TO_\w+) \(", "Texts are formatted by printf('%05.1f', x)."),
    (r"\bTOP \d|\bFETCH (FIRST|NEXT)\b", "Fewer rows: LIMIT 10 OFFSET 20, at the end."),
    (r"\* (EXCEPT|EXCLUDE|REPLACE)\b", "SELECT * has all columns: name those that are meant."),
    (r"\b(GROUP|ORDER) BY ALL\b", "GROUP BY takes columns or their positions: GROUP BY 1, 2."),
    (r"\b(ROLLUP|CUBE|GROUPING SETS|PIVOT|UNPIVOT)\b", "Totals are rows of another SELECT, joined by UNION ALL."),
    (r"\bANY \(|\bALL \(", "Of several values: x IN ('a', 'b')."),
    (r"\bARRAY\b|\[", "Items of JSON are x->>'$[0]', x->>'$.key'."),
    (r"& &", "Conditions are joined by AND, OR."),
    (r"\w :", f"JSON is read with ->>: {_ARROW}."),
    (r", (FROM|WHERE|GROUP|ORDER|\))", "Remove the comma before that."),
    (r"\b(GROUP|ORDER|PARTITION) (?!BY\b)\w", "It is GROUP BY, ORDER BY, PARTITION BY."),
    (
        r"\b(LIMIT|ORDER BY|GROUP BY) .*\bWHERE\b",
        "The order is SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT.",
    ),
)
"""What other dialects write, and how it is said here. Looked at only when SQLite refused the statement; one space is
between any two tokens."""

_REASONS: tuple[tuple[str, str], ...] = (
    ("misuse of aggregate:", "Conditions on aggregates follow GROUP BY, in HAVING; or put them around a subquery."),
    (
        "misuse of aggregate function",
        "Aggregates of aggregates take a subquery: SELECT max(a) FROM (SELECT avg(x) AS a ...).",
    ),
    ("aggregate functions are not allowed", "Group by what is not an aggregate; HAVING has conditions on aggregates."),
    (
        "misuse of window function",
        "It takes OVER (...), and stands in a subquery where WHERE, GROUP BY or HAVING use it.",
    ),
    ("aggregate functions are not allowed", "Group by what is not an aggregate; HAVING has conditions on aggregates."),
    ("incomplete input", "It ends too early: a parenthesis, a text in quotes or a condition is not complete."),
    ("unrecognized token: \"'", "A text is not closed. A single quote inside a text is written twice: 'it''s'."),
    ("JSON path", f"A path begins with $: json_extract(tags, '$.env'); or {_ARROW}."),
    (
        "malformed JSON",
        "tags, metadata, inputs, outputs and attributes are JSON. request and response are texts that may be cut: read "
        "inputs and outputs of the root span (parent_id IS NULL), or use iif(json_valid(x), x->>'key', NULL).",
    ),
    ("do not have the same number of result columns", "Each SELECT of a UNION returns the same number of columns."),
    ("sub-select returns", "IN and = take a subquery of one column."),
    ("function count()", "Count pairs with count(DISTINCT a || ' ' || b)."),
    ("function percentile()", "It is percentile(x, 95)."),
    ("function median()", "It is median(x)."),
    ("function bucket()", "It is bucket(time, '1h'), or bucket(time, '1h', 'Europe/Berlin')."),
    ("perl operator", "Patterns are RE2's, without look-ahead, look-behind and back-references: NOT x REGEXP 'p'."),
    ("no such function: json_each", _UNNEST),
    ("no such function: json_tree", _UNNEST),
)
"""Ways on, by a part of SQLite's message."""

_FOREIGN = frozenset(["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year", "array"])
"""Words of other dialects that SQLite takes for columns."""

_KEYED = {"tag": "tags", "attribute": "attributes", "trace_metadata": "metadata"} | {
    one: one for one in ("tags", "metadata", "attributes", "inputs", "outputs")
}
_ASSESSED = frozenset(["feedback", "feedbacks", "expectation", "expectations", "assessment", "scores"])

_ALLOWED = (
    "Allowed are SQLite's functions for texts, numbers, JSON, dates, aggregates and windows, and percentile(x, p), "
    "median(x), x REGEXP 'p', bucket(time, '1h')."
)
_OF_EACH_TABLE = ("rowid", "oid", "_rowid_", "main")
"""Columns and the schema that each table has in SQLite."""

_OF_JSON_EACH = ("key", "value", "type", "atom", "id", "parent", "fullkey", "path", "json", "root")

_VALUED = ("status", "type", "kind", "role")
"""Columns whose values are words of MLflow."""

_COMPARED = frozenset(("=", "==", "!=", "<>", "IN", "IS", "NOT", "(", ",", "LIKE"))


class Token(NamedTuple):
    kind: str
    """`space`, `text`, `name` (in quotes), `number`, `word` or `sign`."""
    value: str

    @property
    def unquoted(self) -> str:
        if self.kind not in ("name", "text"):
            return self.value
        end = self.value[-1]
        return self.value[1:-1].replace(end * 2, end)


_WITH_COLUMNS = re.compile(
    r"(?:\bWITH|\bRECURSIVE|,) (?P<table>\w+|\"[^\"]*\") \( (?P<columns>[^()]*) \) AS\b", re.IGNORECASE
)
_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<text>'(?:''|[^'])*(?:'|\Z))
    |(?P<name>"(?:""|[^"])*(?:"|\Z)|`(?:``|[^`])*(?:`|\Z)|\[[^\]]*(?:\]|\Z))
    |(?P<number>\d[\w.]*|\.\d\w*)
    |(?P<word>[^\W\d][\w$]*)
    |(?P<sign>->>|->|\|\||==|<>|!=|<=|>=|<<|>>|::|.)""",
    re.VERBOSE | re.DOTALL,
)
"""As SQLite reads it (https://www.sqlite.org/src/file/src/tokenize.c)."""


class Statement:
    """One statement, as far as it has to be understood before SQLite reads it."""

    def __init__(self, text: str) -> None:
        """Raises InvalidArgumentError for an empty or a long statement."""
        self.text: str = text.strip().rstrip(";").rstrip()
        if not self.text:
            raise InvalidArgumentError(
                "`sql` is empty.", "Example: SELECT status, count(*) FROM traces GROUP BY status."
            )
        if len(text) > MAX_STATEMENT:
            raise InvalidArgumentError(
                f"`sql` has {len(text):,} characters; it takes {MAX_STATEMENT:,}.", "Select less, or use two calls."
            )
        read = [Token(one.lastgroup or "", one[0]) for one in _TOKEN.finditer(self.text)]
        self.tokens: list[Token] = [one for one in read if one.kind != "space"]
        self.code: str = " ".join("''" if one.kind == "text" else one.value for one in self.tokens)
        """Without texts and comments, and with one space between any two tokens."""
        self.words: list[str] = [one.unquoted.lower() for one in self.tokens if one.kind in ("word", "name")]
        self._names = {*self.words, *(one.unquoted.lower() for one in self.tokens if one.kind == "text")}
        """Also in single quotes, which SQLite takes for a name where none but a name can be."""

    def refuse_quoted_texts(self, tables: Mapping[str, Collection[str]]) -> None:
        """Raises InvalidArgumentError for double quotes around what is not a name, and for tags['env'].

        SQLite would take a misspelled column for a text, a text for a column of that name, and ['env'] for an alias.
        """
        around = [Token("", ""), *self.tokens, Token("", "")]
        read = [column for one in tables if one in self.words for column in tables[one]]
        read += _OF_JSON_EACH if {"json_each", "json_tree"} & {*self.words} else ()
        names = {*tables, *read, *_OF_EACH_TABLE, *self._declared()}
        for at, one in enumerate(around):
            if one.kind != "name":
                continue
            before, after = around[at - 1], around[at + 1]
            name = one.unquoted
            if (
                one.value[0] == "["
                and re.fullmatch(r"\d+|'.*'|\".*\"", name)
                and before.kind in ("word", "name")
                and before.value.upper() != "ARRAY"
            ):
                key = name.strip("'\"")
                path = f"$[{key}]" if key.isdigit() else key
                raise InvalidArgumentError(
                    f"`sql`: {before.value[:MAX_SHOWN]}{one.value[:MAX_SHOWN]} is not read as JSON.",
                    f"Read JSON with ->>: {before.value[:MAX_SHOWN]}->>'{path[:MAX_SHOWN]}'.",
                )
            if one.value[0] != '"' or after.value == "(" or before.value.upper() in ("COLLATE", "AS", "."):
                continue
            if name.lower() not in names or _is_value(around, at):
                raise _quoted_text(name[:MAX_SHOWN], names)

    def _declared(self) -> Iterator[str]:
        """Names that the statement itself gives: aliases, tables of WITH and their columns, and whatever is not in
        double quotes, since SQLite refuses what it does not know of that."""
        around = [Token("", ""), *self.tokens, Token("", "")]
        for before, one, after in zip(around, around[1:], around[2:], strict=False):
            of_word = before.kind == "word" and before.value.upper() not in _CLAUSES
            is_alias = of_word or before.kind in ("text", "name", "number") or before.value == ")"
            is_alias = is_alias or "AS" in (before.value.upper(), after.value.upper()) or one.value[:1] != '"'
            if one.kind == "word" or (one.kind == "name" and is_alias):
                yield one.unquoted.lower()
        for found in _WITH_COLUMNS.finditer(self.code):
            yield from (one.strip(' "').lower() for one in (found["table"], *found["columns"].split(",")))

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

    def aliases(self, tables: Collection[str]) -> dict[str, str]:
        """The tables of FROM and JOIN, by their names in the statement."""
        found: dict[str, str] = {}
        for one, after, next_one in zip(
            self.tokens, [*self.tokens[1:], *_END], [*self.tokens[2:], *_END], strict=False
        ):
            table = one.unquoted.lower()
            if one.kind in ("word", "name") and table in tables:
                alias = next_one if after.value.upper() == "AS" else after
                is_alias = alias.kind == "name" or (alias.kind == "word" and alias.value.upper() not in _CLAUSES)
                found[alias.unquoted.lower() if is_alias else table] = table
        return found


_END = (Token("", ""), Token("", ""))
_CLAUSES = frozenset(
    """
    SELECT DISTINCT FROM JOIN LEFT RIGHT FULL INNER OUTER CROSS NATURAL ON USING WHERE AND OR NOT IN IS LIKE GLOB
    REGEXP BETWEEN GROUP ORDER PARTITION BY HAVING LIMIT OFFSET UNION ALL EXCEPT INTERSECT CASE WHEN THEN ELSE
    WITH RECURSIVE VALUES OVER WINDOW ASC DESC AS EXISTS ESCAPE COLLATE CAST FILTER
    """.split()  # noqa: SIM905 - as above
)


def _is_value(tokens: Sequence[Token], at: int) -> bool:
    """Whether a column of words is compared with this name: status = "ERROR" means a text, though there is `error`."""
    left = at - 1
    while left > max(at - MAX_LISTED, 0) and (
        tokens[left].value.upper() in _COMPARED or tokens[left].value.startswith(('"', "'"))
    ):
        left -= 1
    column, name = tokens[left].unquoted.lower(), tokens[at].unquoted.lower()
    return left < at - 1 and column in _VALUED and name != column and tokens[at + 1].value != "."


def _quoted_text(name: str, names: Collection[str]) -> InvalidArgumentError:
    way = f"Write texts in single quotes: '{name}'."
    if name.lower() in names:
        return InvalidArgumentError(f'`sql`: "{name}" in double quotes is a column, not a text.', way)
    meant = [*_ALIASES.get(name.lower(), ())[:1], *get_close_matches(name.lower(), sorted(names), n=1)]
    return InvalidArgumentError(
        f'`sql`: "{name}" in double quotes is a name, and there is no such column or alias.',
        f"{way} The column is {meant[0]}." if meant else way,
    )


def statement_error(
    statement: Statement, reply: Mapping[str, Any], tables: Mapping[str, Sequence[str]]
) -> InvalidArgumentError:
    """Why SQLite does not run the statement, with the nearest names or SQLite's way, and the tables."""
    message = str(reply.get("message") or "").rstrip(".")
    if reply["error"] == "refused":
        listed = next((one for one in statement.words if one.startswith("pragma_")), None)
        return _refusal(statement, f"table {listed}" if listed else message, tables)
    if reply["error"] == "value":
        return InvalidArgumentError(f"`sql`: {message[:MAX_SHOWN]}.", _reason(message))
    if "one statement at a time" in message:
        return InvalidArgumentError("`sql` has several statements.", "It takes one SELECT; call again for each other.")
    if "SQL variables" in message:
        return InvalidArgumentError(
            "`sql` has parameters.", "Write the values into it, texts in single quotes: name = 'search'."
        )
    first = statement.tokens[0].value if statement.tokens else ""
    if first.upper() not in ("SELECT", "WITH", "VALUES"):
        return InvalidArgumentError(
            f"`sql` begins with {first[:MAX_SHOWN] or 'a comment'}; it takes one SELECT, or WITH and a SELECT.",
            _shown_tables(tables, tables),
        )
    return InvalidArgumentError(f"`sql`: {message[:MAX_SHOWN]}.", " ".join(_ways(statement, message, tables)))


def _refusal(statement: Statement, what: str, tables: Mapping[str, Sequence[str]]) -> InvalidArgumentError:
    kind, _, name = what.partition(" ")
    if kind == "table":
        return InvalidArgumentError(f"`sql` may not read {name[:MAX_SHOWN]}.", _shown_tables(tables, tables))
    if kind == "function":
        return InvalidArgumentError(f"`sql` may not call {name[:MAX_SHOWN]}().", _hint(statement) or _ALLOWED)
    return InvalidArgumentError(
        "`sql` takes one SELECT (WITH and VALUES included); nothing else runs.", _shown_tables(tables, tables)
    )


def _ways(statement: Statement, message: str, tables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    named = [one for one in tables if one in statement.words]
    shown = _shown_tables(named or list(tables), tables)
    if column := re.search(r"no such column: (.+)", message):
        yield from _of_column(column[1], statement, tables)
        yield shown
        return
    if table := re.search(r"no such table: (.+)", message):
        yield _of_table(table[1].lower(), statement, tables)
        yield _shown_tables(tables, tables)
        return
    if ambiguous := re.search(r"ambiguous column name: (.+)", message):
        written = [alias for alias, table in statement.aliases(tables).items() if ambiguous[1].lower() in tables[table]]
        ways = [f"{alias}.{ambiguous[1]}" for alias in written] or [f"traces.{ambiguous[1]}"]
        yield f"Several tables have it: write {' or '.join(ways)}."
        return
    if reason := _reason(message):
        yield reason
        return
    if hint := _hint(statement):
        yield hint
        return
    if function := re.search(r"no such function: (.+)", message):
        near = get_close_matches(function[1].lower(), FUNCTIONS, n=1)
        yield (f"Did you mean {near[0]}()? " if near else "") + _ALLOWED
        return
    if "syntax error" in message and re.search(r"\w'\w", statement.text):
        yield "A single quote inside a text is written twice: 'it''s'."
        return
    if "syntax error" in message or "unrecognized token" in message:
        yield "One statement is SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT, in this order."
        yield shown


def _reason(message: str) -> str | None:
    return next((way for part, way in _REASONS if part in message), None)


def _hint(statement: Statement) -> str | None:
    return next((hint for form, hint in _HINTS if re.search(form, statement.code, re.IGNORECASE)), None)


def _of_column(written: str, statement: Statement, tables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What was meant by a column that there is not."""
    parts = [one.strip('"`[]').lower() for one in written.split(".")]
    name, prefixes = parts[-1], parts[:-1]
    keyed = next((at for at, one in enumerate(prefixes) if one in _KEYED), None)
    if keyed is not None:
        key = ".".join(written.split(".")[keyed + 1 :])
        yield f"{_KEYED[parts[keyed]]} is a JSON column: {_KEYED[parts[keyed]]}->>'{key[:MAX_SHOWN]}'."
        return
    if prefixes and prefixes[0] in _ASSESSED:
        named = name[:MAX_SHOWN]
        yield f"Assessments are rows: JOIN assessments a ON a.trace_id = traces.trace_id AND a.name = '{named}'."
        return
    if name in _FOREIGN and (hint := _hint(statement)):
        yield hint
        return
    aliases = statement.aliases(tables)
    if prefixes and prefixes[0] not in aliases:
        known = ", ".join(aliases) or "none"
        yield f"No table or alias of the statement is {prefixes[0][:MAX_SHOWN]}; there are: {known}."
        if any(name in tables[one] for one in aliases.values()):
            return
    yield _nearest(name, [aliases[one] for one in prefixes if one in aliases] or list(aliases.values()), tables)


def _nearest(name: str, read: Sequence[str], tables: Mapping[str, Sequence[str]]) -> str:
    """The columns that are nearest to a name, those of the tables that are `read` first."""
    owners: dict[str, list[str]] = {}
    for table, columns in tables.items():
        for column in columns:
            owners.setdefault(column, []).append(table)
    here = {column for column, of in owners.items() if {*of} & {*read}}
    meant = [one for one in _ALIASES.get(name, ()) if one in owners and one != name]
    found = [one for one in meant if one in here]
    elsewhere = f"{name} is a column of {' and '.join(owners[name])}: join that by trace_id." if name in owners else ""
    if not found and not elsewhere:
        found = meant or get_close_matches(name, sorted(here), n=NEAREST) or get_close_matches(name, owners, n=NEAREST)
    words = [f"{one} ({', '.join(owners[one])})" for one in found]
    meant_words = f"Did you mean {' or '.join(words)}?" if words else ""
    return (
        " ".join(filter(None, (elsewhere, meant_words))) or f"Tags, metadata and attributes are read by key: {_ARROW}."
    )


def _of_table(name: str, statement: Statement, tables: Mapping[str, Sequence[str]]) -> str:
    last = name.rsplit(".", 1)[-1]
    if name.startswith("information_schema"):
        return "The tables are always these."
    if last in tables:
        return f"Tables have no schema: FROM {last}."
    if last in _TABLE_ALIASES:
        return _TABLE_ALIASES[last]
    if near := get_close_matches(last, tables, n=1):
        return f"Did you mean {near[0]}?"
    return _hint(statement) or "It is not a table of WITH either."


def _shown_tables(names: Collection[str], tables: Mapping[str, Sequence[str]]) -> str:
    return "Tables: " + "; ".join(f"{one}({', '.join(tables[one])})" for one in tables if one in names) + "."
