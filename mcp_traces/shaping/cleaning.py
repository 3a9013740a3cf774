"""Records as they may be shown, before anything is cut: credentials masked, hidden characters and numbers that JSON
cannot write spelled out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, cast

from mcp_traces.json_texts import apart, as_json, json_number
from mcp_traces.records import (
    Assessment,
    AssessmentFailure,
    Json,
    JsonAttributes,
    Span,
    SpanEvent,
    SpanLink,
    Trace,
    TraceInfo,
)
from mcp_traces.redaction.masking import RedactLevel, Redactor, masks_in
from mcp_traces.redaction.names import secret_name
from mcp_traces.shaping.hidden import visible, visible_value

MASKED_CHARS = 170
"""Room for the counts of what is masked, which are known only once an answer is whole."""

MAX_KINDS = 4
MAX_KNOWN = 200
MASK = "[masked: "
MAX_NUMBERS = 12
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
            return json_number(value)
        return self.text(value) if isinstance(value, str) else visible_value(self.mask_value(value))

    def under(self, key: str, value: Json) -> Json:
        """The value as it stands under this key, which may say that it is a secret, even a number."""
        if isinstance(value, _PLAIN) and not (value and secret_name(key.encode("utf-8", "replace"))):
            return json_number(value)
        if not value:
            return value
        (cleaned,) = self.mask_value({key: value}).values()
        return visible_value(cleaned)

    def all_under(self, key: str, values: Sequence[Json]) -> list[Json]:
        """Each value as it stands under this key, all masked at once: there may be very many, such as users."""
        cleaned = cast("list[dict[str, Json]]", self.value([{key: value} for value in values]))
        return [one for each in cleaned for one in each.values()]

    def info(self, info: TraceInfo) -> TraceInfo:
        return self.infos([info])[0]

    def infos(self, infos: Sequence[TraceInfo]) -> list[TraceInfo]:
        """All of them at once: a page has up to a hundred, and each look for secrets takes its time."""
        shown = cast("list[dict[str, Any]]", self.value([_fields_of_info(one) for one in infos]))
        return [_cleaned_info(info, fields) for info, fields in zip(infos, shown, strict=True)]

    def trace(self, trace: Trace) -> Trace:
        return replace(trace, info=self.info(trace.info), spans=self.spans(trace.spans))

    def spans(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Attributes are cleaned when they are read: of most spans of a large trace few are."""
        known = Known(self)
        return tuple(self._span(one, known) for one in spans)

    def _span(self, span: Span, known: "Known") -> Span:
        return Span(  # `replace` takes three times as long, and there may be 30,000
            span_id=span.span_id,
            parent_id=span.parent_id,
            name=known.text(span.name),
            status=span.status,
            start_time_ns=span.start_time_ns,
            end_time_ns=span.end_time_ns,
            status_message=self._maybe(span.status_message),
            attributes=CleanAttributes(span.attributes, known),
            events=tuple(
                SpanEvent(self.text(one.name), one.time_ns, self._mapping(one.attributes)) for one in span.events
            ),
            links=tuple(SpanLink(one.trace_id, one.span_id, self._mapping(one.attributes)) for one in span.links),
        )

    def _mapping(self, mapping: Mapping[str, Json]) -> dict[str, Json]:
        return self.value(dict(mapping)) if mapping else {}

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)


def _fields_of_info(info: TraceInfo) -> dict[str, Json]:
    return {
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "client_request_id": info.client_request_id,
        "root_name": info.root_name,
        "tags": dict(info.tags),
        "trace_metadata": dict(info.trace_metadata),
        "assessments": [_fields_of(one) for one in info.assessments],
    }


def clean_assessments(cleaner: Cleaner, recorded: Sequence[Assessment]) -> list[Assessment]:
    """All of them masked at once."""
    fields = cast("list[dict[str, Json]]", cleaner.value([_fields_of(one) for one in recorded]))
    return [_assessment(one, shown) for one, shown in zip(recorded, fields, strict=True)]


def _cleaned_info(info: TraceInfo, shown: dict[str, Any]) -> TraceInfo:
    assessments = zip(info.assessments, shown.pop("assessments"), strict=True)
    return replace(info, **shown, assessments=tuple(_assessment(one, fields) for one, fields in assessments))


def _fields_of(one: Assessment) -> dict[str, Json]:
    failure = one.failure and {"code": one.failure.code, "message": one.failure.message}
    texts = {"title": one.name, "source_id": one.source_id, "rationale": one.rationale, "failure": failure}
    # Its name may say that the value is a secret.
    return {**texts, "metadata": dict(one.metadata), "named": {one.name: one.value}}


def _assessment(one: Assessment, fields: dict[str, Json]) -> Assessment:
    (value,) = fields.pop("named").values()
    failure = fields.pop("failure")
    shown = {"name": fields.pop("title"), "value": value, "failure": failure and AssessmentFailure(**failure)}
    return replace(one, **shown, **fields)


class Known:
    """What has been cleaned already: in many spans there are few names, types and models."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner
        self._texts: dict[tuple[str, str], Json] = {}

    def text(self, text: str) -> str:
        return self.under("", text)

    def under(self, key: str, value: Json) -> Json:
        if isinstance(value, str) and len(value) <= MAX_KNOWN:
            if (key, value) not in self._texts:
                self._texts[key, value] = self._cleaner.under(key, value)
            return self._texts[key, value]
        if isinstance(value, dict):
            fields = cast("dict[str, Json]", value)
            if len(fields) <= MAX_NUMBERS and all(
                isinstance(one, _PLAIN) for one in fields.values()
            ):  # token counts and prices, in every span
                return {self.text(name): self._cleaner.under(name, one) for name, one in fields.items()}
        return self._cleaner.under(key, value)


class CleanAttributes(Mapping[str, Json]):
    """Attributes of a span, each cleaned when it is first read."""

    __slots__ = ("_cleaned", "_known", "recorded")

    def __init__(self, recorded: Mapping[str, Json], known: Known) -> None:
        self.recorded: Mapping[str, Json] = recorded
        self._known = known
        self._cleaned: dict[str, Json] = {}

    def __getitem__(self, key: str) -> Json:
        if key not in self._cleaned:
            recorded = self._key_of(key)
            self._cleaned[key] = self._known.under(recorded, self.recorded[recorded])
        return self._cleaned[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_shown())

    def __len__(self) -> int:
        return len(self.recorded)

    def _key_of(self, shown: str) -> str:
        """The recorded key. Most that are absent are known to be: what was changed shows it."""
        if not ("\\" in shown or MASK in shown):
            return shown
        return self._by_shown().get(shown, shown)

    def _by_shown(self) -> dict[str, str]:
        """Recorded keys by what is shown of them, kept apart where that is the same."""
        shown: dict[str, str] = {}
        for key in self.recorded:
            shown[apart(self._known.text(key), shown)] = key
        return shown


def as_recorded(attributes: Mapping[str, Json], key: str) -> str | None:
    """The value as JSON, neither decoded nor cleaned: to be compared with others, never to be shown."""
    recorded = attributes.recorded if isinstance(attributes, CleanAttributes) else attributes
    if isinstance(recorded, JsonAttributes):
        encoded = recorded.encoded(key)
        return encoded if encoded is None or isinstance(encoded, str) else as_json(encoded)
    return as_json(recorded[key]) if key in recorded else None


def recorded_keys(attributes: Mapping[str, Json]) -> Iterable[str]:
    """The keys as they were recorded, for `as_recorded`."""
    return attributes.recorded if isinstance(attributes, CleanAttributes) else attributes


def masked_in(text: str) -> dict[str, int]:
    """How many masks of each kind stand in an answer: the most frequent, and all others as one."""
    counts = masks_in(text)
    most = dict(islice(counts.items(), MAX_KINDS))
    others = sum(list(counts.values())[MAX_KINDS:])
    return most | ({"other": others} if others else {})


def cleaner_for(level: RedactLevel) -> Cleaner:
    redactor = Redactor(level)
    return UNMASKED if level == "off" else Cleaner(redactor.text, redactor.value)


UNMASKED = Cleaner(lambda text: text, lambda value: value)
"""Where nothing is masked, hidden characters are written out all the same."""
