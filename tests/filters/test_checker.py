"""A filter is checked before it is sent: what MLflow would misread is refused, and a mistake gets the filter meant."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.checker import check_filter
from mcp_traces.filters.compiler import Conditions, compile_filter
from mcp_traces.filters.grammar import FIELDS
from tests.filters.test_quoting import KEYS, VALUES, parse

CORRECTED = [
    ("status == 'ERROR'", "status = 'ERROR'"),
    ("status <> 'OK'", "status != 'OK'"),
    ("status is 'OK'", "status = 'OK'"),
    ("name ~ '^a'", "name RLIKE '^a'"),
    ("name CONTAINS 'chat'", "name LIKE '%chat%'"),
    ("status = 'ERROR' OR status = 'IN_PROGRESS'", "status IN ('ERROR', 'IN_PROGRESS')"),
    ("name = 'a' or name = 'b'", "name RLIKE '^(a|b)$'"),
    ("(status = 'OK' OR status = 'ERROR') AND tag.x = '1'", "status IN ('OK', 'ERROR') AND tag.x = '1'"),
    ("NOT status = 'OK'", "status != 'OK'"),
    ("NOT (status = 'OK' OR name = 'x')", "status != 'OK' AND name != 'x'"),
    ("(status = 'OK')", "status = 'OK'"),
    ("status = 'OK' && name = 'x'", "status = 'OK' AND name = 'x'"),
    ("status = 'OK' name = 'x'", "status = 'OK' AND name = 'x'"),
    ("status = 'OK' AND AND name = 'x'", "status = 'OK' AND name = 'x'"),
    ("status = 'OK' AND", "status = 'OK'"),
    ("status = 'OK';", "status = 'OK'"),
    ("timestamp_ms > '2026-11-01'", "timestamp_ms > 1793491200000"),
    ("timestamp_ms > 2026-11-01T12:00:00Z", "timestamp_ms > 1793534400000"),
    ("timestamp_ms BETWEEN 5 AND 9", "timestamp_ms >= 5 AND timestamp_ms <= 9"),
    ("execution_time_ms > '1000'", "execution_time_ms > 1000"),
    ("duration > '5s'", "trace.execution_time_ms > 5000"),
    ("latency > 1000", "trace.execution_time_ms > 1000"),
    ("trace_id = 'tr-1'", "trace.request_id = 'tr-1'"),
    ("trace.request_id IN (tr-1, tr-2)", "trace.request_id IN ('tr-1', 'tr-2')"),
    ("state = 'ERROR'", "trace.status = 'ERROR'"),
    ("Status = 'ERROR'", "status = 'ERROR'"),
    ("Trace.Status = 'error'", "trace.status = 'ERROR'"),
    ("status = 'failed'", "status = 'ERROR'"),
    ("status = ERROR", "status = 'ERROR'"),
    ("tag.environment = production", "tag.environment = 'production'"),
    ("status = 'OK", "status = 'OK'"),
    ("tag.model-name = 'gpt-4'", "tag.`model-name` = 'gpt-4'"),
    ("trace.tags.env = 'p'", "tag.env = 'p'"),
    ("tag.env IN ('a', 'b')", "tag.env RLIKE '^(a|b)$'"),
    ("name IN ('a', 'b.c')", "name RLIKE '^(a|b\\.c)$'"),
    ("session_id = 's1'", "metadata.`mlflow.trace.session` = 's1'"),
    ("user = 'u1'", "metadata.`mlflow.trace.user` = 'u1'"),
    ("feedback.rating = 5", "feedback.rating >= 5 AND feedback.rating <= 5"),
    ("feedback.rating IN (5)", "feedback.rating RLIKE '^(5|5\\.0|\"5\")$'"),
    ("feedback.ok = true", "feedback.ok = 'true'"),
    ("assessment.rating = 'good'", "feedback.rating = 'good'"),
    ("span.attributes.model = 'gpt-4'", "span.attributes.model RLIKE '^(gpt\\-4)$'"),
    ("trace.text LIKE 'error'", "trace.text LIKE '%error%'"),
    ("text LIKE '%error%'", "trace.text LIKE '%error%'"),
    ("trace.text = 'error'", "trace.text ILIKE '%error%'"),
    # SQL.
    ("SELECT * FROM traces WHERE status = 'ERROR'", "status = 'ERROR'"),
    ("SELECT name, status FROM traces WHERE name = 'a' ORDER BY timestamp DESC LIMIT 5", "name = 'a'"),
    ("WHERE status = 'ERROR'", "status = 'ERROR'"),
    ("status = 'ERROR' LIMIT 10", "status = 'ERROR'"),
    ("status = 'ERROR' ORDER BY execution_time_ms DESC", "status = 'ERROR'"),
    ("status = 'ERROR' -- the failed ones", "status = 'ERROR'"),
    ("/* failed */ status = 'ERROR'", "status = 'ERROR'"),
    ("status in (ERROR)", "status IN ('ERROR')"),
    ("status IN ERROR, OK", "status IN ('ERROR', 'OK')"),
    ("status IN 'ERROR'", "status IN ('ERROR')"),
    ("name NOT IN ('a', 'b')", "name != 'a' AND name != 'b'"),
    ("tag.env NOT IN ('a', 'b')", "tag.env != 'a' AND tag.env != 'b'"),
    ("name NOT LIKE '%chat%'", "name RLIKE '(?s)^(?!.*chat)'"),
    ("tag.env NOT LIKE 'prod%'", "tag.env RLIKE '(?s)^(?!prod)'"),
    ("name NOT ILIKE 'a_b'", "name RLIKE '(?is)^(?!a.b\\Z)'"),
    ("name NOT REGEXP '^a'", "name RLIKE '^(?!.*(?:^a))'"),
    ("name !~ 'a$'", "name RLIKE '^(?!.*(?:a$))'"),
    ("tag.env IS NOT 'x'", "tag.env != 'x'"),
    ("tag.env = NULL", "tag.env IS NULL"),
    ("tag.env != NULL", "tag.env IS NOT NULL"),
    ("exists(tag.env)", "tag.env IS NOT NULL"),
    ("NOT exists(tag.env)", "tag.env IS NULL"),
    ("execution_time_ms IS NOT NULL", "execution_time_ms >= 0"),
    ("client_request_id IS NOT NULL", "client_request_id LIKE '%'"),
    ("lower(name) = 'chat'", "name ILIKE 'chat'"),
    ("lower(name) = 'my_chat'", "name RLIKE '(?i)^(my_chat)$'"),
    ("LOWER(name) LIKE '%chat%'", "name ILIKE '%chat%'"),
    ("lower(status) = 'error'", "status = 'ERROR'"),
    ("name REGEXP '^a'", "name RLIKE '^a'"),
    ("timestamp >= DATE '2026-11-01'", "timestamp >= 1793491200000"),
    ("timestamp >= datetime(2026, 11, 1)", "timestamp >= 1793491200000"),
    ("timestamp = '2026-11-01'", "timestamp >= 1793491200000 AND timestamp < 1793577600000"),
    ("span.name in ('a', 'b')", "span.name IN ('a', 'b')"),
    ("span.name like '%a%'", "span.name LIKE '%a%'"),
    # Quotes, numbers, units.
    ("name = 'it''s'", 'name = "it\'s"'),
    ("name = 'it\\'s'", 'name = "it\'s"'),
    ("name = 'a\" b''s'", "name RLIKE '^a\\u0022\\u0020b\\u0027s\\Z'"),
    ('status = \\"ERROR\\"', "status = 'ERROR'"),
    ("status = “ERROR”", "status = 'ERROR'"),
    ("status = ‘ERROR’", "status = 'ERROR'"),
    ("status = ''ERROR''", "status = 'ERROR'"),
    ("status = `ERROR`", "status = 'ERROR'"),
    ("status = ['ERROR', 'OK']", "status IN ('ERROR', 'OK')"),
    ("tag.env = ('a')", "tag.env = 'a'"),
    ("tag.model = gpt-4o", "tag.model = 'gpt-4o'"),
    ("tag.version = 2", "tag.version = '2'"),
    ("execution_time_ms > 5s", "execution_time_ms > 5000"),
    ("execution_time_ms > 1.5 s", "execution_time_ms > 1500"),
    ("execution_time_ms > 2min", "execution_time_ms > 120000"),
    ("execution_time_ms > 1_000", "execution_time_ms > 1000"),
    ("execution_time_ms > 5,000", "execution_time_ms > 5000"),
    ("duration_seconds > 5", "trace.execution_time_ms > 5000"),
    ("duration_ns > 5e9", "trace.execution_time_ms > 5000"),
    ("timestamp_ms > 1700000000", "timestamp_ms > 1700000000000"),
    ("timestamp_ms > 1700000000000000000", "timestamp_ms > 1700000000000"),
    ("timestamp > 1700000000000.5", "trace.timestamp_ms > 1700000000000.5"),
    # Joins.
    ("status = 'OK', name = 'x'", "status = 'OK' AND name = 'x'"),
    ("status = 'OK'; name = 'x'", "status = 'OK' AND name = 'x'"),
    ("(status == 'OK') & (name == 'x')", "status = 'OK' AND name = 'x'"),
    ("status = 'ERROR' or 'OK'", "status IN ('ERROR', 'OK')"),
    ("40 <= execution_time_ms <= 75", "execution_time_ms >= 40 AND execution_time_ms <= 75"),
    ("5000 < execution_time_ms", "execution_time_ms > 5000"),
    ("'ERROR' = status", "status = 'ERROR'"),
    # Python, pandas, Phoenix.
    ("tag.env == None", "tag.env IS NULL"),
    ("tag.env is not None", "tag.env IS NOT NULL"),
    ("feedback.ok = True", "feedback.ok = 'true'"),
    ("name.startswith('chat')", "name LIKE 'chat%'"),
    ("name.str.contains('my_chat')", "name RLIKE 'my_chat'"),
    ("name.endswith('_v2')", "name RLIKE '_v2\\Z'"),
    ("'chat' in name", "name LIKE '%chat%'"),
    ("'chat' not in name", "name RLIKE '(?s)^(?!.*chat)'"),
    ("span_kind == 'LLM' and status_code == 'ERROR'", "span.type = 'LLM' AND span.status = 'ERROR'"),
    ("parent_id is None and name == 'x'", "name = 'x'"),
    ("'refund' in input.value", "trace.text ILIKE '%refund%'"),
    ("evals['x'].label == 'good'", "feedback.x = 'good'"),
    ("annotations['x'].score > 0.5", "feedback.x > 0.5"),
    ('attributes["llm.model_name"] == "gpt-4"', "span.attributes.llm.model_name RLIKE '^(gpt\\-4)$'"),
    ("metadata[\"user_id\"] = 'u'", "metadata.user_id = 'u'"),
    ("tags['team name'] = 'x'", "tags.`team name` = 'x'"),
    ("tags->>'env' = 'prod'", "tags.env = 'prod'"),
    # Names.
    ("userId = 'u1'", "metadata.`mlflow.trace.user` = 'u1'"),
    ("sessionId = 's1'", "metadata.`mlflow.trace.session` = 's1'"),
    ("attributes.session_id = 's1'", "metadata.`mlflow.trace.session` = 's1'"),
    ("thread_id = 's1'", "metadata.`mlflow.trace.session` = 's1'"),
    ("traceId = 'tr-1'", "trace.request_id = 'tr-1'"),
    ("type = 'tool'", "span.type = 'TOOL'"),
    ("run_type = 'retriever'", "span.type = 'RETRIEVER'"),
    ("tool_name = 'search'", "span.name = 'search'"),
    ("model = 'gpt-4o'", "span.attributes.mlflow.llm.model RLIKE '^(gpt\\-4o)$'"),
    ("resource.service.name = 'api'", "tag.`service.name` = 'api'"),
    ("span.http.method = 'GET'", "span.attributes.http.method RLIKE '^(GET)$'"),
    ("span.attributes.gen-ai = 'x'", "span.attributes.`gen-ai` RLIKE '^(x)$'"),
    ("prompt = 'prompts:/support/3'", "prompt = 'support/3'"),
    ("start_time >= '2026-11-01T00:00:00Z'", "trace.timestamp_ms >= 1793491200000"),
    ("feedback_scores.accuracy > 0.5", "feedback.accuracy > 0.5"),
    # What failed.
    ("error = true", "span.status = 'ERROR'"),
    ("has_error", "span.status = 'ERROR'"),
    ("is_error = 1", "span.status = 'ERROR'"),
    ("error IS NOT NULL", "span.status = 'ERROR'"),
    ("error_count > 0", "span.status = 'ERROR'"),
    ("success = false", "trace.status = 'ERROR'"),
    ("status = 'errored'", "status = 'ERROR'"),
    ("exception.type = 'ValueError'", "span.status = 'ERROR' AND trace.text ILIKE '%ValueError%'"),
    ("error LIKE '%timed out%'", "span.status = 'ERROR' AND trace.text LIKE '%timed out%'"),
    # Text, and patterns that never match.
    ("inputs LIKE '%refund%'", "trace.text LIKE '%refund%'"),
    ("response CONTAINS 'refund'", "trace.text ILIKE '%refund%'"),
    ("trace.text LIKE 'error%'", "trace.text LIKE '%error%'"),
    ("name = *chat*", "name LIKE '%chat%'"),
    ("span.attributes.model LIKE 'gpt%'", "span.attributes.model RLIKE '^(gpt)'"),
    ("span.attributes.attempt = 2", "span.attributes.attempt LIKE ': \"2\"%'"),
    ("feedback.rating LIKE 'pos%'", "feedback.rating LIKE '\"pos%'"),
    ("feedback.rating STARTS WITH 'pos'", "feedback.rating LIKE '\"pos%'"),
    ("feedback.rating IN ('good', 'ok')", 'feedback.rating RLIKE \'^("good"|"ok")$\''),
    ("feedback.score IN (4, 5)", 'feedback.score RLIKE \'^(4|4\\.0|"4"|5|5\\.0|"5")$\''),
    # TraceQL.
    ("{ status = error }", "span.status = 'ERROR'"),
    ('{ name = "GET" && .http.method = "GET" }', "span.name = 'GET' AND span.attributes.http.method RLIKE '^(GET)$'"),
    ("{ trace:duration > 5s }", "trace.execution_time_ms > 5000"),
    ('{ rootName = "chat" }', "trace.name = 'chat'"),
    ('{ resource.service.name = "api" }', "tag.`service.name` = 'api'"),
    # LangSmith.
    ('eq(name, "chat")', "name = 'chat'"),
    ('and(eq(status, "error"), gt(latency, "5s"))', "status = 'ERROR' AND trace.execution_time_ms > 5000"),
    ('or(eq(name, "a"), eq(name, "b"))', "name RLIKE '^(a|b)$'"),
    ('not(eq(status, "error"))', "status != 'ERROR'"),
    ("neq(error, null)", "span.status = 'ERROR'"),
    ('and(eq(metadata_key, "k"), eq(metadata_value, "v"))', "metadata.k = 'v'"),
    ('and(eq(feedback_key, "rating"), gt(feedback_score, 3))', "feedback.rating > 3"),
    ('search("refund")', "trace.text ILIKE '%refund%'"),
    # Sentry, Datadog, Langfuse's search bar.
    ("level:error", "span.status = 'ERROR'"),
    ("!status:ok", "status != 'OK'"),
    ("-status:ok", "status != 'OK'"),
    ("has:tag.env", "tag.env IS NOT NULL"),
    ("!has:user", "metadata.`mlflow.trace.user` IS NULL"),
    ("transaction.duration:>5s", "trace.execution_time_ms > 5000"),
    ("status:(error OR ok)", "status IN ('ERROR', 'OK')"),
    ("type:TOOL name:*chat*", "span.type = 'TOOL' AND name LIKE '%chat%'"),
    ("@http.status_code:500", "span.attributes.http.status_code LIKE ': \"500\"%'"),
    ("tag.env:prod", "tag.env = 'prod'"),
    # JSON: Langfuse, Opik, MongoDB.
    ('{"status": "ERROR", "name": "x"}', "status = 'ERROR' AND name = 'x'"),
    ('{"execution_time_ms": {"$gt": 500}}', "execution_time_ms > 500"),
    ('[{"column": "userId", "operator": "=", "value": "u1"}]', "metadata.`mlflow.trace.user` = 'u1'"),
    ('[{"column": "name", "operator": "any of", "value": ["a", "b"]}]', "name RLIKE '^(a|b)$'"),
    ('[{"column": "metadata", "key": "k", "operator": "contains", "value": "v"}]', "metadata.k LIKE '%v%'"),
    ('[{"column": "scores", "key": "q", "operator": ">", "value": 0.5}]', "feedback.q > 0.5"),
]


@pytest.mark.parametrize(("written", "corrected"), CORRECTED, ids=[written for written, _ in CORRECTED])
def test_a_mistake_gets_the_filter_that_was_meant(written: str, corrected: str) -> None:
    """And that one is without fault, to us and to MLflow's own parser."""
    check = check_filter(written)

    assert check.problems
    assert check.corrected == corrected
    assert f"Corrected filter: {corrected}" in check.text
    assert check_filter(corrected).problems == ()
    assert parse(corrected)


@pytest.mark.parametrize(
    ("written", "searches"),
    [
        ("name = 'a' OR tag.x = 'b'", ["name = 'a'", "tag.x = 'b'"]),
        ("tag.x = '1' AND status = 'OK' OR status = 'ERROR'", ["tag.x = '1' AND status = 'OK'", "status = 'ERROR'"]),
        (
            "(status = 'OK' OR name = 'b') AND tag.x = '1'",
            ["status = 'OK' AND tag.x = '1'", "name = 'b' AND tag.x = '1'"],
        ),
        ("run_id IN ('a', 'b')", ["run_id = 'a'", "run_id = 'b'"]),
        ("execution_time_ms IN (40, 75)", ["execution_time_ms = 40", "execution_time_ms = 75"]),
        ("trace.text LIKE '%a%' or trace.text LIKE '%b%'", ["trace.text LIKE '%a%'", "trace.text LIKE '%b%'"]),
        ('or(eq(name, "a"), gt(latency, "5s"))', ["name = 'a'", "trace.execution_time_ms > 5000"]),
    ],
)
def test_what_one_filter_cannot_say_gets_a_search_for_each_side(written: str, searches: list[str]) -> None:
    """Their results together are what was asked for; AND binds closer than OR."""
    check = check_filter(written)

    assert (check.corrected, list(check.alternatives)) == (None, searches)
    assert all(parse(search) and not check_filter(search).problems for search in searches)


ARGUMENTS = [
    ("status = 'ERROR' LIMIT 10", "Use the argument limit=10.", "status = 'ERROR'"),
    ("name = 'a' ORDER BY timestamp_ms DESC", "Use the argument order_by='newest'.", "name = 'a'"),
    ("name = 'a' ORDER BY duration", "Use the argument order_by='fastest'.", "name = 'a'"),
    ("name = 'a' ORDER BY name DESC LIMIT 500", "Use the arguments order_by='name DESC', limit=100.", "name = 'a'"),
    ("status = 'OK' AND limit = 5", "Use the argument limit=5.", "status = 'OK'"),
    ("experiment = 'support' AND status = 'ERROR'", "Use the argument experiment='support'.", "status = 'ERROR'"),
    ("since = '2h' AND name = 'a'", "Use the argument since='2h'.", "name = 'a'"),
    ("has_error = false AND name = 'a'", "Use the argument has_error=false.", "name = 'a'"),
    (
        "has_error = true AND span.name = 'a'",
        "Use the argument has_error=true: it is about any span.",
        "span.name = 'a'",
    ),
    ("name = 'a' AND inputs LIKE '%say \"hi\"%'", "Use the argument text='say \"hi\"'.", "name = 'a'"),
    ("error LIKE '%my_tool%'", "Use the argument text='my_tool'.", "span.status = 'ERROR'"),
    ("level:error it timed out", "Words go into the argument text='it timed out'.", "span.status = 'ERROR'"),
    ("experiment_id IN ('1', '2')", "Use the argument experiment=['1', '2']. Leave `filter` out.", None),
    ("project_name:support", "Use the argument experiment='support'. Leave `filter` out.", None),
    ("ORDER BY execution_time_ms DESC LIMIT 5", "order_by='slowest', limit=5. Leave `filter` out.", None),
    ("output.value = 'naïve'", "Use the argument text='naïve'. Leave `filter` out.", None),
    ("is_root = true", "`is_root` is not needed: each row is a whole trace. Leave `filter` out.", None),
]


@pytest.mark.parametrize(("written", "said", "corrected"), ARGUMENTS, ids=[written for written, *_ in ARGUMENTS])
def test_what_an_argument_says_names_it_and_leaves_the_rest(written: str, said: str, corrected: str | None) -> None:
    """With its value, so that the next call can be copied; what remains is a filter, or none is needed."""
    check = check_filter(written)

    assert said in check.text
    assert (check.corrected, check.dispensable) == (corrected, corrected is None)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("foo = 1", "There is no field `foo`. Fields: trace.status, trace.timestamp_ms"),
        ("tag.name = 'x'", "it would search the trace's own name instead. Use the argument tags={'name': ...}"),
        ("feedback.Text = 'x'", "it would search the trace's own text instead"),
        ("hello world", "'hello world' is no part of a clause; a clause is: field operator value."),
        ("status =", "There is no value behind `status =`."),
        ("status IS NULL", "`status` cannot be asked for IS NULL."),
        ("feedback.x NOT LIKE 'a'", "`feedback.x` takes no NOT LIKE; it takes =, !=, >"),
        ("NOT span.status = 'ERROR'", "that no span is so cannot be said in a filter"),
        ("span.attributes.tokens > 5", "`span.attributes.tokens` takes no >; it takes LIKE, ILIKE, RLIKE."),
        ("status = 'broken'", "There is no status 'broken'; it is one of OK, ERROR, IN_PROGRESS."),
        ("timestamp_ms > 'yesterday'", "`timestamp_ms` takes a number, not 'yesterday'."),
        ("AND AND", "There is an AND too many."),
        ("environment = 'prod'", "A tag of that name is tag.environment; there may be metadata.environment"),
        ("hello world", "Words of spans are searched with the argument text='hello world'."),
        ("duration > 5", "Is 5 in seconds? trace.execution_time_ms counts milliseconds"),
        ("latency:>2", "write trace.execution_time_ms > 2000 for more than 2 s."),
        ("tokens > 1000", "cannot compare token counts. Leave the condition out"),
        ("usage.total_tokens > 1000", "compare `tokens` in the rows of search_traces"),
        ("total_cost > 0.1", "cannot compare cost. Leave the condition out"),
        ("span.duration > 5000", "cannot compare the times of spans"),
        ("{ duration > 5s }", "trace.execution_time_ms (argument min_duration_ms) is the trace's"),
        ("span_count > 10", "compare `span_count` in the rows"),
        ("execution_time_ms IS NULL", "traces in progress have none: trace.status = 'IN_PROGRESS'"),
        ("prompt = 'support'", "`prompt` wants name/version: prompt = 'support/1'."),
        ("run_name = 'nightly'", "A run is searched by its id, not by its name"),
        ("kind = 'server'", "MLflow does not keep OpenTelemetry's kind (server)."),
        ("tags CONTAINS 'prod'", "`tags` needs a key: tag.<key> = 'value'"),
        ('has(tags, "beta")', "`tags` needs a key"),
        ("level != 'ERROR'", "that no span is so cannot be said in a filter"),
        ("span.name NOT LIKE '%x%'", "that no span is so cannot be said in a filter"),
        ("trace.text NOT LIKE '%x%'", "that no span is so cannot be said in a filter"),
        ("trace.text = 'a_b'", "Use the argument text='a_b'."),
        ("status = 'ERROR' OFFSET 20", "the next page is cursor=<next_cursor of the page before>"),
        ("status = 'ERROR' GROUP BY name", "search_traces lists traces; it does not group or count them."),
        ("{ status = error } | count() > 2", "it does not group or count them."),
        ("status = 'OK' ORDER BY total_tokens DESC", "Rows cannot be ordered by total_tokens DESC; `order_by` takes"),
        ("status = 'OK' LIMIT 5 AND name = 'x'", "Conditions stand in front of LIMIT."),
        ("{ status = error } && { name = a }", "All clauses on span.* are about one and the same span"),
        ('name = \'x AND status = "OK"', "A quote is not closed."),
        ("experiment_id != '1'", "`experiment` is an argument of search_traces."),
        ("status = gpt-4", "There is no status 'gpt-4'"),
    ],
)
def test_what_cannot_be_mended_is_explained(written: str, said: str) -> None:
    """What is wrong and what is valid, where we cannot tell what was meant, or where nothing can say it."""
    check = check_filter(written)

    assert said in check.text
    assert check.corrected is None and not check.alternatives


@pytest.mark.parametrize(
    "written",
    [
        "status = 'OK' name = 'x'",
        "AND AND",
        "tag.name = 'x'",
        "feedback.text LIKE '%x%'",
        "timestamp_ms > '2024-01-01'",
        "span.attributes.k = 'v'",
        "span.attributes.k != 'v'",
        "status = 'error'",
        "trace.text LIKE 'error'",
        "trace.text LIKE 'error%'",
        "name = 'it''s'",
        "timestamp_ms > 1700000000",
        "span.attributes.k LIKE 'v%'",
        "feedback.rating LIKE 'pos%'",
    ],
)
def test_what_mlflow_would_misread_in_silence_is_known_as_such(written: str) -> None:
    """MLflow takes each of these and answers another question."""
    assert parse(written) is not None
    assert check_filter(written).misread


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_the_examples_of_the_grammar_are_without_fault(field: object) -> None:
    """One table feeds the checker and the text that teaches the syntax."""
    assert check_filter(field.example).problems == ()  # type: ignore[attr-defined]


@settings(max_examples=1_000, deadline=None)
@given(
    tags=st.dictionaries(KEYS, VALUES, max_size=2),
    feedback=st.dictionaries(st.sampled_from(["rating", "score"]), st.integers() | st.booleans() | VALUES, max_size=2),
    text=st.none() | VALUES,
    name=st.none() | VALUES,
    # Between them are seconds, which `since` refuses as well.
    since=st.none() | st.integers(0, 10**8 - 1) | st.integers(10**10, 10**13),
)
def test_what_we_compile_ourselves_is_without_fault(
    tags: dict[str, str], feedback: dict[str, str], text: str | None, name: str | None, since: int | None
) -> None:
    """The checker must refuse no right filter, whatever values stand in it."""
    conditions = Conditions(tags=tags, feedback=feedback, text=text, name=name, since_ms=since, span_type="TOOL")
    try:
        compiled = compile_filter(conditions).text or ""
    except InvalidArgumentError:
        return

    assert check_filter(compiled).problems == ()


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from(list("status nameORANDNOT='\"`()<>!.,;%-05tagxILKE")), max_size=60))
@example("(" * 5_000)
@example("NOT " * 5_000)
@example("[" * 5_000)
def test_any_text_is_read_to_its_end(text: str) -> None:
    """No input makes the reader stop, fail or loop."""
    check = check_filter(text)

    assert isinstance(check.text, str)


@pytest.mark.parametrize("pattern", ["open)", "*a", "[a", "a{2,1}", "(?<x"])
def test_what_is_no_regular_expression_is_refused(pattern: str) -> None:
    """SQLite would find nothing by it, which reads as an answer."""
    check = check_filter(f"name RLIKE '{pattern}'")

    assert check.misread and check.corrected is None
    assert f"{pattern!r} is no regular expression: " in check.text


@pytest.mark.parametrize("pattern", ["^(a|b)$", "(?i)error", "\\mword", "a\\.b", "[[:alpha:]]+"])
def test_what_is_one_on_some_store_is_left_to_it(pattern: str) -> None:
    """PostgreSQL has escapes that Python does not know."""
    assert check_filter(f"name RLIKE '{pattern}'").problems == ()
