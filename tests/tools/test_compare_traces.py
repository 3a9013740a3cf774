"""compare_traces as a client sees it: which two are meant, what the answer leads to, and how large it is."""

import json
from typing import Any

import pytest

from mcp_traces.records import (
    ASSESSMENT_RUN_KEY,
    EVAL_REQUEST_TAG,
    SCORER_DIGEST_KEY,
    SOURCE_RUN_KEY,
    TOKEN_USAGE_KEY,
    Assessment,
    AssessmentFailure,
    Experiment,
    Json,
    Run,
    Trace,
)
from mcp_traces.tools import compare_traces
from mcp_traces.tools.catalog import build_tools
from tests.builders import START_MS, make_assessment, make_span, make_trace, make_trace_info
from tests.fake_gateway import DATABASE, FakeTraceGateway
from tests.shaping.compared_agents import agent, changed, trace_of
from tests.tools.conftest import ToolFailedError, call_tool, connected
from tests.tools.test_masking import some

pytestmark = pytest.mark.anyio

HEX = "4f1c0d2e9b8a47c6a1b2c3d4e5f60718"
OTHER_HEX = "77ab0d2e9b8a47c6a1b2c3d4e5f60718"
RUN_A, RUN_B = "a" * 32, "b" * 32


def traces() -> FakeTraceGateway:
    """Two traces of one agent, one of them with a question in small letters, and two runs without traces."""
    lower = changed(lambda plan: plan.root.step("orders").inputs.update(region="eu"))
    pair = [trace_of(agent(), f"tr-{HEX}", seed="aa"), trace_of(lower, f"tr-{OTHER_HEX}", seed="bb")]
    return FakeTraceGateway(pair, runs=[Run(RUN_A, "one", "FINISHED", "1"), Run(RUN_B, "other", "RUNNING", "1")])


async def compared(gateway: FakeTraceGateway, a: str, b: str, **arguments: Any) -> dict[str, Any]:
    return await call_tool(gateway, "compare_traces", {"a": a, "b": b} | arguments)


async def test_two_traces_are_compared_in_both_eras(mode: str) -> None:
    """The first divergence, with the spans and the path that get_trace reads."""
    async with connected(traces(), mode) as call:
        answer = await call("compare_traces", {"a": f"tr-{HEX}", "b": f"tr-{OTHER_HEX}"})
        found = answer["first_divergence"]
        read = [
            await call("get_trace", {"trace_id": answer[side]["id"], "span_ids": found[span], "path": found["path"]})
            for side, span in (("a", "span_a"), ("b", "span_b"))
        ]

    assert (found["what"], found["name"], found["a"], found["b"]) == ("inputs (case only)", "orders", "EU", "eu")
    assert [one["value"]["text"] for one in read] == ["EU", "eu"]
    assert answer["identical"] is False and answer["counts"] == {"inputs": 1}


async def test_the_next_calls_open_the_spans_of_the_divergence() -> None:
    """Each is complete: an agent makes it as it is."""
    async with connected(traces()) as call:
        answer = await call("compare_traces", {"a": f"tr-{HEX}", "b": f"tr-{OTHER_HEX}"})
        opened = [await call("get_trace", one["arguments"]) for one in answer["next"]]

    assert [one["spans"][0]["inputs"]["region"] for one in opened] == ["EU", "eu"]


WAYS = {
    "the id": f"tr-{HEX}",
    "the id, said to be a trace": f"trace:tr-{HEX}",
    "in quotes": f'"tr-{HEX}"',
    "OpenTelemetry's id": HEX,
    "OpenTelemetry's id, said to be a trace": f"trace: {HEX.upper()}",
    "a beginning": f"tr-{HEX[:8]}",
    "a link": f"https://mlflow.test/#/experiments/1/traces?selectedEvaluationId=tr-{HEX}",
}


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS)
async def test_a_trace_may_be_named_in_each_way_that_get_trace_takes(text: str) -> None:
    """What an agent has of it is enough."""
    answer = await compared(traces(), text, f"tr-{OTHER_HEX}")

    assert (answer["kind"], answer["a"]["id"]) == ("traces", f"tr-{HEX}")


RUN_WAYS = {
    "the id": RUN_A,
    "the id, said to be a run": f"run:{RUN_A}",
    "a link to the run": f"https://mlflow.test/#/experiments/1/runs/{RUN_A}/traces",
    "a link to the evaluation": f"https://mlflow.test/#/experiments/1/evaluation-runs?selectedRunUuid={RUN_A}",
    "a link, said to be a run": f"run:https://mlflow.test/#/experiments/1/runs/{RUN_A}",
}


@pytest.mark.parametrize("text", RUN_WAYS.values(), ids=RUN_WAYS)
async def test_a_run_may_be_named_by_its_id_or_a_link(text: str) -> None:
    """Links of MLflow's UI name the run in the path, or as a parameter."""
    answer = await compared(traces(), text, RUN_B)

    assert (answer["kind"], answer["a"]["id"], answer["a"]["name"]) == ("runs", RUN_A, "one")
    assert answer["pairs"] == 0


async def test_an_id_of_a_run_and_of_a_trace_is_an_error_that_names_both() -> None:
    """`run:` and `trace:` then decide."""
    gateway = FakeTraceGateway(
        [trace_of(agent(), f"tr-{RUN_A}"), trace_of(agent(), f"tr-{HEX}")],
        runs=[Run(RUN_A, "one", "FINISHED", "1"), Run(RUN_B, "other", "FINISHED", "1")],
    )
    with pytest.raises(ToolFailedError) as raised:
        await compared(gateway, RUN_A, f"tr-{HEX}")

    assert str(raised.value) == (
        f"`a` '{RUN_A}' is the id of a run and of a trace (tr-{RUN_A}). Write run:{RUN_A} or trace:tr-{RUN_A}."
    )
    assert (await compared(gateway, f"trace:{RUN_A}", f"tr-{HEX}"))["kind"] == "traces"
    assert (await compared(gateway, f"run:{RUN_A}", RUN_B))["kind"] == "runs"


async def test_a_trace_and_a_run_are_not_compared() -> None:
    """The error names both, and what each is."""
    with pytest.raises(ToolFailedError) as raised:
        await compared(traces(), f"tr-{HEX}", RUN_A)

    assert str(raised.value) == (
        f"`a` is the trace tr-{HEX} and `b` is the run {RUN_A}. Compare two traces, or two runs."
    )


MISSING = {
    "nothing of this name": ("nosuch", "`a` 'nosuch' is not the id of a trace or of a run that you can read."),
    "no trace": ("trace:nosuch", "No trace 'nosuch'"),
    "no run": ("run:nosuch", "No run 'nosuch'. The rows of search_traces have run_id"),
    "an empty id": ("trace:", "`trace_id` '' names no trace."),
    "an id that cannot be": ("run:\ud83d\ude00 x", "No run"),
}


@pytest.mark.parametrize(("text", "words"), MISSING.values(), ids=MISSING)
async def test_what_does_not_exist_is_an_error_that_says_where_to_look(text: str, words: str) -> None:
    """One retry is enough."""
    with pytest.raises(ToolFailedError) as raised:
        await compared(traces(), text, f"tr-{HEX}")

    assert words in str(raised.value)


async def test_hidden_traces_and_runs_read_like_missing_ones() -> None:
    """The allow-list holds for both."""
    gateway = FakeTraceGateway(
        [trace_of(agent(), f"tr-{HEX}")],
        [Experiment("1", "hidden"), Experiment("2", "shown")],
        runs=[Run(RUN_A, "one", "FINISHED", "1")],
    )
    for hidden, missing in ((f"tr-{HEX}", f"tr-{OTHER_HEX}"), (RUN_A, RUN_B), (f"run:{RUN_A}", f"run:{RUN_B}")):
        told: list[str] = []
        for text in (hidden, missing):
            with pytest.raises(ToolFailedError) as raised:
                await call_tool(gateway, "compare_traces", {"a": text, "b": text}, experiments=("2",))
            told.append(str(raised.value).replace(text.removeprefix("run:"), "<id>"))
        assert told[0] == told[1]


@pytest.mark.parametrize("budget", [2_000, 4_000, 8_000])
async def test_the_answer_keeps_its_budget(budget: int) -> None:
    """Whatever differs: here all of it, in long values."""
    long = changed(lambda plan: [setattr(one, "outputs", {"text": one.name * 900}) for one in plan.root.all()])
    renamed = changed(lambda plan: [setattr(one, "inputs", {"other": one.name * 900}) for one in plan.root.all()])
    gateway = FakeTraceGateway([trace_of(long, "tr-long"), trace_of(renamed, "tr-renamed")])

    answer = await compared(gateway, "tr-long", "tr-renamed", max_chars=budget)

    assert answer["first_divergence"]["name"] == "agent"
    assert len(json.dumps(answer, separators=(",", ":"), ensure_ascii=False)) > budget // 2


async def test_the_default_budget_is_4000_characters() -> None:
    """Of null, and of an argument that is left out; the server's own limit is kept where it is less."""
    many = changed(lambda plan: [setattr(one, "outputs", {"text": one.name * 900}) for one in plan.root.all()])
    many.root.steps = [*many.root.steps * 30]
    gateway = FakeTraceGateway([trace_of(agent(), "tr-a"), trace_of(many, "tr-b")])

    for arguments, most in (({}, 4_000), ({"max_chars": None}, 4_000)):
        answer = await compared(gateway, "tr-a", "tr-b", **arguments)
        assert len(json.dumps(answer, separators=(",", ":"), ensure_ascii=False)) <= most
    await call_tool(gateway, "compare_traces", {"a": "tr-a", "b": "tr-b"}, max_chars=2_500)


async def test_what_differs_only_in_what_is_masked_counts_as_the_same() -> None:
    """To say that two keys differ would say something of both; a note says how many values that concerns."""
    keys = ["ghp" + f"_{some(36, seed=seed)}" for seed in (1, 2)]
    pair = [
        trace_of(changed(lambda plan, key=key: plan.root.step("orders").inputs.update(region=key)), f"tr-{number}")
        for number, key in enumerate(keys)
    ]

    answer = await compared(FakeTraceGateway(pair), "tr-0", "tr-1")

    assert "first_divergence" not in answer and "counts" not in answer
    assert answer["notes"] == ["1 values differ only in what is masked, and count as the same."]


def test_its_listing_is_small() -> None:
    """All of it is in the agent's context, whether it compares or not."""
    (tool,) = [one for one in build_tools() if one.name == "compare_traces"]
    whole = [tool.name, tool.title, tool.description, tool.parameters, tool.output_schema]

    assert len(json.dumps(tool.output_schema, separators=(",", ":"), ensure_ascii=False)) <= 1_700
    assert len(json.dumps(whole, separators=(",", ":"), ensure_ascii=False)) <= 3_200


def deep(depth: int, innermost: str) -> Json:
    value: Json = innermost
    for _ in range(depth):
        value = [value]
    return value


async def test_deep_values_and_odd_clocks_keep_the_budget() -> None:
    """Values may nest as deep as JSON can be read, and each trace may have a note of every kind."""
    pair: list[Trace] = []
    for number, trace_id in enumerate(("tr-a", "tr-b")):
        root = make_span("agent", span_id="0" * 16, inputs=deep(300, f"value {number}"), duration_ms=None)
        odd = [
            make_span("old", root, span_id="1" * 16, start_ms=-(10**12)),
            make_span("early", root, span_id="2" * 16, start_ms=-50),
            make_span("late", root, span_id="2" * 16, start_ms=5_000),
            make_span("lost", span_id="4" * 16, parent_id="9" * 16),
            make_span("circle", span_id="5" * 16, parent_id="5" * 16),
        ]
        missing = "The spans are kept elsewhere. " * 30
        pair.append(make_trace(root, *odd, trace_id=trace_id, missing=missing))

    answer = await compared(FakeTraceGateway(pair), "tr-a", "tr-b", max_chars=2_000)

    assert (answer["first_divergence"]["a"], answer["first_divergence"]["b"]) == ("value 0", "value 1")
    assert answer["notes"][-1].endswith("more notes: get_trace has them.")


# Runs.


def feedback(name: str, value: Json, run: str, **fields: Any) -> Assessment:
    metadata = {ASSESSMENT_RUN_KEY: run, SCORER_DIGEST_KEY: fields.pop("digest", "sha256:1")}
    return make_assessment(name, value, source_type="CODE", metadata=metadata, assessment_id=f"{name}-{run}", **fields)


def row(run: str, number: int, *assessments: Assessment, **fields: Any) -> Trace:
    """A row of a run, of one question, answered in so many milliseconds."""
    inputs = fields.pop("inputs", {"question": f"Where is order {number}?"})
    metadata = {SOURCE_RUN_KEY: run, **fields.pop("metadata", {})}
    root = make_span("assistant", inputs=inputs, outputs=f"answer {number} of {run[:1]}", span_id=f"{number:016x}")
    info = make_trace_info(
        fields.pop("trace_id", f"tr-{run[:1]}-{number}"),
        request_time_ms=START_MS + number,
        request_preview=fields.pop("preview", json.dumps(inputs)),
        response_preview=f"answer {number} of {run[:1]}",
        trace_metadata=metadata,
        assessments=assessments,
        **fields,
    )
    return make_trace(root, info=info)


def runs(*rows: Trace) -> FakeTraceGateway:
    return FakeTraceGateway(
        rows, store=DATABASE, runs=[Run(RUN_A, "old", "FINISHED", "1", START_MS), Run(RUN_B, "new", "FINISHED", "1")]
    )


def rated(name: str, before: list[Json], after: list[Json], **fields: Any) -> FakeTraceGateway:
    """Rows with these values of one scorer on both sides."""
    sides = ((RUN_A, before), (RUN_B, after))
    return runs(
        *(
            row(run, number, feedback(name, value, run, **fields))
            for run, values in sides
            for number, value in enumerate(values)
        )
    )


SCORERS: dict[str, tuple[list[Json], list[Json], dict[str, Any]]] = {
    "booleans": (
        [True, True, True, False],
        [True, False, False, True],
        {"kind": "pass/fail", "a": 0.75, "b": 0.5, "improved": 1, "regressed": 2, "tied": 1, "p": 1},
    ),
    "yes and no": (
        ["yes"] * 6,
        ["no"] * 6,
        {"kind": "pass/fail", "a": 1, "b": 0, "improved": 0, "regressed": 6, "tied": 0, "p": 0.0312},
    ),
    "pass and fail in capitals": (
        ["PASS", "Fail"],
        ["PASS", "Pass"],
        {"kind": "pass/fail", "a": 0.5, "b": 1, "improved": 1, "regressed": 0, "tied": 1, "p": 1},
    ),
    "numbers": (
        [5, 4, 3.5],
        [4, 4, 4.5],
        {"kind": "number", "a": 4.1667, "b": 4.1667, "increased": 1, "decreased": 1, "tied": 1, "p": 1},
    ),
    "words": (
        ["good", "good", "poor"],
        ["poor", "poor", "poor"],
        {"kind": "text", "changed": 2, "tied": 1, "changes": {"good -> poor": 2}},
    ),
    "numbers and words": (
        [5, "n/a"],
        [4, "n/a"],
        {"kind": "text", "changed": 1, "tied": 1, "changes": {"5 -> 4": 1}},
    ),
    "numbers that no float can hold": (
        [10**400, 1],
        [10**400, 1],
        {"kind": "text", "changed": 0, "tied": 2},
    ),
    "lists": (
        [["a"], ["b"]],
        [["a"], ["c"]],
        {"kind": "text", "changed": 1, "tied": 1, "changes": {'["b"] -> ["c"]': 1}},
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), SCORERS.values(), ids=SCORERS)
async def test_a_scorer_is_compared_by_the_kind_of_its_values(
    before: list[Json], after: list[Json], expected: dict[str, Any]
) -> None:
    """Rates and an exact McNemar test for pass and fail, means and a sign test for numbers, counts for other values."""
    answer = await compared(rated("quality", before, after), RUN_A, RUN_B)

    (scorer,) = answer["scorers"]
    expected = {key: value for key, value in expected.items() if value is not None}
    assert {key: scorer.get(key) for key in expected} == expected
    assert (scorer["pairs"], scorer["scorer_changed"]) == (len(before), False)


@pytest.mark.parametrize("improved", [("b",), ("b", "c")], ids=["as many", "more"])
async def test_a_row_that_one_scorer_rejects_now_got_worse(improved: tuple[str, ...]) -> None:
    """Who reads which rows regressed must find each that a scorer counts as regressed."""
    names = ("a", "b", "c")
    before = [row(RUN_A, 0, *(feedback(name, name not in improved, RUN_A) for name in names))]
    after = [row(RUN_B, 0, *(feedback(name, name != "a", RUN_B) for name in names))]

    answer = await compared(runs(*before, *after), RUN_A, RUN_B)

    assert [one["trace_b"] for one in answer["regressed"]] == ["tr-b-0"]
    assert not answer.get("improved")


async def test_the_rationale_of_a_row_is_of_the_scorer_that_moved_it() -> None:
    """A row that two scorers reject and one accepts got worse; why the one accepts it explains nothing."""
    names = ("a-first", "b", "c")
    before = [row(RUN_A, 0, *(feedback(name, name != "a-first", RUN_A) for name in names))]
    after = [row(RUN_B, 0, *(feedback(name, name == "a-first", RUN_B, rationale=f"why {name}") for name in names))]

    answer = await compared(runs(*before, *after), RUN_A, RUN_B)

    (found,) = answer["regressed"]
    assert list(found["changes"]) == ["b", "c", "a-first"]
    assert found["rationale"] == "why b"


async def test_rows_that_got_worse_come_first_by_how_much() -> None:
    """A row that fails with an error, then one that two scorers reject, then one, then a number that fell."""
    ok, bad = (True, False)
    before = [
        row(RUN_A, number, feedback("right", ok, RUN_A), feedback("safe", "yes", RUN_A), feedback("score", 9, RUN_A))
        for number in range(5)
    ]
    values = [(ok, "yes", 2), (bad, "yes", 9), (bad, "no", 9), (ok, "yes", 9), (ok, "yes", 9)]
    after = [
        row(
            RUN_B,
            number,
            feedback("right", right, RUN_B, rationale=f"reason {number}"),
            feedback("safe", safe, RUN_B),
            feedback("score", score, RUN_B),
            state="ERROR" if number == 3 else "OK",
        )
        for number, (right, safe, score) in enumerate(values)
    ]

    answer = await compared(runs(*before, *after), RUN_A, RUN_B, max_chars=8_000)

    assert [one["trace_b"] for one in answer["regressed"]] == ["tr-b-3", "tr-b-2", "tr-b-1", "tr-b-0"]
    assert [one["changes"] for one in answer["regressed"]] == [
        {"status": "OK -> ERROR"},
        {"right": "true -> false", "safe": "yes -> no"},
        {"right": "true -> false"},
        {"score": "9 -> 2"},
    ]
    assert answer["regressed"][1]["rationale"] == "reason 2"
    assert answer["notes"][:2] == [
        "Of two values, true, yes and pass count as the better one.",
        "Larger numbers may be better or worse; rows whose numbers fell are listed behind the regressed.",
    ]


async def test_expectations_inputs_and_outputs_are_in_the_rows() -> None:
    """All that is needed to judge whether the scorer is right."""
    expected = make_assessment("answer", "On Monday", kind="expectation")
    before = row(RUN_A, 1, feedback("right", True, RUN_A), expected)
    after = row(RUN_B, 1, feedback("right", False, RUN_B), expected)

    (found,) = (await compared(runs(before, after), RUN_A, RUN_B))["regressed"]

    assert found == {
        "input": '{"question": "Where is order 1?"}',
        "expected": "On Monday",
        "output_a": "answer 1 of a",
        "output_b": "answer 1 of b",
        "changes": {"right": "true -> false"},
        "trace_a": "tr-a-1",
        "trace_b": "tr-b-1",
    }


PAIRINGS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the application's request id": (
        {"client_request_id": "r1", "inputs": {"q": 1}},
        {"client_request_id": "r1", "inputs": {"q": 2}},
        True,
    ),
    "the evaluation's request id": (
        {"tags": {EVAL_REQUEST_TAG: "e1"}, "inputs": {"q": 1}},
        {"tags": {EVAL_REQUEST_TAG: "e1"}, "inputs": {"q": 2}},
        True,
    ),
    "the inputs": (
        {"tags": {EVAL_REQUEST_TAG: "e1"}, "inputs": {"q": 1, "k": 2}},
        {"tags": {EVAL_REQUEST_TAG: "e2"}, "inputs": {"k": 2, "q": 1}},
        True,
    ),
    "inputs in spans, where a preview has one message": (
        {"inputs": {"messages": ["a", "b"]}, "preview": "b"},
        {"inputs": {"messages": ["a", "b"]}, "preview": "b"},
        True,
    ),
    "the same message after another": (
        {"inputs": {"messages": ["a", "b"]}, "preview": "b"},
        {"inputs": {"messages": ["c", "b"]}, "preview": "b"},
        False,
    ),
    "the same beginning of long inputs": (
        {"inputs": {"q": "x" * 2_000 + "1"}, "preview": '{"q": "' + "x" * 900 + "..."},
        {"inputs": {"q": "x" * 2_000 + "2"}, "preview": '{"q": "' + "x" * 900 + "..."},
        False,
    ),
    "other inputs": ({"inputs": {"q": 1}}, {"inputs": {"q": 2}}, False),
    "no inputs": ({"inputs": None, "preview": None}, {"inputs": None, "preview": None}, False),
}


@pytest.mark.parametrize(("one", "other", "paired"), PAIRINGS.values(), ids=PAIRINGS)
async def test_rows_are_paired_by_an_id_or_else_by_their_inputs(
    one: dict[str, Any], other: dict[str, Any], paired: bool
) -> None:
    """With `predict_fn` MLflow gives each row a new id; and a preview may be a part of the inputs only."""
    gateway = runs(row(RUN_A, 1, feedback("right", True, RUN_A), **one), row(RUN_B, 2, **other))

    answer = await compared(gateway, RUN_A, RUN_B)

    assert answer["pairs"] == int(paired)
    assert ("unpaired" in answer) is not paired


async def test_a_human_value_without_a_run_counts_for_both() -> None:
    """It is about the trace; the values of another run are not about this one."""
    shared = {"trace_id": "tr-shared", "metadata": {SOURCE_RUN_KEY: RUN_A}}
    values = (feedback("right", True, RUN_A), feedback("right", False, "c" * 32), make_assessment("rating", "good"))
    gateway = runs(row(RUN_A, 1, *values, **shared))

    answer = await compared(gateway, RUN_A, RUN_A)

    assert [(one["scorer"], one["tied"]) for one in answer["scorers"]] == [("rating", 1), ("right", 1)]


async def test_failed_judges_and_changed_scorers_are_named() -> None:
    """Neither is a regression of the application."""
    failure = AssessmentFailure("SCORER_ERROR", "no answer within 60 s")
    gateway = runs(
        row(RUN_A, 1, feedback("right", True, RUN_A), feedback("safe", "yes", RUN_A)),
        row(
            RUN_B,
            1,
            feedback("right", True, RUN_B, digest="sha256:2"),
            feedback("safe", None, RUN_B, failure=failure),
        ),
    )

    answer = await compared(gateway, RUN_A, RUN_B)

    assert answer["failed_judges"] == [{"scorer": "safe", "b": 1, "error": "SCORER_ERROR: no answer within 60 s"}]
    assert [(one["scorer"], one["scorer_changed"]) for one in answer["scorers"]] == [("right", True)]
    assert "regressed" not in answer


async def test_latency_tokens_and_cost_of_both_runs_are_shown() -> None:
    """Sums over the rows, and the median duration."""
    gateway = runs(
        *(
            row(
                run,
                number,
                execution_duration_ms=took * (number + 1),
                metadata={TOKEN_USAGE_KEY: '{"total_tokens": 10}', "mlflow.trace.cost": '{"total_cost": 0.25}'},
            )
            for run, took in ((RUN_A, 100), (RUN_B, 300))
            for number in range(3)
        )
    )

    answer = await compared(gateway, RUN_A, RUN_B)

    facts = ("rows", "p50_ms", "tokens", "cost")
    assert [[answer[side][fact] for fact in facts] for side in "ab"] == [[3, 200, 30, 0.75], [3, 600, 30, 0.75]]
    assert answer["notes"] == ["The paired rows have no scorer in common."]


async def test_rows_that_were_not_read_in_time_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is compared rather than nothing, and the notes say what is missing: here there is no time at all."""
    monkeypatch.setattr(compare_traces, "READING_SHARE", -1)
    rows = [row(run, number, preview=None) for run in (RUN_A, RUN_B) for number in range(510)]

    answer = await compared(runs(*rows), RUN_A, RUN_B)

    assert (answer["a"]["rows"], answer["pairs"]) == (500, 0)
    assert [note.partition(", back to")[0] for note in answer["notes"][:2]] == [
        "a: the newest 500 rows",
        "b: the newest 500 rows",
    ]
    assert "The inputs of 1000 rows were not read in the time of a call; they count as unpaired." in answer["notes"]


async def test_the_smallest_budget_is_kept_whatever_the_rows_hold() -> None:
    """Long names of scorers, long inputs that only one run has, and every scorer failing somewhere."""
    failure = AssessmentFailure("SCORER_ERROR", "no answer " * 50)
    names = [f"scorer {number} " * 20 for number in range(15)]
    sides = ((RUN_A, 0), (RUN_B, 20))
    gateway = runs(
        *(
            row(
                run,
                number,
                *(feedback(name, number % 2 == 0, run, rationale="because " * 90) for name in names),
                *(feedback(f"judge {name}", None, run, failure=failure) for name in names),
                inputs={"question": f'{number} "why"? ' * 90},
            )
            for run, first in sides
            for number in range(first, first + 30)
        )
    )

    answer = await compared(gateway, RUN_A, RUN_B, max_chars=2_000)

    assert (answer["pairs"], answer["unpaired"]["a"], answer["unpaired"]["b"]) == (10, 20, 20)
    assert any(note.startswith("scorers shows ") for note in answer["notes"])


@pytest.mark.parametrize("budget", [2_000, 4_000])
async def test_a_comparison_of_large_runs_keeps_its_budget_and_counts_what_it_leaves_out(budget: int) -> None:
    """600 rows on each side, half of them worse, with long inputs: more than a page of the store."""
    sides = ((RUN_A, True), (RUN_B, False))
    gateway = runs(
        *(
            row(
                run,
                number,
                feedback("right", right or number % 2 == 0, run),
                preview=None,
                inputs={"q": f"{number}" * 99},
            )
            for run, right in sides
            for number in range(600)
        )
    )

    answer = await compared(gateway, RUN_A, RUN_B, max_chars=budget)

    assert answer["pairs"] == 600
    assert answer["scorers"][0]["regressed"] == 300 and answer["scorers"][0]["p"] < 1e-80
    shown = len(answer["regressed"])
    assert shown > 2 and f"regressed shows {shown} of 300 rows." in answer["notes"]
