"""Filters with mistakes of every kind, as people write them who do not know MLflow's syntax."""

from hypothesis import strategies as st

from tests.filters.written import right_clauses

FIELDS = st.sampled_from(
    [
        "status",
        "Status",
        "name",
        "execution_time_ms",
        "timestamp",
        "trace.text",
        "prompt",
        "run_id",
        "client_request_id",
        "tag.env",
        "tag.model-name",
        "tags['team name']",
        "tag.name",
        'metadata["user_id"]',
        "metadata->>'k'",
        "span.name",
        "span.kind",
        "span.attributes.a.b",
        "span.attributes.`a-b`",
        "span.http.method",
        "feedback.rating",
        "evals['x'].score",
        "expectation.answer",
        "latency",
        "duration_seconds",
        "userId",
        "level",
        "error",
        "has_error",
        "inputs",
        "output.value",
        "tokens",
        "cost",
        "limit",
        "experiment",
        "parent_id",
        "tool",
        "model",
        ".http.status_code",
        "@usr",
        "nothing.like.it",
        "tags",
        "",
    ]
)
OPERATORS = st.sampled_from(
    [
        *("=", "!=", "==", "<>", ">", ">=", "<", "<=", "~", "!~", ":", ":>", "≠", "IN", "LIKE", "ILIKE", "RLIKE", "IS"),
        *("BETWEEN", "NOT IN", "NOT LIKE", "not ilike", "IS NOT", "IS NULL", "is not null", "= NULL", "is one of", ""),
        *("contains", "startswith", "starts with", "ends_with", "exists", "matches"),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "'ERROR'",
            '"error"',
            "error",
            "failed",
            "'%x%'",
            "'x%'",
            "'it''s'",
            "'it\\'s'",
            "'a\"b'",
            "''",
            "“x”",
            '\\"x\\"',
            "''x''",
            "`x`",
            "*x*",
            "x*",
            "5",
            "5s",
            "1,000",
            "1_000",
            "0.5",
            "1e3",
            "true",
            "None",
            "NULL",
            "('a', 'b')",
            "('a')",
            "(a, b)",
            "['a', \"b'\"]",
            "'2026-11-01'",
            "2026-11-01",
            "1700000000",
            "NOW() - INTERVAL '1 day'",
            "1 AND 5",
            "'open",
            "'back\\",
            "$x_y",
            "a b c",
        ]
    ),
    st.text(st.sampled_from(list("ab'\"\\%_*`(,) =")), max_size=8),
)
CLAUSES = st.one_of(
    st.builds("{} {} {}".format, FIELDS, OPERATORS, VALUES),
    st.builds("{}{}{}".format, FIELDS, OPERATORS, VALUES),
    st.builds("{} {} {}".format, VALUES, OPERATORS, FIELDS),
    st.builds("{}({}, {})".format, st.sampled_from(["eq", "gt", "has", "contains", "foo"]), FIELDS, VALUES),
    st.builds("lower({}) {} {}".format, FIELDS, OPERATORS, VALUES),
    st.builds("{}.startswith({})".format, FIELDS, VALUES),
    st.builds('[{{"column": "{}", "operator": "{}", "value": "x"}}]'.format, FIELDS, OPERATORS),
    right_clauses(),
)
JOINS = st.sampled_from(
    [" AND ", " and ", " OR ", " && ", " & ", " || ", " ", ", ", "; ", " AND NOT ", " AND AND ", " | "]
)
ROUNDS = st.sampled_from(
    [
        *("{}", "{}", "({})", "{{ {} }}", "NOT {}", "!{}", "not({})", "and({})", "or({})", "{})", "({}", "{} AND"),
        *("SELECT * FROM traces WHERE {}", "{} LIMIT 5", "{} ORDER BY name DESC", "{} -- why", "{} | count() > 2"),
    ]
)


@st.composite
def written(draw: st.DrawFn) -> str:
    """Clauses of every style, joined and wrapped in any way."""
    text = draw(CLAUSES)
    for _ in range(draw(st.integers(0, 3))):
        text += draw(JOINS) + draw(ROUNDS).format(draw(CLAUSES))
    return draw(ROUNDS).format(text)
