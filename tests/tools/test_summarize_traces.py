"""summarize_traces: windows, days and hours, budgets, sessions, judges, masks, and what it says of mistakes."""

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.records import AssessmentFailure, Run, StoreInfo, Trace
from tests.builders import START_MS, make_assessment, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, EXPERIMENT, STORE, FakeTraceGateway
from tests.tools import summaries
from tests.tools.conftest import ToolFailedError, call_tool
from tests.tools.summaries import EXPERIMENTS

pytestmark = pytest.mark.anyio

STORES = pytest.mark.parametrize("store", [DATABASE, STORE], ids=["database", "server"])
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
USAGE = {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10, "cache_read_input_tokens": 2}
DEFAULT_BUDGET = 4_000


def at(time_ms: int, number: int = 0, **fields: Any) -> Trace:
    info = make_trace_info(f"tr-{time_ms}-{number}", request_time_ms=time_ms, **fields)
    return make_trace(make_span(), info=info)


def in_session(session: str, number: int, **fields: Any) -> Trace:
    metadata = {"mlflow.trace.session": session, "mlflow.trace.tokenUsage": json.dumps(USAGE)}
    return at(START_MS + number * 60_000, number, trace_metadata=metadata, **fields)


async def summary(traces: Sequence[Trace], store: StoreInfo = DATABASE, **arguments: Any) -> dict[str, Any]:
    settings = arguments.pop("settings", {})
    return await call_tool(FakeTraceGateway(traces, EXPERIMENTS, store), "summarize_traces", arguments, **settings)


def by_columns(answer: dict[str, Any], *names: str) -> list[list[Any]]:
    """These columns of every row."""
    columns = answer["groups"]["columns"]
    return [[row[columns.index(name)] for name in names] for row in answer["groups"]["rows"]]


# Time.


@STORES
async def test_days_without_traces_are_rows_of_zeros(store: StoreInfo) -> None:
    """A gap in a service is what a reader looks for, and today is shown before its first trace."""
    traces = [at(START_MS - 3 * DAY_MS), at(START_MS - DAY_MS, state="ERROR")]

    answer = await summary(traces, store, by="day", since="3d")

    assert by_columns(answer, "day", "traces", "failed") == [
        ["2025-10-06", 0, 0],
        ["2025-10-07", 0, 0],
        ["2025-10-08", 1, 1],
        ["2025-10-09", 0, 0],
    ]
    assert answer["groups_matching"] == 1
    without_window = await summary(traces, store, by="day")
    assert [row[0] for row in by_columns(without_window, "day")] == ["2025-10-06", "2025-10-07", "2025-10-08"]


@STORES
async def test_dates_are_days_of_the_time_zone(store: StoreInfo) -> None:
    """`since` and `until` as dates begin at midnight there: what happened at 22:30 UTC is of the next day in Berlin."""
    late = 1_759_789_800_000  # 2025-10-06T22:30Z
    asked = {"by": "day", "since": "2025-10-07", "until": "2025-10-08", "timezone": "Europe/Berlin"}

    answer = await summary([at(late), at(late + 3 * HOUR_MS)], store, **asked)

    assert by_columns(answer, "day", "traces") == [["2025-10-07", 2]]
    assert answer["applied"]["since"] == "2025-10-06T22:00:00.000Z"


@STORES
async def test_an_unknown_time_zone_is_refused(store: StoreInfo) -> None:
    with pytest.raises(ToolFailedError, match=r"`timezone` 'Berlin' is not a known time zone\. Use an IANA name"):
        await summary([at(START_MS)], store, by="day", timezone="Berlin")


async def test_hours_that_do_not_fit_are_days_which_where_names() -> None:
    """A month of hours is 720 rows; a day each says what fits, and its members are searched by day."""
    traces = [at(START_MS - hour * HOUR_MS) for hour in range(0, 720, 5)]

    answer = await summary(traces, by="hour", since="30d")

    assert answer["groups"]["columns"][0] == "day"
    assert sum(row[0] for row in by_columns(answer, "traces")) == answer["total"]["traces"] == 144
    assert answer["where"]["group"]["group"]["by"] == ["day"]
    assert answer["where"]["group"]["group"]["value"] == ["{day}"]
    assert any(note.startswith("The hours do not fit: each row is a day.") for note in answer["notes"])


@STORES
async def test_the_window_before_is_as_long_and_ends_where_since_begins(store: StoreInfo) -> None:
    """Until now, when `until` is left out: a baseline of another length would compare unlike things."""
    noon = START_MS + 11_200_000  # the time of the call: 2025-10-09T12:00Z
    since = noon - DAY_MS
    traces = [at(since), at(since - 1, 1), at(since - DAY_MS, 2), at(since - DAY_MS - 1, 3)]

    answer = await summary(traces, store, by="name", since="1d", against="before")

    assert answer["total"]["traces"] == 1
    assert answer["baseline"]["traces"] == 2
    assert by_columns(answer, "name", "traces", "baseline_traces") == [["agent", 1, 2]]


@STORES
async def test_a_baseline_filter_takes_the_place_of_filter_alone(store: StoreInfo) -> None:
    """Experiment, time and typed arguments stay; a trace on both sides leaves the baseline."""
    traces = [
        at(START_MS, number, tags={"v": version}, name=name)
        for number, (version, name) in enumerate([("1", "a"), ("2", "a"), ("2", "a"), ("2", "b"), ("3", "a")])
    ]
    asked = {"filter": "tag.v = '1'", "against": "tag.v = '2'", "name": "a", "by": "tags.v"}

    answer = await summary(traces, store, **asked)
    overlapping = await summary(traces, store, **(asked | {"against": "tag.v != '3'"}))

    assert (answer["total"]["traces"], answer["baseline"]["traces"]) == (1, 2)
    assert by_columns(answer, "tags.v", "traces", "baseline_traces") == [["1", 1, 0], ["2", 0, 2]]
    assert overlapping["baseline"]["traces"] == 2
    assert "1 traces are on both sides: they are left out of the baseline." in overlapping["notes"]


# Budget.


def busy(number: int, **fields: Any) -> Trace:
    """A trace with everything that makes a column."""
    metadata = {"mlflow.trace.tokenUsage": json.dumps(USAGE), "mlflow.trace.cost": '{"total_cost": 0.0123456}'}
    return at(
        fields.pop("time_ms", START_MS - number * 1_000),
        number,
        state="ERROR" if number % 3 else "OK",
        execution_duration_ms=12_345 + number,
        trace_metadata=metadata | fields.pop("trace_metadata", {}),
        **fields,
    )


@pytest.mark.parametrize(
    ("by", "since", "step_ms", "rows"),
    [("day", "30d", DAY_MS, 30), ("hour", "24h", HOUR_MS, 24)],
    ids=["days", "hours"],
)
async def test_thirty_days_and_a_day_of_hours_fit_by_default(by: str, since: str, step_ms: int, rows: int) -> None:
    """With every column: what most is asked for takes one call."""
    first = START_MS + 11_200_000 - rows * step_ms
    traces = [busy(number, time_ms=first + 60_000 + number * step_ms) for number in range(rows)]

    answer = await summary(traces, by=by, since=since)

    assert len(json.dumps(answer, separators=(",", ":"))) <= DEFAULT_BUDGET
    assert answer["groups"]["columns"][0] == by
    assert {"failed", "p50_ms", "p95_ms", "tokens", "cached_tokens", "cost"} <= set(answer["groups"]["columns"])
    assert sum(row[0] for row in by_columns(answer, "traces")) == rows == len(traces)


async def test_a_hundred_groups_of_long_values_stay_within_the_default() -> None:
    """What does not fit is summed with the others, and the answer says how to see it."""
    names = [f"{number} {'customer of the north ' * 20}" for number in range(100)]
    traces = [busy(number, name=name) for number, name in enumerate(names)]

    answer = await summary(traces, by="name", limit=100)

    assert len(json.dumps(answer, separators=(",", ":"), ensure_ascii=False)) <= DEFAULT_BUDGET
    assert sum(row[0] for row in by_columns(answer, "traces")) == 100
    assert answer["groups_matching"] == 100
    assert any(note.endswith("groups fit into this answer; max_chars shows more.") for note in answer["notes"])


@pytest.mark.parametrize("length", [60, 400])
async def test_long_conditions_and_names_of_experiments_leave_room(length: int) -> None:
    """`applied` and `where` repeat what was asked; 30 conditions are the most that MLflow can join."""
    named = [replace(EXPERIMENT, experiment_id=str(number), name=f"{number}-{'x' * 400}") for number in range(1, 9)]
    traces = [busy(number, name=f"name {number}", tags={"k": "x"}) for number in range(30)]
    written = " AND ".join(f"tag.k != '{number} {'v' * length}'" for number in range(25))
    asked = {"by": "name", "experiment": ",".join(one.experiment_id for one in named), "filter": written}

    answer = await call_tool(FakeTraceGateway(traces, named, DATABASE), "summarize_traces", asked)

    assert len(json.dumps(answer, separators=(",", ":"))) <= DEFAULT_BUDGET
    assert answer["total"]["traces"] == 30
    assert len(answer["groups"]["rows"]) > 1
    assert "filter" not in answer["where"]["group"]
    assert "where leaves out filter of this call because of the length: give it again." in answer["notes"]


@given(seed=st.integers(0, 2**32), max_chars=st.integers(2_000, 6_000))
@settings(max_examples=30, deadline=None)
async def test_no_answer_is_longer_than_max_chars(seed: int, max_chars: int) -> None:
    """Whatever is grouped: `connected` measures it, and checks the schema."""
    random = Random(seed)
    traces = summaries.random_traces(random, 14)
    kinds = [*summaries.BY_TRACE, *summaries.BY_SPAN, *summaries.BY_FEEDBACK, *summaries.BY_TIME, "error"]
    asked: dict[str, Any] = {"by": random.choice(kinds), "limit": 100, "max_chars": max_chars}
    if random.random() < 0.5:
        asked |= {"since": "4d", "against": random.choice(["before", "tag.env = 'prod'"])}

    answer = await summary(traces, random.choice([DATABASE, STORE]), experiment="1,2", **asked)

    assert "total" in answer


# Mistakes.


@STORES
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "modle"}, r"`by` 'modle' is not a grouping\. Did you mean model"),
        ({"by": "feedback.a,feedback.b"}, r"`by` cannot join feedback\.a and feedback\.b"),
        ({"by": "feedback.a,model"}, r"`by` cannot join feedback\.a and model: feedback is given to traces"),
        ({"by": "name,user,model"}, r"`by` names 3 groupings; it takes 2"),
        ({"by": "name,name"}, r"`by` names 'name' twice"),
        ({"by": "hour,day"}, r"`by` cannot join hour and day\. Give one unit of time"),
        ({"against": "before"}, r"just before `since`\. Give `since`"),
        ({"against": "tag.v ="}, r"`against` is invalid"),
        ({"filter": "tag.v ="}, r"`filter` is invalid"),
        ({"experiment": "nosuch"}, r"No experiment 'nosuch'"),
        ({"limit": 0}, "limit"),
    ],
    ids=str,
)
async def test_a_mistake_is_answered_with_what_is_valid(
    store: StoreInfo, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ToolFailedError, match=message):
        await summary([at(START_MS)], store, **arguments)


@STORES
async def test_where_nothing_is_found_the_total_is_zero_and_says_why(store: StoreInfo) -> None:
    """0 is said only where it is known, with the condition that nothing meets."""
    answer = await summary([at(START_MS, name="chat")], store, by="name", name="chta")

    assert answer["total"] == {"traces": 0, "failed": 0}
    assert answer["groups"]["rows"] == []
    assert any("chat" in note for note in answer["notes"])


@STORES
async def test_a_store_that_does_not_answer_is_an_error(store: StoreInfo) -> None:
    gateway = FakeTraceGateway([at(START_MS)], EXPERIMENTS, store)
    gateway.fail_with = StoreUnavailableError("The store does not answer.")

    with pytest.raises(ToolFailedError, match="does not answer"):
        await call_tool(gateway, "summarize_traces", {})


# Sessions, runs, judges.


@STORES
async def test_sessions_have_turns_failures_tokens_and_the_time_from_first_to_last(store: StoreInfo) -> None:
    """A turn is a trace. A session lasts until its last turn ended."""
    traces = [in_session("a", 0), in_session("a", 2, state="ERROR"), in_session("a", 3), in_session("b", 1)]

    answer = await summary(traces, store, by="session")

    assert answer["total"]["sessions"] == 2
    assert by_columns(answer, "session", "traces", "failed", "tokens", "elapsed_ms") == [
        ["a", 3, 1, 30, 3 * 60_000 + 1_200],
        ["b", 1, 0, 10, 1_200],
    ]


@STORES
async def test_sessions_of_more_than_so_many_turns_are_counted_in_one_call(store: StoreInfo) -> None:
    traces = [in_session(f"s-{number}", turn) for number in range(30) for turn in range(1 + number % 3)]
    traces = [replace(one, info=replace(one.info, trace_id=f"tr-{at}")) for at, one in enumerate(traces)]

    answer = await summary(traces, store, by="session", min_count=3, limit=4)

    assert answer["groups_matching"] == 10
    assert [row[0] for row in by_columns(answer, "traces")] == [3, 3, 3, 3, 48]
    assert "20 groups have fewer than 3 traces; (other) sums them too." in answer["notes"]


@STORES
async def test_traces_without_a_session_are_said_to_be_one_of_the_groups(store: StoreInfo) -> None:
    """Who asks how many sessions have more than two turns would count one too many."""
    loose = [make_trace(make_span(), trace_id=f"tr-loose-{number}") for number in range(3)]
    traces = [in_session("s-1", turn) for turn in range(3)]
    traces = [replace(one, info=replace(one.info, trace_id=f"tr-{at}")) for at, one in enumerate(traces)]
    note = "groups_matching counts the traces without session (null) as one of the groups."

    for found, noted in ([*traces, *loose], True), (traces, False):
        answer = await summary(found, store, by="session", min_count=3)
        assert answer["groups_matching"] == 1 + noted
        assert (note in answer.get("notes", [])) is noted


@STORES
async def test_a_hierarchical_session_is_counted_where_one_of_its_parts_is_asked_for(store: StoreInfo) -> None:
    """MLflow 3.17 writes them as JSON arrays."""
    traces = [in_session('["team","thread-1"]', 0), in_session('["team","thread-2"]', 1), in_session("other", 2)]

    answer = await summary(traces, store, by="session", session_id="team")

    assert answer["total"]["traces"] == 2
    assert sorted(row[0] for row in by_columns(answer, "session")) == ['["team","thread-1"]', '["team","thread-2"]']


def of_run(run_id: str, number: int) -> Trace:
    return at(START_MS + number, number, trace_metadata={"mlflow.sourceRun": run_id})


@STORES
async def test_runs_have_names_and_come_newest_first(store: StoreInfo) -> None:
    """The two newest are what is compared; a run of a hidden experiment has no name."""
    gateway = FakeTraceGateway(
        [*(of_run("r-old", number) for number in range(3)), of_run("r-new", 9), of_run("r-hidden", 5)],
        EXPERIMENTS,
        store,
        runs=[
            Run("r-old", "nightly-1", "FINISHED", "1"),
            Run("r-new", "nightly-2", "FINISHED", "1"),
            Run("r-hidden", "secret plan", "FINISHED", "99"),
        ],
    )

    answer = await call_tool(gateway, "summarize_traces", {"by": "run"}, experiments="support-assistant")

    assert by_columns(answer, "run", "run_name", "traces") == [
        ["r-new", "nightly-2", 1],
        ["r-hidden", None, 1],
        ["r-old", "nightly-1", 3],
    ]


def judged(number: int, *values: Any) -> Trace:
    """One trace with these values of a judge, errors among them."""
    assessments = [
        make_assessment(
            "grounded",
            None if isinstance(one, AssessmentFailure) else one,
            failure=one if isinstance(one, AssessmentFailure) else None,
            assessment_id=f"a-{place}",
        )
        for place, one in enumerate(values)
    ]
    usage = {"mlflow.trace.tokenUsage": json.dumps(USAGE)}
    return at(START_MS + number, number, assessments=tuple(assessments), trace_metadata=usage)


@STORES
async def test_judges_are_counted_with_the_errors_they_gave(store: StoreInfo) -> None:
    """Grouped by what does not vary in their messages, and masked as everything is."""
    key = "sk-proj-Ab3dEfGh1jKlMn0pQrStaXyZ9876543210abcd"
    traces = [
        judged(1, True, AssessmentFailure("RATE_LIMIT", "try again in 12 s")),
        judged(2, AssessmentFailure("RATE_LIMIT", "try again in 7 s")),
        judged(3, AssessmentFailure("DENIED", f"the key {key} is not valid")),
    ]

    answer = await summary(traces, store, by="judge")

    assert by_columns(answer, "judge", "values", "failed", "failure_rate") == [["grounded", 1, 3, 0.75]]
    ((errors,),) = by_columns(answer, "errors")
    assert errors.startswith("RATE_LIMIT: try again in <time> (2); DENIED: the key [masked")
    assert key not in json.dumps(answer)


@STORES
async def test_feedback_counts_traces_by_value_and_sums_up_numbers(store: StoreInfo) -> None:
    """A trace that was given one value twice counts once, and its tokens do; true is not 1, and 1.0 is."""
    traces = [judged(1, 1, 1), judged(2, True), judged(3, 1.0, 4), judged(4), judged(5, AssessmentFailure("X", "y"))]

    answer = await summary(traces, store, by="feedback.grounded")

    rows = {json.dumps(value): rest for value, *rest in by_columns(answer, "feedback.grounded", "traces", "tokens")}
    assert rows == {"1": [2, 20], "true": [1, 10], "4": [1, 10], "null": [1, 10], '"failed: X"': [1, 10]}
    assert "4 values are numbers: mean 1.75, from 1 to 4." in answer["notes"]


@STORES
async def test_cost_is_that_of_traces_that_have_one(store: StoreInfo) -> None:
    """A sum over some of them must not pass for a sum over all."""
    answer = await summary([busy(0), at(START_MS, 1)], store)

    assert answer["total"]["cost"] == 0.0123456
    assert "1 of 2 traces have no cost recorded." in answer["notes"]
    assert answer["total"]["tokens"] == {"input": 7, "output": 3, "total": 10, "cached": 2}


@STORES
async def test_experiments_are_shown_by_name(store: StoreInfo) -> None:
    traces = [at(START_MS, 1), at(START_MS, 2, experiment_id="2"), at(START_MS, 3, experiment_id="2")]

    answer = await summary(traces, store, by="experiment", experiment="1,2")

    assert by_columns(answer, "experiment", "traces") == [["nightly", 2], ["support-assistant", 1]]


# What may be shown.


@STORES
@pytest.mark.parametrize("by", ["name", "user", "tags.env", "error", "day", "run"])
async def test_hidden_experiments_are_in_no_count(store: StoreInfo, by: str) -> None:
    """A total would say that there is something; so would a group, a baseline or a difference."""
    hidden = make_trace(
        make_span("secret", status="ERROR", events=(make_exception_event("SecretError", "secret"),)),
        info=make_trace_info(
            "tr-hidden",
            name="secret",
            experiment_id="2",
            tags={"env": "secret"},
            trace_metadata={"mlflow.trace.user": "secret", "mlflow.sourceRun": "secret"},
        ),
    )
    shown = at(START_MS, 1)

    for asked in (
        {},
        {"since": "1d", "against": "before"},
        {"filter": "tag.env = 'x'", "against": "trace.status = 'ERROR'"},
    ):
        arguments = {"by": by, **asked}
        seen = await summary([shown, hidden], store, **arguments, settings={"experiments": "support-assistant"})
        without = await summary([shown], store, **arguments, settings={"experiments": "support-assistant"})
        assert seen == without


@STORES
async def test_users_are_masked_where_personal_data_is(store: StoreInfo) -> None:
    """REDACT=pii masks addresses of people: two of them are one group."""
    traces = [
        at(START_MS, number, trace_metadata={"mlflow.trace.user": user})
        for number, user in enumerate(["ann@example.com", "bob@example.com", "u-7"])
    ]

    answer = await summary(traces, store, by="user", settings={"redact": "pii"})
    plain = await summary(traces, store, by="user")

    assert "@example.com" not in json.dumps(answer)
    assert [row[1] for row in by_columns(answer, "user", "traces")] == [2, 1]
    assert [row[1] for row in by_columns(plain, "user", "traces")] == [1, 1, 1]


@STORES
async def test_hidden_characters_of_values_are_written_out(store: StoreInfo) -> None:
    answer = await summary([at(START_MS, name="evil\u202ename")], store, by="name")

    assert by_columns(answer, "name") == [["evil\\u202ename"]]


@pytest.mark.parametrize(
    ("order_by", "first"),
    [("size", "many"), ("cost", "dear"), ("failed", "broken"), ("p95_ms", "slow"), ("tokens", "long"), ("last", "new")],
)
async def test_the_groups_with_most_of_what_is_asked_for_come_first(order_by: str, first: str) -> None:
    """A user of few but costly traces would otherwise be summed with the others."""
    notable: dict[str, dict[str, Any]] = {
        "many": {},
        "dear": {"trace_metadata": {"mlflow.trace.cost": '{"total_cost": 2.5}'}},
        "broken": {"state": "ERROR"},
        "slow": {"execution_duration_ms": 90_000},
        "long": {"trace_metadata": {"mlflow.trace.tokenUsage": '{"total_tokens": 9000}'}},
        "new": {"request_time_ms": START_MS + 1_000},
    }
    traces = [
        make_trace(info=make_trace_info(f"tr-{user}-{number}", tags={"team": user}, **fields))
        for user, fields in notable.items()
        for number in range(3 if user == "many" else 2)
    ]
    asked = {"by": "tags.team", "order_by": order_by, "limit": 1}

    answer = await call_tool(FakeTraceGateway(traces), "summarize_traces", asked)

    assert [row[0] for row in answer["groups"]["rows"]] == [first, "(other: 5 groups)"]


@STORES
async def test_an_agent_that_names_its_model_is_not_a_call_of_it(store: StoreInfo) -> None:
    """Some frameworks record the model on the agent's span too; its duration is that of the whole run. Without a
    traced call below it, the agent is all that is known of the model."""
    agent = make_span(
        "agent", span_type="AGENT", duration_ms=900, attributes={"model_name": "m", "gen_ai.request.model": "m"}
    )
    call = make_span("chat", agent, span_type="CHAT_MODEL", duration_ms=20, attributes={"gen_ai.request.model": "m"})
    alone = make_span("alone", span_type="AGENT", duration_ms=700, attributes={"gen_ai.request.model": "other"})

    answer = await summary([make_trace(agent, call), make_trace(alone, trace_id="tr-2")], store, by="model")

    rows = sorted(by_columns(answer, "model", "spans", "p50_ms"))
    assert rows == [["m", 1, 20], ["other", 1, 700]]


@STORES
async def test_runs_that_a_server_does_not_list_are_noted(store: StoreInfo) -> None:
    """A database lists the runs that traces were linked to; on a server `null` may stand for traces of such runs."""
    answer = await summary([make_trace(make_span())], store, by="run")

    noted = [one for one in answer["notes"] if one.startswith("This store does not list the runs")]
    assert len(noted) == (store != DATABASE)
