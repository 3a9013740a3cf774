"""Why a trace has fewer spans than it should: the one sentence both gateways say."""

from collections.abc import Sequence

from mcp_traces.records import Span, TraceInfo

# mlflow/tracing/constant.py (TraceTagKey.SPANS_LOCATION, SpansLocation.ARCHIVE_REPO).
_SPANS_LOCATION_TAG = "mlflow.trace.spansLocation"
_ARCHIVED = "ARCHIVE_REPO"


def missing_spans_note(info: TraceInfo, spans: Sequence[Span]) -> str | None:
    """Say why spans are absent or incomplete; None when the trace is whole."""
    if info.state == "IN_PROGRESS":
        return f"The trace is still in progress: {_count(len(spans))} arrived so far, more may follow."
    if not spans:
        return _no_spans_note(info)
    expected = info.span_count
    # The count comes from metadata, which the traced application may overwrite with anything.
    if isinstance(expected, int) and expected > len(spans):
        return f"The trace was logged with {_count(expected)}, but the store returned only {len(spans)} of them."
    return None


def _no_spans_note(info: TraceInfo) -> str:
    if info.tags.get(_SPANS_LOCATION_TAG) == _ARCHIVED:
        return "The spans were moved to the trace archive, and the archive no longer holds them."
    return "The store holds no spans of this trace: they were never exported, or their data is lost."


def _count(spans: int) -> str:
    return "1 span" if spans == 1 else f"{spans} spans"
