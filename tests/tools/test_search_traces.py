"""search_traces: what it asks the store, what it answers, and what it says of mistakes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from mcp_traces.errors import StoreUnavailableError
from mcp_traces.records import Experiment, StoreInfo, TracePage
from mcp_traces.store.gateway import TraceQuery
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway
from tests.queries import text_of
from tests.tools.conftest import ToolFailedError, call_tool, connected, read_all

pytestmark = pytest.mark.anyio

SESSION = "mlflow.trace.session"
USAGE = '{"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}'


def full_trace() -> Any:
    return make_trace(
        make_span("agent"),
        info=make_trace_info(
            "tr-full",
            request_preview="What does   the lamp\ncost?",
            response_preview="12 euros",
            trace_metadata={
                SESSION: "s-1",
                "mlflow.trace.user": "u-1",
                "mlflow.sourceRun": "run-1",
                "mlflow.trace.tokenUsage": USAGE,
                "mlflow.trace.sizeStats": '{"num_spans": 4}',
                "mlflow.trace.sizeBytes": "2048",
                "app.release": "1.2",
            },
            tags={"environment": "production", "mlflow.trace.spansLocation": "TRACKING_STORE"},
            assessments=(make_assessment("rating", "positive", rationale="clear"),),
        ),
    )


async def test_a_server_is_said_to_find_stored_names_alone() -> None:
    """Some traces are found, and those of OpenTelemetry's exporters are missing without a sign of it."""
    named = [make_trace(info=make_trace_info(f"tr-{at}", name="chat")) for at in range(2)]
    root = make_span("chat")
    gateway = FakeTraceGateway([*named, make_trace(root, info=make_trace_info("tr-otel", name=None))])

    answer = await call_tool(gateway, "search_traces", {"name": "chat"})

    assert {row["trace_id"] for row in answer["traces"]} == {"tr-0", "tr-1"}
    assert any(note.startswith("1 of the newest 3 traces have no stored name") for note in answer["notes"])
    assert "notes" not in await call_tool(FakeTraceGateway(named), "search_traces", {"name": "chat"})


@pytest.mark.parametrize("arguments", [{"has_error": True}, {"span_name": "model"}, {"text": "lamp"}], ids=str)
async def test_a_server_is_said_not_to_search_spans_that_are_artifacts(arguments: dict[str, Any]) -> None:
    """SDKs 3.1 to 3.3 log spans as artifacts, also to a newer server: "nothing matches" alone would be false."""
    infos = [make_trace_info(f"tr-{at}", tags={"mlflow.trace.spansLocation": "TRACKING_STORE"}) for at in range(3)]
    gateway = FakeTraceGateway([*(make_trace(info=one) for one in infos), make_trace(info=make_trace_info("tr-old"))])

    answer = await call_tool(gateway, "search_traces", arguments)

    assert any(note.startswith("1 of the newest 4 traces keep their spans as artifacts") for note in answer["notes"])


async def test_a_row_tells_what_an_agent_needs_to_choose_a_trace(mode: str) -> None:
    """Every field of the contract, empty ones left out, and never a span."""
    answer = await call_tool(FakeTraceGateway([full_trace()]), "search_traces", {}, mode)

    assert answer == snapshot(
        {
            "traces": [
                {
                    "trace_id": "tr-full",
                    "name": "agent",
                    "status": "OK",
                    "request_time": "2025-10-09T08:53:20.000Z",
                    "execution_time_ms": 1200,
                    "span_count": 4,
                    "tokens": {"total": 10},
                    "request_preview": "What does the lamp cost?",
                    "response_preview": "12 euros",
                    "session_id": "s-1",
                    "user_id": "u-1",
                    "run_id": "run-1",
                    "assessments": [{"name": "rating", "value": "positive", "source": "HUMAN"}],
                }
            ],
            "returned": 1,
            "applied": {"experiments": {"1": "support-assistant"}, "order_by": ["timestamp_ms DESC", "request_id ASC"]},
        }
    )


async def test_a_detailed_row_adds_tags_metadata_and_rationales() -> None:
    """What MLflow keeps for itself, and what the row says elsewhere, is not repeated."""
    answer = await call_tool(FakeTraceGateway([full_trace()]), "search_traces", {"detail": "detailed"})

    assert answer["traces"] == snapshot(
        [
            {
                "trace_id": "tr-full",
                "name": "agent",
                "status": "OK",
                "request_time": "2025-10-09T08:53:20.000Z",
                "execution_time_ms": 1200,
                "span_count": 4,
                "size_bytes": 2048,
                "tokens": {"input": 7, "output": 3, "total": 10},
                "request_preview": "What does the lamp cost?",
                "response_preview": "12 euros",
                "session_id": "s-1",
                "user_id": "u-1",
                "run_id": "run-1",
                "experiment_id": "1",
                "assessments": [
                    {
                        "name": "rating",
                        "value": "positive",
                        "source": "HUMAN reviewer_1",
                        "rationale": "clear",
                    }
                ],
                "tags": {"environment": "production"},
                "metadata": {"app.release": "1.2"},
            }
        ]
    )


async def test_a_row_links_to_the_ui_of_a_store_that_has_one() -> None:
    """A person wants to see what the agent saw."""
    store = StoreInfo("server", "http://host:5000", "3.17.2", ui_url="http://host:5000/")
    answer = await call_tool(FakeTraceGateway([make_trace()], store=store), "search_traces", {"detail": "detailed"})

    assert answer["traces"][0]["url"] == "http://host:5000/#/experiments/1/traces?selectedEvaluationId=tr-1"


async def test_the_store_is_asked_for_one_row_more_and_never_for_spans() -> None:
    """One search and no get_trace: the extra row tells whether there is another page."""
    gateway = FakeTraceGateway([make_trace()])

    await call_tool(gateway, "search_traces", {"status": "OK", "limit": 5})

    searches = [query for query in gateway.queries if query.clauses]
    assert [(text_of(query), query.limit, [order.text for order in query.order_by]) for query in searches] == [
        ("trace.status = 'OK'", 6, ["timestamp_ms DESC", "request_id ASC"]),
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"since": "2h"}, {"since": "2025-10-09T10:00:00.000Z"}),
        ({"since": "2025-10-09T08:00:00+02:00"}, {"since": "2025-10-09T06:00:00.000Z"}),
        ({"since": START_MS}, {"since": "2025-10-09T08:53:20.000Z"}),
        (
            {"since": "2025-10-08", "until": "2025-10-09"},
            {"since": "2025-10-08T00:00:00.000Z", "until": "2025-10-09T00:00:00.000Z"},
        ),
    ],
    ids=["age", "zone", "epoch as a number", "dates"],
)
async def test_applied_shows_the_absolute_window(arguments: dict[str, Any], expected: dict[str, str]) -> None:
    """An agent can see what `2h` meant, and a person can check it."""
    answer = await call_tool(FakeTraceGateway([make_trace()]), "search_traces", arguments)

    assert {key: answer["applied"].get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("arguments", "notes"),
    [
        (
            {"status": "ERROR"},
            ["Nothing matches; the newest trace here began at 2025-10-09T08:53:20.000Z."],
        ),
        (
            {"status": "ERROR", "name": "agent"},
            [
                "Nothing matches; the newest trace here began at 2025-10-09T08:53:20.000Z.",
                "Without status (trace.status = 'ERROR') there are matches.",
            ],
        ),
        (
            {"filter": "status != 'ERROR' AND name = 'agent' AND tag.environment = 'prod'"},
            [
                "Nothing matches; the newest trace here began at 2025-10-09T08:53:20.000Z.",
                "Without filter (tag.environment = 'prod') there are matches.",
                "tags.environment 'prod' has none; did you mean 'production'?",
            ],
        ),
        (
            {"session_id": "s-12", "tags": {"environment": "prod"}},
            [
                "Nothing matches; the newest trace here began at 2025-10-09T08:53:20.000Z.",
                "No single condition is to blame: leaving out any one of them finds nothing either.",
                "session_id 's-12' has none; did you mean 's-1'?",
                "tags.environment 'prod' has none; did you mean 'production'?",
            ],
        ),
        *(
            (arguments, ["Nothing matches; the newest trace here began at 2025-10-09T08:53:20.000Z.", note])
            for arguments, note in (
                ({"user_id": "U-1"}, "user_id 'U-1' has none; did you mean 'u-1'?"),
                ({"span_name": "agnet"}, "span_name 'agnet' has none; did you mean 'agent'?"),
                ({"span_type": "Unknown"}, "span_type 'Unknown' has none; did you mean 'UNKNOWN'?"),
                ({"run_id": "run_1", "experiment": "1"}, "run_id 'run_1' has none; did you mean 'run-1'?"),
                ({"tags": {"enviroment": "x"}}, "No recent trace has tags 'enviroment'; did you mean 'environment'?"),
                ({"metadata": {"zzz": "x"}}, "No recent trace has metadata 'zzz'; there are 'app.release'."),
                ({"feedback": {"rating": "Positive"}}, "feedback.rating 'Positive' has none; did you mean 'positive'?"),
                ({"feedback": {"rating": "good"}}, "feedback.rating 'good' has none; recent traces have 'positive'."),
                ({"feedback": {"ratings": 5}}, "No recent trace has feedback 'ratings'; did you mean 'rating'?"),
                (
                    {"filter": "tag.enviroment = 'x'"},
                    "No recent trace has tags 'enviroment'; did you mean 'environment'?",
                ),
                ({"filter": "name = 'agnet'"}, "name 'agnet' has none; did you mean 'agent'?"),
                (
                    {"filter": "metadata.`mlflow.trace.user` = 'U-1'"},
                    "user_id 'U-1' has none; did you mean 'u-1'?",
                ),
                ({"expectation": {"answer": "x"}}, "No recent trace has any expectation."),
                (
                    {"text": '"lamp"'},
                    "Quotes in `text` are searched as characters; leave them out to search the words.",
                ),
            )
        ),
        (
            {"has_error": True, "span_name": "agent"},
            ["1 traces match the other conditions; none of them has what has_error asks for."],
        ),
    ],
    ids=str,
)
async def test_nothing_found_says_which_condition_removed_everything(
    arguments: dict[str, Any], notes: list[str]
) -> None:
    """An empty answer reads as `there are none`; usually one word of the question is wrong."""
    answer = await call_tool(FakeTraceGateway([full_trace()]), "search_traces", arguments)

    assert (answer["traces"], answer["returned"]) == ([], 0)
    assert answer["notes"] == notes
    assert "next_cursor" not in answer


async def test_a_store_that_fails_while_the_reason_is_looked_for_is_told_as_it_is() -> None:
    """The conditions are tried side by side; what goes wrong there is no internal error."""

    class Failing(FakeTraceGateway):
        async def search_traces(self, query: TraceQuery) -> TracePage:
            if len(self.queries) > 2:
                raise StoreUnavailableError("The database is gone.")
            return await super().search_traces(query)

    with pytest.raises(ToolFailedError, match=r"^The database is gone"):
        await call_tool(Failing([full_trace()]), "search_traces", {"status": "ERROR", "name": "agent"})


async def test_an_experiment_without_traces_says_so() -> None:
    """Rather than blame the conditions."""
    answer = await call_tool(FakeTraceGateway(), "search_traces", {"experiment": "1", "status": "OK"})

    assert answer["notes"] == ["There are no traces here at all."]


@pytest.mark.parametrize("given", [7, "7", ["7"], [7], "one", ["one"], '["7"]', " one "], ids=repr)
async def test_an_experiment_is_named_in_whatever_way_agents_do(given: Any) -> None:
    """Id or name, number or text, alone or in a list."""
    experiments = [EXPERIMENT, Experiment("7", "one", START_MS)]
    gateway = FakeTraceGateway([make_trace(info=make_trace_info("tr-7", experiment_id="7"))], experiments)

    answer = await call_tool(gateway, "search_traces", {"experiment": given})

    assert answer["applied"]["experiments"] == {"7": "one"}
    assert answer["returned"] == 1


async def test_several_experiments_are_searched_at_once_and_rows_say_which() -> None:
    """Without the id a row could not be told from the other's."""
    gateway = FakeTraceGateway(
        [make_trace(info=make_trace_info(f"tr-{i}", experiment_id=i)) for i in ("1", "7")],
        [EXPERIMENT, Experiment("7", "one", START_MS)],
    )

    answer = await call_tool(gateway, "search_traces", {"experiment": ["one", "1"]})

    assert {row["trace_id"]: row["experiment_id"] for row in answer["traces"]} == {"tr-1": "1", "tr-7": "7"}


async def test_the_only_experiment_with_traces_is_taken_when_none_is_named() -> None:
    """On a laptop there is usually one, beside an empty `Default`."""
    gateway = FakeTraceGateway([make_trace()], [EXPERIMENT, Experiment("0", "Default", 0)])

    answer = await call_tool(gateway, "search_traces", {})

    assert answer["applied"]["experiments"] == {"1": "support-assistant"}


OTHER = Experiment("7", "nightly-eval", START_MS + 5)


def two_experiments() -> FakeTraceGateway:
    traces = [make_trace(info=make_trace_info(f"tr-{i}", experiment_id=i)) for i in ("1", "7")]
    return FakeTraceGateway(traces, [EXPERIMENT, OTHER])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "status = 'OK' name = 'agent'",
            "`filter` is invalid. Conditions are joined by exactly one AND, written as a word. "
            "Corrected filter: trace.status = 'OK' AND trace.name = 'agent'",
        ),
        (
            "status == 'OK'",
            "`filter` is invalid. `==` is written `=`. Corrected filter: trace.status = 'OK'",
        ),
        (
            "name = 'a' OR status = 'OK'",
            "Search once for each instead: filter: trace.name = 'a'; filter: trace.status = 'OK'",
        ),
    ],
)
async def test_a_wrong_filter_gets_the_one_that_was_meant(written: str, message: str) -> None:
    """MLflow refuses some mistakes without a word on the way out, and misreads others in silence."""
    gateway = FakeTraceGateway([make_trace()])

    with pytest.raises(ToolFailedError) as caught:
        await call_tool(gateway, "search_traces", {"experiment": "1", "filter": written})

    assert message in str(caught.value)


async def test_a_filter_that_only_mlflow_can_judge_gets_mlflows_own_word() -> None:
    """We know of nothing wrong with it, so its text is the best there is."""
    from mcp_traces.errors import InvalidFilterError

    gateway = FakeTraceGateway([make_trace()])
    gateway.fail_with = InvalidFilterError("MLflow answered BAD_REQUEST: invalid regular expression.")

    with pytest.raises(ToolFailedError, match=r"invalid regular expression\. describe_filter_syntax lists what works"):
        await call_tool(gateway, "search_traces", {"experiment": "1", "filter": "name RLIKE '(?P<x>a)'"})


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ({"status": "ok"}, {"status": "OK"}),
        ({"order_by": ["name ASC", "status"]}, {"order_by": "name ASC, status ASC"}),
    ],
    ids=str,
)
async def test_what_can_only_mean_one_thing_is_taken(written: dict[str, Any], taken: dict[str, Any]) -> None:
    """Agents write as other clients of MLflow take it."""
    gateway = FakeTraceGateway([full_trace()])

    assert await call_tool(gateway, "search_traces", written) == await call_tool(gateway, "search_traces", taken)


async def test_a_run_is_enough_without_an_experiment() -> None:
    """A run says itself where it belongs; MLflow wants its experiment named too."""
    of_run = make_trace_info("tr-run", experiment_id="7", trace_metadata={"mlflow.sourceRun": "run-1"})
    gateway = FakeTraceGateway([make_trace(), make_trace(info=of_run)], [EXPERIMENT, OTHER])

    answer = await call_tool(gateway, "search_traces", {"run_id": "run-1"}, experiment="1")

    assert [row["trace_id"] for row in answer["traces"]] == ["tr-run"]
    assert answer["applied"]["experiments"] == {"7": "nightly-eval"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"run_id": "run-9"}, "No experiment holds traces of run 'run-9'; looked in 2. Check the id"),
        (
            {},
            "No `experiment` was given, and several have traces. Call again with `experiment` set to one, by id or "
            "name (or a list): 'support-assistant' (id 1, last trace 2025-10-09T08:53:20.000Z); "
            "'nightly-eval' (id 7, last trace 2025-10-09T08:53:20.000Z).",
        ),
        (
            {"experiment": "suport-asistant"},
            "No experiment 'suport-asistant' in this store. Did you mean 'support-assistant' (id 1)? "
            "Known experiments: 'nightly-eval' (id 7), 'support-assistant' (id 1).",
        ),
        ({"experiment": "99"}, "No experiment '99' in this store. Known experiments:"),
        ({"limit": 500}, "`limit` is 500; without `select` it is at most 100. Use limit=100 and next_cursor"),
        ({"limit": 501}, "search_traces: `limit` takes an integer from 1 to 500, such as 20; got 501."),
        ({"status": "FAILED"}, '`status` takes one of "ANY", "OK", "ERROR", "IN_PROGRESS"; got "FAILED".'),
        (
            {"experiment": "1", "min_duration_ms": 9, "max_duration_ms": 5},
            "`min_duration_ms` (9) is more than `max_duration_ms` (5). Swap them.",
        ),
        ({"sesion_id": "x"}, "There is no argument `sesion_id`. Did you mean `session_id`? It takes: experiment,"),
        (
            {"tags": "production"},
            "`tags` takes name=value, joined by commas, or an object of names and values, such as",
        ),
        ({"experiment": "1", "order_by": "latency"}, "`order_by` 'latency' is not an order MLflow knows. Use newest,"),
        ({"experiment": "1", "since": "last week"}, "`since` 'last week' is not a valid time. Use ISO 8601"),
        (
            {"experiment": "1", "filter": "tag.name = 'x'"},
            "it would search the trace's own name instead. Use the argument tags={'name': ...};",
        ),
        ({"experiment": "1", "run_id": "a", "filter": "run_id = 'b'"}, "Give the run once."),
        ({"experiment": "1", "cursor": "abc"}, "`cursor` is damaged or was not made by this server. Call again"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
async def test_a_mistake_gets_an_error_that_says_the_next_call(
    arguments: dict[str, Any], message: str, mode: str
) -> None:
    """What was wrong, what is valid, and never a word of pydantic or Python."""
    with pytest.raises(ToolFailedError) as caught:
        await call_tool(two_experiments(), "search_traces", arguments, mode)

    assert message in str(caught.value)
    assert "pydantic" not in str(caught.value)


async def test_the_allow_list_hides_every_other_experiment() -> None:
    """By id, by name, in lists and in errors: what may not be seen does not exist."""
    for hidden in ("1", "support-assistant"):
        with pytest.raises(ToolFailedError) as caught:
            await call_tool(two_experiments(), "search_traces", {"experiment": hidden}, experiments=("nightly-eval",))
        assert str(caught.value) == (
            f"No experiment {hidden!r} in this store. Known experiments: 'nightly-eval' (id 7)."
        )
    answer = await call_tool(two_experiments(), "search_traces", {}, experiments=("nightly-eval",))
    assert answer["applied"]["experiments"] == {"7": "nightly-eval"}


async def test_an_allowed_experiment_is_found_however_many_are_newer() -> None:
    """Those that may not be seen must not use up what is looked at."""
    experiments = [Experiment("1", "old", 0), *(Experiment(str(n), f"new {n}", n) for n in range(2, 1_500))]
    gateway = FakeTraceGateway([make_trace(trace_id="tr-old")], experiments)

    answer = await call_tool(gateway, "search_traces", {}, experiments=("old",))

    assert [row["trace_id"] for row in answer["traces"]] == ["tr-old"]


async def test_has_error_is_about_any_span_beside_a_condition_on_one_span() -> None:
    """MLflow would ask both of the same span; the failed one is not the one that is named."""
    root = make_span("agent")
    searched = make_span("search", root)
    failed = make_span("pay", root, status="ERROR")
    gateway = FakeTraceGateway(
        [
            make_trace(root, searched, failed, info=make_trace_info("tr-both")),
            make_trace(root, searched, info=make_trace_info("tr-fine")),
            make_trace(root, failed, info=make_trace_info("tr-other")),
        ]
    )

    for has_error, expected in ((True, ["tr-both"]), (False, ["tr-fine"])):
        answer = await call_tool(gateway, "search_traces", {"has_error": has_error, "span_name": "search"})
        assert [row["trace_id"] for row in answer["traces"]] == expected
        assert "next_cursor" not in answer


async def test_rows_that_do_not_fit_the_budget_come_with_the_next_page() -> None:
    """A hundred rows with long previews are more than a client takes; none is lost."""
    traces = [
        make_trace(info=make_trace_info(f"tr-{i:03}", request_preview="word " * 200, tags={"t": "x" * 400}))
        for i in range(100)
    ]
    gateway = FakeTraceGateway(traces)
    seen: list[str] = []
    arguments: dict[str, Any] = {"limit": 100, "detail": "detailed"}
    while True:
        answer = await call_tool(gateway, "search_traces", arguments, max_chars=8_000)
        assert 1 <= answer["returned"] < 100
        seen += [row["trace_id"] for row in answer["traces"]]
        if "next_cursor" not in answer:
            break
        arguments["cursor"] = answer["next_cursor"]

    assert seen == [f"tr-{i:03}" for i in range(100)]


CHARACTERS = st.sampled_from(["a", "word ", '"', "\n", "\\", "ä", "🔥", "\x01", "\ud800"])
TEXTS = st.builds(lambda character, count: character * count, CHARACTERS, st.sampled_from([0, 3, 300, 10_000]))
TEXT_MAPS = st.dictionaries(st.text("abc.", min_size=1, max_size=30), TEXTS, max_size=6)


@st.composite
def large_traces(draw: st.DrawFn) -> Any:
    """A trace whose every text may be long and dear to write in JSON."""
    metadata = draw(TEXT_MAPS) | {
        SESSION: draw(TEXTS),
        "mlflow.trace.user": draw(TEXTS),
        "mlflow.sourceRun": draw(TEXTS),
    }
    fields = {
        "request_preview": draw(TEXTS),
        "response_preview": draw(TEXTS),
        "client_request_id": draw(TEXTS),
        "tags": draw(TEXT_MAPS),
        "trace_metadata": metadata,
        "assessments": tuple(
            make_assessment(name[:100] or "x", value, rationale=value, source_id=name, assessment_id=str(at))
            for at, (name, value) in enumerate(draw(st.lists(st.tuples(TEXTS, TEXTS), max_size=8)))
        ),
    }
    return make_trace(make_span(), info=make_trace_info(name=draw(TEXTS), **fields))


@given(
    drawn=st.lists(large_traces(), min_size=1, max_size=5),
    detail=st.sampled_from(["concise", "detailed"]),
    max_chars=st.sampled_from([2_000, 5_000, 20_000]),
)
@settings(max_examples=60, deadline=None)
async def test_pages_of_any_rows_fit_the_budget_and_lose_none(drawn: list[Any], detail: str, max_chars: int) -> None:
    """A hundred rows of long texts do not fit; the cursor goes on from the last one shown."""
    traces = [
        replace(one, info=replace(one.info, trace_id=f"tr-{i:03}"))
        for i in range(100)
        for one in [drawn[i % len(drawn)]]
    ]
    arguments: dict[str, Any] = {"limit": 100, "detail": detail}
    seen: list[str] = []
    async with connected(FakeTraceGateway(traces), max_chars=max_chars) as call:
        while "cursor" not in arguments or arguments["cursor"]:
            answer = await call("search_traces", arguments)
            assert answer["traces"]
            seen += [row["trace_id"] for row in answer["traces"]]
            arguments["cursor"] = answer.get("next_cursor")

    assert seen == [f"tr-{i:03}" for i in range(100)]


@pytest.mark.parametrize(
    "arguments",
    [
        {"tags": {"k": "x" * 10_000}},
        {"text": "long words " * 1_000},
        {"filter": " AND ".join(["trace.status = 'OK'"] * 25)},
        {"experiment": [str(number) for number in range(1, 1_101)]},
    ],
    ids=["value", "text", "filter", "experiments"],
)
async def test_a_question_longer_than_the_answer_may_be_is_repeated_in_part(arguments: dict[str, Any]) -> None:
    """`applied` says what ran; it must not leave too little room for what was found, or for the reason of nothing."""
    experiments = [Experiment(str(number), f"experiment {number} {'x' * 200}") for number in range(1, 1_101)]
    tags = {"k": "x" * 10_000}
    traces = [make_trace(make_span(outputs="long words " * 1_000), tags=tags, trace_id=f"tr-{i}") for i in range(9)]

    seen = await read_all(FakeTraceGateway(traces, experiments), arguments, max_chars=2_000)

    assert seen == [f"tr-{i}" for i in range(9)]


async def test_a_single_row_larger_than_the_budget_is_shown_in_short() -> None:
    """A trace with a thousand tags must not make its page empty for ever."""
    tags = {f"tag-{i}": "x" * 400 for i in range(200)}
    gateway = FakeTraceGateway([make_trace(info=make_trace_info(tags=tags))])

    answer = await call_tool(gateway, "search_traces", {"detail": "detailed"}, max_chars=4_000)

    assert [row["trace_id"] for row in answer["traces"]] == ["tr-1"]


async def test_a_failing_store_is_told_in_its_own_words(mode: str) -> None:
    """Where it is, and what to do; not a stack trace."""
    from mcp_traces.errors import StoreUnavailableError

    gateway = FakeTraceGateway([make_trace()])
    gateway.fail_with = StoreUnavailableError("Cannot reach the MLflow server at http://h:1.", "Is it running?")

    with pytest.raises(ToolFailedError, match=r"^Cannot reach the MLflow server at http://h:1\. Is it running\?$"):
        await call_tool(gateway, "search_traces", {"experiment": "1"}, mode)
