"""What MLflow's guide to retrieving traces on the command line shows: its commands, and the filters that it names."""

HOUR_AGO = "$(( $(date +%s)000 - 3600000 ))"


def _search(options: str) -> str:
    return f"mlflow traces search {options}"


def _filtered(text: str, rest: str = "") -> str:
    escaped = text.replace("`", "\\`")
    return _search(f'--experiment-id 1 --filter-string "{escaped}"{rest}')


SESSION = "metadata.`mlflow.trace.session` = 'session_abc123'"

COMMANDS = (
    "mlflow traces get --trace-id <trace_id>",
    _filtered("metadata.`mlflow.trace.session` = 'session_abc'"),
    _search("--help"),
    _search("--run-id <run_id>"),
    _search("--run-id <run_id> --filter-string \"trace.status = 'ERROR'\""),
    _search("--experiment-id 1 --run-id <run_id>"),
    _filtered(SESSION),
    _filtered("metadata.`mlflow.trace.user` = 'user_456'"),
    _filtered(f"{SESSION} AND trace.status = 'ERROR'"),
    _filtered(SESSION, ' --order-by "timestamp_ms ASC"'),
    _filtered("trace.status = 'ERROR'"),
    _filtered("trace.status = 'OK'"),
    _filtered(f"trace.timestamp_ms > {HOUR_AGO}"),
    _filtered("trace.execution_time_ms > 1000"),
    _filtered("tag.environment = 'production'"),
    _filtered("metadata.user_id = 'user_123'"),
    _filtered("tag.`model-name` = 'gpt-4'"),
    _filtered("metadata.`user.id` = 'abc'"),
    _filtered("feedback.rating = 'positive'"),
    _filtered("trace.text LIKE '%error%'"),
    _search("--experiment-id 1 --max-results 50"),
    _search('--experiment-id 1 --max-results 50 --page-token "eyJvZmZzZXQiOiA1MH0="'),
    _search("--experiment-id 1 --output json"),
    _search("--experiment-id 1 --include-spans"),
    _search('--experiment-id 1 --order-by "timestamp_ms DESC"'),
)
"""In its order; ids are whatever the store has."""

FILTERS = (
    r"trace\.status = '(OK|ERROR|IN_PROGRESS)'",
    r"trace\.status = 'IN_PROGRESS'",
    r"trace\.execution_time_ms [<>]",
    r"trace\.timestamp_ms [<>]",
    r"metadata\.`mlflow\.trace\.session` =",
    r"metadata\.`mlflow\.trace\.user` =",
    r"tag\.\S+ = ",
    r"tag\.\S+ (LIKE|ILIKE|RLIKE) ",
    r"metadata\.\S+ = ",
    r"metadata\.\S+ (LIKE|ILIKE|RLIKE) ",
    r"span\.name = ",
    r"span\.name (LIKE|ILIKE|RLIKE) ",
    r"span\.type = ",
    r"span\.type (LIKE|ILIKE|RLIKE) ",
    r"feedback\.\w+ ",
    r"expectation\.\w+ ",
    " LIKE ",
    " ILIKE ",
    " RLIKE ",
)
"""Its list of fields with the operators that it gives for each, as patterns of a filter."""
