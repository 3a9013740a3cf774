"""Two evaluation runs, row by row: which rows belong together, what each scorer said of both, and what got worse.

A row is a trace of a run. MLflow's `evaluate` gives rows a new request id when it calls a function for each input; then
the inputs of the root span say which rows are the same. A run over traces that were there before shares them with other
runs, so an assessment counts for the run that it names.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, compress
from math import comb
from statistics import median
from typing import TypeAlias, cast

from mcp_traces.comparison_results import (
    CompareTracesResult,
    FailedJudgeResult,
    RowResult,
    ScorerResult,
    SideResult,
    UnpairedResult,
)
from mcp_traces.records import (
    ASSESSMENT_RUN_KEY,
    EVAL_REQUEST_TAG,
    SCORER_DIGEST_KEY,
    Assessment,
    Json,
    Run,
    TraceInfo,
)
from mcp_traces.results import Result, whole_or_decimal
from mcp_traces.shaping.cleaning import MASKED_CHARS, Cleaner
from mcp_traces.shaping.overview import COST_DIGITS, MAX_NUMBER
from mcp_traces.shaping.previews import as_preview, short_line
from mcp_traces.shaping.text import as_text, compact, cut
from mcp_traces.shaping.values import first_that_fit
from mcp_traces.times import iso_utc

MAX_NAME = 80
MAX_SCORERS = 12
MAX_TEXT_CHANGES = 4
MAX_EXAMPLES = 3
RESERVED_CHARS = 250 + MASKED_CHARS
"""Room for the notes about what was left out."""

SCORERS_SHARE, JUDGES_SHARE, UNPAIRED_SHARE, IMPROVED_SHARE = 0.4, 0.1, 0.1, 0.15
MIN_VALUE, MAX_VALUE = 90, 600
"""Characters of an input, an output, a rationale in a row."""

PASSED = frozenset({"yes", "true", "pass", "passed"})
FAILED = frozenset({"no", "false", "fail", "failed"})

Values: TypeAlias = dict[str, Assessment]


@dataclass(frozen=True, slots=True)
class RunRows:
    """A run and its traces, the oldest first. `cut_short` says in a sentence why some are missing."""

    run: Run
    rows: tuple[TraceInfo, ...]
    cut_short: str | None = None


@dataclass(slots=True)
class Pairing:
    """The rows of two runs that belong together, and the others. `repeated` are rows whose input comes twice."""

    pairs: list[tuple[TraceInfo, TraceInfo]] = field(default_factory=list[tuple[TraceInfo, TraceInfo]])
    only_a: list[TraceInfo] = field(default_factory=list[TraceInfo])
    only_b: list[TraceInfo] = field(default_factory=list[TraceInfo])
    repeated: int = 0
    unread: int = 0

    def by(self, key: Callable[[TraceInfo], Hashable]) -> None:
        """Pair the rows that are left and have the same key, in order. A key of None pairs nothing."""
        waiting: dict[Hashable, list[TraceInfo]] = defaultdict(list)
        for row in self.only_a:
            waiting[key(row)].append(row)
        waiting.pop(None, None)
        counts = Counter(key(row) for row in self.only_b)
        self.repeated += sum(max(len(rows), counts[known]) > 1 and len(rows) for known, rows in waiting.items())
        left: list[TraceInfo] = []
        paired: set[str] = set()
        for row in self.only_b:
            if same := waiting.get(key(row)):
                first = same.pop(0)
                paired.add(first.trace_id)
                self.pairs.append((first, row))
            else:
                left.append(row)
        self.only_a = [row for row in self.only_a if row.trace_id not in paired]
        self.only_b = left


def pair_by_ids(a: RunRows, b: RunRows) -> Pairing:
    """Rows that are one trace, or share the id that the application, or the evaluation, gave the request."""
    pairing = Pairing(only_a=list(a.rows), only_b=list(b.rows))
    pairing.by(lambda row: row.trace_id)
    pairing.by(lambda row: row.client_request_id or None)
    pairing.by(lambda row: row.tags.get(EVAL_REQUEST_TAG))
    return pairing


def inputs_key(inputs: Json) -> str | None:
    """Inputs as text by which they are compared, whatever the order of their keys; None where they nest too deeply."""
    try:
        return json.dumps(inputs, sort_keys=True, ensure_ascii=False, default=str)
    except RecursionError:
        return None


def inputs_in_preview(info: TraceInfo) -> str | None:
    """The key of the inputs where the preview holds them whole: of a chat it has one message, and long ones are cut."""
    try:
        inputs = json.loads(info.request_preview or "")
    except (ValueError, RecursionError):
        return None
    return inputs_key(cast("Json", inputs)) if isinstance(inputs, dict | list) else None


@dataclass(frozen=True, slots=True)
class _Row:
    """A pair with the values each side has, by scorer."""

    a: TraceInfo
    b: TraceInfo
    values_a: Values
    values_b: Values


def compare_runs(a: RunRows, b: RunRows, pairing: Pairing, *, cleaner: Cleaner, max_chars: int) -> CompareTracesResult:
    """The comparison in at most `max_chars` characters."""
    return _Page(a, b, _cleaned(pairing, cleaner), cleaner, max_chars).result()


def _cleaned(pairing: Pairing, cleaner: Cleaner) -> Pairing:
    """The rows as they may be shown: what is masked on both sides is the same."""
    both = [*(one for one, _ in pairing.pairs), *(one for _, one in pairing.pairs)]
    cleaned = cleaner.infos([*both, *pairing.only_a, *pairing.only_b])
    half = len(pairing.pairs)
    rest = cleaned[2 * half :]
    return replace(
        pairing,
        pairs=list(zip(cleaned[:half], cleaned[half : 2 * half], strict=True)),
        only_a=rest[: len(pairing.only_a)],
        only_b=rest[len(pairing.only_a) :],
    )


class _Page:
    """A comparison of runs as a result within a budget: scorers first, then the rows that got worse."""

    def __init__(self, a: RunRows, b: RunRows, pairing: Pairing, cleaner: Cleaner, max_chars: int) -> None:
        self._a, self._b = a, b
        self._pairing = pairing
        self._cleaner = cleaner
        self._max_chars = max_chars
        self._rows = [
            _Row(one, other, _values(one, a.run.run_id), _values(other, b.run.run_id)) for one, other in pairing.pairs
        ]

    def result(self) -> CompareTracesResult:
        pairing, budget = self._pairing, self._max_chars
        scorers = [_compare_scorer(name, self._rows) for name in _names(self._rows)]
        result = CompareTracesResult(
            kind="runs",
            a=self._side(self._a, [*(one for one, _ in pairing.pairs), *pairing.only_a]),
            b=self._side(self._b, [*(one for _, one in pairing.pairs), *pairing.only_b]),
            pairs=len(pairing.pairs),
            unpaired=_unpaired(pairing, budget),
            notes=list(self._notes(scorers)),
        )
        shown = first_that_fit(scorers[:MAX_SCORERS], min(int(budget * SCORERS_SHARE), self._left(result)))
        if len(shown) < len(scorers):
            result.notes.append(f"scorers shows {len(shown)} of {len(scorers)}, those that regressed most.")
        judges = first_that_fit(
            _failed_judges(self._rows, pairing, (self._a, self._b)),
            min(int(budget * JUDGES_SHARE), self._left(result)),
        )
        result = result.model_copy(update={"scorers": shown, "failed_judges": judges})
        worse, better = self._changed_rows(scorers)
        limit = min(max(budget // 35, MIN_VALUE), MAX_VALUE)
        keep = int(budget * IMPROVED_SHARE) if better else 0
        regressed = first_that_fit(
            [self._row(one, limit, worse=True) for one in worse[: budget // 100]], self._left(result) - keep
        )
        result = result.model_copy(update={"regressed": regressed})
        improved = first_that_fit(
            [self._row(one, limit, worse=False) for one in better[: budget // 100]], self._left(result)
        )
        for name, rows, all_rows in (("regressed", regressed, worse), ("improved", improved, better)):
            if len(rows) < len(all_rows):
                result.notes.append(f"{name} shows {len(rows)} of {len(all_rows)} rows.")
        return result.model_copy(update={"improved": improved})

    def _left(self, result: Result) -> int:
        return max(self._max_chars - len(compact(result.model_dump(mode="json"))) - RESERVED_CHARS, 0)

    def _side(self, side: RunRows, rows: Sequence[TraceInfo]) -> SideResult:
        run = side.run
        durations = [row.execution_duration_ms for row in rows if row.execution_duration_ms is not None]
        tokens = [row.token_usage["total_tokens"] for row in rows if "total_tokens" in row.token_usage]
        costs = [row.cost["total_cost"] for row in rows if "total_cost" in row.cost]
        return SideResult(
            id=run.run_id,
            name=cut(self._cleaner.text(run.name), MAX_NAME) or None,
            status=run.status,
            time=None if run.start_time_ms is None else iso_utc(run.start_time_ms),
            rows=len(rows),
            failed_rows=sum(row.state == "ERROR" for row in rows),
            p50_ms=median(durations) if durations else None,
            tokens=sum(tokens) if tokens else None,
            cost=round(sum(costs), COST_DIGITS) if costs else None,
        )

    def _notes(self, scorers: Sequence[ScorerResult]) -> Iterator[str]:
        pairing = self._pairing
        for label, side in (("a", self._a), ("b", self._b)):
            if side.cut_short:
                yield f"{label}: {side.cut_short}"
        if pairing.repeated:
            yield f"{pairing.repeated} rows have an input that comes more than once; these were paired in order."
        if pairing.unread:
            yield f"The inputs of {pairing.unread} rows were not read in the time of a call; they count as unpaired."
        kinds = {one.kind for one in scorers}
        if "pass/fail" in kinds:
            yield "Of two values, true, yes and pass count as the better one."
        if "number" in kinds:
            yield "Larger numbers may be better or worse; rows whose numbers fell are listed behind the regressed."
        if not scorers and pairing.pairs:
            yield "The paired rows have no scorer in common."

    def _changed_rows(self, scorers: Sequence[ScorerResult]) -> tuple[list[_Row], list[_Row]]:
        """The rows that got worse, and those that got better, each with the most severe first.

        A row that one scorer rejects now got worse, even when others accept it now.
        """
        numbers = {one.scorer: _spread(one.scorer, self._rows) for one in scorers if one.kind == "number"}
        ranked = [(_severity(row, numbers), row) for row in self._rows]
        is_worse = [severity > (0, 0, 0.0) or _is_rejected(row) for severity, row in ranked]
        worse = sorted(compress(ranked, is_worse), key=lambda one: one[0], reverse=True)
        others = (one for one, taken in zip(ranked, is_worse, strict=True) if not taken)
        better = sorted((one for one in others if one[0] < (0, 0, 0.0)), key=lambda one: one[0])
        return [row for _, row in worse], [row for _, row in better]

    def _row(self, row: _Row, limit: int, *, worse: bool) -> RowResult:
        """A row; of its changes those come first, and give the rationale, that made it worse, or better."""
        expected = {one.name: one.value for one in row.b.assessments or () if one.kind == "expectation" and one.valid}
        expected = expected or {one.name: one.value for one in row.a.assessments if one.kind == "expectation"}
        changed = [name for name in _names([row]) if row.values_a[name].value != row.values_b[name].value]
        changed.sort(key=lambda name: _fell(row, name) is not worse)
        reasons = [row.values_b[name].rationale for name in changed]
        changes = {
            cut(name, MAX_NAME): f"{_short(row.values_a[name])} -> {_short(row.values_b[name])}" for name in changed
        }
        if row.a.state != row.b.state:
            changes["status"] = f"{row.a.state} -> {row.b.state}"
        return RowResult(
            input=_line(row.b.request_preview or row.a.request_preview, limit),
            expected=as_preview(expected if len(expected) > 1 else next(iter(expected.values())), limit)
            if expected
            else None,
            output_a=_line(row.a.response_preview, limit),
            output_b=_line(row.b.response_preview, limit),
            changes=changes,
            rationale=_line(next((one for one in reasons if one), None), limit),
            trace_a=row.a.trace_id,
            trace_b=row.b.trace_id,
        )


def _line(text: str | None, limit: int) -> str | None:
    return short_line(text, limit) if text else None


def _short(one: Assessment) -> str:
    value = whole_or_decimal(one.value) if isinstance(one.value, float) else one.value  # a server sends 6 as 6.0
    return cut(as_text(value), MAX_NAME)


def _values(info: TraceInfo, run_id: str) -> Values:
    """What each scorer said of this row in this run: the newest valid value, of the trace before that of a span."""
    said: Values = {}
    for one in sorted(_feedback_of(info, run_id), key=lambda one: (one.span_id is None, one.last_update_time_ms)):
        if one.failure is None and one.value is not None:
            said[one.name] = one
    return said


def _feedback_of(info: TraceInfo, run_id: str) -> Iterator[Assessment]:
    for one in info.assessments:
        if one.kind == "feedback" and one.valid and one.metadata.get(ASSESSMENT_RUN_KEY, run_id) == run_id:
            yield one


def _names(rows: Iterable[_Row]) -> list[str]:
    """The scorers that gave a value on both sides of a row."""
    return sorted({name for row in rows for name in row.values_a.keys() & row.values_b.keys()})


def passed(value: Json) -> bool | None:
    """Whether a pass/fail value is a pass; None for any other value."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    return True if word in PASSED else False if word in FAILED else None


def _number(value: Json) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) <= MAX_NUMBER else None


def _compare_scorer(name: str, rows: Sequence[_Row]) -> ScorerResult:
    pairs = [(row.values_a[name], row.values_b[name]) for row in rows if name in row.values_a and name in row.values_b]
    values = [(one.value, other.value) for one, other in pairs]
    digests = [{one.metadata.get(SCORER_DIGEST_KEY) for one in side} - {None} for side in zip(*pairs, strict=True)]
    common = {
        "scorer": cut(name, MAX_NAME),
        "pairs": len(pairs),
        "tied": sum(one == other for one, other in values),
        "scorer_changed": digests[0] != digests[1] if all(digests) else None,
    }
    for kind, read in (("pass/fail", passed), ("number", _number)):
        read_pairs = [(read(one), read(other)) for one, other in values]
        if all(one is not None and other is not None for one, other in read_pairs):
            return _scored(kind, cast("list[tuple[float, float]]", read_pairs), common)
    changed = Counter(f"{_short(one)} -> {_short(other)}" for one, other in pairs if one.value != other.value)
    fields = {"changed": sum(changed.values()), "changes": dict(changed.most_common(MAX_TEXT_CHANGES))}
    return ScorerResult.model_validate({"kind": "text", **common, **fields})


def _scored(kind: str, pairs: Sequence[tuple[float, float]], common: Mapping[str, object]) -> ScorerResult:
    up = sum(other > one for one, other in pairs)
    down = sum(other < one for one, other in pairs)
    words = ("improved", "regressed") if kind == "pass/fail" else ("increased", "decreased")
    means = {side: round(sum(pair[at] for pair in pairs) / len(pairs), 4) for at, side in enumerate("ab")}
    counts = {words[0]: up, words[1]: down, "tied": len(pairs) - up - down}
    return ScorerResult.model_validate({**common, "kind": kind, **means, **counts, "p": sign_test(up, down)})


def sign_test(up: int, down: int) -> float:
    """The exact two-sided p-value of so few (or more extreme) changes in one direction, if both were equally likely.

    For values of pass and fail this is McNemar's exact test.
    """
    total = up + down
    if total == 0:
        return 1.0
    tail = sum(comb(total, count) for count in range(min(up, down) + 1))
    p = min(1.0, 2 * tail / 2**total)
    return float(f"{p:.3g}")


def _spread(name: str, rows: Sequence[_Row]) -> float:
    """The range of a scorer's numbers, so that falls of different scorers are compared."""
    found = [
        _number(one.value) or 0.0 for row in rows for one in (row.values_a.get(name), row.values_b.get(name)) if one
    ]
    return (max(found) - min(found)) or 1.0


def _severity(row: _Row, numbers: Mapping[str, float]) -> tuple[int, int, float]:
    """How much worse the row became: status, then how many scorers it fails, then how far its numbers fell."""
    status = (row.b.state == "ERROR") - (row.a.state == "ERROR")
    flips, fallen = 0, 0.0
    for name in row.values_a.keys() & row.values_b.keys():
        one, other = row.values_a[name].value, row.values_b[name].value
        if name in numbers:
            fallen += ((_number(one) or 0.0) - (_number(other) or 0.0)) / numbers[name]
        elif (before := passed(one)) is not None and (after := passed(other)) is not None:
            flips += before - after
    return status, flips, fallen


def _is_rejected(row: _Row) -> bool:
    """Whether a scorer passed the row before, and fails it now."""
    names = row.values_a.keys() & row.values_b.keys()
    return any(passed(row.values_a[one].value) and passed(row.values_b[one].value) is False for one in names)


def _fell(row: _Row, name: str) -> bool | None:
    """Whether this value got worse; None for values that are neither pass and fail nor numbers."""
    one, other = row.values_a[name].value, row.values_b[name].value
    for read in (passed, _number):
        before, after = read(one), read(other)
        if before is not None and after is not None:
            return before > after
    return None


def _failed_judges(rows: Sequence[_Row], pairing: Pairing, sides: tuple[RunRows, RunRows]) -> list[FailedJudgeResult]:
    infos = ([*(row.a for row in rows), *pairing.only_a], [*(row.b for row in rows), *pairing.only_b])
    counts: dict[str, list[int]] = {}
    errors: dict[str, str] = {}
    for at, (side, found) in enumerate(zip(sides, infos, strict=True)):
        for info in found:
            for one in _feedback_of(info, side.run.run_id):
                if one.failure is not None:
                    counts.setdefault(one.name, [0, 0])[at] += 1
                    errors[one.name] = ": ".join(part for part in (one.failure.code, one.failure.message) if part)
    judges = [
        FailedJudgeResult(scorer=cut(name, MAX_NAME), a=count[0], b=count[1], error=short_line(errors[name], MIN_VALUE))
        for name, count in counts.items()
    ]
    return sorted(judges, key=lambda one: -one.a - one.b)


def _unpaired(pairing: Pairing, budget: int) -> UnpairedResult | None:
    if not (pairing.only_a or pairing.only_b):
        return None
    room = budget * UNPAIRED_SHARE / 2
    examples = [
        _few([f"{row.trace_id}: {_line(row.request_preview, MIN_VALUE) or 'no input'}" for row in rows], room)
        for rows in (pairing.only_a[:MAX_EXAMPLES], pairing.only_b[:MAX_EXAMPLES])
    ]
    return UnpairedResult(a=len(pairing.only_a), b=len(pairing.only_b), examples_a=examples[0], examples_b=examples[1])


def _few(texts: Sequence[str], room: float) -> list[str]:
    """The first that fit into `room` characters of JSON."""
    sizes = accumulate(len(compact(text)) + 1 for text in texts)
    return [text for text, size in zip(texts, sizes, strict=True) if size <= room]
