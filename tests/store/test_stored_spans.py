"""Spans that are not in the database: read from local folders, and from no other file; else it is said why not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.errors import NotFoundError, StoreUnsupportedError
from mcp_traces.records import TraceInfo
from mcp_traces.store.completeness import is_within
from mcp_traces.store.stored_spans import is_behind_server, local_folder, read_attachment, read_trace
from tests.store import mlflow_stores as stores

pytestmark = pytest.mark.filterwarnings(stores.SILENT_IMPORT)

INFO = TraceInfo(stores.WHOLE, "1", "OK", stores.START_MS)
SPANS = [stores._root(stores.WHOLE), stores._child(stores.WHOLE)]


def located(where: str, state: Any = "OK") -> TraceInfo:
    return replace(INFO, tags={"mlflow.artifactLocation": where}, state=state)


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """The folder of an experiment's artifacts with those of one trace."""
    folder = tmp_path / "art ifacts" / "1"
    (folder / "traces" / "t").mkdir(parents=True)
    (folder / "traces" / "t" / "traces.json").write_text(json.dumps({"spans": SPANS}))
    return folder


@pytest.mark.parametrize("form", ["{}", "file://{}", "file:{}"])
def test_an_artifact_in_a_local_folder_is_read(artifacts: Path, form: str) -> None:
    """MLflow writes a plain path or a URI, and keeps what the user gave as the experiment's location."""
    plain = form == "{}"
    base = form.format(artifacts if plain else str(artifacts).replace(" ", "%20"))
    trace = read_trace(located(f"{base}/traces/t"), [], base)
    assert [span.name for span in trace.spans] == ["agent", "model"]
    assert trace.missing is None


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc",
        "http://169.254.169.254/latest",
        "{base}/../../secret",
        "{base}/%2e%2e/secret",
        "{base}x/traces",
        "",
    ],
)
def test_spans_are_read_from_the_experiments_artifacts_alone(location: str) -> None:
    """A tag says where they are, and any client can set it to any file here, or to any address."""
    base = "file:///artifacts/1"
    assert not is_within(location.format(base=base), base)
    assert is_within(f"{base}/traces/tr-1/artifacts", base)
    trace = read_trace(located(location.format(base=base)), [], base)
    assert trace.spans == () and "outside of the experiment's artifacts" in (trace.missing or "")


def test_a_link_out_of_the_artifacts_is_not_followed(artifacts: Path, tmp_path: Path) -> None:
    """What can write artifacts can make links."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "traces.json").write_text(json.dumps({"spans": SPANS}))
    (artifacts / "traces" / "link").symlink_to(tmp_path / "secret")
    trace = read_trace(located(f"{artifacts}/traces/link"), [], str(artifacts))
    assert trace.spans == () and "outside of the experiment's artifacts" in (trace.missing or "")


ELSEWHERE = {
    "behind a server": ("mlflow-artifacts:/1", "MLFLOW_TRACKING_URI"),
    "on another server": ("mlflow-artifacts://mlflow.example:5000/1", "remote storage (mlflow-artifacts)"),
    "S3": ("s3://bucket/1", "remote storage (s3)"),
}


@pytest.mark.parametrize(("base", "says"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_artifacts_elsewhere_are_said_to_be_there(base: str, says: str) -> None:
    """And what reads them."""
    trace = read_trace(located(f"{base}/traces/t"), [], base)
    assert trace.spans == () and says in (trace.missing or "") and "server" in (trace.missing or "")


ATTACHED = "0b9f6c1e-1111-4a2b-8c3d-5e6f70819293"


def test_an_attachment_is_read_from_the_artifacts_of_its_trace_alone(artifacts: Path, tmp_path: Path) -> None:
    """As its spans are."""
    folder = artifacts / "traces" / "t" / "attachments"
    folder.mkdir()
    (folder / ATTACHED).write_bytes(b"picture")
    (tmp_path / "secret" / "attachments").mkdir(parents=True)
    (tmp_path / "secret" / "attachments" / ATTACHED).write_bytes(b"secret")
    (artifacts / "traces" / "link").symlink_to(tmp_path / "secret")

    assert read_attachment(located(f"{artifacts}/traces/t"), ATTACHED, str(artifacts)) == b"picture"
    for where in (f"{artifacts}/traces/link", f"{tmp_path}/secret", f"{artifacts}/../../secret", ""):
        with pytest.raises(StoreUnsupportedError, match="outside of the experiment's artifacts"):
            read_attachment(located(where), ATTACHED, str(artifacts))
    for name in ("../traces.json", "traces.json", ATTACHED.replace("1", "2")):
        with pytest.raises(NotFoundError):
            read_attachment(located(f"{artifacts}/traces/t"), name, str(artifacts))


@pytest.mark.parametrize(("base", "says"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_attachments_elsewhere_are_said_to_be_there(base: str, says: str) -> None:
    """And what reads them."""
    with pytest.raises(StoreUnsupportedError) as refused:
        read_attachment(located(f"{base}/traces/t"), ATTACHED, base)
    assert says in str(refused.value) and "server" in str(refused.value)


@pytest.mark.parametrize("content", ["", "[]", '{"spans": [{}]}', '{"spans": 1}', "\x00"])
def test_a_file_that_holds_no_spans_is_named(artifacts: Path, content: str) -> None:
    """It was cut short, or is another program's."""
    (artifacts / "traces" / "t" / "traces.json").write_text(content)
    trace = read_trace(located(f"{artifacts}/traces/t"), [], str(artifacts))
    assert "does not hold MLflow's spans" in (trace.missing or "")


def test_a_missing_file_is_named_unless_the_trace_goes_on(artifacts: Path) -> None:
    """It is written when the trace ends."""
    ended = read_trace(located(f"{artifacts}/traces/none"), [], str(artifacts))
    running = read_trace(located(f"{artifacts}/traces/none", "IN_PROGRESS"), [], str(artifacts))
    assert "No such file" in (ended.missing or "")
    assert "in progress" in (running.missing or "")


def test_rows_in_the_database_come_first_and_root_first(artifacts: Path) -> None:
    """MLflow keeps a copy as an artifact; what it has in the database is what it shows."""
    contents = [json.dumps(span) for span in reversed(SPANS)]
    trace = read_trace(located(f"{artifacts}/traces/none"), contents, str(artifacts))
    assert [span.name for span in trace.spans] == ["agent", "model"]


def test_a_row_that_is_no_span_is_counted() -> None:
    """The others are read."""
    trace = read_trace(INFO, [json.dumps(SPANS[0]), "no JSON", "{}"], None)
    assert [span.name for span in trace.spans] == ["agent"]
    assert trace.missing == "2 spans are stored in a form that is not MLflow's."


@pytest.fixture
def archive(tmp_path: Path) -> TraceInfo:
    """A trace whose spans MLflow itself has archived in a local folder."""
    from mlflow.entities import Span
    from mlflow.tracing.otel.otel_archival import spans_to_traces_data_pb

    (tmp_path / "archive").mkdir()
    spans = [Span.from_dict(span) for span in SPANS]
    (tmp_path / "archive" / "traces.pb").write_bytes(spans_to_traces_data_pb(spans))
    tags = {"mlflow.trace.spansLocation": "ARCHIVE_REPO", "mlflow.trace.archiveLocation": str(tmp_path / "archive")}
    return replace(INFO, tags=tags)


def test_an_archive_in_a_local_folder_is_read(archive: TraceInfo) -> None:
    """OTLP in protobuf, for which mlflow itself is not needed; archiving leaves rows without content."""
    trace = read_trace(archive, ["", ""], None)
    before = read_trace(INFO, [json.dumps(span) for span in SPANS], None)
    assert trace.missing is None
    for archived, stored in zip(trace.spans, before.spans, strict=True):
        assert replace(archived, attributes={}) == replace(stored, attributes={})
        assert dict(archived.attributes) == dict(stored.attributes)


def test_an_archive_is_read_for_its_own_trace_alone(archive: TraceInfo) -> None:
    """The tag could name the archive of any trace."""
    other = read_trace(replace(archive, trace_id=stores.LOST), ["", ""], None)
    assert other.spans == () and "could not be read" in (other.missing or "")


def test_an_archive_is_read_only_after_archiving(archive: TraceInfo) -> None:
    """Who logs a trace can set its tags, and not empty its rows."""
    trace = read_trace(archive, [], None)
    assert trace.spans == () and "archive no longer holds them" in (trace.missing or "")


GONE = {
    "no file": ("none", "the archive no longer holds them"),
    "no OTLP": ("noise", "could not be read"),
    "remote": ("s3://bucket/archive", "remote storage (s3)"),
}


@pytest.mark.parametrize(("where", "says"), GONE.values(), ids=GONE)
def test_an_archive_that_cannot_be_read_is_said_to_be_one(
    archive: TraceInfo, tmp_path: Path, where: str, says: str
) -> None:
    """Nobody may take the trace for one without spans."""
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / "traces.pb").write_bytes(b"\xff\xff\xff")
    uri = where if "://" in where else str(tmp_path / where)
    trace = read_trace(replace(archive, tags=archive.tags | {"mlflow.trace.archiveLocation": uri}), ["", ""], None)
    assert trace.spans == () and says in (trace.missing or "")


FOLDERS = {
    "/a b": Path("/a b"),
    "file:///a%20b": Path("/a b"),
    "file://localhost/a": Path("/a"),
    "file://elsewhere/a": None,
    "s3://a": None,
    "": None,
    "mlruns/1": Path("mlruns/1"),
}


@pytest.mark.parametrize(("uri", "folder"), FOLDERS.items(), ids=FOLDERS)
def test_local_folders_are_known_by_their_uri(uri: str, folder: Path | None) -> None:
    """Everything else is remote."""
    assert local_folder(uri) == folder


def test_artifacts_that_only_a_server_returns_are_known_by_their_uri() -> None:
    """A server's own default names no host."""
    assert is_behind_server("mlflow-artifacts:/1/traces/tr-1/artifacts")
    assert not is_behind_server("mlflow-artifacts://mlflow.example:5000/1")


OTEL: dict[str, tuple[dict[str, Any], str]] = {
    "OpenInference": ({"openinference.span.kind": "RERANKER"}, "RERANKER"),
    "GenAI": ({"gen_ai.operation.name": "chat"}, "CHAT_MODEL"),
    "Gemini": ({"gen_ai.operation.name": "tool_call", "gen_ai.agent.name": "gemini-cli"}, "TOOL"),
    "Claude Code": ({"span.type": "llm_request"}, "LLM"),
    "Traceloop": ({"traceloop.span.kind": "workflow"}, "WORKFLOW"),
    "Vercel": ({"ai.operationId": "ai.toolCall"}, "TOOL"),
    "VoltAgent": ({"span.type": "memory", "entity.type": "agent"}, "MEMORY"),
    "LiveKit": ({"lk.function_tool.name": "x"}, "TOOL"),
    "LiveKit's model": ({"gen_ai.request.model": "gpt"}, "LLM"),
    "Laminar": ({"lmnr.span.type": "EXECUTOR"}, "AGENT"),
    "Langfuse": ({"langfuse.observation.type": "generation"}, "LLM"),
    "MLflow's own": ({"mlflow.spanType": "TOOL", "openinference.span.kind": "LLM"}, "TOOL"),
    "none": ({"x": 1}, "UNKNOWN"),
}


@pytest.mark.parametrize(("attributes", "expected"), OTEL.values(), ids=OTEL)
def test_spans_of_other_tracers_have_the_type_that_mlflow_shows(attributes: dict[str, Any], expected: str) -> None:
    """MLflow derives it when it reads a span, not when it stores one."""
    from mlflow.tracing.otel.translation import translate_loaded_span

    raw = SPANS[0] | {"attributes": {key: json.dumps(value) for key, value in attributes.items()}}
    (span,) = read_trace(INFO, [json.dumps(raw)], None).spans
    theirs = translate_loaded_span(json.loads(json.dumps(raw)))["attributes"].get("mlflow.spanType", '"UNKNOWN"')
    assert (span.span_type, json.loads(theirs)) == (expected, expected)
