"""The spans and attachments of a trace where MLflow stored them: in the database, as artifacts, or in the archive.

Artifacts and archives are read from local folders only, and only where they can be no other file.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from mcp_traces.errors import StoreUnsupportedError
from mcp_traces.records import SPANS_ARCHIVED, SPANS_LOCATION_TAG, Json, Span, Trace, TraceInfo
from mcp_traces.store.attachments import attachment_path, no_attachment_error
from mcp_traces.store.completeness import (
    OUTSIDE_NOTE,
    is_within,
    missing_spans_note,
)
from mcp_traces.store.rest_spans import read_span
from mcp_traces.store.span_types import with_span_type

ARTIFACT_FILE, ARCHIVE_FILE = "traces.json", "traces.pb"
_ARTIFACT_TAG = "mlflow.artifactLocation"
_ARCHIVE_TAG = "mlflow.trace.archiveLocation"


def read_trace(info: TraceInfo, contents: Sequence[str], artifact_location: str | None) -> Trace:
    """The trace with the spans that the database holds, else with those that were stored elsewhere.

    `contents` are the rows of `spans`, empty for those that were archived; `artifact_location` is the experiment's.
    """
    stored, unreadable = _decoded(content for content in contents if content)
    if stored or unreadable:
        spans = _in_order(stored)
        note = f"{unreadable} spans are stored in a form that is not MLflow's." if unreadable else None
        return Trace(info, spans, note or missing_spans_note(info, spans))
    if info.tags.get(SPANS_LOCATION_TAG) == SPANS_ARCHIVED:
        spans, note = _archived(info, was_in_database=bool(contents))
    elif _ARTIFACT_TAG in info.tags:
        spans, note = _artifact(info.tags[_ARTIFACT_TAG], artifact_location)
        if info.state == "IN_PROGRESS" and not spans:
            note = None  # the artifact is written when the trace ends
    else:
        spans, note = (), None
    return Trace(info, spans, note or missing_spans_note(info, spans))


def _decoded(contents: Iterable[str]) -> tuple[list[Span], int]:
    read = [read_content(content) for content in contents]
    spans = [span for span in read if span is not None]
    return spans, len(read) - len(spans)


def read_content(content: str) -> Span | None:
    """The span of one row; None where it is not in MLflow's form."""
    try:
        return read_span(with_span_type(json.loads(content)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The root first, the others as they began."""
    return tuple(sorted(spans, key=lambda span: (span.parent_id is not None, span.start_time_ns)))


def read_attachment(info: TraceInfo, attachment_id: str, artifact_location: str | None) -> bytes:
    """A file that was attached to the trace. Raises NotFoundError, StoreUnsupportedError."""
    name, uri = attachment_path(attachment_id), info.tags.get(_ARTIFACT_TAG, "")
    try:
        path = _artifact_file(uri, name, artifact_location)
        if not isinstance(path, Path):
            raise StoreUnsupportedError(path.attachment, path.hint)
        return path.read_bytes()
    except OSError:
        raise no_attachment_error(attachment_id) from None


class _Unreadable(NamedTuple):
    """Why an artifact is not read, said of the spans and of an attachment, and what would read it."""

    spans: str
    attachment: str
    hint: str | None = None


_OUTSIDE = _Unreadable(
    OUTSIDE_NOTE, "The attachment is kept outside of the experiment's artifacts, where nothing is read."
)


_BEHIND_SERVER = _Unreadable(
    "The spans are kept as an artifact that only the MLflow server of this database returns. "
    "Set MLFLOW_TRACKING_URI to the URL of that server to read them.",
    "The attachment is kept as an artifact that only the MLflow server of this database returns.",
    "Set MLFLOW_TRACKING_URI to the URL of that server to read it.",
)


def _artifact_file(uri: str, name: str, artifact_location: str | None) -> Path | _Unreadable:
    """A file among the artifacts of a trace that `uri` names, which a tag says."""
    if artifact_location is None or not is_within(uri, artifact_location):
        return _OUTSIDE
    if is_behind_server(uri):
        return _BEHIND_SERVER
    if (folder := local_folder(uri)) is None:
        where = f"in remote storage ({urlsplit(uri).scheme}), which is not read here."
        return _Unreadable(
            f"The spans are kept as an artifact {where} An MLflow server over this database returns them.",
            f"The attachment is kept {where}",
            "An MLflow server over this database returns it.",
        )
    path, base = folder / name, cast(Path, local_folder(artifact_location))
    return path if path.resolve().is_relative_to(base.resolve()) else _OUTSIDE


def _artifact(uri: str, artifact_location: str | None) -> tuple[tuple[Span, ...], str | None]:
    path: Path | _Unreadable | None = None
    try:
        path = _artifact_file(uri, ARTIFACT_FILE, artifact_location)
        if not isinstance(path, Path):
            return (), path.spans
        raw: Json = json.loads(path.read_bytes())
        return tuple(read_span(with_span_type(span)) for span in raw["spans"]), None
    except OSError as error:
        reason = error.strerror or "the file cannot be opened"
        return (), f"The spans are kept as an artifact, which could not be read: {path}: {reason}."
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return (), f"The spans are kept as an artifact, which could not be read: {path} does not hold MLflow's spans."


def _archived(info: TraceInfo, *, was_in_database: bool) -> tuple[tuple[Span, ...], str | None]:
    """The spans in the archive, OTLP in protobuf.

    Only for a trace whose spans were in the database before, and only its own spans: the tag that names the folder
    can be set by any client that logs a trace, but not the rows that archiving leaves behind.
    """
    uri = info.tags.get(_ARCHIVE_TAG, "")
    folder = local_folder(uri)
    if folder is None:
        where = f" in remote storage ({urlsplit(uri).scheme})" if uri else ""
        return (), f"The spans were moved to the trace archive{where}, which an MLflow server over this database reads."
    if not was_in_database:
        return (), None
    try:
        spans = _otlp_spans((folder / ARCHIVE_FILE).read_bytes(), info.trace_id)
    except FileNotFoundError:
        return (), None
    except (OSError, ValueError, TypeError, KeyError, ImportError) as error:
        reason = getattr(error, "strerror", None) or "it does not hold the spans of this trace"
        return (), f"The spans were moved to the trace archive, which could not be read: {reason}."
    return _in_order(spans), None


def _otlp_spans(content: bytes, trace_id: str) -> list[Span]:
    """Raises ValueError when they are not those of this trace."""
    from google.protobuf.json_format import MessageToDict
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

    archive: Any = TracesData()
    try:
        archive.ParseFromString(content)
    except DecodeError as error:
        raise ValueError("not OTLP") from error
    stored = [span for resource in archive.resource_spans for scope in resource.scope_spans for span in scope.spans]
    if not stored or any(span.trace_id.hex() != trace_id.removeprefix("tr-") for span in stored):
        raise ValueError("spans of another trace")
    return [read_span(MessageToDict(span, preserving_proto_field_name=True)) for span in stored]


def local_folder(uri: str) -> Path | None:
    """The folder behind a plain path or a `file:` URI; None for anything else."""
    parts = urlsplit(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    return Path(uri) if uri and not parts.scheme else None


def is_behind_server(uri: str) -> bool:
    """Whether it leads through the MLflow server of this database, of which the database does not say where it is."""
    return uri.startswith("mlflow-artifacts:") and not urlsplit(uri).netloc
