"""What differs between two spans that correspond: name, model, parameters, prompt, inputs, status, outputs, others.

Values are compared as they may be shown: what is masked in both is the same. What was recorded is compared first, which
is quick; only where that differs are values read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mcp_traces.records import (
    LINKED_PROMPTS_TAG,
    SPAN_INPUTS_ATTRIBUTE,
    SPAN_MODEL_ATTRIBUTE,
    SPAN_OUTPUTS_ATTRIBUTE,
    Json,
    Span,
)
from mcp_traces.shaping.alignment import Pair
from mcp_traces.shaping.cleaning import MASK, as_recorded, recorded_keys
from mcp_traces.shaping.paths import Path
from mcp_traces.shaping.span_messages import is_llm_call
from mcp_traces.shaping.text import json_or_mark
from mcp_traces.shaping.value_changes import ABSENT, Absent, Change, changes

ORDER: tuple[str, ...] = (
    *("name", "type", "parent", "prompt", "model", "parameters", "inputs", "status", "error", "outputs"),
    *("events", "attributes"),
)
"""Which of several differences of two spans explains the others."""

MODEL_KEYS = frozenset({"model", "model_name", "modelname", "model_id", "modelid", "deployment", "deployment_name"})
PARAMETER_KEYS = frozenset(
    {
        *("temperature", "top_p", "topp", "top_k", "topk", "max_tokens", "maxtokens", "max_completion_tokens"),
        *("max_output_tokens", "maxoutputtokens", "max_new_tokens", "seed", "stop", "stop_sequences", "n", "stream"),
        *("frequency_penalty", "presence_penalty", "response_format", "tool_choice", "tools", "functions"),
        *("reasoning_effort", "reasoning", "parallel_tool_calls", "logprobs", "logit_bias", "service_tier", "num_ctx"),
    }
)
SAID_KEYS = frozenset({"messages", "input", "prompt", "prompts", "contents", "content", "system", "instructions"})
"""What an LLM call says to the model: a difference in these is one of inputs, whatever keys are in it."""

_OF_MLFLOW = "mlflow."
_COMPARED_OF_MLFLOW = {SPAN_MODEL_ATTRIBUTE, "mlflow.llm.provider", LINKED_PROMPTS_TAG, "mlflow.chat.tools"}
"""Of the attributes that MLflow itself sets. The others repeat what is compared elsewhere, or are its bookkeeping."""

_CIRCUMSTANCES = re.compile(
    r"^(?:user|session|enduser|gen_ai\.conversation)\.id$"
    r"|^(?:thread|process|host|os|code|telemetry|otel|service\.instance|server|net|network)\."
    r"|(?:^|[._])(?:usage|token_?count|tokens?|cost|costs|latency|duration|elapsed|ttft|time_to_first\w*|msToFirst\w*|"
    r"msToFinish|avgOutputTokensPerSecond|start_?time|end_?time|timestamp)(?:$|[._])"
)
"""Attributes that say for whom, how much, how long or where, not what: they differ between any two runs."""

_CHUNK = "mlflow.chunk"
"""Events with the pieces of a stream, which arrive in other pieces each time."""


@dataclass(frozen=True, slots=True)
class SpanChange:
    """One difference; `path` is the value's, as get_trace reads it. `at_end`: it showed when the span ended."""

    what: str
    path: Path = ()
    a: Json | Absent = ABSENT
    b: Json | Absent = ABSENT
    is_variable: bool = False
    is_masked: bool = False

    @property
    def at_end(self) -> bool:
        return self.what in ("status", "error", "outputs", "events")

    @property
    def order(self) -> int:
        return ORDER.index(self.what)


def changes_of(pair: Pair) -> Iterator[SpanChange]:
    """The first difference of each kind."""
    a, b = pair.a.span, pair.b.span
    if a.name != b.name:
        yield SpanChange("name", ("name",), a.name, b.name)
    if a.span_type != b.span_type:
        yield SpanChange("type", (), a.span_type, b.span_type)
    if pair.moved:
        yield SpanChange("parent", (), _parent_name(pair, "a"), _parent_name(pair, "b"))
    if a.status != b.status:
        yield SpanChange("status", (), a.status, b.status)
    yield from _first_of_each(_values(a, b))


def _parent_name(pair: Pair, side: Literal["a", "b"]) -> Json | Absent:
    parent = (pair.a if side == "a" else pair.b).parent
    return parent.span.name if parent else ABSENT


def _first_of_each(found: Iterator[SpanChange]) -> Iterator[SpanChange]:
    """Of each kind the first; one that differs only in ids where nothing else differs."""
    seen: set[str] = set()
    variable: SpanChange | None = None
    for one in found:
        if one.is_masked:
            yield one
        elif one.is_variable:
            variable = variable or one
        elif one.what not in seen:
            seen.add(one.what)
            yield one
    if variable and not seen:
        yield variable


def _values(a: Span, b: Span) -> Iterator[SpanChange]:
    is_call = is_llm_call(a)
    for key in _differing_keys(a.attributes, b.attributes):
        if key == SPAN_INPUTS_ATTRIBUTE:
            yield from _value(a, b, key, ("inputs",), "llm" if is_call else "inputs")
        elif key == SPAN_OUTPUTS_ATTRIBUTE:
            yield from _value(a, b, key, ("outputs",), "outputs")
        elif key == LINKED_PROMPTS_TAG:
            yield from _value(a, b, key, ("attributes", key), "prompt")
        else:
            yield from _value(a, b, key, ("attributes", key), "attributes")
    if a.status_message != b.status_message:
        yield from _as_changes(changes(_text(a), _text(b), ("status_message",), measured=True), "error")
    yield from _events(a, b)


def _text(span: Span) -> Json | Absent:
    return ABSENT if span.status_message is None else span.status_message


def _differing_keys(a: Mapping[str, Json], b: Mapping[str, Json]) -> Iterator[str]:
    """The shown keys of attributes that were not recorded alike."""
    if all(as_recorded(a, key) == as_recorded(b, key) for key in {*recorded_keys(a), *recorded_keys(b)}):
        return
    for key in (SPAN_INPUTS_ATTRIBUTE, SPAN_OUTPUTS_ATTRIBUTE):
        if as_recorded(a, key) != as_recorded(b, key):
            yield key
    for key in dict.fromkeys([*a, *b]):
        if not _is_uncompared(key) and (MASK in key or as_recorded(a, key) != as_recorded(b, key)):
            yield key


def _is_uncompared(key: str) -> bool:
    if key.startswith(_OF_MLFLOW):
        return key not in _COMPARED_OF_MLFLOW
    return _last(key) not in PARAMETER_KEYS and bool(_CIRCUMSTANCES.search(key))


def _last(key: str) -> str:
    return key.rsplit(".", 1)[-1].lower()


def _value(a: Span, b: Span, key: str, path: Path, what: str) -> Iterator[SpanChange]:
    value_a, value_b = a.attributes.get(key, ABSENT), b.attributes.get(key, ABSENT)
    found = changes(value_a, value_b, path, measured=what in ("outputs", "attributes"))
    first = next(_as_changes(found, what), None)
    if first is not None:
        yield first
        yield from _as_changes(found, what)
    elif MASK in json_or_mark(value_a):
        yield SpanChange("inputs", path, is_masked=True)


def _as_changes(found: Iterator[Change], what: str) -> Iterator[SpanChange]:
    """Until each kind that there may be has been seen."""
    wanted = {"llm": 3, "attributes": 3}.get(what, 1)
    seen: set[str] = set()
    for one in found:
        kind = _kind(one.path, what)
        yield SpanChange(kind, one.path, one.a, one.b, one.is_variable)
        if not one.is_variable:
            seen.add(kind)
            if len(seen) == wanted:
                return


def _kind(path: Path, what: str) -> str:
    """Whether a difference in what an LLM call was given, or in an attribute, is one of model or parameters."""
    if what not in ("llm", "attributes"):
        return what
    otherwise = "inputs" if what == "llm" else what
    keys = [_last(part) for part in path[1:] if isinstance(part, str)]
    if SAID_KEYS.intersection(keys):
        return otherwise
    if MODEL_KEYS.intersection(keys):
        return "model"
    return "parameters" if PARAMETER_KEYS.intersection(keys) else otherwise


def _events(a: Span, b: Span) -> Iterator[SpanChange]:
    if a.events == b.events:
        return
    names_a, names_b = ([one.name for one in span.events if not one.name.startswith(_CHUNK)] for span in (a, b))
    if names_a != names_b:
        yield SpanChange("events", ("events",), ", ".join(names_a) or ABSENT, ", ".join(names_b) or ABSENT)
        return
    for index, (one, other) in enumerate(zip(a.events, b.events, strict=False)):
        if one.name.startswith(_CHUNK):
            continue
        for key in ("exception.type", "exception.message"):
            path: Path = ("events", index, "attributes", key)
            found = changes(one.attributes.get(key, ABSENT), other.attributes.get(key, ABSENT), path, measured=True)
            yield from _as_changes(found, "error")
