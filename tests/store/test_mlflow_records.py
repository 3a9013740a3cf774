"""MLflow's entities and error texts, as our records and our words."""

from types import SimpleNamespace
from typing import Any

import pytest

from mcp_traces.records import Assessment, AssessmentFailure, Experiment, TraceInfo
from mcp_traces.store.mlflow_gateway import (
    assessment_record,
    experiment_record,
    trace_info_record,
    trace_record,
)


def _location(**kinds: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"mlflow_experiment": None, "uc_schema": None, "uc_table_prefix": None, **kinds})


def _info(**changes: Any) -> SimpleNamespace:
    experiment = SimpleNamespace(experiment_id="7")
    fields: dict[str, Any] = {
        "trace_id": "tr-1",
        "trace_location": _location(mlflow_experiment=experiment),
        "state": SimpleNamespace(value="OK"),
        "request_time": 1_700_000_000_000,
        "execution_duration": None,
        "request_preview": None,
        "response_preview": None,
        "client_request_id": None,
        "trace_metadata": {},
        "tags": {},
        "assessments": [],
    }
    return SimpleNamespace(**(fields | changes))


def _assessment(**changes: Any) -> SimpleNamespace:
    fields: dict[str, Any] = {
        "assessment_id": "a-1",
        "name": "rating",
        "feedback": None,
        "expectation": None,
        "issue": None,
        "source": SimpleNamespace(source_type="HUMAN", source_id="ann"),
        "create_time_ms": 1,
        "last_update_time_ms": 2,
        "rationale": None,
        "metadata": None,
        "span_id": None,
        "overrides": None,
        "valid": None,
    }
    return SimpleNamespace(**(fields | changes))


ASSESSMENTS = {
    "feedback": (
        _assessment(feedback=SimpleNamespace(value=False, error=None), metadata={"by": "form"}, rationale="why"),
        Assessment("a-1", "rating", "feedback", False, "HUMAN", "ann", 1, 2, "why", metadata={"by": "form"}),
    ),
    "a judge that failed": (
        _assessment(feedback=SimpleNamespace(value=None, error=SimpleNamespace(error_code="E", error_message=None))),
        Assessment("a-1", "rating", "feedback", None, "HUMAN", "ann", 1, 2, failure=AssessmentFailure("E")),
    ),
    "expectation": (
        _assessment(expectation=SimpleNamespace(value={"is": [1]}), span_id="0a"),
        Assessment("a-1", "rating", "expectation", {"is": [1]}, "HUMAN", "ann", 1, 2, span_id="0a"),
    ),
    "issue": (
        _assessment(issue=SimpleNamespace(issue_name="slow"), name="i-1"),
        Assessment("a-1", "i-1", "issue", "slow", "HUMAN", "ann", 1, 2),
    ),
    "overridden": (
        _assessment(feedback=SimpleNamespace(value=1, error=None), valid=False, overrides="a-0"),
        Assessment("a-1", "rating", "feedback", 1, "HUMAN", "ann", 1, 2, overrides="a-0", valid=False),
    ),
}


@pytest.mark.parametrize(("entity", "record"), ASSESSMENTS.values(), ids=ASSESSMENTS)
def test_an_assessment_keeps_its_kind_value_and_who_gave_it(entity: Any, record: Assessment) -> None:
    """Every kind of MLflow's assessments has one record; validity unknown is validity, as in MLflow's own search."""
    assert assessment_record(entity) == record


def test_a_trace_info_keeps_what_is_absent_absent() -> None:
    """Absent values are None and not "" or 0, because both gateways must answer alike."""
    assert trace_info_record(_info()) == TraceInfo("tr-1", "7", "OK", 1_700_000_000_000)


def test_metadata_and_tags_are_text() -> None:
    """The record promises text; MLflow's column admits NULL, which has none."""
    info = trace_info_record(_info(tags={"a": 1, "b": None}, trace_metadata={"c": "d"}))
    assert (info.tags, info.trace_metadata) == ({"a": "1"}, {"c": "d"})


LOCATIONS = {
    "schema": (_location(uc_schema=SimpleNamespace(schema_location="main.traces")), "main.traces"),
    "table": (_location(uc_table_prefix=SimpleNamespace(full_table_prefix="main.traces.t")), "main.traces.t"),
    "inference table": (_location(), ""),
}


@pytest.mark.parametrize(("location", "expected"), LOCATIONS.values(), ids=LOCATIONS)
def test_a_trace_in_unity_catalog_names_its_table(location: Any, expected: str) -> None:
    """On Databricks the place of an experiment is taken by a schema or table, by which such traces are searched."""
    assert trace_info_record(_info(trace_location=location)).experiment_id == expected


def test_a_trace_says_why_spans_are_missing() -> None:
    """A reason found while reading is told; without one the general note speaks."""
    assert trace_record(_info(), [], "burnt").missing == "burnt"
    assert trace_record(_info(), [], None).missing is not None


def test_an_experiment_keeps_its_id_as_text() -> None:
    """Ids are text everywhere else, so an id found here can be used there."""
    entity = SimpleNamespace(experiment_id=7, name="agent", last_update_time=5)
    assert experiment_record(entity) == Experiment("7", "agent", 5)
