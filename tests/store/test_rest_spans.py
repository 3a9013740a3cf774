"""Spans in the JSON forms that MLflow servers send, and the one record they become."""

import json
import math
from typing import Any

import pytest

from mcp_traces.records import Json, Span, SpanEvent, SpanLink
from mcp_traces.store.rest_spans import read_span, read_spans

OTLP_SPAN: dict[str, Any] = {
    "trace_id": "EDBdU+6PmR1EdITdI90fGw==",
    "span_id": "rvgzTnaHtu4=",
    "parent_span_id": "24gUQXR8kUs=",
    "name": "bad ✓",
    "start_time_unix_nano": "1795220489581729167",
    "end_time_unix_nano": 1795220489582773241,
    "attributes": [
        {"key": "mlflow.spanType", "value": {"string_value": "TOOL"}},
        {"key": "mlflow.spanInputs", "value": {"kvlist_value": {"values": [{"key": "q", "value": {"int_value": 1}}]}}},
    ],
    "events": [
        {
            "time_unix_nano": "1795220489582621696",
            "name": "exception",
            "attributes": [{"key": "exception.type", "value": {"string_value": "ValueError"}}],
        }
    ],
    "links": [
        {
            "trace_id": "LrHB4Qm+l875VIQnequO+g==",
            "span_id": "APBnqgupArc=",
            "attributes": [{"key": "why", "value": {"string_value": "retry"}}],
        }
    ],
    "status": {"message": "ValueError: boom", "code": "STATUS_CODE_ERROR"},
}

STORED_SPAN: dict[str, Any] = OTLP_SPAN | {
    "attributes": {"mlflow.spanType": '"TOOL"', "mlflow.spanInputs": '{"q": 1}'},
    "events": [
        {
            "time_unix_nano": 1795220489582621696,
            "name": "exception",
            "attributes": {"exception.type": "ValueError"},
        }
    ],
    "links": [
        {
            "trace_id": "tr-2eb1c1e109be97cef95484277aab8efa",
            "span_id": "00f067aa0ba902b7",
            "attributes": {"why": "retry"},
        }
    ],
}

RECORD = Span(
    span_id="aef8334e7687b6ee",
    parent_id="db881441747c914b",
    name="bad ✓",
    status="ERROR",
    start_time_ns=1795220489581729167,
    end_time_ns=1795220489582773241,
    status_message="ValueError: boom",
    attributes={"mlflow.spanType": "TOOL", "mlflow.spanInputs": {"q": 1}},
    events=(SpanEvent("exception", 1795220489582621696, {"exception.type": "ValueError"}),),
    links=(SpanLink("tr-2eb1c1e109be97cef95484277aab8efa", "00f067aa0ba902b7", {"why": "retry"}),),
)

HEXADECIMAL_SPAN = STORED_SPAN | {
    "span_id": "aef8334e7687b6ee",
    "parent_span_id": "db881441747c914b",
    "status": {"code": "ERROR", "message": "ValueError: boom"},
}

SCHEMA_2_SPAN: dict[str, Any] = {
    "name": "bad",
    "context": {"span_id": "0x5378d3d8179efd60", "trace_id": "0x6936f93f20759d80e6a1b2551ea1f6df"},
    "parent_id": "0x2e75fc6f1dd6f316",
    "start_time": 1795221956718910356,
    "end_time": 1795221956719594412,
    "status_code": "ERROR",
    "status_message": "ValueError: boom",
    "attributes": {"mlflow.spanType": '"UNKNOWN"'},
    "events": [{"name": "exception", "timestamp": 1795221956719546487, "attributes": {"exception.type": "ValueError"}}],
}


@pytest.mark.parametrize("raw", [OTLP_SPAN, STORED_SPAN, HEXADECIMAL_SPAN], ids=["OTLP", "stored", "stored by 3.5.0"])
def test_every_form_of_a_span_becomes_the_same_record(raw: Json) -> None:
    """Which route a server has, and which SDK logged the trace, must make no difference to the agent."""
    assert read_span(raw) == RECORD


def test_a_span_of_an_mlflow_2_sdk_is_read() -> None:
    """Servers hand out old traces in the schema they were logged in."""
    assert read_span(SCHEMA_2_SPAN) == Span(
        span_id="5378d3d8179efd60",
        parent_id="2e75fc6f1dd6f316",
        name="bad",
        status="ERROR",
        start_time_ns=1795221956718910356,
        end_time_ns=1795221956719594412,
        status_message="ValueError: boom",
        attributes={"mlflow.spanType": "UNKNOWN"},
        events=(SpanEvent("exception", 1795221956719546487, {"exception.type": "ValueError"}),),
    )
    assert read_span(SCHEMA_2_SPAN | {"parent_id": None, "end_time": None}).parent_id is None


def test_absent_fields_have_protobufs_default_values() -> None:
    """protobuf's JSON leaves out what has its default value: an empty name, an unset status, a span not ended."""
    assert read_span({"span_id": "rvgzTnaHtu4="}) == Span("aef8334e7687b6ee", None, "", "UNSET", 0)


@pytest.mark.parametrize("end", [0, "0", None], ids=repr)
def test_an_end_of_zero_is_a_span_not_ended(end: Json) -> None:
    """OTLP has no other way to say it; as a time it would make a duration of minus 56 years."""
    assert read_span(OTLP_SPAN | {"end_time_unix_nano": end}).end_time_ns is None


@pytest.mark.parametrize("parent", [None, "", "AAAAAAAAAAA=", "0000000000000000"], ids=repr)
def test_a_root_has_no_parent(parent: str | None) -> None:
    """Absent, empty and all zeros are OpenTelemetry's ways to say so; a root with a parent would be an orphan."""
    assert read_span(OTLP_SPAN | {"parent_span_id": parent}).parent_id is None


@pytest.mark.parametrize(
    ("text", "span_id"),
    [
        pytest.param("24gUQXR8kUs=", "db881441747c914b", id="base64"),
        pytest.param("AAAAAAAAAAE=", "0000000000000001", id="leading zeros"),
        pytest.param("db881441747c914b", "db881441747c914b", id="hexadecimal, which is valid base64 too"),
        pytest.param("24gUQXR8kUs", "24gUQXR8kUs", id="base64 cut short"),
        pytest.param("span-1 ✓", "span-1 ✓", id="no base64"),
        pytest.param("root", "root", id="base64 of another length"),
    ],
)
def test_span_ids_are_hexadecimal_where_they_can_be(text: str, span_id: str) -> None:
    """It is the form that MLflow's UI and SDK show; what is no encoded id stays, so that it still identifies."""
    assert read_span({"span_id": text}).span_id == span_id


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param({"string_value": ""}, "", id="empty string"),
        pytest.param({"string_value": "5"}, "5", id="string of a digit"),
        pytest.param({"string_value": '{"a": 1}'}, '{"a": 1}', id="string of JSON"),
        pytest.param({"string_value": "ünï😀\0\x1b[31m"}, "ünï😀\0\x1b[31m", id="unicode and control characters"),
        pytest.param({"string_value": "b'\\x00\\xff'"}, "b'\\x00\\xff'", id="bytes as their repr"),
        pytest.param({"bool_value": False}, False, id="false"),
        pytest.param({"int_value": 0}, 0, id="zero"),
        pytest.param({"int_value": "-9223372036854775808"}, -(2**63), id="int64 as string"),
        pytest.param({"int_value": 4611686018427387904}, 2**62, id="int64 as number"),
        pytest.param({"double_value": 1.0}, 1.0, id="double"),
        pytest.param({"double_value": "Infinity"}, math.inf, id="infinity"),
        pytest.param({"double_value": "-Infinity"}, -math.inf, id="minus infinity"),
        pytest.param({"double_value": 1e-310}, 1e-310, id="subnormal"),
        pytest.param({"bytes_value": "AP8="}, "b'\\x00\\xff'", id="bytes"),
        pytest.param({"bytes_value": ""}, "b''", id="no bytes"),
        pytest.param({"array_value": {}}, [], id="empty list"),
        pytest.param({"kvlist_value": {}}, {}, id="empty object"),
        pytest.param({"array_value": {"values": [{}, {"kvlist_value": {}}]}}, [None, {}], id="null in a list"),
        pytest.param(
            {"kvlist_value": {"values": [{"key": "a"}, {"value": {}}]}}, {"a": None, "": None}, id="no values"
        ),
        pytest.param({}, None, id="empty"),
        pytest.param(None, None, id="absent"),
        pytest.param({"later_value": 1}, None, id="unknown to us"),
    ],
)
def test_otlp_values_become_json(written: Json, value: Json) -> None:
    """Each value is what MLflow's own client shows, of the same type: an agent may be asked for it literally."""
    attributes = read_span({"span_id": "", "attributes": [{"key": "k", "value": written}]}).attributes

    assert attributes == {"k": value}
    assert type(attributes["k"]) is type(value)


def test_not_a_number_stays_a_number() -> None:
    """JSON has no NaN, so protobuf writes a string; as a string it would be another value."""
    value = read_span({"span_id": "", "attributes": [{"key": "k", "value": {"double_value": "NaN"}}]}).attributes["k"]

    assert isinstance(value, float) and math.isnan(value)


def test_stored_attributes_are_json_texts_but_for_those_of_other_sdks() -> None:
    """MLflow writes each attribute as JSON; one that an OpenTelemetry SDK set stays as it is."""
    stored = {"mlflow.spanOutputs": '"5"', "big": str(2**70), "otel": "not json", "number": 7.0, "none": "null"}

    attributes = read_span(STORED_SPAN | {"attributes": stored}).attributes

    assert attributes == {"mlflow.spanOutputs": "5", "big": 2**70, "otel": "not json", "number": 7.0, "none": None}


@pytest.mark.parametrize(
    "fields",
    [{"attributes": None, "events": None, "links": None}, {"attributes": [], "events": [], "links": []}, {}],
    ids=["null", "empty", "absent"],
)
def test_a_span_may_have_no_attributes_events_or_links(fields: dict[str, Json]) -> None:
    """Stored spans say null, OTLP leaves the field out."""
    span = read_span({"span_id": "rvgzTnaHtu4=", **fields})

    assert (dict(span.attributes), span.events, span.links) == ({}, (), ())


def test_spans_keep_the_order_of_the_store() -> None:
    """The store sorts them by start; an absent list is protobuf's empty one."""
    names = ["b", "a", "c"]

    spans = read_spans({"spans": [OTLP_SPAN | {"name": name} for name in names]})

    assert [span.name for span in spans] == names
    assert read_spans({}) == ()


def test_bare_nan_in_a_stored_document_is_read() -> None:
    """Servers write the stored form with Python's json, which is laxer than JSON."""
    document = json.loads('{"spans": [{"span_id": "rvgzTnaHtu4=", "attributes": {"x": NaN}}]}')

    assert math.isnan(read_spans(document)[0].attributes["x"])
