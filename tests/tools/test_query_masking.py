"""What query_traces may not show never is in its tables: secrets, and traces of others."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from mcp_traces.records import AssessmentFailure, Experiment, StoreInfo, Trace
from tests.builders import START_MS, make_assessment, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, EXPERIMENT, STORE, FakeTraceGateway
from tests.redaction.positives import POSITIVES
from tests.tools.conftest import ToolFailedError, call_tool, connected
from tests.tools.desk_store import BOTH, EXPERIMENTS

pytestmark = pytest.mark.anyio

STORES = pytest.mark.parametrize("store", [DATABASE, STORE], ids=["database", "server"])
TABLES = ("traces", "spans", "assessments", "messages")

KEY = "sk-proj-Zk3vQ9xT7mB2nR8cL5wY1hJ4dF6gS0pA3eU9iO2k"
GITHUB = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
PASSWORD = "hunter2-Trombone"
SECRETS = {
    "key": f"use {KEY} now",
    "token": GITHUB,
    "header": f"Authorization: Bearer {KEY[8:]}",
    "address": f"postgresql://ann:{PASSWORD}@db.example.com/shop",
    "assignment": f"password={PASSWORD}",
}
PARTS = (KEY[8:], GITHUB[4:], PASSWORD)
WINDOW = 9
"""So many characters of a secret in a row are too many."""


def holding(text: str) -> Trace:
    """A trace that holds a text wherever a text can be, and secrets under keys that say so."""
    arguments = json.dumps({"password": PASSWORD, "note": text})
    call = {"id": "1", "type": "function", "function": {"name": "login", "arguments": arguments}}
    parted = {"type": "text", "text": text}
    answer = {"role": "assistant", "content": text, "tool_calls": [call]}
    root = make_span(
        f"agent {text}",
        span_type="LLM",
        status="ERROR",
        inputs={"messages": [{"role": "system", "content": text}, {"role": "user", "content": [parted]}]},
        outputs={"choices": [{"message": answer, "finish_reason": text}]},
        attributes={
            "api_key": PASSWORD,
            "mlflow.llm.model": text,
            "mlflow.llm.provider": text,
            f"key {text}": {"password": PASSWORD, "deep": [text]},
            "json": json.dumps({"password": PASSWORD}),
        },
        events=(make_exception_event("ValueError", f"refused {text}", f"trace {text}"),),
        status_message=text,
    )
    tool = make_span(
        "login",
        root,
        span_type="TOOL",
        start_ms=1,
        inputs={"password": PASSWORD},
        outputs=text,
        status="ERROR",
        status_message=text,
    )
    assessments = (
        make_assessment(f"name {text}", text, rationale=text, source_id=text, assessment_id="1"),
        make_assessment("password", PASSWORD, assessment_id="2"),
        make_assessment("judge", None, failure=AssessmentFailure("E", text), assessment_id="3"),
        make_assessment("expected", {"password": PASSWORD, "a": [text]}, kind="expectation", assessment_id="4"),
    )
    info = make_trace_info(
        name=text,
        request_preview=text,
        response_preview=json.dumps({"password": PASSWORD, "text": text}),
        tags={"password": PASSWORD, "note": text, "mlflow.linkedPrompts": json.dumps([{"name": text, "version": "1"}])},
        trace_metadata={"mlflow.trace.user": text, "mlflow.trace.session": text, "api_key": PASSWORD, "note": text},
        assessments=assessments,
    )
    return make_trace(root, tool, info=info)


def assert_no_secret(shown: str) -> None:
    for secret in PARTS:
        for start in range(len(secret) - WINDOW + 1):
            assert secret[start : start + WINDOW] not in shown, shown


async def query(traces: Sequence[Trace], sql: str, store: StoreInfo = DATABASE, **arguments: Any) -> dict[str, Any]:
    settings = {"max_chars": 80_000} | arguments.pop("settings", {})
    asked = {"sql": sql, "experiment": BOTH, "max_chars": 80_000} | arguments
    return await call_tool(FakeTraceGateway(traces, EXPERIMENTS, store), "query_traces", asked, **settings)


@STORES
@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
async def test_no_column_holds_a_secret(store: StoreInfo, text: str) -> None:
    """Whole columns, since what a statement makes of them, letter by letter, cannot be looked through."""
    for table in TABLES:
        answer = await query([holding(text)], f"SELECT * FROM {table}", store)
        assert answer["rows"], table
        assert_no_secret(json.dumps(answer, ensure_ascii=False))
        assert sum(answer["masked"].values()) > 0, table


_LETTERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT "
READS = {
    "hex": "SELECT hex(x) FROM {0}",
    "letters": _LETTERS + "group_concat(substr(x, i, 1), '.') FROM n, {0}",
    "numbers of letters": _LETTERS + "group_concat(unicode(substr(x, i, 1)), ' ') FROM n, {0}",
}
COLUMNS = {
    "traces": ("name", "tags", "request", "metadata", "prompt"),
    "spans": ("name", "inputs", "attributes", "error_group", "error_message"),
    "assessments": ("name", "value", "rationale", "source"),
    "messages": ("text",),
}


@pytest.mark.parametrize("form", READS)
async def test_no_function_brings_a_secret_back(form: str) -> None:
    """What was masked is nowhere in the process that the statement runs in."""
    trace = holding(SECRETS["key"])
    for table, columns in COLUMNS.items():
        for column in columns:
            one = f"(SELECT {column} x FROM {table} WHERE x LIKE '%use%' ORDER BY 1 LIMIT 1)"
            ((shown,),) = (await query([trace], READS[form].format(one)))["rows"]
            if form == "hex":
                text = bytes.fromhex(shown).decode()
            elif form == "letters":
                text = shown.replace(".", "")
            else:
                text = "".join(chr(int(one)) for one in shown.split())
            assert_no_secret(text)
            assert "[masked:" in text, (column, text)


@pytest.mark.parametrize("tool", ["query_traces", "summarize_traces"])
async def test_groups_of_errors_hold_no_piece_of_any_secret(tool: str) -> None:
    """What varies in a message is replaced after secrets were masked: of half a secret nobody knows what it is."""
    traces: list[Trace] = []
    for number, one in enumerate(POSITIVES):
        span = make_span(status="ERROR", events=(make_exception_event("ValueError", one.text),))
        traces.append(make_trace(span, info=make_trace_info(f"tr-{number}")))
    gateway = FakeTraceGateway(traces, EXPERIMENTS, DATABASE)
    asked = (
        {"sql": "SELECT DISTINCT error_group FROM spans"} if tool == "query_traces" else {"by": "error", "limit": 100}
    )

    answer = await call_tool(gateway, tool, asked | {"experiment": BOTH, "max_chars": 80_000}, max_chars=80_000)

    shown = json.dumps(answer, ensure_ascii=False)
    for one in POSITIVES:
        for secret in one.secrets:
            starts = range(max(len(secret) - 11, 0))
            assert not any(secret[start : start + 12] in shown for start in starts), secret


@STORES
async def test_equal_secrets_stay_equal_and_conditions_see_the_mask(store: StoreInfo) -> None:
    trace = holding(SECRETS["key"])
    traces = [replace(trace, info=replace(trace.info, trace_id=f"tr-{number}")) for number in range(3)]
    condition = f"name LIKE '%{KEY}%' OR tags->>'password' = '{PASSWORD}'"

    grouped = await query(traces, "SELECT name, count(*) FROM traces GROUP BY name", store)
    sought = await query(traces, f"SELECT count(*) FROM traces WHERE {condition}", store)

    assert [row[1] for row in grouped["rows"]] == [3]
    assert sought["rows"] == [[0]]


@STORES
async def test_a_number_under_a_name_that_says_secret_is_shown_as_elsewhere(store: StoreInfo) -> None:
    """`number` shows no more than `value` does."""
    info = make_trace_info(assessments=(make_assessment("password", 482_913_771),))
    (row,) = (await query([make_trace(make_span(), info=info)], "SELECT value, number FROM assessments", store))["rows"]
    assert (row[0] == "482913771") == (row[1] == 482_913_771)


async def test_nothing_is_masked_where_that_is_off() -> None:
    answer = await query(
        [holding(SECRETS["key"])], "SELECT request, tags->>'password' FROM traces", settings={"redact": "off"}
    )
    assert answer["rows"] == [[SECRETS["key"], PASSWORD]]
    assert "masked" not in answer


async def test_personal_data_is_masked_where_that_is_asked_for() -> None:
    trace = holding("write to ann.smith@example.org")
    answer = await query([trace], "SELECT request, user_id FROM traces", settings={"redact": "pii"})
    assert "ann.smith" not in json.dumps(answer)


# Whose traces, and which.


@STORES
async def test_traces_of_other_experiments_are_in_no_table(store: StoreInfo) -> None:
    """The allow-list bounds what is loaded, whatever the statement says."""
    other = replace(make_trace_info("tr-other"), experiment_id="2")
    traces = [make_trace(make_span(), info=make_trace_info("tr-own")), make_trace(make_span("theirs"), info=other)]
    gateway = FakeTraceGateway(traces, EXPERIMENTS, store)
    sql = "SELECT trace_id FROM traces UNION SELECT trace_id FROM spans WHERE name = 'theirs'"

    answer = await call_tool(gateway, "query_traces", {"sql": sql}, experiments=[EXPERIMENT.name])
    with pytest.raises(ToolFailedError, match="nightly"):
        await call_tool(gateway, "query_traces", {"sql": sql, "experiment": "nightly"}, experiments=[EXPERIMENT.name])

    assert answer["rows"] == [["tr-own"]]
    both = await call_tool(gateway, "query_traces", {"sql": sql, "experiment": BOTH})
    assert both["rows"] == [["tr-other"], ["tr-own"]]


@STORES
async def test_a_trace_that_left_the_selection_leaves_the_tables(store: StoreInfo) -> None:
    """Tables that are kept for the next statement hold what the store holds then."""
    gateway = FakeTraceGateway([make_trace(make_span(), info=make_trace_info("tr-1"))], EXPERIMENTS, store)
    async with connected(gateway) as call:
        asked = {"sql": "SELECT count(*), count(DISTINCT name) FROM spans", "experiment": BOTH}
        first = await call("query_traces", asked)
        gateway.add(make_trace(make_span("other"), info=make_trace_info("tr-2")))
        second = await call("query_traces", asked)
        narrowed = await call("query_traces", asked | {"filter": "trace.name = 'agent' AND trace.request_id = 'tr-2'"})
        none = await call("query_traces", asked | {"until": "2020-01-01"})
        again = await call("query_traces", asked)
    assert [one["rows"][0] for one in (first, second, narrowed, none, again)] == [
        [1, 1],
        [2, 2],
        [1, 1],
        [0, 0],
        [2, 2],
    ]


@STORES
async def test_conditions_select_traces_and_span_name_their_spans(store: StoreInfo) -> None:
    """Depth, start and own time follow from the whole trace, also where only some of its spans are rows."""
    root = make_span("agent", span_id="r", duration_ms=100)
    call = make_span("call", root, span_id="c", start_ms=10, duration_ms=30)
    below = make_span("step", call, span_id="s", start_ms=15, duration_ms=5)
    chat = make_span(
        "chat",
        root,
        span_id="m",
        start_ms=50,
        span_type="LLM",
        inputs={"messages": [{"role": "user", "content": "hi"}]},
    )
    traces = [
        make_trace(root, call, below, chat, info=make_trace_info("tr-1")),
        make_trace(root, info=make_trace_info("tr-2", tags={"env": "dev"})),
        make_trace(root, call, below, info=make_trace_info("tr-3", request_time_ms=START_MS - 86_400_000)),
    ]
    sql = "SELECT trace_id, span_id, depth, start_ms, self_ms FROM spans ORDER BY 1, 2"

    by_name = await query(traces, sql, store, span_name="call")
    said = await query(traces, "SELECT trace_id, text FROM messages", store, span_name="call")
    since = await query(traces, "SELECT trace_id FROM traces ORDER BY 1", store, since=str(START_MS - 1000))
    until = await query(traces, "SELECT trace_id FROM traces", store, until=str(START_MS - 1000))
    filtered = await query(traces, "SELECT trace_id FROM traces", store, filter="tag.env = 'dev'")

    assert by_name["rows"] == [["tr-1", "c", 1, 10, 25], ["tr-3", "c", 1, 10, 25]]
    assert by_name["coverage"] == {"traces": "2 of 2", "spans": "2 of 2"}
    assert said["rows"] == [["tr-1", "hi"]]
    assert since["rows"] == [["tr-1"], ["tr-2"]]
    assert until["rows"] == [["tr-3"]]
    assert filtered["rows"] == [["tr-2"]]
    assert filtered["applied"]["filter"] == "tag.env = 'dev'"


@STORES
async def test_experiments_are_named(store: StoreInfo) -> None:
    """Two of one name cannot be told apart by it, but by nothing else either."""
    traces = [
        make_trace(make_span(), info=make_trace_info(f"tr-{one.experiment_id}", experiment_id=one.experiment_id))
        for one in EXPERIMENTS
    ]
    answer = await query(traces, "SELECT trace_id, experiment FROM traces ORDER BY 1", store)
    assert answer["rows"] == [["tr-1", "support-assistant"], ["tr-2", "nightly"]]
    assert answer["applied"]["experiments"] == {"1": "support-assistant", "2": "nightly"}


@STORES
async def test_names_of_experiments_are_masked(store: StoreInfo) -> None:
    secret = Experiment("1", f"app {KEY}", START_MS)
    gateway = FakeTraceGateway([make_trace(make_span(), info=make_trace_info())], [secret], store)
    answer = await call_tool(gateway, "query_traces", {"sql": "SELECT experiment FROM traces", "experiment": "1"})
    assert_no_secret(json.dumps(answer))
