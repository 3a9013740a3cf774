"""What is said of a trace whose spans are not all there."""

import pytest

from mcp_traces.records import Span, TraceInfo, TraceState
from mcp_traces.store.completeness import missing_spans_note

SPAN = Span("00000000000000aa", None, "root", "OK", 1, 2)


def info(state: TraceState = "OK", *, size_stats: str | None = None, spans_location: str | None = None) -> TraceInfo:
    metadata = {} if size_stats is None else {"mlflow.trace.sizeStats": size_stats}
    tags = {} if spans_location is None else {"mlflow.trace.spansLocation": spans_location}
    return TraceInfo("tr-1", "1", state, 0, trace_metadata=metadata, tags=tags)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(info(), id="count unknown"),
        pytest.param(info("ERROR", size_stats='{"num_spans": 1}'), id="count reached"),
        pytest.param(info(size_stats='{"num_spans": 0}'), id="count exceeded"),
        pytest.param(info(size_stats="no JSON"), id="count is no JSON"),
        pytest.param(info(size_stats='{"num_spans": "many"}'), id="count is no number"),
        pytest.param(info(spans_location="TRACKING_STORE"), id="stored"),
        pytest.param(info(spans_location="ARCHIVE_REPO"), id="archived and readable"),
    ],
)
def test_a_whole_trace_has_no_note(given: TraceInfo) -> None:
    """A note is a warning; one that is always there would be read by nobody."""
    assert missing_spans_note(given, [SPAN]) is None


@pytest.mark.parametrize(
    ("given", "spans", "note"),
    [
        pytest.param(
            info("IN_PROGRESS"),
            [SPAN],
            "The trace is still in progress: 1 span arrived so far, more may follow.",
            id="in progress",
        ),
        pytest.param(
            info("IN_PROGRESS", spans_location="ARCHIVE_REPO"),
            [],
            "The trace is still in progress: 0 spans arrived so far, more may follow.",
            id="in progress, none yet",
        ),
        pytest.param(
            info(size_stats='{"num_spans": 3}'),
            [SPAN],
            "The trace was logged with 3 spans, but the store returned only 1 of them.",
            id="fewer than logged",
        ),
        pytest.param(
            info(size_stats='{"num_spans": 3}', spans_location="ARCHIVE_REPO"),
            [],
            "The spans were moved to the trace archive, and the archive no longer holds them.",
            id="archive lost",
        ),
        pytest.param(
            info(size_stats='{"num_spans": 3}'),
            [],
            "The store holds no spans of this trace: they were never exported, or their data is lost.",
            id="none",
        ),
    ],
)
def test_the_note_says_why_spans_are_missing(given: TraceInfo, spans: list[Span], note: str) -> None:
    """An agent that sees half a trace must not take it for the whole one."""
    assert missing_spans_note(given, spans) == note
