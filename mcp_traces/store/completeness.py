"""Why a trace has fewer spans than it should: the sentences that all gateways say."""

from collections.abc import Sequence
from urllib.parse import unquote

from mcp_traces.records import SPANS_ARCHIVED, SPANS_LOCATION_TAG, Span, TraceInfo

OUTSIDE_NOTE = "The spans are kept as an artifact outside of the experiment's artifacts, where nothing is read."


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
    if info.tags.get(SPANS_LOCATION_TAG) == SPANS_ARCHIVED:
        return "The spans were moved to the trace archive, and the archive no longer holds them."
    return "The store holds no spans of this trace: they were never exported, or their data is lost."


def _count(spans: int) -> str:
    return "1 span" if spans == 1 else f"{spans} spans"


def is_within(uri: str, artifact_location: str) -> bool:
    """Whether an artifact lies among the experiment's own: a tag says where, and any client can set it to anything."""
    within = uri.startswith(artifact_location.rstrip("/") + "/")
    return within and ".." not in unquote(uri).replace("\\", "/").split("/")
