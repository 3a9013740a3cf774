"""What callers read when SQLite refuses their statement, and that valid statements are never refused."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.query.dialect import Statement
from mcp_traces.shaping.tables import TABLES, columns_of, sqlite_tables
from tests.builders import make_assessment, make_span, make_trace
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.tools.conftest import ToolFailedError, connected

COLUMNS = {table: columns_of(table) for table in TABLES}


async def _answers(statements: Sequence[str]) -> dict[str, str]:
    """What one server says of each: the text of its error, or "" for a statement that runs."""
    root = make_span("checkout", span_type="AGENT", inputs={"q": "lamp"}, outputs="not JSON")
    call = make_span("search", root, span_type="TOOL", start_ms=5, duration_ms=20, inputs={"sku": 7})
    trace = make_trace(
        root, call, request_preview="Where is my lamp?", tags={"env": "prod"}, assessments=(make_assessment(),)
    )
    texts: dict[str, str] = {}
    async with connected(FakeTraceGateway([trace], store=DATABASE)) as ask:
        for sql in statements:
            try:
                await ask("query_traces", {"sql": sql})
                texts[sql] = ""
            except ToolFailedError as error:
                texts[sql] = str(error)
    return texts


WRONG = [
    ("SELECT count(*) AS n, name FROM traces GROUP BY n", "Group by what is not an aggregate"),
    ("SELECT AVG(duration) FROM traces", "Did you mean duration_ms (traces, spans)?"),
    (
        "SELECT json_extract(tags, 'env') FROM traces",
        "A path begins with $: json_extract(tags, '$.env'); or tags->>'env',",
    ),
    (
        "SELECT DATE_TRUNC('day', time), count(*) FROM traces GROUP BY 1",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its",
    ),
    (
        "SELECT DATE_TRUNC(DAY, time), count(*) FROM traces GROUP BY 1",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its",
    ),
    (
        "SELECT TIMESTAMP_TRUNC(time, HOUR) FROM traces",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its",
    ),
    (
        "SELECT name FROM traces WHERE name ILIKE '%check%'",
        "SQLite has no ILIKE: LIKE ignores the case of ASCII letters.",
    ),
    (
        "SELECT count(*) FROM traces WHERE time > NOW() - INTERVAL '1 day'",
        "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d.",
    ),
    (
        "SELECT count(*) FROM traces WHERE time > NOW()",
        "The present is datetime('now'); `since` (24h, 7d) selects by age.",
    ),
    (
        "SELECT count(*) FROM traces WHERE time > CURRENT_TIMESTAMP - INTERVAL 1 DAY",
        "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d.",
    ),
    (
        "SELECT count(*) FROM traces WHERE time > TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 24 HOUR)",
        "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d.",
    ),
    (
        "SELECT count(*) FROM traces WHERE time > now() - toIntervalDay(1)",
        "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d.",
    ),
    (
        "SELECT count(*) FROM traces WHERE time > dateadd(day, -1, current_timestamp())",
        "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d.",
    ),
    (
        "SELECT count(*) FROM traces WHERE time > DATE_SUB(NOW(), INTERVAL 1 DAY)",
        "SQLite has no INTERVAL: write datetime('now', '-7 days'), or give `since`: 7d.",
    ),
    ("SELECT duration_ms::text FROM traces", "SQLite has no `::`: write CAST(x AS INTEGER), REAL or TEXT."),
    ("SELECT tags::json->>'env' FROM traces", "SQLite has no `::`: write CAST(x AS INTEGER), REAL or TEXT."),
    (
        "SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) FROM traces",
        "Percentiles are percentile(duration_ms, 95), and median(x).",
    ),
    (
        "SELECT APPROX_QUANTILES(duration_ms, 100)[OFFSET(95)] FROM traces",
        "Percentiles are percentile(duration_ms, 95), and median(x).",
    ),
    ("SELECT quantile(0.95)(duration_ms) FROM traces", "Percentiles are percentile(duration_ms, 95), and median(x)."),
    (
        "SELECT quantile_cont(duration_ms, 0.95) FROM traces",
        "Percentiles are percentile(duration_ms, 95), and median(x).",
    ),
    (
        "SELECT approx_percentile(duration_ms, 0.95) FROM traces",
        "Percentiles are percentile(duration_ms, 95), and median(x).",
    ),
    (
        "SELECT percentile(duration_ms, 0.95) FROM traces",
        "`sql`: percentile(x, p): p is a number from 1 to 100 (95, not 0.95), not 0.95.",
    ),
    ("SELECT percentile(duration_ms) FROM traces", "It is percentile(x, 95)."),
    (
        "SELECT percentile(0.95, duration_ms) FROM traces",
        "`sql`: percentile(x, p): p is a number from 1 to 100 (95, not 0.95), not 1200.",
    ),
    ("SELECT p95(duration_ms) FROM traces", "Percentiles are percentile(duration_ms, 95), and median(x)."),
    ("SELECT median(name) FROM traces", "`sql`: median(x) takes numbers, not 'checkout'."),
    (
        "SELECT bucket(time, 'hour of day'), count(*) FROM traces GROUP BY 1",
        "`sql`: bucket: 'hour of day' is not a length of time. Use 5m, 1h, 1d or 1w.",
    ),
    (
        "SELECT bucket('1h', time), count(*) FROM traces GROUP BY 1",
        "`sql`: bucket(time, '1h'): '1h' is not a valid time.",
    ),
    (
        "SELECT bucket(time), count(*) FROM traces GROUP BY 1",
        "It is bucket(time, '1h'), or bucket(time, '1h', 'Europe/Berlin').",
    ),
    (
        "SELECT bucket(time, '1h', 'Mars/Base') FROM traces",
        "`sql`: bucket: `timezone` 'Mars/Base' is not a known time zone. Use an IANA",
    ),
    ("SELECT bucket(name, '1h') FROM traces", "`sql`: bucket(time, '1h'): 'checkout' is not a valid time."),
    (
        "SELECT bucket(time, '1 month') FROM traces",
        "`sql`: bucket: '1 month' is not a length of time. Use 5m, 1h, 1d or 1w.",
    ),
    (
        "SELECT time_bucket('1 hour', time) FROM traces",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its",
    ),
    (
        "SELECT toStartOfHour(time) FROM traces",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its",
    ),
    (
        "SELECT date_bin('1 hour', time) FROM traces",
        "Truncate times with bucket(time, '1h'): 5m, 1h, 1d, 1w; a time zone is its",
    ),
    ("SELECT EXTRACT(HOUR FROM time) FROM traces", "Parts of times are strftime('%H', time), text."),
    ("SELECT HOUR(time) FROM traces", "Parts of times are strftime('%H', time), text."),
    ("SELECT to_char(time, 'YYYY-MM') FROM traces", "Times are formatted by strftime('%Y-%m', time)."),
    ("SELECT FORMAT_TIMESTAMP('%Y', time) FROM traces", "Times are formatted by strftime('%Y-%m', time)."),
    ("SELECT DATE_FORMAT(time, '%Y-%m') FROM traces", "Times are formatted by strftime('%Y-%m', time)."),
    (
        "SELECT TIMESTAMPDIFF(SECOND, time, time) FROM traces",
        "Differences of times: a.time_ms - b.time_ms, in milliseconds.",
    ),
    ("SELECT DATEDIFF(time, time) FROM traces", "Differences of times: a.time_ms - b.time_ms, in milliseconds."),
    ("SELECT countIf(status = 'ERROR') FROM traces", "Count with count(*) FILTER (WHERE status = 'ERROR')."),
    ("SELECT COUNT_IF(status = 'ERROR') FROM traces", "Count with count(*) FILTER (WHERE status = 'ERROR')."),
    ("SELECT SAFE_DIVIDE(1, 2) FROM traces", "Divide with 1.0 * a / nullif(b, 0)."),
    (
        "SELECT JSON_VALUE(tags, '$.env') FROM traces",
        "JSON is read with ->>: tags->>'env', attributes->>'gen_ai.request.model',",
    ),
    (
        "SELECT JSON_EXTRACT_SCALAR(tags, '$.env') FROM traces",
        "JSON is read with ->>: tags->>'env', attributes->>'gen_ai.request.model',",
    ),
    ("SELECT tags['env'] FROM traces", "`sql`: tags['env'] is not read as JSON. Read JSON with ->>: tags->>'env'."),
    ("SELECT tags:env FROM traces", "JSON is read with ->>: tags->>'env', attributes->>'gen_ai.request.model',"),
    ("SELECT tags#>>'{a,b}' FROM traces", "JSON is read with ->>: tags->>'env', attributes->>'gen_ai.request.model',"),
    ("SELECT tags.env FROM traces", "tags is a JSON column: tags->>'env'."),
    ("SELECT tags.region, count(*) FROM traces GROUP BY 1", "tags is a JSON column: tags->>'region'."),
    ("SELECT traces.tags.env FROM traces", "tags is a JSON column: tags->>'env'."),
    ("SELECT tag.env FROM traces", "tags is a JSON column: tags->>'env'."),
    (
        "SELECT attributes.`gen_ai.request.model` FROM spans",
        "attributes is a JSON column: attributes->>'gen_ai.request.model'.",
    ),
    (
        "SELECT feedback.rating FROM traces",
        "Assessments are rows: JOIN assessments a ON a.trace_id = traces.trace_id AND",
    ),
    ("SELECT metadata.`mlflow.trace.user` FROM traces", "metadata is a JSON column: metadata->>'mlflow.trace.user'."),
    ("SELECT span.name FROM spans", "No table or alias of the statement is span; there are: spans."),
    ("SELECT spans.inputs.sku FROM spans", "inputs is a JSON column: inputs->>'sku'."),
    ("SELECT inputs[0] FROM spans", "`sql`: inputs[0] is not read as JSON. Read JSON with ->>: inputs->>'$[0]'."),
    ("SELECT t FROM traces, UNNEST(tags) t", "Join json_each(x), a table: SELECT j.key, j.value FROM spans,"),
    (
        "SELECT * FROM spans CROSS JOIN LATERAL jsonb_array_elements(inputs) x",
        "Join json_each(x), a table: SELECT j.key, j.value FROM spans,",
    ),
    ("SELECT ARRAY_AGG(name) FROM traces", "Lists are json_group_array(x)."),
    ("SELECT LISTAGG(name, ',') FROM traces", "Join texts with group_concat(x, ', ')."),
    ("SELECT GROUP_CONCAT(name SEPARATOR ',') FROM traces", "Join texts with group_concat(x, ', ')."),
    (
        "SELECT name FROM traces WHERE name ~ '^check'",
        "Regular expressions are x REGEXP 'pattern'; parts of texts substr() and",
    ),
    (
        "SELECT name FROM traces WHERE name SIMILAR TO 'c%'",
        "Regular expressions are x REGEXP 'pattern'; parts of texts substr() and",
    ),
    (
        "SELECT name FROM traces WHERE REGEXP_LIKE(name, '^c')",
        "Regular expressions are x REGEXP 'pattern'; parts of texts substr() and",
    ),
    (
        "SELECT REGEXP_CONTAINS(name, r'^c') FROM traces",
        "Regular expressions are x REGEXP 'pattern'; parts of texts substr() and",
    ),
    (
        "SELECT name FROM traces WHERE name RLIKE '^c'",
        "Regular expressions are x REGEXP 'pattern'; parts of texts substr() and",
    ),
    (
        "SELECT name FROM traces WHERE name REGEXP '(unclosed'",
        "`sql`: regexp: missing ), unterminated subpattern at position 0.",
    ),
    (
        "SELECT name FROM traces WHERE name REGEXP '(?<=a)b'",
        "`sql`: regexp: invalid perl operator: (?<=. Patterns are RE2's, without",
    ),
    ("SELECT name FROM traces WHERE name REGEXP '*'", "`sql`: regexp: nothing to repeat at position 0."),
    (
        "SELECT DISTINCT ON (session_id) * FROM traces ORDER BY time",
        "One row of each group: SELECT session_id, min(time), name FROM traces GROUP",
    ),
    (
        "SELECT * FROM traces QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY time) = 1",
        "Put the window function into a subquery, and its condition into WHERE around",
    ),
    ("SELECT GREATEST(1, 2) FROM traces", "Of several values: max(a, b), min(a, b)."),
    ("SELECT STDDEV(duration_ms) FROM traces", "Variance is avg(x * x) - avg(x) * avg(x); its root is sqrt()."),
    ("SELECT SPLIT_PART(name, '_', 1) FROM traces", "Parts of texts are substr(x, 1, 20), instr(x, 'word')."),
    ("SELECT LEFT(name, 3) FROM traces", "Parts of texts are substr(x, 1, 20), instr(x, 'word')."),
    ("SELECT TOP 10 * FROM traces", "Fewer rows: LIMIT 10 OFFSET 20, at the end."),
    ("SELECT * FROM traces FETCH FIRST 10 ROWS ONLY", "Fewer rows: LIMIT 10 OFFSET 20, at the end."),
    (
        "SELECT * FROM traces WHERE name = ?",
        "`sql` has parameters. Write the values into it, texts in single quotes: name",
    ),
    (
        "SELECT * FROM traces WHERE name = :name",
        "`sql` has parameters. Write the values into it, texts in single quotes: name",
    ),
    (
        "SELECT * FROM traces WHERE name = $1",
        "`sql` has parameters. Write the values into it, texts in single quotes: name",
    ),
    (
        'SELECT * FROM traces WHERE name = "checkout"',
        '`sql`: "checkout" in double quotes is a name, and there is no such column or',
    ),
    ('SELECT "checkout" FROM traces', '`sql`: "checkout" in double quotes is a name, and there is no such column or'),
    (
        'SELECT * FROM traces WHERE status = "ERROR"',
        '`sql`: "ERROR" in double quotes is a column, not a text. Write texts in',
    ),
    ('SELECT "duration" FROM traces', '`sql`: "duration" in double quotes is a name, and there is no such column or'),
    (
        "SELECT count(*) FROM traces WHERE tags->>\"env\" = 'prod'",
        '`sql`: "env" in double quotes is a name, and there is no such column or',
    ),
    ("SELECT 1; SELECT 2", "`sql` has several statements. It takes one SELECT; call again for each other."),
    ("INSERT INTO traces VALUES (1)", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("UPDATE traces SET name = 'x'", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("DELETE FROM traces", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("DROP TABLE traces", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("CREATE TABLE x (a)", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    (
        "CREATE TEMP TABLE x AS SELECT * FROM traces",
        "`sql` takes one SELECT (WITH and VALUES included); nothing else runs.",
    ),
    ("PRAGMA table_info(traces)", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("SELECT * FROM pragma_table_info('traces')", "`sql` may not read pragma_table_info."),
    ("SELECT * FROM sqlite_master", "`sql` may not read sqlite_master."),
    ("SELECT * FROM information_schema.tables", "The tables are always these."),
    ("SHOW TABLES", "`sql` begins with SHOW; it takes one SELECT, or WITH and a SELECT."),
    ("DESCRIBE traces", "`sql` begins with DESCRIBE; it takes one SELECT, or WITH and a SELECT."),
    ("EXPLAIN SELECT * FROM traces", "`sql` begins with EXPLAIN; it takes one SELECT, or WITH and a SELECT."),
    (
        "EXPLAIN QUERY PLAN SELECT * FROM traces",
        "`sql` begins with EXPLAIN; it takes one SELECT, or WITH and a SELECT.",
    ),
    ("ATTACH DATABASE 'x.db' AS y", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("SELECT load_extension('x')", "`sql` may not call load_extension(). Allowed are SQLite's functions for"),
    ("SELECT readfile('/etc/passwd')", "Allowed are SQLite's functions for texts, numbers, JSON, dates, aggregates"),
    ("SELECT randomblob(10)", "`sql` may not call randomblob(). Allowed are SQLite's functions for texts,"),
    (
        "SELECT name FROM traces WHERE count(*) > 1 GROUP BY name",
        "Conditions on aggregates follow GROUP BY, in HAVING; or put them around a",
    ),
    (
        "SELECT name, max(avg(duration_ms)) FROM traces GROUP BY name",
        "Aggregates of aggregates take a subquery: SELECT max(a) FROM (SELECT avg(x)",
    ),
    (
        "SELECT trace_id FROM traces t JOIN spans s ON t.trace_id = s.trace_id",
        "Several tables have it: write t.trace_id or s.trace_id.",
    ),
    ("SELECT name FROM traces JOIN spans USING (trace_id)", "Several tables have it: write traces.name or spans.name."),
    ("SELECT t.model FROM traces t", "model is a column of spans: join that by trace_id."),
    ("SELECT model FROM traces", "model is a column of spans: join that by trace_id."),
    ("SELECT rationale FROM traces", "rationale is a column of assessments: join that by trace_id."),
    ("SELECT s.session_id FROM spans s", "session_id is a column of traces: join that by trace_id."),
    ("SELECT role FROM spans", "role is a column of messages: join that by trace_id."),
    ("SELECT s.name FROM traces t", "No table or alias of the statement is s; there are: t."),
    ("SELECT x.name FROM traces", "No table or alias of the statement is x; there are: traces."),
    ("SELECT name FROM trace", "The table is traces."),
    ("SELECT name FROM span", "The table is spans."),
    ("SELECT * FROM trace_info", "The table is traces."),
    ("SELECT * FROM trace_tags", "Tags and metadata are columns of traces: tags->>'env', metadata->>'key'."),
    ("SELECT * FROM feedback", "The table is assessments; its kind is 'feedback' or 'expectation'."),
    ("SELECT * FROM tags", "Tags and metadata are columns of traces: tags->>'env', metadata->>'key'."),
    ("SELECT * FROM events", "Exceptions are columns of spans: error_type, error_message, error_group."),
    ("SELECT * FROM mlflow.traces", "Tables have no schema: FROM traces."),
    ("SELECT * FROM public.traces", "Tables have no schema: FROM traces."),
    ("SELECT * FROM `traces`.`x`", "It is not a table of WITH either."),
    ("SELECT execution_time_ms FROM traces", "Did you mean duration_ms (traces, spans)?"),
    ("SELECT state FROM traces", "Did you mean status (traces, spans)?"),
    ("SELECT request_time FROM traces", "Did you mean time (traces, assessments)?"),
    ("SELECT timestamp_ms FROM traces", "Did you mean time_ms (traces, spans)?"),
    ("SELECT latency_ms FROM traces", "Did you mean duration_ms (traces, spans)?"),
    ("SELECT start_time_unix_nano FROM spans", "Did you mean time_ms (traces, spans)?"),
    ("SELECT start_time_ns FROM spans", "Did you mean time_ms (traces, spans)?"),
    ("SELECT end_time FROM spans", "Did you mean time_ms (traces, spans) or duration_ms (traces, spans)?"),
    (
        "SELECT end_time_ns - start_time_ns FROM spans",
        "Did you mean time_ms (traces, spans) or duration_ms (traces, spans)?",
    ),
    ("SELECT token_count FROM traces", "Did you mean total_tokens (traces) or input_tokens (traces, spans) or"),
    ("SELECT trace_metadata FROM traces", "Did you mean metadata (traces)?"),
    ("SELECT request_metadata FROM traces", "Did you mean metadata (traces)?"),
    ("SELECT experiment_id FROM traces", "Did you mean experiment (traces)?"),
    ("SELECT span_attributes FROM spans", "Did you mean attributes (spans)?"),
    ("SELECT llm_model_name FROM spans", "Did you mean model (spans) or provider (spans)?"),
    ("SELECT model_name FROM spans", "Did you mean model (spans) or provider (spans)?"),
    ("SELECT parent_span_id FROM spans", "Did you mean parent_id (spans)?"),
    ("SELECT status_message FROM spans", "Did you mean error_message (spans) or error_type (spans)?"),
    ("SELECT exception FROM spans", "Did you mean error_message (spans) or error_type (spans)?"),
    ("SELECT error FROM spans", "error is a column of traces and assessments: join that by trace_id. Did you"),
    ("SELECT user_idd FROM traces", "Did you mean user_id (traces)?"),
    ("SELECT dur_ms FROM traces", "Did you mean duration_ms (traces, spans)?"),
    ("SELECT zzz FROM traces", "Tags, metadata and attributes are read by key: tags->>'env',"),
    ("SELECT score FROM assessments", "Did you mean number (assessments) or value (assessments)?"),
    ("SELECT assessment_name, feedback_value FROM assessments", "Did you mean name (traces, spans, assessments)?"),
    ("SELECT content FROM messages", "Did you mean text (messages)?"),
    ("SELECT name FROM assessments WHERE value = TRUE AND is_valid", "Did you mean valid (assessments)?"),
    ("SELEC name FROM traces", "`sql` begins with SELEC; it takes one SELECT, or WITH and a SELECT."),
    ("SELECT name FORM traces", "One statement is SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY,"),
    ("SELECT name, FROM traces", "Remove the comma before that."),
    ("SELECT name FROM traces WHERE", "It ends too early: a parenthesis, a text in quotes or a condition is not"),
    ("SELECT name FROM traces GROUP name", "It is GROUP BY, ORDER BY, PARTITION BY."),
    ("SELECT name FROM traces ORDER time", "It is GROUP BY, ORDER BY, PARTITION BY."),
    ("SELECT count(* FROM traces", "One statement is SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY,"),
    ("SELECT name FROM traces WHERE name = 'it's'", "A single quote inside a text is written twice: 'it''s'."),
    (
        "SELECT name FROM traces WHERE name = 'open",
        "A text is not closed. A single quote inside a text is written twice: 'it''s'.",
    ),
    ("SELECT name FROM traces LIMIT 5, ", "It ends too early: a parenthesis, a text in quotes or a condition is not"),
    (
        "SELECT name FROM traces LIMIT 10 WHERE status = 'OK'",
        "The order is SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT.",
    ),
    ("SELECT name FROM traces WHERE status == 'ERROR' && duration_ms > 5", "Conditions are joined by AND, OR."),
    (
        "SELECT request->>'$.a' FROM traces",
        "tags, metadata, inputs, outputs and attributes are JSON. request and response",
    ),
    ("SELECT inputs->>'$.[a' FROM spans", "A path begins with $: json_extract(tags, '$.env'); or tags->>'env',"),
    (
        "SELECT json_extract(name, '$.a') FROM traces",
        "tags, metadata, inputs, outputs and attributes are JSON. request and response",
    ),
    ("SELECT json_each(tags) FROM traces", "Join json_each(x), a table: SELECT j.key, j.value FROM spans,"),
    ("SELECT key FROM traces, json_each(traces.tagz)", "Did you mean tags (traces)?"),
    ("SELECT count(DISTINCT name, status) FROM traces", "Count pairs with count(DISTINCT a || ' ' || b)."),
    ("SELECT nvl(name, 'x') FROM traces", "For NULL: coalesce(x, 0)."),
    ("SELECT isnull(name, 'x') FROM traces", "For NULL: coalesce(x, 0)."),
    ("SELECT len(name) FROM traces", "Lengths are length(x)."),
    (
        "SELECT any_value(name) FROM traces",
        "Beside max(x) or min(x), other columns have the values of that row: SELECT",
    ),
    (
        "SELECT argMax(name, time) FROM traces",
        "Beside max(x) or min(x), other columns have the values of that row: SELECT",
    ),
    (
        "SELECT max_by(name, duration_ms) FROM traces",
        "Beside max(x) or min(x), other columns have the values of that row: SELECT",
    ),
    ("SELECT uniq(name) FROM traces", "Count different values with count(DISTINCT x)."),
    ("SELECT approx_count_distinct(name) FROM traces", "Count different values with count(DISTINCT x)."),
    ("SELECT TRY_CAST(value AS DOUBLE) FROM assessments", "Convert with CAST(x AS REAL), INTEGER or TEXT."),
    ("SELECT SAFE_CAST(value AS INT64) FROM assessments", "Convert with CAST(x AS REAL), INTEGER or TEXT."),
    (
        "SELECT duration_ms FROM traces UNION SELECT name, status FROM traces",
        "`sql`: SELECTs to the left and right of UNION do not have the same number of",
    ),
    (
        "SELECT * FROM traces WHERE trace_id IN (SELECT trace_id, span_id FROM spans)",
        "`sql`: sub-select returns 2 columns - expected 1. IN and = take a subquery of",
    ),
    ("WITH x AS (SELECT 1) SELECT * FROM y", "It is not a table of WITH either."),
    ("SELECT * EXCLUDE (tags) FROM traces", "SELECT * has all columns: name those that are meant."),
    ("SELECT * EXCEPT (tags) FROM traces", "SELECT * has all columns: name those that are meant."),
    ("FROM traces SELECT name", "`sql` begins with FROM; it takes one SELECT, or WITH and a SELECT."),
    ("SELECT name FROM traces GROUP BY ALL", "GROUP BY takes columns or their positions: GROUP BY 1, 2."),
    (
        "SELECT row_number() FROM traces",
        "It takes OVER (...), and stands in a subquery where WHERE, GROUP BY or HAVING",
    ),
    (
        "SELECT name FROM traces WHERE row_number() OVER (ORDER BY time) = 1",
        "It takes OVER (...), and stands in a subquery where WHERE, GROUP BY or HAVING",
    ),
    (
        "SELECT name FROM traces WHERE time BETWEEN '2026-01-01'",
        "It ends too early: a parenthesis, a text in quotes or a condition is not",
    ),
    ("SELECT trace_id FROM `project.dataset.traces`", "Tables have no schema: FROM traces."),
    ("SELECT date_part('hour', time) FROM traces", "Parts of times are strftime('%H', time), text."),
    ("SELECT epoch_ms(time) FROM traces", "time_ms is in epoch milliseconds, time the same as text."),
    ("SELECT from_unixtime(time_ms) FROM traces", "time_ms is in epoch milliseconds, time the same as text."),
    ("SELECT to_timestamp(time_ms) FROM traces", "Times are formatted by strftime('%Y-%m', time)."),
    ("SELECT ARRAY[1,2]", "Items of JSON are x->>'$[0]', x->>'$.key'."),
    ("SELECT name FROM traces WHERE name = ANY(ARRAY['a'])", "Of several values: x IN ('a', 'b')."),
    ("SELECT TRUE FROM traces WHERE has_error", "Did you mean error (traces, assessments)?"),
    ("SELECT name FROM traces WHERE tags LIKE 'a' ESCAPE 'bb'", "`sql`: ESCAPE expression must be a single character."),
    ("SELECT 9223372036854775808 + abs(-9223372036854775808)", "`sql`: integer overflow."),
    ("SELECT name FROM [traces", "Items of JSON are x->>'$[0]', x->>'$.key'."),
    ("MERGE INTO traces USING spans", "`sql` begins with MERGE; it takes one SELECT, or WITH and a SELECT."),
    ("VACUUM", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("BEGIN", "`sql` takes one SELECT (WITH and VALUES included); nothing else runs."),
    ("what failed yesterday?", "`sql` begins with what; it takes one SELECT, or WITH and a SELECT."),
    ("-- nothing", "`sql` begins with a comment; it takes one SELECT, or WITH and a SELECT."),
    (
        "SELECT name FROM traces WHERE time > DATE '2026-11-20'",
        "Times are texts: '2026-11-20', or '2026-11-20T14:00:00.000Z'.",
    ),
    ("SELECT time AT TIME ZONE 'Europe/Berlin' FROM traces", "Time zones: bucket(time, '1d', 'Europe/Berlin')."),
    (
        'SELECT name FROM traces WHERE tags @> \'{"env": "prod"}\'',
        "JSON is read with ->>: tags->>'env', attributes->>'gen_ai.request.model',",
    ),
    (
        "SELECT startsWith(name, 'check') FROM traces",
        "Parts of texts are found by x LIKE '%word%', or instr(x, 'word').",
    ),
    ("SELECT CONTAINS(name, 'check') FROM traces", "Parts of texts are found by x LIKE '%word%', or instr(x, 'word')."),
    (
        "SELECT name, count(*) FROM traces GROUP BY ROLLUP (name)",
        "Totals are rows of another SELECT, joined by UNION ALL.",
    ),
    (
        "SELECT * FROM generate_series(1, 10)",
        "Make rows with WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n",
    ),
    ("SELECT unix_millis(time) FROM traces", "time_ms is in epoch milliseconds, time the same as text."),
    ("SELECT lenght(name) FROM traces", "Did you mean length()? Allowed are SQLite's functions for texts, numbers,"),
    (
        'SELECT name FROM traces WHERE role = "tool"',
        '`sql`: "tool" in double quotes is a name, and there is no such column or',
    ),
    (
        'SELECT text FROM messages WHERE role = "tool"',
        '`sql`: "tool" in double quotes is a column, not a text. Write texts in single',
    ),
    (
        'SELECT name FROM spans WHERE type IN ("TOOL", "AGENT")',
        '`sql`: "TOOL" in double quotes is a name, and there is no such column or',
    ),
    (
        "SELECT datetime(time_ms, 'unixepoch') FROM traces",
        "`sql`: datetime: milliseconds are not seconds: datetime(time_ms / 1000.0,",
    ),
    ("SELECT kind FROM spans", "kind is a column of assessments: join that by trace_id. Did you mean type"),
    ("SELECT tokens FROM spans", "Did you mean input_tokens (traces, spans) or output_tokens (traces, spans)?"),
    ("SELECT e.name FROM traces t, assessments a", "No table or alias of the statement is e; there are: t, a."),
    (
        "SELECT count(*) FROM traces t JOIN spans s USING (trace_id) WHERE status = 'ERROR'",
        "Several tables have it: write t.status or s.status.",
    ),
    ("SELECT user FROM traces", "Did you mean user_id (traces)?"),
    ("SELECT session, count(*) FROM traces GROUP BY 1", "Did you mean session_id (traces)?"),
    ("SELECT inputs FROM traces", "inputs is a column of spans: join that by trace_id. Did you mean request"),
    ("SELECT response FROM spans", "response is a column of traces: join that by trace_id. Did you mean outputs"),
    ("SELECT tool FROM spans", "tool is a column of messages: join that by trace_id. Did you mean name"),
]
"""Statements as models and engineers write them who think of another database, of MLflow's API or of nothing, and what
they read."""


@pytest.fixture(scope="module")
def refused() -> dict[str, str]:
    return anyio.run(_answers, [sql for sql, _ in WRONG])


@pytest.mark.parametrize(("sql", "said"), WRONG, ids=[sql[:70] for sql, _ in WRONG])
def test_a_wrong_statement_is_answered_with_the_cause_and_the_way(refused: dict[str, str], sql: str, said: str) -> None:
    """One retry has to be enough, whichever dialect the statement was written in."""
    text = refused[sql]

    assert text.startswith("`sql`")
    assert said in text
    assert ".." not in text.replace("(...)", "").replace(" ...)", "")
    assert len(text) < 1_500


VALID = r"""
SELECT count(*) AS "n" FROM traces ORDER BY "n"
SELECT count(*) "how many" FROM traces ORDER BY "how many"
SELECT count(*) AS n FROM traces ORDER BY "n"
SELECT count(*) AS Total FROM traces GROUP BY name HAVING "total" > 0
SELECT 1 "one", 'x' "x", NULL "nothing", -1.5 "minus", CASE WHEN 1 THEN 2 END "case", (SELECT 3) "three"
SELECT name "label" FROM traces ORDER BY "label"
SELECT "name" "label", "traces"."status" FROM "traces" WHERE "label" = 'checkout'
SELECT "t"."name" FROM traces "t" JOIN "spans" AS "s" ON "s"."trace_id" = "t"."trace_id" WHERE "s".type = 'TOOL'
SELECT tags->>'env' "env", tags->>'env' AS "Env 2" FROM traces WHERE "env" = 'prod'
WITH "slow ones" AS (SELECT * FROM traces) SELECT "name" FROM "slow ones"
WITH x("a b", c) AS (SELECT name, status FROM traces) SELECT "a b", "c" FROM x
WITH RECURSIVE "n"("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM "n" LIMIT 3) SELECT sum("i") FROM "n"
WITH a AS (SELECT 1 AS u), "b"("v") AS (SELECT 2) SELECT "u", "v" FROM a, "b"
SELECT j."key", j."value", "j"."type" FROM traces, json_each(tags) j
SELECT j."fullkey", j."atom" FROM traces, json_tree(metadata) AS "j"
SELECT row_number() OVER "w" FROM traces WINDOW "w" AS (ORDER BY "time")
SELECT "rowid" FROM traces
SELECT "main"."traces"."name" FROM "main"."traces"
SELECT "count"(*), "max"("duration_ms") FROM traces
SELECT CAST(value AS "REAL") FROM assessments ORDER BY name COLLATE "NOCASE"
SELECT `name`, [status], [name] AS [n], `time` `t` FROM `traces` ORDER BY [n], `t`
SELECT name [label], count(*) [how many] FROM [traces] GROUP BY [label]
SELECT 'he said "error"', "name" FROM traces -- a "comment" it's
SELECT /* "not a name" */ "name" FROM traces
SELECT name FROM traces WHERE name LIKE '50\%' ESCAPE '\' OR "name" = 'it''s "x"'
SELECT "a""b" FROM (SELECT 1 AS "a""b")
SELECT max(s."status") AS "worst" FROM spans s GROUP BY "trace_id" HAVING "worst" = 'ERROR'
SELECT s.status FROM spans s JOIN traces t USING ("trace_id") WHERE s.status = t."status"
SELECT name FROM traces WHERE "error" IS NULL AND status != 'ERROR'
SELECT m."tool" FROM messages m WHERE m."role" = 'tool'
SELECT type FROM spans WHERE type = "type"
SELECT 1; -- the end
SELECT "name" FROM traces NATURAL JOIN (SELECT trace_id FROM spans)
VALUES (1), (2)
WITH left_side AS (SELECT name, interval FROM (SELECT name, 1 AS interval FROM traces)) SELECT interval FROM left_side
SELECT name AS quantile, status AS "now()" FROM traces
SELECT 7 / 2, 7 % 2, 'a' || 'b', ~1, 1 << 2, 1 IS NOT NULL, name GLOB 'c*' FROM traces
SELECT replace(name, 'check', '::text ILIKE INTERVAL') FROM traces
""".strip().splitlines()
"""With names in every quoting, and with words of other dialects where they are names or texts."""


@pytest.fixture(scope="module")
def ran() -> dict[str, str]:
    return anyio.run(_answers, VALID)


@pytest.mark.parametrize("sql", VALID)
def test_a_valid_statement_runs(ran: dict[str, str], sql: str) -> None:
    """Hints are for what SQLite refuses; what it runs as it was meant is left alone."""
    assert ran[sql] == ""


QUOTINGS = ('"{}"', "`{}`", "[{}]", "{}")
PLACES = (
    "SELECT {} FROM {table}",
    "SELECT count(*) FROM {table} WHERE {} IS NOT NULL",
    "SELECT {}, count(*) FROM {table} GROUP BY {} ORDER BY {}",
    "SELECT x.{} FROM {table} x",
    "SELECT max({}) AS {alias} FROM {table} ORDER BY {alias}",
    "SELECT max({}) {alias} FROM {table} ORDER BY {alias}",
    "WITH {alias} AS (SELECT {} FROM {table}) SELECT {} FROM {alias}",
    "WITH t({alias}) AS (SELECT {} FROM {table}) SELECT {alias} FROM t",
    "SELECT {alias}.{} FROM {table} AS {alias} JOIN {table} b ON b.{} = {alias}.{}",
    "SELECT {alias}.{} FROM {table} {alias} WHERE {alias}.{} = 'x'",
)


@given(
    place=st.sampled_from(PLACES),
    column=st.sampled_from([(table, column) for table in COLUMNS for column in COLUMNS[table]]),
    quoting=st.sampled_from(QUOTINGS),
    alias=st.sampled_from(["n", "Share", "error rate", "état", "x1", "tool", "select"]),
)
def test_names_in_any_quoting_are_names(place: str, column: tuple[str, str], quoting: str, alias: str) -> None:
    """A statement that SQLite reads as it was meant is never refused for its quotes."""
    quoted = quoting.format(column[1])
    named = f'"{alias}"' if quoting == "{}" else quoting.format(alias)
    sql = place.replace("{}", quoted).replace("{alias}", named).replace("{table}", column[0])
    with closing(sqlite3.connect(":memory:")) as connection:
        for table, columns in sqlite_tables():
            connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
        connection.execute(sql)

    Statement(sql).refuse_quoted_texts(COLUMNS)
