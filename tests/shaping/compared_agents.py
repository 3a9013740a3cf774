"""An agent's trace as a plan, which cases change in one place before it becomes records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mcp_traces.records import LINKED_PROMPTS_TAG, Json, Span, SpanEvent, SpanStatus, Trace
from tests.builders import START_MS, make_exception_event, make_span, make_trace, make_trace_info


@dataclass
class Step:
    """A span and those below it; `start` and `took` are milliseconds from the start of the trace."""

    name: str
    kind: str
    start: float
    took: float
    inputs: Json = None
    outputs: Json = None
    attributes: dict[str, Json] = field(default_factory=dict[str, Json])
    status: SpanStatus = "OK"
    message: str | None = None
    events: tuple[SpanEvent, ...] = ()
    steps: list["Step"] = field(default_factory=list["Step"])

    def step(self, name: str, number: int = 0) -> "Step":
        """The `number`-th step of this name below, in order."""
        return [one for one in self.all() if one.name == name][number]

    def all(self) -> list["Step"]:
        return [self, *(inner for one in self.steps for inner in one.all())]

    def fail(self, message: str) -> None:
        self.status, self.message, self.outputs = "ERROR", f"ToolError: {message}", None
        self.events = (make_exception_event("ToolError", message),)


@dataclass
class Plan:
    root: Step
    tags: dict[str, str] = field(default_factory=dict[str, str])


def system(version: int) -> str:
    return f"You are a support agent (instructions {version}). Answer in one sentence."


def agent(version: int = 1) -> Plan:
    """Retrieval, a model that asks for three tools, these in parallel, and the model's answer."""
    question = "Where is my refund for order 4711?"
    messages: list[Json] = [{"role": "system", "content": system(version)}, {"role": "user", "content": question}]
    calls: list[Json] = [{"name": name, "arguments": {"order": 4711}} for name in ("orders", "payments", "shipping")]
    asked: Json = {"model": "gpt-4o", "temperature": 0.2, "messages": messages}
    settings: dict[str, Json] = {"llm.invocation_parameters": {"max_tokens": 400}, "mlflow.llm.model": "gpt-4o"}
    answer = {"role": "assistant", "content": "It was paid on Monday."}
    docs: list[Json] = [{"id": f"doc-{number}", "page_content": f"Refunds, part {number}"} for number in (1, 2, 3)]
    return Plan(
        Step(
            "agent",
            "AGENT",
            0,
            1_000,
            {"question": question},
            "It was paid on Monday.",
            steps=[
                Step("retrieve", "RETRIEVER", 10, 50, {"query": question, "top_k": 3}, docs),
                Step("chat", "CHAT_MODEL", 70, 200, asked, {"tool_calls": calls}, dict(settings)),
                Step("orders", "TOOL", 280, 100, {"order": 4711, "region": "EU"}, {"state": "returned"}),
                Step("payments", "TOOL", 281, 250, {"order": 4711}, {"paid": "Monday"}),
                Step("shipping", "TOOL", 282, 60, {"order": 4711}, {"carrier": "DHL"}),
                Step("chat", "CHAT_MODEL", 560, 300, {**asked, "step": 2}, answer, dict(settings)),
                Step("guardrail", "CHAIN", 870, 20, {"text": answer["content"]}, {"passed": True}),
            ],
        ),
        {LINKED_PROMPTS_TAG: f'[{{"name": "support", "version": "{version}"}}]'},
    )


def trace_of(plan: Plan, trace_id: str, *, seed: str = "") -> Trace:
    """The plan as a trace; `seed` makes the ids of its spans other ones."""
    spans: list[Span] = []

    def add(step: Step, parent: Span | None) -> None:
        number = len(spans)
        span = make_span(
            step.name,
            parent,
            span_type=step.kind,
            start_ms=step.start,
            duration_ms=step.took,
            status=step.status,
            inputs=step.inputs,
            outputs=step.outputs,
            attributes=step.attributes,
            status_message=step.message,
            events=step.events,
            span_id=(seed * 4 or "0" * 8) + f"{number:08x}",
        )
        spans.append(span)
        for inner in step.steps:
            add(inner, span)

    add(plan.root, None)
    info = make_trace_info(trace_id, name=plan.root.name, tags=plan.tags, request_time_ms=START_MS)
    return make_trace(*spans, info=info)


def changed(change: Callable[[Plan], Any]) -> Plan:
    plan = agent()
    change(plan)
    return plan
