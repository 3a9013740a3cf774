"""Images and audio of real traces are seen, on an MLflow server and, where the files are there, in its SQLite file."""

import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.demo import SampleStore
from mcp_traces.errors import NotFoundError, StoreUnsupportedError
from mcp_traces.store.gateway import TraceGateway
from mcp_traces.store.mlflow_gateway import MlflowGateway
from mcp_traces.store.open_gateway import open_gateway
from tests.pictures import as_base64, png, wav
from tests.real.calls import Tools, connected, only
from tests.real.conftest import REAL
from tests.span_rows import span_rows
from tests.stores import MLFLOW, QUIET_MLFLOW, RealStore, mlflow_server

pytestmark = REAL

ROOT = Path(__file__).parents[2]
LOG_DEADLINE_S = 120
DATA = as_base64(png())
MARK = f"[image image/png {len(png()):,} bytes]"
KINDS = ("server, behind it", "server, local", "sqlite, local", "sqlite, behind server", "mlflow, local")
"""Who reads; and where the attachments are: in artifacts that the server serves, or in a local folder."""


def logged(tracking_uri: str, experiment: str, artifacts: str = "") -> dict[str, str]:
    command = [str(MLFLOW.parent / "python"), "-m", "tests.real.picture_app", tracking_uri, experiment, artifacts]
    done = subprocess.run(
        command, cwd=ROOT, env=QUIET_MLFLOW | {"PATH": ""}, capture_output=True, text=True, timeout=LOG_DEADLINE_S
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RealStore]]:
    """An MLflow server over a SQLite file, with the same traces in both kinds of places."""
    folder = tmp_path_factory.mktemp("pictures")
    database = f"sqlite:///{folder / 'mlflow.db'}"
    with mlflow_server(database, folder) as url:
        behind = logged(url, "served")
        local = logged(database, "local", str(folder / "local"))
        yield {
            f"{kind}, {where}": RealStore("server" if uri == url else "sqlite", uri, SampleStore(uri, {}, ids, "", ""))
            for kind, uri in (("server", url), ("sqlite", database), ("mlflow", database))
            for where, ids in (("behind it", behind), ("behind server", behind), ("local", local))
        }


def _gateway(store: RealStore, kind: str) -> TraceGateway:
    """Ours for the store, or the one that lets MLflow read it."""
    is_mlflows = kind.startswith("mlflow")
    return MlflowGateway(store.tracking_uri) if is_mlflows else open_gateway(only(tracking_uri=store.tracking_uri))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def tools(stores: dict[str, RealStore], kind: str) -> AsyncIterator[Tools]:
    gateway = _gateway(stores[kind], kind)
    async with aclosing(gateway), connected(stores[kind], gateway) as tools:
        yield tools


async def span_of(tools: Tools, label: str) -> dict[str, Any]:
    tree = await tools.get(tools.trace_id(label), view="tree")
    opened = await tools.get(tools.trace_id(label), span_ids=span_rows(tree)[0]["span_id"])
    return opened["spans"][0] | {"elided": opened["elided"]}


async def picture(
    tools: Tools, label: str, path: str, **arguments: Any
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    span = await span_of(tools, label)
    assert path in [one["path"] for one in span["elided"]]
    answer = await tools.get(tools.trace_id(label), span_ids=span["span_id"], path=path, **arguments)
    return answer, [(one.mime_type, one.data) for one in tools.pictures]


async def test_attachments_are_seen_or_it_is_said_what_would_read_them(tools: Tools, kind: str) -> None:
    """Spans show what is attached; of a database whose files only its server has, the answer names the server."""
    span = await span_of(tools, "attached")
    assert span["outputs"]["image"] == MARK
    assert span["outputs"]["sound"] == f"[audio audio/wav {len(wav())} bytes]"
    answer, seen = await picture(tools, "attached", "outputs.image")
    if kind == "sqlite, behind server":
        assert not seen and answer["value"]["text"].startswith("mlflow-attachment://")
        assert "Set MLFLOW_TRACKING_URI to the URL of that server" in answer["notes"][0]
        return

    assert seen == [("image/png", DATA)]
    assert (answer["value"]["mime_type"], answer["value"]["bytes"]) == ("image/png", len(png()))
    assert (await picture(tools, "attached", "outputs.sound"))[1] == [("audio/wav", as_base64(wav()))]
    large, none = await picture(tools, "attached", "outputs.large", offset=1_000_000, max_chars=5_000)
    assert none == [] and large["value"]["text"] in as_base64(png(600))
    assert len(large["value"]["text"]) > 3_000
    _, seen = await picture(tools, "extracted", "inputs.messages[0].content[1].image_url.url")
    assert seen == [("image/png", DATA)]


async def test_images_in_values_are_seen(tools: Tools) -> None:
    """Wherever the store is: a data URL in OpenAI's messages, base64 that a tool returned, and one within a text."""
    path = "inputs.messages[0].content[1].image_url.url"

    assert (await picture(tools, "data URL", path))[1] == [("image/png", DATA)]
    assert (await picture(tools, "base64", "outputs.screen"))[1] == [("image/png", DATA)]
    note, seen = await picture(tools, "base64", "outputs.note")
    assert seen == [("image/png", as_base64(png(20)))]
    assert note["value"]["text"].endswith(" bytes]) taken")


@pytest.mark.parametrize("label", ["extracted", "data URL"])
async def test_conversations_show_marks(tools: Tools, label: str) -> None:
    """With a handle to the image."""
    answer = await tools.get(tools.trace_id(label), view="conversation")

    assert [message["text"] for message in answer["messages"]] == [f"What is it?\n{MARK}", "A pattern."]
    assert [one["path"] for one in answer["elided"]] == ["inputs.messages[0].content[1].image_url.url"]


async def test_no_view_shows_data(tools: Tools) -> None:
    """Rows, overviews and matches neither."""
    for label in ("data URL", "base64"):
        trace_id = tools.trace_id(label)
        overview = await tools.get(trace_id)
        matches = await tools.get(trace_id, find="base64|screen|image")
        rows = await tools.call("search_traces", experiment=["local", "served"], detail="detailed")
        assert DATA[:40] not in json.dumps([overview, matches, rows])


async def test_what_is_no_attachment_of_the_trace_is_not_found(stores: dict[str, RealStore], kind: str) -> None:
    """Nor is another file."""
    async with aclosing(_gateway(stores[kind], kind)) as gateway:
        trace_id = stores[kind].sample.traces["attached"]
        for name in ("0b9f6c1e-1111-4a2b-8c3d-5e6f70819293", "../artifacts/traces.json", ""):
            with pytest.raises((NotFoundError, StoreUnsupportedError)):
                await gateway.get_attachment(trace_id, name)
