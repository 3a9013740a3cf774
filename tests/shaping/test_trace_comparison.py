"""Two traces compared: whatever was changed in one place is found there, as the first divergence."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.comparison_results import CompareTracesResult
from mcp_traces.records import LINKED_PROMPTS_TAG, Json, SpanEvent, Trace
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.text import compact
from mcp_traces.shaping.trace_comparison import Side, compare_side_by_side
from tests.builders import make_span, make_trace
from tests.shaping.compared_agents import Plan, Step, agent, changed, system, trace_of

BUDGET = 4_000


def compared(a: Trace, b: Trace, budget: int = BUDGET) -> CompareTracesResult:
    return compare_side_by_side(Side(a, build_tree(a.spans)), Side(b, build_tree(b.spans)), budget)


def against_agent(plan: Plan) -> CompareTracesResult:
    return compared(trace_of(agent(), "tr-a", seed="aa"), trace_of(plan, "tr-b", seed="bb"))


def first(result: CompareTracesResult) -> dict[str, Any]:
    """What matters of the first divergence: what it is, where, and the two values."""
    assert result.first_divergence is not None
    shown = result.first_divergence.model_dump()
    return {key: shown[key] for key in ("what", "name", "path", "a", "b") if shown.get(key) is not None}


def add(step: Step, at: int | None = None) -> Callable[[Plan], None]:
    def change(plan: Plan) -> None:
        plan.root.steps.insert(len(plan.root.steps) if at is None else at, step)

    return change


def on(name: str, change: Callable[[Step], Any], number: int = 0) -> Callable[[Plan], Any]:
    return lambda plan: change(plan.root.step(name, number))


def put(where: str, key: str, value: Json) -> Callable[[Step], None]:
    """Sets a key of inputs, outputs or attributes."""

    def change(step: Step) -> None:
        held: dict[str, Json] = getattr(step, where)
        setattr(step, where, {**held, key: value})

    return change


def replace_outputs(value: Json) -> Callable[[Step], None]:
    def change(step: Step) -> None:
        step.outputs = value

    return change


def say(number: int, text: str) -> Callable[[Step], None]:
    """Changes one message that a model is given."""

    def change(step: Step) -> None:
        messages = [dict(one) for one in step.inputs["messages"]]
        messages[number]["content"] = text
        step.inputs = {**step.inputs, "messages": messages}

    return change


def remove(name: str, number: int = 0) -> Callable[[Plan], None]:
    return lambda plan: plan.root.steps.remove(plan.root.step(name, number))


def retried(plan: Plan) -> None:
    """The tool fails, and is called again with the same arguments."""
    again = plan.root.step("payments")
    again.start += 60
    failed = Step("payments", "TOOL", 281, 50, dict(again.inputs))
    failed.fail("connection reset")
    plan.root.steps.insert(3, failed)


def another_turn(plan: Plan) -> None:
    """The model asks for one more tool before it answers."""
    plan.root.step("chat", 1).outputs = {"tool_calls": [{"name": "orders", "arguments": {"order": 4712}}]}
    plan.root.steps.insert(6, Step("orders", "TOOL", 860, 5, {"order": 4712, "region": "EU"}, {"state": "open"}))
    answer = {"role": "assistant", "content": "It was paid on Monday."}
    plan.root.steps.insert(7, Step("chat", "CHAT_MODEL", 866, 3, {"step": 3}, answer))


def other_order(plan: Plan) -> None:
    """Two steps that follow one another change their places."""
    retrieve, chat = plan.root.step("retrieve"), plan.root.step("chat")
    chat.start, retrieve.start = 10, 220


def wrapped(plan: Plan) -> None:
    """A span around the tools, which were called by the agent itself before."""
    tools = [plan.root.step(name) for name in ("orders", "payments", "shipping")]
    for tool in tools:
        plan.root.steps.remove(tool)
    plan.root.steps.insert(2, Step("tools", "CHAIN", 275, 260, steps=tools))


def next_prompt(plan: Plan) -> None:
    """The prompt's next version: linked to the trace, and said to the model."""
    plan.tags = {LINKED_PROMPTS_TAG: '[{"name": "support", "version": "2"}]'}
    for number in (0, 1):
        say(0, system(2))(plan.root.step("chat", number))


def rename(name: str) -> Callable[[Step], None]:
    def change(step: Step) -> None:
        step.name = name

    return change


def another_tool(plan: Plan) -> None:
    """Instead of one tool, another with other arguments."""
    plan.root.steps[4] = Step("carriers", "TOOL", 282, 60, {"parcel": "JJD01"}, {"carrier": "DHL"})


def fail_and_all_above(plan: Plan) -> None:
    plan.root.step("payments").fail("payments are down")
    plan.root.fail("payments are down")


def long_text(word: str) -> str:
    return " ".join([*("context" for _ in range(900)), word, *("context" for _ in range(900))])


def with_long_documents(word: str) -> Plan:
    return changed(on("retrieve", replace_outputs([{"page_content": long_text(word)}])))


PLANTED: dict[str, tuple[Callable[[Plan], Any], dict[str, Any]]] = {
    "a retry": (retried, {"what": "only in b", "name": "payments"}),
    "a missing tool call": (remove("shipping"), {"what": "only in a", "name": "shipping"}),
    "a missing first step": (remove("retrieve"), {"what": "only in a", "name": "retrieve"}),
    "a missing last step": (remove("guardrail"), {"what": "only in a", "name": "guardrail"}),
    "another model": (
        on("chat", put("inputs", "model", "gpt-4o-mini")),
        {"what": "model", "name": "chat", "path": "inputs.model", "a": "gpt-4o", "b": "gpt-4o-mini"},
    ),
    "another model in an attribute": (
        on("chat", put("attributes", "mlflow.llm.model", "gpt-5")),
        {"what": "model", "name": "chat", "path": 'attributes["mlflow.llm.model"]', "a": "gpt-4o", "b": "gpt-5"},
    ),
    "a changed prompt version": (
        next_prompt,
        {"what": "prompt", "name": "chat", "path": 'tags["mlflow.linkedPrompts"]', "a": "support/1", "b": "support/2"},
    ),
    "a prompt version linked by a span": (
        on("chat", put("attributes", LINKED_PROMPTS_TAG, '[{"name": "support", "version": "3"}]'), 1),
        {
            "what": "prompt",
            "name": "chat",
            "path": 'attributes["mlflow.linkedPrompts"]',
            "b": '[{"name": "support", "version": "3"}]',
        },
    ),
    "another system message": (
        on("chat", say(0, system(2))),
        {"what": "inputs", "name": "chat", "path": "inputs.messages[0].content", "a": system(1), "b": system(2)},
    ),
    "another retrieval": (
        on("retrieve", lambda step: step.outputs.__setitem__(1, {"id": "doc-9", "page_content": "Refunds, part 2"})),
        {"what": "outputs", "name": "retrieve", "path": "outputs[1].id", "a": "doc-2", "b": "doc-9"},
    ),
    "one document less": (
        on("retrieve", lambda step: step.outputs.pop()),
        {
            "what": "outputs",
            "name": "retrieve",
            "path": "outputs[2]",
            "a": '{"id":"doc-3","page_content":"Refunds, part 3"}',
        },
    ),
    "an argument that differs by case": (
        on("orders", put("inputs", "region", "eu")),
        {"what": "inputs (case only)", "name": "orders", "path": "inputs.region", "a": "EU", "b": "eu"},
    ),
    "an argument that differs by spaces": (
        on("orders", put("inputs", "region", "EU ")),
        {"what": "inputs (spaces only)", "name": "orders", "path": "inputs.region", "a": "EU", "b": "EU "},
    ),
    "an argument of another type": (
        on("shipping", put("inputs", "order", "4711")),
        {"what": "inputs", "name": "shipping", "path": "inputs.order", "a": "4711", "b": '"4711"'},
    ),
    "an argument more": (
        on("payments", put("inputs", "currency", "USD")),
        {"what": "inputs", "name": "payments", "path": "inputs.currency", "b": "USD"},
    ),
    "true in place of 1": (
        on("guardrail", put("outputs", "passed", 1)),
        {"what": "outputs", "name": "guardrail", "path": "outputs.passed", "a": "true", "b": "1"},
    ),
    "a changed temperature": (
        on("chat", put("inputs", "temperature", 0.9)),
        {"what": "parameters", "name": "chat", "path": "inputs.temperature", "a": "0.2", "b": "0.9"},
    ),
    "a parameter in an attribute": (
        on("chat", put("attributes", "llm.invocation_parameters", {"max_tokens": 50})),
        {
            "what": "parameters",
            "name": "chat",
            "path": 'attributes["llm.invocation_parameters"].max_tokens',
            "a": "400",
            "b": "50",
        },
    ),
    "a span before parallel ones": (
        add(Step("cache", "TOOL", 275, 2, {"key": "4711"}), 2),
        {"what": "only in b", "name": "cache"},
    ),
    "a span among parallel ones": (
        add(Step("stock", "TOOL", 283, 40, {"order": 4711}, {"stock": 3}), 4),
        {"what": "only in b", "name": "stock"},
    ),
    "a span behind parallel ones": (
        add(Step("merge", "CHAIN", 540, 10, None, "merged"), 5),
        {"what": "only in b", "name": "merge"},
    ),
    "a renamed span": (
        on("guardrail", rename("safety")),
        {"what": "name", "name": "guardrail", "path": "name", "a": "guardrail", "b": "safety"},
    ),
    "a renamed root": (
        on("agent", rename("assistant")),
        {"what": "name", "name": "agent", "path": "name", "a": "agent", "b": "assistant"},
    ),
    "another type": (
        on("guardrail", lambda step: setattr(step, "kind", "TOOL")),
        {"what": "type", "name": "guardrail", "a": "CHAIN", "b": "TOOL"},
    ),
    "another tool": (another_tool, {"what": "other span", "name": "shipping", "a": "shipping", "b": "carriers"}),
    "steps in another order": (
        other_order,
        {"what": "order", "name": "retrieve", "a": "retrieve, then chat", "b": "chat, then retrieve"},
    ),
    "an error in one": (
        fail_and_all_above,
        {"what": "status", "name": "payments", "a": "OK", "b": "ERROR"},
    ),
    "an extra turn": (
        another_turn,
        {"what": "outputs", "name": "chat", "path": "outputs.role", "a": "assistant"},
    ),
    "a span around others": (wrapped, {"what": "only in b", "name": "tools"}),
    "another question": (
        on("agent", put("inputs", "question", "Where is my parcel for order 4711?")),
        {
            "what": "inputs",
            "name": "agent",
            "path": "inputs.question",
            "a": "Where is my refund for order 4711?",
            "b": "Where is my parcel for order 4711?",
        },
    ),
    "another final answer": (
        on("agent", replace_outputs("It was paid on Tuesday.")),
        {
            "what": "outputs",
            "name": "agent",
            "path": "outputs",
            "a": "It was paid on Monday.",
            "b": "It was paid on Tuesday.",
        },
    ),
    "outputs that were not recorded": (
        on("shipping", replace_outputs(None)),
        {"what": "outputs", "name": "shipping", "path": "outputs", "a": '{"carrier":"DHL"}'},
    ),
    "a handled exception": (
        on("orders", lambda step: setattr(step, "events", (SpanEvent("exception", 0, {"exception.type": "E"}),))),
        {"what": "events", "name": "orders", "path": "events", "b": "exception"},
    ),
    "an attribute of the application": (
        on("retrieve", put("attributes", "index", "2026-11")),
        {"what": "attributes", "name": "retrieve", "path": "attributes.index", "b": "2026-11"},
    ),
}


@pytest.mark.parametrize(("change", "expected"), PLANTED.values(), ids=PLANTED)
def test_what_was_changed_is_the_first_divergence(change: Callable[[Plan], Any], expected: dict[str, Any]) -> None:
    """An agent asks what went differently; the answer names the first place, not all that follows from it."""
    result = against_agent(changed(change))

    assert first(result) == expected
    assert result.identical is False
    assert len(compact(result.model_dump(mode="json"))) <= BUDGET


def test_the_other_differences_follow_in_the_order_of_execution() -> None:
    """What came of it: the failure goes up to the root, whose own outputs come last."""
    result = against_agent(changed(fail_and_all_above))

    assert [(one.what, one.name) for one in result.differences] == [
        ("error", "payments"),
        ("outputs", "payments"),
        ("events", "payments"),
        ("status", "agent"),
        ("error", "agent"),
        ("outputs", "agent"),
        ("events", "agent"),
    ]
    assert result.counts == {"status": 2, "error": 2, "outputs": 2, "events": 2}
    assert (result.a.failed_spans, result.b.failed_spans) == (0, 2)


def test_a_retry_is_one_span_more_and_nothing_else() -> None:
    """The call that worked is compared with the call that worked."""
    result = against_agent(changed(retried))

    assert [(one.name, one.spans) for one in result.only_b] == [("payments", 1)]
    assert result.only_a == [] and result.counts == {"only in b": 1}


def test_a_span_around_others_is_one_span_more_and_those_below_it_are_known_again() -> None:
    """Not six spans that are missing and seven that are new."""
    result = against_agent(changed(wrapped))

    assert [(one.name, one.spans, one.below) for one in result.only_b] == [("tools", 1, 0)]
    assert result.counts == {"only in b": 1, "parent": 3}
    assert {(one.a, one.b) for one in result.differences} == {("agent", "tools")}


def test_the_model_is_named_once_where_inputs_and_an_attribute_have_it() -> None:
    """Tracers record it in both; it is one difference."""
    plan = changed(on("chat", put("inputs", "model", "gpt-5")))
    put("attributes", "mlflow.llm.model", "gpt-5")(plan.root.step("chat"))

    assert against_agent(plan).counts == {"model": 1}


@pytest.mark.parametrize("seed", range(12))
def test_parallel_spans_may_start_and_finish_in_another_order(seed: int) -> None:
    """Which of three tools that run at once is first is chance."""
    rng = random.Random(seed)
    plan = agent()
    tools = [plan.root.step(name) for name in ("orders", "payments", "shipping")]
    for tool, start in zip(tools, rng.sample([280, 281, 282], 3), strict=True):
        tool.start, tool.took = start, rng.choice([60, 100, 200])
    plan.root.steps = rng.sample(plan.root.steps, len(plan.root.steps))

    result = against_agent(plan)

    assert result.identical is True
    assert result.first_divergence is None and result.counts == {}


@pytest.mark.parametrize("at", [274, 283, 545], ids=["before", "inside", "behind"])
def test_a_span_beside_parallel_ones_is_found_whatever_their_order(at: float) -> None:
    """The insertion is the only difference, though the three finish in another order."""
    plan = agent()
    for name, took in (("orders", 240), ("payments", 70), ("shipping", 150)):
        plan.root.step(name).took = took
    plan.root.steps.append(Step("stock", "TOOL", at, 4, {"order": 4711}, {"stock": 3}))

    result = against_agent(plan)

    assert first(result) == {"what": "only in b", "name": "stock"}
    assert result.counts == {"only in b": 1}


def test_times_are_no_difference_and_are_explained() -> None:
    """A slow span makes nothing else of the trace, but it is where the time went."""
    plan = changed(on("payments", lambda step: setattr(step, "took", 650)))
    for name, number in (("chat", 1), ("guardrail", 0)):
        plan.root.step(name, number).start += 400
    plan.root.took += 400

    result = against_agent(plan)

    assert result.identical is True
    assert [(one.name, one.change_ms) for one in result.time] == [("payments", 400)]
    assert (result.time[0].span_a, result.time[0].span_b) == ("aaaaaaaa00000004", "bbbbbbbb00000004")


IDS: dict[str, tuple[str, str]] = {
    "a UUID": ("9f1c2f3e-8a31-4d5f-9c51-0d1f7a3b2c4d", "0b9f6c1e-1111-4a2b-8c3d-5e6f70819293"),
    "the id of a completion": ("chatcmpl-9xKd83jdkf93jdkQ1", "chatcmpl-AbC83jdkf93jdkZZ2"),
    "the id of a tool call": ("call_8VhKq02jJx93kdPq21aZ", "call_1ZhKq02jJx93kdPq21bY"),
    "a hash": ("e3b0c44298fc1c149afbf4c8996fb924", "27ae41e4649b934ca495991b7852b855"),
    "a moment": ("2026-11-29T11:36:20.123Z", "2026-11-30T07:01:59Z"),
    "a moment in seconds": ("1795952180", "1796012519"),
    "a duration": ("took 1.25 s", "took 840 ms"),
}


@pytest.mark.parametrize(("one", "other"), IDS.values(), ids=IDS)
def test_what_differs_from_run_to_run_is_counted_separately(one: str, other: str) -> None:
    """Two runs never share ids: they would be the first divergence of any two traces."""
    a = changed(on("orders", put("outputs", "note", f"done: {one}.")))
    b = changed(on("orders", put("outputs", "note", f"done: {other}.")))
    remove("guardrail")(b)

    result = compared(trace_of(a, "tr-a"), trace_of(b, "tr-b"))

    assert first(result) == {"what": "only in a", "name": "guardrail"}
    assert (result.counts, result.differ_only_in_ids) == ({"only in a": 1}, 1)


def test_traces_that_differ_in_ids_alone_say_so() -> None:
    """They are not identical, and nothing diverged."""
    a = changed(on("orders", put("outputs", "created", 1795952180)))
    b = changed(on("orders", put("outputs", "created", 1795952999)))
    put("inputs", "at", 1795952180123)(a.root.step("shipping"))
    put("inputs", "at", 1795952999456)(b.root.step("shipping"))

    result = compared(trace_of(a, "tr-a"), trace_of(b, "tr-b"))

    assert (result.identical, result.first_divergence, result.differ_only_in_ids) == (False, None, 2)
    assert result.notes == ["Nothing differs but ids, times and durations within values."]
    assert {(one.path, one.a, one.b) for one in result.differences} == {
        ("outputs.created", "1795952180", "1795952999"),
        ("inputs.at", "1795952180123", "1795952999456"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("order 4711", "order 4712"),
        ("2026-11-28", "2026-11-29"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20"),
        (1555123456, 1555123457),
        ("5 s", "6 s"),
    ],
)
def test_short_numbers_days_and_versions_are_differences(one: str, other: str) -> None:
    """They are what people ask about: which order, which day, which version, how long to wait."""
    a, b = (changed(on("orders", put("inputs", "region", value))) for value in (one, other))

    result = compared(trace_of(a, "tr-a"), trace_of(b, "tr-b"))

    assert first(result)["what"] == "inputs"


def test_usage_and_cost_are_no_difference() -> None:
    """They are measured, and follow from the rest."""
    plan = changed(on("chat", put("attributes", "mlflow.chat.tokenUsage", {"total_tokens": 31})))
    for key in (
        "session.id",
        "gen_ai.usage.input_tokens",
        "llm.token_count.total",
        "thread.id",
        "mlflow.spanStartTimeNs",
    ):
        put("attributes", key, 17)(plan.root.step("chat", 1))

    assert against_agent(plan).identical is True


def test_a_long_value_shows_the_part_that_differs() -> None:
    """Its beginning is the same on both sides; `at` is the place from which get_trace reads on."""
    result = compared(trace_of(with_long_documents("Monday"), "tr-a"), trace_of(with_long_documents("Sunday"), "tr-b"))

    divergence = result.first_divergence
    assert divergence is not None and divergence.path == "outputs[0].page_content"
    assert divergence.a is not None and divergence.b is not None
    assert divergence.at == long_text("Monday").index("Monday")
    assert "Monday" in divergence.a and "Sunday" in divergence.b
    assert divergence.a.startswith("…") and divergence.a.endswith("…") and len(divergence.a) < 400


def test_images_are_marks_and_never_their_data() -> None:
    """Of two pictures, one is told from the other by what MLflow says of them, not by their base64."""
    pictures = ["iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB" + letter * 400 for letter in "AB"]
    a, b = (changed(on("orders", put("inputs", "photo", f"data:image/png;base64,{one}"))) for one in pictures)

    result = compared(trace_of(a, "tr-a"), trace_of(b, "tr-b"))

    divergence = result.first_divergence
    assert divergence is not None and divergence.path == "inputs.photo"
    assert "[image image/png" in str(divergence.a) and "AAAAAAAAAA" not in compact(result.model_dump(mode="json"))


def test_tags_and_metadata_of_the_traces_are_context() -> None:
    """Another version of the application explains a difference; it is none by itself."""
    plan = agent()
    plan.tags |= {"version": "2.4.1"}

    result = against_agent(plan)

    assert [(one.key, one.a, one.b) for one in result.context] == [("tags.version", None, "2.4.1")]
    assert result.identical is True


def test_a_trace_without_spans_is_compared_too() -> None:
    """Its payload may be lost; `missing` says so."""
    empty = Trace(trace_of(agent(), "tr-b").info, (), "The spans are lost.")

    result = compared(trace_of(agent(), "tr-a"), empty)

    assert first(result) == {"what": "only in a", "name": "agent"}
    assert [(one.name, one.spans, one.below) for one in result.only_a] == [("agent", 1, 7)]
    assert result.notes[0] == "b: The spans are lost."


# Any traces.

NAMES = st.sampled_from(["plan", "search", "chat", "tool"])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 3),
    st.text(max_size=8),
    st.lists(st.sampled_from(["a", "b", {"c": 1}]), max_size=3),
    st.dictionaries(st.sampled_from(["q", "id", "x y"]), st.sampled_from(["1", 1, True, None]), max_size=2),
)


STEPS = st.tuples(
    st.integers(0, 30),
    NAMES,
    st.sampled_from(["TOOL", "CHAT_MODEL"]),
    st.sampled_from([0, 5, 10, 40, -3, -(10**12)]),
    st.sampled_from([0, 5, 30, 200, None, -4]),
    st.sampled_from(["OK", "ERROR"]),
    VALUES,
)


@st.composite
def traces(draw: st.DrawFn, trace_id: str = "tr-a") -> Trace:
    """Any tree with any values, clocks that are wrong and spans that did not end among them."""
    spans = [make_span("agent", span_id="0" * 16, duration_ms=draw(st.sampled_from([100, None])))]
    for number, (above, name, kind, start, took, status, value) in enumerate(draw(st.lists(STEPS, max_size=15)), 1):
        span = make_span(
            name,
            spans[above % len(spans)],
            span_type=kind,
            start_ms=start,
            duration_ms=took,
            status="ERROR" if status == "ERROR" else "OK",
            inputs=value,
            outputs=number % 3,
            span_id=f"{number:016x}",
        )
        spans.append(span)
    return make_trace(*spans[:: draw(st.sampled_from([1, -1]))], trace_id=trace_id)


@given(traces())
def test_a_trace_is_identical_to_itself(trace: Trace) -> None:
    """Whatever its shape, values and clocks."""
    result = compared(trace, trace)

    assert (result.identical, result.first_divergence, result.counts) == (True, None, {})
    assert (result.only_a, result.only_b, result.time) == ([], [], [])


@given(traces("tr-a"), traces("tr-b"), st.sampled_from([2_000, 4_000]))
def test_any_two_traces_are_compared_within_the_budget(a: Trace, b: Trace, budget: int) -> None:
    """And each span is in a pair, or in one of them only."""
    result = compared(a, b, budget)

    assert len(compact(result.model_dump(mode="json"))) <= budget
    assert result.identical is (not result.counts and not result.differ_only_in_ids)
    assert (result.first_divergence is None) is (not result.counts)
    if not any("shows" in note for note in result.notes):
        lacking = [sum(one.spans + one.below for one in only) for only in (result.only_a, result.only_b)]
        assert len(a.spans) - lacking[0] == len(b.spans) - lacking[1]


@given(traces(), st.data())
def test_one_span_less_is_the_only_difference(trace: Trace, data: st.DataObject) -> None:
    """A leaf that is taken away is missing, and nothing else is."""
    parents = {span.parent_id for span in trace.spans}
    leaves = [span for span in trace.spans if span.span_id not in parents and span.parent_id is not None]
    if not leaves:
        return
    gone = data.draw(st.sampled_from(leaves))
    less = Trace(trace.info, tuple(span for span in trace.spans if span is not gone))

    result = compared(trace, less)

    assert result.counts.get("only in a") == 1 and [one.spans + one.below for one in result.only_a] == [1]
    assert result.only_a[0].name == gone.name


def large(trace_id: str, spans: int, *, rng: random.Random, change: int | None = None) -> Trace:
    """A trace of turns with parallel tools, whose values differ in ids; one of them is changed."""
    root = make_span("agent", span_type="AGENT", span_id="0" * 16, duration_ms=spans * 10)
    made, turn = [root], root
    for number in range(1, spans):
        if number % 10 == 1:
            turn = make_span(
                "turn", root, span_type="CHAIN", start_ms=number * 10, duration_ms=99, span_id=f"{number:016x}"
            )
            made.append(turn)
            continue
        call = f"call_{rng.getrandbits(96):024x}a1"
        made.append(
            make_span(
                f"tool_{number % 3}",
                turn,
                span_type="TOOL",
                start_ms=(number - number % 10) * 10 + rng.choice([1, 2, 3]),
                duration_ms=rng.choice([5, 40, 80]),
                inputs={"query": f"question {number if number != change else 'other'}", "tool_call_id": call},
                outputs={"text": "a page of text " * 40 + str(number), "id": call},
                span_id=f"{number:016x}",
            )
        )
    return make_trace(*made, trace_id=trace_id)


def test_one_change_among_2000_spans_with_other_ids_is_found_within_the_budget() -> None:
    """Every value differs, but in ids alone; parallel tools finish in any order."""
    rng = random.Random(7)
    a, b = large("tr-a", 2_000, rng=rng), large("tr-b", 2_000, rng=rng, change=1_234)

    result = compared(a, b)

    assert first(result)["path"] == "inputs.query"
    assert result.counts == {"inputs": 1}
    assert (result.differ_only_in_ids or 0) > 1_700
    assert len(json.dumps(result.model_dump(mode="json"), ensure_ascii=False)) <= BUDGET + 200
