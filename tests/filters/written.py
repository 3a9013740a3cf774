"""Filters as they may be written: right ones from the table, and ones with anything else in any place."""

from hypothesis import strategies as st

from mcp_traces.filters.grammar import FIELDS, REMAPPED_KEYS, Field

KEYS = st.sampled_from(["a", "a.b", "environment", "`model-name`", "`with space`", "rating", "user_id"])
TEXTS = st.one_of(
    st.sampled_from(
        ["OK", "ERROR", "x", "%x%", "x%", "%x", "a_b", "5", "true", "2026-11-01", "it is", "AND", "(a)", "é"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00'\"\\\n\r"), max_size=12),
)
NUMBERS = st.one_of(st.integers(-5, 2**41).map(str), st.sampled_from(["0.5", "4.0", "1700000000000"]))


def names(field: Field) -> st.SearchStrategy[str]:
    """The field under any of its names, with a key where it takes one."""
    spellings = [field.name, *field.aliases]
    if not field.keyed:
        return st.sampled_from(spellings)
    prefixes = st.sampled_from([one.removesuffix("<key>") for one in spellings])
    return st.builds(str.__add__, prefixes, KEYS.filter(lambda key: key not in REMAPPED_KEYS))


def quoted(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda quote, text: f"{quote}{text}{quote}", st.sampled_from("'\""), texts)


@st.composite
def right_clauses(draw: st.DrawFn) -> str:
    """A field, one of its operators, and a value of its kind."""
    field = draw(st.sampled_from(FIELDS))
    operator = draw(st.sampled_from(field.operators))
    name = draw(names(field))
    if "NULL" in operator:
        return f"{name} {operator}"
    written = operator if draw(st.booleans()) else operator.lower()
    return f"{name} {written} {draw(_values(field, operator))}"


def _values(field: Field, operator: str) -> st.SearchStrategy[str]:
    if operator.endswith("IN"):
        return st.lists(quoted(TEXTS), min_size=1, max_size=3).map(lambda items: f"({', '.join(items)})")
    if field.value == "number" or operator in (">", ">=", "<", "<="):
        return NUMBERS
    if field.name == "trace.prompt":
        return st.just("'support/3'")
    if operator in ("LIKE", "ILIKE") and field.is_of_spans:
        return quoted(TEXTS.map(lambda text: f"%{text}%"))
    return quoted(TEXTS)


RIGHT = st.lists(right_clauses(), min_size=1, max_size=4).flatmap(
    lambda clauses: st.sampled_from([" AND ", " and ", "  AND\n"]).map(lambda join: join.join(clauses))
)
"""Filters that the table says are right. A few are refused all the same: of two runs for instance."""

_ANY_NAME = st.one_of(
    st.sampled_from(FIELDS).flatmap(names),
    st.sampled_from(
        ["state", "latency", "trace_id", "tag.name", "Status", "tags", "span.kind", "level", "x.y.z", "text"]
    ),
)
_ANY_OPERATOR = st.sampled_from(
    [
        "=",
        "!=",
        "==",
        "<>",
        ">",
        ">=",
        "<",
        "<=",
        "IN",
        "NOT IN",
        "LIKE",
        "ILIKE",
        "RLIKE",
        "NOT LIKE",
        "IS",
        "~",
        ":",
        "",
    ]
)
_ANY_VALUE = st.one_of(
    quoted(TEXTS),
    NUMBERS,
    TEXTS,
    st.sampled_from(["NULL", "NOT NULL", "('a', 'b')", "(a, b)", "()", "'open", "true", "''", "5s"]),
)
_ANY_CLAUSE = st.one_of(right_clauses(), st.tuples(_ANY_NAME, _ANY_OPERATOR, _ANY_VALUE).map(" ".join))
_ANY_JOIN = st.sampled_from([" AND ", " AND ", " OR ", " ", " && ", ", ", " AND AND ", " AND NOT ", ";"])


@st.composite
def any_filters(draw: st.DrawFn) -> str:
    """Clauses right and wrong, joined in ways right and wrong, now and then in parentheses."""
    text = draw(_ANY_CLAUSE)
    for _ in range(draw(st.integers(0, 2))):
        text += draw(_ANY_JOIN) + draw(_ANY_CLAUSE)
    return f"({text})" if draw(st.integers(0, 9)) == 0 else text
