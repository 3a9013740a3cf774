"""The conversation of a trace: each message once, in order, told by the span that added it."""

import json
from pathlib import Path

from inline_snapshot import snapshot

from mcp_traces.records import Span
from mcp_traces.shaping.conversation import NO_LLM_MESSAGES, NO_MESSAGES, conversation
from mcp_traces.shaping.span_tree import build_tree
from tests.builders import make_span
from tests.shaping.chats import calls, chat, result, rows, said, system, texts, user

RECORDED = Path(__file__).parent / "recorded"
"""Spans as MLflow 3.17 recorded them of the libraries' own SDKs, without usage and settings."""


def recorded(name: str) -> list[Span]:
    spans: list[Span] = []
    for index, one in enumerate(json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))):
        span = make_span(
            one["name"],
            span_id=one["id"],
            parent_id=one.get("parent"),
            span_type=one["type"],
            start_ms=index,
            inputs=one.get("inputs"),
            outputs=one.get("outputs"),
            attributes={"mlflow.message.format": one["format"]} if "format" in one else None,
        )
        spans.append(span)
    return spans


def test_openai_chat_completions() -> None:
    """An agent with a tool, an image, and a second, streamed call that has nothing to do with the first."""
    assert rows(recorded("openai_chat")) == snapshot(
        [
            ("system", "Be brief.", "s1", "inputs.messages[0]"),
            (
                "user",
                """\
Where is my order?
[image image/png 82 bytes]\
""",
                "s1",
                "inputs.messages[1]",
            ),
            ("assistant", '[lookup({"id": "A"})]', "s1", "outputs.choices[0].message"),
            ("tool", '{"id": "A", "status": "shipped"}', "s2", "outputs"),
            ("assistant", "It is on its way.", "s3", "outputs.choices[0].message"),
            ("user", "hi", "s4", "inputs.messages[0]"),
            ("assistant", "Hello", "s4", "outputs.choices[0].message"),
        ]
    )


def test_openai_responses() -> None:
    """Instructions apart, reasoning and calls as items of their own."""
    assert rows(recorded("openai_responses")) == snapshot(
        [
            ("system", "Be kind.", "s1", "inputs.instructions"),
            ("user", "Where?", "s1", "inputs.input[0]"),
            ("assistant", "(Need to look up.)", "s1", "outputs.output[0]"),
            ("assistant", '[lookup({"id": "A"})]', "s1", "outputs.output[1]"),
            ("tool", '{"id": "A", "status": "shipped"}', "s2", "outputs"),
            ("assistant", "Shipped.", "s3", "outputs.output[0]"),
        ]
    )


def test_anthropic() -> None:
    """Thinking, two calls at once, and their results in one message of the user."""
    assert rows(recorded("anthropic")) == snapshot(
        [
            ("system", "Be brief.", "s1", "inputs.system"),
            (
                "user",
                """\
Where?
[image image/png 8 bytes]\
""",
                "s1",
                "inputs.messages[0]",
            ),
            ("assistant", '(I should look.) Let me look. [lookup({"id": "A"}); lookup({"id": "B"})]', "s1", "outputs"),
            ("tool", "A shipped", "s2", "outputs"),
            ("tool", "B shipped", "s3", "outputs"),
            ("assistant", "Both shipped.", "s4", "outputs"),
        ]
    )


def test_gemini() -> None:
    """Each call is two spans; calls have no ids."""
    assert rows(recorded("gemini")) == snapshot(
        [
            ("system", "Be brief.", "s2", "inputs.config.system_instruction"),
            ("user", "Where?", "s2", "inputs.contents[0]"),
            ("assistant", '[lookup({"id": "A"})]', "s2", "outputs.candidates[0].content"),
            ("tool", '{"status":"shipped"}', "s4", "inputs.contents[2].parts[0]"),
            ("assistant", "(thinking...) It is shipped.", "s4", "outputs.candidates[0].content"),
        ]
    )


def test_langgraph_over_openai() -> None:
    """The state with all messages on every node, and an OpenAI span in each LangChain one."""
    assert rows(recorded("langgraph")) == snapshot(
        [
            ("system", "Be brief.", "s6", "inputs.messages[0]"),
            ("user", "Where is A?", "s6", "inputs.messages[1]"),
            ("assistant", '[lookup({"id": "A"})]', "s6", "outputs.choices[0].message"),
            ("tool", '{"id": "A", "status": "shipped"}', "s9", "outputs.content"),
            ("assistant", "It is on its way.", "s15", "outputs.choices[0].message"),
        ]
    )


def test_openai_agents_with_a_handoff() -> None:
    """The second agent is given the history of the first under instructions of its own."""
    assert rows(recorded("openai_agents")) == snapshot(
        [
            ("system", "You triage.", "s5", "inputs.instructions"),
            ("user", "Where is A?", "s5", "inputs.input[0]"),
            ("assistant", "[transfer_to_billing({})]", "s5", "outputs.output[0]"),
            ("system", "You do billing.", "s10", "inputs.instructions"),
            ("tool", '{"assistant": "billing"}', "s10", "inputs.input[2]"),
            ("assistant", '[lookup({"id": "A"})]', "s10", "outputs.output[0]"),
            ("tool", "A shipped", "s11", "outputs"),
            ("assistant", "Shipped.", "s14", "outputs.output[0]"),
        ]
    )


def test_a_span_around_another_tells_only_what_that_did_not() -> None:
    """LangChain's span around OpenAI's says the same in other words; what stands in it alone is not lost."""
    outer = chat([system(), user("Hi."), user("Aside.")], said("Hello."), at=1, name="outer")
    inner = chat([{"role": "developer", "content": "Be brief."}, user("Hi.")], said("Hello."), at=2, parent=outer)

    assert texts([outer, inner]) == [
        *(("Be brief.", "chat2"), ("Hi.", "chat2"), ("Hello.", "chat2")),
        ("Aside.", "outer1"),
    ]


def test_an_agent_that_repeats_its_calls_adds_nothing() -> None:
    """Its inputs and outputs are those of its first and last call."""
    agent = chat([user("Hi.")], said("Hello."), at=0, span_type="AGENT", name="agent")

    assert {span_id for _, span_id in texts([agent, chat([user("Hi.")], said("Hello."), at=1, parent=agent)])} == {
        "chat1"
    }


def test_without_llm_calls_other_spans_tell_what_was_said() -> None:
    """LangGraph with a model that nobody traces: the whole state on every node, told by the node that added it."""
    state = [user("Where?"), calls("c1", id="A"), result("c1", "shipped"), said("It is shipped.")]
    root = make_span(
        "graph", span_id="graph", span_type="CHAIN", inputs={"messages": state[:1]}, outputs={"messages": state}
    )
    nodes = [("agent", 1, 2), ("tools", 2, 3), ("answer", 3, 4)]
    spans = [
        make_span(
            name,
            root,
            span_id=name,
            start_ms=end,
            inputs={"messages": state[:start]},
            outputs={"messages": state[start:end]},
        )
        for name, start, end in nodes
    ]

    assert texts([root, *spans]) == [
        *(("Where?", "agent"), ('[lookup({"id": "A"})]', "agent"), ("shipped", "tools"), ("It is shipped.", "answer")),
    ]
    assert conversation(build_tree([root, *spans])).notes == (NO_LLM_MESSAGES,)


def test_an_agent_that_returns_its_whole_state_is_told_once() -> None:
    """What it was given and what came of it in one list."""
    state = [user("Hi."), said("Hello."), user("Bye.")]
    agent = make_span(
        "agent", span_type="AGENT", inputs={"messages": state}, outputs={"messages": [*state, said("Bye!")]}
    )

    assert [text for text, _ in texts([agent])] == ["Hi.", "Hello.", "Bye.", "Bye!"]


def test_a_trace_without_messages_says_what_to_use_instead() -> None:
    """An index job has no conversation."""
    told = conversation(build_tree([make_span("index", inputs={"documents": [{"text": "a"}]}, outputs={"count": 1})]))

    assert (told.messages, told.notes) == ((), (NO_MESSAGES,))
