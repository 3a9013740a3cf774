"""The plan of a sample trace: what happened, for how long, how it ended. Pure data that knows nothing of MLflow."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = Any

CHARS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception of the traced application; `cause` is the one it was raised from."""

    type: str
    message: str
    where: str
    statement: str
    cause: "Failure | None" = None

    @property
    def stacktrace(self) -> str:
        own = f"Traceback (most recent call last):\n  {self.where}\n    {self.statement}\n{self.type}: {self.message}"
        if self.cause is None:
            return own
        bridge = "The above exception was the direct cause of the following exception:"
        return f"{self.cause.stacktrace}\n\n{bridge}\n\n{own}"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened inside a span, `at_ms` after the span's start."""

    name: str
    at_ms: int
    attributes: Mapping[str, str | int | float | bool] = field(default_factory=dict[str, str | int | float | bool])


@dataclass(frozen=True, slots=True)
class SpanPlan:
    """One operation. It lasts its own time and that of its children, who follow each other unless `parallel`."""

    name: str
    span_type: str
    own_ms: int
    inputs: Json = None
    outputs: Json = None
    attributes: Mapping[str, Json] = field(default_factory=dict[str, Json])
    children: tuple["SpanPlan", ...] = ()
    parallel: bool = False
    failure: Failure | None = None
    events: tuple[Event, ...] = ()
    linked_label: str | None = None

    @property
    def duration_ms(self) -> int:
        durations = [child.duration_ms for child in self.children]
        return self.own_ms + (max(durations, default=0) if self.parallel else sum(durations))

    def child_offsets(self) -> Iterator[tuple["SpanPlan", int]]:
        """Each child with its start, in milliseconds after this span's own start."""
        offset = self.own_ms // 2
        for child in self.children:
            yield child, offset
            offset += 0 if self.parallel else child.duration_ms


@dataclass(frozen=True, slots=True)
class Note:
    """An assessment of a trace, or of its span named `on_span`; `corrected_to` is what a reviewer made of it later."""

    name: str
    value: Json = None
    kind: Literal["feedback", "expectation"] = "feedback"
    source: tuple[Literal["HUMAN", "LLM_JUDGE", "CODE"], str] = ("HUMAN", "reviewer_1")
    rationale: str | None = None
    error: tuple[str, str] | None = None
    metadata: Mapping[str, str] | None = None
    on_span: str | None = None
    corrected_to: Json = None


@dataclass(frozen=True, slots=True)
class TracePlan:
    """One request to the application, `age_minutes` before now. An `unfinished` one never ends its root.
    `run` is the name of the MLflow run that it belongs to."""

    label: str
    root: SpanPlan
    age_minutes: float
    session: str | None = None
    user: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: tuple[Note, ...] = ()
    client_request_id: str | None = None
    previews: tuple[str, str] | None = None
    prompt: bool = False
    unfinished: bool = False
    run: str | None = None

    @property
    def all_metadata(self) -> dict[str, str]:
        reserved = {"mlflow.trace.session": self.session, "mlflow.trace.user": self.user}
        return {key: value for key, value in reserved.items() if value is not None} | dict(self.metadata)


def expectation(name: str, value: Json) -> Note:
    return Note(name, value, kind="expectation", source=("HUMAN", "reviewer_1"))


def judged(name: str, value: Json, rationale: str) -> Note:
    return Note(name, value, source=("LLM_JUDGE", "gpt-4o-mini"), rationale=rationale)


def token_count(value: Json) -> int:
    """A stand-in for a tokenizer that gives every machine the same count."""
    return max(1, len(json.dumps(value, ensure_ascii=False)) // CHARS_PER_TOKEN)


def usage(prompt: Json, completion: Json) -> dict[str, int]:
    input_tokens, output_tokens = token_count(prompt), token_count(completion)
    return {"input_tokens": input_tokens, "output_tokens": output_tokens, "total_tokens": input_tokens + output_tokens}
