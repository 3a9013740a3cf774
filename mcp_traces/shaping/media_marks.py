"""Short marks that stand for the images, sounds and files of a message: what kind, which type, how large or where."""

from collections.abc import Iterator
from typing import cast
from urllib.parse import parse_qs

from mcp_traces.records import Json
from mcp_traces.shaping.text import one_line

MEDIA_KINDS = frozenset(
    (
        *("image", "image_url", "input_image", "image_file", "audio", "input_audio", "video", "video_url", "document"),
        *("file", "input_file", "file_data", "inline_data", "media", "blob", "uri", "computer_screenshot"),
    )
)
"""Kinds of parts that are no text."""

MAX_ADDRESS = 200
MAX_WORD = 60

_DEPTH = 3
_ATTACHMENT = "mlflow-attachment://"
_TYPES = ("media_type", "mime_type", "mimeType", "mediaType", "format")
_NAMES = ("filename", "file_name", "title", "name")
_DATA = (
    *("data", "bytes", "b64_json", "base64", "file_data", "url", "uri", "file_uri", "fileUri", "image_url", "image"),
    *("audio", "video", "file_id", "content", "text"),
)


def media_mark(part: dict[str, Json], kind: str) -> str:
    """`[image image/png 12,345 chars]`: never the data itself, which tells a reader nothing."""
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
        return head.partition(";")[0], f"{len(body):,} chars"
    if data.startswith(_ATTACHMENT):
        # Its id is another in each call; what stays the same is what the file is.
        query = parse_qs(data.partition("?")[2])
        size = query.get("size", [""])[0]
        return query.get("content_type", [""])[0], f"{size} bytes" if size else ""
    if "://" in data[:20] or data.startswith("file-"):
        return "", data[:MAX_ADDRESS]
    return "", f"{len(data):,} chars" if data else ""


def _noun(kind: str, mime: str) -> str:
    nouns = ("image", "audio", "video", "document")
    return next((noun for noun in nouns if noun in kind or mime.startswith(noun)), "file")
