"""`path` on an image or audio returns it as content of its own, and says why where it cannot."""

import json
from typing import Any

import pytest
from mcp import Client
from mcp.types import AudioContent, ImageContent, TextContent

from mcp_traces.errors import StoreUnsupportedError
from mcp_traces.records import Json, Trace
from mcp_traces.redaction.masking import RedactLevel
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from tests.builders import make_span, make_trace
from tests.fake_gateway import FakeTraceGateway
from tests.pictures import FILES, as_base64, as_data_url, png, wav
from tests.tools.conftest import VALIDATORS

pytestmark = pytest.mark.anyio

PNG = png()
DATA = as_base64(PNG)
MARK = f"[image image/png {len(PNG):,} bytes]"
ATTACHED = "0b9f6c1e-1111-4a2b-8c3d-5e6f70819293"
Block = tuple[str, str, str]


def a_trace(outputs: Json) -> Trace:
    return make_trace(make_span("shot", outputs=outputs, span_id="s"))


def reference(content: bytes, mime: str = "image%2Fpng", trace_id: str = "tr-1", attachment_id: str = ATTACHED) -> str:
    return f"mlflow-attachment://{attachment_id}?content_type={mime}&trace_id={trace_id}&size={len(content)}"


async def read(
    gateway: FakeTraceGateway | Trace, path: str = "outputs", redact: RedactLevel = "credentials", **arguments: Any
) -> tuple[dict[str, Any], list[Block]]:
    """The answer, alike in both channels and within its schema and budget, and the blocks beside it."""
    gateway = FakeTraceGateway([gateway]) if isinstance(gateway, Trace) else gateway
    asked = {"trace_id": "tr-1", "span_ids": ["s"], "path": path} | arguments
    async with Client(build_server(Settings(redact=redact), gateway)) as client:
        result = await client.call_tool("get_trace", asked)
    text, *others = result.content
    assert isinstance(text, TextContent) and not result.is_error, text
    answer = json.loads(text.text)
    assert result.structured_content == answer
    assert len(text.text) <= arguments.get("max_chars", Settings().max_chars)
    VALIDATORS["get_trace"].validate(answer)
    blocks = [one for one in others if isinstance(one, ImageContent | AudioContent)]
    assert len(blocks) == len(others)
    return answer, [(one.type, one.mime_type, one.data) for one in blocks]


@pytest.mark.parametrize("recorded", [DATA, as_data_url(PNG), as_data_url(PNG, "image/jpeg")])
@pytest.mark.parametrize("arguments", [{}, {"offset": 0}], ids=["no offset", "offset 0"])
async def test_path_on_an_image_returns_it(recorded: str, arguments: dict[str, Any]) -> None:
    """A handle says offset=0 or leads to the data in its URL: both are the image. The text says what it is."""
    answer, blocks = await read(a_trace(recorded), **arguments)

    assert blocks == [("image", "image/png", DATA)]
    value = answer["value"]
    assert (value["path"], value["mime_type"], value["bytes"]) == ("outputs", "image/png", len(PNG))
    assert value["text"].endswith(MARK) and "next_offset" not in value


async def test_path_on_audio_returns_it() -> None:
    """As audio content."""
    answer, blocks = await read(a_trace({"audio": {"data": as_base64(wav()), "format": "wav"}}), "outputs.audio.data")

    assert blocks == [("audio", "audio/wav", as_base64(wav()))]
    assert answer["value"]["mime_type"] == "audio/wav"


async def test_each_picture_of_a_text_is_read_at_its_offset() -> None:
    """The first without one; the handles name the others, and the text around them is there."""
    other = png(20)
    trace = a_trace(f"One ![]({as_data_url(PNG)}) and two ![]({as_data_url(other)}).")

    answer, blocks = await read(trace)
    (handle,) = answer["elided"]
    _, second = await read(trace, handle["path"], offset=handle["shown"])

    assert blocks == [("image", "image/png", DATA)]
    assert second == [("image", "image/png", as_base64(other))]
    other_mark = f"[image image/png {len(other):,} bytes]"
    assert answer["value"]["text"] == (
        f"One ![](data:image/png;base64,{MARK}) and two ![](data:image/png;base64,{other_mark})."
    )


async def test_the_handles_of_every_view_lead_to_the_picture() -> None:
    """What is elided is read with span_ids, path, offset=shown."""
    trace = a_trace({"steps": [{"text": "Look", "screen": as_data_url(PNG)}]})
    async with Client(build_server(Settings(), FakeTraceGateway([trace]))) as client:
        opened = await client.call_tool("get_trace", {"trace_id": "tr-1", "span_ids": "s"})
    assert opened.structured_content is not None
    answer, _ = await read(trace, "outputs.steps")

    for handle in (*opened.structured_content["elided"], *answer["elided"]):
        assert handle["path"] == "outputs.steps[0].screen"
        _, blocks = await read(trace, handle["path"], offset=handle["shown"])
        assert blocks == [("image", "image/png", DATA)]
    assert DATA[:40] not in json.dumps([opened.structured_content, answer])


async def test_within_the_data_its_base64_is_read() -> None:
    """To the last character, as any text."""
    answer, blocks = await read(a_trace(DATA), offset=10)

    assert (answer["value"]["text"], blocks) == (DATA[10:], [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (FILES["PDF"][0], "Only PNG, JPEG, GIF, WebP and audio are returned as content; this is application/pdf."),
        (FILES["MP4"][0], "this is video/mp4."),
        (png(600), "more than the 1 MB"),
        (PNG[:-20], "The data is incomplete."),
    ],
    ids=["pdf", "video", "large", "incomplete"],
)
async def test_what_cannot_be_seen_is_read_as_base64(content: bytes, reason: str) -> None:
    """The note says why; the text goes on with offset."""
    data = as_base64(content)
    answer, blocks = await read(a_trace(data), max_chars=4_000)

    (note,) = answer["notes"]
    assert reason in note and note.endswith("`text` is its base64.")
    value = answer["value"]
    assert value["text"] and data.startswith(value["text"]) and not blocks
    assert value.get("next_offset", len(data)) == len(value["text"])
    rest, _ = await read(a_trace(data), offset=len(data) - 7)
    assert rest["value"]["text"] == data[-7:]


@pytest.mark.parametrize("offset", [0, 1, 40, 100])
async def test_redacting_personal_data_withholds_pictures(offset: int) -> None:
    """A face or a name in a picture cannot be masked; nor is its base64 shown, from which it could be made again."""
    answer, blocks = await read(a_trace(f"See {as_data_url(PNG)} there"), redact="pii", offset=offset)

    assert blocks == [] and DATA[90:130] not in json.dumps(answer)
    if offset == 0:
        assert answer["notes"] == [
            "REDACT=pii withholds images, audio and files: personal data in them cannot be masked."
        ]
        assert answer["value"]["text"] == f"See data:image/png;base64,{MARK} there"


def attached(content: bytes, mime: str = "image%2Fpng", **fields: str) -> FakeTraceGateway:
    gateway = FakeTraceGateway([a_trace({"image": reference(content, mime, **fields)})])
    gateway.attachments["tr-1", ATTACHED] = content
    return gateway


async def test_path_on_an_attachment_returns_it() -> None:
    """MLflow keeps it as an artifact, and a reference in the value."""
    answer, blocks = await read(attached(PNG), "outputs.image")

    assert blocks == [("image", "image/png", DATA)]
    assert answer["value"]["text"] == MARK
    assert (answer["value"]["mime_type"], answer["value"]["bytes"]) == ("image/png", len(PNG))


async def test_an_attachment_that_cannot_be_seen_is_read_as_base64() -> None:
    """From any offset, on to the end."""
    content = FILES["PDF"][0]
    answer, _ = await read(attached(content, "application%2Fpdf"), "outputs.image")
    rest, _ = await read(attached(content, "application%2Fpdf"), "outputs.image", offset=300)

    assert answer["value"]["text"] == as_base64(content)
    assert "this is application/pdf" in answer["notes"][0]
    assert rest["value"]["text"] == as_base64(content)[300:]


async def test_an_attached_text_is_read_as_text_and_masked() -> None:
    """Base64 of it would carry what is masked everywhere else."""
    content = b"The password is hunter2-Xk29! password=hunter2-Xk29!"
    answer, _ = await read(attached(content, "text%2Fplain"), "outputs.image", redact="pii")

    assert "The password is" in answer["value"]["text"]
    assert "password=[masked" in answer["value"]["text"]


async def test_an_attachment_that_cannot_be_read_says_why() -> None:
    """With what would read it; the reference is still there."""
    gateway = attached(PNG)
    gateway.attachments.clear()
    answer, blocks = await read(gateway, "outputs.image")

    assert blocks == [] and answer["value"]["text"] == reference(PNG)
    assert answer["notes"] == [
        f'The attachment could not be read. The store has no attachment "{ATTACHED}" of this trace.'
    ]

    async def refuse(trace_id: str, attachment_id: str) -> bytes:
        raise StoreUnsupportedError("It is kept in remote storage (s3).", "An MLflow server returns it.")

    gateway.get_attachment = refuse
    answer, _ = await read(gateway, "outputs.image")
    assert answer["notes"][0].endswith("It is kept in remote storage (s3). An MLflow server returns it.")


async def test_attachments_of_other_traces_are_not_read() -> None:
    """A trace may hold any reference, also to a trace that its reader may not see."""
    answer, blocks = await read(attached(PNG, trace_id="tr-2"), "outputs.image")

    assert blocks == [] and answer["notes"] == ["The attachment belongs to another trace, where it can be read."]


async def test_bytes_that_are_not_the_attachment_are_not_shown() -> None:
    """An MLflow server from before there were attachments sends the spans of the trace."""
    gateway = attached(PNG)
    gateway.attachments["tr-1", ATTACHED] = b'{"spans": []}'
    answer, blocks = await read(gateway, "outputs.image")

    assert blocks == [] and "returned 13 bytes" in answer["notes"][0]


async def test_redacting_personal_data_does_not_even_fetch_attachments() -> None:
    """The value says what is there."""
    gateway = attached(PNG)
    gateway.attachments.clear()
    answer, blocks = await read(gateway, "outputs.image", redact="pii")

    assert blocks == [] and answer["notes"][0].startswith("REDACT=pii withholds")
    assert answer["value"]["text"] == MARK
