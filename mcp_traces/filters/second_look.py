"""What MLflow's filter cannot say of a trace, decided on the trace itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mcp_traces.filters.words import Words
from mcp_traces.records import Json, Span, TraceInfo

Keyed = Literal["tags", "metadata", "feedback", "expectation"]


@dataclass(frozen=True, slots=True)
class KeyHolds:
    """A condition on a key that MLflow's grammar cannot name, such as the tag `name`."""

    argument: Keyed
    key: str
    value: Json

    def __str__(self) -> str:
        return f"{self.argument} {self.key!r}"

    def holds(self, info: TraceInfo) -> bool:
        if self.argument in ("tags", "metadata"):
            return (info.tags if self.argument == "tags" else info.trace_metadata).get(self.key) == self.value
        return any(
            one.name == self.key and one.kind == self.argument and one.valid and is_same(one.value, self.value)
            for one in info.assessments
        )


@dataclass(frozen=True, slots=True)
class SpanSays:
    """One and the same span says the words and has, where given, the name and the type."""

    words: Words
    span_name: str | None = None
    span_type: str | None = None

    def holds(self, spans: Iterable[Span]) -> bool:
        return any(
            self.span_name in (None, span.name) and self.span_type in (None, span.span_type) and self.words.are_in(span)
            for span in spans
        )


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Further conditions on what MLflow's filter finds; `any_span_failed` is whether there must be such a span.

    That one MLflow can answer, but not in the same filter: it asks all span clauses of one and the same span.
    """

    keys: tuple[KeyHolds, ...] = ()
    any_span_failed: bool | None = None
    says: SpanSays | None = None

    def __bool__(self) -> bool:
        return bool(self.keys) or self.any_span_failed is not None or self.says is not None

    def __str__(self) -> str:
        """What it is about, as the caller's arguments."""
        failed = ["has_error"] if self.any_span_failed is not None else []
        return ", ".join([*map(str, self.keys), *failed, *(["text"] if self.says else [])])


def is_same(held: Json, wanted: Json) -> bool:
    """Equality of kind and value: `"5"` and true are not 5, but 5.0 is."""
    return _kind(held) == _kind(wanted) and held == wanted


def _kind(value: Json) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if is_number else type(value).__name__
