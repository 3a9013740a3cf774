"""The story of a trace on one page: what happened, why it failed, where the time went, and what to open next."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, cast

from mcp_traces.records import (
    CACHE_READ_TOKENS,
    CACHE_WRITTEN_TOKENS,
    COST_DIGITS,
    REASONING_TOKENS,
    SPAN_COST_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    SPAN_TOKEN_USAGE_ATTRIBUTE,
    Span,
    Trace,
)
from mcp_traces.results import (
    CriticalStep,
    Elision,
    ErrorResult,
    GetTraceResult,
    HandledResult,
    NextCall,
    Totals,
    TraceRow,
    TypeTotal,
)
from mcp_traces.shaping.cleaning import MASK, MASKED_CHARS, as_recorded
from mcp_traces.shaping.critical_path import critical_path, critical_steps
from mcp_traces.shaping.failures import describe_failure, failed, handled, root_causes
from mcp_traces.shaping.repeats import repeats
from mcp_traces.shaping.span_messages import LLM_TYPES
from mcp_traces.shaping.span_table import Known, few_of_each, span_table
from mcp_traces.shaping.span_tree import Node, SpanTree, to_ms
from mcp_traces.shaping.span_views import MAX_TYPE
from mcp_traces.shaping.text import compact, cut, without_lone_surrogates
from mcp_traces.shaping.values import first_that_fit, size_of_all

_DETAIL_ATTRIBUTES = {
    CACHE_READ_TOKENS: (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "llm.token_count.prompt_details.cache_read",
        "ai.usage.inputTokenDetails.cacheReadTokens",
        "ai.usage.cachedInputTokens",
    ),
    CACHE_WRITTEN_TOKENS: (
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.details.cache_write_tokens",
        "llm.token_count.prompt_details.cache_write",
        "ai.usage.inputTokenDetails.cacheWriteTokens",
    ),
    REASONING_TOKENS: (
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
        "ai.usage.outputTokenDetails.reasoningTokens",
        "ai.usage.reasoningTokens",
    ),
}
_REASONING = re.compile(r'"reasoning_tokens\\*": ?(\d{1,15})')
"""As OpenAI's answers have it, in the usage of the outputs."""

MAX_ERRORS = 5
MAX_HANDLED = 8
MAX_STEPS = 10

MAX_NUMBER = 10**18
"""No count of tokens and no price; larger ones cannot even be added to a float."""

FEW_SPANS, MANY_SPANS = 20, 500
CHARS_OF_FEW, CHARS_OF_MANY = 3_500, 6_000
"""An overview of so many spans has at most so many characters, unless the caller gives a budget."""

ROW_SHARE = 0.3
ERRORS_SHARE = 0.25
LIST_SHARE = 0.12
STEPS_SHARE = 0.16
VALUE_SHARE = 0.1
"""What one value of a span may take."""


def lean_chars(spans: int) -> int:
    """The characters that an overview of so many spans may take."""
    many = min(max(spans - FEW_SPANS, 0) / (MANY_SPANS - FEW_SPANS), 1)
    return int(CHARS_OF_FEW + (CHARS_OF_MANY - CHARS_OF_FEW) * many)


def overview(info_row: TraceRow, cuts: list[Elision], trace: Trace, tree: SpanTree, max_chars: int) -> GetTraceResult:
    """The overview in at most `max_chars` characters, of which the row and its cuts may take ROW_SHARE."""
    causes = root_causes(tree)
    path = critical_path(tree)
    types = type_totals(tree)
    by_type = first_that_fit(types, int(max_chars * LIST_SHARE))
    errors, error_cuts = _errors(causes, int(max_chars * ERRORS_SHARE))
    troubles = list(handled(tree))
    shown_troubles = first_that_fit(troubles[:MAX_HANDLED], int(max_chars * LIST_SHARE))
    steps = critical_steps(tree, path, MAX_STEPS, int(max_chars * STEPS_SHARE))
    result = GetTraceResult(
        trace=info_row,
        totals=Totals(
            spans=len(tree.nodes),
            errors=sum(row.errors for row in types),
            events=sum(event.name != "exception" for node in tree.nodes for event in node.span.events),
            links=sum(len(node.span.links) for node in tree.nodes),
            by_type=by_type,
        ),
        errors=errors,
        handled=shown_troubles,
        critical_path=steps,
        elided=[*cuts, *error_cuts],
        shown=len(tree.nodes),
        total=len(tree.nodes),
        notes=[
            *_missing(trace),
            *tree.notes,
            *_more_errors(causes, errors),
            *_more_handled(troubles, shown_troubles),
            *_more(path, steps, types, by_type),
            *repeats(tree),
        ],
        next=list(_next(trace, tree, types, errors, has_more=True)),
    )
    known = Known([one.message for one in errors if one.message], _shown_by_the_trace(info_row, tree))
    nodes = list(_by_interest(tree, causes, {one.span_id for one in shown_troubles}, path))
    room = max_chars - _size(result) - len(compact({"spans": []}))
    for left in (room, room - MASKED_CHARS):
        table = span_table(tree, nodes, known, left, int(max_chars * VALUE_SHARE))
        shown = len(table.rows)
        further = list(_next(trace, tree, types, errors, has_more=shown < len(tree.nodes)))
        result = result.model_copy(update={"spans": table if shown else [], "shown": shown, "next": further})
        if MASK not in compact(result.model_dump(mode="json")):
            break
    return _without_what_can_be_inferred(result, max_chars)


def _shown_by_the_trace(row: TraceRow, tree: SpanTree) -> list[int]:
    """The root, where the trace itself shows what it was asked and what it answered."""
    return [root.index for root in tree.roots[:1] if row.request_preview or row.response_preview]


def _without_what_can_be_inferred(result: GetTraceResult, max_chars: int) -> GetTraceResult:
    """For the smallest budgets and the largest names: what the other fields or another call show too goes first."""
    for field in ("next", "critical_path", "handled", "spans"):
        if _size(result) <= max_chars:
            break
        shown = {"shown": 0} if field == "spans" else {}
        result = result.model_copy(update={field: [], **shown})
    return result


def _size(result: GetTraceResult) -> int:
    return len(compact(without_lone_surrogates(result.model_dump(mode="json"))))


def type_totals(tree: SpanTree) -> list[TypeTotal]:
    """A row for each type of span, those that took longest first."""
    tokens, costs = usage_once(tree, SPAN_TOKEN_USAGE_ATTRIBUTE), usage_once(tree, SPAN_COST_ATTRIBUTE)
    by_type: dict[str, list[Node]] = {}
    for node in tree.nodes:
        by_type.setdefault(cut(node.span.span_type, MAX_TYPE), []).append(node)

    def added(nodes: list[Node], usage: Mapping[int, Mapping[str, Any]], key: str) -> Any:
        return sum(usage[node.index].get(key, 0) for node in nodes if node.index in usage)

    rows = [
        TypeTotal(
            type=name,
            spans=len(nodes),
            errors=sum(failed(node) for node in nodes),
            duration_ms=to_ms(sum(tree.duration_ns(node) for node in nodes)),
            tokens=int(added(nodes, tokens, "total_tokens")),
            cached=int(added(nodes, tokens, CACHE_READ_TOKENS)),
            cache_written=int(added(nodes, tokens, CACHE_WRITTEN_TOKENS)),
            reasoning=int(added(nodes, tokens, REASONING_TOKENS)),
            cost=round(added(nodes, costs, "total_cost"), COST_DIGITS),
        )
        for name, nodes in by_type.items()
    ]
    return sorted(rows, key=lambda row: -row.duration_ms)


def usage_once(tree: SpanTree, attribute: str) -> dict[int, dict[str, Any]]:
    """Node index → the numbers MLflow keeps under an attribute, less what spans below recorded of them.

    Agents and clients repeat the usage of the calls they wrap; so it stands where it was recorded deepest, and once.
    """
    own: dict[int, dict[str, Any]] = {}
    carried: dict[int, Mapping[str, Any]] = {}
    for node in reversed(tree.nodes):
        recorded = _numbers(node, attribute)
        children = [child.index for child in tree.children.get(node.index, ()) if child.index in carried]
        if not (recorded or children):
            continue
        below: Counter[str] = Counter()
        for child in children:
            below.update(carried.pop(child))
        if recorded:
            own[node.index] = {key: max(number - below[key], 0) for key, number in recorded.items()}
        carried[node.index] = below | Counter(recorded) if children else recorded  # the larger of both
    return own


def _numbers(node: Node, attribute: str) -> dict[str, Any]:
    recorded: Any = node.span.attributes.get(attribute)
    if not isinstance(recorded, dict):
        return {}
    if attribute == SPAN_TOKEN_USAGE_ATTRIBUTE:
        recorded = {**_token_details(node.span), **cast("dict[str, Any]", recorded)}
    # What an application recorded may be any number that JSON can write, NaN and 400 digits among them.
    return {
        key: value
        for key, value in cast("dict[str, Any]", recorded).items()
        if isinstance(value, int | float) and 0 <= value <= MAX_NUMBER
    }


def _token_details(span: Span) -> dict[str, Any]:
    """Cached and reasoning tokens, which MLflow's own usage leaves out for some libraries."""
    keys = _DETAIL_ATTRIBUTES.items()
    found = {
        name: next((span.attributes[key] for key in known if key in span.attributes), None) for name, known in keys
    }
    said = _REASONING.search(as_recorded(span.attributes, SPAN_OUTPUTS_ATTRIBUTE) or "")
    if found[REASONING_TOKENS] is None and said:
        found[REASONING_TOKENS] = int(said[1])
    return {name: count for name, count in found.items() if count is not None}


def _errors(causes: list[Node], budget: int) -> tuple[list[ErrorResult], list[Elision]]:
    """The first causes that fit, each with its cuts; the first always, since it is why the agent came.

    A cause that says the same as one before has no stack of its own.
    """
    errors: list[ErrorResult] = []
    cuts: list[Elision] = []
    room = budget
    said: set[tuple[str | None, ...]] = set()
    for node in causes[:MAX_ERRORS]:
        error, error_cuts = describe_failure(node, budget)
        words = error.exception, error.message, error.stack
        if words in said:
            error, error_cuts = error.model_copy(update={"stack": None}), []
        room -= size_of_all([error, *error_cuts])
        if errors and room < 0:
            break
        said.add(words)
        errors.append(error)
        cuts += error_cuts
    return errors, cuts


def _by_interest(tree: SpanTree, causes: list[Node], troubled: set[str], path: dict[int, int]) -> Iterator[Node]:
    """Every node once, most worth seeing first: roots, failures with their ancestors, what went wrong without failing,
    critical path, then slow."""
    yield from tree.roots[:1]
    for cause in causes:
        yield cause
        yield from cause.ancestors()
    yield from (node for node in tree.nodes if failed(node))
    yield from (node for node in tree.nodes if node.span.span_id in troubled)
    on_path = sorted((node for node in tree.nodes if node.index in path), key=lambda node: -path[node.index])
    slow = sorted(tree.nodes, key=lambda node: -tree.duration_ns(node))
    yield from few_of_each([*on_path, *slow])
    yield from slow


def _missing(trace: Trace) -> list[str]:
    return [trace.missing] if trace.missing else []


def _more_errors(causes: list[Node], errors: list[ErrorResult]) -> list[str]:
    more = len(causes) - len(errors)
    return [f"{more} more root causes are not listed in errors; view='tree' marks every failed span."] if more else []


def _more_handled(troubles: list[HandledResult], shown: list[HandledResult]) -> list[str]:
    more = len(troubles) - len(shown)
    return [f"handled shows {len(shown)} of {len(troubles)}; `find` finds the others."] if more else []


def _more(
    path: dict[int, int], steps: list[CriticalStep], types: list[TypeTotal], by_type: list[TypeTotal]
) -> Iterator[str]:
    """How much there is of the lists that show only the most of it."""
    on_path = sum(own > 0 for own in path.values())
    if len(steps) < on_path:
        yield f"critical_path shows {len(steps)} of {on_path} spans, those with most time of their own."
    if len(by_type) < len(types):
        yield f"totals shows {len(by_type)} of {len(types)} span types, those that took longest."


def _next(
    trace: Trace, tree: SpanTree, types: list[TypeTotal], errors: list[ErrorResult], *, has_more: bool
) -> Iterator[NextCall]:
    """At most three calls, with all their arguments."""
    trace_id = trace.info.trace_id
    if errors:
        yield NextCall(
            why="what the failed span was given and what it answered",
            arguments={"trace_id": trace_id, "span_ids": ",".join(error.span_id for error in errors[:3])},
        )
    if has_more:
        yield NextCall(why="every span, one row each", arguments={"trace_id": trace_id, "view": "tree"})
    if any(row.type in LLM_TYPES for row in types):
        yield NextCall(why="what was said, each message once", arguments={"trace_id": trace_id, "view": "conversation"})
    elif not errors and tree.roots:
        yield _root_or_last(trace_id, tree)


def _root_or_last(trace_id: str, tree: SpanTree) -> NextCall:
    """The root, or the span that ended last where the root has not arrived: nothing is stored of what came next."""
    span, why = tree.roots[0].span, "inputs and outputs of the root span"
    if span.parent_id is not None:
        span = max((node.span for node in tree.nodes), key=lambda one: one.end_time_ns or 0)
        why = "what the span that ended last was given and answered"
    return NextCall(why=why, arguments={"trace_id": trace_id, "span_ids": span.span_id})
