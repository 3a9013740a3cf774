"""Clauses as SQL conditions on rows of trace_info, with MLflow's meaning (SqlAlchemyStore, SearchTraceUtils).

Every value and key is a bound parameter. How texts are compared on each database is in `sql_texts`.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Float,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from mcp_traces.errors import InvalidFilterError
from mcp_traces.filters.clause import ANY_JUDGE, CONTAINS, HAS_ERROR, IS, SPAN_ATTRIBUTE, Clause, stored_forms
from mcp_traces.filters.fulltext import Words
from mcp_traces.records import (
    COST_KEY,
    LINKED_PROMPTS_TAG,
    SESSION_KEY,
    SOURCE_RUN_KEY,
    SPANS_ARCHIVED,
    SPANS_IN_DATABASE,
    SPANS_LOCATION_TAG,
    TOKEN_USAGE_KEY,
    TRACE_NAME_TAG,
)
from mcp_traces.store import span_types
from mcp_traces.store.schema import COST_COLUMNS, TOKEN_COLUMNS, Column, Schema, Table
from mcp_traces.store.sql_texts import Condition, Texts
from mcp_traces.store.usage_sql import stored_total

_INT64 = 2**63
_LONGEST_NUMBER = 300
_LIKE_ESCAPE = "\x01"
"""Escapes wildcards in the key of a span attribute where LIKE has no escape character of its own."""

_PLUS: Any = custom_op[Any]("+")

_ORDERINGS: dict[str, Callable[[Any, Any], Condition]] = {
    "=": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
}


def text_of_clause(clause: Clause) -> str:
    """Its value where that is a text."""
    return clause.value if isinstance(clause.value, str) else str(clause.value)


def unindexed(schema: Schema, column: Column) -> Column:
    """The column, in a form for which SQLite uses no index.

    Without statistics its planner prefers indexes that hold most rows of an experiment: a search by session takes
    71 ms instead of 1 ms, one by feedback 140 ms instead of 3 ms (100,000 traces).
    """
    if schema.dialect != "sqlite":
        return column
    return UnaryExpression(column, operator=_PLUS, type_=column.type)


@dataclass(frozen=True, slots=True)
class Search:
    """The conditions of one search in these experiments: all of `clauses`, and one of `any_of` where there are any."""

    schema: Schema
    experiment_ids: tuple[int, ...]
    clauses: Sequence[Clause]
    any_of: Sequence[Sequence[Clause]] = ()

    @property
    def is_about_spans(self) -> bool:
        return any(one.is_of_spans or one.field is HAS_ERROR for one in self._all_clauses())

    @property
    def is_about_contents(self) -> bool:
        """Whether it looks into what spans recorded, which archiving moves out of the database."""
        return any(one.field.name in ("trace.text", SPAN_ATTRIBUTE) for one in self._all_clauses())

    @property
    def reads_contents(self) -> bool:
        """Whether deciding it may take reading what spans recorded: their types are there when none is stored."""
        return self.is_about_contents or any(
            one.field.name == "span.type" and one.operator == IS for one in self._all_clauses()
        )

    @property
    def is_about_failed_spans(self) -> bool:
        """Whether all that it asks of spans is whether they failed."""
        of_spans = {one.field.name for one in self._all_clauses() if one.is_of_spans}
        return self.is_about_spans and of_spans <= {"span.status", "span.type"}

    def conditions(self, *, on_spans: bool = True, by_id: bool = False) -> list[Condition]:
        """All conditions on a row of trace_info; without `on_spans` those that are not about spans.

        `by_id` is for statements that also name the traces.
        """
        found = [self._scope(by_id=by_id), *self._beside_spans(self.clauses, on_spans=on_spans)]
        of_all = [one for one in self.clauses if one.is_of_spans]
        if not self.any_of:
            return [*found, *([self._one_span(of_all)] if of_all and on_spans else [])]
        alternatives: list[Condition] = []
        for clauses in self.any_of:
            of_one = [*of_all, *(one for one in clauses if one.is_of_spans)]
            parts = list(self._beside_spans(clauses, on_spans=on_spans))
            if of_one and on_spans:
                parts.append(self._one_span(of_one))
            alternatives.append(and_(true(), *parts))
        return [*found, or_(false(), *alternatives)]

    def outside_database(self) -> list[Condition]:
        """The conditions beside those on spans, for traces whose spans are not in the database."""
        return [*self.conditions(on_spans=False), spans_are_outside(self.schema, contents=self.is_about_contents)]

    def _all_clauses(self) -> Iterable[Clause]:
        return (*self.clauses, *(one for clauses in self.any_of for one in clauses))

    def _scope(self, *, by_id: bool) -> Condition:
        by_id = by_id or any(
            one.field.name == "trace.request_id" and one.operator in ("=", "IN") for one in self.clauses
        )
        number = self.schema.trace_info["experiment_id"]
        return (unindexed(self.schema, number) if by_id else number).in_(self.experiment_ids)

    def _beside_spans(self, clauses: Iterable[Clause], *, on_spans: bool) -> Iterable[Condition]:
        for clause in clauses:
            if clause.field is HAS_ERROR:
                if on_spans:
                    yield self._has_error(wanted=bool(clause.value))
            elif not clause.is_of_spans:
                yield _BY_FIELD[clause.field.name](self, clause)

    def _one_span(self, clauses: Sequence[Clause]) -> Condition:
        """One and the same span meets all clauses."""
        spans = self.schema.spans
        if not spans:
            return false()
        return _span_exists(self.schema, *(span_condition(self.schema, clause) for clause in clauses))

    def _has_error(self, *, wanted: bool) -> Condition:
        schema = self.schema
        if not schema.spans:
            return false()
        failed = Texts(schema.dialect).equals(schema.spans["status"], "ERROR")
        # Said for the index on experiment, status and type; for other conditions PostgreSQL without statistics would
        # read all spans of the experiment for each trace. So would SQLite always.
        number = [] if schema.dialect == "sqlite" else schema.spans.present("experiment_id")
        any_failed = _span_exists(schema, *(one.in_(self.experiment_ids) for one in number), failed)
        if wanted:
            return any_failed
        return and_(not_(any_failed), _spans_are_inside(schema))


# Where spans are.


def spans_are_outside(schema: Schema, *, contents: bool) -> Condition:
    """Whether a trace's spans are not in the database; with `contents`, what they recorded.

    Traces of MLflow before 3.5, and of some clients, have their spans in artifacts. Archived spans leave rows without
    content behind.
    """
    no_rows = not_(_span_exists(schema))
    if contents:
        no_rows = or_(no_rows, _tag_equals(schema, SPANS_LOCATION_TAG, SPANS_ARCHIVED))
    # The tag first: it settles the matter for nearly all traces of a newer database.
    return and_(not_(_tag_equals(schema, SPANS_LOCATION_TAG, SPANS_IN_DATABASE)), no_rows) if schema.spans else true()


def _spans_are_inside(schema: Schema) -> Condition:
    """Two scalar subqueries, which are looked up for each row. For EXISTS, PostgreSQL would read all tags and spans
    first, however few rows are needed."""
    traces, tags, spans = schema.trace_info, schema.tags, schema.spans
    has_rows = select(literal(1)).where(spans["trace_id"] == traces["request_id"]).limit(1).scalar_subquery()
    if not tags:
        return has_rows == 1
    located = [tags["key"] == SPANS_LOCATION_TAG, tags["value"] == SPANS_IN_DATABASE]
    said = select(literal(1)).where(tags["request_id"] == traces["request_id"], *located).limit(1).scalar_subquery()
    return func.coalesce(said, has_rows) == 1


def _span_exists(schema: Schema, *conditions: Condition) -> Condition:
    spans = schema.spans
    return exists().where(spans["trace_id"] == schema.trace_info["request_id"], *conditions) if spans else false()


def _tag_equals(schema: Schema, key: str, value: str) -> Condition:
    tags = schema.tags
    if not tags:
        return false()
    return exists().where(
        tags["request_id"] == schema.trace_info["request_id"], tags["key"] == key, tags["value"] == value
    )


# Conditions on a span.


def span_condition(schema: Schema, clause: Clause) -> Condition:
    """Whether a row of spans meets the clause."""
    texts, spans = Texts(schema.dialect), schema.spans
    match clause.field.name:
        case "span.type" if clause.operator == IS:
            return _shown_type(texts, spans, text_of_clause(clause))
        case "span.name" | "span.type" | "span.status":
            return texts.compare(spans[clause.field.name.removeprefix("span.")], clause.operator, clause.value)
        case "span.duration_ms":
            return _duration_ns(spans) >= _number_of(clause) * 1_000_000
        case "trace.text" if clause.operator == CONTAINS:
            patterns = Words(text_of_clause(clause)).patterns
            return or_(*(texts.ilike(spans["content"], pattern) for pattern in patterns))
        case "trace.text":
            return texts.compare(spans["content"], clause.operator, clause.value)
        case _:
            return _span_attribute(texts, spans["content"], clause)


def _duration_ns(spans: Table) -> Column:
    """MLflow generates a column, on which there is an index."""
    if "duration_ns" in spans:
        return spans["duration_ns"]
    return spans["end_time_unix_nano"] - spans["start_time_unix_nano"]


def _shown_type(texts: Texts, spans: Table, value: str) -> Condition:
    """The stored type, else the one that an attribute names; a row of `attributes_naming` that comes before decides."""
    stored = texts.equals(spans["type"], value)
    named: list[Condition] = []
    before: list[str] = []
    for key, kinds in span_types.attributes_naming(value):
        encoded = [json.dumps(kind) for kind in kinds or ()]
        values = [""] if kinds is None else [*encoded, *map(json.dumps, encoded)]
        holds = [texts.contains(spans["content"], f'"{key}": {one}') for one in values]
        others = [not_(texts.contains(spans["content"], f'"{one}": ')) for one in before if one != key]
        named += [and_(or_(*holds), *others)] if holds else []
        before = list(dict.fromkeys([*before, key]))
    if not named:
        return stored
    return or_(stored, and_(or_(spans["type"].is_(None), texts.equals(spans["type"], "UNKNOWN")), or_(*named)))


def _span_attribute(texts: Texts, content: Column, clause: Clause) -> Condition:
    """The stored JSON holds `"key": value`. MLflow compares with the same patterns, but takes wildcards in the key."""
    value = text_of_clause(clause)
    keys = _stored_keys(clause.key or "")
    if clause.operator == "RLIKE":
        begins_with = '"\\\\"' if value.startswith("^") else '"\\\\".*'
        ends_with = '\\\\"' if value.endswith("$") else ""
        inner = value.removeprefix("^").removesuffix("$")
        # A longer key with quotes in it may end like this one, but has a backslash before it.
        patterns = [f'[{{ ,]"{re.escape(key)}": {begins_with}{inner}{ends_with}' for key in keys]
        return or_(*(texts.compare(content, "RLIKE", pattern) for pattern in patterns))
    compare = texts.like if clause.operator == "LIKE" else texts.ilike
    own = texts.own_escape
    escape = own or _LIKE_ESCAPE
    escaped = ["".join(escape + c if c in ("%", "_", escape) else c for c in key) for key in keys]
    return or_(*(compare(content, f'%"{key}"{value}%', None if own else escape) for key in escaped))


def _stored_keys(key: str) -> list[str]:
    """The key in JSON as MLflow 3.17 writes it, and as older ones did."""
    return list(dict.fromkeys(json.dumps(key, ensure_ascii=ascii)[1:-1] for ascii in (False, True)))


# Conditions on the trace itself.


def _attribute(name: str) -> Callable[[Search, Clause], Condition]:
    def condition(search: Search, clause: Clause) -> Condition:
        column = search.schema.trace_info[name]
        return Texts(search.schema.dialect).compare(column, clause.operator, clause.value)

    return condition


def _number(name: str) -> Callable[[Search, Clause], Condition]:
    def condition(search: Search, clause: Clause) -> Condition:
        return _ORDERINGS[clause.operator](search.schema.trace_info[name], _number_of(clause))

    return condition


def _end_time(search: Search, clause: Clause) -> Condition:
    traces = search.schema.trace_info
    ended = traces["timestamp_ms"] + func.coalesce(traces["execution_time_ms"], 0)
    return _ORDERINGS[clause.operator](ended, _number_of(clause))


def _number_of(clause: Clause) -> int | float:
    value = clause.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidFilterError(f"{clause.name} is compared with a number, not with {value!r}.")
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise InvalidFilterError(f"{value} is too large: {clause.name} has 64 bits.")
    return value


def _name(search: Search, clause: Clause) -> Condition:
    if clause.operator != IS:
        return _stored_name(search, clause)
    schema, spans = search.schema, search.schema.spans
    stored = _stored_name(search, replace(clause, operator="="))
    if not ("parent_span_id" in spans and "name" in spans):
        return stored
    is_root = spans["parent_span_id"].is_(None)
    root = _span_exists(schema, is_root, Texts(schema.dialect).equals(spans["name"], text_of_clause(clause)))
    return or_(stored, and_(_stored_name(search, replace(clause, operator="IS NULL", value=None)), root))


def _stored_name(search: Search, clause: Clause) -> Condition:
    if search.schema.is_promoted:
        return _optional(search.schema, search.schema.trace_info["trace_name"], clause)
    return _keyed(search.schema, search.schema.tags, TRACE_NAME_TAG, clause)


def _tag(search: Search, clause: Clause) -> Condition:
    if clause.key == TRACE_NAME_TAG:
        return _stored_name(search, clause)
    return _keyed(search.schema, search.schema.tags, clause.key or "", clause)


def _metadata(search: Search, clause: Clause) -> Condition:
    schema, key = search.schema, clause.key or ""
    if key == SOURCE_RUN_KEY and clause.operator == "=":
        return _run(search, clause)
    if key == SESSION_KEY and clause.operator == IS:
        return _session(search, clause)
    if schema.is_promoted and key == SESSION_KEY:
        return _optional(schema, schema.trace_info["session_id"], clause)
    if schema.is_promoted and key == TOKEN_USAGE_KEY:
        return _rebuilt_json(schema, TOKEN_COLUMNS, _as_count, clause)
    if schema.is_promoted and key == COST_KEY:
        return _rebuilt_json(schema, COST_COLUMNS, _as_amount, clause)
    return _keyed(schema, schema.metadata, key, clause)


def _session(search: Search, clause: Clause) -> Condition:
    """This session, or a hierarchical one that has it among its parts."""
    schema, wanted = search.schema, text_of_clause(clause)
    if not schema.is_promoted:
        metadata = schema.metadata
        return exists().where(
            metadata["request_id"] == schema.trace_info["request_id"],
            Texts(schema.dialect).equals(metadata["key"], SESSION_KEY),
            or_(Texts(schema.dialect).equals(metadata["value"], wanted), _has_part(schema, metadata["value"], wanted)),
        )
    # The hierarchical ones are looked up first, so that the index on sessions serves for all.
    others = schema.trace_info.clause.alias("others")
    in_scope = others.c.experiment_id.in_(search.experiment_ids)
    _ = schema.trace_info["session_id"]  # says that it is missing
    hierarchical = select(others.c.session_id).where(in_scope, _has_part(schema, others.c.session_id, wanted))
    session = schema.trace_info["session_id"]
    return or_(Texts(schema.dialect).equals(session, wanted), session.in_(hierarchical))


def _has_part(schema: Schema, column: Column, part: str) -> Condition:
    """Whether the text is a JSON array that holds this text: a quote inside of another has a backslash before it."""
    texts = Texts(schema.dialect)
    encoded = dict.fromkeys(json.dumps(part, ensure_ascii=ascii) for ascii in (False, True))
    holds = [texts.contains(column, before + one) for one in encoded for before in ("[", ",", ", ")]
    # Said twice, so that an index of SQLite begins there.
    bounds = [column >= "[", column < "\\"] if schema.dialect == "sqlite" else []
    return and_(*bounds, func.substring(column, 1, 1) == "[", texts.like(column, "%]"), or_(*holds))


def _optional(schema: Schema, column: Column, clause: Clause) -> Condition:
    match clause.operator:
        case "IS NULL":
            return column.is_(None)
        case "IS NOT NULL":
            return column.is_not(None)
        case operator:
            return Texts(schema.dialect).compare(column, operator, clause.value)


def _keyed(schema: Schema, table: Table, key: str, clause: Clause) -> Condition:
    """A row of tags or metadata with this key."""
    texts = Texts(schema.dialect)
    of_trace = table["request_id"] == schema.trace_info["request_id"]
    has_key = texts.equals(table["key"], key)
    match clause.operator:
        case "IS NULL":
            return not_(exists().where(of_trace, has_key))
        case "IS NOT NULL":
            return exists().where(of_trace, has_key)
        case operator:
            return exists().where(of_trace, has_key, texts.compare(table["value"], operator, clause.value))


def _run(search: Search, clause: Clause) -> Condition:
    """With `=` also traces that were linked to the run afterwards."""
    schema = search.schema
    logged = _keyed(schema, schema.metadata, SOURCE_RUN_KEY, clause)
    links = schema.associations
    if clause.operator != "=" or not links:
        return logged
    linked = exists().where(
        links["source_id"] == schema.trace_info["request_id"], _links(schema, "run", text_of_clause(clause))
    )
    return or_(logged, linked)


def _links(schema: Schema, kind: str, destination: str) -> Condition:
    links = schema.associations
    return and_(*linked_to(links, kind), Texts(schema.dialect).equals(links["destination_id"], destination))


def linked_to(links: Table, kind: str) -> tuple[Condition, Condition]:
    """Of the associations those of traces with what is of this kind."""
    return links["source_type"] == "trace", links["destination_type"] == kind


def _prompt(search: Search, clause: Clause) -> Condition:
    """Linked prompts are in a tag; since MLflow 3.9 also among the associations, where MLflow looks for them."""
    schema, prompt = search.schema, text_of_clause(clause)
    name, slash, version = prompt.rpartition("/")
    if not slash or "/" in name:
        raise InvalidFilterError(f"{prompt!r} is not a prompt: write name/version.", "Example: 'support-answer/3'.")
    parts: list[Select[Any]] = []
    if links := schema.associations:
        parts.append(select(links["source_id"]).where(_links(schema, "prompt_version", prompt)))
    if tags := schema.tags:
        stored = json.dumps({"name": name, "version": version})
        tagged = and_(tags["key"] == LINKED_PROMPTS_TAG, Texts(schema.dialect).contains(tags["value"], stored))
        parts.append(select(tags["request_id"]).where(tagged))
    if not parts:
        _ = schema.tags["key"]  # says what is missing
    return schema.trace_info["request_id"].in_(union_all(*parts))


def _rebuilt_json(
    schema: Schema, columns: tuple[str, ...], convert: Callable[[Any], int | float | None], clause: Clause
) -> Condition:
    """Token usage and cost are shown as JSON that is made of columns: equal is what has exactly these values.

    As in mlflow/store/tracking/utils/trace_analytics.py:get_trace_analytics_metadata_filter.
    """
    traces = schema.trace_info
    present = or_(*(traces[name].is_not(None) for name in columns))
    match clause.operator:
        case "IS NULL":
            return not_(present)
        case "IS NOT NULL":
            return present
        case "=" | "!=":
            values = _values_of_json(text_of_clause(clause), columns, convert)
            equal = and_(
                *(traces[name] == values[name] if name in values else traces[name].is_(None) for name in columns)
            )
            if clause.operator == "=":
                return equal if values else false()
            return and_(present, or_(*(_is_distinct(traces[name], values.get(name)) for name in columns)))
        case operator:
            raise InvalidFilterError(f"{operator} does not compare {clause.name}: it is kept as several numbers.")


def _is_distinct(column: Column, value: int | float | None) -> Condition:
    return column.is_not(None) if value is None else or_(column.is_(None), column != value)


def _values_of_json(
    text: str, columns: tuple[str, ...], convert: Callable[[Any], int | float | None]
) -> dict[str, int | float]:
    """The values that MLflow would write as exactly this text; none for any other text."""
    try:
        parsed: Any = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(parsed, dict) or not set(columns).issuperset(parsed):  # pyright: ignore[reportUnknownArgumentType]
        return {}
    values = {name: value for name in columns if (value := convert(parsed.get(name))) is not None}  # pyright: ignore
    return values if json.dumps(values) == text else {}


def _as_count(value: Any) -> int | None:
    return value if type(value) is int and -_INT64 <= value < _INT64 else None


def _as_amount(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) else None


def _tokens(search: Search, clause: Clause) -> Condition:
    return _of_usage(search.schema, TOKEN_USAGE_KEY, lambda count: count >= _number_of(clause))


def _cost(search: Search, clause: Clause) -> Condition:
    return _of_usage(search.schema, COST_KEY, lambda amount: amount >= float(_number_of(clause)))


def _of_usage(schema: Schema, key: str, meets: Callable[[Column], Condition]) -> Condition:
    """Whether the total that a trace has under this key meets a condition; a trace without one never does."""
    if schema.is_promoted:
        return meets(schema.trace_info["total_tokens" if key == TOKEN_USAGE_KEY else "total_cost"])
    metadata = schema.metadata
    return exists().where(
        metadata["request_id"] == schema.trace_info["request_id"],
        Texts(schema.dialect).equals(metadata["key"], key),
        meets(stored_total(schema.dialect, metadata["value"], key)),
    )


# Conditions on assessments.


def _failed_judge(search: Search, clause: Clause) -> Condition:
    """A valid feedback of the trace that holds an error. Assessments of its session are not its own."""
    found, texts, judge = search.schema.assessments, Texts(search.schema.dialect), text_of_clause(clause)
    named = [] if judge == ANY_JUDGE else [texts.equals(found["name"], judge)]
    return exists().where(
        found["trace_id"] == search.schema.trace_info["request_id"],
        unindexed(search.schema, found["assessment_type"]) == "feedback",
        found["valid"] == true(),
        func.substring(found["error"], 1, 1) == "{",
        *named,
    )


def _assessment(kind: str) -> Callable[[Search, Clause], Condition]:
    return lambda search, clause: _assessment_condition(search, clause, kind)


def _issue(search: Search, clause: Clause) -> Condition:
    found, texts = search.schema.assessments, Texts(search.schema.dialect)
    return exists().where(
        found["trace_id"] == search.schema.trace_info["request_id"],
        unindexed(search.schema, found["assessment_type"]) == "issue",
        texts.compare(found["name"], clause.operator, clause.value),
    )


def _assessment_condition(search: Search, clause: Clause, kind: str) -> Condition:
    """A valid assessment of the trace, or one of its session, which counts for all traces of that session."""
    schema, found = search.schema, search.schema.assessments
    conditions = [
        Texts(schema.dialect).equals(found["name"], clause.key or ""),
        found["valid"] == true(),
    ]
    if clause.operator not in ("IS NULL", "IS NOT NULL"):
        conditions.append(_value_condition(schema, clause))
    of_trace = exists().where(
        found["trace_id"] == schema.trace_info["request_id"],
        unindexed(schema, found["assessment_type"]) == kind,
        *conditions,
    )
    matches = or_(of_trace, _is_of_session(search, [found["assessment_type"] == kind, *conditions]))
    return not_(matches) if clause.operator == "IS NULL" else matches


def _value_condition(schema: Schema, clause: Clause) -> Condition:
    """Values are stored as JSON. MLflow's `=` takes the text, and the JSON as it is written."""
    column, texts, value = schema.assessments["value"], Texts(schema.dialect), clause.value
    if clause.operator == IS or (clause.operator == "=" and not isinstance(value, str)):
        return or_(*(texts.equals(column, form) for form in stored_forms(value)))
    if clause.operator in ("=", "!="):
        equal = or_(texts.equals(column, str(value)), texts.equals(column, json.dumps(value)))
        return equal if clause.operator == "=" else not_(equal)
    if clause.operator in _ORDERINGS:
        is_number, number = _numbers(schema)
        return and_(is_number, _ORDERINGS[clause.operator](number, float(_number_of(clause))))
    return texts.compare(column, clause.operator, value)


def _numbers(schema: Schema) -> tuple[Condition, Column]:
    """Whether the value is a number, and that number. Before MLflow 3.17 it is only in the JSON."""
    found = schema.assessments
    if "is_numeric_value" in found and "aggregate_value" in found:
        return found["is_numeric_value"] == true(), found["aggregate_value"]
    value = found["value"]
    begins_as_number = func.substring(value, 1, 1).in_(list("-0123456789"))
    is_number = and_(
        begins_as_number,
        value != "-Infinity",
        (func.len if schema.dialect == "mssql" else func.length)(value) < _LONGEST_NUMBER,
    )
    return is_number, case((is_number, cast(value, Float(53))), else_=null())


def _is_of_session(search: Search, conditions: Sequence[Condition]) -> Condition:
    """Whether an assessment of a session, which is kept with one trace of it, meets the conditions."""
    schema, found = search.schema, search.schema.assessments
    if "assessment_metadata" not in found:
        return false()
    of_sessions = [
        *conditions,
        found["assessment_metadata"].is_not(None),
        Texts(schema.dialect).contains(found["assessment_metadata"], f'"{SESSION_KEY}":'),
    ]
    if "experiment_id" in found:  # since MLflow 3.17, with an index
        of_sessions.append(found["experiment_id"].in_(search.experiment_ids))
    assessed = schema.trace_info.clause.alias("assessed")
    in_scope = unindexed(schema, assessed.c.experiment_id).in_(search.experiment_ids)
    joined = found.clause.join(assessed, found["trace_id"] == assessed.c.request_id)
    if schema.is_promoted:
        if "session_id" not in schema.trace_info:
            return false()
        sessions = select(assessed.c.session_id).select_from(joined).where(in_scope, *of_sessions)
        session = schema.trace_info["session_id"]
        return and_(session.is_not(None), session.in_(sessions.where(assessed.c.session_id.is_not(None))))
    if not schema.metadata:
        return false()
    given, own = schema.metadata.clause.alias("given"), schema.metadata.clause.alias("own")
    joined = joined.join(given, and_(given.c.request_id == assessed.c.request_id, given.c.key == SESSION_KEY))
    sessions = select(given.c.value).select_from(joined).where(in_scope, *of_sessions)
    members = select(own.c.request_id).where(own.c.key == SESSION_KEY, own.c.value.in_(sessions))
    return schema.trace_info["request_id"].in_(members)


_BY_FIELD: dict[str, Callable[[Search, Clause], Condition]] = {
    "trace.status": _attribute("status"),
    "trace.timestamp_ms": _number("timestamp_ms"),
    "trace.execution_time_ms": _number("execution_time_ms"),
    "trace.end_time_ms": _end_time,
    "trace.name": _name,
    "trace.request_id": _attribute("request_id"),
    "trace.client_request_id": _attribute("client_request_id"),
    "trace.run_id": _run,
    "trace.prompt": _prompt,
    "tag.<key>": _tag,
    "metadata.<key>": _metadata,
    "feedback.<key>": _assessment("feedback"),
    "expectation.<key>": _assessment("expectation"),
    "issue.id": _issue,
    "failed_judge": _failed_judge,
    "trace.tokens": _tokens,
    "trace.cost": _cost,
}
