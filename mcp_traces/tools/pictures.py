"""What can be seen or heard of a value: the picture or sound to return as content, or why there is none."""

import base64
from dataclasses import dataclass

from mcp_traces.errors import TracesError
from mcp_traces.records import Trace
from mcp_traces.results import Picture
from mcp_traces.shaping.media import Media, picture_in, picture_of
from mcp_traces.shaping.span_pages import OpenedValue
from mcp_traces.tools.state import AppState

MAX_ATTACHMENT_BYTES = 20_000_000
"""Larger attachments are not fetched: each page of their base64 would fetch them again."""

WITHHELD = "REDACT=pii withholds images, audio and files: personal data in them cannot be masked."
_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/yaml")


@dataclass(frozen=True, slots=True)
class Seen:
    """`text` replaces the recorded text; with `as_data` the medium that was asked for is shown as base64."""

    picture: Picture | None = None
    note: str | None = None
    text: str | None = None
    as_data: bool = False
    withheld: bool = False


async def see(state: AppState, trace: Trace, opened: OpenedValue) -> Seen:
    """Look at the medium that `opened` asks for, in the value itself or among the attachments of the trace."""
    media, withheld = opened.media, state.settings.redact == "pii"
    if media is not None and media.attachment is not None:
        return await _attached(state, trace, opened, media, withheld=withheld)
    if withheld:
        return Seen(note=WITHHELD if media else None, withheld=True)
    if media is None:
        return Seen()
    found = picture_in(opened.text, media)
    return Seen(found) if isinstance(found, Picture) else Seen(note=_as_base64(found, opened, media), as_data=True)


async def _attached(state: AppState, trace: Trace, opened: OpenedValue, media: Media, *, withheld: bool) -> Seen:
    is_text = media.mime.startswith(_TEXT_TYPES)
    if withheld and not is_text:
        return Seen(note=WITHHELD)
    if media.trace_id != trace.info.trace_id:
        return Seen(note="The attachment belongs to another trace, where it can be read.", as_data=True)
    if media.size is not None and media.size > MAX_ATTACHMENT_BYTES:
        return Seen(note=f"The attachment has {media.size:,} bytes, more than are read here.", as_data=True)
    try:
        content = await state.gateway.get_attachment(trace.info.trace_id, media.attachment or "")
    except TracesError as error:
        return Seen(note=f"The attachment could not be read. {error}", as_data=True)
    if media.size is not None and media.size != len(content):
        # A server of an MLflow before there were attachments ignores which one is asked for, and sends the spans.
        note = f"The store returned {len(content):,} bytes for an attachment of {media.size:,}: is MLflow too old?"
        return Seen(note=note, as_data=True)
    if is_text and opened.is_attachment:
        text = state.cleaner.text(content.decode("utf-8", "replace"))
        return Seen(text=text, note="This is the attached text.", withheld=withheld)
    return _of_content(opened, content)


def _of_content(opened: OpenedValue, content: bytes) -> Seen:
    found = picture_of(content)
    if isinstance(found, Picture) and (opened.offset == 0 or not opened.is_attachment):
        return Seen(found)
    if not opened.is_attachment:
        return Seen(note=str(found), as_data=True)
    data = base64.b64encode(content).decode()
    why = "" if isinstance(found, Picture) else f"{found} "
    return Seen(text=data, note=f"{why}`text` is the base64 of the attachment.", as_data=True)


def _as_base64(why: str, opened: OpenedValue, media: Media) -> str:
    if media.start == opened.offset:
        return f"{why} `text` is its base64."
    return f"{why} Its base64 begins at offset={media.start}."
