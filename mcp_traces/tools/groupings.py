"""What `by` can name: where each value is, in a database's columns and in records, and what finds its members."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from difflib import get_close_matches
from itertools import product
from typing import Literal, TypeAlias, cast

from mcp_traces.errors import InvalidArgumentError
from mcp_traces.filters.clause import IS, Clause
from mcp_traces.filters.compiler import clause
from mcp_traces.records import (
    LINKED_PROMPTS_TAG,
    MODEL_ID_KEY,
    SESSION_KEY,
    USER_KEY,
    Json,
    ScanColumn,
    Span,
    TraceInfo,
    decode_json,
)
from mcp_traces.shaping.cleaning import MASK, Cleaner
from mcp_traces.shaping.failures import finish_reasons
from mcp_traces.shaping.groups import UNITS, Clock, Values
from mcp_traces.shaping.recorded_values import (
    PROVIDER_KEYS,
    TOOL_KEYS,
    first_of,
    linked_prompts,
    model_of,
    run_ids,
)
from mcp_traces.shaping.span_messages import is_llm_call
from mcp_traces.shaping.text import as_text, compact
from mcp_traces.store.gateway import FAILURE_MARK
from mcp_traces.times import parse_zone

Level: TypeAlias = Literal["trace", "feedback", "span", "whole", "error"]
"""What has to be read: columns of traces, or also those of feedback or of spans, whole spans, or failed ones."""

Column: TypeAlias = tuple[ScanColumn, str | None]


@dataclass(frozen=True, slots=True)
class Grouping:
    """One name of `by`. `column` is what a scan reads; `of_info` returns the same from a record, and `of_span` the
    values of one span. `split` makes values of what was read, `shown` what a result has of one. `clause` finds the
    members of a value, where one can."""

    name: str
    level: Level
    column: Column | None = None
    of_info: Callable[[TraceInfo], Hashable] | None = None
    split: Callable[[Hashable], Values] = lambda value: (value,)
    of_span: Callable[[Span], Values] | None = None
    clause: Callable[[str], tuple[Clause, ...]] | None = None
    clock: Clock | None = None
    shown: Callable[[Hashable], Json] = lambda value: value
    only: tuple[Clause, ...] = ()
    """What every span must be that has a value."""

    @property
    def key(self) -> str:
        """What the value is recorded under: the key of a tag, of metadata or of an attribute, else the name."""
        return recorded_key(self.name)

    @property
    def is_of_spans(self) -> bool:
        return self.level in ("span", "whole")


def recorded_key(name: str) -> str:
    """The key of a tag, of metadata, of feedback or of an attribute, else the name itself."""
    return name.removeprefix(next((one for one in KEYED if name.startswith(one)), ""))


def parse_groupings(by: Sequence[str], zone: tzinfo = UTC) -> tuple[Grouping, ...]:
    """Up to two groupings. Raises InvalidArgumentError for a name that is unknown, or given twice."""
    names = [_canonical(one.strip()) for one in by if one.strip()]
    if len(names) > MAX_GROUPINGS:
        raise InvalidArgumentError(f"`by` names {len(names)} groupings; it takes {MAX_GROUPINGS}.", "Make two calls.")
    if len(set(names)) < len(names):
        raise InvalidArgumentError(f"`by` names {names[0]!r} twice.", "Give two different names.")
    found = tuple(_grouping(one, zone) for one in names)
    feedback = [one for one in found if one.level == "feedback"]
    if (feedback and any(one.level in ("span", "whole", "error") for one in found)) or len(feedback) > 1:
        raise InvalidArgumentError(
            f"`by` cannot join {' and '.join(names)}: feedback is given to traces.",
            "Join it with a name of traces or of time, such as name, user or day.",
        )
    if sum(one.clock is not None for one in found) > 1:
        raise InvalidArgumentError(f"`by` cannot join {' and '.join(names)}.", "Give one unit of time.")
    return found


MAX_GROUPINGS = 2
KEYED = ("tags.", "metadata.", "feedback.", "span.attributes.")
_ALIASES = {
    "trace_name": "name",
    "state": "status",
    "experiment_id": "experiment",
    "session_id": "session",
    "user_id": "user",
    "run_id": "run",
    "prompts": "prompt",
    "span.name": "span_name",
    "span.type": "span_type",
    "span.model": "model",
    "span.provider": "provider",
    "span.error": "error",
    "errors": "error",
    "tool_name": "tool",
    "scorer": "judge",
    "date": "day",
}


def _canonical(name: str) -> str:
    for singular, plural in (
        ("tag.", "tags."),
        ("request_metadata.", "metadata."),
        ("attributes.", "span.attributes."),
    ):
        if name.lower().startswith(singular):
            return plural + name[len(singular) :]
    return _ALIASES.get(name.lower(), name if name.startswith(KEYED) else name.lower())


def _grouping(name: str, zone: tzinfo) -> Grouping:
    if name in _PLAIN:
        return _PLAIN[name]
    for unit in UNITS:
        if name == unit:
            return _of_time(Clock(unit, zone))
    kind = next((one for one in KEYED if name.startswith(one) and len(name) > len(one)), None)
    if kind is not None:
        return _KEYED[kind](name, name[len(kind) :].strip("`"))
    known = [*_PLAIN, *UNITS, "tags.<key>", "metadata.<key>", "feedback.<name>", "span.attributes.<key>"]
    near = get_close_matches(name, known, n=2)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise InvalidArgumentError(f"`by` {name!r} is not a grouping.", f"{hint}It takes {', '.join(known)}.")


def _of_time(clock: Clock) -> Grouping:
    def split(time_ms: Hashable) -> Values:
        return (clock.start(cast("int", time_ms)),)

    return Grouping(clock.unit, "trace", ("time_ms", None), lambda info: info.request_time_ms, split, clock=clock)


def _of_metadata(name: str, key: str) -> Grouping:
    column: Column = ("session_id", None) if key == SESSION_KEY else ("metadata", key)
    return Grouping(
        name,
        "trace",
        column,
        lambda info: info.trace_metadata.get(key),
        clause=lambda value: (clause("metadata.<key>", "=", value, key=key),),
    )


def _of_tag(name: str, key: str) -> Grouping:
    return Grouping(
        name,
        "trace",
        ("tags", key),
        lambda info: info.tags.get(key),
        clause=lambda value: (clause("tag.<key>", "=", value, key=key),),
    )


def _of_feedback(name: str, key: str) -> Grouping:
    return Grouping(name, "feedback", ("feedback", key), split=lambda value: (_feedback_value(value),), shown=_plain)


def _feedback_value(stored: Hashable) -> str | None:
    """The JSON of the value that was given; of a judge that failed, its error."""
    if not isinstance(stored, str):
        return None
    if (error := judge_error(stored)) is not None:
        return f"failed: {error[0]}"
    return _as_key(decode_json(stored))


def judge_error(stored: str) -> tuple[str, str] | None:
    """Code and message of the error that a scan read in place of a value."""
    if not stored.startswith(FAILURE_MARK):
        return None
    error = decode_json(stored.removeprefix(FAILURE_MARK))
    if not isinstance(error, dict):
        return "ERROR", as_text(error)
    parts = (cast("dict[str, Json]", error).get(one) for one in ("error_code", "error_message"))
    code, message = (as_text(one or "") for one in parts)
    return code or "ERROR", message


def _of_attribute(name: str, key: str) -> Grouping:
    def values(span: Span) -> Values:
        return (_as_key(span.attributes[key]),) if key in span.attributes else ()

    return Grouping(name, "whole", of_span=values, shown=_plain)


def _as_key(value: Json) -> str:
    """As JSON, because true and 1 are the same key of a mapping. 5.0 is 5."""
    return compact(int(value) if isinstance(value, float) and value.is_integer() else value)


def _plain(key: Hashable) -> Json:
    """The value of `_as_key`; lists and mappings stay JSON."""
    value = decode_json(key)
    return key if isinstance(value, dict | list) else value


def _of_llm(read: Callable[[Span], str | None]) -> Callable[[Span], Values]:
    """Spans with the value, and calls of a model that recorded none."""

    def values(span: Span) -> Values:
        value = read(span)
        return (value,) if value is not None or is_llm_call(span) else ()

    return values


def _tools(span: Span) -> Values:
    return (first_of(span, TOOL_KEYS) or span.name,) if span.span_type == "TOOL" else ()


_PLAIN: dict[str, Grouping] = {
    one.name: one
    for one in (
        Grouping(
            "name",
            "trace",
            ("name", None),
            lambda info: info.name,
            clause=lambda value: (clause("trace.name", IS, value),),
        ),
        Grouping(
            "status",
            "trace",
            ("status", None),
            lambda info: info.state,
            clause=lambda value: (clause("trace.status", "=", value),),
        ),
        Grouping("error", "error"),
        Grouping("experiment", "trace", ("experiment_id", None), lambda info: info.experiment_id),
        Grouping("span_name", "span", ("span_name", None), of_span=lambda span: (span.name,)),
        Grouping("span_type", "span", ("span_type", None), of_span=lambda span: (span.span_type,)),
        Grouping("tool", "whole", of_span=_tools, only=(clause("span.type", IS, "TOOL"),)),
        Grouping("model", "whole", of_span=_of_llm(model_of)),
        Grouping("provider", "whole", of_span=_of_llm(lambda span: first_of(span, PROVIDER_KEYS))),
        Grouping("finish_reason", "whole", of_span=lambda span: finish_reasons(span) if is_llm_call(span) else ()),
        Grouping(
            "prompt",
            "trace",
            ("tags", LINKED_PROMPTS_TAG),
            lambda info: info.tags.get(LINKED_PROMPTS_TAG),
            linked_prompts,
        ),
        _of_metadata("session", SESSION_KEY),
        _of_metadata("user", USER_KEY),
        Grouping(
            "run",
            "trace",
            ("runs", None),
            lambda info: info.run_id,
            run_ids,
            clause=lambda value: (clause("trace.run_id", "=", value),),
        ),
        _of_metadata("model_id", MODEL_ID_KEY),
        Grouping("judge", "feedback", ("feedback_name", None)),
    )
}
_KEYED: dict[str, Callable[[str, str], Grouping]] = {
    "tags.": _of_tag,
    "metadata.": _of_metadata,
    "feedback.": _of_feedback,
    "span.attributes.": _of_attribute,
}


def combinations(each: Iterable[Values]) -> Iterator[Values]:
    """A value of every grouping, in all combinations."""
    return cast("Iterator[Values]", product(*each))


def shown_values(
    groupings: Sequence[Grouping], recorded: Sequence[Values], cleaner: Cleaner, experiments: Mapping[str, str]
) -> list[tuple[Json, ...]]:
    """The values as they are shown: masked, experiments by name. Times stay the epoch ms at which they begin.

    What tags and attributes are called may say that they are secret, so each is masked under its key.
    """
    if not recorded:
        return []
    columns: list[list[Json]] = []
    for one, values in zip(groupings, zip(*recorded, strict=True), strict=True):
        named = [experiments.get(str(value), value) for value in values] if one.name == "experiment" else list(values)
        named = [one.shown(value) for value in named]
        columns.append(named if one.clock else cleaner.all_under(one.key, named))
    return list(zip(*columns, strict=True))


ANY_VALUE = "(other"
"""How the value of a row begins that sums others. Beside `not` it stands for any value."""


@dataclass(frozen=True, slots=True)
class GroupAsked:
    """A group of a summary whose members are searched: that of `values`; of a row that sums others, less `without`."""

    groupings: tuple[Grouping, ...]
    values: tuple[Json, ...]
    without: tuple[tuple[Json, ...], ...] | None = None

    @property
    def clauses(self) -> tuple[Clause, ...] | None:
        """What finds exactly its members; None where each trace has to be looked at."""
        found: list[Clause] = []
        if self.without is not None:
            return None
        for one, value in zip(self.groupings, self.values, strict=True):
            if one.clock is not None and type(value) is int:
                found.append(clause("trace.timestamp_ms", ">=", value))
                found.append(clause("trace.timestamp_ms", "<", one.clock.next(value)))
            elif one.clause is not None and isinstance(value, str) and MASK not in value and "…" not in value:
                found += one.clause(value)
            else:
                return None
        return tuple(found)

    def is_any(self, value: Json) -> bool:
        """Whether the value asked for stands for all values that are not listed."""
        return self.without is not None and isinstance(value, str) and value.startswith(ANY_VALUE)


def parse_group(given: Mapping[str, Json]) -> GroupAsked:
    """The group that `where` of a summary names. Raises InvalidArgumentError."""
    unknown = sorted(given.keys() - {"by", "value", "not", "timezone"})
    by = given.get("by")
    names = _listed(by)
    if unknown or not by or not ("value" in given or "not" in given):
        raise InvalidArgumentError(
            "`group` takes what `where` of summarize_traces shows: by, and value or not.",
            'Example: {"by":["model"],"value":["gpt-4o"]}.',
        )
    groupings = parse_groupings([str(one) for one in names], parse_zone(given.get("timezone")))
    without = tuple(_group_values(groupings, one) for one in _listed(given["not"])) if "not" in given else None
    values = given.get("value", [f"{ANY_VALUE})"] * len(groupings))
    return GroupAsked(groupings, _group_values(groupings, values), without)


def _listed(given: Json) -> list[Json]:
    return cast("list[Json]", given) if isinstance(given, list) else [given]


def _group_values(groupings: Sequence[Grouping], given: Json) -> tuple[Json, ...]:
    values = _listed(given)
    if len(values) != len(groupings):
        raise InvalidArgumentError(
            f"`group` has {len(values)} values for {len(groupings)} names.",
            "Give one for each name of by, in the same order; null where there is no value.",
        )
    return tuple(
        one.clock.start_of(value) if one.clock and isinstance(value, str) and not value.startswith(ANY_VALUE) else value
        for one, value in zip(groupings, values, strict=True)
    )
