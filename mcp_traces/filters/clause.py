"""One condition of a search, from the argument it came from to the store that answers it.

A clause is never turned into text that is parsed again. MLflow servers take MLflow's filter syntax, which
`filter_text` writes; databases take SQL, which `store/clause_sql.py` builds.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from mcp_traces.filters.fulltext import Words
from mcp_traces.filters.grammar import Field, field_named
from mcp_traces.filters.quoting import can_name, like, named, python_literal, quoted, spell_out
from mcp_traces.records import LINKED_PROMPTS_TAG

Value: TypeAlias = str | bool | int | float | tuple[str, ...] | None

CONTAINS = "CONTAINS"
"""Of `trace.text`: one span holds the words as written, whatever their case."""

IS = "IS"
"""Of feedback and expectations: exactly this value of this type. MLflow's `= '5'` takes the number and the text.

Of names of traces and types of spans: the one that get_trace shows, also where MLflow stored none, as for traces that
OpenTelemetry's exporters sent. Servers find the stored ones alone.

Of the metadata that holds the session: this session, or one that has it among its parts (`session_parts`).
"""

AS_SHOWN = ("trace.name", "span.type", "metadata.<key>")

HAS_ERROR = Field(
    "has_error",
    ("=",),
    "text",
    "has_error = true",
    "whether any span failed, also under a root that is OK",
    subject="whether any span failed",
)
"""Our own field, for the argument `has_error`. It is about any span; clauses on span.* are about one and the same."""

SPAN_DURATION = Field(
    "span.duration_ms",
    (">=",),
    "number",
    "span.duration_ms >= 1000",
    "how long a span took",
    subject="some span's duration",
)
FAILED_JUDGE = Field(
    "failed_judge",
    ("=",),
    "text",
    "failed_judge = 'relevance'",
    "a scorer that gave an error instead of a value",
    subject="a failed judge",
)
TOKENS = Field("trace.tokens", (">=",), "number", "trace.tokens >= 1000", "all tokens of a trace", subject="its tokens")
COST = Field("trace.cost", (">=",), "number", "trace.cost >= 0.05", "the cost of a trace in USD", subject="its cost")
OWN_FIELDS = (HAS_ERROR, SPAN_DURATION, FAILED_JUDGE, TOKENS, COST)
"""Our own fields, for arguments. MLflow's filters have no such fields: on servers each trace found is checked."""

ANY_JUDGE = "*"
"""The value of `failed_judge` that any scorer meets."""

SPAN_ATTRIBUTE = "span.attributes.<key>"
SPAN_STATUS = cast("Field", field_named("span.status"))


@dataclass(frozen=True, slots=True)
class Clause:
    """`field operator value`; `key` takes the place of `<key>` in the field's name.

    `argument` says where it came from: `status`, `tags.environment`, or `filter`. The value of IN and NOT IN is a
    tuple, that of IS NULL and IS NOT NULL is None, that of `has_error` is a bool.
    """

    field: Field
    operator: str
    value: Value = None
    key: str | None = None
    argument: str = "filter"

    @property
    def name(self) -> str:
        """The field as people write it: `tag.environment`, ``tag.`model name` ``."""
        if self.key is None:
            return self.field.name
        entity = self.field.prefix.rstrip(".")
        is_nameable = _can_name(self.field, self.key)
        return named(entity, self.key) if is_nameable else f"{entity}[{json.dumps(self.key)}]"

    @property
    def is_of_spans(self) -> bool:
        """Whether it is about one span, the same one as all other such clauses."""
        return self.field.is_of_spans

    def __str__(self) -> str:
        """As it is shown: MLflow's syntax, or close to it where MLflow's has no words for it."""
        text = mlflow_text(self)
        return text if text is not None else f"{self.name} {self.operator} {json.dumps(self.value, ensure_ascii=False)}"


def mlflow_text(clause: Clause) -> str | None:
    """The clause in MLflow's filter syntax; None where that cannot say it."""
    if clause.field is HAS_ERROR:
        return "span.status = 'ERROR'" if clause.value else None
    if clause.field in OWN_FIELDS:
        return None
    if clause.key is not None and not _can_name(clause.field, clause.key):
        return None
    name, value = clause.name, clause.value
    if value is None:
        return f"{name} {clause.operator}"
    if clause.operator == CONTAINS:
        return like(name, Words(str(value)).patterns[0])
    if clause.operator == IS and clause.field.name not in AS_SHOWN:
        return _exact_assessment(name, value)
    if isinstance(value, tuple):
        return f"{name} {clause.operator} ({', '.join(map(python_literal, value))})"
    if not isinstance(value, str):
        return f"{name} {clause.operator} {value}"
    return _text_comparison(clause, value)


def asked_of_mlflow(clause: Clause) -> tuple[Field, str]:
    """The field and the operator of `mlflow_text`, by which MLflow's versions differ."""
    if clause.field is HAS_ERROR:
        return SPAN_STATUS, "="
    text = mlflow_text(clause) or ""
    if text.startswith(f"{clause.name} RLIKE "):
        return clause.field, "RLIKE"
    return clause.field, {CONTAINS: "ILIKE", IS: "="}.get(clause.operator, clause.operator)


def _can_name(field: Field, key: str) -> bool:
    if field.name == SPAN_ATTRIBUTE:
        return not set("`\n\x00") & set(key)
    # MLflow searches linked prompts under this tag.
    return can_name(key) and (field.name, key) != ("tag.<key>", LINKED_PROMPTS_TAG)


def said_to_mlflow(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses that MLflow's syntax can say together."""
    # MLflow asks all clauses on spans of one and the same span, so `has_error` cannot be one of them.
    on_spans = any(clause.is_of_spans and mlflow_text(clause) is not None for clause in clauses)
    return tuple(one for one in clauses if not (on_spans and one.field is HAS_ERROR) and mlflow_text(one) is not None)


def filter_text(clauses: Sequence[Clause]) -> str | None:
    """All that MLflow's syntax can say of the clauses, joined by AND; None for no condition."""
    return " AND ".join(map(str, said_to_mlflow(clauses))) or None


def undecided_by_mlflow(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses that MLflow's syntax cannot say, or says less exactly: what it finds has to be checked for them."""
    said, less_exactly = said_to_mlflow(clauses), undecided_by_like(clauses)
    return tuple(one for one in clauses if one not in said or one in less_exactly)


def undecided_by_like(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """The clauses on words for which a LIKE pattern also finds other spans."""
    return tuple(
        one for one in clauses if one.operator == CONTAINS and not Words(str(one.value)).are_decided_by_pattern
    )


def _text_comparison(clause: Clause, value: str) -> str | None:
    literal, operator = quoted(value), "=" if clause.operator == IS else clause.operator
    if literal is not None:
        return f"{clause.name} {operator} {literal}"
    if operator not in ("=", "RLIKE") or "RLIKE" not in clause.field.operators or "\x00" in value:
        return None
    # `$` would also match before a newline at the end.
    expression = f"^{spell_out(value)}\\Z" if operator == "=" else _without_quotes(value)
    return f"{clause.name} RLIKE '{expression}'"


def _without_quotes(expression: str) -> str:
    """The expression with its quotes spelled out, and no backslash at its end to swallow the closing quote."""
    spelled = re.sub(r"\\.|'", lambda one: "\\u0027" if one[0][-1] == "'" else one[0], expression, flags=re.DOTALL)
    return f"{spelled}(?:)" if spelled.endswith("\\") else spelled


def _exact_assessment(name: str, value: Value) -> str:
    """Values are stored as JSON (json.dumps), so one that could be mistaken is compared as the JSON it is."""
    if isinstance(value, str) and quoted(value) and not reads_as_json(value):
        return f"{name} = {quoted(value)}"
    return f"{name} RLIKE '^({'|'.join(spell_out(text) for text in stored_forms(value))})\\Z'"


def stored_forms(value: Value) -> tuple[str, ...]:
    """The JSON texts under which MLflow stores exactly this value; a number as an integer and as a float."""
    return tuple(sorted({json.dumps(form) for form in _same_values(value)}))


def _same_values(value: Value) -> Iterator[Value]:
    yield value
    if isinstance(value, int | float) and type(value) is not bool and value == int(value) and abs(value) < 2**53:
        yield int(value)
        yield float(value)


def reads_as_json(text: str) -> bool:
    """Whether an assessment that is compared with the text might also hold a number, true, false, null, or more."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
