"""How MLflow's REST API writes a span in JSON, in the two forms that servers send.

OTLP form (`traces/get`): ids in base64, attributes as a list of typed values. Stored form (`get-trace-artifact`): ids
in base64 too, attributes as an object of JSON texts. Both are protobuf's JSON: a field with its default value is
absent, and an int64 is a number or a string.
"""

import binascii
from collections.abc import Callable, Mapping

from mcp_traces.records import Json, JsonAttributes, Span, SpanEvent, SpanLink, SpanStatus
from mcp_traces.store.json_shapes import int64, mapping, text, text_or_none

_SPAN_ID_BYTES = 8
_TRACE_ID_BYTES = 16

# Stored spans of MLflow 3.5.0 and of the 2.x schema have the short names.
_STATUSES: dict[str, SpanStatus] = {
    "STATUS_CODE_OK": "OK",
    "STATUS_CODE_ERROR": "ERROR",
    "OK": "OK",
    "ERROR": "ERROR",
}


def read_spans(raw: Json) -> tuple[Span, ...]:
    """The spans of a `{"spans": [...]}` object, in its order; none when the field is absent, as protobuf has it."""
    return tuple(read_span(span) for span in raw.get("spans") or ())


def read_span(raw: Json) -> Span:
    if "context" in raw:
        return _read_schema_2_span(raw)
    status: Json = raw.get("status") or {}
    return Span(
        span_id=_hex_id(raw["span_id"]),
        parent_id=_parent_id(raw.get("parent_span_id")),
        name=text(raw.get("name", "")),
        status=_STATUSES.get(status.get("code"), "UNSET"),
        start_time_ns=int64(raw.get("start_time_unix_nano", 0)),
        end_time_ns=int64(raw.get("end_time_unix_nano") or 0) or None,
        status_message=text_or_none(status.get("message")) or None,
        attributes=_span_attributes(raw.get("attributes")),
        events=tuple(_read_event(event, "time_unix_nano") for event in raw.get("events") or ()),
        links=tuple(_read_link(link) for link in raw.get("links") or ()),
    )


def _read_schema_2_span(raw: Json) -> Span:
    """A span logged by an MLflow 2.x SDK, which servers return as it was stored."""
    return Span(
        span_id=text(raw["context"]["span_id"]).removeprefix("0x"),
        parent_id=(raw.get("parent_id") or "").removeprefix("0x") or None,
        name=text(raw["name"]),
        status=_STATUSES.get(raw.get("status_code"), "UNSET"),
        start_time_ns=int64(raw["start_time"]),
        end_time_ns=int64(raw.get("end_time") or 0) or None,
        status_message=text_or_none(raw.get("status_message")) or None,
        attributes=_span_attributes(raw.get("attributes")),
        events=tuple(_read_event(event, "timestamp") for event in raw.get("events") or ()),
    )


def _read_event(raw: Json, time_field: str) -> SpanEvent:
    name, time_ns = text(raw.get("name", "")), int64(raw.get(time_field, 0))
    return SpanEvent(name, time_ns, _plain_attributes(raw.get("attributes")))


def _read_link(raw: Json) -> SpanLink:
    trace_id = _decoded_id(raw["trace_id"], _TRACE_ID_BYTES)
    return SpanLink(
        trace_id=raw["trace_id"] if trace_id is None else f"tr-{trace_id}",
        span_id=_hex_id(raw["span_id"]),
        attributes=_plain_attributes(raw.get("attributes")),
    )


def _span_attributes(raw: Json) -> Mapping[str, Json]:
    return JsonAttributes(mapping(raw)) if isinstance(raw, dict) else _key_values(raw or ())


def _plain_attributes(raw: Json) -> Mapping[str, Json]:
    """Attributes of events and links: unlike those of spans, they are no JSON texts in the stored form."""
    return mapping(raw) if isinstance(raw, dict) else _key_values(raw or ())


def _key_values(entries: Json) -> dict[str, Json]:
    return {text(entry.get("key", "")): _any_value(entry.get("value")) for entry in entries}


def _any_value(raw: Json) -> Json:
    """The value of an OTLP `AnyValue`; an absent or empty one is null, which OTLP has no other way to say."""
    typed: dict[str, Json] = raw or {}
    for kind, value in typed.items():
        if decode := _DECODERS.get(kind):
            return decode(value)
    return None


def _verbatim(value: Json) -> Json:
    return value


def _array(value: Json) -> list[Json]:
    return [_any_value(item) for item in value.get("values") or ()]


def _bytes(value: Json) -> str:
    """The bytes as MLflow stores and shows them: `b'\\x00'`. protobuf's JSON writes base64."""
    return str(binascii.a2b_base64(value))


def _object(value: Json) -> dict[str, Json]:
    return _key_values(value.get("values") or ())


_DECODERS: dict[str, Callable[[Json], Json]] = {
    "string_value": _verbatim,
    "bool_value": _verbatim,
    "int_value": int,
    # protobuf's JSON writes the numbers that JSON lacks as "NaN", "Infinity" and "-Infinity"
    "double_value": float,
    "array_value": _array,
    "kvlist_value": _object,
    "bytes_value": _bytes,
}


def _parent_id(written: str | None) -> str | None:
    """The parent's id; OpenTelemetry's all-zero id means that there is none."""
    parent = _hex_id(written or "")
    return parent if parent.strip("0") else None


def _hex_id(written: str) -> str:
    """A span id as MLflow shows it. MLflow 3.5.0 stored it so already, and links always do: then it stays."""
    return _decoded_id(written, _SPAN_ID_BYTES) or text(written)


def _decoded_id(written: str, size: int) -> str | None:
    try:
        decoded = binascii.a2b_base64(written, strict_mode=True)
    except ValueError:
        return None
    return decoded.hex() if len(decoded) == size else None
