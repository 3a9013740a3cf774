"""A written filter becomes clauses, or an error with the filter that was meant or the form that says it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcp_traces.filters.clause import Clause
from mcp_traces.filters.grammar import FIELDS, Field, field_named
from mcp_traces.filters.reader import MAX_CORRECTED, TOO_LONG, for_store, read_filter
from mcp_traces.records import StoreInfo
from tests.filters.mistakes import written
from tests.filters.mlflow_parser import as_mlflow_reads
from tests.filters.written import any_filters

CORRECTED = [
    ("status == 'ERROR'", "trace.status = 'ERROR'"),
    ("status <> 'OK'", "trace.status != 'OK'"),
    ("status is 'OK'", "trace.status = 'OK'"),
    ("name ~ '^a'", "trace.name RLIKE '^a'"),
    ("name CONTAINS 'chat'", "trace.name LIKE '%chat%'"),
    ("status = 'ERROR' OR status = 'IN_PROGRESS'", "trace.status IN ('ERROR', 'IN_PROGRESS')"),
    ("name = 'a' or name = 'b'", "trace.name RLIKE '^(a|b)$'"),
    ("NOT status = 'OK'", "trace.status != 'OK'"),
    ("(status = 'OK')", "trace.status = 'OK'"),
    ("status = 'OK' && name = 'x'", "trace.status = 'OK' AND trace.name = 'x'"),
    ("status = 'OK' name = 'x'", "trace.status = 'OK' AND trace.name = 'x'"),
    ("status = 'OK' AND AND name = 'x'", "trace.status = 'OK' AND trace.name = 'x'"),
    ("status = 'OK' AND", "trace.status = 'OK'"),
    ("status = 'OK';", "trace.status = 'OK'"),
    ("timestamp_ms > '2026-11-01'", "trace.timestamp_ms > 1793491200000"),
    ("timestamp_ms > 2026-11-01T12:00:00Z", "trace.timestamp_ms > 1793534400000"),
    ("timestamp_ms BETWEEN 5 AND 9", "trace.timestamp_ms >= 5 AND trace.timestamp_ms <= 9"),
    ("execution_time_ms > '1000'", "trace.execution_time_ms > 1000"),
    ("duration > '5s'", "trace.execution_time_ms > 5000"),
    ("latency > 1000", "trace.execution_time_ms > 1000"),
    ("trace_id = 'tr-1'", "trace.request_id = 'tr-1'"),
    ("trace.request_id IN (tr-1, tr-2)", "trace.request_id IN ('tr-1', 'tr-2')"),
    ("state = 'ERROR'", "trace.status = 'ERROR'"),
    ("Status = 'ERROR'", "trace.status = 'ERROR'"),
    ("Trace.Status = 'error'", "trace.status = 'ERROR'"),
    ("status = ERROR", "trace.status = 'ERROR'"),
    ("tag.environment = production", "tag.environment = 'production'"),
    ("status = 'OK", "trace.status = 'OK'"),
    ("tag.model-name = 'gpt-4'", "tag.`model-name` = 'gpt-4'"),
    ("trace.tags.env = 'p'", "tag.env = 'p'"),
    ("tag.env IN ('a', 'b')", "tag.env RLIKE '^(a|b)$'"),
    ("name IN ('a', 'b.c')", "trace.name RLIKE '^(a|b\\u002ec)$'"),
    ("session_id = 's1'", "metadata.mlflow.trace.session = 's1'"),
    ("user = 'u1'", "metadata.mlflow.trace.user = 'u1'"),
    ("feedback.rating = 5", "feedback.rating >= 5 AND feedback.rating <= 5"),
    ("feedback.rating IN (5)", "feedback.rating >= 5 AND feedback.rating <= 5"),
    ("feedback.ok = true", "feedback.ok = 'true'"),
    ("assessment.rating = 'good'", "feedback.rating = 'good'"),
    ("span.attributes.model = 'gpt-4'", "span.attributes.model RLIKE '^(gpt-4)$'"),
    ("text LIKE '%error%'", "trace.text LIKE '%error%'"),
    ("status in (ERROR)", "trace.status IN ('ERROR')"),
    ("status IN 'ERROR'", "trace.status IN ('ERROR')"),
    ("name NOT IN ('a', 'b')", "trace.name != 'a' AND trace.name != 'b'"),
    ("tag.env NOT IN ('a', 'b')", "tag.env != 'a' AND tag.env != 'b'"),
    ("tag.env IS NOT 'x'", "tag.env != 'x'"),
    ("tag.env = NULL", "tag.env IS NULL"),
    ("tag.env != NULL", "tag.env IS NOT NULL"),
    ("name REGEXP '^a'", "trace.name RLIKE '^a'"),
    ("span.name in ('a', 'b')", "span.name IN ('a', 'b')"),
    ("span.name like '%a%'", "span.name LIKE '%a%'"),
    ("status = “ERROR”", "trace.status = 'ERROR'"),
    ("status = ‘ERROR’", "trace.status = 'ERROR'"),
    ("status = `ERROR`", "trace.status = 'ERROR'"),
    ("tag.env = ('a')", "tag.env = 'a'"),
    ("tag.model = gpt-4o", "tag.model = 'gpt-4o'"),
    ("tag.version = 2", "tag.version = '2'"),
    ("execution_time_ms > 5s", "trace.execution_time_ms > 5000"),
    ("execution_time_ms > 2min", "trace.execution_time_ms > 120000"),
    ("timestamp > 1700000000000.5", "trace.timestamp_ms > 1700000000000.5"),
    ("status = 'OK', name = 'x'", "trace.status = 'OK' AND trace.name = 'x'"),
    ("status = 'OK'; name = 'x'", "trace.status = 'OK' AND trace.name = 'x'"),
    ("(status == 'OK') & (name == 'x')", "trace.status = 'OK' AND trace.name = 'x'"),
    ("tag.env == None", "tag.env IS NULL"),
    ("tag.env is not None", "tag.env IS NOT NULL"),
    ("feedback.ok = True", "feedback.ok = 'true'"),
    ("span_kind == 'LLM' and status_code == 'ERROR'", "span.type = 'LLM' AND span.status = 'ERROR'"),
    ("userId = 'u1'", "metadata.mlflow.trace.user = 'u1'"),
    ("sessionId = 's1'", "metadata.mlflow.trace.session = 's1'"),
    ("attributes.session_id = 's1'", "metadata.mlflow.trace.session = 's1'"),
    ("thread_id = 's1'", "metadata.mlflow.trace.session = 's1'"),
    ("traceId = 'tr-1'", "trace.request_id = 'tr-1'"),
    ("type = 'tool'", "span.type = 'TOOL'"),
    ("run_type = 'retriever'", "span.type = 'RETRIEVER'"),
    ("tool_name = 'search'", "span.name = 'search'"),
    ("model = 'gpt-4o'", "span.attributes.mlflow.llm.model RLIKE '^(gpt-4o)$'"),
    ("resource.service.name = 'api'", "tag.service.name = 'api'"),
    ("span.http.method = 'GET'", "span.attributes.http.method RLIKE '^(GET)$'"),
    ("span.attributes.gen-ai = 'x'", "span.attributes.`gen-ai` RLIKE '^(x)$'"),
    ("start_time >= '2026-11-01T00:00:00Z'", "trace.timestamp_ms >= 1793491200000"),
    ("feedback_scores.accuracy > 0.5", "feedback.accuracy > 0.5"),
    ("name = *chat*", "trace.name LIKE '%chat%'"),
    ("timestamp_ms > '2024-01-01'", "trace.timestamp_ms > 1704067200000"),
    ("span.attributes.k = 'v'", "span.attributes.k RLIKE '^(v)$'"),
    ("status = 'error'", "trace.status = 'ERROR'"),
]
ALTERNATIVES = [
    ("feedback.rating IN ('good', 'ok')", ["feedback.rating = 'good'", "feedback.rating = 'ok'"]),
    (
        "feedback.score IN (4, 5)",
        ["feedback.score >= 4 AND feedback.score <= 4", "feedback.score >= 5 AND feedback.score <= 5"],
    ),
    ("name = 'a' OR tag.x = 'b'", ["trace.name = 'a'", "tag.x = 'b'"]),
    (
        "tag.x = '1' AND status = 'OK' OR status = 'ERROR'",
        ["tag.x = '1' AND trace.status = 'OK'", "trace.status = 'ERROR'"],
    ),
    (
        "(status = 'OK' OR name = 'b') AND tag.x = '1'",
        ["trace.status = 'OK' AND tag.x = '1'", "trace.name = 'b' AND tag.x = '1'"],
    ),
    ("run_id IN ('a', 'b')", ["trace.run_id = 'a'", "trace.run_id = 'b'"]),
    ("execution_time_ms IN (40, 75)", ["trace.execution_time_ms = 40", "trace.execution_time_ms = 75"]),
    ("trace.text LIKE '%a%' or trace.text LIKE '%b%'", ["trace.text LIKE '%a%'", "trace.text LIKE '%b%'"]),
    (
        "(status = 'OK' OR status = 'ERROR') AND tag.x = '1'",
        ["trace.status = 'OK' AND tag.x = '1'", "trace.status = 'ERROR' AND tag.x = '1'"],
    ),
]
FORMS = [
    ("status = 'failed'", "'failed' is not one of OK, ERROR, IN_PROGRESS, STATE_UNSPECIFIED."),
    ("SELECT * FROM traces WHERE status = 'ERROR'", "trace.status = 'ERROR'"),
    (
        "SELECT name, status FROM traces WHERE name = 'a' ORDER BY timestamp DESC LIMIT 5",
        "trace.name = 'answer_question'",
    ),
    ("WHERE status = 'ERROR'", "trace.status = 'ERROR'"),
    ("status = 'ERROR' LIMIT 10", "trace.status = 'ERROR'"),
    ("status = 'ERROR' ORDER BY execution_time_ms DESC", "trace.status = 'ERROR'"),
    ("status = 'ERROR' -- the failed ones", "trace.status = 'ERROR'"),
    ("/* failed */ status = 'ERROR'", "trace.status = 'ERROR'"),
    ("status IN ERROR, OK", "trace.status = 'ERROR'"),
    ("name NOT REGEXP '^a'", "For texts without some words: RLIKE '^(?!.*text)'."),
    ("name !~ 'a$'", "Nearest here: trace.name = 'answer_question'"),
    ("exists(tag.env)", "tag.env = 'production'"),
    ("NOT exists(tag.env)", "tag.env = 'production'"),
    ("execution_time_ms IS NOT NULL", "(traces in progress (trace.status = 'IN_PROGRESS') have none and never match)"),
    ("client_request_id IS NOT NULL", "(!= leaves out traces that have none; LIKE '%' finds the others)"),
    ("lower(name) = 'chat'", "trace.name = 'answer_question'"),
    ("lower(name) = 'my_chat'", "trace.name = 'answer_question'"),
    ("LOWER(name) LIKE '%chat%'", "trace.name = 'answer_question'"),
    ("lower(status) = 'error'", "trace.status = 'ERROR'"),
    ("timestamp >= DATE '2026-11-01'", "trace.timestamp_ms > 1700000000000"),
    ("timestamp >= datetime(2026, 11, 1)", "trace.timestamp_ms > 1700000000000"),
    ("timestamp = '2026-11-01'", "and >= or <; the arguments since and until take dates"),
    ('status = \\"ERROR\\"', "trace.status = 'ERROR'"),
    ("status = ''ERROR''", "trace.status = 'ERROR'"),
    ("status = ['ERROR', 'OK']", "A list is written IN ('a', 'b')."),
    ("execution_time_ms > 5,000", "trace.execution_time_ms > 1000"),
    ("duration_seconds > 5", "Use trace.execution_time_ms (argument min_duration_ms)"),
    ("duration_ns > 5e9", "`duration_ns` is not a field"),
    (
        "timestamp_ms > 1700000000000000000",
        "looks like micro- or nanoseconds; milliseconds are expected: trace.timestamp_ms",
    ),
    ("status = 'ERROR' or 'OK'", "trace.status = 'ERROR'"),
    ("40 <= execution_time_ms <= 75", "trace.execution_time_ms > 1000"),
    ("5000 < execution_time_ms", "trace.execution_time_ms > 1000"),
    ("'ERROR' = status", "trace.status = 'ERROR'"),
    ("name.startswith('chat')", "trace.name = 'answer_question'"),
    ("name.str.contains('my_chat')", "trace.status = 'ERROR' AND tag.environment = 'production'."),
    ("name.endswith('_v2')", "trace.name = 'answer_question'"),
    ("'chat' in name", "trace.name = 'answer_question'"),
    ("'chat' not in name", "trace.name = 'answer_question'"),
    ("parent_id is None and name == 'x'", "`==` is written `=`."),
    ("'refund' in input.value", "All that spans recorded is searched as one text: the argument text='.."),
    ("prompt = 'prompts:/support/3'", "`trace.prompt` takes name/version: trace.prompt = 'support/3'."),
    ("error = true", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("has_error", "Use the argument has_error=true (or false), or span.status = 'ERROR'; "),
    ("is_error = 1", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("error IS NOT NULL", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("error_count > 0", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("success = false", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("status = 'errored'", "'errored' is not one of OK, ERROR, IN_PROGRESS, STATE_UNSPECIFIED."),
    ("exception.type = 'ValueError'", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("error LIKE '%timed out%'", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("inputs LIKE '%refund%'", "as one text: the argument text='...', or trace.text ILIKE '%...%'."),
    ("response CONTAINS 'refund'", "as one text: the argument text='...', or trace.text ILIKE '%...%'."),
    ("span.attributes.attempt = 2", "LIKE, ILIKE, RLIKE. Example: span.attributes.model LIKE '%gpt-4%'"),
    ("{ status = error }", "trace.status = 'ERROR'"),
    ('{ name = "GET" && .http.method = "GET" }', "trace.name = 'answer_question'"),
    ("{ trace:duration > 5s }", "trace.execution_time_ms > 1000"),
    ('{ rootName = "chat" }', "trace.name = 'answer_question'"),
    ('{ resource.service.name = "api" }', "tag.service.name = 'production'"),
    ('eq(name, "chat")', "trace.name = 'answer_question'"),
    ('and(eq(status, "error"), gt(latency, "5s"))', "trace.status = 'ERROR'"),
    ('or(eq(name, "a"), eq(name, "b"))', "trace.name = 'answer_question'"),
    ('not(eq(status, "error"))', "trace.status = 'ERROR'"),
    ("neq(error, null)", "Use the argument has_error=true (or false), or span.status = 'ERROR'; "),
    (
        'and(eq(metadata_key, "k"), eq(metadata_value, "v"))',
        "It needs a key: tag.<key> = 'value'; the same for metadata.<key>, feed",
    ),
    (
        'and(eq(feedback_key, "rating"), gt(feedback_score, 3))',
        "It needs a key: tag.<key> = 'value'; the same for metadata.<key>, feed",
    ),
    ('search("refund")', "All that spans recorded is searched as one text: the argument text='.."),
    ("level:error", "span.status = 'ERROR'"),
    ("!status:ok", "trace.status = 'ERROR'"),
    ("-status:ok", "trace.status = 'ERROR'"),
    ("has:tag.env", "tag.env = 'production'"),
    ("!has:user", "metadata.mlflow.trace.user = 'session_abc123'"),
    ("transaction.duration:>5s", "trace.execution_time_ms > 1000"),
    ("status:(error OR ok)", "trace.status = 'ERROR'"),
    ("type:TOOL name:*chat*", "span.type = 'TOOL'"),
    ("@http.status_code:500", "span.attributes.http.status_code LIKE '%gpt-4%'."),
    ("tag.env:prod", "tag.env = 'production'"),
    ('{"status": "ERROR", "name": "x"}', "trace.status = 'ERROR'"),
    ('{"execution_time_ms": {"$gt": 500}}', "trace.execution_time_ms > 1000"),
    ('[{"column": "userId", "operator": "=", "value": "u1"}]', "metadata.mlflow.trace.user = 'session_abc123'"),
    ('[{"column": "name", "operator": "any of", "value": ["a", "b"]}]', "trace.name = 'answer_question'"),
    (
        '[{"column": "metadata", "key": "k", "operator": "contains", "value": "v"}]',
        "It needs a key: tag.<key> = 'value'; the same for metadata.<key>, feed",
    ),
    (
        '[{"column": "scores", "key": "q", "operator": ">", "value": 0.5}]',
        "It needs a key: tag.<key> = 'value'; the same for metadata.<key>, feed",
    ),
    ("name = 'a' ORDER BY timestamp_ms DESC", "trace.name = 'answer_question'"),
    ("name = 'a' ORDER BY duration", "trace.name = 'answer_question'"),
    ("name = 'a' ORDER BY name DESC LIMIT 500", "trace.name = 'answer_question'"),
    ("status = 'OK' AND limit = 5", "oldest, slowest, fastest), since='2h', until; each row is a whole trace."),
    (
        "experiment = 'support' AND status = 'ERROR'",
        "oldest, slowest, fastest), since='2h', until; each row is a whole trace.",
    ),
    ("since = '2h' AND name = 'a'", "oldest, slowest, fastest), since='2h', until; each row is a whole trace."),
    ("has_error = false AND name = 'a'", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("has_error = true AND span.name = 'a'", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("name = 'a' AND inputs LIKE '%say \"hi\"%'", "as one text: the argument text='...', or trace.text ILIKE '%...%'."),
    ("error LIKE '%my_tool%'", "(or false), or span.status = 'ERROR'; its words are in text='...'."),
    ("level:error it timed out", "span.status = 'ERROR'"),
    ("experiment_id IN ('1', '2')", "oldest, slowest, fastest), since='2h', until; each row is a whole trace."),
    ("project_name:support", "Use the arguments of search_traces: experiment='id or name', limit=20,"),
    ("ORDER BY execution_time_ms DESC LIMIT 5", "trace.execution_time_ms > 1000"),
    ("output.value = 'naïve'", "as one text: the argument text='...', or trace.text ILIKE '%...%'."),
    ("is_root = true", "oldest, slowest, fastest), since='2h', until; each row is a whole trace."),
    ('or(eq(name, "a"), gt(latency, "5s"))', "trace.name = 'answer_question'"),
    ("foo = 1", "`foo` is not a field"),
    ("tag.name = 'x'", "the trace's own is trace.name = 'answer_question' (argument name='...')."),
    ("feedback.Text = 'x'", "the trace's own is trace.text ILIKE '%timeout%' (argument text='...')."),
    ("hello world", "trace.status = 'ERROR' AND tag.environment = 'production'. Words in sp"),
    ("status =", "`trace.status =` needs a value. Example: trace.status = 'ERROR'."),
    ("status IS NULL", "=, !=, IN, NOT IN, LIKE, ILIKE, RLIKE. Example: trace.status = 'ERROR' ("),
    ("feedback.x NOT LIKE 'a'", "For texts without some words: RLIKE '^(?!.*text)'."),
    ("NOT span.status = 'ERROR'", "says that no span does. Of failures, the argument has_error=false says it."),
    ("span.attributes.tokens > 5", "LIKE, ILIKE, RLIKE. Example: span.attributes.model LIKE '%gpt-4%'"),
    ("status = 'broken'", "'broken' is not one of OK, ERROR, IN_PROGRESS, STATE_UNSPECIFIED."),
    ("timestamp_ms > 'last week'", "'last week' is not a valid time."),
    ("AND AND", "no condition. A filter is conditions joined by AND: field operator value."),
    ("environment = 'prod'", "`environment` is not a field"),
    ("duration > 5", "milliseconds: 5 s is written trace.execution_time_ms > 5000."),
    ("latency:>2", "trace.execution_time_ms > 1000"),
    ("tokens > 1000", "it: use the arguments min_tokens=1000 and min_cost=0.05 of search_traces."),
    ("usage.total_tokens > 1000", "it: use the arguments min_tokens=1000 and min_cost=0.05 of search_traces."),
    ("total_cost > 0.1", "it: use the arguments min_tokens=1000 and min_cost=0.05 of search_traces."),
    ("span.duration > 5000", "min_duration_ms); of spans, the argument min_span_duration_ms."),
    ("{ duration > 5s }", "trace.execution_time_ms > 1000"),
    ("span_count > 10", "it: leave the condition out and compare it in the rows of search_traces."),
    ("execution_time_ms IS NULL", "(traces in progress (trace.status = 'IN_PROGRESS') have none and never match)"),
    ("prompt = 'support'", "`trace.prompt` takes name/version: trace.prompt = 'support/3'."),
    ("run_name = 'nightly'", "is searched by its id: trace.run_id = '<32 hex digits>' (argument run_id)."),
    ("kind = 'server'", "CHAIN, AGENT, TOOL, CHAT_MODEL, RETRIEVER, PARSER, EMBEDDING, RERANKER."),
    ("tags CONTAINS 'prod'", "the same for metadata.<key>, feedback.<key> and expectation.<key>."),
    ('has(tags, "beta")', "It needs a key: tag.<key> = 'value'; the same for metadata.<key>, feed"),
    ("level != 'ERROR'", "says that no span does. Of failures, the argument has_error=false says it."),
    ("span.name NOT LIKE '%x%'", "says that no span does. Of failures, the argument has_error=false says it."),
    ("trace.text NOT LIKE '%x%'", "says that no span does. Of failures, the argument has_error=false says it."),
    ("trace.text = 'a_b'", "it supports LIKE, ILIKE. Example: trace.text ILIKE '%timeout%'"),
    ("status = 'ERROR' OFFSET 20", "trace.status = 'ERROR'"),
    ("status = 'ERROR' GROUP BY name", "trace.status = 'ERROR'"),
    ("{ status = error } | count() > 2", "trace.status = 'ERROR'"),
    ("status = 'OK' ORDER BY total_tokens DESC", "trace.status = 'ERROR'"),
    ("status = 'OK' LIMIT 5 AND name = 'x'", "trace.status = 'ERROR'"),
    ("{ status = error } && { name = a }", "trace.status = 'ERROR'"),
    ('name = \'x AND status = "OK"', "The end of a value is unclear."),
    ("experiment_id != '1'", "oldest, slowest, fastest), since='2h', until; each row is a whole trace."),
    ("status = gpt-4", "'gpt-4' is not one of OK, ERROR, IN_PROGRESS, STATE_UNSPECIFIED."),
    ("feedback.text LIKE '%x%'", "the trace's own is trace.text ILIKE '%timeout%' (argument text='...')."),
    ("span.attributes.k != 'v'", "always does: use RLIKE '^value$')."),
    ("NOT (status = 'OK' OR name = 'x')", "have no NOT before conditions: write the opposite of each."),
    ("trace.text LIKE 'error'", "LIKE takes % at both ends, trace.text LIKE '%text%'."),
    ("trace.text LIKE 'error%'", "LIKE takes % at both ends, trace.text LIKE '%text%'."),
    ("trace.text = 'error'", "it supports LIKE, ILIKE. Example: trace.text ILIKE '%timeout%'"),
    ("name NOT LIKE '%chat%'", "For texts without some words: RLIKE '^(?!.*text)'."),
    ("tag.env NOT LIKE 'prod%'", "For texts without some words: RLIKE '^(?!.*text)'."),
    ("name NOT ILIKE 'a_b'", "For texts without some words: RLIKE '^(?!.*text)'."),
    ("name = 'it''s'", "MLflow has no escapes: a text with ' goes in double quotes."),
    ("name = 'it\\'s'", "MLflow has no escapes: a text with ' goes in double quotes."),
    ("name = 'a\" b''s'", "MLflow has no escapes: a text with ' goes in double quotes."),
    ("execution_time_ms > 1.5 s", "trace.execution_time_ms > 1000"),
    ("execution_time_ms > 1_000", "takes a number, not '1_000'. Example: trace.execution_time_ms > 1000."),
    ("timestamp_ms > 1700000000", "looks like seconds; milliseconds are expected: trace.timestamp_ms > 1700000000000."),
    ("evals['x'].label == 'good'", "Nearest here: feedback.x = 'positive' (argument feedback={'x': '...'})."),
    ("annotations['x'].score > 0.5", "Nearest here: feedback.x = 'positive' (argument feedback={'x': '...'})."),
    ('attributes["llm.model_name"] == "gpt-4"', "Nearest here: span.attributes.llm.model_name LIKE"),
    ("metadata[\"user_id\"] = 'u'", "Nearest here: metadata.user_id = 'session_abc123'"),
    ("tags['team name'] = 'x'", "Nearest here: tag.`team name` = 'production'"),
    ("tags->>'env' = 'prod'", "Nearest here: tag.env = 'production'"),
    ("span.attributes.model LIKE 'gpt%'", "RLIKE '^value' finds how a value begins."),
    ("span.attributes.k LIKE 'v%'", "RLIKE '^value' finds how a value begins."),
    ("feedback.rating LIKE 'pos%'", "stored as JSON, with text in double quotes: LIKE '%text%' finds it."),
    ("feedback.rating STARTS WITH 'pos'", "Nearest here: feedback.rating = 'positive'"),
    ("tag.env = my value", "tag.env = 'production'"),
    ("name = chat LIMIT 5", "order_by='newest'"),
    ("NOT NOT name = 'a'", "trace.name = 'answer_question'"),
    ("span.attributes.hit = false", "use RLIKE '^value$'"),
    ("status = 'ERROR' or 'IN_PROGRESS'", "Nearest here: trace.status = 'ERROR' (argument status='...')"),
    ("tag.note = 'it''s 100%_sure'", "s: a text with ' goes in double quotes. The end of a value is unclear."),
    ("tag.note = 'it\\'s 100%_sure'", "s: a text with ' goes in double quotes. The end of a value is unclear."),
    ("tags['environment'] = 'staging'", "Nearest here: tag.environment = 'production' (argument tags={'environment':"),
    ("metadata[\"dataset\"] = 'faq-v3'", "Nearest here: metadata.dataset = 'session_abc123' (argument metadata={'data"),
    ("trace.prompt = 'prompts:/support-answer/1'", "`trace.prompt` takes name/version: trace.prompt = 'support/3'."),
    ("duration_seconds >= 2", "ent min_duration_ms); of spans, the argument min_span_duration_ms."),
    ("execution_time_ms > 1,000", "Nearest here: trace.execution_time_ms > 1000 (argument min_duration_ms=1000"),
    ("timestamp_ms > 1577836800", "econds; milliseconds are expected: trace.timestamp_ms > 1700000000000."),
    (
        "SELECT * FROM traces WHERE status = 'ERROR' ORDER BY timestamp DESC LIMIT 10",
        "Nearest here: trace.status = 'ERROR' (argument status='...')",
    ),
    ("status = 'ERROR' -- all that failed", "Nearest here: trace.status = 'ERROR' (argument status='...')"),
    ("tag.environment NOT LIKE 'prod%'", " NULL, IS NOT NULL. For texts without some words: RLIKE '^(?!.*text)'."),
    ("name NOT LIKE '%a%'", " NULL, IS NOT NULL. For texts without some words: RLIKE '^(?!.*text)'."),
    ("exists(tag.job)", "Nearest here: tag.job = 'production' (argument tags={'job': '...'})"),
    ("LOWER(name) LIKE '%FAQ%'", "Nearest here: trace.name = 'answer_question' (argument name='...')"),
    ("lower(name) = 'FAQ_Answer'", "Nearest here: trace.name = 'answer_question' (argument name='...')"),
    (
        "timestamp > NOW() - INTERVAL '3650 days'",
        "Nearest here: trace.timestamp_ms > 1700000000000 (argument since='2h', unti",
    ),
    (
        "timestamp > datetime('now', '-3650 days')",
        "Nearest here: trace.timestamp_ms > 1700000000000 (argument since='2h', unti",
    ),
    ("tags->>'environment' = 'staging'", "Nearest here: tag.environment = 'production' (argument tags={'environment':"),
    ("name.startswith('faq')", "Nearest here: trace.name = 'answer_question' (argument name='...')"),
    ("name.endswith('_answer')", "Nearest here: trace.name = 'answer_question' (argument name='...')"),
    ("'refund' in span.name", "Nearest here: span.name = 'search_docs' (argument span_name='...')"),
    ("'ERROR' == status", "Nearest here: trace.status = 'ERROR' (argument status='...')"),
    (
        "parent_id is None and name == 'faq_answer'",
        "t), since='2h', until; each row is a whole trace. `==` is written `=`.",
    ),
    ("'INV-48213' in input.value", "Nearest here: trace.status = 'ERROR' AND tag.environment = 'production'"),
    (
        "evals['rating'].label == 'negative'",
        "Nearest here: feedback.rating = 'positive' (argument feedback={'rating': '.",
    ),
    ("annotations['score'].score > 4", "Nearest here: feedback.score = 'positive' (argument feedback={'score': '..."),
    ("trace.text = 'lamp'", "%' (add the % yourself; previews, tags and feedback are not searched)."),
    ("trace.text LIKE 'lamp'", "f a span is long: LIKE takes % at both ends, trace.text LIKE '%text%'."),
    ("trace.text LIKE 'lamp%'", "f a span is long: LIKE takes % at both ends, trace.text LIKE '%text%'."),
    ("inputs LIKE '%INV-48213%'", "hed as one text: the argument text='...', or trace.text ILIKE '%...%'."),
    ("response CONTAINS 'bulb'", "hed as one text: the argument text='...', or trace.text ILIKE '%...%'."),
    ("exception = 'TimeoutError'", "rue (or false), or span.status = 'ERROR'; its words are in text='...'."),
    (
        "span.attributes.mlflow.llm.model LIKE 'gpt-4o%'",
        "ttributes LIKE begins with %; RLIKE '^value' finds how a value begins.",
    ),
    ("span.attributes.`cache.hit` = false", "E '%gpt-4%' (= never matches and != always does: use RLIKE '^value$')."),
    (
        "feedback.rating STARTS WITH 'neg'",
        "Nearest here: feedback.rating = 'positive' (argument feedback={'rating': '.",
    ),
    (
        '{ name = "start_refund" && status = error }',
        "Nearest here: trace.name = 'answer_question' (argument name='...')",
    ),
    ('{ rootName = "faq_answer" }', "Nearest here: trace.name = 'answer_question' (argument name='...')"),
    ("{ .attempt = 2 }", "Nearest here: trace.status = 'ERROR' AND tag.environment = 'production'"),
    ('eq(name, "faq_answer")', "Nearest here: trace.name = 'answer_question' (argument name='...')"),
    (
        'or(eq(name, "faq_answer"), eq(name, "orchestrator"))',
        "Nearest here: trace.name = 'answer_question' (argument name='...')",
    ),
    (
        'and(eq(feedback_key, "score"), gt(feedback_score, 4))',
        "Nearest here: trace.status = 'ERROR' AND tag.environment = 'production'",
    ),
    (
        'and(eq(metadata_key, "dataset"), eq(metadata_value, "faq-v3"))',
        "Nearest here: trace.status = 'ERROR' AND tag.environment = 'production'",
    ),
    ('search("INV-48213")', "Nearest here: trace.status = 'ERROR' AND tag.environment = 'production'"),
    ("has:tag.job", "Nearest here: tag.job = 'production' (argument tags={'job': '...'})"),
    ("type:TOOL name:*agent*", "Nearest here: span.type = 'TOOL' (argument span_type='...')"),
    ("status:(error OR in_progress)", "Nearest here: trace.status = 'ERROR' (argument status='...')"),
    ("user.id:user_456", "Nearest here: metadata.mlflow.trace.user = 'session_abc123' (argument user_"),
    ('{"status": "ERROR"}', "Nearest here: trace.status = 'ERROR' (argument status='...')"),
    (
        '[{"type": "string", "column": "userId", "operator": "=", "value": "user_456"}]',
        "Nearest here: span.type = 'TOOL' (argument span_type='...')",
    ),
    (
        '[{"column": "name", "operator": "any of", "value": ["faq_answer", "orchestrator"]}]',
        "Nearest here: trace.name = 'answer_question' (argument name='...')",
    ),
    (
        '[{"field": "name", "operator": "contains", "value": "agent"}]',
        "Nearest here: trace.name = 'answer_question' (argument name='...')",
    ),
]


@pytest.mark.parametrize(("text", "corrected"), CORRECTED, ids=[text for text, _ in CORRECTED])
def test_a_mistake_gets_the_filter_that_was_meant(text: str, corrected: str) -> None:
    """MLflow and we read that one without problems."""
    read = read_filter(text)

    assert read.problems and not read.clauses
    assert read.corrected == corrected
    assert read.message.endswith(f"Corrected filter: {corrected}")
    assert read_filter(corrected).problems == ()
    assert as_mlflow_reads(corrected)


@pytest.mark.parametrize(("text", "searches"), ALTERNATIVES, ids=[text for text, _ in ALTERNATIVES])
def test_what_one_filter_cannot_say_gets_a_search_for_each_side(text: str, searches: list[str]) -> None:
    """Their results together are what was asked for; AND binds closer than OR."""
    read = read_filter(text)

    assert (read.corrected, list(read.alternatives)) == (None, searches)
    assert all(as_mlflow_reads(search) and not read_filter(search).problems for search in searches)


@pytest.mark.parametrize(("text", "form"), FORMS, ids=[text for text, _ in FORMS])
def test_what_is_not_corrected_shows_the_form_that_says_it(text: str, form: str) -> None:
    """A statement of another language, or what MLflow cannot say: the nearest condition, or the argument."""
    read = read_filter(text)

    assert form in read.message
    assert read.problems and not read.clauses and read.corrected is None and not read.alternatives


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("name = 'a' OR status = 'OK'", ["trace.name = 'a'", "trace.status = 'OK'"]),
        ("status = 'OK' or status = 'ERROR'", ["trace.status = 'OK'", "trace.status = 'ERROR'"]),
        (
            "(name = 'a' OR name = 'b') AND (tag.x = '1' OR tag.x = '2')",
            [
                "trace.name = 'a' AND tag.x = '1'",
                "trace.name = 'a' AND tag.x = '2'",
                "trace.name = 'b' AND tag.x = '1'",
                "trace.name = 'b' AND tag.x = '2'",
            ],
        ),
        ("(status = 'OK')", []),
        ("state = 'OK' OR name = 'a'", []),
        ("status = 'OK' OR name == 'a'", []),
        ("status = 'OK' OR AND name = 'a'", []),
        ("status = 'OK' OR nonsense", []),
        (" OR ".join(f"tag.k{number} = 'x'" for number in range(25)), []),
    ],
)
def test_or_alone_is_given_as_clauses_for_a_database(text: str, sides: list[str]) -> None:
    """Nothing else may be wrong with the filter: what is corrected has to be confirmed by the caller."""
    read = read_filter(text)

    assert [" AND ".join(map(str, side)) for side in read.any_of] == sides
    assert read.problems and not read.clauses
    assert all(clause.argument == "filter" for side in read.any_of for clause in side)


def test_clauses_come_in_the_order_written() -> None:
    """With the row of the grammar, the value as MLflow reads it, and `filter` as the argument."""
    read = read_filter('tags.`a b` != "it\'s" AND timestamp >= 5 and status IN (\'OK\', "ERROR") AND name is not null')

    assert read.clauses == (
        Clause(row("tag.x"), "!=", "it's", "a b"),
        Clause(row("trace.timestamp_ms"), ">=", 5),
        Clause(row("trace.status"), "IN", ("OK", "ERROR")),
        Clause(row("trace.name"), "IS NOT NULL"),
    )
    assert (read.problems, read.message) == ((), "")


def row(name: str) -> Field:
    field = field_named(name)
    assert field is not None
    return field


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_filter_is_no_condition(text: str) -> None:
    """Clients fill in every argument."""
    assert read_filter(text).clauses == read_filter(text).problems == ()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_the_examples_of_the_grammar_are_read(field: Field) -> None:
    """One table feeds the reader and the text that teaches the syntax."""
    (clause,) = read_filter(field.example).clauses

    assert clause.field is field


@pytest.mark.parametrize("pattern", ["open)", "*a", "[a", "a{2,1}", "(?<x"])
def test_an_invalid_regular_expression_is_refused(pattern: str) -> None:
    """SQLite would find nothing by it, which reads as an answer."""
    read = read_filter(f"name RLIKE '{pattern}'")

    assert read.corrected is None
    assert f"{pattern!r} is not a valid regular expression: " in read.message


@pytest.mark.parametrize("pattern", ["^(a|b)$", "(?i)error", "\\mword", "a\\.b", "[[:alpha:]]+"])
def test_an_expression_that_some_store_takes_is_left_to_it(pattern: str) -> None:
    """PostgreSQL has escapes that Python does not know."""
    assert read_filter(f"name RLIKE '{pattern}'").problems == ()


@pytest.mark.parametrize(
    "text", ["run_id = 'a' AND run_id = 'b'", "run_id = 'a' AND metadata.`mlflow.sourceRun` = 'a'"]
)
def test_a_second_run_is_refused(text: str) -> None:
    """MLflow takes the last and drops the others without an error."""
    read = read_filter(text)

    assert "takes only the last" in read.message
    assert not read.clauses and read.corrected is None


def test_a_correction_that_is_too_long_is_not_shown() -> None:
    """A truncated filter would be another filter."""
    read = read_filter(f"name == '{'x' * MAX_CORRECTED}'")

    assert read.corrected and read.message.endswith(TOO_LONG)


@settings(max_examples=300, deadline=None)
@given(st.one_of(written(), any_filters()))
@example("tag.env = '\"it''s'")
@example("NOT state ~ '?'")
def test_a_corrected_filter_is_right(text: str) -> None:
    """One retry is enough: neither we nor MLflow refuse what is proposed, and it means what was proposed."""
    read = read_filter(text)

    proposed = [one for one in (read.corrected, *read.alternatives) if one is not None]
    assert len(proposed) == len(read.proposed)
    for one, side in zip(proposed, read.proposed, strict=True):
        assert read_filter(one).clauses == side or "\\u" in one, read.message
        assert not read_filter(one).problems and as_mlflow_reads(one), read.message


@settings(max_examples=300, deadline=None)
@given(written())
def test_a_filter_is_read_or_has_a_problem(text: str) -> None:
    """Never both, and never neither."""
    read = read_filter(text)

    assert bool(read.clauses) is not bool(read.problems) or not text.strip()


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(list("status nameORANDNOT='\"`()<>!.,;%-05tagxILKE")), max_size=60))
@example("(" * 5_000)
@example("NOT " * 5_000)
@example("[" * 5_000)
@example("{" * 5_000)
@example("'" * 5_001)
@example("a = 'x' OR " * 2_000)
def test_any_text_is_read_to_its_end(text: str) -> None:
    """No input makes the reader fail or loop."""
    assert isinstance(read_filter(text).message, str)


def test_a_correction_that_the_store_refuses_too_is_left_out() -> None:
    """With the reason: an older server lacks some of the grammar that a correction would use."""
    read = read_filter("name IN ('a', 'b')")

    refused = for_store(StoreInfo("server", "somewhere", "3.5.1"), read)

    assert (refused.corrected, refused.proposed) == (None, ())
    assert (
        "One filter cannot say it here. `trace.name RLIKE` in `filter` does not work here: it needs" in refused.message
    )
    assert for_store(StoreInfo("server", "somewhere", "3.17.2"), read) == read
    assert for_store(StoreInfo("sqlite", "somewhere"), read) == read
