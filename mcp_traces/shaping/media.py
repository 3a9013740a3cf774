"""Images, audio and files in recorded values: where they are, the marks shown in their place, and what can be seen.

A picture is base64 (alone, or in a data URL, or within longer text), or a reference to an attachment that MLflow keeps
as an artifact of the trace. Base64 says nothing to a reader, so every view shows `[image image/png 12,345 bytes]`.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from urllib.parse import parse_qs

from mcp_traces.json_texts import with_texts
from mcp_traces.records import Json
from mcp_traces.results import Picture
from mcp_traces.shaping.text import compact, longest_prefix, one_line

MEDIA_KINDS = frozenset(
    (
        *("image", "image_url", "input_image", "image_file", "audio", "input_audio", "video", "video_url", "document"),
        *("file", "input_file", "file_data", "inline_data", "media", "blob", "uri", "computer_screenshot"),
    )
)
"""Kinds of message parts that are no text."""

MAX_ADDRESS = 200
MAX_WORD = 60

MIN_BARE_CHARS = 100
"""Shorter base64 without a data URL in front of it is more often an id than a file."""

MIN_URL_CHARS = 64

MAX_PICTURE_BYTES = 1_000_000
"""What clients and model APIs take as one block."""

VIEWABLE = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Images that model APIs take. They fail the whole conversation for any other."""

AUDIBLE = ("audio/wav", "audio/mpeg", "audio/ogg", "audio/flac", "audio/mp4")

_HEAD_CHARS = 4_096
"""Enough for the second frame of an MP3."""

_DEPTH = 3
_ATTACHMENT = "mlflow-attachment://"
_TYPES = ("media_type", "mime_type", "mimeType", "mediaType", "format")
_NAMES = ("filename", "file_name", "title", "name")
_DATA = (
    *("data", "bytes", "b64_json", "base64", "file_data", "url", "uri", "file_uri", "fileUri", "image_url", "image"),
    *("audio", "video", "file_id", "content", "text"),
)

_ALPHABET = r"[A-Za-z0-9+/_-]"
_LINE_BREAK = r"(?:\r?\n|\\+r\\+n|\\+n)"
"""As it is, and as JSON writes it."""

_START = re.compile(
    rf"""(?x)
    data:(?P<stated>[\w.+-]{{1,80}}/[\w.+-]{{1,80}})?(?:;[\w.-]{{1,40}}=[\w.-]{{1,40}}){{0,4}};base64,
    | {_ATTACHMENT}(?P<id>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})\?(?P<query>[\w%=&.+-]*)
    | iVBORw0KGg | [/_]9j[/_] | R0lGODdh | R0lGODlh | UklGR | Qk | SUkqA | TU0AK | AAAA | JVBERi | SUQz
    | [/_]{{2}}[I-Po-v] | T2dnU | ZkxhQ | GkXfo
    """
)
_RUN = re.compile(r"[A-Za-z0-9+/_=-]+")
_IN_RUN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_BASE64 = re.compile(rf"(?:[A-Za-z0-9+/_=-]|{_LINE_BREAK})*")

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"OggS\x00", "audio/ogg"),
    (b"fLaC\x00", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_JPEG_MARKERS = frozenset((*range(0xE0, 0xF0), 0xDB, 0xC0, 0xC2, 0xC4, 0xFE))
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
}
_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Of layer III, by the two bits of the version: MPEG 1, MPEG 2."""

_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000)}


@dataclass(frozen=True, slots=True)
class Media:
    """One image, sound or file in a text: `text[start:end]` is its base64, or the reference to an attachment.

    `known` says that `mime` is what its first bytes say; `size` is None where data was cut before it was recorded.
    """

    start: int
    end: int
    mime: str
    size: int | None
    known: bool = False
    attachment: str | None = None
    trace_id: str | None = None

    @property
    def mark(self) -> str:
        extent = "" if self.size is None else f"{self.size:,} bytes"
        return f"[{one_line(' '.join((_noun('', self.mime), self.mime[:MAX_WORD], extent)))}]"


def media_in(text: str) -> Iterator[Media]:
    """All media in a text, in order; also where the text is JSON, whose strings hold them."""
    position = 0
    while found := _START.search(text, position):
        position = found.end()
        if _continues_a_word(text, found.start()):
            continue
        one = _attachment(found) if found["id"] else _base64(text, found)
        if one is not None:
            yield one
            position = one.end


def _continues_a_word(text: str, start: int) -> bool:
    """Whether what begins at `start` is the middle of other base64, or of a word."""
    if start == 0 or text[start - 1] not in _IN_RUN:
        return False
    return not (text[start - 1] in "nrt" and text[start - 2 : start - 1] == "\\")  # in JSON, the end of `\n`


def _attachment(found: re.Match[str]) -> Media:
    stated = {key: values[0] for key, values in parse_qs(found["query"]).items()}
    size = stated.get("size", "")
    mime = one_line(stated.get("content_type", ""))
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None
    return Media(*found.span(), mime, number, attachment=found["id"], trace_id=stated.get("trace_id"))


def _base64(text: str, found: re.Match[str]) -> Media | None:
    is_url = found[0].endswith(",")
    start = found.end() if is_url else found.start()
    end = _end_of_base64(text, start)
    if end - start < (MIN_URL_CHARS if is_url else MIN_BARE_CHARS):
        return None
    size = _size(text[start:end])
    known = _kind_of(_decoded(text[start : min(end, start + _HEAD_CHARS)]), size)
    if not (is_url or known):
        return None
    is_cut = text.startswith(("...", "…"), end)
    return Media(start, end, known or found["stated"] or "", None if is_cut else size, known=known is not None)


def _end_of_base64(text: str, start: int) -> int:
    """Where the data ends that begins at `start`, which may be wrapped into lines of equal length."""
    first = _RUN.match(text, start)
    if first is None:
        return start
    width = first.end() - start
    wrapped = _lines_of(width).match(text, first.end()) if 60 <= width <= 80 else None
    return wrapped.end() if wrapped else first.end()


@lru_cache(32)
def _lines_of(width: int) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_LINE_BREAK}{_ALPHABET}{{{width}}}(?!{_ALPHABET}))*(?:{_LINE_BREAK}{_ALPHABET}{{1,{width}}}={{0,2}})?"
    )


_NOT_DATA = re.compile(r"\\+[rn]|[\r\n=]")


def _size(data: str) -> int:
    return len(_NOT_DATA.sub("", data)) * 3 // 4


def _decoded(data: str) -> bytes:
    """The bytes of base64 in either alphabet, wrapped or not; of data that was cut, as many as are whole."""
    plain = _NOT_DATA.sub("", data).replace("-", "+").replace("_", "/")
    plain = plain[: len(plain) - 1] if len(plain) % 4 == 1 else plain
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return b""


def _kind_of(head: bytes, size: int) -> str | None:
    """The MIME type that the first bytes of a file of this size say; None for all that is no picture, sound or PDF."""
    if mime := next((mime for magic, mime in _MAGIC if head.startswith(magic)), None):
        return mime
    if head[:3] == b"\xff\xd8\xff":
        return "image/jpeg" if head[3:4] and head[3] in _JPEG_MARKERS else None
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == size and not any(head[6:10]):
        return "image/bmp" if int.from_bytes(head[14:18], "little") in _BMP_HEADERS else None
    if head[:3] == b"ID3" and head[3:4] in (b"\x02", b"\x03", b"\x04") and all(one < 0x80 for one in head[6:10]):
        return "audio/mpeg"
    length = _mp3_frame(head)
    # Two bytes of a frame are common in other data; a second frame right behind the first is not.
    return "audio/mpeg" if length and _mp3_frame(head[length:]) else None


def _mp3_frame(head: bytes) -> int:
    """How long the MP3 frame is that begins here; 0 where none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in _RATES or bitrate in (0, 15) or rate == 3:
        return 0
    samples = 144 if version == 3 else 72
    return samples * _BITRATES[version][bitrate] * 1000 // _RATES[version][rate] + (head[2] >> 1 & 1)


# Marks in texts and values.


class Marked(str):
    """A text with marks, which knows the text that was recorded and where the first mark stands in it."""

    recorded: str
    first: int


def marked(text: str, enough: int | None = None) -> str:
    """`text` with a mark in place of each medium; those that begin behind `enough` characters stay as they are."""
    parts: list[str] = []
    position = shown = 0
    for one in media_in(text):
        shown += one.start - position
        if enough is not None and shown > enough:
            break
        parts += [text[position : one.start], one.mark]
        shown += len(one.mark)
        position = one.end
    return "".join([*parts, text[position:]]) if parts else text


def with_marks(value: Json) -> Json:
    """`value` with each string that holds media as a `Marked`; the value itself where none does."""

    def change(text: str) -> str:
        first = next(media_in(text), None)
        if first is None:
            return text
        changed = Marked(marked(text))
        changed.recorded, changed.first = text, first.start
        return changed

    if isinstance(value, str):
        return change(value)
    return with_texts(value, change, keys=False) if _holds_media(value) else value


def _holds_media(value: Json) -> bool:
    try:
        return next(media_in(compact(value)), None) is not None
    except RecursionError:  # what nests so deep is shown as a mark itself
        return False


def as_recorded(value: Json) -> Json:
    """The value as it was before `with_marks`."""
    return with_texts(value, lambda text: text.recorded if isinstance(text, Marked) else text, keys=False)


def without_records(value: Json) -> Json:
    """The value with plain texts in place of `Marked` ones."""
    return with_texts(value, lambda text: str(text) if isinstance(text, Marked) else text, keys=False)


def marked_page(text: str, offset: int, room: int, *, raw: Callable[[Media], bool] | None = None) -> tuple[str, int]:
    """What is shown of `text` from `offset` on in `room` characters of JSON, and where in `text` that ends.

    A medium is shown as its mark, unless it is `raw` or `offset` lies within it.
    """
    parts: list[str] = []
    position = offset

    def add(piece: str) -> bool:
        nonlocal position, room
        shown = longest_prefix(piece, room)
        parts.append(piece[:shown])
        position += shown
        room -= len(compact(piece[:shown])) - 2
        return shown == len(piece)

    for one in media_in(text):
        if one.start < offset or (raw is not None and raw(one)):
            continue
        if not add(text[position : one.start]) or (len(one.mark) > room and position > offset):
            return "".join(parts), position
        parts.append(one.mark)
        position = one.end
        room -= len(one.mark)
    add(text[position:])
    return "".join(parts), position


def shown_between(text: str, media: Iterable[Media], start: int, end: int) -> str:
    """`text[start:end]` with a mark in place of each medium that it touches."""
    parts: list[str] = []
    for one in media:
        if one.end > start and one.start < end:
            parts += [text[start : max(one.start, start)], one.mark]
            start = max(start, one.end)
    return "".join([*parts, text[start : max(end, start)]])


# What can be seen or heard.


def picture_in(text: str, one: Media) -> Picture | str:
    """The picture or sound that `one` is in `text`, or why it is none."""
    if one.size is None:
        return "The data was cut before it was recorded."
    if one.size > MAX_PICTURE_BYTES:
        return too_large(one.size)
    return picture_of(_decoded(text[one.start : one.end]))


def picture_of(content: bytes) -> Picture | str:
    """The picture or sound that a file holds, or why it is none."""
    mime = _kind_of(content[:_HEAD_CHARS], len(content))
    if len(content) > MAX_PICTURE_BYTES:
        return too_large(len(content))
    if mime not in (*VIEWABLE, *AUDIBLE):
        return f"Only PNG, JPEG, GIF, WebP and audio are returned as content; this is {mime or 'of another type'}."
    if not _is_whole(content, mime):
        return "The data is incomplete."
    return Picture(mime, base64.b64encode(content).decode(), len(content))


def too_large(size: int) -> str:
    return f"{size:,} bytes are more than the {MAX_PICTURE_BYTES // 1_000_000} MB that is returned as content."


def _is_whole(content: bytes, mime: str) -> bool:
    """Whether an image has its end: model APIs refuse one that was cut."""
    if mime == "image/png":
        return b"IEND" in content[-64:]
    if mime == "image/jpeg":
        return b"\xff\xd9" in content[-1_024:]
    if mime == "image/gif":
        return b"\x3b" in content[-64:]
    return mime != "image/webp" or int.from_bytes(content[4:8], "little") + 8 <= len(content)


# Parts of messages.


def media_mark(part: dict[str, Json], kind: str) -> str:
    """`[image image/png 12,345 bytes]`: never the data itself, which tells a reader nothing."""
    leaves: dict[str, str] = {}
    for key, text in _leaves(part, 0):
        leaves.setdefault(key, text)
    stated, extent = _describe(_first(leaves, _DATA))
    mime = stated or _first(leaves, _TYPES)
    noun = _noun(kind, mime or leaves.get("modality", ""))
    words = (noun, _first(leaves, _NAMES)[:MAX_WORD], mime[:MAX_WORD], extent)
    return f"[{one_line(' '.join(words))}]"


def _first(leaves: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((leaves[key] for key in keys if leaves.get(key)), "")


def _leaves(value: Json, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict) or depth > _DEPTH:
        return
    for key, child in cast("dict[str, Json]", value).items():
        if isinstance(child, str):
            yield key, child
        yield from _leaves(child, depth + 1)


def _describe(data: str) -> tuple[str, str]:
    """The type that `data` states of itself, and its size or its address."""
    if data.startswith("data:"):
        head, _, body = data[5:].partition(",")
        return head.partition(";")[0], _extent(body)
    if data.startswith(_ATTACHMENT):
        # Its id is another in each call; what stays the same is what the file is.
        query = parse_qs(data.partition("?")[2])
        size = query.get("size", [""])[0]
        return query.get("content_type", [""])[0], f"{int(size):,} bytes" if size.isdecimal() else ""
    if "://" in data[:20] or data.startswith("file-"):
        return "", data[:MAX_ADDRESS]
    return "", _extent(data) if data else ""


def _extent(data: str) -> str:
    return f"{_size(data):,} bytes" if _BASE64.fullmatch(data) else f"{len(data):,} chars"


def _noun(kind: str, mime: str) -> str:
    nouns = ("image", "audio", "video", "document")
    return next((noun for noun in nouns if noun in kind or mime.startswith(noun)), "file")
