"""Random stores, and what a summary of them must say, computed from all records in plain Python."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import product
from random import Random
from statistics import quantiles
from typing import Any, TypeAlias

from mcp_traces.records import Assessment, AssessmentFailure, Experiment, Span, Trace
from tests.builders import START_MS, make_assessment, make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import EXPERIMENT

OTHER_EXPERIMENT = Experiment("2", "nightly", START_MS)
EXPERIMENTS = (EXPERIMENT, OTHER_EXPERIMENT)
HOUR_MS = 3_600_000

FAILURES = {
    "Order ORD-{n} not found": "KeyError: Order <id> not found",
    "no answer within {n}0s": "TimeoutError: no answer within <time>",
    "HTTP 502 from https://api.example.com/v{n}": "ApiError: HTTP 502 from <url>",
}
"""Messages, and the type and template that they are grouped by."""

BY_TRACE = ("name", "status", "experiment", "session", "user", "run", "model_id", "prompt", "tags.env", "metadata.app")
BY_SPAN = ("span_name", "span_type", "tool", "model", "provider", "finish_reason", "span.attributes.k")
BY_FEEDBACK = ("feedback.score", "feedback.rating", "judge")
BY_TIME = ("hour", "day", "week")
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/Santiago")

Value: TypeAlias = Any
Row: TypeAlias = dict[str, Any]


def random_traces(random: Random, size: int) -> list[Trace]:
    return [_trace(random, number) for number in range(size)]


def _trace(random: Random, number: int) -> Trace:
    began = START_MS - random.choice([0, 1, HOUR_MS, *(random.randrange(4 * 24 * HOUR_MS) for _ in range(4))])
    root = make_span(
        "agent",
        span_type="AGENT",
        start_ms=0,
        duration_ms=random.choice([10, 250.5, 4_000]),
        status=random.choice(["OK", "OK", "ERROR"]),
        attributes=_attributes(random),
    )
    spans = [root, *_calls(random, root)]
    metadata: dict[str, str] = {}
    for key, values in {
        "mlflow.trace.session": ["s-1", "s-2", '["a","b"]'],
        "mlflow.trace.user": ["ann", "bob"],
        "mlflow.sourceRun": ["r1", "r2"],
        "mlflow.modelId": ["m-1"],
        "app": ["web", "1", "true"],
    }.items():
        if random.random() < 0.7:
            metadata[key] = random.choice(values)
    if random.random() < 0.7:
        inputs, outputs = random.randrange(200), random.randrange(90)
        cached = {"cache_read_input_tokens": inputs // 2} if random.random() < 0.4 else {}
        metadata["mlflow.trace.tokenUsage"] = json.dumps(
            {"input_tokens": inputs, "output_tokens": outputs, "total_tokens": inputs + outputs, **cached}
        )
    if random.random() < 0.6:
        metadata["mlflow.trace.cost"] = json.dumps({"total_cost": random.choice([0.1, 0.2, 0.0003, 0.0])})
    tags = {"env": random.choice(["prod", "dev", ""])} if random.random() < 0.7 else {}
    if random.random() < 0.4:
        linked = random.sample([("greet", "1"), ("greet", "2"), ("ask", "1")], random.randint(1, 2))
        tags["mlflow.linkedPrompts"] = json.dumps([{"name": name, "version": version} for name, version in linked])
    info = make_trace_info(
        f"tr-{number:032x}",
        name=random.choice(["chat", "faq", None]),
        experiment_id=random.choice(["1", "1", "2"]),
        state=random.choice(["OK", "OK", "ERROR", "IN_PROGRESS"]),
        request_time_ms=began,
        execution_duration_ms=random.choice([None, 5, 100, 101, 900, 12_345]),
        trace_metadata=metadata,
        tags=tags,
        assessments=tuple(_assessments(random)),
    )
    return make_trace(*spans, info=info)


def _attributes(random: Random) -> dict[str, Any]:
    return {"k": random.choice([1, True, "1", 1.5, ["x"], {"y": 1}])} if random.random() < 0.4 else {}


def _calls(random: Random, root: Span) -> Iterator[Span]:
    """Chains of a wrapper, which repeats what the call below it used, with failures that went up or were handled."""
    for number in range(random.randint(0, 3)):
        used = {"input_tokens": random.randint(1, 50), "output_tokens": random.randint(1, 50)}
        used["total_tokens"] = used["input_tokens"] + used["output_tokens"]
        usage = {"mlflow.chat.tokenUsage": used, "mlflow.llm.cost": {"total_cost": 0.5}}
        message, _ = random.choice(list(FAILURES.items()))
        kind = FAILURES[message].partition(":")[0]
        event = make_exception_event(kind, message.format(n=random.randint(1, 9)))
        failed, caught = random.random() < 0.3, random.random() < 0.2
        model = {"mlflow.llm.model": random.choice(["gpt-4o", "small"]), "mlflow.llm.provider": "openai"}
        wrapper = make_span(
            "wrapper",
            root,
            span_type=random.choice(["CHAIN", "LLM"]),
            start_ms=number * 10,
            duration_ms=8,
            status="ERROR" if failed else "OK",
            events=(event,) if failed else (),
            attributes={**(model if random.random() < 0.5 else {}), **(usage if random.random() < 0.7 else {})},
        )
        yield wrapper
        yield make_span(
            "complete",
            wrapper,
            span_type=random.choice(["LLM", "CHAT_MODEL"]),
            start_ms=number * 10 + 1,
            duration_ms=random.choice([None, 1, 2.5]),
            status="ERROR" if failed else "OK",
            events=(event,) if failed or caught else (),
            attributes={
                **(model if random.random() < 0.8 else {}),
                **usage,
                **({"gen_ai.response.finish_reasons": ["stop", "length"]} if random.random() < 0.3 else {}),
                **_attributes(random),
            },
        )
        if random.random() < 0.5:
            yield make_span(
                random.choice(["search", "lookup"]),
                root,
                span_type="TOOL",
                start_ms=number * 10 + 5,
                duration_ms=3,
                status="ERROR" if random.random() < 0.3 else "OK",
                attributes={"gen_ai.tool.name": "find"} if random.random() < 0.3 else {},
            )


def _assessments(random: Random) -> Iterator[Assessment]:
    for number in range(random.choice([0, 0, 1, 3])):
        name = random.choice(["score", "rating", "other"])
        failure = AssessmentFailure("RATE_LIMIT", f"attempt {number} refused") if random.random() < 0.3 else None
        yield make_assessment(
            name,
            None if failure else random.choice([1, True, "1", 2.5, "good"]),
            kind=random.choice(["feedback", "feedback", "expectation"]),
            failure=failure,
            valid=random.random() < 0.9,
            assessment_id=f"a-{number}",
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """A trace, a span, a feedback or a failure that is counted in a group."""

    trace: Trace
    failed: bool
    duration_ms: float | None = None
    usage: Mapping[str, int] | None = None
    cost: float | None = None


class Expected:
    """What a summary of these traces must say. `matches` are the conditions, `span_matches` those on spans."""

    def __init__(
        self,
        traces: Sequence[Trace],
        *,
        matches: Callable[[Trace], bool] = lambda _: True,
        span_matches: Callable[[Span], bool] = lambda _: True,
        zone: tzinfo = UTC,
    ) -> None:
        found = [one for one in traces if matches(one)]
        self.traces = sorted(found, key=lambda one: (-one.info.request_time_ms, one.info.trace_id))
        self._span_matches = span_matches
        self._zone = zone

    def total(self) -> Row:
        return stats([of_trace(one) for one in self.traces])

    def groups(self, by: Sequence[str]) -> dict[str, tuple[list[Value], list[Counted]]]:
        """The members of each group, by the JSON of its values."""
        groups: dict[str, tuple[list[Value], list[Counted]]] = {}
        for trace in self.traces:
            seen: set[str] = set()
            for values, member in self._members(trace, by):
                key = json.dumps(values)
                once = any(one.startswith("feedback.") for one in by)
                if not (once and key in seen):
                    groups.setdefault(key, (values, []))[1].append(member)
                seen.add(key)
        return groups

    def _members(self, trace: Trace, by: Sequence[str]) -> Iterator[tuple[list[Value], Counted]]:
        of_trace_values = [self._of_trace(trace, one) for one in by]
        if any(one.startswith("feedback.") or one == "judge" for one in by):
            for given in self._feedback(trace, by):
                values = [[given[0]] if one is None else one for one in of_trace_values]
                yield from ((list(each), given[1]) for each in product(*values))
        elif "error" in by:
            for error in errors(trace):
                values = [[error] if one is None else one for one in of_trace_values]
                yield from ((list(each), Counted(trace, failed=True)) for each in product(*values))
        elif any(one in BY_SPAN for one in by):
            whole = any(one in BY_SPAN[2:] for one in by)
            for span in trace.spans:
                pairs = zip(by, of_trace_values, strict=True)
                own = [of_span(span, one) if one in BY_SPAN else value for one, value in pairs]
                if self._span_matches(span) and not (whole and is_wrapper(trace, span, by)):
                    member = counted_span(trace, span, whole=whole)
                    yield from ((list(each), member) for each in product(*own))
        else:
            yield from ((list(each), of_trace(trace)) for each in product(*of_trace_values))

    def _of_trace(self, trace: Trace, name: str) -> Any:
        """The values of a trace; None for a grouping of something else."""
        info = trace.info
        plain = {
            "name": info.tags.get("mlflow.traceName"),
            "status": info.state,
            "experiment": {"1": EXPERIMENT.name, "2": OTHER_EXPERIMENT.name}[info.experiment_id],
            "session": info.trace_metadata.get("mlflow.trace.session"),
            "user": info.trace_metadata.get("mlflow.trace.user"),
            "run": info.trace_metadata.get("mlflow.sourceRun"),
            "model_id": info.trace_metadata.get("mlflow.modelId"),
            "tags.env": info.tags.get("env"),
            "metadata.app": info.trace_metadata.get("app"),
        }
        if name in plain:
            return [plain[name]]
        if name == "prompt":
            linked = json.loads(info.tags.get("mlflow.linkedPrompts", "[]"))
            return [f"{one['name']}/{one['version']}" for one in linked] or [None]
        return [label(info.request_time_ms, name, self._zone)] if name in BY_TIME else None

    def _feedback(self, trace: Trace, by: Sequence[str]) -> Iterator[tuple[Value, Counted]]:
        wanted = next(one for one in by if one == "judge" or one.startswith("feedback."))
        given = [one for one in trace.info.assessments if one.kind == "feedback" and one.valid]
        if wanted == "judge":
            yield from ((one.name, Counted(trace, failed=one.failure is not None)) for one in given)
            return
        of_name = [one for one in given if one.name == wanted.partition(".")[2]]
        values = [f"failed: {one.failure.code}" if one.failure else one.value for one in of_name] or [None]
        yield from ((value, of_trace(trace)) for value in values)


def of_trace(trace: Trace) -> Counted:
    info = trace.info
    usage = json.loads(info.trace_metadata.get("mlflow.trace.tokenUsage", "null"))
    cost = json.loads(info.trace_metadata.get("mlflow.trace.cost", "{}")).get("total_cost")
    return Counted(trace, info.state == "ERROR", info.execution_duration_ms, usage, cost)


def children(trace: Trace, span: Span) -> list[Span]:
    return [one for one in trace.spans if one.parent_id == span.span_id]


def is_wrapper(trace: Trace, span: Span, by: Sequence[str]) -> bool:
    """It recorded what the one call below it recorded, or names its model without being a call itself."""
    below = children(trace, span)
    if "mlflow.chat.tokenUsage" in span.attributes:
        return bool(below)
    named = [f"mlflow.llm.{one}" for one in by if one in ("model", "provider")]
    calls = [one for one in below if one.span_type in ("LLM", "CHAT_MODEL")]
    is_call = span.span_type in ("LLM", "CHAT_MODEL")
    return bool(named) and not is_call and any(all(key in one.attributes for key in named) for one in calls)


def counted_span(trace: Trace, span: Span, *, whole: bool) -> Counted:
    duration = None if span.end_time_ns is None else (span.end_time_ns - span.start_time_ns) / 1e6
    usage = span.attributes.get("mlflow.chat.tokenUsage") if whole else None
    cost = span.attributes.get("mlflow.llm.cost", {}).get("total_cost") if whole else None
    return Counted(trace, span.status == "ERROR", duration, usage, cost)


def of_span(span: Span, name: str) -> list[Value]:
    attributes, kind = span.attributes, span.attributes.get("mlflow.spanType", "UNKNOWN")
    calls = kind in ("LLM", "CHAT_MODEL")
    match name:
        case "span_name":
            return [span.name]
        case "span_type":
            return [kind]
        case "tool":
            return [attributes.get("gen_ai.tool.name", span.name)] if kind == "TOOL" else []
        case "model" | "provider":
            value = attributes.get(f"mlflow.llm.{name}")
            return [value] if value or calls else []
        case "finish_reason":
            return list(attributes.get("gen_ai.response.finish_reasons", [])) if calls else []
        case _:
            value = attributes.get("k")
            shown = json.dumps(value, separators=(",", ":")) if isinstance(value, list | dict) else value
            return [shown] if "k" in attributes else []


def errors(trace: Trace) -> Iterator[str]:
    """Failed spans below which nothing failed; with a mark, what went wrong in spans that did not fail."""
    for span in trace.spans:
        words = [_template(str(one.attributes["exception.message"])) for one in span.events]
        if span.status == "ERROR":
            if not any(one.status == "ERROR" for one in children(trace, span)):
                yield f"{span.name}: {words[0] if words else ''}"
            continue
        odd = [
            f"finish reason {one}" for one in span.attributes.get("gen_ai.response.finish_reasons", ()) if one != "stop"
        ]
        yield from (f"(handled) {span.name}: {each}" for each in [*words, *odd])


def _template(message: str) -> str:
    return next(words for text, words in FAILURES.items() if message.startswith(text.partition("{n}")[0]))


def label(time_ms: int, unit: str, zone: tzinfo) -> str:
    moment = datetime.fromtimestamp(time_ms / 1000, zone)
    if unit == "hour":
        return moment.replace(minute=0, second=0, microsecond=0).isoformat(timespec="minutes").replace("+00:00", "Z")
    days = moment.weekday() if unit == "week" else 0
    return f"{moment.date() - timedelta(days=days)}"


def stats(members: Sequence[Counted]) -> Row:
    """Everything that a row, or the total, may say of its members."""
    durations = sorted(one.duration_ms for one in members if one.duration_ms is not None)
    usages = [one.usage for one in members if one.usage is not None]
    costs = [one.cost for one in members if one.cost is not None]
    infos = [one.trace.info for one in members]
    ends = [one.trace.info.request_time_ms + (one.duration_ms or 0) for one in members]
    newest = min(infos, key=lambda one: (-one.request_time_ms, one.trace_id)) if infos else None
    failed = sum(one.failed for one in members)
    return {
        "members": len(members),
        "traces": len({one.trace_id for one in infos}),
        "failed": failed,
        "values": len(members) - failed,
        "failure_rate": round(failed / len(members), 3) if members else None,
        **{f"p{percent}_ms": percentile(durations, percent) for percent in (50, 95, 99)},
        "max_ms": durations[-1] if durations else None,
        "input": sum(one["input_tokens"] for one in usages),
        "output": sum(one["output_tokens"] for one in usages),
        "tokens": sum(one["total_tokens"] for one in usages),
        "cached_tokens": sum(one.get("cache_read_input_tokens", 0) for one in usages),
        "cost": sum(costs) if costs else None,
        "sessions": len({one.session_id for one in infos if one.session_id is not None}),
        "users": len({one.user_id for one in infos if one.user_id is not None}),
        "elapsed_ms": max(ends) - min(one.request_time_ms for one in infos) if infos else None,
        "first": min((one.request_time_ms for one in infos), default=None),
        "last": max((one.request_time_ms for one in infos), default=None),
        "example": newest.trace_id if newest else None,
    }


def percentile(durations: Sequence[float], percent: int) -> float | None:
    if len(durations) < 2:
        return durations[0] if durations else None
    return quantiles(durations, n=100, method="inclusive")[percent - 1]


def by_size(groups: Mapping[str, tuple[list[Value], list[Counted]]]) -> list[tuple[list[Value], list[Counted]]]:
    return sorted(groups.values(), key=lambda one: (-len(one[1]), repr(tuple(one[0]))))
