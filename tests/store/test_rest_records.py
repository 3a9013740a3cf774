"""MLflow's REST answers, and the records they become."""

from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from mcp_traces.records import Assessment, AssessmentFailure, Experiment, Json, TraceInfo, TracePage
from mcp_traces.store.rest_records import (
    duration_ms,
    read_experiment,
    read_experiments,
    read_info,
    read_info_v2,
    read_page,
    read_page_v2,
    read_trace,
    timestamp_ms,
)
from tests.store.rest_server import SPAN, TRACE_ID, TRACE_INFO, TRACE_INFO_V2

ASSESSMENT: dict[str, Any] = {
    "assessment_id": "a-1",
    "assessment_name": "rating",
    "trace_id": TRACE_ID,
    "source": {"source_type": "HUMAN", "source_id": "bob"},
    "create_time": "2026-11-21T00:21:38.153Z",
    "last_update_time": "2026-11-21T00:21:39Z",
    "valid": True,
}
PLAIN_INFO = TraceInfo(TRACE_ID, "1", "OK", 1795220489536, 57)


def assessments(*raw: dict[str, Any]) -> tuple[Assessment, ...]:
    return read_info({"trace": {"trace_info": TRACE_INFO | {"assessments": list(raw)}}}).assessments


def test_a_trace_info_is_read_whole() -> None:
    """Every field that MLflow's own client shows is in the record, under the same name."""
    more = {
        "request_preview": "hi ✓",
        "response_preview": "",
        "client_request_id": "req-1",
        "trace_metadata": {"mlflow.trace.session": "s1"},
        "tags": {"mlflow.traceName": "chat", "k ey.x": "v'\"`"},
    }

    assert read_info({"trace": {"trace_info": TRACE_INFO | more}}) == TraceInfo(
        trace_id=TRACE_ID,
        experiment_id="1",
        state="OK",
        request_time_ms=1795220489536,
        execution_duration_ms=57,
        request_preview="hi ✓",
        response_preview="",
        client_request_id="req-1",
        trace_metadata={"mlflow.trace.session": "s1"},
        tags={"mlflow.traceName": "chat", "k ey.x": "v'\"`"},
    )


@pytest.mark.parametrize("state", [None, "STATE_UNSPECIFIED", "PAUSED"], ids=repr)
def test_a_state_we_do_not_know_is_unspecified(state: str | None) -> None:
    """A later MLflow may add one; the trace is worth reading all the same."""
    assert read_info({"trace": {"trace_info": TRACE_INFO | {"state": state}}}).state == "STATE_UNSPECIFIED"


@pytest.mark.parametrize("absent", ["trace_id", "trace_location", "request_time"])
def test_an_info_without_what_identifies_it_is_none(absent: str) -> None:
    """Guessing an id or a time would make a record that is not true."""
    raw = {name: value for name, value in TRACE_INFO.items() if name != absent}

    with pytest.raises(KeyError):
        read_info({"trace": {"trace_info": raw}})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T00:21:29.536Z", 1795220489536),
        ("2026-11-21T00:21:29Z", 1795220489000),
        ("2026-11-21T00:21:29.536999999Z", 1795220489536),
        ("2026-11-21T02:21:29.536+02:00", 1795220489536),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_timestamps_are_epoch_milliseconds(text: str, expected: int) -> None:
    """Search by time compares these numbers, so one millisecond off is another trace."""
    assert timestamp_ms(text) == expected


@given(st.integers(0, 253402300799999))
def test_timestamps_are_read_as_protobuf_reads_them(milliseconds: int) -> None:
    """protobuf's own conversion is what MLflow's client uses; every millisecond until the year 9999 is the same."""
    written = Timestamp()
    written.FromMilliseconds(milliseconds)

    assert timestamp_ms(written.ToJsonString()) == milliseconds


@given(st.integers(-(10**18), 10**18))
def test_durations_are_read_as_protobuf_reads_them(nanoseconds: int) -> None:
    """Rounded towards zero, negative ones (a clock set back while the trace ran) too."""
    written = Duration()
    written.FromNanoseconds(nanoseconds)

    assert duration_ms(written.ToJsonString()) == written.ToMilliseconds()


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        pytest.param({"feedback": {"value": "positive"}}, "feedback", "positive", id="feedback"),
        pytest.param({"feedback": {"value": False}}, "feedback", False, id="false"),
        pytest.param({"feedback": {"value": {"x": [1.0, None]}}}, "feedback", {"x": [1.0, None]}, id="nested feedback"),
        pytest.param({"feedback": {}}, "feedback", None, id="feedback without a value"),
        pytest.param({"expectation": {"value": 3.0}}, "expectation", 3.0, id="expectation"),
        pytest.param(
            {"expectation": {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": '{"a": null}'}}},
            "expectation",
            {"a": None},
            id="serialized expectation",
        ),
        pytest.param({"issue": {"issue_name": "slow answers"}}, "issue", "slow answers", id="issue"),
    ],
)
def test_an_assessment_has_the_value_of_its_kind(raw: dict[str, Json], kind: str, value: Json) -> None:
    """MLflow writes each kind its own way; an agent wants the value."""
    (assessment,) = assessments(ASSESSMENT | raw)

    assert (assessment.kind, assessment.value, assessment.failure) == (kind, value, None)


def test_an_assessment_is_read_whole() -> None:
    """Who said it, when and why is what makes a feedback worth something."""
    error = {"error_code": "RATE", "error_message": "too many", "stack_trace": "..."}
    more = {
        "feedback": {"value": None, "error": error},
        "rationale": "because",
        "metadata": {"a": "b"},
        "span_id": "aef8334e7687b6ee",
        "overrides": "a-0",
        "valid": False,
    }

    assert assessments(ASSESSMENT | more) == (
        Assessment(
            assessment_id="a-1",
            name="rating",
            kind="feedback",
            value=None,
            source_type="HUMAN",
            source_id="bob",
            create_time_ms=1795220498153,
            last_update_time_ms=1795220499000,
            rationale="because",
            failure=AssessmentFailure("RATE", "too many"),
            metadata={"a": "b"},
            span_id="aef8334e7687b6ee",
            overrides="a-0",
            valid=False,
        ),
    )


def test_an_assessment_is_valid_unless_it_says_otherwise() -> None:
    """Only an overridden one is not; servers leave the field out for expectations."""
    raw = {name: value for name, value in ASSESSMENT.items() if name != "valid"}

    assert assessments(raw | {"expectation": {"value": 1}})[0].valid is True


def test_an_assessment_of_an_unknown_kind_does_not_hide_the_trace() -> None:
    """A kind that a later MLflow adds is left out, rather than every search that meets it failing."""
    known = ASSESSMENT | {"feedback": {"value": 1}}

    assert [each.value for each in assessments(ASSESSMENT | {"verdict": {}}, known)] == [1]


def test_a_trace_is_its_info_and_its_spans() -> None:
    """A trace with spans is whole; one without says so."""
    trace = read_trace({"trace": {"trace_info": TRACE_INFO, "spans": [SPAN]}})

    assert (trace.info, [span.name for span in trace.spans], trace.missing) == (PLAIN_INFO, ["root"], None)
    assert read_trace({"trace": {"trace_info": TRACE_INFO}}).missing is not None


def test_a_page_has_the_token_of_the_next_only_if_there_is_one() -> None:
    """MLflow answers `{}` when nothing is found, and no or an empty token on the last page."""
    assert read_page({}) == TracePage(())
    assert read_page({"traces": [TRACE_INFO], "next_page_token": ""}) == TracePage((PLAIN_INFO,))
    assert read_page({"traces": [TRACE_INFO], "next_page_token": "t"}) == TracePage((PLAIN_INFO,), "t")


def test_the_older_form_of_an_info_becomes_the_same_record() -> None:
    """MLflow 3.1 writes lists of pairs and have the previews among the metadata."""
    pairs = {
        "request_metadata": [{"key": "mlflow.traceInputs", "value": "hi"}, {"key": "mlflow.source.git.branch"}],
        "tags": [{"key": "mlflow.traceName", "value": "chat"}],
    }

    info = read_info_v2({"trace_info": TRACE_INFO_V2 | pairs})

    assert info == TraceInfo(
        trace_id=TRACE_ID,
        experiment_id="1",
        state="OK",
        request_time_ms=1795220489536,
        execution_duration_ms=57,
        request_preview="hi",
        trace_metadata={"mlflow.traceInputs": "hi", "mlflow.source.git.branch": ""},
        tags={"mlflow.traceName": "chat"},
    )


@pytest.mark.parametrize(("status", "expected"), [("IN_PROGRESS", None), ("OK", 0)])
def test_in_the_older_form_a_trace_in_progress_has_no_duration(status: str, expected: int | None) -> None:
    """Those servers write 0 for it: pages in the order of duration would look for it among traces that have one."""
    info = read_info_v2({"trace_info": TRACE_INFO_V2 | {"status": status, "execution_time_ms": 0}})

    assert info.execution_duration_ms == expected


def test_the_older_form_of_a_page_becomes_the_same_record() -> None:
    """A search of an older server reads like one of today's; int64 may be a string."""
    running = TRACE_INFO_V2 | {"status": "TRACE_STATUS_UNSPECIFIED", "timestamp_ms": "5", "execution_time_ms": None}

    page = read_page_v2({"traces": [TRACE_INFO_V2, running], "next_page_token": "t"})

    assert page == TracePage((PLAIN_INFO, TraceInfo(TRACE_ID, "1", "STATE_UNSPECIFIED", 5)), "t")
    assert read_page_v2({}) == TracePage(())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"lifecycle_stage": "active", "last_update_time": 7}, Experiment("1", "chat", 7)),
        ({"lifecycle_stage": "active", "last_update_time": "7"}, Experiment("1", "chat", 7)),
        ({}, Experiment("1", "chat")),
        ({"lifecycle_stage": "deleted"}, None),
    ],
    ids=["active", "int64 as string", "bare", "deleted"],
)
def test_only_an_active_experiment_is_one(raw: dict[str, Json], expected: Experiment | None) -> None:
    """MLflow still finds deleted experiments by id and by name; for a client they are gone."""
    assert read_experiment({"experiment": {"experiment_id": "1", "name": "chat", **raw}}) == expected


def test_a_list_of_experiments_may_be_empty() -> None:
    """A workspace may hold none."""
    assert read_experiments({}) == ([], None)
