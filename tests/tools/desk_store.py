"""A store of a support desk with something of everything, and its tables as plain Python reads them from records.

Nothing here knows how query_traces makes its tables: it is what they are held to.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from typing import Any, TypeAlias

from mcp_traces.records import Assessment, AssessmentFailure, Experiment, Span, Trace
from tests.builders import START_MS, make_assessment, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import EXPERIMENT

Row: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, list[Row]]

OTHER_EXPERIMENT = Experiment("2", "nightly", START_MS)
EXPERIMENTS = (EXPERIMENT, OTHER_EXPERIMENT)
BOTH = "support-assistant,nightly"
MINUTE_MS = 60_000
SYSTEM = "You help customers of a shop."

FAILURES = {
    "Order ORD-{n} not found": "KeyError: Order <id> not found",
    "no answer within {n}0s": "TimeoutError: no answer within <time>",
}
"""Messages, and the group that they are in."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The traces, and what was said in each: span id, role, text and tool of every message, by trace id."""

    traces: tuple[Trace, ...]
    said: Mapping[str, list[tuple[str, str, str, str | None]]]

    def tables(self) -> Tables:
        """Every table, newest trace first, spans and messages in order."""
        ordered = sorted(self.traces, key=lambda one: (-one.info.request_time_ms, one.info.trace_id))
        return {
            "traces": [trace_row(one) for one in ordered],
            "spans": [row for one in ordered for row in span_rows(one)],
            "assessments": [row for one in ordered for row in assessment_rows(one)],
            "messages": [
                dict(
                    zip(
                        ("trace_id", "span_id", "position", "role", "text", "tool"),
                        (one.info.trace_id, each[0], at, *each[1:]),
                        strict=True,
                    )
                )
                for one in ordered
                for at, each in enumerate(self.said[one.info.trace_id], 1)
            ],
        }


def make_desk(seed: int, size: int) -> Desk:
    random = Random(seed)
    traces, said = [], {}
    for number in range(size):
        trace, messages = _call(random, number)
        traces.append(trace)
        said[trace.info.trace_id] = messages
    return Desk(tuple(traces), said)


def _call(random: Random, number: int) -> tuple[Trace, list[tuple[str, str, str, str | None]]]:
    trace_id = f"tr-{number:032x}"
    began = START_MS - random.choice([0, 1, random.randrange(3 * 24 * 60) * MINUTE_MS, random.randrange(10**8)])
    offset = began - START_MS
    order = f"ORD-{random.randint(1, 9)}"
    question = random.choice(["Where is my order?", "I want my money back", "Grüße, was kostet es?", 'Say "hi" \\ ok'])
    model = random.choice(["gpt-4o", "gpt-4o-mini", "claude-sonnet"])
    message, group = random.choice(list(FAILURES.items()))
    failure = make_exception_event(group.partition(":")[0], message.format(n=random.randint(1, 9)))
    tool_fails = random.random() < 0.3
    caught = random.random() < 0.5
    state = "ERROR" if tool_fails and not caught else random.choice(["OK", "OK", "OK", "IN_PROGRESS"])
    root = make_span(
        "desk",
        span_type="AGENT",
        start_ms=offset,
        duration_ms=None if state == "IN_PROGRESS" else random.choice([900.25, 2_000, 4_000.123]),
        status="ERROR" if state == "ERROR" else "OK",
        events=(failure,) if state == "ERROR" else (),
        inputs={"question": question, "order": {"id": order, "lines": [1, 2.5, {"sku": "a.b"}]}},
        outputs=None if state != "OK" else random.choice(["done", {"ok": True}, ["a", None], 3]),
        attributes=random.choice([{}, {"app.version": 2}, {"app.version": "2", "a b": {"c.d": [1]}}]),
    )
    asked = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]
    arguments = {"order_id": order}
    wants = {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "call-1",
                "type": "function",
                "function": {"name": "lookup_order", "arguments": json.dumps(arguments)},
            }
        ],
    }
    used = {"input_tokens": random.randint(1, 900), "output_tokens": random.randint(1, 90)}
    usage = {
        "mlflow.chat.tokenUsage": {**used, "total_tokens": sum(used.values())},
        "mlflow.llm.cost": {"input_cost": 0.1, "output_cost": 0.2, "total_cost": random.choice([0.3, 0.01, 1])},
    }
    named = {"mlflow.llm.model": model, "mlflow.llm.provider": random.choice(["openai", "anthropic"])}
    first = make_span(
        "complete",
        root,
        span_type="CHAT_MODEL",
        start_ms=offset + 10,
        duration_ms=random.choice([100, 150.5]),
        inputs={"messages": asked},
        outputs={"choices": [{"message": wants, "finish_reason": "tool_calls"}]},
        attributes={**named, **usage},
    )
    result = random.choice(["shipped", "lost: ünknown", "none"])
    tool = make_span(
        "lookup_order",
        root,
        span_type="TOOL",
        start_ms=offset + 200,
        duration_ms=random.choice([5, 80, 700]),
        status="ERROR" if tool_fails else "OK",
        events=(failure,) if tool_fails else (),
        inputs=arguments,
        outputs=None if tool_fails else result,
    )
    plain = make_span(
        "http", tool, start_ms=offset + 201, duration_ms=random.choice([1, 3]), attributes={"http.status_code": 200}
    )
    spans = [root, first, tool, plain]
    said: list[tuple[str, str, str, str | None]] = [
        (first.span_id, "system", SYSTEM, None),
        (first.span_id, "user", question, None),
        (first.span_id, "assistant", json.dumps(arguments, separators=(",", ":")), "lookup_order"),
    ]
    if tool_fails:
        said.append((tool.span_id, "tool", str(failure.attributes["exception.message"]), "lookup_order"))
    else:
        answer = random.choice(["It is on its way.", "We refund you.\nSorry!"])
        history = [*asked, wants, {"role": "tool", "tool_call_id": "call-1", "content": result}]
        second = make_span(
            "complete",
            root,
            span_type="CHAT_MODEL",
            start_ms=offset + 800,
            duration_ms=random.choice([None, 90]),
            status=random.choice(["OK", "UNSET"]),
            inputs={"messages": history},
            outputs={
                "choices": [
                    {
                        "message": {"role": "assistant", "content": answer},
                        "finish_reason": random.choice(["stop", "length"]),
                    }
                ]
            },
            attributes=named,
        )
        spans.append(second)
        said += [
            (tool.span_id, "tool", result, "lookup_order"),
            (second.span_id, "assistant", answer, None),
        ]
    info = make_trace_info(
        trace_id,
        name=random.choice(["chat", "faq", "chat:v2", None]),
        experiment_id=random.choice(["1", "1", "2"]),
        state=state,
        request_time_ms=began,
        execution_duration_ms=None if root.duration_ns is None else root.duration_ns // 1_000_000,
        request_preview=random.choice([None, question]),
        response_preview=random.choice([None, "done"]),
        trace_metadata=dict(_metadata(random)),
        tags=dict(_tags(random)),
        assessments=tuple(_assessments(random, tool)),
    )
    random.shuffle(spans)
    return make_trace(*spans, info=info), said


def _metadata(random: Random) -> Iterator[tuple[str, str]]:
    for key, values in {
        "mlflow.trace.session": ["s-1", "s-2", '["a","b"]'],
        "mlflow.trace.user": ["ann", "bob", "cy"],
        "mlflow.sourceRun": ["r1", "r2"],
        "mlflow.modelId": ["m-1"],
        "mlflow.trace.sizeStats": ['{"total_size_bytes": 812, "num_spans": 5}', "broken"],
        "app": ["web", "1", "true"],
    }.items():
        if random.random() < 0.7:
            yield key, random.choice(values)
    if random.random() < 0.7:
        inputs, outputs = random.randrange(2_000), random.randrange(900)
        cached = {"cache_read_input_tokens": inputs // 2} if random.random() < 0.4 else {}
        usage = {"input_tokens": inputs, "output_tokens": outputs, "total_tokens": inputs + outputs, **cached}
        yield "mlflow.trace.tokenUsage", json.dumps(usage)
    if random.random() < 0.6:
        yield "mlflow.trace.cost", json.dumps({"total_cost": random.choice([0.1, 0.2, 0.0003, 0.0])})


def _tags(random: Random) -> Iterator[tuple[str, str]]:
    for key, values in {"env": ["prod", "dev", ""], "team.region": ["eu", "us"], "note": ["Grün", "a'b", "1"]}.items():
        if random.random() < 0.7:
            yield key, random.choice(values)
    if random.random() < 0.4:
        linked = random.sample([("greet", "1"), ("greet", "2"), ("ask", "1")], random.randint(1, 2))
        yield "mlflow.linkedPrompts", json.dumps([{"name": name, "version": version} for name, version in linked])


def _assessments(random: Random, tool: Span) -> Iterator[Assessment]:
    for number in range(random.choice([0, 0, 1, 2, 4])):
        name = random.choice(["score", "helpful", "tone"])
        values = {
            "score": [1, 2.5, 4, "3"],
            "helpful": [True, False, "yes", "no"],
            "tone": ["kind", "Rude", {"a": [1]}],
        }
        kind = random.choice(["feedback", "feedback", "feedback", "expectation"])
        failed = kind == "feedback" and random.random() < 0.2
        yield make_assessment(
            name,
            None if failed else random.choice(values[name]),
            kind=kind,
            source_type=random.choice(["HUMAN", "LLM_JUDGE", "CODE"]),
            source_id=random.choice(["ann", "judge-1"]),
            failure=AssessmentFailure("RATE_LIMIT", random.choice(["too fast", None])) if failed else None,
            rationale=random.choice([None, "because it is so"]),
            span_id=random.choice([None, tool.span_id]),
            valid=random.random() < 0.85,
            assessment_id=f"a-{number}",
            create_time_ms=START_MS + random.randrange(10**7),
        )


# The tables, from records alone.


def utc(time_ms: int) -> str:
    moment = datetime.fromtimestamp(time_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ms % 1000:03d}Z"


def text_of(value: Any) -> str | None:
    """JSON without spaces."""
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


EXPERIMENT_NAMES = {one.experiment_id: one.name for one in EXPERIMENTS}


def trace_row(trace: Trace, experiments: Mapping[str, str] = EXPERIMENT_NAMES) -> Row:
    info = trace.info
    usage = json.loads(info.trace_metadata.get("mlflow.trace.tokenUsage", "{}"))
    try:
        stats = json.loads(info.trace_metadata.get("mlflow.trace.sizeStats", "{}"))
    except ValueError:
        stats = {}
    linked = json.loads(info.tags.get("mlflow.linkedPrompts", "[]"))
    return {
        "trace_id": info.trace_id,
        "experiment": experiments[info.experiment_id],
        "name": info.tags.get("mlflow.traceName", info.root_name),
        "status": info.state,
        "time": utc(info.request_time_ms),
        "time_ms": info.request_time_ms,
        "duration_ms": info.execution_duration_ms,
        "session_id": info.trace_metadata.get("mlflow.trace.session"),
        "user_id": info.trace_metadata.get("mlflow.trace.user"),
        "run_id": info.trace_metadata.get("mlflow.sourceRun"),
        "model_id": info.trace_metadata.get("mlflow.modelId"),
        "prompt": ", ".join(f"{one['name']}/{one['version']}" for one in linked) or None,
        "request": info.request_preview,
        "response": info.response_preview,
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "total_tokens": usage.get("total_tokens"),
        "cached_tokens": usage.get("cache_read_input_tokens"),
        "cost": json.loads(info.trace_metadata.get("mlflow.trace.cost", "{}")).get("total_cost"),
        "span_count": stats.get("num_spans"),
        "error": _error(trace),
        "tags": text_of(dict(info.tags)),
        "metadata": text_of(dict(info.trace_metadata)),
    }


def _error(trace: Trace) -> str | None:
    """Of the failed span that ended first among those below which nothing failed."""
    failed = [one for one in trace.spans if one.status == "ERROR"]
    deepest = [one for one in failed if not any(each.parent_id == one.span_id for each in failed)]
    if not deepest:
        return None
    span = min(deepest, key=lambda one: one.end_time_ns or one.start_time_ns)
    said = _exception(span)
    kind, message = said.get("exception.type", ""), said.get("exception.message") or span.status_message or ""
    return ": ".join(part for part in (kind, message) if part) or "failed"


def _exception(span: Span) -> Mapping[str, Any]:
    events = [one.attributes for one in span.events if one.name == "exception"]
    return events[-1] if events else {}


def span_rows(trace: Trace) -> list[Row]:
    """In the order of the tree: parents first, siblings as they began."""
    first = min((one.start_time_ns for one in trace.spans), default=0)
    by_parent: dict[str | None, list[Span]] = {}
    ids = {one.span_id for one in trace.spans}
    for span in sorted(trace.spans, key=lambda one: (one.start_time_ns, one.end_time_ns or float("inf"))):
        by_parent.setdefault(span.parent_id if span.parent_id in ids else None, []).append(span)
    rows: list[Row] = []

    def visit(span: Span, depth: int) -> None:
        below = by_parent.get(span.span_id, [])
        rows.append(_span_row(trace, span, below, depth, first))
        for child in below:
            visit(child, depth + 1)

    for root in by_parent.get(None, []):
        visit(root, 0)
    return rows


def _span_row(trace: Trace, span: Span, below: Sequence[Span], depth: int, first: int) -> Row:
    attributes = dict(span.attributes)
    usage = attributes.get("mlflow.chat.tokenUsage", {})
    failed = span.status == "ERROR"
    said = _exception(span) if failed else {}
    message = said.get("exception.message") or (span.status_message if failed else None)
    is_cause = failed and not any(one.status == "ERROR" for one in below)
    choices = (attributes.get("mlflow.spanOutputs") or {}) if span.name == "complete" else {}
    reasons = [one["finish_reason"] for one in choices.get("choices", [])]
    duration = None if span.end_time_ns is None else (span.end_time_ns - span.start_time_ns) / 1e6
    return {
        "trace_id": trace.info.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "depth": depth,
        "name": span.name,
        "type": attributes.get("mlflow.spanType", "UNKNOWN"),
        "status": span.status,
        "time_ms": span.start_time_ns // 1_000_000,
        "start_ms": (span.start_time_ns - first) / 1e6,
        "duration_ms": duration,
        "self_ms": None if span.end_time_ns is None else own_ns(span, below) / 1e6,
        "model": attributes.get("mlflow.llm.model"),
        "provider": attributes.get("mlflow.llm.provider"),
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cost": attributes.get("mlflow.llm.cost", {}).get("total_cost"),
        "finish_reason": ", ".join(reasons) or None,
        "error_type": said.get("exception.type"),
        "error_message": message,
        "error_group": f"{span.name}: {_group(message or '')}" if is_cause else None,
        "inputs": text_of(attributes.get("mlflow.spanInputs")),
        "outputs": text_of(attributes.get("mlflow.spanOutputs")),
        "attributes": text_of(attributes),
    }


def _group(message: str) -> str:
    return next((group for text, group in FAILURES.items() if message.startswith(text.partition("{n}")[0])), "")


def own_ns(span: Span, below: Sequence[Span]) -> int:
    """Between each two moments at which something begins or ends, whether a child ran."""
    end = span.end_time_ns or 0
    ran = [(max(one.start_time_ns, span.start_time_ns), min(one.end_time_ns or end, end)) for one in below]
    edges = sorted({span.start_time_ns, end, *(edge for pair in ran if pair[0] < pair[1] for edge in pair)})
    return sum(
        later - earlier
        for earlier, later in pairwise(edges)
        if not any(began <= earlier and later <= ended for began, ended in ran)
    )


def assessment_rows(trace: Trace) -> list[Row]:
    return [
        {
            "trace_id": trace.info.trace_id,
            "span_id": one.span_id,
            "name": one.name,
            "kind": one.kind,
            "value": one.value if isinstance(one.value, str) else text_of(one.value),
            "number": number_of(one.value),
            "source": f"{one.source_type} {one.source_id}",
            "rationale": one.rationale,
            "error": one.failure and f"{one.failure.code}{f': {one.failure.message}' if one.failure.message else ''}",
            "valid": int(one.valid),
            "time": utc(one.create_time_ms),
        }
        for one in trace.info.assessments
    ]


def number_of(value: Any) -> float | None:
    """A number, or what MLflow averages: yes and true as 1, no and false as 0."""
    if isinstance(value, str):
        return {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}.get(value.lower())
    return float(value) if isinstance(value, int | float) else None


def shown(value: Any) -> Any:
    """As a result shows it: twelve significant digits, whole numbers without a point."""
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, float):
        return value
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded == int(rounded) else rounded
