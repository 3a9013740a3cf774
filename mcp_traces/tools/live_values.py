"""What there is to filter on in some experiments: the values that traces really have, and how often."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, cast

from mcp_traces.filters.quoting import can_name, named
from mcp_traces.records import (
    BOOKKEEPING_KEYS,
    LINKED_PROMPTS_TAG,
    SESSION_KEY,
    SPAN_COST_ATTRIBUTE,
    SPAN_INPUTS_ATTRIBUTE,
    SPAN_MODEL_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    SPAN_TOKEN_USAGE_ATTRIBUTE,
    SPAN_TYPE_ATTRIBUTE,
    USER_KEY,
    Span,
    TraceInfo,
    decode_json,
)
from mcp_traces.shaping.cleaning import MASKED_CHARS
from mcp_traces.shaping.field_values import Tally, common_first, field_rows, of_texts
from mcp_traces.shaping.text import compact, cut
from mcp_traces.syntax_results import LiveValues, SampleResult
from mcp_traces.times import iso_utc
from mcp_traces.tools.counts import Counts
from mcp_traces.tools.sampling import Sample

MAX_CHARS = 5_000
MAX_NAMED = 12
MAX_NAME = 30
MAX_KEYS, MAX_KEY, KEYS_CHARS = 25, 80, 700
"""Keys of tags, of metadata and of attributes, longest key, and characters of all of them."""

KEYS_NOTE = (
    "`keys` (of attributes: those of the newest traces) are tags->>'K', metadata->>'K', attributes->>'K' in "
    "query_traces, and tags.K, metadata.K, span.attributes.K in `select` and `by`."
)
MAX_LEFT_OUT = MAX_NAMED * (MAX_NAME + 2) + 60
"""Fields whose values do not fit are named, so many of them, in a note of at most so many characters."""

FRAME = 30 + MASKED_CHARS
"""What the keys of the answer take around all that."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was counted of all traces and what was seen of a few, as it may be shown.

    `experiments` are names by id; `spans` are those of the newest few traces.
    """

    experiments: Mapping[str, str]
    counts: Counts
    sample: Sample
    spans: tuple[Span, ...] = ()
    is_database: bool = False

    def told(self, room: int) -> tuple[LiveValues, list[str]]:
        """The values in at most `room` characters, and what is to be known of them."""
        infos, counts = self.sample.infos, self.counts
        live = LiveValues(
            experiments={one: cut(name, 80) for one, name in islice(self.experiments.items(), 5)},
            total_traces=len(infos) if self.sample.whole else counts.traces,
            first_trace=None if self.sample.first_ms is None else iso_utc(self.sample.first_ms),
            last_trace=iso_utc(infos[0].request_time_ms) if infos else None,
            sample=None if self.sample.whole else _sample_result(infos),
            keys=self._keys(min(KEYS_CHARS, room // 6)),
        )
        notes = [*self._notes(), *([KEYS_NOTE] if live.keys else [])]
        tallies = [*self._tallies()]
        left = room - len(compact(live.model_dump(mode="json"))) - len(compact(notes)) - FRAME
        rows, left_out = field_rows(tallies, left)
        if left_out:
            rows, left_out = field_rows(tallies, left - MAX_LEFT_OUT)
            notes.append(_left_out_note(left_out))
        return live.model_copy(update={"fields": rows}), notes

    def _notes(self) -> Iterator[str]:
        if not self.sample.infos:
            yield "There are no traces here yet."
            return
        yield "Sessions, users and runs: the most recent first; other values: the most common first."
        yield from self._not_stored()
        if not self.sample.whole:
            yield (
                "`sampled` values were counted in the newest traces and some from each stretch of time before, not in "
                "all: others may exist."
            )
            if self.counts.traces is None:
                yield "This store does not count traces: how many there are in all is not known."

    def _not_stored(self) -> Iterator[str]:
        """How many have no name or type where the store searches for it, as those of OpenTelemetry's exporters."""
        counts = self.counts
        nameless = 0 if counts.traces is None or counts.names is None else counts.traces - counts.names.total()
        if nameless > 0 and any(info.stored_name is None for info in self.sample.infos):
            argument = "`name`" if self.is_database else "span_name"
            yield f"{nameless} of {counts.traces} traces have no stored name; {argument} finds them by their root's."
        untyped = 0 if counts.spans is None or counts.span_types is None else counts.spans - counts.span_types.total()
        if untyped > 0:
            found = "`span_type` finds them by it" if self.is_database else "searches do not find them by it"
            yield f"{untyped} of {counts.spans} spans have no stored type but in their attributes; {found}."

    def _tallies(self) -> Iterator[Tally]:
        """In the order of what agents ask for; the last are the first for which there is no room."""
        infos, counts = self.sample.infos, self.counts
        yield self._counted("trace.status", counts.statuses, lambda: of_texts(info.state for info in infos))
        yield self._counted("trace.name", counts.names, lambda: of_texts(info.name for info in infos))
        if counts.duration:
            yield Tally("trace.execution_time_ms", Counter(), extremes=_extremes(counts.duration))
        sessions = of_texts(info.session_id for info in infos)
        yield Tally(_metadata(SESSION_KEY), sessions, self._partly, counts.sessions)
        yield Tally(_metadata(USER_KEY), of_texts(info.user_id for info in infos), self._partly)
        yield from self._keyed("tag", [info.tags for info in infos])
        yield from self._assessed("feedback", counts.feedback)
        yield from self._assessed("expectation", counts.expectation)
        yield self._counted("span.type", counts.span_types, lambda: of_texts(one.span_type for one in self.spans))
        yield self._counted("span.name", counts.span_names, lambda: of_texts(one.name for one in self.spans))
        yield Tally("trace.run_id", of_texts(info.run_id for info in infos), self._partly)
        yield Tally("trace.prompt", common_first(of_texts(_prompts(infos))), self._partly)
        yield from self._keyed("metadata", [info.trace_metadata for info in infos])

    def _keys(self, room: int) -> dict[str, list[str]]:
        """The keys that have values, by what has them: as many of each as fit into a third of the room."""
        infos = self.sample.infos
        held = {
            "tags": [info.tags for info in infos],
            "metadata": [info.trace_metadata for info in infos],
            "attributes": [span.attributes for span in self.spans],
        }
        found: dict[str, list[str]] = {}
        for name, mappings in held.items():
            left = room // len(held)
            for key in _frequent_keys(mappings)[:MAX_KEYS]:
                left -= len(compact(key)) + 1
                if left >= 0 and len(key) <= MAX_KEY:
                    found.setdefault(name, []).append(key)
        return found

    @property
    def _partly(self) -> bool:
        return not self.sample.whole

    def _counted(self, field: str, exact: Counter[str] | None, seen: Callable[[], Counter[str]]) -> Tally:
        if exact is not None:
            return Tally(field, common_first(exact))
        return Tally(field, common_first(seen()), sampled=self._partly or field.startswith("span."))

    def _keyed(self, entity: str, held: list[Mapping[str, str]]) -> Iterator[Tally]:
        """Each key of tags or of metadata."""
        for key in _frequent_keys(held):
            values = of_texts(mapping.get(key) for mapping in held)
            yield _tally(entity, key, common_first(values), sampled=self._partly)

    def _assessed(self, kind: str, exact: Mapping[str, Counter[str]] | None) -> Iterator[Tally]:
        """Values by name, and how many judges failed: those of the sample where not all traces were looked at."""
        by_name = exact if exact is not None else _assessments(self.sample.infos, kind)
        failed = Counter(
            one.name for info in self.sample.infos for one in info.assessments if one.kind == kind and one.failure
        )
        given = {
            name: Counter({value: count for value, count in counts.items() if value != "null"})
            for name, counts in by_name.items()
        }
        for name, values in sorted(given.items(), key=lambda one: (-one[1].total(), one[0])):
            tally = _tally(kind, name, common_first(values), sampled=exact is None and self._partly)
            yield replace(tally, failed=failed[name])


def _frequent_keys(held: Iterable[Mapping[str, Any]]) -> list[str]:
    """Keys but MLflow's bookkeeping: the application's own before MLflow's, the most frequent first."""
    frequent = Counter(key for mapping in held for key in mapping if key not in _UNASKED)
    return sorted(frequent, key=lambda key: (key.startswith("mlflow."), -frequent[key], key))


_UNASKED = BOOKKEEPING_KEYS | {
    SPAN_INPUTS_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    SPAN_TYPE_ATTRIBUTE,
    SPAN_TOKEN_USAGE_ATTRIBUTE,
    SPAN_COST_ATTRIBUTE,
    SPAN_MODEL_ATTRIBUTE,
    *("mlflow.llm.provider", "mlflow.message.format"),
    *("mlflow.traceRequestId", "mlflow.experimentId", "mlflow.spanStartTimeNs", "mlflow.spanLogLevel"),
}
"""Keys of what has a column or a name of its own, and of what is of use to MLflow alone."""


def _tally(entity: str, key: str, counts: Counter[str], *, sampled: bool) -> Tally:
    if can_name(key):
        return Tally(named(entity, key), counts, sampled)
    argument = "tags" if entity == "tag" else entity
    return Tally(f"{entity}.{key}", counts, sampled, argument=f"{argument}={{{compact(key)}: ...}}")


def _left_out_note(fields: Sequence[str]) -> str:
    more = f" and {len(fields) - MAX_NAMED} more" if len(fields) > MAX_NAMED else ""
    return f"No room for the values of {', '.join(cut(one, MAX_NAME) for one in fields[:MAX_NAMED])}{more}."


def _metadata(key: str) -> str:
    return named("metadata", key)


def _extremes(duration: Mapping[str, float]) -> dict[str, float]:
    return {name: round(duration[key]) for name, key in _DURATIONS.items() if key in duration}


_DURATIONS = {"min": "MIN", "p50": "P50", "p95": "P95", "max": "MAX"}


def _sample_result(infos: tuple[TraceInfo, ...]) -> SampleResult:
    oldest, newest = infos[-1].request_time_ms, infos[0].request_time_ms
    return SampleResult(traces=len(infos), oldest=iso_utc(oldest), newest=iso_utc(newest))


def _assessments(infos: tuple[TraceInfo, ...], kind: str) -> dict[str, Counter[str]]:
    by_name: dict[str, Counter[str]] = {}
    for info in infos:
        for one in info.assessments:
            if one.kind == kind and one.valid:
                by_name.setdefault(one.name, Counter())[compact(one.value)] += 1
    return by_name


def _prompts(infos: tuple[TraceInfo, ...]) -> Iterator[str]:
    """Each linked prompt as name/version, which the tag holds as a list of objects (mlflow/tracing/client.py)."""
    for info in infos:
        linked = decode_json(info.tags.get(LINKED_PROMPTS_TAG, "[]"))
        for prompt in cast("list[Any]", linked) if isinstance(linked, list) else ():
            if isinstance(prompt, dict):
                held = cast("dict[str, Any]", prompt)
                yield f"{held.get('name')}/{held.get('version')}"
