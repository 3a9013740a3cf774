"""Two traces of one application, span by span: where they diverge first, what else differs, and where the time went."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from mcp_traces.comparison_results import (
    CompareTracesResult,
    ContextResult,
    DifferenceResult,
    OnlyResult,
    SideResult,
    TimeResult,
)
from mcp_traces.records import COST_KEY, LINKED_PROMPTS_TAG, Json, Trace, TraceInfo, decode_json
from mcp_traces.results import NextCall, Result
from mcp_traces.shaping.alignment import Alignment, Pair, align
from mcp_traces.shaping.cleaning import MASKED_CHARS
from mcp_traces.shaping.critical_path import critical_path
from mcp_traces.shaping.failures import failed
from mcp_traces.shaping.overview import COST_DIGITS
from mcp_traces.shaping.paths import Path, format_path, path_within
from mcp_traces.shaping.rows import told_elsewhere
from mcp_traces.shaping.span_changes import changes_of
from mcp_traces.shaping.span_messages import is_llm_call
from mcp_traces.shaping.span_tree import Node, SpanTree, to_ms
from mcp_traces.shaping.text import compact, cut
from mcp_traces.shaping.value_changes import ABSENT, Absent, manner, shown_difference
from mcp_traces.shaping.values import first_that_fit
from mcp_traces.times import iso_utc

MAX_NAME = 80
MAX_TYPE = 40
MAX_GROUPS = 8
MAX_TIMES = 5
MAX_CONTEXT = 8
MAX_CONTEXT_VALUE = 80
RESERVED_CHARS = 350 + MASKED_CHARS
"""Room for the next calls and for the notes about what was left out."""

FIRST_SHARE, GROUPS_SHARE, TIME_SHARE, CONTEXT_SHARE, NOTES_SHARE = 12, 6, 6, 8, 5
"""What parts of the budget a value of the first divergence, the groups of spans, the times, the context, the notes on
both traces may take."""

MAX_NOTE = 250

MIN_VALUE, MAX_VALUE = 80, 400
"""Characters of a value in the other differences."""

MIN_CHANGE_MS = 1.0
MIN_CHANGE_SHARE = 0.02
"""Smaller differences of time, also in relation to the longer trace, explain nothing."""


@dataclass(frozen=True, slots=True)
class Side:
    """A trace as it may be shown, and its spans as a tree."""

    trace: Trace
    tree: SpanTree


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference and its place in the order of execution, by which differences are sorted."""

    place: tuple[int, int, int]
    what: str
    a: Node | None = None
    b: Node | None = None
    path: Path = ()
    value_a: Json | Absent = ABSENT
    value_b: Json | Absent = ABSENT

    @property
    def name(self) -> str:
        node = self.a or self.b
        return cut(node.span.name, MAX_NAME) if node else "trace"


def compare_side_by_side(a: Side, b: Side, max_chars: int) -> CompareTracesResult:
    """The comparison in at most `max_chars` characters."""
    found = _Comparison(align(a.tree, b.tree), a, b)
    found.look()
    return _Page(found, max_chars).result()


@dataclass(slots=True)
class _Comparison:
    alignment: Alignment
    a: Side
    b: Side
    differences: list[Difference] = field(default_factory=list[Difference])
    only_in_ids: list[Difference] = field(default_factory=list[Difference])
    masked: int = 0

    def look(self) -> None:
        """Find all differences, and sort them by when they happened."""
        ranks = _ranks(self.a.tree)
        for pair in self.alignment.of_a.values():
            self._look_at(pair, ranks)
        for swap in self.alignment.swaps:
            rank = ranks[swap.first.a.index, False]
            names = tuple(cut(one.a.span.name, MAX_NAME) for one in (swap.first, swap.second))
            shown = (f"{names[0]}, then {names[1]}", f"{names[1]}, then {names[0]}")
            self.differences.append(Difference((rank, 0, -1), "order", swap.first.a, swap.second.b, (), *shown))
        for node in _tops(self.alignment.only_a, self.alignment.of_a):
            self.differences.append(Difference((ranks[node.index, False], 0, -2), "only in a", a=node))
        places = _places_in_a(self.alignment, ranks)
        for node in _tops(self.alignment.only_b, self.alignment.of_b):
            self.differences.append(Difference(places[node.index], "only in b", b=node))
        self.differences.sort(key=lambda one: one.place)
        self._look_at_prompts()
        self.differences = _joined(self.differences)

    def _look_at(self, pair: Pair, ranks: dict[tuple[int, bool], int]) -> None:
        for change in changes_of(pair):
            place = (ranks[pair.a.index, change.at_end], 0, change.order)
            found = Difference(place, change.what, pair.a, pair.b, change.path, change.a, change.b)
            if change.is_masked:
                self.masked += 1
            else:
                (self.only_in_ids if change.is_variable else self.differences).append(found)

    def _look_at_prompts(self) -> None:
        """Prompts that MLflow links to the trace only: they differ where the first LLM call got something else."""
        if any(one.what == "prompt" for one in self.differences):
            return
        a, b = (_linked_prompts(side.trace.info) for side in (self.a, self.b))
        if a == b:
            return
        calls = (one for one in self.differences if one.a and one.b and is_llm_call(one.a.span))
        first = next((one for one in calls if one.what.split(" ")[0] in ("inputs", "model", "parameters")), None)
        place = (first.place[0], first.place[1], -1) if first else (-1, 0, 0)
        values = [", ".join(one) if one else ABSENT for one in (a, b)]
        node_a, node_b = (first.a, first.b) if first else (None, None)
        prompt = Difference(place, "prompt", node_a, node_b, ("tags", LINKED_PROMPTS_TAG), *values)
        self.differences.append(prompt)
        self.differences.sort(key=lambda one: one.place)


def _linked_prompts(info: TraceInfo) -> list[str]:
    linked = decode_json(info.tags.get(LINKED_PROMPTS_TAG, "[]"))
    if not isinstance(linked, list):
        return [str(linked)]
    prompts = (cast("dict[str, Json]", one) for one in cast("list[Json]", linked) if isinstance(one, dict))
    return sorted(f"{one.get('name')}/{one.get('version')}" for one in prompts)


def _ranks(tree: SpanTree) -> dict[tuple[int, bool], int]:
    """The place of each beginning and each end among all, by time: (index, whether it is the end) -> place.

    A span does not begin before its parent, whatever clocks say; of what is at one moment, the tree decides.
    """
    last_ns = max((node.span.end_time_ns or 0 for node in tree.nodes if node.index not in tree.impossible), default=0)
    began: dict[int, int] = {}
    moments: list[tuple[int, int, tuple[int, bool]]] = []
    open_nodes: list[Node] = []

    def close(depth: int) -> None:
        while open_nodes and open_nodes[-1].depth >= depth:
            node = open_nodes.pop()
            ended = None if node.index in tree.impossible else node.span.end_time_ns
            moments.append(
                (max(last_ns if ended is None else ended, began[node.index]), len(moments), (node.index, True))
            )

    for node in tree.nodes:
        close(node.depth)
        own = tree.start_ns if node.index in tree.impossible else node.span.start_time_ns
        began[node.index] = max(own, began[node.parent.index]) if node.parent else own
        moments.append((began[node.index], len(moments), (node.index, False)))
        open_nodes.append(node)
    close(0)
    return {moment: place for place, (_, _, moment) in enumerate(sorted(moments))}


def _places_in_a(alignment: Alignment, ranks: dict[tuple[int, bool], int]) -> dict[int, tuple[int, int, int]]:
    """Where in the order of `a` each span of `b` alone belongs: behind what happened before it in `b`."""
    in_b = sorted(_ranks(alignment.b).items(), key=lambda one: one[1])
    by_index = {node.index: node for node in alignment.b.nodes}
    places: dict[int, tuple[int, int, int]] = {}
    behind = -1
    for (index, is_end), place in in_b:
        pair = alignment.of_b.get(index)
        if pair is not None:
            behind = ranks[pair.a.index, is_end]
        elif not is_end:
            parent = by_index[index].parent
            above = alignment.of_b.get(parent.index) if parent else None
            places[index] = (max(behind, ranks[above.a.index, False]) if above else behind, 1, place)
    return places


def _tops(nodes: Iterable[Node], paired: dict[int, Pair]) -> list[Node]:
    """Of spans that have no counterpart those whose parent has one."""
    return [node for node in nodes if node.parent is None or node.parent.index in paired]


def _joined(differences: Sequence[Difference]) -> list[Difference]:
    """A span in place of another is one difference, not two."""
    joined: list[Difference] = []
    for one in differences:
        before = joined[-1] if joined else None
        if before and {before.what, one.what} == {"only in a", "only in b"} and _in_one_place(before, one):
            a, b = before.a or one.a, before.b or one.b
            assert a is not None and b is not None
            joined[-1] = Difference(before.place, "other span", a, b, (), a.span.name, b.span.name)
        else:
            joined.append(one)
    return joined


def _in_one_place(one: Difference, other: Difference) -> bool:
    return abs(other.place[0] - one.place[0]) <= 1


class _Page:
    """A comparison as a result within a budget: what explains most comes first, the rest while there is room."""

    def __init__(self, found: _Comparison, max_chars: int) -> None:
        self._found = found
        self._max_chars = max_chars

    def result(self) -> CompareTracesResult:
        found, budget = self._found, self._max_chars
        first, *others = found.differences or [None]
        result = CompareTracesResult(
            kind="traces",
            a=_side(found.a),
            b=_side(found.b),
            identical=not found.differences and not found.only_in_ids,
            first_divergence=first and self._shown(first, budget // FIRST_SHARE),
            counts=dict(Counter(one.what for one in found.differences)),
            differ_only_in_ids=len(found.only_in_ids) or None,
            notes=_few(self._notes(), budget // NOTES_SHARE),
        )
        for name, items, share in (
            ("only_a", _groups(found.alignment.only_a, found.alignment.of_a), GROUPS_SHARE),
            ("only_b", _groups(found.alignment.only_b, found.alignment.of_b), GROUPS_SHARE),
            ("time", _times(found.alignment), TIME_SHARE),
            ("context", _context(found.a.trace.info, found.b.trace.info), CONTEXT_SHARE),
        ):
            room = min(budget // share, self._left(result))
            are_groups = name.startswith("only")
            fitting = first_that_fit(cast("Sequence[Result]", items[:MAX_GROUPS] if are_groups else items), room)
            result = result.model_copy(update={name: fitting})
            if are_groups and len(fitting) < len(items):
                notes = [*result.notes, f"{name} shows {len(fitting)} of {len(items)} kinds of spans."]
                result = result.model_copy(update={"notes": notes})
        limit = min(max(budget // 40, MIN_VALUE), MAX_VALUE)
        rest = [one for one in [*others, *found.only_in_ids] if one is not None and not one.what.startswith("only in")]
        shown = first_that_fit([self._shown(one, limit) for one in rest[: budget // 60]], self._left(result))
        notes = list(result.notes)
        if len(shown) < len(rest):
            notes.append(f"differences shows {len(shown)} of {len(rest)}; a larger max_chars shows more.")
        return result.model_copy(update={"differences": shown, "notes": notes, "next": list(self._next(first))})

    def _left(self, result: Result) -> int:
        return max(self._max_chars - len(compact(result.model_dump(mode="json"))) - RESERVED_CHARS, 0)

    def _shown(self, one: Difference, limit: int) -> DifferenceResult:
        shown = shown_difference(one.value_a, one.value_b, limit)
        how = manner(one.value_a, one.value_b)
        is_read = bool(one.path)
        values = {side: text for side, text in (("a", shown.a), ("b", shown.b)) if text is not None}
        return DifferenceResult(
            what=f"{one.what} ({how})" if how else one.what,
            name=one.name,
            span_a=one.a.span.span_id if one.a else None,
            span_b=one.b.span.span_id if one.b else None,
            path=format_path(path_within(one.path)) if is_read else None,
            at=shown.at if is_read and path_within(one.path) == list(one.path) and shown.at else None,
            **values,
        )

    def _notes(self) -> Iterator[str]:
        found = self._found
        if found.only_in_ids and not found.differences:
            yield "Nothing differs but ids, times and durations within values."
        if found.masked:
            yield f"{found.masked} values differ only in what is masked, and count as the same."
        for label, side in (("a", found.a), ("b", found.b)):
            for note in ([side.trace.missing] if side.trace.missing else []) + list(side.tree.notes):
                yield f"{label}: {note}"

    def _next(self, first: Difference | None) -> Iterator[NextCall]:
        if first is None:
            return
        for side, node, trace in (("a", first.a, self._found.a.trace), ("b", first.b, self._found.b.trace)):
            if node is not None:
                yield NextCall(
                    why=f"the span of the first divergence in {side}",
                    arguments={"trace_id": trace.info.trace_id, "span_ids": node.span.span_id},
                )


def _few(notes: Iterable[str], room: int) -> list[str]:
    """The first notes that fit; the overview of a trace has all of its own."""
    kept: list[str] = []
    left = 0
    for note in notes:
        room -= len(compact(cut(note, MAX_NOTE))) + 1
        if room < 0:
            left += 1
        else:
            kept.append(cut(note, MAX_NOTE))
    return [*kept, f"{left} more notes: get_trace has them."] if left else kept


def _side(side: Side) -> SideResult:
    info = side.trace.info
    usage, total = info.token_usage, info.cost.get("total_cost")
    return SideResult(
        id=info.trace_id,
        name=cut(info.name, MAX_NAME) if info.name else None,
        status=info.state,
        time=iso_utc(info.request_time_ms),
        duration_ms=info.execution_duration_ms,
        spans=len(side.tree.nodes),
        failed_spans=sum(failed(node) for node in side.tree.nodes),
        tokens=usage.get("total_tokens"),
        cost=None if total is None else round(total, COST_DIGITS),
    )


def _groups(nodes: Sequence[Node], paired: dict[int, Pair]) -> list[OnlyResult]:
    """Spans without a counterpart by name and type, those of which there are most first."""
    groups: dict[tuple[str, str], list[Node]] = {}
    tops = _tops(nodes, paired)
    top_of = {node.index: node.index for node in tops}
    for node in nodes:  # parents come first
        if node.parent is not None and node.index not in top_of:
            top_of[node.index] = top_of[node.parent.index]
    sizes = Counter(top_of.values())
    for node in tops:
        groups.setdefault((node.span.name, node.span.span_type), []).append(node)
    rows = [
        OnlyResult(
            name=cut(name, MAX_NAME),
            type=cut(kind, MAX_TYPE),
            spans=len(alike),
            below=sum(sizes[node.index] - 1 for node in alike),
            span_id=alike[0].span.span_id,
        )
        for (name, kind), alike in groups.items()
    ]
    return sorted(rows, key=lambda row: -row.spans)


def _times(alignment: Alignment) -> list[TimeResult]:
    """The names of spans whose time on the critical path differs most."""
    own_a, own_b = critical_path(alignment.a), critical_path(alignment.b)
    names: dict[str, list[tuple[Node | None, Node | None]]] = {}
    for node in alignment.a.nodes:
        pair = alignment.of_a.get(node.index)
        names.setdefault(node.span.name, []).append((node, pair.b if pair else None))
    for node in alignment.only_b:
        names.setdefault(node.span.name, []).append((None, node))
    total_ns = max(sum(own_a.values()), sum(own_b.values()))

    def spent(node: Node | None, own: dict[int, int]) -> int:
        return own.get(node.index, 0) if node else 0

    rows: list[TimeResult] = []
    for name, pairs in names.items():
        a_ns, b_ns = (sum(spent(pair[side], own) for pair in pairs) for side, own in ((0, own_a), (1, own_b)))
        if abs(b_ns - a_ns) < max(MIN_CHANGE_MS * 1e6, total_ns * MIN_CHANGE_SHARE):
            continue
        most = max(pairs, key=lambda pair: abs(spent(pair[1], own_b) - spent(pair[0], own_a)))
        ids = [node.span.span_id if node else None for node in most]
        times = {"a_ms": to_ms(a_ns), "b_ms": to_ms(b_ns), "change_ms": to_ms(b_ns - a_ns)}
        rows.append(TimeResult(name=cut(name, MAX_NAME), **times, span_a=ids[0], span_b=ids[1]))
    return sorted(rows, key=lambda row: -abs(row.change_ms))[:MAX_TIMES]


def _context(a: TraceInfo, b: TraceInfo) -> list[ContextResult]:
    """Tags and metadata of the traces that differ, without what MLflow writes for itself."""
    rows: list[ContextResult] = []
    for place, one, other in (("tags", a.tags, b.tags), ("metadata", a.trace_metadata, b.trace_metadata)):
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key) and key != COST_KEY and not told_elsewhere(key):
                shown = shown_difference(one.get(key, ABSENT), other.get(key, ABSENT), MAX_CONTEXT_VALUE)
                path = format_path(path_within((place, key)))
                rows.append(ContextResult(key=path, a=shown.a, b=shown.b))
    return rows[:MAX_CONTEXT]
