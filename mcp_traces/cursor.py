"""An opaque cursor ⇄ a position and the fingerprint of the query it belongs to.

A cursor carries all that the next page needs, so any replica can take it up. It is checked, not secret: a position
is nothing the holder could not have asked for with other arguments.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

from mcp_traces.errors import InvalidCursorError

VERSION = 1
_CHECK_LENGTH = 8
_AGAIN = "Call again without `cursor` to start from the first page."


def fingerprint(query: Mapping[str, Any]) -> str:
    """A short digest of all arguments that decide which rows a query has, and in which order."""
    text = json.dumps(query, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def encode_cursor(position: Mapping[str, Any], query_fingerprint: str) -> str:
    body = json.dumps([VERSION, query_fingerprint, position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("=")


def decode_cursor(cursor: str, query_fingerprint: str) -> dict[str, Any]:
    """The position in `cursor`.

    Raises:
        InvalidCursorError: it is damaged, of another version, or was made for another query.
    """
    version, made_for, position = _read(cursor)
    if version != VERSION:
        raise InvalidCursorError("`cursor` was made by another version of this server.", _AGAIN)
    if made_for != query_fingerprint:
        raise InvalidCursorError(
            "`cursor` belongs to a query with other arguments; a page can only be followed with the same ones.",
            f"Repeat the arguments of the call that gave it, or: {_AGAIN}",
        )
    return position


def _read(cursor: str) -> tuple[int, str, dict[str, Any]]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        check, body = raw[:_CHECK_LENGTH], raw[_CHECK_LENGTH:]
        if check != _check(body):
            raise ValueError
        version, made_for, position = cast("tuple[int, str, dict[str, Any]]", json.loads(body))
    except (ValueError, TypeError, binascii.Error):
        raise InvalidCursorError("`cursor` is damaged or was not made by this server.", _AGAIN) from None
    return version, made_for, position


def _check(body: bytes) -> bytes:
    return hashlib.sha256(b"mcp-traces cursor" + body).digest()[:_CHECK_LENGTH]
