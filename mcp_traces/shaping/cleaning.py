"""Records as they may be shown: credentials masked, hidden characters written out, before anything is cut."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from mcp_traces.records import Assessment, AssessmentFailure, Json, Span, SpanEvent, SpanLink, Trace, TraceInfo
from mcp_traces.shaping.hidden import visible, visible_value

_PLAIN = (int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Cleaner:
    """`mask_text` and `mask_value` mask; searches and comparisons are made with what was recorded, never with this."""

    mask_text: Callable[[str], str]
    mask_value: Callable[[Json], Json]

    def text(self, text: str) -> str:
        return visible(self.mask_text(text))

    def value(self, value: Json) -> Json:
        if isinstance(value, _PLAIN):
            return value
        return self.text(value) if isinstance(value, str) else visible_value(self.mask_value(value))

    def under(self, key: str, value: Json) -> Json:
        """The value as it stands under this key, which may say that it is a secret."""
        if isinstance(value, _PLAIN) or not value:
            return value
        (cleaned,) = self.mask_value({key: value}).values()
        return visible_value(cleaned)

    def mapping(self, mapping: Mapping[str, Json]) -> dict[str, Json]:
        return visible_value(self.mask_value(dict(mapping))) if mapping else {}

    def info(self, info: TraceInfo) -> TraceInfo:
        return replace(
            info,
            request_preview=self._maybe(info.request_preview),
            response_preview=self._maybe(info.response_preview),
            client_request_id=self._maybe(info.client_request_id),
            tags=self.mapping(info.tags),
            trace_metadata=self.mapping(info.trace_metadata),
            assessments=tuple(map(self.assessment, info.assessments)),
        )

    def assessment(self, one: Assessment) -> Assessment:
        failure = one.failure
        if failure:
            failure = AssessmentFailure(self.text(failure.code), self._maybe(failure.message))
        return replace(
            one,
            name=self.text(one.name),
            value=self.under(one.name, one.value),
            source_id=self.text(one.source_id),
            rationale=self._maybe(one.rationale),
            failure=failure,
            metadata=self.mapping(one.metadata),
        )

    def trace(self, trace: Trace) -> Trace:
        """Attributes are cleaned when they are read: of most spans of a large trace none is."""
        name = cache(self.text)  # few names in many spans
        return replace(trace, info=self.info(trace.info), spans=tuple(self._span(one, name) for one in trace.spans))

    def spans(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(self._span(one, self.text) for one in spans)

    def _span(self, span: Span, name: Callable[[str], str]) -> Span:
        return replace(
            span,
            name=name(span.name),
            status_message=self._maybe(span.status_message),
            attributes=CleanAttributes(span.attributes, self),
            events=tuple(SpanEvent(name(one.name), one.time_ns, self.mapping(one.attributes)) for one in span.events),
            links=tuple(SpanLink(one.trace_id, one.span_id, self.mapping(one.attributes)) for one in span.links),
        )

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)


class CleanAttributes(Mapping[str, Json]):
    """Attributes of a span, each cleaned when it is first read."""

    __slots__ = ("_cleaned", "_cleaner", "_recorded")

    def __init__(self, recorded: Mapping[str, Json], cleaner: Cleaner) -> None:
        self._recorded = recorded
        self._cleaner = cleaner
        self._cleaned: dict[str, Json] = {}

    def __getitem__(self, key: str) -> Json:
        if key not in self._cleaned:
            recorded = self._key_of(key)
            self._cleaned[key] = self._cleaner.under(recorded, self._recorded[recorded])
        return self._cleaned[key]

    def __iter__(self) -> Iterator[str]:
        return map(visible, self._recorded)

    def __len__(self) -> int:
        return len(self._recorded)

    def _key_of(self, shown: str) -> str:
        """The recorded key. What was written out holds a backslash, so most that are absent are known to be."""
        if shown in self._recorded or "\\" not in shown:
            return shown
        return next((key for key in self._recorded if visible(key) == shown), shown)


UNMASKED = Cleaner(lambda text: text, lambda value: value)
"""Where nothing is masked, hidden characters are written out all the same."""
