"""A trace's info as a row: what of it a concise row is made of."""

import pytest

from mcp_traces.records import Assessment, StoreInfo, TraceInfo
from mcp_traces.shaping.cleaning import cleaner_for
from mcp_traces.shaping.rows import concise, trace_row

STORE = StoreInfo("sqlite", "sqlite:///mlflow.db", "3.17.2")
FULL = TraceInfo(
    trace_id="tr-1",
    experiment_id="1",
    state="OK",
    request_time_ms=1_700_000_000_000,
    execution_duration_ms=1000,
    request_preview="Where is my parcel? My key is sk-proj-" + "a1B2" * 12,
    response_preview="It is late.",
    client_request_id="request-1",
    trace_metadata={
        "mlflow.trace.session": "session-1",
        "mlflow.trace.user": "user-1",
        "mlflow.sourceRun": "run-1",
        "mlflow.trace.tokenUsage": '{"input_tokens": 2, "output_tokens": 3, "total_tokens": 5}',
        "mlflow.trace.sizeStats": '{"num_spans": 6}',
        "mlflow.trace.sizeBytes": "1234",
        "mlflow.traceInputs": "Where is my parcel?",
    },
    tags={"mlflow.traceName": "answer", "environment": "production"},
    assessments=(
        Assessment(
            assessment_id="a-1",
            name="rating",
            kind="feedback",
            value="good",
            source_type="HUMAN",
            source_id="reviewer",
            create_time_ms=0,
            last_update_time_ms=0,
        ),
    ),
)
EMPTY = TraceInfo(trace_id="tr-2", experiment_id="1", state="IN_PROGRESS", request_time_ms=0)


@pytest.mark.parametrize("info", [FULL, EMPTY], ids=["everything", "nothing"])
def test_a_concise_row_needs_no_more_than_is_cleaned_for_it(info: TraceInfo) -> None:
    """Tags and metadata that no concise row shows are left alone: cleaning them took longer than the rows."""
    cleaner = cleaner_for("credentials")

    shown = cleaner.info(concise(info))

    assert trace_row(shown, STORE, with_experiment=True) == trace_row(cleaner.info(info), STORE, with_experiment=True)
    assert "environment" not in shown.tags and "mlflow.traceInputs" not in shown.trace_metadata
