"""describe_filter_syntax with an experiment: what there is to filter on, counted or sampled, and said which."""

from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from mcp_traces.errors import StoreTimeoutError
from mcp_traces.records import Experiment, MetricDataPoint, MetricsQuery, Trace
from mcp_traces.tools.live_values import KEYS_NOTE
from mcp_traces.tools.sampling import NEWEST
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import EXPERIMENT, FakeTraceGateway
from tests.tools.conftest import ToolFailedError, call_tool

pytestmark = pytest.mark.anyio

SESSION, USER, RUN = "mlflow.trace.session", "mlflow.trace.user", "mlflow.sourceRun"


def a_trace(number: int, **fields: Any) -> Trace:
    """One of many, a second after the one before; `fields` are those of TraceInfo."""
    info = make_trace_info(f"tr-{number}", request_time_ms=START_MS + number * 1_000, **fields)
    return make_trace(make_span("agent", span_type="AGENT"), make_span("look_up", span_type="TOOL"), info=info)


def some_traces() -> list[Trace]:
    return [
        a_trace(
            1,
            trace_metadata={SESSION: "s-1", USER: "u-1", "app.release": "1.2", "mlflow.source.name": "app.py"},
            tags={"environment": "production", "team name": "Returns", "name": "anything"},
            assessments=(make_assessment("rating", "positive"), make_assessment("score", 4)),
        ),
        a_trace(
            2,
            state="ERROR",
            name="batch",
            execution_duration_ms=3_000,
            trace_metadata={SESSION: "s-2", RUN: "run-1"},
            tags={"environment": "staging", "mlflow.linkedPrompts": '[{"name": "support", "version": "3"}]'},
            assessments=(
                make_assessment("rating", "negative"),
                make_assessment("score", 4.5),
                make_assessment("answer", {"days": 30}, kind="expectation"),
            ),
        ),
        a_trace(3, trace_metadata={SESSION: "s-1"}, tags={"environment": "production"}),
    ]


async def live(gateway: FakeTraceGateway, experiment: Any = "1", **settings: Any) -> dict[str, Any]:
    return await call_tool(gateway, "describe_filter_syntax", {"experiment": experiment}, **settings)


def by_field(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["field"]: row for row in answer["live"]["fields"]}


async def test_it_tells_what_traces_have_and_how_often(mode: str) -> None:
    """Fields are written as a filter writes them, values as it compares them; what agents ask for comes first."""
    gateway = FakeTraceGateway(some_traces())
    answer = await call_tool(gateway, "describe_filter_syntax", {"experiment": "1"}, mode)

    assert answer == snapshot(
        {
            "store": "server, MLflow 3.17.2",
            "live": {
                "experiments": {"1": "support-assistant"},
                "total_traces": 3,
                "first_trace": "2025-10-09T08:53:21.000Z",
                "last_trace": "2025-10-09T08:53:23.000Z",
                "keys": {
                    "tags": ["environment", "name", "team name"],
                    "metadata": ["app.release", "mlflow.source.name"],
                },
                "fields": [
                    {"field": "trace.status", "values": {"OK": 2, "ERROR": 1}},
                    {"field": "trace.name", "values": {"agent": 2, "batch": 1}},
                    {"field": "trace.execution_time_ms", "min": 1200, "max": 3000, "p50": 1200, "p95": 2820},
                    {"field": "metadata.mlflow.trace.session", "values": {"s-1": 2, "s-2": 1}},
                    {"field": "metadata.mlflow.trace.user", "values": {"u-1": 1}},
                    {"field": "tag.environment", "values": {"production": 2, "staging": 1}},
                    {"field": "tag.name", "argument": 'tags={"name": ...}', "values": {"anything": 1}},
                    {"field": "tag.`team name`", "values": {"Returns": 1}},
                    {"field": "feedback.rating", "values": {"negative": 1, "positive": 1}},
                    {"field": "feedback.score", "type": "number", "values": {"4": 1, "4.5": 1}, "min": 4, "max": 4.5},
                    {"field": "expectation.answer", "type": "object", "values": {'{"days":30}': 1}},
                    {"field": "span.type", "values": {"AGENT": 3, "TOOL": 3}},
                    {"field": "span.name", "values": {"agent": 3, "look_up": 3}},
                    {"field": "trace.run_id", "values": {"run-1": 1}},
                    {"field": "trace.prompt", "values": {"support/3": 1}},
                    {"field": "metadata.app.release", "values": {"1.2": 1}},
                    {"field": "metadata.mlflow.source.name", "values": {"app.py": 1}},
                ],
            },
            "notes": [
                "Sessions, users and runs: the most recent first; other values: the most common first.",
                KEYS_NOTE,
            ],
        }
    )


async def test_the_counts_of_a_store_that_cannot_count_are_those_of_the_traces_seen() -> None:
    """A file store, or a server of some versions ago: all traces were seen, so only spans are a sample."""
    gateway = FakeTraceGateway(some_traces())
    counted = by_field(await live(gateway))
    gateway.counts = False

    answer = await live(gateway)

    seen = by_field(answer)
    assert answer["live"]["total_traces"] == 3
    assert seen["span.name"] == counted["span.name"] | {"sampled": True}
    assert seen["span.type"] == counted["span.type"] | {"sampled": True}
    only_counted = {"trace.execution_time_ms", "span.name", "span.type"}
    assert {name: row for name, row in seen.items() if name not in only_counted} == {
        name: row for name, row in counted.items() if name not in only_counted
    }


@pytest.mark.parametrize("counts", [True, False])
async def test_a_sample_says_what_it_covers(counts: bool) -> None:
    """Of many traces the newest are looked at and some from each stretch of time: a value of long ago is there too."""
    many = [a_trace(number, tags={"phase": "old" if number < 40 else "new"}) for number in range(NEWEST * 3)]
    gateway = FakeTraceGateway(many)
    gateway.counts = counts

    answer = await live(gateway)

    told = answer["live"]
    assert told.get("total_traces") == (len(many) if counts else None)
    assert (told["first_trace"], told["last_trace"]) == ("2025-10-09T08:53:20.000Z", "2025-10-09T09:08:19.000Z")
    assert NEWEST < told["sample"]["traces"] < len(many)
    assert told["sample"]["oldest"] == told["first_trace"]
    assert by_field(answer)["tag.phase"]["sampled"] is True
    assert set(by_field(answer)["tag.phase"]["values"]) == {"old", "new"}
    assert by_field(answer)["trace.status"].get("sampled", False) is not counts
    assert sum(by_field(answer)["trace.status"]["values"].values()) == (
        len(many) if counts else told["sample"]["traces"]
    )
    assert any("others may exist" in note for note in answer["notes"])
    assert any("does not count traces" in note for note in answer["notes"]) is not counts


@pytest.mark.parametrize("counts", [True, False])
async def test_it_names_the_keys_of_attributes(counts: bool) -> None:
    """Of recent spans, the application's own first and the most frequent first; not those that have columns."""
    root = make_span("agent", attributes={"mlflow.llm.model": "m", "mlflow.x": "y", "tenant": 1, "zone": 2})
    calls = [
        make_span(f"call_{n}", root, start_ms=n, inputs={"a": n}, attributes={"retry": n, "tenant": 1})
        for n in range(3)
    ]
    gateway = FakeTraceGateway([make_trace(root, *calls, tags={"env": "prod"})])
    gateway.counts = counts

    answer = await live(gateway)

    assert answer["live"]["keys"] == {
        "tags": ["env"],
        "attributes": ["tenant", "retry", "zone", "mlflow.x"],
    }
    assert any("attributes->>'K'" in note for note in answer["notes"])


async def test_the_keys_of_attributes_are_bounded() -> None:
    """However many an application invents, and however long they are."""
    many = make_span("agent", attributes={f"key_{n}": n for n in range(500)} | {"long" * 100: 1, "sk-live" * 30: 2})

    keys = (await live(FakeTraceGateway([make_trace(many)])))["live"]["keys"]["attributes"]

    assert 10 < len(keys) <= 25
    assert sum(map(len, keys)) < 300
    assert keys == sorted(keys)


@pytest.mark.parametrize("max_chars", [2_000, 3_000, 20_000])
async def test_it_stays_within_its_budget_and_names_what_it_leaves_out(max_chars: int) -> None:
    """5,000 characters, or what the server allows: first each field tells fewer values, then the last fields go."""
    traces = [
        a_trace(
            number,
            tags={f"key-{key}": f"{'a long value ' * 20}{number}" for key in range(70)},
            trace_metadata={f"meta{key}": "😀" * 300 for key in range(70)},
        )
        for number in range(20)
    ]

    answer = await live(FakeTraceGateway(traces), max_chars=max_chars)

    from mcp_traces.shaping.text import compact

    assert len(compact(answer)) <= min(max_chars, 5_000)
    assert list(by_field(answer))[:2] == ["trace.status", "trace.name"]
    assert any("No room for the values of" in note for note in answer["notes"])


async def test_values_that_no_two_traces_share_are_examples() -> None:
    """Twelve ids would say no more than three; how many there are says what they are."""
    traces = [a_trace(number, tags={"request": f"req-{number}"}) for number in range(50)]

    row = by_field(await live(FakeTraceGateway(traces)))["tag.request"]

    assert row == {"field": "tag.request", "values": {"req-49": 1, "req-48": 1, "req-47": 1}, "distinct": 50}


async def test_numbers_are_told_by_their_range() -> None:
    """For > and <; single scores say little."""
    traces = [a_trace(number, assessments=(make_assessment("score", number / 10),)) for number in range(40)]

    row = by_field(await live(FakeTraceGateway(traces)))["feedback.score"]

    assert row == {"field": "feedback.score", "type": "number", "distinct": 40, "min": 0, "max": 3.9}


async def test_a_value_of_several_types_says_so() -> None:
    """`5` and `'5'` are two things to a filter."""
    values = (5, "5", True, ["a"], None)
    traces = [a_trace(number, assessments=(make_assessment("mixed", value),)) for number, value in enumerate(values)]

    row = by_field(await live(FakeTraceGateway(traces)))["feedback.mixed"]

    assert row["type"] == "boolean or list or number or text"
    assert row["values"] == {"5": 2, "true": 1, '["a"]': 1}


async def test_counting_that_takes_too_long_is_left_to_the_sample() -> None:
    """A store of a hundred million spans still answers."""

    class Slow(FakeTraceGateway):
        async def query_trace_metrics(self, query: MetricsQuery) -> tuple[MetricDataPoint, ...]:
            if query.view_type == "SPANS":
                await anyio.sleep(60)
            return await super().query_trace_metrics(query)

    answer = await live(Slow(some_traces()), timeout_s=1.0)

    assert by_field(answer)["span.name"]["sampled"] is True
    assert "sampled" not in by_field(answer)["trace.status"]


async def test_more_kinds_than_one_answer_holds_are_left_to_the_sample() -> None:
    """The first thousand in the order of the alphabet are not the most common ones."""
    spans = [make_span(f"step-{number:04}", span_type="TASK") for number in range(1_100)]
    small = make_trace(make_span("agent", span_type="AGENT"), info=make_trace_info("tr-small"))

    answer = await live(FakeTraceGateway([make_trace(*spans, info=make_trace_info("tr-large")), small]))

    assert by_field(answer)["span.name"]["sampled"] is True


async def test_several_experiments_are_told_together() -> None:
    """As a search of both would find them."""
    other = make_trace(info=make_trace_info("tr-7", experiment_id="7", name="other"))
    experiments = [EXPERIMENT, Experiment("7", "evaluation", START_MS)]

    answer = await live(FakeTraceGateway([*some_traces(), other], experiments), ["1", "evaluation"])

    assert answer["live"]["experiments"] == {"1": "support-assistant", "7": "evaluation"}
    assert answer["live"]["total_traces"] == 4
    assert by_field(answer)["trace.name"]["values"] == {"agent": 2, "batch": 1, "other": 1}


async def test_an_experiment_without_traces_says_so() -> None:
    """Rather than an empty list that looks like a failure."""
    answer = await live(FakeTraceGateway())

    assert answer["live"] == {"experiments": {"1": "support-assistant"}, "total_traces": 0}
    assert answer["notes"] == ["There are no traces here yet."]


async def test_an_experiment_that_may_not_be_seen_does_not_exist() -> None:
    """Values are what an allow-list protects."""
    hidden = [EXPERIMENT, Experiment("7", "secret", START_MS)]

    with pytest.raises(ToolFailedError, match=r"^No experiment 'secret' in this store\. Known experiments: 'support"):
        await live(FakeTraceGateway(some_traces(), hidden), "secret", experiments="1")


async def test_spans_that_cannot_be_read_in_time_are_done_without() -> None:
    """Their attributes are a part of the answer, and the least of it."""
    gateway = FakeTraceGateway(some_traces())
    whole = await live(gateway)

    async def unread(trace_ids: Any) -> Any:
        raise StoreTimeoutError("The spans did not come in time.")

    gateway.get_traces = unread

    assert by_field(await live(gateway)) == by_field(whole)
