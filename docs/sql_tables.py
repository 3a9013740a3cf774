"""The tables of docs/sql.md: columns and types as shaping/tables.py has them, with what each means."""

from mcp_traces.shaping.tables import TABLES

PURPOSES = {
    "traces": "One row for each trace.",
    "spans": "One row for each span of these traces.",
    "assessments": "One row for each feedback and expectation, whether a person, a judge or code gave it.",
    "messages": "The conversation of each trace as its models were called, a row for each message; calls of tools are "
    "rows of their own. Where an application renders prompts, the words of the user are in `traces.request`. Each "
    "trace of a session has the messages before it as well.",
}
MEANINGS: dict[str, dict[str, str]] = {
    "traces": {
        "trace_id": "as `get_trace` takes it",
        "experiment": "name of the experiment",
        "name": "of the trace; its root span's where it has none",
        "status": "`OK`, `ERROR`, `IN_PROGRESS` or `STATE_UNSPECIFIED`: the root's outcome",
        "time": "when it began, UTC: `2026-11-20T14:00:00.000Z`",
        "time_ms": "the same in epoch milliseconds",
        "duration_ms": "milliseconds; NULL while it runs",
        "session_id": "one conversation",
        "user_id": "one person",
        "run_id": "of the MLflow run that logged it, or the first that it was linked to",
        "model_id": "MLflow's logged model",
        "prompt": "linked prompts as `name/version`, joined by commas",
        "request": "preview of the inputs, which MLflow cuts; whole in `inputs` of the root span",
        "response": "preview of the outputs",
        "input_tokens": "of the whole trace",
        "output_tokens": "of the whole trace",
        "total_tokens": "of the whole trace",
        "cached_tokens": "input tokens that were read from a cache",
        "cost": "USD",
        "span_count": "spans",
        "error": "the first root cause, `Type: message`",
        "tags": "all tags",
        "metadata": "all metadata",
    },
    "spans": {
        "trace_id": "its trace",
        "span_id": "as `get_trace` takes it in `span_ids`",
        "parent_id": "`span_id` of its parent; NULL for the root",
        "depth": "0 for the root",
        "name": "of the span",
        "type": "`LLM`, `CHAT_MODEL`, `AGENT`, `TOOL`, `RETRIEVER`, `CHAIN`, ...",
        "status": "`OK`, `ERROR` or `UNSET`",
        "time_ms": "when it began, epoch milliseconds",
        "start_ms": "milliseconds since the trace began",
        "duration_ms": "milliseconds; NULL where it did not end",
        "self_ms": "milliseconds in which none of its children ran",
        "model": "of a call of a model",
        "provider": "of the model",
        "input_tokens": "of the call; agents repeat those of the calls below them",
        "output_tokens": "likewise",
        "cost": "USD",
        "finish_reason": "`stop`, `length`, `tool_calls`, ...",
        "error_type": "class of the exception",
        "error_message": "its message, else the message of the status",
        "error_group": "name, type and message without ids, numbers, times and quoted values, where a failure began",
        "inputs": "inputs of the span",
        "outputs": "outputs of the span",
        "attributes": "all attributes",
    },
    "assessments": {
        "trace_id": "its trace",
        "span_id": "its span; NULL where it is about the whole trace",
        "name": "of the feedback or expectation",
        "kind": "`feedback` or `expectation`",
        "value": "as text: `true`, `5`, `yes`",
        "number": "the value as a number: 1 for true and yes, 0 for false and no; NULL for other texts",
        "source": "kind and id: `HUMAN ann`, `LLM_JUDGE gpt-4o-mini`, `CODE similarity`",
        "rationale": "why, in the words of its source",
        "error": "of a judge that failed, `code: message`",
        "valid": "0 where a later one replaced it",
        "time": "when it was given, UTC",
    },
    "messages": {
        "trace_id": "its trace",
        "span_id": "the span that shows it first",
        "position": "1 for the first message of the trace",
        "role": "`system`, `user`, `assistant`, `tool`, ...",
        "text": "of the message; arguments of a call of a tool",
        "tool": "the tool that is called, or that returned this",
    },
}


def sql_tables() -> str:
    """Raises KeyError for a column without a meaning."""
    return "\n\n".join(_table(table) for table in TABLES)


def _table(table: str) -> str:
    rows = [f"| `{name}` | {kind} | {MEANINGS[table][name]} |" for name, kind in dict(TABLES)[table]]
    return "\n".join([f"### `{table}`", "", PURPOSES[table], "", "| column | type | meaning |", "|---|---|---|", *rows])
