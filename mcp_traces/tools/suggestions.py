"""What a value that nothing has may have meant: the nearest among those that traces really have."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mcp_traces.filters.clause import Clause
from mcp_traces.records import MODEL_ID_KEY, SESSION_KEY, USER_KEY, Span, TraceInfo
from mcp_traces.shaping.text import as_text, cut

MAX_VALUE = 60
MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """Recent traces, and the spans of a few of them."""

    infos: tuple[TraceInfo, ...]
    spans: tuple[Span, ...] = ()


def suggestion(argument: str, wanted: Any, seen: Seen) -> str | None:
    """What to try instead of `wanted` for the argument `name` or `name.key`; None when nothing is near."""
    name, _, key = argument.partition(".")
    if name in _VALUES:
        return _did_you_mean(argument, wanted, {value for value in _VALUES[name](seen) if value})
    if name in _MAPPINGS:
        held = [_MAPPINGS[name](info) for info in seen.infos]
        keys = {one for mapping in held for one in mapping}
        if key not in keys:
            return _no_such_key(name, key, keys)
        return _did_you_mean(argument, as_text(wanted), {as_text(mapping[key]) for mapping in held if key in mapping})
    if name == "text" and len(wanted) > 2 and wanted[0] == wanted[-1] == '"':
        return "Quotes in `text` are searched as characters; leave them out to search the words."
    return None


def wanted_by(clause: Clause) -> tuple[str, Any] | None:
    """The argument that says the same as a clause and its value, if something near it can be named."""
    if clause.argument != "filter":
        return (clause.argument, clause.value) if clause.argument.partition(".")[0] in _SUGGESTED else None
    if clause.operator != "=":
        return None
    if clause.key in _RESERVED:
        return _RESERVED[clause.key], clause.value
    argument = _ARGUMENTS.get(clause.field.name)
    if argument is None:
        return None
    return argument if clause.key is None else f"{argument}.{clause.key}", clause.value


_ARGUMENTS = {
    "trace.name": "name",
    "trace.run_id": "run_id",
    "span.name": "span_name",
    "span.type": "span_type",
    "tag.<key>": "tags",
    "metadata.<key>": "metadata",
    "feedback.<key>": "feedback",
    "expectation.<key>": "expectation",
}
_RESERVED = {SESSION_KEY: "session_id", USER_KEY: "user_id", MODEL_ID_KEY: "model_id"}


def _did_you_mean(argument: str, wanted: str, known: set[str]) -> str | None:
    if wanted in known:
        return None
    if near := _nearest(wanted, known):
        return f"{argument} {cut(wanted, MAX_VALUE)!r} has none; did you mean {cut(near, MAX_VALUE)!r}?"
    if 0 < len(known) <= MAX_NAMED:
        return f"{argument} {cut(wanted, MAX_VALUE)!r} has none; recent traces have {_named(known)}."
    return None


def _no_such_key(name: str, key: str, keys: set[str]) -> str | None:
    if near := _nearest(key, keys):
        return f"No recent trace has {name} {cut(key, MAX_VALUE)!r}; did you mean {cut(near, MAX_VALUE)!r}?"
    own = [one for one in keys if not one.startswith("mlflow.")]
    if not own:
        return f"No recent trace has any {name}."
    return f"No recent trace has {name} {cut(key, MAX_VALUE)!r}; there are {_named(own)}."


def _named(values: Iterable[str]) -> str:
    listed = sorted(values)
    more = f" and {len(listed) - MAX_NAMED} more" if len(listed) > MAX_NAMED else ""
    return ", ".join(repr(cut(one, MAX_VALUE)) for one in listed[:MAX_NAMED]) + more


def _nearest(wanted: str, known: Iterable[str]) -> str | None:
    """The nearest in letters, whatever their case."""
    by_folded = {one.casefold(): one for one in known}
    close = get_close_matches(wanted.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[close[0]] if close else None


def _assessed(kind: str) -> Callable[[TraceInfo], Mapping[str, Any]]:
    return lambda info: {one.name: one.value for one in info.assessments if one.kind == kind and one.valid}


_VALUES: dict[str, Callable[[Seen], Iterable[str | None]]] = {
    "name": lambda seen: (info.name for info in seen.infos),
    "session_id": lambda seen: (info.session_id for info in seen.infos),
    "user_id": lambda seen: (info.user_id for info in seen.infos),
    "run_id": lambda seen: (info.run_id for info in seen.infos),
    "model_id": lambda seen: (info.trace_metadata.get(MODEL_ID_KEY) for info in seen.infos),
    "span_name": lambda seen: (span.name for span in seen.spans),
    "span_type": lambda seen: (span.span_type for span in seen.spans),
}
_MAPPINGS: dict[str, Callable[[TraceInfo], Mapping[str, Any]]] = {
    "tags": lambda info: info.tags,
    "metadata": lambda info: info.trace_metadata,
    "feedback": _assessed("feedback"),
    "expectation": _assessed("expectation"),
}

_SUGGESTED = frozenset({*_VALUES, *_MAPPINGS, "text"})
"""The arguments for which something near can be named."""
