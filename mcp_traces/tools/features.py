"""Reads what traces hold, so that two sides can be compared: their attributes, by the names that `by` takes."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from mcp_traces.records import BOOKKEEPING_KEYS, COST_DIGITS, LINKED_PROMPTS_TAG, Span, Trace, TraceInfo
from mcp_traces.shaping.cleaning import Cleaner
from mcp_traces.shaping.differences import THRESHOLD, Difference, Differences, Features, Share, differences
from mcp_traces.shaping.span_tree import build_tree, to_ms
from mcp_traces.shaping.text import cut
from mcp_traces.tools.groupings import parse_groupings, recorded_key
from mcp_traces.tools.state import AppState

MOST = 2_000
"""Traces of one side that are read with their spans."""

AT_ONCE = 100
MAX_TEXT = 200
"""Longer values are texts, which few traces share."""

OWN_TIME = "own ms of "
"""Begins the names of the times that spans took without those below them."""

MAX_SHOWN = 80
MAX_SAME = 3
MAX_FOUND = 8
SMALLEST_P = 1e-99
"""Smaller ones are as good as none, but none is 0."""

(_PROMPT,) = parse_groupings(["prompt"])
_OF_SPANS = (*parse_groupings(["model", "provider"]), *parse_groupings(["span_name", "finish_reason"]))
_OF_MLFLOW = "mlflow."
"""Begins attributes of spans that MLflow writes for itself. What they say is compared by other names."""


@dataclass(slots=True)
class Side:
    """The features of the traces that were read, of so many."""

    traces: list[Features]
    of: int


async def read_side(state: AppState, trace_ids: Sequence[str], stop_at: float) -> Side:
    """Reads up to MOST of the traces until `stop_at` (of `time.monotonic`).

    They are drawn from all of them: the newest of one side and of the other may be from different times, and would
    differ in whatever changed in between. The same ids give the same draw.
    """
    drawn = Random(len(trace_ids)).sample(sorted(trace_ids), min(MOST, len(trace_ids)))
    read: list[Features] = []
    for start in range(0, len(drawn), AT_ONCE):
        if read and time.monotonic() > stop_at:
            break
        read += [features_of(trace) for trace in await state.gateway.get_traces(drawn[start : start + AT_ONCE])]
    return Side(read, len(trace_ids))


def features_of(trace: Trace) -> Features:
    """What one trace holds. A value that several of its spans have counts once."""
    held: dict[str, set[str]] = defaultdict(set)
    for name, value in [*_of_info(trace.info), *(pair for span in trace.spans for pair in _of_span(span))]:
        held[name].add(value)
    info = trace.info
    numbers = {
        "execution_time_ms": info.execution_duration_ms,
        "tokens": info.token_usage.get("total_tokens"),
        "cost": info.cost.get("total_cost"),
        "span_count": len(trace.spans) or None,
    }
    known = {name: float(number) for name, number in numbers.items() if number is not None}
    return Features({name: frozenset(values) for name, values in held.items()}, known, _own_times(trace.spans))


def _own_times(spans: Sequence[Span]) -> dict[str, float]:
    """Milliseconds that the spans of each name took themselves: a slow step is found without all that wait for it."""
    tree = build_tree(spans)
    own: dict[str, float] = defaultdict(float)
    for node in tree.nodes:
        below = sum(tree.duration_ns(child) for child in tree.children.get(node.index, ()))
        if node.span.duration_ns is not None:
            own[f"{OWN_TIME}{node.span.name}"] += to_ms(max(0, tree.duration_ns(node) - below))
    return own


def _of_info(info: TraceInfo) -> Iterator[tuple[str, str]]:
    fields = {"name": info.name, "user": info.user_id, "run": info.run_id}
    yield from ((name, value) for name, value in fields.items() if value is not None)
    for kind, mapping in (("tags", info.tags), ("metadata", info.trace_metadata)):
        for key, value in mapping.items():
            if key not in BOOKKEEPING_KEYS and len(value) <= MAX_TEXT:
                yield f"{kind}.{key}", value
    for prompt in _PROMPT.split(info.tags.get(LINKED_PROMPTS_TAG)):
        if prompt is not None:
            yield "prompt", str(prompt)


def _of_span(span: Span) -> Iterator[tuple[str, str]]:
    for one in _OF_SPANS:
        for value in one.of_span(span) if one.of_span else ():
            if value is not None:
                yield one.name, str(value)
    for key in span.attributes:
        if not key.startswith(_OF_MLFLOW):
            value = span.attributes[key]
            if isinstance(value, str | bool | int | float) and len(str(value)) <= MAX_TEXT:
                yield f"span.attributes.{key}", value if isinstance(value, str) else str(value)


def masked(sides: Sequence[Side], cleaner: Cleaner) -> list[list[Features]]:
    """The same with names and values as they are shown: two secrets that are masked alike are one value."""
    distinct: dict[str, set[str]] = defaultdict(set)
    numbers = {name for side in sides for one in side.traces for name in (*one.numbers, *one.times)}
    for side in sides:
        for one in side.traces:
            for name, values in one.values.items():
                distinct[name] |= values
    named = sorted({*distinct, *numbers})
    names: dict[str, str] = dict(zip(named, cleaner.value(named), strict=True))
    shown: dict[str, dict[str, str]] = {}
    for name, values in distinct.items():
        ordered = sorted(values)
        cleaned = cleaner.all_under(recorded_key(name), ordered)
        shown[name] = {value: str(mask) for value, mask in zip(ordered, cleaned, strict=True)}

    def of_one(one: Features) -> Features:
        held: dict[str, set[str]] = defaultdict(set)
        for name, values in one.values.items():
            held[names[name]].update(shown[name][value] for value in values)
        return Features(
            {name: frozenset(values) for name, values in held.items()},
            {names[name]: number for name, number in one.numbers.items()},
            {names[name]: number for name, number in one.times.items()},
        )

    return [[of_one(one) for one in side.traces] for side in sides]


def compare(
    traces: Side, baseline: Side, cleaner: Cleaner, *, asked: frozenset[str] = frozenset()
) -> tuple[list[dict[str, Any]], list[str]]:
    """What differs, as a result lists it, and notes on what was compared.

    `asked` are numbers that conditions name: that the sides differ in them is what was asked for, and explains nothing.
    """
    ours, theirs = (
        [replace(one, numbers={name: each for name, each in one.numbers.items() if name not in asked}) for one in side]
        for side in masked([traces, baseline], cleaner)
    )
    found = differences(ours, theirs)
    # What the traces have more often comes first: a failure that ends a trace early explains what they lack.
    ordered = sorted(found.found, key=lambda one: not _is_held_more(one))
    return [_row(one) for one in ordered[:MAX_FOUND]], list(_notes(found))


def _is_held_more(one: Difference) -> bool:
    return one.kind == "value" and one.traces.share > one.baseline.share


def _row(one: Difference) -> dict[str, Any]:
    row: dict[str, Any] = {"attribute": cut(one.attribute, MAX_SHOWN)}
    if one.kind == "number" and one.medians is not None:
        row |= {"median": round(one.medians[0], COST_DIGITS), "baseline_median": round(one.medians[1], COST_DIGITS)}
    else:
        row |= {"value": None if one.value is None else cut(one.value, MAX_SHOWN)}
    row |= {"traces": _of(one.traces), "baseline": _of(one.baseline), "p": max(float(f"{one.p_value:.1g}"), SMALLEST_P)}
    if one.same:
        row["same_traces"] = [f"{held.attribute}={cut(str(held.value), MAX_SHOWN)}" for held in one.same[:MAX_SAME]]
    return row


def _of(share: Share) -> str:
    return f"{share.held:,} of {share.of:,}"


def _notes(found: Differences) -> Iterator[str]:
    compared = f"{found.attributes} attributes of {found.traces:,} traces and {found.baseline:,} of the baseline"
    if not found.found:
        yield f"Nothing differs: {found.tried:,} comparisons of {compared} (p < {THRESHOLD} after correction)."
    if not found.found and found.closest:
        closest = "; ".join(
            f"{one.attribute}={cut(str(one.value), MAX_SHOWN)} ({_of(one.traces)}, baseline {_of(one.baseline)})"
            for one in found.closest
            if one.kind == "value"
        )
        if closest:
            yield f"Closest, though chance may explain them: {closest}."
    if len(found.found) > MAX_FOUND:
        yield f"different shows {MAX_FOUND} of {len(found.found)}, the clearest first."
    if any(one.same for one in found.found):
        yield "Attributes that hold for exactly the same traces (same_traces) may each be the cause."


def covers(traces: Side, baseline: Side) -> str:
    """How far the comparison goes."""
    parts = [
        f"{len(side.traces):,} of {side.of:,} {what}, drawn at random"
        for side, what in ((traces, "traces"), (baseline, "traces of the baseline"))
        if len(side.traces) < side.of
    ]
    return "; ".join(parts) or "exact"
